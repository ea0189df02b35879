"""What Ray and Spark share: shards, and what becomes of one.

A shard is an input file. It is what a worker is given, what is given to another when a worker dies, and what is left
out when a job goes on: its results are one file, which is there whole or not at all.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import articles
import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from sayso import Sayso

#: The names of files that are read; an id leaves out the last group.
FILE = re.compile(r"(?:.*/)?[^/.][^/]*?(\.(?:jsonl|ndjson)(?:\.(?:gz|bz2|zst))?|\.parquet)", re.IGNORECASE)

#: How often a shard is tried whose worker dies.
ATTEMPTS = 4
DTYPES = ("auto", "int8", "bf16", "fp32")

#: A row an article: its line of `records.jsonl`, or that of `rejects.jsonl`.
RESULTS = pa.schema([("id", pa.string()), ("record", pa.string()), ("reject", pa.string())])


@dataclass(frozen=True)
class Shard:
    """An input file, for any worker."""

    path: str
    #: What articles without an id of their own are called after.
    stem: str
    #: Where the results go.
    out: str


def asked(doc: str, workers: str) -> tuple[argparse.Namespace, list[Shard]]:
    """What the command line asks for, and the shards that are to be done for it; `workers` says what these are."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="+", metavar="INPUT")
    parser.add_argument("--out", required=True, metavar="DIR")
    parser.add_argument("--workers", type=int, metavar="N", help=workers)
    parser.add_argument("--dtype", default="auto", choices=DTYPES, help="number format; to be named where nodes differ")
    args = parser.parse_args()
    todo = pending(args.inputs, args.out)
    print(f"{len(todo)} shards to do", flush=True)
    return args, todo


def open_at(path: str) -> tuple[pa.fs.FileSystem, str]:
    """What opens `path`, on this machine or an address such as `s3://bucket/news`, and what it is called there."""
    return pa.fs.FileSystem.from_uri(path if "://" in path else os.path.abspath(path))


def absolute(path: str) -> str:
    return path.rstrip("/") if "://" in path else os.path.abspath(path)


def pending(inputs: list[str], out: str) -> list[Shard]:
    """The shards of `inputs`, files and folders, that have no results in `out` yet. What a killed job had half written
    there is removed."""
    files = [file for path in inputs for file in find(path)]
    counted = Counter(name for _, name in files)
    if twice := [name for name, count in counted.items() if count > 1]:
        raise SystemExit(f"{twice[0]} is there twice; name it once, or one folder above both")
    stems = [name.removesuffix(FILE.fullmatch(name)[1]) for _, name in files]
    sharers = Counter(stems)
    system, inside = open_at(out)
    system.create_dir(inside)
    there = set()
    for file in system.get_file_info(pa.fs.FileSelector(inside, recursive=True)):
        if file.base_name.startswith("_") and file.base_name.endswith(".tmp"):
            system.delete_file(file.path)
        there.add(file.path)
    # a.jsonl and a.parquet are told apart by their extensions, as `sayso extract` does.
    shards = [
        Shard(path, stem if sharers[stem] == 1 else name, f"{absolute(out)}/{name}.parquet")
        for (path, name), stem in zip(files, stems)
    ]
    return [shard for shard in shards if open_at(shard.out)[1] not in there]


@functools.cache
def find(path: str) -> list[tuple[str, str]]:
    """The files at `path`, each with its name, which in a folder begins there. They are listed once a job."""
    system, inside = open_at(path)
    inside = inside.rstrip("/")
    info = system.get_file_info(inside)
    address = absolute(path).removesuffix(inside)
    if info.type == pa.fs.FileType.NotFound:
        raise SystemExit(f"{path}: there is no such file or folder; check the path")
    if info.is_file:
        files = {inside: info.base_name}
    else:
        below = system.get_file_info(pa.fs.FileSelector(inside, recursive=True))
        files = {file.path: file.path.removeprefix(f"{inside}/") for file in below if file.is_file}
        files = {file: name for file, name in sorted(files.items()) if "/." not in f"/{name}"}
    found = [(address + file, name) for file, name in files.items() if FILE.fullmatch(name)]
    if not found:
        known = ".jsonl and .ndjson (also .gz, .bz2, .zst) and .parquet are"
        raise SystemExit(f"{path}: nothing to read; {known}, and the rest by sayso extract")
    if len(found) < len(files):
        print(f"{path}: {len(files) - len(found)} files of other kinds are left out", flush=True)
    return found


@functools.cache
def load(dtype: str) -> Sayso:
    """The model, once a process."""
    import sayso

    return sayso.load(dtype=dtype, threads=1)


def process(tagger: Sayso, shard: Shard) -> dict[str, Any]:
    """Does a shard, and says what came of it."""
    table = extract(tagger, shard)
    write(table, shard.out)
    return {"shard": shard.path, "records": table["record"].drop_null().length(), "articles": len(table)}


def extract(tagger: Sayso, shard: Shard) -> pa.Table:
    """What becomes of a shard's articles, in their order."""
    from sayso import Reject

    numbers: list[int] = []
    rows: list[tuple[int, str | None, str | None, str | None]] = []

    def readable() -> Iterator[articles.Article]:
        for number, article in articles.read(*open_at(shard.path), shard.stem):
            if isinstance(article, articles.Unread):
                rows.append((number, None, None, reject(shard, number, None, "read", article.reason, article.raw)))
            else:
                numbers.append(number)
                yield article

    for place, found in enumerate(tagger.extract_batch(readable(), errors="reject")):
        number = numbers[place]
        if isinstance(found, Reject):
            why = reject(shard, number, found.id, found.stage, found.reason, found.raw)
            rows.append((number, found.id, None, why))
        else:
            rows.append((number, found.id, found.to_json(), None))
    rows.sort(key=lambda row: row[0])
    return pa.Table.from_pylist([dict(zip(RESULTS.names, row[1:])) for row in rows], RESULTS)


def reject(shard: Shard, number: int, name: str | None, stage: str, reason: str, raw: str | None) -> str:
    """The line of `rejects.jsonl`, but for the article's position in the whole input, which no worker knows."""
    is_row = articles.is_parquet(shard.path)
    place = {"file": shard.path, "line": None, "record": number} if is_row else {"file": shard.path, "line": number}
    line = {"id": name, "place": place, "stage": stage, "reason": reason}
    return json.dumps(line if raw is None else {**line, "raw": raw}, ensure_ascii=False)


def write(table: pa.Table, path: str) -> None:
    """Writes results under another name until they are whole. Spark and pyarrow do not read what begins with `_`, and
    two attempts at a shard do not write to one file."""
    system, inside = open_at(path)
    folder, _, name = inside.rpartition("/")
    system.create_dir(folder)
    part = f"{folder}/_{name}.{uuid.uuid4().hex}.tmp"
    with system.open_output_stream(part) as file:
        pq.write_table(table, file, compression="zstd")
    system.move(part, inside)


def as_row(shard: Shard) -> dict[str, str]:
    return asdict(shard)


def finish(inputs: list[str], out: str) -> None:
    """Says what is left, and ends with 1 if anything is."""
    if left := pending(inputs, out):
        raise SystemExit(f"{len(left)} shards are not done, {left[0].path} first; the same command goes on from here")
