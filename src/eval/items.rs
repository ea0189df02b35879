//! The two sides of a comparison, freed of how their files write them.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Deserializer, Serialize};

use crate::record::{AttributionType, Certainty, Kind, Polarity, Quote};
use crate::terms::Role;

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

/// What is there, be it null; with `default`, `None` is what is not.
pub(crate) fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Takes what is said beside spans out of gold.
pub fn leave_out_fields(gold: &mut [Gold]) {
    for attribution in gold.iter_mut().flat_map(|gold| gold.attributions.iter_mut().flatten()) {
        attribution.fields = Fields::default();
    }
}

/// Takes the claims that stand within others out of records: PolNeAR, whose words have one role each, has none.
pub fn leave_out_nested(records: &mut Records) {
    for found in records.values_mut() {
        found.claims.retain(|claim| claim.fields.nested != Some(true));
    }
}

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
    /// What else is known of it.
    pub fields: Fields,
}

/// What is known of an attribution beside its spans. `None` is what is not said, and not scored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    /// Whose words the content is.
    pub quote: Option<Quote>,
    /// How it is attributed: `type` in files.
    pub attribution: Option<AttributionType>,
    /// How firmly its source stands behind it.
    pub certainty: Option<Certainty>,
    /// Whether it says that something is so.
    pub polarity: Option<Polarity>,
    /// Whether it stands in another's content: `within` in files.
    pub nested: Option<bool>,
    /// Whether whoever collects claims surely wants it; records never say.
    pub clear: Option<bool>,
    /// Whom it is attributed to; `Some(None)` is nobody.
    pub speaker: Option<Option<Speaker>>,
}

/// Whom an attribution is attributed to. `None` is what is not said, `Some(None)` that the article gives none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// The fullest name, or the description of one without a name.
    pub name: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Whether the name is a proper one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named: Option<bool>,
    /// What the speaker is, in the article's words.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub role: Option<Option<String>>,
    /// Whom the speaker belongs to, in the article's words.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub affiliation: Option<Option<String>>,
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
