//! A run over a corpus: articles in; `records.jsonl`, `rejects.jsonl` and `run.json` out, with progress on the way.
//!
//! The output is the checkpoint. Both files are in the order of the input and only ever grow by whole lines, so a run
//! that was killed goes on behind what is there, and ends with the bytes of a run that was not.

mod counts;
mod done;
mod feed;
mod folder;
mod lines;
mod manifest;
mod merge;
mod meter;
mod metrics;
mod shard;
mod status;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use serde_json::Value;

pub use counts::Counts;
pub(crate) use folder::OWN as FILES;
pub use manifest::{Digest, Fingerprint, Machine, Manifest, State};
pub use merge::merge;
pub use meter::Progress;
pub use metrics::prometheus;
pub use shard::Shard;
pub use status::Status;
pub use verify::{Verification, verify};

use crate::disk;
use crate::error::{Error, Stopped};
use crate::ingest::{Found, Ingest};
use crate::pipeline;
use crate::stream::{Grouped, Ordered};
use crate::tagger::Tagger;
use feed::{Feed, Step, Task};
use folder::Folder;
use lines::Lines;
use meter::{Extent, Meter};

/// How often `run.json` and the metrics are brought up to date.
const SAVE_EVERY: Duration = Duration::from_secs(5);

/// How long a stop goes unnoticed while nothing comes in.
const TICK: Duration = Duration::from_millis(100);

/// What a run is to do, beside its inputs and its tagger.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The folder for the results; made if it is missing.
    pub out: PathBuf,
    /// Start over, whatever run is in `out`; that stays until the new one is finished.
    pub overwrite: bool,
    /// What is read, as it was asked for; for `run.json`.
    pub inputs: Vec<String>,
    /// How it is read, as far as the results depend on it: a run only goes on with the same.
    pub reading: Value,
    /// What is kept.
    pub pipeline: pipeline::Options,
    /// The part of the input that is worked on.
    pub shard: Shard,
    /// Whether an article with the text of an earlier one gets a record that points to that, and is not tagged.
    pub dedupe: bool,
    /// Workers; each runs one encoder batch at a time.
    pub threads: usize,
    /// What is seen of it.
    pub progress: Progress,
    /// Articles that are to come, where the inputs do not tell how much there is.
    pub expected: Option<u64>,
    /// Where metrics are written for Prometheus.
    pub metrics: Option<PathBuf>,
    /// Set it from outside to stop the run within a moment.
    pub stop: Arc<AtomicBool>,
}

/// Runs `tagger` over everything in `ingest` and writes the results to `options.out`, or goes on with the run that was
/// begun there.
///
/// Records come in the order of the input. An article that cannot be read or tagged is written to `rejects.jsonl` and
/// the run goes on. The manifest says whether it finished or was stopped.
///
/// # Errors
/// If the output folder cannot be written, is in use or holds another run, if the input is not what it was when the
/// run began, or two articles have one id; what was written until then stays.
pub fn run(tagger: &Tagger, ingest: Ingest, options: &Options) -> Result<Manifest, Error> {
    let workers = pipeline::workers(options.threads)?;
    apart(&ingest, &options.out, options.metrics.as_deref())?;
    let fingerprint = Fingerprint::new(tagger.model(), options);
    let (folder, before) = Folder::open(&options.out, &fingerprint, options.overwrite)?;
    let mut manifest = Manifest::begin(fingerprint, options, before.as_ref());
    manifest.passed_over = ingest.passed_over().iter().map(|(kind, (count, _))| (kind.clone(), *count)).collect();
    let extent = match (ingest.total_bytes(), options.expected) {
        (_, Some(articles)) => Extent::Articles(articles),
        (Some(bytes), None) => Extent::Bytes(bytes),
        (None, None) => Extent::Unknown,
    };
    let feed = Feed::new(ingest, folder.done()?, options.shard, options.dedupe);
    let meter = Meter::new(options.progress, extent);
    let earlier = before.as_ref().map_or(0.0, |before| before.seconds);
    let saved = Instant::now();
    let mut run = Run { options, folder, manifest, meter, earlier, saved, has_added: false };
    run.save()?;

    let (tagger, pipeline, stop) = (tagger.clone(), options.pipeline, Arc::clone(&options.stop));
    let size_of = |step: &Step| step.task.as_ref().map_or(1, Task::size);
    let lines = Ordered::new(workers, Grouped::new(feed, pipeline::UNIT, size_of), move |steps| {
        let read = |articles| pipeline::run_each(&tagger, articles, pipeline, &stop);
        Lines::of(steps, tagger.model().name(), read)
    });
    let ended = run.work(lines).and_then(|state| {
        run.folder.sync()?;
        if state == State::Finished {
            run.manifest.files = folder::digests(run.folder.dir())?;
        }
        Ok(state)
    });
    run.meter.finish();
    let state = ended.as_ref().map_or(State::Failed, |&state| state);
    if let Some(before) = before.filter(|_| state != State::Finished && !run.has_added) {
        // Nothing came of it, so the run is where it was.
        run.manifest = before;
        let written = run.manifest.write(run.folder.dir());
        return ended.and_then(|state| written.map(|()| Manifest { state, ..run.manifest }));
    }
    run.manifest.state = state;
    run.manifest.error = ended.as_ref().err().map(Error::to_string);
    let saved = run.save();
    // On a full disk both fail; the error that counts is the first.
    ended.and(saved)?;
    if state == State::Finished {
        run.folder.publish()?;
        write_metrics(&run.manifest, options)?;
    }
    Ok(run.manifest)
}

fn write_metrics(manifest: &Manifest, options: &Options) -> Result<(), Error> {
    let Some(path) = &options.metrics else { return Ok(()) };
    disk::replace(path, prometheus(manifest).as_bytes()).map_err(folder::failed(path))
}

/// Makes sure that nothing is written where it is read.
fn apart(ingest: &Ingest, out: &Path, metrics: Option<&Path>) -> Result<(), Error> {
    let own = folder::OWN.map(|name| out.join(name));
    for input in ingest.found().iter().filter_map(Found::path) {
        let written = own.iter().map(PathBuf::as_path).chain(metrics).find(|path| disk::is_same(path, input));
        if let Some(written) = written {
            return Err(Error::Overlap { path: input.to_owned(), written: written.to_owned() });
        }
    }
    Ok(())
}

/// A run at work.
struct Run<'a> {
    options: &'a Options,
    folder: Folder,
    manifest: Manifest,
    meter: Meter,
    /// Seconds of the processes before this one.
    earlier: f64,
    /// When the manifest was last written.
    saved: Instant,
    /// Whether there is a line that was not there before.
    has_added: bool,
}

impl Run<'_> {
    /// Writes what comes of the input, to its end or until the run is stopped.
    fn work(&mut self, mut lines: Ordered<Result<Lines, Stopped>>) -> Result<State, Error> {
        loop {
            if self.options.stop.load(Ordering::Relaxed) {
                return Ok(State::Stopped);
            }
            match lines.next_within(TICK) {
                Ok(Err(Stopped)) => return Ok(State::Stopped),
                Ok(Ok(lines)) => {
                    let position = lines.position;
                    if let Some(end) = self.write(lines)? {
                        return end.and_then(|()| self.finished(position));
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                // The feed always says that it is over.
                Err(RecvTimeoutError::Disconnected) => return self.finished(u64::MAX),
            }
            if self.saved.elapsed() >= SAVE_EVERY {
                self.save()?;
            }
        }
    }

    /// The run is finished only if each of the input's articles that are its own has a line.
    fn finished(&self, read: u64) -> Result<State, Error> {
        let (read, written) = (self.options.shard.share(read), self.manifest.counts.lines());
        if read == written {
            return Ok(State::Finished);
        }
        Err(Error::Unaccounted { path: self.options.out.clone(), read, written })
    }

    /// Writes lines, and says whether they are the last.
    fn write(&mut self, lines: Lines) -> Result<Option<Result<(), Error>>, Error> {
        self.manifest.counts += lines.counts;
        self.manifest.input_bytes = lines.bytes_read;
        self.meter.warn(&lines.warnings);
        self.has_added |= lines.fresh;
        self.folder.append(lines.records.as_bytes(), lines.rejects.as_bytes())?;
        self.meter.update(&self.manifest.counts, lines.bytes_read, lines.position, lines.fresh);
        Ok(lines.end)
    }

    /// Writes the manifest and the metrics.
    fn save(&mut self) -> Result<(), Error> {
        self.saved = Instant::now();
        let manifest = &mut self.manifest;
        let seconds = self.earlier + self.meter.seconds();
        manifest.seconds = (seconds * 1e3).round() / 1e3;
        manifest.words_per_second = (manifest.counts.words as f64 / seconds.max(1e-3)).round();
        manifest.progress = self.meter.share().map(|share| (share * 1e4).round() / 1e4);
        manifest.seconds_left = self.meter.seconds_left().map(f64::round);
        manifest.touch();
        manifest.write(self.folder.dir())?;
        // That it is finished is said once it is in its place.
        if manifest.state == State::Finished { Ok(()) } else { write_metrics(manifest, self.options) }
    }
}
