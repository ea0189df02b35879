#!/usr/bin/env python3
"""Fit a model's calibration to records that it made, and write it into its config.json.

    corpora.py --data DIR --out DEV.jsonl
    sayso extract DEV.jsonl --out RUN --model models/news-en --min-confidence 0
    calibrate.py --model models/news-en --gold DEV.jsonl --records RUN/records.jsonl [--plot FILE.svg]

Platt scaling with three facts beside the score: confidence = σ(slope · logit(p) + intercept + sourceless + indirect +
nested), where p is the product of a claim's probabilities and the last three count for claims without a source, for
indirect ones and for those within others, so that the right claims (as attr_full counts over all of them) are as likely as
possible. It also prints what to expect on other articles: the expected calibration error of five folds of articles, each
by the numbers of the other four. Gold without texts is of the records' texts.
"""

import argparse
import json
import re
from pathlib import Path

import numpy as np

import metrics
from corpora import read

EDGE = 1e-4  # as in src/tagger/calibration.rs
FACTS = ("sourceless", "indirect", "nested")
TERMS = ("slope", "intercept", *FACTS)


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", type=Path, required=True)
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--records", type=Path, required=True)
    p.add_argument("--plot", type=Path, help="where to draw the reliability of the new confidences")
    return p.parse_args()


def judged(gold, records):
    """Of each claim: its article, its confidence, its facts, whether it is right."""
    articles, confidences, facts, right = [], [], [], []
    for number, row in enumerate(gold):
        record = records[row["id"]]
        claims = record["claims"]
        words = [m.span() for m in re.finditer(r"\w+", row.get("text", record["text"]))]
        wanted = row["attributions"] if "attributions" in row else row["annotations"][0]["attributions"]
        spans = lambda found: [[s["start"], s["end"]] for s in found if s]
        found = [{"source": spans([c["source"]]), "cue": spans([c["cue"]]), "content": spans(c["content"])}
                 for c in claims]
        sides = [[{role: metrics.word_set(a[role], words) for role in metrics.ROLES} for a in side]
                 for side in (wanted, found)]
        full = {j for _, j, agree in metrics.matched(*sides) if agree["source"] and agree["cue"]}
        articles += [number] * len(claims)
        confidences += [c["confidence"] for c in claims]
        facts += [(c["source"] is None, c["quote"] == "indirect", c["within"] is not None) for c in claims]
        right += [j in full for j in range(len(claims))]
    return np.array(articles), np.array(confidences), np.array(facts, dtype=float), np.array(right)


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
    before = dict.fromkeys(TERMS, 0.0) | {"slope": 1.0} | config.get("calibration", {})
    article, confidence, facts, right = judged(read(args.gold), {r["id"]: r for r in read(args.records)})
    p = np.clip(confidence, EDGE, 1 - EDGE)
    # What the records hold went through the calibration that the model had.
    added = before["intercept"] + facts @ [before[fact] for fact in FACTS]
    logits = (np.log(p / (1 - p)) - added) / before["slope"]
    x = np.column_stack([logits, np.ones_like(logits), facts])
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
