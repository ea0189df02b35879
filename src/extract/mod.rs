//! From mentions, links and hedges to an article's claims and speakers.

mod claims;
mod hedges;
mod nesting;
mod quotes;
pub mod speakers;

pub use claims::{AttributionType, Certainty, Claim, Polarity, Quote};
pub use hedges::Tied;
pub(crate) use speakers::is_state;
pub use speakers::{Kind, Speaker};

use crate::document::Document;
use crate::tagger::{LAYERS, Model, TaggedDocument};
use claims::Draft;

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
    pub fn new(tagged: &TaggedDocument, model: &Model, min_confidence: f32) -> Self {
        let mut drafts = drafts(tagged, model, min_confidence);
        let (speakers, found) = speakers::resolve(tagged, &drafts, |features| model.scorer().score(features));
        for (draft, found) in drafts.iter_mut().zip(found) {
            draft.claim.speaker = found.map(|(speaker, _)| speaker);
            draft.claim.speaker_confidence = found.map(|(_, probability)| probability);
        }
        let hedges = hedges::tie(&tagged.hedges, &mut drafts);
        let claims = drafts.into_iter().map(|draft| draft.claim).collect();
        Self { document: tagged.document.clone(), speakers, claims, hedges }
    }
}

/// The claims in the order of the text, those that hold others first, their speakers yet to be found.
fn drafts<'a>(tagged: &'a TaggedDocument, model: &Model, min_confidence: f32) -> Vec<Draft<'a>> {
    let layers = (0..LAYERS).flat_map(|layer| claims::claims(tagged, layer, model.calibration()));
    let mut drafts: Vec<Draft<'_>> = layers.filter(|draft| draft.claim.confidence >= min_confidence).collect();
    drafts.sort_by_key(|draft| (draft.claim.content[0].start(), draft.is_inner));
    nesting::nest(&mut drafts);
    nesting::without_echoes(&mut drafts);
    drafts
}
