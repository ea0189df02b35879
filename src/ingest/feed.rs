//! Feeds: RSS 2.0 (rssboard.org/rss-specification) and 1.0 (web.resource.org/rss/1.0), Atom (RFC 4287), and the export of a
//! WordPress site, which is RSS with fields of its own (`wp:`). An item or entry is an article: its content, or its summary
//! where the feed has no more.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Map, Value};

use super::documents::{Dialect, Document, Documents};
use super::markup::{Element, Manners};
use super::root::root;
use super::stream::Stream;
use super::{Format, Readings, nitf, page};

/// Bytes that must have the root in them.
const HEAD: usize = 16 << 10;

pub(super) const FORMAT: Format = Format {
    name: "RSS and Atom",
    extensions: &["rss", "atom", "rdf", "wxr"],
    about: "An item, entry or published post; told by the elements rss, feed or RDF",
    shows_in,
    ..Format::read_by(articles)
};

fn shows_in(head: &[u8]) -> bool {
    match root(head) {
        Some("rss" | "feed") => true,
        Some("RDF") => is_rss_1(head),
        _ => false,
    }
}

fn articles(mut stream: Stream) -> Readings {
    while root(stream.bytes.head()).is_none() && stream.bytes.head().len() < HEAD && stream.bytes.look_further() {}
    let is_atom = root(stream.bytes.head()) == Some("feed");
    Box::new(Documents::new(stream, if is_atom { &ATOM } else { &RSS }))
}

const RSS: Dialect = Dialect { names: &["item"], manners: Manners::Lax, document, nothing };

const ATOM: Dialect = Dialect { names: &["entry"], ..RSS };

/// Whether RDF, which may hold anything, is a feed.
fn is_rss_1(head: &[u8]) -> bool {
    let rss = b"http://purl.org/rss/1.0/";
    head.windows(rss.len()).any(|part| part == rss)
}

fn nothing(head: &[u8], others: &[&str]) -> String {
    let what = match (root(head), others) {
        (Some("rss"), [kind, ..]) => format!("a WordPress export without a {kind}"),
        (Some("rss"), _) => "an RSS feed without items".to_owned(),
        (Some("RDF"), _) if is_rss_1(head) => "an RSS feed without items".to_owned(),
        (Some("feed"), _) => "an Atom feed without entries".to_owned(),
        _ => return super::root::no_article(head, "item"),
    };
    format!("{what}; leave it out")
}

fn document(item: &Element, head: &Element) -> Result<Document, String> {
    let line = |prefix: &str, name: &str| item.children(prefix, name).find_map(Element::folded);
    let own = |name: &str| item.own(name).find_map(Element::folded);
    let post_type = line("wp", "post_type");
    if post_type.is_some() && (post_type.as_deref(), line("wp", "status").as_deref()) != (Some("post"), Some("publish"))
    {
        return Ok(Document::Other("published post"));
    }
    // RSS 1.0 has it in another namespace than the root.
    let channel = head.elements().find(|element| element.name == "channel").unwrap_or(head);
    let title = item.own("title").find_map(title_of);
    let text = text_of(item, title.as_deref().unwrap_or_default(), post_type.is_some())?;

    let url = url(item);
    let dates = [
        line("wp", "post_date").filter(|date| !date.starts_with("0000")),
        own("pubDate"),
        own("published"),
        own("issued"),
        line("dc", "date"),
        line("dcterms", "issued"),
        own("updated"),
        own("modified"),
    ];
    // Where an aggregator has it from.
    let source = item.own("source").next();
    let source = source.and_then(|source| source.own("title").next().or(Some(source))).and_then(title_of);
    let known = [
        (
            "id",
            own("guid").or_else(|| own("id")).or_else(|| item.attribute("about").map(str::to_owned)).or(url.clone()),
        ),
        ("title", title),
        ("date", dates.into_iter().flatten().next()),
        ("publisher", source.or_else(|| channel.own("title").find_map(title_of))),
        ("url", url),
        ("author", author(item, channel)),
        (
            "language",
            item.attribute("lang").map(str::to_owned).or_else(|| channel.own("language").find_map(Element::folded)),
        ),
    ];
    let mut fields: Map<_, _> =
        known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect();
    let category = |element: &Element| element.folded().or_else(|| element.attribute("term").map(str::to_owned));
    let categories: Vec<Value> = item.own("category").filter_map(category).map(Value::from).collect();
    if !categories.is_empty() {
        fields.insert("category".to_owned(), categories.into());
    }
    Ok(Document::Article(text, fields))
}

/// The first text that an item has, from its content to its summary.
fn text_of(item: &Element, title: &str, is_wordpress: bool) -> Result<String, String> {
    let content = item.children("content", "encoded").chain(item.own("content"));
    for element in content.chain(item.own("description")).chain(item.own("summary")) {
        let text = if element.elements().next().is_some() {
            element.paragraphs()
        } else {
            match (element.attribute("type"), item.name.as_str()) {
                // Atom's own rule: what does not say that it is HTML is not.
                (Some("text" | "text/plain") | None, "entry") => element.raw_text().trim().to_owned(),
                _ if is_wordpress => page::fragment(&page::marked(&without_codes(&element.raw_text())), title)?,
                _ => page::fragment(&element.raw_text(), title)?,
            }
        };
        if !text.is_empty() {
            return Ok(text);
        }
    }
    Ok(String::new())
}

/// A post without WordPress's short codes: pictures with captions, players and galleries.
fn without_codes(post: &str) -> String {
    static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?s)\[caption\b[^\]]*\].*?\[/caption\]|\[embed\b[^\]]*\].*?\[/embed\]")
            .expect("the pattern is right")
    });
    static TAG: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"\[/?(?:gallery|audio|video|playlist|embed|caption|youtube|contact-form|vc_\w+|et_pb_\w+)\b[^\]]*\]",
        )
        .expect("the pattern is right")
    });
    TAG.replace_all(&WHOLE.replace_all(post, ""), "").into_owned()
}

/// A title on one line. That of RSS is HTML as a rule, though nothing says so.
fn title_of(title: &Element) -> Option<String> {
    let line = title.folded()?;
    let is_plain = matches!(title.attribute("type"), Some("text" | "xhtml"));
    Some(if is_plain { line } else { page::line(line) })
}

fn url(item: &Element) -> Option<String> {
    let is_own = |link: &&Element| matches!(link.attribute("rel"), None | Some("alternate"));
    let address = |link: &Element| link.attribute("href").map(str::to_owned).or_else(|| link.folded());
    item.own("link").filter(is_own).find_map(address).or_else(|| {
        let guid = item.own("guid").find(|guid| guid.attribute("isPermaLink") != Some("false"))?;
        guid.folded().filter(|guid| guid.starts_with("http"))
    })
}

fn author(item: &Element, channel: &Element) -> Option<String> {
    let mut names: Vec<String> = item.children("dc", "creator").filter_map(Element::folded).collect();
    // WordPress names its authors by how they log in.
    for name in &mut names {
        let is_named = |author: &&Element| author.line("author_login").as_ref() == Some(name);
        let author = channel.children("wp", "author").find(is_named);
        if let Some(shown) = author.and_then(|author| author.line("author_display_name")) {
            *name = shown;
        }
    }
    for of in [item, channel] {
        if names.is_empty() {
            names = of.own("author").filter_map(written_name).collect();
        }
    }
    (!names.is_empty()).then(|| nitf::without_by(names.join(", ")))
}

/// The name of an Atom author, or that in RSS's `ann@skerry.example (Ann Lee)`; an address alone is none.
fn written_name(author: &Element) -> Option<String> {
    if let Some(name) = author.own("name").next() {
        return name.folded();
    }
    let line = author.folded()?;
    match line.split_once('(') {
        Some((_, name)) => Some(name.trim_end_matches(')').trim().to_owned()).filter(|name| !name.is_empty()),
        None => Some(line).filter(|line| !line.contains('@')),
    }
}
