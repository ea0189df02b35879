//! From mentions, links and hedges to an article's claims and speakers.

mod certainty;
mod claims;
mod hedges;
mod nesting;
mod quotes;
pub mod speakers;

pub use certainty::{Certainty, Polarity};
pub use claims::{AttributionType, Claim, Quote};
pub use hedges::Tied;
pub use speakers::{Kind, Speaker};

use crate::document::Document;
use crate::span::Span;
use crate::tagger::{Calibration, TaggedDocument};

/// A document with its claims and who made them.
#[derive(Clone, Debug)]
pub struct Extraction {
    /// The document as it came.
    pub document: Document,
    /// In the order of their first mention.
    pub speakers: Vec<Speaker>,
    /// In the order of the text.
    pub claims: Vec<Claim>,
    /// In the order of the text.
    pub hedges: Vec<Tied>,
}

impl Extraction {
    /// Reads claims, speakers and hedges out of a tagged document; claims of less than `min_confidence` are left out.
    pub fn new(tagged: TaggedDocument, calibration: Calibration, min_confidence: f32) -> Self {
        let mut claims = claims::claims(&tagged, calibration);
        claims.retain(|claim| claim.confidence >= min_confidence);
        nesting::nest(&mut claims);
        let TaggedDocument { document, hedges, .. } = tagged;
        let text = document.article.text();
        let sources: Vec<Span> = claims.iter().filter_map(|claim| claim.source).collect();
        let (speakers, of_source) = speakers::resolve(&document, &sources);
        for (claim, speaker) in claims.iter_mut().filter(|claim| claim.source.is_some()).zip(of_source) {
            claim.speaker = speaker;
        }
        let hedges = hedges::tie(hedges, &mut claims);
        for claim in &mut claims {
            claim.certainty = certainty::certainty(text, claim, &hedges);
            claim.polarity = certainty::polarity(text, claim);
        }
        Self { document, speakers, claims, hedges }
    }
}
