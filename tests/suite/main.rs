//! The program as a user meets it: what is typed, what comes out, and what happens to bad input.
#![allow(clippy::unwrap_used, reason = "in a test that is a check")]

mod bad_input;
mod corpus;
mod docs;
mod eval;
mod examples;
mod extract;
mod hand_off;
mod long_runs;
mod nothing_lost;
mod same_bytes;
#[cfg(feature = "serve")]
mod serve;
mod ships;
mod show;
mod verify;
#[cfg(feature = "serve")]
mod web;

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

/// The program, in an empty folder of its own.
struct Desk {
    folder: TempDir,
}

/// How a command ended.
struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, with the folders above it.
    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn sayso(&self, args: &[&str]) -> Ended {
        self.sayso_fed(args, "")
    }

    fn sayso_fed(&self, args: &[&str], stdin: &str) -> Ended {
        let mut command = Command::cargo_bin("sayso").unwrap();
        let output = command.current_dir(self.folder.path()).args(args).write_stdin(stdin).output().unwrap();
        Ended {
            code: output.status.code().expect("it ended by itself"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn records(&self, folder: &str) -> Vec<Record> {
        let lines = self.read(&format!("{folder}/records.jsonl"));
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn rejects(&self, folder: &str) -> Vec<Value> {
        let lines = self.read(&format!("{folder}/rejects.jsonl"));
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The checkout's demonstration articles.
fn corpus() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").display().to_string()
}

/// The record as the README promises it, declared anew, so that a change of the schema shows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "reading them is the check")]
struct Record {
    schema: String,
    id: String,
    title: Option<String>,
    date: Option<String>,
    publisher: Option<String>,
    url: Option<String>,
    author: Option<String>,
    meta: serde_json::Map<String, Value>,
    duplicate_of: Option<String>,
    text: String,
    sentences: Vec<[usize; 2]>,
    speakers: Vec<Speaker>,
    claims: Vec<Claim>,
    hedges: Vec<Hedge>,
    model: String,
    sayso: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "reading them is the check")]
struct Speaker {
    id: String,
    name: String,
    kind: String,
    named: bool,
    role: Option<Span>,
    affiliation: Option<Span>,
    mentions: Vec<Span>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "reading them is the check")]
struct Claim {
    id: String,
    speaker: Option<String>,
    speaker_confidence: Value,
    source: Option<Span>,
    cue: Option<Span>,
    content: Vec<Span>,
    quote: String,
    #[serde(rename = "type")]
    attribution: String,
    hedges: Vec<String>,
    certainty: String,
    polarity: String,
    within: Option<String>,
    sentences: Vec<usize>,
    confidence: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "reading them is the check")]
struct Hedge {
    id: String,
    start: usize,
    end: usize,
    text: String,
    class: String,
    scope: Option<Span>,
    claim: Option<String>,
    confidence: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Span {
    start: usize,
    end: usize,
    text: String,
}

impl Record {
    /// The claim with this cue.
    fn claim(&self, cue: &str) -> &Claim {
        let found = self.claims.iter().find(|c| c.cue.as_ref().is_some_and(|s| s.text == cue));
        found.unwrap_or_else(|| panic!("no claim with the cue `{cue}` among {:#?}", self.claims))
    }

    fn spans(&self) -> impl Iterator<Item = &Span> {
        let of_claims = self.claims.iter().flat_map(|c| c.source.iter().chain(&c.cue).chain(&c.content));
        let of_speakers = self.speakers.iter().flat_map(|s| &s.mentions);
        of_claims.chain(of_speakers).chain(self.hedges.iter().flat_map(|h| &h.scope))
    }
}
