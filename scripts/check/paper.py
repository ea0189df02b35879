"""The page on paper: every word of an article is seen, with its marks, and nothing lies over any."""
import re
import subprocess
import sys

from common import expect
from PIL import Image

DPI = 100
# What marks have in print.css: a claim's ground, and the lines of source, cue and hedge.
MARKS = {"content": (0xe2, 0xec, 0xf6), "picked": (0xcf, 0xe1, 0xf3), "source": (0x85, 0x54, 0), "cue": (0x1b, 0x7a, 0x55), "hedge": (0xb3, 0x30, 0x4a)}


def prints(page, url, record, claim, shots):
    """`page` is Chromium's, which alone prints to PDF."""
    page.open(f"{url}#a={record['id']}&c={claim['id']}")
    page.wait("() => document.querySelector('#claims li[aria-current] .detail')")
    pdf = shots / "article.pdf"
    page.page.pdf(path=pdf)
    for old in shots.glob("paper-*.png"):
        old.unlink()
    subprocess.run(["pdftoppm", "-r", str(DPI), "-png", pdf, shots / "paper"], check=True)
    pages = [Image.open(file).convert("RGB") for file in sorted(shots.glob("paper-*.png"))]
    layout = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, stdout=subprocess.PIPE, text=True).stdout
    words, hidden = [], []
    for image, part in zip(pages, layout.split("<page ")[1:]):
        for box, word in re.findall(r"<word ([^>]*)>([^<]*)</word>", part):
            words.append(word)
            edges = [float(at) * DPI / 72 for at in re.findall(r'"([\d.]+)"', box)]
            seen = image.crop((int(edges[0]), int(edges[1]), int(edges[2]) + 1, int(edges[3]) + 1)).convert("L")
            if seen.getextrema()[0] > 150 and re.search(r"\w", word):
                hidden.append(word)
    expect("words that are hidden on paper", hidden, [])
    letters = lambda text: re.sub(r"[\W\d]+", "", text)
    # The numbers of claims stand between the words.
    shown = letters("".join(words))
    lost = [word for word in record["text"].split() if letters(word) not in shown]
    expect("words that are not on paper", lost, [])
    colours = {colour for image in pages for _, colour in image.getcolors(1 << 24)}
    near = lambda wanted: any(max(abs(a - b) for a, b in zip(wanted, colour)) < 6 for colour in colours)
    for name, wanted in MARKS.items():
        if name == "hedge" and not record["hedges"]:
            continue
        if not near(wanted):
            sys.exit(f"paper: no {name} is marked")
    print(f"paper: {len(pages)} pages, {len(words)} words: ok")
