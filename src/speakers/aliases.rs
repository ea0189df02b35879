//! Rules by people who know who is who.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;

use super::form::words;
use crate::error::{Error, Place};

/// What a file of rules says: `NAME = NAME`, `NAME @ ARTICLE = NAME`, `NAME != NAME`.
#[derive(Clone, Debug, Default)]
pub struct Aliases {
    /// Of a name the one that is meant, as it is written and compared.
    same: HashMap<String, String>,
    /// Of a name in an article the one that is meant.
    here: HashMap<(String, String), String>,
    apart: HashSet<(String, String)>,
}

impl Aliases {
    /// Reads a file with one rule a line; empty lines and those that begin with `#` are passed over.
    ///
    /// # Errors
    /// If it cannot be read, or a line is no rule.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(|source| Error::Input { path: path.to_owned(), source })?;
        Self::parse(&text)
            .map_err(|(line, reason)| Error::Line { place: Place::line(path.display().to_string(), line), reason })
    }

    /// The rules that `text` has, or the number of a line that is none, and why.
    ///
    /// # Errors
    /// If a line is no rule.
    pub fn parse(text: &str) -> Result<Self, (u64, String)> {
        let mut all = Self::default();
        for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                all.rule(line).map_err(|reason| (number, reason))?;
            }
        }
        Ok(all)
    }

    fn rule(&mut self, line: &str) -> Result<(), String> {
        const RULES: &str = "not a rule: write NAME = NAME, NAME @ ARTICLE = NAME, or NAME != NAME";
        let named =
            |name: &str| if compared(name).is_empty() { Err(RULES.to_owned()) } else { Ok(name.trim().to_owned()) };
        if let Some((one, other)) = line.split_once(" != ") {
            let (one, other) = (compared(&named(one)?), compared(&named(other)?));
            if self.meant(&one) == self.meant(&other) {
                return Err("an earlier rule says that these are the same; leave out one of the two".to_owned());
            }
            self.apart.extend([(one.clone(), other.clone()), (other, one)]);
            return Ok(());
        }
        let (name, meant) = line.split_once(" = ").ok_or(RULES)?;
        let meant = named(meant)?;
        if let Some((name, article)) = name.split_once(" @ ") {
            let key = (compared(&named(name)?), article.trim().to_owned());
            return match self.here.insert(key, meant.clone()) {
                Some(before) if before != meant => Err(format!("an earlier rule says that this is {before}")),
                _ => Ok(()),
            };
        }
        let name = compared(&named(name)?);
        if self.meant(&compared(&meant)) == self.meant(&name) {
            // Said before, or a name for itself, which nobody needs to be told.
            return Ok(());
        }
        if self.apart.contains(&(name.clone(), compared(&meant))) {
            return Err("an earlier rule says that these are not the same; leave out one of the two".to_owned());
        }
        match self.same.insert(name, meant.clone()) {
            Some(before) if before != meant => Err(format!("an earlier rule says that this is {before}")),
            _ => Ok(()),
        }
    }

    /// The name in the end, through rules that lead on.
    fn meant<'a>(&'a self, name: &'a str) -> String {
        let mut name = name.to_owned();
        while let Some(next) = self.same.get(&name) {
            name = compared(next);
        }
        name
    }

    /// Whom a name means in an article by the rules, as they write it.
    pub(super) fn of(&self, name: &str, article: &str) -> Option<&str> {
        if self.same.is_empty() && self.here.is_empty() {
            return None;
        }
        let mut key = compared(name);
        let mut meant = None;
        if let Some(here) = self.here.get(&(key.clone(), article.to_owned())) {
            (key, meant) = (compared(here), Some(here.as_str()));
        }
        while let Some(next) = self.same.get(&key) {
            (key, meant) = (compared(next), Some(next.as_str()));
        }
        meant
    }

    /// Whether there is a rule that keeps names apart.
    pub(super) fn keep_apart(&self) -> bool {
        !self.apart.is_empty()
    }

    /// Whether a rule keeps two names apart.
    pub(super) fn are_apart(&self, one: &str, other: &str) -> bool {
        self.apart.contains(&(compared(one), compared(other)))
    }
}

/// As names of rules are compared: accents, capitals and marks aside. Titles count.
fn compared(name: &str) -> String {
    words(name).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_lead_on_and_articles_have_their_own() {
        let rules = "# who is who\nRuiz = Ana Ruiz\nA. Ruiz = Ruiz\n\nRuiz @ a/7 = Bo Ruiz\nAna Ruiz != Anna Ruiz\n";
        let rules = Aliases::parse(rules).unwrap();
        assert_eq!(rules.of("RUIZ", "a/1"), Some("Ana Ruiz"));
        assert_eq!(rules.of("A. Ruiz", "a/1"), Some("Ana Ruiz"));
        assert_eq!(rules.of("Ruiz", "a/7"), Some("Bo Ruiz"));
        assert_eq!(rules.of("Bo Ruiz", "a/1"), None);
        assert!(rules.are_apart("Anna Ruiz", "ana ruiz") && !rules.are_apart("Ruiz", "Ana Ruiz"));
    }

    #[test]
    fn what_is_no_rule_is_told_with_its_line() {
        for (rules, line, part) in [
            ("Ruiz = Ana Ruiz\nRuiz", 2, "not a rule"),
            ("Ruiz = ", 1, "not a rule"),
            ("Ruiz = Ana Ruiz\n\nRuiz = Bo Ruiz", 3, "that this is Ana Ruiz"),
            ("A = B\nA != B", 2, "the same"),
            ("A != B\nA = B", 2, "not the same"),
        ] {
            let (at, reason) = Aliases::parse(rules).unwrap_err();
            assert_eq!(at, line, "{rules}");
            assert!(reason.contains(part), "{reason}");
        }
        assert!(Aliases::parse("A = B\nB = A\nA = A").is_ok(), "a circle has an end");
    }
}
