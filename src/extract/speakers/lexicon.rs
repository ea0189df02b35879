//! The word tables that speakers are resolved by: `../lexicon/*.tsv`, comments at their heads say where they are from.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::Kind;

/// What a given name, a title or a noun tells of who bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gender {
    Male,
    Female,
}

impl Gender {
    fn of(column: &str) -> Option<Self> {
        match column {
            "m" => Some(Self::Male),
            "f" => Some(Self::Female),
            _ => None,
        }
    }
}

/// A noun that may name who or what speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Noun {
    /// What it names; `None` for a form of address.
    pub(super) kind: Option<Kind>,
    /// The class within which nouns mean the same one.
    pub(super) class: &'static str,
    /// The gender that it tells.
    pub(super) gender: Option<Gender>,
    /// Whether it means several.
    pub(super) plural: bool,
}

/// A state or another place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Its name in the table.
    pub(super) name: &'static str,
    /// Whether it speaks: states do, their parts and continents do not.
    pub(super) speaks: bool,
}

static NOUNS: LazyLock<HashMap<&str, Noun>> = LazyLock::new(|| {
    let noun = |row: &'static str| {
        let mut columns = row.split('\t');
        let mut next = || columns.next().unwrap_or_default();
        let (word, kind, class, gender) = (next(), next(), next(), next());
        let kind = match kind {
            "person" => Some(Kind::Person),
            "organization" => Some(Kind::Organization),
            "group" => Some(Kind::Group),
            "document" => Some(Kind::Document),
            _ => None,
        };
        (word, Noun { kind, class, gender: Gender::of(gender), plural: kind == Some(Kind::Group) })
    };
    rows(include_str!("../lexicon/nouns.tsv")).map(noun).collect()
});

static FORENAMES: LazyLock<HashMap<&str, Option<Gender>>> = LazyLock::new(|| {
    let name = |row: &'static str| row.split_once('\t').map(|(name, gender)| (name, Gender::of(gender)));
    rows(include_str!("../lexicon/forenames.tsv")).filter_map(name).collect()
});

static ORGANIZATIONS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| rows(include_str!("../lexicon/organizations.tsv")).collect());

/// Names, other names and seats, in lower case.
static PLACES: LazyLock<HashMap<String, Place>> = LazyLock::new(|| {
    let mut out = HashMap::new();
    for columns in places() {
        let [name, others, seats, _] = columns;
        for known in [name].into_iter().chain(parts(others)).chain(parts(seats).filter(|seat| *seat != "-")) {
            out.insert(known.to_lowercase(), Place { name, speaks: seats != "-" });
        }
    }
    out
});

/// Adjectives and people of places, in lower case.
static PEOPLES: LazyLock<HashSet<String>> =
    LazyLock::new(|| places().flat_map(|[_, _, _, peoples]| parts(peoples)).map(str::to_lowercase).collect());

fn places() -> impl Iterator<Item = [&'static str; 4]> {
    rows(include_str!("../lexicon/states.tsv")).map(|row| {
        let mut columns = row.split('\t');
        [(); 4].map(|()| columns.next().unwrap_or_default())
    })
}

fn parts(column: &'static str) -> impl Iterator<Item = &'static str> {
    column.split('|').filter(|part| !part.is_empty())
}

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|row| !row.starts_with('#') && !row.is_empty())
}

/// The noun that `word` is, in any case; a plural by rule (`officials`, `agencies`, `men`).
pub(super) fn noun(word: &str) -> Option<Noun> {
    let word = word.to_lowercase();
    if let Some(noun) = NOUNS.get(word.as_str()) {
        return Some(*noun);
    }
    let singular = if let Some(stem) = word.strip_suffix("men") {
        format!("{stem}man")
    } else if word == "children" {
        "child".to_owned()
    } else if word == "data" {
        "datum".to_owned()
    } else if word == "wives" {
        "wife".to_owned()
    } else if let Some(stem) = word.strip_suffix("women") {
        format!("{stem}woman")
    } else if let Some(stem) = word.strip_suffix("ies") {
        format!("{stem}y")
    } else if let Some(stem) = word.strip_suffix('s') {
        let of_es = stem.strip_suffix('e').filter(|stem| stem.ends_with(['s', 'h', 'x', 'z']));
        of_es.unwrap_or(stem).to_owned()
    } else {
        return None;
    };
    let found = NOUNS.get(singular.as_str()).filter(|noun| noun.kind != Some(Kind::Group));
    found.map(|noun| Noun { plural: true, ..*noun })
}

/// What the given name `word` tells of the gender; `None` if it is no given name.
pub(super) fn forename(word: &str) -> Option<Option<Gender>> {
    FORENAMES.get(word.to_lowercase().as_str()).copied()
}

/// Whether names of organizations end with `word`.
pub(super) fn is_organization(word: &str) -> bool {
    ORGANIZATIONS.contains(word.to_lowercase().as_str())
}

/// The place that is called `name`, or whose government sits there.
pub(super) fn place(name: &str) -> Option<&'static Place> {
    PLACES.get(name.to_lowercase().as_str())
}

/// Whether `word` is an adjective or a people of a place: `Danish`, `Danes`.
pub(super) fn is_people(word: &str) -> bool {
    let word = word.to_lowercase();
    PEOPLES.contains(&word) || word.strip_suffix('s').is_some_and(|stem| PEOPLES.contains(stem))
}

/// Whether `word` is one of `words`, which are separated by spaces.
pub(super) fn among(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|listed| listed == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_follow_from_singulars() {
        for (word, class, plural) in [
            ("officials", "official", true),
            ("Agencies", "agency", true),
            ("spokeswomen", "spokesperson", true),
            ("coaches", "coach", true),
            ("businessmen", "businessman", true),
            ("attorney", "lawyer", false),
            ("people", "people", true),
        ] {
            let found = noun(word).expect("it is in the table");
            assert_eq!((found.class, found.plural), (class, plural), "{word}");
        }
        assert_eq!(noun("table"), None);
    }

    #[test]
    fn tables_have_no_doubles() {
        let tables = [include_str!("../lexicon/nouns.tsv"), include_str!("../lexicon/forenames.tsv")];
        for table in tables.into_iter().chain([include_str!("../lexicon/organizations.tsv")]) {
            let mut keys: Vec<_> = rows(table).map(|row| row.split('\t').next()).collect();
            let all = keys.len();
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), all);
        }
        assert_eq!(place("Pyongyang").map(|place| place.name), Some("North Korea"));
        assert!(is_people("Norwegians") && !place("Ohio").expect("a place").speaks);
    }
}
