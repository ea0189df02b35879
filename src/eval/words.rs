//! Words of a text, and which of them spans touch.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::span::{Offsets, Span};

/// The indices of the words that spans touch.
pub(super) type WordSet = BTreeSet<usize>;

/// A text's words, in order.
///
/// A word is what Python's `\w+` matches: a run of letters, digits and underscores, where letters are the Unicode
/// categories `L*`, and digits `N*`. (Rust's own `\w` has combining marks as well.)
pub(super) struct Words(Vec<Range<usize>>);

#[allow(clippy::unwrap_used, reason = "the pattern is sound, and every test says so")]
static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[\p{L}\p{N}_]+").unwrap());

/// The words of a text that needs no offsets.
pub(super) fn runs(text: &str) -> impl Iterator<Item = &str> {
    WORD.find_iter(text).map(|word| word.as_str())
}

impl Words {
    pub(super) fn new(text: &str) -> Self {
        let offsets = Offsets::new(text);
        let words = WORD.find_iter(text);
        Self(words.map(|word| offsets.code_points(Span::new(word.start(), word.end()))).collect())
    }

    /// The place of each word, in code points.
    pub(super) fn ranges(&self) -> &[Range<usize>] {
        &self.0
    }

    /// The words that start before a span's end and end after its start. So an empty span inside a word touches it.
    pub(super) fn touched(&self, spans: &[Range<usize>]) -> WordSet {
        let touched = |span: &Range<usize>| {
            let first = self.0.partition_point(|word| word.end <= span.start);
            let end = self.0.partition_point(|word| word.start < span.end);
            first..end
        };
        spans.iter().flat_map(touched).collect()
    }
}

/// The Jaccard index: the share of the words of either that are words of both.
pub(super) fn jaccard(a: &WordSet, b: &WordSet) -> f64 {
    let shared = a.intersection(b).count();
    let all = a.len() + b.len() - shared;
    if all == 0 { 1.0 } else { shared as f64 / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let characters: Vec<char> = text.chars().collect();
        Words::new(text).ranges().iter().map(|r| characters[r.clone()].iter().collect()).collect()
    }

    #[test]
    fn a_word_is_what_python_says() {
        // Each expectation is what re.findall(r"\w+", text) gives.
        for (text, expected) in [
            ("It's 3.5_x, naïve!", &["It", "s", "3", "5_x", "naïve"][..]),
            ("cafe\u{301} ole", &["cafe", "ole"]),
            ("e\u{301}tat", &["e", "tat"]),
            ("हिन्दी", &["ह", "न", "द"]),
            ("x² ½ Ⅷ ⓐ ① ٣", &["x²", "½", "Ⅷ", "①", "٣"]),
            ("東京、100円", &["東京", "100円"]),
            ("a\u{200d}b 😀 ª", &["a", "b", "ª"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn touching_is_by_more_than_an_edge() {
        let words = Words::new("“Yes,” é said");
        let touched = |start, end| words.touched(&[Range { start, end }]).into_iter().collect::<Vec<_>>();
        let none: [usize; 0] = [];
        assert_eq!(touched(0, 13), [0, 1, 2]);
        assert_eq!(touched(4, 7), none, "marks alone");
        assert_eq!(touched(4, 8), [1]);
        assert_eq!(touched(2, 2), [0], "an empty span inside a word");
        assert_eq!(touched(1, 1), none, "and at its edge");
        assert_eq!(touched(3, 2), [0], "backwards, inside a word");
        assert_eq!(touched(9, 2), none, "and across words");
        assert_eq!(touched(9, 99), [2]);
    }

    #[test]
    fn jaccard_of_nothing_is_full() {
        let set = |words: &[usize]| words.iter().copied().collect::<WordSet>();
        assert_eq!(jaccard(&set(&[]), &set(&[])), 1.0);
        assert_eq!(jaccard(&set(&[1, 2, 3]), &set(&[3, 4])), 0.25);
    }
}
