//! From windows to what is said of them: the encoder's vectors, then the heads.

mod bert;
mod heads;
mod pointers;
#[cfg(feature = "rust-bert")]
mod reference;

use super::config::Config;
use super::decode::crf::{Scores, Transitions};
use super::dtype::Dtype;
use super::input::packed::{Enclosing, Input, Packed};
use super::weights::Weights;
use bert::Bert;
use heads::Heads;
pub(crate) use heads::{FIELD_SCORES, Introduced, KIND_SCORES, LAYERS, Output, ROLE_TAGS};
#[cfg(fuzzing)]
pub(crate) use heads::{ScopeScores, VoiceScores};
#[cfg(fuzzing)]
pub(crate) use pointers::Pointed;
pub(crate) use pointers::{Links, Pair};
#[cfg(feature = "rust-bert")]
use reference::Reference;
use sayso_kernels::Isa;

/// What turns positions into vectors.
#[derive(Debug)]
enum Layers {
    Int8(Bert),
    #[cfg(feature = "rust-bert")]
    Reference(Reference),
}

impl Layers {
    fn new(weights: &Weights<'_>, config: &Config, isa: Isa, dtype: Dtype, settings: &[u8]) -> Result<Self, String> {
        match dtype {
            Dtype::Auto | Dtype::Int8 => Bert::new(weights, config, isa).map(Self::Int8),
            #[cfg(feature = "rust-bert")]
            Dtype::Bf16 | Dtype::Fp32 => Reference::new(weights, settings, dtype == Dtype::Bf16).map(Self::Reference),
            #[cfg(not(feature = "rust-bert"))]
            Dtype::Bf16 | Dtype::Fp32 => {
                let _ = settings;
                Err(format!(
                    "{dtype} is rust-bert's, which this build has not: say int8, or build with --features rust-bert"
                ))
            }
        }
    }
}

/// BERT with heads for roles, links, hedges and scopes. Reads only, so workers share one.
#[derive(Debug)]
pub(crate) struct Encoder {
    layers: Layers,
    heads: Heads,
    enclosing: Enclosing,
    /// Of the roles' tags, by layer.
    pub(crate) transitions: [Transitions<ROLE_TAGS>; LAYERS],
}

impl Encoder {
    /// From the weights and `config.json`, which is `settings` as it is written.
    ///
    /// # Errors
    /// If weights are missing or of another size, or this build has no such `dtype`.
    pub(crate) fn new(
        weights: &Weights<'_>,
        config: &Config,
        enclosing: Enclosing,
        isa: Isa,
        dtype: Dtype,
        settings: &[u8],
    ) -> Result<Self, String> {
        let n = ROLE_TAGS;
        let transitions = |name: &str| -> Result<Transitions<ROLE_TAGS>, String> {
            // A row for each tag to go from, and a last one for starting.
            let learned = weights.floats(name, &[n + 1, n])?;
            let rows: &[Scores<ROLE_TAGS>] = learned.as_chunks().0;
            Ok(Transitions::new(rows[n], std::array::from_fn(|from| rows[from])))
        };
        Ok(Self {
            layers: Layers::new(weights, config, isa, dtype, settings)?,
            heads: Heads::new(weights, config.hidden_size, isa)?,
            enclosing,
            transitions: [transitions("transitions")?, transitions("inner_transitions")?],
        })
    }

    /// Reads one batch of windows. What it says of a window does not depend on the others.
    pub(crate) fn run(&self, batch: &[Input<'_>]) -> Vec<Output> {
        let packed = Packed::new(batch, self.enclosing);
        let x = match &self.layers {
            Layers::Int8(bert) => bert.forward(&packed),
            #[cfg(feature = "rust-bert")]
            Layers::Reference(reference) => reference.forward(&packed),
        };
        self.heads.read(&x, &packed)
    }
}
