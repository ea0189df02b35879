//! The figures of the hedges.

use std::slice;

use super::figures::Figures;
use super::items::Records;
use super::words::{WordSet, Words};
use crate::gold::{Gold, Hedge};
use crate::terms::Class;

/// Empty for an article that is not annotated with hedges.
pub(super) fn figures(gold: &[Gold], records: &Records) -> Figures {
    let mut figures = Figures::default();
    for article in gold {
        let Some(gold) = &article.hedges else { continue };
        let words = Words::new(&article.text);
        let gold = classed(gold, &words);
        let found = classed(records.get(&article.id).map_or(&[], |found| &found.hedges), &words);
        for class in [None].into_iter().chain(Class::NAMES.iter().copied().map(Some)) {
            let [gold, found] = [&gold, &found].map(|side| {
                let wanted = side.iter().filter(|(c, _)| class.is_none_or(|class| *c == class));
                wanted.map(|(_, words)| words).collect()
            });
            figures.add_sets(class.unwrap_or("any"), gold, found);
        }
    }
    figures
}

/// The class of each hedge and the words that it touches.
fn classed<'a>(hedges: &'a [Hedge], words: &Words) -> Vec<(&'a str, WordSet)> {
    let touched = |hedge: &'a Hedge| (hedge.class.as_str(), words.touched(slice::from_ref(&hedge.span())));
    hedges.iter().map(touched).collect()
}
