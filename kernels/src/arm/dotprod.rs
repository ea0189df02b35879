//! NEON with products of bytes: from Cortex-A75, Neoverse N1 and Apple's M1 on.

use std::arch::aarch64::*;
use std::arch::{asm, is_aarch64_feature_detected};
use std::mem::transmute;

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

/// Each part of 16 lanes through `of`.
macro_rules! each {
    ($of:expr, $($x:expr),+) => {
        std::array::from_fn(|part| unsafe { $of($($x[part]),+) })
    };
}

// SAFETY, here and in all blocks below: every ARM processor of 64 bits has NEON, whoever has a `Dotprod` has one with its
// instruction, too; and four registers and an array of 64 bytes are the same bytes, any of which make numbers.
#[allow(clippy::undocumented_unsafe_blocks, reason = "one reason for all, above")]
impl Simd for Dotprod {
    type F = [float32x4_t; 4];
    type Sum = [int32x4_t; 4];
    type Four = int8x16_t;

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

    #[inline(always)]
    fn splat(self, x: f32) -> Self::F {
        unsafe { [vdupq_n_f32(x); 4] }
    }

    #[inline(always)]
    fn load(self, x: &[f32; LANES]) -> Self::F {
        unsafe { transmute(*x) }
    }

    #[inline(always)]
    fn values(self, x: Self::F) -> [f32; LANES] {
        unsafe { transmute(x) }
    }

    #[inline(always)]
    fn add(self, a: Self::F, b: Self::F) -> Self::F {
        each!(vaddq_f32, a, b)
    }

    #[inline(always)]
    fn sub(self, a: Self::F, b: Self::F) -> Self::F {
        each!(vsubq_f32, a, b)
    }

    #[inline(always)]
    fn mul(self, a: Self::F, b: Self::F) -> Self::F {
        each!(vmulq_f32, a, b)
    }

    #[inline(always)]
    fn fma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        each!(vfmaq_f32, c, a, b)
    }

    // NEON's own say of two zeros, and of what is no number, something else.
    #[inline(always)]
    fn max(self, a: Self::F, b: Self::F) -> Self::F {
        each!(|a, b| vbslq_f32(vcgtq_f32(a, b), a, b), a, b)
    }

    #[inline(always)]
    fn min(self, a: Self::F, b: Self::F) -> Self::F {
        each!(|a, b| vbslq_f32(vcltq_f32(a, b), a, b), a, b)
    }

    #[inline(always)]
    fn abs(self, x: Self::F) -> Self::F {
        each!(vabsq_f32, x)
    }

    #[inline(always)]
    fn round(self, x: Self::F) -> Self::F {
        each!(vrndnq_f32, x)
    }

    #[inline(always)]
    fn power(self, whole: Self::F) -> Self::F {
        each!(|x| vreinterpretq_f32_s32(vshlq_n_s32::<23>(vaddq_s32(vcvtq_s32_f32(x), vdupq_n_s32(127)))), whole)
    }

    #[inline(always)]
    fn bytes(self, whole: Self::F) -> [[u8; 4]; LANES / 4] {
        unsafe {
            let [a, b, c, d] = whole.map(|x| vcvtq_s32_f32(x));
            let [ab, cd] = [vcombine_s16(vmovn_s32(a), vmovn_s32(b)), vcombine_s16(vmovn_s32(c), vmovn_s32(d))];
            transmute(vcombine_s8(vmovn_s16(ab), vmovn_s16(cd)))
        }
    }

    #[inline(always)]
    fn zero(self) -> Self::Sum {
        unsafe { [vdupq_n_s32(0); 4] }
    }

    #[inline(always)]
    fn four(self, inputs: [u8; 4]) -> Self::Four {
        unsafe { vreinterpretq_s8_s32(vdupq_n_s32(i32::from_le_bytes(inputs))) }
    }

    #[inline(always)]
    fn dot<const R: usize>(self, mut sums: [&mut Self::Sum; R], inputs: [Self::Four; R], weights: &Weights) {
        for part in 0..4 {
            let four_lanes = unsafe { vld1q_s8(weights.0[4 * part..].as_ptr().cast()) };
            for (sum, inputs) in sums.iter_mut().zip(inputs) {
                // What std has for it is not stable.
                unsafe {
                    asm!(
                        "sdot {sum:v}.4s, {weights:v}.16b, {inputs:v}.16b",
                        sum = inout(vreg) sum[part],
                        weights = in(vreg) four_lanes,
                        inputs = in(vreg) inputs,
                        options(pure, nomem, nostack, preserves_flags),
                    );
                }
            }
        }
    }

    #[inline(always)]
    fn total(self, sum: Self::Sum, less: &[i32; LANES]) -> Self::F {
        let less: [int32x4_t; 4] = unsafe { transmute(*less) };
        each!(|sum, less| vcvtq_f32_s32(vsubq_s32(sum, less)), sum, less)
    }
}
