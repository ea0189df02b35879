//! What is named on a command line.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

/// What a run is asked to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, written `-`.
    Stdin,
    /// A file, or a folder with all that is in it.
    Path(PathBuf),
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("-"),
            Self::Path(path) => path.display().fmt(f),
        }
    }
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
