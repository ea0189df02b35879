"""Texts to learn from: their word pieces and what is annotated of them."""

import re
from pathlib import Path

import numpy as np

import features
from corpora import GUIDE_SETS, read, split
from model import CLASSES, FIELDS, KINDS, POINTERS, ROLES, TAGS

NEAR = 150  # code points between a speaker's mention and the role or affiliation that belongs to it, start to start
HERE = Path(__file__).parent
PRONOUNS = set("i he she it they we you his her its their our my who this that these those".split())


def occurrences(text, name):
    """Where a name stands in a text as whole words: (start, end)."""
    return [m.span() for m in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)] if name else []


def members(speaker):
    """A group's names, or the one name."""
    names = re.split(r", and |, | and ", speaker["name"]) if speaker["kind"] == "group" else [speaker["name"]]
    return [n.strip() for n in names if n.strip()]


def aliases(text, speaker, sources):
    """Other names of one who is named: an acronym, and sources that are nothing but capitals."""
    out, name = set(), speaker["name"]
    if speaker["kind"] != "person":
        out.update(re.findall(re.escape(name) + r" \(([A-Z][\w.-]+)\)", text))
        initials = "".join(word[0] for word in name.split() if word[0].isupper())
        out.update([initials] if len(initials) > 2 else [])
    if len(members(speaker)) == 1:
        for source in sources:
            words = re.sub(r"^(?:The|the) |['’]s?$", "", source).split()
            if 0 < len(words) < 4 and all(w[0].isupper() for w in words) and words[0].lower() not in PRONOUNS and (
                    speaker["kind"] == "organization" or set(words) <= set(name.split())):
                out.add(" ".join(words))
    return sorted(out - {name}, key=len, reverse=True)


class Labels:
    """What is annotated of a text, in pieces: tags with where they are known, and what each piece points to:
    {pointer: {from: {to, …}}}, where an empty set is [CLS]; kinds of speakers at first pieces; and claims' fields."""

    def __init__(self, p):
        self.pieces, n = p, len(p.ids)
        self.tags = {name: np.zeros(n, dtype=np.int64) for name in ("roles", "inner_roles", "hedges", "names")}
        self.known = {name: np.zeros(n, dtype=bool) for name in self.tags}
        self.pointers = {name: {} for name in POINTERS}
        self.kinds = {}  # piece: (kind or -1, named or -1)
        self.claims = []  # (cue's first piece or -1, content's first piece, one value a field)

    def covered(self, start, end):
        """The pieces that a stretch of code points touches: first, end."""
        p = self.pieces
        return int(np.searchsorted(p.ends, start, side="right")), int(np.searchsorted(p.starts, end))

    def mark(self, name, start, end, label):
        """Tags a stretch of code points; gives its pieces."""
        a, b = self.covered(start, end)
        if b > a:
            self.tags[name][a:b] = 2 * label + 2
            self.tags[name][a] = 2 * label + 1
            self.known[name][a:b] = True
        return a, b

    def attribution(self, item, layer):
        """Roles and links of one attribution, in the outer ("") or the inner ("inner_") layer."""
        spans = {r: [x for s, e in item[r] for x in [self.mark(layer + "roles", s, e, k)] if x[1] > x[0]]
                 for k, r in enumerate(ROLES)}
        cue = spans["cue"][0][0] if spans["cue"] else None
        # Where a name stands for the cue too, as before a turn of a transcript, the source is what holds all together.
        anchor = [cue] if cue is not None else [a for a, _ in spans["source"][:1]]
        for a, b in spans["source"] + spans["content"]:
            for i in range(a, b):
                self.pointers[layer + "to_cue"].setdefault(i, set()).update(anchor)
        if cue is not None:
            self.pointers[layer + "to_source"].setdefault(cue, set()).update(a for a, _ in spans["source"])
        return spans

    def mend(self, name):
        """Where two annotated spans met, an I may have lost its B."""
        tags = self.tags[name]
        for i in range(len(tags)):
            if TAGS[tags[i]][0] == "I" and (i == 0 or tags[i - 1] not in (tags[i], tags[i] - 1)):
                tags[i] -= 1

    @classmethod
    def of_attributions(cls, annotation, p, silver=None):
        """PolNeAR's: outer claims, and names as CoreNLP saw them."""
        self = cls(p)
        self.known["roles"][:] = True
        for item in annotation["attributions"]:
            self.attribution(item, "")
        self.mend("roles")
        for s, e in annotation.get("discard", ()):
            a, b = self.covered(s, e)
            self.known["roles"][a:b] = False
        if silver is not None:
            self.known["names"][:] = True
            kinds = {"PERSON": 0, "ORGANIZATION": 1}
            for s, e, kind in silver["entities"]:
                a, b = self.mark("names", s, e, 0)
                if b > a and kind in kinds:
                    self.kinds[a] = kinds[kind], 1
        return self

    @classmethod
    def of_guide(cls, row, p):
        """Of a text annotated by the guide."""
        self, text = cls(p), row["text"]
        self.known["roles"][:] = self.known["inner_roles"][:] = True
        by_id = {a["id"]: a for a in row["attributions"]}
        depth = lambda a: 1 + depth(by_id[a["within"]]) if a["within"] in by_id else 0
        firsts = []  # of each claim the piece that its speaker is asked at
        for item in row["attributions"]:
            if depth(item) > 1:  # two layers are all that a word has
                continue
            spans = self.attribution(item, "inner_" if depth(item) else "")
            if not spans["content"]:
                continue
            content = spans["content"][0][0]
            self.claims.append((spans["cue"][0][0] if spans["cue"] else -1, content,
                                *(values.index(item[field]) for field, values in FIELDS.items())))
            source = text[item["source"][0][0] : item["source"][0][1]] if item["source"] else ""
            firsts.append(((spans["source"] or spans["content"])[0][0], item["speaker"], source))
        self.mend("roles")
        self.mend("inner_roles")
        self.speakers(firsts, text)
        self.hedge(row["cues"])
        return self

    def speakers(self, firsts, text):
        """Names, kinds, roles and affiliations, and who is whom. Names of those who say nothing are not annotated, so
        a capital outside of known names tells nothing."""
        p = self.pieces
        capital = [False] * len(text)
        for m in re.finditer(r"\w[\w'’\xad-]*", text):
            if m.group()[0].isupper():
                capital[m.start() : m.end()] = [True] * (m.end() - m.start())
        # Between two capitals anything may be a part of a name: `Bank of England`, `Ruiz & Co`.
        for m in re.finditer(r"(?<=\w)[ ,.&’'-]+(?:(?:of|and|the|for|in|on|de|la|van|von|der|den|bin|al|du|y)\W+){0,3}(?=[A-Z])", text):
            if capital[m.start() - 1]:
                capital[m.start() : m.end()] = [True] * (m.end() - m.start())
        for i, start in enumerate(p.starts):
            self.known["names"][i] = not capital[start]
        entities = {}
        for first, speaker, source in firsts:
            if speaker is not None:
                entities.setdefault((speaker["name"], speaker["named"]), (speaker, [], []))[1].append(first)
                entities[speaker["name"], speaker["named"]][2].extend([source] if source else [])
        families = {}
        for (_, named), (speaker, _, _) in entities.items():
            if named and speaker["kind"] == "person" and " " in speaker["name"]:
                families.setdefault(speaker["name"].split()[-1], []).append(speaker["name"])
        targets = {}
        longest_first = sorted(entities.items(), key=lambda kv: -len(kv[0][0]))
        for key, (speaker, _, sources) in longest_first:
            found = targets.setdefault(key, [])
            if speaker["named"]:
                names = members(speaker)
                family = speaker["name"].split()[-1]
                if speaker["kind"] == "person" and len(families.get(family, ())) == 1:
                    names = names + [family]
                kind = KINDS.index(speaker["kind"]) if len(members(speaker)) == 1 else -1
                names = names + aliases(text, speaker, sources)
                for name in names:
                    for s, e in occurrences(text, name):
                        a, b = self.covered(s, e)
                        inside = self.known["names"][a:b] & (self.tags["names"][a:b] > 0)
                        if b > a and not inside.any():
                            self.mark("names", s, e, 0)
                            self.kinds[a] = kind, 1
                        if b > a and self.tags["names"][a] == 1:
                            found.append(a)
            body = speaker.get("affiliation_span")
            if body and text[body[0]].isupper() and text[body[0] : body[1]].split()[-1][0].isupper():
                a, b = self.covered(*body)
                if not self.tags["names"][a:b].any():
                    self.mark("names", *body, 0)
                    self.kinds.setdefault(a, (KINDS.index("organization"), 1))
        for key, (speaker, sources, _) in entities.items():
            mentions = set(sources) | set(targets[key] if len(members(speaker)) == 1 else ())
            for first in mentions:
                for part in ("role", "affiliation"):
                    span = speaker.get(part + "_span")
                    near = span and abs(p.starts[first] - span[0]) <= NEAR
                    a, b = self.covered(*span) if near else (0, 0)
                    self.pointers[part + "_start"][first] = {a} if b > a else set()
                    self.pointers[part + "_end"][first] = {b - 1} if b > a else set()
        said = {}
        for first, speaker, given in firsts:
            if speaker is None:
                self.pointers["to_speaker"][first] = set()
                continue
            key = speaker["name"], speaker["named"]
            if given and (first not in self.kinds or self.kinds[first][0] < 0):
                self.kinds[first] = KINDS.index(speaker["kind"]), int(speaker["named"])
            before = set(said.setdefault(key, []))
            self.pointers["to_speaker"][first] = (set(targets[key]) | before) - (set() if first in targets[key] else {first})
            if given:
                said[key].append(first)
        for key, names in targets.items():
            for a in names:
                self.pointers["to_speaker"].setdefault(a, set(names))

    def hedge(self, cues):
        self.known["hedges"][:] = all("class" in cue for cue in cues)
        for cue in cues:
            a, b = self.covered(cue["start"], cue["end"])
            if a >= b:
                continue
            if "class" in cue:
                self.mark("hedges", cue["start"], cue["end"], CLASSES.index(cue["class"]))
            if "scope" in cue:
                first, end = self.covered(*cue["scope"])
                self.pointers["scope_start"][a] = {first}
                self.pointers["scope_end"][a] = {end - 1}

    @classmethod
    def of_hedges(cls, cues, p):
        self = cls(p)
        self.hedge(cues)
        return self


class Article:
    """A text in pieces with its labels, one set an annotator."""

    def __init__(self, row, tokenizer):
        guide = features.POLNEAR if "annotations" in row else features.GUIDE
        self.row, self.pieces = row, features.pieces(row["text"], tokenizer, guide)
        if "annotations" in row:
            self.labels = [Labels.of_attributions(a, self.pieces, row.get("silver")) for a in row["annotations"]]
        elif "attributions" in row:
            self.labels = [Labels.of_guide(row, self.pieces)]
        elif "cues" in row:
            self.labels = [Labels.of_hedges(row["cues"], self.pieces)]
        else:
            self.labels = [Labels(self.pieces)]


def polnear(folder, part, limit=None):
    """PolNeAR's articles, with CoreNLP's silver where there is some."""
    silver = {row["id"]: row for row in read(folder / f"{part}_corenlp.jsonl")}
    return [{**row, "silver": silver.get(row["id"])} for row in read(folder / f"{part}.jsonl", limit)]


OWN = ("articles", "minis")  # written for this project


def own_texts(limit=None):
    """The articles and short texts that were written and annotated for this project."""
    return [{**row, "set": name} for name in OWN for row in read(HERE / "data" / f"{name}.jsonl", limit)]


def plain(data, limit=None):
    """News that a teacher alone says anything of by the guide."""
    annotated = {(row["set"], row["id"]) for row in read(HERE / "data" / "others.jsonl")}
    annotated |= {("polnear", row["id"]) for row in read(data / "polnear" / "train_guide_gold.jsonl")}
    rows = [row for name in ("polnear", "news") for row in source(data, name) if (name, row["id"]) not in annotated]
    return [{"id": row["id"], "text": row["text"]} for row in rows][:limit]


def source(data, name):
    """Articles of others that data/others.jsonl annotates, with their texts."""
    if name == "news":
        return [{"id": path.stem, "text": path.read_text(encoding="utf-8")} for path in sorted((data / "news").glob("*.txt"))]
    return read(data / name / {"polnear": "train.jsonl", "uncertainty": "news_train.jsonl"}[name])


def others_texts(data, limit=None):
    """Articles of others that were annotated by the guide for this project."""
    rows = read(HERE / "data" / "others.jsonl", limit)
    texts = {(name, a["id"]): a["text"] for name in {row["set"] for row in rows} for a in source(data, name)}
    return [whole(row, texts[row["set"], row["id"]]) for row in rows]


def whole(row, text):
    """A row with its text, and what speakers are in the words of that."""
    for item in row["attributions"]:
        for part in ("role", "affiliation") if item["speaker"] else ():
            span = item["speaker"].get(part + "_span")
            item["speaker"][part] = text[slice(*span)] if span else None
    return {**row, "text": text}


def guide(data, limit=None, own=True):
    """What is annotated by the guide: articles for training, and for dev by set."""
    train, dev = [], {}
    for name in GUIDE_SETS:
        dev[name], rest = split(data, name)
        train += rest[:limit]
    again = {g["id"]: g for g in read(data / "polnear" / "train_guide_gold.jsonl")}
    train += [{**again[a["id"]], "text": a["text"], "set": "polnear"}
              for a in read(data / "polnear" / "train.jsonl") if a["id"] in again][:limit]
    return train + (own_texts(limit) if own else []), dev


def mixture(args, tokenizer):
    """Texts to learn hedges and scopes from, and how often an epoch sees each set. News counts most."""
    uncertainty, scope = args.data / "uncertainty", args.data / "scope" / "bioscope.jsonl"
    sets = [(3, HERE / "data/hedges.jsonl"), (3, uncertainty / "news_train.jsonl"), (1, uncertainty / "wiki_train.jsonl"),
            (0.1, uncertainty / "bio_train.jsonl"), (0.3, scope)]
    out = []
    for share, path in sets:
        share *= args.share
        rows = [r for r in read(path, args.limit) if r["cues"] or path != scope]
        out.append((share, [Article(r, tokenizer) for r in rows if r["text"].strip()]))
    return out


def drawn(mixture, rng):
    """An epoch's texts of a mixture."""
    out = []
    for share, texts in mixture:
        out += texts * int(share) + rng.sample(texts, round((share % 1) * len(texts)))
    return out
