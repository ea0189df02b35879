//! ARM's instruction sets.

mod dotprod;

pub(super) use dotprod::Dotprod;
