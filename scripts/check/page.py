"""The report page in headless Chromium: page.py REPORT.html RECORDS.jsonl SHOTS

Filters, deep links, keys and the highlighted text are compared with the records. Screenshots go to SHOTS.
"""
import json
import pathlib
import shutil
import sys

from playwright.sync_api import sync_playwright

page_path, records_path, shots = (pathlib.Path(arg).resolve() for arg in sys.argv[1:4])
records = [json.loads(line) for line in open(records_path, encoding="utf-8")]
claims = [(record, claim) for record in records for claim in record["claims"]]
shots.mkdir(parents=True, exist_ok=True)
url = page_path.as_uri()
chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"page: {what}: found {found!r}, wanted {wanted!r}")
    print(f"page: {what}: ok")


def ratio(page, selector):
    """The contrast of an element's text with the background that it stands on (WCAG 2)."""
    return page.evaluate("""selector => {
        const node = document.querySelector(selector);
        const rgb = (colour) => colour.match(/[\\d.]+/g).map(Number);
        let ground = node;
        while (ground && (rgb(getComputedStyle(ground).backgroundColor)[3] ?? 1) === 0) ground = ground.parentElement;
        const light = (colour) => rgb(colour).slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const pair = [getComputedStyle(node).color, getComputedStyle(ground ?? document.documentElement).backgroundColor].map(light);
        return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    }""", selector)


with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    context = browser.new_context(viewport={"width": 1360, "height": 850}, color_scheme="light")
    page = context.new_page()
    faults, fetched = [], []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: message.type == "error" and faults.append(message.text))
    page.on("request", lambda request: fetched.append(request.url))
    count = lambda: page.inner_text("#count")
    wait = lambda text: page.wait_for_function("t => document.querySelector('#count').textContent === t", arg=text, timeout=10000)
    said = lambda n, m: f"{n:,} claim{'' if n == 1 else 's'} in {m} article{'' if m == 1 else 's'}"

    page.goto(url)
    expect("all claims", count(), said(len(claims), len(records)))
    page.screenshot(path=shots / "list-light.png")

    # Filters, each against the records.
    kinds = sorted({s["kind"] for r in records for s in r["speakers"] if s["kind"]})
    of_kind = lambda kind: lambda r, c: any(s["kind"] == kind for s in r["speakers"] if s["id"] == c["speaker"])
    for facet, value, fits in [
        ("quote", "direct", lambda r, c: c["quote"] == "direct"),
        *(("type", kind, lambda r, c, kind=kind: c["type"] == kind) for kind in sorted({c["type"] for _, c in claims})),
        ("certainty", "underspecified", lambda r, c: c["certainty"] == "underspecified"),
        ("hedge", "condition", lambda r, c: any(h["class"] == "condition" for h in r["hedges"] if h["id"] in c["hedges"])),
        *(("kind", kind, of_kind(kind)) for kind in kinds),
    ]:
        kept = [(r, c) for r, c in claims if fits(r, c)]
        page.check(f"input[name={facet}][value={value}]")
        wait(said(len(kept), len({r["id"] for r, _ in kept})))
        page.uncheck(f"input[name={facet}][value={value}]")
        print(f"page: filter {facet} {value}: ok")
    expect("a filter by kind where kinds are known", page.locator("input[name=kind]").count() > 0, bool(kinds))
    dates = sorted(r["date"] for r in records if r["date"])
    middle = dates[len(dates) // 2]
    page.fill("#from", middle)
    page.dispatch_event("#from", "change")
    kept = [r for r in records if r["date"] and r["date"] >= middle]
    wait(said(sum(len(r["claims"]) for r in kept), len(kept)))
    page.keyboard.press("Escape")
    page.click("#chosen button")
    expect("dates", count(), said(len(claims), len(records)))

    # A speaker, chosen in the list and in the address.
    name = page.inner_text("#speakers button span:first-child")
    page.click("#speakers button")
    kept = [(r, c) for r, c in claims for s in r["speakers"] if s["id"] == c["speaker"] and s["name"].lower() == name.lower()]
    wait(said(len(kept), len({r["id"] for r, _ in kept})))
    expect("the speaker is pressed", page.get_attribute("#speakers button", "aria-pressed"), "true")
    page.click("#home")
    wait(said(len(claims), len(records)))

    # Full text.
    word = "prefecture" if any("prefecture" in r["text"] for r in records) else records[0]["text"].split()[3]
    hits = [r for r in records if word.lower() in (r["title"] or "").lower() + r["text"].lower()]
    page.keyboard.press("/")
    page.keyboard.type(word)
    wait(said(sum(len(r["claims"]) for r in hits), len(hits)))
    print("page: full text: ok")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    wait(said(len(claims), len(records)))

    # Every article's text and every span of every claim, as shown.
    for record in records:
        page.goto(f"{url}#a={record['id']}")
        page.wait_for_function("t => document.querySelector('#reader h2')?.textContent === t", arg=record["title"] or record["id"])
        shown = page.evaluate("""() => {
            const text = document.querySelector('.text').cloneNode(true);
            text.querySelectorAll('.mark').forEach(m => m.remove());
            const of = role => [...text.querySelectorAll('.' + role)].map(n => n.textContent).join('');
            const whole = [...text.querySelectorAll('p')].map(p => p.textContent).join('');
            return {text: whole, source: of('source'), cue: of('cue'), hedge: of('hedge'), content: of('content')};
        }""")
        covered = lambda spans: "".join(
            record["text"][i] for i in sorted({i for s in spans for i in range(s["start"], s["end"])}))
        wanted = {
            "text": "".join(line for line in record["text"].split("\n\n")).strip("\n"),
            "source": covered([c["source"] for c in record["claims"] if c["source"]]),
            "cue": covered([c["cue"] for c in record["claims"] if c["cue"]]),
            "hedge": covered(record["hedges"]),
            "content": covered([s for c in record["claims"] for s in c["content"]]),
        }
        for role in wanted:
            if shown[role].replace("\n", "") != wanted[role].replace("\n", ""):
                expect(f"{record['id']}: {role}", shown[role], wanted[role])
    print(f"page: the text and all spans of {len(records)} articles: ok")

    # A deep link, opened afresh.
    record = next((r for r in records if r["id"].startswith("wire/")), records[0])
    claim = next((c for c in record["claims"] if c["hedges"]), record["claims"][0])
    link = f"{url}#a={record['id']}&c={claim['id']}"
    fresh = context.new_page()
    fresh.goto(link)
    fresh.wait_for_selector("#claims li[aria-current=true] .detail")
    marked = fresh.evaluate("() => [...document.querySelectorAll('.text .content.on')].map(n => n.textContent).join('')")
    inside = "".join(s["text"] for s in claim["content"])
    expect("deep link marks its claim", marked.replace("\n", ""), inside.replace("\n", ""))
    box = fresh.locator(".mark[aria-current=true]").bounding_box()
    expect("deep link is in view", 0 < box["y"] < 850, True)
    fresh.screenshot(path=shots / "article-light.png")
    for selector in [".facts", "#count", ".legend .cue", ".text p", ".content.on", "#claims small", ".detail dt", ".mark", "#speakers .n"]:
        for theme in ["light", "dark"]:
            fresh.evaluate("t => document.documentElement.dataset.theme = t", theme)
            found = ratio(fresh, selector)
            if found < 4.5:
                sys.exit(f"page: contrast of {selector}, {theme}: {found:.2f}, wanted 4.5")
    print("page: contrast: ok")

    # Keys.
    fresh.evaluate("document.documentElement.dataset.theme = 'light'")
    fresh.keyboard.press("j")
    after = record["claims"][record["claims"].index(claim) + 1]["id"]
    fresh.wait_for_function("c => location.hash.endsWith('c=' + c)", arg=after)
    fresh.keyboard.press("k")
    fresh.wait_for_function("c => location.hash.endsWith('c=' + c)", arg=claim["id"])
    fresh.keyboard.press("t")
    expect("t makes it dark", fresh.get_attribute("html", "data-theme"), "dark")
    fresh.screenshot(path=shots / "article-dark.png")
    fresh.keyboard.press("t")
    fresh.keyboard.press("Escape")
    fresh.wait_for_function("() => !location.hash.includes('c=')")
    fresh.keyboard.press("p")
    before = records[records.index(record) - 1]["title"]
    fresh.wait_for_function("t => document.querySelector('#reader h2').textContent === t", arg=before)
    fresh.keyboard.press("Escape")
    fresh.wait_for_selector("#articles h3")
    fresh.keyboard.press("j")
    fresh.keyboard.press("j")
    fresh.keyboard.press("Enter")
    fresh.wait_for_function("t => document.querySelector('#reader h2')?.textContent === t", arg=records[1]["title"])
    fresh.keyboard.press("?")
    expect("? lists the keys", fresh.locator("#keys").is_visible(), True)
    fresh.keyboard.press("Escape")

    # A phone.
    phone = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True,
                                has_touch=True, color_scheme="light").new_page()
    phone.on("pageerror", lambda error: faults.append(str(error)))
    phone.goto(url)
    phone.wait_for_selector("#articles h3")
    phone.screenshot(path=shots / "list-phone.png")
    phone.click("#narrow")
    expect("filters open on a phone", phone.locator("#side").is_visible(), True)
    phone.screenshot(path=shots / "filters-phone.png")
    phone.goto(link)
    phone.wait_for_selector("#claims li[aria-current=true] .detail")
    phone.screenshot(path=shots / "article-phone.png")
    for view in [url, link]:
        phone.goto(view)
        wide = phone.evaluate("document.documentElement.scrollWidth")
        expect("no sideways scrolling on a phone", wide, 390)

    expect("no errors", faults, [])
    expect("nothing is fetched", [u for u in fetched if not u.startswith("file:")], [])
    browser.close()
