//! NewsML 1 (iptc.org/standards/newsml-1), which agencies used before NewsML-G2: news items with headlines in `NewsLines` and
//! their text, in NITF, XHTML or as it is, in a `DataContent`. Those that hold pictures alone, or names of other items, are
//! passed over.

use serde_json::Map;

use super::documents::{Dialect, Document, Documents};
use super::markup::{Element, Manners};
use super::root::{self, has_tag};
use super::{Format, nitf, page};

pub(super) const FORMAT: Format = Format {
    name: "NewsML 1",
    extensions: &[],
    about: "News items with their text inside; told by the element NewsML",
    shows_in: |head| root::root(head) == Some("NewsML") || has_tag(head, "NewsItem"),
    ..Format::read_by(|stream| Box::new(Documents::new(stream, &NEWSML)))
};

const NEWSML: Dialect = Dialect {
    names: &["NewsItem"],
    manners: Manners::Strict,
    document,
    nothing: |head, others| match others {
        [] if root::root(head) != Some("NewsML") => root::no_article(head, "NewsItem"),
        [] => "a NewsML message without a news item; leave it out".to_owned(),
        kinds => format!("a NewsML {} list, no article; leave it out", kinds.join(" and ")),
    },
};

fn document(item: &Element, _: &Element) -> Result<Document, String> {
    let contents = item.all("ContentItem");
    let kind = |content: &Element| content.attribute_of("MediaType", "FormalName").unwrap_or_default();
    let is_text =
        |content: &Element| matches!(kind(content).to_ascii_lowercase().as_str(), "" | "text" | "complextext");
    let Some(content) = contents.iter().filter(|content| is_text(content)).find_map(|c| c.first("DataContent")) else {
        return match contents.first() {
            Some(content) if is_text(content) => Err("its content is elsewhere, not in a `DataContent`".to_owned()),
            Some(content) => Ok(Document::Other(medium(&kind(content)))),
            None if item.first("NewsItemRef").is_some() => Ok(Document::Other("package")),
            None => Err("there is no `ContentItem` in it".to_owned()),
        };
    };
    let (text, inner) = match content.first("nitf") {
        Some(nitf) => nitf::parts(nitf)?,
        None => (text(content)?, Map::new()),
    };
    let identified = || {
        let parts = ["ProviderId", "DateId", "NewsItemId"].map(|name| item.line(name));
        parts.into_iter().collect::<Option<Vec<_>>>().map(|parts| parts.join(":"))
    };
    let named = |name: &str| item.first(name)?.attribute_of("Party", "FormalName");
    let date = ["FirstCreated", "ThisRevisionCreated", "DateAndTime"].into_iter().find_map(|name| item.line(name));
    let known = [
        ("id", item.line("PublicIdentifier").or_else(identified)),
        ("title", item.line("HeadLine")),
        ("date", date),
        ("publisher", named("Provider").or_else(|| named("Source"))),
        ("author", item.line("ByLine").map(nitf::without_by)),
        ("dateline", item.line("DateLine")),
        ("creditline", item.line("CreditLine")),
        ("language", item.attribute_of("Language", "FormalName")),
        ("status", item.attribute_of("Status", "FormalName")),
    ];
    let mut fields: Map<_, _> =
        known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
    for (name, value) in inner {
        fields.entry(name).or_insert(value);
    }
    Ok(Document::Article(text, fields))
}

fn medium(kind: &str) -> &'static str {
    const MEDIA: [&str; 4] = ["graphic", "video", "audio", "animation"];
    MEDIA.into_iter().find(|known| kind.eq_ignore_ascii_case(known)).unwrap_or("picture")
}

/// The text of a content that is not NITF.
fn text(content: &Element) -> Result<String, String> {
    if content.elements().next().is_some() {
        let body = ["body.content", "body"].into_iter().find_map(|name| content.first(name));
        return Ok(body.unwrap_or(content).paragraphs());
    }
    let text = content.raw_text();
    if text.contains("</p>") { page::fragment(&text, "") } else { Ok(text.trim().to_owned()) }
}
