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
    let mut nested = claim(text, ("", "said", &["“Go,”"]), 1.0);
    nested["within"] = "c1".into();
    let claims = json!([claim(text, ("she", "", &["“Go,”"]), 1.0), nested]);
    let records = [json!({"id": "a", "text": text, "claims": claims})];
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
    Case::new(&[gold], &[record]).eval(&["--speakers", "--errors", "5"]).success().stdout(table);
}

const PIER: &str = "The ferry is late, said harbour master Ana Ruiz of the Skerry Line. She believes the crew may strike. “We never \
    agreed,” replied a young spokesman for the crew. The ministry urged both sides to talk. Leo Bell noted that Ruiz hoped \
    to meet them. Reportedly the pier is closed.";

/// Source, cue and content; quote, type, certainty and polarity; the claim that it stands in.
type Said<'a> = (Parts<'a>, [&'a str; 4], Option<&'a str>);

const PIER_SAID: [Said<'_>; 7] = [
    (
        ("harbour master Ana Ruiz of the Skerry Line", "said", &["The ferry is late"]),
        ["indirect", "communication", "certain", "positive"],
        None,
    ),
    (("She", "believes", &["the crew may strike"]), ["indirect", "attitude", "possible", "positive"], None),
    (
        ("a young spokesman for the crew", "replied", &["“We never agreed,”"]),
        ["direct", "communication", "certain", "negative"],
        None,
    ),
    (("The ministry", "urged", &["both sides to talk"]), ["indirect", "control", "certain", "positive"], None),
    (
        ("Leo Bell", "noted", &["that Ruiz hoped to meet them"]),
        ["indirect", "communication", "certain", "positive"],
        None,
    ),
    (("Ruiz", "hoped", &["to meet them"]), ["indirect", "attitude", "possible", "positive"], Some("5")),
    (("", "Reportedly", &["the pier is closed"]), ["indirect", "communication", "probable", "positive"], None),
];

fn with_fields(mut row: Value, number: usize, (_, fields, within): Said<'_>, prefix: &str) -> Value {
    row["id"] = format!("{prefix}{number}").into();
    for (name, value) in ["quote", "type", "certainty", "polarity"].into_iter().zip(fields) {
        row[name] = value.into();
    }
    row["within"] = within.map(|outer| format!("{prefix}{outer}")).into();
    row
}

/// Gold that says all there is to say; it has no text of its own.
fn pier_gold() -> Value {
    let speaker = |name: &str, kind: &str, named: bool, role: Option<&str>, affiliation: Option<&str>| json!({"name": name, "kind": kind, "named": named, "role": role, "affiliation": affiliation});
    let ruiz = speaker("Ana Ruiz", "person", true, Some("harbour master"), Some("Skerry Line"));
    let spokesman = speaker("young spokesman for the crew", "person", false, Some("spokesman"), Some("the crew"));
    let ministry = speaker("ministry", "organization", false, None, None);
    let bell = speaker("Leo Bell", "person", true, None, None);
    let speakers = [ruiz.clone(), ruiz.clone(), spokesman, ministry, bell, ruiz, Value::Null];
    let rows = PIER_SAID.into_iter().zip(speakers).zip(1..).map(|((said, speaker), number)| {
        let mut row = with_fields(gold_attribution(PIER, said.0), number, said, "a");
        row["clear"] = (number < 6).into();
        row["speaker"] = speaker;
        row
    });
    json!({"id": "pier", "attributions": rows.collect::<Vec<_>>(), "cues": []})
}

/// A record in full agreement with that gold, as far as it counts.
fn pier_record() -> Value {
    let span = |part: &str| {
        let (start, end) = place(PIER, part);
        json!({"start": start, "end": end, "text": part})
    };
    let speaker = |id: &str, name: &str, kind: &str, named: bool| json!({"id": id, "name": name, "kind": kind, "named": named, "role": null, "affiliation": null, "mentions": []});
    let mut speakers = [
        speaker("s1", "Ana Ruiz", "person", true),
        speaker("s2", "a spokesman for the crew", "person", false),
        speaker("s3", "The ministry", "organization", false),
        speaker("s4", "Leo Bell", "person", true),
    ];
    speakers[0]["role"] = span("harbour master");
    speakers[0]["affiliation"] = span("the Skerry Line");
    speakers[1]["role"] = span("young spokesman");
    speakers[1]["affiliation"] = span("crew");
    let of_claims = [Some("s1"), Some("s1"), Some("s2"), Some("s3"), Some("s4"), Some("s1"), None];
    let claims = PIER_SAID.into_iter().zip(of_claims).zip(1..).map(|((said, speaker), number)| {
        let mut row = with_fields(claim(PIER, said.0, 0.9), number, said, "c");
        row["speaker"] = speaker.into();
        row["hedges"] = json!([]);
        row
    });
    json!({"id": "pier", "text": PIER, "speakers": speakers, "claims": claims.collect::<Vec<_>>(), "hedges": []})
}

/// The share of that name, as right and all, in `claims`, `top` or `top_of_gold`.
fn share(report: &Value, view: &str, list: &str, name: &str) -> Option<(u64, u64)> {
    let shares = report["attributions"][view][list].as_array().expect("there are shares");
    let share = shares.iter().find(|share| share["name"] == name)?;
    Some((share["right"].as_u64()?, share["all"].as_u64()?))
}

fn report(gold: &Value, record: &Value, options: &[&str]) -> Value {
    let case = Case::new(std::slice::from_ref(gold), std::slice::from_ref(record));
    let output = case.eval(&[&["--json"], options].concat()).success().get_output().stdout.clone();
    serde_json::from_slice(&output).expect("the output is JSON")
}

#[test]
fn fields_are_scored_as_the_reference_does() {
    let mut record = pier_record();
    let mut invented = record["claims"][0].clone();
    invented["id"] = "c8".into();
    invented["content"] = json!([claim(PIER, ("", "", &["We"]), 0.5)["content"][0]]);
    // Wrong are two names, a kind, a role, an affiliation, a quote, two certainties, a polarity, a type; c6 is not found.
    record["claims"][1]["speaker"] = "s4".into();
    record["claims"][6]["speaker"] = "s3".into();
    record["speakers"][2]["kind"] = "group".into();
    record["speakers"][3]["role"] = record["speakers"][0]["affiliation"].clone();
    record["speakers"][1]["affiliation"] = Value::Null;
    record["claims"][2]["quote"] = "mixed".into();
    record["claims"][1]["certainty"] = "probable".into();
    record["claims"][6]["certainty"] = "certain".into();
    record["claims"][2]["polarity"] = "positive".into();
    record["claims"][3]["type"] = "communication".into();
    record["claims"][5]["source"] = Value::Null;
    record["claims"].as_array_mut().expect("claims are a list").push(invented);
    // But for the speakers by form and the top claims of both sides, which are ours.
    let table = "\
top claims                  P      R     F1    gold
attr_content             85.7  100.0   92.3       6
attr_full                85.7  100.0   92.3       6
source_given            100.0  100.0  100.0       6

top claims of gold          P      R     F1    gold
attr_content             75.0  100.0   85.7       6
attr_full                75.0  100.0   85.7       6
source_given            100.0  100.0  100.0       6

claims found                      %   right      of
clear                         100.0       5       5
nested                          0.0       0       1
communication                 100.0       4       4
attitude                       50.0       1       2
control                       100.0       1       1
precision                      75.0       6       8

right, of those found             %   right      of
speaker name, named            66.7       2       3
speaker name, unnamed         100.0       2       2
speaker name, none              0.0       0       1
speaker by name               100.0       2       2
speaker by pronoun              0.0       0       1
speaker by other source       100.0       2       2
speaker without source          0.0       0       1
kind                           80.0       4       5
role, given                    66.7       2       3
role, none to give              0.0       0       1
affiliation, given             33.3       1       3
affiliation, none to give     100.0       1       1
quote type                     83.3       5       6
certainty                      66.7       4       6
polarity                       83.3       5       6
type of attribution            83.3       5       6

most often wrong: speaker name (2), role (2), affiliation (2), certainty (2), kind (1), quote type (1), polarity (1), \
    type of attribution (1)
";
    let output = Case::new(&[pier_gold()], &[record]).eval(&[]).success().get_output().stdout.clone();
    let output = String::from_utf8(output).expect("the output is text");
    let further = output.find("top claims ").expect("there is more than spans");
    assert_eq!(&output[further..], table);
}

#[test]
fn what_gold_says_of_each_field_counts() {
    let record = pier_record();
    let right = report(&pier_gold(), &record, &[]);
    for list in ["found", "right"] {
        for share in right["attributions"]["claims"][list].as_array().expect("there are shares") {
            assert_eq!(share["right"], share["all"], "{share}");
        }
    }
    for (field, value, name) in [
        ("certainty", json!("possible"), "certainty"),
        ("polarity", json!("negative"), "polarity"),
        ("quote", json!("direct"), "quote type"),
        ("type", json!("factive"), "type of attribution"),
        ("speaker/name", json!("Ruiz"), "speaker name, named"),
        ("speaker", Value::Null, "speaker name, none"),
        ("speaker/kind", json!("group"), "kind"),
        ("speaker/role", json!("pilot"), "role, given"),
        ("speaker/affiliation", json!("union"), "affiliation, given"),
    ] {
        let mut gold = pier_gold();
        *gold.pointer_mut(&format!("/attributions/0/{field}")).expect("the field is there") = value;
        let changed = report(&gold, &record, &[]);
        let [before, after] =
            [&right, &changed].map(|report| share(report, "claims", "right", name).expect("the share is there"));
        assert!(after.0 < after.1 && after.1 - after.0 > before.1 - before.0, "{field}: {before:?} {after:?}");
    }
    let mut gold = pier_gold();
    gold["attributions"][3]["clear"] = false.into();
    assert_eq!(share(&report(&gold, &record, &[]), "claims", "found", "clear"), Some((4, 4)));
    gold["attributions"][4]["within"] = "a1".into();
    let changed = report(&gold, &record, &[]);
    assert_eq!(share(&changed, "claims", "found", "nested"), Some((2, 2)));
    assert_eq!(share(&changed, "top_of_gold", "found", "precision"), Some((5, 7)));
    assert_eq!(share(&changed, "top", "found", "precision"), Some((5, 6)));
}

#[test]
fn what_gold_leaves_out_is_not_scored() {
    let leave_out = |fields: &[&str]| {
        let mut gold = pier_gold();
        for row in gold["attributions"].as_array_mut().expect("attributions are a list") {
            for field in fields {
                row.as_object_mut().expect("an attribution is an object").remove(*field);
            }
        }
        report(&gold, &pier_record(), &[])
    };
    let without = leave_out(&["certainty", "type", "speaker", "clear", "within"]);
    let names: Vec<&Value> =
        without["attributions"]["claims"]["right"].as_array().expect("a list").iter().map(|s| &s["name"]).collect();
    assert_eq!(names, ["quote type", "polarity"]);
    assert_eq!(without["attributions"]["claims"]["found"], json!([]));
    assert!(without["attributions"].get("top").is_none());
    let spans = leave_out(&["certainty", "type", "speaker", "clear", "within", "quote", "polarity", "id"]);
    let keys: Vec<&String> = spans["attributions"].as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["figures", "breakdowns", "calibration"]);

    // A speaker that is a name alone, as tools say it; and a record before types.
    let mut gold = pier_gold();
    gold["attributions"][0]["speaker"] = json!({"name": "Ana Ruiz"});
    gold["attributions"][1]["speaker"] = "Ana Ruiz".into();
    let mut record = pier_record();
    for claim in record["claims"].as_array_mut().expect("claims are a list") {
        claim.as_object_mut().expect("a claim is an object").remove("type");
    }
    let scores = report(&gold, &record, &[]);
    let of = |name| share(&scores, "claims", "right", name);
    assert_eq!((of("speaker name, named"), of("speaker by pronoun")), (Some((2, 2)), Some((1, 1))));
    assert_eq!((of("role, given"), of("kind"), of("type of attribution")), (Some((2, 2)), Some((4, 4)), None));
}

#[test]
fn polnears_protocol_has_no_nested_claims_and_no_fields() {
    let full = |report: &Value| {
        let figures = report["attributions"]["figures"].as_array().expect("figures are a list");
        let full = figures.iter().find(|figure| figure["name"] == "attr_full").expect("attr_full is a figure");
        ["right", "found", "gold"].map(|count| full[count].as_u64().expect("a count"))
    };
    let scores = report(&pier_gold(), &pier_record(), &["--protocol", "polnear", "--details"]);
    assert_eq!(full(&scores), [6, 6, 7]);
    assert!(scores["attributions"].get("claims").is_none() && scores["attributions"].get("top").is_none());
    let scores = report(&pier_gold(), &pier_record(), &[]);
    assert_eq!(full(&scores), [7, 7, 7]);
    let breakdowns = scores["attributions"]["breakdowns"].as_array().expect("a list");
    assert!(["type of attribution", "certainty"].iter().all(|by| breakdowns.iter().any(|b| b["by"] == *by)));
}

#[test]
fn gold_without_a_text_needs_a_record() {
    let gold = Value::to_string(&pier_gold());
    let other = r#"{"id": "other", "text": "", "claims": []}"#;
    let said = contains("gold.jsonl:1: `pier` has no `text`, and no record to take it from; extract it");
    Case::of_text(&gold, other).eval(&[]).code(1).stdout("").stderr(said);
    let wrong = gold.replace("\"attitude\"", "\"mood\"");
    let said = contains("gold.jsonl:1: not a line of gold").and(contains("unknown variant `mood`"));
    Case::of_text(&wrong, &pier_record().to_string()).eval(&[]).code(1).stdout("").stderr(said);
}
