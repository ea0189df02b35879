//! NEON with products of bytes: from Cortex-A75, Neoverse N1 and Apple's M1 on.

use std::arch::aarch64::*;
use std::arch::is_aarch64_feature_detected;
use std::mem::transmute;

use super::neon::{each, neon, products};
use crate::{Kernel, LANES, Simd, Tiled, Weights};

/// That the processor has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dotprod(());

impl Dotprod {
    /// If the processor has it.
    pub fn detect() -> Option<Self> {
        is_aarch64_feature_detected!("dotprod").then_some(Self(()))
    }
}

products!(
    /// `sums` and, of each of four lanes, the product of four weights with four inputs.
    sdot
);

// SAFETY, here and in all blocks below: every ARM processor of 64 bits has NEON, whoever has a `Dotprod` has one with its
// instruction, too; and four registers and an array of 64 bytes are the same bytes, any of which make numbers.
#[allow(clippy::undocumented_unsafe_blocks, reason = "one reason for all, above")]
impl Simd for Dotprod {
    type F = [float32x4_t; 4];
    type Sum = [int32x4_t; 4];
    type Inputs = int8x16_t;

    const OFFSET: i32 = 0;

    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        #[target_feature(enable = "neon,dotprod")]
        fn with<K: Kernel>(simd: Dotprod, kernel: K) -> K::Output {
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
        unsafe { vreinterpretq_s8_s32(vdupq_n_s32(i32::from_le_bytes(fours[0]))) }
    }

    #[inline(always)]
    fn dot<const R: usize>(self, mut sums: [&mut Self::Sum; R], inputs: [Self::Inputs; R], weights: &[Weights]) {
        for part in 0..4 {
            let four_lanes = unsafe { vld1q_s8(weights[0].0[4 * part..].as_ptr().cast()) };
            for (sum, inputs) in sums.iter_mut().zip(inputs) {
                sum[part] = unsafe { sdot(sum[part], four_lanes, inputs) };
            }
        }
    }
}
