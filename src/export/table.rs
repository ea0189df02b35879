//! Tables of what records hold, for spreadsheets and data frames: a row a claim, a hedge or a speaker. CSV, Parquet, JSON
//! Lines and Python's data frames are written from them. Offsets are code points.

use std::borrow::Cow;

use serde::Serialize;

use crate::record::{Claimed, CorpusSpeaker, Hedge, Record, Span, Speaker, rounded};

/// Columns that say who a speaker is in the whole corpus: empty where nobody asked ([`crate::speakers::Known`]).
pub const CORPUS: [&str; 2] = ["speaker_corpus", "speaker_corpus_id"];

/// Rows that are written together where a table is written in parts.
pub const GROUP: usize = 1 << 16;

/// A table whose rows are a record's claims, hedges or speakers (`T`), each with what there is to know of its article.
#[derive(Debug)]
pub struct Table<T: 'static> {
    /// The rows that a record adds.
    pub rows: fn(&Record) -> &[T],
    /// In their order.
    pub columns: Vec<Column<T>>,
}

/// A column of a table.
#[derive(Debug)]
pub struct Column<T: 'static> {
    /// What it is called.
    pub name: &'static str,
    /// What a row has in it.
    pub value: Value<T>,
}

/// What a row has in a column, from the record and the row's own part of it. Fragments are joined by ` … `, lists by `; `.
#[derive(Debug)]
pub enum Value<T: 'static> {
    /// Words.
    Text(for<'a> fn(&'a Record, &'a T) -> Option<Cow<'a, str>>),
    /// An offset or a count.
    Number(fn(&Record, &T) -> Option<i64>),
    /// From 0 to 1.
    Score(fn(&Record, &T) -> Option<f64>),
    /// Yes or no.
    Flag(fn(&Record, &T) -> Option<bool>),
}

use Value::{Flag, Number, Score, Text};

/// What stands in one place of a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell<'a> {
    /// Words.
    Text(Cow<'a, str>),
    /// An offset or a count.
    Number(i64),
    /// From 0 to 1.
    Score(f64),
    /// Yes or no.
    Flag(bool),
}

impl<T> Column<T> {
    /// What `row`, a part of `record`, has in this column.
    pub fn cell<'a>(&self, record: &'a Record, row: &'a T) -> Option<Cell<'a>> {
        match self.value {
            Text(of) => of(record, row).map(Cell::Text),
            Number(of) => of(record, row).map(Cell::Number),
            Score(of) => of(record, row).map(Cell::Score),
            Flag(of) => of(record, row).map(Cell::Flag),
        }
    }
}

impl<T> Table<T> {
    /// Without [`CORPUS`], for records that come alone.
    pub fn alone(mut self) -> Self {
        self.columns.retain(|column| !CORPUS.contains(&column.name));
        self
    }

    /// Between what a row's article is and by what it was read stands the row's own.
    fn new(rows: fn(&Record) -> &[T], own: Vec<(&'static str, Value<T>)>) -> Self {
        let article = [
            ("article", Text(|record, _| Some(Cow::from(&record.id)))),
            ("title", Text(|record, _| record.title.as_ref().map(Cow::from))),
            ("date", Text(|record, _| record.date.as_ref().map(Cow::from))),
            ("publisher", Text(|record, _| record.publisher.as_ref().map(Cow::from))),
            ("url", Text(|record, _| record.url.as_ref().map(Cow::from))),
            ("author", Text(|record, _| record.author.as_ref().map(Cow::from))),
        ];
        let reader = [
            ("model", Text(|record, _| Some(Cow::from(&record.model)))),
            ("sayso", Text(|record, _| Some(Cow::from(&*record.sayso)))),
        ];
        let columns = article.into_iter().chain(own).chain(reader);
        Self { rows, columns: columns.map(|(name, value)| Column { name, value }).collect() }
    }
}

/// A row a claim, in the order of the text.
pub fn claims() -> Table<Claimed> {
    Table::new(
        |record| &record.claims,
        vec![
            ("claim", Text(|_, claim| Some(Cow::from(&claim.id)))),
            ("speaker", Text(|record, claim| speaker(record, claim).map(|s| Cow::from(&s.name)))),
            ("speaker_id", Text(|_, claim| claim.speaker.as_ref().map(Cow::from))),
            (CORPUS[0], Text(|record, claim| Some(Cow::from(&corpus(speaker(record, claim)?)?.name)))),
            (CORPUS[1], Text(|record, claim| Some(Cow::from(&corpus(speaker(record, claim)?)?.id)))),
            ("speaker_confidence", Score(|_, claim| claim.speaker_confidence.map(rounded))),
            ("speaker_kind", Text(|record, claim| speaker(record, claim).map(|s| s.kind.name().into()))),
            ("speaker_named", Flag(|record, claim| speaker(record, claim).map(|s| s.named))),
            ("speaker_role", Text(|record, claim| text(&speaker(record, claim)?.role))),
            ("speaker_affiliation", Text(|record, claim| text(&speaker(record, claim)?.affiliation))),
            ("source", Text(|_, claim| text(&claim.source))),
            ("cue", Text(|_, claim| text(&claim.cue))),
            ("content", Text(|_, claim| Some(content(claim)))),
            ("quote", Text(|_, claim| Some(claim.quote.name().into()))),
            ("type", Text(|_, claim| claim.attribution.map(|of| of.name().into()))),
            ("certainty", Text(|_, claim| Some(claim.certainty.name().into()))),
            ("polarity", Text(|_, claim| Some(claim.polarity.name().into()))),
            ("hedges", Text(|record, claim| Some(joined("; ", hedges_of(record, claim).map(|h| h.text.as_str()))))),
            (
                "hedge_classes",
                Text(|record, claim| Some(joined("; ", hedges_of(record, claim).map(|h| h.class.name().to_owned())))),
            ),
            ("within", Text(|_, claim| claim.within.as_ref().map(Cow::from))),
            ("confidence", Score(|_, claim| Some(rounded(claim.confidence)))),
            ("source_start", Number(|_, claim| start(&claim.source))),
            ("source_end", Number(|_, claim| end(&claim.source))),
            ("cue_start", Number(|_, claim| start(&claim.cue))),
            ("cue_end", Number(|_, claim| end(&claim.cue))),
            ("content_start", Number(|_, claim| claim.content.iter().map(|span| place(span.start)).min())),
            ("content_end", Number(|_, claim| claim.content.iter().map(|span| place(span.end)).max())),
            ("content_spans", Text(|_, claim| Some(joined("; ", claim.content.iter().map(edges))))),
        ],
    )
}

/// A row a hedge, in the order of the text.
pub fn hedges() -> Table<Hedge> {
    Table::new(
        |record| &record.hedges,
        vec![
            ("hedge", Text(|_, hedge| Some(Cow::from(&hedge.id)))),
            ("text", Text(|_, hedge| Some(Cow::from(&hedge.text)))),
            ("class", Text(|_, hedge| Some(hedge.class.name().into()))),
            ("scope", Text(|_, hedge| text(&hedge.scope))),
            ("claim", Text(|_, hedge| hedge.claim.as_ref().map(Cow::from))),
            ("confidence", Score(|_, hedge| Some(rounded(hedge.confidence)))),
            ("start", Number(|_, hedge| Some(place(hedge.start)))),
            ("end", Number(|_, hedge| Some(place(hedge.end)))),
            ("scope_start", Number(|_, hedge| start(&hedge.scope))),
            ("scope_end", Number(|_, hedge| end(&hedge.scope))),
        ],
    )
}

/// A row a speaker, in the order of their first mention; a speaker's columns are called as in [`claims`].
pub fn speakers() -> Table<Speaker> {
    Table::new(
        |record| &record.speakers,
        vec![
            ("speaker", Text(|_, speaker| Some(Cow::from(&speaker.name)))),
            ("speaker_id", Text(|_, speaker| Some(Cow::from(&speaker.id)))),
            (CORPUS[0], Text(|_, speaker| Some(Cow::from(&corpus(speaker)?.name)))),
            (CORPUS[1], Text(|_, speaker| Some(Cow::from(&corpus(speaker)?.id)))),
            ("speaker_kind", Text(|_, speaker| Some(speaker.kind.name().into()))),
            ("speaker_named", Flag(|_, speaker| Some(speaker.named))),
            ("speaker_role", Text(|_, speaker| text(&speaker.role))),
            ("speaker_affiliation", Text(|_, speaker| text(&speaker.affiliation))),
            ("mentions", Text(|_, speaker| Some(joined("; ", speaker.mentions.iter().map(|span| span.text.as_str()))))),
            ("mention_spans", Text(|_, speaker| Some(joined("; ", speaker.mentions.iter().map(edges))))),
            ("claims", Number(|record, speaker| Some(place(claims_of(record, speaker))))),
        ],
    )
}

fn corpus(speaker: &Speaker) -> Option<&CorpusSpeaker> {
    speaker.corpus.as_deref()
}

fn speaker<'a>(record: &'a Record, claim: &Claimed) -> Option<&'a Speaker> {
    let id = claim.speaker.as_ref()?;
    record.speakers.iter().find(|speaker| speaker.id == *id)
}

fn claims_of(record: &Record, speaker: &Speaker) -> usize {
    record.claims.iter().filter(|claim| claim.speaker.as_ref() == Some(&speaker.id)).count()
}

fn hedges_of<'a>(record: &'a Record, claim: &'a Claimed) -> impl Iterator<Item = &'a Hedge> {
    record.hedges.iter().filter(|hedge| claim.hedges.contains(&hedge.id))
}

fn text(span: &Option<Span>) -> Option<Cow<'_, str>> {
    span.as_ref().map(|span| Cow::from(&span.text))
}

/// A claim's fragments, with `…` for what is between them.
pub(super) fn content(claim: &Claimed) -> Cow<'_, str> {
    joined(" … ", claim.content.iter().map(|span| span.text.as_str()))
}

fn start(span: &Option<Span>) -> Option<i64> {
    span.as_ref().map(|span| place(span.start))
}

fn end(span: &Option<Span>) -> Option<i64> {
    span.as_ref().map(|span| place(span.end))
}

fn place(offset: usize) -> i64 {
    i64::try_from(offset).expect("a text has fewer characters")
}

/// As `909-976`.
fn edges(span: &Span) -> String {
    format!("{}-{}", span.start, span.end)
}

/// One part is not copied.
fn joined<'a, S: Into<Cow<'a, str>>>(between: &str, parts: impl Iterator<Item = S>) -> Cow<'a, str> {
    let mut parts = parts.map(Into::into);
    let first = parts.next().unwrap_or_default();
    parts.fold(first, |mut all, part| {
        let text = all.to_mut();
        text.push_str(between);
        text.push_str(&part);
        all
    })
}
