//! A row a claim, the same in CSV, Parquet and JSON Lines, for spreadsheets and data frames. Offsets are code points.

use serde::Serialize;

use crate::markup::name;
use crate::record::{Claimed, Record, Span};

/// A claim with what there is to know of its article and its speaker. Fragments are joined by ` … `, lists by `; `.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Row {
    pub(super) article: String,
    pub(super) title: Option<String>,
    pub(super) date: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) url: Option<String>,
    pub(super) author: Option<String>,
    pub(super) claim: String,
    pub(super) speaker: Option<String>,
    pub(super) speaker_id: Option<String>,
    pub(super) speaker_kind: Option<String>,
    pub(super) speaker_named: Option<bool>,
    pub(super) speaker_role: Option<String>,
    pub(super) speaker_affiliation: Option<String>,
    pub(super) source: Option<String>,
    pub(super) cue: Option<String>,
    pub(super) content: String,
    pub(super) quote: String,
    pub(super) certainty: String,
    pub(super) polarity: String,
    pub(super) hedges: String,
    pub(super) hedge_classes: String,
    pub(super) within: Option<String>,
    pub(super) confidence: f64,
    pub(super) source_start: Option<i64>,
    pub(super) source_end: Option<i64>,
    pub(super) cue_start: Option<i64>,
    pub(super) cue_end: Option<i64>,
    pub(super) content_start: i64,
    pub(super) content_end: i64,
    /// Each fragment as `909-976`.
    pub(super) content_spans: String,
    pub(super) model: String,
    pub(super) sayso: String,
}

/// The rows of a record, in the order of its claims.
pub(super) fn rows(record: &Record) -> impl Iterator<Item = Row> + '_ {
    record.claims.iter().map(|claim| row(record, claim))
}

fn row(record: &Record, claim: &Claimed) -> Row {
    let speaker = claim.speaker.as_ref().and_then(|id| record.speakers.iter().find(|s| s.id == *id));
    let hedges: Vec<_> = record.hedges.iter().filter(|hedge| claim.hedges.contains(&hedge.id)).collect();
    let joined = |parts: Vec<String>| parts.join("; ");
    let text = |span: &Option<Span>| span.as_ref().map(|span| span.text.clone());
    let place = |offset: usize| i64::try_from(offset).expect("a text has fewer characters");
    let edge = |span: &Option<Span>, of: fn(&Span) -> usize| span.as_ref().map(|span| place(of(span)));
    let (start, end) = (|span: &Span| span.start, |span: &Span| span.end);
    Row {
        article: record.id.clone(),
        title: record.title.clone(),
        date: record.date.clone(),
        publisher: record.publisher.clone(),
        url: record.url.clone(),
        author: record.author.clone(),
        claim: claim.id.clone(),
        speaker: speaker.map(|s| s.name.clone()),
        speaker_id: claim.speaker.clone(),
        speaker_kind: speaker.map(|s| name(&s.kind)),
        speaker_named: speaker.map(|s| s.named),
        speaker_role: speaker.and_then(|s| text(&s.role)),
        speaker_affiliation: speaker.and_then(|s| text(&s.affiliation)),
        source: text(&claim.source),
        cue: text(&claim.cue),
        content: claim.content.iter().map(|span| span.text.as_str()).collect::<Vec<_>>().join(" … "),
        quote: name(&claim.quote),
        certainty: name(&claim.certainty),
        polarity: name(&claim.polarity),
        hedges: joined(hedges.iter().map(|hedge| hedge.text.clone()).collect()),
        hedge_classes: joined(hedges.iter().map(|hedge| name(&hedge.class)).collect()),
        within: claim.within.clone(),
        confidence: claim.confidence,
        source_start: edge(&claim.source, start),
        source_end: edge(&claim.source, end),
        cue_start: edge(&claim.cue, start),
        cue_end: edge(&claim.cue, end),
        content_start: claim.content.iter().map(|span| place(span.start)).min().unwrap_or_default(),
        content_end: claim.content.iter().map(|span| place(span.end)).max().unwrap_or_default(),
        content_spans: joined(claim.content.iter().map(|span| format!("{}-{}", span.start, span.end)).collect()),
        model: record.model.clone(),
        sayso: record.sayso.clone().into_owned(),
    }
}
