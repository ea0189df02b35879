//! `sayso merge`.

use std::path::PathBuf;

use anyhow::Result;
use indicatif::HumanCount;
use sayso::batch;
use sayso::visible::counted;

use super::{Ending, say};

/// Put the shards of a run together: the same files as of one run over all of the input
///
/// Give the folders of all shards (made by sayso extract --shard 1/N to N/N over the same inputs), in any order.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folders of the shards
    #[arg(required = true, value_name = "DIR")]
    shards: Vec<PathBuf>,

    /// Folder for the results, made if it is missing
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,

    /// Write where OUT holds a run already
    #[arg(long)]
    overwrite: bool,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let counts = batch::merge(&args.shards, &args.out, args.overwrite)?.counts;
    say(&format!("{}, {} rejected", counted(counts.articles, "article"), HumanCount(counts.rejected)));
    say(&format!("records: {}", args.out.join("records.jsonl").display()));
    Ok(Ending::Done)
}
