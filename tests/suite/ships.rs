//! The program as it is handed on: one file, what shells and readers know of it, and how it fits between others.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Desk, Ended, bad_input::fails, corpus};

const FINE: &str = "The minister said the talks would resume on Monday, but her deputy warned that they may fail.";

fn models() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/news-en").display().to_string()
}

fn program() -> &'static Path {
    assert_cmd::cargo::cargo_bin!("sayso")
}

impl Desk {
    /// What a program that lies on the desk says, with another model named if one is given.
    fn own(&self, args: &[&str], model: Option<&str>) -> Ended {
        let mut command = Command::new(self.path("bin/sayso"));
        command.current_dir(self.folder.path()).args(args).env_remove("SAYSO_MODEL");
        let output = command.envs(model.map(|dir| ("SAYSO_MODEL", dir))).output().unwrap();
        let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        Ended { code: output.status.code().unwrap(), stdout, stderr }
    }
}

#[cfg(feature = "bundled-model")]
#[test]
fn the_program_works_wherever_it_is_copied() {
    let desk = Desk::new();
    desk.put("a.txt", FINE);
    fs::create_dir(desk.path("bin")).unwrap();
    fs::copy(program(), desk.path("bin/sayso")).unwrap();
    for (out, model) in [("carried", None), ("named", Some(models()))] {
        let ended = desk.own(&["extract", "a.txt", "--out", out], model.as_deref());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    }
    assert_eq!(desk.read("carried/records.jsonl"), desk.read("named/records.jsonl"));

    let [carried, named] = [None, Some(models())].map(|model| desk.own(&["model"], model.as_deref()).stdout);
    let (first, rest) = carried.split_once('\n').unwrap();
    assert_eq!(first, format!("{} from this program", desk.records("carried")[0].model));
    assert_eq!(named.split_once('\n').unwrap().1, rest, "the same files, hashes and card");
    let run: Value = serde_json::from_str(&desk.read("carried/run.json")).unwrap();
    assert!(rest.contains(run["fingerprint"]["model_files"].as_str().unwrap()), "{rest}");
    assert!(rest.contains(&fs::read_to_string(Path::new(&models()).join("README.md")).unwrap()));

    fails(&desk.own(&["extract", "a.txt", "--out", "none"], Some("nowhere")), &["nowhere/config.json"]);
}

#[test]
fn shells_and_manual_pages_know_every_command() {
    let desk = Desk::new();
    let help = desk.sayso(&["--help"]).stdout;
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .map_while(|line| line.strip_prefix("  "))
        // What goes on from the line above is further in.
        .filter(|line| !line.starts_with([' ', '\t']))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.contains(&"extract") && commands.contains(&"completions"), "{help}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = desk.sayso(&["completions", shell]);
        assert_eq!(script.code, 0, "{}", script.stderr);
        for word in commands.iter().chain(&["min-confidence"]) {
            assert!(script.stdout.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(desk.sayso(&["man", "pages"]).code, 0);
    for command in commands {
        assert!(desk.read(&format!("pages/sayso-{command}.1")).contains(".TH"), "{command}");
    }
    assert!(desk.read("pages/sayso.1").contains("Who said what"));
    desk.put("file", "");
    fails(&desk.sayso(&["man", "file/pages"]), &["file/pages", "name another folder"]);
}

#[test]
fn records_go_to_standard_output() {
    let desk = Desk::new();
    desk.put("bad.jsonl", format!("{{\"text\": {FINE:?}}}\n{{\"text\": 7}}\n"));
    let inputs = [&corpus(), "bad.jsonl"];
    assert_eq!(desk.sayso(&["extract", inputs[0], inputs[1], "--out", "out"]).code, 2);
    let ended = desk.sayso(&["extract", inputs[0], inputs[1], "--out", "-"]);
    assert_eq!((ended.code, &ended.stdout), (2, &desk.read("out/records.jsonl")));
    assert!(ended.stderr.contains(desk.read("out/rejects.jsonl").trim()), "{}", ended.stderr);
    let allowed = desk.sayso(&["extract", inputs[0], inputs[1], "--out", "-", "--allow-rejects"]);
    assert_eq!((allowed.code, &allowed.stdout), (0, &ended.stdout));
    assert!(ended.stderr.contains("16 articles, "), "{}", ended.stderr);
    assert!(!desk.path("-").exists());
    assert_eq!(desk.sayso(&["extract", &corpus(), "--out", "-", "--quiet"]).stderr, "");
    fails(&desk.sayso(&["extract", "bad.jsonl", "--out", "-", "--overwrite"]), &["--overwrite"]);

    let shards = ["1/2", "0/2"].map(|shard| desk.sayso(&["extract", &corpus(), "--out", "-", "--shard", shard]).stdout);
    assert_eq!(shards.map(|shard| shard.lines().count()), [8, 7]);
}

#[test]
fn whoever_stops_reading_records_ends_the_run_well() {
    let mut run = Command::new(program());
    run.args(["extract", &corpus(), "--out", "-"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut run = run.spawn().unwrap();
    drop(run.stdout.take());
    let ended = run.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn defaults_meet_and_a_status_is_json() {
    let desk = Desk::new();
    desk.put("a.txt", FINE);
    let said = desk.sayso(&["extract", "a.txt"]).stderr;
    assert!(said.starts_with("1 article, 2 claims, 17 words in "), "{said}");
    assert_eq!(desk.sayso(&["show"]).stdout, desk.sayso(&["show", "outputs/run"]).stdout);
    assert!(said.ends_with("\nread them: sayso show outputs/run\n"), "{said}");
    desk.put("b.txt", "It rains.");
    let said = desk.sayso(&["extract", "b.txt", "--out", "nothing"]).stderr;
    assert!(said.contains("1 article, 0 claims") && !said.contains("sayso show"), "there is nothing to read: {said}");
    let status: Value = serde_json::from_str(&desk.sayso(&["status", "--json"]).stdout).unwrap();
    let mut run: Value = serde_json::from_str(&desk.read("outputs/run/run.json")).unwrap();
    run["held"] = false.into();
    assert_eq!(status, run);
    assert!(desk.sayso(&["status"]).stdout.contains("  1 article, 0 of them duplicates, 0 rejected, 0 warnings"));
}

#[test]
fn the_environment_has_defaults() {
    let desk = Desk::new();
    desk.put("a.txt", FINE);
    let claims = |args: &[&str], most: &str| {
        let mut command = Command::new(program());
        command.current_dir(desk.folder.path()).args(["extract", "a.txt", "--out", "-", "--quiet"]).args(args);
        let output = command.env("SAYSO_MIN_CONFIDENCE", most).env("SAYSO_THREADS", "1").output().unwrap();
        let record: Option<Value> = serde_json::from_slice(&output.stdout).ok();
        (record.map(|record| record["claims"].as_array().unwrap().len()), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(claims(&[], "0").0, Some(2));
    assert_eq!(claims(&[], "1").0, Some(0));
    assert_eq!(claims(&["--min-confidence", "0"], "1").0, Some(2), "what is typed wins");
    let (none, said) = claims(&[], "much");
    assert!(none.is_none() && said.contains("--min-confidence"), "{said}");
    let help = desk.sayso(&["serve", "--help"]).stdout;
    for name in ["SAYSO_MODEL", "SAYSO_THREADS", "SAYSO_MIN_CONFIDENCE", "SAYSO_LISTEN", "SAYSO_TOKEN"] {
        assert!(help.contains(&format!("[env: {name}")), "{name} in {help}");
    }
}
