//! `--shard I/N`: which articles of an input are one process's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One of several equal parts of an input. Part `I` of `N` has the articles number `I`, `I + N`, `I + 2N`, …, so that
/// parts put together again are in the order of the input, and every format is split in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Shard {
    /// From 1 to `count`.
    index: u32,
    count: u32,
}

impl Shard {
    /// All of the input.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// Its number, from 1.
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many there are.
    pub fn count(self) -> u32 {
        self.count
    }

    /// Whether the input's article number `position`, counted from 1, belongs to it.
    pub fn holds(self, position: u64) -> bool {
        position % u64::from(self.count) == u64::from(self.index % self.count)
    }
}

impl Shard {
    /// How many of an input's first `articles` belong to it.
    pub(super) fn share(self, articles: u64) -> u64 {
        (articles + u64::from(self.count - self.index)) / u64::from(self.count)
    }
}

impl Default for Shard {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl TryFrom<String> for Shard {
    type Error = &'static str;

    fn try_from(typed: String) -> Result<Self, Self::Error> {
        typed.parse()
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(typed: &str) -> Result<Self, Self::Err> {
        let (index, count) = typed.split_once('/').ok_or("write it as 1/4")?;
        let number = |typed: &str| typed.trim().parse().map_err(|_| "write it as 1/4");
        let (index, count) = (number(index)?, number(count)?);
        // For those who count from 0.
        let shard = Self { index: if index == 0 { count } else { index }, count };
        if (1..=shard.count).contains(&shard.index) {
            Ok(shard)
        } else {
            Err("the first number goes from 1, or 0, to the second")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_what_shards_hold() {
        for (count, articles) in [(1, 0), (1, 7), (3, 7), (4, 3), (5, 20)] {
            for index in 1..=count {
                let shard = Shard { index, count };
                let held = (1..=articles).filter(|&position| shard.holds(position)).count() as u64;
                assert_eq!(shard.share(articles), held, "{shard} of {articles}");
            }
        }
    }

    #[test]
    fn each_article_is_in_one_shard() {
        let shards: Vec<Shard> = ["1/3", "2/3", "3/3"].map(|s| s.parse().unwrap()).into();
        for position in 1..20 {
            assert_eq!(shards.iter().filter(|shard| shard.holds(position)).count(), 1);
            assert!(Shard::WHOLE.holds(position));
        }
        assert!(shards[1].holds(2) && shards[1].holds(5) && shards[2].holds(3));
        assert_eq!("0/3".parse(), Ok(shards[2]), "for those who count from 0");
        for typed in ["", "1", "0/0", "4/3", "1/0", "-1/3", "a/b", "1/2/3"] {
            assert!(typed.parse::<Shard>().is_err(), "{typed}");
        }
    }
}
