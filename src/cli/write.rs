//! Writing what records become: read, check, convert, and say what was left out.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
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
    Folder { path: PathBuf },
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
        Ok(Self::Folder { path: path.to_owned() })
    }

    pub(crate) fn append(&mut self, piece: &Piece) -> Result<()> {
        match self {
            Self::File { path, part } => {
                part.write_all(&piece.bytes).with_context(|| format!("{}: cannot be written", path.display()))
            }
            Self::Folder { path } => {
                let file = path.join(&piece.file);
                append(&file, &piece.bytes).with_context(|| format!("{}: cannot be written", file.display()))
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

/// Appends to one of a folder's files, of which there may be too many to keep open.
fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::options().append(true).create(true).open(path)?.write_all(bytes)
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".part");
    name.into()
}

/// Takes the records that `named` holds through `export` to `target`, which is made when there is something to read.
pub(crate) fn write(
    named: &Path,
    export: &mut dyn Export,
    target: impl FnOnce() -> Result<Target>,
    what: &str,
) -> Result<Ending> {
    let path = records_file(named);
    let records = records::read(&path)?;
    let mut target = target()?;
    let mut rejects = Vec::new();
    let (mut articles, mut claims) = (0, 0);
    let mut warnings: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for record in records {
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
