//! Markdown: the text without its marks; its fields from the block at its top, or its title from a heading there.

use std::iter;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use serde_json::{Map, Value};

use super::decode::{Decoded, decode, joined};
use super::exports::{self, Content};
use super::stream::Stream;
use super::{Format, Readings, fields, only};
use crate::article::with_line_feeds;

pub(super) const FORMAT: Format = Format {
    name: "Markdown",
    extensions: &["md", "markdown"],
    about: "A document without its marks; told by a block of fields between lines of --- at its top",
    shows_in,
    ..Format::read_by(|stream| Box::new(iter::once_with(|| read(stream)).flatten()))
};

fn shows_in(head: &[u8]) -> bool {
    let mut lines = head.split(|&byte| byte == b'\n').map(|line| line.trim_ascii_end());
    let begins = lines.next() == Some(b"---");
    let block: Vec<&[u8]> = lines.by_ref().take_while(|line| *line != b"---").collect();
    let is_known = |line: &&[u8]| {
        let (key, _) = str::from_utf8(line).ok()?.split_once(": ")?;
        Some(fields::is_known(&key.to_ascii_lowercase()))
    };
    // More than the block was there.
    begins && lines.next().is_some() && block.iter().any(|line| is_known(line) == Some(true))
}

fn read(mut stream: Stream) -> Readings {
    let Decoded { text, warning } = match stream.whole() {
        Ok(bytes) => decode(bytes),
        Err(reject) => return only(reject),
    };
    let (text, fields) = plain(&with_line_feeds(text));
    exports::readings(stream, Content { text, fields, warnings: warning.into_iter().collect(), damage: None })
}

/// The paragraphs of a text, and its fields.
fn plain(source: &str) -> (String, Map<String, Value>) {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let (mut paragraphs, mut open, mut fields) = (Vec::new(), String::new(), Map::new());
    let (mut skipped, mut in_fields, mut title) = (0_usize, false, None);
    for event in Parser::new_ext(source, options) {
        match event {
            Event::Start(Tag::Image { .. } | Tag::FootnoteDefinition(_)) => skipped += 1,
            Event::End(TagEnd::Image | TagEnd::FootnoteDefinition) => skipped = skipped.saturating_sub(1),
            Event::Start(Tag::MetadataBlock(_)) => in_fields = true,
            Event::End(TagEnd::MetadataBlock(_)) => in_fields = false,
            Event::Text(text) if in_fields => fields = stated(&text),
            Event::Text(text) | Event::Code(text) if skipped == 0 => open.push_str(&text),
            Event::SoftBreak | Event::HardBreak => open.push(' '),
            Event::End(TagEnd::Heading(HeadingLevel::H1)) if paragraphs.is_empty() && title.is_none() => {
                title = Some(joined(&open)).filter(|title| !title.is_empty());
                open.clear();
            }
            Event::Start(tag) if is_block(&tag.to_end()) => flush(&mut paragraphs, &mut open),
            Event::End(tag) if is_block(&tag) => flush(&mut paragraphs, &mut open),
            _ => {}
        }
    }
    flush(&mut paragraphs, &mut open);
    match title {
        // A heading is all that there is.
        Some(title) if paragraphs.is_empty() => paragraphs.push(title),
        Some(title) => drop(fields.entry("title").or_insert(title.into())),
        None => {}
    }
    (paragraphs.join("\n\n"), fields)
}

fn is_block(tag: &TagEnd) -> bool {
    !matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

fn flush(paragraphs: &mut Vec<String>, open: &mut String) {
    let paragraph = joined(&std::mem::take(open));
    if !paragraph.is_empty() {
        paragraphs.push(paragraph);
    }
}

/// The lines `key: value` of the block at the top; lists and objects are left out.
fn stated(block: &str) -> Map<String, Value> {
    let mut stated = Map::new();
    for (key, value) in block.lines().filter_map(|line| line.split_once(':')) {
        let value = value.trim().trim_matches(['"', '\'']);
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        if is_key && !value.is_empty() && !value.starts_with(['[', '{', '|', '>']) {
            let lower = key.to_ascii_lowercase();
            let key = if fields::is_known(&lower) { lower } else { key.to_owned() };
            stated.entry(key).or_insert_with(|| value.into());
        }
    }
    stated
}
