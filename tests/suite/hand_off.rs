//! `sayso export`, `sayso import` and `sayso report`, from records in a file.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use walkdir::WalkDir;

use super::Desk;

const TEXT: &str = "📉 Rates may fall, Ana Ruiz said. </script><b>Not</b> so, traders say.";

/// A record with one claim, its spans found by their text.
pub(super) fn record(id: &str) -> Value {
    let span = |part: &str| {
        let start = TEXT[..TEXT.find(part).unwrap()].chars().count();
        json!({"start": start, "end": start + part.chars().count(), "text": part})
    };
    let mut hedge = span("may");
    for (key, value) in [("id", json!("h1")), ("class", json!("epistemic")), ("scope", json!(null))] {
        hedge[key] = value;
    }
    hedge["claim"] = "c1".into();
    hedge["confidence"] = 0.9.into();
    json!({
        "schema": "sayso.record/2", "id": id, "title": "</script> & co", "date": "2026-02-02", "publisher": null,
        "url": "javascript:alert(1)", "author": null, "meta": {}, "text": TEXT, "sentences": [[0, 33]],
        "speakers": [{"id": "s1", "name": "Ana Ruiz", "kind": "person", "named": true, "role": null,
                      "affiliation": null, "mentions": [span("Ana Ruiz")]}],
        "claims": [{"id": "c1", "speaker": "s1", "speaker_confidence": 0.8, "source": span("Ana Ruiz"), "cue": span("said"),
                    "content": [span("Rates may fall")], "quote": "indirect", "type": "communication", "hedges": ["h1"],
                    "certainty": "possible", "polarity": "positive", "within": null, "sentences": [0],
                    "confidence": 0.9}],
        "hedges": [hedge], "model": "news-en@0123456789ab", "sayso": "0.1.0",
    })
}

/// Records of which only the first is right, each wrong in its own way, with what should be said of it.
fn faulty() -> (String, Vec<&'static str>) {
    let with = |id: &str, change: fn(&mut Value)| {
        let mut record = record(id);
        change(&mut record);
        record.to_string()
    };
    let cases = [
        (with("b", |r| r["schema"] = "sayso.record/9".into()), "sayso.record/9"),
        (json!({"schema": "sayso.record/3", "who": []}).to_string(), "a record of sayso.record/3"),
        (with("d", |r| r["claims"][0]["cue"]["end"] = 999.into()), "`d`: c1: the cue"),
        (with("e", |r| r["hedges"][0]["text"] = "must".into()), "should read `must`, but the text has `may`"),
        (with("f", |r| r["claims"][0]["speaker"] = "s7".into()), "its speaker s7"),
        (with("g", |r| r["claims"][0]["content"] = json!([])), "`g`: c1: a claim without content"),
        (
            with("i", |r| r["claims"][0]["type"] = Value::Null),
            "c1: has no type, and this is a record of sayso.record/2",
        ),
        (with("j", |r| r["schema"] = "sayso.record/1".into()), "c1: has a type, but this is a record of"),
        (with("h", |r| r["text"] = "a\r\nb".into()), "carriage returns"),
        (with("a", |_| ()), "a second record of `a`, after line 1"),
        ("{".to_owned(), "not a record of sayso.record/2"),
    ];
    let lines: Vec<String> = cases.iter().map(|(line, _)| line.clone()).collect();
    (lines.join("\n") + "\n", cases.into_iter().map(|(_, said)| said).collect())
}

#[test]
fn what_does_not_fit_is_left_out_and_the_rest_written() {
    let desk = Desk::new();
    let (lines, said) = faulty();
    desk.put("records.jsonl", format!("{}\n{lines}", record("a")));
    for args in [
        ["export", "records.jsonl", "--to", "doccano", "--out", "out"].as_slice(),
        &["export", "records.jsonl", "--to", "csv", "--out", "out"],
        &["report", "records.jsonl", "--out", "out"],
    ] {
        let ended = desk.sayso(args);
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        for (part, line) in said.iter().zip(2..) {
            let place = format!("left out: records.jsonl:{line}: ");
            let told = ended.stderr.lines().find(|told| told.starts_with(&place)).unwrap_or_default();
            assert!(told.contains(part), "no `{part}` in `{told}` of {}", ended.stderr);
        }
        assert!(ended.stderr.contains("1 article, 1 claim:") && ended.stderr.contains("11 records left out"));
        assert!(!desk.read("out").is_empty());
    }
}

#[test]
fn an_export_comes_back_as_gold_that_scores_full() {
    let desk = Desk::new();
    desk.put("run/records.jsonl", format!("{}\n{}\n", record("a"), record("news/b")));
    for (to, from) in [("brat-events", "brat"), ("doccano", "doccano")] {
        let ended = desk.sayso(&["export", "run", "--to", to, "--out", to]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert_eq!(ended.stderr.contains("shifted"), from == "brat", "the emoji: {}", ended.stderr);
        let ended = desk.sayso(&["import", "--from", from, to, "--out", "gold.jsonl"]);
        assert_eq!((ended.code, ended.stdout.as_str()), (0, ""), "{}", ended.stderr);
        let scores = desk.sayso(&["eval", "gold.jsonl", "run", "--json"]);
        let scores: Value = serde_json::from_str(&scores.stdout).unwrap();
        let figures = [&scores["attributions"]["figures"], &scores["hedges"]].map(|all| all.as_array().unwrap());
        for wanted in ["attr_full", "span_content", "span_epistemic"] {
            let figure = figures.into_iter().flatten().find(|figure| figure["name"] == wanted).unwrap();
            assert_eq!((&figure["f1"], &figure["gold"]), (&json!(100.0), &json!(2)), "{to}: {wanted}");
        }
    }
    let missing = desk.sayso(&["export", "gone", "--to", "csv", "--out", "gone.csv"]);
    assert!(missing.code == 1 && missing.stderr.contains("gone: the input cannot be opened"), "{}", missing.stderr);
    assert!(!desk.path("gone.csv.part").exists(), "nothing is begun that cannot be finished");
    let again = desk.sayso(&["export", "run", "--to", "brat", "--out", "brat-events"]);
    assert_eq!(again.code, 1, "annotations must not be written over");
    assert!(again.stderr.contains("not empty"), "{}", again.stderr);
}

#[test]
fn odd_ids_cost_an_export_nothing() {
    let desk = Desk::new();
    let long = ["x".repeat(300), "ü".repeat(250), format!("{}/b", "é".repeat(300)), "d/".repeat(3000)];
    let odd = [
        "plain",
        "a",
        "a.txt/b",
        "a.ann/b",
        "a/b",
        "annotation.conf/a",
        "ids.jsonl/a",
        ".",
        "..",
        "../../up",
        "/etc/passwd",
        "//",
        "Zoë Æ/ü",
        "CON",
        "nul.txt",
        "Plain",
        "PLAIN",
        "dot.",
        "dot./a",
        "tab\tline\n",
        "~",
        "~~2F",
        "",
    ];
    let ids: BTreeSet<&str> = odd.into_iter().chain(long.iter().map(String::as_str)).collect();
    desk.put("run/records.jsonl", ids.iter().map(|id| format!("{}\n", record(id))).collect::<String>());
    for (to, from, plain) in
        [("brat", "brat", "plain.ann"), ("brat-events", "brat", "plain.txt"), ("inception", "inception", "plain.json")]
    {
        let files = |out: &str| -> BTreeSet<String> {
            let ended = desk.sayso(&["export", "run", "--to", to, "--out", out]);
            assert_eq!(ended.code, 0, "{to}: {}", ended.stderr);
            let found = WalkDir::new(desk.path(out)).into_iter().map(|entry| entry.unwrap());
            let files = found.filter(|entry| entry.file_type().is_file()).map(|entry| entry.into_path());
            files.map(|file| file.strip_prefix(desk.path(out)).unwrap().to_str().unwrap().to_owned()).collect()
        };
        let found = files(to);
        assert_eq!(found, files(&format!("{to}-again")));
        // `Plain` or `PLAIN` came first.
        assert!(found.iter().any(|file| file.eq_ignore_ascii_case(plain)), "{found:?}");
        let lower: BTreeSet<String> = found.iter().map(|file| file.to_ascii_lowercase()).collect();
        assert_eq!(lower.len(), found.len(), "two differ in case alone: {found:?}");
        for part in found.iter().flat_map(|file| file.split('/')) {
            assert!(part.len() < 256 && !part.starts_with('.') && part.is_ascii(), "{part}");
        }
        let ended = desk.sayso(&["import", "--from", from, to]);
        assert_eq!(ended.code, 0, "{to}: {}", ended.stderr);
        let gold: Vec<Value> = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(gold.iter().map(|gold| gold["id"].as_str().unwrap()).collect::<BTreeSet<_>>(), ids, "{to}");
        assert!(gold.iter().all(|gold| gold["text"] == TEXT && gold["attributions"].as_array().unwrap().len() == 1));
    }
    assert!(desk.read("brat/annotation.conf").starts_with("[entities]"));
}

#[test]
fn another_type_of_attribution_is_shown() {
    let desk = Desk::new();
    let mut attitude = record("b");
    attitude["claims"][0]["type"] = "attitude".into();
    desk.put("records.jsonl", format!("{}\n{attitude}\n", record("a")));
    let shown = desk.sayso(&["show", "records.jsonl"]).stdout;
    assert!(shown.contains("indirect, possible (may), 0.90, c1"), "{shown}");
    assert!(shown.contains("indirect, attitude, possible (may), 0.90, c1"), "{shown}");
}

#[test]
fn annotations_that_do_not_fit_are_named() {
    let desk = Desk::new();
    desk.put("run.jsonl", format!("{}\n{}\n", record("a"), record("b")));
    assert_eq!(desk.sayso(&["export", "run.jsonl", "--to", "brat", "--out", "brat"]).code, 0);
    desk.put("brat/a.txt", "Another text.");
    let ended = desk.sayso(&["import", "--from", "brat", "brat"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("brat/a.ann: `a`: ") && ended.stderr.contains("was the text changed?"));
    let gold: Value = serde_json::from_str(&ended.stdout).expect("one line of gold is left");
    assert_eq!((&gold["id"], &gold["attributions"][0]["quote"]), (&"b".into(), &"indirect".into()));
}

#[test]
fn a_page_is_whole_small_and_keeps_to_itself() {
    let desk = Desk::new();
    let records: String = (0..600).map(|id| format!("{}\n", record(&format!("a{id}")))).collect();
    desk.put("records.jsonl", &records);
    let ended = desk.sayso(&["report", "records.jsonl"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let page = desk.read("report.html");
    let blocks: Vec<&str> = page.split("<script type=\"application/json\" id=\"").skip(1).collect();
    assert_eq!(blocks.len(), 601, "one an article, to be parsed when it is asked for, and the index");
    let data: usize = blocks.iter().map(|block| block.find("</script>").unwrap()).sum();
    assert!(page.len() - data < 200 << 10, "{} bytes beside the data", page.len() - data);
    // The data ends no element: there are as many ends as scripts.
    assert_eq!(page.matches("<script").count(), page.matches("</script").count());
    let block = &blocks[7][..blocks[7].find("</script>").unwrap()];
    let block: Value = serde_json::from_str(block.split_once('>').unwrap().1).unwrap();
    assert_eq!(block["text"], TEXT);
    let index = blocks[600].split_once('>').unwrap().1;
    let index: Value = serde_json::from_str(&index[..index.find("</script>").unwrap()]).unwrap();
    let claims = &index["articles"][7]["claims"];
    let kind = &index["values"]["type"][claims[0].as_u64().unwrap() as usize >> 10];
    assert_eq!((kind, &claims[3]), (&"communication".into(), &8000.into()));
    assert_eq!(block["claims"][0][4], json!([3, 17]), "UTF-16 units");
    for fetching in ["src=", "@import", "url(", "<link", "fetch("] {
        assert!(!page.contains(fetching), "the page has {fetching}");
    }
}
