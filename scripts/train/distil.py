"""What trained taggers say of a batch, for another to learn from (distillation).

Of several taggers, which may differ in their encoders, it is the mean. Of PolNeAR's texts by its own guide they say what
that guide knows: outer claims, names and hedges.
They may be asked of more than was written: of texts in which words stand for others that are like them.
"""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, layer_norm, log_softmax, normalize

from batches import by_field, claim_scores
from features import GUIDE, TOKEN_TYPES
from model import INTRODUCTIONS, POINTERS, SCOPES

LAYERS = {"roles": "", "inner_roles": "inner_"}  # tags, and how the names of their pointers begin
B_NAME = B_SOURCE = 1
B_CUE, B_CONTENT = 3, 5
LEAST = 0.05  # the least probability of being a piece that points
NEAR = 12  # word pieces that one may be exchanged for
# The tags that a pointer's pieces have.
POINTS_FROM = {
    **{layer + "to_cue": (tags, [1, 2, 5, 6]) for tags, layer in LAYERS.items()},
    **{layer + "to_source": (tags, [B_CUE]) for tags, layer in LAYERS.items()},
    **{scope: ("hedges", [1, 3, 5, 7]) for scope in SCOPES},
}
OF_SPEAKERS = (*INTRODUCTIONS, "to_speaker")
SCORES = ("kinds", "of_cue", "of_content")


def mean(parts):
    return torch.stack(list(parts)).mean(0)


class Exchange:
    """Word pieces for others that mean or do nearly the same, by their embeddings (Jiao et al. 2020). Punctuation stays."""

    def __init__(self, tokenizer, words):
        """words: a model's embeddings, shape (word pieces, d)."""
        pieces = [tokenizer.id_to_token(i) for i in range(len(words))]
        self.words = torch.tensor([p.removeprefix("##").isalnum() for p in pieces], device=words.device)
        words = normalize(words - words.mean(0), dim=1)
        near = []
        for at, some in enumerate(words.split(2048)):
            likeness = (some @ words.T).masked_fill(~self.words, -1)
            own = torch.arange(len(some), device=words.device)
            likeness[own, own + 2048 * at] = -1
            near.append(likeness.topk(NEAR).indices)
        self.near = torch.cat(near)

    def __call__(self, ids, most):
        """With another share of each window exchanged, `most` of it at most."""
        draw = lambda *shape: torch.rand(*shape, device=ids.device)
        chosen = (draw(ids.shape) < most * draw(len(ids), 1)) & self.words[ids]
        return torch.where(chosen, self.near[ids, torch.randint(NEAR, ids.shape, device=ids.device)], ids)


class Opinion:
    """Of a batch: `tags` and `pairs` by name, probabilities as Tagger.crf_loss takes them; `pointers`, of each piece where it
    points, shape (B, N, N), and `origins`, how likely it is one that points; `scores` of kinds and of claims' fields."""

    @torch.no_grad()
    def __init__(self, models, b, bf16):
        with torch.autocast(b.ids.device.type, torch.bfloat16, enabled=bf16):
            said = [model(b.ids, b.types, b.lengths) for model in models]
        self.states = [layer_norm(s["states"].float(), s["states"].shape[2:]) for s in said]
        self.inside = b.inside()
        self.guided = self.inside & (b.types[:, 1:2] // (TOKEN_TYPES // 2) == GUIDE)
        known = {"roles": self.inside, "inner_roles": self.guided}
        both = torch.cat(list(known.values()))
        marginals = [model.crf_marginals(torch.cat([s[name].float() for name in LAYERS]), both)
                     for model, s in zip(models, said)]
        self.known = {**known, "names": self.inside, "hedges": self.inside}
        self.tags, self.pairs = (dict(zip(LAYERS, mean(parts).chunk(2))) for parts in zip(*marginals))
        for name in ("names", "hedges"):
            self.tags[name] = mean(torch.softmax(s[name].float(), 2) for s in said)
        beyond = (torch.arange(b.ids.shape[1], device=b.ids.device)[None] >= b.lengths[:, None])[:, None]
        self.pointers = {name: mean(torch.softmax(s[name].float().masked_fill(beyond, -1e4), 2) for s in said)
                         for name in POINTERS}
        self.scores = {name: mean(s[name].float() for s in said) for name in SCORES}
        self.origins = {name: self.tags[tags][..., some].sum(2) * self.known[tags]
                        for name, (tags, some) in POINTS_FROM.items()}
        speaking = self.speaking() * self.guided
        self.origins.update((name, speaking) for name in OF_SPEAKERS)

    def speaking(self):
        """Of each piece, the probability that one begins there who may speak: a name, a source, or a content without one."""
        begins = self.tags["names"][..., B_NAME]
        for tags, layer in LAYERS.items():
            none = self.pointers[layer + "to_source"][..., 0].clone()  # of each cue, how likely it has no source
            none[:, 0] = 1.0  # where one points that has no cue
            alone = (self.pointers[layer + "to_cue"] @ none[..., None])[..., 0]
            begins = begins + self.tags[tags][..., B_SOURCE] + self.tags[tags][..., B_CONTENT] * alone
        return begins.clamp(max=1.0)

    def mixed(self, name, gold, known, trust):
        """What is wanted of each piece: the annotation where there is one, and `trust` of this; all of this elsewhere."""
        said = (self.tags if gold.dim() == 3 else self.pairs)[name]
        return said + (1 - trust) * (gold - said) * known.view(*known.shape, *[1] * (gold.dim() - 2))

    def pointer_loss(self, name, scores, lengths):
        """Cross-entropy with where the pieces point, and how much each counts; shape (origins,)."""
        rows, at = (self.origins[name] > LEAST).nonzero(as_tuple=True)
        picked = scores[rows, at].float()
        beyond = torch.arange(picked.shape[1], device=picked.device)[None] >= lengths[rows][:, None]
        return -(self.pointers[name][rows, at] * log_softmax(picked.masked_fill(beyond, -1e4), 1)).sum(1), \
            self.origins[name][rows, at]

    def states_loss(self, projected):
        """How far what is made of a learner's states, for each teacher, is from that teacher's own, in variances."""
        apart = mean(((ours - theirs) ** 2).mean(2) for ours, theirs in zip(projected, self.states))
        return (apart * self.inside).sum() / self.inside.sum()

    def kinds_loss(self, said):
        """Cross-entropies with what speakers are where they rather begin than not, and whether they have a proper name,
        summed."""
        begins = self.tags["names"][..., B_NAME] + self.tags["roles"][..., B_SOURCE] + self.tags["inner_roles"][..., B_SOURCE]
        rows, at = ((begins > 0.5) & self.guided).nonzero(as_tuple=True)
        of, scores = self.scores["kinds"][rows, at], said["kinds"][rows, at].float()
        return -(torch.softmax(of[:, :-1], 1) * log_softmax(scores[:, :-1], 1)).sum() + binary_cross_entropy_with_logits(
            scores[:, -1], torch.sigmoid(of[:, -1]), reduction="sum")

    def claims_loss(self, said):
        """Cross-entropies with the fields of claims where a content rather begins than not, summed."""
        loss = said["of_cue"].new_zeros((), dtype=torch.float32)
        for tags, layer in LAYERS.items():
            rows, at = ((self.tags[tags][..., B_CONTENT] > 0.5) & self.guided).nonzero(as_tuple=True)
            cues = self.pointers[layer + "to_cue"][rows, at].argmax(1)
            cues = torch.where(cues > 0, cues, -1)
            of, scores = (by_field(claim_scores(outputs, rows, cues, at)) for outputs in (self.scores, said))
            loss = loss - sum((torch.softmax(of[field], 1) * log_softmax(scores[field], 1)).sum() for field in of)
        return loss
