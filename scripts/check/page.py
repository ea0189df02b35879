"""What the report page shows, compared with the records: lists, filters, addresses, texts and spans, keys, contrast."""

import json
import subprocess
import sys

from common import expect, said

WIDTHS = {"wide": (1360, 850), "middle": (820, 1100), "narrow": (390, 844)}
COUNT = "t => document.querySelector('#count').textContent === t"
TITLE = "t => document.querySelector('#reader h2')?.textContent === t"


def name_of(record):
    """What the page calls an article."""
    words = record["text"].split()
    return record["title"] or " ".join(words[:10]) + (" …" if len(words) > 10 else "")


def speaker_of(record, claim):
    return next((s for s in record["speakers"] if s["id"] == claim["speaker"]), None)


def over_articles(sayso, file):
    """Of each article's speakers the id and the name that `sayso speakers` gives them."""
    lines = subprocess.run([sayso, "speakers", file, "--to", "jsonl"], check=True, stdout=subprocess.PIPE).stdout
    return {(m["article"], m["speaker"]): (s["id"], s["name"]) for s in map(json.loads, lines.splitlines()) for m in s["mentions"]}


class Reading:
    def __init__(self, page, url, records, shots, known):
        self.page, self.url, self.records, self.shots = page, url, records, shots
        self.claims = [(r, c) for r in records for c in r["claims"]]
        # What the corpus' speakers are filtered by: the name, or the id of a second one of that name.
        self.keys_of, taken, self.names = {}, set(), {}
        for record in records:
            for speaker in record["speakers"]:
                if (one := known.get((record["id"], speaker["id"]))) and one not in self.keys_of:
                    self.keys_of[one] = one[0] if one[1].lower() in taken else one[1].lower()
                    taken.add(one[1].lower())
        self.known = known
        for record in records:
            for speaker in record["speakers"]:
                one = known.get((record["id"], speaker["id"]))
                self.names.setdefault(self.key_of(record, speaker), set()).update({speaker["name"].lower(), one[1].lower() if one else ""})

    def key_of(self, record, speaker):
        """What a speaker is filtered by: without a name, one of the article alone."""
        name = speaker["name"].lower()
        if one := self.known.get((record["id"], speaker["id"])):
            return self.keys_of[one]
        return name if speaker["named"] else f"{name} @ {record['id'].lower()}"

    def names_of(self, record, claim):
        """All names of a claim's speaker, over all articles."""
        speaker = speaker_of(record, claim)
        return " ".join(self.names[self.key_of(record, speaker)]) if speaker else "nobody named"

    def ok(self, what):
        print(f"{self.page.name}: {what}: ok", flush=True)

    def shows(self, kept, articles=None):
        self.page.wait(COUNT, said(len(kept), len({r["id"] for r, _ in kept}) if articles is None else articles))

    def at(self, address=""):
        self.page.open(self.url + address)

    def all(self):
        for check in [self.filters, self.speakers, self.search, self.addresses, self.order, self.texts, self.picking, self.keys]:
            check()
            self.ok(check.__name__)
        expect(f"{self.page.name}: errors", self.page.faults, [])
        expect(f"{self.page.name}: fetched", [u for u in self.page.fetched if u.startswith("http")], [])

    def filters(self):
        self.at()
        self.shows(self.claims)
        trust = lambda c: c["confidence"] * (1 if c["speaker_confidence"] is None else c["speaker_confidence"])
        of_kind = lambda kind: lambda r, c: (speaker_of(r, c) or {}).get("kind") == kind
        kinds = sorted({s["kind"] for r in self.records for s in r["speakers"] if s["kind"]})
        for facet, value, fits in [
            ("quote", "direct", lambda r, c: c["quote"] == "direct"),
            *(("type", kind, lambda r, c, kind=kind: c["type"] == kind) for kind in sorted({c["type"] for _, c in self.claims})),
            ("certainty", "underspecified", lambda r, c: c["certainty"] == "underspecified"),
            ("hedge", "condition", lambda r, c: any(h["class"] == "condition" for h in r["hedges"] if h["id"] in c["hedges"])),
            ("nested", "within another", lambda r, c: c["within"] is not None),
            ("confidence", "0.5 to 0.7", lambda r, c: 0.5 <= trust(c) < 0.7),
            ("named", "nobody", lambda r, c: c["speaker"] is None),
            *(("kind", kind, of_kind(kind)) for kind in kinds),
        ]:
            kept = [(r, c) for r, c in self.claims if fits(r, c)]
            self.page.click(f"input[name={facet}][value='{value}']")
            self.shows(kept)
            shown = self.page.run("(f, v) => [...document.querySelectorAll(`input[name=${f}]`)].find(n => n.value === v).parentElement.querySelector('.n').textContent", facet, value)
            expect(f"number beside {facet} {value}", shown, f"{len(kept):,}")
            self.page.click(f"input[name={facet}][value='{value}']")
            self.shows(self.claims)
        dates = sorted(r["date"] for r in self.records if r["date"])
        middle = dates[len(dates) // 2]
        self.at(f"#from={middle}")
        self.shows([(r, c) for r, c in self.claims if r["date"] and r["date"] >= middle],
                   sum(1 for r in self.records if r["date"] and r["date"] >= middle))
        self.page.click("#chosen button")
        self.shows(self.claims)

    def speakers(self):
        """Those of one name are one, those without a name never are, across articles."""
        self.at("#v=speakers")
        keys = {}
        for record, claim in self.claims:
            if speaker := speaker_of(record, claim):
                keys.setdefault(self.key_of(record, speaker), []).append((record, claim))
        named = {}
        for record in self.records:
            for speaker in record["speakers"]:
                if not speaker["named"]:
                    named.setdefault(speaker["name"].lower(), set()).add(self.key_of(record, speaker))
        shared = [key for group in named.values() if len(group) > 1 for key in group if key in keys][:6]
        most = sorted(keys, key=lambda key: -len(keys[key]))[:4]
        for key in [*most, *shared]:
            self.page.run("k => { location.hash = new URLSearchParams({v: 'speakers', speaker: k}) }", key)
            self.shows(keys[key])
            # A line for the speaker, and one for the space that is not there.
            rows = self.page.run("() => document.querySelectorAll('#speakers-body tr:not(.gap)').length")
            expect(f"lines for {key}", rows, 1)
        self.at("#v=speakers")
        bars = self.page.run("() => [...document.querySelectorAll('#timeline rect title')].map(n => n.textContent)")
        expect("the timeline has bars", bool(bars), any(r["date"] for r in self.records))
        unnamed = {s["name"] for r in self.records for s in r["speakers"] if not s["named"]}
        expect("nobody without a name in the timeline", [b for b in bars if b.split(",")[0] in unnamed], [])

    def search(self):
        word = "prefecture" if any("prefecture" in r["text"] for r in self.records) else self.records[0]["text"].split()[3]
        word = word.lower()
        hits = [r for r in self.records if word in f"{r['title'] or ''}\n{r['text']}".lower()]
        own = lambda r, c: " ".join([self.names_of(r, c), *(c[k]["text"] if c[k] else "" for k in ("source", "cue")), *(s["text"] for s in c["content"])]).lower()
        kept = [(r, c) for r in hits for c in r["claims"] if word in own(r, c)]
        self.at()
        self.page.press("/")
        self.page.type(word)
        self.shows(kept, len(hits))
        listed = self.page.run("() => document.querySelectorAll('#articles .said a').length")
        expect("claims with the word are listed", listed, sum(min(8, sum(1 for q, _ in kept if q is r)) for r in hits))
        for record in hits:
            self.at(f"#q={word}&a={record['id']}")
            self.page.wait("""w => { const at = [...document.querySelectorAll('#reader .text p')].find(p => p.textContent.toLowerCase().includes(w));
                if (!at) return true; const { top, bottom } = at.getBoundingClientRect(); return bottom > 60 && top < innerHeight }""", word, what="the first hit")
        self.page.press("Escape", "x")
        self.page.wait(COUNT, said(len(self.claims), len(self.records)))
        # A filter's first claim is gone to as well.
        record = max(self.records, key=lambda r: len(r["claims"]))
        value = record["claims"][-1]["certainty"]
        self.at(f"#certainty={value}&a={record['id']}")
        first = next(i for i, c in enumerate(record["claims"]) if c["certainty"] == value)
        self.page.wait(IN_VIEW, first, 1, what=f"claim {first + 1}")

    def addresses(self):
        record = self.records[1]
        claim = record["claims"][-1]
        self.at(f"#A={record['id'].upper()}&C={claim['id'].upper()}")
        self.page.wait(TITLE, name_of(record))
        self.page.wait("() => document.querySelector('#claims li[aria-current]')")
        for address, says in [("#a=nowhere", "nowhere"), (f"#a={record['id']}&c=c9999", "c9999"), ("#v=nothing", "nothing"), ("#colour=red", "colour"),
                              ("#quote=loud", "loud"), ("#speaker=nobody-at-all", "nobody-at-all"), ("#from=yesterday", "yesterday"), ("#c=c1", "c1")]:
            self.at(address)
            self.page.wait("() => !document.querySelector('#notice').hidden")
            expect(f"{address} is told of", says in self.page.text("#notice"), True)
        self.at()
        expect("no notice", self.page.text("#notice"), "")
        for record in [r for r in self.records if not r["title"]]:
            self.at(f"#a={record['id']}")
            self.page.wait(TITLE, name_of(record))

    def order(self):
        doubt = lambda r: min((c["confidence"] * (1 if c["speaker_confidence"] is None else c["speaker_confidence"]) for c in r["claims"]), default=2)
        for value, key in [("newest", None), ("claims", lambda r: -len(r["claims"])), ("doubtful", doubt)]:
            wanted = sorted(self.records, key=key) if key else sorted(self.records, key=lambda r: r["date"] or "", reverse=True)
            self.at()
            self.page.run("v => { const s = document.querySelector('#sort'); s.value = v; s.dispatchEvent(new Event('change')) }", value)
            self.page.wait("v => document.querySelector('#sort').value === v && location.hash.includes(v)", value)
            shown = self.page.run("() => [...document.querySelectorAll('#articles h3')].map(n => n.textContent)")
            expect(f"articles, {value}", shown, [name_of(r) for r in wanted][:50])

    def texts(self):
        """Every article's text and every span of every claim, as shown."""
        for record in self.records:
            self.page.run("a => { location.hash = new URLSearchParams({ a }) }", record["id"])
            self.page.wait(TITLE, name_of(record))
            shown = self.page.run("""() => {
                const text = document.querySelector('#reader .text').cloneNode(true);
                text.querySelectorAll('.mark').forEach(m => m.remove());
                const of = role => [...text.querySelectorAll('.' + role)].map(n => n.textContent).join('');
                const whole = [...text.querySelectorAll('p')].map(p => p.textContent).join('');
                return {text: whole, source: of('source'), cue: of('cue'), hedge: of('hedge'), content: of('content')};
            }""")
            covered = lambda spans: "".join(record["text"][i] for i in sorted({i for s in spans for i in range(s["start"], s["end"])}))
            wanted = {
                "text": record["text"],
                "source": covered([c["source"] for c in record["claims"] if c["source"]]),
                "cue": covered([c["cue"] for c in record["claims"] if c["cue"]]),
                "hedge": covered(record["hedges"]),
                "content": covered([s for c in record["claims"] for s in c["content"]]),
            }
            for role in wanted:
                expect(f"{record['id']}: {role}", shown[role].replace("\n", ""), wanted[role].replace("\n", ""))

    def picking(self):
        """Every claim of the longest article, by address and by key, at each width: in view in text and panel."""
        record = max(self.records, key=lambda r: len(r["claims"]))
        for name, size in WIDTHS.items():
            self.page.size(*size)
            for at in [len(record["claims"]) - 1, len(record["claims"]) // 2]:
                claim = record["claims"][at]
                self.at(f"#a={record['id']}&c={claim['id']}")
                self.page.wait(IN_VIEW, at, 1, what=f"claim {at + 1}, {name}")
                marked = self.page.run("() => [...document.querySelectorAll('#reader .content.on')].map(n => n.textContent).join('')")
                expect("what is marked", marked.replace("\n", ""), "".join(s["text"] for s in claim["content"]).replace("\n", ""))
            self.at(f"#a={record['id']}")
            for at in range(len(record["claims"])):
                self.page.press("j")
                self.page.wait(IN_VIEW, at, 1, what=f"claim {at + 1} by key, {name}")
        self.page.size(*WIDTHS["wide"])

    def keys(self):
        record, claim = self.records[1], self.records[1]["claims"][3]
        self.at(f"#a={record['id']}&c={claim['id']}")
        for key, to in [("j", 4), ("k", 3)]:
            self.page.press(key)
            self.page.wait("c => location.hash.endsWith('c=' + c)", record["claims"][to]["id"])
        theme = self.page.attribute("html", "data-theme")
        self.page.press("t")
        expect("t turns light and dark", self.page.attribute("html", "data-theme") != theme, True)
        self.page.press("t", "Escape")
        self.page.wait("() => !location.hash.includes('c=')")
        self.page.press("p")
        self.page.wait(TITLE, name_of(self.records[0]))
        self.page.press("Escape")
        self.page.wait("() => document.querySelector('#articles h3')")
        self.page.press("j", "j", "Enter")
        self.page.wait(TITLE, name_of(self.records[1]))
        self.page.press("?")
        self.page.wait("() => document.querySelector('#keys').open")
        self.page.press("Escape")
        for key, view in [("2", "check-view"), ("3", "table-view"), ("4", "speakers-view"), ("1", "overview")]:
            self.page.press(key)
            self.page.wait("v => !document.getElementById(v).hidden", view)

    def looks(self):
        """Screenshots of every view at each width, light and dark; nothing is wider than the window, all text has contrast."""
        record = max(self.records, key=lambda r: len(r["claims"]))
        views = {"list": "", "article": f"#a={record['id']}&c={record['claims'][5]['id']}", "check": "#v=check", "table": "#v=table", "speakers": "#v=speakers", "search": "#q=may"}
        for width, size in WIDTHS.items():
            self.page.size(*size)
            for theme in ["light", "dark"]:
                for view, address in views.items():
                    self.at(address)
                    if self.page.attribute("html", "data-theme") != theme:
                        self.page.press("t")
                    if view == "table":
                        self.page.wait("() => document.querySelector('#table-body tr')")
                    over = self.page.run("() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)")
                    expect(f"{view}, {width}: wider than the window by", over, 0)
                    for selector, ratio in self.page.run(CONTRAST):
                        if ratio < 4.5:
                            sys.exit(f"{self.page.name}: {view}, {theme}: contrast of {selector}: {ratio:.2f}, wanted 4.5")
                    self.page.shot(self.shots / f"{self.page.name}-{view}-{width}-{theme}.png")
        self.page.size(*WIDTHS["wide"])
        self.ok(f"widths and contrast, {len(views) * 6} screenshots in {self.shots}")


# Whether a claim is picked or gone to, and seen: its mark in the text, and its line in the panel where there is one.
IN_VIEW = """at => {
    const mark = document.querySelector(`#reader .mark[data-claim="${at}"]`);
    const line = document.querySelector(`#claims li[data-claim="${at}"]`);
    if (!mark || !line) return false;
    const { top, bottom } = mark.getBoundingClientRect();
    const head = document.querySelector('.bar').getBoundingClientRect();
    const sheet = getComputedStyle(line).position === 'fixed' ? line.getBoundingClientRect().top : innerHeight;
    if (top < Math.max(0, head.bottom) || bottom > sheet) return false;
    const panel = document.querySelector('#claims');
    if (getComputedStyle(panel).position !== 'sticky') return true;
    const [inner, outer] = [line.querySelector('.pick').getBoundingClientRect(), panel.getBoundingClientRect()];
    return inner.top >= outer.top && inner.bottom <= outer.bottom && inner.bottom <= innerHeight;
}"""

# The contrast of each kind of text with the ground it stands on (WCAG 2), as [selector, ratio].
CONTRAST = """() => {
    const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => rgb(colour).slice(0, 3).map(v => v / 255)
        .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const seen = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest('.unseen, .off-claim, svg, script, :disabled')) continue;
        const kind = [node.tagName, ...node.classList, node.parentElement.className].join(' ');
        if (seen.has(kind)) continue;
        let ground = node;
        while (ground && (rgb(getComputedStyle(ground).backgroundColor)[3] ?? 1) === 0) ground = ground.parentElement;
        const pair = [getComputedStyle(node).color, getComputedStyle(ground ?? document.documentElement).backgroundColor].map(light);
        seen.set(kind, (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05));
    }
    return [...seen];
}"""
