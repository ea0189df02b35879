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
    /// Claims of less confidence are left out; 0 keeps all. On PolNeAR dev 0.1 gains more than a point of attr_full and
    /// loses as much of content: quotations that no cue attributes have low confidence.
    pub min_confidence: f32,
}

/// Takes articles through all stages, in parallel on the current rayon pool; answers in their order.
pub fn run(tagger: &Tagger, articles: Vec<Article>, options: Options) -> Vec<Result<Record, Reject>> {
    let documents = articles.into_par_iter().map(Document::new).collect();
    let tagged = tagger.tag(documents);
    let extracted = tagged.into_par_iter().map(|tagged| tagged.map(|t| Extraction::new(t, options.min_confidence)));
    extracted.map(|extraction| extraction.map(|e| Record::new(&e, tagger.model().name()))).collect()
}
