//! How a name is written, and which names may be short for it.

use super::Named;
use super::source::words;

/// What a name says of itself.
pub(super) struct Spelling {
    pub(super) words: Vec<String>,
    /// Its first letters, where it has several words: `who` of `World Health Organization`.
    pub(super) initials: String,
    pub(super) is_capitals: bool,
    /// How likely its mentions are to be a person.
    pub(super) person: f32,
    pub(super) mentions: Vec<usize>,
}

impl Spelling {
    pub(super) fn is_person(&self) -> bool {
        self.person > 0.5
    }
}

/// The words of a name without the article before them.
pub(super) fn name_words(name: &str) -> Vec<String> {
    let mut words = words(name);
    if words.len() > 1 && words[0] == "the" {
        words.remove(0);
    }
    words.iter().map(|word| word.strip_suffix("'s").unwrap_or(word).to_owned()).collect()
}

/// The first letters of capitalised words, in lower case.
pub(super) fn initials(written: &str) -> String {
    let capitals = written.split_whitespace().filter(|word| word.starts_with(char::is_uppercase));
    capitals.filter_map(|word| word.chars().next()).flat_map(char::to_lowercase).collect()
}

/// Whether `short` may be another name for what `full` names: `Ruiz` and `Ana` for `Ana Ruiz`, `Ana Ruiz` for `Ana M.
/// Ruiz`, `Kestrel` for `Kestrel Equities`, `WHO` for `World Health Organization`.
pub(super) fn is_short_for(short: &Spelling, full: &Spelling) -> bool {
    let (s, f) = (&short.words, &full.words);
    if s.len() >= f.len() {
        return false;
    }
    let acronym = short.is_capitals && s.len() == 1 && s[0].len() > 1 && s[0] == full.initials;
    if full.person > 0.3 {
        // One word is easily taken for something else.
        let is_person = if s.len() == 1 { short.person > 0.05 || short.is_capitals } else { short.is_person() };
        let inside = s.len() == 1 && s[0].chars().count() > 1 && f.contains(&s[0]);
        return is_person
            && (inside || s.len() > 1 && s.last() == f.last() && (s.first() == f.first() || f.ends_with(s)));
    }
    !short.is_person() && (acronym || f.starts_with(s) || s.len() > 1 && f.ends_with(s))
}

/// The name right before one of these that stands in brackets: `World Health Organization (WHO)`.
pub(super) fn bracketed(text: &str, names: &[Named], mentions: &[usize]) -> Option<usize> {
    let before = |&mention: &usize| {
        let before = mention.checked_sub(1)?;
        let between = &text[names[before].span.end().min(names[mention].span.start())..names[mention].span.start()];
        let after = text[names[mention].span.end()..].trim_start().starts_with(')');
        (after && between.trim().trim_matches(['"', '“']) == "(").then_some(before)
    };
    mentions.iter().find_map(before)
}
