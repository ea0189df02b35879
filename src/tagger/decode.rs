//! From the encoder's outputs, window by window, to a document's mentions.

use std::ops::Range;

use super::crf::{Found, Scores, Transitions};
use super::encoder::{Output, Pointers};
use super::pieces::Pieces;
use super::{Link, Mention, Role, windows};
use crate::span::Span;

/// Decodes a whole document at once: each piece is read from the window in which it lies most centrally.
pub(crate) fn mentions(
    pieces: &Pieces,
    windows: &[Range<usize>],
    outputs: &[Output],
    transitions: &Transitions,
) -> Vec<Mention> {
    let owners = windows::owners(windows, pieces.len());
    let place = |piece: usize| (owners[piece], piece - windows[owners[piece]].start);
    let emissions: Vec<Scores> = (0..pieces.len())
        .map(|piece| {
            let (window, row) = place(piece);
            outputs[window].emissions[row]
        })
        .collect();
    let found = transitions.decode(&emissions);

    let votes = |voters: Range<usize>, pointers: fn(&Output) -> &Pointers, role: Role| {
        let mut mass = vec![0.0; found.len()];
        let mut none = 0.0;
        let share = 1.0 / voters.len() as f32;
        for voter in voters {
            let (window, row) = place(voter);
            for &(to, p) in pointers(&outputs[window]).row(row) {
                // Position 0 is [CLS]: no link.
                match usize::from(to).checked_sub(1) {
                    None => none += p * share,
                    Some(to) => {
                        if let Some(at) = holder(&found, windows[window].start + to) {
                            mass[at] += p * share;
                        }
                    }
                }
            }
        }
        let links = (0..found.len())
            .filter(|&to| found[to].role == role && mass[to] > 0.0)
            .map(|to| Link { to, probability: mass[to].min(1.0) })
            .collect();
        (links, none.min(1.0))
    };
    found
        .iter()
        .map(|Found { role, pieces: at, confidence }| {
            let (links, unlinked) = match role {
                // A cue's pointer is learned on its first piece alone.
                Role::Cue => votes(at.start..at.start + 1, |o| &o.to_source, Role::Source),
                Role::Source | Role::Content => votes(at.clone(), |o| &o.to_cue, Role::Cue),
            };
            let span = Span::new(pieces.spans[at.start].start(), pieces.spans[at.end - 1].end());
            Mention { role: *role, span, confidence: *confidence, links, unlinked }
        })
        .collect()
}

/// The mention that a piece belongs to.
fn holder(found: &[Found], piece: usize) -> Option<usize> {
    let at = found.partition_point(|f| f.pieces.end <= piece);
    found.get(at).is_some_and(|f| f.pieces.contains(&piece)).then_some(at)
}
