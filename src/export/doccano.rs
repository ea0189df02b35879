//! doccano, "JSONL(Relation)": offsets are UTF-16 units, as its pages count. The project must allow overlapping spans
//! and use relations, or doccano silently drops what overlaps.

use serde_json::{Value, json};

use super::{Export, Piece};
use crate::markup::Markup;
use crate::record::Record;
use crate::span::Offsets;

pub(super) struct Doccano;

impl Export for Doccano {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        let offsets = Offsets::new(&record.text);
        let markup = Markup::new(record, &offsets);
        let entities = markup.marks.iter().zip(1..).map(|(mark, id)| {
            let place = offsets.utf16_units(mark.span);
            json!({"id": id, "label": mark.label.name(), "start_offset": place.start, "end_offset": place.end})
        });
        let relations = markup.links.iter().zip(1..).map(|(&link, id)| {
            json!({"id": id, "from_id": link.from + 1, "to_id": link.to + 1, "type": markup.relation(link)})
        });
        let (entities, relations): (Vec<Value>, Vec<Value>) = (entities.collect(), relations.collect());
        // Further keys become the example's metadata; its own number is `id`.
        let line = json!({
            "text": record.text,
            "entities": entities,
            "relations": relations,
            "article": record.id,
            "title": record.title,
            "date": record.date,
        });
        vec![Piece::line(&line)]
    }
}
