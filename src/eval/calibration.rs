//! Whether confidences mean what they say.

use serde::Serialize;

use super::matching::{Compared, Pair, Side};

const BINS: usize = 10;

/// Claims by confidence, beside the share of them that are right (as `attr_full` counts).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// Ten bins of equal width, from 0 up; a bin has its lower edge, the last one 1 as well.
    pub bins: Vec<Bin>,
    /// How far confidence and share right are apart, on average over the claims: the bins' differences, weighted by
    /// their counts (Guo et al., *On Calibration of Modern Neural Networks*, ICML 2017). From 0 to 1.
    pub expected_error: f64,
}

/// The claims whose confidence lies in one tenth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Bin {
    /// The least confidence.
    pub from: f64,
    /// The upper edge.
    pub to: f64,
    /// How many claims there are.
    pub claims: usize,
    /// Their mean confidence; 0 where there is none.
    pub confidence: f64,
    /// The share of them that are right; 0 where there is none.
    pub right: f64,
}

/// `None` where no claim has a confidence.
pub(super) fn calibration(articles: &[Compared<'_>]) -> Option<Calibration> {
    let mut sums = [(0, 0.0, 0); BINS];
    for article in articles {
        for (item, pair) in article.paired(Side::Found) {
            let Some(confidence) = item.attribution.confidence else { continue };
            // A float's cast stops at the ends: what lies outside 0 to 1 falls into the outer bins.
            let (claims, confidences, right) = &mut sums[((confidence * BINS as f64) as usize).min(BINS - 1)];
            *claims += 1;
            *confidences += confidence;
            *right += usize::from(pair.is_some_and(Pair::full));
        }
    }
    let all: usize = sums.iter().map(|(claims, ..)| claims).sum();
    let edge = |index: usize| index as f64 / BINS as f64;
    let bin = |(index, &(claims, confidences, right)): (usize, &(usize, f64, usize))| {
        let share = |sum: f64| if claims == 0 { 0.0 } else { sum / claims as f64 };
        Bin {
            from: edge(index),
            to: edge(index + 1),
            claims,
            confidence: share(confidences),
            right: share(right as f64),
        }
    };
    let bins: Vec<Bin> = sums.iter().enumerate().map(bin).collect();
    let apart = |bin: &Bin| bin.claims as f64 * (bin.right - bin.confidence).abs();
    let expected_error = bins.iter().map(apart).sum::<f64>() / all as f64;
    (all > 0).then_some(Calibration { bins, expected_error })
}
