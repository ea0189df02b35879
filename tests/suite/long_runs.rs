use std::fs::{self, OpenOptions};
use std::io::{self, Cursor, Write};
use std::process::{Child, Command, Stdio};

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Desk, bad_input::fails};

const FINE: &str = "The minister said the talks would resume on Monday, but her deputy warned that they may fail.";

/// Six articles, a duplicate, and three that are rejected, at the beginning, in the middle and at the end.
fn input() -> String {
    let mut lines = vec!["not json".to_owned()];
    for n in 0..6 {
        let text = format!("{FINE} “It is the {n}th round,” said Ana Çelik.");
        lines.push(json!({"id": format!("a{n}"), "text": text}).to_string());
        if n == 3 {
            lines.push("{\"id\": \"empty\", \"text\": \"\"}".into());
            lines.push(json!({"id": "again", "text": text}).to_string());
        }
    }
    lines.push("[]".into());
    lines.join("\n") + "\n"
}

fn files(desk: &Desk, out: &str) -> (String, String) {
    (desk.read(&format!("{out}/records.jsonl")), desk.read(&format!("{out}/rejects.jsonl")))
}

fn cut(desk: &Desk, file: &str, length: usize) {
    let file = OpenOptions::new().write(true).open(desk.path(file)).unwrap();
    file.set_len(length as u64).unwrap();
}

/// Starts the program without waiting for it.
fn start(desk: &Desk, args: &[&str]) -> Child {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sayso"));
    command.current_dir(desk.path(".")).args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Sends what Ctrl-C sends.
fn interrupt(run: &Child) {
    assert!(Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap().success());
}

#[test]
fn a_run_goes_on_from_whatever_is_there_and_ends_with_the_same_bytes() {
    let desk = Desk::new();
    desk.put("in.jsonl", input());
    let extract = || desk.sayso(&["extract", "in.jsonl", "--out", "out", "--dedupe"]);
    assert_eq!(extract().code, 2);
    let whole = files(&desk, "out");
    let run = desk.read("out/run.json");
    let counts = |run: &str| serde_json::from_str::<Value>(run).unwrap()["counts"].clone();

    // As a kill leaves them: either file may end anywhere.
    let (records, rejects) = (whole.0.len(), whole.1.len());
    for (records, rejects) in [(0, rejects), (records / 3, rejects / 2), (records - 1, rejects - 1), (records, rejects)]
    {
        cut(&desk, "out/records.jsonl", records);
        cut(&desk, "out/rejects.jsonl", rejects);
        let ended = extract();
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(files(&desk, "out") == whole, "cut at {records} and {rejects}");
        assert_eq!(counts(&desk.read("out/run.json")), counts(&run));
    }

    let records = desk.records("out");
    let again = records.iter().find(|record| record.id == "again").unwrap();
    assert_eq!((again.duplicate_of.as_deref(), again.claims.len()), (Some("a3"), 0));
    assert!(records.iter().all(|record| record.id == "again" || record.duplicate_of.is_none()));
    assert!(desk.sayso(&["show", "out"]).stdout.contains("the same text as a3"));
    let positions: Vec<_> = desk.rejects("out").iter().map(|reject| reject["position"].as_u64()).collect();
    assert_eq!(positions, [Some(1), Some(6), Some(10)]);
}

fn manifest(desk: &Desk, out: &str) -> Value {
    serde_json::from_str(&desk.read(&format!("{out}/run.json"))).unwrap()
}

/// Changes what `run.json` says.
fn told(desk: &Desk, out: &str, changes: &[(&str, Value)]) {
    let mut run = manifest(desk, out);
    for (name, value) in changes {
        assert!(run.get(name).is_some(), "no {name} in {run}");
        run[*name] = value.clone();
    }
    desk.put(&format!("{out}/run.json"), run.to_string());
}

/// That words, seconds and words a second fit, with at least so many seconds.
#[track_caller]
fn adds_up(run: &Value, seconds: f64) {
    let [words, took, rate] =
        [&run["counts"]["words"], &run["seconds"], &run["words_per_second"]].map(|value| value.as_f64().unwrap());
    assert!((seconds..seconds + 60.0).contains(&took), "{run}");
    // Both are rounded.
    assert!((rate - words / took).abs() <= 1.0 + rate / 10.0, "{run}");
}

#[test]
fn run_json_adds_up_over_sittings_and_shards() {
    let desk = Desk::new();
    desk.put("in.jsonl", input());
    let extract = |out: &str, shard: &str| {
        let ended = desk.sayso(&["extract", "in.jsonl", "--out", out, "--shard", shard]);
        assert!([0, 2].contains(&ended.code), "{}", ended.stderr);
        manifest(&desk, out)
    };
    let first = extract("1", "1/2");
    adds_up(&first, 0.0);
    assert_eq!((&first["sittings"], &first["progress"]), (&json!(1), &json!(1.0)));
    assert_eq!(first["machines"].as_array().unwrap().len(), 1, "{first}");

    told(&desk, "1", &[("seconds", json!(2.0)), ("machines", json!([{"isa": "another", "libtorch": null}]))]);
    cut(&desk, "1/records.jsonl", 0);
    let second = extract("1", "1/2");
    adds_up(&second, 2.0);
    assert_eq!((&second["sittings"], &second["started"]), (&json!(2), &first["started"]));
    assert_eq!(second["machines"].as_array().unwrap().len(), 2, "{second}");

    extract("2", "2/2");
    told(&desk, "1", &[("updated", json!("2020-02-02T00:00:00Z")), ("started", json!("2020-02-02T00:00:00Z"))]);
    told(&desk, "2", &[("seconds", json!(3.0)), ("updated", json!("2020-02-02T00:00:00Z"))]);
    assert_eq!(desk.sayso(&["merge", "1", "2", "--out", "merged"]).code, 0);
    let merged = manifest(&desk, "merged");
    adds_up(&merged, 5.0);
    assert_eq!((&merged["sittings"], &merged["started"]), (&json!(3), &json!("2020-02-02T00:00:00Z")));
    assert!(merged["updated"].as_str() >= first["updated"].as_str(), "{merged}");
    assert_eq!(merged["machines"].as_array().unwrap().len(), 2, "{merged}");
}

#[test]
fn a_sitting_that_fails_leaves_what_it_added_and_says_so() {
    let desk = Desk::new();
    let some =
        |ids: &[&str]| ids.iter().map(|id| json!({"id": id, "text": FINE}).to_string() + "\n").collect::<String>();
    desk.put("in.jsonl", some(&["a", "b"]));
    let extract = || desk.sayso(&["extract", "in.jsonl", "--out", "out"]);
    assert_eq!(extract().code, 0);
    // A reject that the input has no article for.
    desk.put("out/rejects.jsonl", "{\"position\": 9, \"id\": \"z\", \"stage\": \"read\"}\n");
    fails(&extract(), &["more than the 2 articles"]);
    assert_eq!(manifest(&desk, "out")["state"], "finished", "nothing came of it");
    desk.put("in.jsonl", some(&["a", "b", "c"]));
    fails(&extract(), &["more than the 3 articles"]);
    let run = manifest(&desk, "out");
    assert_eq!((&run["state"], &run["counts"]["articles"]), (&json!("failed"), &json!(3)));
    assert!(run["error"].as_str().unwrap().contains("more than the 3 articles"), "{run}");
    assert_eq!(desk.records("out").len(), 3);
}

#[test]
fn a_run_whose_process_is_gone_was_killed() {
    let desk = Desk::new();
    desk.put("in.jsonl", input());
    assert_eq!(desk.sayso(&["extract", "in.jsonl", "--out", "out"]).code, 2);
    let status = || desk.sayso(&["status", "out"]).stdout;
    assert!(!status().contains("killed"), "{}", status());
    told(&desk, "out", &[("state", json!("running"))]);
    assert!(status().contains("killed; the same command goes on"), "{}", status());
    let held = OpenOptions::new().append(true).open(desk.path("out/records.jsonl")).unwrap();
    held.lock().unwrap();
    assert!(status().contains("running, process"), "{}", status());
}

#[test]
fn shards_of_other_inputs_are_not_merged() {
    let desk = Desk::new();
    let put = |count: usize| {
        let lines = (0..count).map(|n| json!({"id": format!("a{n}"), "text": FINE}).to_string() + "\n");
        desk.put("in.jsonl", lines.collect::<String>());
    };
    for (shard, count) in [("1/2", 6), ("2/2", 2)] {
        put(count);
        assert_eq!(desk.sayso(&["extract", "in.jsonl", "--out", &shard[..1], "--shard", shard]).code, 0);
    }
    fails(
        &desk.sayso(&["merge", "1", "2", "--out", "merged"]),
        &["1: cannot be merged", "more articles than the others"],
    );
    assert!(!desk.path("merged/run.json").exists());
}

#[test]
fn a_run_that_is_not_the_same_is_not_mixed_in() {
    let desk = Desk::new();
    desk.put("in.jsonl", input());
    let extract = |more: &[&str]| desk.sayso(&[&["extract", "in.jsonl", "--out", "out", "--quiet"], more].concat());
    assert_eq!(extract(&["--guide", "sayso"]).code, 2);
    let whole = files(&desk, "out");
    let changed = extract(&["--guide", "polnear", "--min-confidence", "0.5"]);
    fails(&changed, &["out: holds another run", "guide sayso → polnear", "min_confidence 0.2 → 0.5", "--overwrite"]);

    desk.put("in.jsonl", input().replace("the 4th round", "the last round"));
    fails(&extract(&["--guide", "sayso"]), &["in.jsonl:8", "`a4` has another text"]);
    desk.put("in.jsonl", input().replace("\"a4\"", "\"b4\""));
    fails(&extract(&["--guide", "sayso"]), &["here was `a4`, not `b4`"]);
    desk.put("in.jsonl", input().lines().next().unwrap());
    fails(&extract(&["--guide", "sayso"]), &["more than the 1 article "]);
    assert!(files(&desk, "out") == whole, "nothing was touched");

    // What comes after what was there is more of the same run.
    desk.put("in.jsonl", input() + &json!({"id": "more", "text": FINE}).to_string());
    assert_eq!(extract(&["--guide", "sayso"]).code, 2);
    assert!(desk.read("out/records.jsonl").starts_with(&whole.0));
    assert_eq!(desk.records("out").len(), 8);

    fs::remove_file(desk.path("out/run.json")).unwrap();
    fails(&extract(&[]), &["run.json", "--overwrite"]);
    for (file, other) in [("records", "rejects"), ("rejects", "records")] {
        let [file, other] = [file, other].map(|name| format!("out/{name}.jsonl"));
        let (kept, moved) = (desk.read(&file), desk.read(&other));
        fs::remove_file(desk.path(&other)).unwrap();
        fails(&extract(&[]), &["run.json", "--overwrite"]);
        assert_eq!(desk.read(&file), kept);
        desk.put(&other, moved);
    }
    desk.put("in.jsonl", json!({"id": "other", "text": FINE}).to_string());
    assert_eq!(extract(&["--overwrite"]).code, 0);
    assert_eq!(desk.records("out").len(), 1);
    assert!(!desk.path("out/rejects.jsonl").exists());
}

#[test]
fn shards_merged_are_the_whole() {
    let desk = Desk::new();
    desk.put("in.jsonl", input());
    let extract = |out: &str, more: &[&str]| {
        let ended = desk.sayso(&[&["extract", "in.jsonl", "--out", out, "--dedupe"], more].concat());
        assert!([0, 2].contains(&ended.code), "{}", ended.stderr);
    };
    extract("whole", &[]);
    for shard in ["1/3", "2/3", "3/3"] {
        extract(&shard[..1], &["--shard", shard]);
    }
    fails(&desk.sayso(&["merge", "1", "3", "--out", "two"]), &["1: cannot be merged", "shard 1/3"]);
    fails(&desk.sayso(&["merge", "1", "3", "whole", "--out", "two"]), &["name each shard once"]);
    let merged = desk.sayso(&["merge", "3", "1", "2", "--out", "merged"]);
    assert_eq!(merged.code, 0, "{}", merged.stderr);
    assert!(files(&desk, "merged") == files(&desk, "whole"));
    fails(&desk.sayso(&["merge", "3", "1", "2", "--out", "merged"]), &["a run is here already"]);
    // It is as good as the run over all of it.
    extract("merged", &[]);
    assert!(files(&desk, "merged") == files(&desk, "whole"));
}

#[test]
fn rejects_can_be_mended_and_tried_again() {
    let desk = Desk::new();
    let broken = format!("{{\"id\": \"b\", \"text\": {FINE:?}");
    desk.put("in/lines.jsonl", format!("{broken}\n{{\"text\": 7}}\n"))
        .put("in/head.txt", "title: A head\ndate: 2026-02-02\n\n ");
    assert_eq!(desk.sayso(&["extract", "in", "--out", "out", "--quiet"]).code, 2);
    let raw: Vec<_> = desk.rejects("out").iter().map(|reject| reject["raw"].as_str().map(str::to_owned)).collect();
    assert_eq!(raw[1..], [Some(broken.clone()), Some("{\"text\": 7}".into())]);

    // As they are they fail again, at the same place and for the same reason.
    assert_eq!(desk.sayso(&["extract", "out/rejects.jsonl", "--out", "again", "--quiet"]).code, 2);
    assert_eq!(desk.rejects("again"), desk.rejects("out"));

    let mended =
        desk.read("out/rejects.jsonl").replace("fail.\\\"\"", "fail.\\\"}\"").replace(": 7}", ": \\\"He said no.\\\"}");
    desk.put("mended.jsonl", mended);
    assert_eq!(desk.sayso(&["extract", "mended.jsonl", "--out", "mended", "--quiet"]).code, 2);
    let ids: Vec<_> = desk.records("mended").iter().map(|record| record.id.clone()).collect();
    assert_eq!(ids, ["b", "lines:2"]);
}

#[test]
fn ctrl_c_stops_a_run_and_a_second_process_is_refused() {
    let desk = Desk::new();
    let args = ["extract", "-", "--out", "out"];
    let mut run = start(&desk, &args);
    let mut stdin = run.stdin.take().unwrap();
    // More than is worked on at once, and then nothing: it waits for more.
    let lines: String = (0..5000).map(|n| format!("{{\"id\": \"a{n}\", \"text\": \"\"}}\n")).collect();
    stdin.write_all(lines.as_bytes()).unwrap();
    while !desk.path("out/rejects.jsonl").exists() {
        assert!(run.try_wait().unwrap().is_none(), "it ended");
    }
    let status = || desk.sayso(&["status", "out"]).stdout;
    assert!(status().contains("running, process"), "{}", status());
    fails(&desk.sayso(&["extract", "-", "--out", "out"]), &["out: another sayso (process", "writes here"]);

    interrupt(&run);
    let ended = run.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(said.contains("stopped; the same command goes on"), "{said}");
    assert!(status().contains("stopped; the same command goes on"), "{}", status());
    assert!(desk.rejects("out").len() < 5000);

    drop(stdin);
    assert_eq!(desk.sayso_fed(&args, &lines).code, 2);
    let ids: Vec<_> = desk.rejects("out").iter().map(|reject| reject["id"].clone()).collect();
    assert_eq!(ids, (0..5000).map(|n| Value::from(format!("a{n}"))).collect::<Vec<_>>());
    assert!(status().contains("finished"), "{}", status());
}

/// An archive of one file, as it is.
fn zip(name: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(name, SimpleFileOptions::default()).unwrap();
    archive.write_all(content).unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_run_stops_wherever_its_reader_is_and_keeps_what_it_has() {
    // Each attribute is held against all before it, which takes minutes.
    let attributes: String = (0..300_000).map(|n| format!(" a{n}=\"\"")).collect();
    let page = format!("<!doctype html><p{attributes}>{FINE}").into_bytes();
    for (name, content) in [("page.html", page.clone()), ("outer.zip", zip("inner.zip", &zip("page.html", &page)))] {
        let desk = Desk::new();
        // More than is read at once, so that there is something to keep.
        let empty = (0..5000).map(|n| json!({"id": format!("a{n}"), "text": ""}).to_string());
        let lines: Vec<String> = [json!({"id": "fine", "text": FINE}).to_string()].into_iter().chain(empty).collect();
        desk.put("in.jsonl", lines.join("\n")).put(name, content);
        let mut run = start(&desk, &["extract", "in.jsonl", name, "--out", "out"]);
        while !desk.path("out/rejects.jsonl").exists() || desk.read("out/rejects.jsonl").is_empty() {
            assert!(run.try_wait().unwrap().is_none(), "it ended");
        }
        interrupt(&run);
        let ended = run.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(130), "{name}: {}", String::from_utf8_lossy(&ended.stderr));
        assert!(desk.sayso(&["status", "out"]).stdout.contains("stopped; the same command goes on"), "{name}");
        assert_eq!(desk.records("out").iter().map(|record| &*record.id).collect::<Vec<_>>(), ["fine"]);
        let rejects = desk.rejects("out");
        assert!(!rejects.is_empty() && rejects.iter().zip(2..).all(|(reject, n)| reject["position"] == n), "{name}");
    }
}

#[test]
fn a_second_ctrl_c_ends_what_the_first_cannot() {
    let desk = Desk::new();
    // What it has to say waits for a reader, and there is no room for more.
    let (_reader, mut full) = io::pipe().unwrap();
    let flags = fcntl_getfl(&full).unwrap();
    fcntl_setfl(&full, flags | OFlags::NONBLOCK).unwrap();
    while full.write(&[b'.'; 1024]).is_ok() {}
    fcntl_setfl(&full, flags).unwrap();
    let mut run = Command::new(assert_cmd::cargo::cargo_bin!("sayso"))
        .current_dir(desk.path("."))
        .args(["extract", "-", "--out", "out"])
        .stdin(Stdio::piped())
        .stderr(full)
        .spawn()
        .unwrap();
    while !desk.path("out/run.json").exists() {
        assert!(run.try_wait().unwrap().is_none(), "it ended");
    }
    interrupt(&run);
    while !desk.read("out/run.json").contains("\"stopped\"") {
        assert!(run.try_wait().unwrap().is_none(), "it ended");
    }
    interrupt(&run);
    let ended = (0..1000).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        run.try_wait().unwrap()
    });
    // A test that fails leaves nothing running.
    let _ = run.kill();
    assert_eq!(ended.expect("the second did not end it").code(), Some(130));
}

#[test]
fn what_is_expected_of_a_pipe_says_how_far_a_run_is() {
    let desk = Desk::new();
    let args = ["extract", "-", "--out", "out", "--quiet", "--expect", "18"];
    // The first line is no JSON, and would make a text of it.
    let lines: String = input().lines().skip(1).map(|line| format!("{line}\n")).collect();
    assert_eq!(desk.sayso_fed(&args, &lines).code, 2);
    let run: Value = serde_json::from_str(&desk.read("out/run.json")).unwrap();
    assert_eq!(run["progress"], 0.5, "9 of 18");
}

#[test]
fn a_full_disk_is_named_and_costs_nothing_that_is_written() {
    let desk = Desk::new();
    let lines: Vec<_> = (0..3).map(|n| json!({"id": format!("a{n}"), "text": FINE.repeat(12)}).to_string()).collect();
    desk.put("in.jsonl", lines.join("\n"));
    assert_eq!(desk.sayso(&["extract", "in.jsonl", "--out", "whole", "--quiet"]).code, 0);
    // Files may have 2 blocks of 1,024 bytes at most, and the signal that says so is ignored, as a full disk sends none.
    let script = "trap '' XFSZ; ulimit -f 4; exec \"$@\"";
    let program = assert_cmd::cargo::cargo_bin!("sayso").display().to_string();
    let ended = Command::new("sh")
        .args(["-c", script, "sh", &program, "extract", "in.jsonl", "--out", "out"])
        .current_dir(desk.path("."))
        .output()
        .unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(
        said.contains("out/records.jsonl: cannot be written") && said.contains("the same command goes on"),
        "{said}"
    );
    assert!(desk.sayso(&["status", "out"]).stdout.contains("failed: out/records.jsonl: cannot be written"));
    assert!(!desk.read("out/records.jsonl").is_empty());
    assert_eq!(desk.sayso(&["extract", "in.jsonl", "--out", "out", "--quiet"]).code, 0);
    assert_eq!(desk.read("out/records.jsonl"), desk.read("whole/records.jsonl"));
}

#[test]
fn a_reader_that_goes_away_does_not_stop_a_run() {
    let desk = Desk::new();
    desk.put("in/a.txt", FINE).put("in/b.txt", b"caf\xe9 owners said so.".as_slice());
    let mut run = start(&desk, &["extract", "in", "--out", "out"]);
    drop((run.stdout.take(), run.stderr.take()));
    assert_eq!(run.wait().unwrap().code(), Some(0));
    assert_eq!(desk.records("out").len(), 2);
}

#[test]
fn metrics_are_prometheus_text() {
    let desk = Desk::new();
    desk.put("in.jsonl", input());
    let args = ["extract", "in.jsonl", "--out", "out", "--dedupe", "--metrics", "sayso.prom", "--quiet"];
    assert_eq!(desk.sayso(&args).code, 2);
    let metrics = desk.read("sayso.prom");
    for line in ["sayso_articles_total 7", "sayso_rejected_total 3", "sayso_duplicates_total 1", "sayso_finished 1"] {
        assert!(metrics.lines().any(|l| l == line), "no `{line}` in {metrics}");
    }
    for line in metrics.lines() {
        let sample = line.strip_prefix("sayso_").and_then(|line| line.rsplit_once(' '));
        assert!(line.starts_with("# ") || sample.is_some_and(|(_, value)| value.parse::<f64>().is_ok()), "{line}");
    }
    assert!(!desk.path("sayso.prom.new").exists());

    assert_eq!(desk.sayso(&["extract", "in.jsonl", "--out", "-", "--metrics", "stream.prom"]).code, 2);
    assert!(desk.read("stream.prom").contains("\nsayso_finished 1\n"));
}
