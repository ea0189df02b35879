//! CSV, for spreadsheets: one rule for formulas and one for the mark in front, wherever tables are written.

use super::table::{Cell, Table, claims};
use super::{Export, Piece};
use crate::record::{Claimed, Record};

/// Whether CSV begins with UTF-8's mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// Without it, Excel reads `“` as `â€œ`. pandas and R's readr pass over it.
    #[default]
    Written,
    /// For what takes the mark for a part of the first column's name.
    None,
}

/// Rows of CSV, as they come.
#[derive(Debug)]
pub struct Sheet {
    writer: csv::Writer<Vec<u8>>,
    mark: Mark,
}

impl Sheet {
    /// No rows yet.
    pub fn new(mark: Mark) -> Self {
        Self { writer: csv::Writer::from_writer(Vec::new()), mark }
    }

    /// The names of the columns.
    pub fn head<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        self.writer.write_record(names).expect(FITS);
    }

    /// A row, of which no cell is a formula.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = Option<Cell<'a>>>) {
        let cells: Vec<_> = cells.into_iter().map(|cell| cell.map(inert)).collect();
        self.writer.serialize(cells).expect(FITS);
    }

    /// What was written since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        let writer = csv::Writer::from_writer(Vec::new());
        let bytes = std::mem::replace(&mut self.writer, writer).into_inner().expect(FITS);
        match std::mem::replace(&mut self.mark, Mark::None) {
            Mark::Written => [b"\xef\xbb\xbf", bytes.as_slice()].concat(),
            Mark::None => bytes,
        }
    }
}

#[derive(Debug)]
pub(super) struct Csv {
    table: Table<Claimed>,
    sheet: Sheet,
    headed: bool,
}

impl Csv {
    pub(super) fn new(mark: Mark) -> Self {
        Self { table: claims(), sheet: Sheet::new(mark), headed: false }
    }
}

impl Export for Csv {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        if record.claims.is_empty() {
            return Vec::new();
        }
        if !std::mem::replace(&mut self.headed, true) {
            self.sheet.head(self.table.columns.iter().map(|column| column.name));
        }
        for claim in &record.claims {
            self.sheet.row(self.table.columns.iter().map(|column| column.cell(record, claim)));
        }
        vec![Piece::new(self.sheet.take())]
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

    #[test]
    fn the_mark_comes_once_and_only_where_it_is_wanted() {
        for (mark, first) in [(Mark::Written, "\u{feff}a,b\n"), (Mark::None, "a,b\n")] {
            let mut sheet = Sheet::new(mark);
            sheet.head(["a", "b"]);
            assert_eq!(String::from_utf8(sheet.take()).unwrap(), first);
            sheet.row([Some(Cell::Text("x, \"y\"".into())), None]);
            assert_eq!(String::from_utf8(sheet.take()).unwrap(), "\"x, \"\"y\"\"\",\n");
        }
    }
}
