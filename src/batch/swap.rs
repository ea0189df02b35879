//! How a run takes the place of another in one step, and how what a kill left of that is mended.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::OWN;
use super::manifest::{Manifest, State};
use crate::error::{Error, failed};

/// Where a run grows that is to replace the one in `dir`.
pub(super) fn beside(dir: &Path) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    dir.with_file_name(format!(".{name}.sayso-new"))
}

/// Where the old run stands for a moment on file systems that cannot swap folders.
pub(super) fn aside(dir: &Path) -> PathBuf {
    let mut name = beside(dir).into_os_string();
    name.push("-old");
    name.into()
}

/// Mends what a kill in the middle of [`exchange`] left: an old run without its place takes that again; one whose place has
/// been taken stands beside, to be cleared.
pub(super) fn heal(dir: &Path) -> Result<(), Error> {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let aside = aside(&dir);
    if fs::symlink_metadata(&aside).is_err() {
        return Ok(());
    }
    let to = if dir.exists() { beside(&dir) } else { dir };
    // What stands beside as well is of a start-over that was tried since.
    if to.exists() { clear(&aside, &to, |_| false) } else { fs::rename(&aside, &to).map_err(failed(&to)) }
}

/// Swaps two folders.
pub(super) fn exchange(a: &Path, b: &Path, aside: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
            // File systems that cannot.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            done => return done.map_err(Into::into),
        }
    }
    by_renames(a, b, aside)
}

/// The same in three steps, which go back where the second fails.
fn by_renames(a: &Path, b: &Path, aside: &Path) -> io::Result<()> {
    fs::rename(b, aside)?;
    fs::rename(a, b).or_else(|error| fs::rename(aside, b).and(Err(error)))?;
    fs::rename(aside, a)
}

/// Removes what a run left in `beside`, if anything, unless it is one that `goes_on`. What is not a run's goes to `dir`.
pub(super) fn clear(beside: &Path, dir: &Path, goes_on: impl Fn(&Manifest) -> bool) -> Result<(), Error> {
    let entries = match fs::read_dir(beside) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(beside)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed(beside))?;
        let is_own = OWN.iter().any(|name| entry.file_name() == *name);
        let to = dir.join(entry.file_name());
        if !is_own && fs::symlink_metadata(&to).is_err() {
            fs::rename(entry.path(), &to).map_err(failed(&to))?;
        }
    }
    let unfinished = Manifest::read(beside).ok().flatten().filter(|run| run.state != State::Finished);
    if unfinished.is_some_and(|run| goes_on(&run)) {
        return Ok(());
    }
    for name in OWN {
        let path = beside.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&path)(error)),
            _ => {}
        }
    }
    fs::remove_dir(beside).map_err(failed(beside))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::files::RECORDS;
    use crate::batch::manifest::tests::manifest;

    /// A folder `out` with an old run beside which a new one has grown; what stands where, by the folders' names.
    fn stand(folder: &Path) -> [PathBuf; 3] {
        let out = folder.join("out");
        let [new, aside] = [beside(&out), aside(&out)];
        for (dir, text) in [(&out, "old"), (&new, "new")] {
            fs::create_dir(dir).unwrap();
            fs::write(dir.join(RECORDS), text).unwrap();
        }
        [out, new, aside]
    }

    #[test]
    fn an_exchange_by_renames_is_mended_wherever_it_stopped() {
        let read = |dir: &Path| fs::read_to_string(dir.join(RECORDS)).ok();
        let at = tempfile::tempdir().unwrap();
        let [out, new, aside] = stand(at.path());
        by_renames(&new, &out, &aside).unwrap();
        assert_eq!([&out, &new, &aside].map(|dir| read(dir)), [Some("new".into()), Some("old".into()), None]);
        // After the first step: the old run takes its place again.
        let at = tempfile::tempdir().unwrap();
        let [out, new, aside] = stand(at.path());
        fs::rename(&out, &aside).unwrap();
        heal(&out).unwrap();
        assert_eq!([&out, &new, &aside].map(|dir| read(dir)), [Some("old".into()), Some("new".into()), None]);
        // After the second: what is left of the old one stands beside.
        let at = tempfile::tempdir().unwrap();
        let [out, new, aside] = stand(at.path());
        fs::rename(&out, &aside).unwrap();
        fs::rename(&new, &out).unwrap();
        heal(&out).unwrap();
        assert_eq!([&out, &new, &aside].map(|dir| read(dir)), [Some("new".into()), Some("old".into()), None]);
        // Where the new one is not there, the old one stays.
        let at = tempfile::tempdir().unwrap();
        let [out, new, aside] = stand(at.path());
        fs::remove_dir_all(&new).unwrap();
        assert!(by_renames(&new, &out, &aside).is_err());
        assert_eq!([&out, &aside].map(|dir| read(dir)), [Some("old".into()), None]);
    }

    #[test]
    fn what_is_left_of_another_run_goes() {
        let at = tempfile::tempdir().unwrap();
        let [out, new, _] = stand(at.path());
        manifest(State::Stopped).write(&new).unwrap();
        clear(&new, &out, |_| true).unwrap();
        assert!(new.exists(), "it goes on");
        // A finished one stands beside once it was replaced.
        manifest(State::Finished).write(&new).unwrap();
        fs::write(new.join("notes.txt"), "mine").unwrap();
        clear(&new, &out, |_| true).unwrap();
        assert!(!new.exists());
        assert_eq!(fs::read_to_string(out.join("notes.txt")).unwrap(), "mine");
        clear(&new, &out, |_| true).unwrap();
    }

    #[test]
    fn what_cannot_be_cleared_is_named() {
        let at = tempfile::tempdir().unwrap();
        let [out, new, _] = stand(at.path());
        fs::remove_file(new.join(RECORDS)).unwrap();
        fs::create_dir(new.join(RECORDS)).unwrap();
        let error = clear(&new, &out, |_| false).unwrap_err().to_string();
        assert!(error.contains(RECORDS), "{error}");
        let file = at.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(clear(&file, &out, |_| false).is_err());
    }
}
