//! The two sides of a comparison, freed of how their files write them.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::tagger::Role;

/// One gold article; spans are code points into its text.
#[derive(Clone, Debug, PartialEq)]
pub struct Gold {
    /// The article's id.
    pub id: String,
    /// The text that all spans count into, those of the record as well.
    pub text: String,
    /// Its attributions, if it is annotated with them.
    pub attributions: Option<Vec<Attribution>>,
    /// Its hedges, if it is annotated with them.
    pub hedges: Option<Vec<Hedge>>,
}

/// What was found in one article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The text as the record has it.
    pub text: Option<String>,
    /// Its sentences.
    pub sentences: Vec<Range<usize>>,
    /// Its claims.
    pub claims: Vec<Attribution>,
    /// Its hedges.
    pub hedges: Vec<Hedge>,
}

/// Records by the id of their article.
pub type Records = BTreeMap<String, Found>;

/// A source, a cue and a content that belong together, each in any number of fragments.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attribution {
    /// Who speaks.
    pub source: Vec<Range<usize>>,
    /// What attributes.
    pub cue: Vec<Range<usize>>,
    /// What is attributed.
    pub content: Vec<Range<usize>>,
    /// How sure the finder was, from 0 to 1; gold never says.
    pub confidence: Option<f64>,
}

impl Attribution {
    /// The fragments of one role.
    pub fn spans(&self, role: Role) -> &[Range<usize>] {
        match role {
            Role::Source => &self.source,
            Role::Cue => &self.cue,
            Role::Content => &self.content,
        }
    }
}

/// A cue of uncertainty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hedge {
    /// Where it stands.
    pub span: Range<usize>,
    /// `epistemic`, `doxastic`, `condition` or `investigation`.
    pub class: String,
}

/// The roles with the names that figures give them, in the order of the figures.
pub(super) const ROLES: [(Role, &str); 3] = [(Role::Source, "source"), (Role::Cue, "cue"), (Role::Content, "content")];
