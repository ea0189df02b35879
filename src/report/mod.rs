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

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use crate::export::{Export, Piece, Pieces, ready};
use crate::markup::Facts;
use crate::record::{AttributionType, Claimed, Class, Kind, Record, Span, Speaker};
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
    include_str!("adding.js"),
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
    voices: Voices,
    /// Of all articles with their claims: what was checked in a page is found again by it.
    hash: blake3::Hasher,
}

impl Export for Report {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        let mut bytes = if self.index.is_empty() { head() } else { String::new() };
        let block = guarded(&block(record));
        self.hash.update(record.id.as_bytes()).update(block.as_bytes());
        bytes += &format!("<script type=\"application/json\" id=\"a{}\">{block}</script>\n", self.index.len());
        self.index.push(entry(record, &mut self.voices));
        vec![Piece::new(bytes)]
    }

    fn finish(&mut self) -> Pieces<'_> {
        let mut bytes = if self.index.is_empty() { head() } else { String::new() };
        let Self { index, voices, hash } = std::mem::take(self);
        let (_, tail) = parts();
        bytes += &format!(
            "<script type=\"application/json\" id=\"index\">{}</script>\n",
            guarded(&json!({
                "values": values(),
                "fingerprint": &hash.finalize().to_hex()[..16],
                "corpus": voices.corpus,
                "articles": index,
            }))
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

/// Speakers as lists need them: a role or affiliation the first time, and of those of the corpus a number.
#[derive(Debug, Default)]
struct Voices {
    /// Who has been told of.
    seen: HashSet<String>,
    numbers: HashMap<String, usize>,
    /// Ids and names of the corpus' speakers.
    corpus: Vec<Value>,
}

impl Voices {
    /// `[name, kind, named, number in the corpus, role]`, as much of it as there is.
    fn entry(&mut self, speaker: &Speaker) -> Value {
        let key = speaker.corpus.as_ref().map_or_else(|| speaker.name.to_lowercase(), |one| one.id.clone());
        let number = speaker.corpus.as_ref().map(|one| {
            *self.numbers.entry(one.id.clone()).or_insert_with(|| {
                self.corpus.push(json!([one.id, one.name]));
                self.corpus.len() - 1
            })
        });
        // Of those without a name lists say where they speak, and not what they are.
        let role = if speaker.named && self.seen.insert(key) { text(&speaker.role) } else { None };
        let mut out = vec![json!(speaker.name), json!(speaker.kind as usize), json!(u8::from(speaker.named))];
        match (number, role) {
            (None, None) => {}
            (Some(number), None) => out.push(json!(number)),
            (number, role) => out.extend([json!(number), json!(role)]),
        }
        Value::from(out)
    }
}

/// An article in lists and filters: everything but its text and its spans. Of each claim four numbers: its values, its
/// speaker among the article's or -1, its confidence and its speaker's in ten thousandths, or -1.
fn entry(record: &Record, voices: &mut Voices) -> Value {
    let speaker = |claim: &Claimed| {
        let at = record.speakers.iter().position(|speaker| Some(&speaker.id) == claim.speaker.as_ref());
        at.map_or(-1, |at| at as i64)
    };
    let score = |score: f64| (score * 1e4).round() as i64;
    let claims = record.claims.iter().flat_map(|claim| {
        let confidence = claim.speaker_confidence.map_or(-1, score);
        [values_of(record, claim), speaker(claim), score(claim.confidence), confidence]
    });
    json!({
        "id": record.id,
        "title": record.title,
        "opening": record.title.is_none().then(|| opening(&record.text)),
        "date": record.date,
        "publisher": record.publisher,
        "url": record.url,
        "author": record.author,
        "speakers": record.speakers.iter().map(|speaker| voices.entry(speaker)).collect::<Vec<_>>(),
        "claims": claims.collect::<Vec<_>>(),
    })
}

/// The values of a claim in one number, the lowest bits first: quotation (2), certainty (2), polarity (1), whether it is
/// nested (1), a bit for each class of its hedges (4), type (the next number where there is none).
fn values_of(record: &Record, claim: &Claimed) -> i64 {
    let own = record.hedges.iter().filter(|hedge| claim.hedges.contains(&hedge.id));
    let hedges = own.fold(0, |bits, hedge| bits | 1 << hedge.class as usize);
    let attribution = claim.attribution.map_or(AttributionType::ALL.len(), |of| of as usize);
    let parts = [
        (claim.quote as usize, 0),
        (claim.certainty as usize, 2),
        (claim.polarity as usize, 4),
        (usize::from(claim.within.is_some()), 5),
        (hedges, 6),
        (attribution, 10),
    ];
    parts.into_iter().fold(0, |all, (value, place)| all | (value as i64) << place)
}

fn text(span: &Option<Span>) -> Option<&str> {
    span.as_ref().map(|span| span.text.as_str())
}

/// The first words of a text.
fn opening(text: &str) -> String {
    let mut words = text.split_whitespace();
    let first = words.by_ref().take(OPENING).collect::<Vec<_>>().join(" ");
    if words.next().is_some() { first + " …" } else { first }
}

/// An article's text; role and affiliation of its speakers; of its claims id, outer claim, source, cue and fragments; and
/// of its hedges place, class and claim. Places are two numbers; lists of them stand end to end.
fn block(record: &Record) -> Value {
    let offsets = Offsets::new(&record.text);
    let place = |start: usize, end: usize| {
        let span = offsets.span_of_code_points(start..end).expect("the record was checked");
        let units = offsets.utf16_units(span);
        [units.start, units.end]
    };
    let span = |span: &Span| place(span.start, span.end);
    let claims = record.claims.iter().map(|claim| {
        let content: Vec<usize> = claim.content.iter().flat_map(span).collect();
        json!([claim.id, claim.within, claim.source.as_ref().map(span), claim.cue.as_ref().map(span), content])
    });
    let hedges = record.hedges.iter().map(|hedge| {
        let [start, end] = place(hedge.start, hedge.end);
        json!([start, end, hedge.class as usize, hedge.claim])
    });
    let about = record.speakers.iter().map(|speaker| json!([text(&speaker.role), text(&speaker.affiliation)]));
    json!({
        "text": record.text,
        "speakers": about.collect::<Vec<_>>(),
        "claims": claims.collect::<Vec<_>>(),
        "hedges": hedges.collect::<Vec<_>>(),
    })
}
