//! One page to read records in: articles with their claims in place, speakers, filters, a timeline.
//!
//! The page is one file. Each article is a block of JSON that the page parses when it is asked for, so that it opens
//! quickly however many there are; offsets are UTF-16 units, as JavaScript counts.

use serde_json::{Value, json};

use crate::export::{Export, Piece, Pieces, ready};
use crate::markup::name;
use crate::record::{Record, Span};
use crate::span::Offsets;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = concat!(
    include_str!("data.js"),
    include_str!("filters.js"),
    include_str!("overview.js"),
    include_str!("reader.js"),
    include_str!("main.js"),
);

/// The page, as records come.
#[derive(Debug, Default)]
pub struct Report {
    /// What lists and filters need of each article.
    index: Vec<Value>,
}

impl Export for Report {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        let mut bytes = if self.index.is_empty() { head() } else { String::new() };
        let block = block(record);
        bytes +=
            &format!("<script type=\"application/json\" id=\"a{}\">{}</script>\n", self.index.len(), guarded(&block));
        self.index.push(entry(record));
        vec![Piece::new(bytes)]
    }

    fn finish(&mut self) -> Pieces<'_> {
        let mut bytes = if self.index.is_empty() { head() } else { String::new() };
        let index = std::mem::take(&mut self.index);
        let (_, tail) = parts();
        bytes += &format!("<script type=\"application/json\" id=\"index\">{}</script>\n", guarded(&json!(index)));
        bytes += &tail.replace("/*SCRIPT*/", SCRIPT);
        ready(vec![Piece::new(bytes)])
    }
}

/// The page before and after the data.
fn parts() -> (&'static str, &'static str) {
    PAGE.split_once("<!--DATA-->\n").expect("the page has a place for its data")
}

fn head() -> String {
    parts().0.replace("/*STYLE*/", STYLE)
}

/// JSON that cannot end the element it stands in, whatever a text holds.
fn guarded(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

/// An article in lists and filters: everything but its text and its spans.
fn entry(record: &Record) -> Value {
    let hedges = |ids: &[String]| -> Vec<String> {
        let mut classes: Vec<_> =
            record.hedges.iter().filter(|hedge| ids.contains(&hedge.id)).map(|hedge| name(&hedge.class)).collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    };
    let speakers: Vec<Value> = record
        .speakers
        .iter()
        .map(|speaker| {
            let text = |span: &Option<Span>| span.as_ref().map(|span| span.text.clone());
            json!({
                "id": speaker.id,
                "name": speaker.name,
                "kind": speaker.kind,
                "named": speaker.named,
                "role": text(&speaker.role),
                "affiliation": text(&speaker.affiliation),
            })
        })
        .collect();
    let claims: Vec<Value> = record
        .claims
        .iter()
        .map(|claim| {
            json!({
                "id": claim.id,
                "speaker": claim.speaker,
                "speaker_confidence": claim.speaker_confidence,
                "quote": claim.quote,
                "type": claim.attribution,
                "certainty": claim.certainty,
                "polarity": claim.polarity,
                "hedges": hedges(&claim.hedges),
                "within": claim.within,
                "confidence": claim.confidence,
            })
        })
        .collect();
    json!({
        "id": record.id,
        "title": record.title,
        "date": record.date,
        "publisher": record.publisher,
        "url": record.url,
        "author": record.author,
        "model": record.model,
        "speakers": speakers,
        "claims": claims,
    })
}

/// An article's text, its claims' spans in the order of the claims, and every hedge with its claim.
fn block(record: &Record) -> Value {
    let offsets = Offsets::new(&record.text);
    let place = |start: usize, end: usize| -> Value {
        let span = offsets.span_of_code_points(start..end).expect("the record was checked");
        let units = offsets.utf16_units(span);
        json!([units.start, units.end])
    };
    let span = |span: &Span| place(span.start, span.end);
    let claims: Vec<Value> = record
        .claims
        .iter()
        .map(|claim| {
            json!({
                "source": claim.source.as_ref().map(span),
                "cue": claim.cue.as_ref().map(span),
                "content": claim.content.iter().map(span).collect::<Vec<_>>(),
            })
        })
        .collect();
    let hedges: Vec<Value> = record
        .hedges
        .iter()
        .map(|hedge| {
            json!({
                "at": place(hedge.start, hedge.end),
                "class": hedge.class,
                "claim": hedge.claim,
                "scope": hedge.scope.as_ref().map(span),
            })
        })
        .collect();
    json!({"text": record.text, "claims": claims, "hedges": hedges})
}
