//! Repeats as a table: a row a claim.

use super::Repeat;
use crate::export::csv::{Mark, Sheet};
use crate::export::table::Cell;

/// The claims of all repeats, a row each, as CSV.
pub fn csv(repeats: &[Repeat], mark: Mark) -> Vec<u8> {
    let mut sheet = Sheet::new(mark);
    sheet.head([
        "repeat",
        "articles",
        "first",
        "last",
        "speakers",
        "differing_speakers",
        "article",
        "claim",
        "date",
        "publisher",
        "speaker",
        "cue",
        "quote",
        "certainty",
        "polarity",
        "hedges",
        "content",
        "overlap",
    ]);
    for (repeat, number) in repeats.iter().zip(1..) {
        let speakers: Vec<&str> = repeat.speakers.iter().map(|voice| voice.name.as_str()).collect();
        let speakers = speakers.join("; ");
        for claim in &repeat.claims {
            let text = |text: &str| Some(Cell::Text(text.to_owned().into()));
            let known = |of: &Option<String>| of.as_deref().and_then(text);
            sheet.row([
                Some(Cell::Number(number)),
                i64::try_from(repeat.articles).ok().map(Cell::Number),
                known(&repeat.first),
                known(&repeat.last),
                text(&speakers),
                Some(Cell::Flag(repeat.differing_speakers)),
                text(&claim.article),
                text(&claim.claim),
                known(&claim.date),
                known(&claim.publisher),
                known(&claim.speaker),
                known(&claim.cue),
                text(claim.quote.name()),
                text(claim.certainty.name()),
                text(claim.polarity.name()),
                text(&claim.hedges.join("; ")),
                text(&claim.content),
                Some(Cell::Score(claim.overlap)),
            ]);
        }
    }
    sheet.take()
}
