//! An opened input, as the readers get it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::options::Options;
use crate::error::{Place, Reject, Stage};

/// Bytes of one input, and what its reader needs to know.
pub(super) struct Stream {
    /// What the ids of its articles begin with.
    pub(super) id: String,
    /// Its name in messages.
    pub(super) name: Arc<str>,
    /// The file's name without what named its compression: its extension may tell the format.
    pub(super) hint: String,
    pub(super) bytes: PutBack,
    /// The same bytes for reading in any order, where they are a file's.
    pub(super) file: Option<At>,
    pub(super) options: Arc<Options>,
    /// How many archives and compressions it lies in.
    pub(super) depth: usize,
}

impl Stream {
    /// The file at `path`; what is read of it is added to `count`.
    pub(super) fn open(path: &Path, count: &Arc<AtomicU64>) -> io::Result<(PutBack, Option<At>)> {
        let file = File::open(path)?;
        let is_file = file.metadata()?.is_file();
        // A pipe can be read once and in order only.
        let at = if is_file { Some(At::new(File::open(path)?, count)?) } else { None };
        Ok((PutBack::counted(file, count), at))
    }

    /// The reject of the one article, or of whatever else the whole stream holds.
    pub(super) fn reject(&self, reason: impl Into<String>) -> Reject {
        self.reject_at(Some(self.id.clone()), Place::file(Arc::clone(&self.name)), reason)
    }

    /// The reject of one article among several.
    pub(super) fn reject_at(&self, id: Option<String>, place: Place, reason: impl Into<String>) -> Reject {
        Reject { id, place, stage: Stage::Read, reason: reason.into(), raw: None }
    }

    pub(super) fn unreadable(&self, error: &io::Error) -> Reject {
        self.reject(format!("the file cannot be read: {error}; check it and its permissions"))
    }

    /// All of it, as one article.
    pub(super) fn whole(&mut self) -> Result<Vec<u8>, Reject> {
        let max = self.options.max_bytes;
        let mut bytes = Vec::new();
        if let Err(error) = (&mut self.bytes).take(max.saturating_add(1)).read_to_end(&mut bytes) {
            return Err(self.unreadable(&error));
        }
        if bytes.len() as u64 > max {
            return Err(self
                .reject(format!("the file is larger than {max} bytes; split it into articles or raise --max-bytes")));
        }
        Ok(bytes)
    }

    /// The bytes for reading in any order: the file, or a temporary copy of what comes out of a compression, an archive
    /// or a pipe.
    pub(super) fn seekable(&mut self) -> io::Result<At> {
        if let Some(file) = self.file.take() {
            return Ok(file);
        }
        let mut copy = tempfile::tempfile()?;
        io::copy(&mut self.bytes, &mut copy)?;
        At::new(copy, &Arc::default())
    }
}

/// A stream of bytes that can be looked at before they are read, and that takes bytes back.
pub(super) struct PutBack {
    front: Vec<u8>,
    at: usize,
    /// What looking further met with; it is told when reading comes there.
    failure: Option<io::Error>,
    rest: Box<dyn BufRead + Send>,
}

impl PutBack {
    pub(super) fn new(rest: impl BufRead + Send + 'static) -> Self {
        Self { front: Vec::new(), at: 0, failure: None, rest: Box::new(rest) }
    }

    /// Adds what is read to `count`, for a progress bar.
    pub(super) fn counted(bytes: impl Read + Send + 'static, count: &Arc<AtomicU64>) -> Self {
        Self::new(BufReader::with_capacity(64 << 10, Counted { bytes, count: Arc::clone(count) }))
    }

    /// Makes `bytes` the next to be read.
    pub(super) fn put_back(&mut self, mut bytes: Vec<u8>) {
        // What was taken from here goes back to where it was: copying all that follows, each time, would take the square.
        if let Some(at) = self.at.checked_sub(bytes.len()) {
            self.front[at..self.at].copy_from_slice(&bytes);
            self.at = at;
            return;
        }
        bytes.extend_from_slice(&self.front[self.at..]);
        (self.front, self.at) = (bytes, 0);
    }

    /// What lies ready to be looked at.
    pub(super) fn head(&self) -> &[u8] {
        &self.front[self.at..]
    }

    /// Gets more to look at, with one read; `false` at the end.
    pub(super) fn look_further(&mut self) -> bool {
        let n = match fill(&mut *self.rest) {
            Ok(more) => {
                self.front.extend_from_slice(more);
                more.len()
            }
            Err(error) => {
                self.failure = Some(error);
                0
            }
        };
        self.rest.consume(n);
        n > 0
    }
}

impl Read for PutBack {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(buffer)?;
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for PutBack {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.front.len() {
            return Ok(&self.front[self.at..]);
        }
        if self.at > 0 {
            (self.front, self.at) = (Vec::new(), 0);
        }
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        self.rest.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        if self.at < self.front.len() { self.at += n } else { self.rest.consume(n) }
    }
}

/// `fill_buf`, again if a signal came between.
pub(super) fn fill<R: BufRead + ?Sized>(bytes: &mut R) -> io::Result<&[u8]> {
    loop {
        match bytes.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    bytes.fill_buf()
}

/// Reads on until after the next `end` and forgets it, so that a line of any length takes no memory.
pub(super) fn skip_until(bytes: &mut impl BufRead, end: u8) -> io::Result<()> {
    loop {
        let buffer = fill(bytes)?;
        let found = buffer.iter().position(|&byte| byte == end);
        let used = found.map_or(buffer.len(), |at| at + 1);
        bytes.consume(used);
        if found.is_some() || used == 0 {
            return Ok(());
        }
    }
}

/// Adds up the bytes that pass.
pub(super) struct Counted<R> {
    pub(super) bytes: R,
    pub(super) count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(buffer)?;
        self.count.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// A place in a file that is read in any order. Clones share the file, not the place.
#[derive(Clone)]
pub(super) struct At {
    file: Arc<Mutex<File>>,
    pub(super) size: u64,
    at: u64,
    count: Arc<AtomicU64>,
}

impl At {
    fn new(file: File, count: &Arc<AtomicU64>) -> io::Result<Self> {
        let size = file.metadata()?.len();
        Ok(Self { file: Arc::new(Mutex::new(file)), size, at: 0, count: Arc::clone(count) })
    }

    /// The same file, from `at` on.
    pub(super) fn from(&self, at: u64) -> Self {
        Self { at, ..self.clone() }
    }
}

impl Read for At {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let n = file.read(buffer)?;
        self.at += n as u64;
        self.count.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Seek for At {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
