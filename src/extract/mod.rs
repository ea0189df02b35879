//! From mentions and links to an article's claims and speakers.

mod claims;
mod quotes;
mod speakers;

pub use claims::{Claim, Quote};
pub use speakers::Speaker;

use crate::document::Document;
use crate::tagger::TaggedDocument;

/// A document with its claims and who made them.
#[derive(Clone, Debug)]
pub struct Extraction {
    /// The document as it came.
    pub document: Document,
    /// In the order of their first mention.
    pub speakers: Vec<Speaker>,
    /// In the order of the text.
    pub claims: Vec<Claim>,
}

impl Extraction {
    /// Reads claims and speakers out of a tagged document.
    pub fn new(tagged: TaggedDocument) -> Self {
        let mut claims = claims::claims(&tagged);
        let document = tagged.document;
        let speakers = speakers::resolve(document.article.text(), &mut claims);
        Self { document, speakers, claims }
    }
}
