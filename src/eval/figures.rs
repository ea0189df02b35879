//! Counts and the rates that follow from them.

use std::collections::BTreeSet;

use serde::Serialize;

use super::words::WordSet;

/// A share of some.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Of what.
    pub name: &'static str,
    /// How many are right.
    pub right: usize,
    /// How many there are.
    pub all: usize,
}

impl Share {
    /// Those that are right, in per cent; 0 where there is nothing to divide by.
    pub fn percent(self) -> f64 {
        percent(self.right, self.all)
    }
}

/// Precision, recall and their harmonic mean, in per cent; each 0 where there is nothing to divide by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rates {
    /// The share of what was found that is right.
    pub precision: f64,
    /// The share of the gold that was found.
    pub recall: f64,
    /// 2PR / (P + R).
    pub f1: f64,
}

impl Rates {
    fn new(precision: f64, recall: f64) -> Self {
        let sum = precision + recall;
        let f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
        Self { precision, recall, f1 }
    }

    /// From the hits among what was found and those among the gold, each with the number of all: the two hits differ
    /// where the sides are cut differently, as in a [`super::Breakdown`].
    pub(super) fn of_sides(found: (usize, usize), gold: (usize, usize)) -> Self {
        Self::new(percent(found.0, found.1), percent(gold.0, gold.1))
    }
}

/// `part` of `whole` in per cent.
pub(super) fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { (100 * part) as f64 / whole as f64 }
}

/// How many were found, how many there are, and how many agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Those that agree.
    pub right: usize,
    /// Those that were found.
    pub found: usize,
    /// Those in the gold.
    pub gold: usize,
}

impl Counts {
    /// Counts two bags of things: what is in both as often as it is in both.
    pub(super) fn of_bags<T: Ord>(mut gold: Vec<T>, mut found: Vec<T>) -> Self {
        gold.sort_unstable();
        found.sort_unstable();
        let mut rest = found.iter().peekable();
        let right = gold.iter().filter(|&g| {
            while rest.next_if(|&f| f < g).is_some() {}
            rest.next_if(|&f| f == g).is_some()
        });
        Self { right: right.count(), found: found.len(), gold: gold.len() }
    }

    /// Precision, recall and F1.
    pub fn rates(self) -> Rates {
        Rates::of_sides((self.right, self.found), (self.right, self.gold))
    }
}

/// A figure: what it is called, what was counted and what follows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// `token_source`, `attr_full`, …
    pub name: String,
    /// What was counted.
    #[serde(flatten)]
    pub counts: Counts,
    /// What follows.
    #[serde(flatten)]
    pub rates: Rates,
}

/// Figures in the order in which they are printed. Precision is `right / found`, recall `right / gold`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Figures(Vec<Figure>);

impl Figures {
    /// Adds to the figure of this name, which comes last if it is new.
    pub(super) fn add(&mut self, name: &str, more: Counts) {
        let at = self.0.iter().position(|figure| figure.name == name).unwrap_or_else(|| {
            self.0.push(Figure { name: name.to_owned(), counts: Counts::default(), rates: Rates::default() });
            self.0.len() - 1
        });
        let figure = &mut self.0[at];
        figure.counts.right += more.right;
        figure.counts.found += more.found;
        figure.counts.gold += more.gold;
        figure.rates = figure.counts.rates();
    }

    /// Adds `token_NAME`, which counts the words of all sets together, and `span_NAME`, which counts the sets; empty
    /// ones are nothing.
    pub(super) fn add_sets(&mut self, name: &str, gold: Vec<&WordSet>, found: Vec<&WordSet>) {
        let [gold, found] = [gold, found].map(|mut side| {
            side.retain(|words| !words.is_empty());
            side
        });
        let [all_gold, all_found] = [&gold, &found].map(|side| side.iter().copied().flatten().collect::<BTreeSet<_>>());
        let right = all_gold.intersection(&all_found).count();
        self.add(&format!("token_{name}"), Counts { right, found: all_found.len(), gold: all_gold.len() });
        self.add(&format!("span_{name}"), Counts::of_bags(gold, found));
    }

    /// The figure of this name.
    pub fn get(&self, name: &str) -> Option<&Figure> {
        self.0.iter().find(|figure| figure.name == name)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Figure> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bags_share_what_is_in_both_as_often() {
        let counts = Counts::of_bags(vec![3, 1, 1, 1, 5], vec![1, 2, 5, 1, 5, 9]);
        assert_eq!(counts, Counts { right: 3, found: 6, gold: 5 });
        assert_eq!(Counts::of_bags(vec![], vec![1]), Counts { right: 0, found: 1, gold: 0 });
    }

    #[test]
    fn rates_of_nothing_are_zero() {
        assert_eq!(Counts::default().rates(), Rates::default());
        assert_eq!(Counts { right: 0, found: 4, gold: 0 }.rates(), Rates::default());
        let half = Counts { right: 1, found: 2, gold: 1 }.rates();
        assert_eq!((half.precision, half.recall), (50.0, 100.0));
        assert!((half.f1 - 200.0 / 3.0).abs() < 1e-12);
    }
}
