//! CSV, for spreadsheets.

use super::table::{Cell, Table, claims};
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
            let cells: Vec<_> = self.table.columns.iter().map(|column| column.cell(record, claim).map(inert)).collect();
            writer.serialize(cells).expect(FITS);
        }
        vec![Piece::new([mark, &writer.into_inner().expect(FITS)].concat())]
    }
}

/// A cell that no spreadsheet takes for a formula: one that could be one begins with `'`.
fn inert(cell: Cell<'_>) -> Cell<'_> {
    match cell {
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => Cell::Text(format!("'{text}").into()),
        other => other,
    }
}

/// Writing fails where rows differ in length, which they do not, and where a disk is full, and memory is none.
const FITS: &str = "the rows fit the header";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, written) in [("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("- no", "'- no"), ("a=1", "a=1")] {
            assert_eq!(inert(Cell::Text(text.into())), Cell::Text(written.into()));
        }
        assert_eq!(inert(Cell::Number(-1)), Cell::Number(-1));
    }
}
