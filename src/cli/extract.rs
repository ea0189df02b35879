//! `sayso extract`.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result, bail};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use indicatif::HumanCount;
use sayso::batch::{self, Dedupe, Manifest, Observer, Options, Shard, State};
use sayso::visible::counted;
use sayso::{Ingest, Input, Tagger, engine, ingest};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::reading::Reading;
use super::tagging::Tagging;
use super::watch::Watch;
use super::{Ending, say};

/// Read articles and write their claims: OUT/records.jsonl, one line an article
///
/// Inputs are files, folders with all that is in them, and - for standard input. What is read, by its content and then
/// by its name: plain text (.txt, an article a file, with metadata as `key: value` lines and a blank line before the
/// text if you like), JSON Lines, JSON, JSON Feed and ninjs (.jsonl, .json), CSV and TSV with column names (.csv, .tsv),
/// Parquet, HTML pages, WARC, RSS, Atom and WordPress' export (.rss, .atom, .xml), NITF, NewsML 1 and NewsML-G2 (.xml),
/// Gigaword's SGML (.sgml), the exports of Nexis, LexisNexis, Factiva and ProQuest (.txt, .rtf, .docx, .html), Word
/// (.docx), rich text (.rtf), Markdown (.md) and mail (.eml, .mbox); each also compressed by gzip, zstd, bzip2 or xz, and
/// inside zip and tar archives. PDF is not: `pdftotext -layout` makes text of it.
///
/// OUT then also holds run.json (what was run and what came of it) and, if any article could not be read,
/// rejects.jsonl (which, where and why); as an input, that is tried again.
///
/// A run that was stopped or killed goes on when the same command is given again, and ends with the same bytes.
///
/// Exit codes: 0 done, 1 could not start or finish, 2 finished, but some articles were rejected, 130 stopped by Ctrl-C.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<OsString>,

    /// Folder for the results, made if it is missing; - for records on standard output as they are made, with rejects on
    /// standard error, and nothing kept to go on from
    #[arg(long, short, value_name = "DIR", default_value = "outputs/run")]
    out: PathBuf,

    #[command(flatten)]
    tagging: Tagging,

    /// Give a copy of an earlier article a record that points to it (`duplicate_of`), without claims: exact is one with the
    /// same text, near one, too, of which nearly all stands in the earlier one, with no other number or denial
    #[arg(long, value_name = "WHICH", num_args = 0..=1, default_missing_value = "exact", value_parser =
        PossibleValuesParser::new(["exact", "near"]).try_map(|name| name.parse::<Dedupe>()))]
    dedupe: Option<Dedupe>,

    /// Only one of N equal parts of the input, for several processes or machines; see sayso merge. 0/N is N/N, for those
    /// who count from 0
    #[arg(long, value_name = "I/N", default_value_t = Shard::WHOLE, hide_default_value = true)]
    shard: Shard,

    /// Start over where OUT holds a run already
    #[arg(long)]
    overwrite: bool,

    /// End with 0 although articles were rejected, for those who would take 2 for a failure
    #[arg(long)]
    allow_rejects: bool,

    /// How many articles are to come, for the time left where the input does not tell
    #[arg(long, value_name = "N")]
    expect: Option<u64>,

    /// Write figures of the run to FILE every few seconds, in Prometheus' text format
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,

    /// Word pieces that a worker reads at once; what is found does not depend on it
    #[arg(long, value_name = "N", hide = true)]
    batch: Option<u16>,

    /// Show no progress and no summary, only errors
    #[arg(long, short)]
    quiet: bool,

    #[command(flatten)]
    reading: Reading,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let is_stream = args.out.as_os_str() == "-";
    if is_stream && args.overwrite {
        bail!("--out - keeps nothing that could be overwritten; leave out --overwrite, or name a folder");
    }
    let inputs: Vec<Input> = args.inputs.iter().cloned().map(Input::from).collect();
    let ingest = Ingest::open_as(&inputs, ingest::Options::from(&args.reading))?;
    let passed_over = passed_over(&ingest);
    engine::tune();
    let mut tagger = Tagger::new(args.tagging.model()?);
    if let Some(pieces) = args.batch {
        tagger = tagger.batch(pieces.into());
    }
    let mut options = Options::new(&args.out);
    options.overwrite = args.overwrite;
    options.pipeline = args.tagging.options();
    options.shard = args.shard;
    options.dedupe = args.dedupe;
    options.threads = args.tagging.workers();
    options.expected = args.expect;
    options.metrics.clone_from(&args.metrics);
    options.stop = stop_on_signals()?;
    // On a terminal that has the records a bar would be drawn into them.
    let is_quiet = args.quiet || is_stream && io::stdout().is_terminal();
    let observer: &mut dyn Observer = if is_quiet { &mut () } else { &mut Watch::new() };
    if is_stream {
        let records = &mut io::stdout().lock();
        let manifest = batch::stream(&tagger, ingest, &options, observer, records, &mut |reject| say(reject))?;
        if !args.quiet {
            say(&counts(&manifest));
        }
        return Ok(ending(&manifest, args.allow_rejects));
    }
    let manifest = match batch::run(&tagger, ingest, &options, observer) {
        Ok(manifest) => manifest,
        Err(error) => {
            super::report(&error.into());
            if matches!(Manifest::read(&args.out), Ok(Some(Manifest { state: State::Failed, .. }))) {
                say("what is written stays: once the cause is mended, the same command goes on");
            }
            return Ok(Ending::Failed);
        }
    };
    if !args.quiet {
        summary(&manifest, &args.out);
        passed_over.iter().for_each(|line| say(line));
    }
    Ok(ending(&manifest, args.allow_rejects))
}

fn ending(manifest: &Manifest, allows_rejects: bool) -> Ending {
    match manifest.state {
        State::Stopped => Ending::Stopped,
        _ if manifest.counts.rejected > 0 && !allows_rejects => Ending::WithRejects,
        _ => Ending::Done,
    }
}

/// `2 articles, 1 claim, 20 words in 0.1 s (200 words a second)`
fn counts(manifest: &Manifest) -> String {
    let counts = &manifest.counts;
    let all = [(counts.articles, "article"), (counts.claims, "claim"), (counts.words, "word")];
    let all = all.map(|(number, one)| counted(number, one)).join(", ");
    let rate = counted(manifest.words_per_second as u64, "word");
    format!("{all} in {:.1} s ({rate} a second)", manifest.seconds)
}

fn summary(manifest: &Manifest, out: &Path) {
    say(&self::counts(manifest));
    let counts = &manifest.counts;
    if manifest.state == State::Stopped {
        say("stopped; the same command goes on from here");
        return;
    }
    say(&format!("records: {}", out.join("records.jsonl").display()));
    if counts.duplicates > 0 {
        say(&format!("{} of them point to an earlier one of which they are copies", HumanCount(counts.duplicates)));
    }
    if counts.rejected > 0 {
        let rejects = out.join("rejects.jsonl");
        say(&format!("{} rejected, with reasons: {}", HumanCount(counts.rejected), rejects.display()));
    }
    if counts.claims > 0 {
        say(&format!("read them: sayso show {}", out.display()));
    }
}

/// What lies in the folders and was not read.
fn passed_over(ingest: &Ingest) -> Vec<String> {
    let line = |(why, (count, first)): (&String, &(u64, PathBuf))| {
        format!("passed over: {} {why} ({} is the first)", HumanCount(*count), first.display())
    };
    ingest.passed_over().iter().map(line).collect()
}

/// A flag that the first Ctrl-C, or a first request to end, sets; the second ends the process at once.
fn stop_on_signals() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: what the first one sets, the second one finds.
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&stop))
            .and_then(|_| flag::register(signal, Arc::clone(&stop)))
            .context("Ctrl-C cannot be caught")?;
    }
    Ok(stop)
}
