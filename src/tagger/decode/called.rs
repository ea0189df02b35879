//! How names are written: whole words, without articles, titles and the ending of an owner's case.

use crate::span::Span;

/// Endings of an owner's case.
const OWNERS: [&str; 4] = ["'s", "’s", "'", "’"];

/// Whether words are no more than the ending of an owner's case.
pub(crate) fn is_owner(ending: &str) -> bool {
    OWNERS.contains(&ending)
}

/// Words without the ending of their owner's case.
fn without_owner(words: &str) -> &str {
    OWNERS.iter().find_map(|ending| words.strip_suffix(ending)).unwrap_or(words)
}

/// A name with the words that it cuts, and without small words at its end.
pub(super) fn whole_words(text: &str, name: Span) -> Span {
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '-' | '\u{ad}');
    // `D’Angelo` is one word, `Ruiz’s` two.
    let joins = |at: usize, c: char| {
        let capital = || text[at + c.len_utf8()..].starts_with(char::is_uppercase);
        matches!(c, '\'' | '’') && capital() && text[..at].ends_with(char::is_alphanumeric)
    };
    let is_inner = |(at, c): &(usize, char)| inner(*c) || joins(*at, *c);
    let before = text[..name.start()].char_indices().rev().take_while(is_inner).last().map(|(at, _)| at);
    let after = text[name.end()..].char_indices().map(|(at, c)| (name.end() + at, c)).take_while(is_inner).last();
    let cuts =
        |at: usize| text[at..].starts_with(inner) && text[..at].ends_with(|c| inner(c) || matches!(c, '\'' | '’'));
    let mut start = before.filter(|_| cuts(name.start())).unwrap_or(name.start());
    let mut end = after.filter(|_| text[..name.end()].ends_with(inner)).map_or(name.end(), |(at, c)| at + c.len_utf8());
    end = start + without_owner(&text[start..end]).len();
    // An acronym in brackets is another name.
    if let Some(bracket) = text[start..end].find(" (").filter(|_| !text[start..end].contains(')')) {
        end = start + bracket;
    }
    let small = |word: &str| {
        matches!(word, "of" | "and" | "for" | "the" | "in" | "at" | "on" | "&" | "," | "'s" | "’s" | "-" | "–")
    };
    while let Some((rest, _)) = text[start..end].rsplit_once(char::is_whitespace).filter(|(_, last)| small(last)) {
        end = start + rest.trim_end().len();
    }
    while let Some((_, rest)) = text[start..end].split_once(char::is_whitespace).filter(|(first, _)| is_title(first)) {
        start = end - rest.trim_start().len();
    }
    Span::new(start, end)
}

/// A source without an article before it, titles, and the ending of its owner's case.
pub(super) fn bare_name(text: &str, source: Span) -> Span {
    let (mut start, mut end) = (source.start(), source.end());
    let small = |word: &str| is_title(word) || matches!(word, "the" | "The" | "a" | "A");
    while let Some((_, rest)) = text[start..end].split_once(char::is_whitespace).filter(|(first, _)| small(first)) {
        start = end - rest.trim_start().len();
    }
    end = start + without_owner(&text[start..end]).len();
    Span::new(start, end)
}

/// Whether what was taken for a name may be one: a title or an article alone is none.
pub(super) fn is_name(written: &str) -> bool {
    const ALONE: [&str; 9] = ["The", "the", "A", "An", "President", "Minister", "Prime Minister", "Judge", "Professor"];
    written.contains(char::is_alphanumeric) && !is_title(written) && !ALONE.contains(&written)
}

/// Whether words are capitalised, all of them, and no pronouns.
pub(super) fn is_proper(written: &str) -> bool {
    !written.is_empty() && written.split_whitespace().all(is_capital)
}

/// Whether a word may be a name: `I`, `He`, `This` are none.
fn is_capital(word: &str) -> bool {
    const NONE: [&str; 24] = [
        "I", "Me", "My", "We", "Us", "Our", "You", "Your", "He", "Him", "His", "She", "Her", "It", "Its", "They",
        "Them", "Their", "Who", "This", "That", "These", "Those", "One",
    ];
    let word = word.split(['\'', '’']).next().unwrap_or_default();
    word.starts_with(char::is_uppercase) && !NONE.contains(&word)
}

/// Abbreviated titles, and those that are part of how one is called.
fn is_title(word: &str) -> bool {
    const TITLES: [&str; 27] = [
        "Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Prof", "Sen", "Rep", "Gov", "Lt", "Gen", "Col", "Maj", "Capt", "Cmdr",
        "Adm", "Sgt", "Cpl", "Rev", "Fr", "Hon", "Sir", "Dame", "Lord", "Lady", "Sheikh",
    ];
    TITLES.contains(&word.strip_suffix('.').unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str, part: &str) -> String {
        let start = text.find(part).unwrap();
        whole_words(text, Span::new(start, start + part.len())).text(text).to_owned()
    }

    #[test]
    fn names_are_whole_words_without_titles_and_endings() {
        for (text, part, expected) in [
            ("Dr. Ana Ruiz-Lee left", "Dr. Ana Ruiz", "Ana Ruiz-Lee"),
            ("Ruiz’s boat", "Ruiz’s", "Ruiz"),
            ("Bo D’Angelo left", "Bo D", "Bo D’Angelo"),
            ("the Port Users’ League (PULE) left", "Port Users’ League (PULE", "Port Users’ League"),
            ("the Bank of Leeds and others", "Bank of Leeds and", "Bank of Leeds"),
        ] {
            assert_eq!(whole(text, part), expected, "{text}");
        }
    }

    #[test]
    fn articles_and_offices_alone_are_no_names() {
        for written in ["The", "President", "Mr.", "—"] {
            assert!(!is_name(written), "{written}");
        }
        assert!(is_name("President’s Club") && is_name("Ruiz"));
        assert!(is_proper("Ana Ruiz") && !is_proper("He") && !is_proper("the Board") && !is_proper(""));
    }
}
