//! The same words in several articles: claims whose contents are a quotation that others have too, whole or in part.
//!
//! [`Gather`] takes records one after the other. [`Gather::finish`] finds what is alike: contents that have three words in
//! a row in common are candidates (w-shingling, Broder 1997, by an inverted index), and two of them are one where their
//! best local alignment, word by word (Smith and Waterman 1981), covers enough of the shorter one. So cuts, other marks
//! and a changed word do no harm; another number and a `not` more or less do.
//!
//! ```
//! # use sayso::{Article, Dtype, Model, Place, Tagger, pipeline};
//! # let tagger = Tagger::new(Model::load("models/news-en".as_ref(), Dtype::Auto)?);
//! # let records = |id: &str, text: &str| pipeline::run(&tagger, vec![Article::new(id, Place::file(id), text)], Default::default());
//! # let mut found = records("a1", "The ferry may be late, harbour master Ana Ruiz said.");
//! # let record = found.remove(0)?;
//!
//! # let first = records("a2", "“The ferry to the island may be late,” Ana Ruiz said.").remove(0)?;
//! # let second = records("a3", "Ruiz said the ferry to the island may be late.").remove(0)?;
//! use sayso::repeats::{Gather, Options};
//!
//! let mut gather = Gather::new(Options::default());
//! [first, second].iter().for_each(|record| gather.add(record));
//! let repeats = gather.finish(&mut |_| ());
//! assert_eq!((repeats[0].articles, repeats[0].text.as_str()), (2, "“The ferry to the island may be late,”"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod gather;
mod groups;
mod table;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::record::{Certainty, Polarity, Quote};
use crate::speakers;

pub use gather::Gather;
pub use table::csv;
pub(crate) use words::{matters, words};

/// What counts as the same.
#[derive(Clone, Debug)]
pub struct Options {
    /// Words that a content has at least; shorter ones are no quotation that could be told from another. At least 6.
    pub words: usize,
    /// How much of the shorter content has to be in the other one, from 0 to 1: matching words less those that do not
    /// match, by its words.
    pub overlap: f64,
    /// Articles that have it at least.
    pub articles: usize,
    /// How speakers are put together over articles.
    pub speakers: speakers::Options,
}

/// Of fewer words a changed one may leave no three in a row.
pub const LEAST_WORDS: usize = 6;

impl Default for Options {
    fn default() -> Self {
        Self { words: LEAST_WORDS, overlap: 0.6, articles: 2, speakers: speakers::Options::default() }
    }
}

/// Words that several articles have.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repeat {
    /// The longest of the contents.
    pub text: String,
    /// Direct where one of the articles has it so, or else mixed or indirect.
    pub quote: Quote,
    /// How many articles have it.
    pub articles: usize,
    /// The first date, where one is known.
    pub first: Option<String>,
    /// The last date.
    pub last: Option<String>,
    /// Who says it, by the corpus, and in how many articles; the most frequent first.
    pub speakers: Vec<Voice>,
    /// Whether articles have it of different speakers.
    pub differing_speakers: bool,
    /// In how many claims it is how certain.
    pub certainties: BTreeMap<&'static str, usize>,
    /// Every claim, by date.
    pub claims: Vec<Said>,
}

/// Who is said to have said something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Voice {
    /// The speaker's id in the corpus; none where the speaker has no proper name.
    pub id: Option<String>,
    /// The name, or what the speaker is called.
    pub name: String,
    /// In how many articles.
    pub articles: usize,
}

/// A claim that has the words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Said {
    /// The article's id.
    pub article: String,
    /// The claim's id in it.
    pub claim: String,
    /// The article's date.
    pub date: Option<String>,
    /// The article's publisher.
    pub publisher: Option<String>,
    /// The speaker, as the article names it.
    pub speaker: Option<String>,
    /// The cue.
    pub cue: Option<String>,
    /// Whose words they are there.
    pub quote: Quote,
    /// How firmly it is presented there.
    pub certainty: Certainty,
    /// Whether it says that it is so.
    pub polarity: Polarity,
    /// The hedges there.
    pub hedges: Vec<String>,
    /// The content, fragments joined by ` … `.
    pub content: String,
    /// How much of the shorter of this and the longest is in the other, from 0 to 1; 0 where both are parts of the longest
    /// that have nothing in common, or are alike by way of a third.
    pub overlap: f64,
}
