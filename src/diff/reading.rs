//! One article as one of the two has it: a record, or a line of gold.

use std::io;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::error::{Place, Reject, Stage};
use crate::gold::{self, Attribution, Fields, Gold};
use crate::record::{Record, Span};
use crate::records;

/// An article and its claims.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) id: String,
    /// Gold may leave it to the record.
    pub(super) text: Option<String>,
    /// What a record says of the article itself; of gold nothing.
    pub(super) about: Vec<(&'static str, Option<String>)>,
    /// `None` where it is not annotated with any.
    pub(super) claims: Option<Vec<Claim>>,
    /// Those of no claim; `None` where it is not said whose they are.
    pub(super) hedges: Option<Vec<Hedge>>,
}

#[derive(Debug)]
pub(super) struct Claim {
    pub(super) attribution: Attribution,
    /// `None` where it is not said.
    pub(super) hedges: Option<Vec<Hedge>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hedge {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) class: String,
}

#[derive(Deserialize)]
struct Head {
    schema: Option<IgnoredAny>,
}

impl Reading {
    /// What a line holds.
    pub(super) fn parse(line: &str, place: Place) -> Result<Self, Reject> {
        let is_record = serde_json::from_str::<Head>(line).is_ok_and(|head| head.schema.is_some());
        if is_record {
            return records::parse(line, place).map(Self::of_record);
        }
        match serde_json::from_str::<Gold>(line) {
            Ok(gold) => Ok(Self::of_gold(gold)),
            Err(error) => {
                let reason = format!(
                    "neither a record nor a line of gold: {error}; run `sayso extract` or `sayso import` again"
                );
                Err(Reject { id: None, place, stage: Stage::Read, reason, raw: None })
            }
        }
    }

    pub(super) fn is_gold(&self) -> bool {
        self.about.is_empty()
    }

    fn of_record(record: Record) -> Self {
        let hedge = |hedge: &crate::record::Hedge| Hedge {
            start: hedge.start,
            end: hedge.end,
            class: hedge.class.name().to_owned(),
        };
        let claims = record.claims.iter().map(|claim| {
            let places = |spans: &[Span]| spans.iter().map(|span| span.start..span.end).collect();
            let text = |span: &Option<Span>| Some(span.as_ref().map(|span| span.text.clone()));
            let own = record.hedges.iter().filter(|hedge| claim.hedges.contains(&hedge.id));
            let speaker = record.speakers.iter().find(|speaker| Some(&speaker.id) == claim.speaker.as_ref());
            let speaker = speaker.map(|speaker| gold::Speaker {
                name: speaker.name.clone(),
                kind: Some(speaker.kind),
                named: Some(speaker.named),
                role: text(&speaker.role),
                affiliation: text(&speaker.affiliation),
            });
            Claim {
                attribution: Attribution {
                    id: claim.id.clone(),
                    source: places(claim.source.as_slice()),
                    cue: places(claim.cue.as_slice()),
                    content: places(&claim.content),
                    confidence: None,
                    fields: Fields {
                        quote: Some(claim.quote),
                        attribution: claim.attribution,
                        certainty: Some(claim.certainty),
                        polarity: Some(claim.polarity),
                        within: Some(claim.within.clone()),
                        speaker: Some(speaker),
                        ..Fields::default()
                    },
                },
                hedges: Some(own.map(hedge).collect()),
            }
        });
        let claims = claims.collect();
        let is_free =
            |hedge: &&crate::record::Hedge| !record.claims.iter().any(|claim| claim.hedges.contains(&hedge.id));
        let hedges = record.hedges.iter().filter(is_free).map(hedge).collect();
        let Record { id, title, date, publisher, url, author, duplicate_of, text, .. } = record;
        let about = vec![
            ("title", title),
            ("date", date),
            ("publisher", publisher),
            ("url", url),
            ("author", author),
            ("duplicate_of", duplicate_of),
        ];
        Self { id, text: Some(text), about, claims: Some(claims), hedges: Some(hedges) }
    }

    fn of_gold(gold: Gold) -> Self {
        let Gold { id, text, attributions, hedges, annotations } = gold;
        let rows = attributions.or_else(|| Some(annotations?.into_iter().next()?.attributions));
        // Whose hedges are whose is said of all, or it is not known.
        let hedges = hedges.filter(|hedges| hedges.iter().all(|hedge| hedge.claim.is_some()));
        let hedges_of = |claim: Option<usize>| {
            let own = hedges.as_ref()?.iter().filter(|hedge| hedge.claim == Some(claim));
            let place = |hedge: &gold::Hedge| Hedge { start: hedge.start, end: hedge.end, class: hedge.class.clone() };
            Some(own.map(place).collect())
        };
        let claim = |(at, attribution)| Claim { attribution, hedges: hedges_of(Some(at)) };
        let claims = rows.map(|rows| rows.into_iter().enumerate().map(claim).collect());
        let text = Some(text).filter(|text| !text.is_empty());
        Self { id, text, about: Vec::new(), claims, hedges: hedges_of(None) }
    }
}

/// A line that cannot be read as text.
pub(super) fn unread(place: Place, error: &io::Error) -> Reject {
    let reason = format!("the line cannot be read: {error}; check that the file is UTF-8");
    Reject { id: None, place, stage: Stage::Read, reason, raw: None }
}

/// A further line of an article.
pub(super) fn second(id: String, place: Place) -> Reject {
    let reason = format!("a second line of `{id}`; keep one of them");
    Reject { id: Some(id), place, stage: Stage::Read, reason, raw: None }
}
