//! What all of ARM's instruction sets have in common: fp32 in four registers.

/// Each part of 16 lanes through `of`.
macro_rules! each {
    ($of:expr, $($x:expr),+) => {
        std::array::from_fn(|part| unsafe { $of($($x[part]),+) })
    };
}

/// The functions of `Simd` that take no more than NEON.
macro_rules! neon {
    () => {
        #[inline(always)]
        fn splat(self, x: f32) -> Self::F {
            unsafe { [vdupq_n_f32(x); 4] }
        }

        #[inline(always)]
        fn load(self, x: &[f32; LANES]) -> Self::F {
            unsafe { transmute(*x) }
        }

        #[inline(always)]
        fn values(self, x: Self::F) -> [f32; LANES] {
            unsafe { transmute(x) }
        }

        #[inline(always)]
        fn add(self, a: Self::F, b: Self::F) -> Self::F {
            each!(vaddq_f32, a, b)
        }

        #[inline(always)]
        fn sub(self, a: Self::F, b: Self::F) -> Self::F {
            each!(vsubq_f32, a, b)
        }

        #[inline(always)]
        fn mul(self, a: Self::F, b: Self::F) -> Self::F {
            each!(vmulq_f32, a, b)
        }

        #[inline(always)]
        fn fma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F {
            each!(vfmaq_f32, c, a, b)
        }

        // NEON's own say of two zeros, and of what is no number, something else.
        #[inline(always)]
        fn max(self, a: Self::F, b: Self::F) -> Self::F {
            each!(|a, b| vbslq_f32(vcgtq_f32(a, b), a, b), a, b)
        }

        #[inline(always)]
        fn min(self, a: Self::F, b: Self::F) -> Self::F {
            each!(|a, b| vbslq_f32(vcltq_f32(a, b), a, b), a, b)
        }

        #[inline(always)]
        fn abs(self, x: Self::F) -> Self::F {
            each!(vabsq_f32, x)
        }

        #[inline(always)]
        fn round(self, x: Self::F) -> Self::F {
            each!(vrndnq_f32, x)
        }

        #[inline(always)]
        fn power(self, whole: Self::F) -> Self::F {
            each!(|x| vreinterpretq_f32_s32(vshlq_n_s32::<23>(vaddq_s32(vcvtq_s32_f32(x), vdupq_n_s32(127)))), whole)
        }

        #[inline(always)]
        fn bytes(self, whole: Self::F) -> [[u8; 4]; LANES / 4] {
            unsafe {
                let [a, b, c, d] = whole.map(|x| vcvtq_s32_f32(x));
                let [ab, cd] = [vcombine_s16(vmovn_s32(a), vmovn_s32(b)), vcombine_s16(vmovn_s32(c), vmovn_s32(d))];
                transmute(vcombine_s8(vmovn_s16(ab), vmovn_s16(cd)))
            }
        }

        #[inline(always)]
        fn zero(self) -> Self::Sum {
            unsafe { [vdupq_n_s32(0); 4] }
        }

        #[inline(always)]
        fn total(self, sum: Self::Sum, less: &[i32; LANES]) -> Self::F {
            let less: [int32x4_t; 4] = unsafe { transmute(*less) };
            each!(|sum, less| vcvtq_f32_s32(vsubq_s32(sum, less)), sum, less)
        }
    };
}

/// An instruction that adds products of bytes to sums, as an unsafe function: std has it not stable.
macro_rules! products {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// # Safety
        /// The processor has to have it.
        #[inline(always)]
        pub(super) unsafe fn $name(sums: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
            let mut sums = sums;
            // SAFETY: it reads and writes these registers alone.
            unsafe {
                std::arch::asm!(
                    concat!(stringify!($name), " {sums:v}.4s, {a:v}.16b, {b:v}.16b"),
                    sums = inout(vreg) sums,
                    a = in(vreg) a,
                    b = in(vreg) b,
                    options(pure, nomem, nostack, preserves_flags),
                );
            }
            sums
        }
    };
}

pub(super) use {each, neon, products};
