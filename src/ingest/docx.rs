//! Word's documents, `.docx`: an archive with the text in `word/document.xml` and what is known of it in
//! `docProps/core.xml`.

use std::io::Read;
use std::iter;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

use super::archive::{Archive, open, unpacked};
use super::decode::{decode, tabbed};
use super::exports::{self, Content};
use super::markup::{Element, Manners};
use super::stream::Stream;
use super::{Format, Readings, only};

pub(super) const FORMAT: Format = Format {
    name: "Word",
    extensions: &["docx"],
    about: "A Word document, or an export in it; told by the archive's word/document.xml",
    ..Format::read_by(articles)
};

fn articles(mut stream: Stream) -> Readings {
    match open(&mut stream) {
        Ok(archive) if is_document(&archive) => readings(stream, archive),
        Ok(_) => only(stream.reject(format!("there is no `{TEXT}` in it; save it as .docx with a word processor"))),
        Err(error) => {
            only(stream.reject(format!(
                "the document cannot be opened: {error}; it may have been cut off, or it is not a .docx"
            )))
        }
    }
}

const TEXT: &str = "word/document.xml";
const PROPERTIES: &str = "docProps/core.xml";

/// More is not what they are there for.
const MAX_PROPERTIES: u64 = 1 << 20;

/// Deeper elements are no text's.
const MAX_DEPTH: usize = 200;

/// Elements whose text is not shown, or beside the text.
const SKIPPED: [&str; 11] =
    ["Fallback", "del", "drawing", "moveFrom", "object", "pict", "rPr", "sdtPr", "sectPr", "tabs", "tblPr"];

/// Whether an archive is a document.
pub(super) fn is_document(archive: &Archive) -> bool {
    archive.entries.index_for_name(TEXT).is_some()
}

/// The articles of a document.
pub(super) fn readings(stream: Stream, mut archive: Archive) -> Readings {
    Box::new(
        iter::once_with(move || {
            let content = content(&mut archive, stream.options.max_bytes);
            exports::readings(stream, content)
        })
        .flatten(),
    )
}

fn content(archive: &mut Archive, max: u64) -> Content {
    let (xml, unread) = part(archive, TEXT, max);
    let (paragraphs, unparsed) = paragraphs(&decode(xml).text);
    let damage = unread.or(unparsed).map(|reason| format!("the document is damaged from here on: {reason}"));
    let (properties, _) = part(archive, PROPERTIES, MAX_PROPERTIES);
    let fields = fields(&decode(properties).text);
    let mut texts: Vec<String> = paragraphs.into_iter().map(|paragraph| tabbed(&paragraph)).collect();
    texts.retain(|text| !text.is_empty());
    Content { text: texts.join("\n\n"), fields, warnings: Vec::new(), damage }
}

/// As much of a part as can be read, and why there is no more.
fn part(archive: &mut Archive, name: &str, max: u64) -> (Vec<u8>, Option<String>) {
    let mut bytes = Vec::new();
    let opened = match archive.entries.index_for_name(name).map(|index| archive.entries.by_index_raw(index)) {
        None => Err(format!("there is no `{name}`")),
        Some(Err(error)) => Err(format!("`{name}`: {error}")),
        Some(Ok(member)) => unpacked(&archive.file, member),
    };
    let damage = match opened {
        Err(reason) => Some(reason),
        Ok(part) => part.take(max.saturating_add(1)).read_to_end(&mut bytes).err().map(|error| error.to_string()),
    };
    let is_larger = bytes.len() as u64 > max;
    let larger = || format!("`{name}` is larger than {max} bytes; split the document or raise --max-bytes");
    (bytes, is_larger.then(larger).or(damage))
}

fn fields(properties: &str) -> Map<String, Value> {
    let Ok(properties) = Element::parse(properties, Manners::Strict) else { return Map::new() };
    let known = [("title", "title"), ("author", "creator"), ("created", "created")];
    known.into_iter().filter_map(|(field, name)| Some((field.to_owned(), properties.line(name)?.into()))).collect()
}

/// The paragraphs of a text, table cells among them, as far as it can be read, and why not further.
fn paragraphs(xml: &str) -> (Vec<String>, Option<String>) {
    let mut reader = Reader::from_str(xml);
    let mut walk = Walk::default();
    let mut depth = 0_usize;
    let damage = loop {
        match reader.read_event() {
            Err(error) => break Some(format!("{error}, at byte {}", reader.error_position())),
            Ok(Event::Start(_)) if depth >= MAX_DEPTH => {
                break Some(format!("more than {MAX_DEPTH} elements lie in each other"));
            }
            Ok(Event::Start(start)) => {
                depth += 1;
                walk.start(&start);
            }
            Ok(Event::Empty(start)) => walk.empty(&start),
            Ok(Event::End(end)) => {
                depth = depth.saturating_sub(1);
                walk.end(end.local_name().as_ref());
            }
            Ok(Event::Text(text)) => walk.text(&text.xml10_content()),
            Ok(Event::CData(text)) => walk.text(&text.xml10_content()),
            Ok(Event::GeneralRef(entity)) => {
                let character = entity.resolve_char_ref().ok().flatten().map(String::from);
                let named = character.or_else(|| resolve_predefined_entity(&entity).map(str::to_owned));
                walk.text(&named.unwrap_or_default());
            }
            Ok(Event::Eof) => break (depth > 0).then(|| "it was cut off there".to_owned()),
            Ok(_) => {}
        }
    };
    walk.flush();
    (walk.out, damage)
}

#[derive(Default)]
struct Walk {
    out: Vec<String>,
    paragraph: String,
    in_text: bool,
    /// How deep it is in an element that is skipped.
    skipped: usize,
}

impl Walk {
    fn start(&mut self, start: &BytesStart) {
        let name = start.local_name();
        let name = name.as_ref();
        if self.skipped > 0 || SKIPPED.contains(&name) {
            self.skipped += 1;
            return;
        }
        match name {
            "p" => self.flush(),
            "t" => self.in_text = true,
            _ => self.empty(start),
        }
    }

    fn empty(&mut self, start: &BytesStart) {
        if self.skipped > 0 {
            return;
        }
        match start.local_name().as_ref() {
            "br" | "cr" => self.paragraph.push(' '),
            "tab" | "ptab" => self.paragraph.push('\t'),
            "noBreakHyphen" => self.paragraph.push('-'),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        match name {
            "p" => self.flush(),
            "t" => self.in_text = false,
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_text && self.skipped == 0 {
            self.paragraph.push_str(text);
        }
    }

    fn flush(&mut self) {
        if !self.paragraph.is_empty() {
            self.out.push(std::mem::take(&mut self.paragraph));
        }
    }
}
