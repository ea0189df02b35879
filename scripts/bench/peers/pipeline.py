"""A plain token-classification pipeline of transformers with sayso's weights."""

import torch
from transformers import pipeline

import common
import weights

args = common.arguments(
    batch={"type": int, "default": 1}, dtype={"choices": ("fp32", "bf16"), "default": "fp32"},
    threads={"type": int, "default": 1})
torch.set_num_threads(args.threads)
size = weights.settings()
model = weights.classifier(torch.bfloat16 if args.dtype == "bf16" else torch.float32)
tagger = pipeline("token-classification", model, tokenizer=weights.tokenizer(size["window"]), stride=size["overlap"],
                  aggregation_strategy="simple", batch_size=args.batch, device="cpu")


def work(articles: list[str]) -> int:
    return sum(len(spans) for spans in tagger(articles))


common.measure(common.texts(args.articles), work)
