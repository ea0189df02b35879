//! `sayso export`.

use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;
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
    to: FormatArg,

    /// The file, or for label-studio, brat and inception the new folder
    #[arg(long, short, value_name = "PATH")]
    out: PathBuf,

    #[command(flatten)]
    bom: Bom,

    #[command(flatten)]
    naming: Naming,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    /// tasks.json with predictions, and labels.xml, the labelling configuration
    LabelStudio,
    /// A collection of .txt and .ann files; claims are contents with relations
    Brat,
    /// … claims are events, as in PolNeAR
    BratEvents,
    /// JSONL(Relation); the project must allow overlapping spans and use relations
    Doccano,
    /// JSONL with tokens, spans and relations
    Prodigy,
    /// UIMA CAS JSON, a file an article, for the layers of INCEpTION's basic project templates
    Inception,
    /// W3C Web Annotation, JSON-LD
    WebAnnotation,
    /// A table, for spreadsheets
    Csv,
    /// The same table, for data frames
    Parquet,
    /// The same rows as JSON Lines
    Claims,
    /// Excel: sheets of claims, hedges and speakers
    Xlsx,
    /// A database of articles, speakers, mentions, claims and hedges with full-text search; Datasette opens it as it is
    Sqlite,
}

impl From<FormatArg> for Format {
    fn from(arg: FormatArg) -> Self {
        match arg {
            FormatArg::LabelStudio => Self::LabelStudio,
            FormatArg::Brat => Self::Brat,
            FormatArg::BratEvents => Self::BratEvents,
            FormatArg::Doccano => Self::Doccano,
            FormatArg::Prodigy => Self::Prodigy,
            FormatArg::Inception => Self::Inception,
            FormatArg::WebAnnotation => Self::WebAnnotation,
            FormatArg::Csv => Self::Csv,
            FormatArg::Parquet => Self::Parquet,
            FormatArg::Claims => Self::Claims,
            FormatArg::Xlsx => Self::Xlsx,
            FormatArg::Sqlite => Self::Sqlite,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let format = Format::from(args.to);
    let target = || if format.is_folder() { Target::folder(&args.out) } else { Target::file(&args.out) };
    let mut export = format.export(args.bom.mark());
    let known = if format.is_table() { args.naming.known(&args.records)? } else { Known::default() };
    write(&args.records, &known, &mut *export, target, &args.out.display().to_string())
}
