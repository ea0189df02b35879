//! Gigaword's SGML: many `DOC` elements a file.

use super::Format;
use super::documents::{Dialect, Document, Documents};
use super::markup::{Element, Manners};
use super::root;

pub(super) const FORMAT: Format = Format {
    name: "Gigaword SGML",
    extensions: &["sgml", "sgm"],
    about: "Documents one after another; told by <DOC id=",
    shows_in,
    ..Format::read_by(|stream| Box::new(Documents::new(stream, &SGML)))
};

fn shows_in(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    head.starts_with(b"<DOC ") || head.starts_with(b"<DOC>")
}

const SGML: Dialect =
    Dialect { names: &["DOC"], manners: Manners::Loose, document, nothing: |head, _| root::no_article(head, "DOC") };

fn document(doc: &Element, _: &Element) -> Result<Document, String> {
    let known = [
        ("id", doc.attribute("id").map(str::to_owned).or_else(|| doc.line("DOCNO"))),
        ("title", doc.line("HEADLINE")),
        ("date", doc.line("DATE_TIME").or_else(|| doc.line("DATE"))),
        ("dateline", doc.line("DATELINE")),
        ("type", doc.attribute("type").map(str::to_owned)),
    ];
    let fields = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
    let text = doc.first("TEXT").ok_or("there is no `TEXT` in it")?;
    if text.first("P").is_some() {
        return Ok(Document::Article(text.paragraphs(), fields));
    }
    // Without marks, blank lines part the paragraphs.
    let text = text.raw_text();
    let mut paragraphs = vec![String::new()];
    for line in text.lines().map(str::trim) {
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    Ok(Document::Article(paragraphs.join("\n\n"), fields))
}
