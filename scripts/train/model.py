"""The tagger: a BERT encoder with roles (a linear-chain CRF), links and hedges, on plain PyTorch.

Parameter names of the encoder are those of Hugging Face's BertModel, so that the weights go into rust-bert as they are.
"""

import math

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

import mpnet
from features import SHAPES, TOKEN_TYPES

ROLES = ("source", "cue", "content")
TAGS = ("O",) + tuple(f"{p}-{r}" for r in ROLES for p in "BI")
CLASSES = ("epistemic", "doxastic", "condition", "investigation")
HEDGE_TAGS = ("O",) + tuple(f"{p}-{c}" for c in CLASSES for p in "BI")
LINK = 128


def allowed():
    """Which tag may follow which: I-x only B-x or I-x. The last row is a window's start, where a span may go on."""
    n = len(TAGS)
    ok = torch.ones(n + 1, n, dtype=torch.bool)
    for j, to in enumerate(TAGS):
        if to[0] == "I":
            ok[:n, j] = False
            ok[j - 1, j] = ok[j, j] = True
    return ok


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
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(b, n, d)
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
        mask = None
        if int(lengths.min()) < n:
            mask = (torch.arange(n)[None] < lengths[:, None])[:, None, None]
        for layer in self.encoder["layer"]:
            x = layer(x, mask, self.dropout if self.training else 0.0)
        return x


def trained(folder):
    """Weights of a training's --out (their running mean) or of an exported model, and whether it learned hedges."""
    if (folder / "model.safetensors").exists():
        return {name: weight.float() for name, weight in load_file(folder / "model.safetensors").items()}, True
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    return state["average"], state["hedging"]


class Pointer(nn.Module):
    """From each token to a token of its window (0 is [CLS]: none): scores, shape (batch, from, to)."""

    def __init__(self, d):
        super().__init__()
        self.query, self.key = nn.Linear(d, LINK), nn.Linear(d, LINK)

    def forward(self, x):
        return self.query(x) @ self.key(x).transpose(1, 2) / math.sqrt(LINK)


class Tagger(nn.Module):
    def __init__(self, config):
        super().__init__()
        d = config["hidden_size"]
        self.bert = (mpnet.Encoder if config["model_type"] == "mpnet" else Encoder)(config)
        self.roles = nn.Linear(d, len(TAGS))
        self.transitions = nn.Parameter(torch.zeros(len(TAGS) + 1, len(TAGS)))
        self.to_cue, self.to_source = Pointer(d), Pointer(d)
        self.hedges = nn.Linear(d, len(HEDGE_TAGS))
        self.scope_start, self.scope_end = Pointer(d), Pointer(d)
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

    def forward(self, ids, types, lengths):
        """Scores of role tags, of hedge tags, and of the pointers by name, shape (batch, from, to)."""
        x = self.bert(ids, types, lengths)
        pointers = {name: getattr(self, name)(x) for name in ("to_cue", "to_source", "scope_start", "scope_end")}
        return self.roles(x), self.hedges(x), pointers

    def masked_transitions(self):
        return self.transitions.float().masked_fill(~self.allowed, -1e4)

    def crf_loss(self, emissions, roles, pairs, mask):
        """What the wanted distribution over paths loses, summed: log Z less the expected score (Wang et al. 2021,
        "Structural knowledge distillation"); of one path it is the negative log-likelihood. emissions and roles
        (B, N, T), pairs (B, N, T, T) of each piece and the one before; mask (B, N), any gap splits the chain there."""
        emissions, trans = emissions.float(), self.masked_transitions()
        start, trans = trans[-1], trans[:-1]
        b, n, _ = emissions.shape
        emissions = emissions * mask[..., None]
        first = torch.ones(b, n, dtype=torch.bool)
        first[:, 1:] = ~(mask[:, 1:] & mask[:, :-1])
        step = torch.where(first, roles @ start, (pairs * trans).sum((2, 3)))
        score = (((emissions * roles).sum(2) + step) * mask).sum()
        alpha, total = torch.zeros_like(emissions[:, 0]), emissions.new_zeros(())
        columns, e_columns = first.unbind(1), emissions.unbind(1)
        for i in range(n):
            fresh = start + e_columns[i]
            going = torch.logsumexp(alpha[:, :, None] + trans, 1) + e_columns[i]
            alpha = torch.where(columns[i][:, None], fresh, going)
            ends = mask[:, i] & (~mask[:, i + 1] if i + 1 < n else torch.ones_like(mask[:, i]))
            if bool(ends.any()):
                total = total + torch.logsumexp(alpha[ends], 1).sum()
        return total - score
