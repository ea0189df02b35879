//! The names of a corpus, fullest first: each is put to the fuller one that it most likely means, or begins a new speaker.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::candidates::{Index, is_short, reason};
use super::form::Form;
use super::gather::{Found, Gather};
use super::{Options, Reason, Speaker};
use crate::record::Kind;

/// All that has one name, compared, and is a person or is none.
pub(super) struct Node {
    pub(super) form: Form,
    is_person: bool,
    /// `Prime Minister` and `Ana Ruiz and Bo Lee`, which tell nothing of other names.
    is_alone: bool,
    pub(super) found: Vec<u32>,
}

/// Somebody, as far as is known.
#[derive(Default)]
pub(super) struct Entity {
    pub(super) found: Vec<u32>,
    pub(super) articles: HashSet<u32>,
    /// Numbers of the names that were put to it whole.
    pub(super) nodes: Vec<u32>,
    pub(super) merges: Vec<(u32, Reason, f64)>,
}

/// Somebody whom a name may mean.
pub(super) struct Candidate {
    pub(super) entity: usize,
    pub(super) reason: Reason,
    /// How much speaks for it before an article is looked at.
    weight: f64,
    /// How much speaks for somebody else, if it is by this reason.
    unknown: f64,
    /// Words of its roles and affiliations.
    pub(super) about: HashSet<String>,
    /// Words before its last one.
    pub(super) given: HashSet<String>,
    /// Whether one of the two is called `Jr.` and the other not.
    pub(super) is_other_generation: bool,
}

pub(super) struct Merger<'a> {
    pub(super) all: &'a Gather,
    pub(super) options: &'a Options,
    pub(super) nodes: Vec<Node>,
    pub(super) entities: Vec<Entity>,
    /// The entity of each node that is one whole.
    entity_of: HashMap<u32, usize>,
    index: Index,
    /// The keys of all full names of persons.
    pub(super) people: HashSet<String>,
}

impl Gather {
    /// The speakers of the corpus, those with the most claims first.
    pub fn finish(self, options: &Options) -> Vec<Speaker> {
        merge(&self, options)
    }
}

fn merge(all: &Gather, options: &Options) -> Vec<Speaker> {
    let nodes = nodes(all, options);
    let is_full = |node: &&Node| node.is_person && !is_short(&node.form);
    let mut merger = Merger {
        all,
        options,
        people: nodes.iter().filter(is_full).map(|node| node.form.key()).collect(),
        nodes,
        entities: Vec::new(),
        entity_of: HashMap::new(),
        index: Index::default(),
    };
    let mut order: Vec<u32> = (0..u32::try_from(merger.nodes.len()).expect("as many as there are names")).collect();
    // Stable, so that of equals the first to be met comes first.
    order.sort_by_key(|&node| {
        let node = &merger.nodes[node as usize];
        (node.is_person && is_short(&node.form), Reverse(node.form.words.len()), Reverse(node.found.len()))
    });
    order.into_iter().for_each(|node| merger.place(node));
    merger.speakers()
}

/// The names by class and key, in the order in which they are met.
fn nodes(all: &Gather, options: &Options) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut of_key: HashMap<(bool, String), usize> = HashMap::new();
    for (at, found) in (0..).zip(&all.found) {
        let form = Form::new(name(all, options, found), found.kind);
        let is_person = found.kind == Kind::Person;
        let together = found.kind == Kind::Group && all.texts.text(found.name).contains(" and ");
        if form.is_generic {
            nodes.push(Node { form, is_person, is_alone: true, found: vec![at] });
            continue;
        }
        let new = nodes.len();
        let node = *of_key.entry((is_person, form.key())).or_insert(new);
        if node == new {
            nodes.push(Node { form, is_person, is_alone: together, found: Vec::new() });
        }
        nodes[node].found.push(at);
    }
    // A name that is now a person's and now a body's is what it mostly is.
    let both: Vec<(usize, usize)> = (0..nodes.len())
        .filter(|&person| nodes[person].is_person && !nodes[person].is_alone)
        .filter_map(|person| Some((person, *of_key.get(&(false, nodes[person].form.key()))?)))
        .collect();
    for (person, body) in both {
        let (lesser, greater) =
            if nodes[person].found.len() > nodes[body].found.len() { (body, person) } else { (person, body) };
        let is_clear =
            nodes[person].form.words.len() > 1 || nodes[greater].found.len() >= 3 * nodes[lesser].found.len();
        if is_clear {
            let moved = std::mem::take(&mut nodes[lesser].found);
            nodes[greater].found.extend(moved);
            nodes[greater].found.sort_unstable();
        }
    }
    nodes.retain(|node| !node.found.is_empty());
    nodes
}

/// What a speaker is called: by a rule, if there is one.
pub(super) fn name<'a>(all: &'a Gather, options: &'a Options, found: &Found) -> &'a str {
    let written = all.texts.text(found.name);
    options.aliases.of(written, &all.articles[found.article as usize].id).unwrap_or(written)
}

impl Merger<'_> {
    /// Puts a name to an entity, or to one in each article, or makes a new one of it.
    fn place(&mut self, at: u32) {
        let node = &self.nodes[at as usize];
        // `Post` may be a paper whose whole name the article has.
        let is_told = !node.is_alone || node.form.is_generic && !node.is_person;
        let (candidates, too_many) = if is_told { self.candidates(at) } else { (Vec::new(), false) };
        let found = node.found.clone();
        let may_be_several = node.is_person && is_short(&node.form);
        let mut chosen: BTreeMap<usize, (Reason, Vec<(u32, f64)>)> = BTreeMap::new();
        let mut left = Vec::new();
        let known: f64 = candidates.iter().map(|candidate| self.entities[candidate.entity].found.len() as f64).sum();
        // A full name that is the usual one means one person, whatever rarer ones are fuller.
        let is_usual = node.is_person && !may_be_several && found.len() as f64 > known;
        for &one in &found {
            match self.choose((!is_usual).then_some(one), &candidates, too_many) {
                Some((candidate, p)) => {
                    chosen.entry(candidate.entity).or_insert((candidate.reason, Vec::new())).1.push((one, p));
                }
                None => left.push(one),
            }
        }
        let is_whole = chosen.len() + usize::from(!left.is_empty()) == 1;
        for (entity, (reason, found)) in chosen {
            let articles: Vec<u32> = found.iter().map(|&(one, _)| self.all.found[one as usize].article).collect();
            let into = &mut self.entities[entity];
            into.found.extend(found.iter().map(|&(one, _)| one));
            into.articles.extend(articles);
            into.merges.extend(found.iter().map(|&(one, p)| (one, reason, p)));
            if is_whole {
                self.own(at, entity);
            }
        }
        if may_be_several && !candidates.is_empty() && known + 1.0 > found.len() as f64 {
            // Who knows whether two of them are the same.
            left.into_iter().for_each(|one| self.begin(vec![one]));
        } else if !left.is_empty() {
            self.begin(left);
            self.own(at, self.entities.len() - 1);
        }
    }

    /// A new entity.
    fn begin(&mut self, found: Vec<u32>) {
        let articles = found.iter().map(|&one| self.all.found[one as usize].article).collect();
        self.entities.push(Entity { found, articles, ..Entity::default() });
    }

    /// Has a name mean one entity from now on.
    fn own(&mut self, at: u32, entity: usize) {
        self.entity_of.insert(at, entity);
        self.entities[entity].nodes.push(at);
        let node = &self.nodes[at as usize];
        if !node.is_alone {
            self.index.put(at, &node.form, node.is_person);
        }
    }

    /// The entities that a name may mean, each with the best reason, and whether there are more than can be told apart.
    fn candidates(&self, at: u32) -> (Vec<Candidate>, bool) {
        let node = &self.nodes[at as usize];
        let (others, too_many) = self.index.look(&node.form, node.is_person);
        let mut best: BTreeMap<usize, (Reason, bool)> = BTreeMap::new();
        for other in others {
            let full = &self.nodes[other as usize];
            let Some(&entity) = self.entity_of.get(&other).filter(|_| full.is_person == node.is_person) else {
                continue;
            };
            let Some(reason) = reason(&node.form, &full.form, node.is_person) else { continue };
            let is_other = node.form.generation != full.form.generation && !is_short(&node.form);
            let known = best.entry(entity).or_insert((reason, is_other));
            if (!is_other, reason.sure()) > (!known.1, known.0.sure()) {
                *known = (reason, is_other);
            }
        }
        let text = |name: u32| self.all.texts.text(name);
        let is_apart = |entity: usize| {
            self.options.aliases.keep_apart()
                && self.names(at).into_iter().any(|own| {
                    let nodes = self.entities[entity].nodes.iter();
                    let mut others = nodes.flat_map(|&node| self.names(node));
                    others.any(|other| self.options.aliases.are_apart(text(own), text(other)))
                })
        };
        let candidate = |(entity, (reason, is_other_generation))| {
            let (weight, unknown) = self.weigh(at, entity, reason);
            let (about, given) = (self.about_entity(entity), self.given(entity));
            Candidate { entity, reason, weight, unknown, about, given, is_other_generation }
        };
        (best.into_iter().filter(|&(entity, _)| !is_apart(entity)).map(candidate).collect(), too_many)
    }

    /// As articles write a node's name.
    fn names(&self, node: u32) -> HashSet<u32> {
        self.nodes[node as usize].found.iter().map(|&one| self.all.found[one as usize].name).collect()
    }

    /// Words that stand before an entity's last one.
    fn given(&self, entity: usize) -> HashSet<String> {
        let words = |&node: &u32| self.nodes[node as usize].form.words.split_last().map(|(_, given)| given);
        self.entities[entity].nodes.iter().filter_map(words).flatten().cloned().collect()
    }

    /// Whom a name means in an article, or in all of them, and how likely, if that is likely enough.
    fn choose<'a>(
        &self,
        one: Option<u32>,
        candidates: &'a [Candidate],
        too_many: bool,
    ) -> Option<(&'a Candidate, f64)> {
        let fits = |candidate: &Candidate| match one {
            Some(one) => self.fits(&self.all.found[one as usize], candidate),
            None => f64::from(u8::from(!candidate.is_other_generation)),
        };
        let weighed = candidates.iter().map(|candidate| (candidate, candidate.weight * fits(candidate)));
        let weighed: Vec<(&Candidate, f64)> = weighed.collect();
        let (best, weight) = weighed.iter().copied().reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        let total: f64 = weighed.iter().map(|&(_, weight)| weight).sum();
        let unknown = best.unknown + if too_many { total } else { 0.0 };
        let p = best.reason.sure() * weight / (total + unknown);
        (p >= self.options.least).then_some((best, p))
    }
}
