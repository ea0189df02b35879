//! Parquet, for data frames: the rows of a table by columns, compressed with Snappy.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::table::{GROUP, Table, Value, claims};
use super::{Export, Piece, Pieces, ready};
use crate::record::{Claimed, Record};

pub(super) struct Parquet {
    table: Table<Claimed>,
    /// The rows that are not written yet, by columns.
    waiting: Vec<Cells>,
    buffer: Buffer,
    /// `None` once it is finished.
    writer: Option<SerializedFileWriter<Buffer>>,
}

impl Default for Parquet {
    fn default() -> Self {
        let (table, buffer) = (claims(), Buffer::default());
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(buffer.clone(), Arc::new(schema(&table)), Arc::new(properties));
        let waiting = table.columns.iter().map(|column| Cells::new(&column.value)).collect();
        Self { table, waiting, buffer, writer: Some(writer.expect(FITS)) }
    }
}

impl Export for Parquet {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        for (cells, column) in self.waiting.iter_mut().zip(&self.table.columns) {
            cells.extend(&column.value, record);
        }
        if self.waiting[0].len() < GROUP {
            return Vec::new();
        }
        self.group();
        vec![Piece::new(self.buffer.take())]
    }

    fn finish(&mut self) -> Pieces<'_> {
        self.group();
        if let Some(writer) = self.writer.take() {
            writer.close().expect(FITS);
        }
        ready(vec![Piece::new(self.buffer.take())])
    }
}

/// Writing fails where columns and schema differ, which a test rules out, and where a disk is full, and memory is none.
const FITS: &str = "the columns fit the schema";

impl Parquet {
    /// Writes the waiting rows.
    fn group(&mut self) {
        let Some(writer) = self.writer.as_mut().filter(|_| self.waiting[0].len() > 0) else { return };
        let mut group = writer.next_row_group().expect(FITS);
        for cells in &mut self.waiting {
            let mut out = group.next_column().expect(FITS).expect(FITS);
            match cells {
                Cells::Text(cells) => write::<ByteArrayType>(&mut out, cells),
                Cells::Number(cells) => write::<Int64Type>(&mut out, cells),
                Cells::Score(cells) => write::<DoubleType>(&mut out, cells),
                Cells::Flag(cells) => write::<BoolType>(&mut out, cells),
            }
            out.close().expect(FITS);
        }
        group.close().expect(FITS);
    }
}

/// A column's cells, in Parquet's types.
enum Cells {
    Text(Vec<Option<ByteArray>>),
    Number(Vec<Option<i64>>),
    Score(Vec<Option<f64>>),
    Flag(Vec<Option<bool>>),
}

impl Cells {
    fn new(value: &Value<Claimed>) -> Self {
        match value {
            Value::Text(_) => Self::Text(Vec::new()),
            Value::Number(_) => Self::Number(Vec::new()),
            Value::Score(_) => Self::Score(Vec::new()),
            Value::Flag(_) => Self::Flag(Vec::new()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(cells) => cells.len(),
            Self::Number(cells) => cells.len(),
            Self::Score(cells) => cells.len(),
            Self::Flag(cells) => cells.len(),
        }
    }

    /// Adds what the claims of `record` have under `value`, which this was made for.
    fn extend(&mut self, value: &Value<Claimed>, record: &Record) {
        let claims = record.claims.iter();
        match (self, value) {
            (Self::Text(cells), Value::Text(of)) => {
                cells.extend(claims.map(|claim| of(record, claim).map(|text| text.into_owned().into_bytes().into())));
            }
            (Self::Number(cells), Value::Number(of)) => cells.extend(claims.map(|claim| of(record, claim))),
            (Self::Score(cells), Value::Score(of)) => cells.extend(claims.map(|claim| of(record, claim))),
            (Self::Flag(cells), Value::Flag(of)) => cells.extend(claims.map(|claim| of(record, claim))),
            _ => unreachable!("{FITS}"),
        }
    }
}

/// Writes a column and empties it: a level for each row, which says whether there is a value, and the values.
fn write<T: DataType>(out: &mut SerializedColumnWriter<'_>, cells: &mut Vec<Option<T::T>>) {
    let levels: Vec<i16> = cells.iter().map(|cell| cell.is_some().into()).collect();
    let values: Vec<T::T> = cells.drain(..).flatten().collect();
    out.typed::<T>().write_batch(&values, Some(&levels), None).expect(FITS);
}

fn schema(table: &Table<Claimed>) -> Type {
    let fields = table.columns.iter().map(|column| {
        let physical = match column.value {
            Value::Text(_) => Physical::BYTE_ARRAY,
            Value::Number(_) => Physical::INT64,
            Value::Score(_) => Physical::DOUBLE,
            Value::Flag(_) => Physical::BOOLEAN,
        };
        let field = Type::primitive_type_builder(column.name, physical).with_repetition(Repetition::OPTIONAL);
        let field = match column.value {
            Value::Text(_) => {
                field.with_logical_type(Some(LogicalType::String)).with_converted_type(ConvertedType::UTF8)
            }
            _ => field,
        };
        Arc::new(field.build().expect(FITS))
    });
    Type::group_type_builder("claims").with_fields(fields.collect()).build().expect(FITS)
}

/// Bytes that the writer appends to and that are taken from it, so that a long file is never held whole.
#[derive(Clone, Debug, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
