//! A model, made of its files, once a process.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use tokenizers::Tokenizer;

use super::Calibration;
use super::config::Config;
use super::encoder::{Enclosing, Encoder};
use super::files::ModelFiles;
use super::weights::Weights;
use crate::error::Error;
use crate::extract::speakers::{FEATURES, Scorer};
use sayso_kernels::Isa;

/// Hidden units of the scorer of speakers.
const HIDDEN: usize = 24;

/// The number format that the encoder's layers compute in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dtype {
    /// int8.
    #[default]
    Auto,
    /// Products in int8, all else in fp32: the same on every processor, and the fastest.
    Int8,
    /// bfloat16, by rust-bert on libtorch, where the build has it.
    Bf16,
    /// Single precision, by rust-bert on libtorch, where the build has it: the reference.
    Fp32,
}

impl Dtype {
    /// `Auto` decided.
    pub fn resolve(self) -> Self {
        if self == Self::Auto { Self::Int8 } else { self }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Int8 => "int8",
            Self::Bf16 => "bf16",
            Self::Fp32 => "fp32",
        })
    }
}

impl FromStr for Dtype {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let all = [Self::Auto, Self::Int8, Self::Bf16, Self::Fp32];
        let named = all.into_iter().find(|dtype| dtype.to_string() == name);
        named.ok_or_else(|| format!("dtype is {name:?}; say auto, int8, bf16 or fp32"))
    }
}

/// A trained tagger's weights, its tokenizer and its settings.
#[derive(Debug)]
pub struct Model {
    pub(crate) encoder: Encoder,
    pub(crate) tokenizer: Tokenizer,
    pub(crate) window: usize,
    pub(crate) overlap: usize,
    calibration: Calibration,
    scorer: Scorer,
    name: String,
    digest: String,
    dtype: Dtype,
}

impl Model {
    /// Loads the model in folder `dir`.
    ///
    /// # Errors
    /// [`Error::Model`] names the file that is missing or damaged, or says what this build or processor has not.
    pub fn load(dir: &Path, dtype: Dtype) -> Result<Self, Error> {
        Self::new(&ModelFiles::read(dir)?, dtype)
    }

    /// The model that these files make up.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn new(files: &ModelFiles, dtype: Dtype) -> Result<Self, Error> {
        let isa = Isa::chosen().map_err(|reason| Error::Model { path: files.name().into(), reason })?;
        Self::new_for(files, dtype, isa)
    }

    /// The same for one of the processor's instruction sets, all of which find the same.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn new_for(files: &ModelFiles, dtype: Dtype, isa: Isa) -> Result<Self, Error> {
        let dtype = dtype.resolve();
        let failed = |file: &str| files.failed(file);
        let config = Config::new(&files.settings).map_err(failed("config.json"))?;

        let vocabulary = Tokenizer::from_bytes(&files.vocabulary);
        let mut tokenizer = vocabulary.map_err(|e| failed("tokenizer.json")(e.to_string()))?;
        tokenizer.with_truncation(None).map_err(|e| failed("tokenizer.json")(e.to_string()))?.with_padding(None);
        let token = |token: &str| {
            tokenizer
                .token_to_id(token)
                .filter(|&id| (id as usize) < config.vocab_size)
                .ok_or_else(|| failed("tokenizer.json")(format!("it has no {token} within the model's vocabulary")))
        };
        let enclosing = Enclosing { cls: token("[CLS]")?, sep: token("[SEP]")? };

        let load = || -> Result<(Encoder, Scorer), String> {
            let weights = Weights::new(&files.weights)?;
            let encoder = Encoder::new(&weights, &config, enclosing, isa, dtype, &files.settings)?;
            let hidden = weights.floats("speaker_hidden.weight", &[HIDDEN, FEATURES])?;
            let biases = weights.floats("speaker_hidden.bias", &[HIDDEN])?;
            let out = weights.floats("speaker_out.weight", &[1, HIDDEN])?;
            let scorer = Scorer::new(&hidden, &biases, &out).ok_or("the scorer of speakers has other sizes")?;
            Ok((encoder, scorer))
        };
        let (encoder, scorer) = load().map_err(failed("model.safetensors"))?;

        Ok(Self {
            encoder,
            tokenizer,
            window: config.window,
            overlap: config.overlap,
            calibration: config.calibration,
            scorer,
            name: files.name(),
            digest: files.digest(),
            dtype,
        })
    }

    /// The folder's name and the first twelve digits of the weights' blake3: `news-en@0123456789ab`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its claims' confidences go through.
    pub fn calibration(&self) -> Calibration {
        self.calibration
    }

    /// What tells who is meant.
    pub fn scorer(&self) -> &Scorer {
        &self.scorer
    }

    /// One blake3 over all files of the model: another one finds other things.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What the encoder computes in; never `Auto`.
    pub fn dtype(&self) -> Dtype {
        self.dtype
    }
}
