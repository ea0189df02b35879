use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::Desk;

const FINE: &str = "The minister said the talks would resume on Monday, but her deputy warned that they may fail.";

/// Eight articles, one of them a duplicate, and one that is rejected.
fn input() -> String {
    let article = |n| json!({"id": format!("a{n}"), "title": "Talks", "date": "2026-02-02", "section": 1.50, "text": format!("{FINE} “It is round {n},” said Ana Çelik.")});
    let mut lines: Vec<_> = (0..7).map(|n| article(n).to_string()).collect();
    lines.push("[]".into());
    lines.push(article(3).to_string().replace("\"a3\"", "\"again\""));
    lines.join("\n")
}

/// A run with something in every file.
fn finished() -> Desk {
    let desk = Desk::new();
    desk.put("in.jsonl", input());
    assert_eq!(desk.sayso(&["extract", "in.jsonl", "--out", "out", "--dedupe", "--quiet"]).code, 2);
    desk
}

#[track_caller]
fn agrees(desk: &Desk, out: &str) {
    let ended = desk.sayso(&["verify", out]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.starts_with(&format!("{out}: verified\n")), "{}", ended.stdout);
}

/// It is found that something differs, and said with `parts`.
#[track_caller]
fn differs(desk: &Desk, args: &[&str], parts: &[&str]) {
    let ended = desk.sayso(&[&["verify"], args].concat());
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    for part in parts {
        assert!(ended.stdout.contains(part), "no `{part}` in {}", ended.stdout);
    }
}

#[test]
fn runs_agree_with_themselves_however_they_were_made() {
    let desk = finished();
    agrees(&desk, "out");
    let once = desk.sayso(&["verify", "out", "--sample", "1"]);
    assert!(once.stdout.contains("  1 article, read again"), "{}", once.stdout);

    // Stopped in the middle of a line, and gone on with.
    let records = desk.read("out/records.jsonl");
    desk.put("out/records.jsonl", &records[..records.len() / 2]);
    assert_eq!(desk.sayso(&["extract", "in.jsonl", "--out", "out", "--dedupe", "--quiet"]).code, 2);
    agrees(&desk, "out");

    for shard in ["1/2", "2/2"] {
        let args = ["extract", "in.jsonl", "--out", &shard[..1], "--dedupe", "--quiet", "--shard", shard];
        assert!([0, 2].contains(&desk.sayso(&args).code));
        agrees(&desk, &shard[..1]);
    }
    assert_eq!(desk.sayso(&["merge", "1", "2", "--out", "merged"]).code, 0);
    agrees(&desk, "merged");

    let dtype = if cfg!(feature = "rust-bert") { "fp32" } else { "int8" };
    let fewer = ["extract", "in.jsonl", "--out", "fewer", "--dtype", dtype, "--min-confidence", "0.995", "--quiet"];
    assert_eq!(desk.sayso(&fewer).code, 2);
    let claims = |out: &str| desk.records(out).iter().map(|record| record.claims.len()).sum::<usize>();
    assert!(claims("fewer") < claims("out"));
    agrees(&desk, "fewer");
}

#[test]
fn a_changed_file_is_found() {
    let desk = finished();
    let (records, run) = (desk.read("out/records.jsonl"), desk.read("out/run.json"));

    // One byte, inside a title, where nothing contradicts it.
    desk.put("out/records.jsonl", records.replacen("Talks", "Walks", 1));
    differs(&desk, &["out", "--sample", "0"], &["records.jsonl was changed", "blake3", "after the run"]);

    // A confidence, with run.json made to fit: only reading again shows it.
    let at = records.find("\"confidence\":0.").unwrap() + "\"confidence\":0.".len();
    let digit = if &records[at..=at] == "1" { "2" } else { "1" };
    let changed = [&records[..at], digit, &records[at + 1..]].concat();
    let mut manifest: Value = serde_json::from_str(&run).unwrap();
    manifest["files"]["records.jsonl"]["blake3"] = blake3(&changed).into();
    desk.put("out/records.jsonl", &changed).put("out/run.json", manifest.to_string());
    differs(&desk, &["out"], &["of 7 articles read again, 1 has another record", "a0 (claims)"]);

    // All of them, on what says it was another machine: in int8 that makes no difference.
    let all = records.replace("\"confidence\":0.", "\"confidence\":0.0");
    manifest["files"]["records.jsonl"] = json!({"bytes": all.len(), "blake3": blake3(&all)});
    manifest["machines"] = json!([]);
    desk.put("out/records.jsonl", &all).put("out/run.json", manifest.to_string());
    differs(&desk, &["out"], &["7 have another record: ", " and 4 more", "this machine is at fault"]);
    assert!(!desk.sayso(&["verify", "out"]).stdout.contains("another processor"));

    // A line less, and a span that its text does not have.
    let lines: Vec<_> = records.lines().skip(1).collect();
    desk.put("out/records.jsonl", lines.join("\n").replacen("deputy", "deptuy", 1)).put("out/run.json", &run);
    differs(&desk, &["out"], &["articles 8 → 6", "records.jsonl:1: `a1`", "should read"]);

    desk.put("out/records.jsonl", &records);
    fs::remove_file(desk.path("out/rejects.jsonl")).unwrap();
    differs(&desk, &["out"], &["rejects.jsonl is missing", "rejected 1 → 0"]);
    desk.put("out/run.json", run.replacen("\"finished\"", "\"stopped\"", 1));
    differs(&desk, &["out"], &["not finished"]);
}

#[test]
fn a_file_more_is_found() {
    let desk = Desk::new();
    desk.put("in.txt", FINE);
    assert_eq!(desk.sayso(&["extract", "in.txt", "--out", "out", "--quiet"]).code, 0);
    desk.put("out/rejects.jsonl", "{\"position\": 2, \"stage\": \"read\"}\n");
    differs(&desk, &["out"], &["rejects.jsonl was not there when the run finished", "rejected 0 → 1"]);
}

#[test]
fn another_model_is_named() {
    let desk = finished();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/news-en");
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        desk.put(&format!("other/{file}"), fs::read(own.join(file)).unwrap());
    }
    let settings = desk.read("other/config.json");
    let (before, after) = settings.split_once("\"slope\": ").unwrap();
    desk.put("other/config.json", format!("{before}\"slope\": 1{after}"));
    let parts = [
        "news-en@",
        "→ other@",
        "model_files",
        "7 articles read again, 7 have another record",
        "(claims, model)",
        "another model",
    ];
    differs(&desk, &["out", "--model", "other"], &parts);
}

fn blake3(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}
