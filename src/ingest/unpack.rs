//! Decompression, the only place of it: gzip, zstd, bzip2 and xz, each of one or several members, with caps on what
//! comes out.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::GzDecoder;

use super::stream::{Counted, PutBack, fill};

/// How bytes were compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
    /// The bare stream inside zip archives.
    Deflate,
}

/// What a decompression may come to, against files that unpack without end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caps {
    pub(super) bytes: u64,
    /// Bytes out for each byte in; holds from 64 MiB on.
    pub(super) ratio: u64,
}

pub(super) const CAPS: Caps = Caps { bytes: 1 << 40, ratio: 1000 };

/// Output up to which any ratio is fine: it is read as it comes and takes no memory.
const ANY_RATIO: u64 = 64 << 20;

/// Memory that the window of an xz or zstd stream may take: those of the programs' own highest levels fit.
const WINDOW_LOG: u32 = 27;

impl Codec {
    /// Each with its names and the bytes that it begins with.
    const ALL: [(Self, &'static [&'static str], &'static [u8]); 4] = [
        (Self::Gzip, &["gz", "gzip"], b"\x1f\x8b\x08"),
        (Self::Zstd, &["zst", "zstd"], b"\x28\xb5\x2f\xfd"),
        (Self::Bzip2, &["bz2"], b"BZh"),
        (Self::Xz, &["xz"], b"\xfd7zXZ\0"),
    ];

    pub(super) fn of_head(head: &[u8]) -> Option<Self> {
        Self::ALL.iter().find(|(_, _, magic)| head.starts_with(magic)).map(|&(codec, ..)| codec).filter(|codec| {
            // Three letters may begin a text; a level and a block's or the end's mark follow in bzip2.
            *codec != Self::Bzip2 || matches!(head.get(3..10), Some([b'1'..=b'9', 0x31, ..] | [b'1'..=b'9', 0x17, ..]))
        })
    }

    pub(super) fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, names, _)| names.contains(&extension)).map(|&(codec, ..)| codec)
    }

    pub(super) fn extensions() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().flat_map(|(_, names, _)| *names).copied()
    }

    /// What `packed` holds. After an error the rest of a damaged member is gone; gzip goes on with the next one.
    pub(super) fn unpack(self, packed: impl BufRead + Send + 'static, caps: Caps) -> io::Result<PutBack> {
        let count = Arc::new(AtomicU64::new(0));
        let packed = BufReader::new(Counted { bytes: packed, count: Arc::clone(&count) });
        let bytes: Box<dyn Read + Send> = match self {
            Self::Gzip => Box::new(Gzip::new(PutBack::new(packed))),
            Self::Deflate => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(packed)),
            Self::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(packed, true, 2 << (WINDOW_LOG - 10))),
            Self::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(packed)?;
                decoder.window_log_max(WINDOW_LOG)?;
                Box::new(decoder)
            }
        };
        let restarts = self == Self::Gzip;
        Ok(PutBack::new(BufReader::with_capacity(
            64 << 10,
            Capped { bytes, packed: count, unpacked: 0, caps, over: false, restarts },
        )))
    }
}

/// Stops at the caps, and at an error after which there is nothing more.
struct Capped {
    bytes: Box<dyn Read + Send>,
    packed: Arc<AtomicU64>,
    unpacked: u64,
    caps: Caps,
    over: bool,
    restarts: bool,
}

impl Read for Capped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.over {
            return Ok(0);
        }
        let n = match self.bytes.read(buffer) {
            Err(error) => {
                self.over = !self.restarts && error.kind() != io::ErrorKind::Interrupted;
                return Err(error);
            }
            Ok(n) => n,
        };
        self.unpacked += n as u64;
        let ratio = self.unpacked / self.packed.load(Ordering::Relaxed).max(1);
        let Caps { bytes, ratio: max_ratio } = self.caps;
        let reason = if self.unpacked > bytes {
            format!("it unpacks to more than {bytes} bytes")
        } else if ratio > max_ratio && self.unpacked > ANY_RATIO {
            format!("it unpacks to more than {max_ratio} times its size")
        } else {
            return Ok(n);
        };
        self.over = true;
        Err(io::Error::new(io::ErrorKind::InvalidData, reason + ", which no text does"))
    }
}

/// gzip members one after the other, as WARC files have one a record.
struct Gzip {
    member: Option<GzDecoder<PutBack>>,
    /// Nothing came since the last error, which was told.
    damaged: bool,
}

impl Read for Gzip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            match member.read(buffer) {
                Ok(0) if !buffer.is_empty() => self.next_member(false)?,
                Ok(n) => {
                    self.damaged = false;
                    return Ok(n);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    // What cannot be read further has no next member either.
                    self.next_member(true).unwrap_or_default();
                    if !std::mem::replace(&mut self.damaged, true) {
                        return Err(error);
                    }
                }
            }
        }
        Ok(0)
    }
}

impl Gzip {
    const MAGIC: [u8; 3] = *b"\x1f\x8b\x08";

    fn new(packed: PutBack) -> Self {
        Self { member: Some(GzDecoder::new(packed)), damaged: false }
    }

    /// Goes to the member after this one; after damage, to the next place that looks like the start of one.
    fn next_member(&mut self, search: bool) -> io::Result<()> {
        let Some(mut rest) = self.member.take().map(GzDecoder::into_inner) else { return Ok(()) };
        let mut last = [0; 3];
        loop {
            let buffer = fill(&mut rest)?;
            if buffer.is_empty() {
                return Ok(());
            }
            // Some programs fill up the last block with zeros.
            let start = buffer.iter().position(|&byte| {
                last = [last[1], last[2], byte];
                if search { last == Self::MAGIC } else { byte != 0 }
            });
            let Some(at) = start else {
                let n = buffer.len();
                rest.consume(n);
                continue;
            };
            rest.consume(at);
            if search {
                rest.consume(1);
                rest.put_back(Self::MAGIC.to_vec());
            }
            self.member = Some(GzDecoder::new(rest));
            return Ok(());
        }
    }
}
