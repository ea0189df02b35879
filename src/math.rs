//! Functions whose last digit every system has otherwise: here they are the same on all of them.
//!
//! `sqrt` and arithmetic are exact everywhere; use those as they are.

/// e to the power of `x`.
pub(crate) fn exp(x: f32) -> f32 {
    libm::expf(x)
}

/// The natural logarithm.
pub(crate) fn ln(x: f32) -> f32 {
    libm::logf(x)
}

/// e to the power of `x`, in double precision.
pub(crate) fn exp_wide(x: f64) -> f64 {
    libm::exp(x)
}

/// The natural logarithm, in double precision.
pub(crate) fn ln_wide(x: f64) -> f64 {
    libm::log(x)
}
