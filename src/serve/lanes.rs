//! What waits, in two lines, and how long it will.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::oneshot;

use super::errors::Failure;
use crate::article::Article;
use crate::pipeline;
use crate::record::Record;

/// Seconds of work after which what was measured counts for a third of what it did.
const MEMORY: f64 = 10.0;

/// What a client is told of an article.
pub(super) type Answer = Result<Record, Failure>;

/// Where a request's articles wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    Short,
    Long,
}

/// An article that waits, and who waits for it.
pub(super) struct Job {
    pub(super) article: Article,
    pub(super) answer: oneshot::Sender<Answer>,
}

impl Job {
    pub(super) fn bytes(&self) -> usize {
        self.article.text().len()
    }
}

/// What waits and how fast it goes.
pub(super) struct State {
    /// The short line, then the long one.
    pub(super) waiting: [VecDeque<Job>; 2],
    /// How many more bytes the short line had than the long one, since somebody stands in both.
    ahead: isize,
    /// Bytes of text of the short requests that are not answered.
    pub(super) short: usize,
    /// Bytes of text of the others that wait or are worked on.
    pub(super) long: usize,
    workers: f64,
    /// What one worker lately read in how many seconds, both with exponentially falling weights. It begins as if a slow
    /// machine had been measured for a second.
    read: f64,
    took: f64,
    pub(super) closed: bool,
}

impl State {
    pub(super) fn new(workers: usize) -> Self {
        let waiting = Default::default();
        let (read, took) = (f64::from(16 << 10), 1.0);
        Self { waiting, ahead: 0, short: 0, long: 0, workers: workers as f64, read, took, closed: false }
    }

    /// How long all workers take for so much text.
    pub(super) fn seconds(&self, bytes: usize) -> f64 {
        bytes as f64 / (self.workers * self.read / self.took)
    }

    /// Measures a worker; answers whether nothing more waits.
    pub(super) fn worked(&mut self, bytes: usize, took: Duration) -> bool {
        let took = took.as_secs_f64();
        let keep = (-took / MEMORY).exp();
        self.read = self.read * keep + bytes as f64;
        self.took = self.took * keep + took;
        self.waiting.iter().all(VecDeque::is_empty)
    }

    pub(super) fn admit(&mut self, bytes: usize, max_wait: f64) -> Result<Lane, Failure> {
        if self.seconds(bytes) > max_wait {
            return Ok(Lane::Long);
        }
        let short = self.short + bytes;
        // The long line has every other turn.
        let over = self.seconds(short + short.min(self.long)) - max_wait;
        // Who is alone in the short line has nobody to wait for.
        if self.short > 0 && over > 0.0 {
            return Err(Failure::busy("too many wait already", over));
        }
        self.short = short;
        Ok(Lane::Short)
    }

    /// What a worker does next, from both lines in turn.
    pub(super) fn batch(&mut self) -> Vec<Job> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while bytes < pipeline::UNIT {
            let Some(job) = self.next() else { break };
            // Nobody waits for what a client that went away has asked for.
            if !job.answer.is_closed() {
                bytes += job.bytes();
                batch.push(job);
            }
        }
        batch
    }

    fn next(&mut self) -> Option<Job> {
        let [short, long] = &mut self.waiting;
        if short.is_empty() || long.is_empty() {
            self.ahead = 0;
            return short.pop_front().or_else(|| long.pop_front());
        }
        let (line, sign) = if self.ahead <= 0 { (short, 1) } else { (long, -1) };
        let job = line.pop_front()?;
        self.ahead += sign * job.bytes() as isize;
        Some(job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;
    use serde_json::{Map, json};

    const WAIT: f64 = 1.0;

    /// Two workers, each of which reads `speed` bytes a second.
    fn state(speed: usize) -> State {
        let mut state = State::new(2);
        (0..100).for_each(|_| assert!(state.worked(speed, Duration::from_secs(1)), "nothing waits"));
        state
    }

    fn retry_after(refused: Result<Lane, Failure>) -> String {
        refused.unwrap_err().json()["error"]["message"].as_str().unwrap().to_owned()
    }

    #[test]
    fn who_would_have_to_wait_too_long_is_told_when_to_come_again() {
        let mut state = state(1000);
        assert!((state.seconds(2000) - 1.0).abs() < 0.01);
        let let_in = (0..100).take_while(|_| state.admit(100, WAIT).is_ok()).count();
        assert_eq!(let_in, 20);
        assert!(retry_after(state.admit(1500, WAIT)).ends_with("after 1 s"));
        state.short += 5000;
        assert!(retry_after(state.admit(100, WAIT)).ends_with("after 3 s"));
        // A measurement of another kind is believed in the end.
        (0..100).for_each(|_| assert!(state.worked(10_000, Duration::from_secs(1)), "nothing waits"));
        assert_eq!(state.admit(100, WAIT).unwrap(), Lane::Short);
    }

    #[test]
    fn who_takes_long_or_is_alone_is_let_in() {
        let mut state = state(1000);
        state.short = 2000;
        assert_eq!(state.admit(2100, WAIT).unwrap(), Lane::Long);
        assert_eq!(state.short, 2000);
        // The long line has every other turn, so that half as many short ones fit.
        (state.short, state.long) = (0, 50_000);
        let let_in = (0..100).take_while(|_| state.admit(100, WAIT).is_ok()).count();
        assert_eq!(let_in, 10);
        state.short = 0;
        assert_eq!(state.admit(1900, WAIT).unwrap(), Lane::Short);
    }

    #[test]
    fn both_lines_get_the_same_as_long_as_both_wait() {
        let mut state = State::new(1);
        let mut answers = Vec::new();
        for (line, length, count) in [(Lane::Long, 2000, 20), (Lane::Short, 500, 20)] {
            for _ in 0..count {
                let (job, answered) = job(length);
                state.waiting[line as usize].push_back(job);
                answers.push(answered);
            }
        }
        let taken: Vec<usize> = (0..5).flat_map(|_| state.batch()).map(|job| job.bytes()).collect();
        let of = |length: usize| taken.iter().filter(|&&bytes| bytes == length).sum::<usize>();
        assert!(of(500).abs_diff(of(2000)) <= 2000, "{taken:?}");
        // Clients that went away are passed over.
        answers.clear();
        assert!(state.batch().is_empty());
    }

    /// A job of so many bytes.
    fn job(length: usize) -> (Job, oneshot::Receiver<Answer>) {
        let text = Map::from_iter([("text".to_owned(), json!("x".repeat(length)))]);
        let (answer, answered) = oneshot::channel();
        let article = crate::ingest::from_object(text, None, Place::file("test"), "a".to_owned());
        let Ok(article) = article else { panic!("an article was refused") };
        (Job { article, answer }, answered)
    }

    #[test]
    fn who_has_had_less_comes_next() {
        let mut state = State::new(1);
        let mut answers = Vec::new();
        for (line, length) in [(Lane::Short, 500), (Lane::Long, 2000)].into_iter().flat_map(|of| [of; 5]) {
            let (job, answered) = job(length);
            state.waiting[line as usize].push_back(job);
            answers.push(answered);
        }
        let taken: Vec<usize> = (0..7).filter_map(|_| state.next()).map(|job| job.bytes()).collect();
        assert_eq!(taken, [500, 2000, 500, 500, 500, 500, 2000]);
    }

    #[test]
    fn a_batch_is_what_a_worker_takes_at_once() {
        let mut state = State::new(1);
        let (jobs, _answers): (Vec<_>, Vec<_>) = (0..5).map(|_| job(pipeline::UNIT / 2)).unzip();
        state.waiting[0].extend(jobs);
        assert_eq!([(); 3].map(|()| state.batch().len()), [2, 2, 1]);
    }

    #[test]
    fn what_takes_just_as_long_as_it_may_is_let_in() {
        let begun = || State::new(1);
        let second = 16 << 10;
        assert_eq!(begun().admit(second, 1.0).unwrap(), Lane::Short);
        let mut state = begun();
        let halves = [(); 3].map(|()| state.admit(second / 2, 1.0).is_ok());
        assert_eq!(halves, [true, true, false]);
    }

    #[test]
    fn what_was_measured_ten_seconds_ago_counts_for_a_third() {
        let mut state = State::new(1);
        state.worked(1000, Duration::from_secs(10));
        let kept = (-1.0f64).exp();
        let speed = (kept * f64::from(16 << 10) + 1000.0) / (kept + 10.0);
        assert!((state.seconds(1000) - 1000.0 / speed).abs() < 1e-9);
    }
}
