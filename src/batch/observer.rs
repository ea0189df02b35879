//! How far a run is, for whoever watches it.

use std::time::Instant;

use super::counts::Counts;

/// Who watches a run. What is not of interest need not be written; `()` takes no interest at all.
pub trait Observer {
    /// It begins. `is_measured` says whether its [share](Progress::share) will be known.
    fn begin(&mut self, _is_measured: bool) {}

    /// What a person should know about an article that has a record all the same.
    fn warn(&mut self, _warning: &str) {}

    /// Lines were written, or known ones were passed.
    fn advance(&mut self, _progress: &Progress) {}

    /// It has ended, in whatever way.
    fn end(&mut self) {}
}

impl Observer for () {}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Progress {
    /// What has come out, of earlier processes too.
    pub counts: Counts,
    /// Bytes of input read so far.
    pub bytes_read: u64,
    /// Seconds since this process began.
    pub seconds: f64,
    /// The share of the input that is done, from 0 to 1, where that can be told.
    pub share: Option<f64>,
    /// Seconds to the end at the rate of this process, where that can be told.
    pub seconds_left: Option<f64>,
    /// Of this process; `None` while it has added nothing.
    pub words_per_second: Option<f64>,
    /// Articles that were done when this process began to add; `None` while it has not.
    pub before: Option<u64>,
}

/// How much there is to read.
#[derive(Clone, Copy)]
pub(super) enum Extent {
    Bytes(u64),
    /// As the user expects.
    Articles(u64),
    Unknown,
}

/// Measures a run as it goes on.
pub(super) struct Meter {
    start: Instant,
    /// How much there is, as far as that is known.
    extent: Extent,
    /// Where the work of this process began: before it lies what was done earlier.
    base: Option<Point>,
    now: Point,
}

#[derive(Clone, Copy)]
struct Point {
    at: Instant,
    counts: Counts,
    /// From 0 to 1, where that can be told.
    share: Option<f64>,
}

impl Meter {
    pub(super) fn new(extent: Extent) -> Self {
        let start = Instant::now();
        let now = Point { at: start, counts: Counts::default(), share: None };
        Self { start, extent, base: None, now }
    }

    pub(super) fn is_measured(&self) -> bool {
        !matches!(self.extent, Extent::Unknown)
    }

    /// Seconds since the start.
    pub(super) fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }

    /// The share of the input that is done, from 0 to 1, where that can be told.
    pub(super) fn share(&self) -> Option<f64> {
        self.now.share
    }

    /// Seconds to the end at the rate of this process, where that can be told.
    pub(super) fn seconds_left(&self) -> Option<f64> {
        let base = self.base?;
        let (done, now) = (self.now.share? - base.share.unwrap_or(0.0), self.now.share?);
        let seconds = (self.now.at - base.at).as_secs_f64();
        (done > 0.0).then(|| seconds / done * (1.0 - now))
    }

    /// Notes where the run is, after `position` articles of the input. `fresh` says that this process has added to it.
    pub(super) fn update(&mut self, counts: Counts, bytes_read: u64, position: u64, fresh: bool) -> Progress {
        let share = match self.extent {
            Extent::Bytes(all) => Some(bytes_read as f64 / all.max(1) as f64),
            Extent::Articles(all) => Some(position as f64 / all.max(1) as f64),
            Extent::Unknown => None,
        };
        let before = self.now;
        self.now = Point { at: Instant::now(), counts, share: share.map(|share| share.min(1.0)) };
        if fresh && self.base.is_none() {
            self.base = Some(before);
        }
        let rate = |base: Point| {
            let seconds = (self.now.at - base.at).as_secs_f64().max(1e-3);
            (counts.words - base.counts.words) as f64 / seconds
        };
        Progress {
            counts,
            bytes_read,
            seconds: self.seconds(),
            share: self.share(),
            seconds_left: self.seconds_left(),
            words_per_second: self.base.map(rate),
            before: self.base.map(|base| base.counts.lines()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_by_what_this_process_did() {
        let counts = |words| Counts { words, ..Counts::default() };
        let mut meter = Meter::new(Extent::Articles(8));
        // What an earlier process did says nothing of the rate.
        let known = meter.update(counts(100), 0, 2, false);
        assert_eq!((known.share, known.seconds_left, known.words_per_second), (Some(0.25), None, None));
        std::thread::sleep(std::time::Duration::from_millis(2));
        let half = meter.update(counts(300), 0, 4, true);
        let (left, rate) = (half.seconds_left.unwrap(), half.words_per_second.unwrap());
        // A quarter took as long as two that are left take half of; of the words 200 were its own.
        assert!(left > 0.0 && (rate * left - 400.0).abs() < 1.0, "{left} s at {rate} words a second");
        assert!(meter.seconds() >= 0.002 && meter.seconds() != 1.0);
        assert_eq!(Meter::new(Extent::Unknown).update(counts(1), 1, 1, true).share, None);
    }

    #[test]
    fn what_cannot_be_told_is_not_said() {
        assert!(!Meter::new(Extent::Unknown).is_measured() && Meter::new(Extent::Bytes(1)).is_measured());
        let mut meter = Meter::new(Extent::Bytes(400));
        assert_eq!(meter.update(Counts::default(), 100, 1, false).share, Some(0.25));
        let none_more = meter.update(Counts::default(), 100, 1, true);
        assert_eq!((none_more.share, none_more.seconds_left), (Some(0.25), None));
    }
}
