//! Whom a source may mean, and what speaks for each.

use std::collections::HashMap;

use super::names::Entities;
use super::source::{FORMS, Form, words};
use super::{Candidate, kinds};
use crate::document::Document;
use crate::math::{exp, ln};
use crate::span::Span;
use crate::tagger::{FEATURES, Features, Pair, Voice, is_owner};

const _: () = assert!(FEATURES == FORMS + 36, "the scorer takes as many features as there are");

/// Entities before a source that are asked about, and after it.
const BEFORE: usize = 40;
const AFTER: usize = 8;
/// Mentions before a source that are looked at.
const REACH: usize = 400;
/// Mentions of an entity whose vectors are compared.
const COMPARED: usize = 6;

/// A source whose speaker is asked for.
pub(super) struct Asked<'a> {
    /// The source, or the content where there is none.
    pub(super) span: Span,
    pub(super) has_source: bool,
    pub(super) form: Form,
    pub(super) voice: &'a Voice,
    /// The speaker of the claim in whose content it stands.
    pub(super) outer: Option<usize>,
    /// The speaker of the claim before.
    pub(super) last: Option<usize>,
}

/// One entity's mentions around a source.
#[derive(Default)]
struct Near<'a> {
    /// By the tagger's vectors: the names' and the sources'.
    names: Vec<&'a Pair>,
    sources: Vec<&'a Pair>,
    /// The sentence of its last mention before, how far back that is among all mentions, and where it stands.
    last: Option<(usize, usize, Span)>,
    /// Its first name within the source.
    inside: Option<usize>,
}

/// The candidates in the order of their last mention, the latest first, and then nobody; with the entity of each.
pub(super) fn candidates(
    entities: &Entities<'_>,
    document: &Document,
    asked: &Asked<'_>,
) -> (Vec<Option<usize>>, Vec<Candidate>) {
    let text = document.text();
    let at = asked.span;
    let sentence = document.sentences_of(at).start;
    let mut order: Vec<usize> = Vec::new();
    let mut near: HashMap<usize, Near<'_>> = HashMap::new();
    let first_inside = entities.names.partition_point(|name| name.span.end() <= at.start());
    let inside: Vec<usize> = if asked.has_source {
        (first_inside..entities.names.len()).take_while(|&name| entities.names[name].span.start() < at.end()).collect()
    } else {
        Vec::new()
    };
    for &name in &inside {
        let entity = entities.names[name].entity;
        let known = meet(&mut near, &mut order, entity);
        known.names.push(entities.pairs[name]);
        known.inside.get_or_insert(name);
    }
    // A name at the head of a source is whom it means, and nobody else.
    let head = inside.first().copied().filter(|&name| is_head(text, at, entities.names[name].span));
    if head.is_none() {
        let (mut name, mut spoken, mut back) = (first_inside, entities.spoken.len(), 0);
        while back < REACH && order.len() < BEFORE + inside.len() {
            let of_name = name.checked_sub(1).map(|at| &entities.names[at]);
            let of_source = spoken.checked_sub(1).map(|at| entities.spoken[at]);
            let by_name = match (of_name, of_source) {
                (None, None) => break,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some(name), Some((span, ..))) => name.span.start() >= span.start(),
            };
            let (entity, span, sentence, pair) = if by_name {
                name -= 1;
                let named = &entities.names[name];
                (named.entity, named.span, named.sentence, Some(entities.pairs[name]))
            } else {
                spoken -= 1;
                let (span, entity, sentence) = entities.spoken[spoken];
                (entity, span, sentence, None)
            };
            let known = meet(&mut near, &mut order, entity);
            known.last = known.last.or(Some((sentence, back, span)));
            if let Some(pair) = pair.filter(|_| known.names.len() < COMPARED) {
                known.names.push(pair);
            }
            back += 1;
        }
        let after = first_inside + inside.len();
        for name in (after..entities.names.len()).take(AFTER) {
            let entity = entities.names[name].entity;
            let known = meet(&mut near, &mut order, entity);
            if known.names.len() < COMPARED {
                known.names.push(entities.pairs[name]);
            }
        }
        for &entity in &order {
            let sources = entities.all[entity].sources.iter().map(|(_, pair)| *pair);
            near.entry(entity).or_default().sources = sources.collect();
        }
    }

    let none = asked.voice.pair.none;
    let best_of =
        |pairs: &[&Pair]| pairs.iter().map(|pair| asked.voice.pair.score(pair)).fold(f32::NEG_INFINITY, f32::max);
    let fits: Vec<(f32, f32)> = order.iter().map(|e| (best_of(&near[e].names), best_of(&near[e].sources))).collect();
    let most = fits.iter().map(|&(a, b)| a.max(b)).fold(none, f32::max);
    let of_source = words(at.text(text));
    let asked_kinds = kinds(asked.voice);
    let said_words = asked.has_source && matches!(asked.form, Form::Definite | Form::Indefinite);
    let content_words: Vec<&String> = of_source
        .iter()
        .filter(|word| {
            said_words
                && word.len() > 2
                && !matches!(word.as_str(), "the" | "his" | "her" | "its" | "their" | "and" | "for")
        })
        .collect();

    let common = |out: &mut Vec<f32>| {
        out.extend((0..FORMS).map(|form| f32::from(u8::from(asked.form as usize == form))));
        out.extend(asked_kinds);
        out.push(sigmoid(asked.voice.kinds[asked_kinds.len()]));
        out.push((none - most) / 4.0);
        out.push(f32::from(u8::from(inside.is_empty())));
    };
    let flag = |is: bool| f32::from(u8::from(is));
    let mut found = Vec::with_capacity(order.len() + 1);
    for (&entity, &(by_names, by_sources)) in order.iter().zip(&fits) {
        let (known, here) = (&entities.all[entity], &near[&entity]);
        let entity_kinds = entities.kinds(entity);
        let mut out = Vec::with_capacity(FEATURES);
        common(&mut out);
        let gap = |score: f32| if score.is_finite() { ((score - most) / 4.0).max(-4.0) } else { -4.0 };
        out.extend([
            gap(by_names),
            gap(by_sources),
            gap(by_names.max(by_sources)),
            flag(by_names.max(by_sources) >= most),
        ]);
        let name_inside = here.inside.map(|name| entities.names[name].span);
        let followed = name_inside.map(|span| &text[span.end().min(at.end())..at.end()]);
        let led = name_inside.map(|span| &text[at.start().min(span.start())..span.start()]);
        out.extend([
            flag(name_inside.is_some()),
            flag(head.is_some_and(|name| Some(name) == here.inside)),
            flag(followed.is_some_and(|rest| rest.starts_with(['’', '\'']))),
            flag(led.is_some_and(|before| before.contains(','))),
            flag(led.is_some_and(preposition)),
        ]);
        let distance = here.last.map_or(8.0, |(last, ..)| (sentence.saturating_sub(last)) as f32);
        out.extend([
            ln(1.0 + distance) / 2.0,
            flag(here.last.is_some() && distance < 0.5),
            flag(here.last.is_none()),
            here.last.map_or(2.0, |(_, back, _)| ln(1.0 + back as f32) / 2.0),
            flag(
                here.last
                    .is_some_and(|(.., span)| document.paragraph_of(span.start()) == document.paragraph_of(at.start())),
            ),
            flag(here.last.is_some_and(|(last, _, span)| {
                document.sentences.get(last).is_some_and(|s| span.start() < s.start() + 12)
            })),
            flag(asked.last == Some(entity)),
            flag(asked.outer == Some(entity)),
            ln(1.0 + known.mentions as f32) / 2.0,
            flag(known.is_named),
            flag(!known.sources.is_empty()),
        ]);
        out.push(asked_kinds.iter().zip(entity_kinds).map(|(a, b)| a * b).sum());
        out.extend(entity_kinds);
        let shared = content_words.iter().filter(|word| known.words.contains(word)).count();
        out.push(shared as f32 / content_words.len().max(1) as f32);
        found.push(Candidate { name: Some(known.name.clone()), features: fixed(&out) });
    }
    let mut out = Vec::with_capacity(FEATURES);
    common(&mut out);
    found.push(Candidate { name: None, features: fixed(&out) });
    (order.into_iter().map(Some).chain([None]).collect(), found)
}

/// An entity's mentions so far; `order` is that in which entities are met.
fn meet<'n, 'a>(near: &'n mut HashMap<usize, Near<'a>>, order: &mut Vec<usize>, entity: usize) -> &'n mut Near<'a> {
    near.entry(entity).or_insert_with(|| {
        order.push(entity);
        Near::default()
    })
}

/// Padded with zeros; the last number tells that nobody is meant.
fn fixed(numbers: &[f32]) -> Features {
    let mut out = [0.0; FEATURES];
    out[..numbers.len()].copy_from_slice(numbers);
    out[FEATURES - 1] = f32::from(u8::from(numbers.len() < FEATURES - 1));
    out
}

/// Whether a source is about this name: only titles and descriptions stand before it, and it owns nothing.
fn is_head(text: &str, source: Span, name: Span) -> bool {
    let before = &text[source.start().min(name.start())..name.start()];
    let rest = &text[name.end().min(source.end())..source.end()];
    let owns = rest.starts_with(['’', '\'']) && !is_owner(rest);
    let goes_on = rest.trim_start().starts_with(|c: char| c.is_alphanumeric())
        && !["who", "of", "from", "and", "in", "at", "with", "whose", "told"]
            .iter()
            .any(|w| rest.trim_start().starts_with(w));
    !owns && !goes_on && !before.contains(',') && (!preposition(before) || is_office(before))
}

/// Whether what stands before a name is an office with its body: `Secretary of State`, `University of Leeds Professor`.
fn is_office(before: &str) -> bool {
    let mut words = before.split_whitespace().filter(|word| !matches!(*word, "the" | "The" | "former" | "then"));
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let last_is_capital = words.clone().next_back().is_some_and(capital);
    last_is_capital && words.all(|word| capital(word) || matches!(word, "of" | "for" | "and" | "&" | "in"))
}

/// Whether words hold a preposition after which another's name stands.
fn preposition(words: &str) -> bool {
    words.split_whitespace().any(|word| {
        matches!(
            word,
            "of" | "for" | "from" | "at" | "by" | "in" | "with" | "to" | "on" | "near" | "about" | "against" | "who"
        )
    })
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}
