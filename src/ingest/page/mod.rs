//! HTML: the article of a page by a port of Firefox's Readability, which is given the page without what never is one, and
//! whose paragraphs are gone through once more; its metadata from JSON-LD and `meta` elements.

mod bounds;
mod metadata;
mod paragraphs;
mod strip;

use std::borrow::Cow;
use std::sync::LazyLock;

use dom_query::Document;
use dom_smoothie::{Config, Readability};
use encoding_rs::Encoding;
use regex::bytes::Regex;
use serde_json::{Map, Value};

use super::decode::{Decoded, decode, fault, joined};
use super::stream::Stream;
use super::{Format, Reading, Readings, exports, fields, only};
use crate::error::Place;
use bounds::{MAX_ELEMENTS, unwieldy};
use metadata::Stated;

/// Larger pages are no articles, and their trees would take gigabytes.
const MAX_PAGE: u64 = 8 << 20;

/// How much longer than what is found the text that a page states may be: a page that shows half an article is not it.
const LONGER: f64 = 1.5;

pub(super) const FORMAT: Format = Format {
    name: "HTML",
    extensions: &["html", "htm", "xhtml"],
    about: "The article of a web page; told by <!doctype html> or <html>",
    shows_in,
    ..Format::read_by(|stream| Box::new(std::iter::once_with(|| read(stream)).flatten()))
};

fn shows_in(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let has = |tag: &[u8]| head.windows(tag.len()).any(|part| part.eq_ignore_ascii_case(tag));
    head.starts_with(b"<") && (has(b"<!doctype html") || has(b"<html"))
}

fn read(mut stream: Stream) -> Readings {
    let bytes = match stream.whole() {
        Ok(bytes) => bytes,
        Err(reject) => return only(reject),
    };
    if exports::is_factiva(&bytes) {
        return exports::pages(stream, decoded(bytes, None));
    }
    Box::new(std::iter::once(article(stream, bytes)))
}

fn article(stream: Stream, bytes: Vec<u8>) -> Reading {
    let reject = |reason| stream.reject(reason);
    let page = Page::new(bytes, None, None).map_err(reject)?;
    page.article(stream.id.clone(), Place::file(stream.name.clone())).map_err(reject)
}

/// Why a piece of a page is not read.
pub(super) fn fault_of_piece(html: &str) -> Option<String> {
    let is_large = html.len() as u64 > MAX_PAGE;
    is_large.then(|| format!("the document is larger than {MAX_PAGE} bytes; save it alone")).or_else(|| unwieldy(html))
}

/// The article of a page.
pub(super) struct Page {
    text: String,
    fields: Map<String, Value>,
    warnings: Vec<String>,
}

impl Page {
    /// Finds the article in a page, whose server may have named an encoding.
    pub(super) fn new(bytes: Vec<u8>, charset: Option<&str>, url: Option<&str>) -> Result<Self, String> {
        if bytes.len() as u64 > MAX_PAGE {
            return Err(format!("the page is larger than {MAX_PAGE} bytes; save the article alone"));
        }
        let Decoded { text: html, warning } = decoded(bytes, charset);
        if let Some(fault) = fault(&html) {
            return Err(fault.into());
        }
        if let Some(fault) = unwieldy(&html) {
            return Err(fault);
        }
        let url = url.map(str::to_owned).or_else(|| link(&html));
        let document = Document::from(html);
        let stated = Stated::of(&document);
        strip::strip(&document);
        let config = Config { max_elements_to_parse: MAX_ELEMENTS, disable_json_ld: true, ..Config::default() };
        let unreadable = |error| format!("no article is found in the page: {error}");
        let found = Readability::with_document(document, None, Some(config))
            .and_then(|mut readability| readability.parse())
            .map_err(unreadable);
        let (mut text, found) = match found {
            Ok(found) => {
                let title = stated.title.as_deref().unwrap_or(&found.title);
                (paragraphs::paragraphs(&found.content, title).join("\n\n"), Some(found))
            }
            Err(reason) if stated.body.is_none() => return Err(reason),
            Err(_) => (String::new(), None),
        };
        let mut warnings: Vec<String> = warning.into_iter().collect();
        if let Some(body) = stated.body.filter(|body| body.len() as f64 > LONGER * text.len() as f64) {
            warnings.push("the text is the one that the page states for machines: much more than it shows".into());
            text = plain(&body);
        }
        if text.is_empty() {
            return Err("no article is found in the page".into());
        }
        let (title, author, date, publisher, lang) = found
            .map(|found| (Some(found.title), found.byline, found.published_time, found.site_name, found.lang))
            .unwrap_or_default();
        let known = [
            ("title", stated.title.or(title.filter(|title| !title.is_empty()))),
            ("author", stated.author.or(author)),
            ("date", stated.date.or(date)),
            ("publisher", stated.publisher.or(publisher)),
            ("url", stated.url.or(url)),
            ("lang", stated.lang.or(lang).filter(|lang| !lang.is_empty())),
        ];
        let fields = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
        Ok(Self { text, fields, warnings })
    }

    /// Adds to its metadata.
    pub(super) fn with(mut self, name: &str, value: Option<String>) -> Self {
        if let Some(value) = value {
            self.fields.insert(name.to_owned(), value.into());
        }
        self
    }

    pub(super) fn article(self, id: String, place: Place) -> Result<crate::Article, String> {
        let mut article = fields::article(id, place, self.text, self.fields);
        article.warnings.extend(self.warnings);
        Ok(article)
    }
}

/// The text of a piece of HTML that is an article, or of a summary, as feeds carry them. Without marks, blank lines part the
/// paragraphs.
pub(super) fn fragment(html: &str, title: &str) -> Result<String, String> {
    static MARK: LazyLock<regex::Regex> =
        LazyLock::new(|| regex::Regex::new(r"(?i)<(?:p|br|div|li|td|pre)\b").expect("the pattern is right"));
    if html.len() as u64 > MAX_PAGE {
        return Err(format!("its HTML is larger than {MAX_PAGE} bytes; save the article alone"));
    }
    if let Some(fault) = unwieldy(html) {
        return Err(fault);
    }
    let html = if MARK.is_match(html) { html.into() } else { marked(html) };
    let document = Document::fragment(&*html);
    strip::strip(&document);
    Ok(paragraphs::of_fragment(&document, title).join("\n\n"))
}

/// HTML with marks where blank lines part its paragraphs.
pub(super) fn marked(html: &str) -> Cow<'_, str> {
    static BLANK: LazyLock<regex::Regex> =
        LazyLock::new(|| regex::Regex::new(r"\r?\n[ \t]*\r?\n").expect("the pattern is right"));
    BLANK.replace_all(html, "<br><br>")
}

/// A title, or another line, that may be written as HTML.
pub(super) fn line(html: String) -> String {
    if !(html.contains('&') || html.contains("</")) || unwieldy(&html).is_some() {
        return html;
    }
    joined(&Document::fragment(&*html).text())
}

/// The paragraphs of a stated text, which may be markup itself.
fn plain(body: &str) -> String {
    if body.contains("</p>") || body.contains("<br") {
        return paragraphs::paragraphs(body, "").join("\n\n");
    }
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n\n")
}

/// Decodes a page by its byte order mark, its server's word or its own, in this order.
fn decoded(bytes: Vec<u8>, charset: Option<&str>) -> Decoded {
    static META: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i)<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_:.-]+)"#)
            .expect("the pattern is right")
    });
    let meta = META.captures(&bytes[..bytes.len().min(4096)]).map(|captures| captures[1].to_vec());
    let label = charset.map(|label| label.as_bytes().to_vec()).or(meta);
    match label.and_then(|label| Encoding::for_label(&label)) {
        Some(encoding) if Encoding::for_bom(&bytes).is_none() && std::str::from_utf8(&bytes).is_err() => {
            let (text, _, had_errors) = encoding.decode(&bytes);
            let warning = || format!("broken {}: what could not be decoded was replaced by U+FFFD", encoding.name());
            Decoded { text: text.into_owned(), warning: had_errors.then(warning) }
        }
        _ => decode(bytes),
    }
}

/// The address that a page gives as its own.
fn link(html: &str) -> Option<String> {
    static LINK: LazyLock<regex::Regex> = LazyLock::new(|| {
        regex::Regex::new(r#"(?i)<link[^>]{0,200}?rel=["']?canonical["']?[^>]{0,200}?href=["']([^"'>]{1,2000})["']"#)
            .expect("the pattern is right")
    });
    LINK.captures(html).map(|captures| captures[1].to_owned())
}
