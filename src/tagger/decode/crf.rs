//! BIO tags and the linear-chain CRF over them (Lafferty, McCallum and Pereira 2001).
//!
//! Of `T` tags, 0 is outside; label `l` begins with tag `2 l + 1` and goes on with `2 l + 2`.

use crate::math::{exp_wide, ln_wide};
use std::ops::Range;

/// Stands for a log probability of nothing and survives additions.
const NEVER: f32 = -1e4;

/// The least score of a tag beside a piece's best: some path must keep a probability that a number can hold.
const LEAST: f32 = -300.0;

/// Log scores of one word piece's tags.
pub(crate) type Scores<const T: usize> = [f32; T];

/// The label of a tag and whether it begins a span; `None` outside.
fn meaning(tag: usize) -> Option<(usize, bool)> {
    tag.checked_sub(1).map(|t| (t / 2, t % 2 == 0))
}

/// Log scores of going from one tag to the next, under the BIO rules.
#[derive(Debug)]
pub(crate) struct Transitions<const T: usize> {
    start: Scores<T>,
    step: [Scores<T>; T],
}

/// A span of word pieces with one label.
#[derive(Debug, PartialEq)]
pub(crate) struct Found {
    pub(crate) label: usize,
    pub(crate) pieces: Range<usize>,
}

impl<const T: usize> Transitions<T> {
    /// From learned scores, of starting with a tag and of going from one (row) to another. Those that break the BIO
    /// rules do not count.
    pub(crate) fn new(mut start: Scores<T>, mut step: [Scores<T>; T]) -> Self {
        for to in (0..T).filter(|&to| meaning(to).is_some_and(|(_, begins)| !begins)) {
            start[to] = NEVER;
            for (from, scores) in step.iter_mut().enumerate() {
                if from != to && from + 1 != to {
                    scores[to] = NEVER;
                }
            }
        }
        Self { start, step }
    }

    /// The BIO rules alone.
    pub(crate) fn rules() -> Self {
        Self::new([0.0; T], [[0.0; T]; T])
    }

    /// The spans of the best path.
    pub(crate) fn decode(&self, emissions: &[Scores<T>]) -> Vec<Found> {
        let mut out: Vec<Found> = Vec::new();
        for (piece, tag) in self.viterbi(emissions).into_iter().enumerate() {
            match (meaning(tag), out.last_mut()) {
                (Some((label, true)), _) => out.push(Found { label, pieces: piece..piece + 1 }),
                (Some((_, false)), Some(found)) => found.pieces.end = piece + 1,
                _ => {}
            }
        }
        out
    }

    /// How probable each span is: the geometric mean of its tags' marginal probabilities.
    pub(crate) fn confidences(&self, emissions: &[Scores<T>], found: &[Found]) -> Vec<f32> {
        let marginals = self.marginals(emissions);
        let of = |Found { label, pieces }: &Found| {
            let (begin, inside) = (2 * label + 1, 2 * label + 2);
            let first = ln_wide(marginals[pieces.start][begin]);
            let rest = marginals[pieces.start + 1..pieces.end].iter().map(|p| ln_wide(p[inside]));
            exp_wide((first + rest.sum::<f64>()) / pieces.len() as f64) as f32
        };
        found.iter().map(of).collect()
    }

    fn viterbi(&self, emissions: &[Scores<T>]) -> Vec<usize> {
        let Some((first, rest)) = emissions.split_first() else { return Vec::new() };
        let mut score: Scores<T> = std::array::from_fn(|t| self.start[t] + first[t]);
        let mut back: Vec<[u8; T]> = Vec::with_capacity(rest.len());
        for emission in rest {
            let mut from = [0; T];
            score = std::array::from_fn(|to| {
                let mut best = f32::NEG_INFINITY;
                for (t, step) in self.step.iter().enumerate() {
                    if score[t] + step[to] > best {
                        best = score[t] + step[to];
                        from[to] = t as u8;
                    }
                }
                best + emission[to]
            });
            back.push(from);
        }
        let mut tag = (0..T).max_by(|&a, &b| score[a].total_cmp(&score[b])).unwrap_or(0);
        let mut path = vec![tag];
        for from in back.iter().rev() {
            tag = usize::from(from[tag]);
            path.push(tag);
        }
        path.reverse();
        path
    }

    /// Marginal probabilities of each tag, by the forward-backward algorithm.
    fn marginals(&self, emissions: &[Scores<T>]) -> Vec<[f64; T]> {
        let start = self.start.map(|s| exp_wide(f64::from(s)));
        let step = self.step.map(|row| row.map(|s| exp_wide(f64::from(s))));
        // Only differences count.
        let weights: Vec<[f64; T]> = emissions
            .iter()
            .map(|scores| {
                let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                scores.map(|s| exp_wide(f64::from((s - most).max(LEAST))))
            })
            .collect();
        let mut out: Vec<[f64; T]> = Vec::with_capacity(emissions.len());
        for weight in &weights {
            let next = match out.last() {
                None => start,
                Some(last) => std::array::from_fn(|to| (0..T).map(|from| last[from] * step[from][to]).sum()),
            };
            out.push(normalised(std::array::from_fn(|t| next[t] * weight[t])));
        }
        let mut backward = [1.0; T];
        for (p, weight) in out.iter_mut().zip(&weights).rev() {
            *p = normalised(std::array::from_fn(|t| p[t] * backward[t]));
            let after: [f64; T] = std::array::from_fn(|t| weight[t] * backward[t]);
            backward = normalised(std::array::from_fn(|from| (0..T).map(|to| step[from][to] * after[to]).sum()));
        }
        out
    }
}

fn normalised<const T: usize>(x: [f64; T]) -> [f64; T] {
    let total: f64 = x.iter().sum();
    x.map(|v| v / total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TAGS: usize = 5;

    fn all_paths(n: usize) -> Vec<Vec<usize>> {
        (0..n).fold(vec![vec![]], |paths, _| {
            paths.iter().flat_map(|p| (0..TAGS).map(move |t| [p.clone(), vec![t]].concat())).collect()
        })
    }

    fn score(crf: &Transitions<TAGS>, emissions: &[Scores<TAGS>], path: &[usize]) -> f64 {
        let mut total = f64::from(crf.start[path[0]]);
        total += path.windows(2).map(|w| f64::from(crf.step[w[0]][w[1]])).sum::<f64>();
        total + path.iter().zip(emissions).map(|(&t, e)| f64::from(e[t])).sum::<f64>()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn best_path_and_marginals_agree_with_trying_every_path(
            emissions in prop::collection::vec(prop::array::uniform5(-3f32..3.0), 1..5),
            start in prop::array::uniform5(-2f32..2.0),
            step in prop::array::uniform5(prop::array::uniform5(-2f32..2.0)),
        ) {
            let crf = Transitions::new(start, step);
            let paths = all_paths(emissions.len());
            let scores: Vec<f64> = paths.iter().map(|p| score(&crf, &emissions, p)).collect();
            let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let found = crf.viterbi(&emissions);
            prop_assert!((score(&crf, &emissions, &found) - best).abs() < 1e-4);
            let total: f64 = scores.iter().map(|s| (s - best).exp()).sum();
            for (at, marginal) in crf.marginals(&emissions).iter().enumerate() {
                for (tag, &found) in marginal.iter().enumerate() {
                    let with = paths.iter().zip(&scores).filter(|(p, _)| p[at] == tag);
                    let p: f64 = with.map(|(_, s)| (s - best).exp()).sum::<f64>() / total;
                    prop_assert!((found - p).abs() < 1e-4);
                }
            }
        }
    }

    #[test]
    fn a_span_never_begins_inside() {
        let mut inside = [0.0; TAGS];
        inside[4] = 9.0;
        let found = Transitions::rules().decode(&[inside; 3]);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].label, found[0].pieces.clone()), (1, 0..3));
    }
}
