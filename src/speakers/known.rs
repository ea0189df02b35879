//! The speakers of a corpus, told to its records.

use std::collections::HashMap;
use std::sync::Arc;

use super::Speaker;
use crate::record::{CorpusSpeaker, Record};

/// Whom the speakers of each article are in the corpus.
#[derive(Debug, Default)]
pub struct Known {
    /// By the article's id, with the speaker's id there.
    articles: HashMap<String, Vec<(String, Arc<CorpusSpeaker>)>>,
}

impl Known {
    /// What [`super::Gather::finish`] found.
    pub fn new(speakers: Vec<Speaker>) -> Self {
        let mut articles: HashMap<String, Vec<_>> = HashMap::new();
        for speaker in speakers {
            let id = speaker.external_id.unwrap_or(speaker.id);
            let one = Arc::new(CorpusSpeaker { id, name: speaker.name });
            for mention in speaker.mentions {
                articles.entry(mention.article).or_default().push((mention.speaker, Arc::clone(&one)));
            }
        }
        Self { articles }
    }

    /// Says of each speaker of a record who that is; of those without a proper name nobody knows.
    pub fn tell(&self, record: &mut Record) {
        let Some(known) = self.articles.get(&record.id) else { return };
        for speaker in &mut record.speakers {
            speaker.corpus = known.iter().find(|(id, _)| *id == speaker.id).map(|(_, one)| Arc::clone(one));
        }
    }
}
