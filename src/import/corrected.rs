//! Records with the corrections of the page of `sayso report`, for whoever reads records.

use std::collections::{HashMap, HashSet};

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::gold::{Attribution, Checked, Gold};
use crate::eval;
use crate::export::{Export, Piece};
use crate::record::{AttributionType, Certainty, Claimed, Kind, Polarity, Quote, Record, Span, Speaker};
use crate::span::Offsets;

/// Writes records as they come, JSON Lines, with what was corrected in them. What somebody checked has a confidence of 1.
#[derive(Debug)]
pub struct Corrected {
    gold: HashMap<String, Gold>,
}

impl Corrected {
    /// With the corrections that were read.
    pub fn new(gold: Vec<Gold>) -> Self {
        Self { gold: gold.into_iter().map(|gold| (gold.id.clone(), gold)).collect() }
    }

    /// The gold of a record, if it is of the same text.
    fn of(&self, record: &Record) -> Option<&Gold> {
        self.gold.get(&record.id).filter(|gold| gold.text == record.text)
    }
}

impl Export for Corrected {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        let mut record = record.clone();
        if let Some(gold) = self.of(&record) {
            correct(&mut record, gold);
        }
        let mut line = serde_json::to_vec(&record).expect("a record has only string keys");
        line.push(b'\n');
        vec![Piece::new(line)]
    }

    fn warning(&self, record: &Record) -> Option<&'static str> {
        let is_other = self.gold.contains_key(&record.id) && self.of(record).is_none();
        is_other.then_some("the corrections are of another text, so the record stays as it is; correct this one")
    }
}

fn correct(record: &mut Record, gold: &Gold) {
    let known: HashSet<String> = record.claims.iter().map(|claim| claim.id.clone()).collect();
    let rows: HashMap<&str, &Attribution> = gold.attributions.iter().map(|row| (row.id.as_str(), row)).collect();
    record.claims.retain(|claim| rows.contains_key(claim.id.as_str()));
    let left: Vec<String> = record.claims.iter().map(|claim| claim.id.clone()).collect();
    for hedge in &mut record.hedges {
        hedge.claim = hedge.claim.take().filter(|id| left.contains(id));
    }
    let mut claims = std::mem::take(&mut record.claims);
    // What somebody added stands where the text has it.
    for row in gold.attributions.iter().filter(|row| !known.contains(&row.id)) {
        let start = |claim: &Claimed| claim.content.first().map(|span| span.start);
        let place = row.content.first().map(|&(start, _)| start);
        let at = claims.iter().position(|claim| start(claim) > place).unwrap_or(claims.len());
        claims.insert(at, added(row));
    }
    let offsets = Offsets::new(&record.text);
    for claim in &mut claims {
        let row = rows[claim.id.as_str()];
        let Some(Checked { checked, within, speaker }) = &row.checked else { continue };
        claim.within.clone_from(within);
        if !checked {
            continue;
        }
        let spans = |places: &[(usize, usize)]| -> Vec<Span> {
            let span = |&(start, end): &(usize, usize)| {
                let found = offsets.span_of_code_points(start..end)?;
                Some(Span { start, end, text: found.text(&record.text).to_owned() })
            };
            places.iter().filter_map(span).collect()
        };
        claim.source = spans(&row.source).into_iter().next();
        claim.cue = spans(&row.cue).into_iter().next();
        claim.content = spans(&row.content);
        claim.sentences = touched(&record.sentences, claim);
        let facts = &row.facts;
        set(&mut claim.quote, facts.quote.as_deref());
        set(&mut claim.certainty, facts.certainty.as_deref());
        set(&mut claim.polarity, facts.polarity.as_deref());
        if let Some(kind) = &mut claim.attribution {
            set(kind, facts.attribution.as_deref());
        }
        claim.confidence = 1.0;
        claim.speaker_confidence = speaker.as_ref().map(|_| 1.0);
        give(&mut record.speakers, claim, speaker.as_ref());
    }
    record.claims = claims;
    // Who is meant nowhere any more speaks no more.
    let Record { claims, speakers, .. } = record;
    speakers.retain(|speaker| {
        !speaker.mentions.is_empty() || claims.iter().any(|claim| claim.speaker.as_ref() == Some(&speaker.id))
    });
}

/// A claim with the id and type of a row, and nothing else yet but the place of its content.
fn added(row: &Attribution) -> Claimed {
    let span = |&(start, end): &(usize, usize)| Span { start, end, text: String::new() };
    Claimed {
        id: row.id.clone(),
        speaker: None,
        speaker_confidence: None,
        source: None,
        cue: None,
        content: row.content.iter().map(span).collect(),
        quote: Quote::Indirect,
        attribution: row.facts.attribution.as_deref().and_then(AttributionType::named),
        hedges: Vec::new(),
        certainty: Certainty::Certain,
        polarity: Polarity::Positive,
        within: None,
        sentences: Vec::new(),
        confidence: 1.0,
    }
}

/// Sets a value by the name that the record gives it.
fn set<T: DeserializeOwned>(value: &mut T, name: Option<&str>) {
    if let Some(read) = name.and_then(|name| serde_json::from_value(Value::from(name)).ok()) {
        *value = read;
    }
}

/// The sentences that a claim's spans touch.
fn touched(sentences: &[(usize, usize)], claim: &Claimed) -> Vec<usize> {
    let spans: Vec<&Span> = claim.source.iter().chain(&claim.cue).chain(&claim.content).collect();
    let is_touched = |&(start, end): &(usize, usize)| spans.iter().any(|span| span.start < end && span.end > start);
    (0..sentences.len()).filter(|&at| is_touched(&sentences[at])).collect()
}

/// Gives a claim to a speaker of the record, or to a new one, and the source's mention with it.
fn give(speakers: &mut Vec<Speaker>, claim: &mut Claimed, wanted: Option<&eval::Speaker>) {
    let before = speakers.iter().position(|speaker| Some(&speaker.id) == claim.speaker.as_ref());
    if before.map(|at| speakers[at].name.as_str()) == wanted.map(|speaker| speaker.name.as_str()) {
        return;
    }
    if let (Some(at), Some(source)) = (before, &claim.source) {
        speakers[at].mentions.retain(|mention| mention != source);
    }
    let Some(wanted) = wanted else {
        claim.speaker = None;
        return;
    };
    let at = speakers.iter().position(|speaker| speaker.name == wanted.name).unwrap_or_else(|| {
        // A number that no other has: ids are `s1`, `s2`, …
        let number = speakers.iter().filter_map(|speaker| speaker.id.strip_prefix('s')?.parse::<usize>().ok()).max();
        speakers.push(Speaker {
            id: format!("s{}", number.unwrap_or(0) + 1),
            name: wanted.name.clone(),
            kind: wanted.kind.unwrap_or(Kind::Other),
            named: wanted.named.unwrap_or(true),
            role: None,
            affiliation: None,
            mentions: Vec::new(),
            corpus: None,
        });
        speakers.len() - 1
    });
    let speaker = &mut speakers[at];
    speaker.mentions.extend(claim.source.clone().filter(|source| !speaker.mentions.contains(source)));
    speaker.mentions.sort_by_key(|mention| (mention.start, mention.end));
    claim.speaker = Some(speaker.id.clone());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;
    use crate::export::fixture;
    use crate::markup::Facts;
    use crate::records;

    /// A claim of the fixture as it was read, but checked.
    fn row(record: &Record, at: usize) -> Attribution {
        let claim = &record.claims[at];
        let pairs = |spans: &[Span]| spans.iter().map(|span| (span.start, span.end)).collect::<Vec<_>>();
        let named = record.speakers.iter().find(|speaker| Some(&speaker.id) == claim.speaker.as_ref());
        let speaker = named.map(|speaker| eval::Speaker { name: speaker.name.clone(), ..eval::Speaker::default() });
        Attribution {
            id: claim.id.clone(),
            source: pairs(claim.source.as_slice()),
            cue: pairs(claim.cue.as_slice()),
            content: pairs(&claim.content),
            facts: Facts::default(),
            checked: Some(Checked { checked: true, within: claim.within.clone(), speaker }),
        }
    }

    fn written(record: &Record, attributions: Vec<Attribution>, text: &str) -> Record {
        let gold = Gold { id: record.id.clone(), text: text.to_owned(), attributions, cues: Vec::new() };
        let bytes = Corrected::new(vec![gold]).record(record).remove(0).bytes;
        let line = String::from_utf8(bytes).unwrap();
        records::parse(&line, Place::line("file", 1)).unwrap_or_else(|reject| panic!("{reject}"))
    }

    #[test]
    fn a_record_has_what_was_corrected_and_nothing_else() {
        let record = fixture::record();
        let mut first = row(&record, 0);
        first.content = vec![(2, 9)];
        first.facts.certainty = Some("probable".to_owned());
        first.checked.as_mut().unwrap().speaker =
            Some(eval::Speaker { name: "Ada".to_owned(), kind: Some(Kind::Person), ..eval::Speaker::default() });
        let mut third = row(&record, 2);
        *third.checked.as_mut().unwrap() = Checked { checked: false, within: None, speaker: None };
        let now = written(&record, vec![first, third], &record.text);
        let [claim, untouched] = now.claims.as_slice() else { panic!("the second was rejected") };
        assert_eq!(
            (claim.content[0].text.as_str(), claim.certainty, claim.confidence),
            ("Oil may", Certainty::Probable, 1.0)
        );
        let ada = now.speakers.iter().find(|speaker| Some(&speaker.id) == claim.speaker.as_ref()).unwrap();
        assert_eq!((ada.name.as_str(), ada.mentions[0].text.as_str(), ada.kind), ("Ada", "analysts", Kind::Person));
        assert!(now.speakers.iter().all(|speaker| speaker.name != "analysts"), "who says nothing any more is left out");
        assert_eq!(
            (untouched.confidence, &untouched.within, &untouched.speaker),
            (1.0, &None, &record.claims[2].speaker)
        );
        assert!(now.hedges.iter().all(|hedge| hedge.claim.as_deref() != Some("c2")));
    }

    #[test]
    fn what_was_added_stands_where_the_text_has_it() {
        let record = fixture::record();
        let mut rows: Vec<Attribution> = (0..3).map(|at| row(&record, at)).collect();
        let mut new = row(&record, 2);
        new.id = "c9".to_owned();
        (new.source, new.cue, new.content) = (vec![], vec![], vec![(16, 24)]);
        new.facts.attribution = Some("attitude".to_owned());
        rows.push(new);
        let now = written(&record, rows, &record.text);
        let ids: Vec<&str> = now.claims.iter().map(|claim| claim.id.as_str()).collect();
        assert_eq!(ids, ["c1", "c9", "c2", "c3"]);
        let claim = &now.claims[1];
        assert_eq!((claim.content[0].text.as_str(), claim.attribution), ("analysts", Some(AttributionType::Attitude)));
        assert_eq!((claim.speaker.as_ref(), claim.sentences.as_slice()), (record.claims[2].speaker.as_ref(), &[0][..]));
    }

    #[test]
    fn a_record_of_another_text_stays_as_it_is_and_warns() {
        let record = fixture::record();
        assert_eq!(written(&record, Vec::new(), "Another text."), record);
        let gold = Gold {
            id: record.id.clone(),
            text: "Another text.".to_owned(),
            attributions: Vec::new(),
            cues: Vec::new(),
        };
        assert!(Corrected::new(vec![gold]).warning(&record).is_some());
        assert!(Corrected::new(Vec::new()).warning(&record).is_none());
    }
}
