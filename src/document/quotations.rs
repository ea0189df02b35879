//! Paragraphs and what stands between quotation marks.

use crate::span::Span;

/// The stretches between quotation marks (`“…”`, `"…"`, `‘…’`, `„…“`, `«…»`, `»…«`, ``` ``…'' ```), marks included, in order.
/// Marks inside of others are not looked at.
///
/// Each paragraph starts outside; a quotation that it does not close, as one that goes on in the next paragraph, ends
/// with it. `scripts/train/features.py` does the same.
pub(crate) fn quotations(text: &str, paragraph_starts: &[usize]) -> Vec<Span> {
    let mut out = Vec::new();
    let ends = paragraph_starts.iter().skip(1).copied().chain([text.len()]);
    for (&start, end) in paragraph_starts.iter().zip(ends) {
        let chars: Vec<(usize, char)> = text[start..end].char_indices().map(|(at, c)| (start + at, c)).collect();
        let at = |index: usize| chars.get(index).map_or(end, |&(at, _)| at);
        let mut open: Option<usize> = None;
        let mut index = 0;
        while let Some(&(here, c)) = chars.get(index) {
            let before = index.checked_sub(1).map_or(' ', |index| chars[index].1);
            let after = chars.get(index + 1).map_or(' ', |&(_, c)| c);
            let mut width = 1;
            // A straight mark before a word opens, though the one before was never closed.
            let reopens = open.is_some_and(|open| chars[open].1 == '"') && c == '"' && before.is_whitespace();
            if let Some(unclosed) = open.filter(|_| reopens && after.is_alphanumeric()) {
                out.push(Span::new(at(unclosed), here).trim(text));
                open = None;
            }
            match open.map(|open| chars[open].1) {
                None => match c {
                    '“' | '«' | '„' | '"' => open = Some(index),
                    '»' if !before.is_alphanumeric() && after.is_alphanumeric() => open = Some(index),
                    '`' if after == '`' => {
                        open = Some(index);
                        width = 2;
                    }
                    '”' | '»' => out.push(Span::new(here, at(index + 1))),
                    '‘' | '\'' if !before.is_alphanumeric() && !after.is_whitespace() => {
                        let closed = single_closing(&chars, index).or((c == '‘' && index == 0).then_some(chars.len()));
                        if let Some(closed) = closed {
                            out.push(Span::new(here, at(closed)).trim(text));
                            width = closed - index;
                        }
                    }
                    _ => {}
                },
                Some(kind) => {
                    let double = kind == '`' && (c, after) == ('\'', '\'');
                    let closes = match kind {
                        '»' => c == '«',
                        '„' => matches!(c, '“' | '”'),
                        '"' | '`' => matches!(c, '"' | '”'),
                        _ => matches!(c, '”' | '»') || c == '"' && !after.is_alphanumeric(),
                    };
                    if double || closes {
                        width = 1 + usize::from(double);
                        out.extend(open.take().map(|open| Span::new(at(open), at(index + width))));
                    }
                }
            }
            index += width;
        }
        out.extend(open.map(|open| Span::new(at(open), end).trim(text)));
    }
    out
}

/// The index after the mark that closes the single one at `open`: the first after punctuation or after a word that does
/// not end in s, since others may be apostrophes; else the first of these.
fn single_closing(chars: &[(usize, char)], open: usize) -> Option<usize> {
    let opener = chars[open].1;
    let mut first = None;
    for index in open + 1..chars.len() {
        let (c, before) = (chars[index].1, chars[index - 1].1);
        let after = chars.get(index + 1).map_or(' ', |&(_, c)| c);
        let opens = c == opener && !before.is_alphanumeric() && !after.is_whitespace();
        if opener == '\'' && c == '"' {
            break;
        }
        if opens && !matches!(before, ',' | '.' | '?' | '!' | '…' | '—' | '–') {
            break;
        }
        let may_close = c == '\'' || c == '’' && opener == '‘';
        if may_close && !after.is_alphanumeric() && !before.is_whitespace() {
            if before != 's' {
                return Some(index + 1);
            }
            first = first.or(Some(index + 1));
        }
    }
    first
}

#[cfg(test)]
mod tests {
    fn found(text: &str) -> Vec<&str> {
        let document = crate::document::Document::new(crate::Article::new("a", crate::Place::file("a"), text));
        document.quotations.iter().map(|q| q.text(text)).collect()
    }

    #[test]
    fn quotations_end_with_their_paragraph() {
        let text = "“Stop,” he said. “Go on\n\n“and on.” It was \"late\", he'd say.";
        assert_eq!(found(text), ["“Stop,”", "“Go on", "“and on.”", "\"late\""]);
    }

    #[test]
    fn marks_of_many_houses() {
        for (text, expected) in [
            (
                "‘It’s the drivers’ pay,’ said Ito. ‘They’re late.’",
                &["‘It’s the drivers’ pay,’", "‘They’re late.’"][..],
            ),
            ("'It's the drivers' pay,' said Ito. The drivers' union left.", &["'It's the drivers' pay,'"]),
            ("``It leaks,'' said Ito. ``Again.''", &["``It leaks,''", "``Again.''"]),
            ("»It leaks«, said Ito. «Again», she said. „Oh“", &["»It leaks«", "«Again»", "„Oh“"]),
            (
                "\"It leaks. He left. \"It sank,\" Ito said. “It rose,\" she said.",
                &["\"It leaks. He left.", "\"It sank,\"", "“It rose,\""],
            ),
            ("In the '60s \"it leaked\" and the owners' men left.", &["\"it leaked\""]),
            ("He called it ‘odd’ and the drivers’ fault.", &["‘odd’"]),
            ("“It was ‘odd’,” he said", &["“It was ‘odd’,”"]),
            ("The drivers' pay isn't the owners' concern.", &[]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
