#!/usr/bin/env python3
"""The corpora annotated by the guide, and which of their articles are dev, never trained on.

    corpora.py --data DIR --out DEV.jsonl

writes dev down, an article a line, text and gold: what `sayso extract` reads, and what `sayso eval` and calibrate.py hold
the records against. DIR is that of train.py. Needs Python alone.
"""

import argparse
import hashlib
import json
from pathlib import Path

GUIDE_SETS = ("wikinews", "press", "pages", "bbc")
DEV_ARTICLES = {"wikinews": 24, "press": 12, "pages": 8, "bbc": 6}  # chosen by a hash


def read(path, limit=None):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines][:limit]


def write(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def split(data, name):
    """A set's articles with their gold: dev, and what is to be trained on."""
    gold = {g["id"]: g for g in read(data / name / "gold.jsonl")}
    rows = [{**gold[a["id"]], "text": a["text"], "set": name} for a in read(data / name / "articles.jsonl")]
    rows.sort(key=lambda row: hashlib.sha256(row["id"].encode()).hexdigest())
    return rows[: DEV_ARTICLES[name]], rows[DEV_ARTICLES[name] :]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    args = p.parse_args()
    write(args.out, [row for name in GUIDE_SETS for row in split(args.data, name)[0]])


if __name__ == "__main__":
    main()
