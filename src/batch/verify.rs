//! A finished run checked from outside: whether its files are what was written, and whether the same is found again.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde_json::{Map, Value};

use super::counts::Counts;
use super::done::{Lines, Reject};
use super::files::{RECORDS, REJECTS};
use super::folder;
use super::lines::json;
use super::manifest::{self, Digest, Machine, Manifest, State};
use super::status::Status;
use crate::article::{Article, parse_date};
use crate::error::{Error, Place};
use crate::pipeline;
use crate::record::Record;
use crate::records;
use crate::tagger::{Dtype, Tagger};
use crate::visible::counted;

/// What the check of a run came to.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The run's own account.
    pub manifest: Manifest,
    /// Articles that were read again.
    pub sampled: usize,
    /// What does not agree, in words; empty if all does.
    pub differences: Vec<String>,
    /// Why an article that was read again may have come out otherwise.
    pub reasons: Vec<String>,
}

/// Checks the run in folder `dir`: the hashes of its files, each record against its own text, the counts, and `sample`
/// articles (all, if there are no more), which are read again from their records' texts on `threads` workers. `tagger`
/// has to compute in the run's [dtype](super::Fingerprint::dtype).
///
/// # Errors
/// If there is no run, or one of its files cannot be read at all.
pub fn verify(dir: &Path, tagger: &Tagger, sample: usize, threads: usize) -> Result<Verification, Error> {
    let Status { manifest, held } = Status::of(dir)?;
    let mut run = Verification { manifest, sampled: 0, differences: Vec::new(), reasons: Vec::new() };
    if held || run.manifest.state != State::Finished {
        run.differences.push("the run is not finished; let it go on, and check it then".to_owned());
        return Ok(run);
    }
    let found = folder::digests(dir)?;
    run.files(&found);
    let changes = run.manifest.fingerprint.changes(&run.manifest.fingerprint.clone().with(tagger.model()));
    if !changes.is_empty() {
        run.differences.push(format!("what finds the claims is not what found them: {changes}"));
        run.reasons.push("another model, version or number format finds other things; name the run's own".to_owned());
    }
    if !found.contains_key(RECORDS) {
        return Ok(run);
    }
    let sample = run.records(dir, sample)?;
    run.again(tagger, sample, threads)?;
    Ok(run)
}

impl Verification {
    /// Compares the files with what they were.
    fn files(&mut self, found: &BTreeMap<String, Digest>) {
        let wanted = &self.manifest.files;
        if wanted.is_empty() {
            self.differences.push(
                "run.json has no hashes: an older sayso finished this run; the same command as for the run adds them"
                    .to_owned(),
            );
            return;
        }
        for name in [RECORDS, REJECTS] {
            let short = |digest: &Digest| {
                format!("{}, blake3 {}", counted(digest.bytes, "byte"), digest.blake3.get(..12).unwrap_or_default())
            };
            let difference = match (wanted.get(name), found.get(name)) {
                (Some(_), None) => format!("{name} is missing"),
                (None, Some(_)) => format!("{name} was not there when the run finished"),
                (Some(wanted), Some(found)) if wanted != found => {
                    let (wanted, found) = (short(wanted), short(found));
                    format!("{name} was changed: it has {found}, and had {wanted} when the run finished")
                }
                _ => continue,
            };
            self.differences.push(difference);
            self.reasons.push("a file was changed after the run".to_owned());
        }
    }

    /// Checks each line of both files and their counts; answers with the records whose ids hash lowest, which are the
    /// same ones each time, and spread over the run.
    fn records(&mut self, dir: &Path, sample: usize) -> Result<Vec<Record>, Error> {
        let mut counts = Counts { warnings: self.manifest.counts.warnings, ..Counts::default() };
        let mut chosen = BTreeMap::new();
        for record in records::read(&dir.join(RECORDS))? {
            let record = match record {
                Ok(record) => record,
                Err(fault) => {
                    self.differences.push(fault.to_string());
                    continue;
                }
            };
            counts += Counts::of(&record);
            if record.duplicate_of.is_none() {
                chosen.insert(*blake3::hash(record.id.as_bytes()).as_bytes(), record);
                if chosen.len() > sample {
                    chosen.pop_last();
                }
            }
        }
        match rejects(dir) {
            Ok(rejected) => counts.rejected = rejected,
            Err(error) => self.differences.push(error.to_string()),
        }
        let changes = manifest::changes(&object(&self.manifest.counts), &object(&counts));
        if !changes.is_empty() {
            self.differences.push(format!("the files do not hold what run.json says: {changes}"));
        }
        Ok(chosen.into_values().collect())
    }

    /// Reads the articles of `sample` again.
    fn again(&mut self, tagger: &Tagger, sample: Vec<Record>, threads: usize) -> Result<(), Error> {
        let options = self.manifest.fingerprint.pipeline();
        let articles = sample.iter().map(article).collect();
        let found = pipeline::workers(threads)?.install(|| pipeline::run(tagger, articles, options));
        self.sampled = sample.len();
        let differ = |(record, found): (&Record, Result<Record, crate::Reject>)| match found {
            Ok(found) if json(&found) == json(record) => None,
            Ok(found) => Some(format!("{} ({})", record.id, differing(&object(record), &object(&found)))),
            Err(reject) => Some(format!("{} ({})", record.id, reject.reason)),
        };
        let others: Vec<String> = sample.iter().zip(found).filter_map(differ).collect();
        if others.is_empty() {
            return Ok(());
        }
        const NAMED: usize = 3;
        let more = others.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let named = others.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let (count, all) = (others.len(), counted(sample.len() as u64, "article"));
        let have = if count == 1 { "has" } else { "have" };
        self.differences.push(format!("of {all} read again, {count} {have} another record: {named}{more}"));
        // In int8 all machines find the same.
        if self.manifest.fingerprint.dtype != Dtype::Int8 && !self.manifest.machines.contains(&Machine::this()) {
            self.reasons.push(
                "this is another processor or libtorch than the run's (`machines` in run.json), which rounds otherwise"
                    .to_owned(),
            );
        }
        if self.reasons.is_empty() {
            self.reasons.push("records were changed before the run's last end, or this machine is at fault".to_owned());
        }
        Ok(())
    }
}

/// How many rejects there are.
fn rejects(dir: &Path) -> Result<u64, Error> {
    let mut lines = Lines::<Reject>::open(dir.join(REJECTS))?;
    let mut count = 0;
    while lines.next.is_some() {
        count += 1;
        lines.advance()?;
    }
    Ok(count)
}

/// The article that a record was made of.
fn article(record: &Record) -> Article {
    let mut article = Article::new(record.id.clone(), Place::file(RECORDS), record.text.clone());
    article.title = record.title.clone();
    article.date = record.date.as_deref().and_then(parse_date);
    article.publisher = record.publisher.clone();
    article.url = record.url.clone();
    article.author = record.author.clone();
    article.meta = record.meta.clone();
    article
}

fn object(of: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(of) {
        Ok(Value::Object(object)) => object,
        _ => unreachable!("it is a struct with string keys"),
    }
}

/// The names of what differs.
fn differing(record: &Map<String, Value>, found: &Map<String, Value>) -> String {
    let names = record.keys().filter(|name| record.get(*name) != found.get(*name));
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}
