"""What is read."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field, fields
from typing import Any, Iterable, Mapping, Optional, Union, cast


@dataclass(frozen=True)
class Article:
    """A news text with its metadata; what is in ``meta`` passes through to the record's ``meta``."""

    text: str
    id: Optional[str] = None
    title: Optional[str] = None
    date: Union[str, datetime.date, None] = None
    publisher: Optional[str] = None
    url: Optional[str] = None
    author: Optional[str] = None
    meta: Mapping[str, Any] = field(default_factory=dict, hash=False)


#: A text, an :class:`Article`, or a dict with the fields of a line of JSON Lines.
ArticleLike = Union[str, Article, Mapping[str, Any]]


def to_json(article: ArticleLike) -> str:
    """The article as an object of JSON. TypeError or ValueError says what stands in the way."""
    if isinstance(article, str):
        article = {"text": article}
    elif isinstance(article, Article):
        known = {f.name: getattr(article, f.name) for f in fields(article) if f.name != "meta"}
        article = {**article.meta, **known}
    elif not isinstance(article, Mapping):
        kind = type(article).__name__
        raise TypeError(f"an article is a str, a dict or an Article, not {kind}; write {{'text': '…'}}")
    given = {name: None if _is_nothing(value) else value for name, value in article.items()}
    try:
        written = json.dumps(given, default=_plain, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        if "JSON compliant" not in str(error):
            raise
        raise ValueError("it has a number that is infinite or none (NaN), which JSON has not; leave it out") from None
    try:
        written.encode()
    except UnicodeEncodeError:
        reason = "it has half of a surrogate pair, which is no character; decode it with errors='replace'"
        raise ValueError(reason) from None
    return written


def rows(articles: Iterable[ArticleLike]) -> Iterable[ArticleLike]:
    """The articles themselves; of a data frame or a table, its rows. TypeError says what cannot be gone through."""
    given: Any = articles
    library, kind = type(given).__module__.partition(".")[0], type(given).__name__
    if (library, kind) == ("pandas", "DataFrame"):
        names = [str(name) for name in given.columns]
        return (dict(zip(names, row)) for row in given.itertuples(index=False, name=None))
    if (library, kind) == ("polars", "DataFrame"):
        return cast(Iterable[ArticleLike], given.iter_rows(named=True))
    if (library, kind) == ("pyarrow", "Table"):
        return (row for part in given.to_batches() for row in part.to_pylist())
    if isinstance(given, (str, bytes, Article, Mapping)):
        raise TypeError("this is one article; extract it, or put it into a list")
    if not hasattr(given, "__iter__") or hasattr(given, "columns") or hasattr(given, "column_names"):
        raise TypeError(
            f"articles are an iterable of texts, dicts or Articles, or a DataFrame of pandas or polars or a Table of "
            f"pyarrow, not {library}.{kind}; hand over one of these"
        )
    return articles


def _is_nothing(value: Any) -> bool:
    """Whether it is what a data frame has where there is nothing: NaN, NaT, NA."""
    return type(value).__name__ in ("NAType", "NaTType") or isinstance(value, float) and value != value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    # A number or an array of numpy's.
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{value!r} cannot be written as JSON; make it a str or a number")
