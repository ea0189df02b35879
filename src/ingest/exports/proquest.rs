//! ProQuest's text: documents between lines of underscores, each of fields, among them `Full text: …`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Archive, Document, day, joined, lines, paragraphs};

pub(super) struct ProQuest;

/// A field, which is the only thing that ends a text.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "^(Abstract|Author|Classification|Column|Company / organization|Copyright|Country of publication|Credit\
         |Database|Dateline|Document type|Document URL|Edition|First page|Full text|Identifier / keyword|ISSN|Issue|Language\
         |Language of publication|Last updated|Links|Location|Pages|People|Place of publication\
         |ProQuest document ID|Publication date|Publication info|Publication subject|Publication title|Publication year\
         |Publisher|Section|Source type|Subject|Title|Volume|Word count):(?: (.*))?$",
    )
});

static COUNTED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^Document \d+ of \d+$"));

static DAY: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d{1,2} [A-Z][a-z]{2,8} \d{4}"));

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is right")
}

fn is_rule(line: &str) -> bool {
    line.len() >= 20 && line.bytes().all(|byte| byte == b'_')
}

/// Whether a part is a document, not the head or foot of the export.
fn is_document(part: &str) -> bool {
    let is_telling = |line: &str| {
        ["Full text:", "Publication info:", "ProQuest document ID:"].iter().any(|key| line.starts_with(key))
    };
    lines(part).any(|(_, line)| is_telling(line))
}

impl Archive for ProQuest {
    fn name(&self) -> &'static str {
        "ProQuest"
    }

    fn split(&self, text: &str) -> Option<Vec<Range<usize>>> {
        let mut spans = Vec::new();
        let (mut start, mut any_rule, mut any_text) = (0, false, false);
        for (at, line) in lines(text) {
            if is_rule(line) {
                spans.push(start..at);
                start = at + text[at..].find('\n').map_or(text.len() - at, |newline| newline + 1);
                any_rule = true;
            }
            any_text |= line.starts_with("Full text:");
        }
        if !(any_rule && any_text) {
            return None;
        }
        spans.push(start..text.len());
        spans.retain(|span| is_document(&text[span.clone()]));
        Some(spans)
    }

    fn document(&self, text: &str) -> Result<Document, &'static str> {
        let lines: Vec<&str> = lines(text).map(|(_, line)| line).collect();
        let mut fields: Vec<(&str, Vec<&str>)> = vec![("", Vec::new())];
        for (at, line) in lines.iter().enumerate() {
            let in_text = fields.last().is_some_and(|(name, _)| *name == "Full text");
            let is_apart = at.checked_sub(1).is_none_or(|before| lines[before].is_empty());
            match FIELD.captures(line).and_then(|field| Some((field.get(1)?.as_str(), field.get(2)))) {
                Some((name, value)) if !in_text || is_apart => {
                    fields.push((name, value.map(|value| value.as_str()).into_iter().collect()));
                }
                _ => fields.iter_mut().next_back().into_iter().for_each(|(_, value)| value.push(line)),
            }
        }
        let value = |wanted: &str| {
            let value = fields.iter().find(|(name, value)| *name == wanted && !value.is_empty());
            value.map(|(_, value)| joined(&value.join(" "))).unwrap_or_default()
        };
        let at = fields.iter().position(|(name, _)| *name == "Full text").ok_or("there is no `Full text` in it")?;
        let mut document = Document { text: paragraphs(&fields[at].1), ..Document::default() };
        // The fields that name it come last.
        document.has_end = fields[at..].iter().any(|(name, _)| ["ProQuest document ID", "Database"].contains(name));

        let info = value("Publication info");
        document.set("id", value("ProQuest document ID"));
        document.set("title", value("Title"));
        let first = fields[0].1.iter().find(|line| !(line.is_empty() || COUNTED.is_match(line)));
        document.set("title", first.map(|line| joined(line)).unwrap_or_default());
        document.set("author", value("Author").trim_end_matches('.'));
        for source in [value("Publication title"), info.clone()] {
            document.set("publisher", source.split([';', '[', ',']).next().unwrap_or_default().trim());
        }
        document.set("date", day(&value("Publication date")).unwrap_or_default());
        document.set("date", DAY.find(&info).and_then(|found| day(found.as_str())).unwrap_or_default());
        document.set("url", value("Document URL"));
        document.set_length(&value("Word count"));
        for (name, key) in [
            ("Section", "section"),
            ("Dateline", "dateline"),
            ("Edition", "edition"),
            ("First page", "page"),
            ("Language of publication", "language"),
            ("Document type", "document_type"),
            ("Copyright", "copyright"),
        ] {
            document.set(key, value(name));
        }
        Ok(document)
    }
}
