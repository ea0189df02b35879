//! What can be typed about the model and the work.

use std::path::{Path, PathBuf};
use std::{env, thread};

use anyhow::{Context, Result};
use sayso::{Dtype, Guide, Model, ModelFiles, pipeline};

/// Choices about tagging articles, for every command that does.
#[derive(Debug, clap::Args)]
pub(crate) struct Tagging {
    #[command(flatten)]
    model: ModelArg,

    /// Number format of the encoder
    #[arg(long, value_enum, default_value = "auto")]
    dtype: Dtype,

    #[command(flatten)]
    threads: Threads,

    /// Leave out claims that the tagger is less sure of, from 0, which keeps all, to 1
    #[arg(long, value_name = "P", env = "SAYSO_MIN_CONFIDENCE",
        default_value_t = pipeline::Options::default().min_confidence, value_parser = super::share)]
    min_confidence: f32,

    /// What counts as a claim, and where it begins and ends
    #[arg(long, value_enum, default_value = "sayso")]
    guide: Guide,
}

impl Tagging {
    /// Loads the model.
    pub(crate) fn model(&self) -> Result<Model> {
        self.model.load(self.dtype)
    }

    /// As many as were asked for, or else one a core.
    pub(crate) fn workers(&self) -> usize {
        self.threads.count()
    }

    pub(crate) fn options(&self) -> pipeline::Options {
        pipeline::Options { min_confidence: self.min_confidence, guide: self.guide }
    }
}

/// Which model.
#[derive(Debug, clap::Args)]
pub(crate) struct ModelArg {
    /// Model folder [default: the one that sayso comes with]
    #[arg(long, value_name = "DIR", env = "SAYSO_MODEL")]
    model: Option<PathBuf>,
}

impl ModelArg {
    pub(crate) fn load(&self, dtype: Dtype) -> Result<Model> {
        Ok(Model::new(&self.files()?, dtype)?)
    }

    /// Those of the model that was named, or else of the one that the program carries, or else of the one that lies about.
    pub(crate) fn files(&self) -> Result<ModelFiles> {
        match (&self.model, ModelFiles::bundled) {
            (Some(dir), _) => Ok(ModelFiles::read(dir)?),
            (None, bundled) => bundled().map_or_else(|| Ok(ModelFiles::read(&own_model()?)?), Ok),
        }
    }
}

/// How many workers.
#[derive(Debug, clap::Args)]
pub(crate) struct Threads {
    /// Workers [default: one a processor core]
    #[arg(long, value_name = "N", env = "SAYSO_THREADS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

impl Threads {
    pub(crate) fn count(&self) -> usize {
        self.threads.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from)
    }
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
