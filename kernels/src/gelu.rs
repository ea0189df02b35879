//! The Gaussian error linear unit.
//!
//! `x · Φ(x) = max(x, 0) − |x| · Φ(−|x|)`; what is taken off is a small bump, here a polynomial.

use super::Simd;

/// Where the bump is taken to end; it is a ten-thousandth there.
const END: f32 = 4.0;

/// Of the bump up to [`END`]: the polynomial whose greatest error is least, 4e-5.
const BUMP: [f32; 10] = [
    4.944_901_2e-5,
    -8.161_74e-4,
    4.832_243e-3,
    -9.123_941e-3,
    -2.151_5e-2,
    0.105_278_544,
    -3.105_726_8e-2,
    -0.387_478_3,
    0.498_426_14,
    3.521_102_2e-5,
];

/// To 1.3e-4, which is where the bump ends.
#[inline(always)]
pub(crate) fn gelu<S: Simd>(s: S, x: S::F) -> S::F {
    let a = s.min(s.abs(x), s.splat(END));
    let mut bump = s.splat(BUMP[0]);
    for factor in &BUMP[1..] {
        bump = s.fma(bump, a, s.splat(*factor));
    }
    s.sub(s.max(x, s.splat(0.0)), bump)
}
