//! The encoder and its heads, on libtorch: BERT, then roles, hedges and pointers.

use rust_bert::bert::{BertConfig, BertEmbeddings, BertModel};
use tch::nn::{self, Module};
use tch::{Kind, Tensor};

use super::bert::{Bert, Packed};
use super::crf::{Scores, Transitions};
use super::pointers::{Links, Pointed, Pointer, floats};

/// O, then begin and inside of source, cue, content.
pub(crate) const ROLE_TAGS: usize = 7;

/// O, then begin and inside of epistemic, doxastic, condition, investigation.
pub(crate) const HEDGE_TAGS: usize = 9;

/// Pieces whose tags all score this much below their best tag are not asked where they point.
const UNLIKELY: f32 = 5.0;

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
    pub(crate) to_cue: Links,
    /// From the first piece of each cue to the first piece of its source.
    pub(crate) to_source: Links,
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

/// Special tokens that enclose a window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Enclosing {
    pub(crate) cls: u32,
    pub(crate) sep: u32,
}

/// BERT with heads for roles, links, hedges and scopes. Reads only, so workers share one.
pub(crate) struct Encoder {
    bert: Bert,
    heads: Heads,
    enclosing: Enclosing,
    /// Of the roles' tags.
    pub(crate) transitions: Transitions<ROLE_TAGS>,
}

struct Heads {
    roles: nn::Linear,
    to_cue: Pointer,
    to_source: Pointer,
    hedges: nn::Linear,
    scope_start: Pointer,
    scope_end: Pointer,
}

// SAFETY: after loading nothing writes to the weights, and libtorch lets threads read the same tensors; its reference
// counts are atomic. `run` records no gradients.
unsafe impl Sync for Encoder {}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").finish_non_exhaustive()
    }
}

/// An encoder whose weights are yet to be loaded.
pub(crate) struct Blank {
    heads: Heads,
    transitions: Tensor,
}

impl Blank {
    /// Makes all weights under `root`.
    pub(crate) fn new(root: &nn::Path, config: &BertConfig) -> Self {
        let width = config.hidden_size;
        let tags = |name, n: usize| nn::linear(root / name, width, n as i64, nn::LinearConfig::default());
        let pointer = |name, few| Pointer::new(root / name, width, few);
        let heads = Heads {
            roles: tags("roles", ROLE_TAGS),
            to_cue: pointer("to_cue", false),
            to_source: pointer("to_source", true),
            hedges: tags("hedges", HEDGE_TAGS),
            scope_start: pointer("scope_start", true),
            scope_end: pointer("scope_end", true),
        };
        // It leaves its variables under `root`, and `Bert` takes them from there.
        BertModel::<BertEmbeddings>::new_with_optional_pooler(root / "bert", config, false);
        let tags = ROLE_TAGS as i64;
        Self { heads, transitions: root.zeros_no_train("transitions", &[tags + 1, tags]) }
    }

    /// The encoder, once the weights are there in the kind to compute in; its layers in int8 if wanted.
    pub(crate) fn ready(self, store: &nn::VarStore, config: &BertConfig, enclosing: Enclosing, int8: bool) -> Encoder {
        // A row for each tag to go from, and a last one for starting.
        let learned: Vec<Scores<ROLE_TAGS>> = rows(&floats(&self.transitions));
        let step = std::array::from_fn(|from| learned[from]);
        Encoder {
            bert: Bert::new(&store.variables(), config, int8),
            heads: self.heads,
            enclosing,
            transitions: Transitions::new(learned[ROLE_TAGS], step),
        }
    }
}

impl Encoder {
    /// Reads one batch of windows. What it says of a window does not depend on the others.
    pub(crate) fn run(&self, batch: &[Input<'_>]) -> Vec<Output> {
        let packed = self.pack(batch);
        tch::no_grad(|| {
            let x = self.bert.forward(&packed);
            self.heads.read(&x, &packed)
        })
    }

    fn pack(&self, batch: &[Input<'_>]) -> Packed {
        let Enclosing { cls, sep } = self.enclosing;
        let mut packed = Packed::default();
        for input in batch {
            packed.ids.push(i64::from(cls));
            packed.ids.extend(input.ids.iter().map(|&id| i64::from(id)));
            packed.ids.push(i64::from(sep));
            packed.types.push(0);
            packed.types.extend(input.types.iter().map(|&t| i64::from(t)));
            packed.types.push(0);
            packed.lengths.push(input.ids.len() as i64 + 2);
        }
        packed
    }
}

impl Heads {
    /// `x` is (positions of all windows, width).
    fn read(&self, x: &Tensor, packed: &Packed) -> Vec<Output> {
        let roles = windows(&rows(&floats(&self.roles.forward(x))), packed);
        let hedges = windows(&rows(&floats(&self.hedges.forward(x))), packed);
        let x = [x, &x.to_kind(Kind::Float)];
        let links = |pointer: &Pointer, tags: &[usize]| {
            let origins = roles.iter().map(|window| likely(window, tags)).collect();
            let pointed = pointer.point(x, packed, origins);
            roles.iter().zip(pointed).map(|(window, pointed)| Links::new(window.len(), &pointed)).collect::<Vec<_>>()
        };
        let to_cue = links(&self.to_cue, &[1, 2, 5, 6]);
        let to_source = links(&self.to_source, &[3, 4]);
        let hedged: Vec<_> = hedges.iter().map(|window| hedged(window)).collect();
        let first = self.scope_start.point(x, packed, hedged.clone());
        let last = self.scope_end.point(x, packed, hedged);
        let scopes: Vec<_> = first.iter().zip(&last).map(|(first, last)| scopes(first, last)).collect();
        let links = to_cue.into_iter().zip(to_source);
        let tags = roles.into_iter().zip(hedges);
        tags.zip(links)
            .zip(scopes)
            .map(|(((roles, hedges), (to_cue, to_source)), scopes)| Output { roles, hedges, to_cue, to_source, scopes })
            .collect()
    }
}

/// Pieces for which one of `tags` is nearly as good as any.
fn likely(window: &[Scores<ROLE_TAGS>], tags: &[usize]) -> Vec<usize> {
    let worth = |scores: &Scores<ROLE_TAGS>| {
        let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        tags.iter().any(|&tag| scores[tag] > best - UNLIKELY)
    };
    (0..window.len()).filter(|&piece| worth(&window[piece])).collect()
}

/// Pieces that are best tagged as something else than O.
fn hedged(window: &[Scores<HEDGE_TAGS>]) -> Vec<usize> {
    (0..window.len()).filter(|&piece| window[piece][1..].iter().any(|&score| score > window[piece][0])).collect()
}

fn scopes(first: &Pointed, last: &Pointed) -> Vec<ScopeScores> {
    // Without [CLS] and [SEP].
    let pieces = |row: &[f32]| row[1..row.len() - 1].to_vec();
    let edges = first.rows().zip(last.rows());
    edges.map(|((piece, first), (_, last))| ScopeScores { piece, first: pieces(first), last: pieces(last) }).collect()
}

/// Flat values as rows of `N`.
fn rows<const N: usize>(flat: &[f32]) -> Vec<[f32; N]> {
    flat.as_chunks().0.to_vec()
}

/// Rows of positions as rows of each window's pieces.
fn windows<const N: usize>(rows: &[Scores<N>], packed: &Packed) -> Vec<Vec<Scores<N>>> {
    let spans = packed.starts().into_iter().zip(&packed.lengths);
    spans.map(|(start, n)| rows[start as usize + 1..(start + n) as usize - 1].to_vec()).collect()
}
