//! Label Studio: `tasks.json`, a task an article with its claims as a prediction, and `labels.xml`, the labelling
//! configuration. Offsets are code points, and the text has no carriage returns, both as Label Studio counts.

use serde_json::{Value, json};

use super::{Elements, Export, Piece};
use crate::markup::{Facts, Mark, Markup};
use crate::record::Record;
use crate::span::Offsets;

/// The labelling configuration; its names are those of [`Label`](crate::markup::Label) and [`Facts`].
pub(super) const CONFIG: &str = include_str!("label_studio.xml");

const TASKS: &str = "tasks.json";

/// The names of the configuration's tags.
const LABELS: &str = "label";
const TEXT: &str = "text";

#[derive(Debug, Default)]
pub(super) struct LabelStudio {
    tasks: Elements,
}

impl Export for LabelStudio {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        let mut pieces = self.head();
        pieces.push(Piece::of(TASKS, self.tasks.next(&task(record))));
        pieces
    }

    fn finish(&mut self) -> Vec<Piece> {
        let mut pieces = self.head();
        pieces.push(Piece::of(TASKS, "\n]\n"));
        pieces
    }
}

impl LabelStudio {
    /// What comes before the first task.
    fn head(&self) -> Vec<Piece> {
        if self.tasks.is_empty() { vec![Piece::of("labels.xml", CONFIG), Piece::of(TASKS, "[\n")] } else { Vec::new() }
    }
}

fn task(record: &Record) -> Value {
    let offsets = Offsets::new(&record.text);
    let markup = Markup::new(record, &offsets);
    let mut result: Vec<Value> = markup.marks.iter().flat_map(|mark| regions(record, &offsets, mark)).collect();
    result.extend(markup.links.iter().map(|&link| {
        json!({
            "type": "relation",
            "from_id": markup.marks[link.from].id,
            "to_id": markup.marks[link.to].id,
            "direction": "right",
            "labels": [markup.relation(link)],
        })
    }));
    let scores: Vec<f64> = record.claims.iter().map(|claim| claim.confidence).collect();
    let mean = scores.iter().sum::<f64>() / scores.len().max(1) as f64;
    json!({
        "data": {
            "text": record.text,
            "article": record.id,
            // The configuration shows it, so that it has to be there.
            "title": record.title.as_ref().unwrap_or(&record.id),
            "date": record.date,
            "publisher": record.publisher,
            "url": record.url,
        },
        "predictions": [{
            "model_version": format!("{} sayso {}", record.model, record.sayso),
            "score": (mean * 1e4).round() / 1e4,
            "result": result,
        }],
    })
}

/// A mark's region, and what is known of its claim as results with the region's id.
fn regions(record: &Record, offsets: &Offsets, mark: &Mark) -> Vec<Value> {
    let place = offsets.code_points(mark.span);
    let result = |name: &str, kind: &str, value: Value| {
        let mut out = json!({
            "id": mark.id,
            "from_name": name,
            "to_name": TEXT,
            "type": kind,
            "value": {"start": place.start, "end": place.end, "text": mark.span.text(&record.text)},
        });
        out["value"][kind_key(kind)] = value;
        out
    };
    let mut region = result(LABELS, "labels", json!([mark.label.name()]));
    region["score"] = mark.confidence.into();
    let mut out = vec![region];
    for (name, _) in Facts::CHOICES {
        out.extend(mark.facts.get(name).map(|value| result(name, "choices", json!([value]))));
    }
    out.extend(mark.facts.get("speaker").map(|name| result("speaker", "textarea", json!([name]))));
    out
}

/// Where a result of this kind has its value; a text area's replaces the region's own text.
fn kind_key(kind: &str) -> &str {
    if kind == "textarea" { "text" } else { kind }
}
