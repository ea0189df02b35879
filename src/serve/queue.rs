//! The articles of all clients go through the pipeline together, in batches of whatever is waiting.
//!
//! A request is let in or refused as a whole, so that the queue is bounded by the requests that are let in; each of
//! them has only a few articles waiting at a time, so that a long one does not hold up the short ones.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use rayon::ThreadPool;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::errors::{Failure, Kind};
use super::metrics::Metrics;
use crate::article::Article;
use crate::pipeline;
use crate::record::Record;
use crate::tagger::Tagger;

/// Articles of one request that wait or are worked on at a time.
pub(super) const WINDOW: usize = 16;

/// Bytes of text in a batch for each worker: some encoder batches, so that none is idle for long.
const BATCH: usize = 8 << 10;

/// How long a batch that is not full waits for more.
const LINGER: Duration = Duration::from_millis(3);

/// Batches at a time: while one is worked on, the next begins as soon as a worker is free.
const AT_ONCE: usize = 2;

type Answer = Result<Record, Failure>;

struct Job {
    article: Article,
    answer: oneshot::Sender<Answer>,
}

/// The way in.
#[derive(Clone)]
pub(super) struct Queue {
    jobs: mpsc::Sender<Job>,
    requests: Arc<Semaphore>,
}

impl Queue {
    /// Starts the work, on `pool`; `requests` are let in at a time.
    pub(super) fn start(works: Works, requests: usize) -> Self {
        let (jobs, waiting) = mpsc::channel(requests);
        tokio::spawn(gather(waiting, Arc::new(works)));
        Self { jobs, requests: Arc::new(Semaphore::new(requests)) }
    }

    /// Lets a request in, for as long as it holds what is returned.
    pub(super) fn enter(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let refused = |_| Failure::new(Kind::Busy, "the queue is full; try again in a moment");
        Arc::clone(&self.requests).try_acquire_owned().map_err(refused)
    }

    /// How many more requests would be let in.
    pub(super) fn free(&self) -> usize {
        self.requests.available_permits()
    }

    /// Takes articles through the pipeline; answers in their order.
    pub(super) fn records<'a>(
        &'a self,
        articles: impl Stream<Item = Result<Article, Failure>> + Send + 'a,
    ) -> impl Stream<Item = Answer> + Send + 'a {
        articles.map(|article| async { self.record(article?).await }).buffered(WINDOW)
    }

    async fn record(&self, article: Article) -> Answer {
        let stopping = || Failure::new(Kind::Stopping, "the server is stopping");
        let (answer, answered) = oneshot::channel();
        self.jobs.send(Job { article, answer }).await.map_err(|_| stopping())?;
        answered.await.map_err(|_| stopping())?
    }
}

/// What the work is done with.
pub(super) struct Works {
    pub(super) tagger: Arc<Tagger>,
    pub(super) pool: ThreadPool,
    pub(super) options: pipeline::Options,
    pub(super) metrics: Arc<Metrics>,
}

/// Makes batches of what is waiting.
async fn gather(mut waiting: mpsc::Receiver<Job>, works: Arc<Works>) {
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let full = BATCH * works.pool.current_num_threads();
    while let Some(first) = waiting.recv().await {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        let deadline = Instant::now() + LINGER;
        let mut bytes = first.article.text().len();
        let mut batch = vec![first];
        while bytes < full {
            let Ok(Some(job)) = timeout_at(deadline, waiting.recv()).await else { break };
            bytes += job.article.text().len();
            batch.push(job);
        }
        let at_work = Arc::clone(&works);
        works.pool.spawn(move || {
            at_work.run(batch);
            drop(slot);
        });
    }
}

impl Works {
    fn run(&self, mut batch: Vec<Job>) {
        // Nobody waits for what a client that went away has asked for.
        batch.retain(|job| !job.answer.is_closed());
        let articles: Vec<Article> = batch.iter().map(|job| job.article.clone()).collect();
        let answers = self.answers(articles).unwrap_or_else(|| {
            // One article's defect must not cost the others theirs.
            let alone = |job: &Job| self.answers(vec![job.article.clone()]).and_then(|mut answers| answers.pop());
            let failed = || Err(Failure::new(Kind::Internal, "the article could not be read; please report it"));
            batch.iter().map(|job| alone(job).unwrap_or_else(failed)).collect()
        });
        self.metrics.batch(&answers);
        for (job, answer) in batch.into_iter().zip(answers) {
            // Its client may have gone away meanwhile.
            let _ = job.answer.send(answer);
        }
    }

    /// What comes of some articles; `None` if it panics.
    fn answers(&self, articles: Vec<Article>) -> Option<Vec<Answer>> {
        let records = || pipeline::run(&self.tagger, articles, self.options);
        let records = catch_unwind(AssertUnwindSafe(records)).ok()?;
        let rejected = |reject: crate::error::Reject| Failure::new(Kind::Unprocessable, reject.reason).of("text");
        Some(records.into_iter().map(|record| record.map_err(rejected)).collect())
    }
}
