//! The folder of a run and its files; whoever has it open is the only one who writes there.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::done::Done;
use super::files::{OWN, RECORDS, REJECTS};
use super::manifest::{Digest, Fingerprint, Manifest};
use super::swap::{aside, beside, clear, exchange, heal};
use super::work::Sink;
use crate::disk;
use crate::error::{Error, failed};

/// An output folder, held by this process.
pub(super) struct Folder {
    /// Where it is written.
    dir: PathBuf,
    /// The folder whose place it is to take when it is finished, held as well.
    replaces: Option<(PathBuf, File)>,
    /// Also the lock.
    records: File,
    /// Made with the first reject, so that a clean run has no such file.
    rejects: Option<File>,
}

impl Folder {
    /// Takes hold of `dir`, made if it is missing, for a run with this fingerprint; answers with the manifest of the
    /// run that is to go on there, if there is one. With `overwrite` the run that is there stays until [`Self::publish`]:
    /// the new one grows beside it.
    pub(super) fn open(
        dir: &Path,
        fingerprint: &Fingerprint,
        overwrite: bool,
    ) -> Result<(Self, Option<Manifest>), Error> {
        heal(dir)?;
        fs::create_dir_all(dir).map_err(failed(dir))?;
        if !overwrite || !holds_run(dir) {
            return Self::hold(dir, fingerprint);
        }
        Self::beside(dir, |before| before.fingerprint.changes(fingerprint).is_empty(), fingerprint)
    }

    /// A new folder that is to take the place of `dir`, where no run is, when it is finished.
    pub(super) fn new(dir: &Path, fingerprint: &Fingerprint) -> Result<Self, Error> {
        fs::create_dir_all(dir).map_err(failed(dir))?;
        Self::beside(dir, |_| false, fingerprint).map(|(folder, _)| folder)
    }

    /// A folder beside `dir`; an unfinished run in it that `goes_on` is kept.
    fn beside(
        dir: &Path,
        goes_on: impl Fn(&Manifest) -> bool,
        fingerprint: &Fingerprint,
    ) -> Result<(Self, Option<Manifest>), Error> {
        let dir = dir.canonicalize().map_err(failed(dir))?;
        let path = dir.join(RECORDS);
        let held = disk::append(&path).map_err(failed(&path))?;
        lock(&held, &dir, &path)?;
        let beside = beside(&dir);
        clear(&beside, &dir, goes_on)?;
        fs::create_dir_all(&beside).map_err(failed(&beside))?;
        let (folder, before) = Self::hold(&beside, fingerprint)?;
        Ok((Self { replaces: Some((dir, held)), ..folder }, before))
    }

    fn hold(dir: &Path, fingerprint: &Fingerprint) -> Result<(Self, Option<Manifest>), Error> {
        let path = dir.join(RECORDS);
        let records = disk::append(&path).map_err(failed(&path))?;
        lock(&records, dir, &path)?;
        let (run, rejects) = (dir.join(Manifest::FILE), dir.join(REJECTS));
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
            let file = disk::append(&rejects).map_err(failed(&rejects))?;
            drop_torn_line(&file).map_err(failed(&rejects))?;
            Some(file)
        } else {
            None
        };
        disk::sync_folder(dir).map_err(failed(dir))?;
        Ok((Self { dir: dir.to_owned(), replaces: None, records, rejects }, before))
    }

    /// Where it is written, until it is published.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// What is in it now.
    pub(super) fn done(&self) -> Result<Done, Error> {
        Done::open(&self.dir)
    }

    /// Waits until everything is on the disk.
    pub(super) fn sync(&self) -> Result<(), Error> {
        let files = [(Some(&self.records), RECORDS), (self.rejects.as_ref(), REJECTS)];
        for (file, name) in files {
            file.map_or(Ok(()), File::sync_all).map_err(failed(&self.dir.join(name)))?;
        }
        disk::sync_folder(&self.dir).map_err(failed(&self.dir))
    }

    /// Has a finished run take the place of the one that it replaces, in one step.
    pub(super) fn publish(self) -> Result<(), Error> {
        let Some((dir, _held)) = &self.replaces else { return Ok(()) };
        exchange(&self.dir, dir, &aside(dir)).map_err(failed(dir))?;
        let parent = dir.parent().unwrap_or(dir);
        disk::sync_folder(parent).map_err(failed(parent))?;
        // Now the old one stands beside.
        clear(&self.dir, dir, |_| false)
    }
}

impl Sink for Folder {
    fn append(&mut self, records: &[u8], rejects: &[u8]) -> Result<(), Error> {
        if !rejects.is_empty() {
            let path = self.dir.join(REJECTS);
            let file = match &mut self.rejects {
                Some(file) => file,
                none => none.insert(disk::append(&path).map_err(failed(&path))?),
            };
            file.write_all(rejects).map_err(failed(&path))?;
        }
        self.records.write_all(records).map_err(failed(&self.dir.join(RECORDS)))
    }

    fn save(&self, manifest: &Manifest) -> Result<(), Error> {
        manifest.write(&self.dir)
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

/// Whether there is anything of a run in `dir`, or of files that have the names of its files. An empty file of records alone
/// is no more than the lock of one that never began.
pub(super) fn holds_run(dir: &Path) -> bool {
    OWN.iter().any(|name| {
        let found = fs::symlink_metadata(dir.join(name));
        found.is_ok_and(|file| *name != RECORDS || !file.is_file() || file.len() > 0)
    })
}

/// Whether some process holds `dir`.
pub(super) fn is_held(dir: &Path) -> bool {
    // The lock goes with the file.
    File::open(dir.join(RECORDS)).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

fn lock(records: &File, dir: &Path, path: &Path) -> Result<(), Error> {
    // `sayso status` holds it for a moment.
    for attempt in 1.. {
        match records.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if attempt < 5 => thread::sleep(Duration::from_millis(100)),
            Err(TryLockError::WouldBlock) => {
                let process = Manifest::read(dir).ok().flatten().map(|run| run.process);
                return Err(Error::InUse { path: dir.to_owned(), process });
            }
            Err(TryLockError::Error(error)) => return Err(failed(path)(error)),
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
    fn the_lock_of_a_run_that_never_began_is_no_run() {
        let at = tempfile::tempdir().unwrap();
        assert!(!holds_run(at.path()));
        fs::write(at.path().join(RECORDS), "").unwrap();
        assert!(!holds_run(at.path()));
        fs::write(at.path().join(RECORDS), "{}\n").unwrap();
        assert!(holds_run(at.path()));
        fs::write(at.path().join(RECORDS), "").unwrap();
        fs::write(at.path().join(REJECTS), "").unwrap();
        assert!(holds_run(at.path()), "rejects are not made for the lock");
    }

    #[test]
    fn whoever_looks_for_a_moment_is_waited_for() {
        let at = tempfile::tempdir().unwrap();
        let path = at.path().join(RECORDS);
        let (records, other) = (disk::append(&path).unwrap(), disk::append(&path).unwrap());
        other.lock_shared().unwrap();
        let error = lock(&records, at.path(), &path).unwrap_err();
        assert!(matches!(error, Error::InUse { .. }), "{error}");
        let looking = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            drop(other);
        });
        lock(&records, at.path(), &path).unwrap();
        looking.join().unwrap();
    }

    #[test]
    fn what_cannot_be_read_is_no_file_that_is_not_there() {
        let at = tempfile::tempdir().unwrap();
        assert_eq!(digests(at.path()).unwrap(), BTreeMap::new());
        fs::create_dir(at.path().join(RECORDS)).unwrap();
        assert!(matches!(digests(at.path()), Err(Error::Input { .. })));
        assert!(holds_run(at.path()));
    }

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
