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
    columns = ("int8", "P"), ("int8", "R"), ("int8", "F1"), ("bf16", "F1"), ("fp32", "F1")
    number = r" \*{0,2}([\d.]+)\*{0,2} \|"
    for row in re.finditer(r"^\| (\w+_\w+) \|" + number * len(columns), card, re.M):
        for (dtype, rate), value in zip(columns, row.groups()[1:]):
            found.append(("the model card", f"polnear/{dtype}/{row[1]} {rate}", float(value)))
    for label, name in HEDGES.items():
        row = re.search(rf"^\| {label}.*?\*\*([\d.]+)\*\* \| ([\d.]+) \|", card, re.M)
        for figure, value in zip(("token_any", "span_any"), row.groups()):
            found.append(("the model card", f"hedges-{name}/int8/{figure} F1", float(value)))
    readme = (ROOT / "README.md").read_text()
    for label, name in README.items():
        row = re.search(rf"^\| {label}[^|]*\| ([\d.]+) \|", readme, re.M)
        found.append(("README.md", f"polnear/int8/{name} F1", float(row[1])))
    return found


def outdated(expected: dict[str, float]) -> list[str]:
    """What they state otherwise than expected, in words."""
    return [f"{place} states {number} for {figure}, expected is {expected[figure]}" for place, figure, number in stated()
            if abs(number - expected[figure]) > 0.0501]
