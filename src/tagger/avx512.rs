//! What attention, layers and norms in bf16 have in common: registers of 16 lanes (AVX-512), and tensors as slices.

use std::arch::x86_64::*;
use std::mem::transmute;

use tch::{Device, Kind, Tensor};

/// Values a register holds.
pub(super) const LANES: usize = 16;

/// Whether the processor has what all three need.
pub(super) fn is_there() -> bool {
    std::arch::is_x86_feature_detected!("avx512bf16") && std::arch::is_x86_feature_detected!("avx512bw")
}

/// The values of a contiguous bf16 tensor, row by row.
pub(super) fn bf16(tensor: &Tensor) -> &[u16] {
    assert!(tensor.kind() == Kind::BFloat16 && tensor.is_contiguous() && tensor.device() == Device::Cpu);
    // SAFETY: it has as many values of two bytes, one after the other, for as long as the tensor is borrowed.
    unsafe { std::slice::from_raw_parts(tensor.data_ptr().cast(), tensor.numel()) }
}

/// A new bf16 tensor of `rows` rows and `width` columns, all of which `fill` writes.
pub(super) fn filled(rows: usize, width: usize, fill: impl FnOnce(&mut [u16])) -> Tensor {
    let tensor = Tensor::empty([rows as i64, width as i64], (Kind::BFloat16, Device::Cpu));
    // SAFETY: as above, and nobody else has the tensor yet.
    fill(unsafe { std::slice::from_raw_parts_mut(tensor.data_ptr().cast(), tensor.numel()) });
    tensor
}

#[inline]
pub(super) fn integers(values: [u32; LANES]) -> __m512i {
    // SAFETY: here as below, a register and an array are 64 bytes that may have any value.
    unsafe { transmute(values) }
}

#[inline]
pub(super) fn floats(values: [f32; LANES]) -> __m512 {
    // SAFETY: as above.
    unsafe { transmute(values) }
}

#[inline]
pub(super) fn values(register: __m512) -> [f32; LANES] {
    // SAFETY: as above.
    unsafe { transmute(register) }
}

#[inline]
pub(super) fn pairs(register: __m512i) -> __m512bh {
    // SAFETY: as above.
    unsafe { transmute(register) }
}

#[inline]
pub(super) fn halves(register: __m512bh) -> [u16; 2 * LANES] {
    // SAFETY: as above.
    unsafe { transmute(register) }
}

#[inline]
pub(super) fn words(register: __m512bh) -> [u32; LANES] {
    // SAFETY: as above.
    unsafe { transmute(register) }
}

/// 16 bf16 as fp32.
#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn widened(values: [u16; LANES]) -> __m512 {
    // SAFETY: both are 32 bytes that may have any value.
    let values = unsafe { transmute::<[u16; LANES], __m256i>(values) };
    _mm512_castsi512_ps(_mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(values)))
}

/// Two registers as 32 bf16.
#[target_feature(enable = "avx512f,avx512bf16")]
#[inline]
pub(super) fn narrowed(low: __m512, high: __m512) -> __m512bh {
    _mm512_cvtne2ps_pbh(high, low)
}

/// 2 to the power of `x`, at most 0, to 2 units in the last place; a polynomial (Cephes' exp2f).
#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn power_of_two(x: __m512) -> __m512 {
    let whole = _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(x);
    let part = _mm512_sub_ps(x, whole);
    let mut sum = _mm512_set1_ps(1.535_336_2e-4);
    for factor in [1.339_887_4e-3, 9.618_437e-3, 5.550_332_5e-2, 2.402_264_7e-1, 6.931_472e-1, 1.0] {
        sum = _mm512_fmadd_ps(sum, part, _mm512_set1_ps(factor));
    }
    _mm512_scalef_ps(sum, whole)
}

/// The Gaussian error linear unit, `x · Φ(x)`, to 1e-6; Φ by Abramowitz and Stegun's formula 7.1.26.
#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn gelu(x: __m512) -> __m512 {
    let one = _mm512_set1_ps(1.0);
    // 7.1.26 is erf(z) for z = |x| / √2.
    let z = _mm512_mul_ps(_mm512_abs_ps(x), _mm512_set1_ps(std::f32::consts::FRAC_1_SQRT_2));
    let t = _mm512_div_ps(one, _mm512_fmadd_ps(z, _mm512_set1_ps(0.327_591_1), one));
    let mut sum = _mm512_set1_ps(1.061_405_4);
    for factor in [-1.453_152_1, 1.421_413_8, -0.284_496_72, 0.254_829_6] {
        sum = _mm512_fmadd_ps(sum, t, _mm512_set1_ps(factor));
    }
    let exponent = _mm512_mul_ps(_mm512_mul_ps(z, z), _mm512_set1_ps(-std::f32::consts::LOG2_E));
    // Beyond erf(|z|), so Φ(−|x|) · 2.
    let beyond = _mm512_mul_ps(_mm512_mul_ps(sum, t), power_of_two(exponent));
    let half = _mm512_mul_ps(x, _mm512_set1_ps(0.5));
    // x > 0: x − x/2 · beyond; x < 0: x/2 · beyond.
    let tail = _mm512_mul_ps(half, beyond);
    let positive = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(x, _mm512_setzero_ps());
    _mm512_mask_sub_ps(tail, positive, x, tail)
}
