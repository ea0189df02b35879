#!/usr/bin/env python3
"""Measure again what the model card and README claim; fail if a figure moved by more than its tolerance.

    scripts/reproduce --data DIR [--quick | --train] [--model DIR] [--out DIR]

DIR has the corpora that scripts/train/train.py reads, in the folders that its --help names: dev parts of polnear/ and
uncertainty/, wikinews/, press/, pages/ and bbc/, of which some articles are dev; and, where there is one, gum/ for speakers.

With the committed weights: extracts the dev articles annotated by the guide, PolNeAR dev (by PolNeAR's definition of a
claim) and the hedges' dev parts in int8, in bf16 and in fp32 (in fp32 alone where the processor has no fast way for the
others), scores them, and writes into OUT a table (figures.md), the figures (*.svg), all of them (found.json), the model
card's tables with them (card.md), and the runs. Without --quick it also reads a hundred articles of each run again
(`sayso verify`). With --train it trains anew first, as recipe.py beside this file says, which takes hours on two cores;
tolerances are then those of another training.

Expected figures and tolerances are in scripts/reproduce.d/expected.json: per group of figures, for the same weights and
for weights trained anew. The model card and README have to state the same. Not among them are speed, which is the
machine's, and the scopes' F1 and the trials, which are train.py's own. SAYSO in the environment names another program
than the checkout's own.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import draw
from measure import ROOT, Measure, corpora
from stated import outdated, state, tables

EXPECTED = Path(__file__).with_name("expected.json")
# What a processor needs for each, in Linux' names.
NEEDED = {"int8": {"avx512bw", "avx512_vnni", "avx512_bf16"}, "bf16": {"avx512_bf16"}, "fp32": set()}
FILES = ["polnear/dev.jsonl", "polnear/dev_paragraphs_bio.jsonl", "uncertainty/news_dev.jsonl", "uncertainty/wiki_dev.jsonl",
         *(f"{name}/{file}.jsonl" for name in corpora.GUIDE_SETS for file in ("articles", "gold"))]
TRAINING = ["scope/bioscope.jsonl", *(f"polnear/{part}.jsonl" for part in ("train", "train_corenlp", "dev_corenlp", "train_guide_gold")),
            *(f"uncertainty/{part}_train.jsonl" for part in ("news", "wiki", "bio"))]


def arguments() -> argparse.Namespace:
    p = argparse.ArgumentParser(prog="scripts/reproduce", description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=Path, required=True, help="the folder of the corpora")
    p.add_argument("--model", type=Path, default=ROOT / "models/news-en")
    p.add_argument("--out", type=Path, default=ROOT / "outputs/reproduce")
    way = p.add_mutually_exclusive_group()
    way.add_argument("--quick", action="store_true", help="without reading anything a second time")
    way.add_argument("--train", action="store_true", help="train anew instead of taking a model's weights")
    p.add_argument("--limit", type=int, help="with --train: articles of each file to train on, to try whether it runs at all")
    p.add_argument("--write-expected", action="store_true",
                   help="for maintainers, after a new model: make what is found the expected, and state it in the "
                        "model card and README")
    args = p.parse_args()
    missing = [file for file in FILES + TRAINING * args.train if not (args.data / file).exists()]
    if missing:
        p.error(f"{args.data} lacks {', '.join(missing)}")
    return args


def measurable() -> list[str]:
    """What this processor computes in, the program's own choice first."""
    features = set(Path("/proc/cpuinfo").read_text().split())
    left_out = [dtype for dtype, needed in NEEDED.items() if not needed <= features]
    if left_out:
        print(f"not measured, for this processor does not compute in it: {', '.join(left_out)}")
    return [dtype for dtype in NEEDED if dtype not in left_out]


def tolerance(expected: dict, figure: str, trained: bool) -> float:
    group = figure.split("/")[0]
    return expected["tolerance"][group]["trained anew" if trained else "same weights"]


def main() -> int:
    args, start = arguments(), time.monotonic()
    args.out.mkdir(parents=True, exist_ok=True)
    if args.train:
        import recipe

        args.model = recipe.train(args)
    measure = Measure(args.data, args.model, args.out)
    dtypes = measurable()
    if args.write_expected and len(dtypes) < len(NEEDED):
        print("what is expected has to be measured on a processor that computes in all of", *NEEDED)
        return 1
    scores = {}
    for dtype in dtypes:
        scores[dtype] = measure.guide(dtype)
        measure.polnear(dtype)
        measure.hedges(dtype)
        measure.speakers(dtype)
    if not args.quick:
        measure.again()

    expected = json.loads(EXPECTED.read_text())
    (args.out / "found.json").write_text(json.dumps(measure.figures, indent=1, ensure_ascii=False) + "\n")
    (args.out / "card.md").write_text(tables(measure.figures))
    draw.figures(measure.figures, expected["person"], scores[dtypes[0]], dtypes[0], args.out)
    if args.write_expected:
        expected["model_files"], expected["figures"] = measure.digests.pop(), measure.figures
        EXPECTED.write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n")
        state(measure.figures)
        print(f"{EXPECTED}, the model card's tables and README's rows: written", *outdated(measure.figures), sep="\n  ")
        return 0
    rows = []
    wanted = {name: value for name, value in expected["figures"].items() if name.split("/")[1] in dtypes}
    if not (args.data / "gum").exists():
        wanted = {name: value for name, value in wanted.items() if not name.startswith("speakers/") or name in measure.figures}
    for name in [*wanted, *(name for name in measure.figures if name not in wanted)]:
        want, found, near = wanted.get(name), measure.figures.get(name), tolerance(expected, name, args.train)
        holds = None not in (want, found) and abs(want - found) <= near + 1e-9
        rows.append((name, want, found, near, holds))
    table = draw.table(rows)
    (args.out / "figures.md").write_text(table)
    print(table)
    moved = sum(not row[-1] for row in rows)
    others = set() if args.train else measure.digests - {expected["model_files"]}
    for digest in others:
        print(f"the model's files have the blake3 {digest[:12]}…, and the figures are those of {expected['model_files'][:12]}…")
    stale = outdated(expected["figures"])
    for line in stale:
        print(line)
    print(f"{len(rows)} figures, {moved} moved; {time.monotonic() - start:.0f} s on {len(os.sched_getaffinity(0))} cores; "
          f"figures and table: {args.out}")
    return 1 if moved or others or stale else 0


if __name__ == "__main__":
    sys.exit(main())
