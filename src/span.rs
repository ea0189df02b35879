//! Stretches of a text in bytes, and the table that turns bytes into the units others count in.
//!
//! ```
//! use sayso::span::{Offsets, Span};
//!
//! let (text, cafe) = ("📉 Café", Span::new(5, 10));
//! let offsets = Offsets::new(text);
//! assert_eq!(cafe.text(text), "Café");
//! assert_eq!((offsets.code_points(cafe), offsets.utf16_units(cafe)), (2..6, 3..7));
//! ```

use std::fmt;
use std::ops::Range;

/// A half-open stretch of a text, in bytes; sorts by start, then end; prints as `3..9`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    // Invariant: start <= end.
    start: usize,
    end: usize,
}

impl Span {
    /// The span from byte `start` up to, not including, byte `end`.
    ///
    /// # Panics
    /// If `start` lies after `end`: that is a slip in the caller, never a matter of the text.
    pub fn new(start: usize, end: usize) -> Self {
        assert!(start <= end, "a span must not end before it starts: {start}..{end}");
        Self { start, end }
    }

    /// The first byte.
    pub fn start(self) -> usize {
        self.start
    }

    /// The byte after the last.
    pub fn end(self) -> usize {
        self.end
    }

    /// The length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether there is nothing in it.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The same stretch as a range, to slice with.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The stretch of `text` that it spans.
    ///
    /// # Panics
    /// Like slicing: if the span leaves `text` or cuts a character.
    pub fn text(self, text: &str) -> &str {
        &text[self.range()]
    }

    /// The span without the white space at its two ends; of nothing but white space, an empty span
    /// at its start.
    ///
    /// # Panics
    /// Like [`Span::text`].
    pub fn trim(self, text: &str) -> Self {
        let inner = self.text(text);
        let trimmed = inner.trim_start();
        if trimmed.is_empty() {
            return Self::new(self.start, self.start);
        }
        let start = self.end - trimmed.len();
        Self::new(start, start + trimmed.trim_end().len())
    }

    /// Whether all of `other` lies within it.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether they share at least one byte; spans that only touch do not.
    pub fn overlaps(self, other: Self) -> bool {
        self.start.max(other.start) < self.end.min(other.end)
    }

    /// The smallest span that holds both.
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// One text's table between bytes, Unicode code points (as Python counts) and UTF-16 units (as
/// JavaScript and Java count).
///
/// It keeps one entry for each run of characters that are equally wide in UTF-8, so plain ASCII
/// costs one entry, and a look-up is a binary search.
#[derive(Clone, Debug)]
pub struct Offsets {
    /// Never empty; the first run starts at 0.
    runs: Vec<Run>,
    end: Run,
}

/// The start of a run, in all three units.
#[derive(Clone, Copy, Debug)]
struct Run {
    byte: usize,
    code_point: usize,
    utf16: usize,
    /// Bytes a character.
    width: usize,
}

impl Run {
    /// UTF-16 units a character: only four-byte characters need a surrogate pair.
    fn units(self) -> usize {
        if self.width == 4 { 2 } else { 1 }
    }
}

impl Offsets {
    /// Reads `text` once and builds its table.
    pub fn new(text: &str) -> Self {
        let mut end = Run { byte: 0, code_point: 0, utf16: 0, width: 1 };
        let mut runs = vec![end];
        if text.is_ascii() {
            let len = text.len();
            return Self { runs, end: Run { byte: len, code_point: len, utf16: len, width: 1 } };
        }
        for character in text.chars() {
            let width = character.len_utf8();
            if width != end.width {
                end.width = width;
                runs.push(end);
            }
            end.byte += width;
            end.code_point += 1;
            end.utf16 += end.units();
        }
        Self { runs, end }
    }

    /// The code point that starts at `byte`; inside a character its own, past the text the end.
    pub fn code_point(&self, byte: usize) -> usize {
        let (run, characters) = self.at_byte(byte);
        run.code_point + characters
    }

    /// The UTF-16 unit that starts at `byte`; inside a character its first, past the text the end.
    pub fn utf16(&self, byte: usize) -> usize {
        let (run, characters) = self.at_byte(byte);
        run.utf16 + characters * run.units()
    }

    /// The byte at which code point `index` starts; the text's length for the one after the last,
    /// `None` beyond.
    pub fn byte_of_code_point(&self, index: usize) -> Option<usize> {
        if index > self.end.code_point {
            return None;
        }
        let run = self.last_run(|run| run.code_point <= index);
        Some(run.byte + (index - run.code_point) * run.width)
    }

    /// The byte at which UTF-16 unit `index` starts; the text's length for the one after the last,
    /// `None` beyond and between the two halves of a surrogate pair.
    pub fn byte_of_utf16(&self, index: usize) -> Option<usize> {
        if index > self.end.utf16 {
            return None;
        }
        let run = self.last_run(|run| run.utf16 <= index);
        let units = index - run.utf16;
        units.is_multiple_of(run.units()).then(|| run.byte + units / run.units() * run.width)
    }

    /// A span in code points.
    pub fn code_points(&self, span: Span) -> Range<usize> {
        self.code_point(span.start)..self.code_point(span.end)
    }

    /// A span in UTF-16 units.
    pub fn utf16_units(&self, span: Span) -> Range<usize> {
        self.utf16(span.start)..self.utf16(span.end)
    }

    /// The span of a range of code points; `None` if it runs backwards or leaves the text.
    pub fn span_of_code_points(&self, range: Range<usize>) -> Option<Span> {
        let start = self.byte_of_code_point(range.start)?;
        let end = self.byte_of_code_point(range.end)?;
        (start <= end).then(|| Span::new(start, end))
    }

    /// The run that holds `byte`, and how many of its characters lie before it.
    fn at_byte(&self, byte: usize) -> (Run, usize) {
        let byte = byte.min(self.end.byte);
        let run = self.last_run(|run| run.byte <= byte);
        (run, (byte - run.byte) / run.width)
    }

    /// The last run that is `early`; the first one, which starts at 0, always is.
    fn last_run(&self, early: impl Fn(&Run) -> bool) -> Run {
        self.runs[self.runs.partition_point(early).saturating_sub(1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spans_read_like_ranges() {
        let span = Span::new(3, 9);
        assert_eq!(span.to_string(), "3..9");
        assert_eq!((span.start(), span.end(), span.len()), (3, 9, 6));
        assert_eq!(span.text("Oh, really?"), " reall");
        assert!(Span::new(2, 5) < span && span < Span::new(3, 10));
    }

    #[test]
    fn touching_spans_do_not_overlap() {
        let span = Span::new(3, 6);
        assert!(!span.overlaps(Span::new(6, 8)));
        assert!(!span.overlaps(Span::new(4, 4)), "an empty span shares no byte");
        assert!(span.overlaps(Span::new(5, 8)));
        assert!(span.contains(span) && !span.contains(Span::new(5, 8)));
    }

    #[test]
    #[should_panic(expected = "must not end before it starts: 4..2")]
    fn a_span_never_runs_backwards() {
        let _ = Span::new(4, 2);
    }

    #[test]
    fn trimming_keeps_the_place() {
        let text = "a \u{a0}b c\n ";
        assert_eq!(Span::new(1, text.len()).trim(text).text(text), "b c");
        assert_eq!(Span::new(1, 4).trim(text), Span::new(1, 1));
    }

    #[test]
    fn an_emoji_is_one_code_point_and_two_units() {
        let text = "a“📉”z";
        let offsets = Offsets::new(text);
        let chart = Span::new(4, 8);
        assert_eq!(chart.text(text), "📉");
        assert_eq!(offsets.code_points(chart), 2..3);
        assert_eq!(offsets.utf16_units(chart), 2..4);
        assert_eq!(offsets.byte_of_utf16(3), None, "between the halves of the pair");
        assert_eq!(offsets.code_point(6), 2, "inside a character");
        assert_eq!(offsets.span_of_code_points(2..3), Some(chart));
        assert_eq!(offsets.span_of_code_points(Range { start: 3, end: 2 }), None);
        assert_eq!(offsets.span_of_code_points(2..99), None);
    }

    #[test]
    fn ends_are_known_and_never_passed() {
        for text in ["", "plain", "ü", "ü and more", "tail ü"] {
            let offsets = Offsets::new(text);
            let characters = text.chars().count();
            assert_eq!(offsets.code_point(text.len()), characters);
            assert_eq!(offsets.code_point(text.len() + 5), characters);
            assert_eq!(offsets.byte_of_code_point(characters), Some(text.len()));
            assert_eq!(offsets.byte_of_code_point(characters + 1), None);
            assert_eq!(offsets.byte_of_utf16(characters + 1), None);
        }
    }

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "[a-z “”é漢📉\n]{0,60}"]
    }

    fn spans() -> impl Strategy<Value = Span> {
        (0..50usize, 0..9usize).prop_map(|(start, len)| Span::new(start, start + len))
    }

    proptest! {
        #[test]
        fn offsets_agree_with_counting(text in texts()) {
            let offsets = Offsets::new(&text);
            let mut utf16 = 0;
            let ends = text.char_indices().map(|(byte, c)| (byte, c.len_utf16()));
            for (index, (byte, units)) in ends.chain([(text.len(), 0)]).enumerate() {
                prop_assert_eq!(offsets.code_point(byte), index);
                prop_assert_eq!(offsets.utf16(byte), utf16);
                prop_assert_eq!(offsets.byte_of_code_point(index), Some(byte));
                prop_assert_eq!(offsets.byte_of_utf16(utf16), Some(byte));
                utf16 += units;
            }
        }

        #[test]
        fn cover_contains_both(x in spans(), y in spans()) {
            let both = x.cover(y);
            prop_assert!(both.contains(x) && both.contains(y));
            prop_assert_eq!(both, y.cover(x));
            prop_assert_eq!(x.overlaps(y), x.range().any(|byte| y.range().contains(&byte)));
        }

        #[test]
        fn trimming_is_str_trim(text in texts()) {
            prop_assert_eq!(Span::new(0, text.len()).trim(&text).text(&text), text.trim());
        }
    }
}
