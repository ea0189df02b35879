"""What is read."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field, fields
from typing import Any, Mapping, Optional, Union


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
    # A data frame's row has NaN where there is nothing.
    given = {name: None if isinstance(value, float) and value != value else value for name, value in article.items()}
    written = json.dumps(given, default=_plain, ensure_ascii=False)
    try:
        written.encode()
    except UnicodeEncodeError:
        reason = "it has half of a surrogate pair, which is no character; decode it with errors='replace'"
        raise ValueError(reason) from None
    return written


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    # A number of numpy's.
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{value!r} cannot be written as JSON; make it a str or a number")
