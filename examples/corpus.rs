//! Runs a corpus and watches it: `cargo run --release --example corpus -- INPUT OUT`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::env;
use std::error::Error;

use sayso::batch::{self, Observer, Options, Progress};
use sayso::{Dtype, Ingest, Input, Model, Tagger, engine};

/// Says how far it is, each time that a tenth more is done.
#[derive(Default)]
struct Tenths(u32);

impl Observer for Tenths {
    fn advance(&mut self, progress: &Progress) {
        let tenth = (10.0 * progress.share.unwrap_or(0.0)) as u32;
        if tenth > self.0 {
            self.0 = tenth;
            println!("{} %: {} claims", 10 * tenth, progress.counts.claims);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let [input, out] = [1, 2].map(|at| env::args_os().nth(at).expect("an input, and a folder for the results"));
    engine::tune();
    let tagger = Tagger::new(Model::load("models/news-en".as_ref(), Dtype::Auto)?);
    let manifest =
        batch::run(&tagger, Ingest::open(&[Input::from(input)])?, &Options::new(out), &mut Tenths::default())?;
    println!("{:?}: {} records", manifest.state, manifest.counts.articles);
    Ok(())
}
