"""From the encoder's outputs to attributions, as `src/tagger/decode/` and `src/extract/claims.rs` do it."""

import numpy as np

from model import CLASSES, FIELDS, ROLES, TAGS

NONE = -1


def viterbi(emissions, transitions):
    """The best tag path under the BIO rules. emissions (n, T); transitions (T + 1, T), the last row is the start."""
    n, t = emissions.shape
    start = transitions[-1].copy()
    start[[j for j, tag in enumerate(TAGS) if tag[0] == "I"]] = -1e4
    score, back = start + emissions[0], np.zeros((n, t), dtype=np.int64)
    for i in range(1, n):
        paths = score[:, None] + transitions[:-1]
        back[i] = paths.argmax(0)
        score = paths.max(0) + emissions[i]
    path = [int(score.argmax())]
    for i in range(n - 1, 0, -1):
        path.append(int(back[i, path[-1]]))
    return path[::-1]


def mentions(path):
    """(role, first piece, end piece), in order."""
    out = []
    for i, tag in enumerate(path):
        name = TAGS[tag]
        if name[0] == "B":
            out.append([name[2:], i, i + 1])
        elif name[0] == "I":
            out[-1][2] = i + 1
    return [tuple(m) for m in out]


def attributions(path, to_cue, to_source):
    """Groups mentions by cue. to_cue(i) and to_source(i): piece i's probabilities, index piece, NONE at the end."""
    found = mentions(path)
    anchors = [m for m in found if m[0] != "content"]  # a source, where it stands for the cue too
    sources = [m for m in found if m[0] == "source"]
    contents = {}
    for m in found:
        if m[0] != "content":
            continue
        p = np.mean([to_cue(i) for i in range(m[1], m[2])], axis=0)
        votes = [p[c[1]:c[2]].sum() for c in anchors]
        best = int(np.argmax(votes)) if votes else None
        if best is not None and votes[best] > 0.05:
            contents.setdefault(best, []).append(m)
        else:
            contents.setdefault(NONE - len(contents), []).append(m)
    mean_source = [np.mean([to_cue(i) for i in range(s[1], s[2])], axis=0) for s in sources]
    out = []
    for k, parts in contents.items():
        if k < 0:
            out.append({"source": [], "cue": [], "content": parts})
            continue
        if anchors[k][0] == "source":
            out.append({"source": [anchors[k]], "cue": [], "content": parts})
            continue
        cue, p = anchors[k], to_source(anchors[k][1])
        votes = [p[s[1]:s[2]].sum() + 0.5 * q[cue[1]:cue[2]].sum() for s, q in zip(sources, mean_source)]
        best = int(np.argmax(votes)) if votes else None
        given = best is not None and votes[best] > p[NONE]
        out.append({"source": [sources[best]] if given else [], "cue": [cue], "content": parts})
    return out


def to_spans(items, pieces):
    """Mentions in pieces → code points."""
    return [{role: [[pieces.starts[a], pieces.ends[b - 1]] for _, a, b in item[role]] for role in ROLES}
            for item in items]


def fields(item, of_cue, of_content):
    """Type, certainty and polarity of an attribution in pieces: what its cue's and its content's first piece say."""
    scores = of_content[item["content"][0][1]]
    if item["cue"]:
        scores = scores + of_cue[item["cue"][0][1]]
    out, at = {}, 0
    for name, values in FIELDS.items():
        out[name] = values[int(scores[at : at + len(values)].argmax())]
        at += len(values)
    return out


def hedges(emissions, scope_start, scope_end):
    """(class, first piece, end piece, scope's first piece, scope's end piece) of each hedge, tag by tag."""
    found, before = [], 0
    for i, tag in enumerate(emissions.argmax(1)):
        if tag and (tag % 2 == 1 or before not in (tag, tag - 1)):
            found.append([CLASSES[(tag - 1) // 2], i, i + 1])
        elif tag:
            found[-1][2] = i + 1
        before = tag
    out = []
    for name, a, b in found:
        start, end = int(np.argmax(scope_start(a)[: a + 1])), b - 1 + int(np.argmax(scope_end(a)[b - 1 : -1]))
        out.append((name, a, b, start, end + 1))
    return out


def to_cues(items, pieces):
    """Hedges in pieces → code points."""
    return [{"class": c, "start": pieces.starts[a], "end": pieces.ends[b - 1],
             "scope": [pieces.starts[s], pieces.ends[e - 1]]} for c, a, b, s, e in items]
