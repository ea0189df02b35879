"""Data frames and tables, in and out."""

import datetime
import json
import math
import pathlib
import subprocess

import pytest

import sayso

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = "📉 Oil may fall, analysts said.\r\n“We’ll wait 🇳🇴,” Zoe\u0308 Lind told reporters. She denied e\u0301lan."


def test_what_data_frames_hold_is_understood(tagger, caplog):
    row = {"text": TEXT, "date": datetime.datetime(2026, 2, 2, 9), "title": math.nan, "seen": datetime.date(2026, 2, 3)}
    record = tagger.extract(row)
    assert (record.date, record.title, record.meta) == ("2026-02-02", None, {"seen": "2026-02-03"})
    assert not caplog.messages
    for number in (math.inf, -math.inf, [math.nan]):
        with pytest.raises(sayso.SaysoError, match="article#1: it has a number that is infinite or none"):
            tagger.extract({"text": TEXT, "share": number})
    record = tagger.extract(sayso.Article(TEXT, id="a", date="02/03/2026", meta={"desk": "x"}))
    assert (record.id, record.date, record.meta) == ("a", None, {"desk": "x", "date": "02/03/2026"})
    assert "article#1: the date `02/03/2026` was not understood" in caplog.text


ROWS = [
    {"id": "a", "text": TEXT, "date": datetime.date(2026, 2, 2), "words": 7, "share": 0.5, "seen": True},
    {"id": "b", "text": "The mill may close, she said.", "date": None, "words": None, "share": None, "seen": None},
]


@pytest.mark.parametrize("library", ["pandas", "pandas, nullable", "polars", "pyarrow"])
def test_a_data_frame_is_read_row_by_row(tagger, library):
    name, _, nullable = library.partition(", ")
    module = pytest.importorskip(name)
    if name == "pandas":
        frame = module.DataFrame(ROWS)
        frame["date"] = module.to_datetime(frame["date"])
        frame = frame.convert_dtypes() if nullable else frame
    else:
        frame = module.table({key: [row[key] for row in ROWS] for key in ROWS[0]}) if name == "pyarrow" else module.DataFrame(ROWS)
    first, second = tagger.extract_batch(frame)
    assert (first.id, first.date, first.claims) == ("a", "2026-02-02", tagger.extract(TEXT).claims)
    assert first.meta == {"words": 7, "share": 0.5, "seen": True}
    assert (second.id, second.date, second.text) == ("b", None, "The mill may close, she said.")
    assert set(second.meta.values()) <= {None}
    texts = frame["text"] if name != "pyarrow" else frame["text"].to_pylist()
    assert [record.claims for record in tagger.extract_batch(texts)] == [first.claims, second.claims]


def test_what_is_no_articles_is_refused(tagger):
    polars = pytest.importorskip("polars")

    class Frame:
        columns = ["text"]

        def __iter__(self):
            return iter(self.columns)

    for wrong in (polars.DataFrame(ROWS).lazy(), Frame(), 7, None):
        with pytest.raises(TypeError, match=f"DataFrame of pandas or polars .*, not .*{type(wrong).__name__}; hand over"):
            tagger.extract_batch(wrong)
    for one in (b"text", sayso.Article(TEXT), ROWS[1]):
        with pytest.raises(TypeError, match="this is one article"):
            tagger.extract_batch(one)


def test_claims_are_the_table_that_is_exported(run, tmp_path, lines):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    export = [ROOT / "scripts/sayso", "export", run, "--to", "parquet", "--out", tmp_path / "claims.parquet"]
    subprocess.run(export, check=True, capture_output=True)
    records = [sayso.Record.from_json(line) for line in lines]
    table = sayso.to_arrow(records)
    # An export knows all records, and so who speaks in several; this may be a part of them.
    exported = parquet.read_table(tmp_path / "claims.parquet").drop_columns(["speaker_corpus", "speaker_corpus_id"])
    assert pa.table(table).equals(exported)
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


def test_offsets_that_may_be_missing_stay_whole_numbers(lines):
    pytest.importorskip("pandas")
    records = [json.loads(line) for line in lines]
    claims = [claim for record in records for claim in record["claims"]]
    frame = sayso.to_pandas(map(sayso.Record.from_json, lines))
    for part in ("source", "cue"):
        starts = [claim[part] and claim[part]["start"] for claim in claims]
        column = frame[f"{part}_start"]
        assert str(column.dtype) == "Int64" and None in starts
        assert [None if start is None else int(start) for start in column.astype(object).where(column.notna(), None)] == starts
    assert not {"float64", "object"} & {str(frame[name].dtype) for name in frame if name.endswith(("_start", "_end"))}
    speakers = sayso.to_pandas(map(sayso.Record.from_json, lines), "speakers")
    assert str(speakers["speaker_named"].dtype) == "boolean"
