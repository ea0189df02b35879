//! An export of one's own, of who is quoted how often: `cargo run --release --example export -- RECORDS`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::collections::BTreeMap;
use std::env;
use std::error::Error;

use sayso::export::{Export, Piece, Pieces};
use sayso::{Record, records};

/// A line a name: how many claims it has, and the name.
#[derive(Default)]
struct Quoted(BTreeMap<String, usize>);

impl Export for Quoted {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        for speaker in record.speakers.iter().filter(|speaker| speaker.named) {
            let claims = record.claims.iter().filter(|claim| claim.speaker.as_ref() == Some(&speaker.id));
            *self.0.entry(speaker.name.clone()).or_default() += claims.count();
        }
        Vec::new()
    }

    fn finish(&mut self) -> Pieces<'_> {
        let lines = std::mem::take(&mut self.0).into_iter();
        Box::new(lines.map(|(name, claims)| Ok(Piece::new(format!("{claims}\t{name}\n")))))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args_os().nth(1).expect("a records.jsonl");
    let mut export = Quoted::default();
    for record in records::read(path.as_ref())? {
        export.record(&record?);
    }
    for piece in export.finish() {
        print!("{}", String::from_utf8_lossy(&piece?.bytes));
    }
    Ok(())
}
