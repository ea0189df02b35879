//! The input side of a run: articles are read ahead, and what is to be done about each is settled.

use std::any::Any;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::counts::Counts;
use super::done::Done;
use super::firsts::{Dedupe, Firsts};
use super::shard::Shard;
use crate::article::Article;
use crate::error::{Error, Reject};
use crate::ingest::{Ingest, Reading};
use crate::stream::said;

/// What is to be done about an article.
pub(super) enum Task {
    Tag(Article),
    /// It is a copy of an earlier one, with this id.
    Point(Article, String),
    Reject(Reject),
    /// It came to this before.
    Done(Counts),
    /// It is another shard's.
    Leave,
}

impl Task {
    /// About how much work it is, in bytes of text; what is none is not for nothing either.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Tag(article) | Self::Point(article, _) => article.text().len(),
            Self::Reject(_) | Self::Done(_) | Self::Leave => 1,
        }
    }
}

/// An article of the input, or its end.
pub(super) struct Step {
    /// The article's number in the input, from 1; at the end that of the last one.
    pub(super) position: u64,
    /// Bytes of input read so far.
    pub(super) bytes_read: u64,
    /// What a person should know about it, if it is to do.
    pub(super) warnings: Vec<String>,
    /// At the end, why it is there: there is no more, or this.
    pub(super) task: Result<Task, Option<Error>>,
}

/// Steps to the end of the input.
pub(super) struct Feed {
    ingest: Ingest,
    position: u64,
    shard: Shard,
    done: Done,
    /// `None` if duplicates are not looked for.
    firsts: Option<Firsts>,
    over: bool,
}

impl Feed {
    pub(super) fn new(ingest: Ingest, done: Done, shard: Shard, dedupe: Option<Dedupe>) -> Self {
        Self { ingest, position: 0, shard, done, firsts: dedupe.map(Firsts::new), over: false }
    }

    /// Why the reader failed.
    fn broken(&self, panic: &(dyn Any + Send)) -> Error {
        let reason = format!("article {} of the input cannot be read ({})", self.position + 1, said(panic));
        Error::Defect { place: self.ingest.place(), reason }
    }

    /// The next article's task, and the warnings about it; `None` at the end.
    fn task(&mut self) -> Result<Option<(Task, Vec<String>)>, Error> {
        let Some(mut reading) = self.ingest.next() else {
            self.done.end(self.position)?;
            return self.unmoved().map(|()| None);
        };
        self.position += 1;
        let first = self.first(&reading);
        if !self.shard.holds(self.position) {
            return Ok(Some((Task::Leave, Vec::new())));
        }
        let warnings = reading.as_mut().map_or_else(|_| Vec::new(), |article| mem::take(&mut article.warnings));
        if let Some(mut counts) = self.done.take(self.position, &reading)? {
            counts.warnings = warnings.len() as u64;
            return Ok(Some((Task::Done(counts), Vec::new())));
        }
        let place = reading.as_ref().map_or_else(|reject| reject.place.clone(), |article| article.place.clone());
        let warnings = warnings.into_iter().map(|warning| format!("{place}: {warning}")).collect();
        let task = match (reading, first) {
            (Ok(article), Some(first)) => Task::Point(article, first),
            (Ok(article), None) => Task::Tag(article),
            (Err(reject), _) => Task::Reject(reject),
        };
        Ok(Some((task, warnings)))
    }

    /// Checks that each file was read as long as it was found: what was cut or grew on the way is half an input.
    fn unmoved(&self) -> Result<(), Error> {
        let moved = self.ingest.found().iter().find_map(|found| {
            let (path, then, now) = (found.path()?.to_owned(), found.bytes?, found.moved()?);
            Some(Error::InputMoved { path, then, now })
        });
        moved.map_or(Ok(()), Err)
    }

    /// The id of the earlier article of which this is a copy.
    fn first(&mut self, reading: &Reading) -> Option<String> {
        let (firsts, article) = (self.firsts.as_mut()?, reading.as_ref().ok()?);
        firsts.of(&article.id, article.text()).map(str::to_owned)
    }
}

impl Iterator for Feed {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        if self.over {
            return None;
        }
        let read = catch_unwind(AssertUnwindSafe(|| self.task())).unwrap_or_else(|panic| Err(self.broken(&*panic)));
        let (task, warnings) = match read {
            Ok(Some((task, warnings))) => (Ok(task), warnings),
            Ok(None) => (Err(None), Vec::new()),
            Err(error) => (Err(Some(error)), Vec::new()),
        };
        self.over = task.is_err();
        Some(Step { position: self.position, bytes_read: self.ingest.bytes_read(), warnings, task })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;

    #[test]
    fn a_reader_that_fails_ends_the_input_with_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let done = || {
            std::fs::write(dir.path().join("records.jsonl"), "").unwrap();
            Done::open(dir.path()).unwrap()
        };
        let steps = |fails: bool| {
            let articles = (0..3).map(move |n| {
                assert!(!fails || n < 2, "no third one");
                Ok(Article::new(format!("a{n}"), Place::line("in.jsonl", n + 1), "It sank."))
            });
            Feed::new(Ingest::of(articles), done(), Shard::WHOLE, None).collect::<Vec<_>>()
        };
        let mut whole = steps(false);
        assert!(matches!(whole.pop(), Some(Step { position: 3, task: Err(None), .. })));
        assert_eq!(whole.iter().filter(|step| matches!(step.task, Ok(Task::Tag(_)))).count(), 3);

        let mut broken = steps(true);
        let Some(Step { task: Err(Some(failure)), .. }) = broken.pop() else { panic!("it does not fail") };
        let failure = failure.to_string();
        assert!(failure.contains("article 3 of the input") && failure.contains("no third one"), "{failure}");
        assert_eq!(broken.len(), 2);
    }
}
