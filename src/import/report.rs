//! What the page of `sayso report` saves, which is gold already.

use std::collections::HashSet;
use std::path::Path;

use super::Imported;
use crate::gold::Gold;
use crate::jsonl::Lines;
use crate::terms::Class;

pub(super) fn read(jsonl: &str, path: &Path, out: &mut Imported) {
    let mut lines = Lines::<_, Gold>::new(jsonl.as_bytes(), path.display().to_string());
    while let Some(line) = lines.next() {
        let place = lines.place();
        match line {
            Ok(gold) => match fault(&gold) {
                None => out.gold.push(gold),
                Some(fault) => out.reject(Some(gold.id), place, &fault),
            },
            Err(fault) => {
                let reason = fault.reason();
                out.reject(None, place, &format!("not a line that the page saved: {reason}; save it there again"));
            }
        }
    }
}

/// What makes no sense of a line.
fn fault(gold: &Gold) -> Option<String> {
    let (Some(attributions), Some(hedges)) = (&gold.attributions, &gold.hedges) else {
        return Some("not a line that the page saved: no `attributions` or no `cues`; save it there again".into());
    };
    let length = gold.text.chars().count();
    let mut ids = HashSet::new();
    for row in attributions {
        if row.fields.checked.is_none() {
            return Some(format!(
                "of claim {} is not said whether it was `checked`; save it in the page again",
                row.id
            ));
        }
        if !ids.insert(row.id.as_str()) {
            return Some(format!("two claims are called {}; keep one of them", row.id));
        }
        if row.content.is_empty() {
            return Some(format!("claim {} has no content; leave it out", row.id));
        }
        let mut all = row.source.iter().chain(&row.cue).chain(&row.content);
        if let Some(span) = all.find(|span| span.start >= span.end || span.end > length) {
            let (start, end) = (span.start, span.end);
            return Some(format!("claim {} has a span {start}-{end} in a text of {length} characters", row.id));
        }
    }
    let mut within = attributions.iter().filter_map(|row| row.fields.within.as_ref()?.as_deref());
    if let Some(outer) = within.find(|outer| !ids.contains(outer)) {
        return Some(format!("a claim is within {outer}, which is not there"));
    }
    hedges.iter().find_map(|hedge| {
        let is_outside = hedge.start >= hedge.end || hedge.end > length;
        if is_outside || hedge.claim.flatten().is_some_and(|claim| claim >= attributions.len()) {
            return Some(format!("the hedge at {} is outside of the text or its claims", hedge.start));
        }
        let classes = Class::NAMES.join(", ");
        Class::named(&hedge.class).is_none().then(|| format!("a hedge is {}, and not one of {classes}", hedge.class))
    })
}
