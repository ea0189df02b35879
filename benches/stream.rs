//! How busy workers are kept by the stream of articles: `cargo bench --bench stream`.
//!
//! Each piece of work sleeps for 20 to 52 ms instead of computing, so that any number of workers can be tried on any machine, as
//! if each had a core. Printed is the share of all workers' time that they slept.

#![allow(clippy::print_stdout)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The library's own, which others need not see.
#[allow(dead_code, unreachable_pub, unused_imports)]
#[path = "../src/stream.rs"]
mod stream;

/// Pieces of work a worker.
const EACH: u64 = 60;

fn main() {
    for workers in [1, 2, 4, 8, 16, 32, 64] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build().expect("there is room for threads");
        let slept = Arc::new(AtomicU64::new(0));
        let (sum, start) = (Arc::clone(&slept), Instant::now());
        let mut results = stream::Ordered::new(Arc::new(pool), 0..EACH * workers as u64, move |number: u64| {
            let begun = Instant::now();
            // Of all lengths, in no order.
            let more = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 59;
            thread::sleep(Duration::from_millis(20 + more));
            sum.fetch_add(begun.elapsed().as_micros() as u64, Ordering::Relaxed);
        });
        while results.next_within(Duration::from_secs(10)).is_ok() {}
        let all = start.elapsed().as_micros() as f64 * workers as f64;
        println!("{workers:3} workers: {:.1} % busy", 100.0 * slept.load(Ordering::Relaxed) as f64 / all);
    }
}
