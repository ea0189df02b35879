#![no_main]

use libfuzzer_sys::fuzz_target;

// The Parquet library's own panics are caught on their way; with no hook to abort at, only those that escape count.
fuzz_target!(init: std::panic::set_hook(Box::new(|_| ())), |bytes: &[u8]| sayso::ingest::fuzzing::read("", bytes));
