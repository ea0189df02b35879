"""What the peers share: articles in, words and seconds out. Loading is not counted; one thread unless told otherwise."""

import argparse
import json
import time
from pathlib import Path

MODEL = Path(__file__).resolve().parents[3] / "models/news-en"


def arguments(**flags: dict) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("articles", type=Path, help="JSON lines with a text each")
    for name, settings in flags.items():
        parser.add_argument(f"--{name}", **settings)
    return parser.parse_args()


def texts(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.open(encoding="utf-8")]


def measure(articles: list[str], work) -> None:
    """Runs `work` over the articles, once over two of them to warm up, and prints one line of JSON."""
    work(articles[:2])
    started = time.perf_counter()
    found = work(articles)
    seconds = time.perf_counter() - started
    words = sum(len(text.split()) for text in articles)
    print(json.dumps({"words": words, "seconds": seconds, "words_per_second": words / seconds, "found": found}))
