//! Exponentials, and what is made of them.

use super::{Isa, Kernel, LANES, Simd};

/// Of 2 to the power of at most a half either way: the polynomial whose greatest relative error is least, 1e-7.
const POWERS: [f32; 6] = [1.327_645_5e-3, 9.675_54e-3, 5.550_713_5e-2, 0.240_221_2, 0.693_146_94, 1.000_000_1];

/// 2 to the power of `x`, which is at most 127; below −126 as there.
#[inline(always)]
pub(crate) fn power_of_two<S: Simd>(s: S, x: S::F) -> S::F {
    let x = s.max(x, s.splat(-126.0));
    let whole = s.round(x);
    let part = s.sub(x, whole);
    let mut sum = s.splat(POWERS[0]);
    for factor in &POWERS[1..] {
        sum = s.fma(sum, part, s.splat(*factor));
    }
    s.mul(sum, s.power(whole))
}

/// Scores of `width` to log probabilities, row by row.
pub fn log_softmax(isa: Isa, scores: &mut [f32], width: usize) {
    isa.run(LogSoftmax { scores, width });
}

struct LogSoftmax<'a> {
    scores: &'a mut [f32],
    width: usize,
}

impl Kernel for LogSoftmax<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut row = vec![[f32::NEG_INFINITY; LANES]; self.width.div_ceil(LANES)];
        for scores in self.scores.chunks_exact_mut(self.width) {
            row.as_flattened_mut()[..self.width].copy_from_slice(scores);
            let mut most = s.splat(f32::NEG_INFINITY);
            for x in &row {
                most = s.max(most, s.load(x));
            }
            let most = s.greatest(most);
            let (scale, less) = (s.splat(std::f32::consts::LOG2_E), s.splat(-most * std::f32::consts::LOG2_E));
            let mut sum = s.splat(0.0);
            for x in &row {
                sum = s.add(sum, power_of_two(s, s.fma(s.load(x), scale, less)));
            }
            let log = most + libm::logf(s.sum(sum));
            for score in scores {
                *score -= log;
            }
        }
    }
}
