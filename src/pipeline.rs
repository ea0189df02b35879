//! The stages, in order: `Article → Document → TaggedDocument → Extraction → Record`.

use rayon::prelude::*;

use crate::article::Article;
use crate::document::Document;
use crate::error::Reject;
use crate::extract::Extraction;
use crate::record::Record;
use crate::tagger::Tagger;

/// Takes articles through all stages, in parallel on the current rayon pool; answers in their order.
pub fn run(tagger: &Tagger, articles: Vec<Article>) -> Vec<Result<Record, Reject>> {
    let documents = articles.into_par_iter().map(Document::new).collect();
    let tagged = tagger.tag(documents);
    let extracted = tagged.into_par_iter().map(|tagged| tagged.map(Extraction::new));
    extracted.map(|extraction| extraction.map(|e| Record::new(&e, tagger.model().name()))).collect()
}
