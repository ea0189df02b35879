"""Who speaks, in what words, how firmly and when: tables of records, and measures with intervals."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
CARD = ROOT / "models/news-en/README.md"

WHO = ["Person, named", "Person, unnamed", "Organization", "Group", "Document", "Other", "No speaker found"]
QUOTES = ["direct", "mixed", "indirect"]
CERTAINTIES = ["certain", "probable", "possible", "underspecified"]

ROUNDS, SEED = 2000, 1
# With fewer articles than this, an interval over articles means nothing.
FEW = 5


@dataclass(frozen=True)
class Study:
    """One row an article, and one row a claim with its article's row in `article`."""

    articles: pd.DataFrame
    claims: pd.DataFrame


def read_records(path: Path) -> Iterator[dict]:
    """The records of a run's folder or of a file of them."""
    path = path / "records.jsonl" if path.is_dir() else path
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def who(speaker: dict | None) -> str:
    """The class of a claim's speaker, one of WHO."""
    if speaker is None:
        return WHO[-1]
    if speaker["kind"] == "person":
        return WHO[0] if speaker["named"] else WHO[1]
    return speaker["kind"].capitalize()


def load(path: Path) -> Study:
    articles, claims = [], []
    for row, record in enumerate(read_records(path)):
        date = record["date"]
        # A date may be a year alone, which has no month.
        month = pd.Period(date[:7], "M") if date and len(date) >= 7 else pd.NaT
        articles.append({"id": record["id"], "month": month, "words": len(record["text"].split())})
        speakers = {speaker["id"]: speaker for speaker in record["speakers"]}
        for claim in record["claims"]:
            speaker = speakers.get(claim["speaker"])
            claims.append({
                "article": row,
                "who": who(speaker),
                "name": speaker["name"] if speaker and speaker["named"] else None,
                "quote": claim["quote"],
                "hedged": bool(claim["hedges"]),
                "certainty": claim["certainty"],
                "confidence": claim["confidence"],
            })
    if not claims:
        raise ValueError(f"{path}: there are no claims to study")
    table = pd.DataFrame(claims)
    for column, order in (("who", WHO), ("quote", QUOTES), ("certainty", CERTAINTIES)):
        table[column] = pd.Categorical(table[column], order)
    months = pd.PeriodIndex([article["month"] for article in articles], freq="M")
    return Study(pd.DataFrame(articles).assign(month=months), table)


def estimate(top: pd.DataFrame, bottom: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """Ratios of sums over articles, one a column, with 95 % intervals by bootstrap over articles (percentiles).

    `top` has an article a row; `bottom` too, with the same columns or one for all. Columns of the result: `value`,
    `low`, `high` and `n`, what the ratio is over.
    """
    above = top.to_numpy(float)
    below = np.broadcast_to(bottom.to_numpy(float).reshape(len(top), -1), above.shape)
    rng, count, draws = np.random.default_rng(SEED), len(top), []
    with np.errstate(invalid="ignore"):
        value = above.sum(0) / below.sum(0)
        for _ in range(ROUNDS // 50):
            drawn = rng.multinomial(count, np.full(count, 1 / count), size=50).astype(float)
            draws.append((drawn @ above) / (drawn @ below))
    draws = np.vstack(draws)
    enough = (below > 0).sum(0) >= FEW
    low, high = np.full((2, len(value)), np.nan)
    if enough.any():
        low[enough], high[enough] = np.nanpercentile(draws[:, enough], [2.5, 97.5], axis=0)
    return pd.DataFrame({"value": value, "low": low, "high": high, "n": below.sum(0)}, top.columns)


def by_article(study: Study, flags: pd.DataFrame, weights: pd.Series | None = None) -> pd.DataFrame:
    """Sums of `flags`, which has a claim a row, over each article."""
    if weights is not None:
        flags = flags.mul(weights, axis=0)
    return flags.groupby(study.claims["article"]).sum().reindex(study.articles.index, fill_value=0)


def shares(study: Study, column: str, weights: pd.Series | None = None) -> pd.DataFrame:
    """The share of all claims that each category of `column` has; `n` is the category's claims, unweighted."""
    flags = pd.get_dummies(study.claims[column])
    tops = by_article(study, flags, weights)
    return estimate(tops, tops.sum(axis=1)).assign(n=flags.sum())


def shares_within(study: Study, flag: pd.Series, column: str) -> pd.DataFrame:
    """Of the claims of each category of `column`, the share of which `flag` is true."""
    flags = pd.get_dummies(study.claims[column])
    return estimate(by_article(study, flags.mul(flag, axis=0)), by_article(study, flags))


def by_month(study: Study, months: pd.Series) -> dict[str, pd.DataFrame]:
    """The three series of the figure by month, over `months`, one period an article (NaT: left out)."""
    inside = pd.get_dummies(months[months.notna()]).reindex(study.articles.index, fill_value=False)
    total = by_article(study, pd.DataFrame({"claims": 1}, study.claims.index))["claims"]
    own = by_article(study, (study.claims["quote"] != "indirect").to_frame("own"))["own"]
    hedged = by_article(study, study.claims[["hedged"]])["hedged"]
    over = inside.mul(total, axis=0)
    return {
        "Claims a\n1,000 words": estimate(over * 1000, inside.mul(study.articles["words"], axis=0)),
        "Direct or\nmixed, %": estimate(inside.mul(own, axis=0) * 100, over),
        "Hedged, %": estimate(inside.mul(hedged, axis=0) * 100, over),
    }


def join_months(study: Study, series: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The series of `by_month` side by side, with the number of articles first."""
    articles = study.articles["month"].value_counts().rename("articles")
    columns = [table["value"].round(1).rename(name.replace("\n", " ")) for name, table in series.items()]
    return pd.concat([articles, *columns], axis=1).sort_index()


def speakers(study: Study, count: int = 12) -> pd.DataFrame:
    """The named speakers with the most claims: claims by quote type, articles, and the share hedged."""
    named = study.claims[study.claims["name"].notna()]
    table = named.groupby("name")["quote"].value_counts().unstack(fill_value=0).reindex(columns=QUOTES, fill_value=0)
    table = table.assign(
        claims=table.sum(axis=1),
        articles=named.groupby("name")["article"].nunique(),
        hedged=named.groupby("name")["hedged"].mean(),
    )
    return table.sort_values(["claims", "articles"], ascending=False, kind="stable").head(count)


def overview(study: Study) -> str:
    """What was read, in a sentence."""
    articles, claims = study.articles, study.claims
    dated = articles["month"].dropna()
    when = f"{len(dated):,} of them dated, {dated.min()} to {dated.max()}" if len(dated) else "none of them dated"
    hedged = estimate(by_article(study, claims[["hedged"]]), by_article(study, pd.DataFrame({"n": 1}, claims.index)))
    value, low, high = 100 * hedged.iloc[0][["value", "low", "high"]]
    return (f"{len(articles):,} articles ({when}) with {articles['words'].sum():,} words and {len(claims):,} claims, "
            f"of which {value:.0f} % ({low:.0f}–{high:.0f}) are hedged.")


def robustness(study: Study) -> pd.DataFrame:
    """The headline figures in per cent, of all claims, weighted by confidence, and of the confident ones alone."""
    claims = study.claims
    flags = pd.DataFrame({
        "of named persons": claims["who"] == WHO[0],
        "without a speaker": claims["who"] == WHO[-1],
        "direct": claims["quote"] == "direct",
        "indirect": claims["quote"] == "indirect",
        "hedged": claims["hedged"],
    })
    ones = pd.Series(1.0, claims.index)
    choices = {
        "all claims": ones,
        "weighted by confidence": claims["confidence"],
        "confidence of 0.8 or more": ones.where(claims["confidence"] >= 0.8, 0.0),
    }
    columns = {}
    for name, weights in choices.items():
        found = estimate(by_article(study, flags, weights), by_article(study, weights.to_frame("w"))["w"]) * 100
        columns[name] = [f"{v:.0f} ({a:.0f}–{b:.0f})" for v, a, b in found[["value", "low", "high"]].to_numpy()]
    return pd.DataFrame(columns, flags.columns)


def tagger_error(card: Path = CARD) -> pd.DataFrame:
    """Precision, recall and F1 of the tagger in per cent, as its model card states them."""
    text = card.read_text(encoding="utf-8")
    number = r"\**([\d.]+)\**"
    cells = rf"\| {number} \| {number} \| {number}"
    rows = {
        "claims found": rf"^\| attr_content {cells}",
        "… with the right source and cue": rf"^\| attr_full {cells}",
        **{f"{quote} claims found": rf"^  {quote}\s+\d+\s+\d+\s+{number}\s+{number}\s+{number}" for quote in QUOTES},
        "words of hedges, news of today": rf"^\| our own, of today .*?\| \d+ {cells}",
        "words of hedges, news of the 1980s and 90s": rf"^\| news of the 1980s .*?\| \d+ {cells}",
    }
    found = {name: re.search(pattern, text, re.MULTILINE) for name, pattern in rows.items()}
    missing = [name for name, match in found.items() if match is None]
    if missing:
        raise ValueError(f"{card}: no figures for {', '.join(missing)}; its tables have changed, mend study.py")
    table = [[float(figure) for figure in match.groups()] for match in found.values() if match]
    return pd.DataFrame(table, list(found), ["precision", "recall", "F1"])
