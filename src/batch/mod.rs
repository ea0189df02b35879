//! A run over a corpus: articles in; `records.jsonl`, `rejects.jsonl` and `run.json` out, with progress on the way.
//!
//! The output is the checkpoint. Both files are in the order of the input and only ever grow by whole lines, so a run
//! that was killed goes on behind what is there, and ends with the bytes of a run that was not.

mod done;
mod feed;
mod folder;
mod manifest;
mod merge;
mod meter;
mod metrics;
mod shard;
mod status;
mod stream;
mod verify;

use std::any::Any;
use std::ops::AddAssign;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use rayon::ThreadPool;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use folder::OWN as FILES;
pub use manifest::{Digest, Fingerprint, Machine, Manifest, State};
pub use merge::merge;
pub use meter::{Progress, counted};
pub use metrics::prometheus;
pub use shard::Shard;
pub use status::Status;
pub use stream::stream;
pub use verify::{Verification, verify};

use crate::article::Article;
use crate::disk;
use crate::error::{Error, Reject};
use crate::ingest::{Found, Ingest};
use crate::pipeline;
use crate::record::Record;
use crate::tagger::Tagger;
use feed::{Chunk, Feed, Task};
use folder::Folder;
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

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Articles with a record.
    pub articles: u64,
    /// Those among them whose record points to an earlier one; they add to no figure below.
    pub duplicates: u64,
    /// Articles without: see `rejects.jsonl`.
    pub rejected: u64,
    /// Warnings about articles that have a record all the same.
    pub warnings: u64,
    /// Sentences of all records.
    pub sentences: u64,
    /// Words (runs between white space) of all records.
    pub words: u64,
    /// Claims of all records.
    pub claims: u64,
}

impl Counts {
    fn of(record: &Record) -> Self {
        if record.duplicate_of.is_some() {
            return Self::duplicate();
        }
        Self {
            articles: 1,
            sentences: record.sentences.len() as u64,
            words: words(&record.text),
            claims: record.claims.len() as u64,
            ..Self::default()
        }
    }

    /// Lines of both files.
    fn lines(&self) -> u64 {
        self.articles + self.rejected
    }

    fn duplicate() -> Self {
        Self { articles: 1, duplicates: 1, ..Self::default() }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.articles += more.articles;
        self.duplicates += more.duplicates;
        self.rejected += more.rejected;
        self.warnings += more.warnings;
        self.sentences += more.sentences;
        self.words += more.words;
        self.claims += more.claims;
    }
}

fn words(text: &str) -> u64 {
    text.split_whitespace().count() as u64
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
    let pool = pool(options.threads)?;
    let own = folder::OWN.map(|name| options.out.join(name));
    apart(&ingest, own.iter().map(PathBuf::as_path).chain(options.metrics.as_deref()))?;
    let fingerprint = Fingerprint::new(tagger.model(), options);
    let (folder, before) = Folder::open(&options.out, &fingerprint, options.overwrite)?;
    let mut manifest = Manifest::begin(fingerprint, options, before.as_ref());
    manifest.passed_over = ingest.passed_over().iter().map(|(kind, (count, _))| (kind.clone(), *count)).collect();
    let meter = Meter::new(options.progress, extent(&ingest, options));
    let feed = Feed::new(ingest, folder.done()?, options.shard, options.dedupe);
    let mut run = Run::new(tagger, options, pool, folder, manifest, meter);
    run.earlier = before.as_ref().map_or(0.0, |before| before.seconds);
    run.save()?;

    let ended = run.work(feed).and_then(|state| {
        run.sink.sync()?;
        if state == State::Finished {
            run.manifest.files = folder::digests(run.sink.dir())?;
        }
        Ok(state)
    });
    run.meter.finish();
    let state = ended.as_ref().map_or(State::Failed, |&state| state);
    if let Some(before) = before.filter(|_| state != State::Finished && !run.has_added) {
        // Nothing came of it, so the run is where it was.
        run.manifest = before;
        let written = run.manifest.write(run.sink.dir());
        return ended.and_then(|state| written.map(|()| Manifest { state, ..run.manifest }));
    }
    run.manifest.state = state;
    run.manifest.error = ended.as_ref().err().map(Error::to_string);
    let saved = run.save();
    // On a full disk both fail; the error that counts is the first.
    ended.and(saved)?;
    if state == State::Finished {
        run.sink.publish()?;
        write_metrics(&run.manifest, options)?;
    }
    Ok(run.manifest)
}

fn write_metrics(manifest: &Manifest, options: &Options) -> Result<(), Error> {
    let Some(path) = &options.metrics else { return Ok(()) };
    disk::replace(path, prometheus(manifest).as_bytes()).map_err(folder::failed(path))
}

/// Makes sure that nothing is written where it is read.
fn apart<'a>(ingest: &Ingest, written: impl Iterator<Item = &'a Path> + Clone) -> Result<(), Error> {
    for input in ingest.found().iter().filter_map(Found::path) {
        if let Some(written) = written.clone().find(|path| disk::is_same(path, input)) {
            return Err(Error::Overlap { path: input.to_owned(), written: written.to_owned() });
        }
    }
    Ok(())
}

/// How much there is to read, as far as that is known.
fn extent(ingest: &Ingest, options: &Options) -> Extent {
    match (ingest.total_bytes(), options.expected) {
        (_, Some(articles)) => Extent::Articles(articles),
        (Some(bytes), None) => Extent::Bytes(bytes),
        (None, None) => Extent::Unknown,
    }
}

fn pool(threads: usize) -> Result<ThreadPool, Error> {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|source| Error::Threads { threads, source })
}

/// Where the lines of a run go.
trait Sink {
    /// Adds whole lines of records and of rejects.
    fn append(&mut self, records: &[u8], rejects: &[u8]) -> Result<(), Error>;

    /// Keeps what is to be known of the run.
    fn save(&self, manifest: &Manifest) -> Result<(), Error>;
}

/// A run at work.
struct Run<'a, S> {
    tagger: &'a Tagger,
    options: &'a Options,
    pool: ThreadPool,
    sink: S,
    manifest: Manifest,
    meter: Meter,
    /// Seconds of the processes before this one.
    earlier: f64,
    /// When the manifest was last written.
    saved: Instant,
    /// Whether there is a line that was not there before.
    has_added: bool,
}

impl<'a, S: Sink> Run<'a, S> {
    fn new(
        tagger: &'a Tagger,
        options: &'a Options,
        pool: ThreadPool,
        sink: S,
        manifest: Manifest,
        meter: Meter,
    ) -> Self {
        let saved = Instant::now();
        Self { tagger, options, pool, sink, manifest, meter, earlier: 0.0, saved, has_added: false }
    }

    /// Does what the input brings, to its end or until the run is stopped.
    fn work(&mut self, feed: Feed) -> Result<State, Error> {
        let chunks = feed.start();
        loop {
            if self.options.stop.load(Ordering::Relaxed) {
                return Ok(State::Stopped);
            }
            match chunks.recv_timeout(TICK) {
                Ok(chunk) => {
                    let (position, over) = (chunk.position, chunk.over);
                    if !self.chunk(chunk)? {
                        return Ok(State::Stopped);
                    }
                    if over {
                        return self.finished(position);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                // The reader's thread is gone without a word.
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

    /// Does a chunk and writes it; `false` if it was stopped on the way, and then nothing is written.
    fn chunk(&mut self, chunk: Chunk) -> Result<bool, Error> {
        let Chunk { tasks, done, warnings, bytes_read, position, failure, .. } = chunk;
        self.manifest.counts += done;
        self.manifest.counts.warnings += warnings.len() as u64;
        self.manifest.input_bytes = bytes_read;
        self.meter.warn(&warnings);
        let fresh = !tasks.is_empty();
        let (tagger, options) = (self.tagger, self.options);
        let read = |articles: Vec<Article>| pipeline::run_until(tagger, articles, options.pipeline, &options.stop);
        let model = tagger.model().name();
        let Some(lines) = self.pool.install(|| lines(read, tasks, model))? else { return Ok(false) };
        let (mut records, mut rejects) = (String::new(), String::new());
        for line in lines {
            let (file, (json, counts)) = match line {
                Ok(record) => (&mut records, record),
                Err(reject) => (&mut rejects, reject),
            };
            *file += &json;
            file.push('\n');
            self.manifest.counts += counts;
        }
        self.has_added |= fresh;
        self.sink.append(records.as_bytes(), rejects.as_bytes())?;
        self.meter.update(&self.manifest.counts, bytes_read, position, fresh);
        failure.map_or(Ok(true), Err)
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
        self.sink.save(manifest)?;
        // That it is finished is said once it is in its place.
        if manifest.state == State::Finished { Ok(()) } else { write_metrics(manifest, self.options) }
    }
}

/// A line with what it adds to the counts.
type Line = (String, Counts);
type Lines = Vec<Result<Line, Line>>;
type Readings = Vec<Result<Record, Reject>>;

/// Makes the lines of some articles, in their order: records, and rejects as errors. `read` takes articles through the
/// pipeline, or gives up with `None`, and then there are no lines.
fn lines(
    read: impl Fn(Vec<Article>) -> Option<Readings>,
    tasks: Vec<(u64, Task)>,
    model: &str,
) -> Result<Option<Lines>, Error> {
    let (mut articles, mut rest) = (Vec::new(), Vec::new());
    for (position, task) in tasks {
        let ready = match task {
            Task::Tag(article) => {
                articles.push(article);
                None
            }
            Task::Point(article, first) => {
                let record = Record::duplicate(&article, first, model);
                Some(Ok((json(&record), Counts::duplicate())))
            }
            Task::Reject(reject) => Some(Err(reject)),
        };
        rest.push((position, ready));
    }
    let Some(records) = guarded(read, articles)? else { return Ok(None) };
    let tagged: Vec<Result<Line, Reject>> =
        records.into_par_iter().map(|record| record.map(|record| (json(&record), Counts::of(&record)))).collect();
    let mut tagged = tagged.into_iter();
    let lines = rest.into_iter().filter_map(|(position, ready)| {
        let line = ready.or_else(|| tagged.next())?;
        Some(line.map_err(|reject| {
            let rejected = Counts { rejected: 1, ..Counts::default() };
            (json(&Rejected { position, reject: &reject }), rejected)
        }))
    });
    Ok(Some(lines.collect()))
}

/// Reads articles; where that panics, each alone, to name the one at fault.
fn guarded(read: impl Fn(Vec<Article>) -> Option<Readings>, articles: Vec<Article>) -> Result<Option<Readings>, Error> {
    let attempt = |articles: Vec<Article>| catch_unwind(AssertUnwindSafe(|| read(articles)));
    let defect = |article: &Article, panic: &(dyn Any + Send)| Error::Defect {
        place: article.place.clone(),
        reason: format!("the article `{}` cannot be read ({})", article.id, feed::said(panic)),
    };
    let panic = match attempt(articles.clone()) {
        Ok(records) => return Ok(records),
        Err(panic) => panic,
    };
    for article in &articles {
        if let Err(panic) = attempt(vec![article.clone()]) {
            return Err(defect(article, &*panic));
        }
    }
    // Together they do what none does alone.
    Err(defect(&articles[0], &*panic))
}

/// A line of `rejects.jsonl`.
#[derive(Serialize)]
struct Rejected<'a> {
    /// The article's number in the input, from 1: with it, records and rejects together are the order of the input.
    position: u64,
    #[serde(flatten)]
    reject: &'a Reject,
}

fn json(line: &impl Serialize) -> String {
    serde_json::to_string(line).expect("it has only string keys")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;

    #[test]
    fn a_defect_names_the_article() {
        let article = |n: u64| Article::new(format!("a{n}"), Place::line("in.jsonl", n), "It sank.");
        let tasks = || (1..=3).map(|n| (n, Task::Tag(article(n)))).collect::<Vec<_>>();
        let defect = |fails: fn(&[Article]) -> bool| {
            let read = |articles: Vec<Article>| -> Option<Readings> {
                assert!(!fails(&articles), "too deep");
                Some(articles.iter().map(|article| Ok(Record::duplicate(article, "a".into(), "m"))).collect())
            };
            lines(read, tasks(), "m").map(|lines| lines.unwrap().len()).map_err(|error| error.to_string())
        };
        assert_eq!(defect(|_| false), Ok(3));
        let alone = defect(|articles| articles.iter().any(|article| article.id == "a2")).unwrap_err();
        assert!(alone.starts_with("in.jsonl:2: ") && alone.contains("`a2`") && alone.contains("too deep"), "{alone}");
        let together = defect(|articles| articles.len() > 1).unwrap_err();
        assert!(together.starts_with("in.jsonl:1: "), "{together}");
    }
}
