"""What the model card and README state: tables and rows, written from figures, and read to be held against them."""

import re

from measure import BY_SET, FEW, RATES, ROOT, SCOPES, WHOLE, corpora

DTYPES = ("int8", "bf16", "fp32")
RIGHT = ("speaker name, named", "speaker name, unnamed", "speaker name, none", "speaker by name", "speaker by pronoun",
         "speaker by other source", "speaker without source", "kind", "role, given", "role, none to give",
         "affiliation, given", "affiliation, none to give", "quote type", "certainty", "polarity", "type of attribution")
FOUND = ("clear", "nested", "precision", "communication", "attitude", "factive", "control")
SPANS = [f"{kind}_{role}" for kind in ("token", "span") for role in ("source", "cue", "content")] + list(WHOLE)
CLAIMS = [f"all: {name}" for name in SPANS] + [f"{scope}: {name}" for scope in SCOPES if scope != "all" for name in WHOLE]
CLASSES = ("epistemic", "doxastic", "condition", "investigation")
HEDGES = {"articles of dev": "guide", "our own, of today": "own", "news of the 1980s": "news", "Wikipedia": "wiki"}
# What README's tables call figures; it need not have all of them.
README = {
    # PolNeAR's
    "claims found": "polnear/int8/attr_content F1", "… with the right source": "polnear/int8/attr_full F1",
    "source right": "polnear/int8/source_given F1", "words of sources": "polnear/int8/token_source F1",
    "words of cues": "polnear/int8/token_cue F1", "words of contents": "polnear/int8/token_content F1",
    "contents exact": "polnear/int8/span_content F1",
    # … of the articles annotated by the guide
    "claims with the right source": "claims/int8/all: attr_full F1", "… top claims": "claims/int8/top: attr_full F1",
    "… clear claims found": "found/int8/clear", "the right speaker's name": "right/int8/speaker name, named",
    "kind of speaker": "right/int8/kind", "role": "right/int8/role, given", "affiliation": "right/int8/affiliation, given",
    "certainty": "right/int8/certainty", "polarity": "right/int8/polarity", "quote type": "right/int8/quote type",
    "type": "right/int8/type of attribution", "words of hedges": "hedges-guide/int8/token_any F1",
}


def spans(group: str) -> list[str]:
    """The figures that a row of spans has, in its columns' order; ROW stands for the row's name."""
    return [f"{group}/int8/ROW {rate}" for rate in RATES] + [f"{group}/{dtype}/ROW F1" for dtype in DTYPES[1:]]


def shares(row: str) -> list[str]:
    group = "few" if row in FEW else "found" if row in FOUND else "right"
    by_set = [f"sets-right/int8/{name}, {row}" for name in corpora.GUIDE_SETS] if row in BY_SET else []
    return [f"{group}/{dtype}/{row}" for dtype in DTYPES] + by_set


def hedges(name: str) -> list[str]:
    rates = [f"hedges-{name}/int8/token_any {rate}" for rate in RATES]
    return rates + [f"hedges-{name}/int8/{figure} F1" for figure in ("span_any", *(f"token_{c}" for c in CLASSES))]


def rows() -> dict[str, dict[str, list[str]]]:
    """The card's tables: the first cells of their rows, each with the figures of its other cells."""
    spanned = lambda group, names: {name: [figure.replace("ROW", name) for figure in spans(group)] for name in names}
    return {
        "claims | P | R | F1 | F1 in bf16 | in fp32": spanned("claims", CLAIMS),
        "share | int8 | bf16 | fp32 | " + " | ".join(corpora.GUIDE_SETS): {row: shares(row) for row in (*FOUND, *RIGHT)},
        "articles | attr_content | attr_full | source_given | top: attr_full | hedges": {
            name: [*(f"sets/int8/{name}, all: {figure} F1" for figure in WHOLE), f"sets/int8/{name}, top: attr_full F1",
                   f"sets/int8/{name}, hedges: token_any F1"] for name in corpora.GUIDE_SETS},
        "figure | P | R | F1 | F1 in bf16 | in fp32": spanned("polnear", SPANS),
        "hedges | any, token P | R | F1 | any, span F1 | " + " | ".join(CLASSES): {k: hedges(v) for k, v in HEDGES.items()},
    }


def tables(figures: dict[str, float]) -> str:
    """The card's tables with these figures, ready to be put into it; a column may be added at the end."""
    cell = lambda name: f"{figures[name]:.1f}" if name in figures else "–"
    out = []
    for head, table in rows().items():
        width = head.count("|") + 1
        cells = [[row, *map(cell, names), *[""] * (width - 1 - len(names))] for row, names in table.items()]
        out.append("\n".join(f"| {line} |" for line in (head, " | ".join(["---"] * width), *map(" | ".join, cells))))
    return "\n\n".join(out) + "\n"


def stated() -> list[tuple[str, str, float]]:
    """File, figure and number, with one decimal."""
    card = (ROOT / "models/news-en/README.md").read_text()
    found = []
    for table in rows().values():
        for row, names in table.items():
            # Of hedges the first cell says more, and the second how many cues there are.
            begin = rf"^\| {re.escape(row)}[^|]*\| (?:\d+ \| )?" if row in HEDGES else rf"^\| {re.escape(row)} \| "
            line = re.search(begin + r"(.*) \|$", card, re.M)
            values = [cell.strip("* ") for cell in line[1].split("|")] if line else []
            found += [("the model card", name, float(value)) for name, value in zip(names, values) if value[:1].isdigit()]
    readme = (ROOT / "README.md").read_text()
    for label, name in README.items():
        row = re.search(rf"^\| {label}[^|]*\| \*{{0,2}}([\d.]+)\*{{0,2}} \|", readme, re.M)
        if row:
            found.append(("README.md", name, float(row[1])))
    return found


def state(figures: dict[str, float]) -> None:
    """Writes the figures into the card's tables and README's rows."""
    card = ROOT / "models/news-en/README.md"
    text = card.read_text()
    for table in tables(figures).strip().split("\n\n"):
        head = table.split("\n")[0]
        text = re.sub(rf"^{re.escape(head)}\n(?:\|.*\n)+", lambda _: table + "\n", text, flags=re.M)
    card.write_text(text)
    readme = ROOT / "README.md"
    text = readme.read_text()
    for label, name in README.items():
        row = rf"^(\| {label}[^|]*\| \*{{0,2}})[\d.]+"
        text = re.sub(row, lambda found: f"{found[1]}{figures[name]:.1f}", text, flags=re.M)
    readme.write_text(text)


def outdated(expected: dict[str, float]) -> list[str]:
    """What they state otherwise than expected, or not at all, in words."""
    said = stated()
    out = [f"{place} states {number} for {figure}, expected is {expected.get(figure, 'nothing')}" for place, figure, number in said
           if abs(number - expected.get(figure, -1)) > 0.0501]
    for head, table in rows().items():
        if not {name for names in table.values() for name in names} & {figure for _, figure, _ in said}:
            out.append(f"the model card has no table `{head}`")
    return out
