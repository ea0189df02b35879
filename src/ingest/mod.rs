//! How inputs become articles: files and folders are found, compressions and archives are opened, each stream is given
//! to the reader of its format, and the articles come out one by one, as they are asked for.
//!
//! A format is one file of this folder: a `FORMAT` with an entry in `FORMATS`.
//!
//! ```
//! use sayso::{Ingest, Input};
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::write(folder.path().join("june.jsonl"), "{\"id\": \"a1\", \"text\": \"The ferry is late today.\"}\n{\"id\": 7}\n")?;
//! let readings: Vec<_> = Ingest::open(&[Input::Path(folder.path().to_owned())])?.collect();
//! assert_eq!(readings[0].as_ref().unwrap().text(), "The ferry is late today.");
//! assert_eq!(readings[1].as_ref().unwrap_err().place.line, Some(2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod archive;
mod csv;
mod decode;
mod detect;
mod documents;
mod docx;
mod elements;
mod exports;
mod feed;
mod fields;
mod find;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
mod ids;
mod input;
mod json;
mod jsonfeed;
mod jsonl;
mod mail;
mod markdown;
mod markup;
mod mbox;
mod mend;
mod newsml;
mod newsml1;
mod ninjs;
mod nitf;
mod object;
mod options;
mod page;
mod parquet;
mod pdf;
mod retry;
mod root;
mod rtf;
mod sgml;
mod stream;
mod tar;
mod text;
mod unpack;
mod warc;
mod zip;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::article::Article;
use crate::error::{Error, Place, Reject, Stage};
use stream::{PutBack, Stream};

pub use find::{Found, PassedOver};
use ids::Ids;
pub use input::Input;
pub use object::from_json;
#[cfg(feature = "serve")]
pub(crate) use object::from_object;
pub use options::Options;

/// One article read, or what stood in its way.
pub type Reading = Result<Article, Reject>;

/// The articles of a run, in order and read as they are asked for.
///
/// An item is an article or the reject that stands for it; around them lies the [`Error`] that ends
/// the run, an id that comes twice. Nothing comes after that.
pub struct Ingest {
    inputs: Vec<String>,
    found: Vec<Found>,
    passed_over: PassedOver,
    upcoming: usize,
    current: Option<Readings>,
    ids: Ids,
    options: Arc<Options>,
    bytes_read: Arc<AtomicU64>,
}

impl Ingest {
    /// Finds everything that `inputs` name: files as they are, folders with all their levels in the
    /// order of their names, without what is [`Self::passed_over`]: hidden files, those of runs, pipes and devices. Files of
    /// kinds that are not read are rejects.
    ///
    /// # Errors
    /// If an input is not there, is a file of an unknown kind, or is a folder without articles.
    pub fn open(inputs: &[Input]) -> Result<Self, Error> {
        Self::open_as(inputs, Options::default())
    }

    /// The same by other choices than the usual ones. Where they name a format, files of all names are read.
    ///
    /// # Errors
    /// As of [`Self::open`].
    pub fn open_as(inputs: &[Input], options: Options) -> Result<Self, Error> {
        let (mut found, mut passed_over) = (Vec::new(), PassedOver::new());
        for input in inputs {
            match input {
                Input::Stdin => found.push(Found::stdin()),
                Input::Path(path) => find::find(path, options.format.is_some(), &mut found, &mut passed_over)?,
            }
        }
        Ok(Self {
            inputs: inputs.iter().map(Input::to_string).collect(),
            found: find::tell_apart(found),
            passed_over,
            upcoming: 0,
            current: None,
            ids: Ids::default(),
            options: Arc::new(options),
            bytes_read: Arc::default(),
        })
    }

    /// What it was asked to read, as it was typed.
    pub fn inputs(&self) -> &[String] {
        &self.inputs
    }

    /// By what choices.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What will be read, in order.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// What lies in the folders and will not be read.
    pub fn passed_over(&self) -> &PassedOver {
        &self.passed_over
    }

    /// The size of it all in bytes; `None` if standard input or a pipe is among it.
    pub fn total_bytes(&self) -> Option<u64> {
        self.found.iter().map(|found| found.bytes).sum()
    }

    /// How many bytes have been read so far.
    pub fn bytes_read(&self) -> u64 {
        // Files that are read in any order are read twice in places.
        self.bytes_read.load(Ordering::Relaxed).min(self.total_bytes().unwrap_or(u64::MAX))
    }

    /// Where it is reading.
    pub(crate) fn place(&self) -> Place {
        let name = self.upcoming.checked_sub(1).and_then(|at| self.found.get(at)).map(|found| Arc::clone(&found.name));
        Place::file(name.unwrap_or_else(|| "the input".into()))
    }

    /// Articles as a test wants them to come.
    #[cfg(test)]
    pub(crate) fn of(readings: impl Iterator<Item = Reading> + Send + 'static) -> Self {
        Self {
            inputs: Vec::new(),
            found: Vec::new(),
            passed_over: PassedOver::new(),
            upcoming: 0,
            current: Some(Box::new(readings)),
            ids: Ids::default(),
            options: Arc::default(),
            bytes_read: Arc::default(),
        }
    }

    fn start(&self, found: &Found) -> Readings {
        if let Some(reason) = &found.unread {
            let (id, place) = (Some(found.id.clone()), Place::file(Arc::clone(&found.name)));
            return only(Reject { id, place, stage: Stage::Read, reason: reason.clone(), raw: None });
        }
        let opened = match &found.path {
            None => Ok((PutBack::counted(io::stdin(), &self.bytes_read), None)),
            Some(path) => Stream::open(path, &self.bytes_read),
        };
        let stream = |bytes, file| Stream {
            id: found.id.clone(),
            name: Arc::clone(&found.name),
            hint: found.hint().to_owned(),
            bytes,
            file,
            options: Arc::clone(&self.options),
            depth: 0,
        };
        match opened {
            Ok((bytes, file)) => detect::readings(stream(bytes, file)),
            Err(error) => only(stream(PutBack::new(io::empty()), None).unreadable(&error)),
        }
    }
}

impl Iterator for Ingest {
    type Item = Reading;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(reading) = self.current.as_mut().and_then(Iterator::next) {
                return Some(self.ids.claim(reading.and_then(|article| self.options.accept(article))));
            }
            self.current = None;
            self.current = Some(self.start(self.found.get(self.upcoming)?));
            self.upcoming += 1;
        }
    }
}

/// The articles of a stream, or what stood in their way.
type Readings = Box<dyn Iterator<Item = Reading> + Send>;

/// A format that articles come in, or that other streams come in.
#[derive(Debug)]
struct Format {
    /// Its name.
    name: &'static str,
    /// The extensions of its files, in lower case and without the dot.
    extensions: &'static [&'static str],
    /// What it is and how it is told without a name, in a line for people.
    about: &'static str,
    /// Whether a stream that begins like this is surely of this format, whatever its name says.
    shows_in: fn(&[u8]) -> bool,
    /// Whether a stream that begins like this, and whose name says nothing, is of this format.
    may_begin: fn(&[u8]) -> bool,
    /// Whether it holds files of other formats.
    is_archive: bool,
    /// The articles of one stream, read as they are asked for.
    read: fn(Stream) -> Readings,
}

impl Format {
    /// A format that nothing is known of but how it is read.
    const fn read_by(read: fn(Stream) -> Readings) -> Self {
        Self {
            name: "",
            extensions: &[],
            about: "",
            shows_in: |_| false,
            may_begin: |_| false,
            is_archive: false,
            read,
        }
    }
}

/// A format that is read, in words.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Known {
    /// What it is called.
    pub name: &'static str,
    /// The endings of its files' names; by the first it can be asked for.
    pub extensions: &'static [&'static str],
    /// What it is and how it is told.
    pub about: &'static str,
}

/// All formats that are read.
pub fn formats() -> Vec<Known> {
    FORMATS.iter().map(|&Format { name, extensions, about, .. }| Known { name, extensions, about }).collect()
}

/// The endings of the names of compressed files, which are opened.
pub fn compressions() -> Vec<&'static str> {
    unpack::Codec::extensions().collect()
}

/// All formats that are read. Where one may lie within another, the outer comes first.
static FORMATS: [Format; 20] = [
    text::FORMAT,
    jsonl::FORMAT,
    json::FORMAT,
    csv::FORMAT,
    parquet::FORMAT,
    warc::FORMAT,
    newsml::FORMAT,
    newsml1::FORMAT,
    nitf::FORMAT,
    feed::FORMAT,
    page::FORMAT,
    sgml::FORMAT,
    docx::FORMAT,
    rtf::FORMAT,
    markdown::FORMAT,
    mail::FORMAT,
    mbox::FORMAT,
    pdf::FORMAT,
    zip::FORMAT,
    tar::FORMAT,
];

/// The readings of a stream that comes to nothing but this.
fn only(reject: Reject) -> Readings {
    Box::new(std::iter::once(Err(reject)))
}

#[cfg(test)]
mod tests;
