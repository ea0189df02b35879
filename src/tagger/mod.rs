//! From a document to its mentions, links and hedges: windows → batches → encoder → decoding.
//!
//! ```
//! use std::sync::atomic::AtomicBool;
//!
//! use sayso::document::Document;
//! use sayso::terms::Role;
//! use sayso::{Article, Dtype, Model, Place, Tagger};
//!
//! let tagger = Tagger::new(Model::load("models/news-en".as_ref(), Dtype::Auto)?);
//! let document = Document::new(Article::new("a1", Place::file("a1"), "The ferry is late, Ana Ruiz said."));
//! let tagged = tagger.tag(vec![document], Default::default(), &AtomicBool::new(false))?.remove(0)?;
//! let roles: Vec<Role> = tagged.mentions[0].iter().map(|mention| mention.role).collect();
//! assert_eq!(roles, [Role::Content, Role::Source, Role::Cue]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod config;
mod decode;
mod dtype;
mod encoder;
pub mod engine;
mod files;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod input;
mod model;
mod scorer;
mod weights;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

pub use decode::calibration::Calibration;
pub use dtype::Dtype;
pub use files::ModelFiles;
pub use model::Model;

use crate::document::Document;
use crate::error::{Reject, Stage, Stopped};
use crate::span::Span;
use crate::terms::{Class, Role};
pub(crate) use decode::called::is_owner;
use encoder::Output;
pub(crate) use encoder::{FIELD_SCORES, KIND_SCORES, LAYERS, Pair};
use input::packed::Input;
pub use input::pieces::Guide;
use input::pieces::Pieces;
use input::windows;
pub use sayso_kernels::Isa;
pub use scorer::{FEATURES, Features, Scorer};

/// One span that the tagger found, and what it is linked to.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// What it does.
    pub role: Role,
    /// Where it stands.
    pub span: Span,
    /// How probable its tags are, from 0 to 1: the geometric mean over its word pieces.
    pub confidence: f32,
    /// From a source to cues, from a cue to sources, from a content to cues and to sources that stand for one; in the
    /// order of the text.
    pub links: Vec<Link>,
    /// The probability that it is linked to nothing.
    pub unlinked: f32,
    /// Of a cue or content, what is said of its claim: scores of types, certainties and polarities.
    pub(crate) fields: [f32; FIELD_SCORES],
    /// Of a source or content, what is said of who speaks there.
    pub(crate) voice: Option<Voice>,
}

/// What is said of a speaker at the first word piece of a name, a source, or a content without a source.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Voice {
    /// Scores of [kinds](crate::terms::Kind) in their order, and that there is a proper name.
    pub(crate) kinds: [f32; KIND_SCORES],
    /// Who is meant.
    pub(crate) pair: Pair,
    /// Where the text near by says what the speaker is, with the probability of that.
    pub(crate) role: Option<(Span, f32)>,
    /// … and whose.
    pub(crate) affiliation: Option<(Span, f32)>,
}

/// A proper name of one who may speak, or of anybody else.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// Where it stands, titles left out.
    pub span: Span,
    pub(crate) voice: Voice,
}

/// A cue of uncertainty.
#[derive(Clone, Debug, PartialEq)]
pub struct Hedge {
    /// Its kind.
    pub class: Class,
    /// Where it stands.
    pub span: Span,
    /// What it weakens, itself included; within its sentence.
    pub scope: Option<Span>,
    /// How probable its tags are, from 0 to 1: the geometric mean over its word pieces.
    pub confidence: f32,
}

/// A possible link between two mentions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// The other mention, an index into its layer of [`TaggedDocument::mentions`].
    pub to: usize,
    /// From 0 to 1.
    pub probability: f32,
}

/// A document with what the tagger found in it.
#[derive(Clone, Debug)]
pub struct TaggedDocument {
    /// The document as it came.
    pub document: Document,
    /// Those of outer claims, then those of claims that stand in others' contents; each layer in the order of the text,
    /// and within it they never overlap.
    pub mentions: [Vec<Mention>; LAYERS],
    /// In the order of the text; they never overlap.
    pub names: Vec<Name>,
    /// In the order of the text; they never overlap.
    pub hedges: Vec<Hedge>,
}

/// Reads documents with a [`Model`], which clones share.
#[derive(Clone, Debug)]
pub struct Tagger {
    model: Arc<Model>,
    batch: usize,
}

impl Tagger {
    /// Word pieces that the encoder reads at once, unless told otherwise.
    const BATCH: usize = 256;

    /// A tagger that reads with `model`.
    pub fn new(model: Model) -> Self {
        Self { model: Arc::new(model), batch: Self::BATCH }
    }

    /// Reads about this many word pieces at once. What it finds does not depend on it, only how fast.
    #[must_use]
    pub fn batch(mut self, pieces: usize) -> Self {
        self.batch = pieces;
        self
    }

    /// The model that it reads with.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Tags documents by a guide, in parallel on the current rayon pool; answers in their order.
    ///
    /// # Errors
    /// [`Stopped`], soon after `stop` is set.
    pub fn tag(
        &self,
        documents: Vec<Document>,
        guide: Guide,
        stop: &AtomicBool,
    ) -> Result<Vec<Result<TaggedDocument, Reject>>, Stopped> {
        let prepared: Vec<_> = documents.par_iter().map(|document| self.prepare(document, guide)).collect();
        let ready: Vec<&Prepared> = prepared.iter().flatten().collect();
        let mut encoded = self.encode(&ready, stop)?.into_iter();
        let ready: Vec<_> = documents
            .into_iter()
            .zip(prepared)
            .map(|(document, prepared)| {
                let both = prepared.map(|ready| (ready, encoded.next().unwrap_or_default()));
                (document, both)
            })
            .collect();
        let tagged = ready.into_par_iter().map(|(document, both)| {
            let (prepared, encoded) = both?;
            Ok(self.decode(document, &prepared, &encoded))
        });
        Ok(tagged.collect())
    }

    /// The first of `tag`'s steps: word pieces and windows.
    ///
    /// # Errors
    /// If the tokenizer fails.
    pub fn prepare(&self, document: &Document, guide: Guide) -> Result<Prepared, Reject> {
        let pieces = Pieces::new(document, &self.model.tokenizer, guide).map_err(|error| {
            let reason = format!("the text could not be split into word pieces: {error}");
            document.article.rejected(Stage::Tag, reason)
        })?;
        let (size, overlap) = (self.model.window - 2, self.model.overlap);
        let edges = [&*pieces.paragraph_starts(), &*pieces.sentence_starts];
        let windows = windows::windows(edges, pieces.len(), size, overlap);
        Ok(Prepared { pieces, windows })
    }

    /// The second: all windows through the encoder, in batches of like lengths; answers in the documents' order.
    ///
    /// # Errors
    /// As [`tag`](Self::tag).
    pub fn encode(&self, documents: &[&Prepared], stop: &AtomicBool) -> Result<Vec<Encoded>, Stopped> {
        let mut jobs: Vec<(&Prepared, &Range<usize>)> = Vec::new();
        for ready in documents {
            jobs.extend(ready.windows.iter().map(|window| (*ready, window)));
        }
        let lengths: Vec<usize> = jobs.iter().map(|(_, window)| window.len() + 2).collect();
        let encoded: Vec<(usize, Output)> = windows::batches(&lengths, self.batch)
            .par_iter()
            .with_max_len(1)
            .take_any_while(|_| !stop.load(Ordering::Relaxed))
            .flat_map_iter(|batch| {
                let inputs = batch.iter().map(|&job| {
                    let (ready, window) = &jobs[job];
                    Input { ids: &ready.pieces.ids[(*window).clone()], types: &ready.pieces.types[(*window).clone()] }
                });
                let outputs = self.model.encoder.run(&inputs.collect::<Vec<_>>());
                batch.iter().copied().zip(outputs)
            })
            .collect();
        if stop.load(Ordering::Relaxed) {
            return Err(Stopped);
        }
        let mut outputs: Vec<Option<Output>> = jobs.iter().map(|_| None).collect();
        for (job, output) in encoded {
            outputs[job] = Some(output);
        }
        let mut outputs = outputs.into_iter().flatten();
        let of_each = documents.iter().map(|ready| Encoded(outputs.by_ref().take(ready.windows.len()).collect()));
        Ok(of_each.collect())
    }

    /// The third: mentions, links and hedges.
    pub fn decode(&self, document: Document, prepared: &Prepared, encoded: &Encoded) -> TaggedDocument {
        let reading = decode::Reading::new(&document, &prepared.pieces, &prepared.windows, &encoded.0);
        let [outer, inner] = &self.model.encoder.transitions;
        let mentions = [reading.mentions(0, outer), reading.mentions(1, inner)];
        let (names, hedges) = (reading.names(&mentions), reading.hedges());
        TaggedDocument { document, mentions, names, hedges }
    }
}

/// A document ready for the encoder.
#[derive(Debug)]
pub struct Prepared {
    pieces: Pieces,
    windows: Vec<Range<usize>>,
}

impl Prepared {
    /// Word pieces of the text.
    pub fn pieces(&self) -> usize {
        self.pieces.len()
    }

    /// Positions that the encoder computes: pieces count once for each window that they are in, and each window has a
    /// `[CLS]` and a `[SEP]`.
    pub fn positions(&self) -> usize {
        self.windows.iter().map(|window| window.len() + 2).sum()
    }
}

/// What the encoder says of a document, window by window.
#[derive(Debug, Default)]
pub struct Encoded(Vec<Output>);
