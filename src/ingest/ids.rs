//! One id an article.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::article::Article;
use crate::error::{Reject, Stage};

/// The ids given so far, as 96 bits of their hashes, each with the number of its article in the input: 4 million take some
/// 140 MB. Two ids of one hash are to be feared among 10¹⁴.
#[derive(Debug, Default)]
pub(super) struct Ids {
    taken: HashMap<[u32; 3], u32>,
    /// Readings so far.
    number: u32,
}

impl Ids {
    /// Takes the article's id for it, unless another has it already: their records could not be told apart.
    pub(super) fn claim(&mut self, reading: Result<Article, Reject>) -> Result<Article, Reject> {
        self.number = self.number.saturating_add(1);
        let article = reading?;
        let hash = blake3::hash(article.id.as_bytes());
        let (parts, _) = hash.as_bytes().as_chunks::<4>();
        match self.taken.entry([parts[0], parts[1], parts[2]].map(u32::from_le_bytes)) {
            Entry::Vacant(free) => {
                free.insert(self.number);
                Ok(article)
            }
            Entry::Occupied(first) => {
                let (id, first) = (&article.id, first.get());
                let reason = format!(
                    "article {first} of the input has the id `{id}` too; give each article of a run its own id"
                );
                Err(article.rejected(Stage::Read, reason))
            }
        }
    }
}
