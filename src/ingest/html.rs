//! HTML: the article of a page by a port of Firefox's Readability, without navigation, advertisements and comments; its
//! metadata from `meta` elements and JSON-LD.

use std::sync::LazyLock;

use dom_smoothie::{Config, Readability, TextMode};
use encoding_rs::Encoding;
use regex::bytes::Regex;
use serde_json::{Map, Value};

use super::decode::{Decoded, decode, fault};
use super::stream::Stream;
use super::{Format, Reading, Readings, fields};
use crate::error::Place;

/// Larger pages are no articles, and their trees would take gigabytes.
const MAX_PAGE: u64 = 8 << 20;

/// Elements of a page that is read.
const MAX_ELEMENTS: usize = 50_000;

/// How deep they may lie in each other. The library takes time by the square of it.
const MAX_DEPTH: usize = 500;

#[derive(Debug)]
pub(super) struct Html;

impl Format for Html {
    fn name(&self) -> &'static str {
        "HTML"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["html", "htm", "xhtml"]
    }

    fn shows_in(&self, head: &[u8]) -> bool {
        let head = head.trim_ascii_start();
        let has = |tag: &[u8]| head.windows(tag.len()).any(|part| part.eq_ignore_ascii_case(tag));
        head.starts_with(b"<") && (has(b"<!doctype html") || has(b"<html"))
    }

    fn read(&self, stream: Stream) -> Readings {
        Box::new(std::iter::once_with(|| read(stream)))
    }
}

fn read(mut stream: Stream) -> Reading {
    let bytes = stream.whole()?;
    let reject = |reason| stream.reject(reason);
    let page = Page::new(bytes, None, None).map_err(reject)?;
    page.article(stream.id.clone(), Place::file(stream.name.clone())).map_err(reject)
}

/// The article of a page.
pub(super) struct Page {
    text: String,
    fields: Map<String, Value>,
    warning: Option<String>,
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
        let config =
            Config { text_mode: TextMode::Formatted, max_elements_to_parse: MAX_ELEMENTS, ..Config::default() };
        let url = url.map(str::to_owned).or_else(|| link(&html));
        let unreadable = |error| format!("no article is found in the page: {error}");
        let mut readability = Readability::new(html, None, Some(config)).map_err(unreadable)?;
        let article = readability.parse().map_err(unreadable)?;
        let known = [
            ("title", Some(article.title).filter(|title| !title.is_empty())),
            ("author", article.byline),
            ("date", article.published_time),
            ("publisher", article.site_name),
            ("url", article.url.or(url)),
            ("lang", article.lang),
        ];
        let fields = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
        let text = article.text_content.trim().to_owned();
        if text.is_empty() {
            return Err("no article is found in the page".into());
        }
        Ok(Self { text, fields, warning })
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
        article.warnings.extend(self.warning);
        Ok(article)
    }
}

/// Why a page would take a parser too long, if it would.
fn unwieldy(html: &str) -> Option<String> {
    /// Elements that have no end, or need none.
    const OPEN: [&str; 26] = [
        "area", "base", "body", "br", "col", "dd", "dt", "embed", "head", "hr", "html", "img", "input", "li", "link",
        "meta", "option", "p", "param", "source", "tbody", "td", "th", "thead", "tr", "wbr",
    ];
    let (mut elements, mut depth, mut deepest) = (0, 0_usize, 0);
    for tag in html.split('<').skip(1) {
        let closes = tag.starts_with('/');
        let tag = tag.trim_start_matches('/');
        let name = &tag[..tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len())];
        if name.is_empty() || OPEN.iter().any(|open| name.eq_ignore_ascii_case(open)) {
            elements += usize::from(!name.is_empty());
        } else if closes {
            depth = depth.saturating_sub(1);
        } else {
            (elements, depth) = (elements + 1, depth + 1);
            deepest = deepest.max(depth);
        }
    }
    if elements > 2 * MAX_ELEMENTS {
        return Some(format!("the page has more than {MAX_ELEMENTS} elements; save the article alone"));
    }
    (deepest > MAX_DEPTH).then(|| format!("more than {MAX_DEPTH} of the page's elements lie in each other"))
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
