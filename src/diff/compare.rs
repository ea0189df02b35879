//! Two readings of one article.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use serde::Serialize;
use serde_json::{Value, json};

use super::reading::{Claim, Hedge, Reading};
use super::{Article, Change, Side};
use crate::eval;
use crate::gold::Attribution;
use crate::span::Offsets;

/// What differs, and how many claims do not.
pub(super) fn compare(a: &Reading, b: &Reading) -> (Article, u64) {
    let mut article = Article { id: a.id.clone(), side: Side::Both, fields: Vec::new(), claims: Vec::new() };
    for (&(field, ref a), (_, b)) in a.about.iter().zip(&b.about) {
        add(&mut article.fields, field, Some(a), Some(b));
    }
    add(&mut article.fields, "text", a.text.as_ref(), b.text.as_ref());
    let (Some(ours), Some(theirs)) = (&a.claims, &b.claims) else { return (article, 0) };
    let Some(text) = a.text.as_ref().or(b.text.as_ref()) else { return (article, 0) };
    // Spans of another text mean something else.
    if a.text.as_ref().is_some_and(|a| b.text.as_ref().is_some_and(|b| a != b)) {
        return (article, 0);
    }
    let text = Text { text, offsets: Offsets::new(text) };
    let free = |hedges: &Option<Vec<Hedge>>| hedges.as_ref().map(|hedges| text.hedges(hedges));
    add(&mut article.fields, "hedges", free(&a.hedges), free(&b.hedges));

    let matched = matched(text.text, ours, theirs);
    let [of_a, of_b] = [ours, theirs].map(|claims| vec![None; claims.len()]);
    let (mut of_a, mut of_b): (Vec<Option<usize>>, Vec<Option<usize>>) = (of_a, of_b);
    for &(one, other) in &matched {
        (of_a[one], of_b[other]) = (Some(other), Some(one));
    }
    let mut same = 0;
    let mut found: Vec<(usize, Claim3<'_>)> = Vec::new();
    for (at, claim) in ours.iter().enumerate() {
        let Some(other) = of_a[at] else {
            found.push((start(claim), (Side::A, Some(claim), None, Vec::new())));
            continue;
        };
        let fields = changes(&text, (ours, at), (theirs, other), &of_a);
        if fields.is_empty() {
            same += 1;
        } else {
            found.push((start(claim), (Side::Both, Some(claim), Some(&theirs[other]), fields)));
        }
    }
    let new = theirs.iter().zip(&of_b).filter(|(_, pair)| pair.is_none());
    found.extend(new.map(|(claim, _)| (start(claim), (Side::B, None, Some(claim), Vec::new()))));
    found.sort_by_key(|&(start, _)| start);
    article.claims = found.into_iter().map(|(_, claim)| text.claim(claim)).collect();
    (article, same)
}

/// Which has it, both sides, and what differs.
type Claim3<'a> = (Side, Option<&'a Claim>, Option<&'a Claim>, Vec<Change>);

/// Where a claim begins.
fn start(claim: &Claim) -> usize {
    let Attribution { source, cue, content, .. } = &claim.attribution;
    content.iter().chain(cue).chain(source).map(|span| span.start).next().unwrap_or_default()
}

/// Which claims are the same: those of the same spans, and of the others those that the evaluation matches.
fn matched(text: &str, a: &[Claim], b: &[Claim]) -> Vec<(usize, usize)> {
    let spans = |claim: &Claim| {
        let Attribution { source, cue, content, .. } = claim.attribution.clone();
        [source, cue, content]
    };
    let mut places: HashMap<[Vec<Range<usize>>; 3], VecDeque<usize>> = HashMap::new();
    for (at, claim) in b.iter().enumerate() {
        places.entry(spans(claim)).or_default().push_back(at);
    }
    let mut left_of_a = Vec::new();
    let mut pairs = Vec::new();
    for (at, claim) in a.iter().enumerate() {
        match places.get_mut(&spans(claim)).and_then(VecDeque::pop_front) {
            Some(other) => pairs.push((at, other)),
            None => left_of_a.push(at),
        }
    }
    let mut left_of_b: Vec<usize> = places.into_values().flatten().collect();
    left_of_b.sort_unstable();
    let attributions = |all: &[Claim], left: &[usize]| left.iter().map(|&at| all[at].attribution.clone()).collect();
    let others = eval::pairs(text, attributions(a, &left_of_a), attributions(b, &left_of_b));
    pairs.extend(others.into_iter().map(|(one, other)| (left_of_a[one], left_of_b[other])));
    pairs
}

/// What two claims that are one have differently.
fn changes(
    text: &Text<'_>,
    (ours, one): (&[Claim], usize),
    (theirs, other): (&[Claim], usize),
    of_a: &[Option<usize>],
) -> Vec<Change> {
    let (a, b) = (&ours[one], &theirs[other]);
    let mut out = Vec::new();
    for (field, of) in [
        ("source", (|claim| &claim.source) as fn(&Attribution) -> &Vec<Range<usize>>),
        ("cue", |claim| &claim.cue),
        ("content", |claim| &claim.content),
    ] {
        let [a, b] = [a, b].map(|claim| text.spans(of(&claim.attribution)));
        add(&mut out, field, Some(a), Some(b));
    }
    let (mine, yours) = (&a.attribution.fields, &b.attribution.fields);
    if let (Some(a), Some(b)) = (&mine.speaker, &yours.speaker) {
        add(&mut out, "speaker", Some(a.as_ref().map(|a| &a.name)), Some(b.as_ref().map(|b| &b.name)));
        if let (Some(a), Some(b)) = (a, b) {
            add(&mut out, "speaker_kind", a.kind, b.kind);
            add(&mut out, "speaker_named", a.named, b.named);
            add(&mut out, "speaker_role", a.role.as_ref(), b.role.as_ref());
            add(&mut out, "speaker_affiliation", a.affiliation.as_ref(), b.affiliation.as_ref());
        }
    }
    add(&mut out, "quote", mine.quote, yours.quote);
    add(&mut out, "type", mine.attribution, yours.attribution);
    add(&mut out, "certainty", mine.certainty, yours.certainty);
    add(&mut out, "polarity", mine.polarity, yours.polarity);
    if let (Some(a), Some(b)) = (&mine.within, &yours.within) {
        // Ids may differ where the claims that they name do not.
        let place = |claims: &[Claim], id: &Option<String>| {
            claims.iter().position(|claim| Some(&claim.attribution.id) == id.as_ref())
        };
        let outer = place(ours, a).and_then(|at| of_a[at]);
        if a.is_some() != b.is_some() || a.is_some() && outer != place(theirs, b) {
            out.push(Change { field: "within", a: json!(a), b: json!(b) });
        }
    }
    let hedges = |claim: &Claim| claim.hedges.as_ref().map(|hedges| text.hedges(hedges));
    add(&mut out, "hedges", hedges(a), hedges(b));
    out
}

/// Adds a field that both speak of, if they differ in it.
fn add<T: PartialEq + Serialize>(out: &mut Vec<Change>, field: &'static str, a: Option<T>, b: Option<T>) {
    if let (Some(a), Some(b)) = (a, b)
        && a != b
    {
        out.push(Change { field, a: json!(a), b: json!(b) });
    }
}

struct Text<'a> {
    text: &'a str,
    offsets: Offsets,
}

impl Text<'_> {
    fn cut(&self, place: Range<usize>) -> &str {
        self.offsets.span_of_code_points(place).map_or("", |span| span.text(self.text))
    }

    fn spans(&self, places: &[Range<usize>]) -> Value {
        let span =
            |place: &Range<usize>| json!({"start": place.start, "end": place.end, "text": self.cut(place.clone())});
        places.iter().map(span).collect()
    }

    fn hedges(&self, hedges: &[Hedge]) -> Value {
        let mut all: Vec<&Hedge> = hedges.iter().collect();
        all.sort_unstable();
        let hedge = |&Hedge { start, end, ref class }: &Hedge| json!({"start": start, "end": end, "text": self.cut(start..end), "class": class});
        all.into_iter().map(hedge).collect()
    }

    fn claim(&self, (side, a, b, fields): Claim3<'_>) -> super::Claim {
        let id = |claim: Option<&Claim>| claim.map(|claim| claim.attribution.id.clone()).filter(|id| !id.is_empty());
        let shown = b.or(a).map(|claim| &claim.attribution);
        let words = |of: fn(&Attribution) -> &Vec<Range<usize>>| {
            let spans = shown.map(of).into_iter().flatten();
            spans.map(|place| self.cut(place.clone())).collect::<Vec<_>>().join(" … ")
        };
        let speaker = shown.and_then(|claim| claim.fields.speaker.as_ref()?.as_ref());
        super::Claim {
            side,
            a: id(a),
            b: id(b),
            speaker: speaker.map(|speaker| speaker.name.clone()),
            cue: words(|claim| &claim.cue),
            content: words(|claim| &claim.content),
            fields,
        }
    }
}
