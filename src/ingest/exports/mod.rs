//! Exports of newspaper archives: many documents in one text, each with a head of fields. What a container of text
//! holds (`.txt`, `.rtf`, `.docx`) comes here, and is one article if it is no export.

mod factiva;
mod nexis;
mod pages;
mod proquest;

use std::iter;
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::decode::{fault, joined};
use super::stream::Stream;
use super::{Reading, Readings, fields, only};
use crate::article::parse_date;
use crate::error::Place;

pub(super) use pages::{is_factiva, pages};

/// What a container held.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// Paragraphs, with blank lines between them, and with tabs, which part codes from their values.
    pub(super) text: String,
    pub(super) fields: Map<String, Value>,
    pub(super) warnings: Vec<String>,
    /// Why it stops before its end.
    pub(super) damage: Option<String>,
}

/// How an archive writes documents.
trait Archive: Sync {
    /// Its name in messages.
    fn name(&self) -> &'static str;

    /// Where the documents of `text` lie; `None` if it is no export of this archive.
    fn split(&self, text: &str) -> Option<Vec<Range<usize>>>;

    /// The document that `text` is, or what it lacks.
    fn document(&self, text: &str) -> Result<Document, &'static str>;
}

/// Those that are known. ProQuest's documents are counted as those of LexisNexis may be.
const ARCHIVES: [&dyn Archive; 4] = [&proquest::ProQuest, &nexis::Nexis, &nexis::LexisNexis, &factiva::Factiva];

/// A document as its archive wrote it.
#[derive(Debug, Default)]
struct Document {
    fields: Map<String, Value>,
    text: String,
    /// What comes after a text is there, so that it is all of it.
    has_end: bool,
}

impl Document {
    /// Notes a field, unless it is empty or there already.
    fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        if !value.is_empty() && !self.fields.contains_key(name) {
            self.fields.insert(name.to_owned(), value.into());
        }
    }

    /// Notes how many words it says that it has: `812 words`.
    fn set_length(&mut self, written: &str) {
        let digits: String = written.chars().take_while(|c| !c.is_alphabetic()).filter(char::is_ascii_digit).collect();
        if let Ok(words) = digits.parse::<u32>() {
            self.fields.insert(WORDS.to_owned(), words.into());
        }
    }

    /// What to say of a text that is not as long as it should be.
    fn length_warning(&self) -> Option<String> {
        let (stated, read) = (self.stated()?, self.words());
        let differs = stated.abs_diff(read) > 20 + stated / 5;
        differs.then(|| format!("the export says that the text has {stated} words, and {read} were read"))
    }

    /// Whether part of it is missing, if it is the last of a file, whose container `is_damaged` or not.
    fn is_cut_off(&self, is_damaged: bool) -> bool {
        let is_short = || self.stated().is_none_or(|stated| self.words() + self.words() / 10 < stated);
        !self.has_end && (is_damaged || is_short())
    }

    fn stated(&self) -> Option<u64> {
        self.fields.get(WORDS)?.as_u64()
    }

    fn words(&self) -> u64 {
        self.text.split_whitespace().count() as u64
    }
}

/// The field for the number of words.
const WORDS: &str = "word_count";

/// The articles of a container of text: the documents of an export, or all of it as one.
pub(super) fn readings(stream: Stream, content: Content) -> Readings {
    match Export::find(&content.text) {
        Some(export) => export.readings(stream, content),
        None => Box::new(iter::once(article(stream, content))),
    }
}

/// A text that is an export.
pub(super) struct Export {
    archive: &'static dyn Archive,
    spans: Vec<Range<usize>>,
}

impl Export {
    pub(super) fn find(text: &str) -> Option<Self> {
        ARCHIVES.into_iter().find_map(|archive| Some(Self { archive, spans: archive.split(text)? }))
    }

    /// The articles of the text that it was found in.
    pub(super) fn readings(self, stream: Stream, content: Content) -> Readings {
        let Self { archive, spans } = self;
        if spans.is_empty() {
            return only(stream.reject(format!("there is no document in the {} export", archive.name())));
        }
        let Content { text, warnings, damage, .. } = content;
        let count = spans.len() as u64;
        Box::new((1..).zip(spans).flat_map(move |(number, span)| {
            let is_last = number == count;
            let reading =
                document(&stream, archive, &text[span], number, &warnings, is_last.then_some(damage.is_some()));
            let damage = damage.as_ref().filter(|_| is_last);
            let reject = damage.map(|damage| {
                Err(stream.reject_at(None, place(&stream, number), format!("the file is damaged: {damage}")))
            });
            // Damage says why the last one is not there.
            Some(reading).filter(|reading| reject.is_none() || reading.is_ok()).into_iter().chain(reject)
        }))
    }
}

fn article(stream: Stream, content: Content) -> Reading {
    let Content { text, mut fields, warnings, damage } = content;
    if let Some(damage) = damage {
        return Err(stream.reject(format!("the file is damaged: {damage}")).with_raw(&text));
    }
    if let Some(fault) = fault(&text) {
        return Err(stream.reject(fault));
    }
    let text = below_head(&text.replace('\t', " "), &mut fields).to_owned();
    let id = fields::take_id(&mut fields).unwrap_or(stream.id);
    let mut article = fields::article(id, Place::file(stream.name), text, fields);
    article.warnings.extend(warnings);
    Ok(article)
}

/// What comes below a document's title, author and date, in whatever order these stand above its text. A date is taken from
/// there, for a file's own properties tell when it was made.
fn below_head<'a>(text: &'a str, fields: &mut Map<String, Value>) -> &'a str {
    let mut body = text;
    while let Some((line, below)) = body.split_once("\n\n") {
        let is_stated = ["title", "author"].iter().any(|name| fields.get(*name).and_then(Value::as_str) == Some(line));
        if !is_stated {
            if fields.contains_key("date") || parse_date(line).is_none() {
                break;
            }
            fields.insert("date".to_owned(), line.into());
        }
        body = below;
    }
    body
}

fn place(stream: &Stream, number: u64) -> Place {
    Place::record(Arc::clone(&stream.name), number)
}

/// The article of the document in `text`. `last` says of the last one whether its container is damaged.
fn document(
    stream: &Stream,
    archive: &dyn Archive,
    text: &str,
    number: u64,
    warnings: &[String],
    last: Option<bool>,
) -> Reading {
    let id = format!("{}:{number}", stream.id);
    let place = place(stream, number);
    let reject = |id, reason: String| stream.reject_at(Some(id), place.clone(), reason).with_raw(text);
    let mut document = match archive.document(text) {
        Ok(document) => document,
        Err(reason) => return Err(reject(id, format!("the {} document cannot be read: {reason}", archive.name()))),
    };
    let id = fields::take_id(&mut document.fields).unwrap_or(id);
    if last.is_some_and(|is_damaged| document.is_cut_off(is_damaged)) {
        return Err(reject(id, format!("the {} document has no end; the file was cut off there", archive.name())));
    }
    if let Some(fault) = fault(&document.text) {
        return Err(reject(id, fault.to_owned()));
    }
    let warning = document.length_warning();
    let mut article = fields::article(id, place, document.text, document.fields);
    article.warnings.extend(warnings.iter().cloned().chain(warning));
    Ok(article)
}

/// The lines of a text without the white space at their ends, each with where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim())
    })
}

/// From one of `starts` to the next, and from the last to the end.
fn spans(text: &str, starts: &[usize]) -> Vec<Range<usize>> {
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

/// Longer lines are whole paragraphs, not lines of one.
const WRAPPED: usize = 120;

/// The paragraphs of a text that has blank lines between them, or one on each of its long lines.
fn paragraphs(lines: &[&str]) -> String {
    let is_wrapped = lines.iter().all(|line| line.chars().nth(WRAPPED).is_none());
    let mut out = String::new();
    let mut goes_on = false;
    for line in lines {
        let words = joined(line);
        if !words.is_empty() {
            if !out.is_empty() {
                out.push_str(if goes_on { " " } else { "\n\n" });
            }
            out.push_str(&words);
        }
        goes_on = is_wrapped && !words.is_empty();
    }
    out
}

/// Names without `By`.
fn author(written: &str) -> String {
    let written = joined(written);
    match written.get(..3) {
        Some(by) if by.eq_ignore_ascii_case("by ") => written[3..].to_owned(),
        _ => written,
    }
}

/// The day that a line begins with, as in `January 1, 2026 Thursday 9:00 AM GMT`.
fn day(line: &str) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().take(14).collect();
    // More is a sentence.
    if words.len() > 12 {
        return None;
    }
    let after_weekday = words.first().is_some_and(|word| word.trim_end_matches(',').ends_with("day")).then_some(1..4);
    let heads = [Some(0..3), after_weekday].into_iter().flatten().filter_map(|range| words.get(range));
    heads.map(|head| head.join(" ")).find_map(|head| parse_date(&head)).map(|date| date.to_string())
}

fn is_copyright(line: &str) -> bool {
    let lower = line.get(..9).unwrap_or(line).to_ascii_lowercase();
    lower == "copyright" || line.starts_with('©') || lower.starts_with("(c) ") || is_reserved(line)
}

fn is_reserved(line: &str) -> bool {
    line.trim_end_matches('.').eq_ignore_ascii_case("all rights reserved")
}
