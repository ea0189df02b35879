//! The numbers of `model.safetensors`, by name.

use std::ops::Range;

use bytes::Bytes;
use safetensors::{Dtype, SafeTensors};

/// A file of weights, in memory.
pub(crate) struct Weights<'a> {
    bytes: &'a Bytes,
    tensors: SafeTensors<'a>,
}

impl<'a> Weights<'a> {
    /// # Errors
    /// If these are not the bytes of such a file.
    pub(crate) fn new(bytes: &'a Bytes) -> Result<Self, String> {
        let tensors = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
        Ok(Self { bytes, tensors })
    }

    /// Whether there are weights called `name`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.tensor(name).is_ok()
    }

    /// The weights called `name`, row by row.
    ///
    /// # Errors
    /// If there are none, or they have another shape, or are neither bf16 nor fp32.
    pub(crate) fn floats(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        let tensor = self.tensors.tensor(name).map_err(|_| format!("it has no {name}"))?;
        if tensor.shape() != shape {
            return Err(format!("{name} has the shape {:?}, not {shape:?}", tensor.shape()));
        }
        let bytes = tensor.data();
        match tensor.dtype() {
            Dtype::BF16 => Ok(bytes.as_chunks().0.iter().map(|&two| widened(u16::from_le_bytes(two))).collect()),
            Dtype::F32 => Ok(bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect()),
            other => Err(format!("{name} is in {other:?}; bf16 and fp32 are read")),
        }
    }

    /// A table of weights that stays in bf16, and where it lies if it is in bf16 there.
    ///
    /// # Errors
    /// As [`floats`](Self::floats).
    pub(crate) fn table(&self, name: &str, rows: usize, width: usize) -> Result<Table, String> {
        let halves = match self.tensors.tensor(name) {
            Ok(tensor) if tensor.dtype() == Dtype::BF16 && tensor.shape() == [rows, width] => {
                self.bytes.slice_ref(tensor.data())
            }
            _ => self.floats(name, &[rows, width])?.into_iter().flat_map(|x| narrowed(x).to_le_bytes()).collect(),
        };
        Ok(Table { width, halves })
    }
}

/// Rows of bf16, half as big as in fp32.
#[derive(Debug)]
pub(crate) struct Table {
    width: usize,
    /// Little-endian, and anywhere in memory.
    halves: Bytes,
}

impl Table {
    /// Adds row `index` to `to`; a row that is not there is nothing.
    pub(crate) fn add(&self, index: usize, to: &mut [f32]) {
        let row: Range<usize> = 2 * index * self.width..2 * (index + 1) * self.width;
        let halves = self.halves.get(row).unwrap_or_default().as_chunks().0;
        for (to, &half) in to.iter_mut().zip(halves) {
            *to += widened(u16::from_le_bytes(half));
        }
    }
}

fn widened(half: u16) -> f32 {
    f32::from_bits(u32::from(half) << 16)
}

/// The nearest bf16; of numbers that came from one, that one.
fn narrowed(x: f32) -> u16 {
    let bits = x.to_bits();
    (bits.wrapping_add(0x7fff + (bits >> 16 & 1)) >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bf16_comes_back_and_fp32_is_rounded() {
        for half in [0u16, 1, 0x3f80, 0xbf80, 0x7f7f, 0x8001] {
            assert_eq!(narrowed(widened(half)), half);
        }
        assert_eq!(widened(narrowed(1.003)), 1.0);
        assert_eq!(widened(narrowed(1.005)), 1.0078125);
    }

    #[test]
    fn what_is_missing_or_of_another_shape_is_named() {
        let data = [0u8; 12];
        let view = safetensors::tensor::TensorView::new(Dtype::F32, vec![3], &data).unwrap();
        let file = Bytes::from(safetensors::serialize([("a", view)], None).unwrap());
        let weights = Weights::new(&file).unwrap();
        assert_eq!(weights.floats("a", &[3]).unwrap(), [0.0; 3]);
        assert!(weights.floats("a", &[2]).unwrap_err().contains("[3]"));
        assert!(weights.floats("b", &[3]).unwrap_err().contains('b'));
        assert!(Weights::new(&file.slice(..9)).is_err());
    }
}
