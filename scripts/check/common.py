"""What the checks share: records, and what a tool should show of them."""
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "outputs/check"


def environment(name, *packages):
    """The Python of a virtual environment in WORK with `packages`, made where it is not there yet."""
    python = WORK / name / "bin/python"
    wanted, stamp = "\n".join(map(str, packages)), WORK / name / ".installed"
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"installing {' '.join(map(str, packages))}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", WORK / name], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
        stamp.write_text(wanted)
    return python


def read_jsonl(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def expect(what, found, wanted):
    if found != wanted:
        found, wanted = str(found), str(wanted)
        at = next((i for i, (a, b) in enumerate(zip(found, wanted)) if a != b), 0)
        sys.exit(f"{what}: found …{found[max(0, at - 80):at + 200]}, wanted …{wanted[max(0, at - 80):at + 200]}")


def said(claims, articles):
    """`2 claims in 1 article`"""
    some = lambda number, name: f"{number:,} {name}{'' if number == 1 else 's'}"
    return f"{some(claims, 'claim')} in {some(articles, 'article')}"


def spans(record):
    """Every span that a tool should show, as (label, text), sorted; claims share sources and cues."""
    out = [("Content", s["text"]) for c in record["claims"] for s in c["content"]]
    for role in ("source", "cue"):
        shared = {(c[role]["start"], c[role]["end"]): c[role]["text"] for c in record["claims"] if c[role]}
        out += [(role.capitalize(), text) for text in shared.values()]
    out += [(h["class"].capitalize(), h["text"]) for h in record["hedges"]]
    return sorted(out)


def relations(record):
    """Every relation, as (name, text it leads from, text it leads to), sorted."""
    out, heads = [], {c["id"]: c["content"][0]["text"] for c in record["claims"]}
    for claim in record["claims"]:
        head = heads[claim["id"]]
        out += [("continues", head, s["text"]) for s in claim["content"][1:]]
        out += [(role, head, claim[role]["text"]) for role in ("source", "cue") if claim[role]]
    out += [("hedges", h["text"], heads[h["claim"]]) for h in record["hedges"] if h["claim"]]
    return sorted(out)


def gold(record):
    """The record's claims and hedges in the form of gold."""
    pair = lambda s: [s["start"], s["end"]]
    pairs = lambda s: [pair(s)] if s else []
    claims = [{"source": pairs(c["source"]), "cue": pairs(c["cue"]), "content": [pair(s) for s in c["content"]]}
              for c in record["claims"]]
    return {
        "id": record["id"],
        "text": record["text"],
        "attributions": sorted(claims, key=lambda c: (c["content"], c["cue"], c["source"])),
        "cues": sorted((h["start"], h["end"], h["class"]) for h in record["hedges"]),
    }


def as_gold(row):
    """A line of `sayso import`, brought to the same form."""
    roles = ("source", "cue", "content")
    return {
        "id": row["id"],
        "text": row["text"],
        "attributions": [{role: c[role] for role in roles} for c in row["attributions"]],
        "cues": [(c["start"], c["end"], c["class"]) for c in row["cues"]],
    }


def utf16(text, start, end):
    """A slice as JavaScript and Java make it."""
    return text.encode("utf-16-le")[2 * start:2 * end].decode("utf-16-le")


def call(method, url, body=None, headers=None, raw=False):
    """A request with JSON both ways."""
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            read = answer.read()
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {url}: {error.code} {error.read()[:500]!r}")
    return read if raw else json.loads(read) if read else None


def wait_for(url, process, seconds=300):
    """Waits until a server that is starting answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"{url}: the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(1)
    sys.exit(f"{url}: no answer within {seconds} s")
