#!/usr/bin/env python3
"""Makes what the console blocks of README.md and the book read: inputs.py NAME, in the checkout."""

import csv
import gzip
import io
import json
import pathlib
import random
import sys
import zipfile


def skerry() -> None:
    """Two months of a small paper, compressed; the second row of the second has an open quotation mark."""
    rows = io.StringIO()
    csv.writer(rows).writerow(["id", "body"])
    csv.writer(rows).writerow(["slip", "The slipway will be mended soon, the harbour board said."])
    rows.write('store,"The co-op may close on Sundays\n')
    with zipfile.ZipFile("skerry.zip", "w") as archive:
        archive.writestr("january.txt", "“We kept the lights on,” said Una Fairbairn, the postmistress.")
        archive.writestr("february.csv.gz", gzip.compress(rows.getvalue().encode(), mtime=0))


def news() -> None:
    """More than a minute's work: 2,000 articles of 240 words and more, and a line that is none."""
    texts = [file.read_text() for file in sorted(pathlib.Path("corpus").rglob("*.txt"))]
    paragraphs = [part for text in texts for part in text.split("\n\n")[1:] if part.strip()]
    rng = random.Random(1)
    with open("news.jsonl", "w", encoding="utf-8") as out:
        print("not an article", file=out)
        for number in range(2000):
            parts: list[str] = []
            while sum(len(part.split()) for part in parts) < 240:
                parts.append(rng.choice(paragraphs))
            print(json.dumps({"id": f"a{number}", "text": "\n\n".join(parts)}, ensure_ascii=False), file=out)


def project() -> None:
    """What Label Studio exports once somebody has submitted tasks/ as they were."""
    tasks = json.loads(pathlib.Path("tasks/tasks.json").read_text())
    for task in tasks:
        task["annotations"] = [{"result": task.pop("predictions")[0]["result"], "was_cancelled": False}]
    pathlib.Path("project-1.json").write_text(json.dumps(tasks))


if __name__ == "__main__":
    {"skerry.zip": skerry, "news.jsonl": news, "project-1.json": project}[sys.argv[1]]()
