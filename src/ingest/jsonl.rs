//! JSON Lines: an article a line, with its text under `text`, `body` or `content`.

use std::io::{self, BufRead, Read};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::decode::{BOM, Decoded, decode, fault, utf16};
use super::{Format, Reading, Stream, fields, retry};
use crate::error::{Place, Reject, Stage};

/// The names under which the text may stand; the first one there counts.
const TEXT: [&str; 3] = ["text", "body", "content"];

#[derive(Debug)]
pub(super) struct Jsonl;

impl Format for Jsonl {
    fn name(&self) -> &'static str {
        "JSON Lines"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson"]
    }

    fn read(&self, stream: Stream) -> Box<dyn Iterator<Item = Reading> + Send> {
        Box::new(Lines { stream, line: 0, any: false, over: false })
    }
}

pub(super) struct Lines {
    stream: Stream,
    /// The line last read, counted from 1.
    line: u64,
    /// Whether there was a line that is not blank.
    any: bool,
    over: bool,
}

impl Iterator for Lines {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        while !self.over {
            let line = match self.next_line() {
                Ok(line) => line,
                Err(error) => {
                    self.over = true;
                    let reason = format!("the file cannot be read on from here: {error}");
                    return Some(Err(self.reject(None, reason)));
                }
            };
            match line {
                Line::End if self.any => self.over = true,
                Line::End => {
                    self.over = true;
                    return Some(Err(self.stream.reject("the file is empty; leave it out".into())));
                }
                Line::TooLong => {
                    self.any = true;
                    let max = self.stream.max_bytes;
                    let reason = format!("the line is longer than {max} bytes; split it or raise the limit");
                    return Some(Err(self.reject(None, reason)));
                }
                Line::Bytes(bytes) if self.line == 1 && utf16(&bytes).is_some() => {
                    self.over = true;
                    let reason = "the file is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)";
                    return Some(Err(self.stream.reject(reason.into())));
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
        Self { stream, line, any: true, over: true }
    }

    fn next_line(&mut self) -> io::Result<Line> {
        let max = self.stream.max_bytes;
        let mut line = Vec::new();
        let bytes = &mut self.stream.bytes;
        if bytes.take(max.saturating_add(1)).read_until(b'\n', &mut line)? == 0 {
            return Ok(Line::End);
        }
        self.line += 1;
        if line.ends_with(b"\n") || line.len() as u64 <= max {
            return Ok(Line::Bytes(line));
        }
        skip_line(&mut self.stream.bytes)?;
        Ok(Line::TooLong)
    }

    pub(super) fn article(&self, line: Vec<u8>) -> Reading {
        let Decoded { text: line, warning } = decode(line);
        let mut reading = self.parse(&line).map_err(|reject| match reject.raw {
            None => reject.with_raw(line.trim_end()),
            Some(_) => reject,
        });
        if let Ok(article) = &mut reading {
            article.warnings.extend(warning);
        }
        reading
    }

    fn parse(&self, line: &str) -> Reading {
        let mut fields: Map<String, Value> = match serde_json::from_str(line.trim_end()) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => {
                let reason = "the line is not an object; write {\"text\": \"…\"}";
                return Err(self.reject(None, reason.into()));
            }
            Err(error) => {
                // Its own words count lines within this line.
                let words = error.to_string();
                let words = words.split(" at line ").next().unwrap_or_default();
                let column = error.column();
                let reason = format!("not JSON at column {column}: {words}; write one object a line");
                return Err(self.reject(None, reason));
            }
        };
        if let Some(reject) = retry::reject(&fields) {
            return retry::read(reject, self.stream.max_bytes);
        }
        let default_id = || format!("{}:{}", self.stream.id, self.line);
        let id = fields::take_id(&mut fields).unwrap_or_else(default_id);

        let name = TEXT.into_iter().find(|name| fields.get(*name).is_some_and(|v| !v.is_null()));
        let text = name.and_then(|name| Some((name, fields.shift_remove(name)?)));
        let reason = match text {
            None => "there is no text; put it under `text`, `body` or `content`".into(),
            Some((name, Value::String(text))) => match fault(&text) {
                None => return Ok(fields::article(id, self.place(), text, fields)),
                Some(fault) => format!("`{name}`: {fault}"),
            },
            Some((name, _)) => format!("`{name}` is not a string; write the text as one"),
        };
        Err(self.reject(Some(id), reason))
    }

    fn place(&self) -> Place {
        Place::line(Arc::clone(&self.stream.name), self.line)
    }

    fn reject(&self, id: Option<String>, reason: String) -> Reject {
        Reject { id, place: self.place(), stage: Stage::Read, reason, raw: None }
    }
}

/// Reads on to the line's end and forgets it, so that a line of any length takes no memory.
fn skip_line(bytes: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let buffer = match bytes.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            buffer => buffer?,
        };
        if buffer.is_empty() {
            return Ok(());
        }
        let newline = buffer.iter().position(|&byte| byte == b'\n');
        let used = newline.map_or(buffer.len(), |at| at + 1);
        bytes.consume(used);
        if newline.is_some() {
            return Ok(());
        }
    }
}
