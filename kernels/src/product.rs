//! Linear layers in int8.
//!
//! A weight is scaled by the greatest of its output's row, an input by the least and the greatest of its own position. So
//! nothing depends on the rest of a batch, and sums are exact, whatever their order. One scale for a whole batch, as
//! libtorch's own int8 has it, would make articles depend on each other. Before that each column of inputs is divided by a
//! number of its own, and the weights that it meets are multiplied with it: so none takes the scale of its row
//! (SmoothQuant; Xiao et al. 2023).

use super::gelu::gelu;
use super::{Columns, Isa, Kernel, LANES, Simd, Tiled, Weights, by_groups, nearest};

/// Positions whose inputs stay in the nearer cache while all weights pass; a multiple of all tiles' rows.
const NEAR: usize = 96;

/// The greatest whole number that a weight or an input becomes.
pub(crate) const MOST: f32 = 127.0;

/// A linear layer with int8 weights.
#[derive(Debug)]
pub struct Product {
    inputs: usize,
    outputs: usize,
    /// For each 16 outputs, and each four inputs of these.
    weights: Vec<Weights>,
    /// What each output's sum is multiplied with.
    scales: Vec<[f32; LANES]>,
    /// What inputs that are stored 128 too high add to each output's sum.
    surplus: Vec<[i32; LANES]>,
    /// The sum of each output's weights.
    sums: Vec<[f32; LANES]>,
    /// What each column of inputs is multiplied with.
    smooth: Vec<[f32; LANES]>,
    bias: Vec<[f32; LANES]>,
    /// Whether outputs go through a GELU.
    gelu: bool,
}

impl Product {
    /// From `weights`, shape (outputs, inputs), and what to divide each column of inputs by; with a GELU after it if wanted.
    ///
    /// # Panics
    /// If there are not as many weights, or sizes are no multiples of 16.
    pub fn new(weights: &[f32], bias: &[f32], smooth: &[f32], gelu: bool) -> Self {
        let (outputs, inputs) = (bias.len(), smooth.len());
        assert!(outputs * inputs == weights.len() && outputs % LANES == 0 && inputs % LANES == 0);
        let met = |row: &[f32]| quantized(&row.iter().zip(smooth).map(|(w, s)| w * s).collect::<Vec<_>>());
        let rows: Vec<(f32, Vec<i8>)> = weights.chunks_exact(inputs).map(met).collect();
        let mut packed = Vec::with_capacity(weights.len() / 4 / LANES);
        for group in rows.chunks_exact(LANES) {
            for from in (0..inputs).step_by(4) {
                packed.push(Weights(std::array::from_fn(|lane| std::array::from_fn(|at| group[lane].1[from + at]))));
            }
        }
        let surplus: Vec<i32> =
            rows.iter().map(|(_, row)| 128 * row.iter().map(|&w| i32::from(w)).sum::<i32>()).collect();
        let scales: Vec<f32> = rows.iter().map(|(scale, _)| *scale).collect();
        let sums: Vec<f32> =
            surplus.iter().zip(&scales).map(|(&surplus, scale)| (surplus / 128) as f32 * scale).collect();
        let smooth: Vec<f32> = smooth.iter().map(|s| 1.0 / s).collect();
        Self {
            inputs,
            outputs,
            weights: packed,
            scales: scales.as_chunks().0.to_vec(),
            surplus: surplus.as_chunks().0.to_vec(),
            sums: sums.as_chunks().0.to_vec(),
            smooth: smooth.as_chunks().0.to_vec(),
            bias: bias.as_chunks().0.to_vec(),
            gelu,
        }
    }

    /// `x`, shape (positions, inputs), through the layer to `out`, whose room is used again.
    pub fn forward(&self, isa: Isa, x: &[f32], out: &mut Vec<f32>) {
        out.resize(x.len() / self.inputs * self.outputs, 0.0);
        isa.run(Through { first: self, second: None, x, out });
    }

    /// `x` through this layer and the `next`, a few positions at a time: what lies between stays in the nearer cache.
    pub fn then(&self, next: &Self, isa: Isa, x: &[f32], out: &mut Vec<f32>) {
        assert_eq!(self.outputs, next.inputs);
        out.resize(x.len() / self.inputs * next.outputs, 0.0);
        isa.run(Through { first: self, second: Some(next), x, out });
    }
}

/// A row as multiples of its scale.
fn quantized(row: &[f32]) -> (f32, Vec<i8>) {
    let most = row.iter().fold(f32::MIN_POSITIVE, |most, w| most.max(w.abs()));
    let scale = most / MOST;
    (scale, row.iter().map(|w| nearest(w / scale) as i8).collect())
}

/// One layer, or two.
struct Through<'a> {
    first: &'a Product,
    second: Option<&'a Product>,
    x: &'a [f32],
    out: &'a mut [f32],
}

impl Kernel for Through<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let Self { first, second, x, out } = self;
        let last = second.unwrap_or(first);
        let near = NEAR.min(x.len() / first.inputs);
        let mut fours = vec![[0; 4]; near * first.inputs.max(last.inputs) / 4];
        let mut between = vec![0.0; if second.is_some() { near * first.outputs } else { 0 }];
        for (x, out) in x.chunks(NEAR * first.inputs).zip(out.chunks_mut(NEAR * last.outputs)) {
            if let Some(second) = second {
                let between = &mut between[..x.len() / first.inputs * first.outputs];
                product(s, first, x, &mut fours, between);
                product(s, second, between, &mut fours, out);
            } else {
                product(s, first, x, &mut fours, out);
            }
        }
    }
}

/// At most [`NEAR`] positions through a layer; `fours` has room for their inputs.
#[inline(always)]
fn product<S: Simd>(s: S, layer: &Product, x: &[f32], fours: &mut [[u8; 4]], out: &mut [f32]) {
    let mut scales = [[0.0; 2]; NEAR];
    let rows = x.chunks_exact(layer.inputs).zip(fours.chunks_exact_mut(layer.inputs / 4));
    for ((row, to), scale) in rows.zip(&mut scales) {
        *scale = spread(s, row.as_chunks().0, &layer.smooth, to.as_chunks_mut().0);
    }
    s.tile(Tiles { layer, fours, scales: &scales, out });
}

/// A row as bytes from its least number to its greatest; their scale, and what to add.
#[inline(always)]
fn spread<S: Simd>(s: S, row: &[[f32; LANES]], smooth: &[[f32; LANES]], to: &mut [[[u8; 4]; LANES / 4]]) -> [f32; 2] {
    let (mut least, mut most) = (s.splat(f32::MAX), s.splat(f32::MIN));
    for (x, smooth) in row.iter().zip(smooth) {
        let x = s.mul(s.load(x), s.load(smooth));
        least = s.min(least, x);
        most = s.max(most, x);
    }
    let (least, most) = (-s.greatest(s.sub(s.splat(0.0), least)), s.greatest(most));
    // A row of one number all over has some scale, too.
    let range = (most - least).max(1e-30);
    let (factor, first) = (s.splat(255.0 / range), s.splat(least));
    let offset = s.splat((S::OFFSET - 128) as f32);
    for ((x, smooth), to) in row.iter().zip(smooth).zip(to) {
        let x = s.sub(s.mul(s.load(x), s.load(smooth)), first);
        *to = s.bytes(s.add(s.round(s.mul(x, factor)), offset));
    }
    let scale = range / 255.0;
    [scale, 128.0f32.mul_add(scale, least)]
}

/// A row as bytes as far from 0 as its greatest, and their scale.
#[inline(always)]
pub(crate) fn quantize<S: Simd>(s: S, row: &[[f32; LANES]], to: &mut [[[u8; 4]; LANES / 4]]) -> f32 {
    let mut most = s.splat(f32::MIN_POSITIVE);
    for x in row {
        most = s.max(most, s.abs(s.load(x)));
    }
    let most = s.greatest(most);
    let (factor, offset) = (s.splat(MOST / most), s.splat(S::OFFSET as f32));
    for (x, to) in row.iter().zip(to) {
        *to = s.bytes(s.add(s.round(s.mul(s.load(x), factor)), offset));
    }
    most / MOST
}

struct Tiles<'a> {
    layer: &'a Product,
    fours: &'a [[u8; 4]],
    scales: &'a [[f32; 2]],
    out: &'a mut [f32],
}

impl Tiled for Tiles<'_> {
    #[inline(always)]
    fn run<S: Simd, const R: usize, const G: usize>(self, s: S) {
        by_groups::<S, R, G>(s, self.layer.outputs / LANES, self);
    }
}

impl Columns for Tiles<'_> {
    #[inline(always)]
    fn columns<S: Simd, const R: usize, const G: usize>(&mut self, s: S, group: usize) {
        let (layer, fours) = (self.layer, self.layer.inputs / 4);
        let positions = self.out.len() / layer.outputs;
        let mut weights: [&[Weights]; G] = [&[]; G];
        for (at, weights) in weights.iter_mut().enumerate() {
            *weights = &layer.weights[(group + at) * fours..(group + at + 1) * fours];
        }
        let mut first = 0;
        while first < positions {
            let mut rows: [&[[u8; 4]]; R] = [&[]; R];
            for (at, row) in rows.iter_mut().enumerate() {
                // Past the end the last position is computed again, and left.
                let at = (first + at).min(positions - 1);
                *row = &self.fours[at * fours..(at + 1) * fours];
            }
            let sums = dots::<S, R, G>(s, weights, rows, fours);
            for (at, sums) in sums.iter().enumerate() {
                let surplus = if S::OFFSET == 0 { &[0; LANES] } else { &layer.surplus[group + at] };
                let (scales, bias) = (s.load(&layer.scales[group + at]), s.load(&layer.bias[group + at]));
                let of_all = s.load(&layer.sums[group + at]);
                for (row, &sum) in sums.iter().enumerate().take(positions - first) {
                    let [scale, add] = self.scales[first + row];
                    let x =
                        s.fma(s.total(sum, surplus), s.mul(s.splat(scale), scales), s.fma(s.splat(add), of_all, bias));
                    let x = if layer.gelu { gelu(s, x) } else { x };
                    let to = (first + row) * layer.outputs + (group + at) * LANES;
                    self.out[to..to + LANES].copy_from_slice(&s.values(x));
                }
            }
            first += R;
        }
    }
}

/// Sums of products of `R` rows with `G` groups of outputs.
#[inline(always)]
pub(crate) fn dots<S: Simd, const R: usize, const G: usize>(
    s: S,
    weights: [&[Weights]; G],
    rows: [&[[u8; 4]]; R],
    fours: usize,
) -> [[S::Sum; R]; G] {
    let mut sums = [[s.zero(); R]; G];
    // Said here, it need not be asked each time below.
    assert!(weights.iter().all(|weights| weights.len() == fours) && rows.iter().all(|row| row.len() == fours));
    for at in (0..fours).step_by(S::FOURS) {
        let of = at..at + S::FOURS;
        let mut inputs = [s.inputs(&[[0; 4]; 2][..S::FOURS]); R];
        for (input, row) in inputs.iter_mut().zip(rows) {
            *input = s.inputs(&row[of.clone()]);
        }
        for (sums, weights) in sums.iter_mut().zip(weights) {
            s.dot(sums.each_mut(), inputs, &weights[of.clone()]);
        }
    }
    for sums in &mut sums {
        *sums = s.settled(*sums);
    }
    sums
}
