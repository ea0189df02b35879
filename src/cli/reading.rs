//! What can be typed about reading.

use sayso::ingest::Options;

/// Choices about reading articles, for every command that does.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Reading")]
pub(crate) struct Reading {
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

impl From<&Reading> for Options {
    fn from(typed: &Reading) -> Self {
        Self {
            text_column: typed.text_column.clone(),
            any_language: typed.any_language,
            max_bytes: typed.max_bytes,
            max_words: typed.max_words,
            max_unreadable: typed.max_unreadable,
        }
    }
}
