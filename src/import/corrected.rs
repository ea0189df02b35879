//! Records with the corrections of the page of `sayso report`, for whoever reads records.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::export::{Export, Piece};
use crate::gold::{self, Attribution, Fields, Gold};
use crate::record::{Certainty, Claimed, Kind, Polarity, Quote, Record, Span, Speaker};
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
    let attributions = gold.attributions.as_deref().unwrap_or_default();
    let rows: HashMap<&str, &Attribution> = attributions.iter().map(|row| (row.id.as_str(), row)).collect();
    record.claims.retain(|claim| rows.contains_key(claim.id.as_str()));
    let left: Vec<String> = record.claims.iter().map(|claim| claim.id.clone()).collect();
    for hedge in &mut record.hedges {
        hedge.claim = hedge.claim.take().filter(|id| left.contains(id));
    }
    let mut claims = std::mem::take(&mut record.claims);
    // What somebody added stands where the text has it.
    for row in attributions.iter().filter(|row| !known.contains(&row.id)) {
        let start = |claim: &Claimed| claim.content.first().map(|span| span.start);
        let place = row.content.first().map(|place| place.start);
        let at = claims.iter().position(|claim| start(claim) > place).unwrap_or(claims.len());
        claims.insert(at, added(row));
    }
    let offsets = Offsets::new(&record.text);
    for claim in &mut claims {
        let row = rows[claim.id.as_str()];
        let Fields { quote, attribution, certainty, polarity, checked, within, speaker, .. } = &row.fields;
        claim.within = within.clone().flatten();
        if *checked != Some(true) {
            continue;
        }
        let spans = |places: &[Range<usize>]| -> Vec<Span> {
            let span = |place: &Range<usize>| {
                let text = offsets.span_of_code_points(place.clone())?.text(&record.text).to_owned();
                Some(Span { start: place.start, end: place.end, text })
            };
            places.iter().filter_map(span).collect()
        };
        claim.source = spans(&row.source).into_iter().next();
        claim.cue = spans(&row.cue).into_iter().next();
        claim.content = spans(&row.content);
        claim.sentences = touched(&record.sentences, claim);
        claim.quote = quote.unwrap_or(claim.quote);
        claim.certainty = certainty.unwrap_or(claim.certainty);
        claim.polarity = polarity.unwrap_or(claim.polarity);
        // Records of the schema before have none.
        claim.attribution = claim.attribution.map(|before| attribution.unwrap_or(before));
        claim.confidence = 1.0;
        let speaker = speaker.as_ref().and_then(Option::as_ref);
        claim.speaker_confidence = speaker.map(|_| 1.0);
        give(&mut record.speakers, claim, speaker);
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
    let span = |place: &Range<usize>| Span { start: place.start, end: place.end, text: String::new() };
    Claimed {
        id: row.id.clone(),
        speaker: None,
        speaker_confidence: None,
        source: None,
        cue: None,
        content: row.content.iter().map(span).collect(),
        quote: Quote::Indirect,
        attribution: row.fields.attribution,
        hedges: Vec::new(),
        certainty: Certainty::Certain,
        polarity: Polarity::Positive,
        within: None,
        sentences: Vec::new(),
        confidence: 1.0,
    }
}

/// The sentences that a claim's spans touch.
fn touched(sentences: &[(usize, usize)], claim: &Claimed) -> Vec<usize> {
    let spans: Vec<&Span> = claim.source.iter().chain(&claim.cue).chain(&claim.content).collect();
    let is_touched = |&(start, end): &(usize, usize)| spans.iter().any(|span| span.start < end && span.end > start);
    (0..sentences.len()).filter(|&at| is_touched(&sentences[at])).collect()
}

/// Gives a claim to a speaker of the record, or to a new one, and the source's mention with it.
fn give(speakers: &mut Vec<Speaker>, claim: &mut Claimed, wanted: Option<&gold::Speaker>) {
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
    use crate::record::AttributionType;
    use crate::records;

    /// A claim of the fixture as it was read, but checked.
    fn row(record: &Record, at: usize) -> Attribution {
        let claim = &record.claims[at];
        let places = |spans: &[Span]| spans.iter().map(|span| span.start..span.end).collect();
        let named = record.speakers.iter().find(|speaker| Some(&speaker.id) == claim.speaker.as_ref());
        let speaker = named.map(|speaker| gold::Speaker::named(&speaker.name));
        Attribution {
            id: claim.id.clone(),
            source: places(claim.source.as_slice()),
            cue: places(claim.cue.as_slice()),
            content: places(&claim.content),
            confidence: None,
            fields: Fields {
                checked: Some(true),
                within: Some(claim.within.clone()),
                speaker: Some(speaker),
                ..Fields::default()
            },
        }
    }

    fn written(record: &Record, attributions: Vec<Attribution>, text: &str) -> Record {
        let attributions = Some(attributions);
        let gold = Gold { id: record.id.clone(), text: text.to_owned(), attributions, ..Gold::default() };
        let bytes = Corrected::new(vec![gold]).record(record).remove(0).bytes;
        let line = String::from_utf8(bytes).unwrap();
        records::parse(&line, Place::line("file", 1)).unwrap_or_else(|reject| panic!("{reject}"))
    }

    #[test]
    fn a_record_has_what_was_corrected_and_nothing_else() {
        let record = fixture::record();
        let mut first = row(&record, 0);
        first.content[0] = 2..9;
        first.content.truncate(1);
        first.fields.certainty = Some(Certainty::Probable);
        first.fields.speaker = Some(Some(gold::Speaker { kind: Some(Kind::Person), ..gold::Speaker::named("Ada") }));
        let mut third = row(&record, 2);
        third.fields = Fields { checked: Some(false), ..Fields::default() };
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
        (new.source, new.cue, new.content) = (vec![], vec![], std::iter::once(16..24).collect());
        new.fields.attribution = Some(AttributionType::Attitude);
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
        let gold = Gold { id: record.id.clone(), text: "Another text.".to_owned(), ..Gold::default() };
        assert!(Corrected::new(vec![gold]).warning(&record).is_some());
        assert!(Corrected::new(Vec::new()).warning(&record).is_none());
    }
}
