//! Writing so that nothing is lost: a file appears under its name when all of it is on the disk, and only plain files
//! and new names are ever replaced.
//!
//! ```
//! let folder = tempfile::tempdir()?;
//! sayso::disk::replace(&folder.path().join("names.txt"), b"Ana Ruiz")?;
//! assert!(sayso::disk::replace(folder.path(), b"lost").is_err(), "a folder is not replaced");
//! # Ok::<(), std::io::Error>(())
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Windows' FILE_FLAG_OPEN_REPARSE_POINT: a link is opened itself.
#[cfg(windows)]
const OPEN_REPARSE_POINT: u32 = 0x0020_0000;

/// A file that is being written beside where it is to be.
#[derive(Debug)]
pub struct Part {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Part {
    /// Begins what is to be the file `path`.
    ///
    /// # Errors
    /// If something else than a plain file is there, or its folder cannot be written to.
    pub fn new(path: &Path) -> io::Result<Self> {
        plain_or_new(path)?;
        let file = part(0o666, |part| part.tempfile_in(folder_of(path)))?;
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file) })
    }

    /// Puts it in its place in one step: whoever reads that sees the old file or the new one.
    ///
    /// # Errors
    /// If it cannot be written; then what was there before still is.
    pub fn finish(self) -> io::Result<()> {
        let file = self.file.into_inner().map_err(|error| error.into_error())?;
        // Without this a machine that loses its power may be left with neither.
        file.as_file().sync_all()?;
        plain_or_new(&self.path)?;
        file.persist(&self.path).map_err(|error| error.error)?;
        sync_folder(folder_of(&self.path))
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Makes a file or folder that is to take another name when it is whole; of `mode` it gets what the user's mask leaves.
///
/// # Errors
/// As `make` has them.
pub fn part<T>(mode: u32, make: impl FnOnce(&tempfile::Builder<'_, '_>) -> io::Result<T>) -> io::Result<T> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".sayso-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    make(&builder)
}

/// Puts `content` in place of the file `path`, or makes it.
///
/// # Errors
/// As of [`Part`].
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut part = Part::new(path)?;
    part.write_all(content)?;
    part.finish()
}

/// Opens a plain file to add to, and makes it where there is none.
///
/// # Errors
/// If something else is there: a link, a pipe, a device, a folder.
pub fn append(path: &Path) -> io::Result<File> {
    plain_or_new(path)?;
    let mut options = OpenOptions::new();
    // What took its place meanwhile is not followed, nor waited for.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::custom_flags(&mut options, OPEN_REPARSE_POINT);
    let file = options.read(true).append(true).create(true).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(not_plain("something else than a file")) }
}

/// Waits until a folder's names are on the disk.
///
/// # Errors
/// If the system fails at it.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // Windows does not open folders, and sees to their names itself.
    if cfg!(windows) { Ok(()) } else { File::open(folder)?.sync_all() }
}

/// Whether two names lead to one file or folder; what is not there is none.
pub fn is_same(a: &Path, b: &Path) -> bool {
    // Without opening them: a pipe would wait for who writes to it.
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let identity = |path: &Path| fs::metadata(path).ok().map(|data| (data.dev(), data.ino()));
        identity(a).is_some_and(|a| Some(a) == identity(b))
    }
    #[cfg(not(unix))]
    same_file::is_same_file(a, b).unwrap_or(false)
}

/// The folder that a file of this name stands in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn plain_or_new(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path).map(|data| data.file_type()) {
        Ok(kind) if kind.is_file() => Ok(()),
        Ok(kind) if kind.is_dir() => Err(not_plain("a folder")),
        Ok(kind) if kind.is_symlink() => Err(not_plain("a link")),
        Ok(_) => Err(not_plain("a pipe or a device")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn not_plain(what: &str) -> io::Error {
    io::Error::other(format!("there is {what}, which is not replaced; name another"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.csv");
        let names = || fs::read_dir(dir.path()).unwrap().count();
        replace(&path, b"old").unwrap();
        let mut part = Part::new(&path).unwrap();
        part.write_all(b"ne").unwrap();
        part.flush().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        drop(part);
        assert_eq!((fs::read(&path).unwrap(), names()), (b"old".to_vec(), 1), "what was given up left nothing");
        replace(&path, b"new").unwrap();
        assert_eq!((fs::read(&path).unwrap(), names()), (b"new".to_vec(), 1));
    }

    #[test]
    fn only_plain_files_are_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let name = |name: &str| dir.path().join(name);
        fs::write(name("file"), "kept").unwrap();
        symlink(name("file"), name("link")).unwrap();
        fs::create_dir(name("folder")).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, name("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        for (path, what) in [("link", "a link"), ("folder", "a folder"), ("pipe", "a pipe")] {
            for error in [replace(&name(path), b"lost").unwrap_err(), append(&name(path)).unwrap_err()] {
                assert!(error.to_string().contains(what), "{error}");
            }
        }
        assert!(replace(Path::new("/dev/null"), b"lost").is_err());
        assert_eq!(fs::read(name("file")).unwrap(), b"kept");
    }

    #[test]
    fn one_file_by_two_names() {
        let dir = tempfile::tempdir().unwrap();
        let name = |name: &str| dir.path().join(name);
        fs::create_dir(name("in")).unwrap();
        fs::write(name("in/a"), "").unwrap();
        fs::hard_link(name("in/a"), name("b")).unwrap();
        symlink(name("in"), name("link")).unwrap();
        assert!(is_same(&name("in/a"), &name("b")) && !is_same(&name("in/a"), &name("none")));
        assert!(is_same(&name("link"), &name("in")) && !is_same(&name("none"), &name("none")));
        rustix::fs::mknodat(rustix::fs::CWD, name("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert!(is_same(&name("pipe"), &name("pipe")), "and nobody waits for a pipe");
    }
}
