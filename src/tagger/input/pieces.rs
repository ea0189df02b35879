//! Word pieces and their token types: what the encoder reads of a document.
//!
//! `scripts/train/features.py` computes the same for training; a test holds the two together.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use tokenizers::Tokenizer;

use crate::document::Document;
use crate::span::Span;

/// Shapes of a word piece: other, lower-case, capitalised, all capitals, with a digit.
const SHAPES: u8 = 5;

/// How many token types there are: shape + 5 · first of a paragraph + 10 · inside quotation marks + 20 · the [`Guide`].
///
/// The encoder is uncased, knows no line breaks and cannot see a quotation that began in another window; the token
/// types tell it, and by which guide to read.
pub(crate) const TOKEN_TYPES: i64 = 40;

/// What counts as a claim, and where it begins and ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Guide {
    /// The project's own guide, which its annotated news follow
    #[default]
    Sayso,
    /// That of PolNeAR (Newell, Margolin and Ruths 2018): wider contents, and no claims within claims
    Polnear,
}

impl FromStr for Guide {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let named = [Self::Sayso, Self::Polnear].into_iter().find(|guide| guide.to_string() == name);
        named.ok_or_else(|| format!("guide is {name:?}; say sayso or polnear"))
    }
}

impl fmt::Display for Guide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sayso => "sayso",
            Self::Polnear => "polnear",
        })
    }
}

/// A document's word pieces, in order.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// Vocabulary ids, without `[CLS]` and `[SEP]`.
    pub(crate) ids: Vec<u32>,
    /// Token types, below [`TOKEN_TYPES`].
    pub(crate) types: Vec<u8>,
    /// Where each stands in the text, in bytes.
    pub(crate) spans: Vec<Span>,
    /// The first piece of each sentence, ascending.
    pub(crate) sentence_starts: Vec<usize>,
}

impl Pieces {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The first piece of each paragraph, ascending.
    pub(crate) fn paragraph_starts(&self) -> Vec<usize> {
        (0..self.len()).filter(|&piece| self.types[piece] / SHAPES % 2 == 1).collect()
    }

    /// Splits a document's text, which is to be read by `guide`.
    pub(crate) fn new(document: &Document, tokenizer: &Tokenizer, guide: Guide) -> Result<Self, tokenizers::Error> {
        let text = document.article.text();
        let encoding = tokenizer.encode(text, false)?;
        let spans: Vec<Span> = encoding.get_offsets().iter().map(|&(start, end)| Span::new(start, end)).collect();
        let mut types = Vec::with_capacity(spans.len());
        let (mut paragraph, mut quote) =
            (document.paragraph_starts.iter().peekable(), document.quotations.iter().peekable());
        for span in &spans {
            let mut token_type = shape(span.text(text)) + 4 * SHAPES * (guide as u8);
            if paragraph.peek().is_some_and(|&&at| at <= span.start()) {
                token_type += SHAPES;
                while paragraph.next_if(|&&at| at <= span.start()).is_some() {}
            }
            while quote.next_if(|q| q.end() <= span.start()).is_some() {}
            if quote.peek().is_some_and(|q| q.start() <= span.start()) {
                token_type += 2 * SHAPES;
            }
            types.push(token_type);
        }
        let mut sentence_starts: Vec<usize> = document
            .sentences
            .iter()
            .map(|sentence| spans.partition_point(|piece| piece.start() < sentence.start()))
            .filter(|&piece| piece < spans.len())
            .collect();
        sentence_starts.dedup();
        Ok(Self { ids: encoding.get_ids().to_vec(), types, spans, sentence_starts })
    }
}

/// The shape of a word piece's surface.
fn shape(surface: &str) -> u8 {
    if surface.contains(|c: char| c.is_ascii_digit()) {
        return 4;
    }
    let mut letters = surface.chars().filter(|c| c.is_alphabetic());
    let Some(first) = letters.next() else { return 0 };
    match (first.is_uppercase(), letters.clone().next().is_some()) {
        (false, _) => 1,
        (true, true) if letters.all(char::is_uppercase) => 3,
        (true, _) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (surface, expected) in
            [("—", 0), ("said", 1), ("Hong", 2), ("US", 3), ("A", 2), ("9th", 4), ("iPhone", 1), ("É", 2)]
        {
            assert_eq!(shape(surface), expected, "{surface}");
        }
    }

    #[derive(serde::Deserialize)]
    struct Expected {
        text: String,
        ids: Vec<u32>,
        types: Vec<u8>,
        starts: Vec<usize>,
    }

    /// What `scripts/train/features.py` printed: the model must read what it was trained on.
    #[test]
    fn training_reads_the_same_pieces() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut tokenizer = Tokenizer::from_file(root.join("models/news-en/tokenizer.json")).unwrap();
        tokenizer.with_truncation(None).unwrap().with_padding(None);
        let lines = std::fs::read_to_string(root.join("tests/parity/pieces.jsonl")).unwrap();
        assert!(lines.lines().count() >= 2);
        for line in lines.lines() {
            let expected: Expected = serde_json::from_str(line).unwrap();
            let article = crate::Article::new("a", crate::Place::file("a"), expected.text);
            let document = Document::new(article);
            let offsets = crate::span::Offsets::new(document.article.text());
            let found = Pieces::new(&document, &tokenizer, Guide::Sayso).unwrap();
            let starts: Vec<_> = found.spans.iter().map(|span| offsets.code_point(span.start())).collect();
            assert_eq!((found.ids, found.types, starts), (expected.ids, expected.types, expected.starts));
        }
    }
}
