"""Formats without a server: files.py RECORDS.jsonl WORK SAYSO

CAS JSON through dkpro-cassis, brat by the rules of its own parser, Prodigy's tokens, tables through pyarrow and csv;
then CAS and brat back through `sayso import`.
"""
import csv
import io
import json
import pathlib
import subprocess
import sys

import cassis
import pyarrow.parquet

from common import as_gold, expect, gold, read_jsonl, relations, spans

records_path, work, sayso = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
records = {record["id"]: record for record in read_jsonl(records_path)}


def back(form, path):
    lines = subprocess.run([sayso, "import", "--from", form, path], check=True, stdout=subprocess.PIPE).stdout
    rows = {row["id"]: as_gold(row) for row in map(json.loads, lines.splitlines())}
    for at, record in records.items():
        expect(f"{form}: {at}: gold", rows.get(at), gold(record))
    print(f"{form}: imported, {len(rows)} articles are what they were")


# INCEpTION: cassis turns UTF-16 units into Python's characters.
seen = 0
by_text = {record["text"]: record for record in records.values()}
for path in sorted((work / "inception").glob("*.json")):
    with open(path, "rb") as file:
        cas = cassis.load_cas_from_json(file)
    record = by_text[cas.sofa_string]
    found = sorted((s.label, s.get_covered_text()) for s in cas.select("custom.Span"))
    expect(f"inception: {path.name}: spans", found, spans(record))
    links = sorted((r.label, r.Governor.get_covered_text(), r.Dependent.get_covered_text()) for r in cas.select("custom.Relation"))
    expect(f"inception: {path.name}: relations", links, relations(record))
    sentences = [s.get_covered_text() for s in cas.select("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence")]
    expect(f"inception: {path.name}: sentences", sentences, [record["text"][a:b] for a, b in record["sentences"]])
    cas.to_xmi()
    seen += len(found) + len(links)
print(f"inception: {len(records)} CAS in cassis, {seen} spans and relations as in the records")
back("inception", work / "inception")


def brat(folder):
    """Reads a collection as brat's server does: Python slices, lines by str.splitlines, spans joined by a space."""
    seen = 0
    for path in sorted(folder.rglob("*.ann")):
        text = path.with_suffix(".txt").read_bytes().decode("utf-8")
        record, words, kinds, links, events = by_text[text], {}, {}, [], []
        for line in path.read_bytes().decode("utf-8").splitlines():
            at, body, *rest = line.split("\t")
            if at[0] == "T":
                kind, places = body.split(" ", 1)
                parts = [tuple(map(int, part.split(" "))) for part in places.split(";")]
                slices = [text[a:b] for a, b in parts]
                assert all(0 <= a < b <= len(text) for a, b in parts) and parts == sorted(parts), line
                assert not any(len(part.splitlines()) > 1 for part in slices), line
                assert rest == [" ".join(slices)], line
                words[at], kinds[at] = rest[0], kind
            elif at[0] == "R":
                name, first, second = body.split(" ")
                links.append((name, words[first.removeprefix("Arg1:")], words[second.removeprefix("Arg2:")]))
            elif at[0] == "E":
                (name, trigger), *arguments = [part.split(":") for part in body.split(" ")]
                assert name == "Attribution" and kinds[trigger] == name, line
                events.append(arguments)
                assert all(at in words for _, at in arguments), line
            else:
                assert at[0] in "A#", line
        one_line = lambda text: " ".join(part.strip() for part in text.splitlines() if part.strip())
        found = sorted((kinds[at], text) for at, text in words.items() if kinds[at] != "Attribution")
        expect(f"brat: {path}: spans", found, sorted((label, one_line(text)) for label, text in spans(record)))
        if events:
            expect(f"brat: {path}: events", len(events), len(record["claims"]))
        else:
            wanted = sorted((name, one_line(a), one_line(b)) for name, a, b in relations(record))
            expect(f"brat: {path}: relations", sorted(links), wanted)
        seen += len(found) + len(links) + len(events)
    print(f"{folder.name}: {seen} spans, relations and events as in the records")


for form in ("brat", "brat-events"):
    brat(work / form)
    back("brat", work / form)

for line, record in zip(read_jsonl(work / "prodigy.jsonl"), records.values(), strict=True):
    tokens = line["tokens"]
    expect("prodigy: text", "".join(t["text"] + " " * t["ws"] for t in tokens), record["text"])
    for span in line["spans"]:
        expect("prodigy: edges", (tokens[span["token_start"]]["start"], tokens[span["token_end"]]["end"]), (span["start"], span["end"]))
    expect("prodigy: spans", sorted((s["label"], record["text"][s["start"]:s["end"]]) for s in line["spans"]), spans(record))
print("prodigy: tokens and spans as in the records")

rows = read_jsonl(work / "claims.jsonl")
table = pyarrow.parquet.read_table(work / "claims.parquet").to_pylist()
expect("parquet", table, rows)
lines = list(csv.DictReader(io.StringIO((work / "claims.csv").read_text(encoding="utf-8-sig"), newline="")))
expect("csv", [(line["claim"], line["content"]) for line in lines], [(row["claim"], row["content"]) for row in rows])
expect("claims", [row["claim"] for row in rows], [c["id"] for r in records.values() for c in r["claims"]])
print(f"tables: {len(rows)} rows in pyarrow, csv and json")

page = json.loads((work / "annotations.jsonld").read_text())
for item in page["first"]["items"]:
    for target in item["target"]:
        position, quote = target["selector"]
        record = next(r for r in records.values() if target["source"]["id"] == "urn:sayso:" + r["id"])
        expect("web annotation", record["text"][position["start"]:position["end"]], quote["exact"])
print(f"web annotation: {len(page['first']['items'])} annotations as in the records")
