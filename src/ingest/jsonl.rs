//! JSON Lines: an article a line, with its text under `text`, `body` or `content`.

use std::io::{self, BufRead, Read};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::decode::{BOM, Decoded, decode, utf16};
use super::stream::{Stream, skip_until};
use super::{Format, Reading, Readings, fields, retry};
use crate::error::{Place, Reject};

#[derive(Debug)]
pub(super) struct Jsonl;

impl Format for Jsonl {
    fn name(&self) -> &'static str {
        "JSON Lines"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson"]
    }

    fn about(&self) -> &'static str {
        "An object a line, the text under text, body or content; told by {\" at the start of a line"
    }

    /// One object in the first line; or in the second, so that damage to the first costs no more than that.
    fn may_begin(&self, head: &[u8]) -> bool {
        let head = head.trim_ascii_start();
        let first = head.iter().position(|&byte| byte == b'\n').unwrap_or(head.len());
        let second = head.get(first + 1..).unwrap_or_default();
        is_object(&head[..first], first == head.len()) || {
            let end = second.iter().position(|&byte| byte == b'\n');
            end.is_some_and(|end| is_object(&second[..end], false))
        }
    }

    fn read(&self, stream: Stream) -> Readings {
        Box::new(Lines { stream, line: 0, any: false, damaged: false, over: false })
    }
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
    /// Whether there was a line that is not blank.
    any: bool,
    /// The last thing that came was an error.
    damaged: bool,
    over: bool,
}

impl Iterator for Lines {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
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
        Self { stream, line, any: true, damaged: false, over: true }
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
        let fields: Map<String, Value> = match serde_json::from_str(line.trim_end()) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => {
                let reason = "the line is not an object; write {\"text\": \"…\"}";
                return Err(self.reject(reason));
            }
            Err(error) => {
                // Its own words count lines within this line.
                let words = error.to_string();
                let words = words.split(" at line ").next().unwrap_or_default();
                let column = error.column();
                let reason = format!("not JSON at column {column}: {words}; write one object a line");
                return Err(self.reject(reason));
            }
        };
        if let Some(reject) = retry::reject(&fields) {
            return retry::read(reject, &self.stream.options);
        }
        let id = format!("{}:{}", self.stream.id, self.line);
        fields::read(&self.stream, id, self.place(), fields)
    }

    fn place(&self) -> Place {
        Place::line(Arc::clone(&self.stream.name), self.line)
    }

    fn reject(&self, reason: impl Into<String>) -> Reject {
        self.stream.reject_at(None, self.place(), reason)
    }
}
