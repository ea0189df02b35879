"""The figures: vector, one column of print wide (160 mm), in colours that the colour-blind tell apart."""

from pathlib import Path

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter, DateFormatter, MonthLocator
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

import study as st

# Okabe and Ito's colours; quote types also differ in lightness.
COLOURS = {"direct": "#0072B2", "mixed": "#56B4E9", "indirect": "#E69F00"}
INK, LIGHT = "#222222", "#999999"
WIDTH = 6.3

plt.rcParams.update({
    "font.family": "STIXGeneral",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "figure.constrained_layout.use": True,
    "svg.fonttype": "path",
    "svg.hashsalt": "sayso",
})


def save(figure: Figure, path: Path) -> None:
    """As SVG, the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None, "Creator": None})


def points(
    axes: Axes, table: pd.DataFrame, at: list[float], colour: str = INK, marker: str = "o", size: float = 4.2
) -> None:
    """Shares in per cent with their intervals, one below the other; hollow where articles are too few for one."""
    for y, (_, row) in zip(at, table.iterrows(), strict=True):
        few = pd.isna(row["low"])
        if not few:
            span = [100 * row["low"], 100 * row["high"]]
            axes.plot(span, [y, y], color=colour, lw=1.1, solid_capstyle="butt", zorder=2)
        fill = "white" if few else colour
        axes.plot(100 * row["value"], y, marker, ms=size, color=colour, mfc=fill, mew=0.9, zorder=3, clip_on=False)


def rows(axes: Axes, labels: list[str]) -> None:
    """Names the rows of a dot plot, the first on top."""
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color="#E6E6E6", lw=0.6)
    axes.set_axisbelow(True)


def count(n: float) -> str:
    return f"{n:,.0f}"


def who_speaks(study: st.Study) -> Figure:
    share = st.shares(study, "who")
    there = share.index[share["n"] > 0]
    own = st.shares_within(study, study.claims["quote"] != "indirect", "who")
    hedged = st.shares_within(study, study.claims["hedged"], "who")
    figure, all_axes = plt.subplots(1, 3, figsize=(WIDTH, 0.55 + 0.24 * len(there)))
    titles = ["Share of all claims, %", "Direct or mixed, % of these", "Hedged, % of these"]
    for axes, table, title in zip(all_axes, (share, own, hedged), titles, strict=True):
        points(axes, table.loc[there], list(range(len(there))))
        rows(axes, [""] * len(there))
        axes.set_xlabel(title)
        axes.set_xlim(0, 100)
    all_axes[0].set_xlim(0, 100 * share[["value", "high"]].max().max() + 2)
    rows(all_axes[0], [f"{name} (n = {count(share.loc[name, 'n'])})" for name in there])
    return figure


def how_quoted(study: st.Study) -> Figure:
    figure, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 2.1), width_ratios=[1, 1.6])
    share = st.shares(study, "quote")
    weighted = st.shares(study, "quote", study.claims["confidence"])
    for y, quote in enumerate(st.QUOTES):
        points(left, share.loc[[quote]], [y - 0.14], COLOURS[quote])
        points(left, weighted.loc[[quote]], [y + 0.14], LIGHT, "D", 3.2)
    rows(left, [f"{quote} (n = {count(share.loc[quote, 'n'])})" for quote in st.QUOTES])
    left.set_xlabel("Share of all claims, %")
    left.set_xlim(left=0)
    left.plot([], [], "o-", color=INK, ms=4.2, lw=1.1, label="claims")
    left.plot([], [], "D-", color=LIGHT, ms=3.2, lw=1.1, label="weighted by confidence")
    left.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, columnspacing=1, handlelength=1.6)
    weak = st.CERTAINTIES[1:]
    for step, quote in enumerate(st.QUOTES):
        mine = study.claims["quote"] == quote
        tops = st.by_article(study, pd.get_dummies(study.claims["certainty"])[weak].mul(mine, axis=0))
        table = st.estimate(tops, st.by_article(study, mine.to_frame("n"))["n"])
        points(right, table, [y + 0.22 * (step - 1) for y in range(len(weak))], COLOURS[quote])
        right.plot([], [], "o-", color=COLOURS[quote], ms=4.2, lw=1.1, label=quote)
    rows(right, weak)
    right.set_xlabel("Share of the quote type’s claims, %")
    right.set_xlim(left=0)
    right.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, columnspacing=1, handlelength=1.6)
    return figure


def middle(period: pd.Period) -> pd.Timestamp:
    return period.start_time + (period.end_time - period.start_time) / 2


def periods(study: st.Study) -> pd.Series:
    """Each article's month, quarter or year: the shortest of which most articles have enough others beside them."""
    for length in ("M", "Q", "Y"):
        found = pd.Series(pd.PeriodIndex(study.articles["month"], freq="M").asfreq(length))
        if (found.map(found.value_counts()) >= st.FEW).sum() >= 2 / 3 * found.notna().sum():
            break
    return found


def by_month(study: st.Study) -> Figure:
    """Each month a dot, its area by what it is over; each period (see `periods`) a line with its interval as a band."""
    months, longer = study.articles["month"], periods(study)
    if months.isna().all():
        figure, axes = plt.subplots(figsize=(WIDTH, 1))
        axes.text(0.5, 0.5, "no article has a date", ha="center", va="center")
        axes.set_axis_off()
        return figure
    figure, all_axes = plt.subplots(4, 1, sharex=True, figsize=(WIDTH, 4.4), height_ratios=[1, 2, 2, 2])
    articles = months.value_counts()
    all_axes[0].bar(articles.index.map(middle), articles, width=26, color=LIGHT, lw=0)
    all_axes[0].set_ylabel("Articles\na month")
    all_axes[0].yaxis.set_major_locator(MaxNLocator(3, integer=True))
    dots, lines = st.by_month(study, months), st.by_month(study, longer)
    for axes, (name, table) in zip(all_axes[1:], dots.items(), strict=True):
        for period, row in lines[name].iterrows():
            span = [period.start_time, period.end_time]
            axes.plot(span, [row["value"]] * 2, color=COLOURS["direct"], lw=1.4, solid_capstyle="butt", zorder=3)
            if pd.notna(row["low"]):
                axes.fill_between(span, row["low"], row["high"], color=COLOURS["mixed"], alpha=0.35, lw=0, zorder=1)
        area = 30 * table["n"] / table["n"].max() + 2
        axes.scatter(table.index.map(middle), table["value"], s=area, color=INK, lw=0, zorder=4, clip_on=False)
        axes.set_ylabel(name)
        axes.set_ylim(bottom=0, top=min(100, axes.get_ylim()[1]) if "%" in name else None)
    axis = all_axes[-1].xaxis
    if longer.dtype == "period[M]" and articles.index.nunique() <= 12:
        axis.set_major_locator(MonthLocator())
        axis.set_major_formatter(DateFormatter("%b %Y"))
    else:
        axis.set_major_formatter(ConciseDateFormatter(axis.get_major_locator(), show_offset=False))
    figure.align_ylabels()
    return figure


def most_quoted(study: st.Study) -> Figure:
    table = st.speakers(study)
    figure, axes = plt.subplots(figsize=(WIDTH, 0.7 + 0.22 * len(table)))
    left = pd.Series(0, table.index)
    for quote in st.QUOTES:
        axes.barh(range(len(table)), table[quote], left=left, height=0.68, color=COLOURS[quote], lw=0, label=quote)
        left = left + table[quote]
    beside = {"Articles": table["articles"].map(count), "Hedged": (100 * table["hedged"]).map("{:.0f} %".format)}
    for at, (name, cells) in zip((1.1, 1.22), beside.items(), strict=True):
        for y, text in enumerate([name, *cells], -1):
            axes.text(at, y, text, ha="right", va="center", transform=axes.get_yaxis_transform())
    rows(axes, [name if len(name) < 40 else name[:38] + "…" for name in table.index])
    axes.grid(False)
    axes.set_xlim(0, table["claims"].max())
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("Claims")
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=3, handlelength=1.0, columnspacing=1.2)
    return figure


FIGURES = {"who-speaks": who_speaks, "how-quoted": how_quoted, "by-month": by_month, "most-quoted": most_quoted}
