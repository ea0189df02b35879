//! The speakers of a corpus as tables, and the way back of what a newsroom adds to them.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;

use super::Speaker;
use crate::error::{Error, Place};
use crate::export::csv::{Mark, Sheet};
use crate::export::table::Cell;

/// A row a speaker.
pub fn csv(speakers: &[Speaker], mark: Mark) -> Vec<u8> {
    let mut sheet = Sheet::new(mark);
    sheet.head([
        "id",
        "external_id",
        "name",
        "kind",
        "names",
        "role",
        "affiliation",
        "articles",
        "claims",
        "hedged",
        "share_hedged",
        "first",
        "last",
        "least_probability",
    ]);
    for speaker in speakers {
        let count = |count: u64| i64::try_from(count).ok().map(Cell::Number);
        let least = speaker.merges.iter().map(|merge| merge.probability).reduce(f64::min);
        sheet.row([
            text(&speaker.id),
            known(&speaker.external_id),
            text(&speaker.name),
            text(speaker.kind.name()),
            text(&also(speaker, true)),
            known(&speaker.role),
            known(&speaker.affiliation),
            count(speaker.articles),
            count(speaker.claims),
            count(speaker.hedged),
            Some(Cell::Score(crate::record::rounded(speaker.share_hedged()))),
            known(&speaker.first),
            known(&speaker.last),
            least.map(Cell::Score),
        ]);
    }
    sheet.take()
}

/// A row a speaker to reconcile in OpenRefine or by hand: what to search for with what tells candidates apart, and an empty
/// column for the id that it has elsewhere. [`Ids`] reads it back.
pub fn reconciliation(speakers: &[Speaker], mark: Mark) -> Vec<u8> {
    let mut sheet = Sheet::new(mark);
    sheet.head([
        "id",
        "query",
        "type",
        "external_id",
        "role",
        "affiliation",
        "also_known_as",
        "articles",
        "first",
        "last",
    ]);
    for speaker in speakers {
        sheet.row([
            text(&speaker.id),
            text(&speaker.name),
            text(speaker.kind.name()),
            known(&speaker.external_id),
            known(&speaker.role),
            known(&speaker.affiliation),
            text(&also(speaker, false)),
            i64::try_from(speaker.articles).ok().map(Cell::Number),
            known(&speaker.first),
            known(&speaker.last),
        ]);
    }
    sheet.take()
}

fn text(text: &str) -> Option<Cell<'static>> {
    Some(Cell::Text(text.to_owned().into()))
}

fn known(of: &Option<String>) -> Option<Cell<'static>> {
    of.as_deref().and_then(text)
}

/// A speaker's names, all or but for the one that it goes by.
fn also(speaker: &Speaker, all: bool) -> String {
    let names = speaker.names.iter().map(|variant| variant.name.as_str()).filter(|&name| all || name != speaker.name);
    names.collect::<Vec<_>>().join("; ")
}

/// Ids that others have given to names, from a file as [`reconciliation`] writes it.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    of: HashMap<(String, String), String>,
}

impl Ids {
    /// Reads the columns `query`, `type` and `external_id`; rows without an id are passed over.
    ///
    /// # Errors
    /// If the file cannot be read, or a row has no such columns.
    pub fn read(path: &Path) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Row {
            query: String,
            r#type: String,
            external_id: String,
        }
        let bytes = std::fs::read(path).map_err(|source| Error::Input { path: path.to_owned(), source })?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut ids = Self::default();
        for (row, number) in csv::Reader::from_reader(bytes).deserialize::<Row>().zip(2..) {
            let row = row.map_err(|error| Error::Line {
                place: Place::line(path.display().to_string(), number),
                reason: format!("not a row of a reconciliation file, which has query, type and external_id: {error}"),
            })?;
            let id = row.external_id.trim();
            if !id.is_empty() {
                let query = row.query.strip_prefix('\'').unwrap_or(&row.query);
                ids.of.insert((query.to_owned(), row.r#type), id.to_owned());
            }
        }
        Ok(ids)
    }

    /// Gives speakers the ids that one of their names has: that by which they go now, or a less frequent one.
    pub fn give(&self, speakers: &mut [Speaker]) {
        for speaker in speakers {
            let kind = speaker.kind.name().to_owned();
            let names = speaker.names.iter().map(|variant| &variant.name);
            let mut ids =
                [&speaker.name].into_iter().chain(names).filter_map(|name| self.of.get(&(name.clone(), kind.clone())));
            speaker.external_id = ids.next().cloned();
        }
    }
}
