//! `sayso report`.

use std::path::PathBuf;

use anyhow::Result;
use sayso::report::Report;

use super::Ending;
use super::speakers::Naming;
use super::write::{Target, write};

/// Write records as one page to read in a browser
///
/// The page shows the articles with their claims, sources, cues and hedges in place, lists the speakers, filters and
/// searches. It needs no network and nothing beside itself.
///
/// Exit codes: 0 done, 1 could not start or finish, 2 finished, but some records were left out.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A records.jsonl, or the folder that holds it
    records: PathBuf,

    /// The page
    #[arg(long, short, value_name = "FILE", default_value = "report.html")]
    out: PathBuf,

    #[command(flatten)]
    naming: Naming,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let known = args.naming.known(&args.records)?;
    write(&args.records, &known, &mut Report::default(), || Target::file(&args.out), &args.out.display().to_string())
}
