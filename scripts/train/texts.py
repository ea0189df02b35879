"""Texts to learn from: their word pieces and what is annotated of them."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

import features
from model import CLASSES, ROLES, TAGS

LINKS = ("to_cue", "to_source")
SCOPES = ("scope_start", "scope_end")
MOST = 8  # targets kept of a taught pointer
HERE = Path(__file__).parent


def read(path, limit=None):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines][:limit]


class Labels:
    """What is annotated of a text, in pieces: role and hedge tags with where they are known, and what each piece
    points to: {pointer: {from: {to, …}}}; an empty set is [CLS]."""

    def __init__(self, p):
        self.pieces, n = p, len(p.ids)
        self.tags, self.known = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool)
        self.hedges, self.hedges_known = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool)
        self.pointers = {name: {} for name in LINKS + SCOPES}

    def covered(self, start, end):
        """The pieces that a stretch of code points touches: first, end."""
        p = self.pieces
        return int(np.searchsorted(p.ends, start, side="right")), int(np.searchsorted(p.starts, end))

    @classmethod
    def of_attributions(cls, annotation, p):
        self = cls(p)
        self.known[:] = True
        covered = self.covered
        for s, e in annotation.get("discard", ()):
            a, b = covered(s, e)
            self.known[a:b] = False
        for item in annotation["attributions"]:
            spans = {r: [(a, b) for s, e in item[r] for a, b in [covered(s, e)] if b > a] for r in ROLES}
            for role, (a, b) in ((r, x) for r in ROLES for x in spans[r]):
                begin = 1 + 2 * ROLES.index(role)
                self.tags[a:b] = begin + 1
                self.tags[a] = begin
            cue = spans["cue"][0][0] if spans["cue"] else None
            for a, b in spans["source"] + spans["content"]:
                for i in range(a, b):
                    self.pointers["to_cue"].setdefault(i, set()).update([cue] if cue is not None else [])
            if cue is not None:
                self.pointers["to_source"].setdefault(cue, set()).update(a for a, _ in spans["source"])
        for i in range(len(p.ids)):  # where two annotated spans met, an I may have lost its B
            if TAGS[self.tags[i]][0] == "I" and (i == 0 or self.tags[i - 1] not in (self.tags[i], self.tags[i] - 1)):
                self.tags[i] -= 1
        return self

    @classmethod
    def of_hedges(cls, cues, p):
        self = cls(p)
        self.hedges_known[:] = all("class" in cue for cue in cues)
        for cue in cues:
            a, b = self.covered(cue["start"], cue["end"])
            if a >= b:
                continue
            if "class" in cue:
                begin = 1 + 2 * CLASSES.index(cue["class"])
                self.hedges[a:b] = begin + 1
                self.hedges[a] = begin
            if "scope" in cue:
                first, end = self.covered(*cue["scope"])
                self.pointers["scope_start"][a] = {first}
                self.pointers["scope_end"][a] = {end - 1}
        return self


@dataclass
class Taught:
    """What a teacher says of a text's pieces, as teach.py writes it."""

    roles: torch.Tensor  # probabilities (pieces, tags)
    pairs: torch.Tensor  # (pieces, tags, tags), of the piece before and this one
    hedges: torch.Tensor | None  # (pieces, hedge tags)
    pointers: dict  # name: (from (k,), to (k, MOST), probabilities (k, MOST)); to -1 is [CLS]


class Article:
    """A text in pieces with its labels, one set an annotator."""

    def __init__(self, row, tokenizer):
        self.row, self.pieces = row, features.pieces(row["text"], tokenizer)
        self.taught = None  # Taught, where there is a teacher
        if "cues" in row:
            self.labels = [Labels.of_hedges(row["cues"], self.pieces)]
        else:
            self.labels = [Labels.of_attributions(a, self.pieces) for a in row["annotations"]]


def mixture(args, tokenizer):
    """Texts to learn hedges and scopes from, and how often an epoch sees each set. News counts most."""
    if args.uncertainty is None:
        return []
    sets = [(3, HERE / "data/hedges.jsonl"), (3, args.uncertainty / "news_train.jsonl"),
            (1, args.uncertainty / "wiki_train.jsonl"), (0.1, args.uncertainty / "bio_train.jsonl")]
    if args.scope is not None:
        sets.append((0.3, args.scope))
    out = []
    for share, path in sets:
        share *= args.share
        rows = [r for r in read(path, args.limit) if r["cues"] or path != args.scope]
        out.append((share, [Article(r, tokenizer) for r in rows if r["text"].strip()]))
    return out


def drawn(mixture, rng):
    """An epoch's texts of a mixture."""
    out = []
    for share, texts in mixture:
        out += texts * int(share) + rng.sample(texts, round((share % 1) * len(texts)))
    return out
