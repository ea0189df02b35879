//! The encoder and its heads, on libtorch: rust-bert's BERT, then roles and two pointers.

use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::nn::{self, Module};
use tch::{Kind, Tensor};

use super::crf::{Scores, TAGS, Transitions};

/// Width of the pointers' queries and keys.
const LINK: i64 = 128;

/// A pointer's probability below this is not kept.
const LEAST: f32 = 0.005;

/// One window's word pieces, without `[CLS]` and `[SEP]`.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    pub(crate) ids: &'a [u32],
    pub(crate) types: &'a [u8],
}

/// What the encoder says of one window.
#[derive(Debug)]
pub(crate) struct Output {
    /// Tag scores of each piece.
    pub(crate) emissions: Vec<Scores>,
    /// From each piece of a source or content to the first piece of its cue.
    pub(crate) to_cue: Pointers,
    /// From the first piece of each cue to the first piece of its source.
    pub(crate) to_source: Pointers,
}

/// Sparse rows of probabilities: where each piece of a window points, with 0 for `[CLS]` and piece `i` at `i + 1`.
#[derive(Debug, Default)]
pub(crate) struct Pointers {
    ends: Vec<usize>,
    entries: Vec<(u16, f32)>,
}

impl Pointers {
    /// Where the window's piece `index` points.
    pub(crate) fn row(&self, index: usize) -> &[(u16, f32)] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.entries[start..self.ends[index]]
    }

    fn push(&mut self, row: &[f32]) {
        let kept = row.iter().enumerate().filter(|&(_, &p)| p >= LEAST);
        self.entries.extend(kept.map(|(to, &p)| (to as u16, p)));
        self.ends.push(self.entries.len());
    }
}

/// Scores every pair of positions: `query(x) · key(y) / √128` (a biaffine pointer; Dozat and Manning 2017).
#[derive(Debug)]
struct Pointer {
    query: nn::Linear,
    key: nn::Linear,
}

impl Pointer {
    fn new(path: nn::Path, width: i64) -> Self {
        let linear = |name| nn::linear(&path / name, width, LINK, nn::LinearConfig::default());
        Self { query: linear("query"), key: linear("key") }
    }

    /// Probabilities, (batch, from, to).
    fn run(&self, x: &Tensor, beyond: &Tensor) -> Tensor {
        let query = self.query.forward(x).to_kind(Kind::Float) / (LINK as f64).sqrt();
        let key = self.key.forward(x).to_kind(Kind::Float);
        query.matmul(&key.transpose(1, 2)).masked_fill(beyond, -1e4).softmax(-1, Kind::Float)
    }
}

/// Special tokens that enclose a window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Enclosing {
    pub(crate) cls: u32,
    pub(crate) sep: u32,
}

/// BERT with heads for roles and links. Reads only, so workers share one.
pub(crate) struct Encoder {
    bert: BertModel<BertEmbeddings>,
    roles: nn::Linear,
    to_cue: Pointer,
    to_source: Pointer,
    enclosing: Enclosing,
    /// Of the roles' tags.
    pub(crate) transitions: Transitions,
}

// SAFETY: after loading nothing writes to the weights, and libtorch lets threads read the same tensors; its reference
// counts are atomic. `run` records no gradients.
unsafe impl Sync for Encoder {}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").finish_non_exhaustive()
    }
}

/// The parts of an encoder whose weights are yet to be loaded.
pub(crate) struct Blank {
    encoder: Encoder,
    transitions: Tensor,
}

impl Blank {
    /// Makes all weights under `root`.
    pub(crate) fn new(root: &nn::Path, config: &BertConfig, enclosing: Enclosing) -> Self {
        let width = config.hidden_size;
        let encoder = Encoder {
            bert: BertModel::new_with_optional_pooler(root / "bert", config, false),
            roles: nn::linear(root / "roles", width, TAGS as i64, nn::LinearConfig::default()),
            to_cue: Pointer::new(root / "to_cue", width),
            to_source: Pointer::new(root / "to_source", width),
            enclosing,
            transitions: Transitions::new(&[[0.0; TAGS]; TAGS + 1]),
        };
        Self { encoder, transitions: root.zeros_no_train("transitions", &[TAGS as i64 + 1, TAGS as i64]) }
    }

    /// The encoder, once its weights are there.
    pub(crate) fn ready(self) -> Encoder {
        let flat = floats(&self.transitions);
        let mut rows = [[0.0; TAGS]; TAGS + 1];
        for (row, values) in rows.iter_mut().zip(flat.chunks_exact(TAGS)) {
            row.copy_from_slice(values);
        }
        Encoder { transitions: Transitions::new(&rows), ..self.encoder }
    }
}

impl Encoder {
    /// Reads one batch of windows.
    pub(crate) fn run(&self, batch: &[Input<'_>]) -> Vec<Output> {
        let longest = batch.iter().map(|input| input.ids.len() + 2).max().unwrap_or(0);
        let shape = [batch.len() as i64, longest as i64];
        let (mut ids, mut types, mut mask) = (Vec::new(), Vec::new(), Vec::new());
        for (row, input) in batch.iter().enumerate() {
            ids.push(i64::from(self.enclosing.cls));
            ids.extend(input.ids.iter().map(|&id| i64::from(id)));
            ids.push(i64::from(self.enclosing.sep));
            types.push(0);
            types.extend(input.types.iter().map(|&t| i64::from(t)));
            mask.resize(row * longest + input.ids.len() + 2, 1_i8);
            for padded in [&mut ids, &mut types] {
                padded.resize((row + 1) * longest, 0);
            }
            mask.resize((row + 1) * longest, 0);
        }
        let [ids, types] = [ids, types].map(|flat| Tensor::from_slice(&flat).view(shape));
        let mask = Tensor::from_slice(&mask).view(shape);
        let [roles, to_cue, to_source] = tch::no_grad(|| {
            let x = self
                .bert
                .forward_t(Some(&ids), Some(&mask), Some(&types), None, None, None, None, false)
                .expect("the shapes are right by construction")
                .hidden_state;
            let beyond = mask.eq(0).unsqueeze(1);
            [
                floats(&self.roles.forward(&x)),
                floats(&self.to_cue.run(&x, &beyond)),
                floats(&self.to_source.run(&x, &beyond)),
            ]
        });
        batch
            .iter()
            .enumerate()
            .map(|(row, input)| {
                let n = input.ids.len();
                let rows = (0..n).map(|piece| row * longest + 1 + piece);
                let pointers = |flat: &[f32]| {
                    let mut out = Pointers::default();
                    for at in rows.clone() {
                        out.push(&flat[at * longest..at * longest + n + 1]);
                    }
                    out
                };
                Output {
                    emissions: rows.clone().map(|at| std::array::from_fn(|tag| roles[at * TAGS + tag])).collect(),
                    to_cue: pointers(&to_cue),
                    to_source: pointers(&to_source),
                }
            })
            .collect()
    }
}

/// A tensor's values in row-major order.
fn floats(tensor: &Tensor) -> Vec<f32> {
    let flat = tensor.to_kind(Kind::Float).contiguous().view(-1);
    let mut out = vec![0.0; flat.numel()];
    flat.copy_data(&mut out, flat.numel());
    out
}
