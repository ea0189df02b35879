//! Reading gold and records: JSON Lines, with errors that name the line.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use thiserror::Error;

use super::items::{Attribution, Fields, Found, Gold, Hedge, Records, Speaker, said};
use crate::error::Place;
use crate::record::{AttributionType, Certainty, Kind, Polarity, Quote};

/// Why gold or records cannot be read. Each message names the file, the line and the remedy.
#[derive(Debug, Error)]
pub enum Error {
    /// A file is not there, may not be looked at, or is not text.
    #[error("{place}: cannot be read; check the path, its permissions and that it is UTF-8")]
    Read {
        /// The file, or the line.
        place: Place,
        /// What the system said.
        source: io::Error,
    },

    /// A line does not have the form that its file should have.
    #[error("{place}: not {wanted}")]
    Line {
        /// Where it stands.
        place: Place,
        /// What a line should be, and the remedy.
        wanted: &'static str,
        /// What the parser said.
        source: serde_json::Error,
    },

    /// A line has the form, but makes no sense beside the others.
    #[error("{place}: {reason}")]
    Sense {
        /// Where it stands.
        place: Place,
        /// What is wrong and what helps.
        reason: String,
    },

    /// A gold file has nothing in it.
    #[error("{}: nothing to score against; each line of gold is an article", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

const GOLD: &str = "a line of gold, which is JSON with `id` and `attributions` or `annotations` or `cues`; `text` may be \
    that of the record";
const RECORD: &str = "a record, which is JSON with `id`, `claims` and `hedges`; run `sayso extract` again";

#[derive(Deserialize)]
struct GoldRow {
    id: String,
    text: Option<String>,
    attributions: Option<Vec<GoldAttribution>>,
    annotations: Option<Vec<Annotation>>,
    cues: Option<Vec<HedgeRow>>,
}

#[derive(Deserialize)]
struct Annotation {
    attributions: Vec<GoldAttribution>,
}

/// An attribution as a line of gold has it.
#[derive(Deserialize)]
pub(crate) struct GoldAttribution {
    source: Vec<(usize, usize)>,
    cue: Vec<(usize, usize)>,
    content: Vec<(usize, usize)>,
    clear: Option<bool>,
    #[serde(default, deserialize_with = "speaker")]
    speaker: Option<Option<Speaker>>,
    #[serde(flatten)]
    rest: Rest,
}

/// What gold and records write alike.
#[derive(Deserialize)]
struct Rest {
    quote: Option<Quote>,
    #[serde(rename = "type")]
    attribution: Option<AttributionType>,
    certainty: Option<Certainty>,
    polarity: Option<Polarity>,
    #[serde(default, deserialize_with = "said")]
    within: Option<Option<String>>,
}

#[derive(Deserialize)]
struct FoundRow {
    id: String,
    text: Option<String>,
    #[serde(default)]
    speakers: Vec<SpeakerRow>,
    #[serde(default)]
    sentences: Vec<(usize, usize)>,
    #[serde(default)]
    claims: Vec<ClaimRow>,
    #[serde(default)]
    hedges: Vec<HedgeRow>,
}

#[derive(Deserialize)]
struct ClaimRow {
    source: Option<SpanRow>,
    cue: Option<SpanRow>,
    content: Option<Vec<SpanRow>>,
    confidence: Option<f64>,
    #[serde(default, deserialize_with = "said")]
    speaker: Option<Option<String>>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Deserialize)]
struct SpeakerRow {
    id: String,
    name: String,
    kind: Option<Kind>,
    named: Option<bool>,
    #[serde(default, deserialize_with = "said")]
    role: Option<Option<TextRow>>,
    #[serde(default, deserialize_with = "said")]
    affiliation: Option<Option<TextRow>>,
}

#[derive(Deserialize)]
struct TextRow {
    text: String,
}

#[derive(Deserialize)]
struct SpanRow {
    start: usize,
    end: usize,
}

#[derive(Deserialize)]
struct HedgeRow {
    start: usize,
    end: usize,
    class: String,
}

/// A speaker that is there, be it null, or a name alone.
fn speaker<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Speaker>>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(name) => Ok(Some(Some(Speaker { name, ..Speaker::default() }))),
        other => serde_json::from_value(other).map(Some).map_err(D::Error::custom),
    }
}

/// Reads gold: one article a line, `{"id", "text", …}` with
/// - `"attributions": [{"source": [[s, e], …], "cue": […], "content": […]}, …]`, or
/// - `"annotations": [{"attributions": […]}, …]`, of which the first annotator counts, or
/// - `"cues": [{"start", "end", "class"}, …]` for hedges; perhaps beside attributions.
///
/// An attribution may have [`Fields`]: `"quote"`, `"type"`, `"certainty"`, `"polarity"`, `"clear"`, `"within"` (an id or
/// null) and `"speaker": {"name", "kind", "named", "role", "affiliation"}` or null. Without a `text`, that of the article's
/// record counts.
///
/// # Errors
/// If the file cannot be read, a line is none of these, has no text anywhere, or lines differ in what they annotate.
pub fn read_gold(path: &Path, records: &Records) -> Result<Vec<Gold>, Error> {
    let mut gold: Vec<Gold> = Vec::new();
    for line in lines(path, GOLD)? {
        let (place, row): (Place, GoldRow) = line?;
        let senseless = |reason: &str| Error::Sense { place: place.clone(), reason: reason.to_owned() };
        let attributions = match (row.attributions, row.annotations) {
            (Some(attributions), _) => Some(attributions),
            (None, Some(annotations)) => {
                let first = annotations.into_iter().next();
                Some(first.ok_or_else(|| senseless("no annotator has read it; leave the article out"))?.attributions)
            }
            (None, None) => None,
        };
        if attributions.is_none() && row.cues.is_none() {
            return Err(senseless("neither `attributions` nor `annotations` nor `cues`, so there is nothing to score"));
        }
        let of_record = || records.get(&row.id).and_then(|found| found.text.clone());
        let Some(text) = row.text.or_else(of_record) else {
            let reason =
                format!("`{}` has no `text`, and no record to take it from; extract it, or leave it out", row.id);
            return Err(senseless(&reason));
        };
        let article = Gold {
            id: row.id,
            text,
            attributions: attributions.map(|rows| rows.into_iter().map(Attribution::from).collect()),
            hedges: row.cues.map(|rows| rows.into_iter().map(Hedge::from).collect()),
        };
        let annotated = |gold: &Gold| (gold.attributions.is_some(), gold.hedges.is_some());
        if gold.first().is_some_and(|first| annotated(first) != annotated(&article)) {
            return Err(senseless("annotated with something else than the first article; score them apart"));
        }
        gold.push(article);
    }
    if gold.is_empty() { Err(Error::Empty { path: path.to_owned() }) } else { Ok(gold) }
}

/// Reads records, as sayso writes them or with only the fields that count: one article a line,
/// `{"id", "claims": [{"source": SPAN|null, "cue": SPAN|null, "content": [SPAN, …]}, …], "hedges": [{"start", "end",
/// "class"}, …]}`, where SPAN is `{"start", "end"}`. `text`, `sentences`, `speakers` and a claim's `confidence` and
/// [`Fields`] are used where they are given, all else is passed over.
///
/// # Errors
/// If the file cannot be read, a line is no record, or two are of the same article.
pub fn read_records(path: &Path) -> Result<Records, Error> {
    let mut records = Records::new();
    let mut places = BTreeMap::new();
    for line in lines(path, RECORD)? {
        let (place, row): (Place, FoundRow) = line?;
        if let Some(first) = places.insert(row.id.clone(), place.clone()) {
            let reason = format!("a second record of `{}`, after {first}; keep one of them", row.id);
            return Err(Error::Sense { place, reason });
        }
        let speakers: BTreeMap<String, Speaker> =
            row.speakers.into_iter().map(|speaker| (speaker.id.clone(), speaker.into())).collect();
        let found = Found {
            text: row.text,
            sentences: row.sentences.into_iter().map(|(start, end)| start..end).collect(),
            claims: row.claims.into_iter().map(|claim| claim.attribution(&speakers)).collect(),
            hedges: row.hedges.into_iter().map(Hedge::from).collect(),
        };
        records.insert(row.id, found);
    }
    Ok(records)
}

impl From<GoldAttribution> for Attribution {
    fn from(row: GoldAttribution) -> Self {
        let spans = |pairs: Vec<(usize, usize)>| pairs.into_iter().map(|(start, end)| start..end).collect();
        Self {
            source: spans(row.source),
            cue: spans(row.cue),
            content: spans(row.content),
            confidence: None,
            fields: row.rest.fields(row.clear, row.speaker),
        }
    }
}

impl ClaimRow {
    /// A speaker that is not among the record's is nobody.
    fn attribution(self, speakers: &BTreeMap<String, Speaker>) -> Attribution {
        let spans = |rows: Vec<SpanRow>| -> Vec<Range<usize>> { rows.into_iter().map(|s| s.start..s.end).collect() };
        let speaker = self.speaker.map(|id| id.and_then(|id| speakers.get(&id).cloned()));
        Attribution {
            source: spans(self.source.into_iter().collect()),
            cue: spans(self.cue.into_iter().collect()),
            content: spans(self.content.unwrap_or_default()),
            confidence: self.confidence,
            fields: self.rest.fields(None, speaker),
        }
    }
}

impl Rest {
    fn fields(self, clear: Option<bool>, speaker: Option<Option<Speaker>>) -> Fields {
        let Self { quote, attribution, certainty, polarity, within } = self;
        let nested = within.map(|outer| outer.is_some_and(|outer| !outer.is_empty()));
        Fields { quote, attribution, certainty, polarity, nested, clear, speaker }
    }
}

impl From<SpeakerRow> for Speaker {
    fn from(row: SpeakerRow) -> Self {
        let text = |span: Option<Option<TextRow>>| span.map(|span| span.map(|span| span.text));
        let (role, affiliation) = (text(row.role), text(row.affiliation));
        Self { name: row.name, kind: row.kind, named: row.named, role, affiliation }
    }
}

impl From<HedgeRow> for Hedge {
    fn from(row: HedgeRow) -> Self {
        Self { span: row.start..row.end, class: row.class }
    }
}

/// The lines of a file that are not blank, each with its place.
pub(super) fn lines<T: DeserializeOwned>(
    path: &Path,
    wanted: &'static str,
) -> Result<impl Iterator<Item = Result<(Place, T), Error>>, Error> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|source| Error::Read { place: Place::file(name.as_str()), source })?;
    let lines = BufReader::new(file).lines().zip(1..);
    Ok(lines.filter_map(move |(line, number)| {
        let place = Place::line(name.as_str(), number);
        match line {
            Ok(line) if line.trim().is_empty() => None,
            Ok(line) => Some(match serde_json::from_str(&line) {
                Ok(row) => Ok((place, row)),
                Err(source) => Err(Error::Line { place, wanted, source }),
            }),
            Err(source) => Some(Err(Error::Read { place, source })),
        }
    }))
}
