//! JSON Lines with a claim a line, for data frames.

use serde::{Serialize, Serializer};

use super::table::{Table, claims};
use super::{Export, Piece};
use crate::record::{Claimed, Record};

#[derive(Debug)]
pub(super) struct Claims {
    table: Table<Claimed>,
}

impl Default for Claims {
    fn default() -> Self {
        Self { table: claims() }
    }
}

impl Export for Claims {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        let table = &self.table;
        record.claims.iter().map(|claim| Piece::line(&Row { table, record, claim })).collect()
    }
}

struct Row<'a> {
    table: &'a Table<Claimed>,
    record: &'a Record,
    claim: &'a Claimed,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = self.table.columns.iter();
        serializer.collect_map(columns.map(|column| (column.name, column.cell(self.record, self.claim))))
    }
}
