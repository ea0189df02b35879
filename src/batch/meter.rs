//! What a person sees of a run, always on standard error.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanCount, HumanDuration, ProgressBar, ProgressStyle};

use super::Counts;
use crate::visible::visible;

/// How often a run without a terminal says how far it is.
const LINE_EVERY: Duration = Duration::from_secs(60);

/// Warnings that a run writes out; the rest is counted.
const WARNINGS: u64 = 20;

/// How a run shows its progress, always on standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// A bar on a terminal, a line a minute elsewhere.
    #[default]
    Shown,
    /// Nothing.
    Quiet,
}

/// How many of something, in words: `1 article`, `2,000 articles`.
pub fn counted(number: u64, one: &str) -> String {
    format!("{} {one}{}", HumanCount(number), if number == 1 { "" } else { "s" })
}

pub(super) struct Meter {
    start: Instant,
    last_line: Instant,
    /// How much there is, as far as that is known.
    extent: Extent,
    /// Where the work of this process began: before it lies what was done earlier.
    base: Option<Point>,
    now: Point,
    warnings: u64,
    show: Show,
}

/// How much there is to read.
#[derive(Clone, Copy)]
pub(super) enum Extent {
    Bytes(u64),
    /// As the user expects.
    Articles(u64),
    Unknown,
}

#[derive(Clone, Copy)]
struct Point {
    at: Instant,
    articles: u64,
    words: u64,
    /// From 0 to 1, where that can be told.
    share: Option<f64>,
}

enum Show {
    Bar(ProgressBar),
    Lines,
    Nothing,
}

impl Meter {
    const STEPS: u64 = 1000;

    pub(super) fn new(progress: Progress, extent: Extent) -> Self {
        let show = match progress {
            Progress::Quiet => Show::Nothing,
            Progress::Shown if !io::stderr().is_terminal() => Show::Lines,
            Progress::Shown => {
                let (bar, template) = match extent {
                    Extent::Unknown => (ProgressBar::new_spinner(), "{spinner:.cyan}  {msg}"),
                    _ => (ProgressBar::new(Self::STEPS), "{bar:30.cyan/dim} {percent:>3}%  {msg}"),
                };
                let style = ProgressStyle::with_template(template).expect("the template is right");
                bar.set_style(style.progress_chars("━╸─"));
                bar.set_message("reading the first articles");
                bar.enable_steady_tick(Duration::from_millis(120));
                Show::Bar(bar)
            }
        };
        let start = Instant::now();
        let now = Point { at: start, articles: 0, words: 0, share: None };
        Self { start, last_line: start, extent, base: None, now, warnings: 0, show }
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
    pub(super) fn update(&mut self, counts: &Counts, bytes_read: u64, position: u64, fresh: bool) {
        let share = match self.extent {
            Extent::Bytes(all) => Some(bytes_read as f64 / all.max(1) as f64),
            Extent::Articles(all) => Some(position as f64 / all.max(1) as f64),
            Extent::Unknown => None,
        };
        let before = self.now;
        let (articles, words) = (counts.articles + counts.rejected, counts.words);
        self.now = Point { at: Instant::now(), articles, words, share: share.map(|share| share.min(1.0)) };
        if fresh && self.base.is_none() {
            self.base = Some(before);
            if before.articles > 0 {
                let done = counted(before.articles, "article");
                self.say(&format!("going on after {done} that {} done before", were(before.articles)));
            }
        }
        let message = self.message(bytes_read);
        match &self.show {
            Show::Bar(bar) => {
                if let Some(share) = self.now.share {
                    bar.set_position((share * Self::STEPS as f64) as u64);
                }
                bar.set_message(message);
            }
            Show::Lines if self.last_line.elapsed() >= LINE_EVERY => {
                self.last_line = Instant::now();
                let percent = self.now.share.map_or(String::new(), |share| format!("{:.0} %, ", 100.0 * share));
                self.say(&format!("{percent}{message}"));
            }
            Show::Lines | Show::Nothing => {}
        }
    }

    fn message(&self, bytes_read: u64) -> String {
        let articles = counted(self.now.articles, "article");
        let Some(base) = self.base else { return format!("{articles} {} done before", were(self.now.articles)) };
        let seconds = (self.now.at - base.at).as_secs_f64().max(1e-3);
        let rate = counted(((self.now.words - base.words) as f64 / seconds) as u64, "word");
        let rest = match self.seconds_left() {
            Some(left) => format!("{} left", HumanDuration(Duration::from_secs_f64(left))),
            None => format!("{} read in {}", HumanBytes(bytes_read), HumanDuration(self.start.elapsed())),
        };
        format!("{articles}, {rate} a second, {rest}")
    }

    pub(super) fn warn(&mut self, warnings: &[String]) {
        for warning in warnings {
            self.warnings += 1;
            if self.warnings <= WARNINGS {
                self.say(&format!("warning: {warning}"));
            }
        }
    }

    pub(super) fn finish(&self) {
        if let Show::Bar(bar) = &self.show {
            bar.finish_and_clear();
        }
        if let Some(more) = self.warnings.checked_sub(WARNINGS).filter(|&more| more > 0) {
            self.say(&format!("warning: {more} more of the same kind"));
        }
    }

    fn say(&self, line: &str) {
        let line = visible(line);
        match &self.show {
            Show::Bar(bar) => bar.println(line),
            // Nobody may be listening any more; the run goes on all the same.
            Show::Lines => drop(writeln!(io::stderr(), "{line}")),
            Show::Nothing => {}
        }
    }
}

fn were(number: u64) -> &'static str {
    if number == 1 { "was" } else { "were" }
}
