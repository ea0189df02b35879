//! One article's two sides, in words, and which attributions of theirs belong together.

use super::items::Found;
use super::words::{WordSet, Words, jaccard};
use crate::gold::{Attribution, Gold};
use crate::terms::Role;

/// Contents that overlap less are not the same claim.
const LEAST_OVERLAP: f64 = 0.5;

/// One article with both sides' attributions.
pub(super) struct Compared<'a> {
    pub(super) article: &'a Gold,
    pub(super) record: Option<&'a Found>,
    pub(super) words: Words,
    pub(super) gold: Vec<Worded<'a>>,
    pub(super) found: Vec<Worded<'a>>,
    /// One to one, best first.
    pub(super) pairs: Vec<Pair>,
}

/// An attribution with the words that each role of it touches.
pub(super) struct Worded<'a> {
    pub(super) attribution: &'a Attribution,
    source: WordSet,
    cue: WordSet,
    content: WordSet,
}

/// A gold and a found attribution, by index, whose contents match.
pub(super) struct Pair {
    pub(super) gold: usize,
    pub(super) found: usize,
    /// Whether their sources share a word, or neither has one.
    pub(super) source: bool,
    /// Whether their cues share a word, or neither has one.
    pub(super) cue: bool,
}

/// Which claims are compared: nested ones stand within others.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Scope {
    All,
    /// Those of the gold that are not nested, with all that were found.
    TopOfGold,
    /// Those that are not nested, on both sides.
    Top,
}

/// Which of equal overlaps come first.
#[derive(Clone, Copy, PartialEq)]
enum Ties {
    Later,
    Earlier,
}

/// One of the two that are compared.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Gold,
    Found,
}

impl Pair {
    fn index(&self, side: Side) -> usize {
        match side {
            Side::Gold => self.gold,
            Side::Found => self.found,
        }
    }

    /// Whether source and cue are right as well.
    pub(super) fn full(&self) -> bool {
        self.source && self.cue
    }
}

impl<'a> Worded<'a> {
    fn all(attributions: &'a [Attribution], words: &Words, only_top: bool) -> Vec<Self> {
        let worded = |attribution: &'a Attribution| Self {
            attribution,
            source: words.touched(&attribution.source),
            cue: words.touched(&attribution.cue),
            content: words.touched(&attribution.content),
        };
        let wanted = |attribution: &&Attribution| !(only_top && attribution.fields.nested() == Some(true));
        attributions.iter().filter(wanted).map(worded).collect()
    }

    /// The words of one role.
    pub(super) fn words(&self, role: Role) -> &WordSet {
        match role {
            Role::Source => &self.source,
            Role::Cue => &self.cue,
            Role::Content => &self.content,
        }
    }

    /// Whether both have a word of the role in common, or neither has any.
    fn agrees(&self, other: &Self, role: Role) -> bool {
        let (mine, theirs) = (self.words(role), other.words(role));
        !mine.is_disjoint(theirs) || (mine.is_empty() && theirs.is_empty())
    }
}

impl<'a> Compared<'a> {
    pub(super) fn new(
        article: &'a Gold,
        attributions: &'a [Attribution],
        record: Option<&'a Found>,
        scope: Scope,
    ) -> Self {
        let words = Words::new(&article.text);
        let gold = Worded::all(attributions, &words, scope != Scope::All);
        let found = Worded::all(record.map_or(&[], |found| &found.claims), &words, scope == Scope::Top);
        let pairs = pairs(&gold, &found, Ties::Later);
        Self { article, record, words, gold, found, pairs }
    }

    /// Pairs like [`Self::pairs`], but of equal overlaps the earlier ones come first, as the fields are scored.
    pub(super) fn earlier_pairs(&self) -> Vec<Pair> {
        pairs(&self.gold, &self.found, Ties::Earlier)
    }

    /// Each attribution of a side with the pair that it is in.
    pub(super) fn paired(&self, side: Side) -> impl Iterator<Item = (&Worded<'a>, Option<&Pair>)> {
        let items = match side {
            Side::Gold => &self.gold,
            Side::Found => &self.found,
        };
        let mut pair_of = vec![None; items.len()];
        for pair in &self.pairs {
            pair_of[pair.index(side)] = Some(pair);
        }
        items.iter().zip(pair_of)
    }
}

/// Matches by content, the largest overlap first; of equal ones the later gold, then the later found one, as sorting
/// `(overlap, gold, found)` downwards has it, or the earlier ones.
fn pairs(gold: &[Worded<'_>], found: &[Worded<'_>], ties: Ties) -> Vec<Pair> {
    let mut ranked = Vec::new();
    for (i, g) in gold.iter().enumerate() {
        for (j, f) in found.iter().enumerate() {
            // Two contents without words have a full overlap, but nothing in common.
            let overlap = jaccard(&g.content, &f.content);
            if overlap >= LEAST_OVERLAP && !g.content.is_empty() {
                ranked.push((overlap, i, j));
            }
        }
    }
    ranked.sort_unstable_by(|a, b| {
        let places = match ties {
            Ties::Later => (b.1, b.2).cmp(&(a.1, a.2)),
            Ties::Earlier => (a.1, a.2).cmp(&(b.1, b.2)),
        };
        b.0.total_cmp(&a.0).then(places)
    });
    let (mut gold_used, mut found_used) = (vec![false; gold.len()], vec![false; found.len()]);
    let mut pairs = Vec::new();
    for (_, i, j) in ranked {
        if !gold_used[i] && !found_used[j] {
            gold_used[i] = true;
            found_used[j] = true;
            let agrees = |role| gold[i].agrees(&found[j], role);
            pairs.push(Pair { gold: i, found: j, source: agrees(Role::Source), cue: agrees(Role::Cue) });
        }
    }
    pairs
}
