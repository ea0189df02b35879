//! Writes what the scorer of speakers learns from: `speaker_questions MODEL ARTICLES.jsonl > QUESTIONS.jsonl`.
//!
//! An article a line: {"id", "text", "attributions": [{"content": [[start, end], …], "within", "speaker": {"name",
//! "named"}}]}, offsets in code points. `scripts/train/speakers.py` calls it.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use sayso::document::Document;
use sayso::extract::speakers::{GoldSpeaker, questions};
use sayso::span::Offsets;
use sayso::{Article, Dtype, Guide, Model, Place, Tagger};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, model, articles] = &args[..] else { return Err("usage: speaker_questions MODEL ARTICLES.jsonl".into()) };
    let tagger = Tagger::new(Model::load(Path::new(model), Dtype::Auto)?);
    let mut out = std::io::stdout().lock();
    for line in BufReader::new(std::fs::File::open(articles)?).lines() {
        let row: Value = serde_json::from_str(&line?)?;
        let id = row["id"].as_str().unwrap_or_default();
        let text = row["text"].as_str().unwrap_or_default();
        let document = Document::new(Article::new(id, Place::file(id), text));
        let offsets = Offsets::new(document.text());
        let gold: Vec<GoldSpeaker> = row["attributions"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|claim| {
                let edge = |span: &Value, at: usize| span[at].as_u64().unwrap_or(0) as usize;
                let content = claim["content"].as_array().into_iter().flatten();
                let name = claim["speaker"]["name"].as_str();
                GoldSpeaker {
                    content: content
                        .filter_map(|span| offsets.span_of_code_points(edge(span, 0)..edge(span, 1)))
                        .collect(),
                    is_inner: !claim["within"].is_null(),
                    name: name.map(|name| (name.to_owned(), claim["speaker"]["named"] == true)),
                }
            })
            .collect();
        let tagged = tagger.tag(vec![document], Guide::Sayso, &AtomicBool::new(false)).unwrap_or_default();
        for tagged in tagged.into_iter().flatten() {
            for question in questions(&tagged, tagger.model(), &gold) {
                let features: Vec<Vec<f32>> = question.candidates.iter().map(|c| c.features.to_vec()).collect();
                let names: Vec<_> = question.candidates.iter().map(|c| &c.name).collect();
                writeln!(out, "{}", json!({"id": id, "features": features, "names": names, "right": question.right}))?;
            }
        }
    }
    Ok(())
}
