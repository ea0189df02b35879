//! An article's record depends on nothing but the article: not on threads, batches, order or neighbours.

use std::collections::BTreeMap;
use std::path::Path;

use sayso::{Article, Dtype, Ingest, Input, Model, Place, Tagger, engine, pipeline};

use super::corpus;

/// The demonstration articles, and as many short ones as make 200: stretches of a few of their paragraphs.
fn articles() -> Vec<Article> {
    let mut whole: Vec<Article> =
        Ingest::open(&[Input::from(corpus().as_str())]).unwrap().map(|reading| reading.unwrap().unwrap()).collect();
    let paragraphs: Vec<String> =
        whole.iter().flat_map(|article| article.text().split("\n\n")).map(str::to_owned).collect();
    for at in 0.. {
        if whole.len() == 200 {
            break;
        }
        let count = if at % 40 == 0 { 4 } else { 1 };
        let text = paragraphs.iter().cycle().skip(at).take(count).cloned().collect::<Vec<_>>().join("\n\n");
        whole.push(Article::new(format!("part-{at}"), Place::file("memory"), text));
    }
    whole
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

fn depends_on_the_article_alone(dtype: Dtype) {
    engine::tune();
    let model = || Model::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models/news-en"), dtype).unwrap();
    let articles = articles();
    let expected = records(&Tagger::new(model()), 2, vec![articles.clone()]);
    assert_eq!(expected.len(), 200);
    let alone: Vec<Vec<Article>> = articles.iter().map(|article| vec![article.clone()]).collect();
    for (batch, threads, groups) in [
        (300, 4, vec![permuted(&articles, 7)]),
        (4096, 1, permuted(&articles, 63).chunks(33).map(<[Article]>::to_vec).collect()),
        (1024, 1, alone),
    ] {
        let found = records(&Tagger::new(model()).batch(batch), threads, groups);
        let differ: Vec<_> = expected.iter().filter(|(id, record)| found.get(*id) != Some(record)).collect();
        assert!(differ.is_empty(), "{} differ, batch {batch}, {threads} threads: {:?}", differ.len(), differ[0].0);
    }
}

#[test]
fn in_bf16() {
    depends_on_the_article_alone(Dtype::Bf16);
}

#[test]
fn in_fp32() {
    depends_on_the_article_alone(Dtype::Fp32);
}
