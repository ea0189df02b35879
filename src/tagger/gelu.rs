//! The Gaussian error linear unit from a table, for outputs that are rounded to bf16 anyway.
//!
//! `x · Φ(x) = max(x, 0) − |x| · Φ(−|x|)`; what is taken off is a small bump, here a parabola in each of 16 stretches.

use std::arch::x86_64::*;
use std::f64::consts::FRAC_1_SQRT_2;
use std::sync::LazyLock;

use super::avx512::{LANES, floats};

/// Where the bump is taken to end; it is a ten-thousandth there.
const END: f64 = 4.0;

/// Of each stretch's parabola: the constant, the factors of |x| and of its square.
pub(super) struct Gelu([[f32; LANES]; 3]);

static TABLE: LazyLock<Gelu> = LazyLock::new(|| {
    let width = END / LANES as f64;
    let mut table = [[0.0; LANES]; 3];
    for stretch in 0..LANES {
        let from = stretch as f64 * width;
        // Through the bump at both ends and in the middle.
        let [first, middle, last] = [0.0, 0.5, 1.0].map(|part| bump(from + part * width));
        let (slope, bend) = (4.0 * middle - 3.0 * first - last, 2.0 * first - 4.0 * middle + 2.0 * last);
        let (slope, bend) = (slope / width, bend / (width * width));
        let factors = [first - slope * from + bend * from * from, slope - 2.0 * bend * from, bend];
        for (row, factor) in table.iter_mut().zip(factors) {
            row[stretch] = factor as f32;
        }
    }
    Gelu(table)
});

/// `a · Φ(−a)` to 1e-6, and nothing from [`END`] on; Φ by Abramowitz and Stegun's formula 7.1.26.
fn bump(a: f64) -> f64 {
    if a >= END {
        return 0.0;
    }
    let z = a * FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let factors = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    let sum = factors.iter().fold(0.0, |sum, factor| sum * t + factor) * t;
    a * 0.5 * sum * (-z * z).exp()
}

impl Gelu {
    pub(super) fn get() -> &'static Self {
        &TABLE
    }

    /// To 2e-4.
    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn of(&self, x: __m512) -> __m512 {
        // The greatest number below the end still lies in the last stretch.
        let a = _mm512_min_ps(_mm512_abs_ps(x), _mm512_set1_ps((END as f32).next_down()));
        let stretch = _mm512_cvttps_epi32(_mm512_mul_ps(a, _mm512_set1_ps(LANES as f32 / END as f32)));
        let [constant, slope, bend] = self.0.map(|row| _mm512_permutexvar_ps(stretch, floats(row)));
        let bump = _mm512_fmadd_ps(_mm512_fmadd_ps(bend, a, slope), a, constant);
        _mm512_sub_ps(_mm512_max_ps(x, _mm512_setzero_ps()), bump)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tagger::avx512::{is_there, values};
    use tch::Tensor;

    #[test]
    fn it_is_libtorchs() {
        if !is_there() {
            return;
        }
        for start in (-6000..6000).step_by(LANES) {
            let x: [f32; LANES] = std::array::from_fn(|i| (start + i as i32) as f32 / 1000.0);
            // SAFETY: `is_there` asked for the features.
            let found = Tensor::from_slice(&values(unsafe { Gelu::get().of(floats(x)) }));
            let apart = (Tensor::from_slice(&x).gelu("none") - found).abs().max().double_value(&[]);
            assert!(apart < 2e-4, "at {}: {apart}", x[0]);
        }
    }
}
