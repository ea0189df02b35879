//! The encoder's definition: rust-bert's BERT on libtorch, in fp32 or bf16. What reads articles by default is held to it.

use std::collections::BTreeMap;

use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::{Device, Kind, Tensor, nn};

use crate::tagger::input::packed::Packed;
use crate::tagger::weights::Weights;

/// rust-bert's BERT with a model's weights.
pub(crate) struct Reference {
    bert: BertModel<BertEmbeddings>,
    /// Keeps the weights.
    _store: nn::VarStore,
}

// SAFETY: after loading nothing writes to the weights, and libtorch lets threads read the same tensors; its reference
// counts are atomic. `forward` records no gradients.
unsafe impl Sync for Reference {}

impl std::fmt::Debug for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reference").finish_non_exhaustive()
    }
}

impl Reference {
    /// From the weights under `bert.`, and `config.json`.
    ///
    /// # Errors
    /// If settings or weights are not rust-bert's.
    pub(crate) fn new(weights: &Weights<'_>, settings: &[u8], is_bf16: bool) -> Result<Self, String> {
        let config: BertConfig = serde_json::from_slice(settings).map_err(|error| error.to_string())?;
        let mut store = nn::VarStore::new(Device::Cpu);
        let bert = BertModel::new_with_optional_pooler(store.root() / "bert", &config, false);
        tch::no_grad(|| -> Result<(), String> {
            for (name, mut variable) in store.variables().into_iter().collect::<BTreeMap<_, _>>() {
                let shape = variable.size();
                let sizes: Vec<usize> = shape.iter().map(|&size| size as usize).collect();
                variable.copy_(&Tensor::from_slice(&weights.floats(&name, &sizes)?).view(&shape[..]));
            }
            Ok(())
        })?;
        store.set_kind(if is_bf16 { Kind::BFloat16 } else { Kind::Float });
        Ok(Self { bert, _store: store })
    }

    /// As [`Bert::forward`](super::bert::Bert::forward), window by window: so none depends on the others.
    pub(crate) fn forward(&self, packed: &Packed) -> Vec<f32> {
        let (mut out, mut start) = (Vec::new(), 0);
        for &n in &packed.lengths {
            let ids: Vec<i64> = packed.ids[start..start + n].iter().map(|&id| i64::from(id)).collect();
            let types: Vec<i64> = packed.types[start..start + n].iter().map(|&t| i64::from(t)).collect();
            let of = |values: &[i64]| Tensor::from_slice(values).unsqueeze(0);
            let said = tch::no_grad(|| {
                self.bert.forward_t(Some(&of(&ids)), None, Some(&of(&types)), None, None, None, None, false)
            });
            let state = said.expect("one input of one shape").hidden_state.to_kind(Kind::Float).contiguous().view(-1);
            let from = out.len();
            out.resize(from + state.numel(), 0.0);
            state.copy_data(&mut out[from..], state.numel());
            start += n;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tagger::config::Config;
    use crate::tagger::encoder::bert::Bert;
    use crate::tagger::input::pieces;
    use sayso_kernels::Isa;

    fn packed(lengths: &[usize]) -> Packed {
        let ids = |&n: &usize| (0..n as u32).map(move |i| (i * 37 + n as u32 * 11) % 100);
        let types = |&n: &usize| (0..n).map(move |i| ((i + n) % 5) as u8);
        Packed {
            ids: lengths.iter().flat_map(ids).collect(),
            types: lengths.iter().flat_map(types).collect(),
            lengths: lengths.to_vec(),
        }
    }

    #[test]
    fn int8_computes_what_rust_bert_does_and_the_same_in_any_company() {
        let settings = serde_json::json!({
            "hidden_act": "gelu", "attention_probs_dropout_prob": 0.1, "hidden_dropout_prob": 0.1,
            "hidden_size": 192, "initializer_range": 0.02, "intermediate_size": 256, "max_position_embeddings": 64,
            "num_attention_heads": 6, "num_hidden_layers": 3, "type_vocab_size": pieces::TOKEN_TYPES, "vocab_size": 100,
            "layer_norm_eps": 1e-12, "window": 64, "overlap": 8,
        });
        let settings = settings.to_string().into_bytes();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.safetensors");
        tch::manual_seed(7);
        let store = nn::VarStore::new(Device::Cpu);
        let config: BertConfig = serde_json::from_slice(&settings).unwrap();
        let _ = BertModel::<BertEmbeddings>::new_with_optional_pooler(store.root() / "bert", &config, false);
        tch::no_grad(|| {
            for (name, mut weight) in store.variables().into_iter().collect::<BTreeMap<_, _>>() {
                let wide = weight.size().len() > 1 && !name.contains("embeddings");
                drop(weight.normal_(0.0, if wide { 0.07 } else { 0.3 }));
            }
        });
        store.save(&path).unwrap();
        let bytes = std::fs::read(&path).unwrap().into();
        let weights = Weights::new(&bytes).unwrap();
        let reference = Reference::new(&weights, &settings, false).unwrap();
        let config = Config::new(&settings).unwrap();
        let all = packed(&[40, 23, 23, 7, 61]);
        let wanted = reference.forward(&all);
        let mut before: Option<Vec<f32>> = None;
        for isa in Isa::available() {
            let bert = Bert::new(&weights, &config, isa).unwrap();
            let found = bert.forward(&all);
            let apart: Vec<f32> = found.iter().zip(&wanted).map(|(found, wanted)| (found - wanted).abs()).collect();
            let spread = wanted.iter().map(|x| x.abs()).sum::<f32>() / wanted.len() as f32;
            let mean = apart.iter().sum::<f32>() / apart.len() as f32;
            assert!(mean < 0.03 * spread, "{isa}: {mean} of {spread}");
            for (span, &n) in all.spans().zip(&all.lengths) {
                let alone = bert.forward(&packed(&[n]));
                assert_eq!(alone, found[span.start * 192..span.end * 192], "{n} pieces by {isa}");
            }
            assert!(before.replace(found.clone()).is_none_or(|before| before == found), "{isa}");
        }
    }
}
