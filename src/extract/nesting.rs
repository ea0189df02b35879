//! Claims inside the contents of other claims.

use super::claims::Draft;
use crate::span::Span;
use crate::terms::Polarity;

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

/// Leaves out what nobody claims: `reports that it leaks` as all that somebody dismisses. The outer claim says that it is
/// not so; the inner one, by a noun and without a source, would say that it is.
pub(crate) fn without_echoes(drafts: &mut Vec<Draft<'_>>) {
    let bytes = |spans: &[Span]| spans.iter().map(|span| span.len()).sum::<usize>();
    let sizes: Vec<usize> = drafts.iter().map(|draft| bytes(&draft.claim.content)).collect();
    let is_echo = |(draft, size): (&Draft<'_>, &usize)| {
        let claim = &draft.claim;
        let outer = claim.within.filter(|&outer| drafts[outer].claim.polarity == Polarity::Negative);
        let own = size + claim.cue.map_or(0, Span::len);
        claim.source.is_none() && claim.cue.is_some() && outer.is_some_and(|outer| own * 5 >= sizes[outer] * 4)
    };
    let kept: Vec<bool> = drafts.iter().zip(&sizes).map(|draft| !is_echo(draft)).collect();
    let mut number = 0;
    let numbers: Vec<usize> = kept
        .iter()
        .map(|&is_kept| {
            number += usize::from(is_kept);
            number - usize::from(is_kept)
        })
        .collect();
    let mut is_kept = kept.iter();
    drafts.retain(|_| is_kept.next().copied().unwrap_or(true));
    for draft in drafts {
        draft.claim.within = draft.claim.within.map(|outer| numbers[outer]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Claim;
    use super::*;

    /// A claim whose spans are written as source, cue and content.
    fn draft(source: Option<[usize; 2]>, cue: [usize; 2], content: [usize; 2], is_inner: bool) -> Draft<'static> {
        let span = |[start, end]: [usize; 2]| Span::new(start, end);
        let claim = Claim::of_spans(source.map(span), Some(span(cue)), vec![span(content)]);
        Draft { claim, voice: None, is_inner }
    }

    #[test]
    fn the_innermost_content_holds_a_claim() {
        // Ruiz said Lee had told her that it leaks. Bell agreed to mend it.
        let mut drafts = [
            draft(Some([0, 4]), [5, 9], [10, 41], false),
            draft(Some([10, 13]), [14, 22], [27, 41], true),
            draft(Some([43, 47]), [48, 54], [55, 65], false),
            draft(None, [60, 62], [63, 80], true),
        ];
        nest(&mut drafts);
        assert_eq!(drafts.each_ref().map(|draft| draft.claim.within), [None, Some(0), None, None]);
    }

    #[test]
    fn what_is_dismissed_is_claimed_by_nobody() {
        // Ruiz dismissed reports that it leaks. Lee said Bell had been told that it sank.
        let outer = |polarity| {
            let mut outer = draft(Some([0, 4]), [5, 14], [15, 36], false);
            outer.claim.polarity = polarity;
            outer
        };
        let rest = || [draft(Some([38, 41]), [42, 46], [47, 78], false), draft(None, [52, 65], [66, 78], true)];
        for (polarity, left) in [(Polarity::Negative, 3), (Polarity::Positive, 4)] {
            let mut drafts = vec![outer(polarity), draft(None, [15, 22], [23, 36], true)];
            drafts.extend(rest());
            nest(&mut drafts);
            without_echoes(&mut drafts);
            assert_eq!(drafts.len(), left);
            assert_eq!(drafts[left - 1].claim.within, Some(left - 2));
        }
    }
}
