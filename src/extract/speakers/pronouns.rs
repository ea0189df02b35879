//! Whom a pronoun means.
//!
//! | pronoun | sieve |
//! |---|---|
//! | `he`, `she` | the person most in mind, of that gender or none known |
//! | `who`, `which`, `that` | the name or source right before it |
//! | `they` | the last several that spoke, within two sentences |
//! | `it` | the last thing that spoke, within two sentences |
//! | `I` | who a quotation around it belongs to: the next other source of the paragraph, or else the last |
//! | `we`, `you`, `someone` | nobody |

use std::ops::Range;

use super::introductions::named_by;
use super::lexicon::{Gender, noun};
use super::mention::Pronoun;
use super::nominals::person;
use super::salience::Place;
use super::words::{Gap, Words};
use super::{Kind, Reading};

/// How many sentences back `they` and `it` may reach.
const NEAR: usize = 2;

pub(super) fn gender(word: &str) -> Option<Gender> {
    match word {
        "he" | "him" | "his" => Some(Gender::Male),
        "she" | "her" => Some(Gender::Female),
        _ => None,
    }
}

pub(super) fn resolve(reading: &Reading<'_>, pronoun: Pronoun, source: &Range<usize>) -> Option<usize> {
    let here = Place { quoted: false, ..Place::of(reading.words.at(source.start)) };
    let near = |last: Option<(usize, usize)>| {
        last.filter(|&(_, sentence)| here.sentence.saturating_sub(sentence) <= NEAR).map(|(entity, _)| entity)
    };
    match pronoun {
        Pronoun::He => person(&reading.entities, &reading.salience, Some(Gender::Male), here),
        Pronoun::She => person(&reading.entities, &reading.salience, Some(Gender::Female), here),
        Pronoun::They => near(reading.last_group),
        Pronoun::It => near(reading.last_thing),
        Pronoun::Relative => before(reading, source.start),
        Pronoun::I | Pronoun::Open => None,
    }
}

/// What stands right before `who`.
fn before(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let words = reading.words;
    let last = at.checked_sub(1)?;
    let name = named_by(reading.names, last).and_then(|name| reading.entities.known(name));
    let person = |&entity: &usize| reading.entities.all[entity].is_person();
    let sure = |&entity: &usize| reading.entities.all[entity].kind == Some(Kind::Person);
    if words.lower(at) != "who" && name.is_some() || name.as_ref().is_some_and(sure) {
        return name;
    }
    let noun = noun(words.str(last));
    let source =
        reading.last_source.filter(|&(_, sentence)| sentence == words.at(at).sentence).map(|(entity, _)| entity);
    if name.is_none() && noun.is_some_and(|noun| noun.plural)
        || words.lower(last).ends_with('s') && noun.is_none() && words.gap(at) == Gap::Space
    {
        return source.filter(|&entity| reading.entities.all[entity].plural);
    }
    // `John Bentel, a tech staffer at the State Department who`, `Donna Rawlings, 59, of Ashton, who`
    let start = last.saturating_sub(14);
    let commas = (start..=last).rev().filter(|&comma| words.gap(comma) == Gap::Comma);
    let mut named =
        commas.filter_map(|comma| reading.entities.known(named_by(reading.names, comma - 1)?)).filter(person);
    source.or_else(|| named.next())
}

/// Whether the source is `I` or the like.
pub(super) fn is_i(words: &Words<'_>, source: &Range<usize>) -> bool {
    source.len() == 1 && matches!(words.lower(source.start).as_str(), "i" | "me" | "my" | "myself" | "i'm" | "i’m")
}

/// The speaker of the quotation that the source at `index` stands in.
pub(super) fn of_quotation(
    words: &Words<'_>,
    sources: &[Range<usize>],
    entities: &[Option<usize>],
    index: usize,
) -> Option<usize> {
    let here = words.at(sources[index].start);
    let other = |&at: &usize| {
        let word = words.at(sources[at].start);
        !word.quoted && word.paragraph == here.paragraph
    };
    let near = |at: &usize| words.at(sources[*at].start).paragraph == here.paragraph;
    let after = (index + 1..sources.len()).take(32).take_while(near).find(other);
    let before = (0..index).rev().take(32).take_while(near).find(other);
    here.quoted.then(|| after.or(before)).flatten().and_then(|at| entities[at])
}
