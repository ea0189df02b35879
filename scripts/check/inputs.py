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


def pier() -> None:
    """What three papers have of one council's week."""
    articles = [
        ("skerry-1", "2026-03-02", "Skerry Post",
         "The pier will be closed until October, Una Fairbairn, chair of the Skerry Harbour Board, said on Monday. “We have lost "
         "the pier, and with it half of the season,” Fairbairn told reporters. The Skerry Harbour Board (SHB) said the cause "
         "was not known."),
        ("north-7", "2026-03-03", "Northline Press Agency",
         "Una M. Fairbairn, who chairs the Skerry Harbour Board, said it may be a long summer. \"We have lost the pier and with it "
         "half of the season,\" she said. The SHB announced an inquiry."),
        ("coast-3", "2026-03-05", "Coastal Daily",
         "Tom Leask, a councillor, said that half of the season may be gone. “We have lost the jetty, and with it half of the "
         "season,” Leask said."),
        ("coast-4", "2026-03-09", "Coastal Daily",
         "Chair Fairbairn denied that money had been short. SHB engineers said the piles were sound."),
    ]
    with open("pier.jsonl", "w", encoding="utf-8") as out:
        for id, date, publisher, text in articles:
            print(json.dumps({"id": id, "date": date, "publisher": publisher, "text": text}, ensure_ascii=False), file=out)


def project() -> None:
    """What Label Studio exports once somebody has submitted tasks/ as they were."""
    tasks = json.loads(pathlib.Path("tasks/tasks.json").read_text())
    for task in tasks:
        task["annotations"] = [{"result": task.pop("predictions")[0]["result"], "was_cancelled": False}]
    pathlib.Path("project-1.json").write_text(json.dumps(tasks))


def corrected() -> None:
    """outputs/demo as somebody might correct it: one claim has another speaker, and one is left out."""
    records = [json.loads(line) for line in pathlib.Path("outputs/demo/records.jsonl").read_text().splitlines()]
    record = next(record for record in records if record["id"] == "wire/rouen-silo-blast")
    speaker = {speaker["name"]: speaker["id"] for speaker in record["speakers"]}
    claim = next(claim for claim in record["claims"] if claim["speaker"] == speaker["Bastien Lorrain"])
    claim["speaker"], claim["certainty"] = speaker["investigators"], "possible"
    gone = record["claims"].pop()
    for hedge in record["hedges"]:
        hedge["claim"] = None if hedge["claim"] == gone["id"] else hedge["claim"]
    pathlib.Path("corrected.jsonl").write_text("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records))


if __name__ == "__main__":
    {"skerry.zip": skerry, "news.jsonl": news, "pier.jsonl": pier, "project-1.json": project, "corrected.jsonl": corrected}[sys.argv[1]]()
