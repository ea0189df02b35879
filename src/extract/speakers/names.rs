//! Proper names: runs of capitalised words, cut into titles and names.

use std::ops::Range;

use super::Kind;
use super::lexicon::{Gender, Noun, among, forename, is_organization, is_people, noun, place};
use super::words::{Case, Gap, Words};

/// A proper name where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Name {
    /// Its words.
    pub(super) words: Range<usize>,
    /// The capitalised titles right before it, perhaps none.
    pub(super) title: Range<usize>,
    /// What it names, as far as the name and its title tell.
    pub(super) kind: Option<Kind>,
    /// What its title, or else its given name, tells.
    pub(super) gender: Option<Gender>,
}

impl Name {
    /// The title and the name.
    pub(super) fn whole(&self) -> Range<usize> {
        self.title.start.min(self.words.start)..self.words.end
    }

    /// Whether nobody would take it for a part of a longer name.
    pub(super) fn is_full(&self, words: &Words<'_>) -> bool {
        self.words.len() > 1 || self.kind == Some(Kind::Document) || place(words.str(self.words.start)).is_some()
    }
}

/// The names in `words`, in order; they never overlap.
pub(super) fn names(words: &Words<'_>) -> Vec<Name> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < words.len() {
        if let Some(end) = work_end(words, at) {
            out.push(Name { words: at..end, title: at..at, kind: Some(Kind::Document), gender: None });
            at = end;
        } else if words.is_capital(at) && !is_bare_people(words, at) {
            let end = run_end(words, at);
            carve(words, at..end, &mut out);
            at = end;
        } else {
            at += 1;
        }
    }
    out
}

/// The end of a work's title that starts at `at`, between quotation marks: `the documentary “13th”`.
fn work_end(words: &Words<'_>, at: usize) -> Option<usize> {
    let before = at.checked_sub(1)?;
    let opens = words.gap(at) == Gap::Quote && words.at(at).quoted && !words.at(before).quoted;
    let work = || noun(words.str(before)).is_some_and(|noun| noun.kind == Some(Kind::Document) && !noun.plural);
    if !opens || !(work() || words.at(before).possessive && words.is_capital(before)) {
        return None;
    }
    let capital = |at: &usize| words.at(*at).case != Case::Lower || super::words::is_function(&words.lower(*at));
    let end = (at + 1..words.len()).find(|&next| !words.at(next).quoted || words.gap(next) != Gap::Space)?;
    (end - at < 9 && words.at(at).case != Case::Lower && !words.at(end).quoted && (at..end).all(|at| capital(&at)))
        .then_some(end)
}

/// `Democrats`, `French`: capitals that name nobody by themselves.
fn is_bare_people(words: &Words<'_>, at: usize) -> bool {
    let word = words.str(at);
    let people = is_people(word) || noun(word).is_some_and(|noun| noun.plural && noun.kind.is_some()) || is_party(word);
    people && !(words.gap(at + 1) == Gap::Space && words.is_capital(at + 1))
}

fn is_party(word: &str) -> bool {
    among("Democratic Democrat Republican GOP Labour Conservative Tory Muslim Christian Jewish Islamic", word)
}

/// The end of the run of capitalised words that starts at `start`.
fn run_end(words: &Words<'_>, start: usize) -> usize {
    let mut end = start + 1;
    loop {
        // `the Workers’ Party` goes on after its possessive, `Norway’s Party` does not.
        let plural = words.str(end - 1).ends_with('s') && !words.text[words.at(end - 1).span.end()..].starts_with("'s");
        if words.at(end - 1).possessive && !(plural && last_is_organization(words, end..capitals_end(words, end))) {
            return end;
        }
        let more = match words.gap(end) {
            Gap::Space if words.is_capital(end) => 1,
            Gap::Space => particle(words, end).or_else(|| joined(words, start, end)).unwrap_or(0),
            Gap::Ampersand => joined(words, start, end).unwrap_or(0),
            Gap::Comma if among("Jr. Jr Sr. Inc. Ltd. LLC", words.str(end)) => 1,
            Gap::Quote => nickname(words, end).unwrap_or(0),
            _ => 0,
        };
        if more == 0 {
            return end;
        }
        end += more;
    }
}

/// `de Wit`, `van der Berg`: how many words of a particle and the capital after it.
fn particle(words: &Words<'_>, at: usize) -> Option<usize> {
    const PARTICLES: &str = "de da do dos du di della del la le van von der den ten ter bin ibn al el y zu";
    let length = (0..2).take_while(|&more| at + more < words.len() && among(PARTICLES, words.str(at + more))).count();
    let capital = at + length;
    let spaced = (at + 1..=capital).all(|index| words.gap(index) == Gap::Space);
    (length > 0 && spaced && words.is_capital(capital)).then_some(length + 1)
}

/// `“Bobby” Scott`: a quoted word between two of a name.
fn nickname(words: &Words<'_>, at: usize) -> Option<usize> {
    let quoted = words.at(at).quoted && words.at(at).case == Case::Capital && words.gap(at + 1) == Gap::Quote;
    (quoted && words.is_capital(at + 1) && !words.at(at + 1).quoted && !words.at(at - 1).quoted).then_some(2)
}

/// `of Botswana` after `Bank`, `and Exchange Commission` after `Securities`: how many words it goes on.
fn joined(words: &Words<'_>, start: usize, at: usize) -> Option<usize> {
    let organization = is_organization(words.str(at - 1));
    let article = usize::from(among("the a an", words.str((at + 1).min(words.len() - 1))));
    let next = at + 1 + article;
    let spaced = |range: Range<usize>| range.into_iter().all(|index| words.gap(index) == Gap::Space);
    match words.str(at) {
        "of" | "for" | "on" if organization && spaced(at + 1..next + 1) && words.is_capital(next) => Some(2 + article),
        "of" if is_title(words, at - 1) && spaced(at + 1..next + 1) && words.is_capital(next) => Some(2 + article),
        "to" if article == 1 && is_title(words, at - 1) && spaced(at + 1..next + 1) && words.is_capital(next) => {
            Some(2 + article)
        }
        word if word == "and" || words.gap(at) == Gap::Ampersand => {
            let first = if word == "and" { at + 1 } else { at };
            if words.gap(first) == Gap::Break || !words.is_capital(first) {
                return None;
            }
            let end = capitals_end(words, first);
            let left = start..at;
            let of_person = forename(words.str(start)).is_some() || is_title(words, start) || is_place(words, &left);
            let alone = end == first + 1 && !organization && place(words.str(first)).is_some();
            let one =
                last_is_organization(words, first..end) && end > first + usize::from(last_is_organization(words, left));
            (!of_person && !alone && one).then_some(end - at)
        }
        _ => None,
    }
}

/// The end of the capitals from `start` on, with nothing but spaces between.
fn capitals_end(words: &Words<'_>, start: usize) -> usize {
    let mut end = start;
    while words.is_capital(end) && (end == start || words.gap(end) == Gap::Space) {
        end += 1;
        if words.at(end - 1).possessive {
            break;
        }
    }
    end
}

fn last_is_organization(words: &Words<'_>, range: Range<usize>) -> bool {
    let suffix = |word: &str| word.len() > 6 && ["news", "bank", "corp", "media"].iter().any(|end| word.ends_with(end));
    !range.is_empty() && (is_organization(words.str(range.end - 1)) || suffix(words.str(range.end - 1)))
}

fn is_place(words: &Words<'_>, range: &Range<usize>) -> bool {
    place(words.span(range).text(words.text)).is_some()
}

/// Whether the word at `at` may stand before a name: `Mr.`, `President`, `Secretary`.
pub(super) fn is_title(words: &Words<'_>, at: usize) -> bool {
    title(words, at).is_some()
}

/// The noun of a title; `None` if the word at `at` is none.
pub(super) fn title(words: &Words<'_>, at: usize) -> Option<Noun> {
    let found = noun(words.str(at))?;
    let fits = found.kind.is_none_or(|kind| kind == Kind::Person);
    (fits && words.at(at).case != Case::Lower).then_some(found)
}

/// Cuts a run of capitals into what stands before titles, titles, and the name.
fn carve(words: &Words<'_>, run: Range<usize>, out: &mut Vec<Name>) {
    let mut run = run;
    // Peoples and parties before a name say something of it, but are no part of it.
    let describes = |run: &Range<usize>| {
        let first = is_party(words.str(run.start)) || is_people(words.str(run.start));
        let work = noun(words.str(run.end - 1)).is_some_and(|noun| noun.kind == Some(Kind::Document));
        first && !work && !is_organization(words.str(run.start + 1)) && !tail_is_organization(words, run)
    };
    while run.len() > 1 && describes(&run) {
        run.start += 1;
    }
    if run.len() == 1 && is_bare_title(words, run.start) {
        return;
    }
    let part = |at: usize| at > run.start && among("of for on the", words.str(at - 1));
    if let Some(at) = run.clone().rev().find(|&at| is_title(words, at) && !part(at)) {
        // `Larry King`, `Mr. King`: a surname that is a title, too.
        let surname = at > run.start && {
            let before = noun(words.str(at - 1));
            forename(words.str(run.start)).is_some() && run.len() == 2 || before.is_some_and(|noun| noun.kind.is_none())
        };
        if at + 1 == run.end && surname {
            let title = run.start..if forename(words.str(run.start)).is_some() { run.start } else { at };
            let gender = title.clone().find_map(|at| noun(words.str(at))?.gender);
            let name = title.end..run.end;
            let gender = gender.or_else(|| given(words, &name));
            out.push(Name { words: name, title, kind: Some(Kind::Person), gender });
            return;
        }
        if at + 1 == run.end && is_organization(words.str(at)) {
            push(words, run, out);
            return;
        }
        if at + 1 == run.end {
            // `Wells Fargo CEO`: a title after a name is none of it.
            let mut end = at;
            while end > run.start && is_title(words, end - 1) {
                end -= 1;
            }
            if end > run.start {
                carve(words, run.start..end, out);
            }
            return;
        }
        let name = after_office(words, at + 1..run.end);
        let organization =
            tail_is_organization(words, &name) && !(at > run.start && forename(words.str(name.start)).is_some());
        if !organization && words.str(name.start) != "and" {
            let mut start = at;
            while start > run.start && is_title_word(words, start - 1) {
                start -= 1;
            }
            // `Chief Financial Officer`
            start = if start > run.start + 1 && words.str(start - 2) == "Chief" { start - 2 } else { start };
            if start > run.start {
                carve(words, run.start..start, out);
            }
            let gender = title(words, at).and_then(|noun| noun.gender).or_else(|| given(words, &name));
            out.push(Name { words: name.clone(), title: start..name.start, kind: Some(Kind::Person), gender });
            return;
        }
    }
    // `Washington Chris Gregoire`, `NASA Bill Ingalls`: a place or an acronym before somebody's name.
    for cut in 1..run.len().saturating_sub(1) {
        let head = run.start..run.start + cut;
        let acronym = cut == 1 && words.at(run.start).case == Case::Upper;
        let named = forename(words.str(head.end)).is_some() && forename(words.str(run.start)).is_none();
        if named && (acronym || is_place(words, &head)) && !tail_is_organization(words, &run) {
            push(words, head.clone(), out);
            push(words, head.end..run.end, out);
            return;
        }
    }
    push(words, run, out);
}

/// Parts of titles of more than one word: `Chief Justice`, `Vice President`, `Attorney General`, `Acting Mayor`.
fn is_title_word(words: &Words<'_>, at: usize) -> bool {
    is_title(words, at)
        || among("Former Vice Acting Deputy Prime Chief First Lady State Then Ex Lt Senior", words.str(at))
}

fn is_bare_title(words: &Words<'_>, at: usize) -> bool {
    noun(words.str(at)).is_some_and(|noun| noun.kind.is_none() || noun.kind == Some(Kind::Person))
        && forename(words.str(at)).is_none()
}

/// The name after an office with its place: `of State John Kerry`, `of Washington Chris Gregoire`.
fn after_office(words: &Words<'_>, rest: Range<usize>) -> Range<usize> {
    if !among("of to for", words.str(rest.start)) {
        return rest;
    }
    let from = rest.start + 1 + usize::from(words.str(rest.start + 1) == "the");
    let start = (from + 1..rest.end.saturating_sub(1)).find(|&at| forename(words.str(at)).is_some());
    let of_place = || (from + 1..rest.end).rev().find(|&at| is_place(words, &(from..at)));
    let start = start.or_else(of_place).unwrap_or(if rest.len() > 2 { rest.end - 1 } else { rest.start });
    start..rest.end
}

/// `Federal Bureau of Prisons`, `Finance Committee`, `Acme Inc.`
fn tail_is_organization(words: &Words<'_>, range: &Range<usize>) -> bool {
    last_is_organization(words, range.clone())
        || range.clone().skip(1).any(|at| among("of for on and", words.str(at)) && is_organization(words.str(at - 1)))
}

fn given(words: &Words<'_>, name: &Range<usize>) -> Option<Gender> {
    if name.len() > 1 { forename(words.str(name.start)).flatten() } else { None }
}

fn push(words: &Words<'_>, name: Range<usize>, out: &mut Vec<Name>) {
    let start = name.start;
    let first = forename(words.str(start));
    let initials = name.len() > 1 && name.clone().any(|at| words.at(at).case == Case::Initial);
    let aged = words.gap(name.end) == Gap::Comma
        && words.at(name.end).case == Case::Number
        && words.str(name.end).parse().is_ok_and(|age: u32| (1..120).contains(&age));
    let after_the = start > 0 && words.gap(start) == Gap::Space && words.lower(start - 1) == "the";
    let acronym = name.len() == 1 && words.at(start).case == Case::Upper;
    let kind = if acronym || tail_is_organization(words, &name) || is_place(words, &name) {
        Some(Kind::Organization)
    } else if first.is_some() && (name.len() > 1 || !after_the) || initials || aged {
        Some(Kind::Person)
    } else if name.len() > 2 && noun(words.str(name.end - 1)).is_some_and(|noun| noun.kind == Some(Kind::Document)) {
        Some(Kind::Document)
    } else {
        after_the.then_some(Kind::Organization)
    };
    // `Warren` alone may be a surname.
    let gender = if kind == Some(Kind::Person) { given(words, &name) } else { None };
    out.push(Name { title: start..start, words: name, kind, gender });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::{Article, Place};

    /// The names of a text as `title|name|kind`.
    fn found(text: &str) -> Vec<String> {
        let document = Document::new(Article::new("a", Place::file("a"), text));
        let words = Words::new(&document);
        let part = |range: &Range<usize>| if range.is_empty() { "" } else { words.span(range).text(text) };
        let kind = |name: &Name| match name.kind {
            Some(Kind::Person) => "p",
            Some(Kind::Organization) => "o",
            _ => "?",
        };
        let show = |name: &Name| format!("{}|{}|{}", part(&name.title), part(&name.words), kind(name));
        names(&words).iter().map(show).collect()
    }

    #[test]
    fn titles_names_and_organizations_are_told_apart() {
        for (text, expected) in [
            ("It was Mayor Ana Ruiz who left.", &["Mayor|Ana Ruiz|p"][..]),
            ("We asked Chief Justice Roberts and Mr. King.", &["Chief Justice|Roberts|p", "Mr.|King|p"]),
            ("We met Annelies de Wit and Ann van der Berg.", &["|Annelies de Wit|p", "|Ann van der Berg|p"]),
            ("Then Robert C. “Bobby” Tran Jr. spoke.", &["|Robert C. “Bobby” Tran Jr.|p"]),
            (
                "He ran the Bank of Botswana and the Federal Bureau of Prisons.",
                &["|Bank of Botswana|o", "|Federal Bureau of Prisons|o"],
            ),
            ("She joined the Securities and Exchange Commission.", &["|Securities and Exchange Commission|o"]),
            (
                "It was Ohio Gov. Lee Hart and NASA chief Jo Bell.",
                &["|Ohio|o", "Gov.|Lee Hart|p", "|NASA|o", "|Jo Bell|p"],
            ),
            ("They met Secretary of State John Kerry.", &["Secretary of State|John Kerry|p"]),
            ("So Sorvel Mining CEO Jo Bell left.", &["|Sorvel Mining|o", "CEO|Jo Bell|p"]),
            (
                "There the Workers’ Party met Norway’s Labour Party.",
                &["|Workers’ Party|o", "|Norway|o", "|Labour Party|o"],
            ),
            ("On Monday French Democrats sat.", &[]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
