//! A bar on standard error for what takes longer than two seconds.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sayso::{Error, Record, Reject, records};

use super::records_file;

/// What is over sooner needs no bar.
const AFTER: Duration = Duration::from_secs(2);

const STEPS: u64 = 1000;

/// A bar; on a terminal alone, as indicatif sees to.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    start: Instant,
    is_shown: bool,
}

impl Progress {
    pub(crate) fn new(what: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(STEPS), ProgressDrawTarget::hidden());
        let style =
            ProgressStyle::with_template("{bar:30.cyan/dim} {percent:>3}%  {msg}").expect("the template is right");
        bar.set_style(style.progress_chars("━╸─"));
        bar.set_message(what);
        Self { bar, start: Instant::now(), is_shown: false }
    }

    /// So much is done, from 0 to 1.
    pub(crate) fn set(&mut self, share: f64) {
        if !self.is_shown && self.start.elapsed() > AFTER {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.is_shown = true;
        }
        self.bar.set_position((share * STEPS as f64) as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// The records of a file, with a bar.
pub(crate) fn read(path: &Path) -> Result<impl Iterator<Item = Result<Record, Reject>> + use<>> {
    let failed = |source| Error::Input { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let all = file.metadata().map_err(failed)?.len();
    let watched = Watched { file, all, done: 0, progress: Progress::new("reading records") };
    Ok(records::read_from(BufReader::with_capacity(1 << 16, watched), path.display().to_string()))
}

/// Does something with each record that `named` holds; answers with those that are none.
pub(crate) fn each(named: &Path, mut with: impl FnMut(Record)) -> Result<Vec<Reject>> {
    let records = read(&records_file(named))?;
    Ok(records.filter_map(|record| record.map(&mut with).err()).collect())
}

struct Watched {
    file: File,
    /// 0 for a pipe.
    all: u64,
    done: u64,
    progress: Progress,
}

impl Read for Watched {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(bytes)?;
        self.done += read as u64;
        if self.all > 0 {
            self.progress.set(self.done as f64 / self.all as f64);
        }
        Ok(read)
    }
}
