//! Reading records back: line by line, each checked, so that whoever uses one can trust its spans.
//!
//! ```
//! use sayso::records;
//!
//! let mut lines = records::read_from("{\"id\": 7}\n".as_bytes(), "records.jsonl".to_owned());
//! let reject = lines.next().unwrap().unwrap_err();
//! assert_eq!(reject.place.to_string(), "records.jsonl:1");
//! ```

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Place, Reject, Stage};
use crate::jsonl::{Fault, Lines};
use crate::record::{Record, SCHEMA, SCHEMA_BEFORE, Span};
use crate::span::Offsets;

/// The records of a file, in its order. A line that is no record of [`SCHEMA`] or [`SCHEMA_BEFORE`], or contradicts
/// itself, is a reject that says why.
///
/// # Errors
/// If the file cannot be opened.
pub fn read(path: &Path) -> Result<impl Iterator<Item = Result<Record, Reject>> + use<>, Error> {
    let file = File::open(path).map_err(|source| Error::Input { path: path.to_owned(), source })?;
    Ok(read_from(BufReader::new(file), path.display().to_string()))
}

/// The records of whatever can be read, as of a file that is called `name`.
pub fn read_from(reader: impl BufRead, name: String) -> impl Iterator<Item = Result<Record, Reject>> {
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut lines = Lines::new(reader, name);
    std::iter::from_fn(move || {
        let read = lines.next()?;
        let place = lines.place();
        let record = match read {
            Ok(record) => sound(record, place.clone()),
            Err(Fault::Json(error)) => Err(reject(None, place.clone(), not_a_record(lines.line(), &error))),
            Err(Fault::Read(error)) => Err(reject(None, place.clone(), format!("the line cannot be read: {error}"))),
        };
        Some(record.and_then(|record| match seen.insert(record.id.clone(), place.line.unwrap_or_default()) {
            None => Ok(record),
            Some(first) => {
                let reason = format!("a second record of `{}`, after line {first}; keep one of them", record.id);
                Err(reject(Some(record.id), place, reason))
            }
        }))
    })
}

/// The record that `line` is; `place` is where it was read.
///
/// # Errors
/// If it is no record of [`SCHEMA`] or [`SCHEMA_BEFORE`], or contradicts itself.
pub fn parse(line: &str, place: Place) -> Result<Record, Reject> {
    match serde_json::from_str(line) {
        Ok(record) => sound(record, place),
        Err(error) => Err(reject(None, place, not_a_record(line, &error))),
    }
}

/// A record that does not contradict itself.
fn sound(record: Record, place: Place) -> Result<Record, Reject> {
    match fault(&record) {
        None => Ok(record),
        Some(fault) => Err(reject(Some(record.id.clone()), place, format!("`{}`: {fault}", record.id))),
    }
}

fn reject(id: Option<String>, place: Place, reason: String) -> Reject {
    Reject { id, place, stage: Stage::Read, reason, raw: None }
}

/// Why a line is no record: another schema has other fields, and that is what should be said.
fn not_a_record(line: &str, error: &serde_json::Error) -> String {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    match serde_json::from_str::<Head>(line) {
        Ok(head) if !is_known(&head.schema) => other_schema(&head.schema),
        _ => format!("not a record of {SCHEMA}: {error}; run `sayso extract` again"),
    }
}

fn is_known(schema: &str) -> bool {
    [SCHEMA, SCHEMA_BEFORE].contains(&schema)
}

fn other_schema(schema: &str) -> String {
    format!("a record of {schema}, but this sayso reads {SCHEMA} and {SCHEMA_BEFORE}; run `sayso extract` again")
}

/// What is wrong with a record that has the right form, if anything.
fn fault(record: &Record) -> Option<String> {
    if !is_known(&record.schema) {
        return Some(other_schema(&record.schema));
    }
    if record.text.contains('\r') {
        return Some(
            "the text has carriage returns, so its offsets mean something else elsewhere; extract again".into(),
        );
    }
    let offsets = Offsets::new(&record.text);
    let misfit = |owner: &str, role: &str, span: &Span| {
        let found = offsets.span_of_code_points(span.start..span.end).filter(|s| !s.is_empty());
        let fits = found.is_some_and(|found| found.text(&record.text) == span.text);
        (!fits).then(|| {
            let Span { start, end, text } = span;
            let there = found.map_or("nothing", |found| found.text(&record.text));
            format!("{owner}: the {role} {start}–{end} should read `{text}`, but the text has `{there}` there")
        })
    };
    for speaker in &record.speakers {
        let roles = [("role", &speaker.role), ("affiliation", &speaker.affiliation)];
        let roles = roles.into_iter().filter_map(|(role, span)| Some((role, span.as_ref()?)));
        let all = roles.chain(speaker.mentions.iter().map(|span| ("mention", span)));
        if let Some(fault) = all.into_iter().find_map(|(role, span)| misfit(&speaker.id, role, span)) {
            return Some(fault);
        }
    }
    for claim in &record.claims {
        let roles = claim.source.iter().map(|s| ("source", s)).chain(claim.cue.iter().map(|s| ("cue", s)));
        let mut all = roles.chain(claim.content.iter().map(|s| ("content", s)));
        if let Some(fault) = all.find_map(|(role, span)| misfit(&claim.id, role, span)) {
            return Some(fault);
        }
        if claim.content.is_empty() {
            return Some(format!("{}: a claim without content", claim.id));
        }
        if claim.attribution.is_some() != (record.schema == SCHEMA) {
            let wrong = if claim.attribution.is_some() { "has a type, but" } else { "has no type, and" };
            return Some(format!("{}: {wrong} this is a record of {}", claim.id, record.schema));
        }
        if let Some(speaker) = claim.speaker.as_ref().filter(|id| !record.speakers.iter().any(|s| s.id == **id)) {
            return Some(format!("{}: its speaker {speaker} is not in the record", claim.id));
        }
        if let Some(hedge) = claim.hedges.iter().find(|id| !record.hedges.iter().any(|h| h.id == **id)) {
            return Some(format!("{}: its hedge {hedge} is not in the record", claim.id));
        }
        if let Some(sentence) = claim.sentences.iter().find(|&&index| index >= record.sentences.len()) {
            return Some(format!("{}: its sentence {sentence} is not in the record", claim.id));
        }
    }
    for hedge in &record.hedges {
        let span = Span { start: hedge.start, end: hedge.end, text: hedge.text.clone() };
        let scope = hedge.scope.as_ref().map(|scope| ("scope", scope));
        let mut all = [("cue", &span)].into_iter().chain(scope);
        if let Some(fault) = all.find_map(|(role, span)| misfit(&hedge.id, role, span)) {
            return Some(fault);
        }
        if let Some(claim) = hedge.claim.as_ref().filter(|id| !record.claims.iter().any(|c| c.id == **id)) {
            return Some(format!("{}: its claim {claim} is not in the record", hedge.id));
        }
    }
    let sentences = record.sentences.iter();
    let wrong = sentences.map(|&(start, end)| start..end).find(|s| offsets.span_of_code_points(s.clone()).is_none());
    wrong.map(|sentence| format!("the sentence {}–{} leaves the text", sentence.start, sentence.end))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::export::fixture;

    /// The fixture as the schema before had it, or anything like it.
    fn line(change: impl Fn(&mut Value, usize)) -> String {
        let mut record = serde_json::to_value(fixture::record()).unwrap();
        for at in 0..3 {
            change(&mut record["claims"][at], at);
        }
        record["schema"] = SCHEMA_BEFORE.into();
        record.to_string()
    }

    #[test]
    fn a_line_of_the_schema_before_is_read_and_stays_what_it_was() {
        let before = line(|claim, _| {
            let claim = claim.as_object_mut().unwrap();
            claim.shift_remove("type").unwrap();
            claim.shift_remove("speaker_confidence").unwrap();
        });
        let record = parse(&before, Place::file("records.jsonl")).unwrap();
        assert!(record.claims.iter().all(|claim| claim.attribution.is_none() && claim.speaker_confidence.is_none()));
        assert_eq!(serde_json::to_string(&record).unwrap(), before);
    }

    #[test]
    fn types_belong_to_their_schema() {
        let fault = |line: &str| parse(line, Place::file("records.jsonl")).unwrap_err().reason;
        assert!(fault(&line(|_, _| ())).contains("c1: has a type, but this is a record of sayso.record/1"));
        let none = line(|claim, at| {
            if at == 2 {
                claim["type"] = Value::Null;
            }
        });
        assert!(fault(&none.replace(SCHEMA_BEFORE, SCHEMA)).contains("c3: has no type, and"));
        assert!(fault(&none.replace("\"attitude\"", "\"mood\"")).contains("unknown variant `mood`"));
    }

    #[test]
    fn a_record_says_type_and_confidence_in_the_speaker() {
        let record = serde_json::to_value(fixture::record()).unwrap();
        let of = |at: usize, field: &str| record["claims"][at].get(field).cloned();
        assert_eq!((of(0, "type"), of(0, "speaker_confidence")), (Some("attitude".into()), Some(0.875.into())));
        assert_eq!(of(1, "speaker_confidence"), Some(Value::Null), "not known, but there");
        let claim = record["claims"][0].as_object().unwrap();
        let after = |field: &str| claim.keys().skip_while(|key| *key != field).nth(1).map(String::as_str);
        assert_eq!((after("speaker"), after("quote")), (Some("speaker_confidence"), Some("type")));
        assert_eq!(claim.len(), 14);
    }
}
