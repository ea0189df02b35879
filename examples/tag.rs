//! Tags a text from standard input: `cargo run --release --example tag < article.txt`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::error::Error;
use std::io::{self, Read};

use sayso::{Article, Dtype, Model, Place, Tagger, engine, pipeline};

fn main() -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;

    engine::tune();
    let tagger = Tagger::new(Model::load("models/news-en".as_ref(), Dtype::Auto)?);
    let article = Article::new("stdin", Place::file("standard input"), text);
    for record in pipeline::run(&tagger, vec![article], pipeline::Options::default()) {
        let record = record?;
        for claim in &record.claims {
            let speaker = record.speakers.iter().find(|speaker| Some(&speaker.id) == claim.speaker.as_ref());
            let name = speaker.map_or("nobody", |speaker| &speaker.name);
            let content: Vec<&str> = claim.content.iter().map(|span| span.text.as_str()).collect();
            println!("{name} ({}): {}", claim.certainty, content.join(" … "));
        }
    }
    Ok(())
}
