//! Who speaks: for now one speaker for each distinct source text.

use std::collections::HashMap;

use super::Claim;
use crate::span::Span;

/// One who makes claims in an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Speaker {
    /// As the article writes it, white space folded.
    pub name: String,
    /// Every source span that refers to it, in order.
    pub mentions: Vec<Span>,
}

/// Gives every claim with a source its speaker. `claims` are in the order of the text.
pub(crate) fn resolve(text: &str, claims: &mut [Claim]) -> Vec<Speaker> {
    let mut speakers: Vec<Speaker> = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    for claim in claims {
        let Some(source) = claim.source else { continue };
        let name = source.text(text).split_whitespace().collect::<Vec<_>>().join(" ");
        let index = *by_name.entry(name.clone()).or_insert_with(|| {
            speakers.push(Speaker { name, mentions: Vec::new() });
            speakers.len() - 1
        });
        claim.speaker = Some(index);
        if !speakers[index].mentions.contains(&source) {
            speakers[index].mentions.push(source);
        }
    }
    for speaker in &mut speakers {
        speaker.mentions.sort();
    }
    speakers
}
