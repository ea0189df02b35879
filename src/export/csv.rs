//! CSV, for spreadsheets.

use super::table::{Table, claims};
use super::{Export, Piece};
use crate::record::{Claimed, Record};

/// UTF-8's mark: without it, Excel reads `“` as `â€œ`. pandas and R's readr pass over it.
const MARK: &[u8] = b"\xef\xbb\xbf";

#[derive(Debug)]
pub(super) struct Csv {
    table: Table<Claimed>,
    headed: bool,
}

impl Default for Csv {
    fn default() -> Self {
        Self { table: claims(), headed: false }
    }
}

impl Export for Csv {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        if record.claims.is_empty() {
            return Vec::new();
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut mark = b"".as_slice();
        if !std::mem::replace(&mut self.headed, true) {
            mark = MARK;
            writer.write_record(self.table.columns.iter().map(|column| column.name)).expect(FITS);
        }
        for claim in &record.claims {
            let cells: Vec<_> = self.table.columns.iter().map(|column| column.cell(record, claim)).collect();
            writer.serialize(cells).expect(FITS);
        }
        vec![Piece::new([mark, &writer.into_inner().expect(FITS)].concat())]
    }
}

/// Writing fails where rows differ in length, which they do not, and where a disk is full, and memory is none.
const FITS: &str = "the rows fit the header";
