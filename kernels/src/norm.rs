//! A residual sum with its layer norm.

use super::{Isa, Kernel, LANES, Simd};

/// A layer norm's weights.
#[derive(Debug)]
pub struct Norm {
    weight: Vec<[f32; LANES]>,
    bias: Vec<[f32; LANES]>,
    epsilon: f32,
}

impl Norm {
    /// From as many weights as biases, a multiple of 16.
    pub fn new(weight: &[f32], bias: &[f32], epsilon: f32) -> Self {
        assert!(weight.len() == bias.len() && weight.len().is_multiple_of(LANES));
        Self { weight: weight.as_chunks().0.to_vec(), bias: bias.as_chunks().0.to_vec(), epsilon }
    }

    /// The norm of each row of `x + y`, in place of `x`.
    pub fn of_sum(&self, isa: Isa, x: &mut [f32], y: &[f32]) {
        assert_eq!(x.len(), y.len());
        isa.run(OfSum { norm: self, x, y });
    }
}

struct OfSum<'a> {
    norm: &'a Norm,
    x: &'a mut [f32],
    y: &'a [f32],
}

impl Kernel for OfSum<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Norm { weight, bias, epsilon } = self.norm;
        let width = weight.len() * LANES;
        for (x, y) in self.x.chunks_exact_mut(width).zip(self.y.chunks_exact(width)) {
            let x = x.as_chunks_mut::<LANES>().0;
            let mut total = s.splat(0.0);
            for (x, y) in x.iter_mut().zip(y.as_chunks().0) {
                let both = s.add(s.load(x), s.load(y));
                total = s.add(total, both);
                *x = s.values(both);
            }
            let mean = s.splat(s.sum(total) / width as f32);
            let mut squares = s.splat(0.0);
            for x in x.iter() {
                let apart = s.sub(s.load(x), mean);
                squares = s.fma(apart, apart, squares);
            }
            let variance = s.sum(squares) / width as f32;
            let factor = s.splat(1.0 / (variance + epsilon).sqrt());
            for (x, (weight, bias)) in x.iter_mut().zip(weight.iter().zip(bias)) {
                let scaled = s.mul(s.sub(s.load(x), mean), factor);
                *x = s.values(s.fma(scaled, s.load(weight), s.load(bias)));
            }
        }
    }
}
