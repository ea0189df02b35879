//! What records tell of their speakers, kept small: a corpus has millions of them.

use std::collections::{BTreeMap, HashMap};

use super::form::{Form, words};
use crate::record::{Kind, Record};

/// Collects the named speakers of a corpus' records.
#[derive(Debug, Default)]
pub struct Gather {
    pub(super) texts: Texts,
    pub(super) articles: Vec<Article>,
    pub(super) found: Vec<Found>,
    /// Of a body's name, compared, what articles call it beside: in how many.
    pub(super) called: HashMap<(u32, u32), u32>,
}

/// Texts by number, each once.
#[derive(Debug, Default)]
pub(super) struct Texts {
    numbers: HashMap<Box<str>, u32>,
    all: Vec<Box<str>>,
}

impl Texts {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = u32::try_from(self.all.len()).expect("fewer names than fit in memory");
        self.numbers.insert(text.into(), number);
        self.all.push(text.into());
        number
    }

    pub(super) fn text(&self, number: u32) -> &str {
        &self.all[number as usize]
    }

    pub(super) fn of(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }
}

#[derive(Debug)]
pub(super) struct Article {
    pub(super) id: Box<str>,
    pub(super) date: Option<u32>,
}

/// A speaker of one article.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) article: u32,
    /// Its id in the record.
    pub(super) speaker: Box<str>,
    pub(super) name: u32,
    pub(super) kind: Kind,
    pub(super) role: Option<u32>,
    pub(super) affiliation: Option<u32>,
    pub(super) claims: u32,
    pub(super) hedged: u32,
    /// Whether its name is one word.
    pub(super) is_one_word: bool,
    /// Words that stand before such a name wherever the article has it: given names and titles.
    pub(super) before: Vec<u32>,
}

/// Words before a surname that are kept.
const BEFORE: usize = 8;

impl Gather {
    /// Adds a record's speakers. An article that is a duplicate has none.
    pub fn add(&mut self, record: &Record) {
        let article = u32::try_from(self.articles.len()).expect("fewer articles than fit in memory");
        let date = record.date.as_deref().map(|date| self.texts.number(date));
        self.articles.push(Article { id: record.id.as_str().into(), date });
        let mut of_speaker: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
        for claim in &record.claims {
            if let Some(speaker) = &claim.speaker {
                let (claims, hedged) = of_speaker.entry(speaker).or_default();
                *claims += 1;
                *hedged += u32::from(!claim.hedges.is_empty());
            }
        }
        for speaker in record.speakers.iter().filter(|speaker| speaker.named) {
            let form = Form::new(&speaker.name, speaker.kind);
            let (claims, hedged) = of_speaker.get(speaker.id.as_str()).copied().unwrap_or_default();
            let before = if form.words.len() == 1 {
                self.before(&record.text, speaker.name.rsplit(' ').next().unwrap_or(&speaker.name), &form)
            } else {
                Vec::new()
            };
            if speaker.kind != Kind::Person {
                let own = self.texts.number(&form.key());
                let mut seen: Vec<u32> = speaker
                    .mentions
                    .iter()
                    .filter(|mention| {
                        mention.text.len() < speaker.name.len() && mention.text.contains(char::is_uppercase)
                    })
                    .map(|mention| self.texts.number(&Form::new(&mention.text, speaker.kind).key()))
                    .filter(|&called| called != own)
                    .collect();
                seen.sort_unstable();
                seen.dedup();
                seen.into_iter().for_each(|called| *self.called.entry((own, called)).or_default() += 1);
            }
            let mut text = |span: &Option<crate::record::Span>| {
                span.as_ref().map(|span| self.texts.number(&span.text.split_whitespace().collect::<Vec<_>>().join(" ")))
            };
            let (role, affiliation) = (text(&speaker.role), text(&speaker.affiliation));
            self.found.push(Found {
                article,
                speaker: speaker.id.as_str().into(),
                name: self.texts.number(&speaker.name),
                kind: speaker.kind,
                role,
                affiliation,
                claims,
                hedged,
                is_one_word: form.words.len() == 1,
                before,
            });
        }
    }

    /// The capitalised words that stand right before `name` in `text`, and the titles of its form.
    fn before(&mut self, text: &str, name: &str, form: &Form) -> Vec<u32> {
        let mut before: Vec<u32> = form.titles.iter().map(|title| self.texts.number(title)).collect();
        for (at, _) in text.match_indices(name).take(4 * BEFORE) {
            let lead = text[..at].trim_end_matches(' ');
            let is_whole = lead.len() < at && !text[at + name.len()..].starts_with(char::is_alphanumeric);
            let word = lead.rsplit(char::is_whitespace).next().unwrap_or_default();
            if is_whole && word.starts_with(char::is_uppercase) {
                for word in words(word) {
                    let word = self.texts.number(&word);
                    if before.len() < BEFORE && !before.contains(&word) {
                        before.push(word);
                    }
                }
            }
        }
        before
    }

    /// How many articles there were.
    pub fn articles(&self) -> usize {
        self.articles.len()
    }
}
