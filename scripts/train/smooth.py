#!/usr/bin/env python3
"""Make a model's layers easier to compute in int8: the last step of a training, in place.

    smooth.py --data DIR --model MODEL

What goes into each linear layer has columns that are far greater than others, and takes the whole scale of its row. Each
column is divided by a number of its own, and the weights that it meets are multiplied with that (SmoothQuant; Xiao et al.
2023, with an alpha of a half): the product is the same, and both factors are even. The numbers are written down beside the
weights, as `….smooth`; what is computed in full precision does not need them.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from batches import Batch
from model import Tagger
from texts import Article, guide

ARTICLES = 100
# Of each product its name, and the linear layers that take the same input.
PRODUCTS = {
    "attention.self": ["attention.self.query", "attention.self.key", "attention.self.value"],
    "attention.output": ["attention.output.dense"],
    "intermediate": ["intermediate.dense"],
    "output": ["output.dense"],
}


def greatest(model, tokenizer, rows):
    """Of each linear layer of the encoder the greatest of each column that goes into it."""
    most, special = {}, (tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]"))

    def look(name):
        def hook(_, inputs):
            now = inputs[0].abs().amax((0, 1))
            most[name] = torch.maximum(most.get(name, now), now)
        return hook

    hooks = [module.register_forward_pre_hook(look(name)) for name, module in model.bert.encoder.named_modules()
             if isinstance(module, torch.nn.Linear)]
    with torch.no_grad():
        for row in rows:
            article = Article(row, tokenizer)
            batch = Batch([(article, 0, min(318, len(article.pieces.ids)))], *special)
            model.bert(batch.ids, batch.types, batch.lengths)
    for hook in hooks:
        hook.remove()
    return most


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--model", type=Path, required=True)
    args = p.parse_args()
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    model = Tagger.of(args.model).eval()
    train, _ = guide(args.data)
    most = greatest(model, tokenizer, train[:: len(train) // ARTICLES][:ARTICLES])
    weights = load_file(args.model / "model.safetensors")
    for layer in range(json.loads((args.model / "config.json").read_text())["num_hidden_layers"]):
        for product, parts in PRODUCTS.items():
            met = torch.cat([weights[f"bert.encoder.layer.{layer}.{part}.weight"].float() for part in parts]).abs().amax(0)
            smooth = most[f"layer.{layer}.{parts[0]}"].clamp(min=1e-5).sqrt() / met.clamp(min=1e-5).sqrt()
            weights[f"bert.encoder.layer.{layer}.{product}.smooth"] = (smooth / smooth.mean()).bfloat16()
    save_file(weights, args.model / "model.safetensors")


if __name__ == "__main__":
    main()
