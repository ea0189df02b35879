//! Plain text, one article a file, with or without a head of `key: value` lines; or an archive's export.

use std::borrow::Cow;
use std::iter;

use serde_json::{Map, Value};

use super::decode::{Decoded, decode, fault};
use super::exports::{Content, Export};
use super::stream::Stream;
use super::{Format, Reading, Readings, fields, only};
use crate::article::{parse_date, with_line_feeds};
use crate::error::{Place, Reject};

pub(super) const FORMAT: Format = Format {
    name: "plain text",
    extensions: &["txt"],
    about: "An article a file, with or without a head of fields such as title: …; what shows to be nothing else",
    ..Format::read_by(articles)
};

fn articles(stream: Stream) -> Readings {
    Box::new(iter::once_with(|| read(stream).unwrap_or_else(only)).flatten())
}

fn read(mut stream: Stream) -> Result<Readings, Reject> {
    let Decoded { text, warning } = decode(stream.whole()?);
    if let Some(fault) = fault(&text) {
        return Err(stream.reject(fault));
    }
    let text = with_line_feeds(text);
    if let Some(export) = Export::find(&text) {
        let content = Content { text, warnings: warning.into_iter().collect(), ..Content::default() };
        return Ok(export.readings(stream, content));
    }
    Ok(Box::new(iter::once(article(stream, &text, warning))))
}

fn article(stream: Stream, text: &str, warning: Option<String>) -> Reading {
    let (mut head, body) = split_head(text);
    if body.trim().is_empty() {
        let reject = stream.reject("there is no text below the head; add the article's text");
        return Err(reject.with_raw(text));
    }
    let id = fields::take_id(&mut head).unwrap_or(stream.id);
    let mut article = fields::article(id, Place::file(stream.name), body.to_owned(), head);
    article.warnings.extend(warning);
    Ok(article)
}

/// Parts the metadata at the top of a text from its body.
fn split_head(text: &str) -> (Map<String, Value>, &str) {
    if let Some((date, body)) = leading_date(text) {
        return (Map::from_iter([("date".to_owned(), date.into())]), body);
    }
    // If every line down to the first blank one is a field, and one of them is known, then it is a
    // head and all of it is metadata.
    let (above, below) = text.split_once("\n\n").unwrap_or((text, ""));
    let all: Option<Vec<_>> = above.lines().map(Field::parse).collect();
    if let Some(all) = all
        && all.iter().any(Field::is_known)
        && !is_prose(&all)
        && !below.trim().is_empty()
    {
        return (collect(all), without_blank_lines(below));
    }
    // Without the blank line, known fields alone, if a title or a date is among them: prose does
    // not start like that, though it may well start with `Source: …`.
    let known: Vec<_> = text.lines().map_while(Field::parse).take_while(Field::is_known).collect();
    if !known.iter().any(Field::is_telling) {
        return (Map::new(), text);
    }
    let body = text.splitn(known.len() + 1, '\n').nth(known.len()).unwrap_or_default();
    (collect(known), without_blank_lines(body))
}

/// `date 2026-02-02` at the start of the first line, with the body right after it. With a colon and
/// on a line of its own it is a field like others.
fn leading_date(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let after = text.get(4..).filter(|_| text[..4].eq_ignore_ascii_case("date"))?;
    let date = after.strip_prefix(':').unwrap_or(after).trim_start_matches(' ');
    let (date, body) = date.split_at_checked(10)?;
    let goes_on = body.trim_start_matches([' ', '\t']);
    let body_follows = body.starts_with(char::is_whitespace) && !goes_on.starts_with(|c: char| c.is_ascii_digit());
    let whole_line = after.starts_with(':') && body.starts_with('\n');
    let is_date = date.bytes().enumerate().all(|(i, byte)| match i {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    (is_date && body_follows && !whole_line && after.starts_with([' ', ':']))
        .then(|| (date, without_blank_lines(goes_on)))
}

/// A line `key: value`.
struct Field<'a> {
    /// In lower case if the key is known, as written if not.
    key: Cow<'a, str>,
    value: &'a str,
}

impl<'a> Field<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (key, value) = line.split_once(": ")?;
        let value = value.trim();
        let is_key = key.len() <= 31
            && key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_ -".contains(&byte));
        if !is_key || value.is_empty() {
            return None;
        }
        let lower = key.to_ascii_lowercase();
        let key = if fields::is_known(&lower) { lower.into() } else { key.into() };
        Some(Self { key, value })
    }

    fn is_known(&self) -> bool {
        fields::is_known(&self.key)
    }

    fn is_telling(&self) -> bool {
        match &*self.key {
            "title" | "headline" => true,
            "date" => parse_date(self.value).is_some(),
            _ => false,
        }
    }
}

/// Whether a head would be no more than one sentence, as in `Source: it was the ministry.`
fn is_prose(head: &[Field]) -> bool {
    matches!(head, [only] if !only.is_telling() && only.value.ends_with(['.', '!', '?', '”', '"']))
}

/// Of a key that comes twice, the first counts.
fn collect(lines: Vec<Field>) -> Map<String, Value> {
    let mut head = Map::new();
    for Field { key, value } in lines {
        head.entry(key).or_insert_with(|| value.into());
    }
    head
}

/// `text` from its first line that is not blank.
fn without_blank_lines(text: &str) -> &str {
    let words = text.trim_start();
    let blank = &text[..text.len() - words.len()];
    &text[blank.rfind('\n').map_or(0, |newline| newline + 1)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn parts(text: &str, head: &str, body: &str) {
        let (found, rest) = split_head(text);
        assert_eq!((Value::Object(found).to_string().as_str(), rest), (head, body));
    }

    #[test]
    fn a_head_of_fields_is_metadata() {
        parts(
            "Title: Rates hold\nDATE: 2026-02-02\nsource: Daily Ledger\nNews desk: Berlin\n\n\n  The bank held.\n",
            r#"{"title":"Rates hold","date":"2026-02-02","source":"Daily Ledger","News desk":"Berlin"}"#,
            "  The bank held.\n",
        );
        parts("byline: Ann Lee\n\nThe bank held.", r#"{"byline":"Ann Lee"}"#, "The bank held.");
        parts("title: A\ntitle: B\n\nThe bank held.", r#"{"title":"A"}"#, "The bank held.");
    }

    #[test]
    fn known_fields_need_no_blank_line() {
        parts(
            "Headline: Rates hold\nBy-line: none\nThe bank held.",
            r#"{"headline":"Rates hold"}"#,
            "By-line: none\nThe bank held.",
        );
        parts("date: Feb. 2, 2026\nThe bank held.", r#"{"date":"Feb. 2, 2026"}"#, "The bank held.");
    }

    #[test]
    fn a_date_may_stand_before_the_body() {
        let head = r#"{"date":"2026-02-02"}"#;
        parts(" date 2026-02-02 The bank held.\n\nIt may cut.", head, "The bank held.\n\nIt may cut.");
        parts("Date: 2026-02-02 The bank held.", head, "The bank held.");
        parts("date 2026-02-02\n\nThe bank held.", head, "The bank held.");
        parts(
            "date: 2026-02-02\nauthor: Ann Lee\n\nThe bank held.",
            r#"{"date":"2026-02-02","author":"Ann Lee"}"#,
            "The bank held.",
        );
        parts("Date: 2026-02-02 10:30\n\nThe bank held.", r#"{"date":"2026-02-02 10:30"}"#, "The bank held.");
    }

    #[test]
    fn a_body_is_not_eaten() {
        for text in [
            "Note: prices rose again in May.\n\nThe bank held.",
            "Source: the ministry says that it paid.\nIt did not.",
            "date palms are doing well.",
            "Date 2026-02-0 was a slip.",
            "Two things: rates and prices.\nBoth rose.\n\nTitle: none.",
            "\n\n  The bank held.",
            "Source: the ministry says that it paid.\n\nIt did not.",
            "Überschrift: Zinsen\n\nThe bank held.",
            "é",
        ] {
            parts(text, "{}", text);
        }
    }
}
