//! NewsML-G2: news items with their text in NITF or XHTML, or as it is.

use serde_json::{Map, Value};

use super::markup::{Element, Manners};
use super::nitf::{self, has_tag};
use super::sgml::Documents;
use super::stream::Stream;
use super::{Format, Readings};

#[derive(Debug)]
pub(super) struct NewsMl;

impl Format for NewsMl {
    fn name(&self) -> &'static str {
        "NewsML-G2"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["newsml"]
    }

    fn about(&self) -> &'static str {
        "News items with their text inside; told by the element newsItem, newsMessage or packageItem"
    }

    fn shows_in(&self, head: &[u8]) -> bool {
        has_tag(head, "newsItem") || has_tag(head, "newsMessage")
    }

    fn read(&self, stream: Stream) -> Readings {
        Box::new(Documents::new(stream, "newsItem", Manners::Strict, parts))
    }
}

fn parts(item: &Element) -> Result<(String, Map<String, Value>), String> {
    let content = item.first("contentSet").ok_or("there is no `contentSet` in it")?;
    let (text, inner) = match (content.first("nitf"), content.first("inlineData")) {
        (Some(nitf), _) => nitf::parts(nitf)?,
        (None, Some(data)) => (data.raw_text(), Map::new()),
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
        ("author", item.line("by").map(|by| by.strip_prefix("By ").map(str::to_owned).unwrap_or(by))),
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
    Ok((text, fields))
}
