//! A run seen from outside.

use std::path::Path;

use serde::Serialize;

use super::folder;
use super::manifest::{Manifest, State};
use crate::error::Error;

/// What can be said of a run without disturbing it.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// What it says of itself, at most some seconds old while it runs.
    #[serde(flatten)]
    pub manifest: Manifest,
    /// Whether a process holds the folder now.
    pub held: bool,
}

impl Status {
    /// The status of the run in folder `dir`.
    ///
    /// # Errors
    /// If there is no run.
    pub fn of(dir: &Path) -> Result<Self, Error> {
        let held = folder::is_held(dir);
        let path = dir.join(Manifest::FILE);
        let missing = || Error::NotAManifest { path, reason: "it is missing".into() };
        Ok(Self { manifest: Manifest::read(dir)?.ok_or_else(missing)?, held })
    }

    /// Whether its process went without a word: it was killed, or the machine was.
    pub fn was_killed(&self) -> bool {
        self.manifest.state == State::Running && !self.held
    }
}
