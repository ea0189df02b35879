//! A residual sum with its layer norm, in one pass where the processor has AVX512-BF16.

use tch::{Kind, Tensor};

/// A layer norm's weights, both in the kind to compute in.
pub(crate) struct Norm {
    pub(crate) weight: Tensor,
    pub(crate) bias: Tensor,
}

impl Norm {
    /// BERT's, and rust-bert's.
    const EPSILON: f64 = 1e-12;

    /// The norm of each row.
    pub(crate) fn forward(&self, x: &Tensor) -> Tensor {
        x.layer_norm(self.weight.size(), Some(&self.weight), Some(&self.bias), Self::EPSILON, false)
    }

    /// The norm of each row of `x + y`, two tensors of one shape.
    pub(crate) fn of_sum(&self, x: &Tensor, y: &Tensor) -> Tensor {
        #[cfg(target_arch = "x86_64")]
        if fits(x) {
            return fused::of_sum(self, x, y);
        }
        self.forward(&(x + y))
    }
}

#[cfg(target_arch = "x86_64")]
fn fits(x: &Tensor) -> bool {
    x.kind() == Kind::BFloat16
        && (x.size()[1] as usize).is_multiple_of(2 * super::avx512::LANES)
        && super::avx512::is_there()
}

#[cfg(target_arch = "x86_64")]
mod fused {
    use std::arch::x86_64::*;

    use tch::Tensor;

    use super::Norm;
    use crate::tagger::avx512::{LANES, bf16, filled, floats, halves, narrowed, values, widened};

    pub(super) fn of_sum(norm: &Norm, x: &Tensor, y: &Tensor) -> Tensor {
        assert_eq!(x.size(), y.size());
        let [x, y, weight, bias] = [x, y, &norm.weight, &norm.bias].map(Tensor::contiguous);
        let (terms, weights) = ([bf16(&x), bf16(&y)], [bf16(&weight), bf16(&bias)]);
        let width = x.size()[1] as usize;
        assert_eq!(weights.map(<[u16]>::len), [width, width]);
        filled(terms[0].len() / width, width, |out| {
            // SAFETY: `fits` asked for the features.
            unsafe { rows(terms, weights, out) };
        })
    }

    /// Norms of the sums' rows, with `[weight, bias]`.
    #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
    fn rows(terms: [&[u16]; 2], [weight, bias]: [&[u16]; 2], out: &mut [u16]) {
        let width = weight.len();
        let mut sums = vec![[0f32; LANES]; width / LANES];
        let weight = weight.as_chunks::<LANES>().0;
        let bias = bias.as_chunks::<LANES>().0;
        let rows = terms[0].chunks_exact(width).zip(terms[1].chunks_exact(width));
        for ((x, y), out) in rows.zip(out.chunks_exact_mut(width)) {
            let mut total = _mm512_setzero_ps();
            for ((&x, &y), sum) in x.as_chunks::<LANES>().0.iter().zip(y.as_chunks::<LANES>().0).zip(&mut sums) {
                let both = _mm512_add_ps(widened(x), widened(y));
                total = _mm512_add_ps(total, both);
                *sum = values(both);
            }
            let mean = _mm512_set1_ps(_mm512_reduce_add_ps(total) / width as f32);
            let mut squares = _mm512_setzero_ps();
            for &sum in &sums {
                let apart = _mm512_sub_ps(floats(sum), mean);
                squares = _mm512_fmadd_ps(apart, apart, squares);
            }
            let variance = _mm512_reduce_add_ps(squares) / width as f32;
            let factor = _mm512_set1_ps(1.0 / (variance + Norm::EPSILON as f32).sqrt());
            let mut done = sums.iter().zip(weight.iter().zip(bias)).map(|(&sum, (&weight, &bias))| {
                let scaled = _mm512_mul_ps(_mm512_sub_ps(floats(sum), mean), factor);
                _mm512_fmadd_ps(scaled, widened(weight), widened(bias))
            });
            for to in out.as_chunks_mut::<{ 2 * LANES }>().0 {
                if let (Some(low), Some(high)) = (done.next(), done.next()) {
                    *to = halves(narrowed(low, high));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    #[test]
    fn a_sum_is_normed_as_by_libtorch() {
        // Elsewhere it is libtorch, which rounds the sum before it norms it.
        if !crate::tagger::engine::has_bf16() {
            return;
        }
        tch::manual_seed(11);
        let random = |shape: &[i64]| Tensor::randn(shape, (Kind::Float, Device::Cpu)).to_kind(Kind::BFloat16);
        let (x, y) = (random(&[37, 384]) * 3.0 + 1.0, random(&[37, 384]));
        let norm = Norm { weight: random(&[384]), bias: random(&[384]) };
        let [x32, y32, weight, bias] = [&x, &y, &norm.weight, &norm.bias].map(|t| t.to_kind(Kind::Float));
        let wanted = Norm { weight, bias }.forward(&(x32 + y32));
        let apart = (norm.of_sum(&x, &y).to_kind(Kind::Float) - &wanted).abs() / (wanted.abs() + 0.1);
        assert!(apart.max().double_value(&[]) < 1.0 / 64.0, "{apart:?}");
    }
}
