//! `run.json`: what was run, on what, how far it is and what came of it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::process;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::counts::Counts;
use super::files;
use super::options::Options;
use super::shard::Shard;
use crate::disk;
use crate::error::Error;
use crate::ingest::Ingest;
use crate::pipeline;
use crate::record::SCHEMA;
use crate::tagger::{Dtype, Isa, Model, engine};

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It has begun. If no process holds the folder any more, it was killed.
    Running,
    /// Somebody stopped it; the same command goes on.
    Stopped,
    /// It met an error that it could not go on from; the same command goes on once that is mended.
    Failed,
    /// All of the input has its line.
    Finished,
}

/// All that the bytes of a run's results depend on, beside its input; two runs with one fingerprint can share a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(Map<String, Value>);

impl Fingerprint {
    const DTYPE: &str = "dtype";
    const GUIDE: &str = "guide";
    const MIN_CONFIDENCE: &str = "min_confidence";
    const SHARD: &str = "shard";

    /// That of a run with this model and these options, which reads as `ingest` does.
    pub(super) fn new(model: &Model, ingest: &Ingest, options: &Options) -> Self {
        let mut all = Self::of(model);
        all.extend(object(&json!({
            Self::MIN_CONFIDENCE: options.pipeline.min_confidence,
            Self::GUIDE: options.pipeline.guide.to_string(),
            "dedupe": options.dedupe.map_or(json!(false), |dedupe| json!(dedupe.name())),
            "reading": ingest.options(),
            Self::SHARD: options.shard.to_string(),
        })));
        Self(all)
    }

    /// What sayso and the model make of it.
    fn of(model: &Model) -> Map<String, Value> {
        object(&json!({
            "sayso": env!("CARGO_PKG_VERSION"),
            "schema": SCHEMA,
            "model": model.name(),
            "model_files": model.digest(),
            Self::DTYPE: model.dtype().to_string(),
        }))
    }

    /// What it says under `name`, in words.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).map(plain)
    }

    /// What the encoder computed in.
    pub fn dtype(&self) -> Dtype {
        self.get(Self::DTYPE).and_then(|dtype| dtype.parse().ok()).unwrap_or(Dtype::Fp32)
    }

    /// What was kept.
    pub(super) fn pipeline(&self) -> pipeline::Options {
        let least = self.get(Self::MIN_CONFIDENCE).and_then(|least| least.parse().ok());
        let guide = self.get(Self::GUIDE).and_then(|guide| guide.parse().ok());
        pipeline::Options { min_confidence: least.unwrap_or_default(), guide: guide.unwrap_or_default() }
    }

    /// The part of the input that was read.
    pub(super) fn shard(&self) -> Shard {
        self.get(Self::SHARD).and_then(|shard| shard.parse().ok()).unwrap_or_default()
    }

    /// The same for all of the input.
    pub(super) fn whole(mut self) -> Self {
        self.0.insert(Self::SHARD.into(), Shard::WHOLE.to_string().into());
        self
    }

    /// The same with what a run with `model` has of its own now.
    pub(super) fn with(mut self, model: &Model) -> Self {
        for (name, value) in Self::of(model) {
            self.0.insert(name, value);
        }
        self
    }

    /// What `now` has that differs, as `name old → new, …`; empty if nothing does.
    pub(super) fn changes(&self, now: &Self) -> String {
        changes(&self.0, &now.0)
    }
}

/// What differs between two objects, as `name old → new, …`; empty if nothing does.
pub(super) fn changes(before: &Map<String, Value>, now: &Map<String, Value>) -> String {
    let names = before.keys().chain(now.keys().filter(|name| !before.contains_key(*name)));
    let word = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), plain);
    let changed = names.filter(|name| before.get(*name) != now.get(*name));
    let changes = changed.map(|name| format!("{name} {} → {}", word(before.get(name)), word(now.get(name))));
    changes.collect::<Vec<_>>().join(", ")
}

/// By way of the text, so that numbers look as they do when run.json is read.
fn object(value: &Value) -> Map<String, Value> {
    serde_json::from_str(&value.to_string()).expect("it is an object")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What worked on a run. In int8 the results are the same by all; in fp32 and bf16 last decimals of confidences differ, and
/// rarely a span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The instruction set, see [`Isa::name`].
    #[serde(default)]
    pub isa: String,
    /// The version of libtorch, where there is one.
    #[serde(default)]
    pub libtorch: Option<String>,
}

impl Machine {
    /// The one that this runs on.
    pub fn this() -> Self {
        let isa = Isa::chosen().map(Isa::name).unwrap_or_default().to_owned();
        Self { isa, libtorch: engine::libtorch().map(str::to_owned) }
    }

    /// Adds it to `others`, if none of them is of its kind.
    pub(super) fn join(self, others: &mut Vec<Self>) {
        if !others.contains(&self) {
            others.push(self);
        }
    }
}

/// A file of results as it was when the run finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// How long it is.
    pub bytes: u64,
    /// Its BLAKE3, in hexadecimal digits.
    pub blake3: String,
}

/// What `run.json` holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// How far it is.
    pub state: State,
    /// What stopped it, in words.
    pub error: Option<String>,
    /// All that the results depend on.
    pub fingerprint: Fingerprint,
    /// What was read, as it was asked for.
    pub inputs: Vec<String>,
    /// Bytes of them that were read.
    #[serde(default)]
    pub input_bytes: u64,
    /// What lay in their folders and was not read, by its kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passed_over: BTreeMap<String, u64>,
    /// Random seeds: none, for nothing in a run is left to chance.
    #[serde(default)]
    pub seeds: Vec<u64>,
    /// Workers; the results do not depend on them.
    pub threads: usize,
    /// What worked on it, each kind once.
    #[serde(default)]
    pub machines: Vec<Machine>,
    /// The process that writes, or wrote last.
    pub process: u32,
    /// What has come out.
    pub counts: Counts,
    /// The share of the input that is done, from 0 to 1, where that can be told.
    pub progress: Option<f64>,
    /// Seconds to the end at the present rate, where that can be told.
    pub seconds_left: Option<f64>,
    /// When the first process began.
    pub started: String,
    /// When this was written.
    pub updated: String,
    /// Processes that have worked on it, one after another.
    pub sittings: u32,
    /// Seconds that they took, as far as they could say so.
    pub seconds: f64,
    /// Over those seconds.
    pub words_per_second: f64,
    /// The files of results, once the run is finished.
    #[serde(default)]
    pub files: BTreeMap<String, Digest>,
}

impl Manifest {
    pub(crate) const FILE: &str = files::MANIFEST;

    /// The manifest of a run that begins, or goes on after `before`.
    pub(super) fn begin(fingerprint: Fingerprint, ingest: &Ingest, options: &Options, before: Option<&Self>) -> Self {
        let now = now();
        let mut machines = before.map_or_else(Vec::new, |before| before.machines.clone());
        Machine::this().join(&mut machines);
        Self {
            state: State::Running,
            error: None,
            fingerprint,
            inputs: ingest.inputs().to_vec(),
            input_bytes: 0,
            passed_over: ingest.passed_over().iter().map(|(kind, (count, _))| (kind.clone(), *count)).collect(),
            seeds: Vec::new(),
            threads: options.threads,
            machines,
            process: process::id(),
            counts: Counts::default(),
            progress: None,
            seconds_left: None,
            started: before.map_or_else(|| now.clone(), |before| before.started.clone()),
            updated: now,
            sittings: before.map_or(0, |before| before.sittings) + 1,
            seconds: 0.0,
            words_per_second: 0.0,
            files: BTreeMap::new(),
        }
    }

    /// Notes that it is about to be written.
    pub(super) fn touch(&mut self) {
        self.updated = now();
    }

    /// The manifest in folder `dir`; `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be read, or is not a manifest.
    pub fn read(dir: &Path) -> Result<Option<Self>, Error> {
        let path = dir.join(Self::FILE);
        let failed = |reason: String| Error::NotAManifest { path: path.clone(), reason };
        match fs::read(&path) {
            Ok(json) => serde_json::from_slice(&json).map(Some).map_err(|e| failed(e.to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    pub(super) fn write(&self, dir: &Path) -> Result<(), Error> {
        let json = serde_json::to_string_pretty(self).expect("a manifest has only string keys");
        let path = dir.join(Self::FILE);
        disk::replace(&path, (json + "\n").as_bytes()).map_err(crate::error::failed(&path))
    }
}

fn now() -> String {
    // To the second: nobody compares them more closely.
    Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_named() {
        let fingerprint = |json: &str| serde_json::from_str::<Fingerprint>(json).unwrap();
        let before = fingerprint(r#"{"model": "news-en@1", "dtype": "bf16", "shard": "2/3"}"#);
        let now = fingerprint(r#"{"model": "news-en@2", "dtype": "bf16", "shard": "2/3", "dedupe": true}"#);
        assert_eq!(before.changes(&now), "model news-en@1 → news-en@2, dedupe nothing → true");
        assert_eq!(before.changes(&before), "");
        assert_eq!(before.shard(), "2/3".parse().unwrap());
        assert_eq!(before.whole().shard(), Shard::WHOLE);
    }
}
