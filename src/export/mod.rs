//! Records in the forms of the tools where people annotate, and in tables. Bytes out, nothing is written here.
//!
//! Every tool counts characters in a unit of its own; each format says which, and is tested by slicing as its tool
//! does.
//!
//! ```
//! # use sayso::{Article, Dtype, Model, Place, Tagger, pipeline};
//! # let tagger = Tagger::new(Model::load("models/news-en".as_ref(), Dtype::Auto)?);
//! # let records = |id: &str, text: &str| pipeline::run(&tagger, vec![Article::new(id, Place::file(id), text)], Default::default());
//! # let mut found = records("a1", "The ferry may be late, harbour master Ana Ruiz said.");
//! # let record = found.remove(0)?;
//!
//! use sayso::export::{Format, csv::Mark};
//!
//! let table = Format::Csv.export(Mark::None).record(&record).remove(0).bytes;
//! assert!(String::from_utf8(table)?.contains("Ana Ruiz"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod brat;
mod claims;
pub mod csv;
mod doccano;
#[cfg(test)]
pub(crate) mod fixture;
mod inception;
pub(crate) mod label_studio;
mod names;
mod parquet;
mod prodigy;
mod sqlite;
pub mod table;
#[cfg(test)]
mod tests;
mod web_annotation;
mod xlsx;

use std::fs::File;
use std::io::{self, Read};

use serde::Serialize;

use crate::record::Record;

use names::Names;
pub(crate) use names::{INDEX, Named, id_of_file};

/// A form that records are written in, one after the other.
pub trait Export {
    /// What a record adds.
    fn record(&mut self, record: &Record) -> Vec<Piece>;

    /// What comes after the last record.
    fn finish(&mut self) -> Pieces<'_> {
        Box::new(std::iter::empty())
    }

    /// What a person should know who opens this record's article in the tool.
    fn warning(&self, _record: &Record) -> Option<&'static str> {
        None
    }
}

/// What comes after the last record, as it is read from where it was put meanwhile.
pub type Pieces<'a> = Box<dyn Iterator<Item = io::Result<Piece>> + 'a>;

/// Bytes to append to a file of the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// A path below the export's folder, with `/`; empty where the export is one file.
    pub file: String,
    /// What to append.
    pub bytes: Vec<u8>,
}

impl Piece {
    /// A piece of an export that is one file.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self::of("", bytes)
    }

    /// A piece of one of the export's files.
    pub(crate) fn of(file: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { file: file.into(), bytes: bytes.into() }
    }

    /// A line of JSON.
    pub(crate) fn line(value: &impl Serialize) -> Self {
        let mut bytes = json(value);
        bytes.push(b'\n');
        Self::new(bytes)
    }
}

/// All forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// tasks.json with predictions, and labels.xml, the labelling configuration
    LabelStudio,
    /// A collection of .txt and .ann files; claims are contents with relations
    Brat,
    /// … claims are events, as in PolNeAR
    BratEvents,
    /// JSONL(Relation); the project must allow overlapping spans and use relations
    Doccano,
    /// JSONL with tokens, spans and relations
    Prodigy,
    /// UIMA CAS JSON, a file an article, for the layers of INCEpTION's basic project templates
    Inception,
    /// W3C Web Annotation, JSON-LD
    WebAnnotation,
    /// A table, for spreadsheets
    Csv,
    /// The same table, for data frames
    Parquet,
    /// The same rows as JSON Lines
    Claims,
    /// Excel: sheets of claims, hedges and speakers
    Xlsx,
    /// A database of articles, speakers, mentions, claims and hedges with full-text search; Datasette opens it as it is
    Sqlite,
}

impl Format {
    /// Whether the export is a folder of several files.
    pub fn is_folder(self) -> bool {
        matches!(self, Self::LabelStudio | Self::Brat | Self::BratEvents | Self::Inception)
    }

    /// Whether it says who speaks in the whole corpus.
    pub fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::Parquet | Self::Claims | Self::Xlsx | Self::Sqlite)
    }

    /// An empty export of this form; `mark` is for CSV alone.
    pub fn export(self, mark: csv::Mark) -> Box<dyn Export> {
        match self {
            Self::LabelStudio => Box::new(label_studio::LabelStudio::default()),
            Self::Brat => Box::new(brat::Brat::new(brat::Style::Relations)),
            Self::BratEvents => Box::new(brat::Brat::new(brat::Style::Events)),
            Self::Doccano => Box::new(doccano::Doccano),
            Self::Prodigy => Box::new(prodigy::Prodigy),
            Self::Inception => Box::new(inception::Inception::default()),
            Self::WebAnnotation => Box::new(web_annotation::WebAnnotation::default()),
            Self::Csv => Box::new(csv::Csv::new(mark)),
            Self::Parquet => Box::new(parquet::Parquet::default()),
            Self::Claims => Box::new(claims::Claims::default()),
            Self::Xlsx => Box::new(xlsx::Xlsx::default()),
            Self::Sqlite => Box::new(sqlite::Sqlite::default()),
        }
    }
}

/// Pieces that are there already.
pub(crate) fn ready(pieces: Vec<Piece>) -> Pieces<'static> {
    Box::new(pieces.into_iter().map(Ok))
}

/// What a file has, a part after the other, so that it is never held whole.
fn of_file(file: io::Result<File>) -> Pieces<'static> {
    const PART: u64 = 1 << 20;
    let mut file = match file.and_then(|mut file| io::Seek::rewind(&mut file).map(|()| file)) {
        Ok(file) => file,
        Err(error) => return failed(error),
    };
    Box::new(std::iter::from_fn(move || {
        let mut bytes = Vec::new();
        match file.by_ref().take(PART).read_to_end(&mut bytes) {
            Ok(0) => None,
            Ok(_) => Some(Ok(Piece::new(bytes))),
            Err(error) => Some(Err(error)),
        }
    }))
}

/// Nothing but why there is nothing.
fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Pieces<'static> {
    Box::new(std::iter::once(Err(io::Error::other(error))))
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("an export has only string keys")
}

/// Elements of a JSON array that come one after the other.
#[derive(Debug, Default)]
struct Elements {
    written: bool,
}

impl Elements {
    /// Whether there was none yet.
    fn is_empty(&self) -> bool {
        !self.written
    }

    /// The next element, with what parts it from the one before.
    fn next(&mut self, value: &impl Serialize) -> Vec<u8> {
        let mut bytes = if self.written { b",\n".to_vec() } else { Vec::new() };
        self.written = true;
        bytes.extend(json(value));
        bytes
    }
}
