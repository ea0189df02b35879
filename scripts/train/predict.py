"""What a tagger makes of whole texts: windows as the program reads them, joined where each piece lies most centrally."""

from functools import partial

import numpy as np
import torch

import decode
import features
import metrics
from batches import Batch
from texts import LINKS, SCOPES

# Where the model reads: word pieces a window, [CLS] and [SEP] included, and how many two windows share at most.
READ = (320, 32)


@torch.no_grad()
def outputs(model, articles, special, bf16):
    """Of each article: scores of roles and of hedges, shape (pieces, tags), and a function from a pointer's name and a
    piece to the pointer's probabilities over all pieces, [CLS] at the end."""
    size, overlap = READ
    model.eval()
    jobs, cut = [], []
    for k, a in enumerate(articles):
        spans = features.windows(a.pieces, size - 2, overlap)
        cut.append((spans, features.owners(spans, len(a.pieces.ids))))
        jobs += [(e - s, k, w) for w, (s, e) in enumerate(spans)]
    jobs.sort()
    out = [[None] * len(spans) for spans, _ in cut]
    for at in range(0, len(jobs), 8):
        some = jobs[at : at + 8]
        b = Batch([(articles[k], *cut[k][0][w]) for _, k, w in some], *special)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            roles, hedges, pointers = model(b.ids, b.types, b.lengths)
        beyond = (torch.arange(b.ids.shape[1])[None] >= b.lengths[:, None])[:, None]
        pointers = {k: torch.softmax(t.float().masked_fill(beyond, -1e4), 2).numpy() for k, t in pointers.items()}
        for row, (_, k, w) in enumerate(some):
            n = int(b.lengths[row])
            out[k][w] = {"roles": roles[row, 1 : n - 1].float().numpy(), "hedges": hedges[row, 1 : n - 1].float().numpy(),
                         **{name: t[row, 1 : n - 1, : n - 1] for name, t in pointers.items()}}
    for a, (spans, owner), windows in zip(articles, cut, out):
        n = len(a.pieces.ids)
        emissions, hedges = (np.stack([windows[owner[i]][which][i - spans[owner[i]][0]] for i in range(n)])
                             for which in ("roles", "hedges"))

        def pointer(which, i):
            s, e = spans[owner[i]]
            p = np.zeros(n + 1, dtype=np.float32)
            line = windows[owner[i]][which][i - s]
            p[s:e], p[n] = line[1:], line[0]
            return p

        yield emissions, hedges, pointer


def predict(model, articles, special, bf16):
    """Attributions and hedges of each article, in code points."""
    transitions, found = model.masked_transitions().detach().numpy(), []
    for a, (roles, hedges, pointer) in zip(articles, outputs(model, articles, special, bf16)):
        items = decode.attributions(decode.viterbi(roles, transitions), *(partial(pointer, name) for name in LINKS))
        cues = decode.hedges(hedges, *(partial(pointer, name) for name in SCOPES))
        found.append((decode.to_spans(items, a.pieces), decode.to_cues(cues, a.pieces)))
    return found


def evaluate(model, articles, special, bf16):
    found = predict(model, articles, special, bf16)
    return metrics.score((a.row["text"], a.row["annotations"][0]["attributions"], f) for a, (f, _) in zip(articles, found))


def evaluate_hedges(model, sets, special, bf16):
    out = {}
    for name, articles in sets.items():
        found = predict(model, articles, special, bf16)
        scores = metrics.score_hedges((a.row["text"], a.row["cues"], cues) for a, (_, cues) in zip(articles, found))
        out.update((f"{name}_{k}", v) for k, v in scores.items())
    return out
