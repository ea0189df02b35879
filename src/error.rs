//! What can go wrong: an [`Error`] ends the run, a [`Reject`] costs one article.

use std::fmt;
use std::io;
use std::path::PathBuf;
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

    /// Two articles of a run have the same id, so their records could not be told apart.
    #[error("{second}: the id `{id}` is taken by {first}; give each article of a run its own id")]
    SameId {
        /// The id that both have.
        id: String,
        /// The article that had it first.
        first: Place,
        /// The article that came with it again.
        second: Place,
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

    /// The workers could not be started.
    #[error("{threads} workers cannot be started; ask for fewer threads")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the pool said.
        source: rayon::ThreadPoolBuildError,
    },
}

/// Where in the input something stands; prints as `corpus/june.jsonl:12`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file as it was given or found; `-` is standard input.
    pub file: Arc<str>,
    /// The line, counted from 1, in formats that hold an article a line.
    pub line: Option<u64>,
}

impl Place {
    /// A whole file, or whatever else the text came from.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), line: None }
    }

    /// One line of a file.
    pub fn line(file: impl Into<Arc<str>>, line: u64) -> Self {
        Self { file: file.into(), line: Some(line) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reject_is_one_flat_line_of_json() {
        let reject = Reject {
            id: None,
            place: Place::line("june.jsonl", 12),
            stage: Stage::Read,
            reason: "the line is not JSON".into(),
        };
        let json = serde_json::to_string(&reject).unwrap();
        assert_eq!(
            json,
            r#"{"id":null,"place":{"file":"june.jsonl","line":12},"stage":"read","reason":"the line is not JSON"}"#
        );
        assert_eq!(serde_json::from_str::<Reject>(&json).unwrap(), reject);
        assert_eq!(reject.to_string(), "june.jsonl:12: the line is not JSON");
    }

    #[test]
    fn a_clash_names_both_places() {
        let error =
            Error::SameId { id: "a".into(), first: Place::file("north/a.txt"), second: Place::line("all.jsonl", 7) };
        let message = error.to_string();
        assert!(message.contains("north/a.txt") && message.contains("all.jsonl:7"), "{message}");
    }
}
