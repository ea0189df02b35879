//! ZIP archives. The library reads the directory; members are unpacked as compressed files are, one at a time.

use std::collections::HashSet;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

use flate2::Crc;
use zip::{CompressionMethod, ZipArchive};

use super::stream::{At, PutBack, Stream};
use super::unpack::{CAPS, Codec};
use super::{Format, Reading, Readings, detect, find, only};
use crate::error::Reject;

#[derive(Debug)]
pub(super) struct Zip;

impl Format for Zip {
    fn name(&self) -> &'static str {
        "ZIP"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["zip"]
    }

    fn is_archive(&self) -> bool {
        true
    }

    fn about(&self) -> &'static str {
        "An archive, each file read as what it is; told by PK at the start"
    }

    fn shows_in(&self, head: &[u8]) -> bool {
        head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
    }

    fn read(&self, mut stream: Stream) -> Readings {
        let opened = stream.seekable().and_then(|file| Ok((file.clone(), ZipArchive::new(BufReader::new(file))?)));
        match opened {
            Ok((file, archive)) => {
                Box::new(Members { file, archive, upcoming: 0, current: None, archived: Archived::new(stream) })
            }
            Err(error) => {
                only(stream.reject(format!("the archive cannot be opened: {error}; it may have been cut off")))
            }
        }
    }
}

/// What members take over from their archive.
pub(super) struct Archived {
    stream: Stream,
    ids: HashSet<String>,
    any: bool,
}

impl Archived {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, ids: HashSet::new(), any: false }
    }

    /// Whether a member is one to read. As in folders, what is hidden or of an unknown extension is not.
    pub(super) fn takes(path: &str) -> bool {
        let hidden = |part: &str| part.starts_with('.') && part != "." || part == "__MACOSX";
        !path.split('/').any(hidden) && find::is_read(path)
    }

    /// The stream of a member.
    pub(super) fn member(&mut self, path: &str, bytes: PutBack) -> Stream {
        self.any = true;
        let outer = &self.stream;
        let path = path.trim_start_matches("./").trim_start_matches('/');
        let mut id = format!("{}/{}", outer.id, find::stem(path));
        let mut copy = 1;
        while !self.ids.insert(id.clone()) {
            id = if copy == 1 { format!("{}/{path}", outer.id) } else { format!("{}/{path}#{copy}", outer.id) };
            copy += 1;
        }
        Stream {
            id,
            name: format!("{}/{path}", outer.name).into(),
            hint: path.to_owned(),
            bytes,
            file: None,
            options: Arc::clone(&outer.options),
            depth: outer.depth + 1,
        }
    }

    /// Part of the archive is not there.
    pub(super) fn damage(&mut self, reason: String) -> Reject {
        self.any = true;
        self.stream.reject(reason)
    }

    /// What to say once at the end of an archive that held nothing.
    pub(super) fn end(&mut self) -> Option<Reading> {
        let any = std::mem::replace(&mut self.any, true);
        let reason = || format!("there are no articles in the archive; {} files are read", find::extensions());
        (!any).then(|| Err(self.stream.reject(reason())))
    }
}

struct Members {
    file: At,
    archive: ZipArchive<BufReader<At>>,
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
            if self.upcoming == self.archive.len() {
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
        let name = self.archive.name_for_index(index).unwrap_or_default().to_owned();
        let member = match self.archive.by_index_raw(index) {
            Ok(member) => member,
            Err(error) => return Err(self.archived.damage(format!("its file {name} cannot be read: {error}"))),
        };
        let path = String::from_utf8_lossy(member.name_raw()).replace('\\', "/");
        if member.is_dir() || !Archived::takes(&path) {
            return Ok(None);
        }
        let method = member.compression();
        let codec = match method {
            CompressionMethod::STORE => Ok(None),
            CompressionMethod::DEFLATE => Ok(Some(Codec::Deflate)),
            CompressionMethod::BZIP2 => Ok(Some(Codec::Bzip2)),
            CompressionMethod::ZSTD => Ok(Some(Codec::Zstd)),
            CompressionMethod::XZ => Ok(Some(Codec::Xz)),
            other => Err(format!("it is compressed by {other}, which is not read; pack it by another method")),
        };
        let codec = if member.encrypted() { Err("it is encrypted; decrypt it first".to_owned()) } else { codec };
        let (start, packed, crc) = (member.data_start(), member.compressed_size(), member.crc32());
        drop(member);
        let packed = BufReader::new(self.file.from(start.unwrap_or_default()).take(packed));
        let bytes = codec.and_then(|codec| match codec {
            None => Ok(PutBack::new(packed)),
            Some(codec) => codec.unpack(packed, CAPS).map_err(|error| error.to_string()),
        });
        match bytes {
            Ok(bytes) => {
                let checked = PutBack::new(BufReader::new(Checked { bytes, sum: Crc::new(), expected: crc }));
                Ok(Some(detect::readings(self.archived.member(&path, checked))))
            }
            Err(reason) => Err(self.archived.member(&path, PutBack::new(io::empty())).reject(reason)),
        }
    }
}

/// Ends with an error where the content is not what was packed.
struct Checked {
    bytes: PutBack,
    sum: Crc,
    expected: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(buffer)?;
        self.sum.update(&buffer[..n]);
        if n == 0 && !buffer.is_empty() && self.sum.sum() != self.expected {
            // It is told once.
            self.expected = self.sum.sum();
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the content differs from its checksum"));
        }
        Ok(n)
    }
}
