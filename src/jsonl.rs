//! Reading JSON Lines that sayso or its users wrote, a value a line.

use std::io::{self, BufRead};
use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::error::Place;

/// Why a line cannot be read.
#[derive(Debug)]
pub(crate) enum Fault {
    Read(io::Error),
    Json(serde_json::Error),
}

impl Fault {
    /// What the system or the parser said.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Read(error) => error.to_string(),
            Self::Json(error) => error.to_string(),
        }
    }
}

/// The lines of a file, each a `T`; blank ones are passed over.
#[derive(Debug)]
pub(crate) struct Lines<R, T> {
    /// `None` once nothing more can be read.
    reader: Option<R>,
    name: Arc<str>,
    line: String,
    number: u64,
    of: PhantomData<fn() -> T>,
}

impl<R: BufRead, T: DeserializeOwned> Lines<R, T> {
    /// Of a file that is called `name`.
    pub(crate) fn new(reader: R, name: impl Into<Arc<str>>) -> Self {
        Self { reader: Some(reader), name: name.into(), line: String::new(), number: 0, of: PhantomData }
    }

    /// The line that was read last, with its end.
    pub(crate) fn line(&self) -> &str {
        &self.line
    }

    /// Where it stands.
    pub(crate) fn place(&self) -> Place {
        Place::line(Arc::clone(&self.name), self.number)
    }
}

impl<R: BufRead, T: DeserializeOwned> Iterator for Lines<R, T> {
    type Item = Result<T, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.line.clear();
            let read = self.reader.as_mut()?.read_line(&mut self.line);
            self.number += 1;
            return match read {
                Ok(0) => {
                    self.reader = None;
                    None
                }
                Ok(_) if self.line.trim().is_empty() => continue,
                Ok(_) => Some(serde_json::from_str(&self.line).map_err(Fault::Json)),
                Err(error) => {
                    // After a line that is no UTF-8 comes the next one; a disk that fails would go on failing.
                    self.reader.take_if(|_| error.kind() != io::ErrorKind::InvalidData);
                    Some(Err(Fault::Read(error)))
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_costs_its_line_alone_and_a_failing_disk_the_rest() {
        let mut lines: Lines<_, u32> = Lines::new(&b"1\n\n\xff\n{\n5"[..], "a");
        let mut next =
            || lines.next().map(|read| (read.map_err(|fault| fault.reason()), lines.place().line, lines.line().len()));
        assert_eq!(next(), Some((Ok(1), Some(1), 2)));
        assert!(matches!(next(), Some((Err(reason), Some(3), _)) if reason.contains("UTF-8")));
        assert!(matches!(next(), Some((Err(reason), Some(4), 2)) if reason.contains("expected u32")));
        assert_eq!(next(), Some((Ok(5), Some(5), 1)));
        assert_eq!(next(), None);

        struct Failing;
        impl io::Read for Failing {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("broken"))
            }
        }
        let lines: Lines<_, u32> = Lines::new(io::BufReader::new(Failing), "a");
        assert_eq!(lines.map(|read| read.unwrap_err().reason()).collect::<Vec<_>>(), ["broken"]);
    }
}
