//! Prodigy: offsets are code points, and every span has to fall on the edges of tokens, so the tokens come along.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use super::{Export, Piece};
use crate::markup::{Link, Markup};
use crate::record::Record;
use crate::span::{Offsets, Span};

static TOKEN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\w+|\s|[^\w\s]").expect("the pattern is right"));

pub(super) struct Prodigy;

impl Export for Prodigy {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        let text = &record.text;
        let offsets = Offsets::new(text);
        let markup = Markup::new(record, &offsets);
        let tokens = tokens(text, &markup);
        let starts: HashMap<usize, usize> = tokens.iter().zip(0..).map(|(token, id)| (token.start(), id)).collect();
        let ends: HashMap<usize, usize> = tokens.iter().zip(0..).map(|(token, id)| (token.end(), id)).collect();
        let span = |at: usize| {
            let mark = &markup.marks[at];
            let place = offsets.code_points(mark.span);
            json!({
                "start": place.start,
                "end": place.end,
                "token_start": starts[&mark.span.start()],
                // The last one, not the one after it.
                "token_end": ends[&mark.span.end()],
                "label": mark.label.name(),
            })
        };
        let last_token = |at: usize| ends[&markup.marks[at].span.end()];
        let relation = |link: &Link| {
            json!({
                "head": last_token(link.from),
                "child": last_token(link.to),
                "head_span": span(link.from),
                "child_span": span(link.to),
                "label": markup.relation(*link),
            })
        };
        let token = |(id, token): (usize, &Span)| {
            let place = offsets.code_points(*token);
            let spaced = text[token.end()..].starts_with(' ') && !starts.contains_key(&token.end());
            json!({"text": token.text(text), "start": place.start, "end": place.end, "id": id, "ws": spaced})
        };
        let tokens: Vec<Value> = tokens.iter().enumerate().map(token).collect();
        let spans: Vec<Value> = (0..markup.marks.len()).map(span).collect();
        let relations: Vec<Value> = markup.links.iter().map(relation).collect();
        let meta = json!({"article": record.id, "title": record.title, "date": record.date});
        vec![Piece::line(
            &json!({"text": text, "tokens": tokens, "spans": spans, "relations": relations, "meta": meta}),
        )]
    }
}

/// Words and other characters, cut where a mark begins or ends. A space after a token belongs to it, unless a mark
/// begins or ends with it; other white space is a token.
fn tokens(text: &str, markup: &Markup) -> Vec<Span> {
    let of_marks = |edge: fn(Span) -> usize| -> BTreeSet<usize> { markup.marks.iter().map(|m| edge(m.span)).collect() };
    let (starts, ends) = (of_marks(Span::start), of_marks(Span::end));
    let mut out: Vec<Span> = Vec::new();
    for found in TOKEN.find_iter(text).map(|found| Span::new(found.start(), found.end())) {
        let follows = out.last().is_some_and(|token| token.end() == found.start());
        if found.text(text) == " " && follows && !starts.contains(&found.start()) && !ends.contains(&found.end()) {
            continue;
        }
        let inside = found.start() + 1..found.end();
        let cuts: BTreeSet<usize> = starts.range(inside.clone()).chain(ends.range(inside)).copied().collect();
        let mut start = found.start();
        for cut in cuts.into_iter().chain([found.end()]) {
            out.push(Span::new(start, cut));
            start = cut;
        }
    }
    out
}
