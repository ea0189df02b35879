//! What can be typed about reading.

use clap::builder::PossibleValuesParser;
use sayso::ingest::{self, Options};

/// Choices about reading articles, for every command that does.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
    /// What all inputs are, archives apart, rather than telling it of each: `sayso formats` lists them
    #[arg(long, value_name = "FORMAT", value_parser = format_names())]
    format: Option<String>,

    /// Column or field that holds the text [default: the first of text, body, content, article and the like]
    #[arg(long, value_name = "NAME")]
    text_column: Option<String>,

    /// Take articles in any language; without it one that is clearly not English is rejected
    #[arg(long)]
    any_language: bool,

    /// Reject an article that takes more bytes in its file
    #[arg(long, value_name = "N", default_value_t = Options::default().max_bytes)]
    max_bytes: u64,

    /// Reject an article of more words
    #[arg(long, value_name = "N", default_value_t = Options::default().max_words)]
    max_words: usize,

    /// Reject an article of whose characters a larger share is unreadable, from 0 to 1
    #[arg(long, value_name = "P", default_value_t = Options::default().max_unreadable, value_parser = super::share)]
    max_unreadable: f32,
}

/// The formats by their first extensions.
fn format_names() -> PossibleValuesParser {
    PossibleValuesParser::new(ingest::formats().into_iter().filter_map(|format| format.extensions.first().copied()))
}

impl From<&Reading> for Options {
    fn from(typed: &Reading) -> Self {
        Self {
            format: typed.format.clone(),
            text_column: typed.text_column.clone(),
            any_language: typed.any_language,
            max_bytes: typed.max_bytes,
            max_words: typed.max_words,
            max_unreadable: typed.max_unreadable,
        }
    }
}
