//! Where the time of a run goes, beside what the processor's matrix product allows, in one process on one core.
//!
//! `cargo bench --bench whole -- ARTICLES…` prints one line of JSON; `scripts/bench/run` collects several. Articles
//! are taken through the stages a chunk at a time as in a run; before each chunk the product of libtorch is timed at
//! the encoder's shapes, so that both see the same machine.

#![allow(clippy::print_stdout)]

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use sayso::document::Document;
use sayso::extract::Extraction;
use sayso::tagger::Prepared;
use sayso::{Article, Dtype, Guide, Ingest, Input, Model, Record, Tagger, engine};
use serde_json::{Value, json};
use tch::{Device, Kind, Tensor};

/// Bytes of text between two looks at the product.
const CHUNK: usize = 96 << 10;

/// Positions a batch.
const POSITIONS: i64 = 1024;

fn main() {
    engine::tune();
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("no pool yet");
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let inputs = match arguments.as_slice() {
        [] => vec![Input::Path(root.join("corpus"))],
        paths => paths.iter().map(|path| Input::Path(path.into())).collect(),
    };
    let folder = root.join("models/news-en");
    let started = Instant::now();
    let model = Model::load(&folder, Dtype::Auto).expect("the model");
    let load = started.elapsed().as_secs_f64();
    let product = Product::new(&folder, model.dtype());
    let tagger = Tagger::new(model);

    let mut clock = Clock::default();
    let mut articles = Ingest::open(&inputs).expect("the articles").flatten();
    loop {
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        while bytes < CHUNK
            && let Some(article) = clock.time("read", || articles.next())
        {
            bytes += article.text().len();
            clock.words += article.text().split_whitespace().count();
            chunk.push(article);
        }
        if chunk.is_empty() {
            break;
        }
        clock.product += product.seconds();
        clock.products += 1;
        take_through(chunk, &tagger, &mut clock);
    }
    println!("{}", clock.summary(&product, load));
}

fn take_through(chunk: Vec<Article>, tagger: &Tagger, clock: &mut Clock) {
    let documents: Vec<Document> = clock.time("split", || chunk.into_iter().map(Document::new).collect());
    let prepared: Vec<Prepared> = clock.time("prepare", || {
        documents.iter().map(|document| tagger.prepare(document, Guide::default()).expect("word pieces")).collect()
    });
    clock.pieces += prepared.iter().map(Prepared::pieces).sum::<usize>();
    clock.positions += prepared.iter().map(Prepared::positions).sum::<usize>();
    let ready: Vec<&Prepared> = prepared.iter().collect();
    let encoded = clock.time("encode", || tagger.encode(&ready, &AtomicBool::new(false)).expect("nobody stops it"));
    let tagged: Vec<_> = clock.time("decode", || {
        let each = documents.into_iter().zip(prepared.iter().zip(&encoded));
        each.map(|(document, (prepared, encoded))| tagger.decode(document, prepared, encoded)).collect()
    });
    let model = tagger.model();
    let extracted: Vec<Extraction> =
        clock.time("extract", || tagged.iter().map(|tagged| Extraction::new(tagged, model, 0.0)).collect());
    clock.time("write", || {
        let line = |e: &Extraction| serde_json::to_string(&Record::new(e, model.name())).expect("string keys");
        std::hint::black_box(extracted.iter().map(line).collect::<Vec<_>>());
    });
}

/// The matrix products of one layer, with nothing between them.
struct Product {
    layers: i64,
    factors: Vec<(Tensor, Tensor)>,
}

impl Product {
    fn new(folder: &Path, dtype: Dtype) -> Self {
        let config = std::fs::read(folder.join("config.json")).expect("read before");
        let config: Value = serde_json::from_slice(&config).expect("read before");
        let of = |name: &str| config[name].as_i64().expect("a number");
        let (width, wide) = (of("hidden_size"), of("intermediate_size"));
        let kind = if dtype == Dtype::Fp32 { Kind::Float } else { Kind::BFloat16 };
        let random = |rows, columns| Tensor::randn([rows, columns], (Kind::Float, Device::Cpu)).to_kind(kind);
        let shapes = [(width, 3 * width), (width, width), (width, wide), (wide, width)];
        let factors = shapes.map(|(from, to)| (random(POSITIONS, from), random(to, from)));
        Self { layers: of("num_hidden_layers"), factors: factors.into() }
    }

    /// Of a layer's products for one batch, by the faster of two calls.
    fn seconds(&self) -> f64 {
        let once = || {
            let started = Instant::now();
            for (x, weights) in &self.factors {
                drop(std::hint::black_box(x.linear(weights, None::<&Tensor>)));
            }
            started.elapsed().as_secs_f64()
        };
        once().min(once())
    }

    fn operations(&self) -> f64 {
        let of = |(x, weights): &(Tensor, Tensor)| 2 * x.size()[0] * x.size()[1] * weights.size()[0];
        self.factors.iter().map(of).sum::<i64>() as f64
    }
}

/// Seconds of each stage, in their order, and what was done in them.
#[derive(Default)]
struct Clock {
    stages: Vec<(&'static str, f64)>,
    words: usize,
    pieces: usize,
    positions: usize,
    product: f64,
    products: usize,
}

impl Clock {
    fn time<T>(&mut self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let out = work();
        let seconds = started.elapsed().as_secs_f64();
        match self.stages.iter_mut().find(|(name, _)| *name == stage) {
            Some((_, sum)) => *sum += seconds,
            None => self.stages.push((stage, seconds)),
        }
        out
    }

    fn summary(&self, product: &Product, load: f64) -> Value {
        let total: f64 = self.stages.iter().map(|(_, seconds)| seconds).sum();
        let encode = self.stages.iter().find(|(name, _)| *name == "encode").map_or(0.0, |(_, seconds)| *seconds);
        let seconds = self.product / self.products.max(1) as f64;
        // Positions a second if there were nothing but the layers' products with their weights.
        let limit = POSITIONS as f64 / (seconds * product.layers as f64);
        let shares: serde_json::Map<_, _> =
            self.stages.iter().map(|(name, seconds)| ((*name).to_owned(), json!(seconds / total))).collect();
        json!({
            "words": self.words, "pieces": self.pieces, "positions": self.positions,
            "load_seconds": load, "seconds": total, "words_per_second": self.words as f64 / total,
            "gflops": product.operations() / seconds / 1e9, "limit_positions_per_second": limit,
            "positions_per_second": self.positions as f64 / encode,
            "encoder_of_limit": self.positions as f64 / encode / limit,
            "shares": shares,
        })
    }
}
