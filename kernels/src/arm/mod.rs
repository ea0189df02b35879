//! ARM's instruction sets.

mod dotprod;
mod i8mm;
mod neon;

pub(crate) use dotprod::Dotprod;
pub(crate) use i8mm::I8mm;
