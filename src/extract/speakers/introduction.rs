//! Affiliations that the wording of a role gives, where the tagger leaves them out.

use super::Named;
use crate::span::Span;
use crate::tagger::is_owner;

/// The name that an affiliation begins with, where what describes it follows: `Milltech Marine, a firm in Leeds`.
pub(super) fn bare(text: &str, affiliation: Span, names: &[Named]) -> Span {
    let at = names.partition_point(|name| name.span.end() <= affiliation.start());
    let first = names.get(at).map(|name| name.span).filter(|name| name.start() == affiliation.start());
    match first.filter(|name| name.end() < affiliation.end() && text[name.end()..].starts_with(',')) {
        Some(name) => name,
        None => affiliation,
    }
}

/// The body of a role: `director of the Port Users’ League`, `Tesco’s chief executive`, `Senate leader`. `is_body` tells
/// whether a name may be one.
pub(super) fn body(text: &str, role: Span, names: &[Named], is_body: impl Fn(&Named) -> bool) -> Option<Span> {
    let named = |place: usize| names.binary_search_by_key(&place, |name| name.span.start()).ok().map(|at| &names[at]);
    let of_body = of_body(text, role.end()).filter(|body| named(body.start()).is_none_or(&is_body));
    of_body.or_else(|| {
        let at = names.partition_point(|name| name.span.start() < role.start());
        let inside = names.get(at).filter(|name| name.span.end() < role.end() && !is_party(name.span.text(text)));
        let before = at.checked_sub(1).map(|at| &names[at]).filter(|name| {
            let between = text.get(name.span.end()..role.start()).unwrap_or(".");
            between.strip_suffix(' ').is_some_and(|rest| rest.is_empty() || is_owner(rest))
        });
        [inside, before].into_iter().flatten().find(|name| is_body(name)).map(|name| name.span)
    })
}

/// Whether a name says which side somebody is on rather than whom for: `Republican candidate`.
fn is_party(name: &str) -> bool {
    matches!(name, "Republican" | "Democratic" | "Democrat" | "GOP")
}

/// The capitalised words after ` of `, ` at the ` and the like.
fn of_body(text: &str, end: usize) -> Option<Span> {
    let rest = &text[end..];
    let led = [" of ", " at ", " for ", " with ", " from "].into_iter().find(|lead| rest.starts_with(lead))?;
    let mut start = end + led.len();
    start += text[start..].strip_prefix("the ").map_or(0, |_| 4);
    let mut last = start;
    let mut at = start;
    for word in text[start..].split(' ').take(8) {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_small = matches!(word, "of" | "and" | "for" | "&" | "the");
        if bare.starts_with(char::is_uppercase) {
            last = at + bare.len();
        }
        at += word.len() + 1;
        let goes_on = word.len() == bare.len() || is_owner(&word[bare.len()..]);
        if !is_small && (!bare.starts_with(char::is_uppercase) || !goes_on) {
            break;
        }
    }
    let body = text[start..last].trim_end_matches("'s").trim_end_matches("’s");
    (!body.is_empty()).then(|| Span::new(start, start + body.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body_of(text: &str, role: &str, name: &str) -> Option<String> {
        let place = |part: &str| text.find(part).map(|at| Span::new(at, at + part.len())).unwrap();
        let named = |name: &str| Named { span: place(name), entity: 0, sentence: 0 };
        let names: Vec<Named> = Some(name).filter(|name| !name.is_empty()).map(named).into_iter().collect();
        body(text, place(role), &names, |_| true).map(|span| span.text(text).to_owned())
    }

    #[test]
    fn the_body_of_a_role_is_the_affiliation() {
        let after = "Ana Ruiz, director of the Port Users’ League, left.";
        assert_eq!(body_of(after, "director", "").as_deref(), Some("Port Users’ League"));
        let long = "Bo Lee, a professor at the University of Leeds and a friend, left.";
        assert_eq!(body_of(long, "professor", "").as_deref(), Some("University of Leeds"));
        let owner = "Kestrel’s chief executive Ana Ruiz left.";
        assert_eq!(body_of(owner, "chief executive", "Kestrel").as_deref(), Some("Kestrel"));
        let inside = "The Senate leader Ana Ruiz left.";
        assert_eq!(body_of(inside, "Senate leader", "Senate").as_deref(), Some("Senate"));
        assert_eq!(body_of("Ana Ruiz, director of nothing, left.", "director", ""), None);
        assert_eq!(body_of("Kestrel fell. Director Ana Ruiz left.", "Director", "Kestrel"), None);
    }

    #[test]
    fn what_describes_a_body_is_no_part_of_it() {
        let text = "Bo Lee of Kestrel Marine, a firm in Leeds, left.";
        let span = |part: &str| text.find(part).map(|at| Span::new(at, at + part.len())).unwrap();
        let names = [Named { span: span("Kestrel Marine"), entity: 0, sentence: 0 }];
        assert_eq!(bare(text, span("Kestrel Marine, a firm"), &names), span("Kestrel Marine"));
        assert_eq!(bare(text, span("Kestrel"), &names), span("Kestrel"));
    }
}
