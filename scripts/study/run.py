#!/usr/bin/env python3
"""Who speaks in a corpus, how often hedged, in whose words, and when: runs the notebook over articles or records.

    pip install -r scripts/study/requirements.txt
    scripts/study/run.py INPUT [--out outputs/study]

INPUT is the folder of a run of sayso, a file of its records, or articles in any format that sayso reads. A folder of
plain texts with a title on the first line and a date (`February 02, 2026`) on the second, as Wikinews' have, is read as
that. OUT gets study.ipynb with its outputs, figures/*.svg and tables/*.csv.
"""

import argparse
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
SAYSO = HERE.parent / "sayso"


def is_records(path: Path) -> bool:
    if path.is_dir():
        return (path / "records.jsonl").exists()
    if path.suffix != ".jsonl":
        return False
    with path.open("rb") as file:
        return b'"sayso.record/' in file.readline()


def titled(folder: Path) -> Iterator[dict]:
    """Articles of plain texts below a line with the title and one with the date; none if one is not like that."""
    files = sorted(folder.glob("*.txt")) if folder.is_dir() else []
    for file in files:
        title, date, text = [*file.read_text(encoding="utf-8").split("\n", 2), "", ""][:3]
        try:
            day = datetime.strptime(date.strip(), "%B %d, %Y").date()
        except ValueError:
            return
        yield {"id": file.stem, "title": title, "date": day.isoformat(), "text": text}


def extract(given: Path, out: Path) -> Path:
    """The records of articles."""
    articles = list(titled(given))
    if articles and len(articles) == len(list(given.iterdir())):
        given = out / "articles.jsonl"
        lines = (json.dumps(article, ensure_ascii=False) + "\n" for article in articles)
        given.write_text("".join(lines), encoding="utf-8")
    ended = subprocess.run([SAYSO, "extract", given, "--out", out / "run", "--quiet"], check=False)
    if ended.returncode not in (0, 2):  # 2: some were rejected
        raise SystemExit(ended.returncode)
    return out / "run"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=Path)
    parser.add_argument("--out", type=Path, default=HERE.parents[1] / "outputs/study")
    args = parser.parse_args()
    out = args.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    given = args.input.resolve()
    records = given if is_records(given) else extract(given, out)
    notebook = nbformat.read(HERE / "study.ipynb", as_version=4)
    os.environ.update(STUDY_RECORDS=str(records), STUDY_OUT=str(out))
    with tempfile.TemporaryDirectory(prefix="sayso-study-") as sockets:
        kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{sockets}/kernel")
        client = NotebookClient(notebook, km=kernel, timeout=600, resources={"metadata": {"path": str(HERE)}})
        try:
            client.execute()
        finally:
            nbformat.write(notebook, out / "study.ipynb")
    print(f"{out / 'study.ipynb'}\nfigures: {out / 'figures'}\ntables: {out / 'tables'}")


if __name__ == "__main__":
    main()
