//! Which claims were found, and what else is right of those: speakers, types, certainty, polarity.
//!
//! Matched claims are those of `attr_full`. Of contents that overlap alike the earlier ones are matched first. What gold
//! or records do not say is not counted, and a share of nothing is left out.

use std::collections::BTreeSet;

use super::figures::Share;
use super::groups::Setting;
use super::matching::{Compared, Pair};
use super::words::runs;
use crate::gold::{Attribution, Speaker};
use crate::record::{AttributionType, Kind};
use crate::terms::Role;

/// Shares of claims, in the order in which they are printed.
#[derive(Clone, Debug, Default)]
struct Tally(Vec<Share>);

impl Tally {
    fn of(names: &[&'static str]) -> Self {
        Self(names.iter().map(|&name| Share { name, right: 0, all: 0 }).collect())
    }

    fn tell(&mut self, name: &'static str, right: bool) {
        let share = self.0.iter_mut().find(|share| share.name == name);
        let share = share.expect("every share has its place");
        share.all += 1;
        share.right += usize::from(right);
    }

    /// Both sides have to say something.
    fn compare<T: PartialEq>(&mut self, name: &'static str, gold: Option<T>, found: Option<T>) {
        if let (Some(gold), Some(found)) = (gold, found) {
            self.tell(name, gold == found);
        }
    }

    fn told(self) -> Vec<Share> {
        self.0.into_iter().filter(|share| share.all > 0).collect()
    }
}

/// The shares of the gold's claims that were found, and of the found ones those that are the gold's; empty for gold
/// that has spans alone.
pub(super) fn found(articles: &[Compared<'_>]) -> Vec<Share> {
    let mut tally = Tally::of(&[&["clear", "nested"], AttributionType::NAMES].concat());
    let mut precision = Share { name: "precision", right: 0, all: 0 };
    for article in articles {
        let matched: BTreeSet<usize> = full_pairs(article).map(|pair| pair.gold).collect();
        precision.right += matched.len();
        precision.all += article.found.len();
        for (index, item) in article.gold.iter().enumerate() {
            let fields = &item.attribution.fields;
            let kind = fields.attribution.map(AttributionType::name);
            let of = |flag: Option<bool>, name| (flag == Some(true)).then_some(name);
            for name in [of(fields.clear, "clear"), of(fields.nested(), "nested"), kind].into_iter().flatten() {
                tally.tell(name, matched.contains(&index));
            }
        }
    }
    let mut out = tally.told();
    if !out.is_empty() && precision.all > 0 {
        out.push(precision);
    }
    out
}

/// The shares of the matched claims that have each field right.
pub(super) fn right(articles: &[Compared<'_>], settings: &[Setting]) -> Vec<Share> {
    let mut tally = Tally::of(&[
        "speaker name, named",
        "speaker name, unnamed",
        "speaker name, none",
        "speaker by name",
        "speaker by pronoun",
        "speaker by other source",
        "speaker without source",
        "kind",
        "role, given",
        "role, none to give",
        "affiliation, given",
        "affiliation, none to give",
        "quote type",
        "certainty",
        "polarity",
        "type of attribution",
    ]);
    for (article, setting) in articles.iter().zip(settings) {
        for pair in full_pairs(article) {
            let (gold, found) = (&article.gold[pair.gold], &article.found[pair.found]);
            let form = match setting.source_form(gold.words(Role::Source)) {
                0 => "speaker without source",
                1 => "speaker by pronoun",
                2 => "speaker by name",
                _ => "speaker by other source",
            };
            claim(&mut tally, form, gold.attribution, found.attribution);
        }
    }
    tally.told()
}

fn full_pairs(article: &Compared<'_>) -> impl Iterator<Item = Pair> {
    article.earlier_pairs().into_iter().filter(Pair::full)
}

fn claim(tally: &mut Tally, form: &'static str, gold: &Attribution, found: &Attribution) {
    let (gold, found) = (&gold.fields, &found.fields);
    if let (Some(gold), Some(found)) = (&gold.speaker, &found.speaker) {
        speaker(tally, form, gold.as_ref(), found.as_ref());
    }
    // A nested claim has marks of its own too seldom to tell.
    if gold.nested() != Some(true) {
        tally.compare("quote type", gold.quote, found.quote);
    }
    tally.compare("certainty", gold.certainty, found.certainty);
    tally.compare("polarity", gold.polarity, found.polarity);
    tally.compare("type of attribution", gold.attribution, found.attribution);
}

fn speaker(tally: &mut Tally, form: &'static str, gold: Option<&Speaker>, found: Option<&Speaker>) {
    let right = match (gold, found) {
        (Some(gold), Some(found)) => name_is_right(gold, &found.name),
        (gold, found) => gold.is_none() && found.is_none(),
    };
    let given = match gold {
        None => Some("speaker name, none"),
        Some(gold) => gold.named.map(|named| if named { "speaker name, named" } else { "speaker name, unnamed" }),
    };
    given.into_iter().chain([form]).for_each(|name| tally.tell(name, right));
    let (Some(gold), Some(found)) = (gold, found) else { return };
    tally.compare("kind", gold.kind, found.kind);
    let body = gold.affiliation.as_ref().and_then(Option::as_deref).unwrap_or_default();
    for (names, gold_span, found_span, body) in [
        (["role, given", "role, none to give"], &gold.role, &found.role, body),
        (["affiliation, given", "affiliation, none to give"], &gold.affiliation, &found.affiliation, ""),
    ] {
        let (Some(wanted), Some(got)) = (gold_span, found_span) else { continue };
        match wanted.as_deref().filter(|wanted| !wanted.is_empty()) {
            Some(wanted) => tally.tell(names[0], span_is_right(wanted, got.as_deref().unwrap_or_default(), body)),
            None if gold.kind == Some(Kind::Person) => tally.tell(names[1], got.is_none()),
            None => {}
        }
    }
}

/// A proper name has to be whole; of a description half of the words will do.
fn name_is_right(gold: &Speaker, found: &str) -> bool {
    let [a, b] = [&gold.name, found].map(normal);
    a == b || (gold.named == Some(false) && mostly_alike(&set(&a), &set(&b)))
}

/// Whether half of the words are the same. A body in front of a role (`NATO Secretary-General`) is its affiliation and
/// does not count, unless nothing else is left; nor does `of`.
fn span_is_right(gold: &str, found: &str, body: &str) -> bool {
    let [gold, found, body] = [gold, found, body].map(normal);
    let body = set(&body);
    let without_body = |words: BTreeSet<&'_ str>| -> BTreeSet<String> {
        let only_body = words.is_subset(&body);
        let kept = words.iter().filter(|word| only_body || !(body.contains(*word) || **word == "of"));
        kept.map(|&word| word.to_owned()).collect()
    };
    let (gold, found) = (without_body(set(&gold)), without_body(set(&found)));
    !gold.is_disjoint(&found) && mostly_alike(&gold, &found)
}

/// The words in lower case, without an article in front.
fn normal(text: &str) -> String {
    let text = text.to_lowercase();
    let words: Vec<&str> = runs(&text).collect();
    let first = usize::from(words.len() > 1 && matches!(words[0], "the" | "a" | "an"));
    words[first..].join(" ")
}

fn set(normal: &str) -> BTreeSet<&str> {
    normal.split(' ').filter(|word| !word.is_empty()).collect()
}

fn mostly_alike<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> bool {
    2 * a.intersection(b).count() >= a.union(b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_whole_and_a_description_half() {
        let gold = |name: &str, named| Speaker { name: name.into(), named: Some(named), ..Speaker::default() };
        assert!(name_is_right(&gold("The Quay Board", true), "quay board"));
        assert!(!name_is_right(&gold("Ada Quill", true), "Quill"));
        assert!(name_is_right(&gold("an old harbour pilot", false), "the harbour pilot"));
        assert!(!name_is_right(&gold("an old harbour pilot", false), "the pilot"));
        assert!(!name_is_right(&gold("The", true), "A"), "an article alone is a word");
    }

    #[test]
    fn a_body_before_a_role_does_not_count() {
        assert!(span_is_right("Quay Board chairwoman", "chairwoman", "Quay Board"));
        assert!(span_is_right("chairwoman", "chairwoman of the Quay Board", "the Quay Board"));
        assert!(!span_is_right("chairwoman", "Quay Board", "Quay Board"));
        assert!(span_is_right("Quay Board", "Quay Board", "Quay Board"), "nothing else is left");
        assert!(!span_is_right("deputy head of pilots", "treasurer", ""));
        assert!(!span_is_right("of", "of", ""));
        assert!(!span_is_right("head", "", ""));
    }
}
