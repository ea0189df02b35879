//! The scorer of candidates: a perceptron with one hidden layer over their features.

use super::{FEATURES, Features};

/// Weights that `scripts/train/speakers.py` learned.
#[derive(Clone, Debug)]
pub struct Scorer {
    /// A row a hidden unit, its bias last.
    hidden: Vec<[f32; FEATURES + 1]>,
    out: Vec<f32>,
}

impl Scorer {
    /// From `hidden` weights, (units, features), their biases, and the `out` weights of the units; `None` where their
    /// numbers do not fit.
    pub fn new(hidden: &[f32], biases: &[f32], out: &[f32]) -> Option<Self> {
        if hidden.len() != biases.len() * FEATURES || out.len() != biases.len() {
            return None;
        }
        let rows = hidden.chunks_exact(FEATURES).zip(biases);
        let row = |(weights, bias): (&[f32], &f32)| std::array::from_fn(|at| *weights.get(at).unwrap_or(bias));
        Some(Self { hidden: rows.map(row).collect(), out: out.to_vec() })
    }

    /// How likely a candidate is, in logits; only differences count.
    pub fn score(&self, features: &Features) -> f32 {
        let unit = |row: &[f32; FEATURES + 1]| {
            let sum = row.iter().zip(features).fold(row[FEATURES], |sum, (w, x)| w.mul_add(*x, sum));
            sum.max(0.0)
        };
        self.hidden.iter().zip(&self.out).fold(0.0, |sum, (row, out)| out.mul_add(unit(row), sum))
    }
}
