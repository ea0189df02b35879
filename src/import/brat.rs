//! brat's standoff files: text-bounds, relations, events, attributes and notes. Offsets are code points.

use std::ops::Range;

use super::draft::{Draft, Unit};

/// The type of the events that stand for claims, and of their triggers.
const EVENT: &str = "Attribution";

pub(super) fn draft(text: &str, annotations: &str) -> Result<Draft, String> {
    let mut out = Draft::new(text, Unit::CodePoints);
    // What others point to comes first, wherever it stands in the file.
    for kind in ["T", "E", "R", "A", "M", "#"] {
        for line in annotations.lines().filter(|line| line.starts_with(kind)) {
            read(&mut out, kind, line).ok_or_else(|| format!("not a line of brat's: `{line}`"))??;
        }
    }
    Ok(out)
}

/// Takes one line; `None` if it is not in brat's form.
fn read(out: &mut Draft, kind: &str, line: &str) -> Option<Result<(), String>> {
    let mut columns = line.split('\t');
    let (id, body, rest) = (columns.next()?, columns.next()?, columns.next());
    let mut words = body.split(' ');
    let name = words.next()?;
    match kind {
        // A trigger says no more than its event.
        "T" if name == EVENT => {}
        "T" => {
            let parts: Option<Vec<Range<usize>>> = body[name.len()..].split(';').map(range).collect();
            return Some(out.mark(id, name, &parts?, rest));
        }
        "E" => return event(out, id, body),
        "R" => {
            let (_, from) = words.next()?.split_once(':')?;
            let (_, to) = words.next()?.split_once(':')?;
            return Some(out.link(from, to));
        }
        "#" => {
            let speaker = rest.and_then(|note| note.strip_prefix("speaker: "));
            if let (Some(of), Some(speaker)) = (words.next(), speaker) {
                out.fact(of, "speaker", speaker);
            }
        }
        _ => {
            if let (Some(of), Some(value)) = (words.next(), words.next()) {
                out.fact(of, name, value);
            }
        }
    }
    Some(Ok(()))
}

/// An event stands for its first content, and links it to its other arguments.
fn event(out: &mut Draft, id: &str, body: &str) -> Option<Result<(), String>> {
    let (kind, arguments) = body.split_once(' ').unwrap_or((body, ""));
    if kind.split(':').next()? != EVENT {
        return Some(Ok(()));
    }
    let arguments: Option<Vec<_>> = arguments.split_whitespace().map(|word| word.split_once(':')).collect();
    let arguments = arguments?;
    let Some(&(_, head)) = arguments.iter().find(|(role, _)| role.starts_with("Content")) else {
        return Some(Err(format!("the event {id} has no Content; give it one, or remove it")));
    };
    out.alias(id, head);
    let mut others = arguments.iter().filter(|(_, at)| *at != head);
    Some(others.try_for_each(|(_, at)| out.link(head, at)))
}

fn range(part: &str) -> Option<Range<usize>> {
    let (start, end) = part.trim().split_once(' ')?;
    Some(start.parse().ok()?..end.parse().ok()?)
}
