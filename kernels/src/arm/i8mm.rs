//! NEON with products of matrices of bytes: from Neoverse V1 and N2 and Apple's M2 on.
//!
//! One instruction multiplies two rows' eight inputs with two lanes' eight weights, which are twice as many products as
//! [`Dotprod`](super::Dotprod) has in one.

use std::arch::aarch64::*;
use std::arch::is_aarch64_feature_detected;
use std::mem::transmute;

use super::dotprod::sdot;
use super::neon::{each, neon, products};
use crate::{Kernel, LANES, Simd, Tiled, Weights};

/// That the processor has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct I8mm(());

impl I8mm {
    /// If the processor has it.
    pub fn detect() -> Option<Self> {
        (is_aarch64_feature_detected!("dotprod") && is_aarch64_feature_detected!("i8mm")).then_some(Self(()))
    }
}

products!(
    /// `sums` and, of two rows and two lanes, the products of eight inputs with eight weights.
    smmla
);

// SAFETY, here and in all blocks below: every ARM processor of 64 bits has NEON, whoever has an `I8mm` has one with its
// instructions, too; and four registers and an array of 64 bytes are the same bytes, any of which make numbers.
#[allow(clippy::undocumented_unsafe_blocks, reason = "one reason for all, above")]
impl Simd for I8mm {
    type F = [float32x4_t; 4];
    /// Of a row without another beside it its lanes in order. Of two rows together: of the even one of each four lanes the
    /// first two of both rows, of the odd one the last two.
    type Sum = [int32x4_t; 4];
    type Inputs = int8x8_t;

    const OFFSET: i32 = 0;
    const FOURS: usize = 2;

    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        #[target_feature(enable = "neon,dotprod,i8mm")]
        fn with<K: Kernel>(simd: I8mm, kernel: K) -> K::Output {
            kernel.run(simd)
        }
        unsafe { with(self, kernel) }
    }

    #[inline(always)]
    fn tile<T: Tiled>(self, tiled: T) {
        tiled.run::<Self, 6, 1>(self);
    }

    neon!();

    #[inline(always)]
    fn inputs(self, fours: &[[u8; 4]]) -> Self::Inputs {
        unsafe { vld1_s8(fours[..2].as_ptr().cast()) }
    }

    #[inline(always)]
    fn dot<const R: usize>(self, mut sums: [&mut Self::Sum; R], inputs: [Self::Inputs; R], weights: &[Weights]) {
        for part in 0..4 {
            let [first, second] =
                [0, 1].map(|four| unsafe { vld1q_s8(weights[four].0[4 * part..].as_ptr().cast::<i8>()) });
            let [low, high] = unsafe {
                let [first, second] = [vreinterpretq_s32_s8(first), vreinterpretq_s32_s8(second)];
                [vzip1q_s32(first, second), vzip2q_s32(first, second)].map(|lanes| vreinterpretq_s8_s32(lanes))
            };
            let (pairs, alone) = sums.as_chunks_mut::<2>();
            for ([even, odd], inputs) in pairs.iter_mut().zip(inputs.as_chunks::<2>().0) {
                unsafe {
                    let rows = vcombine_s8(inputs[0], inputs[1]);
                    even[part] = smmla(even[part], rows, low);
                    odd[part] = smmla(odd[part], rows, high);
                }
            }
            for (sum, inputs) in alone.iter_mut().zip(inputs.as_chunks::<2>().1) {
                unsafe {
                    let fours = vreinterpret_s32_s8(*inputs);
                    let [low, high] = [vdupq_lane_s32::<0>(fours), vdupq_lane_s32::<1>(fours)];
                    sum[part] = sdot(sum[part], first, vreinterpretq_s8_s32(low));
                    sum[part] = sdot(sum[part], second, vreinterpretq_s8_s32(high));
                }
            }
        }
    }

    #[inline(always)]
    fn settled<const R: usize>(self, mut sums: [Self::Sum; R]) -> [Self::Sum; R] {
        for [even, odd] in sums.as_chunks_mut::<2>().0 {
            for (even, odd) in even.iter_mut().zip(odd) {
                let (low, high) = (*even, *odd);
                *even = unsafe { vcombine_s32(vget_low_s32(low), vget_low_s32(high)) };
                *odd = unsafe { vcombine_s32(vget_high_s32(low), vget_high_s32(high)) };
            }
        }
        sums
    }
}
