//! Objects as articles: of JSON, of rows of tables; those of newsrooms' formats under the usual names first.

use serde_json::{Map, Value};

use super::decode::fault;
use super::fields::{TEXT, article, take_id};
use super::stream::Stream;
use super::{Options, Reading, jsonfeed, ninjs};
use crate::article::Article;
use crate::error::{Place, Reject, Stage};

/// Why an object is no article.
pub(crate) struct Fault {
    /// The id that the article would have.
    pub(crate) id: String,
    /// The name of the field at fault.
    #[cfg_attr(not(feature = "serve"), allow(dead_code, reason = "only the server names it apart"))]
    pub(crate) field: String,
    /// What is wrong with it and what helps, in words.
    pub(crate) reason: String,
}

/// The article that `fields` are, or what it lacks. `id` is its name if it has none of its own.
pub(super) fn read(stream: &Stream, id: String, place: Place, fields: Map<String, Value>) -> Reading {
    from_object(fields, stream.options.text_column.as_deref(), place.clone(), id)
        .map_err(|fault| stream.reject_at(Some(fault.id), place, fault.reason))
}

/// The same of an object that came by itself.
pub(crate) fn from_object(
    mut fields: Map<String, Value>,
    text_column: Option<&str>,
    place: Place,
    id: String,
) -> Result<Article, Fault> {
    let fault_of_newsroom = if text_column.is_none() { newsroom(&mut fields).err() } else { None };
    let id = take_id(&mut fields).unwrap_or(id);
    if let Some(reason) = fault_of_newsroom {
        return Err(Fault { id, field: TEXT[0].to_owned(), reason });
    }
    let there = |name: &&str| fields.get(*name).is_some_and(|v| !v.is_null());
    let name = match text_column {
        Some(name) => Some(name).filter(there),
        None => TEXT.into_iter().find(there),
    };
    let text = name.and_then(|name| Some((name, fields.shift_remove(name)?)));
    let (field, reason) = match (text, text_column) {
        (None, Some(name)) => (name, format!("there is no `{name}`, where --text-column says that the text is")),
        (None, None) => (TEXT[0], "there is no text; put it under `text`, `body` or `content`".to_owned()),
        (Some((name, Value::String(text))), _) => match fault(&text) {
            None => return Ok(article(id, place, text, fields)),
            Some(fault) => (name, format!("`{name}`: {fault}")),
        },
        (Some((name, _)), _) => (name, format!("`{name}` is not a string; write the text as one")),
    };
    Err(Fault { id, field: field.to_owned(), reason })
}

/// Puts the fields of formats that have their own names for them under the usual ones.
fn newsroom(fields: &mut Map<String, Value>) -> Result<(), String> {
    if TEXT.iter().any(|name| fields.get(*name).is_some_and(|value| !value.is_null())) {
        return Ok(());
    }
    if jsonfeed::is_item(fields) {
        jsonfeed::rename(fields)
    } else if ninjs::is_item(fields) {
        ninjs::rename(fields)
    } else {
        Ok(())
    }
}

/// The article that `json`, an object, is: by the names and limits that hold for a line of JSON Lines. `id` is its name if
/// it has none of its own.
///
/// # Errors
/// With what it lacks, or the limit that it does not keep.
pub fn from_json(json: &str, id: String, place: Place, options: &Options) -> Reading {
    let reject =
        |id, reason| Err(Reject { id, place: place.clone(), stage: Stage::Read, reason, raw: None }.with_raw(json));
    match serde_json::from_str(json) {
        Ok(Value::Object(fields)) => match from_object(fields, options.text_column.as_deref(), place.clone(), id) {
            Ok(article) => options.accept(article),
            Err(fault) => reject(Some(fault.id), fault.reason),
        },
        Ok(_) => reject(None, "an article is an object; write {\"text\": \"…\"}".to_owned()),
        Err(error) => reject(None, format!("not JSON: {error}")),
    }
}
