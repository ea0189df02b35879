//! Attention within windows, both products in int8.
//!
//! Queries and keys have a scale for each position and head, values one for each column of a window's head. Shares are
//! whole numbers of 14 binary digits, which go through the second product seven at a time; what is mixed is divided by
//! their sum, so that they add up to one. A few queries go through scores, shares and sums together, while all is near.

use super::product::{MOST, dots, quantize};
use super::softmax::power_of_two;
use super::{Isa, Kernel, LANES, Simd, Tiled, Weights};

/// Width of a head.
pub const WIDTH: usize = 32;

/// Four values that a head's row has.
const FOURS: usize = WIDTH / 4;

/// Groups of 16 that a head's row has.
const GROUPS: usize = WIDTH / LANES;

/// The greatest share.
const WHOLE: f32 = 16383.0;

/// Positions of the longest window: with more, sums of shares would not be exact.
pub const LONGEST: usize = 1024;

/// Attention within each window, to `out`, whose room is used again: `projected` is (positions, 3 · width) with queries,
/// keys and values side by side.
///
/// # Panics
/// If `projected` has another shape, or a window is longer than [`LONGEST`].
pub fn attend(isa: Isa, projected: &[f32], lengths: &[usize], heads: usize, out: &mut Vec<f32>) {
    let width = heads * WIDTH;
    assert_eq!(projected.len(), lengths.iter().sum::<usize>() * 3 * width);
    assert!(lengths.iter().all(|&n| n <= LONGEST));
    out.resize(projected.len() / 3, 0.0);
    isa.run(Attend { projected, lengths, heads, out });
}

struct Attend<'a> {
    projected: &'a [f32],
    lengths: &'a [usize],
    heads: usize,
    out: &'a mut [f32],
}

impl Kernel for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let width = self.heads * WIDTH;
        let mut room = Room::default();
        let mut start = 0;
        for &n in self.lengths {
            let window = &self.projected[start * 3 * width..(start + n) * 3 * width];
            let out = &mut self.out[start * width..(start + n) * width];
            for head in 0..self.heads {
                room.lay_out(s, window, n, width, head);
                s.tile(Tiles { room: &mut room, out, n, width, head });
            }
            start += n;
        }
    }
}

/// What one head of a window needs on the way. Past the last position there are zeros.
#[derive(Default)]
struct Room {
    /// Each position's query, with its scale.
    queries: Vec<[[u8; 4]; FOURS]>,
    query_scales: Vec<f32>,
    /// For each 16 positions, and each four of a row: keys as weights; with scales, what to take off, and a score that
    /// rules out what is past the end.
    keys: Vec<[Weights; FOURS]>,
    key_scales: Vec<[f32; LANES]>,
    surplus: Vec<[i32; LANES]>,
    beyond: Vec<[f32; LANES]>,
    /// For each half of a row, and each four positions: values as weights.
    values: [Vec<Weights>; GROUPS],
    value_scales: [[f32; LANES]; GROUPS],
    /// Of the queries that go through together with each key: scores, then the upper and the lower half of shares.
    scores: Vec<[f32; LANES]>,
    shares: [Vec<[[u8; 4]; LANES / 4]>; 2],
}

impl Room {
    /// Queries, keys and values of one head as bytes.
    #[inline(always)]
    fn lay_out<S: Simd>(&mut self, s: S, window: &[f32], n: usize, width: usize, head: usize) {
        let groups = n.div_ceil(LANES);
        let column = head * WIDTH;
        self.queries.clear();
        self.query_scales.clear();
        self.keys.clear();
        self.keys.resize(groups, [Weights([[0; 4]; LANES]); FOURS]);
        self.key_scales.clear();
        self.key_scales.resize(groups, [0.0; LANES]);
        self.surplus.clear();
        self.beyond.clear();
        self.beyond.resize(groups, [f32::MIN; LANES]);
        let mut most = [s.splat(f32::MIN_POSITIVE); GROUPS];
        let mut bytes = [[[0; 4]; LANES / 4]; GROUPS];
        for (at, row) in window.chunks_exact(3 * width).enumerate() {
            let [query, key, value] =
                [0, 1, 2].map(|part| row[part * width + column..][..WIDTH].as_chunks::<LANES>().0);
            self.query_scales.push(quantize(s, query, &mut bytes));
            self.queries.push(flat(bytes));
            let (group, lane) = (at / LANES, at % LANES);
            self.key_scales[group][lane] = quantize(s, key, &mut bytes);
            self.beyond[group][lane] = 0.0;
            for (weights, four) in self.keys[group].iter_mut().zip(flat(bytes)) {
                weights.0[lane] = signed::<S>(four);
            }
            for (most, x) in most.iter_mut().zip(value) {
                *most = s.max(*most, s.abs(s.load(x)));
            }
        }
        for keys in &self.keys {
            // Multiplied with ones, weights are added up.
            let [[sum]] = dots::<S, 1, 1>(s, [keys], [&[[1; 4]; FOURS]], FOURS);
            let sums = s.values(s.total(sum, &[0; LANES]));
            self.surplus.push(sums.map(|sum| S::OFFSET * sum as i32));
        }
        for (half, values) in self.values.iter_mut().enumerate() {
            let most = s.values(most[half]);
            self.value_scales[half] = most.map(|most| most / MOST);
            let (factor, offset) = (s.load(&most.map(|most| MOST / most)), s.splat(S::OFFSET as f32));
            values.clear();
            for four in window.chunks(4 * 3 * width) {
                let mut rows = [[S::OFFSET as u8; LANES]; 4];
                for (to, row) in rows.iter_mut().zip(four.chunks_exact(3 * width)) {
                    let x = &row[2 * width + column + half * LANES..].as_chunks::<LANES>().0[0];
                    to.copy_from_slice(s.bytes(s.add(s.round(s.mul(s.load(x), factor)), offset)).as_flattened());
                }
                let [a, b, c, d] = rows;
                let mut weights = Weights([[0; 4]; LANES]);
                for lane in 0..LANES {
                    weights.0[lane] = signed::<S>([a[lane], b[lane], c[lane], d[lane]]);
                }
                values.push(weights);
            }
            values.resize(groups * LANES / 4, Weights([[0; 4]; LANES]));
        }
    }
}

/// Bytes as inputs are stored, as weights, which have a sign.
#[inline(always)]
fn signed<S: Simd>(four: [u8; 4]) -> [i8; 4] {
    four.map(|byte| byte.wrapping_sub(S::OFFSET as u8) as i8)
}

/// The bytes of a head's row, four by four.
#[inline(always)]
fn flat(bytes: [[[u8; 4]; LANES / 4]; GROUPS]) -> [[u8; 4]; FOURS] {
    let mut out = [[0; 4]; FOURS];
    out.copy_from_slice(bytes.as_flattened());
    out
}

struct Tiles<'a> {
    room: &'a mut Room,
    out: &'a mut [f32],
    n: usize,
    width: usize,
    head: usize,
}

impl Tiled for Tiles<'_> {
    #[inline(always)]
    fn run<S: Simd, const R: usize, const G: usize>(self, s: S) {
        let Self { room, out, n, width, head } = self;
        let groups = room.keys.len();
        room.scores.resize(R * groups, [0.0; LANES]);
        for shares in &mut room.shares {
            shares.resize(R * groups, [[0; 4]; LANES / 4]);
        }
        let mut first = 0;
        while first < n {
            let mut rows: [&[[u8; 4]]; R] = [&[]; R];
            let mut scales = [0.0; R];
            for (at, (row, scale)) in rows.iter_mut().zip(&mut scales).enumerate() {
                let at = (first + at).min(n - 1);
                *row = &room.queries[at];
                // exp(x / √32) as a power of two.
                *scale = room.query_scales[at] * (std::f32::consts::LOG2_E / (WIDTH as f32).sqrt());
            }
            let mut most = [s.splat(f32::MIN); R];
            for group in 0..groups {
                let sums = dots::<S, R, 1>(s, [&room.keys[group]], rows, FOURS)[0];
                let (key_scales, beyond) = (s.load(&room.key_scales[group]), s.load(&room.beyond[group]));
                for (at, (&sum, most)) in sums.iter().zip(&mut most).enumerate() {
                    let factor = s.mul(s.splat(scales[at]), key_scales);
                    let score = s.fma(s.total(sum, &room.surplus[group]), factor, beyond);
                    *most = s.max(*most, score);
                    room.scores[at * groups + group] = s.values(score);
                }
            }
            let mut wholes = [0.0; R];
            for (at, whole) in wholes.iter_mut().enumerate() {
                let most = s.splat(s.greatest(most[at]));
                let mut sum = s.splat(0.0);
                for group in at * groups..(at + 1) * groups {
                    let power = power_of_two(s, s.sub(s.load(&room.scores[group]), most));
                    let share = s.round(s.mul(power, s.splat(WHOLE)));
                    sum = s.add(sum, share);
                    // Rounded down: what is left of a hundred and twenty-eighth is at most 127 of them.
                    let upper = s.round(s.fma(share, s.splat(1.0 / 128.0), s.splat(-127.0 / 256.0)));
                    room.shares[0][group] = s.bytes(upper);
                    room.shares[1][group] = s.bytes(s.fma(upper, s.splat(-128.0), share));
                }
                *whole = s.sum(sum);
            }
            let mut mixed = [[[s.zero(); R]; GROUPS]; 2];
            for (mixed, shares) in mixed.iter_mut().zip(&room.shares) {
                let mut rows: [&[[u8; 4]]; R] = [&[]; R];
                for (at, row) in rows.iter_mut().enumerate() {
                    *row = shares[at * groups..(at + 1) * groups].as_flattened();
                }
                let [low, high] = &room.values;
                *mixed = dots::<S, R, GROUPS>(s, [low, high], rows, groups * LANES / 4);
            }
            let [uppers, lowers] = &mixed;
            for (half, (uppers, lowers)) in uppers.iter().zip(lowers).enumerate() {
                let scales = s.load(&room.value_scales[half]);
                for (row, (&upper, &lower)) in uppers.iter().zip(lowers).enumerate().take(n - first) {
                    let [upper, lower] = [s.total(upper, &[0; LANES]), s.total(lower, &[0; LANES])];
                    let sum = s.fma(upper, s.splat(128.0), lower);
                    let done = s.mul(sum, s.mul(scales, s.splat(1.0 / wholes[row])));
                    let to = (first + row) * width + head * WIDTH + half * LANES;
                    out[to..to + LANES].copy_from_slice(&s.values(done));
                }
            }
            first += R;
        }
    }
}
