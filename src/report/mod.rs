//! One page to read records in: articles with their claims in place, speakers, filters, a timeline.
//!
//! The page is one file. Each article is a block of JSON that the page parses when it is asked for, so that it opens
//! quickly however many there are; offsets are UTF-16 units, as JavaScript counts.
//!
//! ```
//! # use sayso::{Article, Dtype, Model, Place, Tagger, pipeline};
//! # let tagger = Tagger::new(Model::load("models/news-en".as_ref(), Dtype::Auto)?);
//! # let records = |id: &str, text: &str| pipeline::run(&tagger, vec![Article::new(id, Place::file(id), text)], Default::default());
//! # let mut found = records("a1", "The ferry may be late, harbour master Ana Ruiz said.");
//! # let record = found.remove(0)?;
//!
//! use sayso::{export::Export, report::Report};
//!
//! let page = Report::default().record(&record).remove(0).bytes;
//! assert!(page.starts_with(b"<!doctype html>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde_json::{Value, json};

use crate::export::{Export, Piece, Pieces, ready};
use crate::markup::Facts;
use crate::record::{Claimed, Class, Kind, Record, Span, Speaker};
use crate::span::Offsets;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = concat!(
    include_str!("style.css"),
    include_str!("reading.css"),
    include_str!("desk.css"),
    include_str!("print.css")
);
const SCRIPT: &str = concat!(
    include_str!("dom.js"),
    include_str!("data.js"),
    include_str!("search.js"),
    include_str!("state.js"),
    include_str!("match.js"),
    include_str!("corrections.js"),
    include_str!("gold.js"),
    include_str!("filters.js"),
    include_str!("articles.js"),
    include_str!("marks.js"),
    include_str!("reader.js"),
    include_str!("list.js"),
    include_str!("check.js"),
    include_str!("checking.js"),
    include_str!("table.js"),
    include_str!("speakers.js"),
    include_str!("timeline.js"),
    include_str!("main.js"),
);

/// So many words stand for the title of an article without one.
const OPENING: usize = 10;

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
        bytes += &format!(
            "<script type=\"application/json\" id=\"index\">{}</script>\n",
            guarded(&json!({"values": values(), "articles": index}))
        );
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

/// The values of what claims are filtered by; the index has their numbers, which are those of the vocabulary.
fn values() -> Value {
    let mut out = json!({"hedge": Class::NAMES, "kind": Kind::NAMES});
    for (fact, choices) in Facts::CHOICES {
        out[fact] = json!(choices);
    }
    out
}

/// An article in lists and filters: everything but its text and its spans, its claims in columns.
fn entry(record: &Record) -> Value {
    let Record { claims, speakers, .. } = record;
    let column = |of: &dyn Fn(&Claimed) -> Value| claims.iter().map(of).collect::<Vec<_>>();
    let speaker = |claim: &Claimed| speakers.iter().position(|speaker| Some(&speaker.id) == claim.speaker.as_ref());
    // A bit for each class of the claim's hedges.
    let hedges = |claim: &Claimed| {
        let own = record.hedges.iter().filter(|hedge| claim.hedges.contains(&hedge.id));
        own.fold(0, |bits, hedge| bits | 1 << hedge.class as usize)
    };
    json!({
        "id": record.id,
        "title": record.title,
        "opening": record.title.is_none().then(|| opening(&record.text)),
        "date": record.date,
        "publisher": record.publisher,
        "url": record.url,
        "author": record.author,
        "speakers": speakers.iter().map(of_speaker).collect::<Vec<_>>(),
        "claims": {
            "speaker": column(&|claim| json!(speaker(claim))),
            "quote": column(&|claim| json!(claim.quote as usize)),
            "type": column(&|claim| json!(claim.attribution.map(|of| of as usize))),
            "certainty": column(&|claim| json!(claim.certainty as usize)),
            "polarity": column(&|claim| json!(claim.polarity as usize)),
            "hedges": column(&|claim| json!(hedges(claim))),
            "nested": column(&|claim| json!(u8::from(claim.within.is_some()))),
            "confidence": column(&|claim| json!(claim.confidence)),
            "speaker_confidence": column(&|claim| json!(claim.speaker_confidence)),
        },
    })
}

fn of_speaker(speaker: &Speaker) -> Value {
    let text = |span: &Option<Span>| span.as_ref().map(|span| span.text.clone());
    json!({
        "name": speaker.name,
        "kind": speaker.kind,
        "named": speaker.named,
        "role": text(&speaker.role),
        "affiliation": text(&speaker.affiliation),
    })
}

/// The first words of a text.
fn opening(text: &str) -> String {
    let mut words = text.split_whitespace();
    let first = words.by_ref().take(OPENING).collect::<Vec<_>>().join(" ");
    if words.next().is_some() { first + " …" } else { first }
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
                "id": claim.id,
                "within": claim.within,
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
