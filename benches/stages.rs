//! What each stage takes for the demonstration articles, on one core: `cargo bench --bench stages`.

use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use sayso::document::Document;
use sayso::extract::Extraction;
use sayso::tagger::{Encoded, Prepared, TaggedDocument};
use sayso::{Article, Dtype, Guide, Ingest, Input, Model, Record, Tagger, engine};

fn stages(c: &mut Criterion) {
    engine::tune();
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("no pool yet");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let articles: Vec<Article> =
        Ingest::open(&[Input::Path(root.join("corpus"))]).expect("the corpus").flatten().collect();
    let tagger = Tagger::new(Model::load(&root.join("models/news-en"), Dtype::Auto).expect("the model"));
    let words: usize = articles.iter().map(|article| article.text().split_whitespace().count()).sum();

    let documents: Vec<Document> = articles.iter().cloned().map(Document::new).collect();
    let prepared: Vec<Prepared> =
        documents.iter().map(|d| tagger.prepare(d, Guide::default()).expect("word pieces")).collect();
    let ready: Vec<&Prepared> = prepared.iter().collect();
    let go_on = AtomicBool::new(false);
    let encoded: Vec<Encoded> = tagger.encode(&ready, &go_on).expect("nobody stops it");
    let decode = |documents: Vec<Document>| -> Vec<TaggedDocument> {
        let each = documents.into_iter().zip(prepared.iter().zip(&encoded));
        each.map(|(document, (prepared, encoded))| tagger.decode(document, prepared, encoded)).collect()
    };
    let extract = |tagged: Vec<TaggedDocument>| -> Vec<Extraction> {
        tagged.iter().map(|tagged| Extraction::new(tagged, tagger.model(), 0.0)).collect()
    };
    let tagged = decode(documents.clone());
    let extracted = extract(tagged.clone());
    let write = |extraction: &Extraction| {
        serde_json::to_string(&Record::new(extraction, tagger.model().name())).expect("string keys")
    };

    let mut group = c.benchmark_group("words");
    group.throughput(Throughput::Elements(words as u64)).sample_size(10);
    group.bench_function("split", |b| {
        let split = |articles: Vec<Article>| articles.into_iter().map(Document::new).collect::<Vec<_>>();
        b.iter_batched(|| articles.clone(), split, BatchSize::LargeInput);
    });
    group.bench_function("prepare", |b| {
        b.iter(|| documents.iter().map(|document| tagger.prepare(document, Guide::default())).collect::<Vec<_>>());
    });
    group.bench_function("encode", |b| b.iter(|| tagger.encode(black_box(&ready), &go_on)));
    group.bench_function("decode", |b| b.iter_batched(|| documents.clone(), decode, BatchSize::LargeInput));
    group.bench_function("extract", |b| b.iter_batched(|| tagged.clone(), extract, BatchSize::LargeInput));
    group.bench_function("write", |b| b.iter(|| extracted.iter().map(write).collect::<Vec<_>>()));
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
