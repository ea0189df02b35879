//! Where word pieces point within their window: links between mentions, edges of scopes.

use tch::nn::{self, Module};
use tch::{Kind, Tensor};

use super::bert::{self, Packed};

/// Width of queries and keys.
const LINK: i64 = 128;

/// A link's probability below this is not kept.
const LEAST: f32 = 0.005;

/// Scores pairs of positions: `query(x) · key(y) / √128` (a biaffine pointer; Dozat and Manning 2017).
#[derive(Debug)]
pub(crate) struct Pointer {
    query: nn::Linear,
    key: nn::Linear,
    /// Few pieces of a window point.
    few: bool,
}

/// Where some pieces of a window point: log probabilities over its positions, 0 for `[CLS]`, `i + 1` for piece `i`.
#[derive(Debug)]
pub(crate) struct Pointed {
    pub(super) origins: Vec<usize>,
    pub(super) positions: usize,
    pub(super) log_p: Vec<f32>,
}

impl Pointer {
    pub(crate) fn new(path: nn::Path, width: i64, few: bool) -> Self {
        let linear = |name| nn::linear(&path / name, width, LINK, nn::LinearConfig::default());
        Self { query: linear("query"), key: linear("key"), few }
    }

    /// Where each window's `origins`, ascending, point. `x` is (positions of all windows, width), and once more in fp32.
    pub(crate) fn point(&self, x: [&Tensor; 2], packed: &Packed, origins: Vec<Vec<usize>>) -> Vec<Pointed> {
        let starts = packed.starts();
        let of_window = |(from, start): (&Vec<usize>, &i64)| from.iter().map(|&i| start + 1 + i as i64).collect();
        let rows: Vec<Vec<i64>> = origins.iter().zip(&starts).map(of_window).collect();
        let products = (!rows.iter().all(Vec::is_empty)).then(|| {
            let mut all = rows.concat();
            all.resize(bert::rows(all.len()), 0);
            let from = x[0].index_select(0, &Tensor::from_slice(&all));
            let queries = self.query.forward(&from).to_kind(Kind::Float) / (LINK as f64).sqrt();
            let to = if self.few { x[1].shallow_clone() } else { self.key.forward(x[0]).to_kind(Kind::Float) };
            (queries, to)
        });
        // Few queries are taken to where the positions are, rather than all positions to where the queries are. The
        // keys' bias is left out: it adds the same to all scores of a query.
        let back = self.few.then(|| self.key.ws.to_kind(Kind::Float));
        let mut first = 0;
        let windows = origins.into_iter().zip(starts.iter().zip(&packed.lengths));
        windows
            .map(|(origins, (&start, &n))| {
                let count = origins.len() as i64;
                let log_p = match &products {
                    Some((queries, to)) if count > 0 => {
                        let mut queries = queries.narrow(0, first, count);
                        if let Some(keys) = &back {
                            queries = queries.matmul(keys);
                        }
                        let scores = queries.matmul(&to.narrow(0, start, n).tr());
                        floats(&scores.log_softmax(-1, Kind::Float))
                    }
                    _ => Vec::new(),
                };
                first += count;
                Pointed { origins, positions: n as usize, log_p }
            })
            .collect()
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

impl Pointer {
    /// The vectors of each window's `origins`; `x` is (positions of all windows, width).
    pub(crate) fn pairs(&self, x: &Tensor, packed: &Packed, origins: &[Vec<usize>]) -> Vec<Vec<Pair>> {
        let starts = packed.starts();
        let mut rows = Vec::new();
        for (from, start) in origins.iter().zip(&starts) {
            rows.push(*start);
            rows.extend(from.iter().map(|&i| start + 1 + i as i64));
        }
        let count = rows.len();
        rows.resize(bert::rows(count), 0);
        let x = x.index_select(0, &Tensor::from_slice(&rows));
        let queries = floats(&(self.query.forward(&x).to_kind(Kind::Float) / (LINK as f64).sqrt()));
        let keys = floats(&self.key.forward(&x));
        let mut vectors = queries.chunks_exact(LINK as usize).zip(keys.chunks_exact(LINK as usize));
        let mut out = Vec::new();
        for from in origins {
            let (_, nobody) = vectors.next().unwrap_or_default();
            let pairs = vectors.by_ref().take(from.len());
            out.push(pairs.map(|(q, k)| Pair { query: q.to_vec(), key: k.to_vec(), none: dot(q, nobody) }).collect());
        }
        out
    }
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
        let least = LEAST.ln();
        for (origin, row) in pointed.rows() {
            let before = entries.len();
            entries.extend(row.iter().zip(0..).filter(|&(&log_p, _)| log_p >= least).map(|(p, to)| (to, p.exp())));
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

/// A tensor's values in row-major order.
pub(crate) fn floats(tensor: &Tensor) -> Vec<f32> {
    let flat = tensor.to_kind(Kind::Float).contiguous().view(-1);
    let mut out = vec![0.0; flat.numel()];
    flat.copy_data(&mut out, flat.numel());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    #[test]
    fn few_point_as_many_do() {
        tch::manual_seed(9);
        let store = nn::VarStore::new(Device::Cpu);
        let many = Pointer::new(store.root() / "pointer", 384, false);
        tch::no_grad(|| store.variables().into_values().for_each(|mut v| drop(v.normal_(0.0, 0.1))));
        let copy = |linear: &nn::Linear| nn::Linear {
            ws: linear.ws.shallow_clone(),
            bs: linear.bs.as_ref().map(Tensor::shallow_clone),
        };
        let few = Pointer { query: copy(&many.query), key: copy(&many.key), few: true };
        let packed = Packed { lengths: vec![9, 5], ..Packed::default() };
        let x = Tensor::randn([bert::rows(14) as i64, 384], (Kind::Float, Device::Cpu));
        let point = |pointer: &Pointer| tch::no_grad(|| pointer.point([&x, &x], &packed, vec![vec![0, 3, 6], vec![2]]));
        for (few, many) in point(&few).iter().zip(point(&many)) {
            assert_eq!((&few.origins, few.positions), (&many.origins, many.positions));
            for (few, many) in few.log_p.iter().zip(&many.log_p) {
                assert!((few - many).abs() < 1e-3, "{few} {many}");
            }
        }
    }
}
