//! Articles that come again: which earlier one an article is a copy of.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::repeats::{matters, words};

/// Which copies of earlier articles are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dedupe {
    /// Those with the same text.
    Exact,
    /// Those, too, of which nearly all stands in an earlier one: an agency's story in another paper.
    Near,
}

impl Dedupe {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Near => "near",
        }
    }
}

impl FromStr for Dedupe {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let all = [Self::Exact, Self::Near];
        all.into_iter().find(|dedupe| dedupe.name() == name).ok_or_else(|| "say exact or near".to_owned())
    }
}

/// As `run.json` has it: `false` for none.
pub(super) fn written<S: Serializer>(dedupe: &Option<Dedupe>, serializer: S) -> Result<S::Ok, S::Error> {
    dedupe.map_or(Value::from(false), |dedupe| dedupe.name().into()).serialize(serializer)
}

/// The way back; `true` is what was all there was once.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Dedupe>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(true) => Some(Dedupe::Exact),
        Value::String(name) => Some(name.parse().map_err(D::Error::custom)?),
        _ => None,
    })
}

/// The articles so far that are copies of none before them.
#[derive(Debug)]
pub(super) struct Firsts {
    ids: Vec<Box<str>>,
    /// By the text's hash.
    texts: HashMap<[u8; 16], u32>,
    near: Option<Near>,
}

impl Firsts {
    pub(super) fn new(dedupe: Dedupe) -> Self {
        let near = (dedupe == Dedupe::Near).then(Near::default);
        Self { ids: Vec::new(), texts: HashMap::new(), near }
    }

    /// The id of the earlier article of which this is a copy; else it is the first.
    pub(super) fn of(&mut self, id: &str, text: &str) -> Option<&str> {
        let number = u32::try_from(self.ids.len()).expect("fewer articles than fit in memory");
        let hash = blake3::hash(text.as_bytes());
        let first = match self.texts.entry(*hash.as_bytes().first_chunk().expect("a hash has 32 bytes")) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(free) => {
                let near = self.near.as_mut().and_then(|near| near.of(text, number));
                // A copy of the copy is one of the first.
                free.insert(near.unwrap_or(number));
                near
            }
        };
        if first.is_none() {
            self.ids.push(id.into());
        }
        first.map(|first| &*self.ids[first as usize])
    }
}

/// Words in a row.
const SHINGLE: usize = 3;

/// Shingles that are kept of a text: the same ones wherever they stand.
const KEPT: usize = 64;

/// How much of a text has to stand in an earlier one.
const LEAST: f64 = 0.88;

/// How many times as many words as the earlier text a copy may have; one that has more goes on where that ends.
const LONGER: f64 = 1.1;

/// Texts of fewer shingles are too short to be told from others by them.
const SHORTEST: usize = 24;

/// Earlier texts with one shingle that are held against; what more have is a phrase that everybody uses.
const HELD: usize = 64;

/// Samples of texts' shingles, and who has them. A hash is kept where its last bits are 0, more of them in longer texts, so
/// that of two texts the same shingles are kept, down to the coarser one's bits (Broder 1997).
#[derive(Debug, Default)]
struct Near {
    /// Of each text by its number.
    texts: Vec<Kept>,
    /// Of a hash the latest place among all in `chain`.
    latest: HashMap<u32, u32>,
    /// A text's number, and the place before with the same hash, or itself.
    chain: Vec<(u32, u32)>,
}

/// What is kept of a text beside its shingles.
#[derive(Debug)]
struct Kept {
    words: u32,
    /// How many last bits of a hash have to be 0.
    bits: u32,
    /// Hashes of its numbers and denials, sorted: a copy that has another one, or one more, says something else.
    matters: Box<[u32]>,
}

impl Near {
    /// The earlier text of which this is a copy; else it is kept as this number.
    fn of(&mut self, text: &str, number: u32) -> Option<u32> {
        let (mut row, mut own) = (Vec::new(), Vec::new());
        words(text, |word| {
            let hash = word.bytes().fold(FNV, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
            row.push(hash);
            if matters(word) {
                own.push(mixed(hash));
            }
        });
        own.sort_unstable();
        let join = |shingle: &[u64]| mixed(shingle.iter().fold(FNV, |all, word| (all ^ word).wrapping_mul(PRIME)));
        let mut hashes: Vec<u32> = row.windows(SHINGLE).map(join).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let is_long = hashes.len() >= SHORTEST;
        let mut bits = 0;
        while hashes.len() > KEPT {
            bits += 1;
            hashes.retain(|hash| hash.trailing_zeros() >= bits);
        }
        let kept = Kept { words: u32::try_from(row.len()).unwrap_or(u32::MAX), bits, matters: own.into() };
        let first = if is_long { self.copied(&hashes, &kept) } else { None };
        if first.is_none() {
            let hashes = if is_long { hashes } else { Vec::new() };
            self.keep(&hashes, kept, number);
        }
        first
    }

    fn keep(&mut self, hashes: &[u32], kept: Kept, number: u32) {
        self.texts.push(kept);
        for &hash in hashes {
            let place = u32::try_from(self.chain.len()).expect("fewer shingles than fit in memory");
            let before = self.latest.insert(hash, place).unwrap_or(place);
            self.chain.push((number, before));
        }
    }

    /// The first text that has nearly all of these hashes, and all of what matters.
    fn copied(&self, hashes: &[u32], own: &Kept) -> Option<u32> {
        let mut shared: HashMap<u32, Vec<u32>> = HashMap::new();
        for &hash in hashes {
            let mut next = self.latest.get(&hash).copied();
            for _ in 0..HELD {
                let Some(place) = next else { break };
                let (text, before) = self.chain[place as usize];
                shared.entry(text).or_default().push(hash);
                next = (before != place).then_some(before);
            }
        }
        let is_copy = |&(&text, shared): &(&u32, &Vec<u32>)| {
            let earlier = &self.texts[text as usize];
            let coarser = earlier.bits.max(own.bits);
            let count = |hashes: &[u32]| hashes.iter().filter(|hash| hash.trailing_zeros() >= coarser).count();
            let (both, all) = (count(shared), count(hashes));
            // Of too few nothing can be told: then the earlier one is many times as long.
            all >= KEPT / 4
                && both as f64 >= LEAST * all as f64
                && f64::from(own.words) <= LONGER * f64::from(earlier.words)
                && is_within(&own.matters, &earlier.matters)
        };
        // The order of the map does not matter: the least is taken.
        #[allow(clippy::iter_over_hash_type)]
        let copies = shared.iter().filter(is_copy).map(|(&text, _)| text);
        copies.min()
    }
}

/// Whether all of some sorted numbers are among others, as often.
fn is_within(own: &[u32], others: &[u32]) -> bool {
    let mut rest = others.iter();
    own.iter().all(|one| rest.by_ref().find(|&other| other >= one) == Some(one))
}

const FNV: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// All bits of a hash in the last ones (MurmurHash3's finish).
fn mixed(hash: u64) -> u32 {
    let hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    (hash ^ hash >> 33) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of so many words that no other number has.
    fn story(number: usize, words: usize) -> String {
        let word = |at: usize| {
            let code = mixed((number * 10_000 + at) as u64) as usize % 17_576;
            [code / 676, code / 26 % 26, code % 26]
                .map(|letter| char::from(b'a' + letter as u8))
                .iter()
                .collect::<String>()
        };
        (0..words).map(|at| if at % 11 == 10 { format!("{}. ", word(at)) } else { format!("{} ", word(at)) }).collect()
    }

    #[test]
    fn copies_are_told_cut_with_other_marks_and_a_changed_word() {
        let mut firsts = Firsts::new(Dedupe::Near);
        for (number, length) in [60, 200, 400, 900, 3000].into_iter().enumerate() {
            let text = story(number, length);
            let id = format!("wire-{number}");
            assert_eq!(firsts.of(&id, &text), None, "{length}");
            let half: String = text.split_inclusive(' ').take(length * 3 / 4).collect();
            let other = text.replacen("a ", "a, ", 5).to_uppercase();
            for (what, copy) in [("cut", half), ("marks", other), ("again", text)] {
                assert_eq!(firsts.of(what, &copy), Some(id.as_str()), "{what}, {length}");
            }
        }
        assert_eq!(firsts.ids.len(), 5);
    }

    #[test]
    fn what_says_more_or_something_else_is_no_copy() {
        let text = story(1, 300);
        for other in [
            format!("{text} {}", story(2, 120)),
            text.replacen(". ", ". It is not so. ", 1),
            format!("{text} There were 17 dead."),
            story(3, 300),
            text.split_inclusive(' ').take(20).collect(),
        ] {
            let mut firsts = Firsts::new(Dedupe::Near);
            assert_eq!(firsts.of("1", &text), None);
            assert_eq!(firsts.of("2", &other), None, "{other}");
        }
    }

    #[test]
    fn a_denial_more_counts() {
        assert!(is_within(&[1, 3, 3], &[1, 2, 3, 3, 4]) && is_within(&[], &[]));
        assert!(!is_within(&[3, 3], &[1, 3, 4]) && !is_within(&[5], &[4]));
    }

    #[test]
    fn exact_is_the_same_text() {
        let mut firsts = Firsts::new(Dedupe::Exact);
        assert_eq!(firsts.of("1", "It sank."), None);
        assert_eq!(firsts.of("2", "It  sank."), None);
        assert_eq!(firsts.of("3", "It  sank."), Some("2"));
    }

    #[test]
    fn a_phrase_that_many_have_makes_no_copy() {
        let mut firsts = Firsts::new(Dedupe::Near);
        let close = "This story was written by the agency and may not be published again without its leave";
        for number in 0..200 {
            assert_eq!(firsts.of(&number.to_string(), &format!("{} {close}", story(number, 120))), None, "{number}");
        }
    }

    /// A text of so many words, each another one.
    fn row(words: usize) -> String {
        (0..words).map(|at| "x".repeat(at + 1) + " ").collect()
    }

    #[test]
    fn hashes_are_the_published_ones() {
        // By the references of MurmurHash3's finish and of FNV-1a.
        let finished = [0, 1, 0x0123_4567_89ab_cdef, u64::MAX].map(mixed);
        assert_eq!(finished, [0, 0x34c2_cb2c, 0x8902_2cea, 0x4b82_5f21]);
        let mut near = Near::default();
        near.of(&format!("The mill may close. 17 {}", row(30)), 0);
        assert_eq!(*near.texts[0].matters, [0xac76f52c]);
        assert!(near.latest.contains_key(&0x12d7b331) && near.latest.contains_key(&0x46a23488));
    }

    #[test]
    fn as_many_shingles_are_kept_as_are_needed() {
        let kept = |words| {
            let mut near = Near::default();
            near.of(&row(words), 0);
            (near.texts[0].bits, near.latest.len())
        };
        assert_eq!(kept(SHORTEST + SHINGLE - 2), (0, 0), "too short to be told");
        assert_eq!(kept(SHORTEST + SHINGLE - 1), (0, SHORTEST));
        assert_eq!(kept(KEPT + SHINGLE - 1), (0, KEPT));
        let (bits, count) = kept(400);
        assert!(bits >= 2 && (KEPT / 4..=KEPT).contains(&count), "{bits}, {count}");
    }

    #[test]
    fn a_few_words_more_are_a_copy_and_a_small_part_is_not_told() {
        let mut firsts = Firsts::new(Dedupe::Near);
        let (short, long) = (story(1, 100), story(2, 3000));
        assert_eq!(firsts.of("short", &short), None);
        assert_eq!(firsts.of("more", &format!("{short} {}", story(3, 6))), Some("short"));
        assert_eq!(firsts.of("long", &long), None);
        let part: String = long.split_inclusive(' ').take(300).collect();
        assert_eq!(firsts.of("part", &part), None);
    }
}
