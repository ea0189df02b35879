//! Who said what in news articles, and how sure they were.
//!
//! News articles go in; each is split into sentences and read by a transformer tagger that finds the speakers and the
//! claims attributed to them; one JSON record an article comes out. The flow is the module list, each stage nesting
//! the one before it:
//!
//! ```text
//! ingest::Ingest → article::Article → document::Document → tagger::TaggedDocument → extract::Extraction → record::Record
//! ```
//!
//! [`pipeline::run`] takes articles through all of it, [`batch::run`] takes a corpus.
//!
//! ```no_run
//! use sayso::{Article, Dtype, Model, Place, Tagger, engine, pipeline};
//!
//! engine::tune();
//! let tagger = Tagger::new(Model::load("models/news-en".as_ref(), Dtype::Auto)?);
//! let article = Article::new("a1", Place::file("memory"), "The mayor said the bridge may close.");
//! for record in pipeline::run(&tagger, vec![article], pipeline::Options::default()).into_iter().flatten() {
//!     for claim in &record.claims {
//!         println!("{:?} {:?}", claim.source, claim.content);
//!     }
//! }
//! # Ok::<(), sayso::Error>(())
//! ```

pub mod article;
pub mod batch;
pub mod diff;
pub mod disk;
pub mod document;
pub mod error;
pub mod eval;
pub mod export;
pub mod extract;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
pub mod gold;
pub mod html;
pub mod import;
pub mod ingest;
mod jsonl;
mod markup;
mod math;
pub mod pipeline;
pub mod record;
pub mod records;
pub mod repeats;
pub mod report;
#[cfg(feature = "serve")]
pub mod serve;
pub mod span;
pub mod speakers;
mod stream;
pub mod tagger;
pub mod terms;
pub mod visible;

pub use article::Article;
pub use error::{Error, Place, Reject};
pub use ingest::{Ingest, Input};
pub use record::Record;
pub use tagger::{Dtype, Guide, Isa, Model, ModelFiles, Tagger, engine};
