//! Each export of one difficult text, sliced as its tool would slice it.

use std::collections::BTreeMap;

use bytes::Bytes;
use clap::ValueEnum;
use serde_json::Value;

use super::csv::Mark;
use super::fixture::record;
use super::{Format, Piece, table};
use crate::markup::{Facts, Label, Markup};
use crate::record::{Record, Span};
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::Field;

/// The files of an export.
fn files(format: Format, records: &[Record]) -> BTreeMap<String, Vec<u8>> {
    let mut export = format.export(Mark::default());
    let mut out: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let pieces: Vec<Piece> = records.iter().flat_map(|record| export.record(record)).collect();
    for piece in pieces.into_iter().chain(export.finish().map(Result::unwrap)) {
        out.entry(piece.file).or_default().extend(piece.bytes);
    }
    out
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// The label and text of every mark.
const MARKS: [(&str, &str); 10] = [
    ("Content", "Oil may fall"),
    ("Source", "analysts"),
    ("Cue", "say"),
    ("Content", "“If it does 🇳🇴, we’ll cut,”"),
    ("Content", "“Not before\nMay.”"),
    ("Source", "Zoe\u{308} Lind"),
    ("Cue", "said"),
    ("Content", "e\u{301}lan.\u{2028}End"),
    ("Epistemic", "may"),
    ("Condition", "If"),
];

/// The same, with the last.
fn marks() -> Vec<(String, String)> {
    let all = MARKS.into_iter().chain([("Investigation", "before\nMay")]);
    all.map(|(label, text)| (label.to_owned(), text.to_owned())).collect()
}

/// As Python slices.
fn code_points(text: &str, start: &Value, end: &Value) -> String {
    let (start, end) = (start.as_u64().unwrap() as usize, end.as_u64().unwrap() as usize);
    text.chars().collect::<Vec<_>>()[start..end].iter().collect()
}

/// As JavaScript and Java slice.
fn utf16(text: &str, start: &Value, end: &Value) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    String::from_utf16(&units[start.as_u64().unwrap() as usize..end.as_u64().unwrap() as usize]).unwrap()
}

fn string(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn label_studio_slices_code_points() {
    let files = files(Format::LabelStudio, &[record(), Record { id: "2".into(), ..record() }]);
    let tasks = json(&files["tasks.json"]);
    assert_eq!(tasks.as_array().unwrap().len(), 2);
    let text = tasks[0]["data"]["text"].as_str().unwrap();
    let results = tasks[0]["predictions"][0]["result"].as_array().unwrap();
    let regions = results.iter().filter(|r| r["type"] == "labels");
    let found: Vec<_> = regions
        .map(|r| {
            let value = &r["value"];
            let slice = code_points(text, &value["start"], &value["end"]);
            assert_eq!(value["text"], slice.as_str());
            (string(&value["labels"][0]), slice)
        })
        .collect();
    assert_eq!(found, marks());
    let relations: Vec<_> = results
        .iter()
        .filter(|r| r["type"] == "relation")
        .map(|r| format!("{} {} {}", r["from_id"], r["labels"][0], r["to_id"]).replace('"', ""))
        .collect();
    assert_eq!(
        relations,
        [
            "c1 source source-16",
            "c1 cue cue-25",
            "c2 continues c2.2",
            "c2 source source-59",
            "c2 cue cue-69",
            "c3 source source-59",
            "h1 hedges c1",
            "h2 hedges c2"
        ]
    );
    let claims: Vec<&String> = tasks[0]["data"]["claims"].as_object().unwrap().keys().collect();
    assert_eq!(
        claims,
        ["0.50 c2 Zoe\u{308} Lind", "0.93 c1 analysts", "1.00 c3 Zoe\u{308} Lind"],
        "the doubtful first"
    );
    let config = String::from_utf8(files["labels.xml"].clone()).unwrap();
    assert!(config.contains("<Table name=\"claims\" value=\"$claims\"/>"), "{config}");
    let names = Label::ALL.map(|label| format!("<Label value=\"{}\"", label.name())).into_iter();
    let choices = Facts::CHOICES.into_iter().flat_map(|(name, values)| {
        let values = values.iter().map(|value| format!("<Choice value=\"{value}\"/>"));
        values.chain([format!("<Choices name=\"{name}\"")])
    });
    let relations = Markup::relations().into_iter().map(|(name, ..)| format!("<Relation value=\"{name}\"/>"));
    for tag in names.chain(choices).chain(relations) {
        assert!(config.contains(&tag), "no {tag} in the configuration");
    }
}

#[test]
fn doccano_slices_utf16() {
    let line = json(&files(Format::Doccano, &[record()])[""]);
    let text = line["text"].as_str().unwrap();
    let entities = line["entities"].as_array().unwrap();
    let found: Vec<_> =
        entities.iter().map(|e| (string(&e["label"]), utf16(text, &e["start_offset"], &e["end_offset"]))).collect();
    assert_eq!(found, marks());
    assert_eq!(line["relations"][2]["type"], "continues");
    assert_eq!(line["article"], "oil/1: Ünü");
}

#[test]
fn brat_slices_lines_of_code_points() {
    for format in [Format::Brat, Format::BratEvents] {
        let files = files(format, &[record()]);
        let text = String::from_utf8(files["oil/1~3A~20~C3~9Cn~C3~BC.txt"].clone()).unwrap();
        let lines = String::from_utf8(files["oil/1~3A~20~C3~9Cn~C3~BC.ann"].clone()).unwrap();
        let found: Vec<_> = lines
            .lines()
            .filter(|line| line.starts_with('T'))
            .map(|line| {
                let [_, body, reads] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
                let (label, places) = body.split_once(' ').unwrap();
                let parts = places.split(';').map(|place| {
                    let (start, end) = place.split_once(' ').unwrap();
                    code_points(&text, &start.parse::<u64>().unwrap().into(), &end.parse::<u64>().unwrap().into())
                });
                let parts: Vec<String> = parts.collect();
                assert!(parts.iter().all(|part| !part.contains(['\n', '\u{2028}'])), "{parts:?}");
                assert_eq!(parts.join(" "), reads);
                (label.to_owned(), reads.to_owned())
            })
            .collect();
        let one_line = |text: &str| text.replace(['\n', '\u{2028}'], " ");
        let wanted: Vec<_> = marks().into_iter().map(|(label, text)| (label, one_line(&text))).collect();
        assert_eq!(found[..wanted.len()], wanted);
        let last: Vec<&str> = lines.lines().filter(|line| line.starts_with(['R', 'E'])).collect();
        let configuration = String::from_utf8(files["annotation.conf"].clone()).unwrap();
        if format == Format::Brat {
            assert_eq!(last[2..4], ["R3\tcontinues Arg1:T4 Arg2:T5", "R4\tsource Arg1:T4 Arg2:T6"]);
            assert!(configuration.contains("hedges\tArg1:Epistemic|Doxastic|Condition|Investigation, Arg2:Content"));
        } else {
            assert_eq!(last[1], "E2\tAttribution:T13 Content:T4 Content2:T5 Source:T6 Cue:T7 Hedge:T10");
            assert_eq!(found[12], ("Attribution".to_owned(), "said".to_owned()));
            assert_eq!(found[13].1, "e\u{301}lan. End", "without a cue the content is the trigger");
        }
    }
    assert!(
        Format::Brat.export(Mark::default()).warning(&record()).is_some(),
        "brat's page shifts spans after an emoji"
    );
}

/// What Prodigy gets of a record; its tokens are the text, and each span begins and ends with one.
fn prodigy(record: Record) -> (Value, Vec<(String, String)>) {
    let line = json(&files(Format::Prodigy, &[record])[""]);
    let text = line["text"].as_str().unwrap();
    let tokens = line["tokens"].as_array().unwrap();
    let mut whole = String::new();
    for (token, id) in tokens.iter().zip(0..) {
        assert_eq!(token["id"], id);
        assert_eq!(token["text"], code_points(text, &token["start"], &token["end"]).as_str());
        assert_ne!(token["text"], "");
        whole += token["text"].as_str().unwrap();
        whole += if token["ws"] == true { " " } else { "" };
    }
    assert_eq!(whole, text);
    let found = line["spans"].as_array().unwrap().iter().map(|span| {
        let token = |edge: &str| &tokens[span[edge].as_u64().unwrap() as usize];
        assert_eq!((&token("token_start")["start"], &token("token_end")["end"]), (&span["start"], &span["end"]));
        (string(&span["label"]), code_points(text, &span["start"], &span["end"]))
    });
    let found = found.collect();
    (line, found)
}

#[test]
fn prodigy_spans_lie_on_tokens() {
    let (line, found) = prodigy(record());
    assert_eq!(found, marks());
    let words: Vec<String> =
        line["tokens"].as_array().unwrap()[..6].iter().map(|token| string(&token["text"])).collect();
    assert_eq!(words, ["📉", "Oil", "may", "fall", ",", "analysts"], "spaces belong to the words before");
    let relation = &line["relations"][0];
    assert_eq!((&relation["head"], &relation["label"]), (&relation["head_span"]["token_end"], &"source".into()));

    // Marks that begin or end with a space.
    let mut spaced = record();
    spaced.claims[0].content[0] = Span { start: 1, end: 9, text: " Oil may".into() };
    spaced.claims[0].source = Some(Span { start: 16, end: 25, text: "analysts ".into() });
    let (_, found) = prodigy(spaced);
    assert!(found.contains(&("Content".into(), " Oil may".into())), "{found:?}");
    assert!(found.contains(&("Source".into(), "analysts ".into())), "{found:?}");
}

#[test]
fn inception_slices_utf16() {
    let cas = json(&files(Format::Inception, &[record()])["oil~2F1~3A~20~C3~9Cn~C3~BC.json"]);
    let structures = cas["%FEATURE_STRUCTURES"].as_array().unwrap();
    let text = structures[0]["sofaString"].as_str().unwrap();
    let types: Vec<_> =
        cas["%TYPES"].as_object().unwrap().keys().filter_map(|name| name.strip_prefix("custom.")).collect();
    assert_eq!(types, ["Span", "Relation"]);
    let of = |kind: &str| structures.iter().filter(move |s| s["%TYPE"] == kind).collect::<Vec<_>>();
    let slice = |s: &Value| utf16(text, &s["begin"], &s["end"]);
    let spans = of("custom.Span");
    let found: Vec<_> = spans.iter().map(|s| (string(&s["label"]), slice(s))).collect();
    assert_eq!(found, marks());
    for relation in of("custom.Relation") {
        let dependent = &structures[relation["@Dependent"].as_u64().unwrap() as usize - 1];
        assert_eq!(slice(relation), slice(dependent), "INCEpTION wants it so");
    }
    let sentences = of("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence");
    assert_eq!(slice(sentences[1]), "𝒮he denied e\u{301}lan.");
    let tokens = of("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token");
    assert_eq!(slice(tokens[0]), "📉");
}

#[test]
fn web_annotations_select_code_points() {
    let record = record();
    let page = json(&files(Format::WebAnnotation, std::slice::from_ref(&record))[""]);
    let items = page["first"]["items"].as_array().unwrap();
    let mut found = Vec::new();
    for item in items {
        for target in item["target"].as_array().unwrap() {
            let [position, quote] = [&target["selector"][0], &target["selector"][1]];
            let slice = code_points(&record.text, &position["start"], &position["end"]);
            assert_eq!(quote["exact"], slice.as_str());
            let around = ["prefix", "exact", "suffix"].map(|part| string(&quote[part])).concat();
            assert!(record.text.contains(&around), "{around}");
            found.push((string(&item["body"][0]["value"]), slice));
        }
    }
    assert_eq!(found, marks());
    assert_eq!(items[1]["id"], "urn:sayso:oil/1%3A%20%C3%9Cn%C3%BC#source-16");
    assert_eq!(items[1]["body"][1]["source"], items[0]["id"]);
    assert_eq!(
        (&items[0]["body"][2]["value"], &items[0]["body"][3]["value"]),
        (&"type: attitude".into(), &"certainty: possible".into())
    );
}

#[test]
fn tables_agree() {
    let records = [record(), Record { id: "2".into(), ..record() }];
    let lines = String::from_utf8(files(Format::Claims, &records).remove("").unwrap()).unwrap();
    let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 6);
    assert_eq!(rows[1]["content"], "“If it does 🇳🇴, we’ll cut,” … “Not before\nMay.”");
    assert_eq!(rows[1]["content_spans"], "31-58; 75-92");
    let offsets = ["source_start", "source_end", "cue_start", "cue_end", "content_start", "content_end"];
    assert_eq!(offsets.map(|name| rows[0][name].as_u64()), [16, 24, 25, 28, 2, 14].map(Some));
    assert_eq!((&rows[2]["cue_start"], &rows[2]["cue_end"]), (&Value::Null, &Value::Null));
    assert_eq!((&rows[4]["article"], &rows[4]["speaker_kind"]), (&"2".into(), &"person".into()));
    assert_eq!((&rows[0]["type"], &rows[0]["speaker_confidence"]), (&"attitude".into(), &0.875.into()));
    assert_eq!(rows[1]["speaker_confidence"], Value::Null);
    let columns: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    let after = |name: &str| columns[columns.iter().position(|column| *column == name).unwrap() + 1].as_str();
    assert_eq!((after("quote"), after("speaker_id")), ("type", "speaker_corpus"));
    assert_eq!(
        (after("speaker_corpus_id"), &rows[0]["speaker_corpus"]),
        ("speaker_confidence", &Value::Null),
        "nobody asked"
    );

    let bytes = files(Format::Csv, &records).remove("").unwrap();
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").expect("Excel needs the mark");
    let mut reader = csv::Reader::from_reader(body);
    let names = reader.headers().unwrap().clone();
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let cells: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(cells.len(), rows.len());
    for (cells, row) in cells.iter().zip(&rows) {
        for (name, found) in names.iter().zip(cells) {
            assert_eq!(found, cell(&row[name]), "{name}");
        }
    }

    let bytes = Bytes::from(files(Format::Parquet, &records).remove("").unwrap());
    let reader = SerializedFileReader::new(bytes).unwrap();
    let cell = |field: &Field| match field {
        Field::Null => Value::Null,
        Field::Bool(flag) => (*flag).into(),
        Field::Long(number) => (*number).into(),
        Field::Double(number) => (*number).into(),
        Field::Str(text) => text.as_str().into(),
        other => panic!("{other}"),
    };
    for (cells, row) in reader.get_row_iter(None).unwrap().zip(&rows) {
        let cells: serde_json::Map<String, Value> =
            cells.unwrap().get_column_iter().map(|(name, field)| (name.clone(), cell(field))).collect();
        assert_eq!(&Value::Object(cells), row);
    }
    assert_eq!(reader.metadata().file_metadata().num_rows(), 6);
}

#[test]
fn hedges_and_speakers_have_tables_too() {
    fn column<T>(table: &table::Table<T>, name: &str) -> Vec<Value> {
        let record = record();
        let column = table.columns.iter().find(|column| column.name == name).unwrap();
        let cells = (table.rows)(&record).iter().map(|row| serde_json::to_value(column.cell(&record, row)).unwrap());
        cells.collect()
    }
    assert_eq!(column(&table::hedges(), "text"), ["may", "If", "before\nMay"]);
    assert_eq!(column(&table::hedges(), "article")[0], record().id.as_str());
    let record = record();
    let of = |speaker: &crate::record::Speaker| {
        record.claims.iter().filter(|claim| claim.speaker.as_ref() == Some(&speaker.id)).count().into()
    };
    assert_eq!(column(&table::speakers(), "claims"), record.speakers.iter().map(of).collect::<Vec<Value>>());
}

#[test]
fn nothing_is_still_a_file() {
    assert_eq!(json(&files(Format::LabelStudio, &[])["tasks.json"]), serde_json::json!([]));
    assert_eq!(json(&files(Format::WebAnnotation, &[])[""])["first"]["items"], serde_json::json!([]));
    let parquet = Bytes::from(files(Format::Parquet, &[]).remove("").unwrap());
    assert_eq!(SerializedFileReader::new(parquet).unwrap().metadata().file_metadata().num_rows(), 0);
}

#[test]
fn brat_s_configuration_is_of_its_style() {
    let of = |format| String::from_utf8(files(format, &[record()]).remove("annotation.conf").unwrap()).unwrap();
    let (relations, events) = (of(Format::Brat), of(Format::BratEvents));
    for (name, _, to) in Markup::relations() {
        let line = format!("\n{name}\tArg1:");
        assert!(relations.contains(&line) && !events.contains(&line), "{name} {}", to.name());
    }
    assert!(events.contains("\nAttribution\tSource*:Source") && !relations.contains("Attribution"));
    assert!(events.contains("Arg:<EVENT>") && !relations.contains("<EVENT>"));
}

#[test]
fn what_is_a_prediction_has_the_mean_of_its_claims_confidences() {
    let score = |records: &[Record]| {
        json(&files(Format::LabelStudio, records)["tasks.json"])[0]["predictions"][0]["score"].clone()
    };
    assert_eq!(score(&[record()]), 0.8104);
    assert_eq!(score(&[Record { claims: Vec::new(), hedges: Vec::new(), ..record() }]), 0.0);
}

#[test]
fn tables_alone_name_speakers_of_the_corpus() {
    let tables: Vec<_> = Format::value_variants().iter().filter(|format| format.is_table()).collect();
    assert_eq!(tables, [&Format::Csv, &Format::Parquet, &Format::Claims, &Format::Xlsx, &Format::Sqlite]);
}
