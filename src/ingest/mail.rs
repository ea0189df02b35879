//! Mail, `.eml`: subject, sender, date, and the plain text, or else the article of the HTML.

use std::iter;

use mail_parser::{Address, Message, MessageParser, PartType};
use serde_json::{Map, Value};

use super::decode::{fault, joined};
use super::page::Page;
use super::stream::Stream;
use super::{Format, Reading, fields};
use crate::article::with_line_feeds;
use crate::error::Place;

pub(super) const FORMAT: Format = Format {
    name: "mail",
    extensions: &["eml"],
    about: "One letter: its text, or its page; told by a head with From, Date or Subject, and what servers add",
    shows_in,
    ..Format::read_by(|stream| Box::new(iter::once_with(|| read(stream))))
};

fn shows_in(head: &[u8]) -> bool {
    let lines = head.split(|&byte| byte == b'\n').take_while(|line| !line.trim_ascii().is_empty());
    let mut fields = lines.filter(|line| !line.starts_with(b" ") && !line.starts_with(b"\t")).map(field).peekable();
    let (mut is_letter, mut was_sent) = (false, false);
    // The last line may not be there as a whole.
    while let Some(name) = fields.next() {
        match name {
            Some(name) => {
                is_letter |= ["from", "date", "subject"].contains(&&*name);
                was_sent |= ["received", "message-id", "mime-version", "return-path"].contains(&&*name);
            }
            None if fields.peek().is_some() => return false,
            None => {}
        }
    }
    is_letter && was_sent
}

/// The name of the field that a line begins with.
fn field(line: &[u8]) -> Option<String> {
    let name = &line[..line.iter().position(|&byte| byte == b':')?];
    let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    is_name.then(|| String::from_utf8_lossy(name).to_ascii_lowercase())
}

fn read(mut stream: Stream) -> Reading {
    let bytes = stream.whole()?;
    let place = Place::file(stream.name.clone());
    article(&bytes, stream.id.clone(), place).map_err(|reason| stream.reject(reason))
}

/// The article that a message is, or why it is none.
pub(super) fn article(message: &[u8], id: String, place: Place) -> Result<crate::Article, String> {
    let message = MessageParser::default().parse(message).ok_or("this is no mail: it has no head")?;
    if message.subject().is_none() && message.from().is_none() {
        return Err("this is no mail: its head has neither `Subject` nor `From`".to_owned());
    }
    let fields = stated(&message);
    if let Some(text) = plain(&message) {
        return match fault(&text) {
            None => Ok(fields::article(id, place, text, fields)),
            Some(fault) => Err(fault.to_owned()),
        };
    }
    let html = message.html_bodies().find_map(|part| match &part.body {
        PartType::Html(html) if !html.trim().is_empty() => Some(html),
        _ => None,
    });
    let html = html.ok_or("there is no text in the mail")?;
    let mut page = Page::new(html.clone().into_owned().into_bytes(), Some("utf-8"), None)?;
    for (name, value) in fields {
        page = page.with(&name, value.as_str().map(str::to_owned));
    }
    page.article(id, place)
}

fn stated(message: &Message) -> Map<String, Value> {
    let date = message.date().filter(|date| date.is_valid());
    let date = date.map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day));
    let known = [("title", message.subject().map(joined)), ("author", message.from().and_then(sender)), ("date", date)];
    let known = known.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)));
    known.map(|(name, value)| (name.to_owned(), value.into())).collect()
}

/// The name, or the address of one without.
fn sender(from: &Address) -> Option<String> {
    let first = from.first()?;
    first.name().or(first.address()).map(joined)
}

/// The text as its author wrote it, without a signature.
fn plain(message: &Message) -> Option<String> {
    let texts = message.text_bodies().filter_map(|part| match &part.body {
        PartType::Text(text) if !text.trim().is_empty() => Some(with_line_feeds(text.clone().into_owned())),
        _ => None,
    });
    let text = texts.collect::<Vec<_>>().join("\n\n");
    let text = without_signature(&text).trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The lines of the longest signature; what is longer goes on below a rule.
const SIGNATURE: usize = 8;

fn without_signature(text: &str) -> &str {
    // Quoted-printable may lose the blank that the mark ends with.
    let mark = ["\n-- \n", "\n--\n"].into_iter().find_map(|mark| text.rsplit_once(mark));
    mark.filter(|(_, signature)| signature.trim().lines().count() <= SIGNATURE).map_or(text, |(text, _)| text)
}
