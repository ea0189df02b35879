//! Each kernel is held to its definition in double precision, and each instruction set, bit for bit, to plain Rust.

use super::attention::{WIDTH, attend};
use super::linear::Linear;
use super::norm::Norm;
use super::product::Product;
use super::softmax::log_softmax;
use super::*;

/// Numbers around 0, most of them small.
fn numbers(n: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    (0..n).map(|_| 1.6 * (uniform() + uniform() + uniform())).collect()
}

/// Says which instruction sets this machine cannot try, and computes `of` with those it can.
fn each(of: impl Fn(Isa) -> Vec<f32>) -> Vec<f32> {
    let available = Isa::available();
    #[cfg(target_arch = "x86_64")]
    let known = ["avx2", "avx-vnni", "avx512-vnni"];
    #[cfg(target_arch = "aarch64")]
    let known = ["neon-dotprod", "neon-i8mm"];
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let known: [&str; 0] = [];
    for name in known {
        if !available.iter().any(|isa| isa.name() == name) {
            println!("not tried, as this processor has it not: {name}");
        }
    }
    let wanted = of(available[0]);
    for isa in &available[1..] {
        for (at, (found, wanted)) in of(*isa).iter().zip(&wanted).enumerate() {
            assert_eq!(found.to_bits(), wanted.to_bits(), "{isa}, number {at}: {found}, not {wanted}");
        }
    }
    wanted
}

/// What is written to a buffer in which there was something else.
fn made(of: impl FnOnce(&mut Vec<f32>)) -> Vec<f32> {
    let mut out = vec![f32::NAN; 5];
    of(&mut out);
    out
}

/// The greatest distance, and the mean.
fn apart(found: &[f32], wanted: &[f64]) -> (f64, f64) {
    assert_eq!(found.len(), wanted.len());
    let apart: Vec<f64> = found.iter().zip(wanted).map(|(&found, wanted)| (f64::from(found) - wanted).abs()).collect();
    (apart.iter().copied().fold(0.0, f64::max), apart.iter().sum::<f64>() / apart.len() as f64)
}

fn multiplied(x: &[f32], weights: &[f32], bias: &[f32]) -> Vec<f64> {
    let inputs = weights.len() / bias.len();
    let dot = |x: &[f32], w: &[f32]| x.iter().zip(w).map(|(&x, &w)| f64::from(x) * f64::from(w)).sum::<f64>();
    let rows = x.chunks_exact(inputs);
    rows.flat_map(|x| weights.chunks_exact(inputs).zip(bias).map(move |(w, &b)| dot(x, w) + f64::from(b))).collect()
}

/// By Abramowitz and Stegun's formula 7.1.26, to 1e-6.
fn gelu(x: f64) -> f64 {
    let z = x.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let factors = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    let erf = 1.0 - factors.iter().fold(0.0, |sum, factor| sum * t + factor) * t * (-z * z).exp();
    x * 0.5 * (1.0 + erf.copysign(x))
}

#[test]
fn int8_is_a_linear_layer() {
    for (positions, inputs, outputs, has_gelu) in
        [(1, 384, 64, false), (5, 16, 16, true), (7, 48, 80, false), (97, 64, 144, true), (203, 384, 192, true)]
    {
        let (weights, bias) = (numbers(inputs * outputs, 1), numbers(outputs, 2));
        let weights: Vec<f32> = weights.iter().map(|w| w * 0.1).collect();
        let x = numbers(positions * inputs, 3);
        // Some columns are far greater than others.
        let smooth: Vec<f32> = (0..inputs).map(|at| if at % 7 == 0 { 8.0 } else { 0.5 }).collect();
        let x: Vec<f32> = x.iter().zip(smooth.iter().cycle()).map(|(x, s)| x * s).collect();
        let layer = Product::new(&weights, &bias, &smooth, has_gelu);
        let found = each(|isa| made(|out| layer.forward(isa, &x, out)));
        let mut wanted = multiplied(&x, &weights, &bias);
        if has_gelu {
            wanted.iter_mut().for_each(|x| *x = gelu(*x));
        }
        let (most, mean) = apart(&found, &wanted);
        // Each product is off by a hundredth or so of a typical one, at random.
        let spread = wanted.iter().map(|x| x.abs()).sum::<f64>() / wanted.len() as f64;
        let (most, mean) = (most / spread, mean / spread);
        assert!(most < 0.25 && mean < 0.02, "{positions}, {inputs}, {outputs}: {most}, {mean}");
    }
}

#[test]
fn two_layers_together_are_two_layers() {
    let first = Product::new(&numbers(64 * 128, 1), &numbers(128, 2), &[1.0; 64], true);
    let second = Product::new(&numbers(128 * 32, 3), &numbers(32, 4), &[1.0; 128], false);
    let x = numbers(231 * 64, 5);
    let found = each(|isa| made(|out| first.then(&second, isa, &x, out)));
    let between = |isa| made(|out| first.forward(isa, &x, out));
    assert_eq!(found, each(|isa| made(|out| second.forward(isa, &between(isa), out))));
}

#[test]
fn fp32_is_a_linear_layer() {
    for (rows, inputs, outputs) in [(1, 384, 51), (5, 7, 1), (20, 128, 97)] {
        let (weights, bias, x) = (numbers(inputs * outputs, 1), numbers(outputs, 2), numbers(rows * inputs, 3));
        let layer = Linear::new(&weights, &bias, inputs);
        let found = each(|isa| layer.forward(isa, &x));
        let (most, _) = apart(&found, &multiplied(&x, &weights, &bias));
        assert!(most < 1e-4, "{most}");
    }
}

#[test]
fn attention_is_what_it_says() {
    let (heads, lengths) = (3, [1, 2, 3, 15, 16, 17, 31, 33, 97, 251, 320]);
    let width = heads * WIDTH;
    let projected = numbers(lengths.iter().sum::<usize>() * 3 * width, 7);
    let found = each(|isa| made(|out| attend(isa, &projected, &lengths, heads, out)));
    let at = |position: usize, part: usize, head: usize, column: usize| {
        f64::from(projected[position * 3 * width + part * width + head * WIDTH + column])
    };
    let (mut wanted, mut start) = (vec![0.0; found.len()], 0);
    for n in lengths {
        for (query, head) in (start..start + n).flat_map(|query| (0..heads).map(move |head| (query, head))) {
            let dot = |key| (0..WIDTH).map(|c| at(query, 0, head, c) * at(key, 1, head, c)).sum::<f64>();
            let shares: Vec<f64> = (start..start + n).map(|key| (dot(key) / (WIDTH as f64).sqrt()).exp()).collect();
            for column in 0..WIDTH {
                let mixed: f64 = shares.iter().zip(start..).map(|(share, key)| share * at(key, 2, head, column)).sum();
                wanted[query * width + head * WIDTH + column] = mixed / shares.iter().sum::<f64>();
            }
        }
        start += n;
    }
    let (most, mean) = apart(&found, &wanted);
    assert!(most < 0.05 && mean < 0.004, "{most}, {mean}");
}

#[test]
fn norms_have_mean_nothing_and_variance_one() {
    let (x, y) = (numbers(5 * 48, 1), numbers(5 * 48, 2));
    let (weight, bias) = (numbers(48, 3), numbers(48, 4));
    let norm = Norm::new(&weight, &bias, 1e-12);
    let found = each(|isa| {
        let mut x = x.clone();
        norm.of_sum(isa, &mut x, &y);
        x
    });
    let sums: Vec<f64> = x.iter().zip(&y).map(|(&x, &y)| f64::from(x) + f64::from(y)).collect();
    let wanted: Vec<f64> = sums
        .chunks_exact(48)
        .flat_map(|row| {
            let mean = row.iter().sum::<f64>() / 48.0;
            let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 48.0;
            let scaled = row.iter().map(move |x| (x - mean) / variance.sqrt());
            scaled
                .zip(weight.iter().zip(&bias))
                .map(|(x, (&w, &b))| x * f64::from(w) + f64::from(b))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(apart(&found, &wanted).0 < 1e-5);
}

#[test]
fn log_probabilities_add_up_to_one() {
    for width in [1, 15, 16, 17, 300] {
        let scores: Vec<f32> = numbers(3 * width, 9).iter().map(|x| x * 20.0).collect();
        let found = each(|isa| {
            let mut scores = scores.clone();
            log_softmax(isa, &mut scores, width);
            scores
        });
        for (found, scores) in found.chunks_exact(width).zip(scores.chunks_exact(width)) {
            let total: f64 = scores.iter().map(|&x| f64::from(x).exp()).sum();
            let wanted: Vec<f64> = scores.iter().map(|&x| f64::from(x) - total.ln()).collect();
            assert!(apart(found, &wanted).0 < 1e-5);
        }
    }
}

#[test]
fn bytes_and_powers_are_exact() {
    struct All;
    impl Kernel for All {
        type Output = Vec<f32>;

        #[inline(always)]
        fn run<S: Simd>(self, s: S) -> Vec<f32> {
            let mut out = Vec::new();
            for from in (0..256).step_by(LANES) {
                let whole: [f32; LANES] = std::array::from_fn(|at| (from + at) as f32);
                let bytes = s.bytes(s.load(&whole));
                out.extend(bytes.as_flattened().iter().map(|&byte| f32::from(byte)));
                let powers: [f32; LANES] = std::array::from_fn(|at| ((from + at) as f32 - 126.0).min(127.0));
                out.extend(s.values(s.power(s.load(&powers))));
            }
            out
        }
    }
    let found = each(|isa| isa.run(All));
    for (group, found) in found.chunks_exact(2 * LANES).enumerate() {
        for at in 0..LANES {
            let number = group * LANES + at;
            assert_eq!(found[at], number as f32);
            assert_eq!(f64::from(found[LANES + at]), 2f64.powi((number as i32 - 126).min(127)));
        }
    }
}

#[test]
fn what_the_processor_has_not_is_refused_by_name() {
    let names: Vec<&str> = Isa::available().into_iter().map(Isa::name).collect();
    assert_eq!(names[0], "portable");
    assert!(Isa::named("none such").unwrap_err().contains("portable"));
    assert_eq!(Isa::named("portable").map(Isa::name), Ok("portable"));
}
