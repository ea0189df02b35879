"""From texts to tensors: windows, batches, and what the losses want of each."""

import torch
from torch.nn.functional import one_hot

from model import FIELDS, HEDGE_TAGS, INTRODUCTIONS, POINTERS, TAGS

WIDTHS = {"roles": len(TAGS), "inner_roles": len(TAGS), "hedges": len(HEDGE_TAGS), "names": 3}
# Pointers that say of a target in another window what they say of none: it is not here.
HERE_OR_NONE = ("to_cue", "inner_to_cue", *INTRODUCTIONS)


class Batch:
    """Windows (article, start, end) of one length class as tensors; position 0 is [CLS], the last [SEP].

    With labels, what is wanted of each piece is a distribution: the annotation where there is one, and `trust` of the
    teacher's where a text was taught (all of it where nothing is annotated).
    """

    def __init__(self, items, cls, sep, chosen=None, trust=0.0):
        n = max(e - s for _, s, e in items) + 2
        self.ids = torch.zeros(len(items), n, dtype=torch.long)
        self.types = torch.zeros_like(self.ids)
        self.lengths = torch.tensor([e - s + 2 for _, s, e in items])
        for row, (a, s, e) in enumerate(items):
            self.ids[row, : e - s + 2] = torch.tensor([cls, *a.pieces.ids[s:e], sep])
            self.types[row, 1 : e - s + 1] = torch.tensor(a.pieces.types[s:e])
        if chosen is None:
            return
        self.pieces = int(self.lengths.sum())
        self.tags = {name: torch.zeros(len(items), n, width) for name, width in WIDTHS.items()}
        self.known = {name: torch.zeros(len(items), n, dtype=torch.bool) for name in WIDTHS}
        # Of a piece's tag and the one before it.
        self.pairs = {name: torch.zeros(len(items), n, len(TAGS), len(TAGS)) for name in ("roles", "inner_roles")}
        self.annotated = torch.zeros(len(items), n, dtype=torch.bool)
        for row, ((a, s, e), labels) in enumerate(zip(items, chosen)):
            inside = slice(1, e - s + 1)
            self.annotated[row, inside] = torch.from_numpy(labels.known["roles"][s:e])
            for name, width in WIDTHS.items():
                known = torch.from_numpy(labels.known[name][s:e])
                tags = one_hot(torch.from_numpy(labels.tags[name][s:e]), width).float()
                pairs = None
                if name in self.pairs:
                    pairs = torch.cat([torch.zeros(1, width, width), tags[:-1, :, None] * tags[1:, None]])
                if a.taught is not None and name in a.taught.tags:
                    mixed = lambda said, gold, where: said + (1 - trust) * (gold - said) * where
                    tags = mixed(a.taught.tags[name][s:e].float(), tags, known[:, None])
                    if pairs is not None:
                        both = known & torch.cat([known[:1], known[:-1]])
                        pairs = mixed(a.taught.pairs[name][s:e].float(), pairs, both[:, None, None])
                    known = torch.ones_like(known)
                self.tags[name][row, inside], self.known[name][row, inside] = tags, known
                if pairs is not None:
                    self.pairs[name][row, inside] = pairs
        self.pointers = {name: self.annotated_pointers(items, chosen, name) for name in POINTERS}
        self.taught = {name: self.taught_pointers(items, name) for name in POINTERS}
        told = lambda a, labels: labels if a.taught is None or labels.known["inner_roles"].any() else a.taught
        self.kinds = []  # (row, position, kind or -1, named)
        self.claims = []  # (row, cue's position or -1, content's position, values)
        for row, ((a, s, e), labels) in enumerate(zip(items, chosen)):
            kinds = told(a, labels).kinds
            self.kinds += [(row, i - s + 1, *kinds[i]) for i in kinds if s <= i < e]
            for cue, content, *values in told(a, labels).claims:
                if s <= content < e and (cue < 0 or s <= cue < e):
                    self.claims.append((row, cue if cue < 0 else cue - s + 1, content - s + 1, *values))

    @staticmethod
    def annotated_pointers(items, chosen, name):
        """Rows, origins, lists of targets."""
        rows, origins, targets = [], [], []
        for row, ((_, s, e), labels) in enumerate(zip(items, chosen)):
            for i, to in labels.pointers[name].items():
                if not s <= i < e:
                    continue
                inside = [t - s + 1 for t in to if s <= t < e]
                if to and not inside and name not in HERE_OR_NONE:
                    continue
                rows.append(row)
                origins.append(i - s + 1)
                targets.append(inside or [0])
        return rows, origins, targets

    @staticmethod
    def taught_pointers(items, name):
        """Rows, origins, and of each its targets and their probabilities, shape (origins, MOST); none where most of a
        pointer leads out of the window."""
        parts = []
        for row, (a, s, e) in enumerate(items):
            if a.taught is None or name not in a.taught.pointers:
                continue
            at, to, p = a.taught.pointers[name]
            to = to.long()
            inside = (to < 0) | ((to >= s) & (to < e))
            p = p.float() * inside
            kept = (at >= s) & (at < e) & (p.sum(1) > 0.5)
            to = torch.where(inside & (to >= 0), to - s + 1, 0)[kept]
            p = p[kept] / p[kept].sum(1, keepdim=True)
            parts.append((torch.full((len(p),), row), at[kept].long() - s + 1, to, p))
        return [torch.cat(x) for x in zip(*parts)] if parts else None


def claim_scores(outputs, claims):
    """Scores of the claims' fields, shape (claims, values): what the cue's first piece says and what the content's."""
    rows, cues, contents = (torch.tensor([c[i] for c in claims]) for i in range(3))
    scores = outputs["of_content"][rows, contents].float()
    return scores + outputs["of_cue"][rows, cues.clamp(min=0)].float() * (cues >= 0)[:, None]


def by_field(scores):
    """The same, field by field."""
    return dict(zip(FIELDS, scores.split([len(v) for v in FIELDS.values()], 1)))


def training_windows(articles, size, rng):
    """Every piece once, in windows of other lengths each epoch, which end with a paragraph where one ends in time."""
    out = []
    for a in articles:
        labels = rng.choice(a.labels)
        paragraphs, start, n = a.pieces.paragraph_starts(), 0, len(a.pieces.ids)
        while start < n:
            room = start + rng.randint(size // 2, size)
            within = lambda edges: [e for e in edges if start + size // 4 < e <= room]
            end = n if n <= room else max(within(paragraphs) or within(a.pieces.sentence_starts), default=room)
            out.append(((a, start, end), labels))
            start = end
    return out


def batches(items, budget, rng):
    """By padded cost, windows of like length together, in random order."""
    rng.shuffle(items)
    items.sort(key=lambda x: (x[0][2] - x[0][1]) // 24)
    out, now = [], []
    for item in items:
        longest = max(e - s + 2 for (_, s, e), _ in now + [item])
        if now and longest * (len(now) + 1) > budget:
            out.append(now)
            now = []
        now.append(item)
    out.append(now)
    rng.shuffle(out)
    return out
