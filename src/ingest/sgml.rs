//! Gigaword's SGML: many `DOC` elements a file. Also the iterator that all marked-up formats share.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::decode::{Decoded, decode, fault};
use super::elements::{Cut, Elements};
use super::markup::{Element, Manners};
use super::stream::Stream;
use super::{Format, Reading, Readings, fields};
use crate::error::{Place, Reject};

#[derive(Debug)]
pub(super) struct Sgml;

impl Format for Sgml {
    fn name(&self) -> &'static str {
        "Gigaword SGML"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["sgml", "sgm"]
    }

    fn about(&self) -> &'static str {
        "Documents one after another; told by <DOC id="
    }

    fn shows_in(&self, head: &[u8]) -> bool {
        let head = head.trim_ascii_start();
        head.starts_with(b"<DOC ") || head.starts_with(b"<DOC>")
    }

    fn read(&self, stream: Stream) -> Readings {
        Box::new(Documents::new(stream, "DOC", Manners::Loose, parts))
    }
}

fn parts(doc: &Element) -> Result<(String, Map<String, Value>), String> {
    let known = [
        ("id", doc.attribute("id").map(str::to_owned).or_else(|| doc.line("DOCNO"))),
        ("title", doc.line("HEADLINE")),
        ("date", doc.line("DATE_TIME").or_else(|| doc.line("DATE"))),
        ("dateline", doc.line("DATELINE")),
        ("type", doc.attribute("type").map(str::to_owned)),
    ];
    let fields = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
    let text = doc.first("TEXT").ok_or("there is no `TEXT` in it")?;
    if text.first("P").is_some() {
        return Ok((text.paragraphs(), fields));
    }
    // Without marks, blank lines part the paragraphs.
    let text = text.raw_text();
    let mut paragraphs = vec![String::new()];
    for line in text.lines().map(str::trim) {
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    Ok((paragraphs.join("\n\n"), fields))
}

/// Text and metadata of one document, or what is wrong with it.
type Parts = fn(&Element) -> Result<(String, Map<String, Value>), String>;

/// The documents of a marked-up file, each an element of one name.
pub(super) struct Documents {
    stream: Stream,
    name: &'static str,
    elements: Elements,
    manners: Manners,
    parts: Parts,
    /// Documents so far.
    number: u64,
    /// The last thing that came was an error.
    damaged: bool,
    over: bool,
}

impl Documents {
    pub(super) fn new(stream: Stream, name: &'static str, manners: Manners, parts: Parts) -> Self {
        let elements = Elements::new(name, stream.options.max_bytes);
        Self { stream, name, elements, manners, parts, number: 0, damaged: false, over: false }
    }

    fn article(&self, bytes: Vec<u8>) -> Reading {
        let Decoded { text, warning } = decode(bytes);
        let element = Element::parse(&text, self.manners).map_err(|reason| self.damage(&reason))?;
        let (text, mut fields) = (self.parts)(&element).map_err(|reason| self.damage(&reason))?;
        let id = fields::take_id(&mut fields).unwrap_or_else(|| format!("{}:{}", self.stream.id, self.number));
        if let Some(fault) = fault(&text) {
            return Err(self.stream.reject_at(Some(id), self.place(), fault));
        }
        let mut article = fields::article(id, self.place(), text, fields);
        article.warnings.extend(warning);
        Ok(article)
    }

    fn damage(&self, reason: &str) -> Reject {
        self.reject(format!("the `{}` is damaged: {reason}", self.name))
    }

    fn place(&self) -> Place {
        Place::record(Arc::clone(&self.stream.name), self.number)
    }

    fn reject(&self, reason: impl Into<String>) -> Reject {
        self.stream.reject_at(None, self.place(), reason)
    }
}

impl Iterator for Documents {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        if self.over {
            return None;
        }
        let cut = match self.elements.cut(&mut self.stream.bytes) {
            Ok(cut) => cut,
            Err(error) => {
                self.over = std::mem::replace(&mut self.damaged, true);
                self.number += 1;
                let reason = format!("the file is damaged from here on: {error}");
                return (!self.over).then(|| Err(self.reject(reason)));
            }
        };
        let name = self.name;
        if matches!(cut, Cut::End) {
            self.over = true;
            let reason = format!("there is no `{name}` element in the file; leave it out");
            return (self.number == 0).then(|| Err(self.stream.reject(reason)));
        }
        self.damaged = false;
        self.number += 1;
        Some(match cut {
            Cut::Element(bytes) => self.article(bytes),
            Cut::TooLong => {
                let max = self.stream.options.max_bytes;
                Err(self.reject(format!("the `{name}` is longer than {max} bytes; raise --max-bytes")))
            }
            Cut::Torn | Cut::End => Err(self.reject(format!("the `{name}` has no end; the file was cut off there"))),
        })
    }
}
