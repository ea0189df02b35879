//! Label Studio: `tasks.json`, a task an article with its claims as a prediction, and `labels.xml`, the labelling
//! configuration. Offsets are code points, and the text has no carriage returns, both as Label Studio counts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::table::content;
use super::{Elements, Export, Piece, Pieces, ready};
use crate::markup::{Facts, Label, Mark, Markup};
use crate::record::{Claimed, Record};
use crate::span::Offsets;

/// The labelling configuration; its names are those of [`Label`] and [`Facts`].
pub(crate) const CONFIG: &str = include_str!("label_studio.xml");

const TASKS: &str = "tasks.json";

#[derive(Debug, Default)]
pub(super) struct LabelStudio {
    tasks: Elements,
    scheme: Scheme,
}

/// What a labelling configuration calls the things that a prediction has; what it has no name for is left out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scheme {
    /// The name of the tag that shows the text.
    pub(crate) text: String,
    /// For each label the name of its tag, and its own.
    pub(crate) labels: Vec<(Label, String, String)>,
    /// What is asked about a claim, by [`Facts`]' names.
    pub(crate) facts: Vec<(&'static str, Control)>,
    /// The names of relations.
    pub(crate) relations: Vec<String>,
}

/// A tag in which a fact is entered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Control {
    pub(crate) name: String,
    /// What can be chosen; empty where anything can be written.
    pub(crate) choices: Vec<String>,
}

impl Default for Scheme {
    /// The names of [`CONFIG`].
    fn default() -> Self {
        let label = |label: Label| (label, "label".to_owned(), label.name().to_owned());
        let control = |(name, choices): (&'static str, &[&str])| {
            let choices = choices.iter().map(|&choice| choice.to_owned()).collect();
            (name, Control { name: name.to_owned(), choices })
        };
        Self {
            text: "text".to_owned(),
            labels: Label::ALL.into_iter().map(label).collect(),
            facts: Facts::CHOICES.into_iter().chain([("speaker", &[][..])]).map(control).collect(),
            relations: Markup::relations().into_iter().map(|(name, ..)| name.to_owned()).collect(),
        }
    }
}

impl Export for LabelStudio {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        let mut pieces = self.head();
        pieces.push(Piece::of(TASKS, self.tasks.next(&task(record, &self.scheme))));
        pieces
    }

    fn finish(&mut self) -> Pieces<'_> {
        let mut pieces = self.head();
        pieces.push(Piece::of(TASKS, "\n]\n"));
        ready(pieces)
    }
}

impl LabelStudio {
    /// What comes before the first task.
    fn head(&self) -> Vec<Piece> {
        if self.tasks.is_empty() { vec![Piece::of("labels.xml", CONFIG), Piece::of(TASKS, "[\n")] } else { Vec::new() }
    }
}

fn task(record: &Record, scheme: &Scheme) -> Value {
    json!({
        "data": {
            "text": record.text,
            "article": record.id,
            // The configuration shows it, so that it has to be there.
            "title": record.title.as_ref().unwrap_or(&record.id),
            "date": record.date,
            "publisher": record.publisher,
            "url": record.url,
            "claims": listed(record),
        },
        "predictions": [prediction(record, scheme)],
    })
}

/// The claims as a table to look through, the least confident first: Label Studio sorts it by what stands on the left,
/// `0.42 c7 Hong Min`.
fn listed(record: &Record) -> BTreeMap<String, String> {
    let line = |claim: &Claimed| {
        let speaker = record.speakers.iter().find(|speaker| Some(&speaker.id) == claim.speaker.as_ref());
        let who = speaker.map_or("nobody named", |speaker| speaker.name.as_str());
        let type_of = claim.attribution.map_or("", |attribution| attribution.name());
        let facts = [claim.quote.name(), type_of, claim.certainty.name()].join(", ");
        let content = content(claim);
        (format!("{:.2} {} {who}", claim.confidence, claim.id), format!("{content} ({facts})"))
    };
    record.claims.iter().map(line).collect()
}

/// What a record predicts for its text, in the names of `scheme`.
pub(crate) fn prediction(record: &Record, scheme: &Scheme) -> Value {
    let offsets = Offsets::new(&record.text);
    let markup = Markup::new(record, &offsets);
    let has = |at: usize| scheme.labels.iter().any(|(label, ..)| *label == markup.marks[at].label);
    let mut result: Vec<Value> = markup.marks.iter().flat_map(|mark| regions(record, &offsets, mark, scheme)).collect();
    result.extend(markup.links.iter().filter(|link| has(link.from) && has(link.to)).map(|&link| {
        let name = scheme.relations.iter().find(|name| name.eq_ignore_ascii_case(markup.relation(link)));
        json!({
            "type": "relation",
            "from_id": markup.marks[link.from].id,
            "to_id": markup.marks[link.to].id,
            "direction": "right",
            "labels": name.into_iter().collect::<Vec<_>>(),
        })
    }));
    let scores: Vec<f64> = record.claims.iter().map(|claim| claim.confidence).collect();
    let mean = scores.iter().sum::<f64>() / scores.len().max(1) as f64;
    json!({
        "model_version": version(&record.model, &record.sayso),
        "score": (mean * 1e4).round() / 1e4,
        "result": result,
    })
}

/// What Label Studio calls the version of a model.
pub(crate) fn version(model: &str, sayso: &str) -> String {
    format!("{model} sayso {sayso}")
}

/// A mark's region, and what is known of its claim as results with the region's id.
fn regions(record: &Record, offsets: &Offsets, mark: &Mark, scheme: &Scheme) -> Vec<Value> {
    let Some((_, tag, label)) = scheme.labels.iter().find(|(label, ..)| *label == mark.label) else {
        return Vec::new();
    };
    let place = offsets.code_points(mark.span);
    let result = |name: &str, kind: &str, value: Value| {
        let mut out = json!({
            "id": mark.id,
            "from_name": name,
            "to_name": scheme.text,
            "type": kind,
            "value": {"start": place.start, "end": place.end, "text": mark.span.text(&record.text)},
        });
        out["value"][kind_key(kind)] = value;
        out
    };
    let mut region = result(tag, "labels", json!([label]));
    region["score"] = mark.confidence.into();
    let mut out = vec![region];
    for (fact, control) in &scheme.facts {
        let Some(value) = mark.facts.get(fact) else { continue };
        if control.choices.is_empty() {
            out.push(result(&control.name, "textarea", json!([value])));
        } else if let Some(choice) = control.choices.iter().find(|choice| choice.eq_ignore_ascii_case(value)) {
            out.push(result(&control.name, "choices", json!([choice])));
        }
    }
    out
}

/// Where a result of this kind has its value; a text area's replaces the region's own text.
fn kind_key(kind: &str) -> &str {
    if kind == "textarea" { "text" } else { kind }
}
