#!/usr/bin/env python3
"""Writes a corpus in every format, compression and archive that sayso reads, one article in fifty damaged.

    scripts/corpora/generate.py DIR [--articles 20000] [--seed 1] [--damaged 50]

DIR/in is the corpus, DIR/manifest.jsonl says of every article what must come of it; scripts/corpora/check.py compares.
Read it with the limits in LIMITS below. Parquet needs pyarrow and zstd zstandard (pip install pyarrow zstandard);
without them those parts are left out and said to be. The sentences are made of templates; nothing in them is true.
"""

import argparse
import bz2
import csv
import gzip
import io
import json
import lzma
import random
import tarfile
import uuid
import zipfile
from html import escape
from pathlib import Path

try:
    import pyarrow
    import pyarrow.parquet
except ImportError:
    pyarrow = None
try:
    import zstandard
except ImportError:
    zstandard = None

LIMITS = ["--max-words", "500", "--max-bytes", "200000"]

PEOPLE = ["Ada Quill", "Ben Oru", "Cy Dahl", "Dora Finch", "Emil Sand", "Fay Brook", "the harbour master", "officials",
          "the union", "a spokeswoman for the council", "the company", "two engineers", "the minister"]
CUES = ["said", "told reporters", "warned", "argued", "added", "believed", "suggested", "denied", "estimated"]
THINGS = ["the ferry", "the dam at Orrin", "the new tram line", "the cannery", "the strike", "the tender", "the school roof"]
ENDS = ["would be ready by Thursday", "might cost twice as much as planned", "could not go on like this",
        "had been inspected in spring", "was likely to close before the winter", "would need another vote",
        "is safe, for all that is known", "had never been a danger to anyone"]
OPENERS = ["Rain fell on the coast for a third day.", "The council met behind closed doors.",
           "Work on the northern pier has stopped.", "Few people came to the hearing on Monday.",
           "Prices rose again last month, if slowly."]
GERMAN = ("Die Fähre werde am Donnerstag wieder fahren, sagte der Hafenmeister, sobald Taucher das Ruder geprüft hätten. "
          "Reisende, die seit Montag warteten, bekamen Zimmer in der Stadt, und einige von ihnen sagten, man habe ihnen "
          "einen ganzen Tag lang nichts gesagt. Der Rat will in der nächsten Woche darüber abstimmen.")


def paragraphs(rng, number):
    """One to three short paragraphs, which name the article's number, so that no two texts are the same."""
    out = [f"Report {number}. {rng.choice(OPENERS)}"]
    for _ in range(rng.randint(1, 3)):
        who, cue, thing, end = (rng.choice(choices) for choices in (PEOPLE, CUES, THINGS, ENDS))
        out.append(rng.choice([
            f"{who[0].upper()}{who[1:]} {cue} that {thing} {end}.",
            f"“{thing[0].upper()}{thing[1:]} {end},” {who} {cue}, and left it at that — for now.",
            f'According to {who}, {thing} {end}; "nobody knows", it was {cue.split()[0]} at the café.',
        ]))
    return out


class Article:
    def __init__(self, rng, number, damage):
        self.number, self.damage = number, damage
        self.id = f"a{number:07}"
        self.title = f"Report {number}"
        self.date = f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        self.paragraphs = paragraphs(rng, number)
        if damage == "german":
            self.paragraphs = [GERMAN, f"Bericht {number}."]
        elif damage == "unreadable":
            self.paragraphs[0] += " \ufffd\ue000" * 30
        elif damage == "words":
            self.paragraphs += ["and so on " * 200]
        elif damage == "bytes":
            self.paragraphs += ["x" * 250_000]
        elif damage == "empty":
            self.paragraphs = [" "]

    def text(self):
        return "\n\n".join(self.paragraphs)

    def fields(self):
        return {"id": self.id, "title": self.title, "date": self.date, "publisher": "The Skerry Post", "text": self.text()}


# Damage that any format can have; each format adds its own.
COMMON = ["german", "unreadable", "words", "bytes", "empty"]


def jsonl(articles):
    for a in articles:
        line = json.dumps(a.fields(), ensure_ascii=a.number % 2 == 0)
        if a.damage == "torn":
            line = line[:-9]
        elif a.damage == "type":
            line = json.dumps({**a.fields(), "text": [a.text()]})
        elif a.damage == "stray mark":
            line = line.replace("Report", 'Re"port', 1)
        elif a.damage == "binary":
            line = json.dumps({**a.fields(), "text": a.text() + "\0"})
        yield (line + "\n").encode()


def json_array(articles):
    yield b"[\n"
    for n, line in enumerate(jsonl(articles)):
        yield (b",\n" if n else b"") + line.rstrip()
    yield b"\n]\n"


def table(articles, delimiter):
    def row(values):
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=delimiter).writerow(values)
        return out.getvalue()

    yield row(["ID", "Headline", "Publish Date", "Publication", "Text", "Section"]).encode()
    for a in articles:
        values = [a.id, a.title, a.date, "The Skerry Post", a.text(), "north"]
        line = row(values)
        if a.damage == "fields":
            line = row(values + ["one more"])
        elif a.damage == "open mark":
            line = row(values[:4]).rstrip() + f'{delimiter}"never closed {a.number}{delimiter}north\r\n'
        elif a.damage == "binary":
            line = row(values[:4] + [a.text() + "\0", "north"])
        yield line.encode()


def parquet(articles):
    columns = {name: [a.fields()[name] for a in articles] for name in ("id", "title", "date", "publisher")}
    columns["article"] = [a.text() + "\0" if a.damage == "binary" else a.text() for a in articles]
    columns["label"] = list(range(len(articles)))
    out = io.BytesIO()
    codec = ["snappy", "zstd", "gzip", "none", "brotli", "lz4"][articles[0].number % 6]
    pyarrow.parquet.write_table(pyarrow.table(columns), out, row_group_size=50, compression=codec)
    yield out.getvalue()


def text(a):
    if a.damage == "binary":
        return a.text().encode() + b"\0\1\2" * 50
    if a.damage == "empty":
        return b"\n \n"
    return f"title: {a.title}\ndate: {a.date}\n\n{a.text()}".encode()


def html(a):
    if a.damage == "empty":
        return b"<!DOCTYPE html><html><head><title>Nothing</title></head><body></body></html>"
    body = "\n".join(f"<p>{escape(p)}</p>" for p in a.paragraphs)
    meta = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "headline": a.title,
                       "datePublished": a.date, "author": {"@type": "Person", "name": "Ann Lee"}})
    page = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{a.title}</title>
<meta property="og:site_name" content="The Skerry Post"><script type="application/ld+json">{meta}</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article><h1>{a.title}</h1>
{body}
</article><footer><a href="/about">About us</a></footer></body></html>"""
    return page.encode() + (b"\0" if a.damage == "binary" else b"")


def nitf(a):
    body = "".join(f"<p>{escape(p)}</p>" for p in a.paragraphs)
    out = f"""<?xml version="1.0" encoding="UTF-8"?><nitf><head><title>{a.title}</title><docdata><doc-id id-string="{a.id}"/>
</docdata><pubdata date.publication="{a.date.replace('-', '')}T000000"/></head><body><body.head><hedline><hl1>{a.title}</hl1>
</hedline></body.head><body.content><block class="full_text">{body}</block></body.content></body></nitf>"""
    if a.damage == "torn":
        out = out[: -len("</body></nitf>")]
    elif a.damage == "tags":
        out = out.replace("</body.content>", "")
    return out.encode()


def docx(a):
    body = "".join(f"<w:p><w:r><w:t>{escape(p)}</w:t></w:r></w:p>" for p in a.paragraphs)
    xml = f'<?xml version="1.0"?><w:document xmlns:w="w"><w:body>{body}</w:body></w:document>'
    core = (f'<c:coreProperties xmlns:c="c" xmlns:d="d" xmlns:t="t"><d:title>{a.title}</d:title>'
            f'<t:created>{a.date}T10:00:00Z</t:created></c:coreProperties>')
    if a.damage == "torn":
        xml = xml[: -len("</w:document>")]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = {"[Content_Types].xml": "<Types/>", "word/document.xml": xml, "docProps/core.xml": core}
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def rtf(a):
    data = "\\par\n".join(a.paragraphs).encode("utf-16-le")
    units = [int.from_bytes(data[at : at + 2], "little", signed=True) for at in range(0, len(data), 2)]
    body = "".join(chr(unit) if 0 <= unit < 128 else f"\\u{unit}?" for unit in units)
    out = f"{{\\rtf1\\ansi{{\\fonttbl{{\\f0 Times;}}}}{{\\info{{\\title {a.title}}}}}\\pard {body}\\par}}"
    return (out[:-1] if a.damage == "torn" else out).encode()


def markdown(a):
    return f"---\ntitle: {a.title}\ndate: {a.date}\n---\n\n{a.text()}\n".encode()


def mail(a):
    head = f"From: Ann Lee <ann@post.example>\nSubject: {a.title}\nDate: {written(a)} 10:00:00 +0000\n"
    if a.damage == "head":
        head = ""
    return f"{head}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{a.text()}\n".encode()


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def mbox(articles):
    for a in articles:
        yield b"From ann@post.example Mon Feb  2 10:00:00 2026\n" + mail(a) + b"\n"


def written(a):
    return f"{int(a.date[8:])} {MONTHS[int(a.date[5:7]) - 1]} 2026"


def nexis(articles):
    for a in articles:
        words = f"Length: {len(a.text().split())} words"
        head = [a.title, "The Skerry Post", written(a), "Copyright 2026 The Skerry Post", words]
        body = [] if a.damage == "torn" else ["Body"]
        tail = ["Classification", "Language: ENGLISH", "End of Document", ""]
        yield "\n\n".join(head + body + a.paragraphs + tail).encode()


def lexisnexis(articles):
    for n, a in enumerate(articles):
        head = [f"{n + 1} of {len(articles)} DOCUMENTS", "The Skerry Post", written(a), a.title]
        fields = [] if a.damage == "torn" else ["SECTION: North", f"LENGTH: {len(a.text().split())} words"]
        yield "\n\n".join(head + fields + a.paragraphs + ["LOAD-DATE: January 1, 2027", ""]).encode()


def factiva(articles):
    for a in articles:
        words = f"{len(a.text().split())} words"
        head = ["HD", a.title, "WC", words, "PD", written(a), "SN", "The Skerry Post", "LA", "English"]
        body = "\n\n".join(a.paragraphs) if a.damage != "torn" else " "
        end = f"Document SKPOST00{a.date.replace('-', '')}em{a.number:07}"
        yield "\n".join(head + ["LP", "", body, "", "IN", "i75 : Shipping", "AN", end, "", ""]).encode()


def proquest(articles):
    for a in articles:
        head = ["_" * 60, a.title, f"Publication info: The Skerry Post; Skerry [Skerry]{written(a)}: 4."]
        body = [] if a.damage == "torn" else ["Full text: " + a.text()]
        tail = ["Subject: Ferries", f"ProQuest document ID: {a.id}", "Database: News", ""]
        yield "\n\n".join(head + body + tail).encode()


def newsml(articles):
    yield b"<?xml version='1.0'?><newsMessage xmlns='http://iptc.org/std/nar/2006-10/'><itemSet>\n"
    for a in articles:
        body = "".join(f"<p>{escape(p)}</p>" for p in a.paragraphs)
        out = f"""<newsItem guid="{a.id}" version="1"><itemMeta><provider literal="Skerry Wire"/></itemMeta><contentMeta>
<contentCreated>{a.date}T10:00:00Z</contentCreated><headline>{a.title}</headline></contentMeta><contentSet><inlineXML>
<html><body>{body}</body></html></inlineXML></contentSet></newsItem>\n"""
        if a.damage == "torn":
            out = out.replace("</newsItem>", "")
        elif a.damage == "tags":
            out = out.replace("</body>", "")
        elif a.damage == "elsewhere":
            out = out[: out.index("<contentSet>")] + "<contentSet><remoteContent/></contentSet></newsItem>\n"
        yield out.encode()
    yield b"</itemSet></newsMessage>\n"


def newsml1(articles):
    yield b"<?xml version='1.0'?><NewsML><NewsEnvelope><DateAndTime>20260202T061500+0100</DateAndTime></NewsEnvelope>\n"
    for a in articles:
        body = "".join(f"<p>{escape(p)}</p>" for p in a.paragraphs)
        out = f"""<NewsItem><Identification><NewsIdentifier><PublicIdentifier>{a.id}</PublicIdentifier></NewsIdentifier>
</Identification><NewsManagement><FirstCreated>{a.date.replace('-', '')}T061500+0100</FirstCreated></NewsManagement>
<NewsComponent><NewsLines><HeadLine>{a.title}</HeadLine></NewsLines><ContentItem><MediaType FormalName="Text"/>
<DataContent><nitf><body><body.content>{body}</body.content></body></nitf></DataContent></ContentItem></NewsComponent>
</NewsItem>\n"""
        if a.damage == "torn":
            out = out.replace("</NewsItem>", "")
        elif a.damage == "tags":
            out = out.replace("</body>", "")
        elif a.damage == "elsewhere":
            out = out.replace(out[out.index("<DataContent>") : out.index("</ContentItem>")], "")
        yield out.encode()
    yield b"</NewsML>\n"


def rss(articles):
    yield (b"<?xml version='1.0'?><rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>"
           b"<title>The Skerry Post</title>\n")
    for a in articles:
        body = "".join(f"<p>{escape(p)}</p>" for p in a.paragraphs)
        content = f"<![CDATA[{body}]]>" if a.number % 2 else escape(body)
        out = f"""<item><title>{a.title}</title><guid isPermaLink="false">{a.id}</guid><pubDate>{a.date}T10:00:00Z</pubDate>
<description>A summary.</description><content:encoded>{content}</content:encoded></item>\n"""
        if a.damage == "torn":
            out = out.replace("</item>", "")
        elif a.damage == "tags":
            out = out.replace("</content:encoded>", "")
        elif a.damage == "empty":
            out = out.replace("A summary.", "")
        yield out.encode()
    yield b"</channel></rss>\n"


def atom(articles):
    yield b"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>The Skerry Post</title>\n"
    for a in articles:
        body = "".join(f"<p>{escape(p)}</p>" for p in a.paragraphs)
        content = (f'<content type="xhtml"><div>{body}</div></content>' if a.number % 2 else
                   f'<content type="html">{escape(body)}</content>')
        out = (f"<entry><id>{a.id}</id><title>{a.title}</title><updated>{a.date}T10:00:00Z</updated>{content}</entry>\n")
        if a.damage == "torn":
            out = out.replace("</entry>", "")
        elif a.damage == "tags":
            out = out.replace("</content>", "")
        yield out.encode()
    yield b"</feed>\n"


def json_feed(articles):
    head = {"version": "https://jsonfeed.org/version/1.1", "title": "The Skerry Post"}
    yield (json.dumps(head)[:-1] + ', "items": [\n').encode()
    for n, a in enumerate(articles):
        body = "".join(f"<p>{escape(p)}</p>" for p in a.paragraphs)
        item = {"id": a.id, "title": a.title, "date_published": f"{a.date}T10:00:00Z", "content_html": body}
        if a.damage == "type":
            item["content_html"] = [body]
        yield (",\n" * (n > 0) + json.dumps(item, ensure_ascii=a.number % 2 == 0)).encode()
    yield b"]}\n"


def ninjs(articles):
    for a in articles:
        item = {"uri": a.id, "type": "text", "versioncreated": f"{a.date}T10:00:00Z", "headline": a.title}
        body = "".join(f"<p>{escape(p)}</p>" for p in a.paragraphs)
        item |= [{"body_text": a.text()}, {"body_xhtml": body},
                 {"bodies": [{"role": "main", "contentType": "text/html", "value": body}]}][a.number % 3]
        if a.damage == "elsewhere":
            item = {**{k: v for k, v in item.items() if not k.startswith("bod")}, "type": "picture"}
        line = json.dumps(item, ensure_ascii=False)
        yield ((line[:-9] if a.damage == "torn" else line) + "\n").encode()


def sgml(articles):
    for a in articles:
        body = "".join(f"<P>\n{escape(p, quote=False)}\n</P>\n" for p in a.paragraphs)
        out = f'<DOC id="{a.id}" type="story" >\n<HEADLINE>\n{a.title}\n</HEADLINE>\n<TEXT>\n{body}</TEXT>\n</DOC>\n'
        if a.damage == "torn":
            out = out.replace("</DOC>", "")
        elif a.damage == "tags":
            out = out.replace("TEXT>", "BODY>")
        yield out.encode()


def warc(articles):
    def record(kind, content, length=None):
        identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {content[:2000]!r}")
        head = (f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{identity}>\r\n"
                f"WARC-Target-URI: https://skerry.example/{identity}\r\nWARC-Date: 2026-02-03T00:00:00Z\r\n"
                f"Content-Length: {length or len(content)}\r\n\r\n")
        return head.encode() + content + b"\r\n\r\n"

    yield record("warcinfo", b"software: none\r\n")
    for a in articles:
        yield record("request", f"GET /{a.id} HTTP/1.1\r\n\r\n".encode())
        response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html(a)
        if a.damage == "torn":
            response = response[20:]
        yield record("response", response, len(response) + 900 if a.damage == "length" else None)
        yield record("response", b"HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n" + a.id.encode())


# Each format: its extension, how it is written, and its own damage. Those of one article a file take an article.
FILES = {"text": ("txt", text, ["binary"]), "html": ("html", html, ["binary"]), "nitf": ("xml", nitf, ["torn", "tags"]),
         "docx": ("docx", docx, ["torn"]), "rtf": ("rtf", rtf, ["torn"]), "markdown": ("md", markdown, []),
         "mail": ("eml", mail, ["head"])}
LISTS = {
    "jsonl": ("jsonl", jsonl, ["torn", "type", "stray mark", "binary"]),
    "json": ("json", json_array, ["torn", "type", "stray mark", "binary"]),
    "csv": ("csv", lambda articles: table(articles, ","), ["fields", "open mark", "binary"]),
    "tsv": ("tsv", lambda articles: table(articles, "\t"), ["fields", "binary"]),
    "parquet": ("parquet", parquet, ["binary"]),
    "newsml": ("xml", newsml, ["torn", "tags", "elsewhere"]),
    "newsml1": ("xml", newsml1, ["torn", "tags", "elsewhere"]),
    "rss": ("xml", rss, ["torn", "tags"]),
    "atom": ("atom", atom, ["torn", "tags"]),
    "jsonfeed": ("json", json_feed, ["type"]),
    "ninjs": ("jsonl", ninjs, ["torn", "elsewhere"]),
    "sgml": ("sgml", sgml, ["torn", "tags"]),
    "warc": ("warc", warc, ["torn", "length", "binary"]),
    "mbox": ("mbox", mbox, ["head"]),
    "nexis": ("txt", nexis, ["torn"]),
    "lexisnexis": ("txt", lexisnexis, ["torn"]),
    "factiva": ("txt", factiva, ["torn"]),
    "proquest": ("txt", proquest, ["torn"]),
}
# Those that do not measure an article by its bytes in the file, or where a long one is no damage.
NO_BYTES = {"parquet", "jsonfeed", "nexis", "lexisnexis", "factiva", "proquest"}
# Articles that are called after the place they stand in: their file, and their number in it.
BY_FILE = {"text", "html", "docx", "rtf", "markdown", "mail"}
BY_NUMBER = {"warc", "mbox", "nexis", "lexisnexis", "factiva"}
# Readers that see a page's words run into each other.
PAGES = {"html", "warc"}


def pack(name, pieces):
    """The file that holds these pieces, compressed; gzip in several members, as crawls are."""
    if name == "gz":
        return b"".join(gzip.compress(piece, 6, mtime=0) for piece in pieces)
    whole = b"".join(pieces)
    if name == "zst":
        half = len(whole) // 2
        return b"".join(zstandard.compress(part) for part in (whole[:half], whole[half:]))
    if name == "bz2":
        return bz2.compress(whole)
    if name == "xz":
        return lzma.compress(whole, preset=1)
    return whole


def spoiled(data):
    """A compressed file of one article that cannot be unpacked."""
    middle = len(data) // 2
    return data[:middle] + bytes(byte ^ 0x5A for byte in data[middle : middle + 16]) + data[middle + 16 :]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dir", type=Path)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--damaged", type=int, default=50, help="one article in so many")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    formats = {**FILES, **LISTS}
    codecs = ["", "gz", "zst", "bz2", "xz"]
    if pyarrow is None:
        print("left out: parquet (pip install pyarrow)")
        del formats["parquet"]
    if zstandard is None:
        print("left out: zstd (pip install zstandard)")
        codecs.remove("zst")
    ways = [(f, c, box) for box in ("", "zip", "tar") for c in codecs for f in formats]

    root = args.dir / "in"
    root.mkdir(parents=True, exist_ok=True)
    manifest = open(args.dir / "manifest.jsonl", "w", encoding="utf-8")
    number = 0
    for way, (form, codec, box) in enumerate(ways):
        count = args.articles * (way + 1) // len(ways) - args.articles * way // len(ways)
        extension, write, own = formats[form]
        damages = own + [d for d in COMMON if not (d == "bytes" and form in NO_BYTES)]
        if form in FILES and codec:
            damages = damages + ["spoiled"]
        articles = []
        for _ in range(count):
            number += 1
            damage = rng.choice(damages) if rng.randrange(args.damaged) == 0 else None
            articles.append(Article(rng, number, damage))
        stem = "-".join(part for part in (form, codec, box) if part)
        suffix = f".{extension}" + (f".{codec}" if codec else "")

        files = []
        if form in FILES:
            for a in articles:
                data = pack(codec, [write(a)])
                files.append((a.id + suffix, spoiled(data) if a.damage == "spoiled" else data, [a]))
        else:
            for at in range(0, len(articles), 60):
                part = articles[at : at + 60]
                files.append((f"part{at // 60}{suffix}", pack(codec, list(write(part))), part))

        for name, data, part in files:
            place = f"{stem}.{box}/{name}" if box else f"{stem}/{name}"
            for a in part:
                # The ids of what has none of its own come from its place.
                known = None if form in BY_NUMBER else f"{stem}/{a.id}" if form in BY_FILE else a.id
                entry = {"file": place, "format": form, "damage": a.damage, "id": known, "text": a.text()}
                manifest.write(json.dumps(entry, ensure_ascii=False) + "\n")
        if not box:
            (root / stem).mkdir(exist_ok=True)
            for name, data, _ in files:
                (root / stem / name).write_bytes(data)
        elif box == "zip":
            with zipfile.ZipFile(root / f"{stem}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
                for name, data, _ in files:
                    archive.writestr(name, data)
        else:
            with tarfile.open(root / f"{stem}.tar", "w") as archive:
                for name, data, _ in files:
                    info = tarfile.TarInfo(name)
                    info.size = len(data)
                    archive.addfile(info, io.BytesIO(data))
    manifest.close()
    print(f"{number} articles in {args.dir}; read them with: sayso extract {root} --out OUT {' '.join(LIMITS)}")


if __name__ == "__main__":
    main()
