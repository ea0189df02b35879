//! The speakers of a corpus, made of what was put together.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::form::{Form, words};
use super::gather::Found;
use super::merge::{Entity, Merger, name};
use super::{Mention, Merge, Reason, Speaker, Variant};
use crate::record::{Kind, rounded};

impl Merger<'_> {
    /// All of them, those with the most claims first.
    pub(super) fn speakers(mut self) -> Vec<Speaker> {
        let entities = std::mem::take(&mut self.entities);
        let mut speakers: Vec<Speaker> = entities.iter().map(|entity| self.speaker(entity)).collect();
        speakers.sort_by(|a, b| (b.claims, b.articles).cmp(&(a.claims, a.articles)).then_with(|| a.name.cmp(&b.name)));
        let mut taken: HashMap<String, u32> = HashMap::new();
        for speaker in &mut speakers {
            let id = words(&speaker.name).join("-");
            let id = if id.is_empty() { "speaker".to_owned() } else { id };
            let times = taken.entry(id.clone()).or_default();
            *times += 1;
            // `ana-ruiz--2` is nobody's name.
            speaker.id = if *times == 1 { id } else { format!("{id}--{times}") };
        }
        speakers
    }

    fn speaker(&self, entity: &Entity) -> Speaker {
        let all = self.all;
        let mut found: Vec<u32> = entity.found.clone();
        found.sort_unstable();
        let found: Vec<&Found> = found.iter().map(|&one| &all.found[one as usize]).collect();
        let names = tally(found.iter().map(|one| name(all, self.options, one)));
        let is_rule = |name: &str| {
            names.iter().any(|(n, _)| *n == name) && !found.iter().any(|one| all.texts.text(one.name) == name)
        };
        let kinds = tally(found.iter().map(|one| one.kind));
        let kind = kinds[0].0;
        let share = found.len() as f64 / 10.0;
        let fullest = names.iter().filter(|(_, articles)| *articles as f64 >= share).fold(names[0], |best, next| {
            let rank = |(name, _): (&str, u64)| {
                let titles = if kind == Kind::Person { Form::new(name, kind).titles.len() } else { 0 };
                (is_rule(name), words(name).len() - titles, Reverse(titles))
            };
            if rank(*next) > rank(best) { *next } else { best }
        });
        let written = tally(found.iter().map(|one| all.texts.text(one.name)));
        let text = |of: fn(&Found) -> Option<u32>| {
            tally(found.iter().filter_map(|one| of(one)).map(|text| all.texts.text(text)))
                .first()
                .map(|(text, _)| (*text).to_owned())
        };
        let mut articles: Vec<u32> = found.iter().map(|one| one.article).collect();
        articles.dedup();
        let dates: Vec<&str> = articles
            .iter()
            .filter_map(|&article| all.articles[article as usize].date)
            .map(|date| all.texts.text(date))
            .collect();
        Speaker {
            id: String::new(),
            external_id: None,
            name: fullest.0.to_owned(),
            kind,
            role: text(|one| one.role),
            affiliation: text(|one| one.affiliation),
            articles: articles.len() as u64,
            claims: found.iter().map(|one| u64::from(one.claims)).sum(),
            hedged: found.iter().map(|one| u64::from(one.hedged)).sum(),
            first: dates.iter().min().map(|date| (*date).to_owned()),
            last: dates.iter().max().map(|date| (*date).to_owned()),
            merges: self.merges(entity, fullest.0, &found),
            mentions: found
                .iter()
                .map(|one| Mention {
                    article: all.articles[one.article as usize].id.to_string(),
                    speaker: one.speaker.to_string(),
                })
                .collect(),
            names: written.into_iter().map(|(name, articles)| Variant { name: name.to_owned(), articles }).collect(),
        }
    }

    /// What was put to the entity, name by name: by a rule, by another name's key, or by its own.
    fn merges(&self, entity: &Entity, into: &str, found: &[&Found]) -> Vec<Merge> {
        let mut merges: BTreeMap<(&str, Reason), (f64, u64)> = BTreeMap::new();
        let mut add = |name, reason, p| {
            let (sum, articles) = merges.entry((name, reason)).or_default();
            *sum += p;
            *articles += 1;
        };
        let called = |one: &Found| name(self.all, self.options, one);
        let put: HashSet<&str> =
            entity.merges.iter().map(|&(one, _, _)| called(&self.all.found[one as usize])).collect();
        for &(one, reason, p) in &entity.merges {
            add(called(&self.all.found[one as usize]), reason, p);
        }
        for one in found {
            let written = self.all.texts.text(one.name);
            if called(one) != written {
                add(written, Reason::Alias, Reason::Alias.sure());
            } else if written != into && !put.contains(written) {
                add(written, Reason::SameName, Reason::SameName.sure());
            }
        }
        let merge = |((name, reason), (sum, articles)): ((&str, Reason), (f64, u64))| Merge {
            name: name.to_owned(),
            into: into.to_owned(),
            reason,
            probability: rounded(sum / articles as f64),
            articles,
        };
        merges
            .into_iter()
            .map(merge)
            .filter(|merge| merge.name != merge.into || merge.reason == Reason::Alias)
            .collect()
    }
}

/// How often each comes, the most frequent first, of equals the one that came first.
fn tally<T: Copy + PartialEq + Eq + std::hash::Hash>(all: impl Iterator<Item = T>) -> Vec<(T, u64)> {
    let mut counts: Vec<(T, u64)> = Vec::new();
    let mut at: HashMap<T, usize> = HashMap::new();
    for one in all {
        let new = counts.len();
        let place = *at.entry(one).or_insert(new);
        if place == new {
            counts.push((one, 0));
        }
        counts[place].1 += 1;
    }
    counts.sort_by_key(|&(_, count)| Reverse(count));
    counts
}
