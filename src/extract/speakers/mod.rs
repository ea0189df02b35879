//! Who speaks: every source span resolves to an entity of the article, with its fullest name.
//!
//! `words` reads the article once; `names` finds the proper names in it and `introductions` what is said of them;
//! `entities` puts names together; `mention` takes source spans apart. Then the article is read in its order, with
//! `salience` keeping who is being spoken of, and each source goes through the sieves of its form: names in
//! `entities`, nominals in `nominals`, pronouns in `pronouns`. What no sieve holds stays without a speaker, or is a
//! speaker without a name: a wrong one is worse than none. All of it takes time by the length of the article.
//!
//! The order of sieves, most precise first, is that of Raghunathan et al., *A Multi-Pass Sieve for Coreference
//! Resolution*, EMNLP 2010.

mod entities;
mod introductions;
mod lexicon;
mod mention;
mod names;
mod nominals;
mod pronouns;
mod salience;
mod spelling;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashMap;
use std::ops::Range;

use crate::document::Document;
use crate::span::Span;
use entities::Entities;
use introductions::named_by;
use mention::{Determiner, Mention, Nominal, mention};
use names::Name;
use salience::{Grade, Place, Salience};
use words::{Case, Gap, Words, is_function};

/// What a speaker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One human being.
    Person,
    /// A company, an authority, a state: what acts as one.
    Organization,
    /// Several: `analysts`, `voters`, two persons together.
    Group,
    /// What is read: `the report`, `a poll`.
    Document,
    /// None of these, or not to be told.
    Other,
}

/// One who makes claims in an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Speaker {
    /// The fullest name in the article, or what the speaker is first called where it has none; white space folded.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Whether `name` is a proper name.
    pub named: bool,
    /// What the speaker is, as the article introduces it: `senior research fellow`.
    pub role: Option<Span>,
    /// Whom the speaker belongs to, as the article introduces it.
    pub affiliation: Option<Span>,
    /// Every source span that refers to it, in order.
    pub mentions: Vec<Span>,
}

/// The speakers of `sources`, source spans of the document in any order, in the order of their first mention; and for
/// each source its speaker, an index, if one can be told.
pub fn resolve(document: &Document, sources: &[Span]) -> (Vec<Speaker>, Vec<Option<usize>>) {
    let words = Words::new(document);
    let names = names::names(&words);
    let mut order: Vec<Span> = sources.to_vec();
    order.sort_unstable();
    order.dedup();
    let entities = Reading::new(&words, &names).read(&order);
    let Resolved { entities, of_source } = entities;
    let mut speakers: Vec<Speaker> = Vec::new();
    let mut of_entity: HashMap<usize, usize> = HashMap::new();
    let mut of_span: HashMap<Span, usize> = HashMap::new();
    for (&span, entity) in order.iter().zip(of_source) {
        let Some(entity) = entity else { continue };
        let speaker = *of_entity.entry(entity).or_insert_with(|| {
            speakers.push(speaker(&entities, entity));
            speakers.len() - 1
        });
        speakers[speaker].mentions.push(span);
        of_span.insert(span, speaker);
    }
    (speakers, sources.iter().map(|span| of_span.get(span).copied()).collect())
}

fn speaker(entities: &Entities<'_>, index: usize) -> Speaker {
    let entity = &entities.all[index];
    let words = entities.words;
    let name = display(entities, index);
    let named = entity.name.is_some()
        || !entity.members.is_empty() && entity.members.iter().all(|&m| entities.all[m].name.is_some());
    let kind = entity.kind.unwrap_or(if entity.plural { Kind::Group } else { Kind::Person });
    let span = |range: &Option<Range<usize>>| {
        let range = range.as_ref().filter(|range| kind == Kind::Person && !range.is_empty());
        range.map(|range| words.span(range))
    };
    Speaker {
        name,
        kind,
        named,
        role: span(&entity.role),
        affiliation: span(&entity.affiliation),
        mentions: Vec::new(),
    }
}

/// The fullest name; of several `A, B and C`.
fn display(entities: &Entities<'_>, index: usize) -> String {
    let entity = &entities.all[index];
    if let Some((last, others)) = entity.members.split_last().filter(|(_, others)| !others.is_empty()) {
        let others: Vec<String> = others.iter().map(|&member| display(entities, member)).collect();
        return format!("{} and {}", others.join(", "), display(entities, *last));
    }
    let words = entities.words;
    let range = entity.name.as_ref().unwrap_or(&entity.first);
    let text = words.span(range).text(words.text);
    let text = text
        .strip_prefix("the ")
        .or_else(|| text.strip_prefix("The "))
        .filter(|_| entity.name.is_some())
        .unwrap_or(text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An article being read.
struct Reading<'a> {
    words: &'a Words<'a>,
    names: &'a [Name],
    entities: Entities<'a>,
    salience: Salience,
    /// The last several, and the last thing, that spoke, each with its sentence.
    last_group: Option<(usize, usize)>,
    last_thing: Option<(usize, usize)>,
    /// The last source in the sentence, for `who` after it.
    last_source: Option<(usize, usize)>,
}

struct Resolved<'a> {
    entities: Entities<'a>,
    of_source: Vec<Option<usize>>,
}

impl<'a> Reading<'a> {
    fn new(words: &'a Words<'a>, names: &'a [Name]) -> Self {
        Self {
            words,
            names,
            entities: Entities::new(words, names),
            salience: Salience::default(),
            last_group: None,
            last_thing: None,
            last_source: None,
        }
    }

    /// Reads the article with its sources, which are in order.
    fn read(mut self, sources: &[Span]) -> Resolved<'a> {
        let ranges: Vec<Range<usize>> = sources.iter().map(|&span| self.words.of(span)).collect();
        let mut of_source: Vec<Option<usize>> = vec![None; sources.len()];
        let mut next = 0;
        for at in 0..self.words.len() {
            while ranges.get(next).is_some_and(|range| range.start <= at) {
                of_source[next] = self.source(&ranges[next]);
                next += 1;
            }
            let in_source = next > 0 && ranges[next - 1].contains(&at);
            if let Some(name) = named_by(self.names, at).filter(|&name| self.names[name].words.start == at) {
                let entity = self.entities.of(name, &self.salience);
                let grade = if in_source { Grade::Owner } else { self.grade(self.names[name].words.clone()) };
                self.salience.touch(entity, Place::of(self.words.at(at)), grade);
            } else if !in_source && !self.words.at(at).quoted {
                self.pronoun_in_passing(at);
            }
        }
        for (index, range) in ranges.iter().enumerate() {
            if of_source[index].is_none() && pronouns::is_i(self.words, range) {
                of_source[index] = pronouns::of_quotation(self.words, &ranges, &of_source, index);
            }
        }
        Resolved { entities: self.entities, of_source }
    }

    /// The entity of one source.
    fn source(&mut self, source: &Range<usize>) -> Option<usize> {
        let mention = mention(self.words, self.names, source)?;
        let place = Place::of(self.words.at(source.start));
        let entity = match mention {
            Mention::Pronoun(pronoun) => pronouns::resolve(self, pronoun, source)?,
            Mention::Name(name) => self.entities.of(name, &self.salience),
            Mention::Names(names) => {
                let members: Vec<usize> = names.iter().map(|&name| self.entities.of(name, &self.salience)).collect();
                nominals::together(&mut self.entities, members)
            }
            Mention::Named(nominal) => nominals::named(&mut self.entities, &nominal),
            Mention::Nominal(nominal) => self.nominal(&nominal, source),
        };
        let known = &self.entities.all[entity];
        if known.plural {
            self.last_group = Some((entity, place.sentence));
        } else if !known.is_person() {
            self.last_thing = Some((entity, place.sentence));
        }
        self.last_source = Some((entity, place.sentence));
        self.salience.touch(entity, Place { quoted: false, ..place }, Grade::Speaker);
        Some(entity)
    }

    fn nominal(&mut self, nominal: &Nominal, source: &Range<usize>) -> usize {
        let headline = self.words.at(source.start).capitals_mean_nothing;
        if let Some(known) = self.entities.written(source).filter(|_| headline) {
            return known;
        }
        let owner = if nominal.determiner == Determiner::Possessed { self.owner(nominal) } else { None };
        nominals::resolve(&mut self.entities, &self.salience, nominal, owner)
    }

    /// Whose `his lawyer` or `Ruiz's lawyer` is.
    fn owner(&mut self, nominal: &Nominal) -> Option<usize> {
        let before = nominal.modifiers.start.checked_sub(1)?;
        if let Some(name) = named_by(self.names, before) {
            return Some(self.entities.of(name, &self.salience));
        }
        let gender = pronouns::gender(&self.words.lower(before))?;
        nominals::person(&self.entities, &self.salience, Some(gender), Place::of(self.words.at(before)))
    }

    /// `he` and `his` that are no sources keep their person in mind.
    fn pronoun_in_passing(&mut self, at: usize) {
        let word = self.words.lower(at);
        let Some(gender) = pronouns::gender(&word) else { return };
        let place = Place::of(self.words.at(at));
        if let Some(entity) = nominals::person(&self.entities, &self.salience, Some(gender), place) {
            self.learn(entity, gender, place);
            let grade = if matches!(word.as_str(), "he" | "she") { Grade::Subject } else { Grade::Owner };
            self.salience.touch(entity, place, grade);
        }
    }

    /// A pronoun tells the gender of the only person whom its sentence has named.
    fn learn(&mut self, entity: usize, gender: lexicon::Gender, place: Place) {
        let here = |entity: usize| self.salience.distance(entity, place) == Some(0);
        let others = self.salience.recent().filter(|&other| other != entity && self.entities.all[other].is_person());
        let alone = here(entity) && !others.into_iter().any(here);
        let known = &mut self.entities.all[entity];
        if alone && known.gender.is_none() && known.kind == Some(Kind::Person) {
            known.gender = Some(gender);
        }
    }

    /// How a name stands in its sentence: a subject comes before a verb.
    fn grade(&self, name: Range<usize>) -> Grade {
        if self.words.at(name.end - 1).possessive {
            return Grade::Owner;
        }
        const VERBS: &str = "is was has had will would did does could may might can said says should were are have who";
        let end = name.end;
        let next = if end < self.words.len() { self.words.lower(end) } else { String::new() };
        let verb = self.words.gap(end) == Gap::Space && (!is_function(&next) || lexicon::among(VERBS, &next));
        // `Joan Bell, 88,`, `Joan Bell, a teacher,` is being introduced.
        let introduced = end < self.words.len()
            && (self.words.at(end).case == Case::Number || lexicon::among("a an the who whose", &next));
        let early = self.words.at(name.start).starts || self.words.gap(name.start) == Gap::Comma || introduced;
        if verb && next.chars().next().is_some_and(char::is_lowercase) || early && self.words.gap(end) == Gap::Comma {
            Grade::Subject
        } else {
            Grade::Other
        }
    }
}
