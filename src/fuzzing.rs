//! What fuzzing calls, target by target. Tests call the same with the seeds in `fuzz/seeds` and with what a few random
//! changes make of them, so that no toolchain of its own is needed to try them all.
#![allow(missing_docs, clippy::missing_panics_doc, reason = "no part of the library that others use")]

use crate::document;
use crate::ingest::fuzzing::{read, unpack};
use crate::record::Record;

/// Takes bytes, panics where a promise is broken, and answers how much it found in them.
type Target = fn(&[u8]) -> u64;

/// All but that of the tagger, by name.
pub const TARGETS: [(&str, Target); 24] = [
    ("any", |bytes| read("", bytes)),
    ("csv", |bytes| read("CSV", bytes)),
    ("docx", |bytes| read("Word", bytes)),
    ("exports", |bytes| read("plain text", bytes)),
    ("feed", |bytes| read("RSS and Atom", bytes)),
    ("html", |bytes| read("HTML", bytes)),
    ("json", |bytes| read("JSON", bytes)),
    ("jsonl", |bytes| read("JSON Lines", bytes)),
    ("mail", |bytes| read("mail", bytes)),
    ("markdown", |bytes| read("Markdown", bytes)),
    ("mbox", |bytes| read("mbox", bytes)),
    ("newsml", |bytes| read("NewsML-G2", bytes)),
    ("newsml1", |bytes| read("NewsML 1", bytes)),
    ("nitf", |bytes| read("NITF", bytes)),
    ("parquet", |bytes| read("Parquet", bytes)),
    ("record", record),
    ("rtf", |bytes| read("RTF", bytes)),
    ("sentences", sentences),
    ("sgml", |bytes| read("Gigaword SGML", bytes)),
    ("tar", |bytes| read("tar", bytes)),
    ("text", |bytes| read("plain text", bytes)),
    ("unpack", unpack),
    ("warc", |bytes| read("WARC", bytes)),
    ("zip", |bytes| read("ZIP", bytes)),
];

/// Runs the target of this name.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, target) = TARGETS.into_iter().find(|(known, _)| *known == name).expect("there is such a target");
    target(bytes);
}

/// A record that can be read can be written and read again.
fn record(bytes: &[u8]) -> u64 {
    let Ok(record) = serde_json::from_slice::<Record>(bytes) else { return 0 };
    let line = serde_json::to_string(&record).expect("a record can be written");
    serde_json::from_str::<Record>(&line).expect("what was written can be read");
    1
}

/// Sentences hold all of a text but white space, in order.
fn sentences(bytes: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(bytes);
    let (mut end, mut count) = (0, 0);
    for span in document::sentences(&text) {
        assert!(text[end..span.start()].trim().is_empty());
        let sentence = span.text(&text);
        assert!(!sentence.is_empty() && sentence.trim() == sentence);
        (end, count) = (span.end(), count + 1);
    }
    assert!(text[end..].trim().is_empty());
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::{Path, PathBuf};

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

    /// Changed seeds that each target is tried on.
    const CASES: u32 = 10_000;

    /// The files of a folder below `fuzz/`, in order.
    fn files(folder: &str) -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder);
        let found = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut files: Vec<_> = found.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    /// One change: of what kind, at two places, with a byte.
    type Change = (u8, Index, Index, u8);

    fn changed(seeds: &[Vec<u8>], seed: Index, changes: &[Change]) -> Vec<u8> {
        let mut bytes = seed.get(seeds).clone();
        for (kind, one, other, byte) in changes {
            let (one, other) = (one.index(bytes.len() + 1), other.index(bytes.len() + 1));
            let (start, end) = (one.min(other), one.max(other));
            match kind % 6 {
                0 => bytes.insert(start, *byte),
                1 => bytes.iter_mut().skip(start).take(1).for_each(|at| *at ^= 1 << (byte % 8)),
                2 => bytes.truncate(end),
                3 => drop(bytes.drain(start..end)),
                4 => bytes.extend_from_within(start..end),
                // The end of another.
                _ => {
                    let from = &seeds[usize::from(*byte) % seeds.len()];
                    bytes.splice(start.., from[end.min(from.len())..].to_vec());
                }
            }
        }
        bytes
    }

    #[test]
    fn every_target_has_seeds_that_it_finds_something_in() {
        for (name, target) in TARGETS {
            for seed in files(&format!("seeds/{name}")) {
                assert!(target(&fs::read(&seed).unwrap()) > 0, "nothing in {}", seed.display());
            }
        }
        let names: Vec<_> = files("targets").iter().map(|file| file.file_stem().unwrap().to_owned()).collect();
        let known = TARGETS.iter().map(|(name, _)| *name);
        assert!(names.iter().filter(|name| *name != "decode").eq(known), "{names:?}");
    }

    #[test]
    fn changed_seeds_do_no_harm() {
        for (name, target) in TARGETS {
            let seeds: Vec<_> = files(&format!("seeds/{name}")).iter().map(|file| fs::read(file).unwrap()).collect();
            let changed = (any::<Index>(), vec(any::<Change>(), 1..6))
                .prop_map(|(seed, changes)| changed(&seeds, seed, &changes));
            // The same ones each time.
            let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
            let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
            let tried = TestRunner::new_with_rng(config, random).run(&changed, |bytes| {
                target(&bytes);
                Ok(())
            });
            tried.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}
