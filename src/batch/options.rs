//! What is asked of a run.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::firsts::Dedupe;
use super::shard::Shard;
use crate::pipeline;

/// What a run is to do, beside its inputs and its tagger.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The folder for the results; made if it is missing.
    pub out: PathBuf,
    /// Start over, whatever run is in `out`; that stays until the new one is finished.
    pub overwrite: bool,
    /// What is kept.
    pub pipeline: pipeline::Options,
    /// The part of the input that is worked on.
    pub shard: Shard,
    /// Which copies of earlier articles get a record that points to those, and are not tagged.
    pub dedupe: Option<Dedupe>,
    /// Workers; each runs one encoder batch at a time.
    pub threads: usize,
    /// Articles that are to come, where the inputs do not tell how much there is.
    pub expected: Option<u64>,
    /// Where metrics are written for Prometheus.
    pub metrics: Option<PathBuf>,
    /// Set it from outside to stop the run within a moment.
    pub stop: Arc<AtomicBool>,
}

impl Options {
    /// The usual ones, with results in folder `out`, on one worker.
    pub fn new(out: impl Into<PathBuf>) -> Self {
        Self {
            out: out.into(),
            overwrite: false,
            pipeline: pipeline::Options::default(),
            shard: Shard::WHOLE,
            dedupe: None,
            threads: 1,
            expected: None,
            metrics: None,
            stop: Arc::default(),
        }
    }
}
