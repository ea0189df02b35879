//! Label Studio's JSON export: an array of tasks with their annotations. Offsets are code points.

use std::path::Path;
use std::slice;

use serde_json::Value;

use super::Imported;
use super::draft::{Draft, Unit};
use crate::error::Place;

pub(super) fn read(json: &str, path: &Path, out: &mut Imported) {
    let place = || Place::file(path.display().to_string());
    let tasks: Vec<Value> = match serde_json::from_str(json) {
        Ok(tasks) => tasks,
        Err(error) => {
            return out.reject(None, place(), &format!("not a JSON array of tasks: {error}; export as JSON"));
        }
    };
    for (task, number) in tasks.iter().zip(1..) {
        let data = &task["data"];
        let id = data["article"].as_str().map_or_else(|| format!("task {}", number_of(task, number)), str::to_owned);
        let Some(text) = data["text"].as_str() else {
            out.reject(Some(id), place(), "there is no `data.text`; export as JSON, not as JSON-MIN");
            continue;
        };
        match annotation(task) {
            None => out.untouched += 1,
            Some(annotation) => out.add(id, place(), draft(text, annotation)),
        }
    }
}

fn number_of(task: &Value, number: u64) -> u64 {
    task["id"].as_u64().unwrap_or(number)
}

/// The annotation that counts: the one marked as ground truth, else the one submitted or changed last.
fn annotation(task: &Value) -> Option<&Vec<Value>> {
    let annotations = task["annotations"].as_array()?.iter().filter(|a| a["was_cancelled"] != true);
    let rank = |a: &Value| (a["ground_truth"] == true, a["updated_at"].as_str().unwrap_or_default().to_owned());
    annotations.max_by_key(|a| rank(a))?["result"].as_array()
}

fn draft(text: &str, results: &[Value]) -> Result<Draft, String> {
    let mut out = Draft::new(text, Unit::CodePoints);
    for result in results {
        let value = &result["value"];
        let Some(label) = value["labels"][0].as_str() else { continue };
        let id = result["id"].as_str().ok_or("a region has no id")?;
        let offset = |edge: &str| value[edge].as_u64().and_then(|at| usize::try_from(at).ok());
        let (Some(start), Some(end)) = (offset("start"), offset("end")) else {
            return Err(format!("the region {id} has no offsets; show the text with <Text>, not <HyperText>"));
        };
        out.mark(id, label, slice::from_ref(&(start..end)), value["text"].as_str())?;
    }
    for result in results {
        if result["type"] == "relation" {
            let end = |end: &str| result[end].as_str().ok_or("a relation without its two ends");
            out.link(end("from_id")?, end("to_id")?)?;
        } else if let (Some(id), Some(name)) = (result["id"].as_str(), result["from_name"].as_str()) {
            let value = &result["value"];
            let said = value["choices"][0].as_str().or_else(|| value["text"][0].as_str());
            said.into_iter().for_each(|said| out.fact(id, name, said));
        }
    }
    Ok(out)
}
