//! Scores of who speaks: names by the form of the source, and how mentions are put together.
//!
//! Gold has the source spans of an article, each with its entity, the entity's fullest name (`null` where the article
//! gives none), its kind, and the form of the mention: `name`, `surname`, `pronoun`, `nominal` or `other`. What is
//! found differs in its spans, so a found source is judged by the gold mention that it shares most code points with,
//! and those that share none are left out.
//!
//! | figure | what is right |
//! |---|---|
//! | `name`, `surname`, `nominal`, `pronoun`, `other` | of the claims whose source has that form and whose speaker has a name, those that have it |
//! | `none` | of the claims whose speaker has no name in the article, those that have none |
//! | `kind` | of all those claims, the ones whose speaker is of the right kind |
//! | `b_cubed` | mentions put together as in the gold (Bagga and Baldwin 1998): precision and recall, averaged over the gold mentions that a source was found for; a source without a speaker stands alone |
//!
//! Names are compared by their words in lower case, without `the`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::figures::{Rates, Share};
use super::read::{Error, lines};
use crate::error::Place;
use crate::record::Kind;

/// The gold of one article.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct SpeakerGold {
    /// The article's id.
    pub id: String,
    /// Its source spans.
    pub mentions: Vec<GoldMention>,
}

/// A source span and whom it means.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct GoldMention {
    /// The first code point.
    pub start: usize,
    /// The code point after the last.
    pub end: usize,
    /// Which mentions mean the same, within the article.
    pub entity: usize,
    /// The fullest name in the article; `None` if it gives none.
    pub name: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// How it is written.
    pub form: Form,
}

/// How a source names its speaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// The full name of a person, any name of another.
    Name,
    /// A part of a person's name.
    Surname,
    /// `the senator`, `his lawyer`.
    Nominal,
    /// `he`, `who`.
    Pronoun,
    /// Anything else.
    Other,
}

/// What was found in one article, as far as its speakers go.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundSpeakers {
    text: String,
    /// The proper name of each, if it has one, and its kind.
    speakers: Vec<(Option<String>, Kind)>,
    /// The source of each claim, in code points, and its speaker.
    sources: Vec<(Range<usize>, Option<usize>)>,
}

/// The scores.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpeakerScores {
    /// How many gold articles there are.
    pub articles: usize,
    /// The ids of those without a record, in order; they are left out.
    pub missing: Vec<String>,
    /// Right speakers by form, in the order of the module's table.
    pub forms: Vec<Share>,
    /// Gold mentions, and how many of them a source was found for.
    pub mentions: Share,
    /// B-cubed over those.
    pub b_cubed: Rates,
    /// What was resolved wrongly, in order.
    pub wrong: Vec<Wrong>,
}

/// A source with the wrong name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Wrong {
    /// The article's id.
    pub id: String,
    /// The first code point.
    pub start: usize,
    /// The source.
    pub text: String,
    /// Its right name.
    pub gold: Option<String>,
    /// The name that was found.
    pub found: Option<String>,
}

#[derive(Deserialize)]
struct RecordRow {
    id: String,
    text: String,
    speakers: Vec<SpeakerRow>,
    claims: Vec<ClaimRow>,
}

#[derive(Deserialize)]
struct SpeakerRow {
    id: String,
    name: String,
    kind: Kind,
    named: bool,
}

#[derive(Deserialize)]
struct ClaimRow {
    speaker: Option<String>,
    source: Option<SpanRow>,
}

#[derive(Deserialize)]
struct SpanRow {
    start: usize,
    end: usize,
}

/// Reads gold: one article a line, `{"id", "mentions": [{"start", "end", "entity", "name", "kind", "form"}, …]}`.
///
/// # Errors
/// If the file cannot be read, or a line is none.
pub fn read_speaker_gold(path: &Path) -> Result<Vec<SpeakerGold>, Error> {
    const GOLD: &str = "a line of speakers, which is JSON with `id` and `mentions`";
    let rows = lines(path, GOLD)?.map(|line| line.map(|(_, row)| row)).collect::<Result<Vec<_>, _>>()?;
    if rows.is_empty() { Err(Error::Empty { path: path.to_owned() }) } else { Ok(rows) }
}

/// Reads the speakers of records, by article.
///
/// # Errors
/// If the file cannot be read, or a line is no record with speakers.
pub fn read_found_speakers(path: &Path) -> Result<BTreeMap<String, FoundSpeakers>, Error> {
    const RECORD: &str = "a record with speakers; run `sayso extract` again";
    let mut out = BTreeMap::new();
    for line in lines(path, RECORD)? {
        let (_, row): (Place, RecordRow) = line?;
        let index = |id: &String| row.speakers.iter().position(|speaker| speaker.id == *id);
        let sources = row.claims.iter().filter_map(|claim| {
            let source = claim.source.as_ref()?;
            Some((source.start..source.end, claim.speaker.as_ref().and_then(index)))
        });
        let sources = sources.collect();
        let named = |s: SpeakerRow| (s.named.then_some(s.name), s.kind);
        let speakers = row.speakers.into_iter().map(named).collect();
        out.insert(row.id, FoundSpeakers { text: row.text, speakers, sources });
    }
    Ok(out)
}

/// Compares what was found with `gold`.
pub fn score_speakers(gold: &[SpeakerGold], found: &BTreeMap<String, FoundSpeakers>) -> SpeakerScores {
    const NAMES: [&str; 7] = ["name", "surname", "nominal", "pronoun", "other", "none", "kind"];
    let mut forms = NAMES.map(|name| Share { name, right: 0, all: 0 });
    let mut mentions = Share { name: "mentions", right: 0, all: 0 };
    let mut sums = (0.0, 0.0);
    let mut wrong = Vec::new();
    for article in gold {
        mentions.all += article.mentions.len();
        let Some(found) = found.get(&article.id) else { continue };
        let mut clusters: Vec<(usize, usize)> = Vec::new();
        let mut judged: Vec<Option<usize>> = vec![None; article.mentions.len()];
        for (index, (source, speaker)) in found.sources.iter().enumerate() {
            let Some(at) = nearest(&article.mentions, source) else { continue };
            let mention = &article.mentions[at];
            let name = speaker.and_then(|speaker| found.speakers[speaker].0.as_ref());
            let right = name.map(|name| words(name)) == mention.name.as_ref().map(|name| words(name));
            let form = if mention.name.is_some() { mention.form as usize } else { 5 };
            forms[form].all += 1;
            forms[form].right += usize::from(right);
            if let Some(speaker) = *speaker {
                forms[6].all += 1;
                forms[6].right += usize::from(found.speakers[speaker].1 == mention.kind);
            }
            if !right {
                let text: String = found.text.chars().skip(source.start).take(source.len()).collect();
                let id = article.id.clone();
                wrong.push(Wrong { id, start: source.start, text, gold: mention.name.clone(), found: name.cloned() });
            }
            if judged[at].is_none() {
                // Sources without a speaker stand alone.
                judged[at] = Some(speaker.unwrap_or(found.speakers.len() + index));
            }
        }
        clusters.extend(article.mentions.iter().zip(&judged).filter_map(|(m, found)| Some((m.entity, (*found)?))));
        mentions.right += clusters.len();
        for &(entity, speaker) in &clusters {
            let count = |wanted: &dyn Fn(&(usize, usize)) -> bool| clusters.iter().filter(|c| wanted(c)).count() as f64;
            let both = count(&|c| *c == (entity, speaker));
            sums.0 += both / count(&|c| c.1 == speaker);
            sums.1 += both / count(&|c| c.0 == entity);
        }
    }
    let all = mentions.right.max(1) as f64;
    let (precision, recall) = (100.0 * sums.0 / all, 100.0 * sums.1 / all);
    let f1 = if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    SpeakerScores {
        articles: gold.len(),
        missing: gold.iter().filter(|g| !found.contains_key(&g.id)).map(|g| g.id.clone()).collect(),
        forms: forms.to_vec(),
        mentions,
        b_cubed: Rates { precision, recall, f1 },
        wrong,
    }
}

/// The gold mention that shares most with `source`, the first of equals.
fn nearest(mentions: &[GoldMention], source: &Range<usize>) -> Option<usize> {
    let shared = |m: &GoldMention| m.end.min(source.end).saturating_sub(m.start.max(source.start));
    let sharing = mentions.iter().enumerate().map(|(at, m)| (at, shared(m))).filter(|&(_, shared)| shared > 0);
    sharing.rev().max_by_key(|&(_, shared)| shared).map(|(at, _)| at)
}

/// A name's words in lower case.
fn words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && *word != "the");
    words.map(str::to_owned).collect()
}
