//! The metadata fields that all readers know, under the names that corpora give them.

use serde_json::{Map, Value};

use super::mend::mend;
use crate::article::Article;
use crate::error::Place;

/// Each field with its names; the first one that is there and can be used wins.
const ID: &[&str] = &["id", "guid", "article_id", "doc_id"];
const TITLE: &[&str] = &["title", "headline"];
const DATE: &[&str] =
    &["date", "published", "publish_date", "published_at", "date_publish", "pub_date", "publication_date"];
const PUBLISHER: &[&str] = &["publisher", "source", "publication", "source_domain", "site_name", "domain"];
const URL: &[&str] = &["url", "link"];
const AUTHOR: &[&str] = &["author", "byline", "authors"];

/// The names under which the text may stand; the first one there counts.
pub(super) const TEXT: [&str; 10] =
    ["text", "body", "content", "article", "maintext", "article_text", "full_text", "document", "story", "description"];

/// Whether `name`, in lower case, is that of a known field.
pub(super) fn is_known(name: &str) -> bool {
    [ID, TITLE, DATE, PUBLISHER, URL, AUTHOR].iter().any(|names| names.contains(&name))
}

/// Whether `name`, in lower case, may be that of the text.
pub(super) fn is_text(name: &str) -> bool {
    TEXT.contains(&name)
}

/// Column names as the fields are called: `Publish Date` is `publish_date`. Others stay as they are, and a name that
/// comes twice is a column of its own the second time.
pub(super) fn columns<'a>(names: impl Iterator<Item = &'a str>, text_column: Option<&str>) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for (n, name) in names.enumerate() {
        let name = name.trim();
        let lower = name.to_ascii_lowercase().replace([' ', '-'], "_");
        let known = (is_known(&lower) || is_text(&lower)) && text_column != Some(name);
        let name = if known { lower } else { name.to_owned() };
        let taken = name.is_empty() || columns.contains(&name);
        columns.push(if taken { format!("{name}#{}", n + 1) } else { name });
    }
    columns
}

/// What to say of a table none of whose columns can be the text.
pub(super) fn no_text_column(columns: &[String], text_column: Option<&str>) -> Option<String> {
    let list = || columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match text_column {
        Some(name) if columns.iter().any(|column| column == name) => None,
        Some(name) => Some(format!(
            "there is no column `{name}`, where --text-column says that the text is; there are {}",
            list()
        )),
        None if columns.iter().any(|column| is_text(column)) => None,
        None => Some(format!("no column looks like the text; name it with --text-column: {}", list())),
    }
}

/// The id among `fields`, if they have one.
pub(super) fn take_id(fields: &mut Map<String, Value>) -> Option<String> {
    take(fields, ID)
}

/// An article with what `fields` say; those not known, or of no use, go to its `meta`.
pub(super) fn article(id: String, place: Place, text: String, mut fields: Map<String, Value>) -> Article {
    let (text, notes) = mend(text);
    let mut article = Article::new(id, place, text);
    article.warnings.clone_from(&notes);
    article.title = take(&mut fields, TITLE).map(|title| mend(title).0);
    article.publisher = take(&mut fields, PUBLISHER);
    article.url = take(&mut fields, URL);
    article.author = take(&mut fields, AUTHOR);
    let date = DATE.iter().find_map(|name| fields.shift_remove(*name));
    for names in [ID, TITLE, PUBLISHER, URL, AUTHOR] {
        // Left over under its first name: it was there, but no text.
        if fields.contains_key(names[0]) {
            article.warnings.push(format!("`{}` is not a text and is kept in `meta`", names[0]));
        }
    }
    article.meta = fields;
    if !notes.is_empty() {
        // Whoever compares the record with the source has to know.
        article.meta.insert("mended".into(), notes.into());
    }
    article.set_date(date.unwrap_or_default());
    article
}

/// Removes and returns the first of `names` that holds a text; the empty ones are removed too.
fn take(fields: &mut Map<String, Value>, names: &[&str]) -> Option<String> {
    for name in names {
        let Some(value) = fields.get(*name) else {
            continue;
        };
        let Some(text) = as_text(value) else { continue };
        fields.shift_remove(*name);
        if !text.is_empty() {
            return Some(text);
        }
    }
    None
}

/// A value as a field's text: numbers in digits, a list of names as one line, nothing as empty.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(names) => Some(names.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join(", ")),
        Value::Bool(_) | Value::Object(_) => None,
    }
}
