"""The annotated news that checks of whole corpora read, and its records."""

import datetime
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAYSO = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release/sayso"
WORK = ROOT / "outputs/check/corpora"


def wikinews(data: pathlib.Path):
    for line in (data / "wikinews/articles.jsonl").open(encoding="utf-8"):
        yield json.loads(line)
    for file in sorted((data / "news").glob("*.txt")):
        title, date, *text = file.read_text(encoding="utf-8").split("\n")
        date = datetime.datetime.strptime(date.strip(), "%B %d, %Y").date().isoformat()
        yield {"id": file.stem, "title": title, "date": date, "publisher": "Wikinews", "text": "\n".join(text)}


def polnear(data: pathlib.Path):
    for part in ("train", "dev"):
        for line in (data / f"polnear/{part}.jsonl").open(encoding="utf-8"):
            yield json.loads(line)


CORPORA = {"wikinews": wikinews, "polnear": polnear}


def extract(name: str, data: pathlib.Path) -> pathlib.Path:
    """The corpus' records, made where they are not there yet."""
    WORK.mkdir(parents=True, exist_ok=True)
    articles, out = WORK / f"{name}.jsonl", WORK / name
    fields = ("id", "title", "date", "publisher", "text")
    with articles.open("w", encoding="utf-8") as lines:
        for article in CORPORA[name](data):
            print(json.dumps({key: article[key] for key in fields if article.get(key)}), file=lines)
    model = ROOT / "models/news-en"
    subprocess.run([SAYSO, "extract", articles, "--out", out, "--model", model, "--quiet", "--overwrite"], check=True)
    return out
