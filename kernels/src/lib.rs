//! What the encoder computes with, on plain numbers: the same bits on every processor.
//!
//! Products of the layers are of whole numbers, exact in any order. What lies between is fp32 in [`LANES`] lanes, each with
//! an order of its own that no instruction set changes, and with multiplications and additions fused everywhere. Kernels
//! are written once over [`Simd`]; an instruction set is a file that implements it and a line in [`Isa`]. A value of such a
//! type is made by detection alone, so whoever has one may use its instructions.

#[cfg(target_arch = "aarch64")]
mod arm;
pub mod attention;
mod gelu;
pub mod linear;
pub mod norm;
mod portable;
pub mod product;
pub mod softmax;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::fmt;

/// Lanes that go together: one register of AVX-512, two of AVX2.
pub const LANES: usize = 16;

/// Four weights of each of 16 outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Weights(pub [[i8; 4]; LANES]);

/// The nearest whole number, of two the even one, of a number below four million: what is added leaves no room for more.
#[inline(always)]
fn nearest(x: f32) -> f32 {
    const ROOM: f32 = 1.5 * (1 << 23) as f32;
    (x + ROOM) - ROOM
}

/// Something to compute, with the instructions that it is given.
pub trait Kernel {
    /// What comes out.
    type Output;

    /// Has to be `#[inline(always)]`, with all that it calls: only so it is compiled for the instructions of `simd`.
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// The same in tiles of `R` rows and `G` groups of outputs, as many as the registers hold.
pub trait Tiled {
    /// As [`Kernel::run`].
    fn run<S: Simd, const R: usize, const G: usize>(self, simd: S);
}

/// Something whose outputs are computed by groups of 16.
trait Columns {
    /// `G` groups from `group` on, in tiles of `R` rows; as [`Kernel::run`].
    fn columns<S: Simd, const R: usize, const G: usize>(&mut self, simd: S, group: usize);
}

/// All `groups`: `G` at a time, and those that are left one by one.
#[inline(always)]
fn by_groups<S: Simd, const R: usize, const G: usize>(simd: S, groups: usize, mut of: impl Columns) {
    let mut group = 0;
    while group + G <= groups {
        of.columns::<S, R, G>(simd, group);
        group += G;
    }
    while group < groups {
        of.columns::<S, R, 1>(simd, group);
        group += 1;
    }
}

/// The instructions that kernels are made of, on 16 lanes each.
pub trait Simd: Copy {
    /// 16 numbers.
    type F: Copy;
    /// 16 sums of products of whole numbers, not yet added up.
    type Sum: Copy;
    /// Inputs of a row, ready to be multiplied with [`Weights`].
    type Inputs: Copy;

    /// What inputs are stored too high by, to be without a sign.
    const OFFSET: i32;

    /// How many fours of inputs go together: one, or two.
    const FOURS: usize = 1;

    /// Calls `kernel` where these instructions are compiled in.
    fn call<K: Kernel>(self, kernel: K) -> K::Output;

    /// Runs `tiled` with tiles of [`Self::Sum`]s that fit.
    fn tile<T: Tiled>(self, tiled: T);

    /// Runs `tiled` with tiles of [`Self::F`]s that fit.
    #[inline(always)]
    fn tile_floats<T: Tiled>(self, tiled: T) {
        self.tile(tiled);
    }

    /// The same number in all lanes.
    fn splat(self, x: f32) -> Self::F;
    /// Numbers out of memory.
    fn load(self, x: &[f32; LANES]) -> Self::F;
    /// Numbers into memory.
    fn values(self, x: Self::F) -> [f32; LANES];
    /// `a + b`.
    fn add(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a − b`.
    fn sub(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a · b`.
    fn mul(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a · b + c`, rounded once.
    fn fma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    /// The greater; `b` where neither is.
    fn max(self, a: Self::F, b: Self::F) -> Self::F;
    /// The smaller; `b` where neither is.
    fn min(self, a: Self::F, b: Self::F) -> Self::F;
    /// Without its sign.
    fn abs(self, x: Self::F) -> Self::F;
    /// The nearest whole number, of two the even one; of numbers below four million.
    fn round(self, x: Self::F) -> Self::F;
    /// 2 to the power of whole numbers from −126 to 127.
    fn power(self, whole: Self::F) -> Self::F;
    /// Whole numbers from 0 to 255, or from −128 to 127 without an offset, as bytes.
    fn bytes(self, whole: Self::F) -> [[u8; 4]; LANES / 4];

    /// Sums of nothing.
    fn zero(self) -> Self::Sum;
    /// [`Self::FOURS`] times four inputs of a row, for all outputs.
    fn inputs(self, fours: &[[u8; 4]]) -> Self::Inputs;
    /// Adds products of each row's inputs with as many fours of weights.
    fn dot<const R: usize>(self, sums: [&mut Self::Sum; R], inputs: [Self::Inputs; R], weights: &[Weights]);
    /// Each row's own sums, where [`Self::dot`] keeps those of several rows together.
    #[inline(always)]
    fn settled<const R: usize>(self, sums: [Self::Sum; R]) -> [Self::Sum; R] {
        sums
    }
    /// Sums less what is to be taken off them.
    fn total(self, sum: Self::Sum, less: &[i32; LANES]) -> Self::F;

    /// All lanes added up: halves, then halves of that.
    #[inline(always)]
    fn sum(self, x: Self::F) -> f32 {
        let mut all = self.values(x);
        let mut half = LANES / 2;
        while half > 0 {
            for at in 0..half {
                all[at] += all[at + half];
            }
            half /= 2;
        }
        all[0]
    }

    /// The greatest lane.
    #[inline(always)]
    fn greatest(self, x: Self::F) -> f32 {
        let mut all = self.values(x);
        let mut half = LANES / 2;
        while half > 0 {
            for at in 0..half {
                all[at] = if all[at] > all[at + half] { all[at] } else { all[at + half] };
            }
            half /= 2;
        }
        all[0]
    }
}

/// An instruction set that this processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// None in particular.
    Portable(portable::Portable),
    /// AVX2 with FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2(x86::Avx2),
    /// The same with AVX-VNNI.
    #[cfg(target_arch = "x86_64")]
    AvxVnni(x86::AvxVnni),
    /// AVX-512 with VNNI.
    #[cfg(target_arch = "x86_64")]
    Avx512(x86::Avx512),
    /// NEON with products of bytes.
    #[cfg(target_arch = "aarch64")]
    Dotprod(arm::Dotprod),
    /// The same with products of matrices of bytes.
    #[cfg(target_arch = "aarch64")]
    I8mm(arm::I8mm),
}

impl Isa {
    /// Those that this processor has, the best last.
    pub fn available() -> Vec<Self> {
        let mut all = vec![Self::Portable(portable::Portable)];
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(x86::Avx2::detect().map(Self::Avx2));
            all.extend(x86::AvxVnni::detect().map(Self::AvxVnni));
            all.extend(x86::Avx512::detect().map(Self::Avx512));
        }
        #[cfg(target_arch = "aarch64")]
        {
            all.extend(arm::Dotprod::detect().map(Self::Dotprod));
            all.extend(arm::I8mm::detect().map(Self::I8mm));
        }
        all
    }

    /// The best one, or that which the environment variable `SAYSO_ISA` names.
    ///
    /// # Errors
    /// If the processor does not have that one.
    pub fn chosen() -> Result<Self, String> {
        match std::env::var("SAYSO_ISA") {
            Ok(name) => Self::named(&name).map_err(|has| format!("SAYSO_ISA is {name:?}; {has}")),
            Err(_) => Ok(Self::available().pop().unwrap_or(Self::Portable(portable::Portable))),
        }
    }

    /// The one of this [name](Self::name).
    ///
    /// # Errors
    /// If the processor does not have it: those that it has.
    pub fn named(name: &str) -> Result<Self, String> {
        let available = Self::available();
        available.iter().copied().find(|isa| isa.name() == name).ok_or_else(|| {
            let names: Vec<&str> = available.iter().map(|isa| isa.name()).collect();
            format!("this processor has {}", names.join(", "))
        })
    }

    /// `portable`; `avx2`, `avx-vnni`, `avx512-vnni`; `neon-dotprod`, `neon-i8mm`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Portable(_) => "portable",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "avx2",
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(_) => "avx-vnni",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "avx512-vnni",
            #[cfg(target_arch = "aarch64")]
            Self::Dotprod(_) => "neon-dotprod",
            #[cfg(target_arch = "aarch64")]
            Self::I8mm(_) => "neon-i8mm",
        }
    }

    /// Computes `kernel` with it.
    pub fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Self::Portable(simd) => simd.call(kernel),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(simd) => simd.call(kernel),
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(simd) => simd.call(kernel),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(simd) => simd.call(kernel),
            #[cfg(target_arch = "aarch64")]
            Self::Dotprod(simd) => simd.call(kernel),
            #[cfg(target_arch = "aarch64")]
            Self::I8mm(simd) => simd.call(kernel),
        }
    }
}

impl fmt::Display for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
