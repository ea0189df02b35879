"""Word pieces and their token types: what the encoder reads.

The program computes the same in `src/tagger/input/pieces.rs`. Its test holds the two together by what this prints:

    features.py ../../models/news-en/tokenizer.json ARTICLE.txt… > ../../tests/parity/pieces.jsonl
"""

import json
import re
import sys
from dataclasses import dataclass

SHAPES = 5
GUIDE, POLNEAR = 0, 1  # what a text is annotated by
# type = shape + 5 · first of a paragraph + 10 · inside quotation marks + 20 · the guide that a text follows
TOKEN_TYPES = 40
LINE_ENDS = re.compile("[\n\x0b\x0c\x85\u2028\u2029]")
ITEM = re.compile(r"(?:[0-9]{1,2}[.)]|[a-z][.)]|[-–*])\s|[•▪●◦‣]\S*\s")
CLOSERS, COMPLETE = "”’\"')]}»›", ".!?…:;"
WIDEST_WRAP, NARROWEST_WRAP = 120, 50


@dataclass
class Pieces:
    ids: list
    types: list
    starts: list  # code points
    ends: list
    sentence_starts: list  # piece indices, 0 first

    def paragraph_starts(self):
        return [i for i, token_type in enumerate(self.types) if token_type // SHAPES % 2]


def shape(surface):
    """0 other, 1 lower-case, 2 capitalised, 3 all capitals, 4 has a digit."""
    if any(c.isascii() and c.isdigit() for c in surface):
        return 4
    letters = [c for c in surface if c.isalpha()]
    if not letters:
        return 0
    if all(c.isupper() for c in letters):
        return 3 if len(letters) > 1 else 2
    return 2 if letters[0].isupper() else 1


def lines(text):
    """Lines without the white space around them: (start, end), the same where nothing is left."""
    out, start = [], 0
    for end in [m.start() for m in LINE_ENDS.finditer(text)] + [len(text)]:
        line = text[start:end]
        left = len(line) - len(line.lstrip())
        out.append((start + left, start + left + len(line.strip())))
        start = end + 1
    return out


def paragraph_starts(text):
    """Where paragraphs begin: after blank lines, and after line ends that are not mere wrapping."""
    groups, now = [], []
    for s, e in lines(text):
        if s == e:
            groups.append(now)
            now = []
        else:
            now.append((s, e))
    groups.append(now)
    lower = lambda line: text[line[0]].islower()
    complete = lambda line: text[line[0] : line[1]].rstrip(CLOSERS).endswith(tuple(COMPLETE))
    item = lambda line: ITEM.match(text[line[0] : line[1]]) is not None
    goes_on = lambda a, b: lower(b) and not complete(a) and not item(b)
    first_word = lambda line: len(text[line[0] : line[1]].split(None, 1)[0])
    full = lambda a, b, width: a[1] - a[0] + 1 + first_word(b) > width
    total = on = 0
    widths = [max((e - s for s, e in group), default=0) for group in groups]
    for group, width in zip(groups, widths):
        for a, b in zip(group, group[1:]):
            total += 1
            wrapped = NARROWEST_WRAP <= width <= WIDEST_WRAP and full(a, b, width) and not complete(a) and not item(b)
            on += goes_on(a, b) or wrapped
    starts = {0}
    for group, width in zip(groups, widths):
        starts.update(s for s, _ in group[:1])
        for a, b in zip(group, group[1:]):
            wraps = (on * 4 >= total and width <= WIDEST_WRAP and full(a, b, width)
                     and not (item(b) and (item(a) or complete(a))))
            if not wraps and not goes_on(a, b):
                starts.add(b[0])
    return sorted(starts)


def single_closing(text, at, end):
    """Where the single quotation mark at `at` is closed, or None: at the first mark after punctuation or after a word
    that does not end in s, since others may be apostrophes; else at the first of these."""
    opener, first = text[at], None
    for i in range(at + 1, end):
        before, after = text[i - 1], text[i + 1] if i + 1 < end else " "
        if opener == "'" and text[i] == "\"":
            break
        if text[i] == opener and not before.isalnum() and not after.isspace() and before not in ",.?!…—–":
            break
        if (text[i] == "'" or text[i] == "’" and opener == "‘") and not after.isalnum() and not before.isspace():
            if before != "s":
                return i + 1
            first = first or i + 1
    return first


def quotations(text, paragraphs):
    """Stretches between quotation marks, marks included, in order; each paragraph starts outside."""
    out = []
    for start, end in zip(paragraphs, paragraphs[1:] + [len(text)]):
        opened, i = None, start
        while i < end:
            c = text[i]
            kind = None if opened is None else text[opened]
            before, after = text[i - 1] if i > start else " ", text[i + 1] if i + 1 < end else " "
            if kind == "\"" and c == "\"" and before.isspace() and after.isalnum():
                out.append((opened, opened + len(text[opened:i].rstrip())))
                opened = kind = None  # a straight mark before a word opens, though the one before was never closed
            if kind is None:
                if c in "“«„\"" or c == "»" and not before.isalnum() and after.isalnum() or c + after == "``":
                    opened = i
                    i += c == "`"
                elif c in "”»":
                    out.append((i, i + 1))
                elif c in "‘'" and not before.isalnum() and not after.isspace():
                    closed = single_closing(text, i, end)
                    if closed is None and c == "‘" and i == start:
                        closed = end
                    if closed is not None:
                        out.append((i, closed))
                        i = closed - 1
            else:
                width = 2 if kind == "`" and c + after == "''" else 1
                closes = {"»": "«", "„": "“”", "\"": "\"”", "`": "\"”"}.get(kind, "”»\"" if not after.isalnum() else "”»")
                if width == 2 or c in closes:
                    out.append((opened, i + width))
                    opened = None
                    i += width - 1
            i += 1
        if opened is not None:
            out.append((opened, opened + len(text[opened:end].rstrip())))
    return out


SENTENCE_END = re.compile(r"""[.?!…]["”’')\]]*\s+(?=["“‘'(\[]*[A-Z0-9])""")


def pieces(text, tokenizer, guide=GUIDE):
    encoding = tokenizer.encode(text, add_special_tokens=False)
    starts = [s for s, _ in encoding.offsets]
    ends = [e for _, e in encoding.offsets]
    paragraphs = paragraph_starts(text)
    inside = bytearray(len(text))
    for s, e in quotations(text, paragraphs):
        inside[s:e] = b"\1" * (e - s)
    boundaries = sorted(set(paragraphs) | {m.end() for m in SENTENCE_END.finditer(text)})
    types, sentences, p, b = [], [], 0, 0
    for i, (s, e) in enumerate(zip(starts, ends)):
        first = p < len(paragraphs) and paragraphs[p] <= s
        while p < len(paragraphs) and paragraphs[p] <= s:
            p += 1
        if b < len(boundaries) and boundaries[b] <= s:
            sentences.append(i)
        while b < len(boundaries) and boundaries[b] <= s:
            b += 1
        types.append(shape(text[s:e]) + SHAPES * first + 2 * SHAPES * inside[s] + 4 * SHAPES * guide)
    return Pieces(encoding.ids, types, starts, ends, sentences)


def windows(pieces, size, overlap):
    """As `src/tagger/input/windows.rs` cuts them: at most `size` long, few and about equally long, ending with a paragraph or
    else with a sentence; in the second case the next takes whole sentences of at most `overlap` pieces along."""
    n, sentences = len(pieces.ids), pieces.sentence_starts
    paragraphs, start, out = pieces.paragraph_starts(), 0, []
    while n > start + size:
        covered = out[-1][1] if out else start
        count = -(-(n - start) // size)
        share = start + -(-(n - start) // count)
        least = max(n - (count - 1) * size, covered + 1)
        nearest = lambda edges: min((e for e in edges if least <= e <= start + size),
                                    key=lambda e: abs(e - share), default=None)
        end = nearest(paragraphs)
        if end is not None:
            out.append((start, end))
            start = end
            continue
        end = nearest(sentences)
        if end is None:
            end = max((e for e in sentences if covered < e <= start + size), default=start + size)
        out.append((start, end))
        start = next((e for e in sentences if max(start + 1, end - overlap) <= e < end),
                     max(start + 1, end - overlap // 2))
    if start < n:
        out.append((start, n))
    return out


def owners(spans, n):
    """For each piece the window in which it lies most centrally (the first of equals)."""
    best, owner = [-1] * n, [0] * n
    for w, (start, end) in enumerate(spans):
        for i in range(start, end):
            left = i - start if start > 0 else n
            right = end - 1 - i if end < n else n
            if min(left, right) > best[i]:
                best[i], owner[i] = min(left, right), w
    return owner


def main():
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(sys.argv[1])
    tokenizer.no_truncation()
    tokenizer.no_padding()
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        found = pieces(text, tokenizer)
        print(json.dumps({"text": text, "ids": found.ids, "types": found.types, "starts": found.starts},
                         ensure_ascii=False))


if __name__ == "__main__":
    main()
