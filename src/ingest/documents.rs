//! The documents of a marked-up file, an element each: the iterator that all formats of this kind share.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::decode::{Decoded, decode, fault, utf16};
use super::elements::{Cut, Elements};
use super::markup::{Element, Manners};
use super::stream::Stream;
use super::{Reading, fields};
use crate::error::{Place, Reject};

/// What an element comes to.
pub(super) enum Document {
    /// Text and metadata.
    Article(String, Map<String, Value>),
    /// Something of this kind, which is passed over: no article, and no damaged one.
    Other(&'static str),
}

/// How a format is marked up.
pub(super) struct Dialect {
    /// The elements that are a document each.
    pub(super) names: &'static [&'static str],
    pub(super) manners: Manners,
    /// What such an element is, below what stood before the first one, or what is wrong with it.
    pub(super) document: fn(&Element, &Element) -> Result<Document, String>,
    /// What to say of a file that begins like this and has nothing but documents of these kinds in it, if any.
    pub(super) nothing: fn(&[u8], &[&'static str]) -> String,
}

pub(super) struct Documents {
    stream: Stream,
    dialect: &'static Dialect,
    elements: Elements,
    /// What stood before the first one.
    head: Option<Element>,
    /// Documents so far.
    number: u64,
    /// The kinds of those that were passed over.
    others: Vec<&'static str>,
    /// Whether an article or a reject has come of it.
    any: bool,
    /// The last thing that came was an error.
    damaged: bool,
    over: bool,
}

impl Documents {
    pub(super) fn new(stream: Stream, dialect: &'static Dialect) -> Self {
        let elements = Elements::new(dialect.names, stream.options.max_bytes);
        Self {
            stream,
            dialect,
            elements,
            head: None,
            number: 0,
            others: Vec::new(),
            any: false,
            damaged: false,
            over: false,
        }
    }

    /// What an element comes to; `None` if it is passed over.
    fn reading(&mut self, name: &str, bytes: Vec<u8>) -> Option<Reading> {
        let Decoded { text, warning } = decode(bytes);
        let head = self.head.get_or_insert_with(|| {
            let Decoded { text, .. } = decode(self.elements.head().to_vec());
            Element::parse(&text, Manners::Loose).unwrap_or_default()
        });
        let document = Element::parse(&text, self.dialect.manners)
            .and_then(|element| (self.dialect.document)(&element, head))
            .map_err(|reason| self.reject(format!("the `{name}` is damaged: {reason}")));
        match document {
            Ok(Document::Article(text, fields)) => Some(self.article(text, fields, warning)),
            Ok(Document::Other(kind)) => {
                if !self.others.contains(&kind) {
                    self.others.push(kind);
                }
                None
            }
            Err(reject) => Some(Err(reject)),
        }
    }

    fn article(&self, text: String, mut fields: Map<String, Value>, warning: Option<String>) -> Reading {
        let id = fields::take_id(&mut fields).unwrap_or_else(|| format!("{}:{}", self.stream.id, self.number));
        if let Some(fault) = fault(&text) {
            return Err(self.stream.reject_at(Some(id), self.place(), fault));
        }
        let mut article = fields::article(id, self.place(), text, fields);
        article.warnings.extend(warning);
        Ok(article)
    }

    fn place(&self) -> Place {
        Place::record(Arc::clone(&self.stream.name), self.number)
    }

    fn reject(&self, reason: impl Into<String>) -> Reject {
        self.stream.reject_at(None, self.place(), reason)
    }

    /// The end of what has no documents in it that can be read.
    fn nothing(&mut self, reason: String) -> Reading {
        self.over = true;
        Err(self.stream.reject(reason))
    }
}

impl Iterator for Documents {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        while !self.over {
            if self.number == 0 && utf16(self.stream.bytes.head()).is_some() {
                return Some(self.nothing("the file is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)".into()));
            }
            let cut = match self.elements.cut(&mut self.stream.bytes) {
                Ok(cut) => cut,
                Err(error) => {
                    self.over = std::mem::replace(&mut self.damaged, true);
                    self.number += 1;
                    self.any = true;
                    let reason = format!("the file is damaged from here on: {error}");
                    return (!self.over).then(|| Err(self.reject(reason)));
                }
            };
            if matches!(cut, Cut::End) {
                self.over = true;
                let reason = (self.dialect.nothing)(self.elements.head(), &self.others);
                return (!self.any).then(|| self.nothing(reason));
            }
            self.damaged = false;
            self.number += 1;
            let reading = match cut {
                Cut::Element(name, bytes) => self.reading(name, bytes),
                Cut::TooLong(name) => {
                    let max = self.stream.options.max_bytes;
                    Some(Err(self.reject(format!("the `{name}` is longer than {max} bytes; raise --max-bytes"))))
                }
                Cut::Torn(name) => {
                    Some(Err(self.reject(format!("the `{name}` has no end; the file was cut off there"))))
                }
                Cut::End => None,
            };
            if reading.is_some() {
                self.any = true;
                return reading;
            }
        }
        None
    }
}
