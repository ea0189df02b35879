//! What the ids of a run take in memory: `cargo run --release --example ids`.
//!
//! Reads four million of the smallest articles as `sayso extract` does, keeps none, and says how much more memory the
//! process has then than after the first thousands, at the moment and at most.
#![allow(clippy::print_stdout, reason = "it is asked for figures")]

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Write};

use sayso::{Ingest, Input};

/// What the counts of articles are compared with.
const BASE: u64 = 10_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut file = tempfile::Builder::new().suffix(".jsonl").tempfile()?;
    let mut lines = BufWriter::new(&mut file);
    for n in 0..4_000_000 {
        writeln!(lines, "{{\"id\": \"desk/2026-02-02/{n}\", \"text\": \"It sank.\"}}")?;
    }
    lines.flush()?;
    drop(lines);

    let (mut articles, mut before) = (0, 0);
    for reading in Ingest::open(&[Input::from(file.path().as_os_str().to_owned())])? {
        reading.map_err(|reject| reject.to_string())?;
        articles += 1;
        match articles {
            BASE => before = kib("VmRSS:")?,
            1_000_000 | 2_000_000 | 4_000_000 => {
                let (now, peak) = (kib("VmRSS:")? - before, kib("VmHWM:")? - before);
                println!("{articles} ids: {} MB, {} MB at most", now * 1024 / 1_000_000, peak * 1024 / 1_000_000);
            }
            _ => {}
        }
    }
    Ok(())
}

/// A figure of this process, in KiB.
fn kib(name: &str) -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with(name)).ok_or("the system does not say")?;
    Ok(line.split_whitespace().nth(1).unwrap_or_default().parse()?)
}
