//! The stages, in order: `Article → Document → TaggedDocument → Extraction → Record`.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use crate::article::Article;
use crate::document::Document;
use crate::error::Reject;
use crate::extract::Extraction;
use crate::record::Record;
use crate::tagger::{Guide, Tagger};

/// Bytes of text to take through them at once: enough batches to keep every worker busy, few enough to hold in memory.
pub const CHUNK: usize = 96 << 10;

/// What a user may choose about the stages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Claims of less confidence are left out; 0 keeps all. Of the claims of dev that are below the
    /// default none was right.
    pub min_confidence: f32,
    /// What counts as a claim.
    pub guide: Guide,
}

impl Default for Options {
    fn default() -> Self {
        Self { min_confidence: 0.2, guide: Guide::default() }
    }
}

/// Takes articles through all stages, in parallel on the current rayon pool; answers in their order.
pub fn run(tagger: &Tagger, articles: Vec<Article>, options: Options) -> Vec<Result<Record, Reject>> {
    run_until(tagger, articles, options, &AtomicBool::new(false)).unwrap_or_default()
}

/// The same, but gives up with `None` soon after `stop` is set.
pub fn run_until(
    tagger: &Tagger,
    articles: Vec<Article>,
    options: Options,
    stop: &AtomicBool,
) -> Option<Vec<Result<Record, Reject>>> {
    let documents = articles.into_par_iter().map(Document::new).collect();
    let tagged = tagger.tag(documents, options.guide, stop)?;
    let model = tagger.model();
    let extract = |tagged| Extraction::new(&tagged, model, options.min_confidence);
    let extracted = tagged.into_par_iter().map(|tagged| tagged.map(extract));
    Some(extracted.map(|extraction| extraction.map(|e| Record::new(&e, model.name()))).collect())
}
