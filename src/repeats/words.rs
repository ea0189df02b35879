//! Contents as rows of words, and how much of one is in another.

use std::collections::HashMap;
use std::ops::Range;

/// Words by number, each once.
#[derive(Debug, Default)]
pub(super) struct Words {
    numbers: HashMap<Box<str>, u32>,
    /// Of each whether another content has to have it as well.
    matters: Vec<bool>,
}

/// What denies, without its apostrophe.
const DENIES: [&str; 24] = [
    "not", "no", "never", "none", "nobody", "nothing", "neither", "nor", "cannot", "cant", "dont", "doesnt", "didnt",
    "isnt", "wasnt", "arent", "werent", "wont", "wouldnt", "couldnt", "shouldnt", "hasnt", "havent", "hadnt",
];

/// A text's words: lower case, without marks, so that `“we’ll”` and `"we'll"` are one.
pub(crate) fn words(text: &str, mut on: impl FnMut(&str)) {
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if !matches!(c, '\'' | '’') && !word.is_empty() {
            on(&word);
            word.clear();
        }
    }
}

/// Whether a word makes another statement: a number, or what denies.
pub(crate) fn matters(word: &str) -> bool {
    word.contains(|c: char| c.is_numeric()) || DENIES.contains(&word)
}

impl Words {
    /// The numbers of a text's words.
    pub(super) fn of(&mut self, text: &str) -> Vec<u32> {
        let mut row = Vec::new();
        words(text, |word| row.push(self.number(word)));
        row
    }

    fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = u32::try_from(self.matters.len()).expect("fewer words than fit in memory");
        self.numbers.insert(word.into(), number);
        self.matters.push(matters(word));
        number
    }

    /// How much of the shorter row is in the other one, from 0 to 1; 0 where one has a number or a denial that the other
    /// lacks in its place.
    pub(super) fn overlap(&self, one: &[u32], other: &[u32]) -> f64 {
        let (short, long) = ordered(one, other);
        let (score, stretch) = alignment(short, long);
        if self.differ(short, &long[stretch]) {
            return 0.0;
        }
        f64::from(score) / short.len().max(1) as f64
    }

    /// Whether two rows overlap by `least` but for a number or a denial.
    pub(super) fn contradict(&self, one: &[u32], other: &[u32], least: f64) -> bool {
        let (short, long) = ordered(one, other);
        let (score, stretch) = alignment(short, long);
        f64::from(score) >= least * short.len() as f64 && self.differ(short, &long[stretch])
    }

    /// Whether one of two rows has a word that matters and the other lacks.
    fn differ(&self, one: &[u32], other: &[u32]) -> bool {
        let lacks =
            |row: &[u32], other: &[u32]| row.iter().any(|word| self.matters[*word as usize] && !other.contains(word));
        lacks(one, other) || lacks(other, one)
    }
}

fn ordered<'a>(one: &'a [u32], other: &'a [u32]) -> (&'a [u32], &'a [u32]) {
    if one.len() <= other.len() { (one, other) } else { (other, one) }
}

/// The best local alignment of two rows, and the stretch of the longer one that it takes: a word that both have counts 1,
/// each that only one has, or that is another one, takes 1.
fn alignment(short: &[u32], long: &[u32]) -> (u16, Range<usize>) {
    /// Where an alignment that ends here begins, and what it counts.
    type Cell = (u16, usize);
    let less = |(score, start): Cell, here: usize| if score > 0 { (score - 1, start) } else { (0, here) };
    let mut best = (0, 0..0);
    let mut row: Vec<Cell> = vec![(0, 0); short.len() + 1];
    for (here, word) in long.iter().enumerate() {
        let mut corner = (0, here);
        row[0] = corner;
        for at in 0..short.len() {
            let above = row[at + 1];
            let along = if *word == short[at] { (corner.0 + 1, corner.1) } else { less(corner, here + 1) };
            let next = [less(above, here + 1), less(row[at], here + 1)];
            // Of two that count the same the longer one, which leaves out nothing that matters.
            let is_more = |next: Cell, best: Cell| next.0 > best.0 || next.0 == best.0 && next.1 < best.1;
            let cell = next.into_iter().fold(along, |best, next| if is_more(next, best) { next } else { best });
            corner = above;
            row[at + 1] = cell;
            if cell.0 > best.0 {
                best = (cell.0, cell.1..here + 1);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(one: &str, other: &str) -> f64 {
        let mut words = Words::default();
        let (one, other) = (words.of(one), words.of(other));
        let overlap = words.overlap(&one, &other);
        assert_eq!(overlap.to_bits(), words.overlap(&other, &one).to_bits(), "it has no direction");
        overlap
    }

    #[test]
    fn marks_cuts_and_a_changed_word_leave_most() {
        let whole = "“We’ve lost the pier, and with it half of the season,” she said";
        for (other, least) in [
            ("we've lost the pier and with it half of the season", 1.0),
            ("with it half of the season", 1.0),
            ("We’ve lost the jetty, and with it half of the season", 0.8),
            ("We’ve lost the pier, and … half of the season", 0.6),
        ] {
            let found = overlap(whole, other);
            assert!(found >= least && found <= 1.0, "{other}: {found}");
        }
    }

    #[test]
    fn other_numbers_and_denials_are_other_words() {
        for (one, other) in [
            ("prices rose by 5 percent in the north last year", "prices rose by 7 percent in the north last year"),
            ("we will leave the harbour before winter comes", "we will not leave the harbour before winter comes"),
            ("they don’t want the bridge to be closed again", "they want the bridge to be closed again"),
            ("they do not rest at all in the summer", "they do rest at all in the summer but not in the winter"),
            ("at the service of the people", "bishops and priests are at not the service of the people of the town"),
        ] {
            assert_eq!(overlap(one, other), 0.0, "{one}");
        }
        assert!(overlap("of the and in it we", "of all the boats and crews in town it is we") < 0.6, "scattered words");
    }
}
