//! How inputs become articles: files and folders are found, each is given to the reader of its
//! format, and the articles come out one by one, as they are asked for.
//!
//! A format is one file of this folder: a `Format` with an entry in `FORMATS`.

mod decode;
mod fields;
mod jsonl;
mod retry;
mod text;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use walkdir::WalkDir;

use crate::article::Article;
use crate::error::{Error, Place, Reject, Stage};

/// The most bytes that one article's file or line may have, unless told otherwise: 64 MiB.
pub const MAX_BYTES: u64 = 64 << 20;

/// One article read, or what stood in its way.
pub type Reading = Result<Article, Reject>;

/// What a run is asked to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, written `-`.
    Stdin,
    /// A file, or a folder with all that is in it.
    Path(PathBuf),
}

impl From<OsString> for Input {
    fn from(typed: OsString) -> Self {
        if typed == "-" { Self::Stdin } else { Self::Path(typed.into()) }
    }
}

impl From<&str> for Input {
    fn from(typed: &str) -> Self {
        OsString::from(typed).into()
    }
}

/// A stream that will be read, found before the run starts.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its name in messages: the path as given or found, `-` for standard input.
    pub name: Arc<str>,
    /// The id that its articles take theirs from, where they have none of their own.
    pub id: String,
    /// Its size in bytes, where that can be known beforehand.
    pub bytes: Option<u64>,
    /// `None` for standard input.
    path: Option<PathBuf>,
    /// `None` if its content has to tell.
    format: Option<&'static dyn Format>,
}

/// The articles of a run, in order and read as they are asked for.
///
/// An item is an article or the reject that stands for it; around them lies the [`Error`] that ends
/// the run, an id that comes twice. Nothing comes after that.
pub struct Ingest {
    found: Vec<Found>,
    upcoming: usize,
    current: Option<Box<dyn Iterator<Item = Reading> + Send>>,
    ids: Ids,
    max_bytes: u64,
    bytes_read: Arc<AtomicU64>,
}

impl Ingest {
    /// Finds everything that `inputs` name: files as they are, folders with all their levels in the
    /// order of their names, without hidden files and files of unknown extensions.
    ///
    /// # Errors
    /// If an input is not there, is a file of an unknown kind, or is a folder without articles.
    pub fn open(inputs: &[Input]) -> Result<Self, Error> {
        let mut found = Vec::new();
        for input in inputs {
            match input {
                Input::Stdin => found.push(Found::stdin()),
                Input::Path(path) => find(path, &mut found)?,
            }
        }
        Ok(Self {
            found,
            upcoming: 0,
            current: None,
            ids: Ids::default(),
            max_bytes: MAX_BYTES,
            bytes_read: Arc::default(),
        })
    }

    /// Rejects articles whose file or line has more than `bytes`, instead of [`MAX_BYTES`].
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// What will be read, in order.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// The size of it all in bytes; `None` if standard input or a pipe is among it.
    pub fn total_bytes(&self) -> Option<u64> {
        self.found.iter().map(|found| found.bytes).sum()
    }

    /// How many bytes have been read so far.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read.load(Ordering::Relaxed)
    }

    /// Whether everything has been read.
    pub fn is_done(&self) -> bool {
        self.current.is_none() && self.upcoming == self.found.len()
    }

    fn start(&self, found: &Found) -> Box<dyn Iterator<Item = Reading> + Send> {
        let opened = match &found.path {
            None => Ok(Box::new(io::stdin()) as Box<dyn Read + Send>),
            Some(path) => File::open(path).map(|file| Box::new(file) as _),
        };
        let counted = |bytes| Counted { bytes, count: Arc::clone(&self.bytes_read) };
        let settled = opened.and_then(|bytes| match found.format {
            Some(format) => Ok((format, Box::new(BufReader::new(counted(bytes))) as _)),
            None => detect(counted(bytes)),
        });
        let named =
            |bytes| Stream { id: found.id.clone(), name: Arc::clone(&found.name), bytes, max_bytes: self.max_bytes };
        match settled {
            Ok((format, bytes)) => format.read(named(bytes)),
            Err(error) => Box::new(std::iter::once(Err(named(Box::new(io::empty())).unreadable(&error)))),
        }
    }
}

impl Iterator for Ingest {
    type Item = Result<Reading, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(reading) = self.current.as_mut().and_then(Iterator::next) {
                let claimed = match &reading {
                    Ok(article) => self.ids.claim(&article.id, &article.place),
                    Err(_) => Ok(()),
                };
                if claimed.is_err() {
                    self.current = None;
                    self.upcoming = self.found.len();
                }
                return Some(claimed.map(|()| reading));
            }
            self.current = None;
            self.current = Some(self.start(self.found.get(self.upcoming)?));
            self.upcoming += 1;
        }
    }
}

/// The ids given so far, each with its place.
#[derive(Debug, Default)]
pub struct Ids(HashMap<String, Place>);

impl Ids {
    /// Takes `id` for the article at `place`.
    ///
    /// # Errors
    /// If another article of the run has it already.
    pub fn claim(&mut self, id: &str, place: &Place) -> Result<(), Error> {
        match self.0.entry(id.to_owned()) {
            Entry::Vacant(free) => {
                free.insert(place.clone());
                Ok(())
            }
            Entry::Occupied(taken) => {
                Err(Error::SameId { id: id.to_owned(), first: taken.get().clone(), second: place.clone() })
            }
        }
    }
}

/// A format that articles come in.
trait Format: Sync {
    /// Its name, for debugging.
    fn name(&self) -> &'static str;

    /// The extensions of its files, in lower case and without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// The articles of one stream, read as they are asked for.
    fn read(&self, stream: Stream) -> Box<dyn Iterator<Item = Reading> + Send>;
}

impl std::fmt::Debug for dyn Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// All formats that are read.
const FORMATS: [&dyn Format; 2] = [&text::Text, &jsonl::Jsonl];

/// An opened stream with what its reader needs to know.
struct Stream {
    /// The default id of its articles.
    id: String,
    /// Its name in messages.
    name: Arc<str>,
    bytes: Box<dyn BufRead + Send>,
    /// The most bytes an article may have.
    max_bytes: u64,
}

impl Stream {
    fn unreadable(&self, error: &io::Error) -> Reject {
        self.reject(format!("the file cannot be read: {error}; check it and its permissions"))
    }

    /// The reject of the one article that the whole stream holds.
    fn reject(&self, reason: String) -> Reject {
        let place = Place::file(Arc::clone(&self.name));
        Reject { id: Some(self.id.clone()), place, stage: Stage::Read, reason, raw: None }
    }
}

/// Adds up the bytes that pass, for a progress bar.
struct Counted<R> {
    bytes: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(buffer)?;
        self.count.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Found {
    fn stdin() -> Self {
        // A file may stand behind it.
        let file = io::stdin().as_fd().try_clone_to_owned().map(File::from).and_then(|file| file.metadata()).ok();
        let bytes = file.filter(fs::Metadata::is_file).map(|data| data.len());
        Self { name: "-".into(), id: "stdin".into(), bytes, path: None, format: None }
    }

    fn file(path: &Path, root: Option<&Path>) -> Self {
        let inner = root.and_then(|root| path.strip_prefix(root).ok());
        let inner = inner.or(path.file_name().map(Path::new)).unwrap_or(path).with_extension("");
        let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
        let metadata = fs::metadata(path).ok();
        Self {
            name: path.to_string_lossy().into(),
            id: parts.join("/"),
            // A pipe says 0. A file that cannot be looked at will be a reject, and adds nothing.
            bytes: metadata.map_or(Some(0), |data| data.is_file().then_some(data.len())),
            path: Some(path.to_owned()),
            format: format_of(path),
        }
    }
}

/// Adds what `input` names: itself, or what is in it if it is a folder.
fn find(input: &Path, found: &mut Vec<Found>) -> Result<(), Error> {
    let metadata = fs::metadata(input).map_err(|source| Error::Input { path: input.to_owned(), source })?;
    if !metadata.is_dir() {
        if format_of(input).is_none() && input.extension().is_some() {
            return Err(Error::UnknownFormat { path: input.to_owned(), known: extensions() });
        }
        found.push(Found::file(input, None));
        return Ok(());
    }

    let before = found.len();
    let visible =
        |entry: &walkdir::DirEntry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.');
    let walk = WalkDir::new(input).follow_links(true).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(visible) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) if format_of(entry.path()).is_none() => {}
            Ok(entry) => found.push(Found::file(entry.path(), Some(input))),
            // A link back to a folder above shows nothing new.
            Err(error) if error.loop_ancestor().is_some() => {}
            // A folder or file that cannot be looked at becomes a reject when its turn comes.
            Err(error) => found.extend(
                error
                    .path()
                    .filter(|path| path.is_dir() || format_of(path).is_some())
                    .map(|path| Found::file(path, Some(input))),
            ),
        }
    }
    if found.len() == before {
        return Err(Error::NoArticles { path: input.to_owned(), known: extensions() });
    }
    Ok(())
}

fn format_of(path: &Path) -> Option<&'static dyn Format> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    FORMATS.into_iter().find(|format| format.extensions().contains(&extension.as_str()))
}

/// Every extension that is read, as a list in words.
fn extensions() -> String {
    let dotted: Vec<_> =
        FORMATS.iter().flat_map(|format| format.extensions()).map(|extension| format!(".{extension}")).collect();
    match dotted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => dotted.concat(),
    }
}

/// Tells JSON Lines from plain text by the first two characters that are not white space: an object
/// starts with `{"` or is `{}`. Reads no more than it must, so that a slow pipe is not held up.
fn detect(mut bytes: impl Read + Send + 'static) -> io::Result<(&'static dyn Format, Box<dyn BufRead + Send>)> {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    let format: &dyn Format = loop {
        let n = match bytes.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        head.extend_from_slice(&chunk[..n]);
        let body = head.strip_prefix(decode::BOM).unwrap_or(&head);
        let mut signs = body.iter().filter(|byte| !byte.is_ascii_whitespace());
        match (signs.next(), signs.next()) {
            (Some(b'{'), Some(b'"' | b'}')) => break &jsonl::Jsonl,
            (Some(b'{'), None) | (None, _) if n > 0 && head.len() < 1 << 20 => {}
            // The byte order mark itself may have come in pieces.
            _ if n > 0 && head.len() < decode::BOM.len() => {}
            _ => break &text::Text,
        }
    };
    Ok((format, Box::new(BufReader::new(Cursor::new(head).chain(bytes)))))
}

#[cfg(test)]
mod tests;
