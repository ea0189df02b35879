//! What is exported and read back is what it was; what has been changed for the worse is told.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Format, Imported, read};
use crate::export::fixture;
use crate::export::{self, Piece};
use crate::gold::{Attribution, Fields, Gold, Hedge, Speaker};
use crate::record::{Record, Span};
use crate::span::Offsets;

const ROUNDS: [(export::Format, Format); 5] = [
    (export::Format::LabelStudio, Format::LabelStudio),
    (export::Format::Brat, Format::Brat),
    (export::Format::BratEvents, Format::Brat),
    (export::Format::Doccano, Format::Doccano),
    (export::Format::Inception, Format::Inception),
];

/// Exports records, lets `edit` change each file, and reads them back.
fn round(to: export::Format, from: Format, records: &[Record], edit: impl Fn(String) -> String) -> Imported {
    let folder = tempfile::tempdir().unwrap();
    let mut export = to.export(crate::export::csv::Mark::default());
    let mut pieces: Vec<Piece> = records.iter().flat_map(|record| export.record(record)).collect();
    pieces.extend(export.finish().map(Result::unwrap));
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for piece in pieces {
        let name = if piece.file.is_empty() { "file".to_owned() } else { piece.file };
        match files.iter_mut().find(|(known, _)| *known == name) {
            Some((_, bytes)) => bytes.extend(piece.bytes),
            None => files.push((name, piece.bytes)),
        }
    }
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, edit(String::from_utf8(bytes).unwrap())).unwrap();
    }
    let path = match from {
        Format::LabelStudio => folder.path().join("tasks.json"),
        Format::Doccano | Format::Report => folder.path().join("file"),
        Format::Brat | Format::Inception => folder.path().to_owned(),
    };
    read(from, &path).unwrap()
}

/// Label Studio makes an annotation of a prediction when somebody submits it.
fn submitted(tasks: String) -> String {
    let Ok(Value::Array(mut tasks)) = serde_json::from_str(&tasks) else { return tasks };
    for task in &mut tasks {
        task["annotations"] = task["predictions"].take();
    }
    Value::Array(tasks).to_string()
}

/// What a record is as gold; tools without attributes have no facts.
fn gold(record: &Record, with_facts: bool) -> Gold {
    let pair = |span: &Span| (span.start, span.end);
    let mut claims: Vec<_> = record.claims.iter().collect();
    let pairs = |spans: &[Span]| spans.iter().map(pair).collect::<Vec<_>>();
    let key = |c: &crate::record::Claimed| (pairs(&c.content), c.cue.as_ref().map(pair), c.source.as_ref().map(pair));
    claims.sort_by_key(|claim| key(claim));
    let named = |id: &String| &record.speakers.iter().find(|speaker| speaker.id == *id).unwrap().name;
    let fields = |claim: &crate::record::Claimed| Fields {
        quote: Some(claim.quote),
        attribution: claim.attribution,
        certainty: Some(claim.certainty),
        polarity: Some(claim.polarity),
        speaker: claim.speaker.as_ref().map(|id| Some(Speaker::named(named(id)))),
        ..Fields::default()
    };
    let places = |spans: &[Span]| spans.iter().map(|span| span.start..span.end).collect();
    let attributions = claims.iter().zip(1..).map(|(claim, number)| Attribution {
        id: format!("a{number}"),
        source: places(claim.source.as_slice()),
        cue: places(claim.cue.as_slice()),
        content: places(&claim.content),
        confidence: None,
        fields: if with_facts { fields(claim) } else { Fields::default() },
    });
    let hedges = record.hedges.iter().map(|hedge| Hedge {
        start: hedge.start,
        end: hedge.end,
        class: hedge.class.name().to_owned(),
        claim: Some(hedge.claim.as_ref().and_then(|id| claims.iter().position(|claim| claim.id == *id))),
    });
    let mut hedges: Vec<Hedge> = hedges.collect();
    hedges.sort_by_key(|hedge| (hedge.start, hedge.end, hedge.class.clone(), hedge.claim));
    let (attributions, hedges) = (Some(attributions.collect()), Some(hedges));
    Gold { id: record.id.clone(), text: record.text.clone(), attributions, hedges, ..Gold::default() }
}

/// Records of any shape over a text of several paragraphs, wide characters and odd line ends. Spans begin and end with
/// a letter, as brat cannot keep white space at an end.
fn records() -> impl Strategy<Value = Record> {
    let word = prop_oneof!["[a-z]{1,4}", Just("📉x".to_owned()), Just("e\u{301}".to_owned()), Just("“é漢”".to_owned())];
    let gap = prop_oneof![8 => Just(" "), 1 => Just("\n\n"), 1 => Just("\u{2028}"), 1 => Just(" \n")];
    let words = prop::collection::vec((word, gap), 12..30);
    let span = || (0..12usize, 1..4usize);
    let claim = (
        prop::option::of(span()),
        prop::option::of(span()),
        prop::collection::vec(span(), 1..4),
        0..3usize,
        0..4usize,
        0..4usize,
        any::<bool>(),
    );
    let hedge = (span(), 0..4usize, prop::option::of(0..5usize));
    (words, prop::collection::vec(claim, 0..5), prop::collection::vec(hedge, 0..5)).prop_map(|(words, claims, hedges)| {
        let mut text = String::new();
        let mut places = Vec::new();
        for (word, gap) in words {
            let start = text.chars().count();
            text += &word;
            places.push((start, text.chars().count()));
            text += gap;
        }
        let offsets = Offsets::new(&text);
        let span = |(first, length): (usize, usize)| {
            let (start, end) = (places[first].0, places[(first + length - 1).min(places.len() - 1)].1);
            let reads = offsets.span_of_code_points(start..end).unwrap().text(&text);
            json!({"start": start, "end": end, "text": reads})
        };
        let ids: Vec<String> = (0..claims.len()).map(|index| format!("c{}", index + 1)).collect();
        let claims = claims.into_iter().zip(&ids).map(|((source, cue, content, quote, kind, certainty, positive), id)| {
            let quote = ["direct", "indirect", "mixed"][quote];
            let certainty = ["certain", "probable", "possible", "underspecified"][certainty];
            let kind = ["communication", "attitude", "factive", "control"][kind];
            let mut content: Vec<Value> = content.into_iter().map(span).collect();
            content.sort_by_key(|s| (s["start"].as_u64(), s["end"].as_u64()));
            json!({
                "id": id, "speaker": source.map(|_| "s1"), "source": source.map(span), "cue": cue.map(span),
                "content": content, "quote": quote, "type": kind, "hedges": [],
                "certainty": certainty,
                "polarity": if positive { "positive" } else { "negative" }, "within": null, "sentences": [],
                "confidence": 0.5,
            })
        });
        let hedges = hedges.into_iter().zip(1..).map(|((place, class, claim), id)| {
            let mut hedge = span(place);
            hedge["id"] = format!("h{id}").into();
            hedge["class"] = ["epistemic", "doxastic", "condition", "investigation"][class].into();
            hedge["scope"] = Value::Null;
            hedge["claim"] = claim.and_then(|at| ids.get(at)).map_or(Value::Null, |id| id.as_str().into());
            hedge["confidence"] = 0.5.into();
            hedge
        });
        let (claims, hedges): (Vec<Value>, Vec<Value>) = (claims.collect(), hedges.collect());
        let speaker = json!({
            "id": "s1", "name": "A B", "kind": "group", "named": false, "role": null, "affiliation": null, "mentions": []
        });
        let mut record = serde_json::to_value(fixture::record()).unwrap();
        record["text"] = text.into();
        record["sentences"] = json!([]);
        record["speakers"] = json!([speaker]);
        record["claims"] = claims.into();
        record["hedges"] = hedges.into();
        serde_json::from_value(record).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn a_round_trip_keeps_claims_and_hedges(record in records()) {
        for (to, from) in ROUNDS {
            let read = round(to, from, std::slice::from_ref(&record), submitted);
            prop_assert!(read.rejects.is_empty(), "{:?}", read.rejects);
            let with_facts = matches!(from, Format::LabelStudio | Format::Brat);
            prop_assert_eq!(&read.gold, &[gold(&record, with_facts)], "{:?}", to);
        }
    }
}

#[test]
fn gold_has_the_form_that_is_scored() {
    let record = fixture::record();
    let records = std::slice::from_ref(&record);
    // A value is a choice in any case, or nothing.
    let edit = |file: String| {
        file.replace("type T1 attitude", "type T1 Control").replace("certainty T1 possible", "certainty T1 sure")
    };
    let read = round(export::Format::Brat, Format::Brat, records, edit);
    let gold = serde_json::to_value(&read.gold[0].attributions).unwrap();
    let first = json!({
        "id": "a1", "source": [[16, 24]], "cue": [[25, 28]], "content": [[2, 14]],
        "quote": "indirect", "type": "control", "polarity": "positive", "speaker": {"name": "analysts"},
    });
    assert_eq!(gold[0], first);
    assert_eq!(gold[2]["id"], "a3");
}

#[test]
fn carriage_returns_move_no_span() {
    let record = fixture::record();
    // As a Windows editor leaves the files, with brat counting each carriage return.
    let crlf = |file: String| {
        if !file.contains("\tContent ") {
            return file.replace('\n', "\r\n");
        }
        let text: Vec<char> = record.text.chars().collect();
        let moved = |at: &str| {
            let at: usize = at.parse().unwrap();
            (at + text[..at].iter().filter(|&&c| c == '\n').count()).to_string()
        };
        let line = |line: &str| {
            let mut columns: Vec<String> = line.split('\t').map(str::to_owned).collect();
            if line.starts_with('T') {
                let (label, places) = columns[1].split_once(' ').unwrap();
                let places = places.split(';').map(|p| p.split(' ').map(moved).collect::<Vec<_>>().join(" "));
                columns[1] = format!("{label} {}", places.collect::<Vec<_>>().join(";"));
            }
            columns.join("\t") + "\r\n"
        };
        file.lines().map(line).collect()
    };
    let read = round(export::Format::Brat, Format::Brat, std::slice::from_ref(&record), crlf);
    assert_eq!(read.gold, [gold(&record, true)]);
}

#[test]
fn what_no_longer_fits_costs_its_article_only() {
    let other = Record { id: "other".into(), ..fixture::record() };
    let records = [fixture::record(), other.clone()];
    /// Changes in the first of two.
    fn first(file: &str, from: &str, to: &str) -> String {
        assert!(file.contains(from), "no {from} in {file}");
        file.replacen(from, to, 1)
    }
    let cases: [(Format, &str, &str, &str); 5] = [
        (Format::LabelStudio, "Oil may fall, analysts", "Gas may fall, analysts", "was the text changed?"),
        (Format::LabelStudio, "\"to_id\":\"c1\"", "\"to_id\":\"gone\"", "leads to gone"),
        (Format::Doccano, "\"end_offset\":15", "\"end_offset\":15000", "leaves the text"),
        (Format::Doccano, "\"to_id\":2", "\"to_id\":3", "Source `analysts` belongs to no claim"),
        (Format::Doccano, "\"to_id\":1,", "\"to_id\":9,", "says nothing"),
    ];
    for (from, find, replace, reason) in cases {
        let to = ROUNDS.iter().find(|(_, format)| *format == from).unwrap().0;
        let read = round(to, from, &records, |file| {
            if file.contains(find) { submitted(first(&file, find, replace)) } else { submitted(file) }
        });
        assert_eq!(read.gold, [gold(&other, from == Format::LabelStudio)], "{replace}: {:?}", read.rejects);
        let [reject] = &read.rejects[..] else { panic!("{:?}", read.rejects) };
        assert_eq!(reject.id.as_deref(), Some("oil/1: Ünü"));
        assert!(reject.reason.contains("oil/1") && reject.reason.contains(reason), "{reject}");
    }
}

#[test]
fn other_labels_are_passed_over_unless_there_are_no_ours() {
    let record = fixture::record();
    let records = std::slice::from_ref(&record);
    let some = round(export::Format::Doccano, Format::Doccano, records, |file| file.replace("Investigation", "Person"));
    assert_eq!(some.other_labels.get("Person"), Some(&1));
    assert_eq!(some.gold[0].hedges.as_ref().map(Vec::len), Some(2));
    let none = round(export::Format::LabelStudio, Format::LabelStudio, records, |file| {
        submitted(file.replace("\"labels\":[\"", "\"labels\":[\"my "))
    });
    assert!(none.gold.is_empty() && none.rejects[0].reason.contains("none of sayso's"), "{:?}", none.rejects);
    let nobody = round(export::Format::LabelStudio, Format::LabelStudio, records, |file| file);
    assert_eq!((nobody.gold.len(), nobody.untouched), (0, 1), "a prediction is not gold");
}

#[test]
fn files_of_another_kind_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.json");
    for (format, content, reason) in [
        (Format::LabelStudio, "{}", "not a JSON array"),
        (Format::LabelStudio, r#"[{"text": "a", "label": []}]"#, "JSON-MIN"),
        (Format::Doccano, r#"{"id": 1, "text": "a", "label": []}"#, "a project with relations"),
        (Format::Inception, "<xml/>", "not JSON"),
        (Format::Inception, "{}", "not a UIMA CAS"),
    ] {
        fs::write(&path, content).unwrap();
        let read = read(format, &path).unwrap();
        assert!(read.gold.is_empty() && read.rejects[0].reason.contains(reason), "{:?}", read.rejects);
    }
    assert!(read(Format::Brat, folder.path()).is_err(), "no .ann");
    assert!(read(Format::Doccano, Path::new("/nowhere")).is_err());
}

#[test]
fn what_the_page_saved_is_gold_unless_it_makes_no_sense() {
    let line = |from: &str, to: &str| {
        let whole = r#"{"id": "a", "text": "Rain may fall, Ada said.", "attributions": [{"id": "c2", "source": [[15, 18]],
            "cue": [[19, 23]], "content": [[0, 13]], "quote": "indirect", "type": "communication", "certainty": "possible",
            "polarity": "positive", "within": null, "speaker": {"name": "Ada", "named": true}, "checked": true}],
            "cues": [{"start": 5, "end": 8, "class": "epistemic", "claim": 0}]}"#;
        whole.replace('\n', " ").replace(from, to)
    };
    let read_lines = |lines: &[String]| {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), lines.join("\n")).unwrap();
        read(Format::Report, file.path()).unwrap()
    };
    let good = line("", "");
    let written = serde_json::to_value(&read_lines(std::slice::from_ref(&good)).gold[0]).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(&good).unwrap());
    for (from, to, fault) in [
        ("[0, 13]", "[0, 25]", "a span 0-25 in a text of 24 characters"),
        ("[[0, 13]]", "[]", "has no content"),
        (r#""within": null"#, r#""within": "c1""#, "within c1, which is not there"),
        (r#""claim": 0"#, r#""claim": 1"#, "the hedge at 5"),
        ("possible", "perhaps", "unknown variant `perhaps`"),
    ] {
        let imported = read_lines(&[line(from, to), good.clone()]);
        assert_eq!(imported.gold.len(), 1);
        assert!(imported.rejects[0].reason.contains(fault), "{}", imported.rejects[0].reason);
    }
}
