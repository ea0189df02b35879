#!/usr/bin/env python3
"""Learn whom sources mean: the last weights of a model, over what the program says of each candidate.

    speakers.py --data DIR --asked MODEL --model MODEL

The questions are asked with --asked, a model that has not learned from the articles written or annotated for this
project, so that its vectors are no surer of them than of any others'; what is learned goes into --model. Dev says how it
generalises.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from model import FEATURES, HIDDEN
from texts import HERE, guide, others_texts, own_texts

ROOT = HERE.parent.parent


def questions(model, rows):
    """Of each claim: features of its candidates, shape (candidates, FEATURES), and which of them are right."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for row in rows:
            kept = {k: row[k] for k in ("id", "text", "attributions")}
            file.write(json.dumps(kept, ensure_ascii=False) + "\n")
        file.flush()
        run = subprocess.run(["cargo", "run", "--release", "--locked", "--quiet", "--example", "speaker_questions", "--",
                              str(model.resolve()), file.name], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    out = []
    for line in run.stdout.splitlines():
        row = json.loads(line)
        right = torch.zeros(len(row["features"]), dtype=torch.bool)
        right[row["right"]] = True
        out.append((torch.tensor(row["features"]), right, row["id"], row["names"]))
    return out


def padded(asked):
    most = max(len(f) for f, *_ in asked)
    features = torch.zeros(len(asked), most, FEATURES)
    right, there = (torch.zeros(len(asked), most, dtype=torch.bool) for _ in range(2))
    for i, (f, r, *_) in enumerate(asked):
        features[i, : len(f)], right[i, : len(f)], there[i, : len(f)] = f, r, True
    return features, right, there


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--asked", type=Path, required=True)
    p.add_argument("--model", type=Path, required=True)
    p.add_argument("--epochs", type=int, default=60)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("-v", action="store_true", help="print what goes wrong on dev")
    args = p.parse_args()
    torch.manual_seed(args.seed)
    _, dev = guide(args.data)
    asked = questions(args.asked, own_texts() + others_texts(args.data))
    judged = questions(args.model, [row for rows in dev.values() for row in rows])
    features, right, there = padded(asked)
    dev_features, dev_right, dev_there = padded(judged)
    net = torch.nn.Sequential(torch.nn.Linear(FEATURES, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, 1, bias=False))
    optimizer = torch.optim.AdamW(net.parameters(), lr=5e-3, weight_decay=0.02)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, args.epochs)
    scores = lambda f, there: net(f).squeeze(-1).masked_fill(~there, -1e4)
    share = lambda f, right, there: right.gather(1, scores(f, there).argmax(1, keepdim=True)).float().mean().item()
    for epoch in range(args.epochs):
        for some in torch.randperm(len(features)).split(64):
            f = features[some] * (torch.rand(len(some), 1, FEATURES) > 0.05)
            logp = torch.log_softmax(scores(f, there[some]), 1)
            loss = -torch.logsumexp(logp.masked_fill(~right[some], -1e4), 1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        rate.step()
        if epoch % 10 == 9:
            with torch.no_grad():
                print(f"epoch {epoch + 1}: right of {len(asked)} learned from {share(features, right, there):.3f}, "
                      f"of {len(judged)} of dev {share(dev_features, dev_right, dev_there):.3f}", flush=True)
    if args.v:
        with torch.no_grad():
            best = scores(dev_features, dev_there).argmax(1).tolist()
        for (_, ok, article, names), at in zip(judged, best):
            if not ok[at]:
                print(article, repr(names[at]), "for", [names[i] for i in ok.nonzero().flatten().tolist()])
    weights = load_file(args.model / "model.safetensors")
    weights["speaker_hidden.weight"], weights["speaker_hidden.bias"] = (t.detach().bfloat16() for t in net[0].parameters())
    weights["speaker_out.weight"] = net[2].weight.detach().bfloat16()
    save_file(weights, args.model / "model.safetensors")


if __name__ == "__main__":
    main()
