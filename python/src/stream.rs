//! Articles that are read on the way.

use std::collections::VecDeque;
use std::mem;
use std::process;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyString;
use sayso::error::Stage;
use sayso::ingest::Reading;
use sayso::pipeline::{self, Records};
use sayso::{Place, Reject, ingest};

use super::{Line, SaysoError, Workers, json};

/// How long Ctrl-C goes unnoticed.
const TICK: Duration = Duration::from_millis(50);

/// Articles go in, records and rejects come out in their order.
#[pyclass(module = "sayso._native")]
pub(crate) struct Stream {
    workers: Arc<Workers>,
    /// None once nothing more is to come.
    input: Option<Sender<Reading>>,
    records: Mutex<Records>,
    /// Bytes of the texts that are in hand, and of each.
    bytes: usize,
    sizes: VecDeque<usize>,
    most: usize,
}

#[pymethods]
impl Stream {
    /// Adds article number `number`, an object of JSON; returns what a person should know about how it was read.
    fn add(&mut self, json: &str, number: u64) -> Vec<String> {
        let mut reading =
            ingest::from_json(json, format!("article:{number}"), place(number), &ingest::Options::default());
        let warnings = reading.as_mut().map_or_else(|_| Vec::new(), |article| mem::take(&mut article.warnings));
        self.send(reading);
        warnings.into_iter().map(|warning| format!("{}: {warning}", place(number))).collect()
    }

    /// Adds an article that cannot be written as JSON.
    fn refuse(&mut self, reason: String, number: u64) {
        self.send(Err(Reject { id: None, place: place(number), stage: Stage::Read, reason, raw: None }));
    }

    /// Whether there is enough to do, so that the next one has to be taken.
    #[getter]
    fn full(&self) -> bool {
        self.bytes >= self.most
    }

    /// Nothing more is to come.
    fn end(&mut self) {
        self.input = None;
    }

    /// What becomes of the next article: a record, or a reject as JSON; `None` if there is none. Looks for Ctrl-C while
    /// it waits.
    fn next<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        if self.workers.process != process::id() {
            let message =
                "this process was forked after sayso.load, and workers do not survive that; load in the new process";
            return Err(SaysoError::new_err(message));
        }
        let Some(size) = self.sizes.pop_front() else { return Ok(None) };
        self.bytes -= size;
        let records = self.records.get_mut().unwrap_or_else(PoisonError::into_inner);
        loop {
            match py.detach(|| records.next_within(TICK)) {
                Poll::Ready(Some(Ok(record))) => return Ok(Some(Bound::new(py, Line(record))?.into_any())),
                Poll::Ready(Some(Err(reject))) => return Ok(Some(PyString::new(py, &json(&reject)).into_any())),
                Poll::Ready(None) => return Ok(None),
                Poll::Pending => py.check_signals()?,
            }
        }
    }
}

impl Stream {
    pub(crate) fn new(workers: Arc<Workers>) -> Self {
        let (input, readings) = mpsc::channel();
        let options = pipeline::Options::default();
        let records = pipeline::stream(&workers.pool, &workers.tagger, readings.into_iter(), options);
        let most = pipeline::ahead(workers.pool.current_num_threads());
        Self { workers, input: Some(input), records: Mutex::new(records), bytes: 0, sizes: VecDeque::new(), most }
    }

    fn send(&mut self, reading: Reading) {
        let size = pipeline::size(&reading);
        self.sizes.push_back(size);
        self.bytes += size;
        if let Some(input) = &self.input {
            // Who takes them ends with this.
            let _ = input.send(reading);
        }
    }
}

fn place(number: u64) -> Place {
    Place::record("article", number)
}
