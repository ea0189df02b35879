"""Trains the model anew: the commands of scripts/train/README.md, one after another."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from measure import ROOT, SAYSO

TRAIN = ROOT / "scripts/train"
SETTINGS = {"OMP_NUM_THREADS": str(len(os.sched_getaffinity(0))), "GOMP_SPINCOUNT": "0",
            "MALLOC_MMAP_THRESHOLD_": "1073741824", "MALLOC_TRIM_THRESHOLD_": "4294967296",
            "MALLOC_TOP_PAD_": "67108864", "MALLOC_ARENA_MAX": "1"}


def train(args) -> Path:
    """Answers with the model's folder. One that was stopped goes on from its last epoch."""
    runs, model = args.out / "train", args.out / "model" / "news-en"

    def call(script: str, *more) -> None:
        command = [sys.executable, TRAIN / script, *more]
        print("$", *command, flush=True)
        subprocess.run(list(map(str, command)), check=True, env={**os.environ, **SETTINGS})

    hedges = ["--uncertainty", args.uncertainty, "--scope", args.scope, "--batch", 4096]
    polnear = ["--polnear", args.polnear, *(["--limit", args.limit] if args.limit else [])]

    def teach(name: str, *teachers) -> Path:
        said = runs / name
        if not said.exists():
            call("teach.py", *polnear, "--uncertainty", args.uncertainty, *teachers, "--out", said)
        return said

    call("train.py", *polnear, "--out", runs / "attributions")
    call("train.py", *polnear, *hedges, "--init", runs / "attributions", "--out", runs / "joint", "--epochs", 4,
         "--rate", 1.5e-4, "--head-rate", 6e-4, "--hedges", 4, "--mask", 0.05, "--average", 0.995)
    call("train.py", *polnear, *hedges, "--init", runs / "joint", "--out", runs / "all", "--epochs", 1, "--rate", 8e-5,
         "--head-rate", 2e-4, "--hedges", 3, "--average", 0.99, "--seed", 2)
    learn = [*polnear, *hedges, "--window", 320, "--rate", 1.5e-4, "--head-rate", 4e-4, "--hedges", 4, "--mask", 0.05]
    taught = [*learn, "--init", runs / "all", "--teacher", teach("said.pt", "--run", runs / "attributions"),
              "--share", 0.7, "--average", 0.995]
    call("train.py", *taught, "--out", runs / "taught", "--epochs", 4, "--trust", 0.5, "--seed", 5)
    call("train.py", *taught, "--out", runs / "again", "--epochs", 3, "--trust", 0.7, "--seed", 6,
         "--soup", runs / "taught", "--soup-share", 0.5)
    average, base = runs / "again" / "model", ["--base", runs / "all-mpnet-base-v2"]
    call("mpnet.py", runs)
    call("train.py", *polnear, *base, "--out", runs / "teacher", "--epochs", 2, "--window", 320, "--batch", 1024,
         "--rate", 6e-5, "--head-rate", 8e-4, "--average", 0.99, "--seed", 11)
    said = teach("said-better.pt", *base, "--run", runs / "teacher", "--run", average)
    call("train.py", *learn, "--init", average, "--teacher", said, "--share", 0.5, "--average", 0.99, "--trust", 0.7,
         "--seed", 7, "--out", runs / "last", "--epochs", 2)
    shutil.copytree(runs / "last" / "model", model, dirs_exist_ok=True)
    dev = args.polnear / "dev.jsonl"
    extract = [SAYSO, "extract", dev, "--out", runs / "dev", "--overwrite", "--quiet", "--model", model]
    subprocess.run(list(map(str, extract)), check=True)
    call("calibrate.py", "--model", model, "--gold", dev, "--records", runs / "dev/records.jsonl")
    return model
