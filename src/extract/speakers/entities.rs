//! The entities of an article: every name in it belongs to one, wherever it stands.
//!
//! Full names come first, so that `Hong` is known to be Hong Min even where it stands before him. The sieves for a
//! name, in order:
//! 1. a state by its name, its capital or another name (`states.tsv`);
//! 2. the same name, or one of the same surname whose given names do not differ (`Elijah E. Cummings`);
//! 3. an acronym that a bracket introduced;
//! 4. a surname alone, perhaps with a title; among several by gender and by who was spoken of last;
//! 5. a given name alone, or the first word of an organization's name;
//! 6. the last word of an organization's name after `the` (`the Post`);
//! 7. an acronym that an organization's capitals make;
//! 8. a surname misspelt by one letter.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::Kind;
use super::introductions::{Introduction, introduction};
use super::lexicon::{Gender, among, forename, noun, place};
use super::names::Name;
use super::salience::{Place, Salience};
use super::spelling::{agree, edges, one_apart};
use super::words::{Case, Gap, Words};

/// Somebody or something that the article speaks of.
#[derive(Clone, Debug, Default)]
pub(super) struct Entity {
    /// The words of its fullest name; an entity that has none is called by its first mention.
    pub(super) name: Option<Range<usize>>,
    /// How often each form of its name is written.
    pub(super) forms: Vec<(Range<usize>, usize)>,
    /// The words of its first mention.
    pub(super) first: Range<usize>,
    /// The single entities of several that speak as one.
    pub(super) members: Vec<usize>,
    pub(super) kind: Option<Kind>,
    pub(super) gender: Option<Gender>,
    pub(super) plural: bool,
    pub(super) is_place: bool,
    pub(super) role: Option<Range<usize>>,
    pub(super) affiliation: Option<Range<usize>>,
    /// The classes of the nouns that describe it.
    pub(super) classes: Vec<&'static str>,
    /// The words of its names and descriptions, in lower case.
    pub(super) described: HashSet<String>,
}

impl Entity {
    /// Whether it can be `he` or `she`.
    pub(super) fn is_person(&self) -> bool {
        !self.plural && !self.is_place && self.kind.is_none_or(|kind| kind == Kind::Person)
    }

    pub(super) fn may_be(&self, gender: Option<Gender>) -> bool {
        gender.is_none() || self.gender.is_none() || self.gender == gender
    }

    fn is_called(&mut self, class: &'static str) {
        if !self.classes.contains(&class) {
            self.classes.push(class);
        }
    }

    fn describe(&mut self, words: &Words<'_>, found: &Introduction) {
        // Role and affiliation belong together: both from the first introduction that has a role.
        if self.role.is_none() {
            self.role.clone_from(&found.role);
            self.affiliation = found.affiliation.clone().or_else(|| self.affiliation.take());
        } else if self.affiliation.is_none() && found.role.is_some() {
            self.affiliation.clone_from(&found.affiliation);
        }
        self.kind = self.kind.or(found.kind);
        self.gender = self.gender.or_else(|| found.nouns.iter().find_map(|noun| noun.gender));
        found.nouns.iter().for_each(|noun| self.is_called(noun.class));
        self.described.extend(found.described.iter().map(|&at| words.lower(at)));
    }
}

/// The entities, and which names are whose.
#[derive(Debug)]
pub(super) struct Entities<'a> {
    pub(super) words: &'a Words<'a>,
    pub(super) names: &'a [Name],
    pub(super) all: Vec<Entity>,
    /// The entity of each name, once it is known.
    of_name: Vec<Option<usize>>,
    by_full: HashMap<String, usize>,
    by_last: HashMap<String, Vec<usize>>,
    by_first: HashMap<String, Vec<usize>>,
    by_end: HashMap<String, Vec<usize>>,
    by_acronym: HashMap<String, usize>,
    by_initials: HashMap<String, usize>,
    /// Surnames by their first three letters.
    by_start: HashMap<String, Vec<String>>,
    /// Organizations and documents by the first and by the last two words of their names.
    by_edge: HashMap<(bool, String), Vec<usize>>,
    /// Unnamed entities and groups by what they are called.
    by_key: HashMap<String, usize>,
    /// Entities by the class of their nouns.
    pub(super) by_class: HashMap<&'static str, Vec<usize>>,
    /// Who a bare `the company` and the like went to.
    pub(super) called: HashMap<&'static str, usize>,
}

impl<'a> Entities<'a> {
    /// Finds the bearers of all full names.
    pub(super) fn new(words: &'a Words<'a>, names: &'a [Name]) -> Self {
        let mut out = Self {
            words,
            names,
            all: Vec::new(),
            of_name: vec![None; names.len()],
            by_full: HashMap::new(),
            by_last: HashMap::new(),
            by_first: HashMap::new(),
            by_end: HashMap::new(),
            by_acronym: HashMap::new(),
            by_initials: HashMap::new(),
            by_start: HashMap::new(),
            by_edge: HashMap::new(),
            by_key: HashMap::new(),
            by_class: HashMap::new(),
            called: HashMap::new(),
        };
        for index in (0..names.len()).filter(|&index| names[index].is_full(words)) {
            let entity = out.of_full(index);
            out.settle(index, entity);
        }
        // `President Obama`, where no fuller name is given, is known in a headline before.
        for (index, name) in names.iter().enumerate().filter(|(_, name)| !name.title.is_empty()) {
            let last = words.lower(name.words.end - 1);
            if !name.is_full(words) && !out.by_last.contains_key(last.trim_end_matches('.')) {
                out.add_named(index);
            }
        }
        out
    }

    /// The entity of the name at `index`; `salience` tells between several.
    pub(super) fn of(&mut self, index: usize, salience: &Salience) -> usize {
        if let Some(entity) = self.of_name[index] {
            return entity;
        }
        let entity = self.of_single(index, salience).unwrap_or_else(|| self.add_named(index));
        self.settle(index, entity);
        entity
    }

    /// The entity of the name at `index`, if the reading has come that far.
    pub(super) fn known(&self, index: usize) -> Option<usize> {
        self.of_name[index]
    }

    /// The entity that is called `key`; a new one is made by `make`.
    pub(super) fn keyed(&mut self, key: String, make: impl FnOnce() -> Entity) -> usize {
        if let Some(&entity) = self.by_key.get(&key) {
            return entity;
        }
        let entity = self.add(make());
        self.by_key.insert(key, entity);
        entity
    }

    /// Adds an entity.
    pub(super) fn add(&mut self, entity: Entity) -> usize {
        let index = self.all.len();
        for &class in &entity.classes {
            self.by_class.entry(class).or_default().push(index);
        }
        self.all.push(entity);
        index
    }

    /// The entity whose name, or a part of it that stands alone for it, is written at the start of `source`: in
    /// headlines, where capitals do not tell names.
    pub(super) fn written(&self, source: &Range<usize>) -> Option<usize> {
        let longest = (1..=source.len().min(6)).rev();
        let full = longest.map(|length| self.key(&(source.start..source.start + length)));
        let mut full = full.filter_map(|key| self.by_full.get(&key).copied());
        let single = || {
            let word = self.words.lower(source.start);
            let known = self.by_last.get(&word).or_else(|| self.by_first.get(&word));
            known.filter(|known| known.len() == 1).map(|known| known[0])
        };
        full.next().or_else(single)
    }

    /// The words of a name in lower case, without full stops and what comes and goes.
    fn key(&self, range: &Range<usize>) -> String {
        let parts = range.clone().map(|at| self.words.lower(at).replace('.', "").replace('’', "'"));
        parts.filter(|part| !among("inc corp co ltd llc plc jr sr the", part)).collect::<Vec<_>>().join(" ")
    }

    fn of_full(&mut self, index: usize) -> usize {
        let name = &self.names[index];
        let text = self.words.span(&name.words).text(self.words.text);
        if let Some(place) = place(text).filter(|_| name.title.is_empty()) {
            let key = format!("place {}", place.name);
            let speaks = place.speaks;
            let entity = self.by_full.get(&key).copied().unwrap_or_else(|| {
                let kind = if speaks { Kind::Organization } else { Kind::Other };
                let words = name.words.clone();
                self.add(Entity {
                    name: Some(words.clone()),
                    first: words,
                    kind: Some(kind),
                    is_place: true,
                    ..Entity::default()
                })
            });
            // The seat of a government is not its fullest name.
            let known = self.all[entity].name.clone().unwrap_or_else(|| name.words.clone());
            let written = self.words.span(&known).text(self.words.text);
            let is_name = |text: &str| text.to_lowercase() == place.name.to_lowercase();
            if is_name(text) && !is_name(written) {
                self.all[entity].name = Some(name.words.clone());
            }
            self.by_full.insert(key, entity);
            self.by_full.insert(self.key(&name.words), entity);
            return entity;
        }
        let key = self.key(&name.words);
        if let Some(&entity) = self.by_full.get(&key) {
            return entity;
        }
        let known = self.namesake(index).or_else(|| self.shortened(index));
        let entity = known.unwrap_or_else(|| self.add_named(index));
        self.by_full.insert(key, entity);
        entity
    }

    /// A person of the same surname whose given names do not differ.
    fn namesake(&self, index: usize) -> Option<usize> {
        let name = &self.names[index];
        if matches!(name.kind, Some(Kind::Organization | Kind::Document)) {
            return None;
        }
        let parts = self.parts(&name.words);
        let (last, given) = parts.split_last()?;
        let same = |&&entity: &&usize| {
            let other = self.all[entity].name.as_ref().map(|words| self.parts(words)).unwrap_or_default();
            let gender = self.all[entity].may_be(name.gender);
            gender && other.split_last().is_some_and(|(_, others)| !others.is_empty() && agree(given, others))
        };
        self.by_last.get(last)?.iter().find(same).copied()
    }

    /// An organization or a document whose name begins or ends with this one, or this one with it; three words at least.
    fn shortened(&self, index: usize) -> Option<usize> {
        let name = &self.names[index];
        let key = self.key(&name.words);
        if name.kind == Some(Kind::Person) || key.split(' ').count() < 3 {
            return None;
        }
        let edges = edges(&key);
        let near = edges.iter().filter_map(|edge| self.by_edge.get(edge)).flatten().take(32);
        near.copied().find(|&entity| {
            let known = self.all[entity].name.as_ref().map(|words| self.key(words)).unwrap_or_default();
            let within =
                |long: &str, short: &str| long.strip_prefix(short).or_else(|| long.strip_suffix(short)).is_some();
            known.split(' ').count() > 2 && (within(&known, &key) || within(&key, &known))
        })
    }

    /// The parts of a person's name in lower case, without `Jr.`
    fn parts(&self, range: &Range<usize>) -> Vec<String> {
        let parts = range.clone().map(|at| self.words.lower(at).trim_end_matches('.').to_owned());
        parts.filter(|part| !among("jr sr", part)).collect()
    }

    fn add_named(&mut self, index: usize) -> usize {
        let name = &self.names[index];
        let words = name.words.clone();
        let alone = if words.len() == 1 { forename(self.words.str(words.start)).flatten() } else { None };
        let gender = name.gender.or(alone);
        let called = Some(words.clone());
        let entity =
            self.add(Entity { name: called, first: words.clone(), kind: name.kind, gender, ..Entity::default() });
        let parts = self.parts(&words);
        let work = name.kind == Some(Kind::Document);
        if let (Some(first), Some(last)) = (parts.first(), parts.last().filter(|_| !work)) {
            self.by_end.entry(last.clone()).or_default().push(entity);
            if parts.len() > 1 {
                // Every part but the last: `Bobby` as well as `Robert`.
                for part in &parts[..parts.len() - 1] {
                    self.by_first.entry(part.clone()).or_default().push(entity);
                }
            }
            if name.kind != Some(Kind::Organization) {
                self.by_last.entry(last.clone()).or_default().push(entity);
                let start: String = last.chars().take(3).collect();
                self.by_start.entry(start).or_default().push(last.clone());
            } else if parts.len() == 1 {
                self.by_first.entry(first.clone()).or_default().push(entity);
            }
        }
        if name.kind != Some(Kind::Person) {
            for edge in edges(&self.key(&words)) {
                self.by_edge.entry(edge).or_default().push(entity);
            }
            let capitals = words.clone().filter(|&at| self.words.at(at).case != Case::Lower);
            let initials: String = capitals.filter_map(|at| self.words.str(at).chars().next()).collect();
            if initials.len() > 1 {
                self.by_initials.entry(initials.to_lowercase()).or_insert(entity);
            }
        }
        entity
    }

    /// What is known of the name belongs to its entity.
    fn settle(&mut self, index: usize, entity: usize) {
        self.of_name[index] = Some(entity);
        let name = &self.names[index];
        let found = introduction(self.words, self.names, index);
        let known = &mut self.all[entity];
        if known.is_place {
            return;
        }
        let before = known.classes.len();
        known.kind = known.kind.or(name.kind);
        known.gender = known.gender.or(name.gender);
        known.describe(self.words, &found);
        known.described.extend(name.words.clone().map(|at| self.words.lower(at)));
        // An organization is what its name says: `the museum`.
        if matches!(known.kind, Some(Kind::Organization | Kind::Document)) {
            let kind = known.kind;
            let nouns = name.words.clone().filter_map(|at| noun(self.words.str(at)));
            nouns.filter(|noun| noun.kind == kind).for_each(|noun| known.is_called(noun.class));
        }
        // The fullest form is its name; of several the one written most, or first.
        if name.is_full(self.words) && known.name.is_some() {
            let text = |words: &Range<usize>| self.words.span(words).text(self.words.text);
            match known.forms.iter_mut().find(|(words, _)| text(words) == text(&name.words)) {
                Some((_, count)) => *count += 1,
                None => known.forms.push((name.words.clone(), 1)),
            }
            let fullest = known.forms.iter().rev().max_by_key(|(words, count)| (words.len(), *count));
            known.name = fullest.map(|(words, _)| words.clone());
        }
        for &class in &self.all[entity].classes[before..] {
            self.by_class.entry(class).or_default().push(entity);
        }
        // `Korea Institute for National Unification (KINU)`
        let after = name.words.end;
        let acronym = self.words.gap(after) == Gap::Bracket && self.words.at(after).case == Case::Upper;
        if acronym && matches!(self.words.gap(after + 1), Gap::Bracket | Gap::Break) {
            self.by_acronym.insert(self.words.lower(after).replace('.', ""), entity);
        }
    }

    fn of_single(&self, index: usize, salience: &Salience) -> Option<usize> {
        let name = &self.names[index];
        let at = name.words.start;
        let word = self.words.lower(at).trim_end_matches('.').to_owned();
        let here = Place::of(self.words.at(at));
        let fits = |&&entity: &&usize| {
            let known = &self.all[entity];
            known.may_be(name.gender) && (name.title.is_empty() || known.is_person())
        };
        let best = |known: Option<&Vec<usize>>| salience.best(known?.iter().filter(fits).copied(), here);
        let acronym = self.words.at(at).case == Case::Upper;
        if let Some(&known) = self.by_acronym.get(&word.replace('.', "")).filter(|_| acronym) {
            return Some(known);
        }
        let initials = || self.by_initials.get(&word.replace('.', "")).copied().filter(|_| acronym);
        let after_the = at > 0 && self.words.lower(at - 1) == "the" && self.words.gap(at) == Gap::Space;
        let ends = || after_the.then(|| best(self.by_end.get(&word))).flatten();
        let known = best(self.by_last.get(&word)).or_else(|| best(self.by_first.get(&word)));
        known.or_else(ends).or_else(initials).or_else(|| {
            let start: String = word.chars().take(3).collect();
            let near =
                self.by_start.get(&start)?.iter().filter(|last| word.chars().count() > 4 && one_apart(last, &word));
            best(near.map(|last| &self.by_last[last]).next())
        })
    }
}
