//! From an article's markup to gold.

use std::ops::Range;

use crate::gold::{Attribution, Gold, Hedge};
use crate::markup::{Facts, Label, Markup};
use crate::span::Offsets;

/// Reads the claims and hedges out of an article's markup.
///
/// # Errors
/// In words, if marks are not linked, or are linked, in a way that says nothing.
pub(super) fn gold(id: String, text: String, markup: &Markup) -> Result<Gold, String> {
    let marks = &markup.marks;
    let named = |at: usize| format!("{} `{}`", marks[at].label.name(), marks[at].span.text(&text));
    for link in &markup.links {
        let senseless = match [marks[link.from].label, marks[link.to].label] {
            [Label::Content, other] | [other, Label::Content] => link.from == link.to && other == Label::Content,
            _ => true,
        };
        if senseless {
            let (from, to) = (named(link.from), named(link.to));
            return Err(format!("a link from {from} to {to} says nothing; link each of them to a Content"));
        }
    }
    for (at, mark) in marks.iter().enumerate() {
        if matches!(mark.label, Label::Source | Label::Cue) && markup.linked(at).next().is_none() {
            return Err(format!("{} belongs to no claim; link it to a Content, or remove it", named(at)));
        }
    }
    let offsets = Offsets::new(&text);
    let place = |at: usize| offsets.code_points(marks[at].span);
    let mut claims: Vec<(Vec<usize>, Attribution)> = Vec::new();
    for members in claims_of(markup) {
        let role = |label: Label| {
            let linked = members.iter().flat_map(|&at| markup.linked(at));
            let mut out: Vec<_> = linked.filter(|&at| marks[at].label == label).map(place).collect();
            out.sort_unstable_by_key(key);
            out.dedup();
            out
        };
        let mut content: Vec<_> = members.iter().copied().map(place).collect();
        content.sort_unstable_by_key(key);
        // Whoever adds a fragment before the first leaves the facts where they were.
        let facts = members.iter().map(|&at| &marks[at].facts).find(|facts| **facts != Facts::default());
        let fields = facts.cloned().unwrap_or_default().into();
        let (source, cue) = (role(Label::Source), role(Label::Cue));
        let attribution = Attribution { source, cue, content, fields, ..Attribution::default() };
        claims.push((members, attribution));
    }
    let order =
        |a: &Attribution| [&a.content, &a.cue, &a.source].map(|spans| spans.iter().map(key).collect::<Vec<_>>());
    claims.sort_by_cached_key(|(_, attribution)| order(attribution));
    for ((_, attribution), number) in claims.iter_mut().zip(1..) {
        attribution.id = format!("a{number}");
    }
    let mut hedges: Vec<Hedge> = Vec::new();
    for (at, mark) in marks.iter().enumerate() {
        let Label::Hedge(class) = mark.label else { continue };
        let Range { start, end } = place(at);
        let claim = markup.linked(at).find_map(|to| claims.iter().position(|(members, _)| members.contains(&to)));
        hedges.push(Hedge { start, end, class: class.name().to_owned(), claim: Some(claim) });
    }
    hedges.sort_by(|a, b| (a.start, a.end, &a.class, a.claim).cmp(&(b.start, b.end, &b.class, b.claim)));
    let attributions = claims.into_iter().map(|(_, attribution)| attribution).collect();
    Ok(Gold { id, text, attributions: Some(attributions), hedges: Some(hedges), ..Gold::default() })
}

fn key(span: &Range<usize>) -> (usize, usize) {
    (span.start, span.end)
}

/// The contents of each claim: those that links connect.
fn claims_of(markup: &Markup) -> Vec<Vec<usize>> {
    let is_content = |at: usize| markup.marks[at].label == Label::Content;
    let mut taken = vec![false; markup.marks.len()];
    let mut out = Vec::new();
    for first in (0..markup.marks.len()).filter(|&at| is_content(at)) {
        let (mut members, mut waiting) = (Vec::new(), vec![first]);
        while let Some(at) = waiting.pop() {
            if !std::mem::replace(&mut taken[at], true) {
                members.push(at);
                waiting.extend(markup.linked(at).filter(|&to| is_content(to)));
            }
        }
        if !members.is_empty() {
            out.push(members);
        }
    }
    out
}
