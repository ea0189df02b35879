//! Who speaks in a whole corpus: the speakers of its articles, put together where they are the same.
//!
//! A record knows the speakers of its own article. [`Gather`] takes records one after the other and keeps of each named
//! speaker what tells who it is: name, kind, role, affiliation, what stands before a surname. [`Gather::finish`] puts
//! them together. Every step has a [`Reason`] and a probability, and what is less likely than [`Options::least`] is left
//! apart; [`Aliases`], written by whoever knows better, come before all of it. Speakers without a proper name are never
//! put together over articles: `the company` is another one each time.
//!
//! ```
//! # use sayso::{Article, Dtype, Model, Place, Tagger, pipeline};
//! # let tagger = Tagger::new(Model::load("models/news-en".as_ref(), Dtype::Auto)?);
//! # let records = |id: &str, text: &str| pipeline::run(&tagger, vec![Article::new(id, Place::file(id), text)], Default::default());
//! # let mut found = records("a1", "The ferry may be late, harbour master Ana Ruiz said.");
//! # let record = found.remove(0)?;
//!
//! # let second = records("a2", "It rains, Ana Ruiz said.").remove(0)?;
//! use sayso::speakers::{Gather, Options};
//!
//! let mut gather = Gather::default();
//! [record, second].iter().for_each(|record| gather.add(record));
//! let speakers = gather.finish(&Options::default());
//! assert_eq!((speakers[0].id.as_str(), speakers[0].articles), ("ana-ruiz", 2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod aliases;
mod candidates;
mod form;
mod gather;
mod known;
mod merge;
mod out;
mod speaker;
#[cfg(test)]
mod tests;
mod weigh;

use serde::Serialize;

use crate::record::Kind;

pub use aliases::Aliases;
pub use gather::Gather;
pub use known::Known;
pub use out::{Ids, csv, reconciliation};

/// What a corpus' speakers are put together by.
#[derive(Clone, Debug)]
pub struct Options {
    /// How likely two names have to mean the same to be put together, from 0 to 1.
    pub least: f64,
    /// Rules that come before all others.
    pub aliases: Aliases,
}

impl Default for Options {
    fn default() -> Self {
        Self { least: 0.75, aliases: Aliases::default() }
    }
}

/// Somebody who speaks in a corpus, or something that does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Speaker {
    /// Made of the name, for files that go on from here: `ana-ruiz`.
    pub id: String,
    /// What others call it, from a file of [`Ids`].
    pub external_id: Option<String>,
    /// The fullest of its names that is not rare.
    pub name: String,
    /// What most articles take it for.
    pub kind: Kind,
    /// All its names, the most frequent first.
    pub names: Vec<Variant>,
    /// The role that most articles give it.
    pub role: Option<String>,
    /// The affiliation that most articles give it.
    pub affiliation: Option<String>,
    /// Articles that it speaks in or is named in as a speaker.
    pub articles: u64,
    /// Its claims.
    pub claims: u64,
    /// Those of them that are hedged.
    pub hedged: u64,
    /// The first article's date.
    pub first: Option<String>,
    /// The last article's date.
    pub last: Option<String>,
    /// Why its names are one.
    pub merges: Vec<Merge>,
    /// Where it is found.
    pub mentions: Vec<Mention>,
}

impl Speaker {
    /// The share of its claims that are hedged, from 0 to 1.
    pub fn share_hedged(&self) -> f64 {
        if self.claims == 0 { 0.0 } else { self.hedged as f64 / self.claims as f64 }
    }
}

/// One of a speaker's names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Variant {
    /// As the articles have it.
    pub name: String,
    /// How many do.
    pub articles: u64,
}

/// A name that was put to a fuller one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Merge {
    /// The name that was put to another.
    pub name: String,
    /// The other one.
    pub into: String,
    /// By what.
    pub reason: Reason,
    /// How likely it is right, from 0 to 1.
    pub probability: f64,
    /// How many articles have the name in this sense.
    pub articles: u64,
}

/// Where a speaker of the corpus is found: an article, and the speaker's id in its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mention {
    /// The article's id.
    pub article: String,
    /// The speaker's id there.
    pub speaker: String,
}

/// By what two names are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A rule of the user's.
    Alias,
    /// The same but for accents, titles, legal forms, an article: `Kestrel Corp.`
    SameName,
    /// The same but for what stands between first and last: `Ana M. Ruiz`.
    MiddleName,
    /// Another form of the given name: `Bill Ruiz`, `William Ruiz`.
    Nickname,
    /// The given name's first letter: `A. Ruiz`.
    Initial,
    /// A part of it, of several words: `Ana Ruiz`, `Ana Ruiz Calderón`.
    Part,
    /// The same words in another order.
    Order,
    /// One letter.
    Spelling,
    /// The family name, of which the corpus has one such person.
    Surname,
    /// The given name, of which the corpus has one such person.
    GivenName,
    /// First letters: `WHO`.
    Acronym,
    /// The beginning of a body's name, by which articles call it: `Kestrel` for `Kestrel Equities`.
    ShortName,
    /// The end of a body's name: `State Department` for `US State Department`; `Post` for `Skerry Post` where the article has
    /// that.
    WithoutPlace,
}

impl Reason {
    /// How likely it is right where nothing else could be meant.
    fn sure(self) -> f64 {
        match self {
            Self::Alias => 1.0,
            Self::SameName => 0.98,
            Self::MiddleName => 0.97,
            Self::Surname | Self::Acronym => 0.95,
            Self::Part | Self::Order => 0.92,
            Self::Nickname | Self::ShortName | Self::WithoutPlace => 0.9,
            Self::Initial | Self::Spelling | Self::GivenName => 0.85,
        }
    }
}
