//! What is said of the encoder's vectors: roles, hedges, names, fields and pointers.

use std::ops::Range;

use super::pointers::{Links, Pair, Pointed, Pointer, States};
use crate::math::exp;
use crate::tagger::decode::crf::Scores;
use crate::tagger::input::packed::Packed;
use crate::tagger::weights::Weights;
use sayso_kernels::Isa;
use sayso_kernels::linear::Linear;

/// O, then begin and inside of source, cue, content.
pub(crate) const ROLE_TAGS: usize = 7;

/// O, then begin and inside of epistemic, doxastic, condition, investigation.
pub(crate) const HEDGE_TAGS: usize = 9;

/// O, then begin and inside of a name.
pub(crate) const NAME_TAGS: usize = 3;

/// What a speaker may be, and a last score: whether it has a proper name.
pub(crate) const KIND_SCORES: usize = 6;

/// What is said of a claim: four types, four certainties, two polarities.
pub(crate) const FIELD_SCORES: usize = 10;

/// Layers of roles: the outer claims, and those that stand in their contents.
pub(crate) const LAYERS: usize = 2;

/// Pieces whose tags all score this much below their best tag are not asked where they point.
const UNLIKELY: f32 = 5.0;

/// The same of pieces that may begin a name, a source or a content.
const UNLIKELY_VOICE: f32 = 7.0;

/// The word pieces of a role or affiliation at most.
const LONGEST_INTRODUCTION: usize = 40;

/// What the encoder says of one window; vectors have an entry for each piece, if nothing else is said.
#[derive(Debug)]
pub(crate) struct Output {
    /// Scores of role tags, by layer.
    pub(crate) roles: [Vec<Scores<ROLE_TAGS>>; LAYERS],
    pub(crate) hedges: Vec<Scores<HEDGE_TAGS>>,
    pub(crate) names: Vec<Scores<NAME_TAGS>>,
    /// What a speaker is that begins here.
    pub(crate) kinds: Vec<[f32; KIND_SCORES]>,
    /// What a claim is whose cue begins here, and whose content does.
    pub(crate) of_cue: Vec<[f32; FIELD_SCORES]>,
    pub(crate) of_content: Vec<[f32; FIELD_SCORES]>,
    /// By layer, from each piece of a source or content to the first piece of its cue.
    pub(crate) to_cue: [Links; LAYERS],
    /// By layer, from the first piece of each cue to the first piece of its source.
    pub(crate) to_source: [Links; LAYERS],
    /// For each piece that looks like a hedge, ascending.
    pub(crate) scopes: Vec<ScopeScores>,
    /// For each piece that may begin a name, a source or a content, ascending.
    pub(crate) voices: Vec<VoiceScores>,
}

/// What is said at the first piece of a mention that may speak.
#[derive(Debug)]
pub(crate) struct VoiceScores {
    pub(crate) piece: usize,
    pub(crate) pair: Pair,
    pub(crate) role: Introduced,
    pub(crate) affiliation: Introduced,
}

/// The likeliest place where the window says what a speaker is, or whose.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Introduced {
    pub(crate) pieces: Range<usize>,
    /// The geometric mean of its edges' probabilities, where to be nowhere is the alternative.
    pub(crate) probability: f32,
}

/// Where the scope of a hedge that begins at `piece` may start and end: a score for each piece of the window.
#[derive(Debug)]
pub(crate) struct ScopeScores {
    pub(crate) piece: usize,
    pub(crate) first: Vec<f32>,
    pub(crate) last: Vec<f32>,
}

/// What is said of positions once the encoder has read them: by linear layers in fp32.
#[derive(Debug)]
pub(crate) struct Heads {
    isa: Isa,
    width: usize,
    /// All that is said of a piece by itself, one after another: [`TAGS`].
    tags: Linear,
    to_cue: [Pointer; LAYERS],
    to_source: [Pointer; LAYERS],
    scopes: [Pointer; 2],
    role: [Pointer; 2],
    affiliation: [Pointer; 2],
    to_speaker: Pointer,
}

/// The linear heads and their widths.
const TAGS: [(&str, usize); 7] = [
    ("roles", ROLE_TAGS),
    ("inner_roles", ROLE_TAGS),
    ("hedges", HEDGE_TAGS),
    ("names", NAME_TAGS),
    ("kinds", KIND_SCORES),
    ("of_cue", FIELD_SCORES),
    ("of_content", FIELD_SCORES),
];

impl Heads {
    /// # Errors
    /// If weights are missing, or of another size than the model's.
    pub(crate) fn new(weights: &Weights<'_>, width: usize, isa: Isa) -> Result<Self, String> {
        let (mut all, mut biases) = (Vec::new(), Vec::new());
        for (name, n) in TAGS {
            all.extend(weights.floats(&format!("{name}.weight"), &[n, width])?);
            biases.extend(weights.floats(&format!("{name}.bias"), &[n])?);
        }
        let pointer = |name: &str, few| Pointer::new(weights, name, width, few);
        let edges = |name: &str| -> Result<[Pointer; 2], String> {
            Ok([pointer(&format!("{name}_start"), true)?, pointer(&format!("{name}_end"), true)?])
        };
        Ok(Self {
            isa,
            width,
            tags: Linear::new(&all, &biases, width),
            to_cue: [pointer("to_cue", false)?, pointer("inner_to_cue", true)?],
            to_source: [pointer("to_source", true)?, pointer("inner_to_source", true)?],
            scopes: edges("scope")?,
            role: edges("role")?,
            affiliation: edges("affiliation")?,
            to_speaker: pointer("to_speaker", true)?,
        })
    }

    /// `x` is (positions of all windows, width).
    pub(crate) fn read(&self, x: &[f32], packed: &Packed) -> Vec<Output> {
        let said = self.tags.forward(self.isa, x);
        let width = self.tags.outputs();
        let spans: Vec<Range<usize>> = packed.spans().collect();
        let windows = spans.iter().map(|span| &said[(span.start + 1) * width..(span.end - 1) * width]);
        let tags: Vec<Tags> = windows.map(|window| Tags::new(window, width)).collect();
        let states: Vec<States<'_>> = spans
            .iter()
            .map(|span| States::new(self.isa, &x[span.start * self.width..span.end * self.width], self.width))
            .collect();
        let links = |pointer: &Pointer, layer: usize, wanted: &[usize]| {
            let origins = tags.iter().map(|window| likely(&window.roles[layer], wanted, UNLIKELY));
            let pointed = states.iter().zip(origins).map(|(states, origins)| pointer.point(states, origins));
            pointed.zip(&tags).map(|(pointed, window)| Links::new(window.hedges.len(), &pointed)).collect::<Vec<_>>()
        };
        let [mut outer_cue, mut inner_cue] =
            [0, 1].map(|layer| links(&self.to_cue[layer], layer, &[1, 2, 5, 6]).into_iter());
        let [mut outer_source, mut inner_source] =
            [0, 1].map(|layer| links(&self.to_source[layer], layer, &[3, 4]).into_iter());
        let hedged: Vec<_> = tags.iter().map(|window| hedged(&window.hedges)).collect();
        let points = |pointer: &Pointer, origins: &[Vec<usize>]| -> Vec<Pointed> {
            states.iter().zip(origins).map(|(states, origins)| pointer.point(states, origins.clone())).collect()
        };
        let [first, last] = self.scopes.each_ref().map(|pointer| points(pointer, &hedged));
        let mut scopes = first.iter().zip(&last).map(|(first, last)| scopes(first, last));
        let voiced: Vec<_> = tags.iter().map(Tags::voices).collect();
        let mut pairs = states.iter().zip(&voiced).map(|(states, origins)| self.to_speaker.pairs(states, origins));
        let called: Vec<_> = tags.iter().map(Tags::called).collect();
        let introduced = |edges: &[Pointer; 2]| {
            let [first, last] = edges.each_ref().map(|pointer| points(pointer, &called));
            first.iter().zip(&last).map(|(first, last)| introductions(first, last)).collect::<Vec<_>>()
        };
        let (roles, affiliations) = (introduced(&self.role), introduced(&self.affiliation));
        let mut out = Vec::with_capacity(tags.len());
        for (at, window) in tags.into_iter().enumerate() {
            let voices = voiced[at].iter().zip(pairs.next().into_iter().flatten()).map(|(&piece, pair)| {
                let said = called[at].binary_search(&piece).ok();
                let of =
                    |introduced: &[Vec<Introduced>]| said.map_or_else(Default::default, |i| introduced[at][i].clone());
                VoiceScores { piece, pair, role: of(&roles), affiliation: of(&affiliations) }
            });
            let both =
                |outer: Option<Links>, inner: Option<Links>| [outer.unwrap_or_default(), inner.unwrap_or_default()];
            out.push(Output {
                voices: voices.collect(),
                roles: window.roles,
                hedges: window.hedges,
                names: window.names,
                kinds: window.kinds,
                of_cue: window.of_cue,
                of_content: window.of_content,
                to_cue: both(outer_cue.next(), inner_cue.next()),
                to_source: both(outer_source.next(), inner_source.next()),
                scopes: scopes.next().unwrap_or_default(),
            });
        }
        out
    }
}

/// What is said of a window's pieces one by one.
struct Tags {
    roles: [Vec<Scores<ROLE_TAGS>>; LAYERS],
    hedges: Vec<Scores<HEDGE_TAGS>>,
    names: Vec<Scores<NAME_TAGS>>,
    kinds: Vec<[f32; KIND_SCORES]>,
    of_cue: Vec<[f32; FIELD_SCORES]>,
    of_content: Vec<[f32; FIELD_SCORES]>,
}

impl Tags {
    /// From rows of [`TAGS`].
    fn new(said: &[f32], width: usize) -> Self {
        fn column<const N: usize>(said: &[f32], width: usize, part: usize) -> Vec<[f32; N]> {
            let start: usize = TAGS[..part].iter().map(|&(_, n)| n).sum();
            said.chunks_exact(width).map(|row| std::array::from_fn(|at| row[start + at])).collect()
        }
        Self {
            roles: [column(said, width, 0), column(said, width, 1)],
            hedges: column(said, width, 2),
            names: column(said, width, 3),
            kinds: column(said, width, 4),
            of_cue: column(said, width, 5),
            of_content: column(said, width, 6),
        }
    }

    /// Pieces that may begin a name, a source or a content.
    fn voices(&self) -> Vec<usize> {
        self.begun(&[1, 5])
    }

    /// … a name or a source: what somebody is called by, with whom roles and affiliations go.
    fn called(&self) -> Vec<usize> {
        self.begun(&[1])
    }

    /// Pieces that may begin a name, or what one of these tags of roles begins.
    fn begun(&self, tags: &[usize]) -> Vec<usize> {
        let [outer, inner] = self.roles.each_ref().map(|roles| likely(roles, tags, UNLIKELY_VOICE));
        let mut all = [outer, inner, likely(&self.names, &[1], UNLIKELY_VOICE)].concat();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Pieces for which one of `tags` is less than `unlikely` below the best.
fn likely<const T: usize>(window: &[Scores<T>], tags: &[usize], unlikely: f32) -> Vec<usize> {
    let worth = |scores: &Scores<T>| {
        let best = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        tags.iter().any(|&tag| scores[tag] > best - unlikely)
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

/// Of each origin the likeliest stretch from a first to a last piece.
fn introductions(first: &Pointed, last: &Pointed) -> Vec<Introduced> {
    let best = |(first, last): (&[f32], &[f32])| {
        let mut best = (f32::NEG_INFINITY, 0..0);
        // Without [CLS] and [SEP].
        let [first, last] = [first, last].map(|row| &row[1..row.len() - 1]);
        let likeliest = (0..first.len()).max_by(|&a, &b| first[a].total_cmp(&first[b]));
        for start in likeliest.into_iter().chain(0..first.len()) {
            // Log probabilities: what already starts worse cannot win.
            if first[start] <= best.0 {
                continue;
            }
            for (more, of_end) in last[start..].iter().take(LONGEST_INTRODUCTION).enumerate() {
                if first[start] + of_end > best.0 {
                    best = (first[start] + of_end, start..start + more + 1);
                }
            }
        }
        Introduced { pieces: best.1, probability: exp(best.0 / 2.0) }
    };
    first.rows().zip(last.rows()).map(|((_, first), (_, last))| best((first, last))).collect()
}
