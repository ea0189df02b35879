//! NewsML-G2 (iptc.org/standards/newsml-g2): news items with their text in NITF, in HTML or as it is. Pictures, packages and
//! other items without a text lie among them, and are passed over.

use serde_json::Map;

use super::Format;
use super::documents::{Dialect, Document, Documents};
use super::markup::{Element, Manners};
use super::nitf;
use super::page;
use super::root::{self, has_tag};

pub(super) const FORMAT: Format = Format {
    name: "NewsML-G2",
    extensions: &["newsml"],
    about: "News items with their text inside; told by the element newsItem, newsMessage or packageItem",
    shows_in: |head| NAMES.iter().chain(&["newsMessage"]).any(|name| has_tag(head, name)),
    ..Format::read_by(|stream| Box::new(Documents::new(stream, &NEWSML)))
};

/// The items of NewsML-G2. Only the first may be articles.
const NAMES: [&str; 6] = ["newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"];

const NEWSML: Dialect = Dialect {
    names: &NAMES,
    manners: Manners::Strict,
    document,
    nothing: |head, others| match others {
        [] => root::no_article(head, "newsItem"),
        kinds => format!("a NewsML-G2 {} list, no article; leave it out", kinds.join(" and ")),
    },
};

/// What an item is, if it has no text.
fn other(item: &Element) -> Option<&'static str> {
    const CLASSES: [&str; 6] = ["picture", "graphic", "video", "audio", "animation", "composite"];
    match item.name.as_str() {
        "newsItem" => {
            let class = item.attribute_of("itemClass", "qcode")?;
            let class = class.rsplit(':').next()?;
            CLASSES.into_iter().find(|known| *known == class)
        }
        "packageItem" => Some("package"),
        "planningItem" => Some("planning"),
        _ => Some("concept"),
    }
}

fn document(item: &Element, _: &Element) -> Result<Document, String> {
    if let Some(kind) = other(item) {
        return Ok(Document::Other(kind));
    }
    let content = item.first("contentSet").ok_or("there is no `contentSet` in it")?;
    let (text, inner) = match (content.first("nitf"), content.first("inlineData")) {
        (Some(nitf), _) => nitf::parts(nitf)?,
        (None, Some(data)) => {
            let is_html = data.attribute("contenttype").is_some_and(|kind| kind.contains("html"));
            let text = data.raw_text();
            (if is_html { page::fragment(&text, "")? } else { text }, Map::new())
        }
        (None, None) => {
            let inline = content.first("inlineXML").ok_or("its content is elsewhere (`remoteContent`)")?;
            (inline.first("body").unwrap_or(inline).paragraphs(), Map::new())
        }
    };
    // A later version of an item has its id again.
    let version = item.attribute("version").filter(|version| *version != "1");
    let id = item.attribute("guid").map(|id| version.map_or(id.to_owned(), |version| format!("{id}:{version}")));
    let named = |name: &str| {
        let element = item.first(name)?;
        element.first("name").map(Element::raw_text).or_else(|| element.attribute("literal").map(str::to_owned))
    };
    let known = [
        ("id", id),
        ("title", item.line("headline")),
        ("date", ["contentCreated", "firstCreated", "versionCreated"].into_iter().find_map(|name| item.line(name))),
        ("publisher", named("provider").or_else(|| named("copyrightHolder"))),
        ("author", item.line("by").map(nitf::without_by)),
        ("creditline", item.line("creditline")),
        ("language", item.attribute_of("language", "tag")),
        ("pubStatus", item.attribute_of("pubStatus", "qcode")),
    ];
    let mut fields = Map::new();
    for (name, value) in known {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value.into());
        }
    }
    for (name, value) in inner {
        fields.entry(name).or_insert(value);
    }
    Ok(Document::Article(text, fields))
}
