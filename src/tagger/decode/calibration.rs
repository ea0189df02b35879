//! What makes a claim's confidence a probability.

use crate::math::{exp, ln};
use serde::Deserialize;

/// Platt scaling with three facts beside the score: `σ(slope · logit(p) + intercept + sourceless + indirect + nested)`, the
/// last three for claims without a source, for indirect ones, and for those within others, whose scores say too much or too
/// little; fitted on a development set (after Platt, *Probabilistic Outputs for Support Vector Machines*, 1999).
/// The default changes nothing.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    slope: f32,
    intercept: f32,
    #[serde(default)]
    sourceless: f32,
    #[serde(default)]
    indirect: f32,
    #[serde(default)]
    nested: f32,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { slope: 1.0, intercept: 0.0, sourceless: 0.0, indirect: 0.0, nested: 0.0 }
    }
}

impl Calibration {
    /// How near to 0 and 1 a confidence may come; there the logit has no end.
    const EDGE: f32 = 1e-4;

    /// The probability that a claim is right, of the product of its parts' probabilities, whether it has no source,
    /// whether it is indirect, and whether it is of those within others.
    pub fn confidence(self, product: f32, is_sourceless: bool, is_indirect: bool, is_nested: bool) -> f32 {
        let p = product.clamp(Self::EDGE, 1.0 - Self::EDGE);
        let facts = f32::from(is_sourceless) * self.sourceless
            + f32::from(is_indirect) * self.indirect
            + f32::from(is_nested) * self.nested;
        let logit = self.slope * ln(p / (1.0 - p)) + self.intercept + facts;
        1.0 / (1.0 + exp(-logit))
    }

    /// Whether greater products mean greater confidences.
    pub(crate) fn rises(self) -> bool {
        let terms = [self.intercept, self.sourceless, self.indirect, self.nested];
        self.slope > 0.0 && terms.iter().all(|term| term.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidences_move_toward_what_was_seen_to_be_right() {
        let calibration = Calibration { slope: 0.5, intercept: -0.25, sourceless: -1.0, indirect: -0.5, nested: -0.75 };
        let close = |a: f32, b: f32| assert!((a - b).abs() < 1e-4, "{a} is not {b}");
        close(Calibration::default().confidence(0.3, true, true, true), 0.3);
        close(calibration.confidence(0.5, false, false, false), 0.43782);
        close(calibration.confidence(0.9, false, false, false), 0.70029);
        close(calibration.confidence(0.9, false, true, false), 0.58630);
        close(calibration.confidence(0.9, true, true, false), 0.34270);
        close(calibration.confidence(0.9, false, false, true), 0.52463);
        close(calibration.confidence(0.9, true, true, true), 0.19760);
        let [none, all] = [0.0, 1.0].map(|product| calibration.confidence(product, false, false, false));
        assert!(none > 0.0 && all < 1.0);
    }

    #[test]
    fn terms_that_an_older_model_lacks_are_nothing() {
        let older = r#"{"slope": 0.5, "intercept": -0.25, "sourceless": -1.0, "indirect": -0.5}"#;
        let older: Calibration = serde_json::from_str(older).expect("it says enough");
        let expected = Calibration { slope: 0.5, intercept: -0.25, sourceless: -1.0, indirect: -0.5, nested: 0.0 };
        assert_eq!(older, expected);
    }
}
