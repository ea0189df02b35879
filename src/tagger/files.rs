//! The files of a model, in memory: read from a folder, or carried by the program.

use std::fs;
use std::path::{Path, PathBuf};

use blake3::Hash;
use bytes::Bytes;

use crate::error::Error;

/// The files that make up a model.
const NAMES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// The text about it beside them.
const CARD: &str = "README.md";

/// The files of a model, in memory.
#[derive(Debug)]
pub struct ModelFiles {
    folder: Option<PathBuf>,
    name: String,
    pub(super) settings: Bytes,
    pub(super) vocabulary: Bytes,
    pub(super) weights: Bytes,
    hashes: [Hash; NAMES.len()],
    card: Option<String>,
}

impl ModelFiles {
    /// Those in folder `dir`.
    ///
    /// # Errors
    /// [`Error::Model`] names the file that cannot be read.
    pub fn read(dir: &Path) -> Result<Self, Error> {
        let read = |name: &str| -> Result<Bytes, Error> {
            let path = dir.join(name);
            match fs::read(&path) {
                Ok(bytes) => Ok(bytes.into()),
                Err(error) => Err(Error::Model { path, reason: error.to_string() }),
            }
        };
        let [settings, vocabulary, weights] = NAMES.map(read);
        let folder = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let card = fs::read_to_string(dir.join(CARD)).ok();
        Ok(Self::new(Some(folder), name, [settings?, vocabulary?, weights?], card))
    }

    /// Those that the program carries, where it was built with the feature `bundled-model`. They are read where they lie.
    pub fn bundled() -> Option<Self> {
        #[cfg(feature = "bundled-model")]
        {
            macro_rules! path {
                ($name:literal) => {
                    concat!(env!("CARGO_MANIFEST_DIR"), "/models/news-en/", $name)
                };
            }
            let files = [
                Bytes::from_static(include_bytes!(path!("config.json"))),
                Bytes::from_static(include_bytes!(path!("tokenizer.json"))),
                Bytes::from_static(include_bytes!(path!("model.safetensors"))),
            ];
            let card = include_str!(path!("README.md")).to_owned();
            Some(Self::new(None, "news-en".to_owned(), files, Some(card)))
        }
        #[cfg(not(feature = "bundled-model"))]
        None
    }

    fn new(folder: Option<PathBuf>, name: String, files: [Bytes; NAMES.len()], card: Option<String>) -> Self {
        let hashes = [0, 1, 2].map(|file: usize| blake3::hash(&files[file]));
        let [settings, vocabulary, weights] = files;
        Self { folder, name, settings, vocabulary, weights, hashes, card }
    }

    /// The folder's name and the first twelve digits of the weights' blake3: `news-en@0123456789ab`.
    pub fn name(&self) -> String {
        format!("{}@{}", self.name, &self.hashes[2].to_hex()[..12])
    }

    /// The folder that they were read from; `None` if the program carries them.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// One blake3 over all of them: another one finds other things.
    pub fn digest(&self) -> String {
        let mut all = blake3::Hasher::new();
        for hash in &self.hashes {
            all.update(hash.as_bytes());
        }
        all.finalize().to_hex().to_string()
    }

    /// Each with its size and its blake3.
    pub fn each(&self) -> impl Iterator<Item = (&'static str, u64, String)> {
        let sizes = [&self.settings, &self.vocabulary, &self.weights].map(|file| file.len() as u64);
        let files = NAMES.into_iter().zip(sizes).zip(&self.hashes);
        files.map(|((name, size), hash)| (name, size, hash.to_hex().to_string()))
    }

    /// What its makers say of it, in Markdown.
    pub fn card(&self) -> Option<&str> {
        self.card.as_deref()
    }

    /// What makes an error of something that is wrong with a file.
    pub(super) fn failed(&self, file: &str) -> impl FnOnce(String) -> Error + use<> {
        let folder = self.folder.clone().unwrap_or_else(|| format!("{} in the program", self.name).into());
        let path = folder.join(file);
        move |reason| Error::Model { path, reason }
    }
}
