//! What a source looks like: a pronoun, a name, a description.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Named;
use crate::span::Span;

/// The form of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `he`, `his`
    He,
    /// `she`, `her`
    She,
    /// `they`, `their`
    They,
    /// `it`, `its`
    It,
    /// `I`, `we`, `our`
    I,
    /// Other pronouns: `who`, `which`, `you`.
    Other,
    /// Definite: `the company`, `his lawyer`.
    Definite,
    /// Indefinite, or bare: `a spokesman`, `analysts`, names.
    Indefinite,
    /// There is none: a quotation.
    None,
}

/// How many forms there are.
pub(super) const FORMS: usize = Form::None as usize + 1;

/// The form of the source at `span`.
pub(super) fn form(text: &str, span: Span) -> Form {
    let words = words(span.text(text));
    let Some(first) = words.first() else { return Form::Indefinite };
    // `US` and `IT` are names.
    let raw = span.text(text).trim();
    let is_capitals = raw.len() > 1 && raw.chars().all(char::is_uppercase);
    if words.len() == 1 && !is_capitals {
        match first.split(['\'', '’']).next().unwrap_or_default() {
            "he" | "him" | "his" | "himself" => return Form::He,
            "she" | "her" | "hers" | "herself" => return Form::She,
            "they" | "them" | "their" | "themselves" => return Form::They,
            "it" | "its" | "itself" => return Form::It,
            "i" | "me" | "my" | "myself" | "we" | "us" | "our" | "ourselves" => return Form::I,
            "who" | "whom" | "which" | "that" | "you" | "your" | "one" | "someone" | "somebody" | "nobody"
            | "anyone" | "everyone" | "everybody" | "this" | "these" | "those" | "both" => return Form::Other,
            _ => {}
        }
    }
    match first.as_str() {
        "the" | "this" | "that" | "these" | "those" | "his" | "her" | "its" | "their" | "our" | "my" => Form::Definite,
        _ => Form::Indefinite,
    }
}

/// Lower-case words: letters without accents, digits, inner apostrophes and hyphens; soft hyphens and characters without
/// a width are not there.
pub(super) fn words(text: &str) -> Vec<String> {
    let bare = text.nfd().filter(|&c| !is_hidden(c) && !is_combining_mark(c));
    let shown: String = bare.flat_map(char::to_lowercase).collect();
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '‑');
    let words = shown.split(|c: char| !inner(c)).map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    words.filter(|word| !word.is_empty()).map(|word| word.replace('’', "'")).collect()
}

/// Soft hyphens and what else is not seen.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Text as a name is written: hidden characters left out, white space folded.
pub(super) fn shown(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !is_hidden(*c)).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The names of `A and B`, `A, B and C`, as indices; one or none where the source is not just such a row.
pub(super) fn members(text: &str, source: Option<Span>, names: &[Named]) -> Vec<usize> {
    let Some(source) = source else { return Vec::new() };
    let first = names.partition_point(|name| name.span.end() <= source.start());
    let inside: Vec<usize> = (first..names.len()).take_while(|&at| names[at].span.start() < source.end()).collect();
    let between = |pair: &[usize]| Span::new(names[pair[0]].span.end(), names[pair[1]].span.start()).text(text);
    let mut joined = false;
    for pair in inside.windows(2) {
        let between = between(pair);
        let folded = between.trim();
        // What is joined before `at Kestrel` is an office: `head of sales and marketing at Kestrel`.
        let ending = folded.rsplit(char::is_whitespace).take_while(|word| !matches!(*word, "and" | "&"));
        let is_office = ending.clone().any(|word| matches!(word, "of" | "for" | "at" | "from" | "in" | "with"));
        let is_and = !is_office && folded.split_whitespace().any(|word| matches!(word, "and" | "&"));
        // Titles may stand before each; what describes the one before does not.
        let titles = between.split_whitespace().filter(|word| !matches!(*word, "and" | "," | "&"));
        let plain = !between.contains(['(', ';']) && titles.clone().count() <= 6;
        let described = titles.clone().any(|w| {
            matches!(w, "of" | "for" | "at" | "from" | "in" | "who" | "'s" | "’s" | "the" | "a" | "an" | "with")
        });
        if !plain || described && !is_and || !is_and && folded != "," {
            return Vec::new();
        }
        joined |= is_and;
    }
    let rest =
        inside.last().map_or("", |&last| &text[names[last].span.end()..source.end().max(names[last].span.end())]);
    let lead = inside.first().map_or("", |&first| &text[source.start()..names[first].span.start().max(source.start())]);
    let led = lead.split_whitespace().any(|w| matches!(w, "of" | "for" | "at" | "from" | "by" | "in" | "between"));
    if joined && rest.trim().is_empty() && !led { inside } else { Vec::new() }
}

/// What a speaker without a name is called: the source up to a comma, a bracket, a dash or a relative clause.
pub(super) fn description(text: &str, source: Span) -> String {
    let whole = shown(source.text(text));
    let end = whole.find([',', '(', '—', '–', ';', ':', '[']).filter(|&end| end > 0).unwrap_or(whole.len());
    let end = [" who ", " whom ", " which ", " that ", " whose "]
        .iter()
        .filter_map(|clause| whole[..end].find(clause))
        .min()
        .unwrap_or(end);
    whole[..end].trim().to_owned()
}
