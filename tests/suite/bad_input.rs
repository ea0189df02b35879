use std::fs;
use std::path::Path;

use super::{Desk, Ended};

const FINE: &str = "The minister said the talks would resume on Monday.";

/// It ends with 1 and one clear message, without a panic.
#[track_caller]
pub(super) fn fails(ended: &Ended, parts: &[&str]) {
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.starts_with("error:") && !ended.stderr.contains("panicked"), "{}", ended.stderr);
    for part in parts {
        assert!(ended.stderr.contains(part), "no `{part}` in {}", ended.stderr);
    }
}

#[test]
fn bad_articles_are_rejected_and_the_others_come_out() {
    let desk = Desk::new();
    desk.put("in/a-fine.txt", FINE)
        .put("in/b-empty.txt", "")
        .put("in/c-blank.txt", " \n\n ")
        .put("in/d-binary.txt", [0, 159, 146, 150, 0, 1, 2])
        .put(
            "in/e-lines.jsonl",
            format!("not json\n{{\"title\": \"x\"}}\n{{\"text\": 7}}\n{{\"text\": {FINE:?}}}\n[]\n"),
        )
        .put("in/f-latin.txt", b"The caf\xe9 owner said she was \x93tired\x94.".as_slice())
        .put("in/g-control.txt", format!("{FINE} \u{7}\u{1b}[31m {FINE}"))
        .put("in/h-emoji.txt", "🏒😢🙂")
        .put("in/i-long.txt", format!("The mayor said that {} was true.", "one thing and another ".repeat(1000)))
        .put("in/j-unbroken.txt", "x".repeat(100_000));
    let ended = desk.sayso(&["extract", "in", "--out", "out", "--min-confidence", "0"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("Windows-1252") && ended.stderr.contains("out/rejects.jsonl"), "{}", ended.stderr);

    let ids: Vec<_> = desk.records("out").iter().map(|r| r.id.clone()).collect();
    assert_eq!(ids, ["a-fine", "e-lines:4", "f-latin", "g-control", "h-emoji", "i-long", "j-unbroken"]);
    let rejects: Vec<_> = desk
        .rejects("out")
        .iter()
        .map(|r| {
            let file =
                Path::new(r["place"]["file"].as_str().unwrap()).file_name().unwrap().to_str().unwrap().to_owned();
            assert!(r["reason"].as_str().unwrap().len() > 10, "{r}");
            (file, r["place"]["line"].as_u64())
        })
        .collect();
    let expected = [
        ("b-empty.txt", None),
        ("c-blank.txt", None),
        ("d-binary.txt", None),
        ("e-lines.jsonl", Some(1)),
        ("e-lines.jsonl", Some(2)),
        ("e-lines.jsonl", Some(3)),
        ("e-lines.jsonl", Some(5)),
    ];
    assert_eq!(rejects, expected.map(|(file, line)| (file.to_owned(), line)));

    let records = desk.records("out");
    let latin = &records[2];
    assert!(latin.text.contains("café") && latin.text.contains("“tired”"));
    let long = &records[5];
    assert!(long.claims.iter().any(|c| c.content.iter().map(|s| s.end - s.start).sum::<usize>() > 10_000));
}

#[test]
fn a_run_that_cannot_start_says_why() {
    let desk = Desk::new();
    desk.put("fine.txt", FINE).put("folder/notes.doc", "x");
    fails(&desk.sayso(&["extract", "gone.txt", "--out", "out"]), &["gone.txt"]);
    fails(&desk.sayso(&["extract", "folder", "--out", "out"]), &["folder: no articles", ".txt"]);
    fails(&desk.sayso(&["extract", "folder/notes.doc", "--out", "out"]), &["notes.doc", ".jsonl"]);
    fails(&desk.sayso(&["extract", "fine.txt", "--out", "fine.txt/out"]), &["fine.txt/out: cannot be written"]);
    fails(&desk.sayso(&["extract"]), &["INPUT"]);
    assert!(!desk.path("out").exists(), "nothing was begun");
}

#[test]
fn a_missing_or_damaged_model_is_named() {
    let desk = Desk::new();
    desk.put("fine.txt", FINE);
    let extract = || desk.sayso(&["extract", "fine.txt", "--out", "out", "--model", "model"]);
    fails(&extract(), &["model/config.json"]);

    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/news-en");
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        desk.put(&format!("model/{file}"), fs::read(own.join(file)).unwrap());
    }
    for (file, damaged) in [
        ("model.safetensors", fs::read(own.join("model.safetensors")).unwrap()[..1_000_000].to_vec()),
        ("tokenizer.json", b"{}".to_vec()),
        ("config.json", b"{\"window\": 384}".to_vec()),
    ] {
        let whole = fs::read(desk.path(&format!("model/{file}"))).unwrap();
        desk.put(&format!("model/{file}"), damaged);
        fails(&extract(), &[&format!("model/{file}: the model cannot be loaded")]);
        desk.put(&format!("model/{file}"), whole);
    }
    assert_eq!(extract().code, 0);
}

#[test]
fn the_second_article_with_one_id_is_a_reject() {
    let desk = Desk::new();
    let line = |id: &str| format!("{{\"id\": {id:?}, \"text\": {FINE:?}}}\n");
    desk.put("a.jsonl", line("x") + &line("x") + &line("y"));
    assert_eq!(desk.sayso(&["extract", "a.jsonl", "--out", "out"]).code, 2);
    assert_eq!(desk.records("out").len(), 2, "the rest of the run goes on");
    let rejects = desk.read("out/rejects.jsonl");
    assert!(rejects.contains("article 1 of the input has the id `x` too"), "{rejects}");
}

#[test]
fn limits_are_the_user_s() {
    let desk = Desk::new();
    let french = "Le ministre a dit lundi que les pourparlers reprendraient la semaine prochaine. ";
    desk.put("in/foreign.txt", french.repeat(5))
        .put("in/garbled.txt", format!("{FINE}{}", "\u{fffd}".repeat(9)))
        .put("in/large.txt", FINE.replace("talks", &"x".repeat(900)))
        .put("in/wordy.txt", "He said no. ".repeat(40));
    assert_eq!(desk.sayso(&["extract", "in", "--out", "out", "--max-words", "100", "--max-bytes", "900"]).code, 2);
    let reasons: Vec<_> = desk.rejects("out").iter().map(|reject| reject["reason"].to_string()).collect();
    let options = ["--any-language", "--max-unreadable", "--max-bytes", "--max-words"];
    assert!(reasons.len() == 4 && reasons.iter().zip(options).all(|(why, option)| why.contains(option)), "{reasons:?}");
    let raised = ["extract", "in", "--out", "raised", "--max-unreadable", "0.5", "--any-language"];
    assert_eq!(desk.sayso(&raised).code, 0);
    assert_eq!(desk.records("raised").len(), 4);
}
