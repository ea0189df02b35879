//! `run.json`: what was run, on what, how far it is and what came of it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::process;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::counts::Counts;
use super::files;
use super::firsts::{self, Dedupe};
use super::options::Options;
use super::shard::Shard;
use crate::disk;
use crate::error::Error;
use crate::ingest::Ingest;
use crate::pipeline;
use crate::record::SCHEMA;
use crate::tagger::{Dtype, Guide, Isa, Model, engine};

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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fingerprint {
    /// sayso's version.
    pub sayso: String,
    /// The records' schema.
    pub schema: String,
    /// The model's name, with its version.
    pub model: String,
    /// The BLAKE3 of its files.
    pub model_files: String,
    /// What the encoder computed in.
    pub dtype: Dtype,
    /// See [`pipeline::Options`].
    pub min_confidence: f32,
    /// What counted as a claim.
    pub guide: Guide,
    /// Which copies of earlier articles were told.
    #[serde(serialize_with = "firsts::written", deserialize_with = "firsts::read")]
    pub dedupe: Option<Dedupe>,
    /// What was read, see [`Options`](crate::ingest::Options).
    pub reading: Value,
    /// The part of the input that was read.
    pub shard: Shard,
    /// What results of another version depend on.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

impl Fingerprint {
    /// That of a run with this model and these options, which reads as `ingest` does.
    pub(super) fn new(model: &Model, ingest: &Ingest, options: &Options) -> Self {
        Self {
            sayso: env!("CARGO_PKG_VERSION").into(),
            schema: SCHEMA.into(),
            model: model.name().into(),
            model_files: model.digest().into(),
            dtype: model.dtype(),
            min_confidence: options.pipeline.min_confidence,
            guide: options.pipeline.guide,
            dedupe: options.dedupe,
            reading: plainly(ingest.options()),
            shard: options.shard,
            others: Map::new(),
        }
    }

    /// The same with what a run with `model` has of its own now.
    pub(super) fn with(mut self, model: &Model) -> Self {
        self.sayso = env!("CARGO_PKG_VERSION").into();
        self.schema = SCHEMA.into();
        self.model = model.name().into();
        self.model_files = model.digest().into();
        self.dtype = model.dtype();
        self
    }

    /// What was kept.
    pub(super) fn pipeline(&self) -> pipeline::Options {
        pipeline::Options { min_confidence: self.min_confidence, guide: self.guide }
    }

    /// What `now` has that differs, as `name old → new, …`; empty if nothing does.
    pub(super) fn changes(&self, now: &Self) -> String {
        changes(&plainly(self), &plainly(now))
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
fn plainly<T: DeserializeOwned>(of: &impl Serialize) -> T {
    let text = serde_json::to_string(of).expect("it has only string keys");
    serde_json::from_str(&text).expect("it is an object")
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
pub(super) mod tests {
    use super::*;

    /// One of a run that came to `state`.
    pub(in crate::batch) fn manifest(state: State) -> Manifest {
        let fingerprint = serde_json::json!({
            "sayso": "0.1.0", "schema": SCHEMA, "model": "news-en@1", "model_files": "ab", "dtype": "int8",
            "min_confidence": 0.2, "guide": "sayso", "shard": "1/1", "dedupe": false, "reading": {},
        });
        let run = serde_json::json!({
            "state": state, "error": null, "fingerprint": fingerprint, "inputs": [], "input_bytes": 0, "passed_over": {},
            "seeds": [], "threads": 1, "machines": [], "process": 1, "counts": Counts::default(), "progress": null,
            "seconds_left": null, "started": "2026-02-02T00:00:00Z", "updated": "2026-02-02T00:00:00Z", "sittings": 1,
            "seconds": 1.0, "words_per_second": 1.0, "files": {},
        });
        serde_json::from_value(run).unwrap()
    }

    #[test]
    fn times_are_to_the_second_and_of_now() {
        let written: Timestamp = now().parse().unwrap();
        assert_eq!(written.subsec_nanosecond(), 0);
        assert!(Timestamp::now().duration_since(written).as_secs() < 60);
    }

    #[test]
    fn each_machine_is_named_once() {
        let machine = |isa: &str| Machine { isa: isa.into(), libtorch: None };
        let mut machines = Vec::new();
        for isa in ["avx2", "portable", "avx2"] {
            machine(isa).join(&mut machines);
        }
        assert_eq!(machines, [machine("avx2"), machine("portable")]);
        assert!(!Machine::this().isa.is_empty());
    }

    #[test]
    fn what_is_no_manifest_is_not_taken_for_none() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Manifest::read(dir.path()).unwrap().is_none());
        manifest(State::Stopped).write(dir.path()).unwrap();
        assert_eq!(Manifest::read(dir.path()).unwrap().unwrap().state, State::Stopped);
        fs::remove_file(dir.path().join(Manifest::FILE)).unwrap();
        fs::create_dir(dir.path().join(Manifest::FILE)).unwrap();
        assert!(matches!(Manifest::read(dir.path()), Err(Error::NotAManifest { .. })));
    }

    #[test]
    fn a_change_is_named() {
        let fingerprint = |rest: &str| -> Fingerprint {
            let head =
                r#""sayso": "0.1.0", "schema": "sayso.record/2", "model_files": "ab", "dtype": "bf16", "reading": {}"#;
            let head = format!(r#"{{{head}, "min_confidence": 0.2, "guide": "sayso", "shard": "2/3", {rest}}}"#);
            serde_json::from_str(&head).unwrap()
        };
        let before = fingerprint(r#""model": "news-en@1", "dedupe": false"#);
        let now = fingerprint(r#""model": "news-en@2", "dedupe": true, "glossary": 3"#);
        assert_eq!(before.changes(&now), "model news-en@1 → news-en@2, dedupe false → exact, glossary nothing → 3");
        assert_eq!(before.changes(&before), "");
        assert_eq!((before.shard, before.min_confidence), ("2/3".parse().unwrap(), 0.2));
    }
}
