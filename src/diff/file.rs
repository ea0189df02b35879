//! The two files: one that is gone through, and one in which articles are looked up.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

use serde::Deserialize;

use super::reading::{Reading, second, unread};
use crate::error::{Error, Place, Reject};

/// The lines of a file that are not blank, as readings.
#[derive(Debug)]
pub(super) struct Lines {
    name: String,
    reader: BufReader<File>,
    number: u64,
    /// Where the next line begins.
    at: u64,
    /// Nothing more can be read.
    broken: bool,
    gold: bool,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(|source| Error::Input { path: path.to_owned(), source })?;
        let reader = BufReader::with_capacity(1 << 16, file);
        Ok(Self { name: path.display().to_string(), reader, number: 0, at: 0, broken: false, gold: false })
    }

    /// Whether what was read so far is gold.
    pub(super) fn is_gold(&self) -> bool {
        self.gold
    }

    /// The next line that is not blank, with its place and where it begins.
    fn line(&mut self) -> Option<(Place, u64, io::Result<String>)> {
        while !self.broken {
            let mut line = String::new();
            let at = self.at;
            let read = self.reader.read_line(&mut line);
            self.number += 1;
            let place = Place::line(self.name.as_str(), self.number);
            match read {
                Ok(0) => return None,
                Ok(bytes) => self.at += bytes as u64,
                // A line that is no UTF-8 was passed over; where the next one begins, the file knows. A disk that fails
                // would go on failing.
                Err(error) => {
                    self.broken = error.kind() != io::ErrorKind::InvalidData;
                    self.at = self.reader.stream_position().unwrap_or(at);
                    return Some((place, at, Err(error)));
                }
            }
            if !line.trim().is_empty() {
                return Some((place, at, Ok(line)));
            }
        }
        None
    }
}

impl Iterator for Lines {
    type Item = Result<(Place, Reading), Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        let (place, _, line) = self.line()?;
        let reading = line.map_err(|error| unread(place.clone(), &error)).and_then(|line| {
            let reading = Reading::parse(&line, place.clone())?;
            self.gold |= reading.is_gold();
            Ok((place, reading))
        });
        Some(reading)
    }
}

/// A file of which is known where each article begins.
#[derive(Debug)]
pub(super) struct Indexed {
    lines: Lines,
    /// Of an id where its line begins, and the line's number.
    places: HashMap<String, (u64, u64)>,
    /// Numbers of the lines of those that nobody took, by where they begin.
    rest: HashMap<u64, u64>,
    rejects: Vec<Reject>,
}

impl Indexed {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Head {
            id: String,
        }
        let mut lines = Lines::open(path)?;
        // A pipe has no way back.
        lines.reader.stream_position().map_err(|source| Error::Input { path: path.to_owned(), source })?;
        let (mut places, mut rejects) = (HashMap::new(), Vec::new());
        while let Some((place, at, line)) = lines.line() {
            let head = line.map_err(|error| unread(place.clone(), &error)).and_then(|line| {
                let head = serde_json::from_str::<Head>(&line);
                // What has no id is told by who reads it as what it should be.
                head.map_err(|error| {
                    Reading::parse(&line, place.clone()).err().unwrap_or_else(|| unread(place.clone(), &error.into()))
                })
            });
            match head {
                Ok(head) if places.contains_key(&head.id) => rejects.push(second(head.id, place)),
                Ok(head) => {
                    places.insert(head.id, (at, lines.number));
                }
                Err(reject) => rejects.push(reject),
            }
        }
        rejects.reverse();
        let mut new = Self { lines, places, rest: HashMap::new(), rejects };
        if let Some(&(at, number)) = new.places.values().min() {
            // What the first of them is, all are.
            let _ = new.read(at, number);
        }
        Ok(new)
    }

    pub(super) fn is_gold(&self) -> bool {
        self.lines.is_gold()
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.places.contains_key(id)
    }

    /// The article of an id, which is then no more among the rest.
    pub(super) fn take(&mut self, id: &str) -> Option<Result<Reading, Reject>> {
        let (at, number) = self.places.remove(id)?;
        Some(self.read(at, number))
    }

    /// Where those begin that nobody took, the last first.
    pub(super) fn rest(&mut self) -> Vec<u64> {
        self.rest = std::mem::take(&mut self.places).into_values().collect();
        let mut all: Vec<u64> = self.rest.keys().copied().collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all
    }

    /// The article that begins there.
    pub(super) fn at(&mut self, at: u64) -> Result<Reading, Reject> {
        let number = self.rest.get(&at).copied().unwrap_or_default();
        self.read(at, number)
    }

    /// A line that could not be read; each is told once.
    pub(super) fn reject(&mut self) -> Option<Reject> {
        self.rejects.pop()
    }

    fn read(&mut self, at: u64, number: u64) -> Result<Reading, Reject> {
        let place = Place::line(self.lines.name.as_str(), number);
        let found = self.lines.reader.seek(SeekFrom::Start(at));
        (self.lines.at, self.lines.number, self.lines.broken) = (at, number - 1, false);
        match found.map(|_| self.lines.next()) {
            Ok(Some(reading)) => reading.map(|(_, reading)| reading),
            Ok(None) => Err(unread(place, &io::ErrorKind::UnexpectedEof.into())),
            Err(error) => Err(unread(place, &error)),
        }
    }
}
