#!/usr/bin/env python3
"""Compares a run over a corpus of generate.py's with its manifest.

    scripts/corpora/check.py DIR OUT

Every good article must have one record, with its text and id, and nothing else; every damaged one a reject of its file.
Ends with 1 and says what differs.
"""

import json
import sys
from collections import Counter
from pathlib import Path


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def main():
    corpus, out = map(Path, sys.argv[1:3])
    manifest = lines(corpus / "manifest.jsonl")
    good = {entry["text"]: entry for entry in manifest if entry["damage"] is None}
    bad = Counter(entry["file"] for entry in manifest if entry["damage"] is not None)
    ways = {file: {e["damage"] for e in manifest if e["file"] == file and e["damage"]} for file in bad} if len(bad) < 5000 else {}

    faults = []
    seen = Counter()
    for record in lines(out / "records.jsonl"):
        text = record["text"]
        seen[text] += 1
        if text not in good:
            faults.append(f"unexpected record {record['id']}: {text[:200]!r}")
        elif good[text]["id"] not in (None, record["id"]):
            faults.append(f"record {record['id']} should be {good[text]['id']}")
        if seen[text] == 2:
            faults.append(f"twice: {record['id']}")
    faults += [f"missing: {good[text]['file']} {good[text]['id']}: {text[:100]!r}" for text in good if text not in seen]

    rejects = out / "rejects.jsonl"
    # Below the corpus' own folder, as the manifest names files.
    root = str(corpus / "in") + "/"
    found = Counter()
    reasons = {}
    for reject in lines(rejects) if rejects.exists() else []:
        file = reject["place"]["file"].removeprefix(root)
        found[file] += 1
        reasons.setdefault(file, []).append(reject["reason"])
    for file in sorted(bad.keys() | found.keys()):
        if bad[file] != found[file]:
            faults.append(f"{file}: {found[file]} rejects for {bad[file]} damaged ({ways.get(file)}): {reasons.get(file)}")

    for fault in faults[:40]:
        print(fault)
    kinds = Counter(entry["damage"] for entry in manifest if entry["damage"])
    print(f"{len(good)} good articles, {sum(seen.values())} records; {sum(bad.values())} damaged, {sum(found.values())} rejects; "
          f"{len(faults)} faults")
    print("damage: " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
