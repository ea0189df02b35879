//! W3C Web Annotations as JSON-LD: one collection, an annotation for each claim, source, cue and hedge. Positions are
//! code points, as the recommendation has them, into the text as sayso read it; a quotation with its surroundings finds
//! the place elsewhere.

use serde_json::{Value, json};

use super::{Elements, Export, Piece, Pieces, ready};
use crate::markup::{Facts, Label, Markup};
use crate::record::Record;
use crate::span::{Offsets, Span};

/// Characters of the text before and after a quotation.
const SURROUNDINGS: usize = 32;

#[derive(Debug, Default)]
pub(super) struct WebAnnotation {
    items: Elements,
}

impl Export for WebAnnotation {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        let mut bytes = if self.items.is_empty() { HEAD.to_vec() } else { Vec::new() };
        for item in annotations(record) {
            bytes.extend(self.items.next(&item));
        }
        vec![Piece::new(bytes)]
    }

    fn finish(&mut self) -> Pieces<'_> {
        let head = if self.items.is_empty() { HEAD } else { b"" };
        ready(vec![Piece::new([head, b"\n]}}\n"].concat())])
    }
}

const HEAD: &[u8] =
    br#"{"@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationCollection", "label": "sayso",
"first": {"type": "AnnotationPage", "startIndex": 0, "items": [
"#;

fn annotations(record: &Record) -> Vec<Value> {
    let offsets = Offsets::new(&record.text);
    let markup = Markup::new(record, &offsets);
    let article = format!("urn:sayso:{}", escaped(&record.id));
    let id = |at: usize| format!("{article}#{}", markup.marks[at].id);
    let target = |at: usize| {
        let span = markup.marks[at].span;
        let place = offsets.code_points(span);
        let (before, after) = surroundings(&record.text, span);
        let mut source = json!({"id": article, "type": "Text", "format": "text/plain"});
        if let Some(url) = &record.url {
            source["via"] = url.as_str().into();
        }
        json!({"source": source, "selector": [
            {"type": "TextPositionSelector", "start": place.start, "end": place.end},
            {"type": "TextQuoteSelector", "prefix": before, "exact": span.text(&record.text), "suffix": after},
        ]})
    };
    let tag = |purpose: &str, value: &str| json!({"type": "TextualBody", "purpose": purpose, "value": value});
    let is_content = |at: usize| markup.marks[at].label == Label::Content;
    let heads = markup.heads();
    // A claim's further fragments are in its own annotation.
    let own = (0..markup.marks.len()).filter(|&at| !is_content(at) || heads.contains(&at));
    own.map(|at| {
        let mark = &markup.marks[at];
        let mut body = vec![tag("tagging", mark.label.name())];
        for (name, _) in Facts::CHOICES {
            body.extend(mark.facts.get(name).map(|value| tag("classifying", &format!("{name}: {value}"))));
        }
        body.extend(mark.facts.speaker.as_ref().map(|name| tag("identifying", name)));
        let (further, claims): (Vec<usize>, Vec<usize>) = if is_content(at) {
            (markup.linked(at).filter(|&to| is_content(to)).collect(), Vec::new())
        } else {
            (Vec::new(), markup.linked(at).collect())
        };
        let claim = |to| json!({"type": "SpecificResource", "purpose": "linking", "source": id(to)});
        body.extend(claims.into_iter().map(claim));
        let targets: Vec<Value> = [at].into_iter().chain(further).map(target).collect();
        json!({"id": id(at), "type": "Annotation", "motivation": "tagging", "body": body, "target": targets})
    })
    .collect()
}

/// A little of the text before and after `span`.
fn surroundings(text: &str, span: Span) -> (&str, &str) {
    let before = &text[..span.start()];
    let start = before.char_indices().rev().nth(SURROUNDINGS - 1).map_or(0, |(at, _)| at);
    let after = &text[span.end()..];
    let end = after.char_indices().nth(SURROUNDINGS).map_or(after.len(), |(at, _)| at);
    (&before[start..], &after[..end])
}

/// What may stand in a URN as it is, and the rest by its bytes.
fn escaped(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    id.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_is_said_of_what_is_around_as_there_is() {
        let text = format!("{}|{}", "ä".repeat(40), "ö".repeat(40));
        let at = text.find('|').unwrap();
        let (before, after) = ("ä".repeat(SURROUNDINGS), "ö".repeat(SURROUNDINGS));
        assert_eq!(surroundings(&text, Span::new(at, at + 1)), (before.as_str(), after.as_str()));
        assert_eq!(surroundings("a|b", Span::new(1, 2)), ("a", "b"));
    }
}
