//! Claims inside the contents of other claims.

use super::Claim;
use crate::span::Span;

/// Sets [`Claim::within`]. A word has one role at most, so a claim that stands in another's content interrupts it: all
/// of its spans lie between two neighbouring fragments of the other's content, and the other's own source and cue do
/// not. Of several such contents the shortest counts. `claims` are in the order of the text.
pub(crate) fn nest(claims: &mut [Claim]) {
    let hulls: Vec<Span> = claims.iter().map(hull).collect();
    let mut by_start: Vec<usize> = (0..claims.len()).collect();
    by_start.sort_by_key(|&claim| hulls[claim]);
    let mut holders: Vec<Option<(usize, usize)>> = vec![None; claims.len()];
    for (outer, claim) in claims.iter().enumerate() {
        let own = || claim.source.into_iter().chain(claim.cue);
        let gaps = claim.content.windows(2).map(|pair| Span::new(pair[0].end(), pair[1].start().max(pair[0].end())));
        for gap in gaps.filter(|gap| !own().any(|span| gap.overlaps(span))) {
            let first = by_start.partition_point(|&inner| hulls[inner].start() < gap.start());
            let starting = by_start[first..].iter().take_while(|&&inner| hulls[inner].start() < gap.end());
            for &inner in starting.filter(|&&inner| hulls[inner].end() <= gap.end()) {
                let size = hulls[outer].len();
                if holders[inner].is_none_or(|(_, least)| size < least) {
                    holders[inner] = Some((outer, size));
                }
            }
        }
    }
    for (claim, holder) in claims.iter_mut().zip(holders) {
        claim.within = holder.map(|(outer, _)| outer);
    }
}

/// From the first of a claim's spans to the last.
fn hull(claim: &Claim) -> Span {
    let spans = claim.content.iter().copied().chain(claim.source).chain(claim.cue);
    spans.reduce(Span::cover).unwrap_or(Span::new(0, 0))
}

#[cfg(test)]
mod tests {
    use super::super::{AttributionType, Certainty, Polarity, Quote};
    use super::*;

    /// A claim whose spans are written as source, cue and contents.
    fn claim(source: [usize; 2], cue: [usize; 2], content: &[[usize; 2]]) -> Claim {
        let span = |[start, end]: [usize; 2]| Span::new(start, end);
        Claim {
            source: Some(span(source)),
            cue: Some(span(cue)),
            content: content.iter().copied().map(span).collect(),
            speaker: None,
            speaker_confidence: None,
            quote: Quote::Indirect,
            attribution: AttributionType::Communication,
            hedges: Vec::new(),
            certainty: Certainty::Certain,
            polarity: Polarity::Positive,
            within: None,
            sentences: Vec::new(),
            confidence: 1.0,
        }
    }

    #[test]
    fn a_claim_within_another() {
        // The union said the plan, which the mayor called reckless, would fail.
        let outer = claim([0, 9], [10, 14], &[[15, 23], [57, 68]]);
        let inner = claim([31, 40], [41, 47], &[[48, 56]]);
        // “No,” said Ruiz after Abara had said yes, “not now.”
        let around = claim([115, 119], [110, 114], &[[100, 106], [145, 155]]);
        let between = claim([126, 131], [136, 140], &[[141, 144]]);
        let mut claims = [outer, inner, around, between];
        nest(&mut claims);
        assert_eq!(claims.each_ref().map(|claim| claim.within), [None, Some(0), None, None]);
    }
}
