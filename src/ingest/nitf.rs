//! NITF, the news industry's text format, as the New York Times' annotated corpus and agencies use it.

use serde_json::{Map, Value};

use super::markup::{Element, Manners};
use super::sgml::Documents;
use super::stream::Stream;
use super::{Format, Readings};

#[derive(Debug)]
pub(super) struct Nitf;

impl Format for Nitf {
    fn name(&self) -> &'static str {
        "NITF"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["nitf", "xml"]
    }

    fn about(&self) -> &'static str {
        "One document; told by the element nitf"
    }

    fn shows_in(&self, head: &[u8]) -> bool {
        has_tag(head, "nitf")
    }

    fn read(&self, stream: Stream) -> Readings {
        Box::new(Documents::new(stream, "nitf", Manners::Strict, parts))
    }
}

/// Whether a marked-up head has the start of an element of this name.
pub(super) fn has_tag(head: &[u8], name: &str) -> bool {
    head.trim_ascii_start().starts_with(b"<")
        && head.split(|&byte| byte == b'<').skip(1).any(|tag| {
            let end = tag.iter().position(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte));
            end.is_some_and(|end| tag[..end].rsplit(|&byte| byte == b':').next() == Some(name.as_bytes()))
        })
}

/// Text and metadata of a document.
pub(super) fn parts(nitf: &Element) -> Result<(String, Map<String, Value>), String> {
    let docdata = nitf.first("docdata");
    let docdata = |name: &str, attribute: &str| docdata?.attribute_of(name, attribute);
    let pubdata = |attribute: &str| nitf.attribute_of("pubdata", attribute);
    let byline = nitf.line("byline").map(|line| match line.get(..3) {
        Some(by) if by.eq_ignore_ascii_case("by ") => line[3..].to_owned(),
        _ => line,
    });
    let date = docdata("date.issue", "norm")
        .or_else(|| pubdata("date.publication"))
        .or_else(|| nitf.attribute_of("story.date", "norm"))
        .or_else(|| docdata("date.release", "norm"));
    let known = [
        ("id", docdata("doc-id", "id-string")),
        ("title", nitf.line("hl1").or_else(|| nitf.line("title"))),
        ("date", date),
        ("publisher", pubdata("name").or_else(|| docdata("doc.copyright", "holder"))),
        ("url", pubdata("ex-ref")),
        ("author", byline),
        ("dateline", nitf.line("dateline")),
    ];
    let mut fields: Map<_, _> =
        known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
    for meta in nitf.all("meta") {
        if let (Some(name), Some(content)) = (meta.attribute("name"), meta.attribute("content")) {
            fields.entry(name).or_insert_with(|| content.into());
        }
    }
    let content =
        nitf.first("body.content").or_else(|| nitf.first("body")).ok_or("there is no `body.content` in it")?;
    // The lead stands twice in the New York Times' corpus: in a block of its own and in the full text.
    let full = content.all("block").into_iter().find(|block| block.attribute("class") == Some("full_text"));
    Ok((full.unwrap_or(content).paragraphs(), fields))
}
