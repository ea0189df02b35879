"""Articles of JSON Lines and Parquet as dicts, called and valued as `sayso extract` has them (src/ingest/)."""

import base64
import datetime
import decimal
import io
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet as pq

ID = ("id", "guid", "article_id", "doc_id")
#: Every name that src/ingest/fields.rs knows.
KNOWN = {
    *ID, "title", "headline", "date", "published", "publish_date", "published_at", "date_publish", "pub_date",
    "publication_date", "publisher", "source", "publication", "source_domain", "site_name", "domain", "url", "link",
    "author", "byline", "authors", "text", "body", "content", "article", "maintext", "article_text", "full_text",
    "document", "story", "description",
}


@dataclass(frozen=True)
class Unread:
    """A line that is no article, or the rest of a damaged file."""

    reason: str
    raw: str | None = None


Article = dict[str, Any]


def read(system: pa.fs.FileSystem, path: str, stem: str) -> Iterator[tuple[int, Article | Unread]]:
    """The articles of a file, each with its line or number; those without an id are called after `stem` and that.

    A file that is damaged costs what is left of it. One that cannot be had raises OSError.
    """
    number = 0
    try:
        for number, article in (rows if is_parquet(path) else lines)(system, path):
            yield number, named(article, f"{stem}:{number}") if isinstance(article, dict) else article
    except (pa.ArrowInvalid, OSError) as error:
        # The system's own errors have a number, and may pass.
        if getattr(error, "errno", None) is not None:
            raise
        yield number + 1, Unread(f"the file is damaged from here on: {error}; fetch the file again")


def is_parquet(path: str) -> bool:
    return path.lower().endswith(".parquet")


def lines(system: pa.fs.FileSystem, path: str) -> Iterator[tuple[int, Article | Unread]]:
    with system.open_input_stream(path, compression="detect") as stream:
        for number, line in enumerate(io.BufferedReader(stream), 1):
            line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if line.strip():
                yield number, parse(line.strip())


def parse(line: bytes) -> Article | Unread:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        return Unread(f"not UTF-8: {error}; convert the file")
    try:
        article = json.loads(text, parse_constant=no_number)
    except (ValueError, RecursionError) as error:
        return Unread(f"not JSON: {error}; write one object a line", text)
    return article if isinstance(article, dict) else Unread('the line is not an object; write {"text": "…"}', text)


def no_number(name: str) -> None:
    """Python would take `NaN`."""
    raise ValueError(f"{name} is no number")


def rows(system: pa.fs.FileSystem, path: str) -> Iterator[tuple[int, Article]]:
    with system.open_input_file(path) as file, pq.ParquetFile(file) as parquet:
        names, number = columns(parquet.schema_arrow.names), 0
        for batch in parquet.iter_batches(batch_size=256):
            for row in zip(*map(values, batch.columns)):
                number += 1
                yield number, dict(zip(names, row))


def columns(names: list[str]) -> list[str]:
    """Column names as the fields are called: `Publish Date` is `publish_date`; others stay as they are."""
    found: list[str] = []
    for number, name in enumerate(map(str.strip, names), 1):
        lower = re.sub("[ -]", "_", name.lower())
        name = lower if lower in KNOWN else name
        found.append(f"{name}#{number}" if not name or name in found else name)
    return found


def values(column: pa.Array) -> list[Any]:
    # Parquet itself has these as bare numbers.
    if pa.types.is_duration(column.type) or getattr(column.type, "unit", None) == "ns":
        column = column.cast(pa.int64())
    return [text_or(value, column.type) for value in column.to_pylist()]


def text_or(value: Any, kind: pa.DataType) -> Any:
    """Some writers mark no column as text."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            pass
    return as_json(value, kind)


def as_json(value: Any, kind: pa.DataType) -> Any:
    precision = "milliseconds" if getattr(kind, "unit", None) == "ms" else "microseconds"
    match value:
        case float():
            return value if math.isfinite(value) else None
        case bytes():
            return base64.b64encode(value).decode()
        case decimal.Decimal():
            return format(value, "f")
        case datetime.datetime():
            utc = value.astimezone(datetime.UTC).replace(tzinfo=None) if value.tzinfo else value
            return utc.isoformat(" ", precision) + " +00:00"
        case datetime.date():
            return value.isoformat()
        case datetime.time():
            return value.isoformat(precision)
        case dict():
            return {name: as_json(inner, kind.field(name).type) for name, inner in value.items()}
        case list() if pa.types.is_map(kind):
            pairs = ((as_json(key, kind.key_type), as_json(inner, kind.item_type)) for key, inner in value)
            return {key if isinstance(key, str) else json.dumps(key): inner for key, inner in pairs}
        case list():
            return [as_json(inner, kind.value_type) for inner in value]
    return value


def named(article: Article, name: str) -> Article:
    """The article, called `name` if it has no id of its own."""
    texts = {field: as_text(article[field]) for field in ID if field in article}
    if any(texts.values()):
        return article
    # Nothing counts as not there; what is no text stays, and goes to the record's `meta`.
    article = {field: value for field, value in article.items() if texts.get(field) != ""}
    return {**article, next((field for field in ID if field not in article), ID[0]): name}


def as_text(value: Any) -> str | None:
    """A value as an id, empty where there is nothing; `None` if it can be none."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    return None
