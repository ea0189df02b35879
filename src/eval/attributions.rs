//! The figures of the attributions.

use std::slice;

use super::figures::{Counts, Figures};
use super::items::ROLES;
use super::matching::{Compared, Pair, Worded};
use super::words::{WordSet, Words};
use crate::terms::Role;

pub(super) fn figures(articles: &[Compared<'_>]) -> Figures {
    let mut figures = Figures::default();
    for article in articles {
        for (role, name) in ROLES {
            let [gold, found] = [&article.gold, &article.found].map(|side| side.iter().map(|item| item.words(role)));
            figures.add_sets(name, gold.collect(), found.collect());
            let [gold, found] = [&article.gold, &article.found].map(|side| fragments(side, role, &article.words));
            figures.add(&format!("fragment_{name}"), Counts::of_bags(gold, found));
        }
        let (found, gold, matched) = (article.found.len(), article.gold.len(), article.pairs.len());
        let those = |wanted: fn(&Pair) -> bool| article.pairs.iter().filter(|pair| wanted(pair)).count();
        figures.add("attr_content", Counts { right: matched, found, gold });
        figures.add("attr_full", Counts { right: those(Pair::full), found, gold });
        figures.add("source_given", Counts { right: those(|pair| pair.source), found: matched, gold: matched });
    }
    figures
}

/// The words of each fragment that has any.
fn fragments(side: &[Worded<'_>], role: Role, words: &Words) -> Vec<WordSet> {
    let spans = side.iter().flat_map(|item| item.attribution.spans(role));
    let touched = spans.map(|span| words.touched(slice::from_ref(span)));
    touched.filter(|words| !words.is_empty()).collect()
}
