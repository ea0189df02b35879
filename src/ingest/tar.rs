//! tar archives, read in one go. The library reads headers; its own iterator would not let go of a member.

use std::io::{self, BufReader, Read};
use std::sync::{Arc, Mutex, PoisonError};

use tar::{EntryType, Header, PaxExtensions};

use super::archive::Archived;
use super::stream::{PutBack, Stream};
use super::{Format, Reading, Readings, detect};

const BLOCK: usize = 512;

/// The longest name of a member.
const MAX_NAME: u64 = 1 << 16;

pub(super) const FORMAT: Format = Format {
    name: "tar",
    extensions: &["tar", "tgz", "tbz2", "txz", "tzst"],
    about: "The same; told by its checksum",
    shows_in: |head| head.get(257..262) == Some(b"ustar"),
    is_archive: true,
    ..Format::read_by(articles)
};

fn articles(mut stream: Stream) -> Readings {
    let bytes = std::mem::replace(&mut stream.bytes, PutBack::new(io::empty()));
    let tape = Arc::new(Mutex::new(Tape { bytes, left: 0, padding: 0 }));
    Box::new(Members { tape, current: None, archived: Archived::new(stream), over: false })
}

/// The archive's bytes, shared with the member that is being read.
struct Tape {
    bytes: PutBack,
    /// What is left of the member, and of the zeros after it.
    left: u64,
    padding: u64,
}

struct Member(Arc<Mutex<Tape>>);

impl Read for Member {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut tape = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = tape.left;
        let n = (&mut tape.bytes).take(left).read(buffer)?;
        if n == 0 && left > 0 && !buffer.is_empty() {
            (tape.left, tape.padding) = (0, 0);
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends within this file"));
        }
        tape.left -= n as u64;
        Ok(n)
    }
}

struct Members {
    tape: Arc<Mutex<Tape>>,
    current: Option<Readings>,
    archived: Archived,
    over: bool,
}

enum Next {
    Member(String),
    /// Blocks that are no header, passed over.
    Damage,
    End,
}

impl Iterator for Members {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        loop {
            if let Some(reading) = self.current.as_mut().and_then(Iterator::next) {
                return Some(reading);
            }
            self.current = None;
            if self.over {
                return self.archived.end();
            }
            let next = self.tape.lock().unwrap_or_else(PoisonError::into_inner).next();
            match next {
                Ok(Next::Member(path)) if Archived::takes(&path) => {
                    let bytes = PutBack::new(BufReader::new(Member(Arc::clone(&self.tape))));
                    self.current = Some(detect::readings(self.archived.member(&path, bytes)));
                }
                Ok(Next::Member(_)) => {}
                Ok(Next::Damage) => {
                    let reason = "the archive is damaged: what lay between two files could not be read";
                    return Some(Err(self.archived.damage(reason.into())));
                }
                Ok(Next::End) => self.over = true,
                Err(error) => {
                    self.over = true;
                    return Some(Err(self.archived.damage(format!("the archive cannot be read to its end: {error}"))));
                }
            }
        }
    }
}

impl Tape {
    /// Goes to the next file.
    fn next(&mut self) -> io::Result<Next> {
        let mut long_name = None;
        loop {
            let rest = std::mem::take(&mut self.left).saturating_add(std::mem::take(&mut self.padding));
            io::copy(&mut (&mut self.bytes).take(rest), &mut io::sink())?;
            let Some(header) = self.header()? else { return Ok(Next::End) };
            if header.as_bytes().iter().all(|&byte| byte == 0) {
                continue;
            }
            let size = header.entry_size().ok().filter(|_| is_sound(&header));
            let Some(size) = size else {
                self.find_header()?;
                return Ok(Next::Damage);
            };
            (self.left, self.padding) = (size, size.wrapping_neg() % BLOCK as u64);
            match header.entry_type() {
                EntryType::GNULongName if size <= MAX_NAME => long_name = Some(self.rest_of_entry()?),
                EntryType::XHeader if size <= MAX_NAME => {
                    let records = self.rest_of_entry()?;
                    let path = PaxExtensions::new(&records).flatten().find(|record| record.key_bytes() == b"path");
                    long_name = path.map(|record| record.value_bytes().to_vec()).or(long_name);
                }
                EntryType::Regular | EntryType::Continuous => {
                    let name = long_name.take().unwrap_or_else(|| header.path_bytes().into_owned());
                    let name = name.strip_suffix(b"\0").unwrap_or(&name);
                    return Ok(Next::Member(String::from_utf8_lossy(name).into_owned()));
                }
                _ => {}
            }
        }
    }

    /// The next block; `None` at the end.
    fn header(&mut self) -> io::Result<Option<Header>> {
        let mut header = Header::new_old();
        let block = header.as_mut_bytes();
        let mut filled = 0;
        while filled < BLOCK {
            match self.bytes.read(&mut block[filled..])? {
                0 if filled == 0 => return Ok(None),
                0 => return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it was cut off")),
                n => filled += n,
            }
        }
        Ok(Some(header))
    }

    /// Passes over blocks until a header comes.
    fn find_header(&mut self) -> io::Result<()> {
        while let Some(block) = self.header()? {
            if is_sound(&block) {
                self.bytes.put_back(block.as_bytes().to_vec());
                break;
            }
        }
        Ok(())
    }

    fn rest_of_entry(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        (&mut self.bytes).take(self.left).read_to_end(&mut bytes)?;
        self.left = 0;
        Ok(bytes)
    }
}

/// Whether the header's sum is that of its bytes, its own taken as blanks.
fn is_sound(header: &Header) -> bool {
    let bytes = header.as_bytes().iter().enumerate();
    let sum: u32 = bytes.map(|(at, &byte)| u32::from(if (148..156).contains(&at) { b' ' } else { byte })).sum();
    header.cksum().is_ok_and(|cksum| cksum == sum)
}
