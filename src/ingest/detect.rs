//! What a stream is, by its first bytes and by its name.

use std::io;

use super::decode::BOM;
use super::stream::Stream;
use super::unpack::{CAPS, Codec};
use super::{FORMATS, Format, Readings, find, nitf, only, root, text};

/// Bytes that must tell the format, if any do.
const HEAD: usize = 4096;

/// Archives and compressions inside each other that are opened; more is no corpus.
const MAX_DEPTH: usize = 4;

#[derive(Debug)]
pub(super) enum Kind {
    Packed(Codec),
    Plain(&'static Format),
}

/// The articles of a stream: taken out of its compression, and read by the reader of its format.
pub(super) fn readings(mut stream: Stream) -> Readings {
    if stream.depth > MAX_DEPTH {
        let reason = format!("more than {MAX_DEPTH} archives or compressions lie in each other; unpack the outer ones");
        return only(stream.reject(reason));
    }
    match kind(&mut stream) {
        Kind::Plain(format) => (format.read)(stream),
        Kind::Packed(codec) => match unpacked(stream, codec) {
            Ok(stream) => readings(stream),
            Err(error) => error,
        },
    }
}

fn unpacked(stream: Stream, codec: Codec) -> Result<Stream, Readings> {
    let Stream { id, name, hint, bytes, options, depth, .. } = stream;
    let (hint, depth) = (without_codec(&hint), depth + 1);
    let stream = |bytes| Stream { id, name, hint, bytes, file: None, options, depth };
    match codec.unpack(bytes, CAPS) {
        Ok(bytes) => Ok(stream(bytes)),
        Err(error) => {
            let stream = stream(super::PutBack::new(io::empty()));
            Err(only(stream.reject(format!("the file cannot be unpacked: {error}"))))
        }
    }
}

/// `june.jsonl.gz` as `june.jsonl`.
fn without_codec(hint: &str) -> String {
    let codec = find::extension(hint).filter(|extension| Codec::of_extension(extension).is_some());
    codec.map_or(hint, |extension| &hint[..hint.len() - extension.len() - 1]).to_owned()
}

/// Reads no more than it must, so that a slow pipe is not held up.
pub(super) fn kind(stream: &mut Stream) -> Kind {
    let named = find::format_of(&stream.hint).filter(|format| format.name != text::FORMAT.name);
    let wanted = stream.options.format.as_deref();
    let wanted = wanted.and_then(|wanted| FORMATS.iter().find(|format| format.extensions.contains(&wanted)));
    let mut ended = false;
    loop {
        let head = stream.bytes.head();
        if let Some(codec) = Codec::of_head(head) {
            return Kind::Packed(codec);
        }
        let body = head.strip_prefix(BOM).unwrap_or(head);
        if let Some(wanted) = wanted.filter(|_| ended || head.len() >= HEAD) {
            // What was asked for may come in archives.
            let outer = FORMATS.iter().find(|format| format.is_archive && (format.shows_in)(body));
            return Kind::Plain(outer.unwrap_or(wanted));
        }
        if wanted.is_some() {
            ended = !stream.bytes.look_further();
            continue;
        }
        if let Some(format) = FORMATS.iter().find(|format| (format.shows_in)(body)) {
            return Kind::Plain(format);
        }
        let enough = ended || head.len() >= HEAD;
        // A byte order mark may come in pieces.
        if named.is_none()
            && (enough || head.len() >= BOM.len())
            && let Some(format) = FORMATS.iter().find(|format| (format.may_begin)(body))
        {
            return Kind::Plain(format);
        }
        if enough {
            // The reader of `.xml` says what XML of other kinds is.
            let unnamed: &'static Format = if root::is_xml(body) { &nitf::FORMAT } else { &text::FORMAT };
            return Kind::Plain(named.unwrap_or(unnamed));
        }
        ended = !stream.bytes.look_further();
    }
}
