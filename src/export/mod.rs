//! Records in the forms of the tools where people annotate, and in tables. Bytes out, nothing is written here.
//!
//! Every tool counts characters in a unit of its own; each format says which, and is tested by slicing as its tool
//! does.

mod brat;
mod claims;
mod csv;
mod doccano;
#[cfg(test)]
pub(crate) mod fixture;
mod inception;
pub(crate) mod label_studio;
mod names;
mod parquet;
mod prodigy;
pub mod table;
#[cfg(test)]
mod tests;
mod web_annotation;

use serde::Serialize;

use crate::record::Record;

use names::Names;
pub(crate) use names::{INDEX, Named, id_of_file};

/// A form that records are written in, one after the other.
pub trait Export {
    /// What a record adds.
    fn record(&mut self, record: &Record) -> Vec<Piece>;

    /// What comes after the last record.
    fn finish(&mut self) -> Vec<Piece> {
        Vec::new()
    }

    /// What a person should know who opens this record's article in the tool.
    fn warning(&self, _record: &Record) -> Option<&'static str> {
        None
    }
}

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Tasks with predictions, and the labelling configuration.
    LabelStudio,
    /// A collection whose claims are contents with relations.
    Brat,
    /// A collection whose claims are events, as in PolNeAR.
    BratEvents,
    /// JSON Lines with entities and relations.
    Doccano,
    /// JSON Lines with tokens, spans and relations.
    Prodigy,
    /// A UIMA CAS an article, as JSON with its type system.
    Inception,
    /// W3C Web Annotations, as JSON-LD.
    WebAnnotation,
    /// A table with a row a claim.
    Csv,
    /// The same table.
    Parquet,
    /// The same rows, as JSON Lines.
    Claims,
}

impl Format {
    /// Whether the export is a folder of several files.
    pub fn is_folder(self) -> bool {
        matches!(self, Self::LabelStudio | Self::Brat | Self::BratEvents | Self::Inception)
    }

    /// An empty export of this form.
    pub fn export(self) -> Box<dyn Export> {
        match self {
            Self::LabelStudio => Box::new(label_studio::LabelStudio::default()),
            Self::Brat => Box::new(brat::Brat::new(brat::Style::Relations)),
            Self::BratEvents => Box::new(brat::Brat::new(brat::Style::Events)),
            Self::Doccano => Box::new(doccano::Doccano),
            Self::Prodigy => Box::new(prodigy::Prodigy),
            Self::Inception => Box::new(inception::Inception::default()),
            Self::WebAnnotation => Box::new(web_annotation::WebAnnotation::default()),
            Self::Csv => Box::new(csv::Csv::default()),
            Self::Parquet => Box::new(parquet::Parquet::default()),
            Self::Claims => Box::new(claims::Claims::default()),
        }
    }
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
