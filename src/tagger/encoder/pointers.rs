//! Where word pieces point within their window: links between mentions, edges of scopes.

use std::cell::OnceCell;
use std::ops::Range;

use crate::math::{exp, ln};
use crate::tagger::weights::Weights;
use sayso_kernels::Isa;
use sayso_kernels::linear::Linear;
use sayso_kernels::softmax::log_softmax;

/// Width of queries and keys.
const LINK: usize = 128;

/// A link's probability below this is not kept.
const LEAST: f32 = 0.005;

/// Scores pairs of positions: `query(x) · key(y) / √128` (a biaffine pointer; Dozat and Manning 2017).
#[derive(Debug)]
pub(crate) struct Pointer {
    query: Linear,
    key: Linear,
    /// Where few pieces of a window point: from queries to what is multiplied with the positions' vectors, rather than all
    /// positions to keys. The keys' bias is left out: it adds the same to all scores of a query.
    back: Option<Linear>,
}

/// The vectors of one window's positions.
pub(crate) struct States<'a> {
    isa: Isa,
    x: &'a [f32],
    width: usize,
    /// Laid out to be multiplied with.
    products: OnceCell<Linear>,
}

impl<'a> States<'a> {
    /// `x` is (positions, width).
    pub(crate) fn new(isa: Isa, x: &'a [f32], width: usize) -> Self {
        Self { isa, x, width, products: OnceCell::new() }
    }

    fn rows(&self, positions: impl Iterator<Item = usize>) -> Vec<f32> {
        let row = |at: usize| -> Range<usize> { at * self.width..(at + 1) * self.width };
        positions.flat_map(|at| &self.x[row(at)]).copied().collect()
    }
}

/// Where some pieces of a window point: log probabilities over its positions, 0 for `[CLS]`, `i + 1` for piece `i`.
#[derive(Debug)]
pub(crate) struct Pointed {
    pub(crate) origins: Vec<usize>,
    pub(crate) positions: usize,
    pub(crate) log_p: Vec<f32>,
}

impl Pointer {
    /// The one called `name`.
    ///
    /// # Errors
    /// If its weights are missing or of another size.
    pub(crate) fn new(weights: &Weights<'_>, name: &str, width: usize, few: bool) -> Result<Self, String> {
        let of = |part: &str| -> Result<[Vec<f32>; 2], String> {
            let matrix = weights.floats(&format!("{name}.{part}.weight"), &[LINK, width])?;
            Ok([matrix, weights.floats(&format!("{name}.{part}.bias"), &[LINK])?])
        };
        let ([query, query_bias], [key, key_bias]) = (of("query")?, of("key")?);
        let scaled = |weights: Vec<f32>| weights.into_iter().map(|w| w / (LINK as f32).sqrt()).collect::<Vec<_>>();
        let across =
            || (0..width).flat_map(|column| key.iter().skip(column).step_by(width)).copied().collect::<Vec<_>>();
        Ok(Self {
            query: Linear::new(&scaled(query), &scaled(query_bias), width),
            back: few.then(|| Linear::of_rows(&across(), LINK)),
            key: Linear::new(&key, &key_bias, width),
        })
    }

    /// Where a window's `origins` point.
    pub(crate) fn point(&self, states: &States<'_>, origins: Vec<usize>) -> Pointed {
        let (isa, positions) = (states.isa, states.x.len() / states.width);
        if origins.is_empty() {
            return Pointed { origins, positions, log_p: Vec::new() };
        }
        let queries = self.query.forward(isa, &states.rows(origins.iter().map(|piece| piece + 1)));
        let mut log_p = match &self.back {
            Some(back) => {
                let products = states.products.get_or_init(|| Linear::of_rows(states.x, states.width));
                products.forward(isa, &back.forward(isa, &queries))
            }
            None => Linear::of_rows(&self.key.forward(isa, states.x), LINK).forward(isa, &queries),
        };
        log_softmax(isa, &mut log_p, positions);
        Pointed { origins, positions, log_p }
    }

    /// The vectors of a window's `origins`.
    pub(crate) fn pairs(&self, states: &States<'_>, origins: &[usize]) -> Vec<Pair> {
        let rows = states.rows([0].into_iter().chain(origins.iter().map(|piece| piece + 1)));
        let [queries, keys] = [&self.query, &self.key].map(|linear| linear.forward(states.isa, &rows));
        let mut vectors = queries.chunks_exact(LINK).zip(keys.chunks_exact(LINK));
        let nobody = vectors.next().map_or(&[][..], |(_, key)| key);
        vectors.map(|(q, k)| Pair { query: q.to_vec(), key: k.to_vec(), none: dot(q, nobody) }).collect()
    }
}

/// Vectors that say who is meant: of two pieces that begin mentions of one speaker, one's query and the other's key have a
/// great product.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pair {
    pub(crate) query: Vec<f32>,
    pub(crate) key: Vec<f32>,
    /// The product of the query and the key of its window's `[CLS]`: that nobody is meant who stands in the window.
    pub(crate) none: f32,
}

impl Pair {
    /// How well `other` fits as one who is meant here.
    pub(crate) fn score(&self, other: &Self) -> f32 {
        dot(&self.query, &other.key)
    }
}

/// In the order of the vectors, so that it is the same on every processor.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| a.mul_add(*b, sum))
}

impl Pointed {
    /// Each origin with where it points.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (usize, &[f32])> {
        self.origins.iter().copied().zip(self.log_p.chunks_exact(self.positions))
    }
}

/// Sparse rows of probabilities: where each piece of a window points, with 0 for `[CLS]` and piece `i` at `i + 1`.
#[derive(Debug, Default)]
pub(crate) struct Links {
    ends: Vec<usize>,
    entries: Vec<(u16, f32)>,
}

impl Links {
    /// What is worth keeping of where a window of `pieces` points.
    pub(crate) fn new(pieces: usize, pointed: &Pointed) -> Self {
        let (mut ends, mut entries) = (vec![0; pieces], Vec::new());
        let least = ln(LEAST);
        for (origin, row) in pointed.rows() {
            let before = entries.len();
            entries.extend(row.iter().zip(0..).filter(|&(&log_p, _)| log_p >= least).map(|(p, to)| (to, exp(*p))));
            ends[origin] = entries.len() - before;
        }
        let mut total = 0;
        for end in &mut ends {
            total += *end;
            *end = total;
        }
        Self { ends, entries }
    }

    /// Where piece `index` points.
    pub(crate) fn row(&self, index: usize) -> &[(u16, f32)] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.entries[start..self.ends[index]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_point_as_many_do() {
        let numbers = |n: usize, seed: usize| -> Vec<f32> {
            (0..n).map(|at| ((at * 7919 + seed * 104_729) % 1009) as f32 / 5045.0 - 0.1).collect()
        };
        let width = 64;
        let parts = [numbers(LINK * width, 1), numbers(LINK, 2), numbers(LINK * width, 3), numbers(LINK, 4)];
        let bytes = parts.each_ref().map(|part| part.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>());
        let names = ["p.query.weight", "p.query.bias", "p.key.weight", "p.key.bias"];
        let views = names.iter().zip(&bytes).enumerate().map(|(at, (name, bytes))| {
            let shape = if at % 2 == 0 { vec![LINK, width] } else { vec![LINK] };
            (*name, safetensors::tensor::TensorView::new(safetensors::Dtype::F32, shape, bytes).unwrap())
        });
        let file = bytes::Bytes::from(safetensors::serialize(views, None).unwrap());
        let weights = Weights::new(&file).unwrap();
        let x = numbers(9 * width, 5);
        for isa in Isa::available() {
            let states = States::new(isa, &x, width);
            let [few, many] = [true, false].map(|few| Pointer::new(&weights, "p", width, few).unwrap());
            let [few, many] = [few, many].map(|pointer| pointer.point(&states, vec![0, 3, 6]));
            assert_eq!((&few.origins, few.positions), (&many.origins, many.positions));
            for (few, many) in few.log_p.iter().zip(&many.log_p) {
                assert!((few - many).abs() < 1e-3, "{few} {many}");
            }
            for (_, row) in few.rows() {
                assert!((row.iter().map(|&log_p| exp(log_p)).sum::<f32>() - 1.0).abs() < 1e-4);
            }
        }
    }
}
