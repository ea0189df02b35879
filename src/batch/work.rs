//! A run at work, wherever its lines go.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use super::done::Done;
use super::feed::{Feed, Step, Task};
use super::lines::Lines;
use super::manifest::{Manifest, State};
use super::metrics::prometheus;
use super::observer::{Extent, Meter, Observer};
use super::options::Options;
use crate::disk;
use crate::error::{Error, Stopped, failed};
use crate::ingest::{Found, Ingest};
use crate::pipeline;
use crate::stream::{Grouped, Ordered};
use crate::tagger::Tagger;

/// How often `run.json` and the metrics are brought up to date.
const SAVE_EVERY: Duration = Duration::from_secs(5);

/// How long a stop goes unnoticed while nothing comes in.
const TICK: Duration = Duration::from_millis(100);

/// Where the lines of a run go.
pub(super) trait Sink {
    /// Adds whole lines of records and of rejects.
    fn append(&mut self, records: &[u8], rejects: &[u8]) -> Result<(), Error>;

    /// Keeps what is to be known of the run.
    fn save(&self, manifest: &Manifest) -> Result<(), Error>;
}

/// A run that goes on.
pub(super) struct Run<'a, S> {
    pub(super) sink: S,
    pub(super) manifest: Manifest,
    /// Whether there is a line that was not there before.
    pub(super) has_added: bool,
    options: &'a Options,
    observer: &'a mut dyn Observer,
    meter: Meter,
    /// Seconds of the processes before this one.
    earlier: f64,
    /// When the manifest was last written.
    saved: Instant,
}

impl<'a, S: Sink> Run<'a, S> {
    pub(super) fn new(
        options: &'a Options,
        observer: &'a mut dyn Observer,
        sink: S,
        manifest: Manifest,
        before: Option<&Manifest>,
    ) -> Self {
        let earlier = before.map_or(0.0, |before| before.seconds);
        let (meter, saved) = (Meter::new(Extent::Unknown), Instant::now());
        Self { sink, manifest, has_added: false, options, observer, meter, earlier, saved }
    }

    /// Reads the input, but for what is done, to its end or until it is stopped.
    pub(super) fn work(&mut self, tagger: &Tagger, ingest: Ingest, done: Done) -> Result<State, Error> {
        let options = self.options;
        self.meter = Meter::new(match (ingest.total_bytes(), options.expected) {
            (_, Some(articles)) => Extent::Articles(articles),
            (Some(bytes), None) => Extent::Bytes(bytes),
            (None, None) => Extent::Unknown,
        });
        self.observer.begin(self.meter.is_measured());
        let workers = pipeline::workers(options.threads)?;
        let feed = Feed::new(ingest, done, options.shard, options.dedupe);
        let (tagger, pipeline, stop) = (tagger.clone(), options.pipeline, Arc::clone(&options.stop));
        let size_of = |step: &Step| step.task.as_ref().map_or(1, Task::size);
        let lines = Ordered::new(workers, Grouped::new(feed, pipeline::UNIT, size_of), move |steps| {
            let read = |articles| pipeline::run_each(&tagger, articles, pipeline, &stop);
            Lines::of(steps, tagger.model().name(), read)
        });
        let ended = self.write_all(lines);
        self.observer.end();
        ended
    }

    fn write_all(&mut self, mut lines: Ordered<Result<Lines, Stopped>>) -> Result<State, Error> {
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
        lines.warnings.iter().for_each(|warning| self.observer.warn(warning));
        self.has_added |= lines.fresh;
        self.sink.append(lines.records.as_bytes(), lines.rejects.as_bytes())?;
        let progress = self.meter.update(self.manifest.counts, lines.bytes_read, lines.position, lines.fresh);
        self.observer.advance(&progress);
        Ok(lines.end)
    }

    /// Has the manifest and the metrics brought up to date.
    pub(super) fn save(&mut self) -> Result<(), Error> {
        self.saved = Instant::now();
        let manifest = &mut self.manifest;
        let seconds = self.earlier + self.meter.seconds();
        manifest.seconds = (seconds * 1e3).round() / 1e3;
        manifest.words_per_second = (manifest.counts.words as f64 / seconds.max(1e-3)).round();
        manifest.progress = self.meter.share().map(|share| (share * 1e4).round() / 1e4);
        manifest.seconds_left = self.meter.seconds_left().map(f64::round);
        manifest.touch();
        self.sink.save(manifest)?;
        // That it is finished is said once it is in its place.
        if manifest.state == State::Finished { Ok(()) } else { write_metrics(manifest, self.options) }
    }
}

pub(super) fn write_metrics(manifest: &Manifest, options: &Options) -> Result<(), Error> {
    let Some(path) = &options.metrics else { return Ok(()) };
    disk::replace(path, prometheus(manifest).as_bytes()).map_err(failed(path))
}

/// Makes sure that none of the files that are `written`, nor the metrics, is one that is read.
pub(super) fn apart(ingest: &Ingest, written: &[PathBuf], options: &Options) -> Result<(), Error> {
    for input in ingest.found().iter().filter_map(Found::path) {
        let mut all = written.iter().chain(&options.metrics).map(PathBuf::as_path);
        if let Some(written) = all.find(|path: &&Path| disk::is_same(path, input)) {
            return Err(Error::Overlap { path: input.to_owned(), written: written.to_owned() });
        }
    }
    Ok(())
}
