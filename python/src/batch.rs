//! Articles that are read together.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyString;
use sayso::error::Stage;
use sayso::pipeline::{self, CHUNK};
use sayso::{Article, Place, Record, Reject, ingest};

use super::{Line, SaysoError, Works, json};

/// How long Ctrl-C goes unnoticed.
const TICK: Duration = Duration::from_millis(50);

/// Articles that wait until there are enough of them to keep every worker busy.
#[pyclass(module = "sayso._native")]
pub(crate) struct Batch {
    works: Arc<Works>,
    waiting: Vec<ingest::Reading>,
    /// Of JSON, so that articles that are rejected count as well.
    bytes: usize,
}

/// What workers made of the articles; `None` if they were stopped, an error if they panicked.
type Ended = Result<Option<Vec<Result<Record, Reject>>>, Box<dyn Any + Send>>;

#[pymethods]
impl Batch {
    /// Adds article number `number`, an object of JSON; returns what a person should know about how it was read.
    fn add(&mut self, json: &str, number: u64) -> Vec<String> {
        let mut reading =
            ingest::from_json(json, format!("article:{number}"), place(number), &ingest::Options::default());
        let warnings = reading.as_mut().map_or_else(|_| Vec::new(), |article| mem::take(&mut article.warnings));
        self.bytes += json.len();
        self.waiting.push(reading);
        warnings.into_iter().map(|warning| format!("{}: {warning}", place(number))).collect()
    }

    /// Adds an article that cannot be written as JSON.
    fn refuse(&mut self, reason: String, number: u64) {
        self.bytes += reason.len();
        self.waiting.push(Err(Reject { id: None, place: place(number), stage: Stage::Read, reason, raw: None }));
    }

    /// Whether there is enough to do.
    #[getter]
    fn full(&self) -> bool {
        self.bytes >= CHUNK
    }

    /// What becomes of the articles, in their order: a record, or a reject as JSON. Afterwards there are none.
    fn run<'py>(&mut self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.bytes = 0;
        let (mut articles, mut rest) = (Vec::new(), Vec::new());
        for reading in mem::take(&mut self.waiting) {
            match reading {
                Ok(article) => {
                    articles.push(article);
                    rest.push(None);
                }
                Err(reject) => rest.push(Some(reject)),
            }
        }
        let mut read = if articles.is_empty() { Vec::new() } else { self.read(py, articles)? }.into_iter();
        let found = rest.into_iter().filter_map(|reject| reject.map(Err).or_else(|| read.next()));
        let found = found.map(|found| match found {
            Ok(record) => Ok(Bound::new(py, Line(record))?.into_any()),
            Err(reject) => Ok(PyString::new(py, &json(&reject)).into_any()),
        });
        found.collect()
    }
}

impl Batch {
    pub(crate) fn new(works: Arc<Works>) -> Self {
        Self { works, waiting: Vec::new(), bytes: 0 }
    }

    /// Has the workers read, and looks for Ctrl-C meanwhile.
    fn read(&self, py: Python<'_>, articles: Vec<Article>) -> PyResult<Vec<Result<Record, Reject>>> {
        if self.works.process != process::id() {
            let message =
                "this process was forked after sayso.load, and workers do not survive that; load in the new process";
            return Err(SaysoError::new_err(message));
        }
        let (sender, mut ended) = mpsc::sync_channel(1);
        let stop = Arc::new(AtomicBool::new(false));
        let (works, asked) = (Arc::clone(&self.works), Arc::clone(&stop));
        self.works.pool.spawn(move || {
            let options = pipeline::Options::default();
            let read = || pipeline::run_until(&works.tagger, articles, options, &asked);
            // The caller waits for it.
            let _ = sender.send(catch_unwind(AssertUnwindSafe(read)));
        });
        let mut interrupt = None;
        loop {
            if let Some(ended) = py.detach(|| wait(&mut ended)) {
                let read = ended.unwrap_or_else(|panic| resume_unwind(panic)).unwrap_or_default();
                return interrupt.map_or(Ok(read), Err);
            }
            if let Err(signal) = py.check_signals() {
                stop.store(true, Ordering::Relaxed);
                interrupt = Some(signal);
            }
        }
    }
}

/// Waits a moment. Mutable, because two threads may not wait for one receiver.
fn wait(ended: &mut Receiver<Ended>) -> Option<Ended> {
    match ended.recv_timeout(TICK) {
        Ok(ended) => Some(ended),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => unreachable!("a worker always sends"),
    }
}

fn place(number: u64) -> Place {
    Place::record("article", number)
}
