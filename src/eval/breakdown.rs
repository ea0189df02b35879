//! `attr_content` and `attr_full` by the kind of attribution.

use serde::Serialize;

use super::figures::Rates;
use super::groups::{DIVISIONS, DIVISIONS_BY_FIELD, Division, Setting};
use super::matching::{Compared, Pair, Side};

/// `attr_content` and `attr_full` for each group of attributions.
///
/// Gold and found attributions are each divided by their own spans: recall is that of the gold ones in a group,
/// precision that of the found ones. The divisions:
/// - *quote type*: direct if all words of the content stand between double quotation marks in the text (paired within
///   a paragraph, an unclosed one up to its end), indirect if none does, else mixed;
/// - *source*: none; pronoun if all its words are pronouns; name if a word of it has a capital that it does not owe to
///   the start of a sentence; else nominal;
/// - *cue*: whether there is one;
/// - *length of the content*, in words;
/// - *source to cue* and *content to cue*: the words that stand between the two where they are nearest; none if there
///   is no cue or no source;
/// - *fragments of the content*: several if it is discontinuous;
/// - *sentences of the content*: several if its first and its last word stand in different sentences of the record
///   (articles without a record, or whose record has no sentences, are left out);
/// - *type of attribution*, *certainty*, *within another claim*: as either side says of its own; there where both
///   say it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Breakdown {
    /// What divides them.
    pub by: &'static str,
    /// The groups, empty ones too.
    pub groups: Vec<Group>,
}

/// The attributions of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// What they have in common.
    pub name: &'static str,
    /// How many gold attributions are in it.
    pub gold: usize,
    /// How many found ones are.
    pub found: usize,
    /// `attr_content`.
    pub content: Rates,
    /// `attr_full`.
    pub full: Rates,
}

/// One side of a group.
#[derive(Clone, Copy, Default)]
struct Tally {
    all: usize,
    content: usize,
    full: usize,
}

impl Tally {
    fn count(&mut self, pair: Option<&Pair>) {
        self.all += 1;
        self.content += usize::from(pair.is_some());
        self.full += usize::from(pair.is_some_and(Pair::full));
    }
}

pub(super) fn breakdowns(articles: &[Compared<'_>], settings: &[Setting]) -> Vec<Breakdown> {
    let by_text = DIVISIONS.iter().map(|division| breakdown(division, articles, settings));
    let by_field = DIVISIONS_BY_FIELD.iter().map(|division| breakdown(division, articles, settings));
    by_text.chain(by_field.filter(is_said)).collect()
}

/// Whether both sides say what divides them.
fn is_said(breakdown: &Breakdown) -> bool {
    breakdown.groups.iter().any(|group| group.gold > 0) && breakdown.groups.iter().any(|group| group.found > 0)
}

fn breakdown(division: &Division, articles: &[Compared<'_>], settings: &[Setting]) -> Breakdown {
    let tallies = |side| {
        let mut tallies = vec![Tally::default(); division.groups.len()];
        for (article, setting) in articles.iter().zip(settings) {
            for (item, pair) in article.paired(side) {
                if let Some(group) = (division.group)(setting, item) {
                    tallies[group].count(pair);
                }
            }
        }
        tallies
    };
    let sides = tallies(Side::Gold).into_iter().zip(tallies(Side::Found));
    let group = |(&name, (gold, found)): (&&'static str, (Tally, Tally))| Group {
        name,
        gold: gold.all,
        found: found.all,
        content: Rates::of_sides((found.content, found.all), (gold.content, gold.all)),
        full: Rates::of_sides((found.full, found.all), (gold.full, gold.all)),
    };
    Breakdown { by: division.by, groups: division.groups.iter().zip(sides).map(group).collect() }
}
