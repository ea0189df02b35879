//! A run over a corpus: articles in, `records.jsonl`, `rejects.jsonl` and `run.json` out, with progress on the way.

use std::fs::{self, File};
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressStyle};
use jiff::Timestamp;
use rayon::prelude::*;
use serde::Serialize;

use crate::error::{Error, Reject};
use crate::ingest::{Ingest, Reading};
use crate::pipeline;
use crate::record::SCHEMA;
use crate::tagger::Tagger;

/// Bytes of text that are worked on at once: enough batches to keep every worker busy, few enough to hold in memory.
const CHUNK: usize = 96 << 10;

/// How often a run without a terminal says how far it is.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Warnings that a run writes out; the rest is counted.
const WARNINGS: usize = 20;

/// How a run shows its progress, always on standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// A bar on a terminal, a line now and then elsewhere.
    #[default]
    Shown,
    /// Nothing.
    Quiet,
}

/// What a run is to do, beside its inputs and its tagger.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder for the results; made if it is missing.
    pub out: PathBuf,
    /// What is kept.
    pub pipeline: pipeline::Options,
    /// Workers; each runs one encoder batch at a time.
    pub threads: usize,
    /// What is seen of it.
    pub progress: Progress,
}

/// What a run came to.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Counts {
    /// Articles with a record.
    pub articles: u64,
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

/// `run.json`: what was run, on what, and what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    sayso: &'static str,
    schema: &'static str,
    model: String,
    options: ManifestOptions,
    inputs: Vec<String>,
    /// What came out.
    pub counts: Counts,
    started: String,
    /// Seconds from the first article read to the last record written.
    pub seconds: f64,
    /// Over those seconds.
    pub words_per_second: f64,
}

#[derive(Clone, Debug, Serialize)]
struct ManifestOptions {
    dtype: String,
    min_confidence: f32,
    threads: usize,
}

/// Runs `tagger` over everything in `ingest` and writes the results to `options.out`.
///
/// Records come in the order of the input. An article that cannot be read or tagged is written to `rejects.jsonl` and
/// the run goes on.
///
/// # Errors
/// If the output folder cannot be written, or two articles have one id; what was written until then stays.
pub fn run(tagger: &Tagger, mut ingest: Ingest, options: &Options) -> Result<Manifest, Error> {
    let started = Timestamp::now();
    let mut output = Output::create(&options.out)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads)
        .build()
        .map_err(|source| Error::Threads { threads: options.threads, source })?;
    let inputs: Vec<String> = ingest.found().iter().map(|found| found.name.to_string()).collect();
    let mut meter = Meter::new(options.progress, ingest.total_bytes());
    let mut counts = Counts::default();

    let finished = thread::scope(|scope| {
        // Reads one chunk ahead. The receiver goes when the run fails, and that ends the reader.
        let (sender, chunks) = mpsc::sync_channel(1);
        scope.spawn(move || while sender.send(Chunk::read(&mut ingest)).is_ok_and(|()| !ingest.is_done()) {});
        for chunk in chunks {
            let (readings, failure, bytes_read) = (chunk.readings, chunk.failure, chunk.bytes_read);
            meter.warn(&readings, &mut counts);
            for outcome in pool.install(|| work(tagger, readings, options.pipeline)) {
                output.write(outcome, &mut counts)?;
            }
            output.flush()?;
            meter.update(&counts, bytes_read);
            if let Some(error) = failure {
                return Err(error);
            }
        }
        Ok(())
    });
    meter.finish(&counts);
    finished?;

    let seconds = meter.start.elapsed().as_secs_f64();
    let manifest = Manifest {
        sayso: env!("CARGO_PKG_VERSION"),
        schema: SCHEMA,
        model: tagger.model().name().to_owned(),
        options: ManifestOptions {
            dtype: tagger.model().dtype().to_string(),
            min_confidence: options.pipeline.min_confidence,
            threads: options.threads,
        },
        inputs,
        words_per_second: (counts.words as f64 / seconds).round(),
        counts,
        started: started.to_string(),
        seconds: (seconds * 1e3).round() / 1e3,
    };
    output.finish(&manifest)?;
    Ok(manifest)
}

/// Some articles in a row, as they were read.
struct Chunk {
    readings: Vec<Reading>,
    /// What ended the input early.
    failure: Option<Error>,
    bytes_read: u64,
}

impl Chunk {
    fn read(ingest: &mut Ingest) -> Self {
        let (mut readings, mut failure, mut bytes) = (Vec::new(), None, 0);
        while bytes < CHUNK {
            match ingest.next() {
                None => break,
                Some(Err(error)) => {
                    failure = Some(error);
                    break;
                }
                Some(Ok(reading)) => {
                    bytes += reading.as_ref().map_or(0, |article| article.text().len());
                    readings.push(reading);
                }
            }
        }
        Self { readings, failure, bytes_read: ingest.bytes_read() }
    }
}

/// A finished article: its line of `records.jsonl` and what it adds to the counts, or its reject.
type Outcome = Result<(String, Counts), Reject>;

/// Takes a chunk through the pipeline; answers in its order.
fn work(tagger: &Tagger, readings: Vec<Reading>, options: pipeline::Options) -> Vec<Outcome> {
    let (mut articles, mut rejects) = (Vec::new(), Vec::new());
    for reading in readings {
        match reading {
            Ok(article) => {
                articles.push(article);
                rejects.push(None);
            }
            Err(reject) => rejects.push(Some(reject)),
        }
    }
    let lines = pipeline::run(tagger, articles, options).into_par_iter().map(|record| {
        let record = record?;
        let counts = Counts {
            articles: 1,
            sentences: record.sentences.len() as u64,
            words: record.text.split_whitespace().count() as u64,
            claims: record.claims.len() as u64,
            ..Counts::default()
        };
        let line = serde_json::to_string(&record).expect("a record has only string keys");
        Ok((line, counts))
    });
    let mut lines = lines.collect::<Vec<Outcome>>().into_iter();
    rejects.into_iter().filter_map(|reject| reject.map_or_else(|| lines.next(), |r| Some(Err(r)))).collect()
}

/// The files of a run.
struct Output {
    dir: PathBuf,
    records: BufWriter<File>,
    /// Made with the first reject, so that a clean run has no such file.
    rejects: Option<BufWriter<File>>,
}

impl Output {
    const RECORDS: &str = "records.jsonl";
    const REJECTS: &str = "rejects.jsonl";
    const MANIFEST: &str = "run.json";

    fn create(dir: &Path) -> Result<Self, Error> {
        fs::create_dir_all(dir).map_err(|source| Error::Output { path: dir.to_owned(), source })?;
        // What an earlier run left here would belie this one.
        for stale in [Self::REJECTS, Self::MANIFEST] {
            let path = dir.join(stale);
            if path.exists() {
                fs::remove_file(&path).map_err(|source| Error::Output { path, source })?;
            }
        }
        Ok(Self { dir: dir.to_owned(), records: create(&dir.join(Self::RECORDS))?, rejects: None })
    }

    fn write(&mut self, outcome: Outcome, counts: &mut Counts) -> Result<(), Error> {
        match outcome {
            Ok((line, added)) => {
                counts.articles += added.articles;
                counts.sentences += added.sentences;
                counts.words += added.words;
                counts.claims += added.claims;
                writeln!(self.records, "{line}").map_err(|source| self.failed(Self::RECORDS, source))
            }
            Err(reject) => {
                counts.rejected += 1;
                let file = match &mut self.rejects {
                    Some(file) => file,
                    none => none.insert(create(&self.dir.join(Self::REJECTS))?),
                };
                let line = serde_json::to_string(&reject).expect("a reject has only string keys");
                writeln!(file, "{line}").map_err(|source| self.failed(Self::REJECTS, source))
            }
        }
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.records.flush().map_err(|source| self.failed(Self::RECORDS, source))?;
        match &mut self.rejects {
            Some(file) => file.flush().map_err(|source| self.failed(Self::REJECTS, source)),
            None => Ok(()),
        }
    }

    fn finish(&mut self, manifest: &Manifest) -> Result<(), Error> {
        self.flush()?;
        let json = serde_json::to_string_pretty(manifest).expect("a manifest has only string keys");
        fs::write(self.dir.join(Self::MANIFEST), json + "\n").map_err(|source| self.failed(Self::MANIFEST, source))
    }

    fn failed(&self, file: &str, source: std::io::Error) -> Error {
        Error::Output { path: self.dir.join(file), source }
    }
}

fn create(path: &Path) -> Result<BufWriter<File>, Error> {
    let file = File::create(path).map_err(|source| Error::Output { path: path.to_owned(), source })?;
    Ok(BufWriter::with_capacity(1 << 20, file))
}

/// What a person sees of a run.
struct Meter {
    start: Instant,
    last_line: Instant,
    total: Option<u64>,
    show: Show,
}

enum Show {
    Bar(ProgressBar),
    Lines,
    Nothing,
}

impl Meter {
    fn new(progress: Progress, total: Option<u64>) -> Self {
        let show = match progress {
            Progress::Quiet => Show::Nothing,
            Progress::Shown if !std::io::stderr().is_terminal() => Show::Lines,
            Progress::Shown => {
                let (bar, template) = match total {
                    Some(total) => (ProgressBar::new(total.max(1)), "{bar:30.cyan/dim} {percent:>3}%  {msg}"),
                    None => (ProgressBar::new_spinner(), "{spinner:.cyan}  {msg}"),
                };
                let style = ProgressStyle::with_template(template).expect("the template is right");
                bar.set_style(style.progress_chars("━╸─"));
                bar.set_message("reading the first articles");
                bar.enable_steady_tick(Duration::from_millis(120));
                Show::Bar(bar)
            }
        };
        let now = Instant::now();
        Self { start: now, last_line: now, total, show }
    }

    fn update(&mut self, counts: &Counts, bytes_read: u64) {
        let seconds = self.start.elapsed().as_secs_f64();
        let done = self.total.map(|total| bytes_read as f64 / total.max(1) as f64);
        let mut message = format!(
            "{} articles, {} words a second",
            HumanCount(counts.articles + counts.rejected),
            HumanCount((counts.words as f64 / seconds) as u64)
        );
        if let Some(done) = done.filter(|&done| done > 0.0 && done < 1.0) {
            let left = Duration::from_secs_f64(seconds / done - seconds);
            message += &format!(", {} left", HumanDuration(left));
        }
        match &self.show {
            Show::Bar(bar) => {
                bar.set_position(bytes_read);
                bar.set_message(message);
            }
            Show::Lines if self.last_line.elapsed() >= LINE_EVERY => {
                self.last_line = Instant::now();
                let percent = done.map_or(String::new(), |done| format!("{:.0} %, ", 100.0 * done));
                self.say(&format!("{percent}{message}"));
            }
            Show::Lines | Show::Nothing => {}
        }
    }

    fn warn(&self, readings: &[Reading], counts: &mut Counts) {
        for article in readings.iter().flatten() {
            for warning in &article.warnings {
                counts.warnings += 1;
                if counts.warnings <= WARNINGS as u64 {
                    self.say(&format!("warning: {}: {warning}", article.place));
                }
            }
        }
    }

    fn finish(&self, counts: &Counts) {
        if let Show::Bar(bar) = &self.show {
            bar.finish_and_clear();
        }
        if let Some(more) = counts.warnings.checked_sub(WARNINGS as u64).filter(|&more| more > 0) {
            self.say(&format!("warning: {more} more of the same kind"));
        }
    }

    fn say(&self, line: &str) {
        match &self.show {
            Show::Bar(bar) => bar.println(line),
            #[allow(clippy::print_stderr, reason = "progress is this module's business")]
            Show::Lines => eprintln!("{line}"),
            Show::Nothing => {}
        }
    }
}
