//! A run whose lines are handed on as they are made: nothing is kept of it, so nothing can go on with it.

use std::io::Write;

use super::done::Done;
use super::manifest::{Fingerprint, Manifest, State};
use super::observer::Observer;
use super::options::Options;
use super::work::{Run, Sink, apart, write_metrics};
use crate::error::{Error, failed};
use crate::ingest::Ingest;
use crate::tagger::Tagger;

/// What takes lines without a folder.
struct Stream<'a> {
    options: &'a Options,
    records: &'a mut dyn Write,
    rejects: &'a mut dyn FnMut(&str),
}

impl Sink for Stream<'_> {
    fn append(&mut self, records: &[u8], rejects: &[u8]) -> Result<(), Error> {
        for line in String::from_utf8_lossy(rejects).lines() {
            (self.rejects)(line);
        }
        let written = self.records.write_all(records).and_then(|()| self.records.flush());
        written.map_err(failed(&self.options.out))
    }

    fn save(&self, _: &Manifest) -> Result<(), Error> {
        Ok(())
    }
}

/// As [`run`](super::run), with each line of `records.jsonl` written to `records` and each of `rejects.jsonl` told to
/// `rejects`; the folder `options.out` is only what errors call it.
///
/// # Errors
/// If `records` cannot be written, the input is not what it was when the run began, or two articles have one id.
pub fn stream(
    tagger: &Tagger,
    ingest: Ingest,
    options: &Options,
    observer: &mut dyn Observer,
    records: &mut dyn Write,
    rejects: &mut dyn FnMut(&str),
) -> Result<Manifest, Error> {
    apart(&ingest, &[], options)?;
    let manifest = Manifest::begin(Fingerprint::new(tagger.model(), &ingest, options), &ingest, options, None);
    let mut run = Run::new(options, observer, Stream { options, records, rejects }, manifest, None);
    let ended = run.work(tagger, ingest, Done::none());
    run.manifest.state = ended.as_ref().map_or(State::Failed, |&state| state);
    let saved = run.save();
    ended.and(saved)?;
    if run.manifest.state == State::Finished {
        write_metrics(&run.manifest, options)?;
    }
    Ok(run.manifest)
}
