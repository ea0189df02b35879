"""What the model card and README state, to be held against the expected figures."""

import re

from measure import ROOT

README = {
    "claims found": "attr_content", "… with the right source": "attr_full", "source right": "source_given",
    "words of sources": "token_source", "words of cues": "token_cue", "words of contents": "token_content",
    "contents exact": "span_content",
}
HEDGES = {"our own, of today": "own", "news of the 1980s": "news", "Wikipedia": "wiki"}


def stated() -> list[tuple[str, str, float]]:
    """File, figure and number, with one decimal."""
    found = []
    card = (ROOT / "models/news-en/README.md").read_text()
    for row in re.finditer(r"^\| (\w+) \| ([\d.]+) \| ([\d.]+) \| \*\*([\d.]+)\*\* \|", card, re.M):
        for rate, number in zip(("P", "R", "F1"), row.groups()[1:]):
            found.append(("the model card", f"polnear/bf16/{row[1]} {rate}", float(number)))
    for label, name in HEDGES.items():
        row = re.search(rf"^\| {label}.*?\*\*([\d.]+)\*\* \| ([\d.]+) \|", card, re.M)
        for figure, number in zip(("token_any", "span_any"), row.groups()):
            found.append(("the model card", f"hedges-{name}/bf16/{figure} F1", float(number)))
    readme = (ROOT / "README.md").read_text()
    for label, name in README.items():
        row = re.search(rf"^\| {label}[^|]*\| ([\d.]+) \|", readme, re.M)
        found.append(("README.md", f"polnear/bf16/{name} F1", float(row[1])))
    return found


def outdated(expected: dict[str, float]) -> list[str]:
    """What they state otherwise than expected, in words."""
    return [f"{place} states {number} for {figure}, expected is {expected[figure]}" for place, figure, number in stated()
            if abs(number - expected[figure]) > 0.0501]
