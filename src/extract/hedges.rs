//! Which claim each hedge weakens.

use super::Claim;
use crate::span::Span;
use crate::tagger::Hedge;

/// A hedge and the claim that it weakens, an index into [`super::Extraction::claims`]; in the author's own voice none.
#[derive(Clone, Debug, PartialEq)]
pub struct Tied {
    /// The hedge.
    pub hedge: Hedge,
    /// The claim.
    pub claim: Option<usize>,
}

/// Ties hedges to claims, and tells the claims.
pub(crate) fn tie(hedges: Vec<Hedge>, claims: &mut [Claim]) -> Vec<Tied> {
    let tied: Vec<Tied> = hedges.into_iter().map(|hedge| Tied { claim: claim_of(&hedge, claims), hedge }).collect();
    for (index, tied) in tied.iter().enumerate() {
        if let Some(claim) = tied.claim {
            claims[claim].hedges.push(index);
        }
    }
    tied
}

/// The claim on whose cue the hedge stands, else the one with the shortest content around it, else the one whose cue
/// its scope reaches, else the one of whose content its scope has most.
fn claim_of(hedge: &Hedge, claims: &[Claim]) -> Option<usize> {
    let numbered = || claims.iter().enumerate();
    let bytes = |claim: &Claim| claim.content.iter().map(|span| span.len()).sum::<usize>();
    let on_cue = numbered().find(|(_, claim)| claim.cue.is_some_and(|cue| cue.overlaps(hedge.span)));
    let within = || {
        let around = numbered().filter(|(_, claim)| claim.content.iter().any(|span| span.overlaps(hedge.span)));
        around.min_by_key(|(_, claim)| bytes(claim))
    };
    let scope = hedge.scope?;
    let over_cue = || numbered().find(|(_, claim)| claim.cue.is_some_and(|cue| cue.overlaps(scope)));
    let over_content = || {
        let shared = |claim: &Claim| claim.content.iter().map(|&span| shared_bytes(span, scope)).sum::<usize>();
        let reached = numbered().map(|(index, claim)| (index, shared(claim))).filter(|&(_, shared)| shared > 0);
        // The first of equals.
        reached.rev().max_by_key(|&(_, shared)| shared).map(|(index, _)| (index, &claims[index]))
    };
    on_cue.or_else(within).or_else(over_cue).or_else(over_content).map(|(index, _)| index)
}

fn shared_bytes(a: Span, b: Span) -> usize {
    a.end().min(b.end()).saturating_sub(a.start().max(b.start()))
}
