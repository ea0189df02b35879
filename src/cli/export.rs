//! `sayso export`.

use std::path::PathBuf;

use anyhow::Result;
use sayso::export::Format;
use sayso::speakers::Known;

use super::Ending;
use super::speakers::Naming;
use super::table::Bom;
use super::write::{Target, write};

/// Write records for the tools where people annotate, as tables, or as a database
///
/// A claim's content, source and cue become spans with relations between them, and so do hedges; `sayso import` reads
/// them back when they have been corrected. Tables have a row a claim; in them and in the database, speakers also have
/// the name and id that `sayso speakers` gives them over all articles.
///
/// Exit codes: 0 done, 1 could not start or finish, 2 finished, but some records were left out.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A records.jsonl, or the folder that holds it
    records: PathBuf,

    /// What to write
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: Format,

    /// The file, or for label-studio, brat and inception the new folder
    #[arg(long, short, value_name = "PATH")]
    out: PathBuf,

    #[command(flatten)]
    bom: Bom,

    #[command(flatten)]
    naming: Naming,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let target = || if args.to.is_folder() { Target::folder(&args.out) } else { Target::file(&args.out) };
    let mut export = args.to.export(args.bom.mark());
    let known = if args.to.is_table() { args.naming.known(&args.records)? } else { Known::default() };
    write(&args.records, &known, &mut *export, target, &args.out.display().to_string())
}
