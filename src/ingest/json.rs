//! JSON: an array of articles, or articles one after the other over any number of lines. Each is read by itself, so that
//! a large array takes no memory. Those of a JSON Feed are read with it.

use std::io::{self, BufRead};
use std::sync::Arc;
use std::vec;

use serde_json::Value;

use super::decode::{Decoded, decode, utf16};
use super::stream::{Stream, fill};
use super::{Format, Reading, Readings, jsonfeed, object};
use crate::error::{Place, Reject};

/// Bytes that may be read a second time in search of sound objects after damaged ones.
const SECOND_LOOKS: usize = 1 << 30;

const NO_OBJECT: &str = "not an object; write {\"text\": \"…\"}";

pub(super) const FORMAT: Format = Format {
    name: "JSON",
    extensions: &["json"],
    about: "An array of such objects, or one; told by [ or { at the start",
    may_begin,
    ..Format::read_by(articles)
};

fn may_begin(head: &[u8]) -> bool {
    let mut signs = head.iter().filter(|byte| !byte.is_ascii_whitespace());
    match (signs.next(), signs.next()) {
        (Some(b'['), Some(b'{' | b']')) => true,
        // One on its first line alone is JSON Lines.
        (Some(b'{'), Some(b'"')) => head.trim_ascii_start().contains(&b'\n'),
        _ => false,
    }
}

fn articles(stream: Stream) -> Readings {
    Box::new(Objects { stream, items: Vec::new().into_iter(), warning: None, number: 0, looked_again: 0, over: false })
}

struct Objects {
    stream: Stream,
    /// Those left of a feed.
    items: vec::IntoIter<Value>,
    /// What its reader should know.
    warning: Option<String>,
    /// Objects so far.
    number: u64,
    looked_again: usize,
    over: bool,
}

enum Cut {
    Object(Vec<u8>),
    /// It has no end.
    Torn(Vec<u8>),
    TooLong,
    /// Something else than an object.
    Other,
    End,
}

impl Iterator for Objects {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        if self.over {
            return None;
        }
        if let Some(item) = self.items.next() {
            self.number += 1;
            return Some(self.item(item));
        }
        let cut = match self.cut() {
            Ok(Cut::End) if self.number > 0 => return None,
            Ok(cut) => cut,
            Err(error) => {
                self.over = true;
                self.number += 1;
                return Some(Err(self.reject(format!("the file is damaged from here on: {error}"))));
            }
        };
        self.number += 1;
        let max = self.stream.options.max_bytes;
        Some(match cut {
            Cut::Object(bytes) => self.article(bytes),
            Cut::Torn(bytes) => {
                self.look_again(&bytes);
                Err(self.reject("the object has no end; a quotation mark or brace is missing, or the file was cut off"))
            }
            Cut::TooLong => {
                Err(self.reject(format!("the object is longer than {max} bytes; split it or raise --max-bytes")))
            }
            Cut::Other => Err(self.reject(NO_OBJECT)),
            Cut::End => {
                self.over = true;
                Err(self.stream.reject("there is no object in the file; leave it out"))
            }
        })
    }
}

impl Objects {
    /// The next object, from its brace to the one that closes it.
    fn cut(&mut self) -> io::Result<Cut> {
        let first = loop {
            let buffer = fill(&mut self.stream.bytes)?;
            if self.number == 0 && utf16(buffer).is_some() {
                let reason = "the file is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)";
                return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
            }
            let Some(&byte) = buffer.first() else { return Ok(Cut::End) };
            match byte {
                b'[' | b']' | b',' | 0xef | 0xbb | 0xbf => self.stream.bytes.consume(1),
                _ if byte.is_ascii_whitespace() => self.stream.bytes.consume(1),
                _ => break byte,
            }
        };
        let is_object = first == b'{';
        let max = self.stream.options.max_bytes;
        let (mut object, mut too_long) = (Vec::new(), false);
        let (mut depth, mut in_string, mut escaped) = (0_u64, false, false);
        loop {
            let buffer = fill(&mut self.stream.bytes)?;
            if buffer.is_empty() {
                return Ok(match is_object {
                    true if too_long => Cut::TooLong,
                    true => Cut::Torn(object),
                    false => Cut::Other,
                });
            }
            let end = buffer.iter().position(|&byte| {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_string => escaped = true,
                    b'"' => in_string = !in_string,
                    _ if in_string => {}
                    b'{' if !is_object => return true,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    b',' | b'\n' if !is_object && depth == 0 => return true,
                    _ => {}
                }
                is_object && depth == 0
            });
            // What stands before the next object is not that object's.
            let used = end.map_or(buffer.len(), |at| at + usize::from(is_object));
            if is_object && !too_long {
                object.extend_from_slice(&buffer[..used]);
            }
            self.stream.bytes.consume(used);
            if object.len() as u64 > max {
                (too_long, object) = (true, Vec::new());
            }
            if end.is_some() {
                return Ok(match is_object {
                    true if too_long => Cut::TooLong,
                    true => Cut::Object(object),
                    false => Cut::Other,
                });
            }
        }
    }

    fn article(&mut self, bytes: Vec<u8>) -> Reading {
        let Decoded { text, warning } = decode(bytes);
        self.warning = warning;
        match serde_json::from_str(&text) {
            Ok(Value::Object(mut fields)) => match jsonfeed::items(&mut fields) {
                None => self.item(fields.into()),
                Some(items) => {
                    self.items = items.into_iter();
                    let first = self.items.next();
                    first.map_or_else(|| Err(self.reject(jsonfeed::EMPTY)), |first| self.item(first))
                }
            },
            Ok(_) => Err(self.reject(NO_OBJECT)),
            Err(error) => {
                self.look_again(text.as_bytes());
                Err(self.reject(format!("the object is not JSON: {error}, counted from its brace")))
            }
        }
    }

    /// The article that an object is.
    fn item(&self, item: Value) -> Reading {
        let Value::Object(fields) = item else { return Err(self.reject(NO_OBJECT)) };
        let id = format!("{}:{}", self.stream.id, self.number);
        let mut reading = object::read(&self.stream, id, self.place(), fields);
        if let Ok(article) = &mut reading {
            article.warnings.extend(self.warning.clone());
        }
        reading
    }

    /// Behind a missing quotation mark, sound objects lie in what was taken for one: gives them back.
    fn look_again(&mut self, damaged: &[u8]) {
        self.looked_again += damaged.len();
        let next = jsonfeed::first_item(damaged).or_else(|| (1..damaged.len()).find(|&at| begins_object(damaged, at)));
        if let Some(at) = next.filter(|_| self.looked_again < SECOND_LOOKS) {
            self.stream.bytes.put_back(damaged[at..].to_vec());
        }
    }

    fn place(&self) -> Place {
        Place::record(Arc::clone(&self.stream.name), self.number)
    }

    fn reject(&self, reason: impl Into<String>) -> Reject {
        self.stream.reject_at(None, self.place(), reason)
    }
}

/// Whether `{"` stands at `at`, and before it a comma or a line's end, and before that another object's end.
fn begins_object(bytes: &[u8], at: usize) -> bool {
    let (before, rest) = bytes.split_at(at);
    let opens = rest.strip_prefix(b"{").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""));
    let gap = before.trim_ascii_end();
    opens && (gap.strip_suffix(b",").is_some_and(|b| b.trim_ascii_end().ends_with(b"}")) || before.ends_with(b"\n"))
}
