"""The tagger: a BERT encoder with roles (a linear-chain CRF), links and hedges, on plain PyTorch.

Parameter names of the encoder are those of Hugging Face's BertModel, so that the weights go into rust-bert as they are.
"""

import json
import math

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

import mpnet
from features import TOKEN_TYPES

ROLES = ("source", "cue", "content")
TAGS = ("O",) + tuple(f"{p}-{r}" for r in ROLES for p in "BI")
CLASSES = ("epistemic", "doxastic", "condition", "investigation")
HEDGE_TAGS = ("O",) + tuple(f"{p}-{c}" for c in CLASSES for p in "BI")
TYPES = ("communication", "attitude", "factive", "control")
CERTAINTIES = ("certain", "probable", "possible", "underspecified")
POLARITIES = ("positive", "negative")
KINDS = ("person", "organization", "group", "document", "other")
FIELDS = {"type": TYPES, "certainty": CERTAINTIES, "polarity": POLARITIES}  # of a claim
LINK = 128
FEATURES, HIDDEN = 45, 24  # of the scorer of speakers; src/extract/speakers/features.rs has the features
# Pointers by name; those of the inner claims, which stand in another's content, are their own.
LINKS = ("to_cue", "to_source", "inner_to_cue", "inner_to_source")
SCOPES = ("scope_start", "scope_end")
INTRODUCTIONS = ("role_start", "role_end", "affiliation_start", "affiliation_end")
POINTERS = LINKS + SCOPES + INTRODUCTIONS + ("to_speaker",)


def allowed():
    """Which tag may follow which: I-x only B-x or I-x. The last row is a window's start, where a span may go on."""
    n = len(TAGS)
    ok = torch.ones(n + 1, n, dtype=torch.bool)
    for j, to in enumerate(TAGS):
        if to[0] == "I":
            ok[:n, j] = False
            ok[j - 1, j] = ok[j, j] = True
    return ok


def attention(q, k, v, mask):
    """Written out: on CPUs PyTorch's own goes back four times as slowly. mask is added to the scores."""
    scores = (q / math.sqrt(q.shape[-1])) @ k.transpose(-1, -2) + mask.to(q.dtype)
    return torch.softmax(scores, -1, dtype=scores.dtype) @ v


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, i, eps = c["hidden_size"], c["intermediate_size"], c["layer_norm_eps"]
        self.heads = c["num_attention_heads"]
        self.attention = nn.ModuleDict({
            "self": nn.ModuleDict({k: nn.Linear(d, d) for k in ("query", "key", "value")}),
            "output": nn.ModuleDict({"dense": nn.Linear(d, d), "LayerNorm": nn.LayerNorm(d, eps)}),
        })
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(d, i)})
        self.output = nn.ModuleDict({"dense": nn.Linear(i, d), "LayerNorm": nn.LayerNorm(d, eps)})

    def forward(self, x, mask, dropout):
        b, n, d = x.shape
        split = lambda t: t.view(b, n, self.heads, d // self.heads).transpose(1, 2)
        q, k, v = (split(self.attention["self"][name](x)) for name in ("query", "key", "value"))
        a = attention(q, k, v, mask).transpose(1, 2).reshape(b, n, d)
        out = self.attention["output"]
        x = out["LayerNorm"](x + F.dropout(out["dense"](a), dropout, dropout > 0))
        y = self.output["dense"](F.gelu(self.intermediate["dense"](x)))
        return self.output["LayerNorm"](x + F.dropout(y, dropout, dropout > 0))


class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        d = config["hidden_size"]
        self.embeddings = nn.ModuleDict({
            "word_embeddings": nn.Embedding(config["vocab_size"], d),
            "position_embeddings": nn.Embedding(config["max_position_embeddings"], d),
            "token_type_embeddings": nn.Embedding(TOKEN_TYPES, d),
            "LayerNorm": nn.LayerNorm(d, config["layer_norm_eps"]),
        })
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(Layer(config) for _ in range(config["num_hidden_layers"]))})
        self.dropout = 0.1

    def forward(self, ids, types, lengths):
        e, n = self.embeddings, ids.shape[1]
        x = e["word_embeddings"](ids) + e["position_embeddings"].weight[:n] + e["token_type_embeddings"](types)
        x = F.dropout(e["LayerNorm"](x), self.dropout, self.training)
        beyond = torch.arange(n, device=ids.device)[None] >= lengths[:, None]
        mask = x.new_zeros(len(ids), 1, 1, n).masked_fill(beyond[:, None, None], -1e4)
        for layer in self.encoder["layer"]:
            x = layer(x, mask, self.dropout if self.training else 0.0)
        return x


def trained(folder):
    """Weights of a training's --out (their running mean) or of an exported model, and its encoder's settings."""
    if (folder / "model.safetensors").exists():
        weights = {name: weight.float() for name, weight in load_file(folder / "model.safetensors").items()}
        return weights, json.loads((folder / "config.json").read_text())
    state = torch.load(folder / "checkpoint.pt", weights_only=True, map_location="cpu")
    return state["average"], state["config"]


class Pointer(nn.Module):
    """From each token to a token of its window (0 is [CLS]: none): scores, shape (batch, from, to)."""

    def __init__(self, d):
        super().__init__()
        self.query, self.key = nn.Linear(d, LINK), nn.Linear(d, LINK)

    def forward(self, x):
        return self.query(x) @ self.key(x).transpose(1, 2) / math.sqrt(LINK)


class Tagger(nn.Module):
    """One encoder that says all of it. Of each piece: role tags of the outer and of the inner claims, hedge tags, name
    tags (O, B, I), what a speaker that begins there is, what a claim is whose cue or content begins there; and where it
    points."""

    def __init__(self, config):
        super().__init__()
        d = config["hidden_size"]
        self.bert = (mpnet.Encoder if config.get("model_type") == "mpnet" else Encoder)(config)
        self.roles, self.inner_roles = nn.Linear(d, len(TAGS)), nn.Linear(d, len(TAGS))
        self.transitions = nn.Parameter(torch.zeros(len(TAGS) + 1, len(TAGS)))
        self.inner_transitions = nn.Parameter(torch.zeros(len(TAGS) + 1, len(TAGS)))
        self.hedges = nn.Linear(d, len(HEDGE_TAGS))
        self.names = nn.Linear(d, 3)
        self.kinds = nn.Linear(d, len(KINDS) + 1)  # the last: whether it has a proper name
        wide = sum(map(len, FIELDS.values()))
        self.of_cue, self.of_content = nn.Linear(d, wide), nn.Linear(d, wide)
        for name in POINTERS:
            setattr(self, name, Pointer(d))
        # Who is meant, of features that the program computes: learned by speakers.py once all else is.
        self.speaker_hidden, self.speaker_out = nn.Linear(FEATURES, HIDDEN), nn.Linear(HIDDEN, 1, bias=False)
        self.register_buffer("allowed", allowed(), persistent=False)

    @classmethod
    def from_base(cls, config, weights):
        """Pretrained weights; BERT's token types are widened: copies of row 0 plus noise of 0.01."""
        model = cls(config)
        state = {k.removeprefix("bert."): v.float() for k, v in load_file(weights).items()}
        if "embeddings.token_type_embeddings.weight" in state:
            rows = state["embeddings.token_type_embeddings.weight"][:1].repeat(TOKEN_TYPES, 1)
            state["embeddings.token_type_embeddings.weight"] = rows + 0.01 * torch.randn_like(rows)
        missing = set(model.bert.load_state_dict(state, strict=False).missing_keys) - {"types.weight", "shares"}
        if missing:
            raise ValueError(f"{weights}: no {min(missing)}")
        return model

    @classmethod
    def of(cls, folder):
        """As a training or an exported model left it."""
        weights, config = trained(folder)
        model = cls(config)
        model.go_on_from(weights)
        return model

    def go_on_from(self, state):
        """Takes over what an earlier training learned, perhaps with fewer token types and heads."""
        for name in ("bert.embeddings.token_type_embeddings.weight", "bert.types.weight"):
            if name in state and len(state[name]) < TOKEN_TYPES:
                state[name] = state[name].repeat(TOKEN_TYPES // len(state[name]), 1)
        if "inner_roles.weight" not in state or not state["inner_transitions"].any():  # nothing taught the inner claims
            inner = {f"inner_{k}": v for k, v in state.items() if k.split(".")[0] in ("roles", "transitions", *LINKS)}
            state = {**state, **inner}
        self.load_state_dict(state, strict=False)

    def forward(self, ids, types, lengths):
        """By name: scores of tags, shape (batch, pieces, tags), and of pointers, shape (batch, from, to); and `states`, what
        the encoder made of each piece."""
        x = self.bert(ids, types, lengths)
        heads = ("roles", "inner_roles", "hedges", "names", "kinds", "of_cue", "of_content", *POINTERS)
        return {"states": x, **{name: getattr(self, name)(x) for name in heads}}

    def masked_transitions(self, inner=False):
        learned = self.inner_transitions if inner else self.transitions
        return learned.float().masked_fill(~self.allowed, -1e4)

    def crf_steps(self, emissions, mask):
        """What each piece adds to the score of a path, by the tag before it and its own, shape (2 B, N, T, T); of both
        layers' emissions (2 B, N, T), the outer one's rows first. Pieces outside the mask change nothing; the one after a gap
        begins anew. And which pieces begin."""
        b, n, tags = emissions.shape
        trans = torch.stack([self.masked_transitions(), self.masked_transitions(inner=True)]).repeat_interleave(b // 2, 0)
        first = torch.ones(b, n, dtype=torch.bool, device=mask.device)
        first[:, 1:] = ~(mask[:, 1:] & mask[:, :-1])
        steps = torch.where(first[..., None, None], trans[:, None, -1:], trans[:, None, :-1]) + emissions.float()[:, :, None]
        stay = torch.full((tags, tags), -1e4, device=mask.device).fill_diagonal_(0.0)
        return torch.where(mask[..., None, None], steps, stay), first

    @staticmethod
    def log_z(steps):
        """The log of the sum over all paths, shape (2 B,): products of neighbours, then of those, in a tree."""
        while (n := steps.shape[1]) > 1:
            pairs = torch.logsumexp(steps[:, 0 : n - 1 : 2, :, :, None] + steps[:, 1:n:2, None, :, :], 3)
            steps = torch.cat([pairs, steps[:, n - n % 2 :]], 1)
        return torch.logsumexp(steps[:, 0, 0], 1)

    def crf_loss(self, emissions, roles, pairs, mask):
        """What the wanted distribution over paths loses, summed: log Z less the expected score (Wang et al. 2021,
        "Structural knowledge distillation"); of one path it is the negative log-likelihood. roles (2 B, N, T) and pairs
        (2 B, N, T, T), of each piece and the one before, as crf_steps has them."""
        steps, first = self.crf_steps(emissions, mask)
        wanted = torch.where(first[..., None, None], torch.nn.functional.pad(roles[:, :, None], (0, 0, 0, roles.shape[2] - 1)),
                             pairs)
        return self.log_z(steps).sum() - (steps * wanted * mask[..., None, None]).sum()

    def crf_marginals(self, emissions, mask):
        """Of each piece the probabilities of its tag, and of its tag with the one before: the gradient of log Z."""
        with torch.enable_grad():
            steps = self.crf_steps(emissions, mask)[0].detach().requires_grad_()
            pairs, = torch.autograd.grad(self.log_z(steps).sum(), steps)
        pairs = pairs * mask[..., None, None]
        return pairs.sum(2), pairs
