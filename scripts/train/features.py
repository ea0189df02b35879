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


def windows(pieces, size, overlap):
    """As `src/tagger/windows.rs` cuts them: at most `size` long, few and about equally long, ending with a paragraph or
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
