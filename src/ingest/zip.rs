//! ZIP archives: their members, one at a time.

use std::io;

use super::archive::{Archive, Archived, open, unpacked};
use super::stream::{PutBack, Stream};
use super::{Format, Reading, Readings, detect, docx, only};
use crate::error::Reject;

pub(super) const FORMAT: Format = Format {
    name: "ZIP",
    extensions: &["zip"],
    about: "An archive, each file read as what it is; told by PK at the start",
    shows_in: |head| head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06"),
    is_archive: true,
    ..Format::read_by(articles)
};

fn articles(mut stream: Stream) -> Readings {
    match open(&mut stream) {
        // Whatever it is called.
        Ok(archive) if docx::is_document(&archive) => docx::readings(stream, archive),
        Ok(archive) => Box::new(Members { archive, upcoming: 0, current: None, archived: Archived::new(stream) }),
        Err(error) => only(stream.reject(format!("the archive cannot be opened: {error}; it may have been cut off"))),
    }
}

struct Members {
    archive: Archive,
    upcoming: usize,
    current: Option<Readings>,
    archived: Archived,
}

impl Iterator for Members {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        loop {
            if let Some(reading) = self.current.as_mut().and_then(Iterator::next) {
                return Some(reading);
            }
            self.current = None;
            if self.upcoming == self.archive.entries.len() {
                return self.archived.end();
            }
            self.upcoming += 1;
            match self.open(self.upcoming - 1) {
                Ok(readings) => self.current = readings,
                Err(reject) => return Some(Err(reject)),
            }
        }
    }
}

impl Members {
    /// The readings of a member, if it is one to read.
    fn open(&mut self, index: usize) -> Result<Option<Readings>, Reject> {
        let name = self.archive.entries.name_for_index(index).unwrap_or_default().to_owned();
        let member = match self.archive.entries.by_index_raw(index) {
            Ok(member) => member,
            Err(error) => return Err(self.archived.damage(format!("its file {name} cannot be read: {error}"))),
        };
        let path = String::from_utf8_lossy(member.name_raw()).replace('\\', "/");
        if member.is_dir() || !Archived::takes(&path) {
            return Ok(None);
        }
        match unpacked(&self.archive.file, member) {
            Ok(bytes) => Ok(Some(detect::readings(self.archived.member(&path, bytes)))),
            Err(reason) => Err(self.archived.member(&path, PutBack::new(io::empty())).reject(reason)),
        }
    }
}
