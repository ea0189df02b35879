//! What a folder holds already: the output is the checkpoint.
//!
//! Every article of the input has a line, in `records.jsonl` or in `rejects.jsonl`, both in the order of the input, and
//! a reject says the article's number in it. So an article is known to be done when its turn comes, with no index and
//! however little of either file is there.

use std::fs::File;
use std::io::{BufReader, Read, Take};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};

use super::counts::Counts;
use super::files::{RECORDS, REJECTS};
use crate::article::Article;
use crate::error::{Error, Place, Stage};
use crate::ingest::Reading;
use crate::jsonl;
use crate::visible::counted;

/// The lines of a folder, met with the input one after another.
pub(super) struct Done {
    dir: PathBuf,
    records: Lines<Record>,
    rejects: Lines<Reject>,
}

/// What matters of a record.
#[derive(Deserialize)]
struct Record {
    id: String,
    title: Option<String>,
    date: Option<String>,
    publisher: Option<String>,
    url: Option<String>,
    author: Option<String>,
    meta: Map<String, Value>,
    text: String,
    sentences: Vec<IgnoredAny>,
    claims: Vec<IgnoredAny>,
    #[serde(default)]
    duplicate_of: Option<String>,
}

impl Record {
    /// The field that is not as the article has it.
    fn differs(&self, article: &Article) -> Option<&'static str> {
        let date = article.date.map(|date| date.to_string());
        let same = [
            ("text", self.text == article.text()),
            ("title", self.title == article.title),
            ("date", self.date == date),
            ("publisher", self.publisher == article.publisher),
            ("url", self.url == article.url),
            ("author", self.author == article.author),
            ("meta", self.meta == article.meta),
        ];
        same.into_iter().find_map(|(field, is_same)| (!is_same).then_some(field))
    }
}

/// What matters of a reject.
#[derive(Deserialize)]
pub(super) struct Reject {
    /// The article's number in the input, from 1.
    pub(super) position: u64,
    id: Option<String>,
    stage: Stage,
}

impl Done {
    pub(super) fn open(dir: &Path) -> Result<Self, Error> {
        let (records, rejects) = (Lines::open(dir.join(RECORDS))?, Lines::open(dir.join(REJECTS))?);
        Ok(Self { dir: dir.to_owned(), records, rejects })
    }

    /// Nothing.
    pub(super) fn none() -> Self {
        Self { dir: PathBuf::new(), records: Lines::none(), rejects: Lines::none() }
    }

    /// What the input's article number `position` came to; `None` if it is still to do.
    pub(super) fn take(&mut self, position: u64, reading: &Reading) -> Result<Option<Counts>, Error> {
        let (id, place) = match reading {
            Ok(article) => (Some(&article.id), &article.place),
            Err(reject) => (reject.id.as_ref(), &reject.place),
        };
        let rejected = self.rejects.next.as_ref().filter(|reject| reject.position <= position);
        if let Some(reject) = rejected {
            if reject.position < position || reject.id.is_some() && reject.id.as_ref() != id {
                return Err(self.changed(place, "another article was rejected here".into()));
            }
            if reject.stage == Stage::Read && reading.is_ok() {
                return Err(self.changed(place, "what was rejected here can be read now".into()));
            }
            self.rejects.advance()?;
            return Ok(Some(Counts::REJECT));
        }
        // A reject that is not there may have been lost with the machine's power; it is written again.
        let Ok(article) = reading else { return Ok(None) };
        let Some(record) = &self.records.next else { return Ok(None) };
        if record.id != article.id {
            return Err(self.changed(place, format!("here was `{}`, not `{}`", record.id, article.id)));
        }
        if let Some(field) = record.differs(article) {
            return Err(self.changed(place, format!("`{}` has another {field}", article.id)));
        }
        let counts = match record.duplicate_of {
            Some(_) => Counts::DUPLICATE,
            None => Counts::of_article(record.sentences.len(), &record.text, record.claims.len()),
        };
        self.records.advance()?;
        Ok(Some(counts))
    }

    /// Checks that the input, which ends at article number `position`, had all articles that are done.
    pub(super) fn end(&self, position: u64) -> Result<(), Error> {
        if self.records.next.is_none() && self.rejects.next.is_none() {
            return Ok(());
        }
        let place = Place::file(self.dir.to_string_lossy());
        Err(self.changed(&place, format!("there were more than the {} that it has now", counted(position, "article"))))
    }

    fn changed(&self, place: &Place, reason: String) -> Error {
        Error::InputChanged { place: place.clone(), out: self.dir.clone(), reason }
    }
}

/// A file of JSON lines, as long as it was when it was opened, with its next line read.
pub(super) struct Lines<T> {
    /// `None` if there is no such file.
    lines: Option<jsonl::Lines<Take<BufReader<File>>, T>>,
    pub(super) next: Option<T>,
}

impl<T: DeserializeOwned> Lines<T> {
    fn none() -> Self {
        Self { lines: None, next: None }
    }

    pub(super) fn open(path: PathBuf) -> Result<Self, Error> {
        let mut lines = None;
        if path.exists() {
            let open = || File::open(&path).and_then(|file| Ok((file.metadata()?.len(), file)));
            let (length, file) = open().map_err(|source| Error::Input { path: path.clone(), source })?;
            let bytes = BufReader::with_capacity(1 << 20, file).take(length);
            lines = Some(jsonl::Lines::new(bytes, path.to_string_lossy()));
        }
        let mut lines = Self { lines, next: None };
        lines.advance()?;
        Ok(lines)
    }

    /// The line that was read last.
    pub(super) fn line(&self) -> &str {
        self.lines.as_ref().map_or("", jsonl::Lines::line)
    }

    /// Goes on to the next line.
    pub(super) fn advance(&mut self) -> Result<(), Error> {
        let Some(lines) = &mut self.lines else { return Ok(()) };
        let next = lines.next().transpose();
        self.next = next.map_err(|fault| Error::Damaged { place: lines.place(), reason: fault.reason() })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::error;

    /// With one reject, the article `b`, which was the third.
    fn done(dir: &Path) -> Done {
        fs::write(dir.join(REJECTS), "{\"position\": 3, \"id\": \"b\", \"stage\": \"tag\"}\n").unwrap();
        Done::open(dir).unwrap()
    }

    fn reject(id: &str) -> Reading {
        let id = Some(id.to_owned());
        Err(error::Reject { id, place: Place::file("in"), stage: Stage::Tag, reason: String::new(), raw: None })
    }

    #[test]
    fn a_reject_is_of_its_own_article() {
        let dir = tempfile::tempdir().unwrap();
        let mut of_another = done(dir.path());
        assert_eq!(of_another.take(2, &reject("a")).unwrap(), None, "its turn has not come");
        assert!(of_another.take(3, &reject("a")).is_err());
        assert!(done(dir.path()).take(4, &reject("b")).is_err(), "its turn is over");
        let mut its_own = done(dir.path());
        assert_eq!(its_own.take(3, &reject("b")).unwrap(), Some(Counts::REJECT));
        its_own.end(3).unwrap();
    }

    #[test]
    fn an_input_without_what_was_rejected_is_another_one() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(done(dir.path()).end(2), Err(Error::InputChanged { .. })));
    }
}
