//! Parquet, for data frames: the rows of a table by columns, compressed with Snappy.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::rows::{Row, rows};
use super::{Export, Piece};
use crate::record::Record;

/// Rows that are written together.
const GROUP: usize = 1 << 16;

/// A column: its type, and what a row has in it.
enum Column {
    Text(fn(&Row) -> Option<&str>),
    Number(fn(&Row) -> Option<i64>),
    Score(fn(&Row) -> Option<f64>),
    Flag(fn(&Row) -> Option<bool>),
}

use Column::{Flag, Number, Score, Text};

/// The columns, named and ordered as in [`Row`].
const COLUMNS: [(&str, Column); 32] = [
    ("article", Text(|row| Some(&row.article))),
    ("title", Text(|row| row.title.as_deref())),
    ("date", Text(|row| row.date.as_deref())),
    ("publisher", Text(|row| row.publisher.as_deref())),
    ("url", Text(|row| row.url.as_deref())),
    ("author", Text(|row| row.author.as_deref())),
    ("claim", Text(|row| Some(&row.claim))),
    ("speaker", Text(|row| row.speaker.as_deref())),
    ("speaker_id", Text(|row| row.speaker_id.as_deref())),
    ("speaker_kind", Text(|row| row.speaker_kind.as_deref())),
    ("speaker_named", Flag(|row| row.speaker_named)),
    ("speaker_role", Text(|row| row.speaker_role.as_deref())),
    ("speaker_affiliation", Text(|row| row.speaker_affiliation.as_deref())),
    ("source", Text(|row| row.source.as_deref())),
    ("cue", Text(|row| row.cue.as_deref())),
    ("content", Text(|row| Some(&row.content))),
    ("quote", Text(|row| Some(&row.quote))),
    ("certainty", Text(|row| Some(&row.certainty))),
    ("polarity", Text(|row| Some(&row.polarity))),
    ("hedges", Text(|row| Some(&row.hedges))),
    ("hedge_classes", Text(|row| Some(&row.hedge_classes))),
    ("within", Text(|row| row.within.as_deref())),
    ("confidence", Score(|row| Some(row.confidence))),
    ("source_start", Number(|row| row.source_start)),
    ("source_end", Number(|row| row.source_end)),
    ("cue_start", Number(|row| row.cue_start)),
    ("cue_end", Number(|row| row.cue_end)),
    ("content_start", Number(|row| Some(row.content_start))),
    ("content_end", Number(|row| Some(row.content_end))),
    ("content_spans", Text(|row| Some(&row.content_spans))),
    ("model", Text(|row| Some(&row.model))),
    ("sayso", Text(|row| Some(&row.sayso))),
];

pub(super) struct Parquet {
    rows: Vec<Row>,
    buffer: Buffer,
    /// `None` once it is finished.
    writer: Option<SerializedFileWriter<Buffer>>,
}

impl Default for Parquet {
    fn default() -> Self {
        let buffer = Buffer::default();
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(buffer.clone(), Arc::new(schema()), Arc::new(properties));
        Self { rows: Vec::new(), buffer, writer: Some(writer.expect(FITS)) }
    }
}

impl Export for Parquet {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        self.rows.extend(rows(record));
        if self.rows.len() < GROUP {
            return Vec::new();
        }
        self.group();
        vec![Piece::new(self.buffer.take())]
    }

    fn finish(&mut self) -> Vec<Piece> {
        self.group();
        if let Some(writer) = self.writer.take() {
            writer.close().expect(FITS);
        }
        vec![Piece::new(self.buffer.take())]
    }
}

/// Writing fails where columns and schema differ, which a test rules out, and where a disk is full, and memory is none.
const FITS: &str = "the columns fit the schema";

impl Parquet {
    /// Writes the waiting rows.
    fn group(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let Some(writer) = self.writer.as_mut().filter(|_| !rows.is_empty()) else { return };
        let mut group = writer.next_row_group().expect(FITS);
        for (_, column) in &COLUMNS {
            let mut out = group.next_column().expect(FITS).expect(FITS);
            match column {
                Text(of) => write::<ByteArrayType>(&mut out, rows.iter().map(|row| of(row).map(ByteArray::from))),
                Number(of) => write::<Int64Type>(&mut out, rows.iter().map(of)),
                Score(of) => write::<DoubleType>(&mut out, rows.iter().map(of)),
                Flag(of) => write::<BoolType>(&mut out, rows.iter().map(of)),
            }
            out.close().expect(FITS);
        }
        group.close().expect(FITS);
    }
}

/// Writes a column: a level for each row, which says whether there is a value, and the values.
fn write<T: DataType>(out: &mut SerializedColumnWriter<'_>, cells: impl Iterator<Item = Option<T::T>>) {
    let cells: Vec<Option<T::T>> = cells.collect();
    let levels: Vec<i16> = cells.iter().map(|cell| cell.is_some().into()).collect();
    let values: Vec<T::T> = cells.into_iter().flatten().collect();
    out.typed::<T>().write_batch(&values, Some(&levels), None).expect(FITS);
}

fn schema() -> Type {
    let field = |(name, column): &(&str, Column)| {
        let physical = match column {
            Text(_) => Physical::BYTE_ARRAY,
            Number(_) => Physical::INT64,
            Score(_) => Physical::DOUBLE,
            Flag(_) => Physical::BOOLEAN,
        };
        let field = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
        let field = match column {
            Text(_) => field.with_logical_type(Some(LogicalType::String)).with_converted_type(ConvertedType::UTF8),
            _ => field,
        };
        Arc::new(field.build().expect(FITS))
    };
    Type::group_type_builder("claims").with_fields(COLUMNS.iter().map(field).collect()).build().expect(FITS)
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
