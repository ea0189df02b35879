//! A line of a `rejects.jsonl` as input: the article is tried again, from what the reject carries.

use std::io::{Cursor, empty};
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::stream::{PutBack, Stream};
use super::{Options, Reading, detect};
use crate::error::Reject;

/// The reject that `fields` are, if they are one.
pub(super) fn reject(fields: &Map<String, Value>) -> Option<Reject> {
    let is_reject = ["place", "stage", "reason"].iter().all(|name| fields.contains_key(*name));
    is_reject.then(|| serde_json::from_value(Value::Object(fields.clone())).ok())?
}

/// Reads the article that `reject` stands for, under the id and the place that it had; `of_line` reads a line of this number.
pub(super) fn read(
    mut reject: Reject,
    options: &Arc<Options>,
    of_line: impl FnOnce(Stream, u64, Vec<u8>) -> Reading,
) -> Reading {
    let Some(raw) = reject.raw.take() else {
        let (place, before) = (&reject.place, &reject.reason);
        reject.reason = format!("rejected before ({before}), and its text is not kept here; give {place} itself");
        return Err(reject);
    };
    let (raw, place) = (String::from(raw).into_bytes(), reject.place.clone());
    let stream = |id: &str, bytes| Stream {
        id: id.to_owned(),
        name: Arc::clone(&place.file),
        hint: String::new(),
        bytes,
        file: None,
        options: Arc::clone(options),
        depth: 0,
    };
    let stem = Path::new(&*place.file).file_stem().unwrap_or_default().to_string_lossy();
    let id = reject.id.as_deref();
    let mut reading = match place.line {
        Some(line) => {
            let id = id.and_then(|id| id.strip_suffix(&format!(":{line}"))).unwrap_or(&stem);
            of_line(stream(id, PutBack::new(empty())), line, raw)
        }
        None => {
            let bytes = PutBack::new(Cursor::new(raw));
            detect::readings(stream(id.unwrap_or(&stem), bytes)).next().unwrap_or(Err(reject))
        }
    };
    match &mut reading {
        Ok(article) => article.place = place,
        Err(reject) => reject.place = place,
    }
    reading
}
