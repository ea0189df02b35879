//! The worst errors, with their text.

use std::ops::Range;

use serde::Serialize;

use super::matching::{Compared, Side, Worded};
use super::words::jaccard;
use crate::span::Offsets;
use crate::terms::Role;

/// The worst errors in the attributions, worst first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Errors {
    /// Gold attributions whose content matches no claim: first those that overlap least with any, of these the longest.
    pub misses: Vec<Mismatch>,
    /// Claims whose content matches no gold: the most confident first, of these the one that overlaps least with any.
    pub inventions: Vec<Mismatch>,
    /// Pairs whose contents match, but whose sources or cues do not: the most confident first.
    pub wrong_links: Vec<Mismatch>,
    /// How many there are of each in all, in the order above.
    pub totals: [usize; 3],
}

/// An attribution that went wrong, beside the one of the other side that overlaps most, if any does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mismatch {
    /// The article's id.
    pub article: String,
    /// The Jaccard index of the two contents.
    pub overlap: f64,
    /// What the gold has.
    pub gold: Option<Excerpt>,
    /// What was found.
    pub found: Option<Excerpt>,
}

/// An attribution's text, fragment by fragment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Excerpt {
    /// The code point at which the content starts, or whatever there is of it.
    pub start: usize,
    /// Who speaks.
    pub source: Vec<String>,
    /// What attributes.
    pub cue: Vec<String>,
    /// What is attributed.
    pub content: Vec<String>,
    /// How many words the content has.
    pub words: usize,
    /// A claim's confidence.
    pub confidence: Option<f64>,
}

/// Two attributions of an article before their text is cut out.
struct Candidate<'a> {
    article: &'a Compared<'a>,
    overlap: f64,
    gold: Option<&'a Worded<'a>>,
    found: Option<&'a Worded<'a>>,
}

impl Candidate<'_> {
    fn gold_length(&self) -> usize {
        self.gold.map_or(0, |gold| gold.words(Role::Content).len())
    }

    fn confidence(&self) -> f64 {
        self.found.and_then(|found| found.attribution.confidence).unwrap_or(0.0)
    }

    fn mismatch(&self) -> Mismatch {
        let text = self.article.article.text.as_str();
        let offsets = Offsets::new(text);
        let excerpt = |item: &Worded<'_>| Excerpt::new(text, &offsets, item);
        Mismatch {
            article: self.article.article.id.clone(),
            overlap: self.overlap,
            gold: self.gold.map(excerpt),
            found: self.found.map(excerpt),
        }
    }
}

impl Excerpt {
    fn new(text: &str, offsets: &Offsets, item: &Worded<'_>) -> Self {
        // A span that leaves the text has none.
        let cut = |range: &Range<usize>| {
            let span = offsets.span_of_code_points(range.clone());
            span.map_or(String::new(), |span| span.text(text).to_owned())
        };
        let texts = |role| item.attribution.spans(role).iter().map(cut).collect();
        let roles = [Role::Content, Role::Cue, Role::Source];
        let start = roles.iter().find_map(|&role| item.attribution.spans(role).iter().map(|span| span.start).min());
        Self {
            start: start.unwrap_or(0),
            source: texts(Role::Source),
            cue: texts(Role::Cue),
            content: texts(Role::Content),
            words: item.words(Role::Content).len(),
            confidence: item.attribution.confidence,
        }
    }
}

pub(super) fn worst(articles: &[Compared<'_>], most: usize) -> Errors {
    let (mut misses, mut inventions, mut wrong_links) = (Vec::new(), Vec::new(), Vec::new());
    for article in articles {
        for (item, _) in article.paired(Side::Gold).filter(|(_, pair)| pair.is_none()) {
            let (overlap, found) = nearest(item, &article.found);
            misses.push(Candidate { article, overlap, gold: Some(item), found });
        }
        for (item, _) in article.paired(Side::Found).filter(|(_, pair)| pair.is_none()) {
            let (overlap, gold) = nearest(item, &article.gold);
            inventions.push(Candidate { article, overlap, gold, found: Some(item) });
        }
        for pair in article.pairs.iter().filter(|pair| !pair.full()) {
            let (gold, found) = (&article.gold[pair.gold], &article.found[pair.found]);
            let overlap = jaccard(gold.words(Role::Content), found.words(Role::Content));
            wrong_links.push(Candidate { article, overlap, gold: Some(gold), found: Some(found) });
        }
    }
    // Sorting is stable, so equals stay in the order of the gold.
    misses.sort_by(|a, b| a.overlap.total_cmp(&b.overlap).then(b.gold_length().cmp(&a.gold_length())));
    let by_confidence = |a: &Candidate<'_>, b: &Candidate<'_>| b.confidence().total_cmp(&a.confidence());
    inventions.sort_by(|a, b| by_confidence(a, b).then(a.overlap.total_cmp(&b.overlap)));
    wrong_links.sort_by(by_confidence);
    let texts = |candidates: &[Candidate<'_>]| candidates.iter().take(most).map(Candidate::mismatch).collect();
    Errors {
        misses: texts(&misses),
        inventions: texts(&inventions),
        wrong_links: texts(&wrong_links),
        totals: [misses.len(), inventions.len(), wrong_links.len()],
    }
}

/// The one whose content overlaps most with that of `item`, the first of equals, if any does.
fn nearest<'b, 'a>(item: &Worded<'_>, others: &'b [Worded<'a>]) -> (f64, Option<&'b Worded<'a>>) {
    let mut best = (0.0, None);
    for other in others.iter().filter(|other| !other.words(Role::Content).is_empty()) {
        let overlap = jaccard(item.words(Role::Content), other.words(Role::Content));
        if overlap > best.0 {
            best = (overlap, Some(other));
        }
    }
    best
}
