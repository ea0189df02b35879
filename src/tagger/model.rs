//! A model, made of its files, once a process.

use std::path::Path;

use tokenizers::Tokenizer;

use super::config::Config;
use super::decode::calibration::Calibration;
use super::dtype::Dtype;
use super::encoder::Encoder;
use super::files::ModelFiles;
use super::input::packed::Enclosing;
use super::scorer::{FEATURES, Scorer};
use super::weights::Weights;
use crate::error::Error;
use sayso_kernels::Isa;

/// Hidden units of the scorer of speakers.
const HIDDEN: usize = 24;

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
