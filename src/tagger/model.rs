//! A model folder: `config.json`, `tokenizer.json` and `model.safetensors`, loaded once a process.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::{fmt, fs};

use rust_bert::bert::BertConfig;
use serde::Deserialize;
use tch::{Device, Kind, nn};
use tokenizers::Tokenizer;

use super::encoder::{Blank, Enclosing, Encoder};
use super::pointers::floats;
use super::{Calibration, engine, int8, pieces};
use crate::error::Error;
use crate::extract::speakers::{FEATURES, Scorer};

/// Hidden units of the scorer of speakers.
const HIDDEN: i64 = 24;

/// The number format that the encoder computes in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dtype {
    /// int8 where the processor has it, else bf16 where it has that, else fp32.
    #[default]
    Auto,
    /// bf16 with the encoder's layers in int8: the fastest; on processors with AVX512-VNNI and AVX512-BF16 only.
    Int8,
    /// bfloat16: twice as fast on processors with AVX512-BF16 or AMX.
    Bf16,
    /// Single precision, the reference.
    Fp32,
}

impl Dtype {
    /// `Auto` decided for this processor.
    pub fn resolve(self) -> Self {
        match self {
            Self::Auto if int8::has_int8() => Self::Int8,
            Self::Auto if engine::has_bf16() => Self::Bf16,
            Self::Auto => Self::Fp32,
            other => other,
        }
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

/// What the tagger adds to BERT's own settings in `config.json`.
#[derive(Deserialize)]
struct Config {
    /// Word pieces a window, `[CLS]` and `[SEP]` included.
    window: usize,
    /// Word pieces that neighbouring windows share at most.
    overlap: usize,
    /// Of claims' confidences.
    #[serde(default)]
    calibration: Calibration,
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
    /// [`Error::Model`] names the file that is missing or damaged, or says that the processor has no int8.
    pub fn load(dir: &Path, dtype: Dtype) -> Result<Self, Error> {
        let dtype = dtype.resolve();
        if dtype == Dtype::Int8 && !int8::has_int8() {
            let reason = "int8 needs a processor with AVX512-VNNI and AVX512-BF16; choose bf16 or fp32".to_owned();
            return Err(Error::Model { path: dir.to_owned(), reason });
        }
        let failed = |file: &str| {
            let path = dir.join(file);
            move |reason: String| Error::Model { path, reason }
        };
        let read = |file: &str| fs::read(dir.join(file)).map_err(|e| failed(file)(e.to_string()));

        let settings = read("config.json")?;
        let damaged = |e: serde_json::Error| failed("config.json")(e.to_string());
        let config: Config = serde_json::from_slice(&settings).map_err(damaged)?;
        let bert: BertConfig = serde_json::from_slice(&settings).map_err(damaged)?;
        let positions = usize::try_from(bert.max_position_embeddings).unwrap_or(0);
        if bert.type_vocab_size != pieces::TOKEN_TYPES
            || config.window > positions
            || config.window < 16
            || config.overlap * 2 > config.window
        {
            return Err(failed("config.json")(format!(
                "type_vocab_size has to be {}, window from 16 to max_position_embeddings, overlap at most half of it",
                pieces::TOKEN_TYPES
            )));
        }
        if !config.calibration.rises() {
            return Err(failed("config.json")("calibration.slope has to be above 0".to_owned()));
        }

        let vocabulary = read("tokenizer.json")?;
        let mut tokenizer = Tokenizer::from_bytes(&vocabulary).map_err(|e| failed("tokenizer.json")(e.to_string()))?;
        tokenizer.with_truncation(None).map_err(|e| failed("tokenizer.json")(e.to_string()))?.with_padding(None);
        let token = |token: &str| {
            tokenizer
                .token_to_id(token)
                .filter(|&id| i64::from(id) < bert.vocab_size)
                .ok_or_else(|| failed("tokenizer.json")(format!("it has no {token} within the model's vocabulary")))
        };
        let enclosing = Enclosing { cls: token("[CLS]")?, sep: token("[SEP]")? };

        let weights = dir.join("model.safetensors");
        let hash = blake3::hash(&read("model.safetensors")?);
        let mut files = blake3::Hasher::new();
        for file in [&settings, &vocabulary] {
            files.update(blake3::hash(file).as_bytes());
        }
        files.update(hash.as_bytes());
        let hash = hash.to_hex();
        let mut store = nn::VarStore::new(Device::Cpu);
        let blank = Blank::new(&store.root(), &bert);
        let unit = nn::LinearConfig { bias: false, ..nn::LinearConfig::default() };
        let hidden = nn::linear(store.root() / "speaker_hidden", FEATURES as i64, HIDDEN, nn::LinearConfig::default());
        let out = nn::linear(store.root() / "speaker_out", HIDDEN, 1, unit);
        store.load(&weights).map_err(|e| failed("model.safetensors")(e.to_string()))?;
        // Loading leaves the weights in the file's kind.
        store.set_kind(if dtype == Dtype::Fp32 { Kind::Float } else { Kind::BFloat16 });
        let biases = hidden.bs.as_ref().map(floats).unwrap_or_default();
        let scorer = Scorer::new(&floats(&hidden.ws), &biases, &floats(&out.ws))
            .ok_or_else(|| failed("model.safetensors")("the scorer of speakers has other sizes".to_owned()))?;
        let encoder = blank.ready(&store, &bert, enclosing, dtype == Dtype::Int8);

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
