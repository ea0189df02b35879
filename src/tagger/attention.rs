//! Attention in bf16 with the processor's own dot products (AVX512-BF16), for heads that are 32 wide.
//!
//! libtorch calls a matrix product for each head of each window, and at these sizes calling takes longer than
//! multiplying. Here a window's keys and values are laid out once, and a few queries at a time go through scores,
//! softmax and weighted sum while they are in registers and the nearest cache. Sums are in fp32.

use tch::{Kind, Tensor};

/// Width of a head.
const WIDTH: usize = 32;

/// Queries that go through together; with four groups of keys they fill the registers.
const QUERIES: usize = 6;

/// Whether [`attend`] can be called on this processor with such tensors.
pub(crate) fn fits(projected: &Tensor, heads: i64) -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        projected.kind() == Kind::BFloat16
            && projected.size()[1] == 3 * heads * WIDTH as i64
            && super::avx512::is_there()
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let _ = (projected, heads);
        false
    }
}

/// Attention within each window: `projected` is (rows, 3 · width) with queries, keys and values side by side. Rows after
/// the last window come out as zeros.
///
/// # Panics
/// If `projected` does not fit, or has fewer rows than `lengths` add up to.
pub(crate) fn attend(projected: &Tensor, lengths: &[i64], heads: i64) -> Tensor {
    assert!(fits(projected, heads), "another kind or shape");
    #[cfg(target_arch = "x86_64")]
    return fused::attend(&projected.contiguous(), lengths, heads as usize);
    #[cfg(not(target_arch = "x86_64"))]
    unreachable!("it never fits {lengths:?}")
}

#[cfg(target_arch = "x86_64")]
mod fused {
    use std::arch::x86_64::*;

    use tch::Tensor;

    use super::{QUERIES, WIDTH};
    use crate::tagger::avx512::{
        LANES, bf16, bits, filled, halves, lanes, loaded, narrowed, paired, pairs, power_of_two, transposed, zipped,
    };

    /// Pairs of bf16 in a head's row; the processor multiplies pairs and adds them up.
    const PAIRS: usize = WIDTH / 2;

    /// Pairs of positions in a group of keys.
    const HALF: usize = LANES / 2;

    /// All windows, all heads.
    pub(super) fn attend(projected: &Tensor, lengths: &[i64], heads: usize) -> Tensor {
        let width = heads * WIDTH;
        let rows = bf16(projected);
        filled(rows.len() / (3 * width), width, |out| {
            let mut room = Room::default();
            let mut start = 0;
            for n in lengths.iter().map(|&n| n as usize) {
                let window = &rows[start * 3 * width..(start + n) * 3 * width];
                let out = &mut out[start * width..(start + n) * width];
                for head in 0..heads {
                    // SAFETY: `fits` asked for the features.
                    unsafe { room.head(window, out, heads, head) };
                }
                start += n;
            }
            out[start * width..].fill(0);
        })
    }

    /// What one head of a window needs on the way.
    #[derive(Default)]
    struct Room {
        /// For each group of 16 keys and each pair of a row: that pair of all 16.
        keys: Vec<[__m512i; PAIRS]>,
        /// For each two positions and each half of a row: both positions' values side by side.
        values: Vec<[__m512i; 2]>,
        /// Of each query with each key.
        scores: Vec<__m512>,
        /// The same as shares in bf16, two keys side by side.
        shares: Vec<__m512i>,
    }

    impl Room {
        /// One head of a window; `rows` and `out` are the window's.
        #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
        fn head(&mut self, rows: &[u16], out: &mut [u16], heads: usize, head: usize) {
            let width = heads * WIDTH;
            let n = out.len() / width;
            // Past the end there are zeros.
            let row = |part: usize, at: usize| -> [u16; WIDTH] {
                let from = at * 3 * width + part * width + head * WIDTH;
                if at < n { *rows[from..].first_chunk().expect("a row") } else { [0; WIDTH] }
            };
            let groups = n.div_ceil(LANES);
            self.keys.clear();
            self.values.clear();
            for first in (0..groups * LANES).step_by(LANES) {
                self.keys.push(transposed(std::array::from_fn(|i| loaded(row(1, first + i)))));
                for two in (first..first + LANES).step_by(2) {
                    self.values.push(zipped(loaded(row(2, two)), loaded(row(2, two + 1))));
                }
            }
            self.scores.resize(QUERIES * groups, _mm512_setzero_ps());
            // Two groups of keys make one register of shares.
            self.shares.resize(QUERIES * groups.div_ceil(2), _mm512_setzero_si512());
            for first in (0..n).step_by(QUERIES) {
                // Past the end the answers are left.
                let queries: [[u32; PAIRS]; QUERIES] = std::array::from_fn(|i| paired(row(0, first + i)));
                let mut most = [_mm512_set1_ps(f32::NEG_INFINITY); QUERIES];
                for group in (0..groups).step_by(4) {
                    match groups - group {
                        1 => self.score::<1>(&queries, group, groups, n, &mut most),
                        2 => self.score::<2>(&queries, group, groups, n, &mut most),
                        3 => self.score::<3>(&queries, group, groups, n, &mut most),
                        _ => self.score::<4>(&queries, group, groups, n, &mut most),
                    }
                }
                let sums: [f32; QUERIES] = std::array::from_fn(|i| self.softmax(i, groups, most[i]));
                let mixed = self.mix(groups);
                for i in 0..QUERIES.min(n - first) {
                    let share = _mm512_set1_ps(1.0 / sums[i]);
                    let (low, high) = (_mm512_mul_ps(mixed[i][0], share), _mm512_mul_ps(mixed[i][1], share));
                    let both = halves(narrowed(low, high));
                    let to = (first + i) * width + head * WIDTH;
                    out[to..to + WIDTH].copy_from_slice(&both);
                }
            }
        }

        /// Scores of the queries with `G` groups of keys from `group` on, and the greatest of each query so far.
        #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
        #[inline]
        fn score<const G: usize>(
            &mut self,
            queries: &[[u32; PAIRS]; QUERIES],
            group: usize,
            groups: usize,
            n: usize,
            most: &mut [__m512; QUERIES],
        ) {
            let mut sums = [[_mm512_setzero_ps(); G]; QUERIES];
            for g in 0..G {
                // Keys past the end are zeros, and add nothing to this.
                let there = n.saturating_sub((group + g) * LANES).min(LANES);
                let beyond = u16::MAX.unbounded_shl(there as u32);
                for sums in &mut sums {
                    sums[g] = _mm512_maskz_mov_ps(beyond, _mm512_set1_ps(f32::NEG_INFINITY));
                }
            }
            let keys = self.keys[group..].first_chunk::<G>().expect("as many groups");
            for pair in 0..PAIRS {
                for (query, sums) in queries.iter().zip(&mut sums) {
                    let query = pairs(_mm512_set1_epi32(query[pair] as i32));
                    for (keys, sum) in keys.iter().zip(sums) {
                        *sum = _mm512_dpbf16_ps(*sum, query, pairs(keys[pair]));
                    }
                }
            }
            for ((sums, most), scores) in sums.iter().zip(most).zip(self.scores.chunks_exact_mut(groups)) {
                *scores[group..].first_chunk_mut::<G>().expect("as many groups") = *sums;
                for &sum in sums {
                    *most = _mm512_max_ps(*most, sum);
                }
            }
        }

        /// Turns query `i`'s scores into shares that are yet to be divided by their sum, which it returns.
        #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
        #[inline]
        fn softmax(&mut self, i: usize, groups: usize, most: __m512) -> f32 {
            let scores = &self.scores[i * groups..(i + 1) * groups];
            // exp(x / √32) as a power of two.
            let scale = _mm512_set1_ps(std::f32::consts::LOG2_E / (WIDTH as f32).sqrt());
            let most = _mm512_mul_ps(_mm512_set1_ps(_mm512_reduce_max_ps(most)), scale);
            let mut sum = _mm512_setzero_ps();
            let shares = &mut self.shares[i * groups.div_ceil(2)..(i + 1) * groups.div_ceil(2)];
            for (two, share) in scores.chunks(2).zip(shares) {
                let low = power_of_two(_mm512_fmsub_ps(two[0], scale, most));
                let high = two.get(1).map_or(_mm512_setzero_ps(), |&s| power_of_two(_mm512_fmsub_ps(s, scale, most)));
                sum = _mm512_add_ps(sum, _mm512_add_ps(low, high));
                *share = bits(narrowed(low, high));
            }
            _mm512_reduce_add_ps(sum)
        }

        /// The values' sums, weighted with the queries' shares: both halves of each query's row.
        #[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
        #[inline]
        fn mix(&self, groups: usize) -> [[__m512; 2]; QUERIES] {
            // Every other pair of positions has its own sums, lest each product wait for the one before.
            let mut sums = [[_mm512_setzero_ps(); 2]; QUERIES];
            let mut others = sums;
            let row = groups.div_ceil(2) * LANES;
            let all = lanes(&self.shares);
            for (at, values) in self.values.as_chunks::<HALF>().0.iter().enumerate() {
                let mut shares = [&[0; HALF]; QUERIES];
                for (i, shares) in shares.iter_mut().enumerate() {
                    *shares = all[i * row + at * HALF..].first_chunk().expect("as many shares as values");
                }
                for pair in (0..HALF).step_by(2) {
                    add(&mut sums, &shares, pair, values[pair]);
                    add(&mut others, &shares, pair + 1, values[pair + 1]);
                }
            }
            for (sums, others) in sums.iter_mut().zip(others) {
                for (sum, other) in sums.iter_mut().zip(others) {
                    *sum = _mm512_add_ps(*sum, other);
                }
            }
            sums
        }
    }

    /// Adds a pair of positions' values, weighted with each query's shares of them.
    #[target_feature(enable = "avx512f,avx512bf16")]
    #[inline]
    fn add(sums: &mut [[__m512; 2]; QUERIES], shares: &[&[u32; HALF]; QUERIES], pair: usize, values: [__m512i; 2]) {
        for (sums, shares) in sums.iter_mut().zip(shares) {
            let share = pairs(_mm512_set1_epi32(shares[pair] as i32));
            for (sum, values) in sums.iter_mut().zip(values) {
                *sum = _mm512_dpbf16_ps(*sum, share, pairs(values));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    const HEADS: i64 = 3;

    fn random(rows: i64) -> Tensor {
        Tensor::randn([rows, 3 * HEADS * WIDTH as i64], (Kind::Float, Device::Cpu)).to_kind(Kind::BFloat16)
    }

    /// The same in fp32, by libtorch.
    fn by_libtorch(projected: &Tensor) -> Tensor {
        let rows = projected.size()[0];
        let parts = projected.to_kind(Kind::Float).view([rows, 3, HEADS, WIDTH as i64]).permute([1, 2, 0, 3]);
        let [q, k, v] = [0, 1, 2].map(|part| parts.get(part));
        let shares = (q.matmul(&k.transpose(1, 2)) / (WIDTH as f64).sqrt()).softmax(-1, Kind::Float);
        shares.matmul(&v).transpose(0, 1).reshape([rows, HEADS * WIDTH as i64])
    }

    #[test]
    fn it_is_attention() {
        tch::manual_seed(3);
        let lengths = [2, 3, 15, 16, 17, 31, 33, 97, 128, 251, 384];
        let projected = random(lengths.iter().sum());
        if !fits(&projected, HEADS) {
            return;
        }
        let found = attend(&projected, &lengths, HEADS);
        let mut start = 0;
        for n in lengths {
            let wanted = by_libtorch(&projected.narrow(0, start, n));
            let apart = (found.narrow(0, start, n).to_kind(Kind::Float) - &wanted).abs();
            // A bf16 has 8 binary digits; shares and results are rounded to it.
            let most = (&apart / (wanted.abs() + 0.5)).max().double_value(&[]);
            assert!(most < 1.0 / 128.0, "{n}: {most}");
            start += n;
        }
    }
}
