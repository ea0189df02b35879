//! What comes of articles, in numbers.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::record::Record;

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Articles with a record.
    pub articles: u64,
    /// Those among them whose record points to an earlier one; they add to no figure below.
    pub duplicates: u64,
    /// Articles without: see `rejects.jsonl`.
    pub rejected: u64,
    /// Warnings about articles that have a record all the same.
    pub warnings: u64,
    /// Sentences of all records.
    pub sentences: u64,
    /// Words (runs between white space) of all records.
    pub words: u64,
    /// Claims of all records.
    pub claims: u64,
}

impl Counts {
    pub(super) const DUPLICATE: Self = Self { articles: 1, duplicates: 1, ..Self::NONE };
    pub(super) const REJECT: Self = Self { rejected: 1, ..Self::NONE };
    const NONE: Self = Self { articles: 0, duplicates: 0, rejected: 0, warnings: 0, sentences: 0, words: 0, claims: 0 };

    pub(super) fn of(record: &Record) -> Self {
        match record.duplicate_of {
            Some(_) => Self::DUPLICATE,
            None => Self::of_article(record.sentences.len(), &record.text, record.claims.len()),
        }
    }

    pub(super) fn of_article(sentences: usize, text: &str, claims: usize) -> Self {
        Self {
            articles: 1,
            sentences: sentences as u64,
            words: text.split_whitespace().count() as u64,
            claims: claims as u64,
            ..Self::NONE
        }
    }

    /// Lines of both files.
    pub(super) fn lines(&self) -> u64 {
        self.articles + self.rejected
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.articles += more.articles;
        self.duplicates += more.duplicates;
        self.rejected += more.rejected;
        self.warnings += more.warnings;
        self.sentences += more.sentences;
        self.words += more.words;
        self.claims += more.claims;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_them_are_added() {
        let mut counts =
            Counts { articles: 1, duplicates: 2, rejected: 3, warnings: 4, sentences: 5, words: 6, claims: 7 };
        counts += counts;
        let twice =
            Counts { articles: 2, duplicates: 4, rejected: 6, warnings: 8, sentences: 10, words: 12, claims: 14 };
        assert_eq!((counts, counts.lines()), (twice, 8));
    }
}
