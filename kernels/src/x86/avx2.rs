//! AVX2 with FMA: from Haswell and Zen on.
//!
//! Its instruction for products of bytes saturates, so bytes are widened to 16 bits, whose products it adds up in pairs
//! exactly.

use std::arch::is_x86_feature_detected;
use std::arch::x86_64::*;

use crate::{Kernel, LANES, Simd, Tiled, Weights};

/// That the processor has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Avx2(());

impl Avx2 {
    /// If the processor has it.
    pub fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

/// What AVX2 and AVX-VNNI have in common: fp32 in two registers.
macro_rules! floats {
    () => {
        #[inline(always)]
        fn splat(self, x: f32) -> Self::F {
            unsafe { [_mm256_set1_ps(x); 2] }
        }

        #[inline(always)]
        fn load(self, x: &[f32; LANES]) -> Self::F {
            unsafe { [_mm256_loadu_ps(x.as_ptr()), _mm256_loadu_ps(x[8..].as_ptr())] }
        }

        #[inline(always)]
        fn values(self, x: Self::F) -> [f32; LANES] {
            unsafe { std::mem::transmute(x) }
        }

        #[inline(always)]
        fn add(self, a: Self::F, b: Self::F) -> Self::F {
            unsafe { [_mm256_add_ps(a[0], b[0]), _mm256_add_ps(a[1], b[1])] }
        }

        #[inline(always)]
        fn sub(self, a: Self::F, b: Self::F) -> Self::F {
            unsafe { [_mm256_sub_ps(a[0], b[0]), _mm256_sub_ps(a[1], b[1])] }
        }

        #[inline(always)]
        fn mul(self, a: Self::F, b: Self::F) -> Self::F {
            unsafe { [_mm256_mul_ps(a[0], b[0]), _mm256_mul_ps(a[1], b[1])] }
        }

        #[inline(always)]
        fn fma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
            unsafe { [_mm256_fmadd_ps(a[0], b[0], c[0]), _mm256_fmadd_ps(a[1], b[1], c[1])] }
        }

        #[inline(always)]
        fn max(self, a: Self::F, b: Self::F) -> Self::F {
            unsafe { [_mm256_max_ps(a[0], b[0]), _mm256_max_ps(a[1], b[1])] }
        }

        #[inline(always)]
        fn min(self, a: Self::F, b: Self::F) -> Self::F {
            unsafe { [_mm256_min_ps(a[0], b[0]), _mm256_min_ps(a[1], b[1])] }
        }

        #[inline(always)]
        fn abs(self, x: Self::F) -> Self::F {
            unsafe {
                let sign = _mm256_set1_ps(-0.0);
                [_mm256_andnot_ps(sign, x[0]), _mm256_andnot_ps(sign, x[1])]
            }
        }

        #[inline(always)]
        fn round(self, x: Self::F) -> Self::F {
            const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
            unsafe { [_mm256_round_ps::<NEAREST>(x[0]), _mm256_round_ps::<NEAREST>(x[1])] }
        }

        #[inline(always)]
        fn power(self, whole: Self::F) -> Self::F {
            unsafe {
                let [a, b] = [_mm256_cvtps_epi32(whole[0]), _mm256_cvtps_epi32(whole[1])];
                let bias = _mm256_set1_epi32(127);
                [
                    _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_add_epi32(a, bias))),
                    _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_add_epi32(b, bias))),
                ]
            }
        }

        #[inline(always)]
        fn bytes(self, whole: Self::F) -> [[u8; 4]; LANES / 4] {
            unsafe {
                let [a, b] = [_mm256_cvtps_epi32(whole[0]), _mm256_cvtps_epi32(whole[1])];
                // Packing works within halves; what it leaves is put in order: 0 4 1 5 of four bytes each.
                let two = _mm256_packs_epi32(a, b);
                let one = _mm256_packus_epi16(two, two);
                let order = _mm256_setr_epi32(0, 4, 1, 5, 0, 4, 1, 5);
                std::mem::transmute(_mm256_castsi256_si128(_mm256_permutevar8x32_epi32(one, order)))
            }
        }
    };
}
pub(crate) use floats;

// SAFETY, here and in all blocks below: whoever has an `Avx2` has a processor with these instructions; and a register and
// an array of 32 bytes are the same bytes, any of which make numbers.
#[allow(clippy::undocumented_unsafe_blocks, reason = "one reason for all, above")]
impl Simd for Avx2 {
    type F = [__m256; 2];
    /// Of each lane two sums, side by side.
    type Sum = [__m256i; 4];
    type Inputs = __m256i;

    const OFFSET: i32 = 128;

    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        #[target_feature(enable = "avx2,fma")]
        fn with<K: Kernel>(simd: Avx2, kernel: K) -> K::Output {
            kernel.run(simd)
        }
        unsafe { with(self, kernel) }
    }

    #[inline(always)]
    fn tile<T: Tiled>(self, tiled: T) {
        tiled.run::<Self, 3, 1>(self);
    }

    #[inline(always)]
    fn tile_floats<T: Tiled>(self, tiled: T) {
        tiled.run::<Self, 6, 1>(self);
    }

    floats!();

    #[inline(always)]
    fn zero(self) -> Self::Sum {
        unsafe { [_mm256_setzero_si256(); 4] }
    }

    #[inline(always)]
    fn inputs(self, fours: &[[u8; 4]]) -> Self::Inputs {
        unsafe { _mm256_cvtepu8_epi16(_mm_set1_epi32(i32::from_le_bytes(fours[0]))) }
    }

    #[inline(always)]
    fn dot<const R: usize>(self, mut sums: [&mut Self::Sum; R], inputs: [Self::Inputs; R], weights: &[Weights]) {
        for part in 0..4 {
            let four_lanes = unsafe { _mm_load_si128(weights[0].0[4 * part..].as_ptr().cast()) };
            let wide = unsafe { _mm256_cvtepi8_epi16(four_lanes) };
            for (sum, inputs) in sums.iter_mut().zip(inputs) {
                sum[part] = unsafe { _mm256_add_epi32(sum[part], _mm256_madd_epi16(inputs, wide)) };
            }
        }
    }

    #[inline(always)]
    fn total(self, sum: Self::Sum, less: &[i32; LANES]) -> Self::F {
        unsafe {
            let [a, b] = [_mm256_hadd_epi32(sum[0], sum[1]), _mm256_hadd_epi32(sum[2], sum[3])];
            // Lanes 0 1 4 5 2 3 6 7, two at a time.
            let [a, b] = [_mm256_permute4x64_epi64::<0b11_01_10_00>(a), _mm256_permute4x64_epi64::<0b11_01_10_00>(b)];
            let [c, d] = [_mm256_loadu_si256(less.as_ptr().cast()), _mm256_loadu_si256(less[8..].as_ptr().cast())];
            [_mm256_cvtepi32_ps(_mm256_sub_epi32(a, c)), _mm256_cvtepi32_ps(_mm256_sub_epi32(b, d))]
        }
    }
}
