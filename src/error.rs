//! What can go wrong: an [`Error`] ends the run, a [`Reject`] costs one article.
//!
//! ```
//! use sayso::{Ingest, Input};
//!
//! let error = Ingest::open(&[Input::Path("nowhere".into())]).err().unwrap();
//! assert!(error.to_string().starts_with("nowhere: "));
//! ```

use std::fmt;
use std::io;
#[cfg(feature = "serve")]
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A failure to start or to finish a run. Each message names what it is about and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An input that was asked for is not there, or may not be looked at.
    #[error("{}: the input cannot be opened; check the path and its permissions", path.display())]
    Input {
        /// The input as it was given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// A file was asked for whose extension belongs to no format.
    #[error(
        "{}: files of this kind are not read ({known} are); \
         convert it, or pipe plain text or JSON Lines in with `-` as the input",
        path.display()
    )]
    UnknownFormat {
        /// The file as it was given.
        path: PathBuf,
        /// The extensions that are read, as a list in words.
        known: String,
    },

    /// A line of a file that the user wrote is not what it should be.
    #[error("{place}: {reason}")]
    Line {
        /// The file and the line.
        place: Place,
        /// What is wrong, and what should stand there.
        reason: String,
    },

    /// A PDF was asked for.
    #[error("{}: PDF is not read; save it as text, or run `pdftotext -layout`", path.display())]
    Pdf {
        /// The file as it was given.
        path: PathBuf,
    },

    /// A folder was asked for that holds nothing to read.
    #[error(
        "{}: no articles in this folder; {known} files are read, hidden ones are not",
        path.display()
    )]
    NoArticles {
        /// The folder as it was given.
        path: PathBuf,
        /// The extensions that are read, as a list in words.
        known: String,
    },

    /// A part of the model is missing or damaged.
    #[error("{}: the model cannot be loaded: {reason}; restore the file or name another model", path.display())]
    Model {
        /// The file at fault.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// A result cannot be written.
    #[error("{}: cannot be written; check the folder, its permissions and the free space", path.display())]
    Output {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// What is read would be written over.
    #[error(
        "{}: is an input and would be written over (by {}); name another output",
        path.display(), written.display()
    )]
    Overlap {
        /// The input.
        path: PathBuf,
        /// What would be written.
        written: PathBuf,
    },

    /// An input has changed since the run began.
    #[error(
        "{}: had {then} bytes when the run began and has {now} now; once nobody writes to it, the same command goes on \
         with what has come",
        path.display()
    )]
    InputMoved {
        /// The file.
        path: PathBuf,
        /// Its size when it was found.
        then: u64,
        /// Its size when it was read.
        now: u64,
    },

    /// Another process writes to the output folder.
    #[error(
        "{}: another sayso{} writes here; let it finish, or name another folder",
        path.display(),
        process.map_or_else(String::new, |process| format!(" (process {process})"))
    )]
    InUse {
        /// The output folder.
        path: PathBuf,
        /// The other's number, if it said so.
        process: Option<u32>,
    },

    /// The output folder holds a run that this one cannot go on with.
    #[error(
        "{}: holds another run ({changes}); run it as it was begun to go on with it, name another folder, \
         or start over",
        path.display()
    )]
    OtherRun {
        /// The output folder.
        path: PathBuf,
        /// What differs.
        changes: String,
    },

    /// What a run is about cannot be told.
    #[error(
        "{}: no run can be found here: {reason}; name the folder of a run. \
         To write results there all the same, start over",
        path.display()
    )]
    NotAManifest {
        /// The run's `run.json`.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// A file of results holds what sayso did not write.
    #[error("{place}: damaged: {reason}; restore the file, or start over")]
    Damaged {
        /// The line at fault.
        place: Place,
        /// What is wrong with it.
        reason: String,
    },

    /// A run is to go on, but its input has changed.
    #[error(
        "{place}: the input is not what it was when the run in {} began: {reason}; put it back as it was, \
         name another folder, or start over",
        out.display()
    )]
    InputChanged {
        /// Where the input differs first.
        place: Place,
        /// The output folder.
        out: PathBuf,
        /// How it differs.
        reason: String,
    },

    /// sayso itself failed at an article.
    #[error(
        "{place}: a defect of sayso: {reason}; please report it with this article. What was written stays, and the same \
         command goes on once it is mended, or the article is left out"
    )]
    Defect {
        /// The article, or the input that was read.
        place: Place,
        /// What the program said of itself.
        reason: String,
    },

    /// The input has ended, but not all of it has a line.
    #[error(
        "{}: {written} of {read} articles have a line: a defect of sayso, please report it; \
         start over", path.display()
    )]
    Unaccounted {
        /// The output folder.
        path: PathBuf,
        /// Articles of the input that are this run's.
        read: u64,
        /// Records and rejects.
        written: u64,
    },

    /// Folders that are to be merged are not the shards of one run.
    #[error("{}: cannot be merged: {reason}", path.display())]
    Shard {
        /// The folder at fault.
        path: PathBuf,
        /// What is wrong with it, and what helps.
        reason: String,
    },

    /// The server's address cannot be had.
    #[cfg(feature = "serve")]
    #[error("{address}: cannot be listened to; name another address or port, or end what listens there")]
    Listen {
        /// As it was asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },

    /// Everybody on the network could ask the server.
    #[cfg(feature = "serve")]
    #[error("{address}: others than this machine can reach that, so it takes a token; or listen to 127.0.0.1")]
    NoToken {
        /// As it was asked for.
        address: SocketAddr,
    },

    /// The workers could not be started.
    #[error("{threads} workers cannot be started; ask for fewer threads")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the pool said.
        source: rayon::ThreadPoolBuildError,
    },
}

/// Where in the input something stands; prints as `corpus/june.jsonl:12` or `june.zip/north.parquet#7`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file as it was given or found, with its place in an archive; `-` is standard input.
    pub file: Arc<str>,
    /// The line, counted from 1, in formats that hold an article a line.
    pub line: Option<u64>,
    /// The number of the article in its file, counted from 1, in formats without lines that count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<u64>,
}

impl Place {
    /// A whole file, or whatever else the text came from.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), line: None, record: None }
    }

    /// One line of a file.
    pub fn line(file: impl Into<Arc<str>>, line: u64) -> Self {
        Self { file: file.into(), line: Some(line), record: None }
    }

    /// One article of a file that holds several.
    pub fn record(file: impl Into<Arc<str>>, record: u64) -> Self {
        Self { file: file.into(), line: None, record: Some(record) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.record) {
            (Some(line), _) => write!(f, "{}:{line}", self.file),
            (None, Some(record)) => write!(f, "{}#{record}", self.file),
            (None, None) => f.write_str(&self.file),
        }
    }
}

/// Somebody wanted no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stopped")]
pub struct Stopped;

/// The step of a run at which an article was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Reading it in.
    Read,
    /// Finding its mentions.
    Tag,
}

/// An article that was left out, and why; the run goes on without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct Reject {
    /// The article's id, where it got far enough to have one.
    pub id: Option<String>,
    /// Where it was to be read from.
    pub place: Place,
    /// The step that it did not survive.
    pub stage: Stage,
    /// What is wrong and what helps, in words.
    pub reason: String,
    /// What was read, if it is text and short, so that it can be mended and tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<Box<str>>,
}

impl Reject {
    /// The most bytes of input that a reject carries.
    const RAW: usize = 64 << 10;

    /// The same with what was read, if it is short.
    #[must_use]
    pub fn with_raw(mut self, raw: &str) -> Self {
        self.raw = (raw.len() <= Self::RAW).then(|| raw.into());
        self
    }
}

/// What makes an error of a failure to write `path`.
pub(crate) fn failed(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    |source| Error::Output { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reject_is_one_flat_line_of_json() {
        let (place, reason) = (Place::line("june.jsonl", 12), "the line is not JSON".into());
        let reject = Reject { id: None, place, stage: Stage::Read, reason, raw: None };
        let json =
            r#"{"id":null,"place":{"file":"june.jsonl","line":12},"stage":"read","reason":"the line is not JSON"}"#;
        assert_eq!(serde_json::to_string(&reject).unwrap(), json);
        assert_eq!(serde_json::from_str::<Reject>(json).unwrap(), reject);
        assert_eq!(reject.to_string(), "june.jsonl:12: the line is not JSON");
    }
}
