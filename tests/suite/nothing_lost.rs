use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use serde_json::json;

use super::{Desk, bad_input::fails};

const FINE: &str = "The minister said the talks would resume on Monday, but her deputy warned that they may fail.";

fn line(id: &str) -> String {
    json!({"id": id, "title": "Talks", "text": FINE}).to_string() + "\n"
}

/// A desk with a run over two articles, one of them rejected, in `out`.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.put("in.jsonl", line("a") + "{\"id\": \"b\", \"text\": \"\"}\n");
    assert_eq!(desk.sayso(&["extract", "in.jsonl", "--out", "out"]).code, 2);
    desk
}

/// All that is in `out`, without what tells the time.
fn kept(desk: &Desk) -> [String; 3] {
    let run = desk.read("out/run.json");
    let counts = run[run.find("\"counts\"").unwrap()..].split('}').next().unwrap().to_owned();
    [desk.read("out/records.jsonl"), desk.read("out/rejects.jsonl"), counts]
}

fn pipe(desk: &Desk, name: &str) {
    assert!(Command::new("mkfifo").arg(desk.path(name)).status().unwrap().success());
}

#[test]
fn what_is_read_is_not_written_over() {
    let desk = desk();
    let before = kept(&desk);
    fs::hard_link(desk.path("out/records.jsonl"), desk.path("other.jsonl")).unwrap();
    symlink(desk.path("out"), desk.path("link")).unwrap();
    for args in [
        &["extract", "out/rejects.jsonl", "--out", "out", "--overwrite"][..],
        &["extract", "link/rejects.jsonl", "--out", "out", "--overwrite"],
        &["extract", "other.jsonl", "--out", "out", "--overwrite"],
        &["extract", "in.jsonl", "--out", "new", "--metrics", "in.jsonl"],
    ] {
        fails(&desk.sayso(args), &["is an input and would be written over"]);
    }
    fails(&desk.sayso(&["export", "out", "--to", "claims", "--out", "out/records.jsonl"]), &["is what is read"]);
    fails(&desk.sayso(&["report", "out", "--out", "other.jsonl"]), &["is what is read"]);
    fails(&desk.sayso(&["merge", "out", "--out", "link", "--overwrite"]), &["it is the folder to write to"]);
    assert_eq!(kept(&desk), before);
    assert!(desk.read("in.jsonl").starts_with(&line("a")));
}

#[test]
fn a_run_s_own_files_are_no_input() {
    let desk = Desk::new();
    desk.put("a.txt", FINE);
    for _ in 0..2 {
        let ended = desk.sayso(&["extract", ".", "--out", "runs/one"]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert_eq!(desk.records("runs/one").len(), 1);
    }
    let ended = desk.sayso(&["extract", ".", "--out", "runs/two"]);
    assert!(ended.stderr.contains("passed over: 2 files of runs of sayso (./runs/one/"), "{}", ended.stderr);
    assert_eq!(desk.read("runs/two/records.jsonl"), desk.read("runs/one/records.jsonl"));
}

#[test]
fn a_start_over_that_is_killed_leaves_the_old_run() {
    let desk = desk();
    desk.put("out/notes.txt", "mine");
    let before = kept(&desk);
    let over = ["extract", "-", "--out", "out", "--overwrite"];
    let mut killed = Command::new(assert_cmd::cargo::cargo_bin!("sayso"))
        .current_dir(desk.path("."))
        .args(over)
        .args(["--metrics", "metrics"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    killed.stdin.as_mut().unwrap().write_all(line("new").as_bytes()).unwrap();
    // It has begun once its figures are there.
    while !desk.path("metrics").exists() {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(kept(&desk), before);
    assert_eq!(desk.sayso(&["verify", "out"]).code, 0);

    let ended = desk.sayso_fed(&over, &line("new"));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(desk.records("out").iter().map(|record| &*record.id).collect::<Vec<_>>(), ["new"]);
    assert!(!desk.path("out/rejects.jsonl").exists());
    assert_eq!(desk.read("out/notes.txt"), "mine");
    let beside = fs::read_dir(desk.path(".")).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(beside.into_iter().all(|name| !name.to_string_lossy().starts_with('.')), "nothing is left beside");
}

#[test]
fn only_plain_files_are_replaced() {
    let desk = desk();
    desk.put("target", "kept");
    symlink(desk.path("target"), desk.path("link")).unwrap();
    pipe(&desk, "pipe");
    for out in ["link", "pipe", "out", "/dev/null"] {
        fails(&desk.sayso(&["export", "out", "--to", "csv", "--out", out]), &["which is not replaced; name another"]);
        let metrics = ["extract", "in.jsonl", "--out", "new", "--metrics", out];
        fails(&desk.sayso(&metrics), &["which is not replaced; name another"]);
    }
    fs::create_dir(desk.path("held")).unwrap();
    symlink(desk.path("target"), desk.path("held/records.jsonl")).unwrap();
    fails(&desk.sayso(&["extract", "in.jsonl", "--out", "held"]), &["there is a link"]);
    assert_eq!(desk.read("target"), "kept");
}

#[test]
fn a_changed_input_is_seen() {
    let desk = desk();
    let extract = || desk.sayso(&["extract", "in.jsonl", "--out", "out"]);
    let before = kept(&desk);
    let rejected = "{\"id\": \"b\", \"text\": \"\"}\n";
    for (changed, what) in [
        (line("a").replace("Talks", "Peace") + rejected, "`a` has another title"),
        (line("a").replace("\"title\"", "\"date\": \"2026-02-02\", \"title\"") + rejected, "`a` has another date"),
        (line("a").replace("\"title\"", "\"publisher\": \"Desk\", \"title\"") + rejected, "`a` has another publisher"),
        (line("a").replace("\"title\"", "\"url\": \"x.example\", \"title\"") + rejected, "`a` has another url"),
        (line("a").replace("\"title\"", "\"author\": \"Ana\", \"title\"") + rejected, "`a` has another author"),
        (line("a").replace("\"title\"", "\"desk\": 7, \"title\"") + rejected, "`a` has another meta"),
        (line("a") + &line("b"), "what was rejected here can be read now"),
    ] {
        desk.put("in.jsonl", changed);
        fails(&extract(), &[what]);
    }
    assert_eq!(kept(&desk), before);
}

#[test]
fn an_input_that_grows_while_it_is_read_is_no_finished_run() {
    let desk = Desk::new();
    // The pipe holds the run up behind the first file.
    desk.put("first.jsonl", line("a"));
    pipe(&desk, "pipe");
    let mut run = Command::new(assert_cmd::cargo::cargo_bin!("sayso"))
        .current_dir(desk.path("."))
        .args(["extract", "first.jsonl", "pipe", "--out", "out"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut feed = fs::File::options().write(true).open(desk.path("pipe")).unwrap();
    desk.put("first.jsonl", line("a") + &line("b"));
    feed.write_all(FINE.as_bytes()).unwrap();
    drop(feed);
    let said: Vec<String> = BufReader::new(run.stderr.take().unwrap()).lines().map(Result::unwrap).collect();
    assert_eq!(run.wait().unwrap().code(), Some(1), "{said:?}");
    assert!(said.iter().any(|line| line.contains("first.jsonl: had")), "{said:?}");
    assert!(desk.read("out/run.json").contains("\"failed\""));
}

#[test]
fn pipes_in_a_folder_are_passed_over() {
    let desk = Desk::new();
    desk.put("in/a.txt", FINE).put("in/b.doc", "").put("in/.hidden.txt", FINE);
    pipe(&desk, "in/c.txt");
    let ended = desk.sayso(&["extract", "in", "--out", "out"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for passed in ["1 pipes, sockets and devices (in/c.txt", "1 files of other kinds (in/b.doc", "1 hidden (in/.hidden"]
    {
        assert!(ended.stderr.contains(passed), "{passed}: {}", ended.stderr);
    }
}

#[test]
fn a_terminal_is_not_steered_by_texts() {
    let desk = Desk::new();
    let title = "Talks\u{1b}]0;stolen\u{7}\u{9b}2J";
    desk.put("in.jsonl", json!({"id": "a\u{1b}[8m", "title": title, "text": FINE, "date": "\u{1b}[2J"}).to_string());
    let ended = desk.sayso(&["extract", "in.jsonl", "--out", "out"]);
    let shown = desk.sayso(&["show", "out"]);
    let printed = ended.stderr + &shown.stdout + &desk.sayso(&["show", "out", "--id", "\u{1b}c"]).stderr;
    assert!(printed.contains("Talks␛]0;stolen␇"), "{printed}");
    assert!(!printed.contains(|c: char| c.is_control() && c != '\n'), "{printed:?}");
}
