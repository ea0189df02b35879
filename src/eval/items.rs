//! What is compared with gold, freed of how records write it.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::gold::{Attribution, Fields, Gold, Hedge};
use crate::terms::Role;

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

/// Takes what is said beside spans out of gold.
pub fn leave_out_fields(gold: &mut [Gold]) {
    for attribution in gold.iter_mut().flat_map(|gold| gold.attributions.iter_mut().flatten()) {
        attribution.fields = Fields::default();
    }
}

/// Takes the claims that stand within others out of records: PolNeAR, whose words have one role each, has none.
pub fn leave_out_nested(records: &mut Records) {
    for found in records.values_mut() {
        found.claims.retain(|claim| claim.fields.nested() != Some(true));
    }
}

/// The roles with the names that figures give them, in the order of the figures.
pub(super) const ROLES: [(Role, &str); 3] = [(Role::Source, "source"), (Role::Cue, "cue"), (Role::Content, "content")];
