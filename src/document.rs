//! An article cut into sentences.

pub(crate) mod quotations;
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
    /// The first byte of each paragraph; 0 comes first.
    pub paragraph_starts: Vec<usize>,
    /// What stands between double quotation marks, marks included, in order.
    pub quotations: Vec<Span>,
}

impl Document {
    /// Cuts `article` into sentences and paragraphs and finds its quotations.
    pub fn new(article: Article) -> Self {
        let sentences = sentences(article.text());
        let paragraph_starts = quotations::paragraph_starts(article.text());
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
}

#[cfg(test)]
mod tests;
