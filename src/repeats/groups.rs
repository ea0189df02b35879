//! Rows of words that are alike, put into groups.

use std::collections::HashMap;

use rayon::slice::ParallelSliceMut;

use super::words::Words;

/// Rows of words, end to end.
#[derive(Debug, Default)]
pub(super) struct Rows {
    words: Vec<u32>,
    ends: Vec<u32>,
}

impl Rows {
    pub(super) fn push(&mut self, row: &[u32]) {
        self.words.extend(row);
        self.ends.push(u32::try_from(self.words.len()).expect("fewer words than fit in memory"));
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn row(&self, at: u32) -> &[u32] {
        let at = at as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.words[start..self.ends[at] as usize]
    }
}

/// Words in a row that two have in common if they are to be held against each other.
const SHINGLE: usize = 3;

/// Rows under one shingle that others are held against. Of more, which only phrases that everybody uses have, a rarer
/// shingle tells.
const LEADERS: usize = 24;

/// Of each row the first one of its group, and of that the longest.
#[derive(Debug)]
pub(super) struct Groups {
    first: Vec<u32>,
    longest: Vec<u32>,
}

impl Groups {
    /// Puts together what overlaps by `least`. `on` hears how much is done, from 0 to 1.
    pub(super) fn new(rows: &Rows, words: &Words, least: f64, on: &mut dyn FnMut(f64)) -> Self {
        let count = u32::try_from(rows.len()).expect("fewer claims than fit in memory");
        let mut groups = Self { first: (0..count).collect(), longest: (0..count).collect() };
        // What is the same word for word is held against others once.
        let mut seen: HashMap<&[u32], u32> = HashMap::new();
        let mut index: Vec<u64> = Vec::new();
        for at in 0..count {
            let row = rows.row(at);
            let first = *seen.entry(row).or_insert(at);
            if first == at {
                index.extend(row.windows(SHINGLE).map(|shingle| u64::from(hash(shingle)) << 32 | u64::from(at)));
            } else {
                groups.first[at as usize] = first;
            }
        }
        drop(seen);
        index.par_sort_unstable();
        index.dedup();
        let of = |entry: u64| (entry >> 32, (entry & u64::from(u32::MAX)) as u32);
        let mut leaders: Vec<u32> = Vec::new();
        let mut shingle = None;
        for (at, &entry) in index.iter().enumerate() {
            if at % (1 << 16) == 0 {
                on(at as f64 / index.len() as f64);
            }
            let (hash, one) = of(entry);
            if shingle != Some(hash) {
                shingle = Some(hash);
                leaders.clear();
            }
            let mut is_alike = false;
            for &leader in &leaders {
                if groups.find(leader) == groups.find(one) {
                    is_alike = true;
                } else if may_be(rows.row(leader), rows.row(one), least)
                    && words.overlap(rows.row(leader), rows.row(one)) >= least
                {
                    is_alike = groups.join(leader, one, rows, |one, other| {
                        // What both are cuts of may say the opposite.
                        !words.contradict(rows.row(one), rows.row(other), least)
                    });
                }
            }
            if !is_alike && leaders.len() < LEADERS {
                leaders.push(one);
            }
        }
        groups
    }

    /// The first row of the group.
    pub(super) fn find(&mut self, mut at: u32) -> u32 {
        while self.first[at as usize] != at {
            let above = self.first[self.first[at as usize] as usize];
            self.first[at as usize] = above;
            at = above;
        }
        at
    }

    /// Makes two groups one, if their longest rows agree.
    fn join(&mut self, one: u32, other: u32, rows: &Rows, agree: impl Fn(u32, u32) -> bool) -> bool {
        let (one, other) = (self.find(one), self.find(other));
        let longest = [one, other].map(|group| self.longest[group as usize]);
        if !agree(longest[0], longest[1]) {
            return false;
        }
        let (first, later) = (one.min(other), one.max(other));
        self.first[later as usize] = first;
        self.longest[first as usize] =
            if rows.row(longest[1]).len() > rows.row(longest[0]).len() { longest[1] } else { longest[0] };
        true
    }
}

/// Whether so many words are in both that they may overlap by `least`: quickly told, for most have only a phrase in common.
fn may_be(one: &[u32], other: &[u32], least: f64) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let mut lacking = short.len() - (least * short.len() as f64).ceil() as usize;
    for word in short {
        if !long.contains(word) {
            if lacking == 0 {
                return false;
            }
            lacking -= 1;
        }
    }
    true
}

/// FNV-1a over the words' numbers: two phrases with one hash cost a comparison.
fn hash(shingle: &[u32]) -> u32 {
    let bytes = shingle.iter().flat_map(|word| word.to_le_bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
