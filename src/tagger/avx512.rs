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

/// A register of 32 bf16, or of as many pairs as it has lanes.
#[inline]
pub(super) fn loaded(values: [u16; 2 * LANES]) -> __m512i {
    // SAFETY: here as below, a register and an array are 64 bytes that may have any value.
    unsafe { transmute(values) }
}

/// The same as numbers, a pair each.
#[inline]
pub(super) fn paired(values: [u16; 2 * LANES]) -> [u32; LANES] {
    // SAFETY: as above.
    unsafe { transmute(values) }
}

#[inline]
pub(super) fn integers(values: [u32; LANES]) -> __m512i {
    // SAFETY: as above.
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
pub(super) fn bits(register: __m512bh) -> __m512i {
    // SAFETY: as above.
    unsafe { transmute(register) }
}

#[inline]
pub(super) fn halves(register: __m512bh) -> [u16; 2 * LANES] {
    // SAFETY: as above.
    unsafe { transmute(register) }
}

/// All lanes of some registers.
#[inline]
pub(super) fn lanes(registers: &[__m512i]) -> &[u32] {
    // SAFETY: a register is that many numbers, which may have any value, and is aligned more strictly than they.
    unsafe { std::slice::from_raw_parts(registers.as_ptr().cast(), registers.len() * LANES) }
}

/// Rows as columns.
#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn transposed(mut rows: [__m512i; LANES]) -> [__m512i; LANES] {
    for apart in [1, 2, 4, 8] {
        // Blocks of `apart` columns are exchanged between rows that are `apart` apart; lane 16 + i is the second row's.
        let upper: [u32; LANES] =
            std::array::from_fn(|i| if i & apart == 0 { i as u32 } else { (LANES + i - apart) as u32 });
        let lower: [u32; LANES] =
            std::array::from_fn(|i| if i & apart == 0 { (i + apart) as u32 } else { (LANES + i) as u32 });
        for i in (0..LANES).filter(|i| i & apart == 0) {
            let (a, b) = (rows[i], rows[i + apart]);
            rows[i] = _mm512_permutex2var_epi32(a, integers(upper), b);
            rows[i + apart] = _mm512_permutex2var_epi32(a, integers(lower), b);
        }
    }
    rows
}

/// Two rows of 32 bf16 value by value side by side: the first 16 of both, the others.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
pub(super) fn zipped(a: __m512i, b: __m512i) -> [__m512i; 2] {
    let from = |first: u16| loaded(std::array::from_fn(|i| first + (i / 2 + i % 2 * 2 * LANES) as u16));
    [0, LANES as u16].map(|first| _mm512_permutex2var_epi16(a, from(first), b))
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

/// 2 to the power of `x`, at most 0, to a ten-thousandth: a tenth of what rounding to bf16 loses.
#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn power_of_two(x: __m512) -> __m512 {
    let whole = _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(x);
    let part = _mm512_sub_ps(x, whole);
    let mut sum = _mm512_set1_ps(CUBIC[0]);
    for factor in &CUBIC[1..] {
        sum = _mm512_fmadd_ps(sum, part, _mm512_set1_ps(*factor));
    }
    _mm512_scalef_ps(sum, whole)
}

/// Of 2 to the power of at most a half: the cubic whose greatest relative error is least.
const CUBIC: [f32; 4] = [5.517_167e-2, 0.242_611_12, 0.693_261, 0.999_928_1];
