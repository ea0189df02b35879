//! What the page of `sayso report` saves, which is gold already: a line an article, offsets in code points.

use std::collections::HashSet;
use std::path::Path;

use serde::Deserialize;

use super::Imported;
use super::gold::{Attribution, Checked, Cue, Gold};
use crate::error::Place;
use crate::markup::Facts;
use crate::record::{AttributionType, Certainty, Class, Polarity, Quote};

#[derive(Deserialize)]
struct Line {
    id: String,
    text: String,
    attributions: Vec<Row>,
    cues: Vec<Hedge>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    source: Vec<(usize, usize)>,
    cue: Vec<(usize, usize)>,
    content: Vec<(usize, usize)>,
    quote: Quote,
    #[serde(rename = "type")]
    attribution: Option<AttributionType>,
    certainty: Certainty,
    polarity: Polarity,
    #[serde(flatten)]
    checked: Checked,
}

#[derive(Deserialize)]
struct Hedge {
    start: usize,
    end: usize,
    class: Class,
    claim: Option<usize>,
}

pub(super) fn read(jsonl: &str, path: &Path, out: &mut Imported) {
    for (line, number) in jsonl.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        let place = Place::line(path.display().to_string(), number);
        match serde_json::from_str::<Line>(line) {
            Ok(line) => match fault(&line) {
                None => out.gold.push(gold(line)),
                Some(fault) => out.reject(Some(line.id), place, &fault),
            },
            Err(error) => {
                out.reject(None, place, &format!("not a line that the page saved: {error}; save it there again"));
            }
        }
    }
}

/// What makes no sense of a line.
fn fault(line: &Line) -> Option<String> {
    let length = line.text.chars().count();
    let mut ids = HashSet::new();
    for row in &line.attributions {
        if !ids.insert(row.id.as_str()) {
            return Some(format!("two claims are called {}; keep one of them", row.id));
        }
        if row.content.is_empty() {
            return Some(format!("claim {} has no content; leave it out", row.id));
        }
        let outside = |(start, end): &&(usize, usize)| start >= end || *end > length;
        if let Some((start, end)) = row.source.iter().chain(&row.cue).chain(&row.content).find(outside) {
            return Some(format!("claim {} has a span {start}-{end} in a text of {length} characters", row.id));
        }
    }
    let within = line.attributions.iter().filter_map(|row| row.checked.within.as_deref());
    if let Some(outer) = within.into_iter().find(|outer| !ids.contains(outer)) {
        return Some(format!("a claim is within {outer}, which is not there"));
    }
    let no_hedge = |cue: &&Hedge| {
        cue.start >= cue.end || cue.end > length || cue.claim.is_some_and(|claim| claim >= line.attributions.len())
    };
    line.cues
        .iter()
        .find(no_hedge)
        .map(|cue| format!("the hedge at {} is outside of the text or its claims", cue.start))
}

fn gold(line: Line) -> Gold {
    let Line { id, text, attributions, cues } = line;
    let attributions = attributions.into_iter().map(|row| {
        let Row { id, source, cue, content, quote, attribution, certainty, polarity, checked } = row;
        let facts = Facts {
            quote: Some(quote.name().to_owned()),
            attribution: attribution.map(|of| of.name().to_owned()),
            certainty: Some(certainty.name().to_owned()),
            polarity: Some(polarity.name().to_owned()),
            speaker: None,
        };
        Attribution { id, source, cue, content, facts, checked: Some(checked) }
    });
    let cues = cues.into_iter().map(|Hedge { start, end, class, claim }| Cue {
        start,
        end,
        class: class.name().to_owned(),
        claim,
    });
    Gold { id, text, attributions: attributions.collect(), cues: cues.collect() }
}
