//! Linear layers in int8 with the processor's own dot products (AVX512-VNNI).
//!
//! A weight is scaled by the greatest of its output's row, an input by the greatest of its own position. So nothing
//! depends on the rest of a batch, sums are exact, and dev figures move by less than half a point (model card). One
//! scale for a whole batch, as libtorch's own int8 has it, would make articles depend on each other.

use tch::nn::Linear;
use tch::{Kind, Tensor};

/// Outputs that a register holds.
const LANES: usize = 16;

/// Registers of outputs side by side; with [`ROWS`] they fill the processor's.
const GROUPS: usize = 4;

/// Outputs side by side.
const COLUMNS: usize = GROUPS * LANES;

/// Positions that go through together.
const ROWS: usize = 6;

/// Positions whose inputs stay in the nearer cache while all weights pass.
const NEAR: usize = 16 * ROWS;

/// Four weights of each of [`COLUMNS`] outputs.
#[repr(align(64))]
struct Panel([[u32; LANES]; GROUPS]);

/// A linear layer with int8 weights.
pub(crate) struct Int8 {
    inputs: usize,
    outputs: usize,
    /// For each 64 outputs and each four inputs: the weights.
    panels: Vec<Panel>,
    /// What each output's sum is multiplied with.
    scales: Vec<f32>,
    /// What is taken off each output's sum, since inputs are stored 128 too high.
    surplus: Vec<u32>,
    bias: Vec<f32>,
    /// Whether outputs go through a GELU.
    gelu: bool,
}

/// Whether the processor can do it.
pub(crate) fn has_int8() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        std::arch::is_x86_feature_detected!("avx512vnni") && super::avx512::is_there()
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        false
    }
}

impl Int8 {
    /// The same layer in int8, with a GELU after it if wanted; `None` if its sizes are no multiples of 64.
    pub(crate) fn new(linear: &Linear, gelu: bool) -> Option<Self> {
        let [outputs, inputs] = <[i64; 2]>::try_from(linear.ws.size()).ok()?.map(|n| n as usize);
        if outputs % COLUMNS != 0 || inputs % COLUMNS != 0 {
            return None;
        }
        let weights = super::pointers::floats(&linear.ws);
        let bias = linear.bs.as_ref().map_or_else(|| vec![0.0; outputs], super::pointers::floats);
        let rows: Vec<(f32, Vec<i8>)> = weights.chunks_exact(inputs).map(quantized).collect();
        let four = |output: usize, from: usize| {
            let bytes = rows[output].1[from..from + 4].first_chunk::<4>().expect("four").map(|w| w as u8);
            u32::from_le_bytes(bytes)
        };
        let panel = |first: usize, from: usize| -> Panel {
            Panel(std::array::from_fn(|group| std::array::from_fn(|lane| four(first + group * LANES + lane, from))))
        };
        let panels = (0..outputs).step_by(COLUMNS).flat_map(|first| {
            let panel = &panel;
            (0..inputs).step_by(4).map(move |from| panel(first, from))
        });
        Some(Self {
            inputs,
            outputs,
            panels: panels.collect(),
            scales: rows.iter().map(|(scale, _)| *scale).collect(),
            surplus: rows
                .iter()
                .map(|(_, row)| (128 * row.iter().map(|&w| i32::from(w)).sum::<i32>()) as u32)
                .collect(),
            bias,
            gelu,
        })
    }

    /// `x`, bf16 of shape (positions, inputs), through the layer.
    ///
    /// # Panics
    /// If `x` has another shape or kind, or the processor cannot do it.
    pub(crate) fn forward(&self, x: &Tensor) -> Tensor {
        self.check(x);
        #[cfg(target_arch = "x86_64")]
        return fused::forward(self, &x.contiguous());
        #[cfg(not(target_arch = "x86_64"))]
        unreachable!("the processor has no int8")
    }

    /// `x` through this layer and the `next`, a few positions at a time: what lies between stays in the nearer cache.
    ///
    /// # Panics
    /// As `forward`.
    pub(crate) fn then(&self, next: &Self, x: &Tensor) -> Tensor {
        self.check(x);
        assert_eq!(self.outputs, next.inputs);
        #[cfg(target_arch = "x86_64")]
        return fused::then(self, next, &x.contiguous());
        #[cfg(not(target_arch = "x86_64"))]
        unreachable!("the processor has no int8")
    }

    fn check(&self, x: &Tensor) {
        assert!(has_int8() && x.kind() == Kind::BFloat16 && x.size()[1] == self.inputs as i64);
    }
}

/// A row as multiples of its scale.
fn quantized(row: &[f32]) -> (f32, Vec<i8>) {
    let most = row.iter().fold(0f32, |most, w| most.max(w.abs())).max(f32::MIN_POSITIVE);
    let scale = most / 127.0;
    (scale, row.iter().map(|w| (w / scale).round() as i8).collect())
}

#[cfg(target_arch = "x86_64")]
mod fused {
    use std::arch::x86_64::*;
    use std::mem::transmute;

    use tch::Tensor;

    use super::{COLUMNS, GROUPS, Int8, LANES, NEAR, Panel, ROWS};
    use crate::tagger::avx512::{bf16, filled, floats, halves, integers, narrowed, widened};
    use crate::tagger::gelu::Gelu;

    pub(super) fn forward(layer: &Int8, x: &Tensor) -> Tensor {
        let mut rows = vec![0; NEAR * layer.inputs / 4];
        by_chunk(x, layer.inputs, layer.outputs, |input, output| {
            // SAFETY: `has_int8` asked for the features.
            unsafe { product(layer, input, &mut rows, output) };
        })
    }

    pub(super) fn then(first: &Int8, second: &Int8, x: &Tensor) -> Tensor {
        let mut between = vec![0; NEAR * first.outputs];
        let mut rows = vec![0; NEAR * first.inputs.max(second.inputs) / 4];
        by_chunk(x, first.inputs, second.outputs, |input, output| {
            let between = &mut between[..input.len() / first.inputs * first.outputs];
            // SAFETY: as above.
            unsafe {
                product(first, input, &mut rows, between);
                product(second, between, &mut rows, output);
            }
        })
    }

    /// A tensor of as many positions, made of [`NEAR`] of them at a time.
    fn by_chunk(x: &Tensor, inputs: usize, outputs: usize, mut make: impl FnMut(&[u16], &mut [u16])) -> Tensor {
        let input = bf16(x);
        filled(input.len() / inputs, outputs, |output| {
            for (input, output) in input.chunks(NEAR * inputs).zip(output.chunks_mut(NEAR * outputs)) {
                make(input, output);
            }
        })
    }

    /// At most [`NEAR`] positions through the layer; `rows` has room for their inputs.
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx512bf16")]
    fn product(layer: &Int8, input: &[u16], rows: &mut [u32], output: &mut [u16]) {
        let fours = layer.inputs / 4;
        let positions = input.len() / layer.inputs;
        let mut scales = [0f32; NEAR];
        for ((row, to), scale) in input.chunks_exact(layer.inputs).zip(rows.chunks_exact_mut(fours)).zip(&mut scales) {
            *scale = quantize(row, to);
        }
        for (block, panels) in layer.panels.chunks_exact(fours).enumerate() {
            let column = block * COLUMNS;
            for first in (0..positions).step_by(ROWS) {
                // `array::from_fn` is not inlined here, and its answer's way through memory holds up each tile.
                let mut inputs: [&[u32]; ROWS] = [&[]; ROWS];
                for (i, input) in inputs.iter_mut().enumerate() {
                    // Past the end the last position is computed again, and left.
                    let at = (first + i).min(positions - 1);
                    *input = &rows[at * fours..(at + 1) * fours];
                }
                let sums = sums(panels, &inputs);
                for i in 0..ROWS.min(positions - first) {
                    let at = (first + i) * layer.outputs + column;
                    finish(layer, column, scales[first + i], &sums[i], &mut output[at..at + COLUMNS]);
                }
            }
        }
    }

    /// A position's inputs as four bytes each, 128 too high, and their scale.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn quantize(row: &[u16], to: &mut [u32]) -> f32 {
        let mut most = _mm512_set1_ps(f32::MIN_POSITIVE);
        let sixteen = row.as_chunks::<LANES>().0;
        for &values in sixteen {
            most = _mm512_max_ps(most, _mm512_abs_ps(widened(values)));
        }
        let most = _mm512_reduce_max_ps(most);
        let factor = _mm512_set1_ps(127.0 / most);
        for (&values, to) in sixteen.iter().zip(to.as_chunks_mut::<4>().0) {
            let whole = _mm512_cvtps_epi32(_mm512_mul_ps(widened(values), factor));
            let bytes = _mm512_cvtepi32_epi8(_mm512_add_epi32(whole, _mm512_set1_epi32(128)));
            // SAFETY: both are 16 bytes that may have any value.
            *to = unsafe { transmute::<__m128i, [u32; 4]>(bytes) };
        }
        most / 127.0
    }

    /// Sums of products: of each position with 64 outputs.
    #[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
    #[inline]
    fn sums(panels: &[Panel], inputs: &[&[u32]; ROWS]) -> [[__m512i; GROUPS]; ROWS] {
        let mut sums = [[_mm512_setzero_si512(); GROUPS]; ROWS];
        for (at, panel) in panels.iter().enumerate() {
            for (input, sums) in inputs.iter().zip(&mut sums) {
                let four = _mm512_set1_epi32(input[at] as i32);
                for (&weights, sum) in panel.0.iter().zip(sums) {
                    *sum = _mm512_dpbusd_epi32(*sum, four, integers(weights));
                }
            }
        }
        sums
    }

    /// Sums to outputs of one position, 64 from `column` on.
    #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
    #[inline]
    fn finish(layer: &Int8, column: usize, scale: f32, sums: &[__m512i; GROUPS], output: &mut [u16]) {
        let range = column..column + COLUMNS;
        let surplus = layer.surplus[range.clone()].as_chunks::<LANES>().0;
        let scales = layer.scales[range.clone()].as_chunks::<LANES>().0;
        let bias = layer.bias[range].as_chunks::<LANES>().0;
        let scale = _mm512_set1_ps(scale);
        let mut done = [_mm512_setzero_ps(); GROUPS];
        for group in 0..GROUPS {
            let sum = _mm512_cvtepi32_ps(_mm512_sub_epi32(sums[group], integers(surplus[group])));
            let factor = _mm512_mul_ps(scale, floats(scales[group]));
            let sum = _mm512_fmadd_ps(sum, factor, floats(bias[group]));
            done[group] = if layer.gelu { Gelu::get().of(sum) } else { sum };
        }
        for (pair, to) in done.as_chunks::<2>().0.iter().zip(output.as_chunks_mut::<{ 2 * LANES }>().0) {
            *to = halves(narrowed(pair[0], pair[1]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;
    use tch::nn::Module;

    #[test]
    fn it_is_a_linear_layer() {
        if !has_int8() {
            return;
        }
        tch::manual_seed(5);
        let random = |shape: &[i64]| Tensor::randn(shape, (Kind::Float, Device::Cpu));
        let linear = Linear { ws: random(&[192, 384]) * 0.05, bs: Some(random(&[192])) };
        for (positions, gelu) in [(1, false), (5, false), (6, true), (250, true)] {
            let layer = Int8::new(&linear, gelu).unwrap();
            let x = random(&[positions, 384]).to_kind(Kind::BFloat16);
            let wanted = linear.forward(&x.to_kind(Kind::Float));
            let wanted = if gelu { wanted.gelu("none") } else { wanted };
            let apart = (layer.forward(&x).to_kind(Kind::Float) - &wanted).abs();
            // Each of 384 products is off by a hundredth or so of a typical one, at random.
            assert!(apart.max().double_value(&[]) < 0.08, "{positions}: {}", apart.max().double_value(&[]));
            assert!(apart.mean(Kind::Float).double_value(&[]) < 0.015, "{positions}");
        }
    }

    #[test]
    fn other_sizes_are_left() {
        let linear = Linear { ws: Tensor::zeros([48, 96], (Kind::Float, Device::Cpu)), bs: None };
        assert!(Int8::new(&linear, false).is_none());
    }
}
