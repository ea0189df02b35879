"""Word pieces and their token types: what the encoder reads.

The program computes the same in `src/tagger/pieces.rs`. Its test holds the two together by what this prints:

    features.py ../../models/news-en/tokenizer.json ARTICLE.txt… > ../../tests/parity/pieces.jsonl
"""

import json
import re
import sys
from dataclasses import dataclass

OPENING, CLOSING, STRAIGHT = "“«„", "”»", '"'
SHAPES, TOKEN_TYPES = 5, 20  # type = shape + 5 · first of a paragraph + 10 · inside quotation marks
BLANK_LINE, LINE = re.compile(r"\n\s*\n"), re.compile(r"\n")


@dataclass
class Pieces:
    ids: list
    types: list
    starts: list  # code points
    ends: list
    sentence_starts: list  # piece indices, 0 first


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


def paragraph_starts(text):
    """Where paragraphs begin: after blank lines, or after every newline where no line is blank."""
    breaks = BLANK_LINE if BLANK_LINE.search(text) else LINE
    return [0] + [m.end() for m in breaks.finditer(text)]


def quoted(text, paragraphs):
    """Per code point: between quotation marks, marks included; every paragraph starts outside."""
    inside, out, starts = False, bytearray(len(text)), set(paragraphs)
    for i, c in enumerate(text):
        if i in starts:
            inside = False
        if c in OPENING:
            inside = True
        out[i] = inside or c in CLOSING or c == STRAIGHT
        if c in CLOSING:
            inside = False
        elif c == STRAIGHT:
            inside = not inside
    return out


SENTENCE_END = re.compile(r"""[.?!…]["”’')\]]*\s+(?=["“‘'(\[]*[A-Z0-9])""")


def pieces(text, tokenizer):
    encoding = tokenizer.encode(text, add_special_tokens=False)
    starts = [s for s, _ in encoding.offsets]
    ends = [e for _, e in encoding.offsets]
    paragraphs = paragraph_starts(text)
    inside = quoted(text, paragraphs)
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
        types.append(shape(text[s:e]) + SHAPES * first + 2 * SHAPES * inside[s])
    return Pieces(encoding.ids, types, starts, ends, sentences)


def windows(sentence_starts, n, size, overlap):
    """Runs of whole sentences of at most `size` pieces; each starts at most `overlap` pieces before the last one's end.

    A sentence longer than a window is cut.
    """
    edges = set(sentence_starts) | {n}
    start, out = 0, []
    while True:
        end = max((e for e in range(start + 1, min(start + size, n) + 1) if e in edges), default=0)
        if end <= start or (out and end <= out[-1][1]):
            end = min(start + size, n)
        out.append((start, end))
        if end >= n:
            return out
        start = next((s for s in range(max(end - overlap, start + 1), end) if s in edges),
                     max(end - overlap // 2, start + 1))


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
