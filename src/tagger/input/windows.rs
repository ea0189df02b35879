//! Windows: runs of whole sentences that the encoder reads at once, and the batches that they travel in.

use std::ops::Range;

/// Cuts `pieces` word pieces into windows of at most `size`, few and about equally long.
///
/// A window ends where a paragraph begins (`paragraphs`, ascending), and the next window begins there. Where no paragraph
/// begins in time it ends where a sentence does (`sentences`), and the next one takes that sentence and others before it
/// along, `overlap` pieces at most, or half an overlap's end of a longer sentence. A sentence that fills a window is cut.
pub(crate) fn windows(
    [paragraphs, sentences]: [&[usize]; 2],
    pieces: usize,
    size: usize,
    overlap: usize,
) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    while pieces > start + size {
        let covered = out.last().map_or(start, |window| window.end);
        let count = (pieces - start).div_ceil(size);
        let share = start + (pieces - start).div_ceil(count);
        // What is left after it is to fit into the other windows.
        let least = (pieces - (count - 1) * size).max(covered + 1);
        let nearest = |edges: &[usize]| {
            let edges = &edges[edges.partition_point(|&e| e < least)..];
            edges.iter().copied().take_while(|&e| e <= start + size).min_by_key(|e| e.abs_diff(share))
        };
        if let Some(end) = nearest(paragraphs) {
            out.push(start..end);
            start = end;
            continue;
        }
        let last = || sentences[..sentences.partition_point(|&e| e <= start + size)].last().filter(|&&e| e > covered);
        let end = nearest(sentences).or_else(|| last().copied()).unwrap_or(start + size);
        out.push(start..end);
        let again = sentences.get(sentences.partition_point(|&e| e < (start + 1).max(end.saturating_sub(overlap))));
        let again = again.copied().filter(|&e| e < end);
        start = again.unwrap_or_else(|| end.saturating_sub(overlap / 2).max(start + 1));
    }
    if start < pieces {
        out.push(start..pieces);
    }
    out
}

/// For each piece the window in which it lies most centrally, the first of equals. The text's own ends count as far.
pub(crate) fn owners(windows: &[Range<usize>], pieces: usize) -> Vec<usize> {
    let mut owner = vec![0; pieces];
    let mut best = vec![None; pieces];
    for (index, window) in windows.iter().enumerate() {
        for piece in window.clone() {
            let left = if window.start > 0 { piece - window.start } else { pieces };
            let right = if window.end < pieces { window.end - 1 - piece } else { pieces };
            if best[piece] < Some(left.min(right)) {
                best[piece] = Some(left.min(right));
                owner[piece] = index;
            }
        }
    }
    owner
}

/// Groups items, longest first, so that a group's lengths add up to `budget` at most (a group has one item at least).
/// Returns indices into `lengths`; the order depends on the lengths alone.
pub(crate) fn batches(lengths: &[usize], budget: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(lengths[i]), i));
    let mut out: Vec<Vec<usize>> = Vec::new();
    let mut filled = 0;
    for i in order {
        match out.last_mut() {
            Some(batch) if filled + lengths[i] <= budget => batch.push(i),
            _ => {
                out.push(vec![i]);
                filled = 0;
            }
        }
        filled += lengths[i];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn windows_end_with_paragraphs_or_else_with_sentences() {
        let sentences = [0, 10, 25, 40, 60, 80];
        assert_eq!(windows([&[0, 25, 60], &sentences], 100, 60, 15), [0..60, 60..100]);
        assert_eq!(windows([&[0], &sentences], 100, 60, 15), [0..40, 25..60, 53..100]);
        assert_eq!(windows([&[0], &sentences], 100, 100, 15).first(), Some(&(0..100)));
        assert_eq!(windows([&[0], &[0]], 100, 60, 10), [0..60, 55..100]);
        assert!(windows([&[], &[]], 0, 40, 15).is_empty());
    }

    #[test]
    fn a_piece_belongs_where_it_lies_most_centrally() {
        let owner = owners(&[0..40, 20..60], 60);
        assert_eq!(owner[29], 0);
        assert_eq!(owner[31], 1);
        assert_eq!((owner[0], owner[59]), (0, 1));
    }

    #[test]
    fn batches_stay_within_the_budget() {
        assert_eq!(batches(&[10, 30, 20, 50, 10], 60), [vec![3], vec![1, 2, 0], vec![4]]);
        assert_eq!(batches(&[100], 60), [vec![0]]);
    }

    proptest! {
        #[test]
        fn windows_cover_everything_and_never_run_over(
            gaps in prop::collection::vec(1..60usize, 0..40), tail in 0..80usize, size in 8..50usize, share in 2..8usize,
            every in 1..9usize,
        ) {
            let mut starts = vec![0];
            for gap in gaps {
                starts.push(starts.last().unwrap() + gap);
            }
            let pieces = starts.last().unwrap() + tail;
            starts.retain(|&s| s < pieces);
            let paragraphs: Vec<usize> = starts.iter().copied().step_by(every).collect();
            let found = windows([&paragraphs, &starts], pieces, size, size / share);
            let mut covered = 0;
            for (index, window) in found.iter().enumerate() {
                prop_assert!(window.len() <= size && !window.is_empty());
                prop_assert!(window.start <= covered && window.end > covered);
                prop_assert!(index == 0 || window.start > found[index - 1].start);
                covered = window.end;
            }
            prop_assert_eq!(covered, pieces);
            for (piece, &owner) in owners(&found, pieces).iter().enumerate() {
                prop_assert!(found[owner].contains(&piece));
            }
        }
    }
}
