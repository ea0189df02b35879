//! The files that a run writes.

pub(super) const RECORDS: &str = "records.jsonl";
pub(super) const REJECTS: &str = "rejects.jsonl";
pub(super) const MANIFEST: &str = "run.json";

/// All of them.
pub(crate) const OWN: [&str; 3] = [RECORDS, REJECTS, MANIFEST];
