//! Writing what records become: read, check, convert, and say what was left out.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sayso::Reject;
use sayso::disk::{self, Part};
use sayso::export::{Export, Piece};
use sayso::speakers::Known;
use sayso::visible::counted;
use tempfile::TempDir;

use super::{Ending, progress, records_file, say};

/// Faults that are written out; the rest is counted.
const SHOWN: usize = 20;

/// Where pieces go.
pub(crate) enum Target {
    /// One file, which appears under its name when it is complete.
    File { path: PathBuf, part: Part },
    /// Files in a folder, which appears when it is complete.
    Folder { path: PathBuf, part: TempDir },
}

impl Target {
    /// A file that takes the place of one that is there.
    pub(crate) fn file(path: &Path) -> Result<Self> {
        let part = Part::new(path).with_context(|| format!("{}: cannot be written", path.display()))?;
        Ok(Self::File { path: path.to_owned(), part })
    }

    /// A folder that is new or empty: what people annotated in one must not be written over.
    pub(crate) fn folder(path: &Path) -> Result<Self> {
        let failed = || format!("{}: the folder cannot be made", path.display());
        fs::create_dir_all(path).with_context(failed)?;
        if fs::read_dir(path)?.next().is_some() {
            bail!("{}: the folder is not empty; name a new one, or remove it", path.display());
        }
        let path = path.canonicalize().with_context(failed)?;
        let beside = path.parent().unwrap_or(&path);
        let part = disk::part(0o777, |part| part.tempdir_in(beside)).with_context(failed)?;
        Ok(Self::Folder { path, part })
    }

    /// What it is to be.
    fn path(&self) -> &Path {
        match self {
            Self::File { path, .. } | Self::Folder { path, .. } => path,
        }
    }

    pub(crate) fn append(&mut self, piece: &Piece) -> Result<()> {
        match self {
            Self::File { path, part } => {
                part.write_all(&piece.bytes).with_context(|| format!("{}: cannot be written", path.display()))
            }
            Self::Folder { path, part } => append(&part.path().join(&piece.file), &piece.bytes)
                .with_context(|| format!("{}: cannot be written", path.join(&piece.file).display())),
        }
    }

    pub(crate) fn finish(self) -> Result<()> {
        let (path, done) = match self {
            Self::File { path, part } => (path, part.finish()),
            Self::Folder { path, part } => {
                // It takes the place of an empty folder, and of nothing else.
                let done = sync(part.path()).and_then(|()| fs::rename(part.path(), &path));
                if done.is_ok() {
                    let _ = part.keep();
                }
                let done = done.and_then(|()| disk::sync_folder(path.parent().unwrap_or(&path)));
                (path, done)
            }
        };
        done.with_context(|| format!("{}: cannot be written", path.display()))
    }
}

/// Appends to one of a folder's files, of which there may be too many to keep open.
fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::options().append(true).create(true).open(path)?.write_all(bytes)
}

/// Waits until a folder and all that is in it is on the disk.
fn sync(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    disk::sync_folder(folder)
}

/// Takes the records that `named` holds, with what is `known` of their speakers, through `export` to `target`, which is
/// made when there is something to read.
pub(crate) fn write(
    named: &Path,
    known: &Known,
    export: &mut dyn Export,
    target: impl FnOnce() -> Result<Target>,
    what: &str,
) -> Result<Ending> {
    let path = records_file(named);
    let records = progress::read(&path)?;
    let mut target = target()?;
    if disk::is_same(target.path(), &path) {
        bail!("{}: is what is read; name another file", path.display());
    }
    let mut rejects = Vec::new();
    let (mut articles, mut claims) = (0, 0);
    let mut warnings: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for record in records {
        match record {
            Ok(mut record) => {
                known.tell(&mut record);
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
        // A database and a workbook grow in a file of their own.
        let piece =
            piece.context("what is to be written cannot be put together; TMPDIR names a folder with more room")?;
        target.append(&piece)?;
    }
    target.finish()?;
    for (warning, ids) in warnings {
        say(&format!("warning: {} ({} in all): {warning}", ids[0], ids.len()));
    }
    say(&format!("{}, {}: {what}", counted(articles, "article"), counted(claims, "claim")));
    Ok(left_out(&rejects, "records"))
}

/// Says which articles were left out and why.
pub(crate) fn left_out(rejects: &[Reject], what: &str) -> Ending {
    if rejects.is_empty() {
        return Ending::Done;
    }
    for reject in rejects.iter().take(SHOWN) {
        say(&format!("left out: {reject}"));
    }
    if rejects.len() > SHOWN {
        say(&format!("… and {} more", rejects.len() - SHOWN));
    }
    say(&format!("{} {what} left out", rejects.len()));
    Ending::WithRejects
}
