//! From mentions, links and hedges to an article's claims and speakers.
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use sayso::document::Document;
//! use sayso::extract::Extraction;
//! use sayso::{Article, Dtype, Model, Place, Tagger};
//!
//! let tagger = Tagger::new(Model::load("models/news-en".as_ref(), Dtype::Auto)?);
//! let document = Document::new(Article::new("a1", Place::file("a1"), "The ferry is late, Ana Ruiz said."));
//! let tagged = tagger.tag(vec![document], Default::default(), &AtomicBool::new(false))?.remove(0)?;
//! let extraction = Extraction::new(&tagged, tagger.model(), 0.2);
//! assert_eq!(extraction.claims.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod attributions;
mod hedges;
mod negation;
mod nesting;
mod quotes;
pub mod speakers;

pub use hedges::HedgeLink;
pub use speakers::Speaker;
pub(crate) use speakers::is_state;

use crate::document::Document;
use crate::span::Span;
use crate::tagger::{LAYERS, Model, TaggedDocument};
use crate::terms::{AttributionType, Certainty, Polarity, Quote};
use attributions::Attribution;

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
    pub hedges: Vec<HedgeLink>,
}

/// A claim: what is said, by what cue, by whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// The span that names who speaks, if the text says it.
    pub source: Option<Span>,
    /// The span that attributes.
    pub cue: Option<Span>,
    /// What is attributed, in fragments, in order; at least one.
    pub content: Vec<Span>,
    /// The article's speaker, an index into [`Extraction::speakers`].
    pub speaker: Option<usize>,
    /// The probability that this is the right speaker, from 0 to 1, where it is known.
    pub speaker_confidence: Option<f32>,
    /// Whose words they are.
    pub quote: Quote,
    /// How it is attributed.
    pub attribution: AttributionType,
    /// What weakens it, as indices into [`Extraction::hedges`], ascending.
    pub hedges: Vec<usize>,
    /// How firmly it is presented.
    pub certainty: Certainty,
    /// Whether it says that something is so.
    pub polarity: Polarity,
    /// The claim in whose content it stands, an index into [`Extraction::claims`].
    pub within: Option<usize>,
    /// The sentences that source, cue and content touch, as indices, ascending.
    pub sentences: Vec<usize>,
    /// The probability that it is right, from 0 to 1.
    pub confidence: f32,
}

impl Extraction {
    /// Reads claims, speakers and hedges out of a tagged document; claims of less than `min_confidence` are left out.
    pub fn new(tagged: &TaggedDocument, model: &Model, min_confidence: f32) -> Self {
        let attributions = attributions(tagged, model, min_confidence);
        let within = nesting::within(&attributions);
        let (speakers, found) =
            speakers::resolve(tagged, &attributions, &within, |features| model.scorer().score(features));
        let hedges = hedges::link(&tagged.hedges, &attributions);
        let mut weakened = vec![Vec::new(); attributions.len()];
        for (index, link) in hedges.iter().enumerate() {
            link.claim.into_iter().for_each(|claim| weakened[claim].push(index));
        }
        let parts = within.into_iter().zip(found).zip(weakened);
        let claim = |(of, ((within, speaker), hedges)): (Attribution<'_>, _)| Claim::new(of, within, speaker, hedges);
        let claims = attributions.into_iter().zip(parts).map(claim).collect();
        Self { document: tagged.document.clone(), speakers, claims, hedges }
    }
}

impl Claim {
    /// `speaker` comes with the probability that it is the right one.
    fn new(of: Attribution<'_>, within: Option<usize>, speaker: Option<(usize, f32)>, hedges: Vec<usize>) -> Self {
        Self {
            source: of.source,
            cue: of.cue,
            content: of.content,
            speaker: speaker.map(|(speaker, _)| speaker),
            speaker_confidence: speaker.map(|(_, probability)| probability),
            quote: of.quote,
            attribution: of.kind,
            hedges,
            certainty: of.certainty,
            polarity: of.polarity,
            within,
            sentences: of.sentences,
            confidence: of.confidence,
        }
    }
}

/// The attributions of both layers in the order of the text, those that hold others first.
fn attributions<'a>(tagged: &'a TaggedDocument, model: &Model, min_confidence: f32) -> Vec<Attribution<'a>> {
    let layers = (0..LAYERS).flat_map(|layer| attributions::attributions(tagged, layer, model.calibration()));
    let mut all: Vec<Attribution<'_>> = layers.filter(|one| one.confidence >= min_confidence).collect();
    all.sort_by_key(|one| (one.content[0].start(), one.is_inner));
    nesting::without_echoes(all)
}
