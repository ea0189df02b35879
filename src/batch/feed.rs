//! The input side of a run: articles are read ahead, and what is to be done about each is settled.

use std::any::Any;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use super::done::Done;
use super::{Counts, Shard};
use crate::article::Article;
use crate::error::{Error, Reject};
use crate::ingest::{Ingest, Reading};
use crate::pipeline::CHUNK;

/// Articles that are read at once, however short they are or however many are done already.
const READINGS: usize = 4096;

/// What is to be done about an article.
pub(super) enum Task {
    Tag(Article),
    /// Its text is that of an earlier one, with this id.
    Point(Article, String),
    Reject(Reject),
}

/// Some articles in a row.
#[derive(Default)]
pub(super) struct Chunk {
    /// What is still to do, with the article's number in the input.
    pub(super) tasks: Vec<(u64, Task)>,
    /// What was done before.
    pub(super) done: Counts,
    /// What a person should know about those that are to do.
    pub(super) warnings: Vec<String>,
    /// Bytes of input read so far.
    pub(super) bytes_read: u64,
    /// Articles read so far, those of other shards included.
    pub(super) position: u64,
    /// Why the input ended, if it ended early.
    pub(super) failure: Option<Error>,
    /// Nothing comes after it.
    pub(super) over: bool,
}

/// What a panic said.
pub(super) fn said(panic: &(dyn Any + Send)) -> String {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or(panic.downcast_ref::<&str>().copied()).unwrap_or("it gives no reason").to_owned()
}

pub(super) struct Feed {
    ingest: Ingest,
    position: u64,
    shard: Shard,
    done: Done,
    /// The id of the first article with each text, by its hash; `None` if duplicates are not looked for.
    firsts: Option<HashMap<[u8; 16], String>>,
}

impl Feed {
    pub(super) fn new(ingest: Ingest, done: Done, shard: Shard, dedupe: bool) -> Self {
        Self { ingest, position: 0, shard, done, firsts: dedupe.then(HashMap::new) }
    }

    /// Reads one chunk ahead in a thread of its own. It is not waited for: it may hang in a pipe that brings nothing,
    /// and it ends with its receiver.
    pub(super) fn start(mut self) -> Receiver<Chunk> {
        let (sender, chunks) = mpsc::sync_channel(1);
        thread::spawn(move || {
            loop {
                let chunk =
                    catch_unwind(AssertUnwindSafe(|| self.chunk())).unwrap_or_else(|panic| self.broken(&*panic));
                let over = chunk.over;
                if sender.send(chunk).is_err() || over {
                    break;
                }
            }
        });
        chunks
    }

    /// What is left of a chunk whose reader failed.
    fn broken(&self, panic: &(dyn Any + Send)) -> Chunk {
        let (place, reason) = (self.ingest.place(), said(panic));
        let reason = format!("article {} of the input cannot be read ({reason})", self.position + 1);
        let failure = Some(Error::Defect { place, reason });
        Chunk { failure, over: true, position: self.position, ..Chunk::default() }
    }

    fn chunk(&mut self) -> Chunk {
        let mut chunk = Chunk::default();
        let (mut bytes, mut readings) = (0, 0);
        while bytes < CHUNK && readings < READINGS && !chunk.over {
            let before = chunk.tasks.len();
            if let Err(error) = self.next(&mut chunk) {
                chunk.failure = Some(error);
                chunk.over = true;
            }
            readings += 1;
            if let Some((_, Task::Tag(article) | Task::Point(article, _))) = chunk.tasks.get(before) {
                bytes += article.text().len();
            }
        }
        chunk.bytes_read = self.ingest.bytes_read();
        chunk.position = self.position;
        chunk
    }

    fn next(&mut self, chunk: &mut Chunk) -> Result<(), Error> {
        let Some(mut reading) = self.ingest.next() else {
            chunk.over = true;
            self.done.end(self.position)?;
            return self.unmoved();
        };
        self.position += 1;
        let first = self.first(&reading);
        if !self.shard.holds(self.position) {
            return Ok(());
        }
        let warnings = reading.as_mut().map_or_else(|_| Vec::new(), |article| mem::take(&mut article.warnings));
        if let Some(mut counts) = self.done.take(self.position, &reading)? {
            counts.warnings = warnings.len() as u64;
            chunk.done += counts;
            return Ok(());
        }
        if let Ok(article) = &reading {
            chunk.warnings.extend(warnings.iter().map(|warning| format!("{}: {warning}", article.place)));
        }
        let task = match (reading, first) {
            (Ok(article), Some(first)) => Task::Point(article, first),
            (Ok(article), None) => Task::Tag(article),
            (Err(reject), _) => Task::Reject(reject),
        };
        chunk.tasks.push((self.position, task));
        Ok(())
    }

    /// Checks that each file was read as long as it was found: what was cut or grew on the way is half an input.
    fn unmoved(&self) -> Result<(), Error> {
        let moved = self.ingest.found().iter().find_map(|found| {
            let (path, then, now) = (found.path()?.to_owned(), found.bytes?, found.moved()?);
            Some(Error::InputMoved { path, then, now })
        });
        moved.map_or(Ok(()), Err)
    }

    /// The id of the earlier article that has the same text.
    fn first(&mut self, reading: &Reading) -> Option<String> {
        let (firsts, article) = (self.firsts.as_mut()?, reading.as_ref().ok()?);
        let hash = blake3::hash(article.text().as_bytes());
        match firsts.entry(*hash.as_bytes().first_chunk().expect("a hash has 32 bytes")) {
            Entry::Occupied(first) => Some(first.get().clone()),
            Entry::Vacant(free) => {
                free.insert(article.id.clone());
                None
            }
        }
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
        let readings = |fails: bool| {
            let articles = (0..3).map(move |n| {
                assert!(!fails || n < 2, "no third one");
                Ok(Article::new(format!("a{n}"), Place::line("in.jsonl", n + 1), "It sank."))
            });
            Feed::new(Ingest::of(articles), done(), Shard::WHOLE, false).start().into_iter().collect::<Vec<_>>()
        };
        let whole = readings(false);
        assert!(whole.iter().all(|chunk| chunk.failure.is_none()) && whole.last().is_some_and(|chunk| chunk.over));
        assert_eq!(whole.iter().map(|chunk| chunk.tasks.len()).sum::<usize>(), 3);

        let broken = readings(true);
        let failure = broken.last().and_then(|chunk| chunk.failure.as_ref()).unwrap().to_string();
        assert!(failure.contains("article 3 of the input") && failure.contains("no third one"), "{failure}");
    }
}
