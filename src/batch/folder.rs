//! The folder of a run and its files; whoever has it open is the only one who writes there.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::done::Done;
use super::manifest::{Digest, Fingerprint, Manifest};
use crate::error::Error;

pub(super) const RECORDS: &str = "records.jsonl";
pub(super) const REJECTS: &str = "rejects.jsonl";

/// An output folder, held by this process.
pub(super) struct Folder {
    dir: PathBuf,
    /// Also the lock.
    records: File,
    /// Made with the first reject, so that a clean run has no such file.
    rejects: Option<File>,
}

impl Folder {
    /// Takes hold of `dir`, made if it is missing, for a run with this fingerprint; answers with the manifest of the
    /// run that is to go on there, if there is one. With `overwrite` whatever run was there is removed.
    pub(super) fn open(
        dir: &Path,
        fingerprint: &Fingerprint,
        overwrite: bool,
    ) -> Result<(Self, Option<Manifest>), Error> {
        fs::create_dir_all(dir).map_err(failed(dir))?;
        let path = dir.join(RECORDS);
        let records = append(&path)?;
        lock(&records, dir, &path)?;
        let (run, rejects) = (dir.join(Manifest::FILE), dir.join(REJECTS));
        if overwrite {
            records.set_len(0).map_err(failed(&path))?;
            for stale in [run, rejects] {
                if stale.exists() {
                    fs::remove_file(&stale).map_err(failed(&stale))?;
                }
            }
            return Ok((Self { dir: dir.to_owned(), records, rejects: None }, None));
        }

        let before = Manifest::read(dir)?;
        match &before {
            Some(before) => {
                let changes = before.fingerprint.changes(fingerprint);
                if !changes.is_empty() {
                    return Err(Error::OtherRun { path: dir.to_owned(), changes });
                }
            }
            None if rejects.exists() || records.metadata().map_err(failed(&path))?.len() > 0 => {
                return Err(Error::NotAManifest { path: run, reason: "it is missing".into() });
            }
            None => {}
        }
        drop_torn_line(&records).map_err(failed(&path))?;
        let rejects = if rejects.exists() {
            let file = append(&rejects)?;
            drop_torn_line(&file).map_err(failed(&rejects))?;
            Some(file)
        } else {
            None
        };
        Ok((Self { dir: dir.to_owned(), records, rejects }, before))
    }

    /// What is in it now.
    pub(super) fn done(&self) -> Result<Done, Error> {
        Done::open(&self.dir)
    }

    /// Adds whole lines to both files.
    pub(super) fn append(&mut self, records: &[u8], rejects: &[u8]) -> Result<(), Error> {
        if !rejects.is_empty() {
            let path = self.dir.join(REJECTS);
            let file = match &mut self.rejects {
                Some(file) => file,
                none => none.insert(append(&path)?),
            };
            file.write_all(rejects).map_err(failed(&path))?;
        }
        self.records.write_all(records).map_err(failed(&self.dir.join(RECORDS)))
    }

    /// Waits until everything is on the disk.
    pub(super) fn sync(&self) -> Result<(), Error> {
        let files = [(Some(&self.records), RECORDS), (self.rejects.as_ref(), REJECTS)];
        for (file, name) in files {
            file.map_or(Ok(()), File::sync_all).map_err(failed(&self.dir.join(name)))?;
        }
        Ok(())
    }
}

/// The files of results in `dir` by their names, those that are there.
pub(super) fn digests(dir: &Path) -> Result<BTreeMap<String, Digest>, Error> {
    let mut digests = BTreeMap::new();
    for name in [RECORDS, REJECTS] {
        let path = dir.join(name);
        let mut hasher = blake3::Hasher::new();
        match File::open(&path).and_then(|file| hasher.update_reader(file).map(|hasher| hasher.count())) {
            Ok(bytes) => {
                let blake3 = hasher.finalize().to_hex().to_string();
                digests.insert(name.to_owned(), Digest { bytes, blake3 });
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(Error::Input { path, source }),
        }
    }
    Ok(digests)
}

/// Whether some process holds `dir`.
pub(super) fn is_held(dir: &Path) -> bool {
    // The lock goes with the file.
    File::open(dir.join(RECORDS))
        .is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockShared) == Err(Errno::WOULDBLOCK))
}

/// Puts `content` in place of the file `path` in one step: whoever reads it sees the old or the new.
pub(super) fn replace(path: &Path, content: &str) -> Result<(), Error> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let written = File::create(&beside).and_then(|mut file| {
        file.write_all(content.as_bytes())?;
        // Without this a machine that loses its power may be left with neither.
        file.sync_data()
    });
    written.and_then(|()| fs::rename(&beside, path)).map_err(|error| {
        // Half a file is of no use; if it cannot be removed either, the error says enough.
        let _ = fs::remove_file(&beside);
        failed(path)(error)
    })
}

/// What makes an error of a failure to write `path`.
pub(super) fn failed(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    |source| Error::Output { path, source }
}

fn append(path: &Path) -> Result<File, Error> {
    OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed(path))
}

fn lock(records: &File, dir: &Path, path: &Path) -> Result<(), Error> {
    // `sayso status` holds it for a moment.
    for attempt in 1.. {
        match flock(records, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => break,
            Err(Errno::WOULDBLOCK) if attempt < 5 => thread::sleep(Duration::from_millis(100)),
            Err(Errno::WOULDBLOCK) => {
                let process = Manifest::read(dir).ok().flatten().map(|run| run.process);
                return Err(Error::InUse { path: dir.to_owned(), process });
            }
            Err(error) => return Err(failed(path)(error.into())),
        }
    }
    Ok(())
}

/// Cuts off what comes after the last line end: a process was killed while it wrote it.
fn drop_torn_line(mut file: &File) -> io::Result<()> {
    const BLOCK: u64 = 64 << 10;
    let length = file.metadata()?.len();
    let mut end = length;
    let whole = loop {
        let start = end.saturating_sub(BLOCK);
        let mut block = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.take(end - start).read_to_end(&mut block)?;
        match block.iter().rposition(|&byte| byte == b'\n') {
            Some(at) => break start + at as u64 + 1,
            None if start == 0 => break 0,
            None => end = start,
        }
    };
    if whole < length { file.set_len(whole) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_is_dropped() {
        let file = tempfile::tempfile().unwrap();
        let cases = [("", 0), ("torn", 0), ("one\n", 4), ("one\ntorn", 4), ("\n\n", 2)];
        let long = "x".repeat(200_000);
        let long = [(format!("one\n{long}"), 4), (format!("{long}\n{long}"), 200_001), (long.clone(), 0)];
        for (content, kept) in cases.map(|(content, kept)| (content.to_owned(), kept)).into_iter().chain(long) {
            file.set_len(0).unwrap();
            (&file).rewind().unwrap();
            (&file).write_all(content.as_bytes()).unwrap();
            drop_torn_line(&file).unwrap();
            assert_eq!(file.metadata().unwrap().len(), kept);
        }
    }
}
