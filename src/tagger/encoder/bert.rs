//! BERT (Devlin et al. 2019) over windows that lie end to end, without padding, in int8.
//!
//! Without padding no arithmetic is spent on nothing, and what is said of a window does not depend on the windows beside
//! it. A test holds this forward pass to rust-bert's.

use rayon::prelude::*;

use crate::tagger::config::Config;
use crate::tagger::input::packed::Packed;
use crate::tagger::weights::{Table, Weights};
use sayso_kernels::Isa;
use sayso_kernels::attention::attend;
use sayso_kernels::norm::Norm;
use sayso_kernels::product::Product;

/// A trained BERT without a pooler.
#[derive(Debug)]
pub(crate) struct Bert {
    isa: Isa,
    width: usize,
    heads: usize,
    words: Table,
    positions: Table,
    types: Table,
    norm: Norm,
    layers: Vec<Layer>,
}

/// One transformer layer; its queries, keys and values are one product.
#[derive(Debug)]
struct Layer {
    projected: Product,
    mixed: Product,
    mixed_norm: Norm,
    up: Product,
    down: Product,
    down_norm: Norm,
}

impl Bert {
    /// From the weights under `bert.`.
    ///
    /// # Errors
    /// If some are missing, or of another size than `config` says.
    pub(crate) fn new(weights: &Weights<'_>, config: &Config, isa: Isa) -> Result<Self, String> {
        let (width, between) = (config.hidden_size, config.intermediate_size);
        let named = |part: &str| format!("bert.{part}");
        let table =
            |name: &str, rows| weights.table(&named(&format!("embeddings.{name}_embeddings.weight")), rows, width);
        let vector = |name: &str, n| weights.floats(&named(name), &[n]);
        let norm = |name: &str| -> Result<Norm, String> {
            let [weight, bias] = ["weight", "bias"].map(|part| vector(&format!("{name}.{part}"), width));
            Ok(Norm::new(&weight?, &bias?, config.layer_norm_eps as f32))
        };
        let matrix =
            |name: &str, outputs, inputs| weights.floats(&named(&format!("{name}.weight")), &[outputs, inputs]);
        // Of a model that was not smoothed: as they are.
        let smooth = |name: &str, inputs| {
            let name = format!("{name}.smooth");
            if weights.has(&named(&name)) { vector(&name, inputs) } else { Ok(vec![1.0; inputs]) }
        };
        let product = |name: &str, outputs, inputs, gelu| -> Result<Product, String> {
            let dense = format!("{name}.dense");
            let bias = vector(&format!("{dense}.bias"), outputs)?;
            Ok(Product::new(&matrix(&dense, outputs, inputs)?, &bias, &smooth(name, inputs)?, gelu))
        };
        let layer = |index: usize| -> Result<Layer, String> {
            let at = |part: &str| format!("encoder.layer.{index}.{part}");
            let (mut all, mut biases) = (Vec::new(), Vec::new());
            for part in ["query", "key", "value"] {
                let name = at(&format!("attention.self.{part}"));
                all.extend(matrix(&name, width, width)?);
                biases.extend(vector(&format!("{name}.bias"), width)?);
            }
            Ok(Layer {
                projected: Product::new(&all, &biases, &smooth(&at("attention.self"), width)?, false),
                mixed: product(&at("attention.output"), width, width, false)?,
                mixed_norm: norm(&at("attention.output.LayerNorm"))?,
                up: product(&at("intermediate"), between, width, true)?,
                down: product(&at("output"), width, between, false)?,
                down_norm: norm(&at("output.LayerNorm"))?,
            })
        };
        Ok(Self {
            isa,
            width,
            heads: config.num_attention_heads,
            words: table("word", config.vocab_size)?,
            positions: table("position", config.max_position_embeddings)?,
            types: table("token_type", config.type_vocab_size)?,
            norm: norm("embeddings.LayerNorm")?,
            layers: (0..config.num_hidden_layers).into_par_iter().map(layer).collect::<Result<_, _>>()?,
        })
    }

    /// Vectors of all positions, shape (positions, width).
    pub(crate) fn forward(&self, packed: &Packed) -> Vec<f32> {
        let Self { isa, width, heads, .. } = *self;
        let mut x = vec![0.0; packed.ids.len() * width];
        let mut places = vec![0.0; x.len()];
        let of_position = packed.lengths.iter().flat_map(|&n| 0..n);
        let rows = x.chunks_exact_mut(width).zip(places.chunks_exact_mut(width));
        for ((x, place), ((&id, &of_type), position)) in rows.zip(packed.ids.iter().zip(&packed.types).zip(of_position))
        {
            self.words.add(id as usize, x);
            self.positions.add(position, place);
            self.types.add(usize::from(of_type), place);
        }
        self.norm.of_sum(isa, &mut x, &places);
        // Fresh memory for each product would cost as much as a tenth of it.
        let (mut projected, mut attended, mut passed) = (Vec::new(), Vec::new(), places);
        for layer in &self.layers {
            layer.projected.forward(isa, &x, &mut projected);
            attend(isa, &projected, &packed.lengths, heads, &mut attended);
            layer.mixed.forward(isa, &attended, &mut passed);
            layer.mixed_norm.of_sum(isa, &mut x, &passed);
            layer.up.then(&layer.down, isa, &x, &mut passed);
            layer.down_norm.of_sum(isa, &mut x, &passed);
        }
        x
    }
}
