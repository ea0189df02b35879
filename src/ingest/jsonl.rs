//! JSON Lines: an article a line, with its text under `text`, `body` or `content`, or a JSON Feed a line.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::vec;

use serde_json::{Map, Value};

use super::decode::{BOM, Decoded, decode, utf16};
use super::stream::{Stream, skip_until};
use super::{Format, Reading, Readings, jsonfeed, object, retry};
use crate::error::{Place, Reject};

pub(super) const FORMAT: Format = Format {
    name: "JSON Lines",
    extensions: &["jsonl", "ndjson"],
    about: "An object a line, the text under text, body or content; told by {\" at the start of a line",
    may_begin,
    ..Format::read_by(articles)
};

/// One object in the first line; or in the second, so that damage to the first costs no more than that.
fn may_begin(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let first = head.iter().position(|&byte| byte == b'\n').unwrap_or(head.len());
    let second = head.get(first + 1..).unwrap_or_default();
    is_object(&head[..first], first == head.len()) || {
        let end = second.iter().position(|&byte| byte == b'\n');
        end.is_some_and(|end| is_object(&second[..end], false))
    }
}

fn articles(stream: Stream) -> Readings {
    Box::new(Lines { line: 0, any: false, over: false, ..Lines::at(stream, 0) })
}

/// Whether a line begins as an object does, with `{"` or `{}`, and ends as one if it is not cut off. One that goes on in the
/// next line is JSON, but not a line of it.
fn is_object(line: &[u8], is_cut: bool) -> bool {
    let line = line.trim_ascii();
    let mut signs = line.iter().filter(|byte| !byte.is_ascii_whitespace());
    let begins = matches!((signs.next(), signs.next()), (Some(b'{'), Some(b'"' | b'}')));
    begins && (is_cut || line.ends_with(b"}"))
}

pub(super) struct Lines {
    stream: Stream,
    /// The line last read, counted from 1.
    line: u64,
    /// Those left of a feed that is in it.
    items: vec::IntoIter<Value>,
    /// How many of them there were so far.
    item: u64,
    /// What the line's reader should know.
    warning: Option<String>,
    /// Whether there was a line that is not blank.
    any: bool,
    /// The last thing that came was an error.
    damaged: bool,
    over: bool,
}

impl Iterator for Lines {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        if let Some(item) = self.items.next() {
            return Some(self.read_item(item));
        }
        while !self.over {
            let line = match self.next_line() {
                Ok(line) => line,
                // After damage there may be more to read, in another member of a gzip file; after a second one not.
                Err(error) => {
                    self.over = std::mem::replace(&mut self.damaged, true);
                    if self.over {
                        return None;
                    }
                    self.any = true;
                    self.line += 1;
                    return Some(Err(self.reject(format!("the file is damaged from here on: {error}"))));
                }
            };
            match line {
                Line::End if self.any => self.over = true,
                Line::End => {
                    self.over = true;
                    return Some(Err(self.stream.reject("the file is empty; leave it out")));
                }
                Line::TooLong => {
                    self.any = true;
                    let max = self.stream.options.max_bytes;
                    let reason = format!("the line is longer than {max} bytes; split it or raise --max-bytes");
                    return Some(Err(self.reject(reason)));
                }
                Line::Bytes(bytes) if self.line == 1 && utf16(&bytes).is_some() => {
                    self.over = true;
                    let reason = "the file is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)";
                    return Some(Err(self.stream.reject(reason)));
                }
                Line::Bytes(bytes) if bytes.trim_ascii().is_empty() || bytes == BOM => {}
                Line::Bytes(bytes) => {
                    self.any = true;
                    return Some(self.article(bytes));
                }
            }
        }
        None
    }
}

enum Line {
    Bytes(Vec<u8>),
    TooLong,
    End,
}

impl Lines {
    /// As if `line` lines of `stream` had been read.
    pub(super) fn at(stream: Stream, line: u64) -> Self {
        let items = Vec::new().into_iter();
        Self { stream, line, items, item: 0, warning: None, any: true, damaged: false, over: true }
    }

    fn next_line(&mut self) -> io::Result<Line> {
        let max = self.stream.options.max_bytes;
        let mut line = Vec::new();
        if (&mut self.stream.bytes).take(max.saturating_add(1)).read_until(b'\n', &mut line)? == 0 {
            return Ok(Line::End);
        }
        self.line += 1;
        self.damaged = false;
        if line.ends_with(b"\n") || line.len() as u64 <= max {
            return Ok(Line::Bytes(line));
        }
        skip_until(&mut self.stream.bytes, b'\n')?;
        Ok(Line::TooLong)
    }

    /// The article in a line, or the first of the feed in it.
    pub(super) fn article(&mut self, line: Vec<u8>) -> Reading {
        let Decoded { text: line, warning } = decode(line);
        self.warning = warning;
        let reading = match self.parse(&line) {
            Ok(Value::Object(mut fields)) => match (retry::reject(&fields), jsonfeed::items(&mut fields)) {
                (Some(reject), _) => {
                    retry::read(reject, &self.stream.options, |of, line, raw| Self::at(of, line).article(raw))
                }
                (None, None) => self.read(format!("{}:{}", self.stream.id, self.line), fields),
                (None, Some(items)) => {
                    (self.items, self.item) = (items.into_iter(), 0);
                    match self.items.next() {
                        Some(first) => self.read_item(first),
                        None => Err(self.reject(jsonfeed::EMPTY)),
                    }
                }
            },
            Ok(_) => Err(self.reject("the line is not an object; write {\"text\": \"…\"}")),
            Err(reject) => Err(reject),
        };
        reading.map_err(|reject| match reject.raw {
            None => reject.with_raw(line.trim_end()),
            Some(_) => reject,
        })
    }

    fn parse(&self, line: &str) -> Result<Value, Reject> {
        serde_json::from_str(line.trim_end()).map_err(|error| {
            // Its own words count lines within this line.
            let words = error.to_string();
            let words = words.split(" at line ").next().unwrap_or_default();
            let column = error.column();
            self.reject(format!("not JSON at column {column}: {words}; write one object a line"))
        })
    }

    fn read(&self, id: String, fields: Map<String, Value>) -> Reading {
        let mut reading = object::read(&self.stream, id, self.place(), fields);
        if let Ok(article) = &mut reading {
            article.warnings.extend(self.warning.clone());
        }
        reading
    }

    /// The next article of a feed. By itself it can be tried again.
    fn read_item(&mut self, item: Value) -> Reading {
        self.item += 1;
        let raw = item.to_string();
        let reading = match item {
            Value::Object(fields) => self.read(format!("{}:{}.{}", self.stream.id, self.line, self.item), fields),
            _ => Err(self.reject("an item of the feed is not an object")),
        };
        reading.map_err(|reject| reject.with_raw(&raw))
    }

    fn place(&self) -> Place {
        Place::line(Arc::clone(&self.stream.name), self.line)
    }

    fn reject(&self, reason: impl Into<String>) -> Reject {
        self.stream.reject_at(None, self.place(), reason)
    }
}
