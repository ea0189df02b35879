//! CSV and TSV with a line of column names, an article a row.
//!
//! Rows are split here and strictly, by RFC 4180. Lenient readers take a quotation mark that is never closed for a text
//! that goes on to the next one, and so lose or mix the articles between; here it costs its own row.

use std::io::{self, BufRead, Read};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::decode::{BOM, Decoded, decode, utf16};
use super::stream::{Stream, skip_until};
use super::{Format, Reading, Readings, fields, find, object};
use crate::error::{Place, Reject};

/// Bytes that may be read a second time behind broken quotation marks.
const SECOND_LOOKS: usize = 1 << 30;

pub(super) const FORMAT: Format = Format {
    name: "CSV",
    extensions: &["csv", "tsv", "tab"],
    about: "A row an article, with a header; told by a column whose name is that of a text",
    may_begin,
    ..Format::read_by(articles)
};

/// Names of columns, the text's and another one's.
fn may_begin(head: &[u8]) -> bool {
    let Some(end) = head.iter().position(|&byte| byte == b'\n') else { return false };
    let line = &head[..=end];
    let Some(Row { fields, .. }) = Row::of_line(delimiter(line), line) else { return false };
    let names: Vec<_> = fields.iter().map(|field| String::from_utf8_lossy(field)).collect();
    let columns = fields::columns(names.iter().map(AsRef::as_ref), None);
    columns.iter().any(|name| fields::is_text(name)) && columns.iter().any(|name| fields::is_known(name))
}

fn articles(stream: Stream) -> Readings {
    let tabs = matches!(find::extension(&stream.hint).as_deref(), Some("tsv" | "tab"));
    let delimiter = tabs.then_some(b'\t');
    Box::new(Rows { stream, delimiter, columns: Vec::new(), line: 0, any: false, looked_again: 0, over: false })
}

/// What most likely stands between the columns.
fn delimiter(line: &[u8]) -> u8 {
    let (mut quoted, mut counts) = (false, [0; 4]);
    const SIGNS: [u8; 4] = *b",\t;|";
    for &byte in line {
        quoted ^= byte == b'"';
        if let Some(sign) = SIGNS.iter().position(|&sign| sign == byte && !quoted) {
            counts[sign] += 1;
        }
    }
    // The first of those that come equally often.
    (0..4).rev().max_by_key(|&sign| counts[sign]).map_or(b',', |sign| SIGNS[sign])
}

/// One row as it is put together, line by line.
struct Row {
    delimiter: u8,
    fields: Vec<Vec<u8>>,
    field: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the start of a field.
    Start,
    Bare,
    Quoted,
    /// After a quotation mark inside a quoted field: its end, or the first of two that stand for one.
    Mark,
    /// After something else than a delimiter behind the end of a quoted field.
    Broken,
}

impl Row {
    fn new(delimiter: u8) -> Self {
        Self { delimiter, fields: Vec::new(), field: Vec::new(), state: State::Start }
    }

    /// The row that a line is all of, if it is.
    fn of_line(delimiter: u8, line: &[u8]) -> Option<Self> {
        let mut row = Self::new(delimiter);
        row.take(line);
        row.is_whole().then_some(row)
    }

    fn take(&mut self, line: &[u8]) {
        for &byte in line {
            self.state = match (self.state, byte) {
                (State::Broken, _) => return,
                (State::Start, b'"') => State::Quoted,
                (State::Quoted, b'"') => State::Mark,
                (State::Mark, b'"') => {
                    self.field.push(byte);
                    State::Quoted
                }
                (State::Quoted, _) => {
                    self.field.push(byte);
                    State::Quoted
                }
                (State::Start | State::Bare | State::Mark, b'\n') => break,
                (State::Start | State::Bare | State::Mark, byte) if byte == self.delimiter => {
                    self.fields.push(std::mem::take(&mut self.field));
                    State::Start
                }
                (State::Mark, b'\r' | b' ') => State::Mark,
                // Some programs write \" instead of "".
                (State::Mark, _) if self.field.last() == Some(&b'\\') => {
                    self.field.pop();
                    self.field.extend([b'"', byte]);
                    State::Quoted
                }
                (State::Mark, _) => State::Broken,
                (State::Start | State::Bare, _) => {
                    self.field.push(byte);
                    State::Bare
                }
            };
        }
        if self.is_whole() {
            if self.state == State::Bare && self.field.ends_with(b"\r") {
                self.field.pop();
            }
            self.fields.push(std::mem::take(&mut self.field));
        }
    }

    fn is_whole(&self) -> bool {
        !matches!(self.state, State::Quoted | State::Broken)
    }
}

struct Rows {
    stream: Stream,
    /// `None` until the first line shows it.
    delimiter: Option<u8>,
    columns: Vec<String>,
    /// The line on which the row begins, counted from 1.
    line: u64,
    /// Whether there was a row.
    any: bool,
    looked_again: usize,
    over: bool,
}

/// What stands next in the file.
enum Next {
    Row(Vec<Vec<u8>>, u64),
    Reject(&'static str),
    /// With its number of lines.
    TooLong(u64),
    End,
}

impl Iterator for Rows {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        while !self.over {
            let (next, lines) = match self.next_row() {
                Err(error) => {
                    self.over = true;
                    self.line += 1;
                    return Some(Err(self.reject(format!("the file is damaged from here on: {error}"))));
                }
                Ok(Next::Row(row, lines)) => (row, lines),
                Ok(Next::Reject(reason)) => {
                    self.any = true;
                    return Some(Err(self.reject(reason)));
                }
                Ok(Next::TooLong(lines)) => {
                    self.any = true;
                    let max = self.stream.options.max_bytes;
                    let reason = format!("the row is longer than {max} bytes; split it or raise --max-bytes");
                    let reject = self.reject(reason);
                    self.line += lines - 1;
                    return Some(Err(reject));
                }
                Ok(Next::End) => {
                    self.over = true;
                    let reason = "there are no rows in the file; leave it out";
                    return (!self.any).then(|| Err(self.stream.reject(reason)));
                }
            };
            let blank = next.iter().all(|field| field.trim_ascii().is_empty());
            let reading = match blank {
                true => None,
                false if self.columns.is_empty() => self.head(next),
                false => Some(self.article(next)),
            };
            self.line += lines - 1;
            if reading.is_some() {
                self.any = true;
                return reading;
            }
        }
        None
    }
}

impl Rows {
    /// Reads a row and sets `line` to its first line.
    fn next_row(&mut self) -> io::Result<Next> {
        // Twice as much is looked at, so that a row a little too long is seen to be one.
        let max = self.stream.options.max_bytes;
        let most = max.saturating_mul(2).saturating_add(1);
        let (mut raw, mut first_line, mut lines) = (Vec::new(), 0, 0);
        let mut row = None;
        self.line += 1;
        loop {
            let start = raw.len();
            let room = most.saturating_sub(start as u64);
            (&mut self.stream.bytes).take(room).read_until(b'\n', &mut raw)?;
            let ended = raw.len() == start;
            if ended && start == 0 {
                return Ok(Next::End);
            }
            if self.line == 1 && lines == 0 {
                if utf16(&raw).is_some() {
                    self.over = true;
                    return Ok(Next::Reject("the file is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"));
                }
                if raw.starts_with(BOM) {
                    raw.drain(..BOM.len());
                }
            }
            let delimiter = *self.delimiter.get_or_insert_with(|| delimiter(&raw));
            let row = row.get_or_insert_with(|| Row::new(delimiter));
            let too_long = raw.len() as u64 >= most && !raw.ends_with(b"\n");
            if lines == 0 {
                first_line = raw.len();
                if too_long {
                    skip_until(&mut self.stream.bytes, b'\n')?;
                    return Ok(Next::TooLong(1));
                }
            }
            lines += 1;
            row.take(&raw[start.min(raw.len())..]);
            if row.is_whole() && !ended && raw.trim_ascii_end().len() as u64 > max {
                return Ok(Next::TooLong(lines));
            }
            if row.is_whole() && !ended {
                return Ok(Next::Row(std::mem::take(&mut row.fields), lines));
            }
            if row.state != State::Broken && !ended && !too_long {
                continue;
            }
            // In TSV a quotation mark is often a character like others.
            let line = &raw[..first_line];
            let plain: Vec<_> = line.trim_ascii_end().split(|&byte| byte == delimiter).map(<[u8]>::to_vec).collect();
            let is_plain = delimiter == b'\t' && plain.len() == self.columns.len();
            // The lines below the first are read again.
            self.looked_again += raw.len();
            if self.looked_again < SECOND_LOOKS {
                self.stream.bytes.put_back(raw.split_off(first_line));
            }
            let reason = "a quotation mark in this row is not closed, or not doubled inside a quoted field";
            return Ok(if is_plain { Next::Row(plain, 1) } else { Next::Reject(reason) });
        }
    }

    /// Takes the names of the columns.
    fn head(&mut self, row: Vec<Vec<u8>>) -> Option<Reading> {
        let names: Vec<_> = row.into_iter().map(|name| decode(name).text).collect();
        let text_column = self.stream.options.text_column.as_deref();
        self.columns = fields::columns(names.iter().map(String::as_str), text_column);
        let reason = fields::no_text_column(&self.columns, text_column)?;
        self.over = true;
        Some(Err(self.stream.reject(reason)))
    }

    fn article(&self, row: Vec<Vec<u8>>) -> Reading {
        let (fields, columns) = (row.len(), self.columns.len());
        if fields != columns {
            return Err(self.reject(format!("the row has {fields} fields, but the first line names {columns} columns")));
        }
        let mut warnings = Vec::new();
        let mut values = Map::new();
        for (name, value) in self.columns.iter().zip(row) {
            let Decoded { text, warning } = decode(value);
            warnings.extend(warning.map(|warning| format!("`{name}`: {warning}")));
            values.insert(name.clone(), Value::String(text));
        }
        let id = format!("{}:{}", self.stream.id, self.line);
        let mut reading = object::read(&self.stream, id, self.place(), values);
        if let Ok(article) = &mut reading {
            article.warnings.extend(warnings);
        }
        reading
    }

    fn place(&self) -> Place {
        Place::line(Arc::clone(&self.stream.name), self.line)
    }

    fn reject(&self, reason: impl Into<String>) -> Reject {
        self.stream.reject_at(None, self.place(), reason)
    }
}
