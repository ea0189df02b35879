"""The same weights in PyTorch with the usual care: windows sorted by length, some 1,024 positions a batch, scaled
dot-product attention, inference mode. It counts the pieces that are not O; there are no links, hedges or claims."""

import torch

import common
import weights

POSITIONS = 1024

args = common.arguments(dtype={"choices": ("fp32", "bf16"), "default": "fp32"}, threads={"type": int, "default": 1})
torch.set_num_threads(args.threads)
size = weights.settings()
model = weights.classifier(torch.bfloat16 if args.dtype == "bf16" else torch.float32)
tokenizer = weights.tokenizer(size["window"])


def batches(windows: list[list[int]]):
    windows.sort(key=len, reverse=True)
    at = 0
    while at < len(windows):
        count = max(1, POSITIONS // len(windows[at]))
        yield windows[at:at + count]
        at += count


@torch.inference_mode()
def work(articles: list[str]) -> int:
    windows = tokenizer(articles, truncation=True, stride=size["overlap"], return_overflowing_tokens=True,
                        max_length=size["window"])["input_ids"]
    found = 0
    for batch in batches(windows):
        longest = len(batch[0])
        ids = torch.zeros(len(batch), longest, dtype=torch.long)
        mask = torch.zeros(len(batch), longest, dtype=torch.long)
        for row, window in enumerate(batch):
            ids[row, :len(window)] = torch.tensor(window)
            mask[row, :len(window)] = 1
        tags = model(input_ids=ids, attention_mask=mask).logits.argmax(-1)
        found += int(((tags > 0) & (mask > 0)).sum())
    return found


common.measure(common.texts(args.articles), work)
