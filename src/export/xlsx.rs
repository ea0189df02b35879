//! Excel: a sheet each of claims, hedges and speakers, the rows of [`super::table`], with a head that stays and filters.
//! Texts are written as texts, so that none is a formula.

use rust_xlsxwriter::{ColNum, DocProperties, ExcelDateTime, Format, RowNum, Workbook, XlsxError};

use super::table::{Cell, Column, Table, claims, content, hedges, speakers};
use super::{Export, Piece, Pieces, failed, of_file};
use crate::record::{Claimed, Hedge, Record, Speaker};

/// Rows that a sheet can hold, its head among them.
const ROWS: RowNum = 1_048_576;

/// Characters that a cell can hold, in UTF-16 units.
const CELL: usize = 32_767;

/// Sheets are written to the disk as they grow; what goes wrong is said at the end.
pub(super) struct Xlsx {
    book: Workbook,
    claims: Sheet<Claimed>,
    hedges: Sheet<Hedge>,
    speakers: Sheet<Speaker>,
    error: Option<XlsxError>,
}

/// A table, over as many sheets as it takes.
struct Sheet<T: 'static> {
    name: &'static str,
    table: Table<T>,
    /// The sheet that grows, of the workbook's.
    at: usize,
    parts: usize,
    row: RowNum,
    rows: RowNum,
}

impl Default for Xlsx {
    fn default() -> Self {
        Self::new(ROWS)
    }
}

impl Xlsx {
    pub(super) fn new(rows: RowNum) -> Self {
        let mut new = Self {
            book: Workbook::new(),
            claims: Sheet::new("claims", claims(), rows),
            hedges: Sheet::new("hedges", hedges(), rows),
            speakers: Sheet::new("speakers", speakers(), rows),
            error: None,
        };
        new.error = new.heads().err();
        new
    }

    /// Sheets stand in this order from the start, with or without rows.
    fn heads(&mut self) -> Result<(), XlsxError> {
        // Made when it may, the same records are the same bytes.
        let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
        self.book.set_properties(&DocProperties::new().set_creation_datetime(&made));
        self.claims.next(&mut self.book)?;
        self.hedges.next(&mut self.book)?;
        self.speakers.next(&mut self.book)
    }

    fn add(&mut self, record: &Record) -> Result<(), XlsxError> {
        self.claims.add(&mut self.book, record)?;
        self.hedges.add(&mut self.book, record)?;
        self.speakers.add(&mut self.book, record)
    }

    fn save(&mut self) -> Result<std::fs::File, XlsxError> {
        self.claims.close(&mut self.book)?;
        self.hedges.close(&mut self.book)?;
        self.speakers.close(&mut self.book)?;
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&mut file)?;
        Ok(file)
    }
}

impl Export for Xlsx {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        if self.error.is_none() {
            self.error = self.add(record).err();
        }
        Vec::new()
    }

    fn finish(&mut self) -> Pieces<'_> {
        match self.error.take().map_or_else(|| self.save(), Err) {
            Ok(file) => of_file(Ok(file)),
            Err(error) => failed(error),
        }
    }

    fn warning(&self, record: &Record) -> Option<&'static str> {
        let is_long = |text: &str| text.len() > CELL && text.encode_utf16().count() > CELL;
        let cut = record.claims.iter().any(|claim| is_long(&content(claim)))
            || record.hedges.iter().any(|hedge| hedge.scope.as_ref().is_some_and(|scope| is_long(&scope.text)));
        cut.then_some("a cell of Excel's holds 32,767 characters; longer texts are cut there, and end with …")
    }
}

impl<T> Sheet<T> {
    fn new(name: &'static str, table: Table<T>, rows: RowNum) -> Self {
        Self { name, table, at: 0, parts: 0, row: 0, rows }
    }

    /// A new sheet with its head.
    fn next(&mut self, book: &mut Workbook) -> Result<(), XlsxError> {
        self.parts += 1;
        self.at = book.worksheets().len();
        let name = if self.parts == 1 { self.name.to_owned() } else { format!("{} {}", self.name, self.parts) };
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (at, column) in columns(&self.table) {
            let width = match column.name {
                "content" | "title" | "scope" | "mentions" => 60.0,
                "text" | "speaker" | "speaker_corpus" | "source" | "url" | "speaker_role" | "speaker_affiliation" => {
                    24.0
                }
                _ => 14.0,
            };
            sheet.set_column_width(at, width)?;
            sheet.write_string_with_format(0, at, column.name, &bold)?;
        }
        self.row = 1;
        Ok(())
    }

    fn add(&mut self, book: &mut Workbook, record: &Record) -> Result<(), XlsxError> {
        for row in (self.table.rows)(record) {
            if self.row == self.rows {
                self.close(book)?;
                self.next(book)?;
            }
            let sheet = book.worksheet_from_index(self.at)?;
            for (at, column) in columns(&self.table) {
                match column.cell(record, row) {
                    Some(Cell::Text(text)) => sheet.write_string(self.row, at, fitted(&text))?,
                    Some(Cell::Number(number)) => sheet.write_number(self.row, at, number as f64)?,
                    Some(Cell::Score(score)) => sheet.write_number(self.row, at, score)?,
                    Some(Cell::Flag(flag)) => sheet.write_boolean(self.row, at, flag)?,
                    None => sheet,
                };
            }
            self.row += 1;
        }
        Ok(())
    }

    /// Filters over the rows of the sheet that grows.
    fn close(&mut self, book: &mut Workbook) -> Result<(), XlsxError> {
        let last = ColNum::try_from(self.table.columns.len() - 1).expect("a table has few columns");
        book.worksheet_from_index(self.at)?.autofilter(0, 0, self.row.max(2) - 1, last)?;
        Ok(())
    }
}

fn columns<T>(table: &Table<T>) -> impl Iterator<Item = (ColNum, &Column<T>)> {
    (0..).zip(&table.columns)
}

/// As much of a text as a cell holds.
fn fitted(text: &str) -> String {
    if text.len() <= CELL || text.encode_utf16().count() <= CELL {
        return text.to_owned();
    }
    let mut units = 1;
    let fits = text.chars().take_while(|c| {
        units += c.len_utf16();
        units <= CELL
    });
    fits.chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;
    use crate::export::fixture;
    use crate::record::Span;

    /// The parts of a workbook of these records, `rows` a sheet.
    fn parts(records: &[Record], rows: RowNum) -> impl FnMut(&str) -> String + use<> {
        let mut export = Xlsx::new(rows);
        assert!(records.iter().all(|record| export.record(record).is_empty()));
        let bytes: Vec<u8> = export.finish().flat_map(|piece| piece.unwrap().bytes).collect();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        move |name| {
            let at = archive.index_for_name(name).unwrap_or_else(|| panic!("no {name}"));
            let mut text = String::new();
            let part = archive.by_index_raw(at).unwrap();
            flate2::read::DeflateDecoder::new(part).read_to_string(&mut text).unwrap();
            text
        }
    }

    #[test]
    fn a_sheet_each_of_claims_hedges_and_speakers() {
        let records = [fixture::record()];
        let mut part = parts(&records, ROWS);
        let book = part("xl/workbook.xml");
        let names = ["\"claims\"", "\"hedges\"", "\"speakers\""];
        assert!(
            names.map(|name| book.find(&format!("name={name}"))).is_sorted_by(|a, b| a.is_some() && a < b),
            "{book}"
        );
        let claims = part("xl/worksheets/sheet1.xml");
        for cell in [
            "<t>speaker_confidence</t>",
            "<v>0.875</v>",
            "Zoe\u{308} Lind",
            "“If it does 🇳🇴, we’ll cut,” … “Not before",
        ] {
            assert!(claims.contains(cell), "no {cell} in {claims}");
        }
        assert!(
            claims.contains("autoFilter") && claims.contains("state=\"frozen\"") && !claims.contains("<f>"),
            "{claims}"
        );
        assert!(part("xl/worksheets/sheet2.xml").contains("<t>investigation</t>"));
        assert!(part("xl/worksheets/sheet3.xml").contains("<t>analysts</t>"));
    }

    #[test]
    fn what_is_no_formula_and_too_long_is_text_as_far_as_it_fits() {
        let mut record = fixture::record();
        record.title = Some("=1+1".into());
        record.claims[0].content[0].text = "📉".repeat(CELL);
        assert!(Xlsx::default().warning(&record).is_some_and(|told| told.contains("32,767")));
        assert!(Xlsx::default().warning(&fixture::record()).is_none());
        let claims = parts(&[record], ROWS)("xl/worksheets/sheet1.xml");
        assert!(claims.contains("<t>=1+1</t>") && !claims.contains("<f>"));
        assert!(claims.contains(&format!("<t>{}…</t>", "📉".repeat((CELL - 1) / 2))));
    }

    #[test]
    fn more_rows_than_a_sheet_holds_go_on_in_another() {
        let records = [fixture::record(), Record { id: "2".into(), ..fixture::record() }];
        let mut part = parts(&records, 4);
        let book = part("xl/workbook.xml");
        assert!(book.contains("\"claims 2\"") && !book.contains("\"claims 3\""), "{book}");
        let second = part("xl/worksheets/sheet4.xml");
        assert!(second.contains("<t>article</t>") && second.contains("<t>2</t>"), "with a head of its own: {second}");
    }

    #[test]
    fn nothing_is_still_a_workbook() {
        let mut part = parts(&[], ROWS);
        assert!(part("xl/worksheets/sheet1.xml").contains("<t>content</t>"));
        assert!(part("docProps/core.xml").contains(">2000-01-01T00:00:00Z<"), "whenever it is made");
    }

    #[test]
    fn what_just_fits_is_not_cut() {
        for (text, fits) in [("a".repeat(CELL), true), ("ä".repeat(CELL), true), ("ä".repeat(CELL + 1), false)] {
            assert_eq!(fitted(&text) == text, fits);
            let (mut content, mut scope) = (fixture::record(), fixture::record());
            content.claims[0].content[0].text.clone_from(&text);
            scope.hedges[0].scope = Some(Span { start: 0, end: 1, text });
            for record in [content, scope] {
                assert_eq!(Xlsx::default().warning(&record).is_none(), fits);
            }
        }
    }
}
