//! What a person sees of a run, always on standard error: a bar on a terminal, a line a minute elsewhere.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressStyle};
use sayso::batch::{Observer, Progress};
use sayso::visible::{counted, visible};

/// How often a run without a terminal says how far it is.
const LINE_EVERY: Duration = Duration::from_secs(60);

/// Warnings that are written out; the rest is counted.
const WARNINGS: u64 = 20;

const STEPS: u64 = 1000;

pub(crate) struct Watch {
    /// `None` without a terminal.
    bar: Option<ProgressBar>,
    last_line: Instant,
    warnings: u64,
    has_begun: bool,
}

impl Watch {
    pub(crate) fn new() -> Self {
        Self { bar: None, last_line: Instant::now(), warnings: 0, has_begun: false }
    }

    fn say(&self, line: &str) {
        let line = visible(line);
        match &self.bar {
            Some(bar) => bar.println(line),
            // Nobody may be listening any more; the run goes on all the same.
            None => drop(writeln!(io::stderr(), "{line}")),
        }
    }
}

impl Observer for Watch {
    fn begin(&mut self, is_measured: bool) {
        if !io::stderr().is_terminal() {
            return;
        }
        let (bar, template) = match is_measured {
            false => (ProgressBar::new_spinner(), "{spinner:.cyan}  {msg}"),
            true => (ProgressBar::new(STEPS), "{bar:30.cyan/dim} {percent:>3}%  {msg}"),
        };
        let style = ProgressStyle::with_template(template).expect("the template is right");
        bar.set_style(style.progress_chars("━╸─"));
        bar.set_message("reading the first articles");
        bar.enable_steady_tick(Duration::from_millis(120));
        self.bar = Some(bar);
    }

    fn warn(&mut self, warning: &str) {
        self.warnings += 1;
        if self.warnings <= WARNINGS {
            self.say(&format!("warning: {warning}"));
        }
    }

    fn advance(&mut self, progress: &Progress) {
        if let Some(before) = progress.before.filter(|_| !self.has_begun) {
            self.has_begun = true;
            if before > 0 {
                self.say(&format!("going on after {} that {} done before", counted(before, "article"), were(before)));
            }
        }
        let message = message(progress);
        if let Some(bar) = &self.bar {
            if let Some(share) = progress.share {
                bar.set_position((share * STEPS as f64) as u64);
            }
            bar.set_message(message);
        } else if self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            let percent = progress.share.map_or(String::new(), |share| format!("{:.0} %, ", 100.0 * share));
            self.say(&format!("{percent}{message}"));
        }
    }

    fn end(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if let Some(more) = self.warnings.checked_sub(WARNINGS).filter(|&more| more > 0) {
            self.say(&format!("warning: {more} more of the same kind"));
        }
    }
}

/// `12 articles, 9,000 words a second, 3 minutes left`
fn message(progress: &Progress) -> String {
    let done = progress.counts.articles + progress.counts.rejected;
    let articles = counted(done, "article");
    let Some(rate) = progress.words_per_second else { return format!("{articles} {} done before", were(done)) };
    let rest = match progress.seconds_left {
        Some(left) => format!("{} left", HumanDuration(Duration::from_secs_f64(left))),
        None => {
            let passed = HumanDuration(Duration::from_secs_f64(progress.seconds));
            format!("{} read in {passed}", HumanBytes(progress.bytes_read))
        }
    };
    format!("{articles}, {} a second, {rest}", counted(rate as u64, "word"))
}

fn were(number: u64) -> &'static str {
    if number == 1 { "was" } else { "were" }
}
