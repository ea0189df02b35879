"""The package as a user meets it, held against the command line. scripts/check/python runs this."""

import dataclasses
import json
import math
import os
import pathlib
import pickle
import signal
import subprocess
import threading
import typing

import pytest

import sayso

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = "📉 Oil may fall, analysts said.\r\n“We’ll wait 🇳🇴,” Zoe\u0308 Lind told reporters. She denied e\u0301lan."


def article(line):
    """The article that a record was made of."""
    record = json.loads(line)
    known = ["id", "title", "date", "publisher", "url", "author", "text"]
    return {**record["meta"], **{name: record[name] for name in known}}


def spans(record):
    for speaker in record.speakers:
        yield from speaker.mentions
        yield from filter(None, [speaker.role, speaker.affiliation])
    for claim in record.claims:
        yield from claim.content
        yield from filter(None, [claim.source, claim.cue])
    for hedge in record.hedges:
        yield hedge
        yield from filter(None, [hedge.scope])


def test_records_are_the_command_lines_byte_for_byte(tagger, lines):
    articles = sorted(map(article, lines), key=lambda article: article["id"], reverse=True)
    records = sorted(tagger.extract_batch(articles), key=lambda record: record.id)
    assert [record.to_json() for record in records] == sorted(lines, key=lambda line: json.loads(line)["id"])
    alone = tagger.extract(sayso.Article(**{**articles[0], "meta": {}}))
    assert alone.to_dict() == {**records[-1].to_dict(), "meta": {}}


def test_a_line_of_json_lines_is_read_as_the_command_line_reads_it(tagger, tmp_path):
    given = [
        {"headline": " A ship ", "published": "Feb. 2, 2026", "source": "Wire", "desk": ["a", 1.5], "text": TEXT},
        {"guid": 7, "date": "02/03/2026", "body": TEXT, "authors": ["A", "B"], "big": 12345678901234567890123},
    ]
    (tmp_path / "article.jsonl").write_text("".join(json.dumps(one) + "\n" for one in given))
    command = [ROOT / "scripts/sayso", "extract", tmp_path / "article.jsonl", "--out", tmp_path / "out", "--quiet"]
    subprocess.run(command, check=True)
    lines = (tmp_path / "out/records.jsonl").read_text().splitlines()
    assert [record.to_json() for record in tagger.extract_batch(given)] == lines


def test_a_record_is_its_json(tagger, lines):
    for line in lines:
        record = sayso.Record.from_json(line)
        assert record.to_json() == line
        assert record.to_dict() == json.loads(line)
        # Without the line that it came from.
        assert dataclasses.replace(record).to_json() == line
        again = pickle.loads(pickle.dumps(record))
        assert again == record and again.to_json() == line and hash(again) == hash(record)
    changed = dataclasses.replace(record, title="Another")
    assert changed.to_dict() == {**json.loads(line), "title": "Another"}
    moved = dataclasses.replace(record, text="x" + record.text)
    with pytest.raises(sayso.SaysoError, match="should read"):
        moved.to_json()
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.title = "Another"
    with pytest.raises(sayso.SaysoError, match="run `sayso extract` again"):
        sayso.Record.from_json("{}")


def test_a_record_of_the_schema_before_is_read(lines):
    record = json.loads(lines[0])
    assert record["schema"] == "sayso.record/2"
    record["schema"] = "sayso.record/1"
    for claim in record["claims"]:
        assert claim.pop("type") in {"communication", "attitude", "factive", "control"}
        claim.pop("speaker_confidence")
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    before = sayso.Record.from_json(line)
    assert before.to_json() == line == dataclasses.replace(before).to_json()
    assert {(claim.type, claim.speaker_confidence) for claim in before.claims} == {(None, None)}


def test_offsets_count_as_python_does(tagger):
    record = tagger.extract(TEXT)
    assert record.id == "article:1"
    assert record.text == TEXT.replace("\r\n", "\n")
    found = list(spans(record))
    assert {span.text for span in found} >= {"may", "analysts", "Zoe\u0308 Lind", "“We’ll wait 🇳🇴,”"}
    for span in found:
        assert record.text[span.start : span.end] == span.text
    assert record.sentences[-1][1] == len(record.text)
    claim = record.claims[0]
    assert (record.speaker(claim).name, claim.certainty) == ("analysts", "possible")
    assert [hedge.class_ for hedge in record.hedges if hedge.id in claim.hedges] == ["epistemic"]


def test_a_bad_article_costs_only_itself(tagger):
    german = (
        "Die Brücke bleibe bis zum Herbst gesperrt, sagte die Bürgermeisterin am Montag, und wer zur Arbeit wolle, "
        "müsse den Umweg über das alte Wehr nehmen. Ob das Geld für einen Neubau reicht, wusste sie nicht; der "
        "Landkreis prüfe es noch, und vor dem Winter werde niemand etwas versprechen."
    )
    bad = [{}, {"id": "b", "text": 7}, 7, {"text": "\ud83d"}, {"text": TEXT, "by": object()}, {"text": german}]
    found = list(tagger.extract_batch([TEXT, *bad, {"id": "z", "text": TEXT}], errors="reject"))
    assert [one.id for one in found] == ["article:1", "article:2", "b", None, None, None, "article:7", "z"]
    rejects = found[1:-1]
    assert [reject.number for reject in rejects] == [2, 3, 4, 5, 6, 7]
    reasons = ["there is no text", "`text` is not a string", "not int", "surrogate", "cannot be written", "not English"]
    for reject, reason in zip(rejects, reasons):
        assert isinstance(reject, sayso.Reject) and reason in reject.reason
    assert found[0].claims == found[-1].claims != ()

    records = tagger.extract_batch([TEXT, TEXT, {}, TEXT])
    assert [next(records).id, next(records).id] == ["article:1", "article:2"]
    with pytest.raises(sayso.SaysoError, match="article#3: there is no text; put it under"):
        next(records)
    with pytest.raises(TypeError, match="extract it"):
        tagger.extract_batch(TEXT)
    with pytest.raises(ValueError, match="errors is"):
        tagger.extract_batch([], errors="ignore")
    assert list(tagger.extract_batch([])) == []


def test_articles_are_taken_as_they_are_needed(tagger):
    taken = []

    def endless():
        while True:
            taken.append(None)
            yield TEXT * 40

    records = tagger.extract_batch(endless())
    assert next(records).id == "article:1"
    assert len(taken) < 100


def test_a_notebook_shows_the_text_with_its_claims(tagger):
    html = tagger.extract({"text": TEXT + " <b onclick=x>", "title": "<script>alert(1)</script>"})._repr_html_()
    assert ">may</span>" in html and "sayso-hedge" in html and "<style>" in html
    assert "<b>analysts</b> said <small>indirect, possible</small>" in html
    assert "&lt;script&gt;" in html and "<script" not in html and "<b onclick" not in html


def test_records_are_read_back(run, lines, tmp_path):
    for path in (run, str(run), run / "records.jsonl"):
        assert [record.to_json() for record in sayso.read_records(path)] == lines
    (tmp_path / "damaged.jsonl").write_text(lines[0] + "\n\n{}\n" + lines[1] + "\n")
    records = sayso.read_records(tmp_path / "damaged.jsonl")
    assert next(records).to_json() == lines[0]
    with pytest.raises(sayso.SaysoError, match=r"damaged\.jsonl.*3.*not a record"):
        next(records)
    assert next(records).to_json() == lines[1]
    with pytest.raises(sayso.SaysoError, match="nowhere"):
        sayso.read_records("nowhere")


def test_a_signal_is_heard_while_a_batch_is_read(lines):
    tagger = sayso.load(threads=1)
    text = "\n\n".join(json.loads(line)["text"] for line in lines) * 8
    heard = []

    def handler(*_):
        heard.append(None)
        # Signals that come while nobody listens are one.
        if len(heard) == 2:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, handler)
    timers = [threading.Timer(after, os.kill, [os.getpid(), signal.SIGINT]) for after in (0.5, 1.0)]
    try:
        for timer in timers:
            timer.start()
        with pytest.raises(KeyboardInterrupt):
            tagger.extract(text)
    finally:
        for timer in timers:
            timer.join()
        signal.signal(signal.SIGINT, before)
    assert tagger.extract(TEXT).claims


def test_others_run_while_an_article_is_read(tagger, lines):
    count = 0
    done = threading.Event()

    def counting():
        nonlocal count
        while not done.wait(0.001):
            count += 1

    other = threading.Thread(target=counting)
    other.start()
    stream = tagger._tagger.stream()
    stream.add(json.dumps({"text": "\n\n".join(json.loads(line)["text"] for line in lines)}), 1)
    stream.end()
    before = count
    stream.next()
    during = count - before
    done.set()
    other.join()
    assert during > 3


def test_a_fork_is_told_to_load_anew(tagger):
    child = os.fork()
    if child == 0:
        try:
            tagger.extract(TEXT)
        except sayso.SaysoError as error:
            os._exit(0 if "load in the new process" in str(error) else 2)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        os._exit(0 if sayso.load(threads=1).extract(TEXT).claims else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "and that is well"


def test_a_tagger_that_is_pickled_is_loaded_where_it_arrives():
    tagger = pickle.loads(pickle.dumps(sayso.load(dtype="int8", threads=1)))
    assert (tagger.dtype, tagger.threads) == ("int8", 1)
    assert tagger.model == tagger.extract(TEXT).model


def test_what_cannot_be_loaded_is_named(tmp_path):
    with pytest.raises(sayso.SaysoError, match=r"config\.json: the model cannot be loaded: .*name another model"):
        sayso.load(tmp_path)
    with pytest.raises(ValueError, match="say auto, int8, bf16 or fp32"):
        sayso.load(dtype="int4")
    with pytest.raises(sayso.SaysoError, match="this build has not: say int8"):
        sayso.load(dtype="fp32")
    for wrong in (0, -1, 1025, 10**30):
        with pytest.raises(ValueError, match=f"threads is {wrong}; say a whole number from 1 to 1024"):
            sayso.load(threads=wrong)
    for wrong in (2.5, "2", math.nan):
        with pytest.raises(TypeError, match="threads is .*; say a whole number from 1 to 1024"):
            sayso.load(threads=wrong)


def test_versions_agree(tagger):
    assert tagger.extract(TEXT).sayso == sayso.__version__


def test_choices_are_the_vocabulary():
    found = {}
    for part in (sayso.Speaker, sayso.Claim, sayso.Hedge):
        for name, hint in typing.get_type_hints(part).items():
            for choice in [hint, *typing.get_args(hint)]:
                if typing.get_origin(choice) is typing.Literal:
                    found[name] = list(typing.get_args(choice))
    assert found == sayso._native.terms()
