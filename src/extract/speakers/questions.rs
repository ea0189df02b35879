//! What the scorer of candidates learns from: whom each claim of annotated articles may mean, and whom it does.
#![allow(missing_docs, reason = "for scripts/train/speakers.py, by examples/speaker_questions.rs")]

use super::source::words;
use super::{Candidate, choose};
use crate::extract::nesting;
use crate::span::Span;
use crate::tagger::{Model, TaggedDocument};

/// An annotated claim's speaker.
pub struct GoldSpeaker {
    pub content: Vec<Span>,
    /// Whether it stands in another claim's content.
    pub is_inner: bool,
    /// The name and whether it is a proper one; `None` where nobody is meant.
    pub name: Option<(String, bool)>,
}

/// The candidates of one claim, nobody last, and which of them are right.
pub struct Question {
    pub candidates: Vec<Candidate>,
    pub right: Vec<usize>,
}

/// Asks for the speaker of each claim that the gold has too. Where no candidate is right there is no question, and the
/// right entities are remembered as if they had been found.
pub fn questions(tagged: &TaggedDocument, model: &Model, gold: &[GoldSpeaker]) -> Vec<Question> {
    let attributions = super::super::attributions(tagged, model, 0.0);
    let mut out = Vec::new();
    choose(tagged, &attributions, &nesting::within(&attributions), |index, _, candidates| {
        let one = &attributions[index];
        let nobody = candidates.len() - 1;
        let best = gold
            .iter()
            .filter(|gold| gold.is_inner == one.is_inner)
            .map(|gold| (jaccard(&gold.content, &one.content), gold))
            .filter(|(share, _)| *share >= 0.5)
            .max_by(|(a, _), (b, _)| a.total_cmp(b));
        let Some((_, gold)) = best else { return (nobody, 1.0) };
        let right: Vec<usize> = match &gold.name {
            None => vec![nobody],
            Some((name, is_named)) => {
                let is = |c: &Candidate| c.name.as_ref().is_some_and(|found| same(name, found, *is_named));
                let found: Vec<usize> = (0..nobody).filter(|&at| is(&candidates[at])).collect();
                if found.is_empty() && !is_named { vec![nobody] } else { found }
            }
        };
        let answer = right.first().copied().unwrap_or(nobody);
        if !right.is_empty() {
            out.push(Question { candidates: candidates.to_vec(), right });
        }
        (answer, 1.0)
    });
    out
}

/// Names have to be equal; a description counts where its words are most of the other's.
fn same(gold: &str, found: &str, is_named: bool) -> bool {
    let plain = |name: &str| {
        let mut words = words(name);
        if words.first().is_some_and(|word| matches!(word.as_str(), "the" | "a" | "an")) {
            words.remove(0);
        }
        words
    };
    let (gold, found) = (plain(gold), plain(found));
    let shared = gold.iter().filter(|word| found.contains(word)).count();
    let all = gold.len() + found.len() - shared;
    gold == found || !is_named && shared * 2 >= all
}

fn jaccard(a: &[Span], b: &[Span]) -> f64 {
    let bytes = |spans: &[Span]| spans.iter().map(|span| span.len()).sum::<usize>();
    let both = |x: Span, y: Span| x.end().min(y.end()).saturating_sub(x.start().max(y.start()));
    let shared: usize = a.iter().map(|&x| b.iter().map(|&y| both(x, y)).sum::<usize>()).sum();
    shared as f64 / (bytes(a) + bytes(b) - shared).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_equal_and_descriptions_much_the_same() {
        assert!(same("The Mill Board", "mill board", true) && !same("Ana Lind", "Ana Lind Foss", true));
        assert!(same("the two owners", "owners", false));
        assert!(!same("a spokesman of the mill", "owners", false));
    }

    #[test]
    fn contents_share_bytes_of_all_that_they_have() {
        let spans = |of: &[(usize, usize)]| of.iter().map(|&(start, end)| Span::new(start, end)).collect::<Vec<_>>();
        let share = |a: &[(usize, usize)], b: &[(usize, usize)]| jaccard(&spans(a), &spans(b));
        assert_eq!(share(&[(0, 10)], &[(0, 10)]), 1.0);
        assert_eq!(share(&[(0, 10), (20, 30)], &[(5, 10)]), 0.25);
        assert_eq!(share(&[(0, 10)], &[(10, 20)]), 0.0);
        assert_eq!(share(&[], &[]), 0.0);
    }
}
