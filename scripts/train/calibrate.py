#!/usr/bin/env python3
"""Fit a model's calibration to records that it made, and write it into its config.json.

    sayso extract DEV.jsonl --out RUN
    calibrate.py --model models/news-en --gold DEV.jsonl --records RUN/records.jsonl [--plot FILE.svg]

Platt scaling with two facts beside the score: confidence = σ(slope · logit(p) + intercept + sourceless + indirect), where
p is the product of a claim's probabilities and the last two count for claims without a source and for indirect ones, so
that the right claims (as attr_full counts) are as likely as possible. It also prints what to expect on other articles:
the expected calibration error of five folds of articles, each by the numbers of the other four.
"""

import argparse
import json
import re
from pathlib import Path

import numpy as np

import metrics

EDGE = 1e-4  # as in src/tagger/calibration.rs
TERMS = ("slope", "intercept", "sourceless", "indirect")


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", type=Path, required=True)
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--records", type=Path, required=True)
    p.add_argument("--plot", type=Path, help="where to draw the reliability of the new confidences")
    return p.parse_args()


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def judged(gold, records):
    """Of each claim: its article, its confidence, whether it has no source, whether it is indirect, whether it is right."""
    out = []
    for number, row in enumerate(gold):
        words = [m.span() for m in re.finditer(r"\w+", row["text"])]
        claims = records[row["id"]]["claims"]
        wanted = row["attributions"] if "attributions" in row else row["annotations"][0]["attributions"]
        spans = lambda found: [[s["start"], s["end"]] for s in found if s]
        found = [{"source": spans([c["source"]]), "cue": spans([c["cue"]]), "content": spans(c["content"])}
                 for c in claims]
        sides = [[{role: metrics.word_set(a[role], words) for role in metrics.ROLES} for a in side]
                 for side in (wanted, found)]
        right = {j for _, j, agree in metrics.matched(*sides) if agree["source"] and agree["cue"]}
        out += [(number, claim["confidence"], claim["source"] is None, claim["quote"] == "indirect", j in right)
                for j, claim in enumerate(claims)]
    return map(np.array, zip(*out))


def fitted(x, right):
    """A weight for each column of `x`, by Newton's method."""
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        w = w - np.linalg.solve((x.T * (p * (1 - p))) @ x + 1e-6 * np.eye(len(w)), x.T @ (p - right))
    return w


def scaled(x, w):
    return 1 / (1 + np.exp(-x @ w))


def bins(confidence, right):
    """Of each tenth: claims, mean confidence, share right."""
    tenth = np.minimum((confidence * 10).astype(int), 9)
    return [(int((tenth == i).sum()), confidence[tenth == i].mean(), right[tenth == i].mean())
            for i in range(10) if (tenth == i).any()]


def expected_error(confidence, right):
    return sum(n * abs(c - r) for n, c, r in bins(confidence, right)) / len(right)


def plot(confidence, right):
    """A reliability diagram as SVG: the share right over the confidence, a disc's area by its claims."""
    size, edge = 360, 48
    at = lambda v: edge + v * size
    up = lambda v: edge + (1 - v) * size
    ticks = "".join(
        f'<path class="grid" d="M{at(v):.0f} {up(0):.0f}V{up(1):.0f}M{at(0):.0f} {up(v):.0f}H{at(1):.0f}"/>'
        f'<text x="{at(v):.0f}" y="{up(0) + 18:.0f}" text-anchor="middle">{v:.1f}</text>'
        f'<text x="{at(0) - 8:.0f}" y="{up(v) + 4:.0f}" text-anchor="end">{v:.1f}</text>' for v in np.arange(0, 1.01, 0.2))
    discs = "".join(f'<circle cx="{at(c):.1f}" cy="{up(r):.1f}" r="{3 + 16 * (n / len(right)) ** 0.5:.1f}">'
                    f"<title>{n} claims: {100 * c:.0f} % expected, {100 * r:.0f} % right</title></circle>"
                    for n, c, r in bins(confidence, right))
    whole = size + 2 * edge
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" width="{whole}" height="{whole}">
<title>Share of claims that are right, by confidence</title>
<style>
svg {{ background: #fff; font: 13px system-ui, sans-serif }} text {{ fill: #333 }}
.grid {{ stroke: #ddd }} .even {{ stroke: #888; stroke-dasharray: 4 4 }} circle {{ fill: #1f5fa8; fill-opacity: .75 }}
</style>
{ticks}
<path class="even" d="M{at(0)} {up(0)}L{at(1)} {up(1)}"/>
{discs}
<text x="{at(0.5):.0f}" y="{whole - 8}" text-anchor="middle">confidence</text>
<text transform="translate(14 {up(0.5):.0f}) rotate(-90)" text-anchor="middle">share right (attr_full)</text>
</svg>
"""


def main():
    args = arguments()
    file = args.model / "config.json"
    config = json.loads(file.read_text())
    before = {"slope": 1.0, "intercept": 0.0, "sourceless": 0.0, "indirect": 0.0} | config.get("calibration", {})
    article, confidence, sourceless, indirect, right = judged(read(args.gold), {r["id"]: r for r in read(args.records)})
    p = np.clip(confidence, EDGE, 1 - EDGE)
    # What the records hold went through the calibration that the model had.
    facts = before["intercept"] + before["sourceless"] * sourceless + before["indirect"] * indirect
    logits = (np.log(p / (1 - p)) - facts) / before["slope"]
    x = np.stack([logits, np.ones_like(logits), sourceless, indirect], 1)
    fold = np.random.default_rng(1).integers(0, 5, article.max() + 1)[article]
    others = np.zeros(len(right))
    for k in range(5):
        others[fold == k] = scaled(x[fold == k], fitted(x[fold != k], right[fold != k]))
    w = fitted(x, right)
    config["calibration"] = {term: round(float(value), 4) for term, value in zip(TERMS, w)}
    file.write_text(json.dumps(config, indent=2) + "\n")
    print(f"{len(right)} claims, {100 * right.mean():.1f} % right; calibration error before "
          f"{100 * expected_error(p, right):.1f} %, now {100 * expected_error(scaled(x, w), right):.1f} %, "
          f"over five folds {100 * expected_error(others, right):.1f} %")
    print(f"{file}: {config['calibration']}")
    if args.plot is not None:
        args.plot.write_text(plot(scaled(x, w), right))


if __name__ == "__main__":
    main()
