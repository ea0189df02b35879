//! What `python/sayso/` is built on. Articles come in as JSON and records go out as JSON, so that both are read and
//! written by the crate alone.

mod stream;
mod table;

use std::error::Error;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::{process, thread};

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyTypeError, PyValueError};
use pyo3::prelude::*;
use rayon::ThreadPool;
use sayso::{Dtype, Model, Place, Record, Reject, engine, html, pipeline, records};

use stream::Stream;

create_exception!(
    sayso,
    SaysoError,
    PyException,
    "What sayso cannot do, with the file or article at fault and the remedy."
);

/// The message of an error and of what caused it, as the command line has it.
fn failed(error: &sayso::Error) -> PyErr {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message += &format!(" (caused by: {error})");
        cause = error.source();
    }
    SaysoError::new_err(message)
}

/// A model and workers to read with it.
struct Workers {
    tagger: sayso::Tagger,
    pool: Arc<ThreadPool>,
    /// Where the workers are: a fork has none.
    process: u32,
}

/// How many workers somebody asks for.
fn workers(given: &Bound<'_, PyAny>) -> PyResult<usize> {
    let repr = || given.repr().map_or_else(|_| "?".to_owned(), |repr| repr.to_string());
    let wrong = || format!("threads is {}; say a whole number from 1 to 1024", repr());
    match given.extract() {
        Ok(threads @ 1..=1024) => Ok(threads),
        // What is too large or negative for a `usize` is a number all the same.
        Err(error) if error.is_instance_of::<PyTypeError>(given.py()) => Err(PyTypeError::new_err(wrong())),
        _ => Err(PyValueError::new_err(wrong())),
    }
}

#[pyclass(frozen, module = "sayso._native")]
struct Tagger(Arc<Workers>);

#[pymethods]
impl Tagger {
    #[new]
    fn new(py: Python<'_>, model: PathBuf, dtype: &str, threads: Option<Bound<'_, PyAny>>) -> PyResult<Self> {
        let dtype: Dtype = dtype.parse().map_err(PyValueError::new_err)?;
        let threads = match threads {
            None => thread::available_parallelism().map_or(1, usize::from),
            Some(given) => workers(&given)?,
        };
        let load = || {
            engine::tune();
            // In its own workers: a fork of this process would wait for those that all programs share.
            let pool = pipeline::workers(threads)?;
            let tagger = sayso::Tagger::new(pool.install(|| Model::load(&model, dtype))?);
            Ok(Self(Arc::new(Workers { tagger, pool, process: process::id() })))
        };
        py.detach(load).map_err(|error| failed(&error))
    }

    #[getter]
    fn model(&self) -> &str {
        self.0.tagger.model().name()
    }

    #[getter]
    fn dtype(&self) -> String {
        self.0.tagger.model().dtype().to_string()
    }

    #[getter]
    fn threads(&self) -> usize {
        self.0.pool.current_num_threads()
    }

    fn stream(&self) -> Stream {
        Stream::new(Arc::clone(&self.0))
    }
}

/// A record, and the line of `records.jsonl` that it is.
#[pyclass(frozen, module = "sayso._native")]
struct Line(Record);

#[pymethods]
impl Line {
    #[staticmethod]
    fn from_json(py: Python<'_>, json: &str) -> PyResult<Self> {
        let record = py.detach(|| records::parse(json, Place::file("record")));
        record.map(Self).map_err(|reject| SaysoError::new_err(reject.to_string()))
    }

    fn to_json(&self) -> String {
        json(&self.0)
    }

    /// Its text with its claims marked, with how that looks.
    fn to_html(&self) -> String {
        format!("<style>\n{}</style>\n{}", html::STYLE, html::marked(&self.0))
    }
}

/// The records of a file.
#[pyclass(module = "sayso._native")]
struct Lines(Mutex<Box<dyn Iterator<Item = Result<Record, Reject>> + Send>>);

#[pymethods]
impl Lines {
    #[new]
    fn new(path: PathBuf) -> PyResult<Self> {
        let records = records::read(&path).map_err(|error| failed(&error))?;
        Ok(Self(Mutex::new(Box::new(records))))
    }

    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Line>> {
        let records = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let record = py.detach(|| records.next()).transpose();
        record.map(|record| record.map(Line)).map_err(|reject| SaysoError::new_err(reject.to_string()))
    }
}

fn json(line: &impl serde::Serialize) -> String {
    serde_json::to_string(line).expect("it has only string keys")
}

#[pymodule]
mod _native {
    use std::collections::HashMap;

    use pyo3::pyfunction;

    #[pymodule_export]
    use super::stream::Stream;
    #[pymodule_export]
    use super::table::{Columns, Table};
    #[pymodule_export]
    use super::{Line, Lines, SaysoError, Tagger};

    /// The vocabulary: the values of each field that is a choice.
    #[pyfunction]
    fn terms() -> HashMap<&'static str, Vec<&'static str>> {
        use sayso::terms::{AttributionType, Certainty, Class, Kind, Polarity, Quote};
        let all = [
            ("kind", Kind::NAMES),
            ("quote", Quote::NAMES),
            ("type", AttributionType::NAMES),
            ("certainty", Certainty::NAMES),
            ("polarity", Polarity::NAMES),
            ("class_", Class::NAMES),
        ];
        all.into_iter().map(|(field, names)| (field, names.to_vec())).collect()
    }

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
