//! How the text introduces a name: the title before it and the apposition around it, with role and affiliation.
//!
//! | form | role | affiliation |
//! |---|---|---|
//! | `Acme chief executive Ana Ruiz`, `Senator Ana Ruiz` | the nouns before the name | the name before them |
//! | `Ana Ruiz, a senior fellow at the Institute of X` | up to the preposition | the name after it |
//! | `Acme's owner, Ana Ruiz,` | the noun phrase before the comma | its possessor |
//! | `Ana Ruiz of Acme` | | the name after `of`, `at`, `from`, `with` |

use std::ops::Range;

use super::Kind;
use super::lexicon::{Noun, among, is_people, noun};
use super::names::{Name, is_title};
use super::words::{Case, Gap, Words, is_function};

/// What is said of a name where it stands; ranges are of words.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Introduction {
    pub(super) role: Option<Range<usize>>,
    pub(super) affiliation: Option<Range<usize>>,
    /// What its main noun says that the name names.
    pub(super) kind: Option<Kind>,
    /// The nouns that describe it.
    pub(super) nouns: Vec<Noun>,
    /// The words of the whole description.
    pub(super) described: Vec<usize>,
}

/// Reads the surroundings of the name at `index` of `names`.
pub(super) fn introduction(words: &Words<'_>, names: &[Name], index: usize) -> Introduction {
    let name = &names[index];
    let mut out = Introduction::default();
    before(words, names, index, &mut out);
    if let Some(comma) = skip_asides(words, name.words.end) {
        after(words, names, comma, &mut out);
    }
    if out.role.is_none() {
        nominal_before(words, names, index, &mut out);
    }
    if name.kind != Some(Kind::Person) {
        called_after(words, name.words.end, &mut out);
    }
    if out.affiliation.is_none() {
        let end = name.words.end;
        let preposition =
            words.gap(end) == Gap::Space && among("of from with for", words.str(end)) && name.is_full(words);
        let named = preposition.then(|| name_at(words, names, end + 1)).flatten();
        if name.kind == Some(Kind::Person) {
            out.affiliation =
                named.filter(|&at| names[at].kind != Some(Kind::Person)).and_then(|at| chain(words, names, at));
        }
    }
    out
}

/// The nouns right before the name: `the White House press secretary Jo Bell`.
fn before(words: &Words<'_>, names: &[Name], index: usize, out: &mut Introduction) {
    let name = &names[index];
    let end = name.words.start;
    let honorific = |at: usize| noun(words.str(at)).is_some_and(|noun| noun.kind.is_none());
    let mut start = end;
    let mut affiliation = None;
    let work = name.kind == Some(Kind::Document);
    while start > 0 && (words.gap(start) == Gap::Space || work && start == end && words.gap(start) == Gap::Quote) {
        let at = start - 1;
        if let Some(other) = named_by(names, at).filter(|&other| other != index && names[other].words.end == start) {
            // The name of an organization or a place before the nouns is where they belong.
            if start < end && names[other].kind != Some(Kind::Person) || words.at(at).possessive {
                affiliation = Some(names[other].words.clone());
            }
            break;
        }
        let in_title = name.title.contains(&at);
        if !(in_title || describes(words, at)) || words.at(at).possessive {
            break;
        }
        start = at;
    }
    while start < end && honorific(start) {
        start += 1;
    }
    let nouns: Vec<Noun> =
        (start..end).filter_map(|at| noun(words.str(at))).filter(|noun| noun.kind.is_some()).collect();
    let last = (start..end).next_back().and_then(|at| noun(words.str(at)));
    let office = name.title.len() > 1 && (name.title.clone()).any(|at| words.str(at) == "of");
    if nouns.is_empty() || !(last.is_some_and(|noun| !noun.plural) || office || !name.title.is_empty()) {
        return;
    }
    out.kind = nouns.last().and_then(|noun| noun.kind);
    out.described.extend(start..end);
    // `Dr.` is how one is addressed, not what one does.
    let doctor = end - start == 1 && matches!(words.str(start), "Dr." | "Dr");
    if !doctor && nouns.iter().any(|noun| noun.kind == Some(Kind::Person)) {
        out.role = Some(start..end);
        out.affiliation = affiliation;
    }
    out.nouns.extend(nouns);
}

/// The noun after the name: `the RT America television network`.
fn called_after(words: &Words<'_>, end: usize, out: &mut Introduction) {
    let lower =
        |&at: &usize| words.gap(at) == Gap::Space && words.at(at).case == Case::Lower && !is_function(&words.lower(at));
    let last = (end..words.len()).take(3).take_while(lower).last();
    let found =
        last.and_then(|at| noun(words.str(at))).filter(|noun| noun.kind == Some(Kind::Organization) && !noun.plural);
    out.nouns.extend(found);
}

/// Whether the word at `at` may be part of what is said right before a name.
fn describes(words: &Words<'_>, at: usize) -> bool {
    let lower = words.lower(at);
    const SAID: &str = "told tells asked asks said says added adds met meets saw sees called calls joined named quoted between lead leads led leaves left";
    const PARTICIPLES: &str = "retired elected appointed acting leading outgoing incoming ranking sitting visiting founding \
        managing supporting deputy former early only family assembly";
    let inflected =
        (lower.ends_with("ed") || lower.ends_with("ing") || lower.ends_with("ly")) && !among(PARTICIPLES, &lower);
    let known = noun(&lower).is_some() || among(PARTICIPLES, &lower);
    match words.at(at).case {
        Case::Lower => known || !(is_function(&lower) || among(SAID, &lower) || inflected),
        Case::Capital | Case::Upper => known || is_people(&lower) || !words.at(at).starts,
        Case::Initial | Case::Number => false,
    }
}

/// Skips `(R-Ohio)` and `, 46`; where a comma comes next, the word after it.
fn skip_asides(words: &Words<'_>, mut at: usize) -> Option<usize> {
    if words.gap(at) == Gap::Bracket {
        at += 1;
        while at < words.len() && !matches!(words.gap(at), Gap::Bracket | Gap::Break) && at < words.len() {
            at += 1;
        }
        let closing = words.text[words.at(at - 1).span.end()..].trim_start_matches(['.', ')']).trim_start();
        if !closing.starts_with(',') {
            return None;
        }
        return Some(at);
    }
    let number = |at: usize| words.gap(at) == Gap::Comma && words.at(at).case == Case::Number;
    if at < words.len() && number(at) {
        at += 1;
    }
    matches!(words.gap(at), Gap::Comma | Gap::Dash).then_some(at)
}

/// The apposition that begins at `at`: `a senior research fellow at the Institute`.
fn after(words: &Words<'_>, names: &[Name], at: usize, out: &mut Introduction) {
    let mut start = at;
    let mut affiliation = None;
    let mut definite = false;
    if start < words.len() && among("a an the its his her their our another", &words.lower(start)) {
        start += 1;
        definite = true;
    }
    // `the museum's director`, `Norway’s chief negotiator`
    let mut possessor = start;
    while possessor < words.len() && possessor < start + 8 && (possessor == at || words.gap(possessor) == Gap::Space) {
        if words.at(possessor).possessive {
            affiliation = named_by(names, possessor).map(|name| names[name].words.clone());
            start = possessor + 1;
            definite = true;
            break;
        }
        if is_function(&words.lower(possessor)) {
            break;
        }
        possessor += 1;
    }
    let head = phrase(words, start, at);
    let noun_at = |at: usize| noun(words.str(at)).filter(|noun| noun.kind.is_some());
    let Some(last) = head.clone().next_back() else { return };
    let Some(main) = noun_at(last) else { return };
    if main.plural
        || !definite
            && words.at(start).case == Case::Capital
            && words.at(last).case != Case::Lower
            && !is_title(words, last)
    {
        return;
    }
    // `head of operations`: what follows in lower case belongs to the role.
    let mut end = head.end;
    if words.gap(end) == Gap::Space && words.str(end) == "of" && !names_whole(words, names, end + 1) {
        end = with_lower(words, end);
    }
    if affiliation.is_none() && words.gap(end) == Gap::Space && end < words.len() {
        let preposition = among("of at for from with in to", words.str(end));
        affiliation =
            preposition.then(|| named_from(words, names, end + 1)).flatten().and_then(|at| chain(words, names, at));
    }
    // A name inside the phrase, before its noun, is where it belongs: `a Boston College historian`.
    if affiliation.is_none() {
        let inside = head.clone().take(head.len() - 1).find_map(|at| named_by(names, at));
        affiliation = inside.filter(|&at| names[at].kind != Some(Kind::Person)).map(|at| names[at].words.clone());
        if let Some(inside) = affiliation.as_ref().filter(|inside| inside.start == head.start) {
            start = inside.end.min(last);
        }
    }
    out.described.extend(head.clone());
    out.nouns.extend(head.clone().filter_map(noun_at));
    out.kind = out.kind.or(main.kind);
    if main.kind == Some(Kind::Person) && out.role.is_none() {
        out.role = Some(start..end);
        out.affiliation = affiliation.or(out.affiliation.take());
    }
}

/// The words of a noun phrase from `start` on, up to a preposition, a verb or a mark; `and` within it is a part.
fn phrase(words: &Words<'_>, start: usize, first: usize) -> Range<usize> {
    let mut end = start;
    while end < words.len() && end < start + 10 && (end == first || words.gap(end) == Gap::Space) {
        let lower = words.lower(end);
        let and =
            lower == "and" && end > start && words.gap(end + 1) == Gap::Space && !is_function(&words.lower(end + 1));
        let verb = among("said says added told tells", &lower);
        if !and && (verb || is_function(&lower) && !among("first former", &lower)) {
            break;
        }
        end += 1;
        if words.at(end - 1).possessive {
            break;
        }
    }
    // `and` at the end joins something else.
    let mut end = end.max(start);
    while end > start && words.lower(end - 1) == "and" {
        end -= 1;
    }
    start..end
}

/// Whether an organization or a place, not only `State`, is named from `at` on.
fn names_whole(words: &Words<'_>, names: &[Name], at: usize) -> bool {
    named_from(words, names, at).is_some() && words.str(at) != "State"
}

/// The end of `of operations` at `of`; where nothing in lower case follows, `of` itself.
fn with_lower(words: &Words<'_>, of: usize) -> usize {
    if words.gap(of + 1) == Gap::Space && words.str(of + 1) == "State" {
        return of + 2;
    }
    let rest = phrase(words, of + 1, of + 1);
    if rest.is_empty() || words.gap(of + 1) != Gap::Space { of } else { rest.end }
}

/// The noun phrase before the name and a comma: `The silo's operator, Céréales du Val,`.
fn nominal_before(words: &Words<'_>, names: &[Name], index: usize, out: &mut Introduction) {
    let whole = names[index].whole();
    if words.gap(whole.start) != Gap::Comma || matches!(words.gap(whole.end), Gap::Space) {
        return;
    }
    let mut start = whole.start;
    let mut determined = false;
    while start > 0 && whole.start - start < 12 {
        start -= 1;
        let lower = words.lower(start);
        if words.at(start).possessive || among("a an the its his her their our", &lower) {
            determined = true;
            // `The head of the delegation`: the noun is farther back.
            let of = start > 1 && words.gap(start) == Gap::Space && among("of for at in from", &words.lower(start - 1));
            if words.at(start).possessive || !of {
                break;
            }
        }
        if words.gap(start) != Gap::Space {
            return;
        }
    }
    if !determined {
        return;
    }
    let mut head = start + usize::from(!words.at(start).possessive && named_by(names, start).is_none());
    let mut affiliation = None;
    if let Some(owner) = (head..whole.start).take(6).find(|&at| words.at(at).possessive) {
        affiliation = named_by(names, owner).map(|name| names[name].words.clone());
        head = owner + 1;
    }
    let nouns = phrase(words, head, head);
    let Some(last) = nouns.clone().next_back() else { return };
    let Some(main) = noun(words.str(last)).filter(|noun| noun.kind.is_some() && !noun.plural) else { return };
    let mut end = nouns.end;
    if end < whole.start && words.str(end) == "of" && named_from(words, names, end + 1).is_none() {
        end = with_lower(words, end).min(whole.start);
    }
    if affiliation.is_none() && end < whole.start && among("of at for from with in", words.str(end)) {
        let of = named_from(words, names, end + 1).filter(|&at| at < index);
        affiliation = of.and_then(|at| chain(words, names, at));
    }
    out.described.extend(nouns.clone());
    out.nouns.extend(nouns.clone().filter_map(|at| noun(words.str(at))).filter(|noun| noun.kind.is_some()));
    out.kind = out.kind.or(main.kind);
    if main.kind == Some(Kind::Person) {
        out.role = Some(nouns.start..end);
        out.affiliation = affiliation;
    }
}

/// The name that the word at `at` is part of.
pub(super) fn named_by(names: &[Name], at: usize) -> Option<usize> {
    let index = names.partition_point(|name| name.words.end <= at);
    names.get(index).is_some_and(|name| name.words.contains(&at)).then_some(index)
}

/// The name that starts at `at`.
fn name_at(words: &Words<'_>, names: &[Name], at: usize) -> Option<usize> {
    named_from(words, names, at).filter(|_| at < words.len() && words.gap(at) == Gap::Space)
}

/// The name that starts at `at`, perhaps after an article.
fn named_from(words: &Words<'_>, names: &[Name], at: usize) -> Option<usize> {
    if at >= words.len() || words.gap(at) != Gap::Space {
        return None;
    }
    let start = at + usize::from(among("the a an", words.str(at)));
    // `the Dutch grocer Korenbloem`
    let before = (start..words.len()).take(4).find_map(|at| named_by(names, at)).filter(|&name| {
        let whole = names[name].whole();
        let between = start..whole.start;
        let grocer = between.is_empty()
            || noun(words.str(between.end - 1)).is_some_and(|noun| noun.kind == Some(Kind::Organization));
        grocer
            && between.clone().all(|at| !is_function(&words.lower(at)))
            && (start..=whole.start).all(|at| words.gap(at) == Gap::Space)
    });
    before.filter(|_| start < words.len())
}

/// A name with those that it owns: `Kyungnam University's Institute for Far Eastern Studies`; `None` if it only
/// describes what follows, as in `the Zurich route`.
fn chain(words: &Words<'_>, names: &[Name], mut at: usize) -> Option<Range<usize>> {
    let start = names[at].words.start;
    while possessive(words, &names[at])
        && names.get(at + 1).is_some_and(|next| next.whole().start == names[at].words.end)
        && words.gap(names[at].words.end) == Gap::Space
    {
        at += 1;
    }
    let end = names[at].words.end;
    let describes =
        words.gap(end) == Gap::Space && words.at(end).case == Case::Lower && !is_function(&words.lower(end));
    (!describes || noun(words.str(end)).is_none() && words.lower(end).ends_with("ed")).then_some(start..end)
}

pub(super) fn possessive(words: &Words<'_>, name: &Name) -> bool {
    words.at(name.words.end - 1).possessive
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::extract::speakers::names::names;
    use crate::{Article, Place};

    #[test]
    fn roles_and_affiliations_are_read_from_all_around_a_name() {
        for (text, name, role, affiliation) in [
            (
                "It was Jo Bell, a senior research fellow at the Aldane Institute for Peace, who left.",
                "Jo Bell",
                "senior research fellow",
                "Aldane Institute for Peace",
            ),
            (
                "So said Jo Bell, a professor at Aldane University's Institute for Peace.",
                "Jo Bell",
                "professor",
                "Aldane University's Institute for Peace",
            ),
            ("Now White House press secretary Jo Bell left.", "Jo Bell", "press secretary", "White House"),
            ("It was Ohio Gov. Jo Bell who left.", "Jo Bell", "Gov.", "Ohio"),
            ("So did Norway’s chief negotiator, Jo Bell, at noon.", "Jo Bell", "chief negotiator", "Norway"),
            ("It was Jo Bell, Norway’s chief negotiator.", "Jo Bell", "chief negotiator", "Norway"),
            ("The head of the Sorvel Fund, Jo Bell, left.", "Jo Bell", "head", "Sorvel Fund"),
            ("There Jo Bell, its head of operations, left.", "Jo Bell", "head of operations", ""),
            ("There Jo Bell, 46, an attendant on the Zurich route, left.", "Jo Bell", "attendant", ""),
            (
                "It was Jo Bell, buying director of the Dutch grocer Korenbloem.",
                "Jo Bell",
                "buying director",
                "Korenbloem",
            ),
            ("We saw Jo Bell of Sorvel Capital at noon.", "Jo Bell", "", "Sorvel Capital"),
            ("There retired general Jo Bell left.", "Jo Bell", "retired general", ""),
            ("Jo Bell (R-Ohio), a member of the Aldane Council, left.", "Jo Bell", "member", "Aldane Council"),
            ("They told Jo Bell, adding that he was late.", "Jo Bell", "", ""),
            (
                "It was Jo Bell, Norwegian leader and general secretary of the Party of Norway.",
                "Jo Bell",
                "Norwegian leader and general secretary",
                "Party of Norway",
            ),
        ] {
            let document = Document::new(Article::new("a", Place::file("a"), text));
            let words = Words::new(&document);
            let names = names(&words);
            let at = names.iter().position(|n| words.span(&n.words).text(text) == name).expect("the name is found");
            let found = introduction(&words, &names, at);
            let part = |range: &Option<Range<usize>>| {
                range.as_ref().map_or("", |range| words.span(range).text(text)).to_owned()
            };
            assert_eq!((part(&found.role), part(&found.affiliation)), (role.into(), affiliation.into()), "{text}");
        }
    }
}
