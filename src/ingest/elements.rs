//! Cuts marked-up files that hold several documents into the elements that are one each, so that a damaged one costs
//! itself alone and a file of any size takes no memory.

use std::io::{self, BufRead, Read};

use super::stream::{PutBack, skip_until};

/// The elements of one name in a file. The name counts with its case and without a namespace's prefix.
pub(super) struct Elements {
    name: &'static str,
    max_bytes: u64,
}

pub(super) enum Cut {
    /// From the start tag to the end tag.
    Element(Vec<u8>),
    /// Another one starts, or the file ends, before it does.
    Torn,
    TooLong,
    End,
}

impl Elements {
    pub(super) fn new(name: &'static str, max_bytes: u64) -> Self {
        Self { name, max_bytes }
    }

    /// The next one; what stands between them is passed over.
    pub(super) fn cut(&self, bytes: &mut PutBack) -> io::Result<Cut> {
        let mut element = loop {
            let piece = match self.piece(bytes)? {
                Some(piece) => piece,
                None => return Ok(Cut::End),
            };
            if let Some(at) = self.starts_at(&piece) {
                break piece[at..].to_vec();
            }
        };
        if element.ends_with(b"/>") {
            return Ok(Cut::Element(element));
        }
        let mut too_long = false;
        loop {
            let Some(piece) = self.piece(bytes)? else { return Ok(if too_long { Cut::TooLong } else { Cut::Torn }) };
            if let Some(at) = self.starts_at(&piece) {
                bytes.put_back(piece[at..].to_vec());
                return Ok(if too_long { Cut::TooLong } else { Cut::Torn });
            }
            let ends = self.is_tag(&piece, true).is_some();
            if !too_long {
                element.extend_from_slice(&piece);
            }
            if element.len() as u64 > self.max_bytes {
                (too_long, element) = (true, Vec::new());
            }
            if ends {
                return Ok(if too_long { Cut::TooLong } else { Cut::Element(element) });
            }
        }
    }

    /// Up to the next `>`, or `None` at the file's end.
    fn piece(&self, bytes: &mut PutBack) -> io::Result<Option<Vec<u8>>> {
        let mut piece = Vec::new();
        bytes.take(self.max_bytes.saturating_add(1)).read_until(b'>', &mut piece)?;
        if piece.len() as u64 > self.max_bytes {
            skip_until(bytes, b'>')?;
        }
        Ok((!piece.is_empty()).then_some(piece))
    }

    fn starts_at(&self, piece: &[u8]) -> Option<usize> {
        self.is_tag(piece, false)
    }

    /// Where the tag at the end of `piece` begins, if it is this element's.
    fn is_tag(&self, piece: &[u8], closing: bool) -> Option<usize> {
        let at = piece.iter().rposition(|&byte| byte == b'<')?;
        let tag = &piece[at + 1..];
        let tag = if closing { tag.strip_prefix(b"/")? } else { tag };
        let end = tag.iter().position(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte))?;
        let name = tag[..end].rsplit(|&byte| byte == b':').next()?;
        (name == self.name.as_bytes()).then_some(at)
    }
}
