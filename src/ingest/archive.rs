//! What archives have in common, and ZIP's own: the library reads the directory; members are unpacked as compressed files are.

use std::collections::HashSet;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

use flate2::Crc;
use zip::read::ZipFile;
use zip::{CompressionMethod, ZipArchive};

use super::stream::{At, PutBack, Stream};
use super::unpack::{CAPS, Codec};
use super::{Reading, find};
use crate::error::Reject;

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

/// A ZIP archive's file and what lies in it.
pub(super) struct Archive {
    pub(super) file: At,
    pub(super) entries: ZipArchive<BufReader<At>>,
}

pub(super) fn open(stream: &mut Stream) -> io::Result<Archive> {
    let file = stream.seekable()?;
    Ok(Archive { file: file.clone(), entries: ZipArchive::new(BufReader::new(file))? })
}

/// What a member held before it was packed, or why that cannot be known.
pub(super) fn unpacked<R: Read>(file: &At, member: ZipFile<'_, R>) -> Result<PutBack, String> {
    let codec = match member.compression() {
        _ if member.encrypted() => return Err("it is encrypted; decrypt it first".to_owned()),
        CompressionMethod::STORE => None,
        CompressionMethod::DEFLATE => Some(Codec::Deflate),
        CompressionMethod::BZIP2 => Some(Codec::Bzip2),
        CompressionMethod::ZSTD => Some(Codec::Zstd),
        CompressionMethod::XZ => Some(Codec::Xz),
        other => return Err(format!("it is compressed by {other}, which is not read; pack it by another method")),
    };
    let packed = file.from(member.data_start().unwrap_or_default()).take(member.compressed_size());
    let packed = BufReader::new(packed);
    let bytes = match codec {
        None => PutBack::new(packed),
        Some(codec) => codec.unpack(packed, CAPS).map_err(|error| error.to_string())?,
    };
    Ok(PutBack::new(BufReader::new(Checked { bytes, sum: Crc::new(), expected: member.crc32() })))
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
