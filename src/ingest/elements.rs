//! Cuts marked-up files that hold several documents into the elements that are one each, so that a damaged one costs
//! itself alone and a file of any size takes no memory.

use std::io::{self, BufRead, Read};

use super::stream::{PutBack, skip_until};

/// Bytes before the first element that are kept: what a file says of all of them.
const HEAD: usize = 64 << 10;

/// Where tags stand for themselves: what begins such a section and what ends it.
const SECTIONS: [(&[u8], &[u8]); 2] = [(b"<![CDATA[", b"]]>"), (b"<!--", b"-->")];

/// The elements of some names in a file. The names count with their case and without a namespace's prefix.
pub(super) struct Elements {
    names: &'static [&'static str],
    max_bytes: u64,
    head: Vec<u8>,
    /// Whether one has been found.
    any: bool,
}

/// With the element's name.
pub(super) enum Cut {
    /// From the start tag to the end tag.
    Element(&'static str, Vec<u8>),
    /// Another one starts, or the file ends, before it does.
    Torn(&'static str),
    TooLong(&'static str),
    End,
}

/// Some bytes of a file.
struct Piece {
    bytes: Vec<u8>,
    /// Whether it ends with a tag, not with a comment or CDATA.
    is_tag: bool,
}

impl Elements {
    pub(super) fn new(names: &'static [&'static str], max_bytes: u64) -> Self {
        Self { names, max_bytes, head: Vec::new(), any: false }
    }

    /// What stood before the first one, or its beginning.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// The next one; what stands between them is passed over.
    pub(super) fn cut(&mut self, bytes: &mut PutBack) -> io::Result<Cut> {
        let (name, mut element) = loop {
            let Some(piece) = self.piece(bytes)? else { return Ok(Cut::End) };
            let start = self.start(&piece);
            if !self.any {
                let before = &piece.bytes[..start.map_or(piece.bytes.len(), |(_, at)| at)];
                if self.head.len() + before.len() <= HEAD {
                    self.head.extend_from_slice(before);
                }
            }
            if let Some((name, at)) = start {
                self.any = true;
                break (name, piece.bytes[at..].to_vec());
            }
        };
        if element.ends_with(b"/>") {
            return Ok(Cut::Element(name, element));
        }
        let mut too_long = false;
        let broken = |too_long| if too_long { Cut::TooLong(name) } else { Cut::Torn(name) };
        loop {
            let Some(piece) = self.piece(bytes)? else { return Ok(broken(too_long)) };
            if let Some((_, at)) = self.start(&piece) {
                bytes.put_back(piece.bytes[at..].to_vec());
                return Ok(broken(too_long));
            }
            if !too_long {
                element.extend_from_slice(&piece.bytes);
            }
            if element.len() as u64 > self.max_bytes {
                (too_long, element) = (true, Vec::new());
            }
            if piece.is_tag && tag(&piece.bytes, true).is_some_and(|(found, _)| found == name.as_bytes()) {
                return Ok(if too_long { Cut::TooLong(name) } else { Cut::Element(name, element) });
            }
        }
    }

    /// Up to the next tag's end, or to that of a comment or CDATA; `None` at the file's end.
    fn piece(&self, bytes: &mut PutBack) -> io::Result<Option<Piece>> {
        let mut piece = self.up_to_bracket(bytes)?;
        let Some((at, begin, end)) = section(&piece) else {
            return Ok((!piece.is_empty()).then_some(Piece { bytes: piece, is_tag: true }));
        };
        let inside = at + begin.len();
        // Where a document begins in it.
        let mut start = self.start_of(&piece).map(|(_, at)| at).filter(|&at| at >= inside);
        while !piece[inside..].ends_with(end) {
            let more = self.up_to_bracket(bytes)?;
            // One that has no end of its own would take the documents after it for its content.
            let is_open = more.is_empty() || piece.len() as u64 > self.max_bytes || contains(&more, begin);
            if is_open && let Some(start) = start {
                bytes.put_back([&piece[start..], &more].concat());
                piece.truncate(start);
                break;
            }
            if more.is_empty() || piece.len() as u64 > self.max_bytes {
                piece.extend(more);
                break;
            }
            start = start.or_else(|| self.start_of(&more).map(|(_, at)| piece.len() + at));
            piece.extend(more);
        }
        Ok(Some(Piece { bytes: piece, is_tag: false }))
    }

    /// Up to the next `>`; nothing at the file's end.
    fn up_to_bracket(&self, bytes: &mut PutBack) -> io::Result<Vec<u8>> {
        let mut piece = Vec::new();
        bytes.take(self.max_bytes.saturating_add(1)).read_until(b'>', &mut piece)?;
        if piece.len() as u64 > self.max_bytes && !piece.ends_with(b">") {
            skip_until(bytes, b'>')?;
        }
        Ok(piece)
    }

    /// The element that starts at the end of `piece`, and where.
    fn start(&self, piece: &Piece) -> Option<(&'static str, usize)> {
        if piece.is_tag { self.start_of(&piece.bytes) } else { None }
    }

    fn start_of(&self, piece: &[u8]) -> Option<(&'static str, usize)> {
        let (found, at) = tag(piece, false)?;
        let name = self.names.iter().find(|name| name.as_bytes() == found)?;
        Some((name, at))
    }
}

/// The name of the tag at the end of `piece`, without a prefix, and where it begins.
fn tag(piece: &[u8], closing: bool) -> Option<(&[u8], usize)> {
    let at = piece.iter().rposition(|&byte| byte == b'<')?;
    let tag = &piece[at + 1..];
    let tag = if closing { tag.strip_prefix(b"/")? } else { tag };
    let end = tag.iter().position(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte))?;
    Some((tag[..end].rsplit(|&byte| byte == b':').next()?, at))
}

/// Where a comment or CDATA begins in `piece`, and how it begins and ends.
fn section(piece: &[u8]) -> Option<(usize, &'static [u8], &'static [u8])> {
    (0..piece.len()).filter(|&at| piece[at] == b'<').find_map(|at| {
        let (begin, end) = SECTIONS.into_iter().find(|(begin, _)| piece[at..].starts_with(begin))?;
        Some((at, begin, end))
    })
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
