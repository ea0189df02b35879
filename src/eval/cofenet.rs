//! Scores as CofeNet counts them, for figures that can be set beside its.
//!
//! CofeNet (Wang et al., *CofeNet: Context and Former-Label Enhanced Net for Complicated Quotation Extraction*,
//! COLING 2022) cuts articles into items of about a paragraph, labels their tokens in BIO and scores fragments: one is
//! right if role, first and last token are. How source, cue and content are linked is not scored. Here:
//! - Records are of whole articles. A token has the role of the span that covers a character of it; where several do,
//!   the source's comes before the cue's, and that before the content's (PolNeAR gives a token one role).
//! - On both sides a fragment is a *maximal run of one role* within an item: spans of one role that touch are one
//!   fragment, even of two claims, and a `B-` inside a run starts none. This departs from CofeNet's own program, for
//!   which each `B-` starts a fragment: records have no `B-`, and 45 of the 7,149 in PolNeAR's dev items follow their
//!   own role.
//! - A token that cannot be found in the record's text has no role. [`Cofenet::unplaced`] counts them.
//! - An article that several people annotated comes with the items of each, and all of them count.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::align::align;
use super::figures::{Counts, Figures};
use super::items::{Found, ROLES, Records};
use super::read::{Error, lines};
use crate::error::Place;
use crate::terms::Role;

/// One item of gold: tokens, each with its role.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The article's id, an underscore and the annotator: the items of one id are in the order of their article.
    pub id: String,
    /// The tokens, as a Penn Treebank tokeniser writes them.
    pub tokens: Vec<String>,
    /// The role of each token.
    pub roles: Vec<Option<Role>>,
}

/// The scores of fragments.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cofenet {
    /// How many items there are.
    pub items: usize,
    /// The ids of items whose articles have no record, once each, in order; they count as empty.
    pub missing: Vec<String>,
    /// How many tokens there are.
    pub tokens: usize,
    /// How many of them could not be found in the text of their article's record.
    pub unplaced: usize,
    /// `source`, `cue`, `content` and `all` of them.
    pub figures: Figures,
}

#[derive(Deserialize)]
struct ItemRow {
    id: String,
    tokens: Vec<String>,
    labels: Vec<String>,
}

const ITEM: &str = "an item of CofeNet's protocol, which is JSON with `id`, `tokens` and `labels`";

/// Reads items: one a line, `{"id", "tokens": ["…", …], "labels": ["O", "B-source", "I-content", …]}`.
///
/// # Errors
/// If the file cannot be read, or a line is no item.
pub fn read_items(path: &Path) -> Result<Vec<Item>, Error> {
    let mut items = Vec::new();
    for line in lines(path, ITEM)? {
        let (place, row): (Place, ItemRow) = line?;
        let roles: Option<Vec<_>> = row.labels.iter().map(|label| role(label)).collect();
        match roles {
            Some(roles) if roles.len() == row.tokens.len() => {
                items.push(Item { id: row.id, tokens: row.tokens, roles });
            }
            _ => {
                let reason = "each token needs one label: `O`, or `B-` or `I-` before `source`, `cue` or `content`";
                return Err(Error::Sense { place, reason: reason.to_owned() });
            }
        }
    }
    if items.is_empty() { Err(Error::Empty { path: path.to_owned() }) } else { Ok(items) }
}

/// The role that a label gives; `None` if it is none.
fn role(label: &str) -> Option<Option<Role>> {
    if label == "O" {
        return Some(None);
    }
    let name = label.strip_prefix("B-").or_else(|| label.strip_prefix("I-"))?;
    ROLES.iter().find(|(_, n)| *n == name).map(|&(role, _)| Some(role))
}

/// Compares `records` with `items`. A record without a text counts as missing: its spans cannot be laid on tokens.
pub fn score(items: &[Item], records: &Records) -> Cofenet {
    let mut by_id: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in items {
        by_id.entry(&item.id).or_default().push(item);
    }
    let mut scores = Cofenet {
        items: items.len(),
        missing: Vec::new(),
        tokens: items.iter().map(|item| item.tokens.len()).sum(),
        unplaced: 0,
        figures: Figures::default(),
    };
    for (id, items) in by_id {
        let record = record_of(id, records).and_then(|record| Some((record, record.text.as_deref()?)));
        let mut places = Vec::new();
        let mut roles_at = Vec::new();
        if let Some((record, text)) = record {
            let tokens = items.iter().flat_map(|item| &item.tokens).map(String::as_str);
            places = align(text, tokens);
            roles_at = paint(record, text.chars().count());
            scores.unplaced += places.iter().filter(|place| place.is_none()).count();
        } else {
            scores.missing.push(id.to_owned());
        }
        let covering = |place: Option<Range<usize>>| place.and_then(|p| roles_at[p].iter().copied().flatten().next());
        let mut found = places.into_iter().map(covering).chain(std::iter::repeat(None));
        for item in items {
            let found: Vec<Option<Role>> = found.by_ref().take(item.roles.len()).collect();
            count(&mut scores.figures, &fragments(&item.roles), &fragments(&found));
        }
    }
    scores
}

/// The record of an item's article, whose id is the item's without the annotator.
fn record_of<'a>(id: &str, records: &'a Records) -> Option<&'a Found> {
    let article = id.rsplit_once('_').map(|(article, _)| article);
    records.get(id).or_else(|| records.get(article?))
}

/// The role of each code point of a text of `length`.
fn paint(record: &Found, length: usize) -> Vec<Option<Role>> {
    let mut roles = vec![None; length];
    // What is painted last is seen.
    for (role, _) in ROLES.into_iter().rev() {
        for span in record.claims.iter().flat_map(|claim| claim.spans(role)) {
            let start = span.start.min(length);
            roles[start..span.end.clamp(start, length)].fill(Some(role));
        }
    }
    roles
}

/// The maximal runs of one role.
fn fragments(roles: &[Option<Role>]) -> Vec<(Role, Range<usize>)> {
    let mut out = Vec::new();
    let mut start = 0;
    for run in roles.chunk_by(|a, b| a == b) {
        let end = start + run.len();
        out.extend(run[0].map(|role| (role, start..end)));
        start = end;
    }
    out
}

fn count(figures: &mut Figures, gold: &[(Role, Range<usize>)], found: &[(Role, Range<usize>)]) {
    let mut all = Counts::default();
    for (role, name) in ROLES {
        let of_role = |side: &[(Role, Range<usize>)]| side.iter().filter(|(r, _)| *r == role).count();
        let right = found.iter().filter(|fragment| fragment.0 == role && gold.contains(fragment)).count();
        let counts = Counts { right, found: of_role(found), gold: of_role(gold) };
        figures.add(name, counts);
        all.right += counts.right;
        all.found += counts.found;
        all.gold += counts.gold;
    }
    figures.add("all", all);
}
