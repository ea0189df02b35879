//! Writing what records become: read, check, convert, and say what was left out.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indicatif::HumanCount;
use sayso::export::{Export, Piece};
use sayso::{Reject, records};

use super::{Ending, records_file};

/// Faults that are written out; the rest is counted.
const SHOWN: usize = 20;

/// Where pieces go.
pub(crate) enum Target {
    /// One file, which appears under its name when it is complete.
    File { path: PathBuf, part: BufWriter<File> },
    /// Files in a folder.
    Folder { path: PathBuf, files: HashMap<String, File> },
}

impl Target {
    /// A file that takes the place of one that is there.
    pub(crate) fn file(path: &Path) -> Result<Self> {
        let file = File::create(part_of(path)).with_context(|| format!("{}: cannot be written", path.display()))?;
        Ok(Self::File { path: path.to_owned(), part: BufWriter::new(file) })
    }

    /// A folder that is new or empty: what people annotated in one must not be written over.
    pub(crate) fn folder(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("{}: the folder cannot be made", path.display()))?;
        if fs::read_dir(path)?.next().is_some() {
            bail!("{}: the folder is not empty; name a new one, or remove it", path.display());
        }
        Ok(Self::Folder { path: path.to_owned(), files: HashMap::new() })
    }

    pub(crate) fn append(&mut self, piece: &Piece) -> Result<()> {
        match self {
            Self::File { path, part } => {
                part.write_all(&piece.bytes).with_context(|| format!("{}: cannot be written", path.display()))
            }
            Self::Folder { path, files } => {
                let file = path.join(&piece.file);
                append(files, &file, piece).with_context(|| format!("{}: cannot be written", file.display()))
            }
        }
    }

    pub(crate) fn finish(self) -> Result<()> {
        if let Self::File { path, part } = self {
            let done =
                part.into_inner().map_err(|error| error.into_error()).and_then(|_| fs::rename(part_of(&path), &path));
            done.with_context(|| format!("{}: cannot be written", path.display()))?;
        }
        Ok(())
    }
}

/// Appends to one of a folder's files. Only files at the top grow; those of single articles are written at once.
fn append(files: &mut HashMap<String, File>, path: &Path, piece: &Piece) -> std::io::Result<()> {
    if let Some(file) = files.get_mut(&piece.file) {
        return file.write_all(&piece.bytes);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::options().append(true).create(true).open(path)?;
    file.write_all(&piece.bytes)?;
    Ok(())
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".part");
    name.into()
}

/// Takes the records that `named` holds through `export` to `target`.
pub(crate) fn write(named: &Path, export: &mut dyn Export, mut target: Target, what: &str) -> Result<Ending> {
    let mut rejects = Vec::new();
    let (mut articles, mut claims) = (0, 0);
    let mut warnings: HashMap<&str, Vec<String>> = HashMap::new();
    for record in records::read(&records_file(named))? {
        match record {
            Ok(record) => {
                if let Some(warning) = export.warning(&record) {
                    warnings.entry(warning).or_default().push(record.id.clone());
                }
                for piece in export.record(&record) {
                    target.append(&piece)?;
                }
                articles += 1;
                claims += record.claims.len() as u64;
            }
            Err(reject) => rejects.push(reject),
        }
    }
    for piece in export.finish() {
        target.append(&piece)?;
    }
    target.finish()?;
    let mut warnings: Vec<_> = warnings.into_iter().collect();
    warnings.sort();
    for (warning, ids) in warnings {
        eprintln!("warning: {} ({} in all): {warning}", ids[0], ids.len());
    }
    eprintln!("{} articles, {} claims: {what}", HumanCount(articles), HumanCount(claims));
    Ok(left_out(&rejects, "records"))
}

/// Says which articles were left out and why.
pub(crate) fn left_out(rejects: &[Reject], what: &str) -> Ending {
    if rejects.is_empty() {
        return Ending::Done;
    }
    for reject in rejects.iter().take(SHOWN) {
        eprintln!("left out: {reject}");
    }
    if rejects.len() > SHOWN {
        eprintln!("… and {} more", rejects.len() - SHOWN);
    }
    eprintln!("{} {what} left out", rejects.len());
    Ending::WithRejects
}
