//! Names that mean one entity, told by their letters, and all that is known of an entity.

use std::collections::{BTreeMap, HashMap};

use super::source::{shown, words};
use super::spelling::{Spelling, bracketed, initials, is_short_for, name_words};
use super::{Kind, LEAST_AFFILIATION, LEAST_ROLE, Named, Speaker, kinds};
use super::{introduction, states};
use crate::document::Document;
use crate::math::ln;
use crate::span::Span;
use crate::tagger::{Name, Pair, Voice};

/// Somebody, or something that speaks.
#[derive(Clone, Debug, Default)]
pub(super) struct Entity<'a> {
    /// As it is written; the fullest where there are several, or what it is first called where it has no name.
    pub(super) name: String,
    pub(super) is_named: bool,
    /// The sum of what its mentions say of its kind.
    kinds: [f32; Kind::ALL.len()],
    role: Option<(Span, f32)>,
    affiliation: Option<(Span, f32)>,
    /// Words of its name, and of what it was called and introduced by.
    pub(super) words: Vec<String>,
    /// Whom several together are.
    members: Vec<usize>,
    /// How many sources and names mean it.
    pub(super) mentions: usize,
    /// Its last sources, with their vectors.
    pub(super) sources: Vec<(Span, &'a Pair)>,
}

/// The entities of an article.
#[derive(Debug)]
pub(super) struct Entities<'a> {
    pub(super) all: Vec<Entity<'a>>,
    /// In the order of the text.
    pub(super) names: Vec<Named>,
    /// Their vectors.
    pub(super) pairs: Vec<&'a Pair>,
    /// Sources so far with their entities, and the sentences that they stand in.
    pub(super) spoken: Vec<(Span, usize, usize)>,
    described: HashMap<Vec<String>, usize>,
    together: HashMap<Vec<usize>, usize>,
}

/// Names with one word in common that a shorter one is held against, the fullest first, and mentions of each that are.
/// Articles that people read have fewer.
const NAMESAKES: usize = 64;

impl<'a> Entities<'a> {
    /// Puts the article's names together.
    pub(super) fn new(document: &Document, names: &'a [Name]) -> Self {
        let text = document.text();
        let mut spellings: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
        for (index, name) in names.iter().enumerate() {
            spellings.entry(name_words(name.span.text(text))).or_default().push(index);
        }
        let mut spellings: Vec<Spelling> = spellings
            .into_iter()
            .map(|(words, mentions)| {
                let written = shown(names[mentions[0]].span.text(text));
                // `Ruiz administration` is nobody's name, whatever the tagger takes it for.
                let is_thing = written.rsplit(' ').next().is_some_and(|last| last.starts_with(char::is_lowercase));
                let person: f32 = mentions.iter().map(|&m| kinds(&names[m].voice)[0]).sum();
                let person = if is_thing { 0.0 } else { person / mentions.len() as f32 };
                Spelling {
                    initials: initials(&written),
                    is_capitals: written.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase),
                    person,
                    words,
                    mentions,
                }
            })
            .collect();
        // The fullest first, for shorter ones to find them.
        spellings.retain(|spelling| !spelling.words.is_empty());
        spellings.sort_by_key(|s| (std::cmp::Reverse(s.words.len()), s.mentions[0]));
        let mut all = Self {
            all: Vec::new(),
            names: names
                .iter()
                .map(|name| Named { span: name.span, entity: 0, sentence: document.sentences_of(name.span).start })
                .collect(),
            pairs: names.iter().map(|name| &name.voice.pair).collect(),
            spoken: Vec::new(),
            described: HashMap::new(),
            together: HashMap::new(),
        };
        let mut spelling_of = vec![0; names.len()];
        for (at, spelling) in spellings.iter().enumerate() {
            spelling.mentions.iter().for_each(|&mention| spelling_of[mention] = at);
        }
        let mut by_word: HashMap<String, Vec<usize>> = HashMap::new();
        let mut of_spelling: Vec<Vec<usize>> = Vec::new();
        // The spellings that mean one entity alone.
        let mut of_entity: HashMap<usize, Vec<usize>> = HashMap::new();
        for at in 0..spellings.len() {
            let spelling = &spellings[at];
            let key = if spelling.is_capitals && spelling.words.len() == 1 {
                [spelling.words[0].clone(), format!("={}", spelling.words[0])].to_vec()
            } else {
                spelling.words.clone()
            };
            let mut fuller: Vec<usize> = Vec::new();
            for word in &key {
                for &other in by_word.get(word).into_iter().flatten().take(NAMESAKES) {
                    if !fuller.contains(&other) && is_short_for(spelling, &spellings[other]) {
                        fuller.push(other);
                    }
                }
            }
            let bracketed = bracketed(text, &all.names, &spelling.mentions).map(|name| spelling_of[name]);
            let bracketed = bracketed.filter(|&full| full < at);
            let is_acronym = |full: usize| spelling.is_capitals || spelling.words == [spellings[full].initials.clone()];
            if let Some(full) = bracketed.filter(|&full| is_acronym(full)) {
                fuller = vec![full];
            }
            let mut known: Vec<usize> = fuller.iter().flat_map(|&other| of_spelling[other].iter().copied()).collect();
            known.sort_unstable();
            known.dedup();
            let entities = match known.len() {
                0 => {
                    all.all.push(Entity { is_named: true, ..Entity::default() });
                    let new = all.all.len() - 1;
                    spelling.mentions.iter().for_each(|&m| all.names[m].entity = new);
                    vec![new]
                }
                1 => {
                    spelling.mentions.iter().for_each(|&m| all.names[m].entity = known[0]);
                    known
                }
                // One of several: whom the tagger takes it for, where it stands.
                _ => {
                    let spelled = known.iter().flat_map(|entity| of_entity[entity].iter().map(move |&s| (*entity, s)));
                    let full: Vec<(usize, &[usize])> =
                        spelled.take(NAMESAKES).map(|(entity, s)| (entity, &*spellings[s].mentions)).collect();
                    for &mention in &spelling.mentions {
                        all.names[mention].entity = all.likeliest(text, mention, &full).unwrap_or(known[0]);
                    }
                    known
                }
            };
            if let [entity] = entities[..] {
                of_entity.entry(entity).or_default().push(at);
            }
            of_spelling.push(entities);
            for word in spelling.words.iter().cloned().chain([format!("={}", spelling.initials)]) {
                by_word.entry(word).or_default().push(at);
            }
        }
        all.governments(&spellings, &of_spelling);
        for (index, name) in names.iter().enumerate() {
            all.mention(document, all.names[index].entity, name.span, &name.voice);
        }
        all.name(text, &spellings);
        all
    }

    /// Of several full names' entities the one that is called by the title before this name, or else whose mentions fit it
    /// best: by the tagger's vectors, by how often it is named in full, and by how lately before.
    fn likeliest(&self, text: &str, mention: usize, full: &[(usize, &[usize])]) -> Option<usize> {
        let title = |name: usize| {
            let before = text[..self.names[name].span.start()].trim_end();
            let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
            word.starts_with(char::is_uppercase).then_some(word)
        };
        let own = title(mention);
        let mut best: Option<(f32, usize)> = None;
        for &(entity, mentions) in full {
            let later = mentions.partition_point(|&other| other < mention);
            let near = &mentions[later.saturating_sub(NAMESAKES / 2)..mentions.len().min(later + NAMESAKES / 2)];
            let fits = near.iter().map(|&other| self.pairs[mention].score(self.pairs[other]));
            let titled = own.is_some() && near.iter().any(|&other| title(other) == own);
            // Who has not been named in full yet is hardly meant.
            let lately = later.checked_sub(1).map_or(-4.0, |at| 1.0 / (mention - mentions[at]) as f32);
            let score = fits.fold(f32::NEG_INFINITY, f32::max) / 4.0
                + ln(mentions.len() as f32)
                + lately
                + if titled { 8.0 } else { 0.0 };
            if best.is_none_or(|(most, _)| score > most) {
                best = Some((score, entity));
            }
        }
        best.map(|(_, entity)| entity)
    }

    /// Has capitals, adjectives and `the Norwegian government` mean the state, where the article names that.
    fn governments(&mut self, spellings: &[Spelling], of: &[Vec<usize>]) {
        // `Paris` may be a part of somebody's name; what names nobody else is known better from the table.
        let is_shared = |entity: usize| of.iter().filter(|of| of.contains(&entity)).count() > 1;
        let known = |(spelling, of): (&Spelling, &Vec<usize>)| {
            let (state, is_name) = states::state(&spelling.words)?;
            (!spelling.is_person() || !is_shared(of[0])).then_some((state, is_name, of[0]))
        };
        let states: Vec<_> = spellings.iter().zip(of).filter_map(known).collect();
        for &(state, is_name, stand_in) in &states {
            let own = states.iter().find(|&&(other, is_own, _)| is_own && other == state);
            if let Some(&(_, _, entity)) = own.filter(|_| !is_name) {
                self.names.iter_mut().filter(|name| name.entity == stand_in).for_each(|name| name.entity = entity);
            }
        }
    }

    /// Gives each entity its fullest name; capitals only where it is never written otherwise.
    fn name(&mut self, text: &str, spellings: &[Spelling]) {
        let mut best: HashMap<usize, (bool, usize, bool, usize)> = HashMap::new();
        for spelling in spellings {
            let stands_in = states::state(&spelling.words).is_some_and(|(_, is_name)| !is_name);
            for &mention in &spelling.mentions {
                let Named { span, entity, .. } = self.names[mention];
                let written = shown(span.text(text));
                let written = written.strip_prefix("the ").or(written.strip_prefix("The ")).unwrap_or(&written);
                let is_written_out = !spelling.is_capitals || spelling.words.len() == 1;
                let rank = (!stands_in, spelling.words.len(), is_written_out, written.len());
                if best.get(&entity).is_none_or(|&known| rank > known) {
                    best.insert(entity, rank);
                    written.clone_into(&mut self.all[entity].name);
                }
            }
        }
    }

    /// What one more mention tells of an entity.
    fn mention(&mut self, document: &Document, entity: usize, span: Span, voice: &Voice) {
        let text = document.text();
        // What somebody is called is not what somebody is.
        let holds_own_name = |said: Span| {
            let first = self.names.partition_point(|name| name.span.end() <= said.start());
            let inside = self.names[first..].iter().take_while(|name| name.span.start() < said.end());
            inside.into_iter().any(|name| name.entity == entity)
        };
        let said = [voice.role, voice.affiliation].map(|said| said.filter(|&(span, _)| !holds_own_name(span)));
        let known = &mut self.all[entity];
        known.mentions += 1;
        for (sum, p) in known.kinds.iter_mut().zip(kinds(voice)) {
            *sum += p;
        }
        let mut learn = words(span.text(text));
        for (place, said) in [&mut known.role, &mut known.affiliation].into_iter().zip(said) {
            // What stands right before a name is likely meant for it.
            let right_before = |said: Span| text.get(said.end()..span.start()).is_some_and(|between| between == " ");
            let said = said.map(|(said, p)| (said, if right_before(said) { p.sqrt() } else { p }));
            if let Some((span, p)) = said.filter(|&(_, p)| place.is_none_or(|(_, most)| p > most)) {
                *place = Some((span, p));
                if p > LEAST_ROLE {
                    learn.extend(words(span.text(text)));
                }
            }
        }
        known.words.extend(learn);
        known.words.sort_unstable();
        known.words.dedup();
    }

    /// A source that means an entity.
    pub(super) fn spoke(&mut self, document: &Document, entity: usize, source: Span, voice: &'a Voice) {
        /// Sources to remember of an entity.
        const LAST: usize = 4;
        self.mention(document, entity, source, voice);
        let sources = &mut self.all[entity].sources;
        if sources.len() == LAST {
            sources.remove(0);
        }
        sources.push((source, &voice.pair));
        let sentence = document.sentences_of(source).start;
        self.spoken.push((source, entity, sentence));
    }

    /// The entity that is called what stands at `source`: one that was called so before, or a new one without a name.
    pub(super) fn describe(&mut self, document: &Document, source: Span) -> usize {
        let description = super::source::description(document.text(), source);
        let key = name_words(&description);
        *self.described.entry(key).or_insert_with(|| {
            self.all.push(Entity { name: description, ..Entity::default() });
            self.all.len() - 1
        })
    }

    /// The entity of several names together.
    pub(super) fn together(&mut self, names: &[usize]) -> usize {
        let mut members: Vec<usize> = Vec::new();
        for &name in names {
            let entity = self.names[name].entity;
            if !members.contains(&entity) {
                members.push(entity);
            }
        }
        if let [one] = members[..] {
            return one;
        }
        *self.together.entry(members.clone()).or_insert_with(|| {
            let names: Vec<&str> = members.iter().map(|&member| &*self.all[member].name).collect();
            let (last, others) = names.split_last().map_or(("", &names[..]), |(last, others)| (*last, others));
            let name = format!("{} and {last}", others.join(", "));
            self.all.push(Entity { name, is_named: true, members, ..Entity::default() });
            self.all.len() - 1
        })
    }

    /// Probabilities of an entity's kinds.
    pub(super) fn kinds(&self, entity: usize) -> [f32; Kind::ALL.len()] {
        let known = &self.all[entity];
        if !known.members.is_empty() {
            return std::array::from_fn(|at| f32::from(u8::from(Kind::ALL[at] == Kind::Group)));
        }
        let total: f32 = known.kinds.iter().sum();
        known.kinds.map(|sum| sum / total.max(f32::MIN_POSITIVE))
    }

    /// An entity written out.
    pub(super) fn speaker(&self, document: &Document, entity: usize) -> Speaker {
        let text = document.text();
        let known = &self.all[entity];
        let kinds = self.kinds(entity);
        let best = (0..Kind::ALL.len()).fold(0, |best, at| if kinds[at] > kinds[best] { at } else { best });
        let kind = Kind::ALL[best];
        let introduced = |said: Option<(Span, f32)>, least: f32| {
            said.filter(|&(_, p)| kind == Kind::Person && p >= least).map(|(span, _)| span)
        };
        let role = introduced(known.role, LEAST_ROLE);
        // A nationality is no affiliation, and nobody is one's own.
        let is_body = |name: &Named| {
            let of_name = self.kinds(name.entity);
            name.entity != entity
                && of_name[1] > of_name[0]
                && states::state(&name_words(name.span.text(text))).is_none()
        };
        let is_nationality = |said: &Span| {
            let state = states::state(&name_words(said.text(text)));
            state.is_some_and(|(_, is_own_name)| !is_own_name)
        };
        let affiliation = introduced(known.affiliation, LEAST_AFFILIATION)
            .map(|said| introduction::bare(text, said, &self.names))
            .filter(|said| !is_nationality(said))
            .or_else(|| introduction::body(text, role?, &self.names, is_body));
        Speaker { name: known.name.clone(), kind, named: known.is_named, role, affiliation, mentions: Vec::new() }
    }
}
