//! One article's annotations while they are read.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::gold::gold;
use crate::article::with_line_feeds;
use crate::gold::Gold;
use crate::markup::{Facts, Label, Link, Mark, Markup};
use crate::span::{Offsets, Span};

/// What a tool counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    CodePoints,
    Utf16,
}

/// Labelled spans and links as a tool has them, by the tool's own ids.
#[derive(Debug)]
pub(super) struct Draft {
    /// With line feeds.
    text: String,
    /// Of the tool's text.
    offsets: Offsets,
    /// The bytes of the tool's text that went when its line ends became line feeds.
    dropped: Vec<usize>,
    unit: Unit,
    markup: Markup,
    /// The marks of each id; none where its label is not ours.
    ids: HashMap<String, Vec<usize>>,
    others: BTreeMap<String, usize>,
}

impl Draft {
    pub(super) fn new(text: &str, unit: Unit) -> Self {
        Self {
            offsets: Offsets::new(text),
            dropped: text.match_indices("\r\n").map(|(at, _)| at).collect(),
            text: with_line_feeds(text.to_owned()),
            unit,
            markup: Markup::default(),
            ids: HashMap::new(),
            others: BTreeMap::new(),
        }
    }

    /// Adds a span, or one in several parts; `reads` is its text as the tool has it.
    pub(super) fn mark(
        &mut self,
        id: &str,
        label: &str,
        parts: &[Range<usize>],
        reads: Option<&str>,
    ) -> Result<(), String> {
        let Some(label) = Label::of_name(label) else {
            *self.others.entry(label.to_owned()).or_default() += 1;
            self.ids.insert(id.to_owned(), Vec::new());
            return Ok(());
        };
        let mut spans: Vec<Span> = Vec::new();
        for part in parts {
            let span = self.span(part.clone()).ok_or_else(|| {
                let Range { start, end } = part;
                format!("the {} {start}–{end} ({id}) leaves the text; was the text changed?", label.name())
            })?;
            match spans.last_mut() {
                // Cut at a line break, because the tool has to.
                Some(last) if last.end() <= span.start() && self.text[last.end()..span.start()].trim().is_empty() => {
                    *last = last.cover(span);
                }
                _ => spans.push(span),
            }
        }
        let found: String = spans.iter().map(|span| span.text(&self.text)).collect();
        if let Some(reads) = reads.filter(|reads| bare(reads) != bare(&found)) {
            let name = label.name();
            return Err(format!(
                "the {name} `{reads}` ({id}) stands where the text has `{found}`; was the text changed?"
            ));
        }
        let first = self.markup.marks.len();
        for (at, span) in (first..).zip(spans) {
            let mark = Mark { id: id.to_owned(), label, span, confidence: 1.0, facts: Facts::default() };
            self.markup.marks.push(mark);
            self.ids.entry(id.to_owned()).or_default().push(at);
            if label == Label::Content && at > first {
                self.markup.links.push(Link { from: first, to: at });
            }
        }
        Ok(())
    }

    /// Adds a link; one to a span whose label is not ours is passed over.
    pub(super) fn link(&mut self, from: &str, to: &str) -> Result<(), String> {
        let ends = |id: &str| self.ids.get(id).ok_or_else(|| format!("a link leads to {id}, which is not there"));
        let (starts, ends) = (ends(from)?, ends(to)?);
        let links = starts.iter().flat_map(|&from| ends.iter().map(move |&to| Link { from, to }));
        self.markup.links.extend(links.collect::<Vec<_>>());
        Ok(())
    }

    /// Gives a span a further id.
    pub(super) fn alias(&mut self, id: &str, of: &str) {
        let marks = self.ids.get(of).cloned().unwrap_or_default();
        self.ids.insert(id.to_owned(), marks);
    }

    /// Adds what is known of a claim; of a span whose label is not ours nothing is.
    pub(super) fn fact(&mut self, id: &str, name: &str, value: &str) {
        if let Some(&at) = self.ids.get(id).and_then(|marks| marks.first()) {
            self.markup.marks[at].facts.set(name, value);
        }
    }

    /// The article as gold, and the labels that were passed over, with their number.
    pub(super) fn finish(self, id: String) -> Result<(Gold, BTreeMap<String, usize>), String> {
        if self.markup.marks.is_empty() && !self.others.is_empty() {
            let others = self.others.into_keys().collect::<Vec<_>>().join(", ");
            let ours = Label::ALL.map(Label::name).join(", ");
            return Err(format!("has the labels {others}, but none of sayso's; annotate with {ours}"));
        }
        Ok((gold(id, self.text, &self.markup)?, self.others))
    }

    fn span(&self, place: Range<usize>) -> Option<Span> {
        let byte = |at: usize| {
            let byte = match self.unit {
                Unit::CodePoints => self.offsets.byte_of_code_point(at),
                Unit::Utf16 => self.offsets.byte_of_utf16(at),
            }?;
            Some(byte - self.dropped.partition_point(|&dropped| dropped < byte))
        };
        let (start, end) = (byte(place.start)?, byte(place.end)?);
        (start < end).then(|| Span::new(start, end))
    }
}

/// A text without its white space, which tools fold, and without the `\n` that some write for a line break.
fn bare(text: &str) -> String {
    text.replace("\\n", "").split_whitespace().collect()
}
