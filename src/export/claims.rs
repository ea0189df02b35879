//! JSON Lines with a claim a line, for data frames.

use super::rows::rows;
use super::{Export, Piece};
use crate::record::Record;

#[derive(Debug)]
pub(super) struct Claims;

impl Export for Claims {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        rows(record).map(|row| Piece::line(&row)).collect()
    }
}
