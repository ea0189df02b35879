//! The scorer of those who may be meant as speakers: a perceptron with one hidden layer over their features.

/// How many numbers describe a candidate.
pub const FEATURES: usize = 45;

/// What speaks for a candidate; `scripts/train/speakers.py` learns their weights.
pub type Features = [f32; FEATURES];

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scorer_is_a_perceptron() {
        let mut hidden = vec![0.0; 2 * FEATURES];
        hidden[3] = 2.0;
        hidden[FEATURES + 4] = -1.0;
        let scorer = Scorer::new(&hidden, &[0.5, 0.25], &[1.0, 10.0]).unwrap();
        let mut features = [0.0; FEATURES];
        features[3] = 1.5;
        features[4] = 1.0;
        assert!((scorer.score(&features) - 3.5).abs() < 1e-6);
        assert!(Scorer::new(&hidden, &[0.5], &[1.0]).is_none());
    }
}
