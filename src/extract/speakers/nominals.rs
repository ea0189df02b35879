//! Whom a source without a name means: `the senator`, `his lawyer`, `analysts`.
//!
//! A definite nominal goes to the last entity that its noun describes, by an introduction anywhere in the article or by
//! the name (`the museum`), then to an unnamed one of the same noun. `the man`, `the candidate`, `the company` and the
//! like, which may be said of anybody, go to who is most in mind. All others are somebody new.

use super::Kind;
use super::entities::{Entities, Entity};
use super::lexicon::{Gender, among, is_people};
use super::mention::{Determiner, Nominal};
use super::salience::{Place, Salience};
use super::words::{Case, is_function};

/// Classes of persons that say nothing of who it is.
const ANYBODY: &str = "man woman candidate businessman businesswoman billionaire mogul celebrity newcomer";

/// Classes of organizations that say nothing of which it is.
const ANY_ORGANIZATION: &str =
    "company bank network agency alliance bloc club team newspaper group association organization fund";

/// The entity that `nominal` means, an existing or a new one.
pub(super) fn resolve(
    entities: &mut Entities<'_>,
    salience: &Salience,
    nominal: &Nominal,
    owner: Option<usize>,
) -> usize {
    let here = Place::of(entities.words.at(nominal.head));
    let known = match nominal.determiner {
        Determiner::Possessed => possessed(entities, nominal, owner),
        _ if nominal.plural => several(entities, salience, nominal, here),
        Determiner::Definite => definite(entities, salience, nominal, here),
        Determiner::Indefinite if is_headline(entities, nominal) => described(entities, salience, nominal, here),
        Determiner::Indefinite => introduced_by_name(entities, nominal),
    };
    known.unwrap_or_else(|| unnamed(entities, nominal, owner))
}

/// `Senator from Texas`: headlines leave out articles.
fn is_headline(entities: &Entities<'_>, nominal: &Nominal) -> bool {
    let first = entities.words.at(nominal.words.start);
    nominal.noun.is_some_and(|noun| noun.kind == Some(Kind::Person))
        && nominal.head == nominal.words.start
        && first.case == Case::Capital
}

fn definite(entities: &mut Entities<'_>, salience: &Salience, nominal: &Nominal, here: Place) -> Option<usize> {
    // Who was `the company` once will be it again.
    let called = nominal.noun.filter(|_| nominal.modifiers.is_empty()).and_then(|noun| entities.called.get(noun.class));
    if let Some(found) = called.copied().or_else(|| described(entities, salience, nominal, here)) {
        return Some(found);
    }
    let words = entities.words;
    let head = words.lower(nominal.head);
    let former = nominal.modifiers.clone().any(|at| words.str(at) == "former");
    let noun = nominal.noun;
    let gender = noun.and_then(|noun| noun.gender);
    let anybody = noun.is_none() && is_people(&head)
        || noun.is_some_and(|noun| noun.kind == Some(Kind::Person) && (former || among(ANYBODY, noun.class)));
    if anybody {
        return person(entities, salience, gender, here);
    }
    let any = noun.is_some_and(|noun| noun.kind == Some(Kind::Organization) && among(ANY_ORGANIZATION, noun.class));
    let plain = nominal.modifiers.is_empty();
    let organization = |&entity: &usize| {
        let known = &entities.all[entity];
        known.kind == Some(Kind::Organization) && known.name.is_some() && !known.is_place && salience.acted(entity)
    };
    if !(any && plain) {
        return None;
    }
    let found = salience.best(salience.recent().filter(organization), here)?;
    if let Some(noun) = noun {
        entities.called.insert(noun.class, found);
    }
    Some(found)
}

/// `A Senate panel`, of which the article gives the name later: the next one of that noun with those words.
fn introduced_by_name(entities: &Entities<'_>, nominal: &Nominal) -> Option<usize> {
    let words = entities.words;
    let noun = nominal.noun.filter(|noun| noun.kind == Some(Kind::Organization))?;
    let capital = |at: usize| words.at(at).case == Case::Capital && !is_function(&words.lower(at));
    if nominal.modifiers.is_empty() || !nominal.modifiers.clone().all(capital) {
        return None;
    }
    let fits = |&entity: &usize| {
        let known = &entities.all[entity];
        let organization = known.kind == Some(Kind::Organization) && known.name.is_some();
        organization
            && known.first.start > nominal.head
            && nominal.modifiers.clone().all(|at| known.described.contains(&words.lower(at)))
    };
    entities.by_class.get(noun.class)?.iter().copied().take(32).find(fits)
}

/// The person most in mind.
pub(super) fn person(
    entities: &Entities<'_>,
    salience: &Salience,
    gender: Option<Gender>,
    here: Place,
) -> Option<usize> {
    const FARTHEST: usize = 12;
    let fits = |&entity: &usize| {
        let known = &entities.all[entity];
        let near = salience.distance(entity, here).is_some_and(|distance| distance <= FARTHEST);
        let person = known.is_person() && (known.kind.is_some() || salience.acted(entity));
        person && known.may_be(gender) && near
    };
    let sure = |entity: usize| {
        let known = &entities.all[entity];
        let by_gender = if gender.is_some() && known.gender == gender { 1.0 } else { 0.0 };
        by_gender + if known.kind == Some(Kind::Person) { 0.5 } else { 0.0 }
    };
    let mut out: Option<(usize, f64)> = None;
    for entity in salience.recent().filter(fits) {
        let score = salience.score(entity, here).unwrap_or(f64::MIN) + sure(entity);
        if out.is_none_or(|(_, most)| score > most) {
            out = Some((entity, score));
        }
    }
    out.map(|(entity, _)| entity)
}

/// The last entity that the nominal's noun describes and that no modifier speaks against.
fn described(entities: &Entities<'_>, salience: &Salience, nominal: &Nominal, here: Place) -> Option<usize> {
    let noun = nominal.noun?;
    let words = entities.words;
    let fits = |&entity: &usize| {
        let known = &entities.all[entity];
        let kind = known.kind.is_none() || known.kind == noun.kind;
        let gender = known.may_be(noun.gender);
        let modifier = |at: usize| {
            let lower = words.lower(at);
            let capital = words.at(at).case != Case::Lower && noun.kind == Some(Kind::Person);
            capital
                || known.described.contains(&lower)
                || among("former then current new same second third top main leading largest biggest oldest", &lower)
        };
        kind && gender && !known.plural && nominal.modifiers.clone().all(modifier)
    };
    let listed = entities.by_class.get(noun.class)?;
    // Only the latest, so that an article takes time by its length alone.
    let latest = listed.iter().rev().take(32).copied().filter(fits);
    let (mut seen, unseen): (Vec<usize>, Vec<usize>) =
        latest.partition(|&entity| salience.score(entity, here).is_some());
    // A thing is called by its name first, and then by its noun.
    let named = |entity: &usize| entities.all[*entity].name.is_some();
    if noun.kind != Some(Kind::Person) && seen.iter().any(named) {
        seen.retain(named);
    }
    // Who is named only later must be the only one, and bear the noun in its name.
    let head = words.lower(nominal.head);
    let called = |entity: &&usize| {
        let name = entities.all[**entity].name.clone();
        name.is_some_and(|mut name| is_headline(entities, nominal) || name.any(|at| words.lower(at) == head))
    };
    let later = || single(unseen.iter().filter(called).copied());
    salience.best(seen.into_iter(), here).or_else(later)
}

fn single(mut items: impl Iterator<Item = usize>) -> Option<usize> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

/// `his attorney`: somebody whom the article introduces as that of the owner, perhaps later.
fn possessed(entities: &Entities<'_>, nominal: &Nominal, owner: Option<usize>) -> Option<usize> {
    let noun = nominal.noun.filter(|noun| noun.kind == Some(Kind::Person) && !noun.plural)?;
    let owner = entities.all[owner?].name.clone()?;
    let last = entities.words.lower(owner.end - 1);
    let belongs = |&entity: &usize| {
        let affiliation = entities.all[entity].affiliation.clone();
        affiliation.is_some_and(|mut words| words.any(|at| entities.words.lower(at) == last))
    };
    entities.by_class.get(noun.class)?.iter().copied().take(32).find(belongs)
}

/// `the officials`, `the two men`: a group known by its noun, or those just spoken of.
fn several(entities: &mut Entities<'_>, salience: &Salience, nominal: &Nominal, here: Place) -> Option<usize> {
    if nominal.determiner != Determiner::Definite {
        return None;
    }
    let noun = nominal.noun?;
    let near = |&entity: &usize| entities.all[entity].plural && salience.distance(entity, here).is_some_and(|d| d < 30);
    let class_of = |entity: usize| entities.all[entity].classes.contains(&noun.class);
    let of_members = |entity: usize| {
        let members = &entities.all[entity].members;
        !members.is_empty() && (among(ANYBODY, noun.class) || members.iter().any(|&member| class_of(member)))
    };
    let group = salience.recent().filter(near).find(|&entity| class_of(entity) || of_members(entity));
    if group.is_some() {
        return group;
    }
    let two = nominal.words.clone().any(|at| matches!(entities.words.str(at), "two" | "both"));
    if !two || noun.kind != Some(Kind::Person) {
        return None;
    }
    let person = |&entity: &usize| {
        let known = &entities.all[entity];
        known.is_person()
            && known.name.is_some()
            && (among(ANYBODY, noun.class) || class_of(entity))
            && known.may_be(noun.gender)
    };
    let mut last: Vec<usize> = salience.recent().filter(person).take(2).collect();
    last.sort_unstable_by_key(|&entity| entities.all[entity].first.start);
    (last.len() == 2).then(|| together(entities, last))
}

/// The group of these entities, which speak as one.
pub(super) fn together(entities: &mut Entities<'_>, members: Vec<usize>) -> usize {
    let mut sorted = members.clone();
    sorted.sort_unstable();
    let key = format!("together {sorted:?}");
    let first = members.first().map(|&member| entities.all[member].first.clone()).unwrap_or_default();
    let classes = Vec::new();
    entities.keyed(key, || Entity {
        first,
        members,
        kind: Some(Kind::Group),
        plural: true,
        classes,
        ..Entity::default()
    })
}

/// Somebody without a name; who is called the same in the plural, or is owned by the same, is the same.
fn unnamed(entities: &mut Entities<'_>, nominal: &Nominal, owner: Option<usize>) -> usize {
    let words = entities.words;
    let kind = nominal.noun.and_then(|noun| noun.kind);
    let kind = match kind {
        Some(Kind::Person) if nominal.plural => Kind::Group,
        Some(Kind::Organization) if nominal.plural => Kind::Group,
        Some(kind) => kind,
        None if nominal.plural => Kind::Group,
        None if words.lower(nominal.head) == "one" => Kind::Person,
        None => Kind::Other,
    };
    let entity = Entity {
        first: nominal.words.clone(),
        kind: Some(kind),
        gender: nominal.noun.and_then(|noun| noun.gender),
        plural: nominal.plural,
        classes: nominal.noun.map(|noun| noun.class).into_iter().collect(),
        described: nominal.words.clone().map(|at| words.lower(at)).collect(),
        ..Entity::default()
    };
    let start = if nominal.determiner == Determiner::Definite { nominal.modifiers.start } else { nominal.words.start };
    let called: Vec<String> = (start..nominal.words.end).map(|at| words.lower(at)).collect();
    // Two spokesmen may both be `a spokesman`.
    if nominal.plural || nominal.determiner != Determiner::Indefinite {
        entities.keyed(format!("{} {owner:?}", called.join(" ")), || entity)
    } else {
        entities.add(entity)
    }
}

/// `the Ruiz campaign`: an organization that bears another's name.
pub(super) fn named(entities: &mut Entities<'_>, nominal: &Nominal) -> usize {
    if let Some(later) = introduced_by_name(entities, nominal) {
        return later;
    }
    let words = entities.words;
    let name = nominal.modifiers.start..nominal.head + 1;
    let called: Vec<String> = name.clone().map(|at| words.lower(at)).collect();
    let classes = nominal.noun.map(|noun| noun.class).into_iter().collect();
    let described = called.iter().cloned().collect();
    let kind = Some(Kind::Organization);
    let entity = Entity { name: Some(name.clone()), first: name, kind, classes, described, ..Entity::default() };
    entities.keyed(format!("named {}", called.join(" ")), || entity)
}
