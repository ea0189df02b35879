//! The metadata fields that all readers know, under the names that corpora give them.

use serde_json::{Map, Value};

use crate::article::Article;
use crate::error::Place;

/// Each field with its names; the first one that is there and can be used wins.
const ID: &[&str] = &["id"];
const TITLE: &[&str] = &["title", "headline"];
const DATE: &[&str] = &["date"];
const PUBLISHER: &[&str] = &["publisher", "source"];
const URL: &[&str] = &["url", "link"];
const AUTHOR: &[&str] = &["author", "byline"];

/// Whether `name`, in lower case, is that of a known field.
pub(super) fn is_known(name: &str) -> bool {
    [ID, TITLE, DATE, PUBLISHER, URL, AUTHOR].iter().any(|names| names.contains(&name))
}

/// The id among `fields`, if they have one.
pub(super) fn take_id(fields: &mut Map<String, Value>) -> Option<String> {
    take(fields, ID)
}

/// An article with what `fields` say; those not known, or of no use, go to its `meta`.
pub(super) fn article(id: String, place: Place, text: String, mut fields: Map<String, Value>) -> Article {
    let mut article = Article::new(id, place, text);
    article.title = take(&mut fields, TITLE);
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
