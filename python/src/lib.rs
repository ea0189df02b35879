//! What `python/sayso/` is built on. Articles come in as JSON and records go out as JSON, so that both are read and
//! written by the crate alone.

mod stream;
mod table;

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::{process, thread};

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;
use rayon::ThreadPool;
use sayso::{Dtype, Model, Place, Record, engine, pipeline, records};

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

#[pyclass(frozen, module = "sayso._native")]
struct Tagger(Arc<Workers>);

#[pymethods]
impl Tagger {
    #[new]
    fn new(py: Python<'_>, model: PathBuf, dtype: &str, threads: Option<usize>) -> PyResult<Self> {
        let dtype: Dtype = dtype.parse().map_err(PyValueError::new_err)?;
        let threads = match threads {
            None => thread::available_parallelism().map_or(1, usize::from),
            Some(threads @ 1..=1024) => threads,
            Some(other) => return Err(PyValueError::new_err(format!("threads is {other}; say 1 to 1024"))),
        };
        let load = || {
            engine::tune();
            let tagger = sayso::Tagger::new(Model::load(&model, dtype)?);
            let pool = pipeline::workers(threads)?;
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
    use super::{Line, SaysoError, Tagger};

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
