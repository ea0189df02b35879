"""Claims checked in the page by keys alone, saved as gold, imported and scored; the table and its CSV."""
import copy
import csv
import io
import json
import re
import subprocess

from common import expect, said
from page import COUNT, Reading, speaker_of

FORTY = 40
NEW = "Zora Quill"
TOKEN = re.compile(r"[^\W_]+(?:[’'.,-][^\W_]+)*|[^\s\w]|_")
CHECKED = "n => document.querySelector('#card .place').textContent.includes(`${n} claim`)"


def turned(values, value):
    return values[(values.index(value) + 1) % len(values)]


TURNS = {"c": ("certainty", ["certain", "probable", "possible", "underspecified"]), "q": ("quote", ["direct", "indirect", "mixed"]),
         "y": ("type", ["communication", "attitude", "factive", "control"]), "g": ("polarity", ["positive", "negative"])}


def gold_of(record, verdicts):
    """The record's claims, changed as they are, as the page should save them; None is a rejected one."""
    pair = lambda s: [s["start"], s["end"]]
    pairs = lambda s: [pair(s)] if s else []
    text = lambda s: s and s["text"]
    kept = {c["id"]: c for c in record["claims"] if verdicts.get(c["id"], c) is not None}
    within = {c["id"]: c["within"] for c in record["claims"]}

    def outer(at):
        return at if at is None or at in kept else outer(within[at])

    def speaker(claim):
        if "typed" in claim:
            return claim["typed"]
        found = speaker_of(record, claim)
        return found and {"name": found["name"], "kind": found["kind"], "named": found["named"], "role": text(found["role"]), "affiliation": text(found["affiliation"])}

    rows = []
    for at in kept:
        claim = verdicts.get(at) or kept[at]
        rows.append({"id": at, "source": pairs(claim["source"]), "cue": pairs(claim["cue"]), "content": [pair(s) for s in claim["content"]],
                     **{field: claim[field] for field in ("quote", "type", "certainty", "polarity")},
                     "within": outer(claim["within"]), "speaker": speaker(claim), "checked": at in verdicts})
    numbers = {at: number for number, at in enumerate(kept)}
    cues = [{"start": h["start"], "end": h["end"], "class": h["class"], "claim": numbers.get(h["claim"])} for h in record["hedges"]]
    return {"id": record["id"], "text": record["text"], "attributions": rows, "cues": cues}


class Checking(Reading):
    def __init__(self, page, url, records, shots, known, sayso, work):
        super().__init__(page, url, records, shots, known)
        self.sayso, self.work = sayso, work
        self.file = work / "scored.jsonl"
        self.file.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records))
        trust = lambda c: c["confidence"] * (1 if c["speaker_confidence"] is None else c["speaker_confidence"])
        self.queue = sorted(self.claims, key=lambda rc: trust(rc[1]))

    def all(self):
        for check in [self.shown, self.table, self.forty, self.undo, self.adding]:
            check()
            self.ok(check.__name__)
        expect(f"{self.page.name}: errors", self.page.faults, [])

    def shown(self):
        """The queue in order of doubt: numbers, speakers, the source's own words, marks, certainty and hedges."""
        self.at("#v=check")
        lines = self.page.run("""() => [...document.querySelectorAll('#queue li:not(.gap)')].map(n => ({
            value: n.querySelector('.value').textContent, bar: n.querySelector('.fill').style.width, speaker: n.querySelector('.speaker b').textContent,
            own: n.querySelector('.own-words')?.textContent, unsure: Boolean(n.querySelector('.unsure')), differ: Boolean(n.querySelector('.differ')),
            firm: n.querySelector('.firm').textContent }))""")
        expect("lines", len(lines) >= min(10, len(self.queue)), True)
        for (record, claim), line in zip(self.queue, lines):
            speaker = speaker_of(record, claim)
            trust = claim["confidence"] * (1 if claim["speaker_confidence"] is None else claim["speaker_confidence"])
            expect("confidence", abs(float(line["value"]) - trust) < 0.0051 and abs(float(line["bar"][:-1]) - 100 * trust) <= 0.51, True)
            expect("speaker", line["speaker"], speaker["name"] if speaker else "nobody named")
            source = claim["source"] and " ".join(claim["source"]["text"].split())
            if not speaker or source != speaker["name"]:
                expect("own words", line["own"], f"“{source}”" if source else "no source")
            expect("unsure", line["unsure"], claim["speaker_confidence"] is not None and claim["speaker_confidence"] < 0.7)
            pronoun = source and speaker and source.lower() in ("he", "she", "they", "it") and source.lower() not in speaker["name"].lower()
            expect("differs", line["differ"] or not pronoun, True)
            hedges = [" ".join(h["text"].split()) for h in record["hedges"] if h["id"] in claim["hedges"]]
            expect("certainty and hedges", all(word in line["firm"] for word in [claim["certainty"], *hedges]), True)

    def forty(self):
        """Forty claims, each accepted, rejected or corrected in one way, with keys alone."""
        page, changes, wrong = self.page, {}, dict.fromkeys(["rejected", "content", "speaker", "kind", *(field for field, _ in TURNS.values())], 0)
        self.at("#v=check")
        for number, (record, claim) in enumerate(self.queue[:FORTY]):
            new = copy.deepcopy(claim)
            way = ["a", "r", "c", "q", "y", "g", "speaker", "typed", "edges"][number % 9]
            if way == "q" and claim["within"] is not None:
                way = "c"
            if way == "edges":
                way = "edges" if self.move(record, new) else "g"
            if way == "speaker":
                way = "speaker" if (digit := self.other(record, new)) else "typed"
            if way in TURNS:
                field, values = TURNS[way]
                new[field] = turned(values, claim[field])
                wrong[field] += 1
                page.press(way, "a")
            elif way == "edges":
                wrong["content"] += 1
                page.press("ArrowRight", "Shift+ArrowLeft", "a")
            elif way == "speaker":
                wrong["speaker"] += 1
                before = speaker_of(record, claim)
                wrong["kind"] += bool(before) and before["kind"] != speaker_of(record, new)["kind"]
                page.press("s", digit, "a")
            elif way == "typed":
                new["typed"] = {"name": NEW, "kind": (speaker_of(record, claim) or {"kind": "person"})["kind"], "named": True}
                wrong["speaker"] += 1
                page.press("s")
                page.type(NEW)
                page.press("Enter", "a")
            elif way == "r":
                wrong["rejected"] += 1
                page.press("r")
            else:
                page.press("a")
            changes.setdefault(record["id"], {})[claim["id"]] = None if way == "r" else new
            page.wait(CHECKED, number + 1)
        page.shot(self.shots / f"{page.name}-forty.png")
        page.press("w")
        page.wait("() => document.querySelector('#saving').open")
        page.press("Enter")
        saved = page.saved("gold.jsonl")
        rows = [json.loads(line) for line in saved.decode().splitlines()]
        wanted = [gold_of(r, changes[r["id"]]) for r in self.records if r["id"] in changes]
        expect("articles saved", [row["id"] for row in rows], [row["id"] for row in wanted])
        for row, line in zip(wanted, rows):
            for part in row:
                expect(f"{row['id']}: {part}", line[part], row[part])
        self.imported(saved, wanted, wrong)
        # What was checked is there when the page is opened again, where the browser keeps it.
        self.at("#v=check")
        page.wait(CHECKED, FORTY if self.keeps() else 0)
        if not self.keeps():
            page.press("a")
            page.wait("() => document.querySelector('#kept').textContent.includes('keeps nothing')")
            # Or it would ask whether to leave.
            page.press("w", "Enter")
            page.saved("gold.jsonl")

    def keeps_at(self):
        self.at("#v=check")
        return self.keeps()

    def keeps(self):
        return self.page.run("() => { try { localStorage.setItem('x', '1'); return localStorage.getItem('x') === '1' } catch { return false } }")

    def move(self, record, claim):
        """Moves both edges of the first fragment inwards by a word; whether it is long enough to stay the same claim."""
        first = claim["content"][0]
        tokens = [(m.start(), m.end()) for m in TOKEN.finditer(record["text"], first["start"], first["end"])]
        if len(tokens) < 8:
            return False
        first["start"], first["end"] = tokens[1][0], tokens[-2][1]
        return True

    def other(self, record, claim):
        """The number of a speaker with other words in the name, whom the claim gets."""
        words = lambda name: set(re.findall(r"\w+", name.lower()))
        now = speaker_of(record, claim)
        for digit, speaker in enumerate(record["speakers"][:9], 1):
            if now and not words(now["name"]) & words(speaker["name"]):
                claim["speaker"] = speaker["id"]
                return str(digit)
        return None

    def imported(self, saved, wanted, wrong):
        """The saved file through `sayso import` and `sayso eval`: just what was corrected is counted."""
        file, gold = self.work / "saved.jsonl", self.work / "gold.jsonl"
        file.write_bytes(saved)
        subprocess.run([self.sayso, "import", "--from", "report", file, "--out", gold], check=True)
        rows = [json.loads(line) for line in gold.read_text().splitlines()]
        expect("imported", rows, wanted)
        scores = subprocess.run([self.sayso, "eval", gold, self.file, "--json"], check=True, stdout=subprocess.PIPE).stdout
        scores = json.loads(scores)
        hedges, scores = scores["hedges"], scores["attributions"]
        left = sum(len(row["attributions"]) for row in wanted)
        figures = {f["name"]: f for f in scores["figures"]}
        for name, right in [("attr_content", left), ("attr_full", left), ("span_content", left - wrong["content"])]:
            found = figures[name]
            expect(name, (found["right"], found["gold"], found["found"]), (right, left, left + wrong["rejected"]))
        shares = scores["claims"]["right"]
        lost = lambda prefix: sum(s["all"] - s["right"] for s in shares if s["name"].startswith(prefix))
        for name, field in [("speaker name", "speaker"), ("kind", "kind"), ("quote type", "quote"), ("certainty", "certainty"), ("polarity", "polarity"), ("type of attribution", "type")]:
            expect(f"wrong: {name}", lost(name), wrong[field])
        missed = {s["name"]: s["all"] - s["right"] for s in scores["claims"]["found"]}
        expect("missed", {name: number for name, number in missed.items() if number}, {"precision": wrong["rejected"]})
        # And as records: read again as records are, what is in the gold is in them.
        corrected = self.work / "corrected.jsonl"
        subprocess.run([self.sayso, "import", "--from", "report", file, "--records", self.file, "--out", corrected], check=True)
        subprocess.run([self.sayso, "export", corrected, "--to", "claims", "--out", self.work / "corrected-claims.jsonl"], check=True)
        scores = json.loads(subprocess.run([self.sayso, "eval", gold, corrected, "--json"], check=True, stdout=subprocess.PIPE).stdout)
        shares = [s for part in ("found", "right") for s in scores["attributions"]["claims"][part]]
        # A speaker that was given a claim brings along the role that the record has of it, which the page does not know.
        unlike = [s["name"] for s in shares if s["right"] != s["all"] and not s["name"].startswith(("role", "affiliation"))]
        expect("fields in which corrected records are not the gold", unlike, [])
        expect("hedges that are not as they were", [h["name"] for h in hedges if not h["right"] == h["gold"] == h["found"]], [])

    def undo(self):
        self.at("#v=check")
        before = int(re.search(r"(\d+) claims? checked", self.page.text("#card .place"))[1])
        self.page.press("c", "g", "c")
        self.page.wait(CHECKED, before + 1)
        self.page.press("u")
        self.page.wait(CHECKED, before)
        expect("what is undone", self.page.text(".verdict-word"), "not checked")
        changed = self.page.run("() => document.querySelectorAll('#card .changed').length")
        expect("fields that are changed after undoing", changed, 0)

    def adding(self):
        """A claim that was missed, with source, cue and a further part, by keys alone; then another with the mouse."""
        page, record = self.page, max(self.records, key=lambda r: len(r["claims"]))
        outer, text = record["claims"][0], record["text"]
        tokens = [m.span() for m in TOKEN.finditer(text)]
        first = next(n for n, (start, _) in enumerate(tokens) if start >= outer["content"][0]["start"])
        place = lambda a, b: [tokens[first + a][0], tokens[first + b][1]]
        new = f"c{1 + max(int(c['id'][1:]) for c in record['claims'])}"
        self.at(f"#a={record['id']}&c={outer['id']}")
        page.press("a")
        page.wait("() => document.querySelector('#notice').textContent.startsWith('Select words')")
        page.press(*["ArrowRight"] * 3, *["Shift+ArrowRight"] * 3)
        page.wait("t => getSelection().toString() === t && !document.querySelector('#selecting').hidden", text[slice(*place(2, 5))])
        page.press("a")
        page.wait("c => location.hash.endsWith('c=' + c) && document.querySelector('#claims li[aria-current]')", new)
        # From the new claim's first word, one back is its source, two back its cue, and five on a further part.
        page.press("ArrowRight", "ArrowLeft", "s")
        page.wait("() => document.querySelector('#notice').textContent.includes('source')")
        page.press("ArrowRight", *["ArrowLeft"] * 2, "c")
        page.wait("() => document.querySelector('#notice').textContent.includes('cue')")
        page.press(*["ArrowRight"] * 6, "m")
        page.wait("() => document.querySelector('#notice').textContent.includes('content')")
        page.shot(self.shots / f"{page.name}-adding.png")
        added = self.added(record, new)
        expect("source, cue, content", (added["source"], added["cue"], added["content"]), ([place(1, 1)], [place(0, 0)], [place(2, 5), place(7, 7)]))
        expect("the rest", (added["certainty"], added["polarity"], added["type"], added["checked"]), ("certain", "positive", "communication", True))
        around = [c for c in record["claims"] if any(s["start"] <= place(2, 5)[0] and s["end"] >= place(2, 5)[1] for s in c["content"])]
        expect("within", added["within"], min(around, key=lambda c: sum(s["end"] - s["start"] for s in c["content"]))["id"] if around else None)
        expect("who speaks", bool(added["speaker"]["name"]), True)
        # It is one of the others where claims are checked.
        self.at(f"#v=check&checked=added&a={record['id']}&c={new}" if self.keeps() else "#v=check")
        if self.keeps():
            self.shows([(record, outer)])
            page.press("c", "g")
            added = self.added(record, new)
            expect("what was corrected", (added["certainty"], added["polarity"], added["checked"]), ("probable", "negative", True))
            page.press("u")
            page.wait("() => document.querySelector('.verdict-word').textContent === 'rejected'")
        # With the mouse: what is selected, and the button.
        self.at(f"#a={record['id']}")
        page.run("""() => { const p = document.querySelector('#reader .text p'); getSelection().selectAllChildren(p) }""")
        page.wait("() => !document.querySelector('#selecting').hidden")
        page.click("#selecting button[value=a]")
        page.wait("() => location.hash.includes('c=c')")
        at = page.run("() => new URLSearchParams(location.hash.slice(1)).get('c')")
        paragraph = text.split("\n\n")[0].strip()
        (start, end), = self.added(record, at)["content"]
        expect("the paragraph", text[start:end], paragraph)
        # What was added does not stay for what comes after.
        self.at(f"#v=check&a={record['id']}&c={at}" if self.keeps() else "#v=check")
        page.press("u")

    def added(self, record, at):
        """The claim as it is saved and imported, also into the records."""
        self.page.press("w")
        self.page.wait("() => document.querySelector('#saving').open")
        self.page.press("Enter")
        file, corrected = self.work / "saved.jsonl", self.work / "corrected.jsonl"
        file.write_bytes(self.page.saved("gold.jsonl"))
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        row = next(a for r in rows if r["id"] == record["id"] for a in r["attributions"] if a["id"] == at)
        subprocess.run([self.sayso, "import", "--from", "report", file, "--records", self.file, "--out", corrected], check=True)
        claims = next(r for r in map(json.loads, corrected.read_text().splitlines()) if r["id"] == record["id"])["claims"]
        claim = next(c for c in claims if c["id"] == at)
        pair = lambda s: [s["start"], s["end"]]
        expect("in the records", ([pair(s) for s in claim["content"]], claim["certainty"], claim["confidence"]), (row["content"], row["certainty"], 1))
        told = subprocess.run([self.sayso, "diff", self.file, corrected, "--json"], stdout=subprocess.PIPE)
        new = [c["b"] for line in told.stdout.splitlines() for c in json.loads(line).get("claims", []) if isinstance(c, dict) and c["side"] == "b"]
        expect("what is new", (at in new, told.returncode), (True, 1))
        return row

    def table(self):
        """Sorting and filtering by columns, against the records, and the CSV of what is filtered."""
        name = lambda rc: (speaker_of(*rc) or {"name": "nobody named"})["name"]
        self.at("#v=table")
        self.shows(self.claims)
        kept = [rc for rc in self.claims if rc[1]["certainty"] == "possible"]
        self.at("#v=table&sort=speaker&certainty=possible")
        self.shows(kept)
        self.page.wait("() => document.querySelector('#table-body td')")
        shown = self.page.run("() => [...document.querySelectorAll('#table-body .col-speaker')].map(n => n.textContent)")
        expect("sorted by speaker", shown, sorted(shown, key=str.lower))
        # A column's own filter, by keys.
        word = name(kept[0]).split()[-1]
        self.at("#v=table&certainty=possible")
        self.page.wait("() => document.querySelector('#table-head input')")
        self.page.run("() => document.querySelector('[data-key=has-speaker]').focus()")
        self.page.type(word)
        self.page.wait("w => location.hash.includes('has-speaker=' + encodeURIComponent(w))", word)
        self.page.wait("() => document.querySelector('#table-body td')")
        self.page.click("#csv")
        rows = list(csv.DictReader(io.StringIO(self.page.saved("claims.csv").decode("utf-8-sig"), newline="")))
        exported = subprocess.run([self.sayso, "export", self.file, "--to", "csv", "--out", self.work / "all.csv"], capture_output=True)
        expect("export", exported.returncode, 0)
        with open(self.work / "all.csv", encoding="utf-8-sig", newline="") as file:
            every = {(row["article"], row["claim"]): row for row in csv.DictReader(file)}
        for row in rows:
            own = every[row["article"], row["claim"]]
            shared = [column for column in row if column in own and "confidence" not in column]
            expect(f"{row['article']} {row['claim']}", {c: row[c].lower() for c in shared}, {c: own[c].lower() for c in shared})
            for column in ("confidence", "speaker_confidence"):
                expect(column, float(row[column] or -1), float(own[column] or -1))
        fits = {(r["id"], c["id"]) for r, c in kept if word.lower() in self.names_of(r, c)}
        expect("rows of the CSV", {(row["article"], row["claim"]) for row in rows}, fits)


def hostile(record):
    """A record whose every text tries to be something else."""
    out = copy.deepcopy(record)
    out.update(id="=cmd|' /C calc'!A0", title="=1+1</script><script>window.hit = 1</script>", author="@SUM(A1)", publisher="-2+3", url="javascript:window.hit=1", date=None)
    for speaker, name in zip(out["speakers"], ['+<img src=x onerror="window.hit=1">', "\tTab & <b>Bold</b>", "=HYPERLINK(\"x\")"]):
        speaker.update(name=name, named=True)
    return out


def inert(page, url, record, shots):
    """Nothing of a hostile article runs, is fetched or is a formula."""
    check = Reading(page, url, [record], shots, {})
    for view in ["", "#v=check", "#v=table", "#v=speakers", f"#a={record['id'].replace('=', '%3D').replace('|', '%7C').replace(' ', '%20')}"]:
        check.at(view)
        page.wait(COUNT, said(len(record["claims"]), 1))
    expect("the title is text", page.run("() => document.querySelector('#reader h2').textContent"), record["title"])
    expect("no address of its own", page.run("() => document.querySelectorAll('a[href^=javascript]').length"), 0)
    expect("nothing ran", page.run("() => window.hit ?? 0"), 0)
    expect("no element of it", page.run("() => document.querySelectorAll('main img, main script, main b b').length"), 0)
    check.at("#v=table")
    page.wait("() => document.querySelector('#table-body td')")
    page.click("#csv")
    cells = [cell for row in csv.reader(io.StringIO(page.saved("claims.csv").decode("utf-8-sig"), newline="")) for cell in row]
    formulas = [cell for cell in cells if cell[:1] in "=+@\t\r" and cell or cell.startswith("-")]
    expect("formulas", formulas, [])
    expect("errors", page.faults, [])
    expect("fetched", [u for u in page.fetched if u.startswith("http")], [])
    check.ok("a hostile article is inert")
