//! The articles of all clients are read by common workers, each of which takes a batch of what waits.
//!
//! There are two lines. A request that the workers can do within the longest wait stands in the short one, and is
//! refused where the answer would take longer than that. A request that takes longer by itself, and every stream, is
//! never refused for the wait: it stands in the long line, with a few articles at a time. The workers take from both
//! lines in turn, so that neither holds up the other. How many requests there are at all is bounded too.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::{Stream, StreamExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::body::PATIENCE;
use super::errors::{Failure, Kind};
use super::lanes::{Answer, Job, Lane, State};
use super::metrics::Metrics;
use crate::article::Article;
use crate::pipeline::{self, Defect, Outcome};
use crate::tagger::{Tagger, engine};

/// Articles of one request that wait or are worked on at a time.
pub(super) const WINDOW: usize = 16;

/// KiB of bodies that are held at a time.
const BODIES: usize = 64 << 10;

/// The way in.
#[derive(Clone)]
pub(super) struct Queue {
    lines: Arc<Lines>,
    requests: Arc<Semaphore>,
    /// Of those, the streams: half, so that others find a place whatever streams do.
    streams: Arc<Semaphore>,
    /// KiB of bodies.
    bodies: Arc<Semaphore>,
}

impl Queue {
    /// Lets in as many requests at a time as there are `places`, and no short one that would take longer than
    /// `max_wait`.
    pub(super) fn new(workers: usize, places: usize, max_wait: Duration) -> Self {
        let lines = Lines { state: Mutex::new(State::new(workers)), more: Condvar::new(), max_wait };
        Self {
            lines: Arc::new(lines),
            requests: Arc::new(Semaphore::new(places)),
            streams: Arc::new(Semaphore::new(places.div_ceil(2))),
            bodies: Arc::new(Semaphore::new(BODIES)),
        }
    }

    /// Lets a request in, for as long as it holds what is returned.
    pub(super) fn enter(&self) -> Result<OwnedSemaphorePermit, Failure> {
        Arc::clone(&self.requests).try_acquire_owned().map_err(|_| {
            let state = self.lines.lock();
            Failure::busy("all places are taken", state.seconds(state.short + state.long))
        })
    }

    /// The same for a stream, which may stay as long as it likes.
    pub(super) fn enter_for_long(&self) -> Result<[OwnedSemaphorePermit; 2], Failure> {
        let place = self.enter()?;
        let stream = Arc::clone(&self.streams).try_acquire_owned();
        let stream = stream.map_err(|_| Failure::busy("all places for streams are taken", PATIENCE.as_secs_f64()))?;
        Ok([place, stream])
    }

    /// Has room for a body of so many bytes, for as long as what is returned is held.
    pub(super) fn hold(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Failure> {
        let kib = u32::try_from(bytes.div_ceil(1 << 10).min(BODIES)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.bodies).try_acquire_many_owned(kib);
        room.map_err(|_| Failure::busy("the bodies of others take up all memory for them", 1.0))
    }

    /// How many more requests would be let in.
    pub(super) fn free(&self) -> usize {
        self.requests.available_permits()
    }

    /// Lets `bytes` of text in, which belong together, for as long as the ticket is held.
    pub(super) fn admit(&self, bytes: usize) -> Result<Ticket, Failure> {
        let line = self.lines.lock().admit(bytes, self.lines.max_wait.as_secs_f64())?;
        Ok(Ticket { lines: Arc::clone(&self.lines), line, bytes: if line == Lane::Short { bytes } else { 0 } })
    }

    /// Lets in what nobody knows the length of.
    pub(super) fn stream(&self) -> Ticket {
        Ticket { lines: Arc::clone(&self.lines), line: Lane::Long, bytes: 0 }
    }

    /// Lets nobody wait any more, and the workers end.
    pub(super) fn close(&self) {
        let mut state = self.lines.lock();
        state.closed = true;
        state.waiting = Default::default();
        self.lines.more.notify_all();
    }

    /// Worker on what waits, in batches, until the queue is closed.
    pub(super) fn work(&self, worker: &Worker) {
        while let Some(batch) = self.lines.take() {
            let bytes = batch.iter().map(Job::bytes).sum();
            let begun = Instant::now();
            worker.run(batch);
            let is_idle = self.lines.lock().worked(bytes, begun.elapsed());
            if is_idle {
                engine::give_back();
            }
        }
    }
}

/// A request's right to have its articles read.
pub(super) struct Ticket {
    lines: Arc<Lines>,
    line: Lane,
    /// What it has reserved.
    bytes: usize,
}

impl Ticket {
    /// Takes articles through the pipeline; answers in their order.
    pub(super) fn records<'a>(
        &'a self,
        articles: impl Stream<Item = Result<Article, Failure>> + Send + 'a,
    ) -> impl Stream<Item = Answer> + Send + 'a {
        articles.map(|article| async { self.record(article?).await }).buffered(WINDOW)
    }

    async fn record(&self, article: Article) -> Answer {
        let (answer, answered) = oneshot::channel();
        // An article in the long line counts for as long as it waits or is worked on.
        let bytes = if self.line == Lane::Long { article.text().len() } else { 0 };
        let _here = Self { lines: Arc::clone(&self.lines), line: self.line, bytes };
        {
            let mut state = self.lines.lock();
            state.long += bytes;
            if !state.closed {
                state.waiting[self.line as usize].push_back(Job { article, answer });
            }
        }
        self.lines.more.notify_one();
        answered.await.map_err(|_| Failure::new(Kind::Stopping, "the server is stopping"))?
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut state = self.lines.lock();
        match self.line {
            Lane::Short => state.short -= self.bytes,
            Lane::Long => state.long -= self.bytes,
        }
    }
}

struct Lines {
    state: Mutex<State>,
    /// Something waits, or the queue is closed.
    more: Condvar,
    max_wait: Duration,
}

impl Lines {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A batch, once something waits; `None` when the queue is closed.
    fn take(&self) -> Option<Vec<Job>> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            let batch = state.batch();
            if !batch.is_empty() {
                return Some(batch);
            }
            state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// What the work is done with.
pub(super) struct Worker {
    pub(super) tagger: Tagger,
    pub(super) options: pipeline::Options,
    pub(super) metrics: Arc<Metrics>,
}

impl Worker {
    fn run(&self, batch: Vec<Job>) {
        let (articles, clients): (Vec<_>, Vec<_>) = batch.into_iter().map(|job| (job.article, job.answer)).unzip();
        let read = pipeline::run_each(&self.tagger, articles, self.options, &AtomicBool::new(false));
        let answer = |read: Result<Outcome, Defect>| match read {
            Ok(record) => record.map_err(|reject| Failure::new(Kind::Unprocessable, reject.reason).of("text")),
            Err(_) => Err(Failure::new(Kind::Internal, "the article could not be read; please report it")),
        };
        let answers: Vec<Answer> = read.unwrap_or_default().into_iter().map(answer).collect();
        self.metrics.batch(&answers);
        for (client, answer) in clients.into_iter().zip(answers) {
            // It may have gone away meanwhile.
            let _ = client.send(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn bodies_have_64_mib_together() {
        let queue = Queue::new(1, 10, Duration::from_secs(1));
        let most = queue.hold(48 << 20).unwrap();
        assert!(queue.hold(17 << 20).is_err());
        let rest = queue.hold(16 << 20).unwrap();
        assert!(queue.hold(1).is_err());
        drop((most, rest));
        assert!(queue.hold(64 << 20).is_ok());
    }

    #[test]
    fn what_is_let_in_counts_until_it_is_answered() {
        let queue = Queue::new(1, 1, Duration::from_secs(1));
        let ticket = queue.admit(100).unwrap();
        assert_eq!(queue.lines.lock().short, 100);
        drop(ticket);
        assert_eq!(queue.lines.lock().short, 0);

        let ticket = queue.stream();
        let article = Article::new("a", crate::Place::file("test"), "It sank.");
        let mut waits = Box::pin(ticket.record(article.clone()));
        let mut also = Box::pin(ticket.record(article));
        assert!((&mut waits).now_or_never().is_none() && (&mut also).now_or_never().is_none());
        assert_eq!(queue.lines.lock().long, 16);
        drop(waits);
        assert_eq!(queue.lines.lock().long, 8);
        queue.close();
        assert!(also.now_or_never().is_some_and(|answer| answer.is_err()));
        assert_eq!(queue.lines.lock().long, 0);
    }

    #[test]
    fn whoever_finds_no_place_is_told_how_long_all_of_it_takes() {
        let queue = Queue::new(1, 0, Duration::from_secs(1));
        (queue.lines.lock().short, queue.lines.lock().long) = (16 << 10, 0);
        assert!(queue.enter().unwrap_err().json()["error"]["message"].as_str().unwrap().ends_with("after 1 s"));
        queue.lines.lock().long = 32 << 10;
        assert!(queue.enter().unwrap_err().json()["error"]["message"].as_str().unwrap().ends_with("after 3 s"));
    }
}
