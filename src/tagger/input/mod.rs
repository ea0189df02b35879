//! From a document to what the encoder takes: word pieces → windows → windows in a row.

pub(crate) mod packed;
pub(crate) mod pieces;
pub(crate) mod windows;
