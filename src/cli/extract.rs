//! `sayso extract`.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result};
use clap::ValueEnum;
use indicatif::HumanCount;
use sayso::batch::{self, Options, Progress};
use sayso::{Dtype, Ingest, Input, Model, Tagger, engine, pipeline};

use super::Ending;

/// Read articles and write their claims: OUT/records.jsonl, one line an article
///
/// Inputs are plain text (.txt, an article a file, with metadata as `key: value` lines and a blank line before the
/// text if you like) and JSON Lines (.jsonl, an article a line, with `text` and optionally `id`, `title`, `date`,
/// `publisher`, `url`, `author`). Folders are read with all that is in them.
///
/// OUT then also holds run.json (what was run and what came of it) and, if any article could not be read,
/// rejects.jsonl (which, where and why).
///
/// Exit codes: 0 done, 1 could not start or finish, 2 finished, but some articles were rejected.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<OsString>,

    /// Folder for the results, made if it is missing
    #[arg(long, short, value_name = "DIR", default_value = "outputs/run")]
    out: PathBuf,

    /// Model folder [default: the one that sayso comes with]
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,

    /// Number format of the encoder: bf16 is the faster, fp32 the reference, auto takes bf16 where the processor
    /// has it
    #[arg(long, value_enum, default_value = "auto")]
    dtype: DtypeArg,

    /// Workers [default: one a processor core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// Leave out claims that the tagger is less sure of, from 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = share)]
    min_confidence: f32,

    /// Show no progress and no summary, only errors
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DtypeArg {
    Auto,
    Bf16,
    Fp32,
}

impl From<DtypeArg> for Dtype {
    fn from(arg: DtypeArg) -> Self {
        match arg {
            DtypeArg::Auto => Self::Auto,
            DtypeArg::Bf16 => Self::Bf16,
            DtypeArg::Fp32 => Self::Fp32,
        }
    }
}

/// A number from 0 to 1.
fn share(typed: &str) -> Result<f32, String> {
    let number: f32 = typed.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("not between 0 and 1".to_owned()) }
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let inputs: Vec<Input> = args.inputs.iter().cloned().map(Input::from).collect();
    let ingest = Ingest::open(&inputs)?;
    engine::tune();
    let model = match &args.model {
        Some(dir) => Model::load(dir, args.dtype.into())?,
        None => Model::load(&own_model()?, args.dtype.into())?,
    };
    let options = Options {
        out: args.out.clone(),
        pipeline: pipeline::Options { min_confidence: args.min_confidence },
        threads: args.threads.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from),
        progress: if args.quiet { Progress::Quiet } else { Progress::Shown },
    };
    let manifest = batch::run(&Tagger::new(model), ingest, &options)?;

    let counts = &manifest.counts;
    if !args.quiet {
        eprintln!(
            "{} articles, {} claims, {} words in {:.1} s ({} words a second)",
            HumanCount(counts.articles),
            HumanCount(counts.claims),
            HumanCount(counts.words),
            manifest.seconds,
            HumanCount(manifest.words_per_second as u64),
        );
        eprintln!("records: {}", args.out.join("records.jsonl").display());
        if counts.rejected > 0 {
            let rejects = args.out.join("rejects.jsonl");
            eprintln!("{} rejected, with reasons: {}", HumanCount(counts.rejected), rejects.display());
        }
        eprintln!("read them: sayso show {}", args.out.display());
    }
    Ok(if counts.rejected > 0 { Ending::WithRejects } else { Ending::Done })
}

/// `models/news-en`, in a folder above the program, or here.
fn own_model() -> Result<PathBuf> {
    const MODEL: &str = "models/news-en";
    let program = env::current_exe().context("where the program lies cannot be told; name a --model")?;
    let above = program.ancestors().skip(1).map(|folder| folder.join(MODEL));
    above
        .chain([Path::new(MODEL).to_owned()])
        .find(|dir| dir.is_dir())
        .with_context(|| format!("no {MODEL} above {} or here; name one with --model", program.display()))
}
