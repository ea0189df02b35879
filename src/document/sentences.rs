//! Where a text's sentences begin and end.
//!
//! The text is cut into blocks at blank lines and at those line ends that are not mere wrapping; in a
//! block each full stop, question mark, exclamation mark and ellipsis is weighed by the words around
//! it. In doubt a sentence goes on, since a split one loses more than a long one. Each rule looks at a
//! bounded number of words, so that it all takes time in line with the text's length.

use super::words::{
    Abbreviation, follows_clock, follows_speech, is_initial, is_speech, joins_names, starts_sentences, takes_listener,
};
use crate::span::Span;

/// The widest line of a text that was wrapped by hand or by a mail program.
const WIDEST_WRAP: usize = 120;

/// The narrowest that is taken for one by its width alone.
const NARROWEST_WRAP: usize = 50;

/// The sentences of `text`, in order. They do not overlap, hold all of it but white space, and
/// neither begin nor end with any. A heading or a list item is one too.
pub fn sentences(text: &str) -> Vec<Span> {
    within(text, &blocks(text))
}

/// The sentences of the text's [`blocks`].
pub(super) fn within(text: &str, blocks: &[Span]) -> Vec<Span> {
    let mut sentences = Vec::new();
    for &block in blocks {
        cut(text, block, &mut sentences);
    }
    sentences
}

/// A line without the white space around it.
#[derive(Clone, Copy)]
struct Line<'a> {
    span: Span,
    text: &'a str,
    /// In characters.
    width: usize,
}

impl Line<'_> {
    fn starts_lower(&self) -> bool {
        self.text.starts_with(char::is_lowercase)
    }

    /// Whether it ends as a sentence does, or announces what follows.
    fn is_complete(&self) -> bool {
        self.text.trim_end_matches(CLOSERS).ends_with(['.', '!', '?', '…', ':', ';'])
    }

    /// Whether it starts with a list's mark: `•`, `- `, `3. `, `b) `.
    fn is_item(&self) -> bool {
        let Some((mark, _)) = self.text.split_once(char::is_whitespace) else {
            return false;
        };
        let counts = mark.strip_suffix(['.', ')']).is_some_and(|count| {
            count.len() <= 2 && count.bytes().all(|byte| byte.is_ascii_digit())
                || count.len() == 1 && count.bytes().all(|byte| byte.is_ascii_lowercase())
        });
        counts || matches!(mark, "-" | "–" | "*") || mark.starts_with(['•', '▪', '●', '◦', '‣'])
    }

    fn first_word_width(&self) -> usize {
        self.text.chars().take_while(|c| !c.is_whitespace()).count()
    }
}

/// The stretches of `text` that no sentence runs across: its paragraphs, headings, list items, captions.
pub(super) fn blocks(text: &str) -> Vec<Span> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) {
        let span = Span::new(start, start + line.len()).trim(text);
        let trimmed = span.text(text);
        lines.push(Line { span, text: trimmed, width: trimmed.chars().count() });
        start += line.len();
    }
    let paragraphs = || lines.split(|line| line.span.is_empty());

    // Wrapped prose breaks in mid-sentence, so a good part of its lines starts in lower case, or stops where the next
    // word would not have fitted.
    let open = |a: &Line, b: &Line| !a.is_complete() && !b.is_item();
    let goes_on = |a: &Line, b: &Line| b.starts_lower() && open(a, b);
    let is_full = |a: &Line, b: &Line, width: usize| a.width + 1 + b.first_word_width() > width;
    let widest = |paragraph: &[Line]| paragraph.iter().map(|line| line.width).max().unwrap_or(0);
    let (mut all, mut going_on) = (0, 0);
    for paragraph in paragraphs() {
        let width = widest(paragraph);
        let is_wide = (NARROWEST_WRAP..=WIDEST_WRAP).contains(&width);
        for pair in paragraph.windows(2) {
            let [a, b] = [&pair[0], &pair[1]];
            all += 1;
            going_on += usize::from(goes_on(a, b) || is_wide && is_full(a, b, width) && open(a, b));
        }
    }
    let is_wrapped = going_on * 4 >= all;

    let mut blocks = Vec::new();
    for paragraph in paragraphs() {
        let width = widest(paragraph);
        // A line was wrapped if the next one's first word would have made it too long; what looks
        // like a list's mark there may be a number or a dash.
        let wraps = |a: &Line, b: &Line| {
            is_wrapped
                && width <= WIDEST_WRAP
                && is_full(a, b, width)
                && !(b.is_item() && (a.is_item() || a.is_complete()))
        };
        let lines = paragraph.chunk_by(|a, b| wraps(a, b) || goes_on(a, b));
        blocks.extend(lines.filter_map(|block| Some(block.first()?.span.cover(block.last()?.span))));
    }
    blocks
}

/// Marks that close what they follow.
const CLOSERS: [char; 9] = ['”', '’', '"', '\'', ')', ']', '}', '»', '›'];
/// Marks that open what they precede, and the apostrophe of `’Tis`.
const OPENERS: [char; 11] = ['“', '‘', '"', '\'', '`', '’', '(', '[', '{', '«', '‹'];
/// The closers and openers that quote.
const QUOTES: [char; 7] = ['“', '”', '"', '’', '\'', '`', '»'];

/// Cuts one block at its sentences' ends.
fn cut(text: &str, block: Span, sentences: &mut Vec<Span>) {
    let text = &text[..block.end()];
    let mut start = block.start();
    let mut from = start;
    while let Some(stop) = Stop::find(text, from) {
        from = stop.end;
        if stop.ends_sentence(text, start) {
            sentences.push(Span::new(start, stop.end));
            start = text.len() - text[stop.end..].trim_start().len();
        }
    }
    if start < text.len() {
        sentences.push(Span::new(start, text.len()));
    }
}

/// A mark at which a sentence may end, with the quotes and brackets that close after it.
struct Stop {
    start: usize,
    /// Where the closing marks start.
    closers: usize,
    end: usize,
}

impl Stop {
    /// The first stop in `text` from byte `from` on.
    fn find(text: &str, from: usize) -> Option<Self> {
        let is_stop = |c| matches!(c, '.' | '!' | '?' | '…');
        let start = from + text[from..].find(is_stop)?;
        let mut closers = start + text[start..].len() - text[start..].trim_start_matches(is_stop).len();
        // The stops of `. . .` are one mark.
        while let Some(rest) = text[closers..].strip_prefix([' ', '\u{a0}'])
            && rest.starts_with('.')
        {
            closers = text.len() - rest.trim_start_matches(is_stop).len();
        }
        let mut end = closers;
        while let Some(length) = closer(&text[end..]) {
            end += length;
        }
        Some(Self { start, closers, end })
    }

    /// Whether the sentence that began at byte `begun` ends with this stop.
    fn ends_sentence(&self, text: &str, begun: usize) -> bool {
        let before = text[begun..self.start].trim_end();
        let mark = &text[self.start..self.closers];
        let closers = text[self.closers..self.end].trim_start();
        let rest = &text[self.end..];
        let after = rest.trim_start();
        let opened = after.trim_start_matches(OPENERS);
        let Some(first) = opened.chars().next() else {
            return false;
        };
        if before.is_empty() {
            return false;
        }
        if after.len() == rest.len() {
            // No space: only quotes that meet part sentences, as in `“Go.”“Stop.”` and `gone.”She`.
            let meets = closers.ends_with(['”', '»']) || after.starts_with(['“', '«']);
            return meets && first.is_uppercase();
        }

        let next = opened.split(char::is_whitespace).next().unwrap_or_default();
        if !can_start(first, next) {
            return false;
        }
        let quote_ends = closers.contains(['”', '"', '»', '’', '\'']);
        if quote_ends && mark != "." && is_ascribed(after) {
            return false;
        }
        match mark {
            "." => {}
            // A pause rather than an end, if what follows would be a capital anyway.
            "…" | ".." | "..." | ". . ." => {
                return first.is_alphabetic() && !matches!(next, "I" | "I'm" | "I’m" | "I’ll" | "I'll");
            }
            // In a table, dots lead to a number.
            _ => return first.is_alphabetic() || !mark.starts_with(".."),
        }

        let token = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        if token.len() == before.len() && is_count(token) && closers.is_empty() {
            return false;
        }
        let word = token.rsplit(['-', '–', '—', '/']).next().unwrap_or_default();
        let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        match Abbreviation::of(word) {
            None => true,
            Some(Abbreviation::Leading) => quote_ends,
            Some(Abbreviation::Numbered) => !first.is_ascii_digit(),
            Some(Abbreviation::Clock) => !follows_clock(next) && !first.is_ascii_digit(),
            Some(kind @ (Abbreviation::State | Abbreviation::Open)) => {
                let is_opened = opened.len() < after.len();
                let after_comma = before[..before.len() - token.len()].trim_end().ends_with(',');
                // Not a nickname's quotes, as in `C.L. “Butch” Lund`.
                let quote_starts = after.starts_with(QUOTES) && !next.ends_with(CLOSERS);
                starts_sentences(next)
                    || matches!(next, "Mr." | "Mrs." | "Ms.")
                    || kind == Abbreviation::State && after_comma && !is_opened && closers.is_empty()
                    || !is_initial(word) && (quote_ends || quote_starts)
            }
        }
    }
}

/// The length of the closing mark that `text` starts with, and of the space before it in a text that
/// is spaced out.
fn closer(text: &str) -> Option<usize> {
    let spaced = text.strip_prefix([' ', '\u{a0}']);
    let mark = spaced.unwrap_or(text).chars().next()?;
    let space = text.len() - spaced.unwrap_or(text).len();
    let end = space + mark.len_utf8();
    let closes = match spaced {
        None => CLOSERS.contains(&mark),
        // A straight quote, if it doesn't open what follows.
        Some(_) if mark == '"' => text[end..].chars().next().is_none_or(char::is_whitespace),
        Some(_) => matches!(mark, '”' | ')' | ']' | '»'),
    };
    closes.then_some(end)
}

/// Whether a sentence can start with the word `next`, whose first character is `first`.
fn can_start(first: char, next: &str) -> bool {
    if first.is_lowercase() {
        // `iPhone`, `eBay`
        return next.chars().nth(1).is_some_and(char::is_uppercase);
    }
    first.is_alphanumeric() || matches!(first, '$' | '€' | '£' | '¥' | '@' | '•')
}

/// Whether `word` numbers a list item or a heading: `3`, `B`, `IV`.
fn is_count(word: &str) -> bool {
    word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit())
        || is_initial(word)
        || word.bytes().all(|byte| b"IVX".contains(&byte))
}

/// Whether `text` ascribes the quotation before it to somebody with a name, as do `Ms. Reyes asked.`
/// and `Ola Berg, the mayor, asked in March.`; `Ms. Reyes said that …` is a sentence of its own.
fn is_ascribed(text: &str) -> bool {
    let is_name = |word: &str| word.starts_with(char::is_uppercase) && (word == "I" || !starts_sentences(word));
    let mut words = text.split_whitespace().take(16);
    let mut named = false;
    let mut aside = false;
    while let Some(word) = words.next() {
        let bare = word.trim_end_matches(['.', ',', ':', ';', '!', '?']);
        if aside {
            // `, the mayor,`
            aside = !word.ends_with(',');
        } else if named && is_speech(bare) {
            return match words.next() {
                _ if bare.len() < word.len() => true,
                None => true,
                Some(next) if follows_speech(next.trim_end_matches(['.', ','])) => true,
                Some("that" | "whether" | "if" | "why" | "how" | "for" | "what") => false,
                Some(_) => takes_listener(bare),
            };
        } else if is_name(word) || named && (word.ends_with(',') || joins_names(word)) {
            named = true;
            aside = word.ends_with(',');
        } else {
            return false;
        }
    }
    false
}
