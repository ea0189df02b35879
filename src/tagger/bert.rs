//! BERT (Devlin et al. 2019) over windows that lie end to end, without padding.
//!
//! The weights come from rust-bert's model, and a test holds this forward pass to that one. Without padding no
//! arithmetic is spent on nothing, and what is said of a window does not depend on the windows beside it.

use std::collections::HashMap;

use rust_bert::bert::BertConfig;
use tch::Tensor;
use tch::nn::{Linear, Module};

use super::attention;
use super::int8::Int8;
use super::norm::Norm;

/// How many rows a product is to have for `count` of them. oneDNN makes kernels for each number of rows and never lets
/// go of them, some megabytes for each, so there must not be many.
pub(super) fn rows(count: usize) -> usize {
    count.next_multiple_of(32)
}

/// A trained BERT without a pooler.
pub(crate) struct Bert {
    words: Tensor,
    positions: Tensor,
    types: Tensor,
    norm: Norm,
    layers: Vec<Layer>,
    /// Whether all products are our own, which take any number of rows.
    any_rows: bool,
}

/// One transformer layer; its queries, keys and values are one product.
struct Layer {
    heads: i64,
    attention: Product,
    mixed: Product,
    mixed_norm: Norm,
    up: Product,
    down: Product,
    down_norm: Norm,
}

/// A linear layer in one of its two formats, perhaps with a GELU after it.
enum Product {
    Float(Linear, bool),
    Int8(Int8),
}

impl Product {
    fn new(linear: Linear, gelu: bool, int8: bool) -> Self {
        let small = if int8 { Int8::new(&linear, gelu) } else { None };
        small.map_or_else(|| Self::Float(linear, gelu), Self::Int8)
    }

    fn forward(&self, x: &Tensor) -> Tensor {
        match self {
            Self::Float(linear, false) => linear.forward(x),
            Self::Float(linear, true) => linear.forward(x).gelu("none"),
            Self::Int8(linear) => linear.forward(x),
        }
    }

    /// Through this and then through `next`.
    fn then(&self, next: &Self, x: &Tensor) -> Tensor {
        match (self, next) {
            (Self::Int8(first), Self::Int8(second)) => first.then(second, x),
            _ => next.forward(&self.forward(x)),
        }
    }

    fn is_int8(&self) -> bool {
        matches!(self, Self::Int8(_))
    }
}

/// The positions of some windows, one window after another: its `[CLS]`, word pieces and `[SEP]`.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    pub(crate) ids: Vec<i64>,
    pub(crate) types: Vec<i64>,
    /// How many positions each window has.
    pub(crate) lengths: Vec<i64>,
}

impl Packed {
    /// Where each window starts.
    pub(crate) fn starts(&self) -> Vec<i64> {
        let ends = self.lengths.iter().scan(0, |end, n| {
            *end += n;
            Some(*end - n)
        });
        ends.collect()
    }
}

impl Bert {
    /// From the variables of a rust-bert model under `bert.`; with `int8`, which takes them in bf16, layers multiply in
    /// int8 where their sizes allow it.
    pub(crate) fn new(variables: &HashMap<String, Tensor>, config: &BertConfig, int8: bool) -> Self {
        let weights = Weights { variables, int8 };
        let of = |name: &str| weights.tensor(&format!("embeddings.{name}_embeddings.weight"));
        let layers = (0..config.num_hidden_layers).map(|layer| weights.layer(layer, config.num_attention_heads));
        let layers: Vec<Layer> = layers.collect();
        let any_rows = layers.iter().flat_map(Layer::products).all(Product::is_int8);
        Self {
            words: of("word"),
            positions: of("position"),
            types: of("token_type"),
            norm: weights.norm("embeddings.LayerNorm"),
            layers,
            any_rows,
        }
    }

    /// Vectors of all positions, shape (positions, width); after them come rows without a meaning.
    pub(crate) fn forward(&self, packed: &Packed) -> Tensor {
        let positions: Vec<i64> = packed.lengths.iter().flat_map(|&n| 0..n).collect();
        let (count, all) = (positions.len(), rows(positions.len()));
        let look_up = |table: &Tensor, indices: &[i64]| {
            let mut indices = indices.to_vec();
            indices.resize(if self.any_rows { count } else { all }, 0);
            table.index_select(0, &Tensor::from_slice(&indices))
        };
        let places = look_up(&self.positions, &positions) + look_up(&self.types, &packed.types);
        let mut x = self.norm.of_sum(&look_up(&self.words, &packed.ids), &places);
        for layer in &self.layers {
            x = layer.forward(&x, &packed.lengths);
        }
        // The heads are oneDNN's.
        if self.any_rows { x.constant_pad_nd([0, 0, 0, (all - count) as i64]) } else { x }
    }
}

impl Layer {
    fn products(&self) -> [&Product; 4] {
        [&self.attention, &self.mixed, &self.up, &self.down]
    }

    fn forward(&self, x: &Tensor, lengths: &[i64]) -> Tensor {
        let attended = self.attend(&self.attention.forward(x), lengths);
        let x = self.mixed_norm.of_sum(x, &self.mixed.forward(&attended));
        self.down_norm.of_sum(&x, &self.up.then(&self.down, &x))
    }

    /// Attention within each window; `projected` is (rows, 3 · width): queries, keys, values.
    fn attend(&self, projected: &Tensor, lengths: &[i64]) -> Tensor {
        if attention::fits(projected, self.heads) {
            return attention::attend(projected, lengths, self.heads);
        }
        let (all, width) = (projected.size()[0], projected.size()[1] / 3);
        let mut start = 0;
        let windows = lengths.chunk_by(|a, b| a == b).map(|alike| {
            let (rows, n) = (alike.len() as i64, alike[0]);
            let split = projected
                .narrow(0, start, rows * n)
                .view([rows, n, 3, self.heads, width / self.heads])
                .permute([2, 0, 3, 1, 4]);
            start += rows * n;
            let [q, k, v] = [0, 1, 2].map(|i| split.get(i));
            // tch hands libtorch no mask as a broken one; one that hides nothing costs as good as nothing.
            let mask = projected.new_zeros([1, n], (projected.kind(), projected.device()));
            Tensor::scaled_dot_product_attention(&q, &k, &v, Some(mask), 0.0, false, None)
                .transpose(1, 2)
                .reshape([rows * n, width])
        });
        let mut attended: Vec<_> = windows.collect();
        attended.push(projected.new_zeros([all - start, width], (projected.kind(), projected.device())));
        Tensor::cat(&attended, 0)
    }
}

/// A rust-bert model's variables.
struct Weights<'a> {
    variables: &'a HashMap<String, Tensor>,
    int8: bool,
}

impl Weights<'_> {
    fn tensor(&self, name: &str) -> Tensor {
        self.variables[&format!("bert.{name}")].shallow_clone()
    }

    fn linear(&self, name: &str) -> Linear {
        Linear { ws: self.tensor(&format!("{name}.weight")), bs: Some(self.tensor(&format!("{name}.bias"))) }
    }

    fn norm(&self, name: &str) -> Norm {
        let [weight, bias] = ["weight", "bias"].map(|part| self.tensor(&format!("{name}.{part}")));
        Norm { weight, bias }
    }

    fn layer(&self, index: i64, heads: i64) -> Layer {
        let at = |part: &str| format!("encoder.layer.{index}.{part}");
        let together = |part: &str| {
            let of = |name| self.tensor(&at(&format!("attention.self.{name}.{part}")));
            Tensor::cat(&["query", "key", "value"].map(of), 0)
        };
        let product = |linear, gelu| Product::new(linear, gelu, self.int8);
        Layer {
            heads,
            attention: product(Linear { ws: together("weight"), bs: Some(together("bias")) }, false),
            mixed: product(self.linear(&at("attention.output.dense")), false),
            mixed_norm: self.norm(&at("attention.output.LayerNorm")),
            up: product(self.linear(&at("intermediate.dense")), true),
            down: product(self.linear(&at("output.dense")), false),
            down_norm: self.norm(&at("output.LayerNorm")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tagger::int8::has_int8;
    use rust_bert::bert::{BertEmbeddings, BertModel};
    use serde_json::json;
    use tch::{Device, Kind, nn};

    /// A small model with random weights, by rust-bert and by us; its heads are as wide as our own attention's.
    fn both(kind: Kind, int8: bool) -> (BertModel<BertEmbeddings>, Bert) {
        let config: BertConfig = serde_json::from_value(json!({
            "hidden_act": "gelu", "attention_probs_dropout_prob": 0.1, "hidden_dropout_prob": 0.1,
            "hidden_size": 192, "initializer_range": 0.02, "intermediate_size": 192, "max_position_embeddings": 64,
            "num_attention_heads": 6, "num_hidden_layers": 3, "type_vocab_size": 5, "vocab_size": 100,
        }))
        .unwrap();
        tch::manual_seed(7);
        let mut store = nn::VarStore::new(Device::Cpu);
        let theirs = BertModel::new_with_optional_pooler(store.root() / "bert", &config, false);
        tch::no_grad(|| store.variables().into_values().for_each(|mut v| drop(v.normal_(0.0, 0.3))));
        store.set_kind(kind);
        let ours = Bert::new(&store.variables(), &config, int8);
        (theirs, ours)
    }

    fn packed(lengths: &[i64]) -> Packed {
        let ids = |n: &i64| (0..*n).map(move |i| (i * 37 + n * 11) % 100).collect::<Vec<_>>();
        let types = |n: &i64| (0..*n).map(move |i| (i + n) % 5).collect::<Vec<_>>();
        Packed {
            ids: lengths.iter().flat_map(ids).collect(),
            types: lengths.iter().flat_map(types).collect(),
            lengths: lengths.to_vec(),
        }
    }

    #[test]
    fn it_computes_what_rust_bert_does() {
        let (theirs, ours) = both(Kind::Float, false);
        let all = packed(&[40, 23, 23, 7]);
        let found = tch::no_grad(|| ours.forward(&all));
        for (start, &n) in all.starts().iter().zip(&all.lengths) {
            let of = |values: &[i64]| Tensor::from_slice(&values[*start as usize..(start + n) as usize]).unsqueeze(0);
            let wanted = tch::no_grad(|| {
                theirs.forward_t(Some(&of(&all.ids)), None, Some(&of(&all.types)), None, None, None, None, false)
            });
            let apart = (wanted.unwrap().hidden_state.squeeze() - found.narrow(0, *start, n)).abs().max();
            assert!(apart.double_value(&[]) < 1e-4, "{n}: {apart}");
        }
    }

    #[test]
    fn a_window_is_read_the_same_in_any_company() {
        for (kind, int8) in [(Kind::Float, false), (Kind::BFloat16, false), (Kind::BFloat16, true)] {
            if int8 && !has_int8() {
                continue;
            }
            let (_, ours) = both(kind, int8);
            let all = packed(&[61, 40, 23, 23, 7]);
            let together = tch::no_grad(|| ours.forward(&all));
            for (start, &n) in all.starts().into_iter().zip(&all.lengths) {
                let alone = tch::no_grad(|| ours.forward(&packed(&[n])));
                assert_eq!(together.narrow(0, start, n), alone.narrow(0, 0, n), "{n} pieces in {kind:?}, int8 {int8}");
            }
        }
    }
}
