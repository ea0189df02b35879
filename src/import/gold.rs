//! Gold: an article's claims and hedges as people annotated them.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::eval::Speaker;
use crate::markup::{Facts, Label, Markup};
use crate::span::Offsets;

/// One article of gold, in the form that `sayso eval` reads; offsets are code points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gold {
    /// The article's id.
    pub id: String,
    /// Its text, line ends as LF.
    pub text: String,
    /// In the order of the text.
    pub attributions: Vec<Attribution>,
    /// Hedges, in the order of the text.
    pub cues: Vec<Cue>,
}

/// A claim as annotated, each role in fragments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attribution {
    /// `a1`, `a2`, …; from the page, the claim's.
    pub id: String,
    /// Who speaks.
    pub source: Vec<(usize, usize)>,
    /// What attributes.
    pub cue: Vec<(usize, usize)>,
    /// What is attributed.
    pub content: Vec<(usize, usize)>,
    /// The rest, where the tool can say it.
    #[serde(flatten)]
    pub facts: Facts,
    /// What only the page of `sayso report` says.
    #[serde(flatten)]
    pub checked: Option<Checked>,
}

/// What the page of `sayso report` says of a claim besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// Whether somebody looked at the claim; the others stand as they were read.
    pub checked: bool,
    /// The id of the claim in whose content this one stands.
    pub within: Option<String>,
    /// Who speaks; nobody, where there is none.
    pub speaker: Option<Speaker>,
}

/// A hedge as annotated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cue {
    /// The first code point.
    pub start: usize,
    /// The code point after the last.
    pub end: usize,
    /// `epistemic`, `doxastic`, `condition` or `investigation`.
    pub class: String,
    /// The claim that it weakens, an index into [`Gold::attributions`].
    pub claim: Option<usize>,
}

impl Gold {
    /// Reads the claims and hedges out of an article's markup.
    ///
    /// # Errors
    /// In words, if marks are not linked, or are linked, in a way that says nothing.
    pub(crate) fn new(id: String, text: String, markup: &Markup) -> Result<Self, String> {
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
        let place = |at: usize| {
            let Range { start, end } = offsets.code_points(marks[at].span);
            (start, end)
        };
        let mut claims: Vec<(Vec<usize>, Attribution)> = Vec::new();
        for members in claims_of(markup) {
            let role = |label: Label| {
                let linked = members.iter().flat_map(|&at| markup.linked(at));
                let mut out: Vec<_> = linked.filter(|&at| marks[at].label == label).map(place).collect();
                out.sort_unstable();
                out.dedup();
                out
            };
            let mut content: Vec<_> = members.iter().copied().map(place).collect();
            content.sort_unstable();
            // Whoever adds a fragment before the first leaves the facts where they were.
            let facts = members.iter().map(|&at| &marks[at].facts).find(|facts| **facts != Facts::default());
            let facts = facts.cloned().unwrap_or_default();
            let id = String::new();
            let (source, cue) = (role(Label::Source), role(Label::Cue));
            let attribution = Attribution { id, source, cue, content, facts, checked: None };
            claims.push((members, attribution));
        }
        let order = |a: &Attribution| (a.content.clone(), a.cue.clone(), a.source.clone());
        claims.sort_by_cached_key(|(_, attribution)| order(attribution));
        for ((_, attribution), number) in claims.iter_mut().zip(1..) {
            attribution.id = format!("a{number}");
        }
        let mut cues: Vec<Cue> = Vec::new();
        for (at, mark) in marks.iter().enumerate() {
            let Label::Hedge(class) = mark.label else { continue };
            let (start, end) = place(at);
            let claim = markup.linked(at).find_map(|to| claims.iter().position(|(members, _)| members.contains(&to)));
            cues.push(Cue { start, end, class: class.name().to_owned(), claim });
        }
        cues.sort_by(|a, b| (a.start, a.end, &a.class, a.claim).cmp(&(b.start, b.end, &b.class, b.claim)));
        let attributions = claims.into_iter().map(|(_, attribution)| attribution).collect();
        Ok(Self { id, text, attributions, cues })
    }
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
