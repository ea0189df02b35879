//! Work on what comes in one by one, by many workers at a time and without a barrier; what comes out is in order.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rayon::ThreadPool;

/// Items that wait for their turn, a worker: while one takes long, the others go on with as many.
pub(crate) const AHEAD: usize = 8;

/// A result that is still to come.
type Coming<T> = Receiver<thread::Result<T>>;

/// The results of some work on items, in the items' order. While it is held, workers do what comes in, at most [`AHEAD`]
/// items a worker before the first that was not taken; once it is dropped, nothing new is begun.
#[derive(Debug)]
pub(crate) struct Ordered<T> {
    results: Receiver<Coming<T>>,
    /// The one whose turn it is.
    next: Option<Coming<T>>,
}

impl<T: Send + 'static> Ordered<T> {
    /// Does `work` on each of `items` with the workers of `pool`. Items are drawn in a thread of their own. It is not
    /// waited for: it may hang in a pipe that brings nothing, and it ends with what is made here.
    pub(crate) fn new<I: Send + 'static>(
        pool: Arc<ThreadPool>,
        mut items: impl Iterator<Item = I> + Send + 'static,
        work: impl Fn(I) -> T + Send + Sync + 'static,
    ) -> Self {
        let (queue, results) = mpsc::sync_channel(AHEAD * pool.current_num_threads());
        let work = Arc::new(work);
        thread::spawn(move || {
            loop {
                let (done, coming) = mpsc::sync_channel(1);
                let drawn = catch_unwind(AssertUnwindSafe(|| items.next()));
                if matches!(drawn, Ok(None)) || queue.send(coming).is_err() {
                    break;
                }
                match drawn {
                    Ok(None) => {}
                    Ok(Some(item)) => {
                        let work = Arc::clone(&work);
                        pool.spawn(move || {
                            // Nobody may be waiting any more.
                            let _ = done.send(catch_unwind(AssertUnwindSafe(|| work(item))));
                        });
                    }
                    Err(panic) => {
                        let _ = done.send(Err(panic));
                        break;
                    }
                }
            }
        });
        Self { results, next: None }
    }

    /// The next result, if it comes within some time; `Disconnected` after the last. A panic of the work or of the items
    /// goes on here.
    pub(crate) fn next_within(&mut self, wait: Duration) -> Result<T, RecvTimeoutError> {
        let coming = match self.next.take() {
            Some(coming) => coming,
            None => self.results.recv_timeout(wait)?,
        };
        match coming.recv_timeout(wait) {
            Ok(result) => Ok(result.unwrap_or_else(|panic| resume_unwind(panic))),
            Err(RecvTimeoutError::Timeout) => {
                self.next = Some(coming);
                Err(RecvTimeoutError::Timeout)
            }
            Err(RecvTimeoutError::Disconnected) => unreachable!("each piece of work sends its result"),
        }
    }
}

/// What a panic said.
pub(crate) fn said(panic: &(dyn Any + Send)) -> String {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or(panic.downcast_ref::<&str>().copied()).unwrap_or("it gives no reason").to_owned()
}

/// Items in groups: as many as have `size` together, one at least.
#[derive(Debug)]
pub(crate) struct Grouped<I: Iterator> {
    items: I,
    size_of: fn(&I::Item) -> usize,
    size: usize,
}

impl<I: Iterator> Grouped<I> {
    pub(crate) fn new(items: I, size: usize, size_of: fn(&I::Item) -> usize) -> Self {
        Self { items, size_of, size }
    }
}

impl<I: Iterator> Iterator for Grouped<I> {
    type Item = Vec<I::Item>;

    fn next(&mut self) -> Option<Vec<I::Item>> {
        let (mut group, mut size) = (Vec::new(), 0);
        while size < self.size
            && let Some(item) = self.items.next()
        {
            size += (self.size_of)(&item);
            group.push(item);
        }
        (!group.is_empty()).then_some(group)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn pool(workers: usize) -> Arc<ThreadPool> {
        Arc::new(rayon::ThreadPoolBuilder::new().num_threads(workers).build().unwrap())
    }

    fn all<T: Send + 'static>(mut ordered: Ordered<T>) -> Vec<T> {
        std::iter::from_fn(|| ordered.next_within(Duration::from_secs(60)).ok()).collect()
    }

    /// Each piece of work ends only when all workers are at one, so that this ends only if all are busy all the time.
    #[test]
    fn all_workers_are_busy_and_the_order_stays() {
        for workers in [1, 2, 32, 64] {
            let count = 10 * workers;
            let meeting = Barrier::new(workers);
            let found = all(Ordered::new(pool(workers), 0..count, move |item| {
                meeting.wait();
                item
            }));
            assert_eq!(found, Vec::from_iter(0..count));
        }
    }

    #[test]
    fn no_more_is_begun_than_has_room() {
        let drawn = Arc::new(AtomicUsize::new(0));
        let counted = {
            let drawn = Arc::clone(&drawn);
            (0..1000).inspect(move |_| _ = drawn.fetch_add(1, Ordering::SeqCst))
        };
        let (go, wait) = mpsc::channel::<()>();
        let wait = std::sync::Mutex::new(wait);
        let mut ordered = Ordered::new(pool(2), counted, move |item| {
            let _ = wait.lock().unwrap().recv();
            item
        });
        assert_eq!(ordered.next_within(Duration::from_millis(50)), Err(RecvTimeoutError::Timeout));
        // One waits for its turn here, one for room.
        assert!(drawn.load(Ordering::SeqCst) <= 2 * AHEAD + 2);
        drop(go);
        assert_eq!(all(ordered).len(), 1000);
    }

    #[test]
    fn a_panic_goes_on_where_its_result_is_awaited() {
        let said_by = |mut ordered: Ordered<u32>| {
            let wait = Duration::from_secs(60);
            assert_eq!(ordered.next_within(wait), Ok(0));
            let panic = catch_unwind(AssertUnwindSafe(|| ordered.next_within(wait))).unwrap_err();
            said(&*panic)
        };
        let at_one = |item| {
            assert_eq!(item, 0, "too deep");
            item
        };
        assert!(said_by(Ordered::new(pool(1), 0..2, at_one)).contains("too deep"));
        assert!(said_by(Ordered::new(pool(1), (0..2).map(at_one), |item| item)).contains("too deep"));
    }

    #[test]
    fn groups_have_their_size_together() {
        let groups: Vec<Vec<usize>> = Grouped::new([1, 1, 5, 9, 1].into_iter(), 3, |&size| size).collect();
        assert_eq!(groups, [vec![1, 1, 5], vec![9], vec![1]]);
    }
}
