//! `config.json`: the encoder's sizes and how windows are cut.

use serde::Deserialize;

use super::decode::calibration::Calibration;
use super::input::pieces;
use sayso_kernels::LANES;
use sayso_kernels::attention::{LONGEST, WIDTH};

/// What a model's settings say; names are those of Hugging Face's `BertConfig` where it has them.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Config {
    pub(crate) hidden_act: String,
    pub(crate) hidden_size: usize,
    pub(crate) intermediate_size: usize,
    pub(crate) layer_norm_eps: f64,
    pub(crate) max_position_embeddings: usize,
    pub(crate) num_attention_heads: usize,
    pub(crate) num_hidden_layers: usize,
    pub(crate) type_vocab_size: usize,
    pub(crate) vocab_size: usize,
    /// Word pieces a window, `[CLS]` and `[SEP]` included.
    pub(crate) window: usize,
    /// Word pieces that neighbouring windows share at most.
    pub(crate) overlap: usize,
    /// Of claims' confidences.
    #[serde(default)]
    pub(crate) calibration: Calibration,
}

impl Config {
    /// # Errors
    /// If it cannot be read, or asks for what the arithmetic does not do.
    pub(crate) fn new(json: &[u8]) -> Result<Self, String> {
        let config: Self = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let wrong = |what: &str| Err(what.to_owned());
        if config.hidden_act != "gelu" {
            return Err(format!("hidden_act is {:?}; gelu is the only one known", config.hidden_act));
        }
        if config.num_attention_heads * WIDTH != config.hidden_size {
            return Err(format!("hidden_size has to be {WIDTH} times num_attention_heads"));
        }
        if config.hidden_size == 0 || !config.intermediate_size.is_multiple_of(LANES) || config.intermediate_size == 0 {
            return Err(format!("hidden_size and intermediate_size have to be multiples of {LANES} above 0"));
        }
        if config.num_hidden_layers == 0 {
            return wrong("num_hidden_layers has to be above 0");
        }
        if !(config.layer_norm_eps > 0.0 && config.layer_norm_eps < 1.0) {
            return wrong("layer_norm_eps has to be between 0 and 1");
        }
        if config.type_vocab_size != pieces::TOKEN_TYPES as usize {
            return Err(format!("type_vocab_size has to be {}", pieces::TOKEN_TYPES));
        }
        if config.window < 16 || config.window > config.max_position_embeddings.min(LONGEST) {
            return Err(format!("window has to be from 16 to max_position_embeddings, and at most {LONGEST}"));
        }
        if config.overlap * 2 > config.window {
            return wrong("overlap has to be at most half of window");
        }
        if !config.calibration.rises() {
            return wrong("calibration.slope has to be above 0");
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_cannot_be_computed_is_refused() {
        let good = json!({
            "hidden_act": "gelu", "hidden_size": 64, "intermediate_size": 128, "layer_norm_eps": 1e-12,
            "max_position_embeddings": 64, "num_attention_heads": 2, "num_hidden_layers": 1, "vocab_size": 100,
            "type_vocab_size": pieces::TOKEN_TYPES, "window": 32, "overlap": 8,
        });
        let with = |name: &str, value: serde_json::Value| {
            let mut config = good.clone();
            config[name] = value;
            Config::new(config.to_string().as_bytes())
        };
        assert!(Config::new(good.to_string().as_bytes()).is_ok());
        for (name, value) in [
            ("hidden_act", json!("relu")),
            ("num_attention_heads", json!(4)),
            ("intermediate_size", json!(100)),
            ("num_hidden_layers", json!(0)),
            ("layer_norm_eps", json!(0.0)),
            ("type_vocab_size", json!(2)),
            ("window", json!(65)),
            ("overlap", json!(17)),
            ("calibration", json!({"slope": 0.0, "intercept": 0.0})),
        ] {
            let error = with(name, value).unwrap_err();
            assert!(error.contains(name.trim_start_matches("num_attention_")), "{name}: {error}");
        }
    }
}
