//! The encoder and its heads, on libtorch: rust-bert's BERT, then roles, hedges and pointers.

use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::nn::{self, Module};
use tch::{Kind, Tensor};

use super::crf::{Scores, Transitions};

/// O, then begin and inside of source, cue, content.
pub(crate) const ROLE_TAGS: usize = 7;

/// O, then begin and inside of epistemic, doxastic, condition, investigation.
pub(crate) const HEDGE_TAGS: usize = 9;

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
    /// Scores of each piece's role tags.
    pub(crate) roles: Vec<Scores<ROLE_TAGS>>,
    /// Scores of each piece's hedge tags.
    pub(crate) hedges: Vec<Scores<HEDGE_TAGS>>,
    /// From each piece of a source or content to the first piece of its cue.
    pub(crate) to_cue: Pointers,
    /// From the first piece of each cue to the first piece of its source.
    pub(crate) to_source: Pointers,
    /// For each piece that looks like a hedge, ascending.
    pub(crate) scopes: Vec<ScopeScores>,
}

/// Where the scope of a hedge that begins at `piece` may start and end: a score for each piece of the window.
#[derive(Debug)]
pub(crate) struct ScopeScores {
    pub(crate) piece: usize,
    pub(crate) first: Vec<f32>,
    pub(crate) last: Vec<f32>,
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

    /// Scores of pointing from positions `from`, (batch, origins, width), to each of `to`, (batch, n, width).
    fn scores(&self, from: &Tensor, to: &Tensor) -> Tensor {
        let query = self.query.forward(from).to_kind(Kind::Float) / (LINK as f64).sqrt();
        query.matmul(&self.key.forward(to).to_kind(Kind::Float).transpose(1, 2))
    }

    /// Probabilities, (batch, from, to); `beyond` is true at padding.
    fn probabilities(&self, x: &Tensor, beyond: &Tensor) -> Tensor {
        self.scores(x, x).masked_fill(beyond, -1e4).softmax(-1, Kind::Float)
    }
}

/// Special tokens that enclose a window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Enclosing {
    pub(crate) cls: u32,
    pub(crate) sep: u32,
}

/// BERT with heads for roles, links, hedges and scopes. Reads only, so workers share one.
pub(crate) struct Encoder {
    bert: BertModel<BertEmbeddings>,
    roles: nn::Linear,
    to_cue: Pointer,
    to_source: Pointer,
    hedges: nn::Linear,
    scope_start: Pointer,
    scope_end: Pointer,
    enclosing: Enclosing,
    /// Of the roles' tags.
    pub(crate) transitions: Transitions<ROLE_TAGS>,
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
        let tags = |name, n: usize| nn::linear(root / name, width, n as i64, nn::LinearConfig::default());
        let encoder = Encoder {
            bert: BertModel::new_with_optional_pooler(root / "bert", config, false),
            roles: tags("roles", ROLE_TAGS),
            to_cue: Pointer::new(root / "to_cue", width),
            to_source: Pointer::new(root / "to_source", width),
            hedges: tags("hedges", HEDGE_TAGS),
            scope_start: Pointer::new(root / "scope_start", width),
            scope_end: Pointer::new(root / "scope_end", width),
            enclosing,
            transitions: Transitions::rules(),
        };
        let tags = ROLE_TAGS as i64;
        Self { encoder, transitions: root.zeros_no_train("transitions", &[tags + 1, tags]) }
    }

    /// The encoder, once its weights are there.
    pub(crate) fn ready(self) -> Encoder {
        // A row for each tag to go from, and a last one for starting.
        let learned: Vec<Scores<ROLE_TAGS>> = rows(&floats(&self.transitions));
        let step = std::array::from_fn(|from| learned[from]);
        Encoder { transitions: Transitions::new(learned[ROLE_TAGS], step), ..self.encoder }
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
        let (roles, hedges, [to_cue, to_source], scopes) = tch::no_grad(|| {
            let x = self
                .bert
                .forward_t(Some(&ids), Some(&mask), Some(&types), None, None, None, None, false)
                .expect("the shapes are right by construction")
                .hidden_state;
            let beyond = mask.eq(0).unsqueeze(1);
            let links = [&self.to_cue, &self.to_source].map(|pointer| floats(&pointer.probabilities(&x, &beyond)));
            let hedges = self.hedges.forward(&x);
            let scopes: Vec<Vec<ScopeScores>> =
                batch.iter().zip(0..).map(|(input, row)| self.scopes(input, &x.get(row), &hedges.get(row))).collect();
            (rows(&floats(&self.roles.forward(&x))), rows(&floats(&hedges)), links, scopes)
        });
        batch
            .iter()
            .zip(scopes)
            .enumerate()
            .map(|(row, (input, scopes))| {
                let n = input.ids.len();
                let start = row * longest + 1;
                let pointers = |flat: &[f32]| {
                    let mut out = Pointers::default();
                    for at in start..start + n {
                        out.push(&flat[at * longest..at * longest + n + 1]);
                    }
                    out
                };
                Output {
                    roles: roles[start..start + n].to_vec(),
                    hedges: hedges[start..start + n].to_vec(),
                    to_cue: pointers(&to_cue),
                    to_source: pointers(&to_source),
                    scopes,
                }
            })
            .collect()
    }

    /// The scopes of one window's likely hedges; `x` is (n, width), `hedges` (n, tags).
    fn scopes(&self, input: &Input<'_>, x: &Tensor, hedges: &Tensor) -> Vec<ScopeScores> {
        let n = input.ids.len() as i64;
        let (x, hedges) = (x.narrow(0, 1, n), hedges.narrow(0, 1, n));
        let at = hedges.argmax(-1, false).nonzero().view(-1);
        if at.numel() == 0 {
            return Vec::new();
        }
        let (from, to) = (x.index_select(0, &at).unsqueeze(0), x.unsqueeze(0));
        let [first, last] = [&self.scope_start, &self.scope_end].map(|pointer| floats(&pointer.scores(&from, &to)));
        let width = input.ids.len();
        (0..at.numel())
            .map(|i| ScopeScores {
                piece: usize::try_from(at.int64_value(&[i as i64])).unwrap_or(0),
                first: first[i * width..(i + 1) * width].to_vec(),
                last: last[i * width..(i + 1) * width].to_vec(),
            })
            .collect()
    }
}

/// Flat values as rows of `N`.
fn rows<const N: usize>(flat: &[f32]) -> Vec<[f32; N]> {
    flat.as_chunks().0.to_vec()
}

/// A tensor's values in row-major order.
fn floats(tensor: &Tensor) -> Vec<f32> {
    let flat = tensor.to_kind(Kind::Float).contiguous().view(-1);
    let mut out = vec![0.0; flat.numel()];
    flat.copy_data(&mut out, flat.numel());
    out
}
