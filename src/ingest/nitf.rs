//! NITF, the news industry's text format (iptc.org/standards/nitf), as the New York Times' annotated corpus and agencies
//! use it. XML of other kinds is said to be that.

use serde_json::{Map, Value};

use super::Format;
use super::documents::{Dialect, Document, Documents};
use super::markup::{Element, Manners};
use super::root::{self, has_tag};

pub(super) const FORMAT: Format = Format {
    name: "NITF",
    extensions: &["nitf", "xml"],
    about: "One document; told by the element nitf",
    shows_in: |head| has_tag(head, "nitf"),
    ..Format::read_by(|stream| Box::new(Documents::new(stream, &NITF)))
};

const NITF: Dialect = Dialect {
    names: &["nitf"],
    manners: Manners::Strict,
    document: |nitf, _| parts(nitf).map(|(text, fields)| Document::Article(text, fields)),
    nothing: |head, _| root::no_article(head, "nitf"),
};

/// `By Ann Lee,` as `Ann Lee`.
pub(super) fn without_by(line: String) -> String {
    let name = line.get(..3).filter(|by| by.eq_ignore_ascii_case("by ")).map_or(&*line, |_| &line[3..]);
    name.trim_end_matches([',', ' ']).to_owned()
}

/// Text and metadata of a document.
pub(super) fn parts(nitf: &Element) -> Result<(String, Map<String, Value>), String> {
    let docdata = nitf.first("docdata");
    let docdata = |name: &str, attribute: &str| docdata?.attribute_of(name, attribute);
    let pubdata = |attribute: &str| nitf.attribute_of("pubdata", attribute);
    let byline = nitf.first("byline");
    let author = byline.and_then(|byline| byline.folded_without("byttl")).map(without_by);
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
        ("author", author),
        ("byttl", byline.and_then(|byline| byline.line("byttl"))),
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
