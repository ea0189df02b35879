//! Plain Rust: slow, and what all others are held to.

use super::{Kernel, LANES, Simd, Tiled, Weights, nearest};

/// No instruction set in particular.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portable;

#[inline(always)]
fn each(a: [f32; LANES], b: [f32; LANES], of: impl Fn(f32, f32) -> f32) -> [f32; LANES] {
    std::array::from_fn(|at| of(a[at], b[at]))
}

impl Simd for Portable {
    type F = [f32; LANES];
    type Sum = [i32; LANES];
    type Inputs = [u8; 4];

    const OFFSET: i32 = 128;

    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        kernel.run(self)
    }

    #[inline(always)]
    fn tile<T: Tiled>(self, tiled: T) {
        tiled.run::<Self, 2, 1>(self);
    }

    #[inline(always)]
    fn splat(self, x: f32) -> Self::F {
        [x; LANES]
    }

    #[inline(always)]
    fn load(self, x: &[f32; LANES]) -> Self::F {
        *x
    }

    #[inline(always)]
    fn values(self, x: Self::F) -> [f32; LANES] {
        x
    }

    #[inline(always)]
    fn add(self, a: Self::F, b: Self::F) -> Self::F {
        each(a, b, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, a: Self::F, b: Self::F) -> Self::F {
        each(a, b, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, a: Self::F, b: Self::F) -> Self::F {
        each(a, b, |a, b| a * b)
    }

    #[inline(always)]
    fn fma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        std::array::from_fn(|at| a[at].mul_add(b[at], c[at]))
    }

    #[inline(always)]
    fn max(self, a: Self::F, b: Self::F) -> Self::F {
        each(a, b, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn min(self, a: Self::F, b: Self::F) -> Self::F {
        each(a, b, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn abs(self, x: Self::F) -> Self::F {
        x.map(f32::abs)
    }

    #[inline(always)]
    fn round(self, x: Self::F) -> Self::F {
        x.map(nearest)
    }

    #[inline(always)]
    fn power(self, whole: Self::F) -> Self::F {
        whole.map(|whole| f32::from_bits(((whole as i32 + 127) as u32) << 23))
    }

    #[inline(always)]
    fn bytes(self, whole: Self::F) -> [[u8; 4]; LANES / 4] {
        std::array::from_fn(|four| std::array::from_fn(|at| whole[4 * four + at] as i32 as u8))
    }

    #[inline(always)]
    fn zero(self) -> Self::Sum {
        [0; LANES]
    }

    #[inline(always)]
    fn inputs(self, fours: &[[u8; 4]]) -> Self::Inputs {
        fours[0]
    }

    #[inline(always)]
    fn dot<const R: usize>(self, mut sums: [&mut Self::Sum; R], inputs: [Self::Inputs; R], weights: &[Weights]) {
        for (sums, inputs) in sums.iter_mut().zip(inputs) {
            for (sum, weights) in sums.iter_mut().zip(weights[0].0) {
                for (input, weight) in inputs.into_iter().zip(weights) {
                    *sum += i32::from(input) * i32::from(weight);
                }
            }
        }
    }

    #[inline(always)]
    fn total(self, sum: Self::Sum, less: &[i32; LANES]) -> Self::F {
        std::array::from_fn(|at| (sum[at] - less[at]) as f32)
    }
}
