//! CSV, for spreadsheets.

use super::rows::rows;
use super::{Export, Piece};
use crate::record::Record;

/// UTF-8's mark: without it, Excel reads `“` as `â€œ`. pandas and R's readr pass over it.
const MARK: &[u8] = b"\xef\xbb\xbf";

#[derive(Debug, Default)]
pub(super) struct Csv {
    headed: bool,
}

impl Export for Csv {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        let mut writer = csv::WriterBuilder::new().has_headers(!self.headed).from_writer(Vec::new());
        for row in rows(record) {
            writer.serialize(row).expect("a row has plain columns");
        }
        let rows = writer.into_inner().expect("memory takes all");
        if rows.is_empty() {
            return Vec::new();
        }
        let mark = if std::mem::replace(&mut self.headed, true) { b"" } else { MARK };
        vec![Piece::new([mark, &rows].concat())]
    }
}
