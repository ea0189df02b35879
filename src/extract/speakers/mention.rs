//! What a source span is made of: a pronoun, names, or a nominal with its head, number and determiner.

use std::ops::Range;

use super::Kind;
use super::introductions::{named_by, possessive};
use super::lexicon::{Noun, among, is_people, noun};
use super::names::Name;
use super::words::{Case, Gap, Words, is_function};

/// Which pronoun a source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pronoun {
    He,
    She,
    It,
    They,
    /// `I` and `me`, whom a quotation belongs to.
    I,
    /// `who`, `which`, `that`, after what they stand for.
    Relative,
    /// `we`, `you`, `someone`, `one of them`: nobody that the text names.
    Open,
}

/// What a nominal says of whom it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Determiner {
    /// `the`, `this`: somebody known.
    Definite,
    /// `a`, `some`, `two`, or a bare plural: somebody new.
    Indefinite,
    /// `his lawyer`, `the mayor's aide`: somebody by another.
    Possessed,
}

/// A source without a name of its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Nominal {
    /// Its words up to a comma, a bracket or a relative clause.
    pub(super) words: Range<usize>,
    /// Its main noun, or where none is known its last word before a preposition.
    pub(super) head: usize,
    pub(super) noun: Option<Noun>,
    pub(super) plural: bool,
    pub(super) determiner: Determiner,
    /// The words between the determiner and the head.
    pub(super) modifiers: Range<usize>,
}

/// A source span, taken apart. Names are indices into the article's names.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mention {
    Pronoun(Pronoun),
    /// One name that all of it is about.
    Name(usize),
    /// Several of them: `Mr. Ruiz and Ms. Bell`.
    Names(Vec<usize>),
    /// `the Ruiz campaign`: an organization that is called by another's name.
    Named(Nominal),
    Nominal(Nominal),
}

/// Takes the source of these words apart; `None` if there are none.
pub(super) fn mention(words: &Words<'_>, names: &[Name], source: &Range<usize>) -> Option<Mention> {
    let mut source = source.clone();
    // `according to` and the like may have left a preposition.
    while source.len() > 1 && among("to from by for of as both but", &words.lower(source.start)) {
        source.start += 1;
    }
    if source.is_empty() {
        return None;
    }
    if let Some(pronoun) = pronoun(words, &source) {
        return Some(Mention::Pronoun(pronoun));
    }
    let several = conjuncts(words, names, &source);
    if several.len() > 1 {
        return Some(Mention::Names(several));
    }
    let core = core(words, &source);
    if let Some(group) = with_others(words, names, &core) {
        return Some(Mention::Nominal(group));
    }
    if let Some(mention) = named(words, names, &source, &core) {
        return Some(mention);
    }
    let nominal = nominal(words, &core);
    Some(apposed(words, names, &source, &core, &nominal).map_or(Mention::Nominal(nominal), Mention::Name))
}

fn pronoun(words: &Words<'_>, source: &Range<usize>) -> Option<Pronoun> {
    // `WHO` and `US` are names.
    if words.at(source.start).case == Case::Upper {
        return None;
    }
    // `I’m` is one word.
    let first = words.lower(source.start).split(['\'', '’']).next().unwrap_or_default().to_owned();
    let single = match first.as_str() {
        "he" | "him" | "his" | "himself" => Pronoun::He,
        "she" | "her" | "hers" | "herself" => Pronoun::She,
        "it" | "its" | "itself" => Pronoun::It,
        "they" | "them" | "their" | "themselves" => Pronoun::They,
        "i" | "me" | "my" | "myself" => Pronoun::I,
        "who" | "whom" | "which" | "that" => Pronoun::Relative,
        "we" | "us" | "our" | "you" | "your" | "someone" | "somebody" | "nobody" | "anyone" | "anybody" | "this"
        | "these" | "those" | "each" | "one" | "both" | "what" | "whoever" => Pronoun::Open,
        _ => return None,
    };
    if source.len() == 1 {
        return Some(single);
    }
    // `one of them`, `most of whom`
    let last = words.lower(source.end - 1);
    (source.len() == 3 && words.str(source.start + 1) == "of" && among("them us whom which you", &last))
        .then_some(Pronoun::Open)
}

/// The source up to a comma, a bracket, a dash or a relative clause.
fn core(words: &Words<'_>, source: &Range<usize>) -> Range<usize> {
    let inner = |at: &usize| match words.gap(*at) {
        Gap::Space | Gap::Ampersand => !among("who which that whose whom", &words.lower(*at)),
        // Quotation marks of a nickname or a title.
        Gap::Quote => true,
        _ => false,
    };
    let length = (source.start + 1..source.end).take_while(inner).count();
    source.start..source.start + 1 + length
}

/// The names of `A and B`, `A, B and C`, asides in brackets left out; empty unless that is all there is.
fn conjuncts(words: &Words<'_>, names: &[Name], source: &Range<usize>) -> Vec<usize> {
    let mut out = Vec::new();
    let mut at = source.start;
    let mut joined = false;
    while at < source.end {
        if let Some(name) = starts(words, names, at) {
            if !out.is_empty() && !joined {
                return Vec::new();
            }
            out.push(name);
            at = names[name].words.end;
            // `(D-Mont.)`, `, Democrat of Vermont,`
            if words.gap(at) == Gap::Bracket {
                at += 1;
                while at < source.end && !matches!(words.gap(at), Gap::Bracket) {
                    at += 1;
                }
            }
            joined = words.gap(at) == Gap::Ampersand
                || words.gap(at) == Gap::Bracket
                    && words.text[..words.at(at.min(words.len() - 1)).span.start()].trim_end().ends_with(',');
            continue;
        }
        match words.lower(at).as_str() {
            "and" | "or" => joined = true,
            _ if !out.is_empty() && words.gap(at) == Gap::Comma && !joined => return Vec::new(),
            "all" | "both" if at + 1 == source.end => {}
            _ if joined && noun(words.str(at)).is_some_and(|noun| !noun.plural) => {}
            _ if (joined || out.is_empty()) && describes_names(words, at) => {}
            _ => return Vec::new(),
        }
        if !out.is_empty() && words.gap(at) == Gap::Comma {
            joined = true;
        }
        at += 1;
    }
    let comma_list =
        out.len() == 2 && !(source.clone()).any(|at| words.lower(at) == "and" || words.gap(at) == Gap::Ampersand);
    if comma_list { Vec::new() } else { out }
}

/// Words that may stand before each of several names.
fn describes_names(words: &Words<'_>, at: usize) -> bool {
    let lower = words.lower(at);
    noun(&lower).is_some() || is_people(&lower) || among("the republican democratic presidential former senior", &lower)
}

/// The name whose title or first word is at `at`.
fn starts(words: &Words<'_>, names: &[Name], at: usize) -> Option<usize> {
    let index = names.partition_point(|name| name.words.end <= at);
    let begins = |name: &&Name| name.words.start == at || name.title.contains(&at);
    names.get(index).filter(begins).filter(|_| at < words.len()).map(|_| index)
}

/// `Ruiz and her aides`, `teachers and the union`: several, of whom not all have names.
fn with_others(words: &Words<'_>, names: &[Name], core: &Range<usize>) -> Option<Nominal> {
    let joins = |at: &usize| words.lower(*at) == "and" && at + 1 < core.end && named_by(names, *at).is_none();
    let and = core.clone().skip(1).find(joins)?;
    let next = words.lower(and + 1);
    let others = among("his her its their the has other", &next)
        || noun(words.str(core.end - 1)).is_some_and(|noun| noun.plural);
    let before = core.clone().take_while(|&at| at < and).all(|at| !is_function(&words.lower(at)) || at == core.start);
    (others && before).then(|| Nominal { plural: true, determiner: Determiner::Indefinite, ..nominal(words, core) })
}

/// The name that the core of a source is about: the last one before a preposition or the core's end.
fn named(words: &Words<'_>, names: &[Name], source: &Range<usize>, core: &Range<usize>) -> Option<Mention> {
    let mut found: Option<usize> = None;
    let mut at = core.start;
    while at < core.end {
        if let Some(name) = named_by(names, at) {
            found = Some(name);
            at = names[name].words.end;
            continue;
        }
        let lower = words.lower(at);
        let in_title = names.get(found.map_or_else(|| names.partition_point(|n| n.words.end <= at), |f| f + 1));
        let in_title = in_title.is_some_and(|name| name.title.contains(&at));
        let leads = found.is_none() && (is_determiner(&lower) || lower == "and");
        if (is_function(&lower) || among(CLAUSES, &lower)) && !in_title && !leads {
            break;
        }
        at += 1;
    }
    let name = found?;
    let end = names[name].words.end.min(core.end);
    if end >= at {
        if !possessive(words, &names[name]) || end == source.end {
            return Some(Mention::Name(name));
        }
        return None;
    }
    // Nouns after the name: `the Ruiz campaign`, but not `a Treasury memo` or `Ruiz's campaign`.
    if possessive(words, &names[name]) || words.at(end).case == Case::Number {
        return (words.at(end).case == Case::Number).then_some(Mention::Name(name));
    }
    let head = at - 1;
    let main = noun(words.str(head))?;
    let definite = !among("a an another one some", &words.lower(core.start));
    (main.kind == Some(Kind::Organization) && !main.plural && definite)
        .then(|| Mention::Named(nominal(words, &(core.start..at))))
}

fn is_determiner(lower: &str) -> bool {
    among("the a an this that its his her their our another one both former then", lower)
}

/// The name after a core without one: `A spokesman, Ty Weller,`, `the team's coach` before `, Al Mehr,`, `a plan called X`.
fn apposed(
    words: &Words<'_>,
    names: &[Name],
    source: &Range<usize>,
    core: &Range<usize>,
    nominal: &Nominal,
) -> Option<usize> {
    if nominal.plural {
        return None;
    }
    let mut next = core.end;
    if next < source.end && among("called named known", &words.lower(next)) {
        next += 1;
    }
    // `his niece, state delegate Jo Bell`
    let before = |at: usize| words.at(at).case == Case::Lower && !is_function(&words.lower(at));
    let described = (next..source.end).take(3).take_while(|&at| before(at) && words.gap(at + 1) == Gap::Space).count();
    let name = starts(words, names, next).or_else(|| starts(words, names, next + described))?;
    let within = next < source.end && matches!(words.gap(core.end), Gap::Comma | Gap::Dash);
    let fits = |kind: Kind| {
        nominal.noun.is_some_and(|noun| noun.kind == Some(kind)) && names[name].kind.unwrap_or(kind) == kind
    };
    if within {
        return (next > core.end || fits(Kind::Person) || fits(Kind::Organization) || nominal.noun.is_none())
            .then_some(name);
    }
    // The name may stand right after the source.
    let after = next == source.end
        && matches!(words.gap(next), Gap::Comma | Gap::Space)
        && nominal.determiner != Determiner::Indefinite;
    (after && fits(Kind::Person)).then_some(name)
}

/// Words with which a noun phrase goes over into what is said of it.
const CLAUSES: &str = "familiar close briefed released published polled seen listed attached involved dated added documenting \
    put filed led run issued posted commissioned conducted";

/// Reads a nominal's head, number and determiner.
pub(super) fn nominal(words: &Words<'_>, core: &Range<usize>) -> Nominal {
    let first = words.lower(core.start);
    let owner = core.clone().take(8).take_while(|&at| at == core.start || words.gap(at) == Gap::Space);
    let owner = owner
        .take_while(|&at| at == core.start || !among("of in at from for with on by to", &words.lower(at)))
        .filter(|&at| words.at(at).possessive && at + 1 < core.end)
        .last();
    let (determiner, start) = match (owner, first.as_str()) {
        (Some(owner), _) => (Determiner::Possessed, owner + 1),
        (None, "his" | "her" | "its" | "their" | "our" | "my") => (Determiner::Possessed, core.start + 1),
        (None, "the" | "this" | "that" | "these" | "those") => (Determiner::Definite, core.start + 1),
        (None, "a" | "an" | "another" | "some" | "many" | "most" | "several" | "any" | "other" | "no") => {
            (Determiner::Indefinite, core.start + 1)
        }
        _ => (Determiner::Indefinite, core.start),
    };
    let start = start.min(core.end - 1);
    let ends = |at: usize| {
        let lower = words.lower(at);
        at > start
            && (among(CLAUSES, &lower)
                || is_function(&lower)
                    && !among("other former first few many most several two three four five", &lower))
    };
    let end = (start..core.end).find(|&at| ends(at)).unwrap_or(core.end);
    let head = (start..end).rev().find(|&at| words.at(at).case != Case::Number).unwrap_or(start);
    let found = noun(words.str(head));
    let lower = words.lower(head);
    let quantity = among(
        "some many most several few two three four five six seven eight nine ten dozens both all these those",
        &first,
    ) || words.at(core.start).case == Case::Number;
    let ending = lower.ends_with('s') && !lower.ends_with("ss") && !lower.ends_with("us") && !lower.ends_with("is");
    let plural = ending && (words.at(head).case == Case::Lower || is_people(&lower));
    // `a group of doctors`
    let of_several = among("group coalition team alliance panel handful pair host crowd", &lower)
        && end + 1 < core.end
        && words.lower(end) == "of"
        && (end + 1..core.end).any(|at| noun(words.str(at)).is_some_and(|noun| noun.plural));
    let one = !of_several
        && among("a an one another", &first)
        && !found.is_some_and(|noun| noun.plural && noun.kind == Some(Kind::Group));
    Nominal {
        words: core.clone(),
        head,
        noun: found,
        plural: !one && (quantity || of_several || found.map_or(plural, |noun| noun.plural)),
        determiner,
        modifiers: start..head,
    }
}
