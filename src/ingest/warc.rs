//! WARC, as Common Crawl's news crawl is: HTTP responses, of which those that hold HTML are articles, and the texts that
//! others took from them (WET). Requests, pictures, redirects and what else a crawl writes down are passed over.

use std::io::{self, BufRead, Read};
use std::sync::Arc;

use super::page::Page;
use super::stream::{PutBack, Stream, fill, skip_until};
use super::unpack::{CAPS, Codec};
use super::{Format, Reading, Readings, fields, only};
use crate::error::{Place, Reject};

/// The longest head of a record or response.
const MAX_HEAD: usize = 1 << 16;

pub(super) const FORMAT: Format = Format {
    name: "WARC",
    extensions: &["warc", "wet", "arc"],
    about: "A crawl: responses with HTML, and the texts of WET files; told by WARC/ at the start",
    shows_in: |head| is_start(head) || head.starts_with(ARC),
    ..Format::read_by(articles)
};

fn articles(stream: Stream) -> Readings {
    if stream.bytes.head().starts_with(ARC) {
        let reason = "an ARC file, WARC's forerunner; make it one with `warcio recompress IN OUT`";
        return only(stream.reject(reason));
    }
    Box::new(Records { stream, number: 0, any: false, damaged: false, over: false })
}

/// What every record begins with; the version's first number comes after it.
const START: &[u8] = b"WARC/";

/// What the format before it begins with.
const ARC: &[u8] = b"filedesc://";

/// Whether a record begins here, of version 1 or of the drafts before.
fn is_start(line: &[u8]) -> bool {
    matches!(line.strip_prefix(START), Some([b'0' | b'1', b'.', ..]))
}

struct Records {
    stream: Stream,
    /// Records so far, of all kinds.
    number: u64,
    /// Whether one was an article or should have been.
    any: bool,
    /// The last thing that came was an error.
    damaged: bool,
    over: bool,
}

/// Names and values.
struct Head(Vec<(String, String)>);

impl Head {
    /// Parses lines of `Name: value`, as forgivingly as browsers do: blanks before the colon, bytes that are no ASCII, and
    /// lines that go on.
    fn new(lines: &[u8]) -> Option<Self> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for line in lines.split(|&byte| byte == b'\n') {
            let text = String::from_utf8_lossy(line);
            let goes_on = text.starts_with([' ', '\t']);
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            match (pairs.last_mut().filter(|_| goes_on), text.split_once(':')) {
                (Some((_, value)), _) => *value = format!("{value} {text}"),
                (None, Some((name, value))) if !name.trim().is_empty() => {
                    pairs.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                (None, _) => return None,
            }
        }
        Some(Self(pairs))
    }

    /// The head of an HTTP response of any version, with its status and where its body begins.
    fn of_response(response: &[u8]) -> Option<(u16, Self, usize)> {
        let ends = |mark: &[u8]| response.windows(mark.len()).position(|part| part == mark).map(|at| at + mark.len());
        let limit = response.len().min(MAX_HEAD);
        let body = match (ends(b"\r\n\r\n"), ends(b"\n\n")) {
            (Some(a), Some(b)) => a.min(b),
            (a, b) => a.or(b)?,
        };
        let head = response.get(..body.min(limit))?;
        let line = head.iter().position(|&byte| byte == b'\n')?;
        let mut status = std::str::from_utf8(&head[..line]).ok()?.split_ascii_whitespace();
        let is_http = status.next()?.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("HTTP/"));
        let code = status.next()?.parse().ok().filter(|_| is_http)?;
        Some((code, Self::new(&head[line + 1..])?, body))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

enum Next {
    Record(Head, Vec<u8>),
    Passed,
    Damage(String),
    End,
}

impl Iterator for Records {
    type Item = Reading;

    fn next(&mut self) -> Option<Reading> {
        while !self.over {
            let next = self.next_record();
            self.number += u64::from(!matches!(next, Ok(Next::End)));
            self.damaged &= next.is_err();
            match next {
                Ok(Next::Record(head, body)) => {
                    if let Some(reading) = self.article(&head, &body) {
                        self.any = true;
                        return Some(reading);
                    }
                }
                Ok(Next::Passed) => {}
                Ok(Next::Damage(reason)) => {
                    self.any = true;
                    return Some(Err(self.reject(None, reason)));
                }
                Ok(Next::End) => {
                    self.over = true;
                    let reason = "there is no response with HTML in the file; leave it out";
                    return (!self.any).then(|| Err(self.stream.reject(reason)));
                }
                Err(error) => {
                    self.over = std::mem::replace(&mut self.damaged, true);
                    self.any = true;
                    let reason = format!("the record is damaged: {error}");
                    return (!self.over).then(|| Err(self.reject(None, reason)));
                }
            }
        }
        None
    }
}

impl Records {
    fn next_record(&mut self) -> io::Result<Next> {
        // Two blank lines end a record.
        loop {
            match fill(&mut self.stream.bytes)?.first() {
                None => return Ok(Next::End),
                Some(b'\r' | b'\n') => self.stream.bytes.consume(1),
                Some(_) => break,
            }
        }
        let head = self.head()?;
        let parsed = is_start(&head).then(|| head.iter().position(|&byte| byte == b'\n')).flatten();
        let Some(head) = parsed.and_then(|line| Head::new(&head[line + 1..])) else {
            self.find_record()?;
            return Ok(Next::Damage("the record's head is damaged".into()));
        };
        let Some(length) = head.get("Content-Length").and_then(|length| length.parse::<u64>().ok()) else {
            self.find_record()?;
            return Ok(Next::Damage("the record does not say its length".into()));
        };
        let is_read = head
            .get("WARC-Type")
            .is_some_and(|kind| ["response", "conversion"].iter().any(|read| kind.eq_ignore_ascii_case(read)));
        let max = self.stream.options.max_bytes;
        if length > max {
            let passed = io::copy(&mut (&mut self.stream.bytes).take(length), &mut io::sink())?;
            return Ok(match is_read {
                _ if passed < length => Next::Damage("the record was cut off".into()),
                true => Next::Damage(format!("the record is longer than {max} bytes; raise --max-bytes")),
                false => Next::Passed,
            });
        }
        let mut body = Vec::new();
        (&mut self.stream.bytes).take(length).read_to_end(&mut body)?;
        if !self.is_at_end_of_record()? {
            // The length is wrong, and other records may lie in what was taken for this one's content.
            self.stream.bytes.put_back(body);
            self.find_record()?;
            return Ok(Next::Damage("the record's length is wrong, or it was cut off".into()));
        }
        Ok(if is_read { Next::Record(head, body) } else { Next::Passed })
    }

    /// The lines up to a blank one, or as many as a head may have.
    fn head(&mut self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        loop {
            let start = head.len();
            let room = (MAX_HEAD - start) as u64;
            (&mut self.stream.bytes).take(room).read_until(b'\n', &mut head)?;
            let line = &head[start..];
            if line.trim_ascii().is_empty() || (start > 0 && is_start(line)) || head.len() >= MAX_HEAD {
                return Ok(head);
            }
        }
    }

    fn is_at_end_of_record(&mut self) -> io::Result<bool> {
        let mut end = Vec::new();
        (&mut self.stream.bytes).take(4).read_to_end(&mut end)?;
        let is_end = end == b"\r\n\r\n";
        // The checksum of a compressed record comes after it.
        fill(&mut self.stream.bytes)?;
        self.stream.bytes.put_back(end);
        Ok(is_end)
    }

    /// Passes over lines until one begins a record.
    fn find_record(&mut self) -> io::Result<()> {
        loop {
            let mut line = Vec::new();
            (&mut self.stream.bytes).take(START.len() as u64 + 2).read_until(b'\n', &mut line)?;
            if line.is_empty() || is_start(&line) {
                self.stream.bytes.put_back(line);
                return Ok(());
            }
            if !line.ends_with(b"\n") {
                skip_until(&mut self.stream.bytes, b'\n')?;
            }
        }
    }

    /// The article of a response; `None` if it holds none.
    fn article(&self, record: &Head, response: &[u8]) -> Option<Reading> {
        let id = record.get("WARC-Record-ID").and_then(|id| id.strip_prefix("<urn:uuid:")?.strip_suffix('>'));
        let id = id.map_or_else(|| format!("{}:{}", self.stream.id, self.number), str::to_owned);
        if record.get("WARC-Type").is_some_and(|kind| kind.eq_ignore_ascii_case("conversion")) {
            return self.text(id, record, response);
        }
        let Some((code, head, start)) = Head::of_response(response) else {
            return Some(Err(self.reject(Some(id), "the response's head is damaged")));
        };
        let kind = head.get("Content-Type").unwrap_or_default().to_ascii_lowercase();
        if code != 200 || !(kind.is_empty() || kind.contains("html")) {
            return None;
        }
        let charset = kind.split_once("charset=").map(|(_, label)| label.trim_matches(['"', '\'', ' ']).to_owned());
        let url = record.get("WARC-Target-URI").map(|url| url.trim_matches(['<', '>']));
        let page = self
            .body(&head, &response[start..])
            .and_then(|body| Page::new(body, charset.as_deref(), url))
            .map(|page| page.with("url", url.map(str::to_owned)))
            .map(|page| page.with("crawled", record.get("WARC-Date").map(str::to_owned)))
            .and_then(|page| page.article(id.clone(), self.place()));
        Some(page.map_err(|reason| self.reject(Some(id), reason)))
    }

    /// The text that somebody took from a page, a block a line; `None` if it is something else.
    fn text(&self, id: String, record: &Head, text: &[u8]) -> Option<Reading> {
        if !record.get("Content-Type").is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/plain")) {
            return None;
        }
        let Ok(text) = std::str::from_utf8(text) else {
            return Some(Err(self.reject(Some(id), "the text is not UTF-8")));
        };
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() {
            return Some(Err(self.reject(Some(id), "the text is empty")));
        }
        let named = [("url", "WARC-Target-URI"), ("crawled", "WARC-Date")];
        let fields = named.iter().filter_map(|(name, header)| Some(((*name).to_owned(), record.get(header)?.into())));
        Some(Ok(fields::article(id, self.place(), lines.join("\n\n"), fields.collect())))
    }

    /// The page, without what HTTP did to it. Crawlers often undo it and leave the head as it was.
    fn body(&self, head: &Head, body: &[u8]) -> Result<Vec<u8>, String> {
        let chunked = head.get("Transfer-Encoding").is_some_and(|coding| coding.contains("chunked"));
        let body = chunked.then(|| dechunked(body)).flatten().unwrap_or_else(|| body.to_vec());
        let Some(codec) = head.get("Content-Encoding").and_then(|_| Codec::of_head(&body)) else { return Ok(body) };
        let max = self.stream.options.max_bytes;
        let mut page = Vec::new();
        let unpacked = codec
            .unpack(io::Cursor::new(body), CAPS)
            .and_then(|bytes: PutBack| bytes.take(max.saturating_add(1)).read_to_end(&mut page));
        match unpacked {
            Ok(_) if page.len() as u64 > max => Err(format!("the page is longer than {max} bytes; raise --max-bytes")),
            Ok(_) => Ok(page),
            Err(error) => Err(format!("the response cannot be unpacked: {error}")),
        }
    }

    fn place(&self) -> Place {
        Place::record(Arc::clone(&self.stream.name), self.number)
    }

    fn reject(&self, id: Option<String>, reason: impl Into<String>) -> Reject {
        self.stream.reject_at(id, self.place(), reason)
    }
}

/// The content of a body in HTTP's chunks; `None` if it is not in chunks.
fn dechunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let httparse::Status::Complete((start, size)) = httparse::parse_chunk_size(body).ok()? else { return None };
        if size == 0 {
            return Some(whole);
        }
        let end = start.checked_add(usize::try_from(size).ok()?)?;
        whole.extend_from_slice(body.get(start..end)?);
        body = body.get(end..)?.strip_prefix(b"\r\n")?;
    }
}
