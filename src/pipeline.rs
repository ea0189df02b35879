//! The stages, in order: `Article → Document → TaggedDocument → Extraction → Record`.

use rayon::prelude::*;

use crate::article::Article;
use crate::document::Document;
use crate::error::Reject;
use crate::extract::Extraction;
use crate::record::Record;
use crate::tagger::Tagger;

/// What a user may choose about the stages.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Options {
    /// Claims of less confidence are left out; 0 keeps all.
    pub min_confidence: f32,
}

/// Takes articles through all stages, in parallel on the current rayon pool; answers in their order.
pub fn run(tagger: &Tagger, articles: Vec<Article>, options: Options) -> Vec<Result<Record, Reject>> {
    let documents = articles.into_par_iter().map(Document::new).collect();
    let tagged = tagger.tag(documents);
    let model = tagger.model();
    let extract = |tagged| Extraction::new(tagged, model.calibration(), options.min_confidence);
    let extracted = tagged.into_par_iter().map(|tagged| tagged.map(extract));
    extracted.map(|extraction| extraction.map(|e| Record::new(&e, model.name()))).collect()
}
