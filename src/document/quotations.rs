//! Paragraphs and what stands between quotation marks.

use crate::span::Span;

/// Where paragraphs begin: after blank lines, or after every newline in a text without blank lines. 0 comes first.
pub(crate) fn paragraph_starts(text: &str) -> Vec<usize> {
    let after_newlines = |enough: usize| {
        let mut starts = vec![0];
        let mut seen = 0;
        for (at, c) in text.char_indices() {
            if c == '\n' {
                seen += 1;
            } else if !c.is_whitespace() {
                if seen >= enough {
                    starts.push(at);
                }
                seen = 0;
            }
        }
        starts
    };
    let by_blank_lines = after_newlines(2);
    if by_blank_lines.len() > 1 { by_blank_lines } else { after_newlines(1) }
}

/// The stretches between double quotation marks (`“…”`, `"…"`, `„…“`, `«…»`), marks included, in order.
///
/// Each paragraph starts outside; a quotation that it does not close, as one that goes on in the next paragraph, ends
/// with it.
pub(crate) fn quotations(text: &str, paragraph_starts: &[usize]) -> Vec<Span> {
    let mut out = Vec::new();
    let ends = paragraph_starts.iter().skip(1).copied().chain([text.len()]);
    for (&start, end) in paragraph_starts.iter().zip(ends) {
        let mut open = None;
        for (at, c) in text[start..end].char_indices() {
            let (at, after) = (start + at, start + at + c.len_utf8());
            match c {
                '“' | '«' | '„' => open = open.or(Some(at)),
                '”' | '»' => out.push(Span::new(open.take().unwrap_or(at), after)),
                '"' => match open.take() {
                    Some(open) => out.push(Span::new(open, after)),
                    None => open = Some(at),
                },
                _ => {}
            }
        }
        out.extend(open.map(|open| Span::new(open, end).trim(text)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_by_blank_lines_or_else_by_lines() {
        assert_eq!(paragraph_starts("One.\nStill one.\n \nTwo."), [0, 18]);
        assert_eq!(paragraph_starts("One.\nTwo.\n"), [0, 5]);
        assert_eq!(paragraph_starts(""), [0]);
    }

    #[test]
    fn quotations_end_with_their_paragraph() {
        let text = "“Stop,” he said. “Go on\n\n“and on.” It was \"late\", he'd say.";
        let found: Vec<_> = quotations(text, &paragraph_starts(text)).iter().map(|q| q.text(text)).collect();
        assert_eq!(found, ["“Stop,”", "“Go on", "“and on.”", "\"late\""]);
    }
}
