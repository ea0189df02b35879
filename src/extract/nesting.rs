//! Claims inside the contents of other claims.

use super::attributions::Attribution;
use crate::span::Span;
use crate::terms::Polarity;

/// Of the outer claims in whose content each claim's own content stands, at least by half, the one with the shortest.
pub(crate) fn within(all: &[Attribution<'_>]) -> Vec<Option<usize>> {
    let bytes = |content: &[Span]| content.iter().map(|span| span.len()).sum::<usize>();
    let mut outer: Vec<(usize, &[Span], usize)> = Vec::new();
    for (index, one) in all.iter().enumerate().filter(|(_, one)| !one.is_inner) {
        outer.push((index, &one.content, bytes(&one.content)));
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
    all.iter().map(|one| if one.is_inner { holder(&one.content) } else { None }).collect()
}

/// Leaves out what nobody claims: `reports that it leaks` as all that somebody dismisses. The outer claim says that it is
/// not so; the inner one, by a noun and without a source, would say that it is.
pub(crate) fn without_echoes(all: Vec<Attribution<'_>>) -> Vec<Attribution<'_>> {
    let sizes: Vec<usize> = all.iter().map(|one| one.content.iter().map(|span| span.len()).sum()).collect();
    let is_echo = |(at, within): (usize, Option<usize>)| {
        let one = &all[at];
        let outer = within.filter(|&outer| all[outer].polarity == Polarity::Negative);
        let own = sizes[at] + one.cue.map_or(0, Span::len);
        one.source.is_none() && one.cue.is_some() && outer.is_some_and(|outer| own * 5 >= sizes[outer] * 4)
    };
    let echoes: Vec<bool> = within(&all).into_iter().enumerate().map(is_echo).collect();
    all.into_iter().zip(echoes).filter(|(_, is_echo)| !is_echo).map(|(one, _)| one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An attribution whose spans are written as source, cue and content.
    fn one(source: Option<[usize; 2]>, cue: [usize; 2], content: [usize; 2], is_inner: bool) -> Attribution<'static> {
        let span = |[start, end]: [usize; 2]| Span::new(start, end);
        let spans = Attribution::of_spans(source.map(span), Some(span(cue)), vec![span(content)]);
        Attribution { is_inner, ..spans }
    }

    #[test]
    fn the_innermost_content_holds_a_claim() {
        // Ruiz said Lee had told her that it leaks. Bell agreed to mend it.
        let all = [
            one(Some([0, 4]), [5, 9], [10, 41], false),
            one(Some([10, 13]), [14, 22], [27, 41], true),
            one(Some([43, 47]), [48, 54], [55, 65], false),
            one(None, [60, 62], [63, 80], true),
        ];
        assert_eq!(within(&all), [None, Some(0), None, None]);
    }

    #[test]
    fn what_is_dismissed_is_claimed_by_nobody() {
        // Ruiz dismissed reports that it leaks. Lee said Bell had been told that it sank.
        for (polarity, left) in [(Polarity::Negative, 3), (Polarity::Positive, 4)] {
            let outer = Attribution { polarity, ..one(Some([0, 4]), [5, 14], [15, 36], false) };
            let all = without_echoes(vec![
                outer,
                one(None, [15, 22], [23, 36], true),
                one(Some([38, 41]), [42, 46], [47, 78], false),
                one(None, [52, 65], [66, 78], true),
            ]);
            assert_eq!(all.len(), left);
            assert_eq!(within(&all)[left - 1], Some(left - 2));
        }
    }
}
