//! AVX-512 with VNNI: from Cascade Lake and Zen 4 on.

use std::arch::is_x86_feature_detected;
use std::arch::x86_64::*;
use std::mem::transmute;

use crate::{Kernel, LANES, Simd, Tiled, Weights};

/// That the processor has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Avx512(());

impl Avx512 {
    /// If the processor has it.
    pub fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vnni");
        has.then_some(Self(()))
    }
}

// SAFETY, here and in all blocks below: whoever has an `Avx512` has a processor with these instructions; and a register
// and an array of 64 bytes are the same bytes, any of which make numbers.
#[allow(clippy::undocumented_unsafe_blocks, reason = "one reason for all, above")]
impl Simd for Avx512 {
    type F = __m512;
    type Sum = __m512i;
    type Inputs = __m512i;

    const OFFSET: i32 = 128;

    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        #[target_feature(enable = "avx512f,avx512bw,avx512vnni,fma")]
        fn with<K: Kernel>(simd: Avx512, kernel: K) -> K::Output {
            kernel.run(simd)
        }
        unsafe { with(self, kernel) }
    }

    #[inline(always)]
    fn tile<T: Tiled>(self, tiled: T) {
        tiled.run::<Self, 6, 4>(self);
    }

    #[inline(always)]
    fn splat(self, x: f32) -> Self::F {
        unsafe { _mm512_set1_ps(x) }
    }

    #[inline(always)]
    fn load(self, x: &[f32; LANES]) -> Self::F {
        unsafe { _mm512_loadu_ps(x.as_ptr()) }
    }

    #[inline(always)]
    fn values(self, x: Self::F) -> [f32; LANES] {
        unsafe { transmute(x) }
    }

    #[inline(always)]
    fn add(self, a: Self::F, b: Self::F) -> Self::F {
        unsafe { _mm512_add_ps(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: Self::F, b: Self::F) -> Self::F {
        unsafe { _mm512_sub_ps(a, b) }
    }

    #[inline(always)]
    fn mul(self, a: Self::F, b: Self::F) -> Self::F {
        unsafe { _mm512_mul_ps(a, b) }
    }

    #[inline(always)]
    fn fma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }

    #[inline(always)]
    fn max(self, a: Self::F, b: Self::F) -> Self::F {
        unsafe { _mm512_max_ps(a, b) }
    }

    #[inline(always)]
    fn min(self, a: Self::F, b: Self::F) -> Self::F {
        unsafe { _mm512_min_ps(a, b) }
    }

    #[inline(always)]
    fn abs(self, x: Self::F) -> Self::F {
        unsafe { _mm512_abs_ps(x) }
    }

    #[inline(always)]
    fn round(self, x: Self::F) -> Self::F {
        unsafe { _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(x) }
    }

    #[inline(always)]
    fn power(self, whole: Self::F) -> Self::F {
        unsafe {
            let exponent = _mm512_add_epi32(_mm512_cvtps_epi32(whole), _mm512_set1_epi32(127));
            _mm512_castsi512_ps(_mm512_slli_epi32::<23>(exponent))
        }
    }

    #[inline(always)]
    fn bytes(self, whole: Self::F) -> [[u8; 4]; LANES / 4] {
        unsafe { transmute(_mm512_cvtepi32_epi8(_mm512_cvtps_epi32(whole))) }
    }

    #[inline(always)]
    fn zero(self) -> Self::Sum {
        unsafe { _mm512_setzero_si512() }
    }

    #[inline(always)]
    fn inputs(self, fours: &[[u8; 4]]) -> Self::Inputs {
        unsafe { _mm512_set1_epi32(i32::from_le_bytes(fours[0])) }
    }

    #[inline(always)]
    fn dot<const R: usize>(self, sums: [&mut Self::Sum; R], inputs: [Self::Inputs; R], weights: &[Weights]) {
        let weights = unsafe { _mm512_load_si512(weights[0].0.as_ptr().cast()) };
        for (sum, inputs) in sums.into_iter().zip(inputs) {
            *sum = unsafe { _mm512_dpbusd_epi32(*sum, inputs, weights) };
        }
    }

    #[inline(always)]
    fn total(self, sum: Self::Sum, less: &[i32; LANES]) -> Self::F {
        unsafe { _mm512_cvtepi32_ps(_mm512_sub_epi32(sum, _mm512_loadu_si512(less.as_ptr().cast()))) }
    }
}
