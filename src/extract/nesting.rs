//! Claims inside the contents of other claims.

use super::claims::Draft;
use crate::span::Span;

/// Sets [`super::Claim::within`]: of the outer claims in whose content a claim's own content stands, at least by half, the
/// one with the shortest.
pub(crate) fn nest(drafts: &mut [Draft<'_>]) {
    let bytes = |content: &[Span]| content.iter().map(|span| span.len()).sum::<usize>();
    let mut outer: Vec<(usize, &[Span], usize)> = Vec::new();
    for (index, draft) in drafts.iter().enumerate().filter(|(_, draft)| !draft.is_inner) {
        outer.push((index, &draft.claim.content, bytes(&draft.claim.content)));
    }
    // Contents of the outer layer do not overlap, so few of them can hold a stretch; they come by their start.
    let mut pieces: Vec<(Span, usize)> = outer
        .iter()
        .enumerate()
        .flat_map(|(at, (_, content, _))| content.iter().map(move |&span| (span, at)))
        .collect();
    pieces.sort_unstable();
    let holder = |content: &[Span]| {
        let mut shared: Vec<(usize, usize)> = Vec::new();
        for &span in content {
            let first = pieces.partition_point(|(piece, _)| piece.end() <= span.start());
            for &(piece, at) in pieces[first..].iter().take_while(|(piece, _)| piece.start() < span.end()) {
                let both = piece.end().min(span.end()).saturating_sub(piece.start().max(span.start()));
                match shared.iter_mut().find(|(known, _)| *known == at) {
                    Some((_, sum)) => *sum += both,
                    None => shared.push((at, both)),
                }
            }
        }
        let half = bytes(content).div_ceil(2);
        let holders = shared.into_iter().filter(|&(_, both)| both >= half);
        holders.min_by_key(|&(at, _)| outer[at].2).map(|(at, _)| outer[at].0)
    };
    let within: Vec<Option<usize>> =
        drafts.iter().map(|draft| if draft.is_inner { holder(&draft.claim.content) } else { None }).collect();
    for (draft, within) in drafts.iter_mut().zip(within) {
        draft.claim.within = within;
    }
}
