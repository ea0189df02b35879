//! Shards put together again.

use std::path::{Path, PathBuf};

use serde::de::IgnoredAny;

use super::counts::Counts;
use super::done::{Lines, Reject};
use super::files::{RECORDS, REJECTS};
use super::folder::{self, Folder};
use super::manifest::{Fingerprint, Manifest, State};
use super::shard::Shard;
use super::swap;
use super::work::Sink;
use crate::disk;
use crate::error::Error;

/// Bytes that are written at once.
const BLOCK: usize = 1 << 20;

/// Puts the runs in the folders `dirs`, all the shards of one input in any order, together in folder `out`: the same
/// records and rejects as of one run over all of it, which can then go on where the input has grown.
///
/// # Errors
/// If a shard is missing, unfinished or of another run, or `out` has results and is not to be overwritten.
pub fn merge(dirs: &[PathBuf], out: &Path, overwrite: bool) -> Result<Manifest, Error> {
    let mut shards = dirs.iter().map(|dir| Part::open(dir)).collect::<Result<Vec<_>, _>>()?;
    shards.sort_by_key(|part| part.shard.index());
    check(&shards)?;

    let Some(first) = shards.first() else { unreachable!("there is a shard, as was checked") };
    let mut manifest = first.manifest.clone();
    manifest.fingerprint.shard = Shard::WHOLE;
    if let Some(part) = shards.iter().find(|part| disk::is_same(&part.dir, out)) {
        return Err(part.unfit("it is the folder to write to; name a new one".into()));
    }
    swap::heal(out)?;
    if !overwrite && folder::holds_run(out) {
        return Err(Error::OtherRun { path: out.to_owned(), changes: "a run is here already".into() });
    }
    // It appears when it is whole, so that a merge that was killed begins anew.
    let mut folder = Folder::new(out, &manifest.fingerprint)?;
    manifest.counts = Counts::default();
    for part in &shards {
        manifest.counts += part.manifest.counts;
    }
    manifest.started = shards.iter().map(|part| part.manifest.started.clone()).min().unwrap_or_default();
    manifest.sittings = shards.iter().map(|part| part.manifest.sittings).sum();
    manifest.seconds = shards.iter().map(|part| part.manifest.seconds).sum();
    manifest.words_per_second = (manifest.counts.words as f64 / manifest.seconds.max(1e-3)).round();
    manifest.machines.clear();
    for machine in shards.iter().flat_map(|part| &part.manifest.machines) {
        machine.clone().join(&mut manifest.machines);
    }
    manifest.files.clear();
    manifest.state = State::Running;
    manifest.touch();
    manifest.write(folder.dir())?;

    let (mut records, mut rejects) = (Vec::new(), Vec::new());
    let count = shards.len();
    for position in 1.. {
        let part = &mut shards[(position - 1) % count];
        if part.rejects.next.as_ref().is_some_and(|reject| reject.position == position as u64) {
            rejects.extend_from_slice(part.rejects.line().as_bytes());
            part.rejects.advance()?;
        } else if part.records.next.is_some() {
            records.extend_from_slice(part.records.line().as_bytes());
            part.records.advance()?;
        } else {
            break;
        }
        if records.len() + rejects.len() > BLOCK {
            folder.append(&records, &rejects)?;
            (records, rejects) = (Vec::new(), Vec::new());
        }
    }
    folder.append(&records, &rejects)?;
    if let Some(part) = shards.iter().find(|part| part.records.next.is_some() || part.rejects.next.is_some()) {
        return Err(part.unfit("it has more articles than the others; the shards are not of the same input".into()));
    }
    folder.sync()?;
    manifest.state = State::Finished;
    manifest.files = folder::digests(folder.dir())?;
    manifest.touch();
    manifest.write(folder.dir())?;
    folder.publish()?;
    Ok(manifest)
}

/// One shard's results.
struct Part {
    dir: PathBuf,
    manifest: Manifest,
    shard: Shard,
    records: Lines<IgnoredAny>,
    rejects: Lines<Reject>,
}

impl Part {
    fn open(dir: &Path) -> Result<Self, Error> {
        let missing = || Error::NotAManifest { path: dir.join(Manifest::FILE), reason: "it is missing".into() };
        let manifest = Manifest::read(dir)?.ok_or_else(missing)?;
        let shard = manifest.fingerprint.shard;
        let (records, rejects) = (Lines::open(dir.join(RECORDS))?, Lines::open(dir.join(REJECTS))?);
        Ok(Self { dir: dir.to_owned(), manifest, shard, records, rejects })
    }

    fn unfit(&self, reason: String) -> Error {
        Error::Shard { path: self.dir.clone(), reason }
    }
}

/// Checks that `shards`, in their order, are all of one run and finished.
fn check(shards: &[Part]) -> Result<(), Error> {
    let Some(first) = shards.first() else { return Ok(()) };
    let whole = |part: &Part| Fingerprint { shard: Shard::WHOLE, ..part.manifest.fingerprint.clone() };
    for (part, index) in shards.iter().zip(1..) {
        if part.manifest.state != State::Finished {
            return Err(part.unfit("the run is not finished; let it go on first".into()));
        }
        if part.manifest.files != folder::digests(&part.dir)? {
            return Err(part.unfit("its files are not those that the run wrote; see sayso verify".into()));
        }
        if part.manifest.inputs != first.manifest.inputs {
            let (own, other) = (part.manifest.inputs.join(" "), first.manifest.inputs.join(" "));
            return Err(part.unfit(format!("it is of other inputs ({own}) than {} ({other})", first.dir.display())));
        }
        let changes = whole(first).changes(&whole(part));
        if !changes.is_empty() {
            let other = first.dir.display();
            return Err(part.unfit(format!("its settings are not those of {other} ({changes})")));
        }
        if part.shard.count() as usize != shards.len() || part.shard.index() != index {
            let (shard, all) = (part.shard, shards.len());
            return Err(part.unfit(format!("it is shard {shard}, and {all} folders are named; name each shard once")));
        }
    }
    Ok(())
}
