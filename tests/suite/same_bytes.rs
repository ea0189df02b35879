//! An article's record depends on nothing but the article: not on threads, batches, order or neighbours.

use std::collections::BTreeMap;
use std::path::Path;

use sayso::{Article, Dtype, Ingest, Input, Model, Place, Tagger, engine, pipeline};

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

#[test]
fn a_record_depends_on_the_article_alone() {
    engine::tune();
    let articles = articles();
    let alone: Vec<Vec<Article>> = articles.iter().map(|article| vec![article.clone()]).collect();
    let others = [(300, 4, vec![permuted(&articles, 7)]), (4096, 1, alone)];
    for dtype in [Dtype::Auto, Dtype::Bf16, Dtype::Fp32] {
        // Where the processor has no bf16 it is computed, but so slowly that it would take minutes.
        if dtype == Dtype::Bf16 && !engine::has_bf16() {
            continue;
        }
        let model = || Model::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models/news-en"), dtype).unwrap();
        let expected = records(&Tagger::new(model()), 2, vec![articles.clone()]);
        assert_eq!(expected.len(), 200);
        for (batch, threads, groups) in &others {
            let found = records(&Tagger::new(model()).batch(*batch), *threads, groups.clone());
            let differ: Vec<_> = expected.iter().filter(|(id, record)| found.get(*id) != Some(record)).collect();
            assert!(differ.is_empty(), "{dtype}, batch {batch}: {} differ: {:?}", differ.len(), differ[0].0);
        }
    }
}
