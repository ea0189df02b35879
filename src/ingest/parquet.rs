//! Parquet, an article a row; row groups one after the other, so that a file of any size takes no memory.

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::panic;
use std::sync::{Arc, Once};

use parquet::data_type::AsBytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::record::reader::{ReaderIter, TreeBuilder};
use parquet::record::{Field, Row};
use serde_json::{Map, Value};

use super::stream::{At, Stream};
use super::{Format, Reading, Readings, fields, object, only};
use crate::error::Place;

pub(super) const FORMAT: Format = Format {
    name: "Parquet",
    extensions: &["parquet"],
    about: "The same as a table of columns; told by PAR1 at the start",
    shows_in: |head| head.starts_with(b"PAR1"),
    ..Format::read_by(articles)
};

fn articles(mut stream: Stream) -> Readings {
    let file = match stream.seekable() {
        Ok(file) => file,
        Err(error) => return only(stream.unreadable(&error)),
    };
    let reader = match caught(|| SerializedFileReader::new(file)) {
        Ok(reader) => reader,
        Err(error) => return only(stream.reject(format!("not sound Parquet: {error}; fetch the file again"))),
    };
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let names = schema.root_schema().get_fields().iter().map(|field| field.name());
    let text_column = stream.options.text_column.as_deref();
    let columns = fields::columns(names, text_column);
    if let Some(reason) = fields::no_text_column(&columns, text_column) {
        return only(stream.reject(reason));
    }
    if reader.metadata().num_row_groups() == 0 {
        return only(stream.reject("there are no rows in the file; leave it out"));
    }
    Box::new(Rows { stream, reader, columns, group: 0, first: 0, row: 0, rows: None })
}

thread_local! {
    /// Whether this thread is in a call whose panic becomes an error, so that nobody needs to read it.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Calls into the library. It checks less than it should, and panics at some files that are damaged.
fn caught<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CAUGHT.get() {
                before(info);
            }
        }));
    });
    CAUGHT.set(true);
    let result = panic::catch_unwind(panic::AssertUnwindSafe(call));
    CAUGHT.set(false);
    result.unwrap_or_else(|_| Err(ParquetError::General("the file is damaged".into())))
}

impl Length for At {
    fn len(&self) -> u64 {
        self.size
    }
}

impl ChunkReader for At {
    type T = BufReader<At>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::new(self.from(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<bytes::Bytes> {
        let mut bytes = Vec::new();
        // Without trust in a length that the file claims.
        self.from(start).take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(bytes.into())
    }
}

struct Rows {
    stream: Stream,
    reader: SerializedFileReader<At>,
    columns: Vec<String>,
    /// The row group that comes next.
    group: usize,
    /// Rows in the groups before this one.
    first: u64,
    /// Rows read of this group.
    row: u64,
    rows: Option<ReaderIter>,
}

impl Iterator for Rows {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        loop {
            if let Some(rows) = &mut self.rows {
                match caught(|| rows.next().transpose()) {
                    Ok(Some(row)) => {
                        self.row += 1;
                        return Some(self.article(row));
                    }
                    Ok(None) => self.rows = None,
                    Err(error) => {
                        self.row += 1;
                        return Some(self.lost(&error));
                    }
                }
            }
            if self.group > 0 {
                let done = self.reader.metadata().row_group(self.group - 1).num_rows();
                self.first += u64::try_from(done).unwrap_or_default();
            }
            if self.group == self.reader.metadata().num_row_groups() {
                return None;
            }
            self.row = 0;
            self.group += 1;
            let schema = self.reader.metadata().file_metadata().schema_descr_ptr();
            match caught(|| TreeBuilder::new().as_iter(schema, &*self.reader.get_row_group(self.group - 1)?)) {
                Ok(rows) => self.rows = Some(rows),
                Err(error) => {
                    self.row = 1;
                    return Some(self.lost(&error));
                }
            }
        }
    }
}

impl Rows {
    fn number(&self) -> u64 {
        self.first + self.row
    }

    fn place(&self) -> Place {
        Place::record(Arc::clone(&self.stream.name), self.number())
    }

    /// What a damaged page costs: the rest of its row group.
    fn lost(&mut self, error: &ParquetError) -> Reading {
        self.rows = None;
        let reason = format!("the row group is damaged from here on: {error}; fetch the file again");
        Err(self.stream.reject_at(None, self.place(), reason))
    }

    fn article(&self, row: Row) -> Reading {
        let values = row.into_columns().into_iter().map(|(_, field)| value(&field));
        let fields: Map<_, _> = self.columns.iter().cloned().zip(values).collect();
        let id = format!("{}:{}", self.stream.id, self.number());
        object::read(&self.stream, id, self.place(), fields)
    }
}

/// Some writers mark no column as text.
fn value(field: &Field) -> Value {
    match field {
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.as_bytes()) {
            Ok(text) => text.into(),
            Err(_) => field.to_json_value(),
        },
        _ => field.to_json_value(),
    }
}
