//! Scores of records against gold annotations, and what helps to improve them.
//!
//! [`read_gold`] and [`read_records`] read the two sides, [`score`] compares them. Nothing here prints.
//!
//! ```
//! use sayso::eval::{read_gold, read_records, score};
//!
//! let folder = tempfile::tempdir()?;
//! let [gold, records] = ["gold.jsonl", "records.jsonl"].map(|name| folder.path().join(name));
//! std::fs::write(&gold, r#"{"id": "a1", "text": "It may rain.", "cues": [{"start": 3, "end": 6, "class": "epistemic"}]}"#)?;
//! std::fs::write(&records, r#"{"id": "a1", "hedges": [{"start": 3, "end": 6, "class": "epistemic"}]}"#)?;
//! let records = read_records(&records)?;
//! let hedges = score(&read_gold(&gold, &records)?, &records).hedges.unwrap();
//! assert!(hedges.iter().any(|figure| figure.name == "span_any" && figure.counts.rates().f1 == 100.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Definitions
//! All figures are micro-averaged over the articles, in per cent. Spans are compared by the *words* they touch; a word
//! is a run of letters, digits and underscores, so punctuation at an edge never counts. ([`Figures`] says how precision
//! and recall follow from counts.)
//!
//! | figure | what is right |
//! |---|---|
//! | `token_ROLE` | a word that both sides give the role |
//! | `span_ROLE` | one attribution's whole role, all its fragments together: the same set of words on both sides |
//! | `fragment_ROLE` | one fragment: the same set of words |
//! | `attr_content` | two attributions matched one to one, best first, whose contents have a Jaccard index of at least 0.5 |
//! | `attr_full` | … and whose sources share a word (or neither has one), and whose cues do |
//! | `source_given` | of the pairs matched by content, those whose sources share a word (or neither has one) |
//! | `token_CLASS`, `span_CLASS` | hedges: words and whole cues of one class; `any` is all cues whatever their class |
//!
//! For gold that says more of its attributions than their spans ([`Fields`]) there are shares, too: [`ClaimScores`]. Of
//! the gold's claims, those that were found as `attr_full` counts: the `clear` and the `nested` ones, and those of each type;
//! `precision` is the share of the records' claims that are the gold's. Of claims found in this way, those with
//!
//! | share | what is right |
//! |---|---|
//! | `speaker name, …` | the speaker's name, by words in lower case without an article in front: whole, or, of one without a proper name, half of the words; or none where there is none |
//! | `speaker by …`, `speaker without source` | the same by the form of the gold's source |
//! | `kind` | what the speaker is, where both sides have one |
//! | `role, …`, `affiliation, …` | half of the words, not counting the affiliation in front of a role; or none where there is none to give to a person |
//! | `quote type` | direct, indirect or mixed, of claims that are not nested |
//! | `certainty`, `polarity`, `type of attribution` | the same value |
//!
//! Attributions of source, cue and content are those of PARC and of PolNeAR (Newell, Margolin and Ruths, *An
//! Attribution Relations Corpus for Political News*, LREC 2018); the classes of hedges those of Szarvas et al.
//! (*Cross-Genre and Cross-Domain Detection of Semantic Uncertainty*, Computational Linguistics 38(2), 2012).
//! [`cofenet`] scores as CofeNet does (Wang et al., COLING 2022). [`Breakdown`], [`Calibration`] and [`Errors`] say
//! where the losses are.

mod align;
mod attributions;
mod breakdown;
mod calibration;
pub mod cofenet;
mod errors;
mod fields;
mod figures;
mod groups;
mod hedges;
mod items;
mod matching;
mod read;
mod speakers;
#[cfg(test)]
mod tests;
mod words;

use serde::Serialize;

pub use breakdown::{Breakdown, Group};
pub use calibration::{Bin, Calibration};
pub use errors::{Errors, Excerpt, Mismatch};
pub use figures::{Counts, Figure, Figures, Rates, Share};
pub use items::{Found, Records, leave_out_fields, leave_out_nested};
pub use read::{Error, read_gold, read_records};
pub use speakers::{
    Form, FoundSpeakers, GoldMention, SpeakerGold, SpeakerScores, Wrong, read_found_speakers, read_speaker_gold,
    score_speakers,
};

use crate::gold::{Attribution, Fields, Gold};
use groups::Setting;
use matching::{Compared, Scope};

/// All that a comparison of records with gold gives; what the gold does not annotate is `None`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scores {
    /// How many gold articles there are.
    pub articles: usize,
    /// The ids of those without a record, in order; they count as empty.
    pub missing: Vec<String>,
    /// The ids of those whose record has another text, so that its offsets mean something else; they count as they are.
    pub other_text: Vec<String>,
    /// Sources, cues, contents and how they are linked.
    pub attributions: Option<AttributionScores>,
    /// Hedges and their classes.
    pub hedges: Option<Figures>,
}

/// The scores of the attributions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttributionScores {
    /// The figures that the [module](self) defines.
    pub figures: Figures,
    /// `attr_content` and `attr_full` by quote type, form of the source, length, …
    pub breakdowns: Vec<Breakdown>,
    /// Whether confidences mean what they say; `None` where no claim has one.
    pub calibration: Option<Calibration>,
    /// Which claims were found and what is right of them; `None` for gold that has spans alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<ClaimScores>,
    /// The same of the claims that stand in no other's content, on both sides; `None` where the gold does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top: Option<ClaimScores>,
    /// The same of the gold's that stand in no other's content, compared with all claims.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_of_gold: Option<ClaimScores>,
}

/// Scores for gold that says more of its attributions than their spans.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClaimScores {
    /// The figures that the [module](self) defines.
    pub figures: Figures,
    /// Of the gold's claims, by what they are, those that were found; and as `precision` the other way round.
    pub found: Vec<Share>,
    /// Of the matched claims, those that have a field right.
    pub right: Vec<Share>,
}

/// Compares `records` with `gold`, of which either all articles have attributions or none, and hedges alike;
/// [`read_gold`] sees to that.
pub fn score(gold: &[Gold], records: &Records) -> Scores {
    let ids = |wanted: &dyn Fn(&Gold) -> bool| gold.iter().filter(|g| wanted(g)).map(|g| g.id.clone()).collect();
    let other_text = |g: &Gold| {
        let text = records.get(&g.id).and_then(|found| found.text.as_ref());
        text.is_some_and(|text| *text != g.text)
    };
    let attributions = gold.iter().any(|g| g.attributions.is_some()).then(|| {
        let compared = compare(gold, records, Scope::All);
        let settings: Vec<Setting> = compared.iter().map(Setting::new).collect();
        let said = |wanted: fn(&Fields) -> bool| {
            let mut all = gold.iter().flat_map(|g| g.attributions.iter().flatten());
            all.any(|attribution| wanted(&attribution.fields))
        };
        let nesting = said(|fields| fields.nested().is_some());
        let top = |scope| nesting.then(|| claims(&compare(gold, records, scope), &settings));
        AttributionScores {
            figures: attributions::figures(&compared),
            breakdowns: breakdown::breakdowns(&compared, &settings),
            calibration: calibration::calibration(&compared),
            claims: said(|fields| *fields != Fields::default()).then(|| claims(&compared, &settings)),
            top: top(Scope::Top),
            top_of_gold: top(Scope::TopOfGold),
        }
    });
    let hedges = gold.iter().any(|g| g.hedges.is_some()).then(|| hedges::figures(gold, records));
    Scores {
        articles: gold.len(),
        missing: ids(&|g| !records.contains_key(&g.id)),
        other_text: ids(&other_text),
        attributions,
        hedges,
    }
}

fn claims(compared: &[Compared<'_>], settings: &[Setting]) -> ClaimScores {
    ClaimScores {
        figures: attributions::figures(compared),
        found: fields::found(compared),
        right: fields::right(compared, settings),
    }
}

/// The `most` worst of each kind of error in the attributions.
pub fn errors(gold: &[Gold], records: &Records, most: usize) -> Errors {
    errors::worst(&compare(gold, records, Scope::All), most)
}

/// Which claims of two readings of a text are one, by index: those whose contents match, as fields are scored.
pub(crate) fn pairs(text: &str, one: Vec<Attribution>, other: Vec<Attribution>) -> Vec<(usize, usize)> {
    let one = Gold { text: text.to_owned(), attributions: Some(one), ..Gold::default() };
    let other = Found { claims: other, ..Found::default() };
    let compared = Compared::new(&one, one.attributions.as_deref().unwrap_or_default(), Some(&other), Scope::All);
    compared.earlier_pairs().into_iter().map(|pair| (pair.gold, pair.found)).collect()
}

/// The attributions of all articles whose gold has some, or could have.
fn compare<'a>(gold: &'a [Gold], records: &'a Records, scope: Scope) -> Vec<Compared<'a>> {
    let annotated = gold.iter().filter_map(|g| Some((g, g.attributions.as_deref()?)));
    annotated.map(|(g, attributions)| Compared::new(g, attributions, records.get(&g.id), scope)).collect()
}
