//! `sayso status`.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use indicatif::{HumanCount, HumanDuration};
use sayso::batch::{Fingerprint, State, Status};
use sayso::visible::counted;

use super::Ending;

/// Tell how far a run is, from outside
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of the run
    #[arg(default_value = "outputs/run", value_name = "DIR")]
    run: PathBuf,

    /// As JSON: what run.json has, and with `held` whether a process works on it now; one that is `running` and not held
    /// was killed
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let status = Status::of(&args.run)?;
    if args.json {
        writeln!(anstream::stdout().lock(), "{}", serde_json::to_string_pretty(&status)?)?;
        return Ok(Ending::Done);
    }
    let (run, counts) = (&status.manifest, &status.manifest.counts);
    let state = match run.state {
        State::Running if status.was_killed() => "killed; the same command goes on".to_owned(),
        State::Running => format!("running, process {}", run.process),
        State::Stopped => "stopped; the same command goes on".to_owned(),
        State::Failed => {
            let error = run.error.as_deref().unwrap_or_default();
            format!("failed: {error}; once that is mended, the same command goes on")
        }
        State::Finished => "finished".to_owned(),
    };
    let percent = run.progress.filter(|_| run.state != State::Finished);
    let percent = percent.map_or(String::new(), |share| format!(", {:.0} %", 100.0 * share));
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}: {state}{percent}", args.run.display())?;
    writeln!(
        out,
        "  {}, {} of them duplicates, {} rejected, {}",
        counted(counts.articles, "article"),
        HumanCount(counts.duplicates),
        HumanCount(counts.rejected),
        counted(counts.warnings, "warning"),
    )?;
    writeln!(out, "  {}, {}", counted(counts.words, "word"), counted(counts.claims, "claim"))?;
    let left = run.seconds_left.filter(|_| run.state == State::Running && status.held);
    let left = left.map_or(String::new(), |left| format!(", {} left", HumanDuration(Duration::from_secs_f64(left))));
    let (rate, took) =
        (counted(run.words_per_second as u64, "word"), HumanDuration(Duration::from_secs_f64(run.seconds)));
    writeln!(out, "  {rate} a second over {took}{left}")?;
    writeln!(out, "  begun {}, last heard of {}", run.started, run.updated)?;
    let Fingerprint { model, dtype, shard, .. } = &run.fingerprint;
    writeln!(out, "  {model}, {dtype}, shard {shard}")?;
    Ok(Ending::Done)
}
