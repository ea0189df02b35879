//! A model folder: `config.json`, `tokenizer.json` and `model.safetensors`, loaded once a process.

use std::fs;
use std::path::{Path, PathBuf};

use tokenizers::Tokenizer;

use super::config::Config;
use super::decode::calibration::Calibration;
use super::dtype::Dtype;
use super::encoder::{Encoder, Files};
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
        let isa = Isa::chosen().map_err(|reason| Error::Model { path: dir.to_owned(), reason })?;
        Self::load_for(dir, dtype, isa)
    }

    /// The same for one of the processor's instruction sets, all of which find the same.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_for(dir: &Path, dtype: Dtype, isa: Isa) -> Result<Self, Error> {
        let dtype = dtype.resolve();
        let failed = |file: &str| {
            let path = dir.join(file);
            move |reason: String| Error::Model { path, reason }
        };
        let read = |file: &str| fs::read(dir.join(file)).map_err(|e| failed(file)(e.to_string()));

        let settings = read("config.json")?;
        let config = Config::new(&settings).map_err(failed("config.json"))?;

        let vocabulary = read("tokenizer.json")?;
        let mut tokenizer = Tokenizer::from_bytes(&vocabulary).map_err(|e| failed("tokenizer.json")(e.to_string()))?;
        tokenizer.with_truncation(None).map_err(|e| failed("tokenizer.json")(e.to_string()))?.with_padding(None);
        let token = |token: &str| {
            tokenizer
                .token_to_id(token)
                .filter(|&id| (id as usize) < config.vocab_size)
                .ok_or_else(|| failed("tokenizer.json")(format!("it has no {token} within the model's vocabulary")))
        };
        let enclosing = Enclosing { cls: token("[CLS]")?, sep: token("[SEP]")? };

        let bytes = read("model.safetensors")?;
        let hash = blake3::hash(&bytes);
        let mut files = blake3::Hasher::new();
        for file in [&settings, &vocabulary] {
            files.update(blake3::hash(file).as_bytes());
        }
        files.update(hash.as_bytes());
        let hash = hash.to_hex();
        let path = dir.join("model.safetensors");
        let load = || -> Result<(Encoder, Scorer), String> {
            let weights = Weights::new(&bytes)?;
            let files = Files { weights: &path, settings: &settings };
            let encoder = Encoder::new(&weights, &config, enclosing, isa, dtype, files)?;
            let hidden = weights.floats("speaker_hidden.weight", &[HIDDEN, FEATURES])?;
            let biases = weights.floats("speaker_hidden.bias", &[HIDDEN])?;
            let out = weights.floats("speaker_out.weight", &[1, HIDDEN])?;
            let scorer = Scorer::new(&hidden, &biases, &out).ok_or("the scorer of speakers has other sizes")?;
            Ok((encoder, scorer))
        };
        let (encoder, scorer) = load().map_err(failed("model.safetensors"))?;

        let folder = dir.canonicalize().unwrap_or_else(|_| PathBuf::from(dir));
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self {
            encoder,
            tokenizer,
            window: config.window,
            overlap: config.overlap,
            calibration: config.calibration,
            scorer,
            name: format!("{name}@{}", &hash[..12]),
            digest: files.finalize().to_hex().to_string(),
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
