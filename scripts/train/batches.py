"""From texts to tensors: windows, batches, and what the losses want of each."""

import torch

from model import FIELDS, HEDGE_TAGS, INTRODUCTIONS, POINTERS, TAGS

WIDTHS = {"roles": len(TAGS), "inner_roles": len(TAGS), "hedges": len(HEDGE_TAGS), "names": 3}
# Pointers that say of a target in another window what they say of none: it is not here.
HERE_OR_NONE = ("to_cue", "inner_to_cue", *INTRODUCTIONS)


class Batch:
    """Windows (article, start, end) of one length class as tensors; position 0 is [CLS], the last [SEP]. With labels, also
    what is annotated of each piece."""

    def __init__(self, items, cls, sep, chosen=None):
        n = max(e - s for _, s, e in items) + 2
        self.ids = torch.zeros(len(items), n, dtype=torch.long)
        self.types = torch.zeros_like(self.ids)
        self.lengths = torch.tensor([e - s + 2 for _, s, e in items])
        for row, (a, s, e) in enumerate(items):
            self.ids[row, : e - s + 2] = torch.tensor([cls, *a.pieces.ids[s:e], sep])
            self.types[row, 1 : e - s + 1] = torch.tensor(a.pieces.types[s:e])
        self.pieces = int(self.lengths.sum())
        if chosen is None:
            return
        self.tags = {name: torch.zeros(len(items), n, dtype=torch.long) for name in WIDTHS}
        self.known = {name: torch.zeros(len(items), n, dtype=torch.bool) for name in WIDTHS}
        kinds = []  # (row, position, kind or -1, named)
        claims = []  # (row, cue's position or -1, content's position, values)
        for row, ((_, s, e), labels) in enumerate(zip(items, chosen)):
            for name in WIDTHS:
                self.tags[name][row, 1 : e - s + 1] = torch.from_numpy(labels.tags[name][s:e])
                self.known[name][row, 1 : e - s + 1] = torch.from_numpy(labels.known[name][s:e])
            kinds += [(row, i - s + 1, *labels.kinds[i]) for i in labels.kinds if s <= i < e]
            for cue, content, *values in labels.claims:
                if s <= content < e and (cue < 0 or s <= cue < e):
                    claims.append((row, cue if cue < 0 else cue - s + 1, content - s + 1, *values))
        self.kinds = torch.tensor(kinds, dtype=torch.long).reshape(-1, 4)
        self.claims = torch.tensor(claims, dtype=torch.long).reshape(-1, 3 + len(FIELDS))
        self.pointers = {name: self.annotated_pointers(items, chosen, name) for name in POINTERS}

    @staticmethod
    def annotated_pointers(items, chosen, name):
        """Rows, origins, and targets of each, the first one repeated until all have as many; and which are repeated."""
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
        if not rows:
            return None
        width = max(map(len, targets))
        return (torch.tensor(rows), torch.tensor(origins), torch.tensor([t + [t[0]] * (width - len(t)) for t in targets]),
                torch.tensor([[j >= len(t) for j in range(width)] for t in targets]))

    def to(self, device):
        """The same on another device."""
        there = lambda x: (x.to(device, non_blocking=True) if isinstance(x, torch.Tensor)
                           else {k: there(v) for k, v in x.items()} if isinstance(x, dict)
                           else tuple(map(there, x)) if isinstance(x, tuple) else x)
        out = object.__new__(Batch)
        vars(out).update({name: there(value) for name, value in vars(self).items()})
        return out

    def inside(self):
        """Which positions are pieces, [CLS] and [SEP] not among them; shape (B, N)."""
        at = torch.arange(self.ids.shape[1], device=self.ids.device)[None]
        return (at > 0) & (at < self.lengths[:, None] - 1)


class Epoch(torch.utils.data.Dataset):
    """The batches of an epoch, for processes beside the training to make."""

    def __init__(self, todo, special):
        self.todo, self.special = todo, special

    def __len__(self):
        return len(self.todo)

    def __getitem__(self, at):
        items = self.todo[at]
        return Batch([w for w, _ in items], *self.special, chosen=[labels for _, labels in items])


def claim_scores(outputs, rows, cues, contents):
    """Scores of the claims' fields, shape (claims, values): what the cue's first piece says, where there is one (not -1), and
    what the content's."""
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
