//! An article's record depends on nothing but the article: not on threads, batches, order or neighbours.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sayso::{Article, Dtype, Ingest, Input, Isa, Model, ModelFiles, Place, Tagger, engine, pipeline};

use super::corpus;

/// Some of the demonstration articles, and as many short ones as make 200: one or two of their paragraphs.
fn articles() -> Vec<Article> {
    let ingest = Ingest::open(&[Input::from(corpus().as_str())]).unwrap();
    let mut articles: Vec<Article> = ingest.map(Result::unwrap).collect();
    let text = articles.iter().map(Article::text).collect::<Vec<_>>().join("\n\n");
    let short: Vec<&str> = text.split("\n\n").filter(|paragraph| paragraph.len() < 200).collect();
    articles.truncate(4);
    for at in 0..196 {
        let text = short.iter().cycle().skip(at).take(1 + at / 150).copied().collect::<Vec<_>>().join("\n\n");
        articles.push(Article::new(format!("part-{at}"), Place::file("memory"), text));
    }
    articles
}

/// Each article's record, by its id.
fn records(tagger: &Tagger, threads: usize, groups: Vec<Vec<Article>>) -> BTreeMap<String, String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let run = |group| pool.install(|| pipeline::run(tagger, group, pipeline::Options::default()));
    let records = groups.into_iter().flat_map(run).map(Result::unwrap);
    records.map(|record| (record.id.clone(), serde_json::to_string(&record).unwrap())).collect()
}

/// In another order: every `step`th, round and round.
fn permuted(articles: &[Article], step: usize) -> Vec<Article> {
    (0..articles.len()).map(|n| articles[n * step % articles.len()].clone()).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/news-en")
}

#[test]
fn every_instruction_set_finds_the_same() {
    engine::tune();
    let articles = articles();
    let of = |isa: Isa, articles: &[Article]| {
        let tagger = Tagger::new(Model::new_for(&ModelFiles::read(&folder()).unwrap(), Dtype::Int8, isa).unwrap());
        records(&tagger, 2, vec![articles.to_vec()])
    };
    let available = Isa::available();
    let expected = of(available[available.len() - 1], &articles);
    assert_eq!(expected.len(), 200);
    for isa in available {
        // Plain Rust takes its time.
        let some = if isa.name() == "portable" { &articles[..20] } else { &articles[..] };
        println!("{isa}: {} articles", some.len());
        for (id, record) in of(isa, some) {
            assert_eq!(Some(&record), expected.get(&id), "{id} by {isa}");
        }
    }
}

#[test]
fn a_record_depends_on_the_article_alone() {
    engine::tune();
    let articles = articles();
    let alone: Vec<Vec<Article>> = articles.iter().map(|article| vec![article.clone()]).collect();
    let others = [(300, 4, vec![permuted(&articles, 7)]), (4096, 1, alone)];
    // bf16 is the same code as fp32, and slow where the processor has it not.
    let dtypes = if cfg!(feature = "rust-bert") { &[Dtype::Int8, Dtype::Fp32][..] } else { &[Dtype::Int8] };
    for &dtype in dtypes {
        let model = || Model::load(&folder(), dtype).unwrap();
        let expected = records(&Tagger::new(model()), 2, vec![articles.clone()]);
        assert_eq!(expected.len(), 200);
        for (batch, threads, groups) in &others {
            let found = records(&Tagger::new(model()).batch(*batch), *threads, groups.clone());
            let differ: Vec<_> = expected.iter().filter(|(id, record)| found.get(*id) != Some(record)).collect();
            assert!(differ.is_empty(), "{dtype}, batch {batch}: {} differ: {:?}", differ.len(), differ[0].0);
        }
    }
}
