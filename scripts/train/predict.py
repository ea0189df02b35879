"""What a tagger makes of whole texts: windows as the program reads them, joined where each piece lies most centrally."""

from functools import partial

import numpy as np
import torch

import decode
import features
import metrics
from batches import Batch
from model import POINTERS, SCOPES

# Where the model reads: word pieces a window, [CLS] and [SEP] included, and how many two windows share at most.
READ = (320, 32)
SCORES = ("roles", "inner_roles", "hedges", "names", "kinds", "of_cue", "of_content")


@torch.no_grad()
def outputs(model, articles, special, bf16, wanted=POINTERS):
    """Of each article: scores by name, shape (pieces, tags), and a function from a pointer's name and a piece to the
    pointer's probabilities over all pieces, [CLS] at the end."""
    size, overlap = READ
    model.eval()
    device = model.transitions.device
    jobs, cut = [], []
    for k, a in enumerate(articles):
        spans = features.windows(a.pieces, size - 2, overlap)
        cut.append((spans, features.owners(spans, len(a.pieces.ids))))
        jobs += [(e - s, k, w) for w, (s, e) in enumerate(spans)]
    jobs.sort()
    out = [[None] * len(spans) for spans, _ in cut]
    for at in range(0, len(jobs), 8):
        some = jobs[at : at + 8]
        b = Batch([(articles[k], *cut[k][0][w]) for _, k, w in some], *special).to(device)
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            said = model(b.ids, b.types, b.lengths)
        beyond = (torch.arange(b.ids.shape[1], device=device)[None] >= b.lengths[:, None])[:, None]
        pointers = {k: torch.softmax(said[k].float().masked_fill(beyond, -1e4), 2).half().cpu().numpy() for k in wanted}
        said = {name: said[name].float().cpu().numpy() for name in SCORES}
        for row, (_, k, w) in enumerate(some):
            n = int(b.lengths[row])
            out[k][w] = {**{name: said[name][row, 1 : n - 1] for name in SCORES},
                         **{name: t[row, 1 : n - 1, : n - 1].copy() for name, t in pointers.items()}}
    for a, (spans, owner), windows in zip(articles, cut, out):
        n = len(a.pieces.ids)
        scores = {name: np.stack([windows[owner[i]][name][i - spans[owner[i]][0]] for i in range(n)]) for name in SCORES}

        def pointer(which, i):
            s, e = spans[owner[i]]
            p = np.zeros(n + 1, dtype=np.float32)
            line = windows[owner[i]][which][i - s].astype(np.float32)
            p[s:e], p[n] = line[1:], line[0]
            return p

        yield scores, pointer


def predict(model, articles, special, bf16):
    """Attributions, outer and inner, and hedges of each article, in code points."""
    found = []
    for a, (scores, pointer) in zip(articles, outputs(model, articles, special, bf16)):
        claims = []
        for layer in ("", "inner_"):
            transitions = model.masked_transitions(inner=bool(layer)).detach().cpu().numpy()
            path = decode.viterbi(scores[layer + "roles"], transitions)
            items = decode.attributions(path, partial(pointer, layer + "to_cue"), partial(pointer, layer + "to_source"))
            for item, spans in zip(items, decode.to_spans(items, a.pieces)):
                spans.update(decode.fields(item, scores["of_cue"], scores["of_content"]))
                spans["inner"] = bool(layer)
                claims.append(spans)
        cues = decode.hedges(scores["hedges"], *(partial(pointer, name) for name in SCOPES))
        found.append((claims, decode.to_cues(cues, a.pieces)))
    return found


def evaluate(model, articles, special, bf16):
    found = predict(model, articles, special, bf16)
    outer = lambda claims: [c for c in claims if not c["inner"]]
    return metrics.score((a.row["text"], a.row["annotations"][0]["attributions"], outer(f))
                         for a, (f, _) in zip(articles, found))


def evaluate_guide(model, articles, special, bf16):
    """Of articles annotated by the guide: claims, their fields, hedges; and how often pointers to speakers, roles and
    affiliations go where they should, from where the annotation begins a speaker."""
    found = predict(model, articles, special, bf16)
    texts = [(a.row["text"], a.row["attributions"], f) for a, (f, _) in zip(articles, found)]
    hedged = metrics.score_hedges((a.row["text"], a.row["cues"], cues) for a, (_, cues) in zip(articles, found))
    out = {**metrics.score_guide(texts), "hedges": hedged["token_any"]}
    right = {name: [0, 0] for name in ("to_speaker", "role_start", "role_end", "affiliation_start", "kinds")}
    for a, (scores, pointer) in zip(articles, outputs(model, articles, special, bf16)):
        labels, none = a.labels[0], len(a.pieces.ids)
        for name in right:
            for i, to in labels.pointers.get(name, {}).items():
                p = pointer(name, i)
                inside = {t for t in to if p[t] > 0} or {none}
                if name == "to_speaker" and to and inside == {none}:
                    continue
                right[name][0] += int(p.argmax()) in inside
                right[name][1] += 1
        for i, (kind, _) in labels.kinds.items():
            if kind >= 0:
                right["kinds"][0] += int(scores["kinds"][i][:-1].argmax()) == kind
                right["kinds"][1] += 1
    return {**out, **{name: 100 * ok / max(1, n) for name, (ok, n) in right.items()}}


def evaluate_hedges(model, sets, special, bf16):
    out = {}
    for name, articles in sets.items():
        found = predict(model, articles, special, bf16)
        scores = metrics.score_hedges((a.row["text"], a.row["cues"], cues) for a, (_, cues) in zip(articles, found))
        out.update((f"{name}_{k}", v) for k, v in scores.items())
    return out
