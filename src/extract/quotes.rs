//! Quotation marks of contents: whose words they are, and where they end.

use crate::document::Document;
use crate::span::Span;
use crate::terms::Quote;

/// By how much of the letters of `content` stands between quotation marks of the claim's own: those that hold its cue or
/// source too, `own`, are another's.
pub(crate) fn quote(text: &str, quotations: &[Span], content: &[Span], own: &[Span]) -> Quote {
    let is_own = |quotation: &Span| !own.iter().any(|&span| quotation.contains(span));
    let (mut inside, mut outside) = (false, false);
    for &span in content {
        for (at, c) in span.text(text).char_indices() {
            if !c.is_alphanumeric() {
                continue;
            }
            let at = span.start() + at;
            let near = quotations.get(quotations.partition_point(|q| q.end() <= at));
            if near.is_some_and(|q| q.start() <= at && is_own(q)) {
                inside = true;
            } else {
                outside = true;
            }
        }
    }
    match (inside, outside) {
        (true, false) => Quote::Direct,
        (true, true) => Quote::Mixed,
        (false, _) => Quote::Indirect,
    }
}

/// The span with the quotation marks that enclose it, so that no mark is cut off at an edge.
pub(crate) fn with_marks(text: &str, quotations: &[Span], span: Span) -> Span {
    let only_marks = |between: Span| {
        let between = between.text(text);
        between.chars().all(|c| {
            matches!(c, '“' | '”' | '"' | '„' | '«' | '»' | '‘' | '’' | '\'' | '`' | '.' | ',' | '?' | '!' | '…')
        })
    };
    let (mut start, mut end) = (span.start(), span.end());
    for quotation in &quotations[quotations.partition_point(|q| q.end() <= span.start())..] {
        if quotation.start() >= span.end() {
            break;
        }
        if quotation.start() < start && only_marks(Span::new(quotation.start(), start)) {
            start = quotation.start();
        }
        if quotation.end() > end && only_marks(Span::new(end, quotation.end())) {
            end = quotation.end();
        }
    }
    Span::new(start, end)
}

/// Whether a quotation that begins in `before` and is not closed there goes on in `after`, the next paragraph, as
/// newspapers print long quotations: each paragraph opens with a mark, only the last closes.
pub(crate) fn runs_on(document: &Document, before: Span, after: Span) -> bool {
    let text = document.article.text();
    let quotations = &document.quotations;
    let second = quotations.partition_point(|q| q.end() <= after.start());
    let Some(first) = quotations.partition_point(|q| q.start() < before.end()).checked_sub(1) else { return false };
    let Some(&[open, next]) = quotations.get(first..first + 2) else { return false };
    if second != first + 1 || !open.overlaps(before) || !next.overlaps(after) {
        return false;
    }
    let closed = open.len() > 1 && open.text(text).ends_with(['”', '"', '»', '’', '\'']);
    !closed
        && document.paragraph_starts.binary_search(&next.start()).is_ok()
        && document.paragraph_of(next.start()) == document.paragraph_of(open.start()) + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::quotations_of;

    fn find(text: &str, part: &str) -> Span {
        let start = text.find(part).expect("the part is in the text");
        Span::new(start, start + part.len())
    }

    #[test]
    fn whose_words() {
        for (text, content, expected) in [
            ("“We are done,” Ana Ruiz said.", "“We are done,”", Quote::Direct),
            ("\"We are done,\" Ana Ruiz said.", "We are done,", Quote::Direct),
            ("Ana Ruiz said the team was “done”.", "the team was “done”", Quote::Mixed),
            ("Ana Ruiz said the team was done.", "the team was done", Quote::Indirect),
            ("‘We’re done,’ Ana Ruiz said.", "‘We’re done,’", Quote::Direct),
            ("'It's the players' cup,' she said.", "'It's the players' cup,'", Quote::Direct),
            ("The players' union said it's the clubs' fault.", "it's the clubs' fault", Quote::Indirect),
            ("«C’est fini», she said.", "«C’est fini»", Quote::Direct),
        ] {
            assert_eq!(quote(text, &quotations_of(text), &[find(text, content)], &[]), expected, "{text}");
        }
    }

    #[test]
    fn marks_around_a_claim_with_its_cue_are_another_s() {
        let text = "“I think it leaks,” Ana Ruiz said.";
        let own = [find(text, "I"), find(text, "think")];
        assert_eq!(quote(text, &quotations_of(text), &[find(text, "it leaks,")], &own), Quote::Indirect);
    }

    #[test]
    fn a_long_quotation_runs_on_in_the_next_paragraph() {
        for (text, expected) in [
            ("He said: “It began early.\n\n“It ended late.”", true),
            ("He said: \"It began early.\n\n\"It ended late.\"", true),
            ("He said: “It began early.”\n\n“It ended late.”", false),
            ("He said: “It began early.\n\nShe left. “It ended late.”", false),
            ("He said: “It began early.\n\nShe left.\n\n“It ended late.”", false),
        ] {
            let article = crate::Article::new("a", crate::Place::file("a"), text);
            let document = Document::new(article);
            let (before, after) = (find(text, "It began early"), find(text, "It ended late"));
            assert_eq!(runs_on(&document, before, after), expected, "{text}");
        }
    }

    #[test]
    fn marks_are_never_cut_off() {
        let text = "She said: “It is over.” He said the “deal” was off.";
        let with = |part| with_marks(text, &quotations_of(text), find(text, part)).text(text);
        assert_eq!(with("It is over"), "“It is over.”");
        assert_eq!(with("“It is over."), "“It is over.”");
        assert_eq!(with("is over"), "is over.”");
        assert_eq!(with("the “deal"), "the “deal”");
        assert_eq!(with("the “deal” was off"), "the “deal” was off");
    }
}
