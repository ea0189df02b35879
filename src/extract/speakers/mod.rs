//! Who speaks: each claim's source, or its quotation where it has none, and the article's entities.
//!
//! Names are what the tagger found; `names` puts those of one entity together by their letters. Then the article is read
//! in order: of the entities that a source may mean (`features`) a scorer that was learned ([`crate::tagger::Scorer`]) takes the
//! likeliest, or none, and then the source begins an entity without a name (after Lee et al., *End-to-end Neural
//! Coreference Resolution*, EMNLP 2017). What is certain is not left to it: a source with a name at its head means a name
//! that stands in it, or nobody who was met before.

mod features;
mod gender;
mod introduction;
mod names;
mod questions;
mod source;
mod spelling;
mod states;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

#[doc(hidden)]
pub use questions::{GoldSpeaker, Question, questions};
pub(crate) use states::is_state;

use super::attributions::Attribution;
use crate::document::Document;
use crate::math::exp;
use crate::span::Span;
use crate::tagger::{Features, TaggedDocument, Voice};
use crate::terms::Kind;
use features::Asked;
use names::Entities;
use source::Form;

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

/// A name where it stands.
#[derive(Clone, Debug)]
struct Named {
    span: Span,
    /// Whose it is, an index into [`Entities::all`].
    entity: usize,
    sentence: usize,
}

/// An entity that a claim's speaker may be, as `resolve` asks of it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its name as it would be written, or what it is first called; `None` stands for nobody who was met before.
    pub name: Option<String>,
    /// What speaks for it.
    pub features: Features,
}

/// What it costs, in logits, that a given name is of the other gender than the pronoun.
const CONTRADICTION: f32 = 5.0;

/// A role counts where it is at least this likely, and an affiliation. Chosen on dev.
const LEAST_ROLE: f32 = 0.2;
const LEAST_AFFILIATION: f32 = 0.12;

/// The speakers of the claims in the order of their first mention, and of each claim its speaker, an index, with the
/// probability that it is the right one. `within` says of each which one holds it; `score` says of a candidate's features
/// how likely it is, in logits.
pub(crate) fn resolve(
    tagged: &TaggedDocument,
    attributions: &[Attribution<'_>],
    within: &[Option<usize>],
    score: impl Fn(&Features) -> f32,
) -> (Vec<Speaker>, Vec<Option<(usize, f32)>>) {
    choose(tagged, attributions, within, |_, form, candidates| {
        let mut scores: Vec<f32> = candidates.iter().map(|candidate| score(&candidate.features)).collect();
        for (score, candidate) in scores.iter_mut().zip(candidates) {
            if candidate.name.as_ref().is_some_and(|name| gender::contradicts(form, name)) {
                *score -= CONTRADICTION;
            }
        }
        // A personal pronoun means somebody.
        if let (Form::He | Form::She | Form::They | Form::It, [_, .., nobody]) = (form, &mut scores[..]) {
            *nobody = f32::MIN;
        }
        let best = (0..scores.len()).fold(0, |best, at| if scores[at] > scores[best] { at } else { best });
        let total: f32 = scores.iter().map(|s| exp(s - scores[best])).sum();
        (best, 1.0 / total)
    })
}

/// The same, but `choose` takes one of the candidates of a claim (its number among `attributions`), the last of which is nobody
/// who was met before, and says how sure it is.
fn choose(
    tagged: &TaggedDocument,
    attributions: &[Attribution<'_>],
    within: &[Option<usize>],
    mut choose: impl FnMut(usize, Form, &[Candidate]) -> (usize, f32),
) -> (Vec<Speaker>, Vec<Option<(usize, f32)>>) {
    let document = &tagged.document;
    let mut entities = Entities::new(document, &tagged.names);
    let mut found: Vec<Option<(usize, f32)>> = vec![None; attributions.len()];
    let mut of_source: HashMap<Span, (usize, f32)> = HashMap::new();
    let mut last = None;
    for (index, claim) in attributions.iter().enumerate() {
        let Some(voice) = claim.voice else { continue };
        if let Some(&known) = claim.source.and_then(|source| of_source.get(&source)) {
            found[index] = Some(known);
            last = Some(known.0);
            continue;
        }
        let span = claim.source.unwrap_or(claim.content[0]);
        let form = claim.source.map_or(Form::None, |source| source::form(document.text(), source));
        // Whose claim it stands in, and whose it would be if the text did not change the speaker.
        let outer = within[index].and_then(|outer| found[outer]).map(|(speaker, _)| speaker);
        let asked = Asked { span, has_source: claim.source.is_some(), form, voice, outer, last };
        let (entity, probability) = match source::members(document.text(), claim.source, &entities.names) {
            members if members.len() > 1 => (entities.together(&members), 1.0),
            _ => {
                let (of, candidates) = features::candidates(&entities, document, &asked);
                let (best, probability) = choose(index, form, &candidates);
                match of[best] {
                    Some(entity) => (entity, probability),
                    // Nobody is meant, or somebody new.
                    None if matches!(form, Form::None | Form::Other) => continue,
                    None => (entities.describe(document, span), probability),
                }
            }
        };
        found[index] = Some((entity, probability));
        last = Some(entity);
        if let Some(source) = claim.source {
            entities.spoke(document, entity, source, voice);
            of_source.insert(source, (entity, probability));
        }
    }
    speakers(&entities, document, attributions, found)
}

/// Entities that speak, as speakers.
fn speakers(
    entities: &Entities<'_>,
    document: &Document,
    attributions: &[Attribution<'_>],
    mut found: Vec<Option<(usize, f32)>>,
) -> (Vec<Speaker>, Vec<Option<(usize, f32)>>) {
    let mut of_entity: HashMap<usize, usize> = HashMap::new();
    let mut out: Vec<Speaker> = Vec::new();
    let mut by_place: Vec<usize> = (0..attributions.len()).filter(|&index| found[index].is_some()).collect();
    let place = |index: usize| attributions[index].source.unwrap_or(attributions[index].content[0]);
    by_place.sort_by_key(|&index| place(index));
    for index in by_place {
        let Some((entity, _)) = found[index] else { continue };
        let speaker = *of_entity.entry(entity).or_insert_with(|| {
            out.push(entities.speaker(document, entity));
            out.len() - 1
        });
        let mentions = &mut out[speaker].mentions;
        mentions.extend(attributions[index].source.filter(|source| mentions.last() != Some(source)));
    }
    for known in found.iter_mut().flatten() {
        known.0 = of_entity[&known.0];
    }
    (out, found)
}

/// Probabilities of kinds.
fn kinds(voice: &Voice) -> [f32; Kind::ALL.len()] {
    let scores = &voice.kinds[..Kind::ALL.len()];
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exps: [f32; Kind::ALL.len()] = std::array::from_fn(|at| exp(scores[at] - most));
    let total: f32 = exps.iter().sum();
    exps.map(|e| e / total)
}
