//! Scores records against annotations: `cargo run --release --example score -- GOLD RECORDS`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::env;
use std::error::Error;

use sayso::eval;

fn main() -> Result<(), Box<dyn Error>> {
    let [gold, records] = [1, 2].map(|at| env::args_os().nth(at).expect("gold, and a records.jsonl"));
    let records = eval::read_records(records.as_ref())?;
    let scores = eval::score(&eval::read_gold(gold.as_ref(), &records)?, &records);
    println!("{} articles, {} without a record", scores.articles, scores.missing.len());
    if let Some(attributions) = &scores.attributions {
        for figure in attributions.figures.iter() {
            println!("{}: {:.1}", figure.name, figure.counts.rates().f1);
        }
    }
    Ok(())
}
