#!/usr/bin/env python3
"""Trains the model anew: COMMANDS, one after another.

    recipe.py --data DIR --runs DIR     prints them
    scripts/reproduce --data DIR --train
"""

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from measure import ROOT, SAYSO

# All trainings of the model that sayso comes with: scripts of scripts/train/, where {data} is the folder of the corpora and
# {runs} that of the trainings. A line that ends with \ goes on. What scripts/train/README.md says of each stands there.
COMMANDS = r"""
train.py --data {data} --guide 0 --share 0 --out {runs}/attributions
train.py --data {data} --guide 0 --init {runs}/attributions --out {runs}/joint \
    --batch 4096 --epochs 4 --rate 1.5e-4 --head-rate 6e-4 --hedges 4 --mask 0.05 --average 0.995
train.py --data {data} --guide 0 --init {runs}/joint --out {runs}/all \
    --batch 4096 --epochs 1 --rate 8e-5 --head-rate 2e-4 --hedges 3 --average 0.99 --seed 2
train.py --data {data} --guide 0 --init {runs}/all --teacher {runs}/all --trust 0.5 --share 0.7 --out {runs}/taught \
    --window 320 --batch 4096 --epochs 4 --rate 1.5e-4 --head-rate 4e-4 --hedges 4 --mask 0.05 --average 0.995 --seed 5
train.py --data {data} --guide 0 --init {runs}/all --teacher {runs}/all --trust 0.7 --share 0.7 --out {runs}/again \
    --window 320 --batch 4096 --epochs 3 --rate 1.5e-4 --head-rate 4e-4 --hedges 4 --mask 0.05 --average 0.995 --seed 6 \
    --soup {runs}/taught 0.5
mpnet.py {runs}
train.py --data {data} --guide 0 --share 0.1 --base {runs}/all-mpnet-base-v2 --out {runs}/teacher \
    --window 320 --batch 1024 --epochs 2 --rate 6e-5 --head-rate 8e-4 --average 0.99 --seed 11
train.py --data {data} --guide 0 --init {runs}/again/model --teacher {runs}/teacher --teacher {runs}/again/model \
    --trust 0.7 --share 0.5 --out {runs}/last --window 320 --batch 4096 --epochs 2 --rate 1.5e-4 --head-rate 4e-4 --hedges 4 --mask 0.05 \
    --average 0.99 --seed 7
train.py --data {data} --without-own --polnear 0.2 --share 0.15 --init {runs}/last/model --out {runs}/guide-first \
    --window 320 --batch 4096 --epochs 3 --rate 1.5e-4 --head-rate 6e-4 --hedges 4 --mask 0.05 --average 0.99 --seed 21
train.py --data {data} --polnear 0.12 --share 0.1 --init {runs}/guide-first --out {runs}/guide-second \
    --window 320 --batch 2048 --epochs 2 --rate 1.5e-4 --head-rate 8e-4 --hedges 4 --claims 20 --speakers 8 \
    --mask 0.05 --average 0.995 --seed 22
train.py --data {data} --polnear 0.1 --share 0.08 --init {runs}/guide-second --out {runs}/guide \
    --window 320 --batch 2048 --epochs 9 --every 9 --rate 3e-4 --head-rate 1e-3 --hedges 4 --claims 20 --speakers 8 \
    --mask 0.05 --average 0.995 --seed 23
train.py --data {data} --without-own --polnear 0.05 --share 0.03 --init {runs}/guide-first --out {runs}/guide-asked \
    --window 320 --batch 2048 --epochs 3 --every 9 --rate 2.5e-4 --head-rate 1e-3 --hedges 4 --claims 20 --speakers 10 \
    --mask 0.05 --average 0.99 --seed 31
train.py --data {data} --others 1 --polnear 0.05 --share 0.1 --init {runs}/guide-second --out {runs}/more \
    --window 320 --batch 2048 --epochs 4 --every 4 --rate 3e-4 --head-rate 1e-3 --hedges 4 --claims 20 --speakers 8 \
    --mask 0.05 --average 0.995 --seed 51
train.py --data {data} --others 0.5 --polnear 0.05 --share 0.1 --init {runs}/more --teacher {runs}/guide \
    --teacher {runs}/more --trust 0.5 --out {runs}/guide-taught --window 320 --batch 2048 --epochs 3 --every 3 --rate 3e-4 --head-rate 8e-4 --links 0.4 \
    --hedges 4 --claims 10 --speakers 6 --mask 0.05 --average 0.995 --seed 61
train.py --data {data} --others 0.5 --polnear 0.05 --share 0.1 --init {runs}/guide --teacher {runs}/guide \
    --teacher {runs}/more --trust 0.5 --out {runs}/guide-again --window 320 --batch 2048 --epochs 3 --every 3 --rate 3e-4 --head-rate 8e-4 --links 0.4 \
    --hedges 4 --claims 10 --speakers 6 --mask 0.05 --average 0.995 --seed 62 --soup {runs}/guide-taught 0.5
train.py --data {data} --others 0.3 --polnear 0.05 --share 0.12 --init {runs}/guide-again/model --teacher {runs}/guide \
    --teacher {runs}/more --trust 0.5 --out {runs}/guide-last --window 320 --batch 2048 --epochs 2 --every 2 --rate 1.5e-4 --head-rate 4e-4 \
    --links 0.4 --hedges 5 --claims 10 --speakers 6 --mask 0.05 --average 0.99 --seed 63 --soup {runs}/guide-taught 0.2778 \
    --soup {runs}/guide-again 0.2778 --soup {runs}/guide 0.0833 --soup {runs}/guide-second 0.0833
train.py --data {data} --others 1 --polnear 0.25 --share 0.2 --base {runs}/all-mpnet-base-v2 --out {runs}/guide-teacher \
    --window 320 --batch 4096 --epochs 6 --every 6 --rate 7e-5 --head-rate 8e-4 --links 0.4 --hedges 4 --claims 15 \
    --speakers 6 --mask 0.05 --average 0.99 --seed 71
train.py --data {data} --others 1 --polnear 0.25 --share 0.2 --base {runs}/all-mpnet-base-v2 --out {runs}/guide-teacher-too \
    --window 320 --batch 4096 --epochs 6 --every 6 --rate 7e-5 --head-rate 8e-4 --links 0.4 --hedges 4 --claims 15 \
    --speakers 6 --mask 0.05 --average 0.99 --seed 72
train.py --data {data} --guide 1.5 --others 1.5 --plain 1 --polnear 0.2 --share 0.2 --init {runs}/guide-last/model \
    --teacher {runs}/guide-teacher --teacher {runs}/guide-teacher-too --trust 0.6 --out {runs}/student --window 320 \
    --batch 6144 --epochs 7 --every 7 --rate 4e-4 --head-rate 8e-4 --links 0.4 --hedges 4 --claims 10 --speakers 6 \
    --mask 0.05 --average 0.998 --seed 81
train.py --data {data} --guide 1.5 --others 1.5 --plain 1 --polnear 0.2 --share 0.2 --init {runs}/guide-last/model \
    --teacher {runs}/guide-teacher --teacher {runs}/guide-teacher-too --trust 0.6 --out {runs}/student-too --window 320 \
    --batch 6144 --epochs 7 --every 7 --rate 4e-4 --head-rate 8e-4 --links 0.4 --hedges 4 --claims 10 --speakers 6 \
    --mask 0.05 --average 0.998 --seed 82 --soup {runs}/student 0.5
train.py --data {data} --guide 3 --others 3 --plain 3 --polnear 0.4 --init {runs}/student-too/model \
    --teacher {runs}/guide-teacher --teacher {runs}/guide-teacher-too --trust 0.8 --out {runs}/student-swap --window 320 \
    --batch 12288 --epochs 6 --every 6 --rate 5e-4 --head-rate 8e-4 --links 0.4 --hedges 4 --claims 10 --speakers 6 \
    --mask 0.1 --average 0.998 --swap 0.3 --states 1 --seed 91
train.py --data {data} --guide 3 --others 3 --plain 3 --polnear 0.4 --init {runs}/student-too/model \
    --teacher {runs}/guide-teacher --teacher {runs}/guide-teacher-too --trust 0.8 --out {runs}/student-swap-too --window 320 \
    --batch 12288 --epochs 6 --every 6 --rate 5e-4 --head-rate 8e-4 --links 0.4 --hedges 4 --claims 10 --speakers 6 \
    --mask 0.1 --average 0.998 --swap 0.3 --states 1 --seed 92
train.py --data {data} --guide 3 --others 3 --plain 3 --polnear 0.4 --init {runs}/student-too/model \
    --teacher {runs}/guide-teacher --teacher {runs}/guide-teacher-too --trust 0.8 --out {runs}/student-last --window 320 \
    --batch 12288 --epochs 6 --every 6 --rate 5e-4 --head-rate 8e-4 --links 0.4 --hedges 4 --claims 10 --speakers 6 \
    --mask 0.1 --average 0.998 --states 1 --seed 94 --soup {runs}/student-swap 0.3333 --soup {runs}/student-swap-too 0.3333
speakers.py --data {data} --asked {runs}/guide-asked/model --model {runs}/student-last/model
smooth.py --data {data} --model {runs}/student-last/model
"""
LAST = "student-last"  # whose model it is

TRAIN = ROOT / "scripts/train"
SETTINGS = {"OMP_NUM_THREADS": str(len(os.sched_getaffinity(0))), "GOMP_SPINCOUNT": "0",
            "MALLOC_MMAP_THRESHOLD_": "1073741824", "MALLOC_TRIM_THRESHOLD_": "4294967296",
            "MALLOC_TOP_PAD_": "67108864", "MALLOC_ARENA_MAX": "1"}


def commands(data: Path, runs: Path, limit: int | None = None) -> list[list[str]]:
    """Script and arguments of each."""
    out = []
    for line in COMMANDS.replace("\\\n", " ").strip().splitlines():
        script, *args = (word.format(data=data, runs=runs) for word in shlex.split(line))
        out.append([script, *args, *(["--limit", str(limit)] if limit and script == "train.py" else [])])
    return out


def train(args) -> Path:
    """Answers with the model's folder. A training that was stopped goes on from its last epoch."""
    runs, model, dev = args.out / "train", args.out / "model" / "news-en", args.out / "train" / "dev.jsonl"
    runs.mkdir(parents=True, exist_ok=True)

    def call(script: str, *more) -> None:
        command = [sys.executable, str(TRAIN / script), *map(str, more)]
        print("$", shlex.join(command), flush=True)
        subprocess.run(command, check=True, env={**os.environ, **SETTINGS})

    for script, *more in commands(args.data, runs, args.limit):
        call(script, *more)
    shutil.copytree(runs / LAST / "model", model, dirs_exist_ok=True)
    call("corpora.py", "--data", args.data, "--out", dev)
    extract = [SAYSO, "extract", dev, "--out", runs / "dev", "--overwrite", "--quiet", "--model", model, "--min-confidence", "0"]
    subprocess.run(list(map(str, extract)), check=True)
    call("calibrate.py", "--model", model, "--gold", dev, "--records", runs / "dev/records.jsonl")
    return model


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--runs", type=Path, required=True)
    args = p.parse_args()
    for script, *more in commands(args.data, args.runs):
        print("scripts/train/" + script, shlex.join(more))


if __name__ == "__main__":
    main()
