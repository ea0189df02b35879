"""Figures as SVG and tables as Markdown."""

from pathlib import Path

import matplotlib

matplotlib.use("svg")
# The same bytes for the same figures, and text as text.
matplotlib.rcParams.update({"svg.hashsalt": "sayso", "svg.fonttype": "none", "font.size": 9, "axes.spines.top": False,
                            "axes.spines.right": False})
from matplotlib import pyplot  # noqa: E402

SAYSO, PERSON, CLASSES = "#1f5fa8", "#b8b8b8", ("#1f5fa8", "#d07a1f", "#4b8f4b", "#8a5aa8", "#7a7a7a")
NAMES = [f"{kind}_{role}" for kind in ("token", "span") for role in ("source", "cue", "content")]
NAMES += ["attr_content", "attr_full", "source_given"]
SHARES = [("found", "clear", "clear claims found"), ("found", "nested", "claims within claims found"),
          ("found", "precision", "written claims that are gold's")]
SHARES += [("right", name, name) for name in (
    "speaker name, named", "speaker name, unnamed", "kind", "role, given", "affiliation, given", "quote type", "certainty",
    "polarity", "type of attribution")]


def save(figure, path: Path) -> None:
    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)


def bars(axes, labels, series: list[tuple[str, list, str]]) -> None:
    """Groups of bars, with their values on them."""
    width = 0.8 / len(series)
    for at, (name, values, colour) in enumerate(series):
        drawn = axes.bar([n + (at - (len(series) - 1) / 2) * width for n in range(len(labels))],
                         [value or 0 for value in values], width, label=name, color=colour)
        axes.bar_label(drawn, [f"{value:.0f}" if value else "" for value in values], fontsize=7)
    axes.set_xticks(range(len(labels)), labels)
    axes.set_ylim(0, 100)
    axes.set_ylabel("F1, %")
    axes.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, 1.14), ncols=len(series))


def figures(found: dict[str, float], person: dict[str, float], scores: dict, dtype: str, out: Path) -> None:
    figure, axes = pyplot.subplots(figsize=(9, 3.6))
    sayso = [found[f"polnear/{dtype}/{name} F1"] for name in NAMES]
    labels = [name.replace("_", "\n", 1) for name in NAMES]
    bars(axes, labels, [("sayso", sayso, SAYSO), ("a person", [person[name] for name in NAMES], PERSON)])
    save(figure, out / "attributions.svg")

    figure, axes = pyplot.subplots(figsize=(6.5, 4.2))
    values = [found[f"{group}/{dtype}/{name}"] for group, name, _ in SHARES]
    drawn = axes.barh([label for *_, label in SHARES], values, color=[SAYSO if group == "found" else CLASSES[1]
                                                                       for group, *_ in SHARES])
    axes.bar_label(drawn, [f"{value:.0f}" for value in values], fontsize=7)
    axes.invert_yaxis()
    axes.set(xlim=(0, 100), xlabel="share, %")
    save(figure, out / "claims.svg")

    figure, axes = pyplot.subplots(figsize=(4.5, 3.2))
    kinds = scores["breakdowns"][0]["groups"]
    series = [("content", "content", SAYSO), ("with source and cue", "full", CLASSES[1])]
    bars(axes, [f"{kind['name']}\n({kind['gold']})" for kind in kinds],
         [(name, [kind[side]["f1"] for kind in kinds], colour) for name, side, colour in series])
    save(figure, out / "quotes.svg")

    figure, axes = pyplot.subplots(figsize=(8, 3.2))
    names = ("any", "epistemic", "doxastic", "condition", "investigation")
    sets = {"guide": "articles of dev", "own": "of today, our own", "news": "news, 1980s and 90s", "wiki": "Wikipedia"}
    value = lambda group, name: found.get(f"hedges-{group}/{dtype}/token_{name} F1")
    bars(axes, list(sets.values()), [(n, [value(s, n) for s in sets], c) for n, c in zip(names, CLASSES[-1:] + CLASSES)])
    save(figure, out / "hedges.svg")

    figure, axes = pyplot.subplots(figsize=(3.6, 3.6))
    bins = [bin for bin in scores["calibration"]["bins"] if bin["claims"]]
    axes.plot([0, 1], [0, 1], color=PERSON, linestyle="--", linewidth=1)
    axes.scatter([bin["confidence"] for bin in bins], [bin["right"] for bin in bins],
                 [bin["claims"] / 2 for bin in bins], color=SAYSO, alpha=0.75)
    axes.set(xlabel="confidence", ylabel="share right (attr_full)", xlim=(0, 1), ylim=(0, 1), aspect="equal")
    save(figure, out / "reliability.svg")


def table(rows: list[tuple[str, float | None, float | None, float, bool]]) -> str:
    """Name, expected, found, tolerance, whether it holds; as Markdown that is read as it stands, too."""
    number = lambda value: "–" if value is None else f"{value:.2f}"
    lines = [("figure", "expected", "found", "tolerance", ""), ("---", "---:", "---:", "---:", "---")]
    lines += [(name, number(wanted), number(got), f"±{near:g}", "" if holds else "MOVED")
              for name, wanted, got, near, holds in rows]
    widths = [max(len(line[at]) for line in lines) for at in range(5)]
    side = lambda cell, at: cell.rjust(widths[at]) if 0 < at < 4 else cell.ljust(widths[at])
    return "\n".join("| " + " | ".join(side(cell, at) for at, cell in enumerate(line)) + " |" for line in lines) + "\n"
