"""What is measured: runs of sayso over annotated articles, and the figures of `sayso eval`.

A figure is called GROUP/NAME, such as `polnear/int8/attr_full F1`; its tolerance is its group's.
"""

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAYSO = ROOT / "scripts/sayso"
OWN = ROOT / "scripts/train/data"
FORMS = ("name", "surname", "nominal", "pronoun", "none")


def sayso(*args) -> str:
    return subprocess.run([SAYSO, *map(str, args)], check=True, stdout=subprocess.PIPE, text=True).stdout


class Measure:
    def __init__(self, data: dict[str, Path], model: Path, out: Path) -> None:
        self.data, self.model, self.out = data, model, out
        self.figures: dict[str, float] = {}
        self.digests: set[str] = set()
        self.runs: list[Path] = []

    def add(self, group: str, name: str, value: float) -> None:
        self.figures[f"{group}/{name}"] = round(value, 2)

    def extract(self, inputs: Path, name: str, dtype: str) -> Path:
        run = self.out / "runs" / f"{name}-{dtype}"
        sayso("extract", inputs, "--out", run, "--overwrite", "--quiet", "--model", self.model, "--dtype", dtype)
        manifest = json.loads((run / "run.json").read_text())
        self.digests.add(manifest["fingerprint"]["model_files"])
        self.runs.append(run)
        counts = manifest["counts"]
        print(f"{name}, {dtype}: {counts['articles']} articles, {counts['words']:,} words in {manifest['seconds']} s", flush=True)
        return run

    def attributions(self, dtype: str) -> dict:
        """PolNeAR dev; answers with all that `sayso eval` says."""
        gold = self.data["polnear"] / "dev.jsonl"
        run = self.extract(gold, "polnear", dtype)
        scores = json.loads(sayso("eval", gold, run, "--details", "--json"))["attributions"]
        for figure in scores["figures"]:
            for name, rate in (("P", "precision"), ("R", "recall"), ("F1", "f1")):
                self.add(f"polnear/{dtype}", f"{figure['name']} {name}", figure[rate])
        for breakdown in scores["breakdowns"]:
            for group in breakdown["groups"]:
                if group["gold"] < 40:  # one claim is more than two per cent of them
                    continue
                for side, name in (("content", "attr_content"), ("full", "attr_full")):
                    self.add(f"breakdown/{dtype}", f"{breakdown['by']}: {group['name']}: {name} F1", group[side]["f1"])
        self.add(f"calibration/{dtype}", "expected error", 100 * scores["calibration"]["expected_error"])
        items = self.data["polnear"] / "dev_paragraphs_bio.jsonl"
        if items.exists():
            for figure in json.loads(sayso("eval", items, run, "--protocol", "cofenet", "--json"))["figures"]:
                self.add(f"cofenet/{dtype}", f"{figure['name']} F1", figure["f1"])
        return scores

    def hedges(self, dtype: str) -> None:
        sets = {"own": OWN / "hedges_dev.jsonl", "news": self.data["uncertainty"] / "news_dev.jsonl",
                "wiki": self.data["uncertainty"] / "wiki_dev.jsonl"}
        for name, gold in sets.items():
            run = self.extract(gold, f"hedges-{name}", dtype)
            for figure in json.loads(sayso("eval", gold, run, "--json"))["hedges"]:
                # As the card: classes of few cues say nothing.
                if figure["gold"] >= 10:
                    self.add(f"hedges-{name}/{dtype}", f"{figure['name']} F1", figure["f1"])

    def speakers(self, dtype: str) -> None:
        """Right names by form over all annotated articles, and B-cubed of each set."""
        polnear = self.out / "runs" / f"polnear-{dtype}"
        sets = {"tuned": (OWN / "speakers_dev.jsonl", polnear), "held out": (OWN / "speakers_heldout.jsonl", polnear),
                "own": (ROOT / "corpus/gold/speakers.gold", self.extract(ROOT / "corpus", "corpus", dtype))}
        if "gum" in self.data:
            sets["gum"] = (OWN / "speakers_gum.jsonl", self.extract(self.gum(), "gum", dtype))
        for given in ((), ("--gold-sources",)):
            suffix = ", gold sources" if given else ""
            counts = {form: [0, 0] for form in FORMS}
            for name, (gold, run) in sets.items():
                scores = json.loads(sayso("eval", gold, run, "--speakers", "--json", *given))
                self.add(f"speakers/{dtype}", f"{name}: B-cubed F1{suffix}", scores["b_cubed"]["f1"])
                for share in scores["forms"]:
                    if share["name"] in counts:
                        counts[share["name"]][0] += share["right"]
                        counts[share["name"]][1] += share["all"]
            if "gum" in self.data:
                for form, (right, among) in counts.items():
                    self.add(f"speakers/{dtype}", f"{form}{suffix}", 100 * right / among)

    def gum(self) -> Path:
        """GUM's articles under the names that its speakers' gold has."""
        file = self.out / "gum.jsonl"
        with (self.data["gum"] / "news_dev.jsonl").open(encoding="utf-8") as lines:
            articles = [{"id": article["doc"], "text": article["text"]} for article in map(json.loads, lines)]
        file.write_text("".join(json.dumps(article) + "\n" for article in articles))
        return file

    def again(self) -> None:
        """Reads some articles of each run again."""
        for run in self.runs:
            print(sayso("verify", run, "--model", self.model, "--sample", "100").strip(), flush=True)
