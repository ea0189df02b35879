//! AVX2 with AVX-VNNI, which multiplies bytes without AVX-512: from Alder Lake on.

use std::arch::is_x86_feature_detected;
use std::arch::x86_64::*;

use super::avx2::floats;
use crate::{Kernel, LANES, Simd, Tiled, Weights};

/// That the processor has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AvxVnni(());

impl AvxVnni {
    /// If the processor has it.
    pub fn detect() -> Option<Self> {
        let has =
            is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("avxvnni");
        has.then_some(Self(()))
    }
}

// SAFETY, here and in all blocks below: whoever has an `AvxVnni` has a processor with these instructions; and a register
// and an array of 32 bytes are the same bytes, any of which make numbers.
#[allow(clippy::undocumented_unsafe_blocks, reason = "one reason for all, above")]
impl Simd for AvxVnni {
    type F = [__m256; 2];
    type Sum = [__m256i; 2];
    type Inputs = __m256i;

    const OFFSET: i32 = 128;

    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        #[target_feature(enable = "avx2,fma,avxvnni")]
        fn with<K: Kernel>(simd: AvxVnni, kernel: K) -> K::Output {
            kernel.run(simd)
        }
        unsafe { with(self, kernel) }
    }

    #[inline(always)]
    fn tile<T: Tiled>(self, tiled: T) {
        tiled.run::<Self, 6, 1>(self);
    }

    floats!();

    #[inline(always)]
    fn zero(self) -> Self::Sum {
        unsafe { [_mm256_setzero_si256(); 2] }
    }

    #[inline(always)]
    fn inputs(self, fours: &[[u8; 4]]) -> Self::Inputs {
        unsafe { _mm256_set1_epi32(i32::from_le_bytes(fours[0])) }
    }

    #[inline(always)]
    fn dot<const R: usize>(self, mut sums: [&mut Self::Sum; R], inputs: [Self::Inputs; R], weights: &[Weights]) {
        for part in 0..2 {
            let eight_lanes = unsafe { _mm256_load_si256(weights[0].0[8 * part..].as_ptr().cast()) };
            for (sum, inputs) in sums.iter_mut().zip(inputs) {
                sum[part] = unsafe { _mm256_dpbusd_avx_epi32(sum[part], inputs, eight_lanes) };
            }
        }
    }

    #[inline(always)]
    fn total(self, sum: Self::Sum, less: &[i32; LANES]) -> Self::F {
        unsafe {
            let [c, d] = [_mm256_loadu_si256(less.as_ptr().cast()), _mm256_loadu_si256(less[8..].as_ptr().cast())];
            [_mm256_cvtepi32_ps(_mm256_sub_epi32(sum[0], c)), _mm256_cvtepi32_ps(_mm256_sub_epi32(sum[1], d))]
        }
    }
}
