"""The package as a user meets it, held against the command line. scripts/check/python runs this."""

import dataclasses
import datetime
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


@pytest.fixture(scope="session")
def tagger():
    return sayso.load()


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A run of the command line over the demonstration corpus."""
    out = tmp_path_factory.mktemp("run")
    subprocess.run([ROOT / "scripts/sayso", "extract", ROOT / "corpus", "--out", out, "--quiet"], check=True)
    return out


@pytest.fixture(scope="session")
def lines(run):
    return (run / "records.jsonl").read_text().splitlines()


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


def test_what_data_frames_hold_is_understood(tagger, caplog):
    row = {"text": TEXT, "date": datetime.datetime(2026, 2, 2, 9), "title": math.nan, "seen": datetime.date(2026, 2, 3)}
    record = tagger.extract(row)
    assert (record.date, record.title, record.meta) == ("2026-02-02", None, {"seen": "2026-02-03"})
    assert not caplog.messages
    record = tagger.extract(sayso.Article(TEXT, id="a", date="02/03/2026", meta={"desk": "x"}))
    assert (record.id, record.date, record.meta) == ("a", None, {"desk": "x", "date": "02/03/2026"})
    assert "article#1: the date `02/03/2026` was not understood" in caplog.text


def test_articles_are_taken_as_they_are_needed(tagger):
    taken = []

    def endless():
        while True:
            taken.append(None)
            yield TEXT * 40

    records = tagger.extract_batch(endless())
    assert next(records).id == "article:1"
    assert len(taken) < 100


def test_claims_are_the_table_that_is_exported(run, tmp_path, lines):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    export = [ROOT / "scripts/sayso", "export", run, "--to", "parquet", "--out", tmp_path / "claims.parquet"]
    subprocess.run(export, check=True, capture_output=True)
    records = [sayso.Record.from_json(line) for line in lines]
    table = sayso.to_arrow(records)
    assert pa.table(table).equals(parquet.read_table(tmp_path / "claims.parquet"))
    # A second time, and without pyarrow's schema.
    assert pa.table(table).num_rows == len(table) == sum(len(record.claims) for record in records)


def test_tables_hold_every_hedge_and_speaker(lines):
    pa = pytest.importorskip("pyarrow")
    records = [sayso.Record.from_json(line) for line in lines]
    hedges = pa.table(sayso.to_arrow(records, "hedges")).to_pylist()
    assert [(row["article"], row["hedge"], row["text"], row["class"], row["confidence"]) for row in hedges] == [
        (record.id, hedge.id, hedge.text, hedge.class_, hedge.confidence)
        for record in records
        for hedge in record.hedges
    ]
    speakers = pa.table(sayso.to_arrow((record for record in records), "speakers")).to_pylist()
    assert [(row["article"], row["speaker_id"], row["speaker"], row["claims"]) for row in speakers] == [
        (record.id, speaker.id, speaker.name, sum(claim.speaker == speaker.id for claim in record.claims))
        for record in records
        for speaker in record.speakers
    ]
    empty = pa.table(sayso.to_arrow([], "hedges"))
    assert (empty.num_rows, empty.column_names) == (0, sayso.to_arrow([], "hedges").column_names)
    with pytest.raises(ValueError, match="say claims, hedges or speakers"):
        sayso.to_arrow([], "words")
    with pytest.raises(TypeError, match="this is a dict"):
        sayso.to_arrow([{}])


def test_scores_of_new_records_are_rounded_as_in_the_json(tagger):
    pa = pytest.importorskip("pyarrow")
    record = tagger.extract(TEXT)
    scores = pa.table(sayso.to_arrow([record])).column("confidence").to_pylist()
    assert scores == [claim.confidence for claim in record.claims]


def test_a_data_frame(tagger, lines):
    pytest.importorskip("pandas")
    frame = sayso.to_pandas(map(sayso.Record.from_json, lines))
    records = [json.loads(line) for line in lines]
    assert frame["claim"].tolist() == [claim["id"] for record in records for claim in record["claims"]]
    assert set(frame["certainty"]) <= {"certain", "probable", "possible", "underspecified"}


def test_spans_in_spacy(tagger):
    spacy = pytest.importorskip("spacy")
    record = tagger.extract(TEXT)
    doc = sayso.to_doc(record, spacy.blank("en"))
    assert doc.text == record.text
    for name, part in [("sources", "source"), ("cues", "cue")]:
        expected = [(claim.id, getattr(claim, part).text) for claim in record.claims if getattr(claim, part)]
        assert [(span.id_, span.text) for span in doc.spans[name]] == expected
    for span, part in zip(doc.spans["contents"], (part for claim in record.claims for part in claim.content)):
        assert part.text in span.text and span.label_ == "content"
    assert [(span.text, span.label_) for span in doc.spans["hedges"]] == [
        (hedge.text, hedge.class_) for hedge in record.hedges
    ]


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
    with pytest.raises(ValueError, match="say 1 to 1024"):
        sayso.load(threads=0)


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
