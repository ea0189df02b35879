//! Which names may mean the same, and by what: found by keys, so that nothing is compared with everything.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::Reason;
use super::form::{Form, deletions, full_names, is_one_letter_off};

/// Names by the keys under which others look for them.
#[derive(Debug, Default)]
pub(super) struct Index {
    of: HashMap<u64, Vec<u32>>,
}

/// Names under one key that are looked at; where there are more, nobody can be told by it.
const NAMESAKES: usize = 64;

/// Letters that a word has at least in which one may be another.
const LETTERS: usize = 5;

/// And a body's whole name.
const BODY_LETTERS: usize = 8;

impl Index {
    /// Makes a name known to shorter ones, and to those of its length that come later.
    pub(super) fn put(&mut self, node: u32, form: &Form, is_person: bool) {
        for key in stored(form, is_person) {
            let nodes = self.of.entry(key).or_default();
            // One more says that there are too many.
            if nodes.last() != Some(&node) && nodes.len() <= NAMESAKES {
                nodes.push(node);
            }
        }
    }

    /// The names that may be fuller ones than this, or the same in other letters, and whether there were too many.
    pub(super) fn look(&self, form: &Form, is_person: bool) -> (Vec<u32>, bool) {
        let mut found = Vec::new();
        let mut too_many = false;
        for key in asked(form, is_person) {
            let nodes = self.of.get(&key).map(Vec::as_slice).unwrap_or_default();
            too_many |= nodes.len() > NAMESAKES;
            found.extend(nodes.iter().take(NAMESAKES));
        }
        found.sort_unstable();
        found.dedup();
        (found, too_many)
    }
}

fn key(tag: &str, parts: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (tag, parts).hash(&mut hasher);
    hasher.finish()
}

/// Particles, with which a family name is still one.
const PARTICLES: [&str; 20] = [
    "al", "el", "bin", "ibn", "abu", "van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "la",
    "le", "st", "o",
];

/// Whether a person's name is a given or a family name alone.
pub(super) fn is_short(form: &Form) -> bool {
    let [particles @ .., _] = form.words.as_slice() else { return true };
    particles.iter().all(|word| PARTICLES.contains(&word.as_str()))
}

/// The keys under which a name is found by others.
fn stored(form: &Form, is_person: bool) -> Vec<u64> {
    let words: Vec<&str> = form.words.iter().map(String::as_str).collect();
    let joined = words.concat();
    let mut keys = vec![key("joined", &[&joined])];
    if !is_person {
        keys.extend(form.initials.iter().map(|initials| key("initials", &[initials])));
        keys.extend((1..words.len()).map(|end| key("start", &words[..end])));
        keys.extend((1..words.len()).map(|start| key("end", &words[start..])));
        if joined.len() >= BODY_LETTERS {
            keys.extend(deletions(&joined).iter().map(|part| key("letters", &[part])));
        }
        return keys;
    }
    if is_short(form) {
        return keys;
    }
    let (first, last) = (form.first(), form.last());
    keys.extend(words.iter().map(|word| key("word", &[word])));
    keys.extend(full_names(first).iter().map(|full| key("ends", &[full, last])));
    keys.extend(initial(first).map(|letter| key("initial", &[letter, last])));
    keys.push(key("start", &words[..2]));
    keys.push(key("end", &words[words.len() - 2..]));
    keys.push(key("words", &sorted(&words)));
    if last.chars().count() >= LETTERS {
        for full in full_names(first) {
            keys.extend(deletions(last).iter().map(|part| key("letters", &[full, part])));
        }
    }
    keys
}

/// The keys under which a name finds others.
fn asked(form: &Form, is_person: bool) -> Vec<u64> {
    let words: Vec<&str> = form.words.iter().map(String::as_str).collect();
    if is_person {
        return if is_short(form) {
            vec![key("word", &[form.last()]), key("joined", &[&words.concat()])]
        } else {
            stored_of_full(form)
        };
    }
    let joined = words.concat();
    let mut keys = vec![key("joined", &[&joined]), key("start", &words), key("end", &words)];
    if form.is_acronym() {
        keys.push(key("initials", &[words[0]]));
    }
    if joined.len() >= BODY_LETTERS {
        keys.extend(deletions(&joined).iter().map(|part| key("letters", &[part])));
    }
    keys
}

/// A full name looks where it is found itself, but not under each of its words.
fn stored_of_full(form: &Form) -> Vec<u64> {
    let words: Vec<u64> = form.words.iter().map(|word| key("word", &[word])).collect();
    stored(form, true).into_iter().filter(|key| !words.contains(key)).collect()
}

fn sorted<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let mut words = words.to_vec();
    words.sort_unstable();
    words
}

fn initial(word: &str) -> Option<&str> {
    word.chars().next().map(|c| &word[..c.len_utf8()])
}

/// By what `short` may mean what `full`, which is no shorter, means.
pub(super) fn reason(short: &Form, full: &Form, is_person: bool) -> Option<Reason> {
    if is_person { person(short, full) } else { body(short, full) }
}

fn person(short: &Form, full: &Form) -> Option<Reason> {
    let (s, f) = (&short.words, &full.words);
    if s.concat() == f.concat() {
        return Some(Reason::SameName);
    }
    if is_short(short) {
        if short.generation.is_some() && short.generation != full.generation {
            return None;
        }
        return if full.last() == short.last() || f[1..].contains(&s[s.len() - 1]) {
            Some(Reason::Surname)
        } else if full.first() == short.last() {
            Some(Reason::GivenName)
        } else {
            None
        };
    }
    let are_two = short.generation.is_some() && full.generation.is_some() && short.generation != full.generation;
    if is_short(full) || are_two {
        return None;
    }
    let is_last = short.last() == full.last();
    let is_first = short.first() == full.first();
    let is_nickname = || full_names(short.first()).iter().any(|name| full_names(full.first()).contains(name));
    let letter = |word: &str| word.chars().count() == 1;
    let words = |words: &[String]| sorted(&words.iter().map(String::as_str).collect::<Vec<_>>()).concat();
    if is_first && is_last {
        middles_agree(s, f).then_some(Reason::MiddleName)
    } else if s.len() == f.len() && words(s) == words(f) {
        Some(Reason::Order)
    } else if is_last && is_nickname() {
        middles_agree(s, f).then_some(Reason::Nickname)
    } else if is_last
        && (letter(short.first()) || letter(full.first()))
        && initial(short.first()) == initial(full.first())
    {
        middles_agree(s, f).then_some(Reason::Initial)
    } else if s.len() < f.len() && (f.starts_with(s) || f.ends_with(s)) {
        Some(Reason::Part)
    } else if (is_first || is_nickname())
        && short.last().chars().count().min(full.last().chars().count()) >= LETTERS
        && is_one_letter_off(short.last(), full.last())
    {
        Some(Reason::Spelling)
    } else {
        None
    }
}

/// Whether what stands between first and last may be the same: nothing, a letter, a word.
fn middles_agree(one: &[String], other: &[String]) -> bool {
    let (one, other) = (&one[1..one.len() - 1], &other[1..other.len() - 1]);
    one.iter().zip(other).all(|(one, other)| one.starts_with(other.as_str()) || other.starts_with(one.as_str()))
}

fn body(short: &Form, full: &Form) -> Option<Reason> {
    let (s, f) = (&short.words, &full.words);
    let (one, other) = (s.concat(), f.concat());
    if one == other {
        Some(Reason::SameName)
    } else if short.is_acronym() && full.initials.contains(&s[0]) {
        Some(Reason::Acronym)
    } else if s.len() < f.len() && f.starts_with(s) {
        Some(Reason::ShortName)
    } else if s.len() < f.len() && f.ends_with(s) {
        Some(Reason::WithoutPlace)
    } else {
        let is_plural = one.strip_suffix('s') == Some(&other) || other.strip_suffix('s') == Some(&one);
        let is_number = one.chars().chain(other.chars()).any(|c| c.is_ascii_digit());
        let is_long = one.len().min(other.len()) >= BODY_LETTERS;
        (is_long && !is_plural && !is_number && is_one_letter_off(&one, &other)).then_some(Reason::Spelling)
    }
}
