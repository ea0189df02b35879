//! Which claim each hedge weakens.

use std::collections::BTreeMap;

use super::attributions::Attribution;
use crate::span::Span;
use crate::tagger::Hedge;

/// A hedge and the claim that it weakens, an index into [`super::Extraction::claims`]; in the author's own voice none.
#[derive(Clone, Debug, PartialEq)]
pub struct HedgeLink {
    /// The hedge.
    pub hedge: Hedge,
    /// The claim.
    pub claim: Option<usize>,
}

/// Finds each hedge's claim, which is the attribution of the same number.
pub(crate) fn link(hedges: &[Hedge], attributions: &[Attribution<'_>]) -> Vec<HedgeLink> {
    let claims = Claims::new(attributions);
    hedges.iter().map(|hedge| HedgeLink { claim: claims.of(hedge), hedge: hedge.clone() }).collect()
}

/// Where the claims of either layer have their cues and contents.
struct Claims {
    cues: [Places; 2],
    contents: [Places; 2],
    /// Bytes of each claim's content.
    sizes: Vec<usize>,
}

impl Claims {
    fn new(attributions: &[Attribution<'_>]) -> Self {
        let layers = [false, true];
        let numbered = |is_inner: bool| attributions.iter().enumerate().filter(move |(_, of)| of.is_inner == is_inner);
        let cues =
            layers.map(|layer| numbered(layer).filter_map(|(index, of)| of.cue.map(|cue| (cue, index))).collect());
        let contents = layers
            .map(|layer| numbered(layer).flat_map(|(index, of)| of.content.iter().map(move |&s| (s, index))).collect());
        let sizes = attributions.iter().map(|of| of.content.iter().map(|span| span.len()).sum()).collect();
        Self { cues: cues.map(Places::new), contents: contents.map(Places::new), sizes }
    }

    /// The claim on whose cue the hedge stands, else the one with the shortest content around it, else the one whose cue
    /// its scope reaches, else the one of whose content its scope has most; the first of equals.
    fn of(&self, hedge: &Hedge) -> Option<usize> {
        let scope = hedge.scope?;
        let found = |places: &[Places; 2], span: Span| -> Vec<(Span, usize)> {
            places.iter().flat_map(|layer| layer.overlapping(span)).collect()
        };
        let first = |found: Vec<(Span, usize)>| found.into_iter().map(|(_, claim)| claim).min();
        let within = || {
            let around = found(&self.contents, hedge.span).into_iter().map(|(_, claim)| claim);
            around.min_by_key(|&claim| (self.sizes[claim], claim))
        };
        let over_content = || {
            let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
            for (span, claim) in found(&self.contents, scope) {
                *shared.entry(claim).or_default() += shared_bytes(span, scope);
            }
            shared.into_iter().rev().max_by_key(|&(_, shared)| shared).map(|(claim, _)| claim)
        };
        let on_cue = first(found(&self.cues, hedge.span));
        on_cue.or_else(within).or_else(|| first(found(&self.cues, scope))).or_else(over_content)
    }
}

/// Spans of claims by their start, and how far any up to each reaches.
struct Places {
    spans: Vec<(Span, usize)>,
    reach: Vec<usize>,
}

impl Places {
    fn new(mut spans: Vec<(Span, usize)>) -> Self {
        spans.sort_unstable();
        let ends = spans.iter().scan(0, |most, (span, _)| {
            *most = span.end().max(*most);
            Some(*most)
        });
        Self { reach: ends.collect(), spans }
    }

    /// Those that share a byte with `span`.
    fn overlapping(&self, span: Span) -> impl Iterator<Item = (Span, usize)> + '_ {
        let first = self.reach.partition_point(|&end| end <= span.start());
        let until = self.spans[first..].iter().take_while(move |(other, _)| other.start() < span.end());
        until.filter(move |(other, _)| other.overlaps(span)).copied()
    }
}

fn shared_bytes(a: Span, b: Span) -> usize {
    a.end().min(b.end()).saturating_sub(a.start().max(b.start()))
}
