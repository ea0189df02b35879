//! `sayso verify`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use sayso::batch::{self, Status};
use sayso::visible::counted;
use sayso::{Tagger, engine};

use super::Ending;
use super::tagging::{ModelArg, Threads};

/// Check a finished run: its files by their hashes, its records by their own texts, and a sample by reading it again
///
/// The articles of the sample are read again from the records themselves, in the run's number format, and have to give
/// the same bytes; the inputs are not needed. What does not agree is listed, with why that may be.
///
/// Exit codes: 0 everything agrees, 1 something does not.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of the run
    #[arg(default_value = "outputs/run", value_name = "DIR")]
    run: PathBuf,

    /// How many articles to read again; always the same ones, wherever in the run
    #[arg(long, value_name = "N", default_value_t = 20)]
    sample: usize,

    #[command(flatten)]
    model: ModelArg,

    #[command(flatten)]
    threads: Threads,
}

/// Differences that are written out; the rest is counted.
const SHOWN: usize = 20;

pub(crate) fn run(args: &Args) -> Result<Ending> {
    engine::tune();
    let fingerprint = Status::of(&args.run)?.manifest.fingerprint;
    let tagger = Tagger::new(args.model.load(fingerprint.dtype)?);
    let run = batch::verify(&args.run, &tagger, args.sample, args.threads.count())?;
    let mut out = anstream::stdout().lock();
    let dir = args.run.display();
    if run.differences.is_empty() {
        let counts = &run.manifest.counts;
        writeln!(out, "{dir}: verified")?;
        for (name, digest) in &run.manifest.files {
            writeln!(out, "  {name}: {}, blake3 {}", counted(digest.bytes, "byte"), &digest.blake3[..12])?;
        }
        writeln!(
            out,
            "  {}, {}, as run.json says, and each span as its text has it",
            counted(counts.articles, "article"),
            counted(counts.claims, "claim")
        )?;
        writeln!(
            out,
            "  {}, read again by {} in {}, {} the same bytes",
            counted(run.sampled as u64, "article"),
            tagger.model().name(),
            tagger.model().dtype(),
            if run.sampled == 1 { "gives" } else { "give" }
        )?;
        return Ok(Ending::Done);
    }
    writeln!(out, "{dir}: does not agree")?;
    for difference in run.differences.iter().take(SHOWN) {
        writeln!(out, "  {difference}")?;
    }
    if run.differences.len() > SHOWN {
        writeln!(out, "  and {} more", run.differences.len() - SHOWN)?;
    }
    for reason in &run.reasons {
        writeln!(out, "why that may be: {reason}")?;
    }
    Ok(Ending::Failed)
}
