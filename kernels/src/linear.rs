//! Linear layers in fp32: each output is summed input by input.

use super::{Columns, Isa, Kernel, LANES, Simd, Tiled, by_groups};

/// A linear layer, its weights laid out for 16 outputs at a time.
#[derive(Debug)]
pub struct Linear {
    inputs: usize,
    outputs: usize,
    /// For each 16 outputs, and each input of these.
    weights: Vec<[f32; LANES]>,
    bias: Vec<[f32; LANES]>,
}

impl Linear {
    /// From `weights`, shape (outputs, inputs), and a bias for each output.
    pub fn new(weights: &[f32], bias: &[f32], inputs: usize) -> Self {
        let mut linear = Self::of_rows(weights, inputs);
        assert_eq!(linear.outputs, bias.len());
        for (to, from) in linear.bias.iter_mut().zip(bias.chunks(LANES)) {
            to[..from.len()].copy_from_slice(from);
        }
        linear
    }

    /// Without a bias: products with each of these rows.
    pub fn of_rows(rows: &[f32], inputs: usize) -> Self {
        let outputs = rows.len() / inputs;
        assert_eq!(rows.len(), outputs * inputs);
        let groups = outputs.div_ceil(LANES);
        let mut weights = vec![[0.0; LANES]; groups * inputs];
        for (output, row) in rows.chunks_exact(inputs).enumerate() {
            let group = &mut weights[output / LANES * inputs..][..inputs];
            for (to, &weight) in group.iter_mut().zip(row) {
                to[output % LANES] = weight;
            }
        }
        Self { inputs, outputs, weights, bias: vec![[0.0; LANES]; groups] }
    }

    /// How many outputs there are.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// `x`, shape (rows, inputs), through the layer.
    pub fn forward(&self, isa: Isa, x: &[f32]) -> Vec<f32> {
        isa.run(Forward { linear: self, x })
    }
}

struct Forward<'a> {
    linear: &'a Linear,
    x: &'a [f32],
}

impl Kernel for Forward<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> Vec<f32> {
        let mut out = vec![0.0; self.x.len() / self.linear.inputs * self.linear.outputs];
        s.tile_floats(Tiles { linear: self.linear, x: self.x, out: &mut out });
        out
    }
}

struct Tiles<'a> {
    linear: &'a Linear,
    x: &'a [f32],
    out: &'a mut [f32],
}

impl Tiled for Tiles<'_> {
    #[inline(always)]
    fn run<S: Simd, const R: usize, const G: usize>(self, s: S) {
        by_groups::<S, R, G>(s, self.linear.bias.len(), self);
    }
}

impl Columns for Tiles<'_> {
    #[inline(always)]
    fn columns<S: Simd, const R: usize, const G: usize>(&mut self, s: S, group: usize) {
        let Linear { inputs, outputs, weights, bias } = self.linear;
        let (inputs, outputs) = (*inputs, *outputs);
        let count = self.x.len() / inputs;
        let mut columns: [&[[f32; LANES]]; G] = [&[]; G];
        for (at, columns) in columns.iter_mut().enumerate() {
            *columns = &weights[(group + at) * inputs..(group + at + 1) * inputs];
        }
        let mut first = 0;
        while first < count {
            let mut rows: [&[f32]; R] = [&[]; R];
            for (at, row) in rows.iter_mut().enumerate() {
                let at = (first + at).min(count - 1);
                *row = &self.x[at * inputs..(at + 1) * inputs];
            }
            let sums = sums::<S, R, G>(s, columns, rows, inputs, &bias[group..group + G]);
            for (at, sums) in sums.iter().enumerate() {
                let column = (group + at) * LANES;
                let wide = LANES.min(outputs - column);
                for (row, &sum) in sums.iter().enumerate().take(count - first) {
                    let to = (first + row) * outputs + column;
                    self.out[to..to + wide].copy_from_slice(&s.values(sum)[..wide]);
                }
            }
            first += R;
        }
    }
}

/// Sums of products of `R` rows with `G` groups of outputs, and a bias for each.
#[inline(always)]
fn sums<S: Simd, const R: usize, const G: usize>(
    s: S,
    columns: [&[[f32; LANES]]; G],
    rows: [&[f32]; R],
    inputs: usize,
    bias: &[[f32; LANES]],
) -> [[S::F; R]; G] {
    let mut sums = [[s.splat(0.0); R]; G];
    for (sums, bias) in sums.iter_mut().zip(bias) {
        *sums = [s.load(bias); R];
    }
    // Said here, it need not be asked each time below.
    assert!(columns.iter().all(|column| column.len() == inputs) && rows.iter().all(|row| row.len() == inputs));
    for at in 0..inputs {
        let mut x = [s.splat(0.0); R];
        for (x, row) in x.iter_mut().zip(rows) {
            *x = s.splat(row[at]);
        }
        for (sums, column) in sums.iter_mut().zip(columns) {
            let weights = s.load(&column[at]);
            for (sum, x) in sums.iter_mut().zip(x) {
                *sum = s.fma(x, weights, *sum);
            }
        }
    }
    sums
}
