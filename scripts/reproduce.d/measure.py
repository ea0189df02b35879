"""What is measured: runs of sayso over annotated articles, and the figures of `sayso eval`.

A figure is called GROUP/FORMAT/NAME, such as `polnear/int8/attr_full F1`; its tolerance is its group's. Groups:
    claims, found, right, few     the dev articles annotated by the guide: spans and claims; shares of claims that were
                                  found, and of those found that have a field right; the shares of few claims
    sets, sets-right              the same by set
    breakdown, calibration        of the same articles: by kind of claim, and whether confidences mean what they say
    edges                         … and how many contents break off
    polnear, cofenet              PolNeAR dev, read by its definition of a claim
    hedges-guide, -own, -news, -wiki
    speakers                      names by form of the source, and B-cubed, where all mentions are annotated
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "scripts/train"))
import corpora  # noqa: E402

SAYSO = os.environ.get("SAYSO") or ROOT / "scripts/sayso"
OWN = ROOT / "scripts/train/data"
FORMS = ("name", "surname", "nominal", "pronoun", "none")
RATES = {"P": "precision", "R": "recall", "F1": "f1"}
WHOLE = ("attr_content", "attr_full", "source_given")
SCOPES = {"all": None, "top": "top", "top of gold": "top_of_gold"}  # as `sayso eval --json` names them
# So few of the fifty articles' claims that one of them is more than two per cent.
FEW = ("speaker name, none", "speaker without source", "role, none to give")
BY_SET = ("clear", "nested", "precision", "speaker name, named", "speaker name, unnamed", "kind", "role, given",
          "affiliation, given", "quote type", "certainty", "polarity", "type of attribution")

JOINS = set("and or but nor because although though if unless whether while when where who whose which".split())
# Words on which no content ends while its sentence goes on: determiners, prepositions, auxiliaries, conjunctions. What
# may be an adverb or a pronoun as well (`up`, `that`, `her`) is not among them.
UNFINISHED = JOINS | set(
    "a an the my your its our their every "
    "of to at for from with by into onto upon about than as among between against during despite toward towards until per "
    "via without since "
    "am is are was were be been being has have had having does did do will would shall should can could may might "
    "must".split())
LAST_WORD = re.compile(r"([\w’'-]+)[”’\"'»)\]]*$")
NEXT_WORD = re.compile(r"[”’\"'»)\]]* +[“‘\"'«(\[$£€]*(\w+)")


def sayso(*args) -> str:
    return subprocess.run([SAYSO, *map(str, args)], check=True, stdout=subprocess.PIPE, text=True).stdout


def breaks_off(text: str, end: int) -> bool:
    """Whether a content that ends there ends within a phrase: on such a word, with another after it that continues it.
    A quotation that its speaker broke off has a mark there (`“I was going to …”`)."""
    last, after = LAST_WORD.search(text[max(0, end - 40):end]), NEXT_WORD.match(text, end)
    return bool(last and after) and last[1].lower() in UNFINISHED and after[1].lower() not in JOINS


class Measure:
    def __init__(self, data: Path, model: Path, out: Path) -> None:
        self.data, self.model, self.out = data, model, out
        self.figures: dict[str, float] = {}
        self.digests: set[str] = set()
        self.runs: list[Path] = []

    def add(self, group: str, name: str, value: float) -> None:
        self.figures[f"{group}/{name}"] = round(value, 2)

    def add_rates(self, group: str, figure: dict, prefix: str = "") -> None:
        for name, rate in RATES.items():
            self.add(group, f"{prefix}{figure['name']} {name}", figure[rate])

    def extract(self, inputs: Path, name: str, dtype: str, *more) -> Path:
        run = self.out / "runs" / f"{name}-{dtype}"
        sayso("extract", inputs, "--out", run, "--overwrite", "--quiet", "--model", self.model, "--dtype", dtype, *more)
        manifest = json.loads((run / "run.json").read_text())
        self.digests.add(manifest["fingerprint"]["model_files"])
        self.runs.append(run)
        counts = manifest["counts"]
        print(f"{name}, {dtype}: {counts['articles']} articles, {counts['words']:,} words in {manifest['seconds']} s", flush=True)
        return run

    def guide(self, dtype: str) -> dict:
        """The dev articles annotated by the guide, together and by set; answers with all that `sayso eval` says."""
        sets = {name: corpora.split(self.data, name)[0] for name in corpora.GUIDE_SETS}
        gold = self.out / "dev.jsonl"
        corpora.write(gold, [row for rows in sets.values() for row in rows])
        run = self.extract(gold, "guide", dtype)
        report = json.loads(sayso("eval", gold, run, "--details", "--json"))
        scores = report["attributions"]
        for scope, key in SCOPES.items():
            for figure in (scores[key] if key else scores)["figures"]:
                if scope == "all" or figure["name"] in WHOLE:
                    self.add_rates(f"claims/{dtype}", figure, f"{scope}: ")
        for group in ("found", "right"):
            for share in scores["claims"][group]:
                small = share["name"] in FEW
                self.add(f"{'few' if small else group}/{dtype}", share["name"], 100 * share["right"] / share["all"])
        for breakdown in scores["breakdowns"]:
            for group in breakdown["groups"]:
                if group["gold"] < 40:  # one claim is more than two per cent of them
                    continue
                for side, name in (("content", "attr_content"), ("full", "attr_full")):
                    self.add(f"breakdown/{dtype}", f"{breakdown['by']}: {group['name']}: {name} F1", group[side]["f1"])
        self.add(f"calibration/{dtype}", "expected error", 100 * scores["calibration"]["expected_error"])
        self.hedge_figures("guide", dtype, report["hedges"])
        records = corpora.read(run / "records.jsonl")
        ends = [(record["text"], claim["content"][-1]["end"]) for record in records for claim in record["claims"]]
        self.add(f"edges/{dtype}", "contents that break off", sum(breaks_off(text, end) for text, end in ends))
        for name, rows in sets.items():
            self.one_set(name, rows, run, dtype)
        return scores

    def one_set(self, name: str, rows: list[dict], run: Path, dtype: str) -> None:
        gold = self.out / f"dev-{name}.jsonl"
        corpora.write(gold, rows)
        report = json.loads(sayso("eval", gold, run, "--json"))
        scores = report["attributions"]
        for scope, key in SCOPES.items():
            for figure in (scores[key] if key else scores)["figures"]:
                if figure["name"] in WHOLE:
                    self.add(f"sets/{dtype}", f"{name}, {scope}: {figure['name']} F1", figure["f1"])
        for figure in report["hedges"]:
            if figure["name"] in ("token_any", "span_any"):
                self.add(f"sets/{dtype}", f"{name}, hedges: {figure['name']} F1", figure["f1"])
        for share in scores["claims"]["found"] + scores["claims"]["right"]:
            if share["name"] in BY_SET:
                self.add(f"sets-right/{dtype}", f"{name}, {share['name']}", 100 * share["right"] / share["all"])

    def polnear(self, dtype: str) -> None:
        """PolNeAR dev, read by what counts as a claim there."""
        gold = self.data / "polnear/dev.jsonl"
        run = self.extract(gold, "polnear", dtype, "--guide", "polnear")
        for figure in json.loads(sayso("eval", gold, run, "--protocol", "polnear", "--json"))["attributions"]["figures"]:
            self.add_rates(f"polnear/{dtype}", figure)
        items = self.data / "polnear/dev_paragraphs_bio.jsonl"
        for figure in json.loads(sayso("eval", items, run, "--protocol", "cofenet", "--json"))["figures"]:
            self.add(f"cofenet/{dtype}", f"{figure['name']} F1", figure["f1"])

    def hedges(self, dtype: str) -> None:
        sets = {"own": OWN / "hedges_dev.jsonl", "news": self.data / "uncertainty/news_dev.jsonl",
                "wiki": self.data / "uncertainty/wiki_dev.jsonl"}
        for name, gold in sets.items():
            run = self.extract(gold, f"hedges-{name}", dtype)
            self.hedge_figures(name, dtype, json.loads(sayso("eval", gold, run, "--json"))["hedges"])

    def hedge_figures(self, name: str, dtype: str, figures: list[dict]) -> None:
        for figure in figures:
            if figure["name"].endswith("_any"):
                self.add_rates(f"hedges-{name}/{dtype}", figure)
            elif figure["gold"] >= 10:  # as the card: classes of few cues say nothing
                self.add(f"hedges-{name}/{dtype}", f"{figure['name']} F1", figure["f1"])

    def speakers(self, dtype: str) -> None:
        """Right names by form over all articles whose mentions are annotated, and B-cubed of each set."""
        polnear = self.out / "runs" / f"polnear-{dtype}"
        sets = {"PolNeAR": (OWN / "speakers_dev.jsonl", polnear), "further PolNeAR": (OWN / "speakers_heldout.jsonl", polnear),
                "own": (ROOT / "corpus/gold/speakers.gold", self.extract(ROOT / "corpus", "corpus", dtype))}
        gum = self.data / "gum/news_dev.jsonl"
        if gum.exists():
            sets["GUM"] = (OWN / "speakers_gum.jsonl", self.extract(self.gum(gum), "gum", dtype))
        counts = {form: [0, 0] for form in FORMS}
        for name, (gold, run) in sets.items():
            scores = json.loads(sayso("eval", gold, run, "--speakers", "--json"))
            self.add(f"speakers/{dtype}", f"{name}: B-cubed F1", scores["b_cubed"]["f1"])
            for share in scores["forms"]:
                if share["name"] in counts:
                    counts[share["name"]][0] += share["right"]
                    counts[share["name"]][1] += share["all"]
        if gum.exists():
            for form, (right, among) in counts.items():
                self.add(f"speakers/{dtype}", form, 100 * right / among)

    def gum(self, given: Path) -> Path:
        """GUM's articles under the names that its speakers' gold has."""
        file = self.out / "gum.jsonl"
        corpora.write(file, [{"id": article["doc"], "text": article["text"]} for article in corpora.read(given)])
        return file

    def again(self) -> None:
        """Reads some articles of each run again."""
        for run in self.runs:
            print(sayso("verify", run, "--model", self.model, "--sample", "100").strip(), flush=True)
