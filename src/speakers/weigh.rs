//! How much speaks for each of those whom a name may mean.

use std::collections::HashSet;

use super::Reason;
use super::form::words;
use super::gather::Found;
use super::merge::{Candidate, Merger};
use crate::extract::is_state;

/// What of an article's own words decides between several, beside how often each is named.
const NAMED_SO: f64 = 20.0;
const SAME_ROLE: f64 = 5.0;
const OTHER_ROLE: f64 = 0.5;
const SPEAKS_HERE: f64 = 0.2;

/// Found speakers of an entity that are looked at for roles.
const LOOKED_AT: usize = 32;

/// What a company's full name has more than its short one.
const MORE: [&str; 30] = [
    "motor",
    "motors",
    "group",
    "holdings",
    "holding",
    "bank",
    "airlines",
    "airways",
    "industries",
    "systems",
    "technologies",
    "technology",
    "international",
    "enterprises",
    "partners",
    "energy",
    "pharmaceuticals",
    "electronics",
    "foods",
    "stores",
    "brothers",
    "aerospace",
    "automotive",
    "news",
    "worldwide",
    "global",
    "insurance",
    "telecom",
    "software",
    "entertainment",
];

impl Merger<'_> {
    /// How much speaks for an entity before an article is looked at, and how much for one that the corpus does not name in
    /// full: in how many articles they are, or, of a body's short name, in how many it is called so.
    pub(super) fn weigh(&self, at: u32, entity: usize, reason: Reason) -> (f64, f64) {
        let into = &self.entities[entity];
        let articles = into.found.len() as f64;
        let own = self.nodes[at as usize].found.len() as f64;
        let any = |is: fn(&Self, u32, u32) -> bool| into.nodes.iter().any(|&full| is(self, at, full));
        match reason {
            Reason::Surname | Reason::Initial => (articles, 1.0),
            Reason::GivenName => (0.3 * articles, 3.0),
            Reason::Acronym => (articles + 10.0 * self.called(at, entity), 0.2),
            Reason::ShortName if any(Self::is_company) => (articles, 0.2),
            Reason::ShortName => (self.called(at, entity), 1.0 + own / 2.0),
            Reason::WithoutPlace if any(Self::is_of_whom_we_know) => (articles, 0.2),
            Reason::WithoutPlace => (articles, 1.0 + own / 2.0),
            _ => (articles, 0.05),
        }
    }

    /// In how many articles an entity is called by a name beside its fuller one.
    fn called(&self, at: u32, entity: usize) -> f64 {
        let key = |node: u32| self.all.texts.of(&self.nodes[node as usize].form.key());
        let Some(short) = key(at) else { return 0.0 };
        let of = |&full: &u32| self.all.called.get(&(key(full)?, short)).copied();
        self.entities[entity].nodes.iter().filter_map(of).map(f64::from).sum()
    }

    /// Whether what a body's fuller name has more is what companies are called by.
    fn is_company(&self, at: u32, full: u32) -> bool {
        let (short, full) = (&self.nodes[at as usize].form.words, &self.nodes[full as usize].form.words);
        // `Japan Airlines` is not Japan.
        !is_state(short)
            && full.len() > short.len()
            && full.starts_with(short)
            && full[short.len()..].iter().all(|word| MORE.contains(&word.as_str()))
    }

    /// Whether what a body's fuller name has in front is `us`, or the given name of somebody whose surname both have: `Ana
    /// Ruiz campaign`, `Ruiz campaign`.
    fn is_of_whom_we_know(&self, at: u32, full: u32) -> bool {
        let (short, full) = (&self.nodes[at as usize].form.words, &self.nodes[full as usize].form.words);
        let more = full.len().saturating_sub(short.len());
        full.ends_with(short) && (full[..more] == ["us"] || self.people.contains(&full[..=more].join(" ")))
    }

    /// How much an article's own words speak for a candidate.
    pub(super) fn fits(&self, found: &Found, candidate: &Candidate) -> f64 {
        let mut factor = 1.0;
        let before: HashSet<&str> = found.before.iter().map(|&word| self.all.texts.text(word)).collect();
        let is_called = candidate.given.iter().any(|given| before.contains(given.as_str()));
        match candidate.reason {
            Reason::Surname if is_called => factor *= NAMED_SO,
            // `Post` alone may be any.
            Reason::WithoutPlace if found.is_one_word => factor *= if is_called { NAMED_SO } else { 0.0 },
            _ => {}
        }
        let about = self.about(found);
        let is_known = |word: &str| candidate.about.contains(word);
        let shares = about.iter().any(|word| is_known(word)) || before.iter().any(|word| is_known(word));
        if shares {
            factor *= SAME_ROLE;
        } else if !about.is_empty() && !candidate.about.is_empty() {
            factor *= OTHER_ROLE;
        }
        // An article that has both kept them apart.
        if self.entities[candidate.entity].articles.contains(&found.article) {
            factor *= SPEAKS_HERE;
        }
        // Fathers and sons have one name; whoever leaves out which of them it is says by the role whom he means.
        if candidate.is_other_generation && !shares { 0.0 } else { factor }
    }

    /// What is known of an entity's roles and affiliations.
    pub(super) fn about_entity(&self, entity: usize) -> HashSet<String> {
        let found = self.entities[entity].found.iter().take(LOOKED_AT);
        found.flat_map(|&one| self.about(&self.all.found[one as usize])).collect()
    }

    /// Words of role and affiliation, but for those that say nothing.
    fn about(&self, found: &Found) -> Vec<String> {
        let texts = [found.role, found.affiliation].into_iter().flatten().map(|text| self.all.texts.text(text));
        texts.flat_map(words).filter(|word| word.chars().count() > 2 && word != "the" && word != "for").collect()
    }
}
