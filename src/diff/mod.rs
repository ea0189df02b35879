//! What two readings of the same articles have differently: two runs, or a run and its corrections.
//!
//! Of the second file there is an index, an id and a place an article; the first is gone through in its order, so that
//! neither is ever held whole. Claims with the same spans are the same, and of the others those that [`crate::eval`]
//! matches. Scores, mentions and `meta` are not compared, and neither is what one of the two does not say.

mod compare;
mod file;
mod reading;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Reject};
use compare::compare;
use file::{Indexed, Lines};
use reading::Reading;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The first alone.
    A,
    /// The second alone.
    B,
    /// Both.
    Both,
}

/// An article that the two have differently.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Article {
    /// Its id.
    pub id: String,
    /// Which of them have it.
    pub side: Side,
    /// What they say differently of the article itself; with another text, nothing else is compared.
    pub fields: Vec<Change>,
    /// The claims that only one has, or that differ, in the order of the text.
    pub claims: Vec<Claim>,
}

/// A claim that the two have differently.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Claim {
    /// Which of them have it.
    pub side: Side,
    /// Its id in the first.
    pub a: Option<String>,
    /// Its id in the second.
    pub b: Option<String>,
    /// Who speaks, as the second has it, or the only one.
    pub speaker: Option<String>,
    /// What attributes, in the same.
    pub cue: String,
    /// What is attributed, in the same.
    pub content: String,
    /// What differs.
    pub fields: Vec<Change>,
}

/// A field with what each says. Spans are `{"start", "end", "text"}`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// As records call it; of a speaker's own, as tables do: `speaker_role`.
    pub field: &'static str,
    /// What the first has.
    pub a: Value,
    /// What the second has.
    pub b: Value,
}

/// How much is the same, and what differs how often.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The articles.
    pub articles: Counts,
    /// The claims of articles that both have, with the same text.
    pub claims: Counts,
    /// Fields of claims, with how many claims have each differently.
    pub fields: BTreeMap<&'static str, u64>,
}

/// Of what there is, how much is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Alike in both.
    pub same: u64,
    /// In both, with differences.
    pub changed: u64,
    /// In the first alone.
    pub only_a: u64,
    /// In the second alone.
    pub only_b: u64,
}

impl Counts {
    fn add(&mut self, side: Side, is_same: bool) {
        *match side {
            Side::A => &mut self.only_a,
            Side::B => &mut self.only_b,
            Side::Both if is_same => &mut self.same,
            Side::Both => &mut self.changed,
        } += 1;
    }

    /// How many differ.
    pub fn different(&self) -> u64 {
        self.changed + self.only_a + self.only_b
    }
}

/// The articles that differ, one after the other: those of the first in its order, then those that only the second has.
/// A line that cannot be read is a reject, and costs itself alone.
#[derive(Debug)]
pub struct Diff {
    first: Lines,
    second: Indexed,
    /// Ids of the first.
    seen: HashSet<String>,
    /// Places of the articles that only the second has, the last first; `None` until the first is at its end.
    rest: Option<Vec<u64>>,
    summary: Summary,
}

impl Diff {
    /// Compares two files of records or of gold; what a line is, is told by its fields.
    ///
    /// # Errors
    /// If one cannot be read, or the second is no file in which one can go back.
    pub fn new(a: &Path, b: &Path) -> Result<Self, Error> {
        let (first, second) = (Lines::open(a)?, Indexed::open(b)?);
        Ok(Self { first, second, seen: HashSet::new(), rest: None, summary: Summary::default() })
    }

    /// What was found so far.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// An article of the first beside that of the second.
    fn beside(&mut self, a: Reading) -> Option<Result<Article, Reject>> {
        let b = match self.second.take(&a.id)? {
            Ok(b) => b,
            Err(reject) => return Some(Err(reject)),
        };
        let (article, same) = compare(&a, &b);
        let is_same = article.fields.is_empty() && article.claims.is_empty();
        self.summary.articles.add(Side::Both, is_same);
        self.summary.claims.same += same;
        for claim in &article.claims {
            self.summary.claims.add(claim.side, false);
            for change in &claim.fields {
                *self.summary.fields.entry(change.field).or_default() += 1;
            }
        }
        (!is_same).then_some(Ok(article))
    }

    /// An article that only one has. Who corrects, corrects some of them: what has no gold is not compared.
    fn alone(&mut self, side: Side, id: String) -> Option<Result<Article, Reject>> {
        let is_of_gold = if side == Side::A { self.second.is_gold() } else { self.first.is_gold() };
        if is_of_gold {
            return None;
        }
        self.summary.articles.add(side, false);
        Some(Ok(Article { id, side, fields: Vec::new(), claims: Vec::new() }))
    }
}

impl Iterator for Diff {
    type Item = Result<Article, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.rest.is_none() {
            let found = match self.first.next() {
                None => {
                    self.rest = Some(self.second.rest());
                    None
                }
                Some(Err(reject)) => Some(Err(reject)),
                Some(Ok((place, reading))) if !self.seen.insert(reading.id.clone()) => {
                    Some(Err(reading::second(reading.id, place)))
                }
                Some(Ok((_, reading))) if self.second.has(&reading.id) => self.beside(reading),
                Some(Ok((_, reading))) => self.alone(Side::A, reading.id),
            };
            if found.is_some() {
                return found;
            }
        }
        loop {
            if let Some(reject) = self.second.reject() {
                return Some(Err(reject));
            }
            let at = self.rest.as_mut()?.pop()?;
            let found = match self.second.at(at) {
                Ok(reading) => self.alone(Side::B, reading.id),
                Err(reject) => Some(Err(reject)),
            };
            if found.is_some() {
                return found;
            }
        }
    }
}
