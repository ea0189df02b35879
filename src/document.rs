//! An article cut into sentences.
//!
//! ```
//! use sayso::{Article, Place, document::Document};
//!
//! let document = Document::new(Article::new("a1", Place::file("a1.txt"), "Mr. Ruiz left. It rained."));
//! let sentences: Vec<&str> = document.sentences.iter().map(|sentence| sentence.text(document.text())).collect();
//! assert_eq!(sentences, ["Mr. Ruiz left.", "It rained."]);
//! ```

mod quotations;
mod sentences;
mod words;

use std::ops::Range;

use crate::article::Article;
use crate::span::Span;

pub use sentences::sentences;

/// An article and where its sentences are.
#[derive(Clone, Debug)]
pub struct Document {
    /// The article.
    pub article: Article,
    /// Its sentences in order, as [`sentences`] finds them.
    pub sentences: Vec<Span>,
    /// The first byte of each paragraph, heading, list item and the like; 0 comes first. A line end that merely wraps a
    /// paragraph starts none.
    pub paragraph_starts: Vec<usize>,
    /// What stands between quotation marks, marks included, in order; they do not overlap.
    pub quotations: Vec<Span>,
}

impl Document {
    /// Cuts `article` into sentences and paragraphs and finds its quotations.
    pub fn new(article: Article) -> Self {
        let blocks = sentences::blocks(article.text());
        let sentences = sentences::within(article.text(), &blocks);
        let paragraph_starts = paragraph_starts(&blocks);
        let quotations = quotations::quotations(article.text(), &paragraph_starts);
        Self { article, sentences, paragraph_starts, quotations }
    }

    /// The text that all spans count into.
    pub fn text(&self) -> &str {
        self.article.text()
    }

    /// The numbers of the sentences that `span` shares a byte with.
    pub fn sentences_of(&self, span: Span) -> Range<usize> {
        let start = self.sentences.partition_point(|sentence| sentence.end() <= span.start());
        let length = self.sentences[start..].partition_point(|sentence| sentence.start() < span.end());
        start..start + length
    }

    /// The number of the paragraph in which a byte stands, from 1.
    pub(crate) fn paragraph_of(&self, byte: usize) -> usize {
        self.paragraph_starts.partition_point(|&start| start <= byte)
    }
}

/// What stands between quotation marks in a text, as [`Document::quotations`] has it.
pub(crate) fn quotations_of(text: &str) -> Vec<Span> {
    quotations::quotations(text, &paragraph_starts(&sentences::blocks(text)))
}

/// Where paragraphs start; 0 comes first.
fn paragraph_starts(blocks: &[Span]) -> Vec<usize> {
    let starts = blocks.iter().map(|block| block.start()).filter(|&start| start > 0);
    std::iter::once(0).chain(starts).collect()
}

#[cfg(test)]
mod tests;
