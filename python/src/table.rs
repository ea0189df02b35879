//! Tables for data frames, through Arrow's C interface: what reads them there shares the memory that is written here.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchIterator};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use sayso::Record;
use sayso::export::table::{self, Column, GROUP, Value};

use super::{Line, SaysoError};

/// Bytes of text in a part of a table; a column's offsets have 31 bits.
const TEXT: usize = 1 << 29;

/// A table that is being written.
#[pyclass(module = "sayso._native")]
pub(crate) struct Columns(Box<dyn Rows>);

#[pymethods]
impl Columns {
    #[new]
    fn new(name: &str) -> PyResult<Self> {
        Ok(Self(match name {
            "claims" => Box::new(Parts::new(table::claims().alone())),
            "hedges" => Box::new(Parts::new(table::hedges())),
            "speakers" => Box::new(Parts::new(table::speakers().alone())),
            other => {
                let message = format!("there is no table {other:?}; say claims, hedges or speakers");
                return Err(PyValueError::new_err(message));
            }
        }))
    }

    /// Adds the rows of a record.
    fn add(&mut self, line: &Line) {
        self.0.add(&line.0);
    }

    /// The table of what was added; afterwards there is nothing.
    fn finish(&mut self) -> Table {
        self.0.finish()
    }
}

/// Rows of one kind.
trait Rows: Send + Sync {
    fn add(&mut self, record: &Record);
    fn finish(&mut self) -> Table;
}

/// Parts of a table: those that are complete, and the columns of the last.
struct Parts<T: 'static> {
    table: table::Table<T>,
    schema: SchemaRef,
    cells: Vec<Cells>,
    rows: usize,
    /// Bytes of text in `cells`.
    text: usize,
    complete: Vec<RecordBatch>,
}

impl<T: Send + Sync> Parts<T> {
    fn new(table: table::Table<T>) -> Self {
        let field = |column: &Column<T>| Field::new(column.name, kind(&column.value), true);
        let schema = Schema::new(table.columns.iter().map(field).collect::<Vec<_>>());
        let cells = table.columns.iter().map(|column| Cells::new(&column.value)).collect();
        Self { table, schema: Arc::new(schema), cells, rows: 0, text: 0, complete: Vec::new() }
    }

    fn complete(&mut self) {
        let columns = self.cells.iter_mut().map(Cells::finish).collect();
        self.complete
            .push(RecordBatch::try_new(Arc::clone(&self.schema), columns).expect("the columns fit the schema"));
        (self.rows, self.text) = (0, 0);
    }
}

impl<T: Send + Sync> Rows for Parts<T> {
    fn add(&mut self, record: &Record) {
        for row in (self.table.rows)(record) {
            for (cells, column) in self.cells.iter_mut().zip(&self.table.columns) {
                self.text += cells.push(&column.value, record, row);
            }
            self.rows += 1;
            if self.rows >= GROUP || self.text >= TEXT {
                self.complete();
            }
        }
    }

    fn finish(&mut self) -> Table {
        if self.rows > 0 {
            self.complete();
        }
        Table { schema: Arc::clone(&self.schema), parts: std::mem::take(&mut self.complete) }
    }
}

/// A column's cells, in Arrow's layout.
enum Cells {
    Text(StringBuilder),
    Number(Int64Builder),
    Score(Float64Builder),
    Flag(BooleanBuilder),
}

fn kind<T>(value: &Value<T>) -> DataType {
    match value {
        Value::Text(_) => DataType::Utf8,
        Value::Number(_) => DataType::Int64,
        Value::Score(_) => DataType::Float64,
        Value::Flag(_) => DataType::Boolean,
    }
}

impl Cells {
    fn new<T>(value: &Value<T>) -> Self {
        match value {
            Value::Text(_) => Self::Text(StringBuilder::new()),
            Value::Number(_) => Self::Number(Int64Builder::new()),
            Value::Score(_) => Self::Score(Float64Builder::new()),
            Value::Flag(_) => Self::Flag(BooleanBuilder::new()),
        }
    }

    /// Adds what `row` has under `value`, which this was made for; returns how many bytes of text that is.
    fn push<T>(&mut self, value: &Value<T>, record: &Record, row: &T) -> usize {
        match (self, value) {
            (Self::Text(cells), Value::Text(of)) => {
                let text = of(record, row);
                cells.append_option(text.as_deref());
                return text.map_or(0, |text| text.len());
            }
            (Self::Number(cells), Value::Number(of)) => cells.append_option(of(record, row)),
            (Self::Score(cells), Value::Score(of)) => cells.append_option(of(record, row)),
            (Self::Flag(cells), Value::Flag(of)) => cells.append_option(of(record, row)),
            _ => unreachable!("the columns fit the table"),
        }
        0
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(cells) => Arc::new(cells.finish()),
            Self::Number(cells) => Arc::new(cells.finish()),
            Self::Score(cells) => Arc::new(cells.finish()),
            Self::Flag(cells) => Arc::new(cells.finish()),
        }
    }
}

/// A table that whatever knows Arrow's C interface can take over.
#[pyclass(frozen, module = "sayso._native")]
pub(crate) struct Table {
    schema: SchemaRef,
    parts: Vec<RecordBatch>,
}

#[pymethods]
impl Table {
    #[getter]
    fn column_names(&self) -> Vec<&str> {
        self.schema.fields().iter().map(|field| field.name().as_str()).collect()
    }

    fn __len__(&self) -> usize {
        self.parts.iter().map(RecordBatch::num_rows).sum()
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(&*self.schema).map_err(|e| SaysoError::new_err(e.to_string()))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// Columns come in one type each, whatever is asked for: the interface allows that.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let parts = RecordBatchIterator::new(self.parts.clone().into_iter().map(Ok), Arc::clone(&self.schema));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(parts)), c"arrow_array_stream")
    }
}
