"""F1 of attributions, as `sayso eval` defines the figures; here to follow a training epoch by epoch."""

import re
from collections import Counter

from model import CLASSES, FIELDS, ROLES


def word_set(spans, words):
    return frozenset(i for i, (a, b) in enumerate(words) for s, e in spans if a < e and b > s)


def f1(right, found, gold):
    return 200 * right / (found + gold) if found + gold else 0.0


def matched(gold, found):
    """Attributions as sets of words, matched one to one, best first, by their contents: indices of both sides, and
    whether their sources and their cues agree."""
    pairs = sorted(((len(g["content"] & f["content"]) / len(g["content"] | f["content"]), i, j)
                    for i, g in enumerate(gold) for j, f in enumerate(found) if g["content"] & f["content"]),
                   reverse=True)
    used_gold, used_found, out = set(), set(), []
    for overlap, i, j in pairs:
        if overlap < 0.5 or i in used_gold or j in used_found:
            continue
        used_gold.add(i)
        used_found.add(j)
        out.append((i, j, {r: bool(gold[i][r] & found[j][r]) or not (gold[i][r] or found[j][r])
                           for r in ("source", "cue")}))
    return out


def score(rows):
    """rows: (text, gold attributions, found attributions), each attribution {role: [[start, end], …]}. F1 in per cent."""
    counts = {}

    def add(name, right, found, gold):
        have = counts.setdefault(name, [0, 0, 0])
        for i, n in enumerate((right, found, gold)):
            have[i] += n

    for text, gold, found in rows:
        words = [m.span() for m in re.finditer(r"\w+", text)]
        gold, found = ([{r: word_set(a[r], words) for r in ROLES} for a in side] for side in (gold, found))
        for role in ROLES:
            g, f = (frozenset().union(*(a[role] for a in side)) for side in (gold, found))
            add(f"token_{role}", len(g & f), len(f), len(g))
            g, f = (Counter(a[role] for a in side if a[role]) for side in (gold, found))
            add(f"span_{role}", sum((g & f).values()), sum(f.values()), sum(g.values()))
        pairs = matched(gold, found)
        sourced = sum(agree["source"] for *_, agree in pairs)
        full = sum(agree["source"] and agree["cue"] for *_, agree in pairs)
        add("attr_content", len(pairs), len(found), len(gold))
        add("attr_full", full, len(found), len(gold))
        add("source_given", sourced, len(pairs), len(pairs))
    return {name: f1(*c) for name, c in counts.items()}


def score_guide(rows):
    """rows: (text, gold claims, found claims with "inner" and their fields), by the guide. F1 of attr_full over all claims
    and over the outer ones of both sides, the share of what is found that is right, of clear and of nested claims that
    are found, and of matched ones whose fields are right; in per cent."""
    counts = {"all": [0, 0, 0], "top": [0, 0, 0], "span_content": [0, 0, 0]}
    shares = {name: [0, 0] for name in ("clear", "nested", *FIELDS)}
    for text, gold, found in rows:
        words = [m.span() for m in re.finditer(r"\w+", text)]
        sets = lambda side: [{r: word_set(a[r], words) for r in ROLES} for a in side]
        top = [[a for a in gold if not a["within"]], [a for a in found if not a["inner"]]]
        for name, (g, f) in (("all", (gold, found)), ("top", top)):
            pairs = matched(sets(g), sets(f))
            full = [(g[i], f[j]) for i, j, agree in pairs if agree["source"] and agree["cue"]]
            for k, n in enumerate((len(full), len(f), len(g))):
                counts[name][k] += n
            if name == "all":
                here = [id(a) for a, _ in full]
                for a in gold:
                    for kind, counted in (("clear", a.get("clear")), ("nested", a["within"])):
                        if counted:
                            shares[kind][0] += id(a) in here
                            shares[kind][1] += 1
                for a, b in full:
                    for field in FIELDS:
                        shares[field][0] += a[field] == b[field]
                        shares[field][1] += 1
            else:
                g, f = (Counter(a["content"] for a in sets(side)) for side in (g, f))
                for k, n in enumerate((sum((g & f).values()), sum(f.values()), sum(g.values()))):
                    counts["span_content"][k] += n
    right, written, _ = counts["all"]
    return {**{name: f1(*c) for name, c in counts.items()}, "precision": 100 * right / max(1, written),
            **{name: 100 * ok / max(1, n) for name, (ok, n) in shares.items()}}


def score_hedges(rows):
    """rows: (text, gold cues, found cues), each {"start", "end", "class"} and perhaps "scope". F1 in per cent.

    class_mean is the mean over classes with ten cues or more; scope is by words, of the cues that both sides have.
    """
    counts = {name: [0, 0, 0] for name in ("token_any", "span_any", *CLASSES, "scope")}
    cues_of = Counter()

    def add(name, right, found, gold):
        for i, n in enumerate((right, found, gold)):
            counts[name][i] += n

    for text, gold, found in rows:
        words = [m.span() for m in re.finditer(r"\w+", text)]
        sets = [[(word_set([(c["start"], c["end"])], words), c) for c in side] for side in (gold, found)]
        cues_of.update(c["class"] for c in gold)
        for name in ("token_any", *CLASSES):
            g, f = (frozenset().union(*(w for w, c in side if name in ("token_any", c["class"]))) for side in sets)
            add(name, len(g & f), len(f), len(g))
        g, f = (Counter(w for w, _ in side if w) for side in sets)
        add("span_any", sum((g & f).values()), sum(f.values()), sum(g.values()))
        scopes = dict((w, c["scope"]) for w, c in sets[1])
        for w, c in sets[0]:
            if "scope" in c and w in scopes:
                g, f = word_set([c["scope"]], words), word_set([scopes[w]], words)
                add("scope", len(g & f), len(f), len(g))
    often = [c for c in CLASSES if cues_of[c] >= 10]
    return {"token_any": f1(*counts["token_any"]), "span_any": f1(*counts["span_any"]),
            "class_mean": sum(f1(*counts[c]) for c in often) / max(1, len(often)), "scope": f1(*counts["scope"])}
