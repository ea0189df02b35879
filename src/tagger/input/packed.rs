//! Windows as the encoder takes them: one after another, without padding.

use std::ops::Range;

/// One window's word pieces, without `[CLS]` and `[SEP]`.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    pub(crate) ids: &'a [u32],
    pub(crate) types: &'a [u8],
}

/// Special tokens that enclose a window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Enclosing {
    pub(crate) cls: u32,
    pub(crate) sep: u32,
}

/// The positions of some windows, one window after another: its `[CLS]`, word pieces and `[SEP]`.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    pub(crate) ids: Vec<u32>,
    pub(crate) types: Vec<u8>,
    /// How many positions each window has.
    pub(crate) lengths: Vec<usize>,
}

impl Packed {
    pub(crate) fn new(batch: &[Input<'_>], Enclosing { cls, sep }: Enclosing) -> Self {
        let mut packed = Self::default();
        for input in batch {
            packed.ids.push(cls);
            packed.ids.extend(input.ids);
            packed.ids.push(sep);
            packed.types.push(0);
            packed.types.extend(input.types);
            packed.types.push(0);
            packed.lengths.push(input.ids.len() + 2);
        }
        packed
    }

    /// Where each window lies.
    pub(crate) fn spans(&self) -> impl Iterator<Item = Range<usize>> {
        self.lengths.iter().scan(0, |end, n| {
            *end += n;
            Some(*end - n..*end)
        })
    }
}
