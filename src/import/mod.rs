//! What people annotated in their tools, as gold: the way back from [`export`](crate::export).
//!
//! Offsets are read in the tool's own unit, and a text with carriage returns gets line feeds, its offsets with it.
//! Where the tool also writes what a span reads, that is compared.
//!
//! ```
//! use sayso::import::{Format, read};
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::write(folder.path().join("a1.txt"), "It may rain, Ana Ruiz said.")?;
//! std::fs::write(folder.path().join("a1.ann"), "T1\tContent 0 11\tIt may rain\n")?;
//! let gold = read(Format::Brat, folder.path())?.gold.remove(0);
//! assert_eq!((gold.id.as_str(), gold.attributions.unwrap()[0].content[0].clone()), ("a1", 0..11));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod brat;
mod corrected;
mod doccano;
mod draft;
mod gold;
mod inception;
mod label_studio;
mod report;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::error::{Error, Place, Reject, Stage};
use crate::export::{INDEX, Named, id_of_file};
use crate::gold::Gold;
pub use corrected::Corrected;
use draft::Draft;

/// The tools that gold is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Exported as JSON
    LabelStudio,
    /// The collection's folder
    Brat,
    /// Exported as JSONL
    Doccano,
    /// UIMA CAS JSON
    Inception,
    /// Saved in the page of `sayso report`
    Report,
}

/// What was read of a tool's annotations.
#[derive(Debug, Default)]
pub struct Imported {
    /// In the order of the files.
    pub gold: Vec<Gold>,
    /// Articles whose annotations say nothing that can be kept, and why.
    pub rejects: Vec<Reject>,
    /// Articles that nobody has annotated yet.
    pub untouched: usize,
    /// Labels that are not sayso's, with the number of spans that were passed over for it.
    pub other_labels: BTreeMap<String, usize>,
}

/// Reads what lies at `path`.
///
/// # Errors
/// If it cannot be read at all, or holds no annotations.
pub fn read(format: Format, path: &Path) -> Result<Imported, Error> {
    let mut out = Imported::default();
    match format {
        Format::LabelStudio => label_studio::read(&open(path)?, path, &mut out),
        Format::Doccano => doccano::read(&open(path)?, path, &mut out),
        Format::Report => report::read(&open(path)?, path, &mut out),
        Format::Brat => {
            for (id, file) in files(path, "ann")? {
                let place = Place::file(file.display().to_string());
                let read = || Ok((open(&file.with_extension("txt"))?, open(&file)?));
                let draft = read().map_err(|error: Error| error.to_string());
                out.add(id, place, draft.and_then(|(text, lines)| brat::draft(&text, &lines)));
            }
        }
        Format::Inception => {
            for (id, file) in files(path, "json")? {
                let place = Place::file(file.display().to_string());
                let json = open(&file).map_err(|error| error.to_string());
                out.add(id, place, json.and_then(|json| inception::draft(&json)));
            }
        }
    }
    Ok(out)
}

impl Imported {
    /// Takes an article's annotations.
    fn add(&mut self, id: String, place: Place, draft: Result<Draft, String>) {
        match draft.and_then(|draft| draft.finish(id.clone())) {
            Ok((gold, others)) => {
                self.gold.push(gold);
                for (label, spans) in others {
                    *self.other_labels.entry(label).or_default() += spans;
                }
            }
            Err(fault) => self.reject(Some(id), place, &fault),
        }
    }

    fn reject(&mut self, id: Option<String>, place: Place, fault: &str) {
        let reason = id.as_ref().map_or_else(|| fault.to_owned(), |id| format!("`{id}`: {fault}"));
        self.rejects.push(Reject { id, place, stage: Stage::Read, reason, raw: None });
    }
}

fn open(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Input { path: path.to_owned(), source })
}

/// The files with this extension, each with the id that its name stands for: `path` itself, or all below it.
fn files(path: &Path, extension: &str) -> Result<Vec<(String, PathBuf)>, Error> {
    let metadata = fs::metadata(path).map_err(|source| Error::Input { path: path.to_owned(), source })?;
    let root = if metadata.is_dir() { path } else { path.parent().unwrap_or(path) };
    let index = index(&root.join(INDEX))?;
    let walk = WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter();
    let found = walk.filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    let found: Vec<_> = found
        .filter(|file| file.is_file() && file.extension().is_some_and(|found| found == extension))
        .map(|file| {
            let inner = file.strip_prefix(root).unwrap_or(&file).with_extension("");
            let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
            let name = parts.join("/");
            (index.get(&name).cloned().unwrap_or_else(|| id_of_file(&name)), file)
        })
        .collect();
    if found.is_empty() {
        return Err(Error::NoArticles { path: path.to_owned(), known: format!(".{extension}") });
    }
    Ok(found)
}

/// The ids that file names do not tell, by the files' names; an export without such ids has no index.
fn index(path: &Path) -> Result<HashMap<String, String>, Error> {
    let failed = |source| Error::Input { path: path.to_owned(), source };
    let lines = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashMap::new()),
        lines => lines.map_err(failed)?,
    };
    let named = lines.lines().map(serde_json::from_str::<Named>);
    named.map(|line| line.map(|Named { file, id }| (file, id)).map_err(|error| failed(error.into()))).collect()
}
