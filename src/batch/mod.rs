//! A run over a corpus: articles in; `records.jsonl`, `rejects.jsonl` and `run.json` out, with progress on the way.
//!
//! The output is the checkpoint. Both files are in the order of the input and only ever grow by whole lines, so a run
//! that was killed goes on behind what is there, and ends with the bytes of a run that was not.
//!
//! ```
//! use sayso::batch::{self, Observer, Options, Progress};
//! use sayso::{Dtype, Ingest, Input, Model, Tagger};
//!
//! struct Counted(u64);
//! impl Observer for Counted {
//!     fn advance(&mut self, progress: &Progress) {
//!         self.0 = progress.counts.articles;
//!     }
//! }
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::write(folder.path().join("a1.txt"), "The ferry may be late, harbour master Ana Ruiz said.")?;
//! let tagger = Tagger::new(Model::load("models/news-en".as_ref(), Dtype::Auto)?);
//! let ingest = Ingest::open(&[Input::Path(folder.path().join("a1.txt"))])?;
//! let mut counted = Counted(0);
//! let run = batch::run(&tagger, ingest, &Options::new(folder.path().join("out")), &mut counted)?;
//! assert_eq!((run.state, run.counts.claims, counted.0), (batch::State::Finished, 1, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod counts;
mod done;
mod feed;
mod files;
mod firsts;
mod folder;
mod lines;
mod manifest;
mod merge;
mod metrics;
mod observer;
mod options;
mod shard;
mod status;
mod stream;
mod swap;
mod verify;
mod work;

pub use counts::Counts;
pub(crate) use files::OWN as FILES;
pub use firsts::Dedupe;
pub use manifest::{Digest, Fingerprint, Machine, Manifest, State};
pub use merge::merge;
pub use metrics::prometheus;
pub use observer::{Observer, Progress};
pub use options::Options;
pub use shard::Shard;
pub use status::Status;
pub use stream::stream;
pub use verify::{Verification, verify};

use crate::error::Error;
use crate::ingest::Ingest;
use crate::tagger::Tagger;
use folder::Folder;
use work::{Run, apart, write_metrics};

/// Runs `tagger` over everything in `ingest` and writes the results to `options.out`, or goes on with the run that was
/// begun there; `observer` sees how far it is.
///
/// Records come in the order of the input. An article that cannot be read or tagged is written to `rejects.jsonl` and
/// the run goes on. The manifest says whether it finished or was stopped.
///
/// # Errors
/// If the output folder cannot be written, is in use or holds another run, if the input is not what it was when the
/// run began, or two articles have one id; what was written until then stays.
pub fn run(tagger: &Tagger, ingest: Ingest, options: &Options, observer: &mut dyn Observer) -> Result<Manifest, Error> {
    apart(&ingest, &FILES.map(|name| options.out.join(name)), options)?;
    let fingerprint = Fingerprint::new(tagger.model(), &ingest, options);
    let (folder, before) = Folder::open(&options.out, &fingerprint, options.overwrite)?;
    let manifest = Manifest::begin(fingerprint, &ingest, options, before.as_ref());
    let done = folder.done()?;
    let mut run = Run::new(options, observer, folder, manifest, before.as_ref());
    run.save()?;

    let ended = run.work(tagger, ingest, done).and_then(|state| {
        run.sink.sync()?;
        if state == State::Finished {
            run.manifest.files = folder::digests(run.sink.dir())?;
        }
        Ok(state)
    });
    let state = ended.as_ref().map_or(State::Failed, |&state| state);
    if let Some(before) = before.filter(|_| state != State::Finished && !run.has_added) {
        // Nothing came of it, so the run is where it was.
        run.manifest = before;
        let written = run.manifest.write(run.sink.dir());
        return ended.and_then(|state| written.map(|()| Manifest { state, ..run.manifest }));
    }
    run.manifest.state = state;
    run.manifest.error = ended.as_ref().err().map(Error::to_string);
    let saved = run.save();
    // On a full disk both fail; the error that counts is the first.
    ended.and(saved)?;
    if state == State::Finished {
        run.sink.publish()?;
        write_metrics(&run.manifest, options)?;
    }
    Ok(run.manifest)
}
