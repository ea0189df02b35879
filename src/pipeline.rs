//! The stages, in order: `Article → Document → TaggedDocument → Extraction → Record`.
//!
//! ```
//! use sayso::{Article, Dtype, Model, Place, Tagger, pipeline};
//!
//! let tagger = Tagger::new(Model::load("models/news-en".as_ref(), Dtype::Auto)?);
//! let article = Article::new("a1", Place::file("a1"), "The ferry is late, Ana Ruiz said.");
//! let record = pipeline::run(&tagger, vec![article], pipeline::Options::default()).remove(0)?;
//! assert_eq!(record.claims[0].content[0].text, "The ferry is late");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::task::Poll;
use std::time::Duration;

use rayon::ThreadPool;
use rayon::prelude::*;

use crate::article::Article;
use crate::document::Document;
use crate::error::{Error, Reject, Stopped};
use crate::extract::Extraction;
use crate::ingest::Reading;
use crate::record::Record;
use crate::stream::{AHEAD, Grouped, Ordered, said};
use crate::tagger::{Guide, Tagger};

/// Bytes of text that a worker takes through them at once: enough for the encoder, and done soon.
pub(crate) const UNIT: usize = 3 << 10;

/// What a user may choose about the stages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Claims of less confidence are left out; 0 keeps all. Of the claims of dev that are below the
    /// default none was right.
    pub min_confidence: f32,
    /// What counts as a claim.
    pub guide: Guide,
}

impl Default for Options {
    fn default() -> Self {
        Self { min_confidence: 0.2, guide: Guide::default() }
    }
}

/// What comes of an article.
pub type Outcome = Result<Record, Reject>;

/// Takes articles through all stages, in parallel on the current rayon pool; answers in their order.
pub fn run(tagger: &Tagger, articles: Vec<Article>, options: Options) -> Vec<Outcome> {
    run_until(tagger, articles, options, &AtomicBool::new(false)).unwrap_or_default()
}

/// The same, until `stop` is set.
fn run_until(
    tagger: &Tagger,
    articles: Vec<Article>,
    options: Options,
    stop: &AtomicBool,
) -> Result<Vec<Outcome>, Stopped> {
    let documents = articles.into_par_iter().map(Document::new).collect();
    let tagged = tagger.tag(documents, options.guide, stop)?;
    let model = tagger.model();
    let extract = |tagged| Extraction::new(&tagged, model, options.min_confidence);
    let extracted = tagged.into_par_iter().map(|tagged| tagged.map(extract));
    Ok(extracted.map(|extraction| extraction.map(|e| Record::new(&e, model.name()))).collect())
}

/// What a panic in the stages said: a defect of sayso, that costs its article alone.
pub(crate) type Defect = String;

/// As [`run`], until `stop` is set, and whatever an article does: what panics together is read one by one.
pub(crate) fn run_each(
    tagger: &Tagger,
    articles: Vec<Article>,
    options: Options,
    stop: &AtomicBool,
) -> Result<Vec<Result<Outcome, Defect>>, Stopped> {
    each(articles, |articles| run_until(tagger, articles, options, stop))
}

fn each<T>(
    articles: Vec<Article>,
    read: impl Fn(Vec<Article>) -> Result<Vec<T>, Stopped>,
) -> Result<Vec<Result<T, Defect>>, Stopped> {
    let attempt = |articles| catch_unwind(AssertUnwindSafe(|| read(articles)));
    if let Ok(all) = attempt(articles.clone()) {
        return Ok(all?.into_iter().map(Ok).collect());
    }
    let alone = |article| match attempt(vec![article]) {
        Ok(one) => Ok(one?.pop().ok_or_else(|| "nothing came of it".to_owned())),
        Err(panic) => Ok(Err(said(&*panic))),
    };
    articles.into_iter().map(alone).collect()
}

/// What comes of articles that are read on the way, in their order. Workers are ahead of what was taken by a few dozen
/// kilobytes of text each; once it is dropped, they stop.
#[derive(Debug)]
pub struct Records {
    units: Ordered<Result<Vec<Outcome>, Stopped>>,
    ready: std::vec::IntoIter<Outcome>,
    stop: Arc<AtomicBool>,
}

/// Bytes of text, as [`Records`] counts them.
pub fn size(reading: &Reading) -> usize {
    reading.as_ref().map_or(0, |article| article.text().len()).max(1)
}

/// How many of them [`Records`] of so many workers have in hand at most, long articles aside.
pub fn ahead(threads: usize) -> usize {
    AHEAD * threads * UNIT
}

/// `threads` workers.
///
/// # Errors
/// If the system has no room for them.
pub fn workers(threads: usize) -> Result<Arc<ThreadPool>, Error> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map(Arc::new).map_err(|source| Error::Threads { threads, source })
}

/// Takes what comes of an input through all stages, on [`workers`]; rejects among it come out where they came in.
///
/// A panic in a stage, which is a defect, goes on where its article's record is asked for.
pub fn stream(
    workers: &Arc<ThreadPool>,
    tagger: &Tagger,
    readings: impl Iterator<Item = Reading> + Send + 'static,
    options: Options,
) -> Records {
    let stop = Arc::new(AtomicBool::new(false));
    let (tagger, stopped) = (tagger.clone(), Arc::clone(&stop));
    let units = Ordered::new(Arc::clone(workers), Grouped::new(readings, UNIT, size), move |unit| {
        let mut articles = Vec::new();
        let rest: Vec<Option<Reject>> =
            unit.into_iter().map(|reading: Reading| reading.map(|article| articles.push(article)).err()).collect();
        let mut read = run_until(&tagger, articles, options, &stopped)?.into_iter();
        Ok(rest.into_iter().filter_map(|reject| reject.map(Err).or_else(|| read.next())).collect())
    });
    Records { units, ready: Vec::new().into_iter(), stop }
}

impl Records {
    /// The next one, if it comes within some time; `None` after the last.
    pub fn next_within(&mut self, wait: Duration) -> Poll<Option<Outcome>> {
        loop {
            if let Some(next) = self.ready.next() {
                return Poll::Ready(Some(next));
            }
            match self.units.next_within(wait) {
                Ok(Ok(unit)) => self.ready = unit.into_iter(),
                Err(RecvTimeoutError::Timeout) => return Poll::Pending,
                // What is stopped is dropped, and asks for no more.
                Ok(Err(Stopped)) | Err(RecvTimeoutError::Disconnected) => return Poll::Ready(None),
            }
        }
    }
}

impl Iterator for Records {
    type Item = Outcome;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Poll::Ready(next) = self.next_within(Duration::from_secs(1)) {
                return next;
            }
        }
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;

    #[test]
    fn a_defect_costs_its_article_alone() {
        let article = |n: u64| Article::new(format!("a{n}"), Place::line("in.jsonl", n), "It sank.");
        let read = |fails: fn(&[Article]) -> bool| {
            let of = |articles: Vec<Article>| {
                assert!(!fails(&articles), "too deep");
                Ok(articles.into_iter().map(|article| article.id).collect())
            };
            each((1..=3).map(article).collect(), of).unwrap()
        };
        let fine = |id: &str| Ok(id.to_owned());
        assert_eq!(read(|_| false), ["a1", "a2", "a3"].map(fine));
        let alone = read(|articles| articles.iter().any(|article| article.id == "a2"));
        assert_eq!(alone, [fine("a1"), Err("too deep".to_owned()), fine("a3")]);
        assert_eq!(read(|articles| articles.len() > 1), ["a1", "a2", "a3"].map(fine));
        assert_eq!(each(vec![article(1)], |_| Err::<Vec<()>, _>(Stopped)), Err(Stopped));
    }
}
