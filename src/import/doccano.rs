//! doccano's JSONL export: a line an article with `entities` and `relations`. Offsets are UTF-16 units.

use std::path::Path;
use std::slice;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::Imported;
use super::draft::{Draft, Unit};
use crate::error::Place;

/// A line; of the article's metadata only its id counts.
#[derive(Deserialize)]
struct Line {
    text: String,
    entities: Vec<Entity>,
    relations: Vec<Relation>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

#[derive(Deserialize)]
struct Entity {
    id: u64,
    label: String,
    start_offset: usize,
    end_offset: usize,
}

#[derive(Deserialize)]
struct Relation {
    from_id: u64,
    to_id: u64,
}

pub(super) fn read(jsonl: &str, path: &Path, out: &mut Imported) {
    for (line, number) in jsonl.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
        let place = Place::line(path.display().to_string(), number);
        match serde_json::from_str::<Line>(line) {
            Ok(line) => {
                let id = line.other.get("article").and_then(Value::as_str);
                let id = id.map_or_else(|| format!("line {number}"), str::to_owned);
                out.add(id, place, draft(&line));
            }
            Err(error) => {
                let reason = format!("not a line of doccano's: {error}; export as JSONL from a project with relations");
                out.reject(None, place, &reason);
            }
        }
    }
}

fn draft(line: &Line) -> Result<Draft, String> {
    let mut out = Draft::new(&line.text, Unit::Utf16);
    for entity in &line.entities {
        let place = entity.start_offset..entity.end_offset;
        out.mark(&entity.id.to_string(), &entity.label, slice::from_ref(&place), None)?;
    }
    for relation in &line.relations {
        out.link(&relation.from_id.to_string(), &relation.to_id.to_string())?;
    }
    Ok(out)
}
