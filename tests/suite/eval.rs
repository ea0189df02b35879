//! `sayso eval`: its tables are those of the reference scorer, in Python, to the last digit; what is expected here was
//! printed by it.

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, starts_with};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder with `gold.jsonl` and `records.jsonl`.
struct Case(TempDir);

impl Case {
    fn new(gold: &[Value], records: &[Value]) -> Self {
        let lines = |rows: &[Value]| rows.iter().map(|row| format!("{row}\n")).collect::<String>();
        Self::of_text(&lines(gold), &lines(records))
    }

    fn of_text(gold: &str, records: &str) -> Self {
        let case = Self(TempDir::new().expect("a folder can be made"));
        fs::write(case.path("gold.jsonl"), gold).expect("gold can be written");
        fs::write(case.path("records.jsonl"), records).expect("records can be written");
        case
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn eval(&self, options: &[&str]) -> assert_cmd::assert::Assert {
        let mut command = Command::cargo_bin("sayso").expect("the program is built");
        command.arg("eval").arg(self.path("gold.jsonl")).arg(self.path("records.jsonl"));
        command.args(options).assert()
    }
}

/// Start and end, in code points, of the first place where `part` stands.
fn place(text: &str, part: &str) -> (usize, usize) {
    let byte = text.find(part).unwrap_or_else(|| panic!("`{part}` is not in the text"));
    let start = text[..byte].chars().count();
    (start, start + part.chars().count())
}

/// Source, cue and the content's fragments, by their text; an empty one is none.
type Parts<'a> = (&'a str, &'a str, &'a [&'a str]);

fn gold_attribution(text: &str, (source, cue, content): Parts<'_>) -> Value {
    let spans = |parts: &[&str]| -> Vec<_> { parts.iter().filter(|p| !p.is_empty()).map(|p| place(text, p)).collect() };
    json!({"source": spans(&[source]), "cue": spans(&[cue]), "content": spans(content)})
}

fn claim(text: &str, (source, cue, content): Parts<'_>, confidence: f64) -> Value {
    let span = |part: &str| {
        let (start, end) = place(text, part);
        json!({"start": start, "end": end, "text": part})
    };
    let or_null = |part: &str| if part.is_empty() { Value::Null } else { span(part) };
    let content: Vec<_> = content.iter().map(|part| span(part)).collect();
    json!({"source": or_null(source), "cue": or_null(cue), "content": content, "confidence": confidence})
}

const QUAY: &str = "“The quay is safe,” said Ada Quill of the Zoë Café 😀 group, “and the cranes are new.” She added \
    that nobody had asked. Officials doubt it, and so does the union: it fears naïve plans.";
const MILL: &str = "The mill will close, Ben Oru and Cy Dahl said. According to a 2½-page report, ΔT rose by 3.5_x \
    last year. Wages fell; wages fell again. हिन्दी papers reported losses in the north and south of the province.";

/// Edges off by marks and by words, fragments, sharers of a content, a double, an empty content, and an overlap of
/// just a half; a text beyond ASCII.
fn attributions() -> Case {
    let gold = [
        json!({"id": "quay", "text": QUAY, "attributions": [
            gold_attribution(QUAY, ("Ada Quill of the Zoë Café 😀 group", "said", &["“The quay is safe,”", "“and the cranes are new.”"])),
            gold_attribution(QUAY, ("She", "added", &["that nobody had asked"])),
            gold_attribution(QUAY, ("Officials", "doubt", &["it"])),
            gold_attribution(QUAY, ("it", "fears", &["naïve plans"])),
        ]}),
        json!({"id": "mill", "text": MILL, "annotations": [{"annotator": "x", "attributions": [
            gold_attribution(MILL, ("Ben Oru", "said", &["The mill will close"])),
            gold_attribution(MILL, ("Cy Dahl", "said", &["The mill will close"])),
            gold_attribution(MILL, ("a 2½-page report", "According to", &["ΔT rose by 3.5_x last year"])),
            gold_attribution(MILL, ("", "", &["Wages fell; wages fell again."])),
            gold_attribution(MILL, ("हिन्दी papers", "reported", &["in the north and south of the province"])),
        ]}, {"annotator": "y", "attributions": []}]}),
        json!({"id": "gone", "text": "Nothing is left.", "attributions": [
            gold_attribution("Nothing is left.", ("", "", &["Nothing is left"])),
        ]}),
    ];
    let records = [
        json!({"id": "mill", "claims": [
            claim(MILL, ("Ben Oru", "said", &["The mill will close,"]), 0.93),
            claim(MILL, ("report", "According to a", &["ΔT rose by 3."]), 0.81),
            claim(MILL, ("", "", &["Wages fell", "wages fell again"]), 0.4),
            claim(MILL, ("", "", &["Wages fell", "wages fell again"]), 0.3),
            claim(MILL, ("papers", "reported", &["north and south of"]), 0.77),
            claim(MILL, ("papers", "reported", &[]), 0.1),
        ]}),
        json!({"id": "quay", "text": QUAY, "sentences": [place(QUAY, QUAY)], "claims": [
            claim(QUAY, ("Ada Quill", "said", &["“The quay is safe", "the cranes are new"]), 0.99),
            claim(QUAY, ("", "added", &["that nobody had asked. Officials"]), 0.62),
            claim(QUAY, ("the union: it", "doubt it, and so does the union: it fears naïve plans", &["naïve"]), 0.58),
            claim(QUAY, ("the union", "does", &["She added that"]), 1.0),
        ], "hedges": []}),
        json!({"id": "unasked", "claims": [claim(QUAY, ("She", "added", &["that nobody had asked"]), 0.9)]}),
    ];
    Case::new(&gold, &records)
}

fn hedges() -> Case {
    const TEXT: &str = "The naïve plan may fail, it seems; if it does, the board would – perhaps – investigate whether \
        anyone believed it might work.";
    let hedge = |part: &str, class: &str| {
        let (start, end) = place(TEXT, part);
        json!({"start": start, "end": end, "class": class})
    };
    let gold = [
        json!({"id": "a", "text": TEXT, "cues": [
            hedge("may", "epistemic"), hedge("seems", "epistemic"), hedge("if", "condition"),
            hedge("would", "condition"), hedge("perhaps", "epistemic"), hedge("investigate whether", "investigation"),
            hedge("believed", "doxastic"), hedge("might", "epistemic"),
        ]}),
        json!({"id": "b", "text": "None.", "cues": []}),
    ];
    let records = [json!({"id": "a", "claims": [], "hedges": [
        hedge("may ", "epistemic"), hedge("it seems", "epistemic"), hedge("if", "doxastic"),
        hedge("– perhaps –", "epistemic"), hedge("perhaps", "epistemic"), hedge("whether", "investigation"),
        hedge("believed", "doxastic"), hedge("work", "rumour"),
    ]})];
    Case::new(&gold, &records)
}

#[test]
fn attributions_score_as_the_reference_does() {
    let table = "\
figure                      P      R     F1    gold
token_source             66.7   27.3   38.7      22
span_source              14.3   12.5   13.3       8
fragment_source          14.3   12.5   13.3       8
token_cue                44.4  100.0   61.5       8
span_cue                 50.0   50.0   50.0       8
fragment_cue             50.0   50.0   50.0       8
token_content            90.9   69.8   78.9      43
span_content             22.2   20.0   21.1      10
fragment_content         16.7   18.2   17.4      11
attr_content             70.0   70.0   70.0      10
attr_full                40.0   40.0   40.0      10
source_given             57.1   57.1   57.1       7
";
    let told = "1 of 3 gold articles have no record, gone first; they count as empty\n";
    attributions().eval(&[]).success().stdout(table).stderr(told);
}

#[test]
fn ties_round_to_the_even_digit_as_in_the_reference() {
    let text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen";
    let gold = json!({"id": "a", "text": text, "attributions": [
        gold_attribution(text, ("one", "six seven eight", &["two three four five"])),
    ]});
    let record =
        json!({"id": "a", "claims": [claim(text, (text, text, &["one two three four five six seven eight"]), 1.0)]});
    let table = "\
figure                      P      R     F1    gold
token_source              6.2  100.0   11.8       1
span_source               0.0    0.0    0.0       1
fragment_source           0.0    0.0    0.0       1
token_cue                18.8  100.0   31.6       3
span_cue                  0.0    0.0    0.0       1
fragment_cue              0.0    0.0    0.0       1
token_content            50.0  100.0   66.7       4
span_content              0.0    0.0    0.0       1
fragment_content          0.0    0.0    0.0       1
attr_content            100.0  100.0  100.0       1
attr_full               100.0  100.0  100.0       1
source_given            100.0  100.0  100.0       1
";
    // 6.25 and 18.75; and an overlap of just a half counts.
    Case::new(&[gold], &[record]).eval(&[]).success().stdout(table);
}

#[test]
fn hedges_score_as_the_reference_does() {
    let table = "\
figure                      P      R     F1    gold
token_any                75.0   66.7   70.6       9
span_any                 50.0   50.0   50.0       8
token_epistemic          75.0   75.0   75.0       4
span_epistemic           50.0   50.0   50.0       4
token_doxastic           50.0  100.0   66.7       1
span_doxastic            50.0  100.0   66.7       1
token_condition           0.0    0.0    0.0       2
span_condition            0.0    0.0    0.0       2
token_investigation     100.0   50.0   66.7       2
span_investigation        0.0    0.0    0.0       1
";
    hedges().eval(&[]).success().stdout(table).stderr(contains("1 of 2 gold articles have no record, b first"));
}

#[test]
fn details_and_errors_follow_the_table() {
    let output = attributions().eval(&["--details", "--errors", "1"]).success().get_output().stdout.clone();
    let output = String::from_utf8(output).expect("the output is text");
    let parts = ["attr_full", "by ", "quote type", "confidence ", "expected calibration error: ", "misses: 1 of "];
    let places: Vec<_> = parts.iter().map(|part| output.find(part)).collect();
    assert!(places.is_sorted() && places[0].is_some(), "{places:?}\n{output}");
    assert!(output.lines().all(|line| line.chars().count() <= 100), "{output}");
}

#[test]
fn json_has_all_the_figures() {
    let output = attributions().eval(&["--json", "--errors", "2"]).success().get_output().stdout.clone();
    let report: Value = serde_json::from_slice(&output).expect("the output is JSON");
    let figures = report["attributions"]["figures"].as_array().expect("figures are a list");
    let full = figures.iter().find(|figure| figure["name"] == "attr_full").expect("attr_full is a figure");
    assert_eq!((&full["found"], &full["gold"]), (&json!(10), &json!(10)));
    assert_eq!(report["missing"], json!(["gone"]));
    assert_eq!(report["hedges"], Value::Null);
    assert_eq!(report["attributions"]["breakdowns"][0]["by"], "quote type");
    assert_eq!(report["attributions"]["calibration"]["bins"].as_array().map(Vec::len), Some(10));
    assert_eq!(report["errors"]["misses"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_folder_of_records_will_do() {
    let case = hedges();
    let mut command = Command::cargo_bin("sayso").expect("the program is built");
    command.arg("eval").arg(case.path("gold.jsonl")).arg(case.0.path()).assert().success();
}

#[test]
fn cofenets_protocol_scores_fragments() {
    let items = [json!({"id": "a_x", "tokens": ["``", "Go", ",", "''", "she", "said", "."],
        "labels": ["B-content", "I-content", "I-content", "B-content", "B-source", "B-cue", "O"]})];
    let text = "“Go,” she said.";
    let records = [json!({"id": "a", "text": text, "claims": [claim(text, ("she", "", &["“Go,”"]), 1.0)]})];
    let table = "\
figure                      P      R     F1    gold
source                  100.0  100.0  100.0       1
cue                       0.0    0.0    0.0       1
content                 100.0  100.0  100.0       1
all                     100.0   66.7   80.0       3
";
    let case = Case::new(&items, &records);
    case.eval(&["--protocol", "cofenet"]).success().stdout(table).stderr("");
    let refused = case.eval(&["--protocol", "cofenet", "--details"]).failure();
    refused.stderr(contains("leave out --details"));
}

#[test]
fn errors_name_the_line_and_the_remedy() {
    let article = r#"{"id": "a", "text": "Yes.", "attributions": []}"#;
    let hedged = r#"{"id": "b", "text": "Yes.", "cues": []}"#;
    let record = r#"{"id": "a", "claims": []}"#;
    for (gold, records, message) in [
        (format!("{article}\n\nno JSON"), record.into(), "gold.jsonl:3: not a line of gold, which is JSON with `id`"),
        (r#"{"id": "a", "text": "Yes."}"#.into(), record.into(), "gold.jsonl:1: neither `attributions` nor"),
        (r#"{"id": "a", "text": "Yes.", "annotations": []}"#.into(), record.into(), "gold.jsonl:1: no annotator"),
        (format!("{article}\n{hedged}"), record.into(), "gold.jsonl:2: annotated with something else"),
        (String::new(), record.into(), "gold.jsonl: nothing to score against"),
        (article.into(), format!("{record}\n{record}"), "records.jsonl:2: a second record of `a`, after"),
        (article.into(), r#"{"claims": []}"#.into(), "records.jsonl:1: not a record"),
        (article.into(), r#"{"id": "a", "claims": [{"cue": 3}]}"#.into(), "records.jsonl:1: not a record"),
    ] {
        let said = starts_with("error: ").and(contains(message));
        Case::of_text(&gold, &records).eval(&[]).code(1).stdout("").stderr(said);
    }
    let case = attributions();
    fs::write(case.path("records.jsonl"), b"{}\n\xff").expect("records can be written");
    case.eval(&[]).code(1).stderr(contains("records.jsonl:1: not a record"));
    fs::write(case.path("records.jsonl"), b"\n\xff").expect("records can be written");
    case.eval(&[]).code(1).stderr(contains("records.jsonl:2: cannot be read").and(contains("UTF-8")));
    let mut command = Command::cargo_bin("sayso").expect("the program is built");
    let said = contains("nowhere.jsonl: cannot be read; check the path");
    command.args(["eval", "nowhere.jsonl", "nowhere.jsonl"]).assert().code(1).stderr(said);
}

#[test]
fn speakers_are_scored_by_form_and_as_clusters() {
    let text = "Ana Ruiz spoke. Ruiz said no. She left. Traders sold.";
    let at = |part: &str| {
        let start = text.find(part).expect("the part is in the text");
        (start, start + part.len())
    };
    let mention = |part: &str, entity: usize, name: Option<&str>, kind: &str, form: &str| {
        let (start, end) = at(part);
        json!({"start": start, "end": end, "entity": entity, "name": name, "kind": kind, "form": form})
    };
    let gold = json!({"id": "a", "mentions": [
        mention("Ana Ruiz", 1, Some("Ana Ruiz"), "person", "name"),
        mention("Ruiz said", 1, Some("Ana Ruiz"), "person", "surname"),
        mention("She", 1, Some("Ana Ruiz"), "person", "pronoun"),
        mention("Traders", 2, None, "group", "nominal"),
    ]});
    let said = |part: &str, speaker: Option<&str>| {
        let (start, end) = at(part);
        json!({"speaker": speaker, "source": {"start": start, "end": end}})
    };
    let speaker =
        |id: &str, name: &str, kind: &str, named: bool| json!({"id": id, "name": name, "kind": kind, "named": named});
    let record = json!({"id": "a", "text": text,
        "speakers": [speaker("s1", "Ana Ruiz", "person", true), speaker("s2", "Leo Bell", "person", true)],
        "claims": [said("Ana Ruiz", Some("s1")), said("Ruiz said", Some("s1")), said("She", Some("s2")), said("Traders", None)]});
    let table = "\
right speaker               %  claims
name                    100.0       1
surname                 100.0       1
pronoun                   0.0       1
none                    100.0       1
kind                    100.0       3

mentions                    P      R     F1     found
b_cubed                 100.0   66.7   80.0       4/4
a:30: She: Ana Ruiz, found Leo Bell
";
    let case = Case::new(&[gold], &[record]);
    case.eval(&["--speakers", "--errors", "5"]).success().stdout(table);
    let alone = case.eval(&["--speakers", "--gold-sources"]).success().get_output().stdout.clone();
    let alone = String::from_utf8(alone).expect("the output is text");
    assert!(alone.contains("pronoun                 100.0       1"), "resolved anew: {alone}");
}
