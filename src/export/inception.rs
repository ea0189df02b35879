//! INCEpTION: a UIMA CAS an article, as JSON (0.4.0) with its type system. Offsets are UTF-16 units. The layers are
//! those of INCEpTION's project templates for basic spans and relations, so that a new project takes the files as they
//! are; it refuses features that its layers lack, and so the files have labels only.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use super::{Export, Names, Piece};
use crate::markup::Markup;
use crate::record::Record;
use crate::span::{Offsets, Span};

static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\w+|[^\w\s]").expect("the pattern is right"));

const SEGMENTATION: &str = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type";

pub(super) struct Inception {
    names: Names,
}

impl Default for Inception {
    fn default() -> Self {
        // INCEpTION has no folders.
        Self { names: Names::flat() }
    }
}

impl Export for Inception {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        let (name, line) = self.names.name(&record.id);
        let file = Piece::of(format!("{name}.json"), super::json(&cas(record)));
        line.into_iter().chain([file]).collect()
    }
}

fn cas(record: &Record) -> Value {
    let text = &record.text;
    let offsets = Offsets::new(text);
    let markup = Markup::new(record, &offsets);
    let mut structures = vec![json!({
        "%ID": 1,
        "%TYPE": "uima.cas.Sofa",
        "sofaNum": 1,
        "sofaID": "_InitialView",
        "mimeType": "text",
        "sofaString": text,
    })];
    let mut add = |kind: &str, span: Span, features: Value| {
        let place = offsets.utf16_units(span);
        let id = structures.len() + 1;
        let mut structure = json!({"%ID": id, "%TYPE": kind, "@sofa": 1, "begin": place.start, "end": place.end});
        if let (Value::Object(structure), Value::Object(features)) = (&mut structure, features) {
            structure.extend(features);
        }
        structures.push(structure);
        id
    };
    add("uima.tcas.DocumentAnnotation", Span::new(0, text.len()), json!({"language": "en"}));
    for &(start, end) in &record.sentences {
        let span = offsets.span_of_code_points(start..end).expect("the record was checked");
        add(&format!("{SEGMENTATION}.Sentence"), span, json!({}));
    }
    for word in WORD.find_iter(text) {
        add(&format!("{SEGMENTATION}.Token"), Span::new(word.start(), word.end()), json!({}));
    }
    let marks = markup.marks.iter();
    let ids: Vec<usize> =
        marks.map(|mark| add("custom.Span", mark.span, json!({"label": mark.label.name()}))).collect();
    for &link in &markup.links {
        // A relation has the place of its dependent.
        let ends = json!({"label": markup.relation(link), "@Governor": ids[link.from], "@Dependent": ids[link.to]});
        add("custom.Relation", markup.marks[link.to].span, ends);
    }
    let members: Vec<usize> = (2..=structures.len()).collect();
    json!({
        "%TYPES": types(),
        "%FEATURE_STRUCTURES": structures,
        "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": members}},
    })
}

fn types() -> Value {
    let annotation = |name: &str, features: &[(&str, &str)]| {
        let mut out = json!({"%NAME": name, "%SUPER_TYPE": "uima.tcas.Annotation"});
        for (feature, range) in features {
            out[*feature] = json!({"%NAME": feature, "%RANGE": range});
        }
        (name.to_owned(), out)
    };
    let label = ("label", "uima.cas.String");
    let types = [
        annotation(&format!("{SEGMENTATION}.Sentence"), &[]),
        annotation(&format!("{SEGMENTATION}.Token"), &[]),
        annotation("custom.Span", &[label]),
        annotation("custom.Relation", &[label, ("Governor", "custom.Span"), ("Dependent", "custom.Span")]),
    ];
    Value::Object(types.into_iter().collect())
}
