//! Who is being spoken of: what pronouns and shared surnames go by.

use std::collections::VecDeque;

use super::words::Word;

/// How a mention stands in its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grade {
    /// As the source of a claim.
    Speaker,
    /// As what the sentence is about.
    Subject,
    /// Elsewhere.
    Other,
    /// As an owner: `Ruiz's`, `his`.
    Owner,
}

/// Where a mention stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) sentence: usize,
    pub(super) paragraph: usize,
    /// Whether between quotation marks: another speaks there.
    pub(super) quoted: bool,
}

impl Place {
    pub(super) fn of(word: &Word) -> Self {
        Self { sentence: word.sentence, paragraph: word.paragraph, quoted: word.quoted }
    }
}

/// The last mentions of each entity.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    last: Option<(Place, Grade)>,
    /// Whether it ever spoke or was what a sentence is about.
    acted: bool,
    mentions: u32,
}

/// What has been mentioned up to here.
#[derive(Debug, Default)]
pub(super) struct Salience {
    known: Vec<Known>,
    /// The last entities mentioned, the latest first.
    recent: VecDeque<usize>,
    last_speaker: Option<usize>,
}

/// How many entities back a pronoun may reach, so that an article takes time by its length alone.
const REACH: usize = 32;

impl Salience {
    /// Takes note of a mention.
    pub(super) fn touch(&mut self, entity: usize, place: Place, grade: Grade) {
        if self.known.len() <= entity {
            self.known.resize(entity + 1, Known::default());
        }
        let known = &mut self.known[entity];
        // What is said in a quotation moves the reader's mind little.
        if place.quoted && known.last.is_some() {
            return;
        }
        known.acted |= matches!(grade, Grade::Speaker | Grade::Subject);
        known.mentions += u32::from(grade != Grade::Owner);
        let same = known.last.is_some_and(|(last, _)| last.sentence == place.sentence);
        if !same || stands(grade) >= known.last.map_or(0.0, |(_, grade)| stands(grade)) {
            known.last = Some((place, grade));
        }
        if grade == Grade::Speaker {
            self.last_speaker = Some(entity);
        }
        if self.recent.front() != Some(&entity) {
            self.recent.retain(|&other| other != entity);
            self.recent.push_front(entity);
            self.recent.truncate(REACH);
        }
    }

    /// The last entities mentioned, the latest first.
    pub(super) fn recent(&self) -> impl Iterator<Item = usize> {
        self.recent.iter().copied()
    }

    /// Whether it spoke or was what a sentence is about.
    pub(super) fn acted(&self, entity: usize) -> bool {
        self.known.get(entity).is_some_and(|known| known.acted)
    }

    /// How many sentences ago it was mentioned; `None` if never.
    pub(super) fn distance(&self, entity: usize, here: Place) -> Option<usize> {
        let (last, _) = self.known.get(entity)?.last?;
        Some(here.sentence.saturating_sub(last.sentence))
    }

    /// How much an entity is in mind at `here`; `None` if it was not mentioned yet.
    pub(super) fn score(&self, entity: usize, here: Place) -> Option<f64> {
        let known = self.known.get(entity)?;
        let (last, grade) = known.last?;
        let sentences = here.sentence.saturating_sub(last.sentence) as f64;
        let paragraphs = here.paragraph.saturating_sub(last.paragraph) as f64;
        let mut score = stands(grade) - 0.5 * sentences.min(8.0) - 0.2 * paragraphs.min(8.0);
        score += 0.3 * f64::from(known.mentions.min(20)).ln_1p();
        if self.last_speaker == Some(entity) {
            score += 0.8;
        }
        if last.quoted {
            score -= 1.5;
        }
        Some(score)
    }

    /// The one of `entities` that is most in mind; those that were not mentioned yet come last, in order.
    pub(super) fn best(&self, entities: impl Iterator<Item = usize>, here: Place) -> Option<usize> {
        let mut out: Option<(usize, f64)> = None;
        for entity in entities.take(64) {
            let score = self.score(entity, here).unwrap_or(f64::MIN);
            if out.is_none_or(|(_, most)| score > most) {
                out = Some((entity, score));
            }
        }
        out.map(|(entity, _)| entity)
    }
}

fn stands(grade: Grade) -> f64 {
    match grade {
        Grade::Speaker => 1.5,
        Grade::Subject => 1.0,
        Grade::Other => 0.2,
        Grade::Owner => 0.0,
    }
}
