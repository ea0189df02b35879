//! ARM's instruction sets.

mod dotprod;

pub(crate) use dotprod::Dotprod;
