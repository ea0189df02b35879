//! JSON Feed (jsonfeed.org): an object whose `items` are an article each. Items by themselves are known too.

use serde_json::{Map, Value};

use super::page;

/// What `version` begins with, whatever comes before it (`https://`).
const VERSION: &str = "jsonfeed.org/version/";

/// What to say of a feed that has no items.
pub(super) const EMPTY: &str = "a JSON feed without items; leave it out";

/// The items of the feed that `fields` are, with what it says of all of them; `None` if they are no feed.
pub(super) fn items(fields: &mut Map<String, Value>) -> Option<Vec<Value>> {
    let is_feed = fields.get("version").and_then(Value::as_str).is_some_and(|version| version.contains(VERSION));
    let Value::Array(mut items) = fields.get_mut("items").filter(|_| is_feed)?.take() else { return None };
    let shared = [("publisher", "title"), ("authors", "authors"), ("author", "author"), ("language", "language")];
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        for (name, of_feed) in shared {
            let has_one = item.contains_key(name) || name.starts_with("author") && item.contains_key("author");
            if let Some(value) = fields.get(of_feed).filter(|_| !has_one) {
                item.insert(name.to_owned(), value.clone());
            }
        }
        // A feed of summaries.
        if let (false, Some(summary)) = (is_item(item), item.get("summary").cloned()) {
            item.insert("content_text".to_owned(), summary);
        }
    }
    Some(items)
}

/// Where the items of a feed begin that was cut off or is damaged.
pub(super) fn first_item(damaged: &[u8]) -> Option<usize> {
    find(damaged, VERSION.as_bytes())?;
    let items = find(damaged, b"\"items\"")?;
    let open = items + damaged[items..].iter().position(|&byte| byte == b'[')?;
    let first = open + damaged[open..].iter().position(|&byte| byte == b'{')?;
    damaged[open + 1..first].trim_ascii().is_empty().then_some(first)
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

/// Whether it has the content of an item.
pub(super) fn is_item(fields: &Map<String, Value>) -> bool {
    ["content_text", "content_html"].iter().any(|name| fields.get(*name).is_some_and(Value::is_string))
}

/// Puts an item's fields under their usual names.
pub(super) fn rename(fields: &mut Map<String, Value>) -> Result<(), String> {
    let title = fields.get("title").and_then(Value::as_str).unwrap_or_default().to_owned();
    let html = fields.shift_remove("content_html");
    let text = match (fields.shift_remove("content_text"), html) {
        (Some(Value::String(text)), _) if !text.trim().is_empty() => text,
        (_, Some(Value::String(html))) => page::fragment(&html, &title)?,
        _ => String::new(),
    };
    fields.insert("text".to_owned(), text.into());
    for (name, usual) in [("date_published", "date"), ("date_modified", "date"), ("external_url", "url")] {
        if !fields.contains_key(usual)
            && let Some(value) = fields.shift_remove(name)
        {
            fields.insert(usual.to_owned(), value);
        }
    }
    let names = |value: &Value| match value {
        Value::Array(authors) => authors.iter().map(name).collect::<Option<Vec<_>>>().map(|names| names.join(", ")),
        one => name(one),
    };
    if let Some(names) = ["authors", "author"].iter().find_map(|field| names(fields.get(*field)?)) {
        fields.shift_remove("authors");
        fields.insert("author".to_owned(), names.into());
    }
    Ok(())
}

fn name(author: &Value) -> Option<String> {
    author.get("name").unwrap_or(author).as_str().map(str::to_owned)
}
