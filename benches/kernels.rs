//! Each kernel with each instruction set that this processor has, beside what that one can do at most, on one core:
//! `cargo bench --bench kernels [-- NAMES…]`, or with `--no-default-features`, as libtorch is not needed.
//!
//! A product's speed counts two operations for each multiplication; its peak is that of the same instructions on what is
//! near already. Each figure is the best of several rounds, in which all instruction sets take turns.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use sayso_kernels::attention::{WIDTH, attend};
use sayso_kernels::linear::Linear;
use sayso_kernels::norm::Norm;
use sayso_kernels::product::Product;
use sayso_kernels::{Isa, Kernel, LANES, Simd, Tiled, Weights};

/// The encoder's sizes.
const HIDDEN: usize = 384;
const INNER: usize = 4 * HIDDEN;
const HEADS: usize = HIDDEN / WIDTH;

/// Positions a batch, in windows of this length.
const POSITIONS: usize = 256;
const WINDOW: usize = 128;

const ROUNDS: usize = 9;

/// As many dot products as tiles have room for, of numbers that stay where they are.
struct Peak(usize);

impl Kernel for Peak {
    type Output = f64;

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> f64 {
        let mut operations = 0.0;
        s.tile(Dots { times: self.0, operations: &mut operations });
        operations
    }
}

struct Dots<'a> {
    times: usize,
    operations: &'a mut f64,
}

impl Tiled for Dots<'_> {
    #[inline(always)]
    fn run<S: Simd, const R: usize, const G: usize>(self, s: S) {
        let weights = black_box([Weights([[1; 4]; LANES]); 2]);
        let inputs = [s.inputs(&black_box([[1; 4]; 2])[..S::FOURS]); R];
        let mut sums = [[s.zero(); R]; G];
        for _ in 0..self.times {
            for sums in &mut sums {
                s.dot(sums.each_mut(), inputs, &black_box(&weights)[..S::FOURS]);
            }
        }
        for sum in sums.as_flattened() {
            black_box(s.values(s.total(*sum, &[0; LANES])));
        }
        *self.operations = (self.times * R * G * LANES * S::FOURS * 4 * 2) as f64;
    }
}

fn numbers(count: usize) -> Vec<f32> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1u32 << 24) as f32 - 0.5
    };
    (0..count).map(|_| next()).collect()
}

/// What is timed: its name, and what it computes, which answers with operations or, where these say nothing, with none.
type Timed = (&'static str, Box<dyn FnMut(Isa) -> Option<f64>>);

fn product(name: &'static str, inputs: usize, outputs: usize) -> Timed {
    let layer = Product::new(&numbers(inputs * outputs), &numbers(outputs), &vec![1.0; inputs], false);
    let x = numbers(POSITIONS * inputs);
    let mut out = Vec::new();
    let run = move |isa: Isa| {
        layer.forward(isa, &x, &mut out);
        Some((2 * POSITIONS * inputs * outputs) as f64)
    };
    (name, Box::new(run))
}

fn kernels() -> Vec<Timed> {
    let inner = Product::new(&numbers(HIDDEN * INNER), &numbers(INNER), &[1.0; HIDDEN], true);
    let outer = Product::new(&numbers(INNER * HIDDEN), &numbers(HIDDEN), &[1.0; INNER], false);
    let norm = Norm::new(&[1.0; HIDDEN], &[0.0; HIDDEN], 1e-12);
    let head = Linear::new(&numbers(HIDDEN * 128), &numbers(128), HIDDEN);
    let (x, projected) = (numbers(POSITIONS * HIDDEN), numbers(POSITIONS * 3 * HIDDEN));
    let [x1, x2, x3] = [x.clone(), x.clone(), x];
    let (mut passed, mut attended) = (Vec::new(), Vec::new());
    vec![
        ("peak of int8", Box::new(|isa: Isa| Some(isa.run(Peak(100_000))))),
        product("queries, keys, values: 384 to 1,152", HIDDEN, 3 * HIDDEN),
        product("out of attention: 384 to 384", HIDDEN, HIDDEN),
        (
            "feed forward: 384 to 1,536, GELU, to 384",
            Box::new(move |isa| {
                inner.then(&outer, isa, &x1, &mut passed);
                Some((2 * 2 * POSITIONS * HIDDEN * INNER) as f64)
            }),
        ),
        (
            "attention in windows of 128",
            Box::new(move |isa| {
                attend(isa, &projected, &[WINDOW; POSITIONS / WINDOW], HEADS, &mut attended);
                None
            }),
        ),
        (
            "residual sum and norm",
            Box::new(move |isa| {
                let mut sum = x2.clone();
                norm.of_sum(isa, &mut sum, &x2);
                black_box(sum);
                None
            }),
        ),
        (
            "a head in fp32: 384 to 128",
            Box::new(move |isa| {
                black_box(head.forward(isa, &x3));
                Some((2 * POSITIONS * HIDDEN * 128) as f64)
            }),
        ),
    ]
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let mut sets = Isa::available();
    sets.retain(|isa| wanted.is_empty() || wanted.iter().any(|name| name == isa.name()));
    let mut kernels = kernels();
    let mut best = vec![vec![(f64::INFINITY, None); sets.len()]; kernels.len()];
    for _ in 0..ROUNDS {
        for ((_, run), best) in kernels.iter_mut().zip(&mut best) {
            for (isa, best) in sets.iter().zip(best) {
                let start = Instant::now();
                let operations = run(*isa);
                let seconds = start.elapsed().as_secs_f64();
                if seconds < best.0 {
                    *best = (seconds, operations);
                }
            }
        }
    }
    let speed = |(seconds, operations): (f64, Option<f64>)| operations.map(|operations| operations / seconds / 1e9);
    println!("{POSITIONS} positions; ms, billions of operations a second, and percent of the peak of int8");
    for ((name, _), times) in kernels.iter().zip(&best) {
        println!("{name}");
        for ((isa, &time), &peak) in sets.iter().zip(times).zip(&best[0]) {
            let (ms, peak) = (time.0 * 1e3, speed(peak).unwrap_or(f64::NAN));
            match speed(time) {
                Some(speed) => println!("  {:12} {ms:8.3} {speed:8.1} {:4.0} %", isa.name(), 100.0 * speed / peak),
                None => println!("  {:12} {ms:8.3}", isa.name()),
            }
        }
    }
}
