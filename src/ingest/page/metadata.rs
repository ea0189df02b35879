//! What a page says of its article: schema.org's JSON-LD first, then `meta` elements.

use std::borrow::Cow;

use dom_query::Document;
use serde_json::Value;

use crate::ingest::decode::joined;

/// What a page states; nothing of it is guessed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Stated {
    pub(super) title: Option<String>,
    /// Names, with commas between them.
    pub(super) author: Option<String>,
    /// As written.
    pub(super) date: Option<String>,
    pub(super) publisher: Option<String>,
    pub(super) url: Option<String>,
    pub(super) lang: Option<String>,
    /// The article's text.
    pub(super) body: Option<String>,
}

/// The names of `meta` elements for each field, the most reliable first.
const TITLE: [&str; 5] = ["og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title"];
const AUTHOR: [&str; 8] = [
    "author",
    "parsely-author",
    "sailthru.author",
    "article:author",
    "dc.creator",
    "byl",
    "og:article:author",
    "creator",
];
const DATE: [&str; 15] = [
    "article:published_time",
    "article:published",
    "og:article:published_time",
    "datepublished",
    "og:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "pdate",
    "publish-date",
    "publication_date",
    "pubdate",
    "dc.date.issued",
    "dc.date",
    "date",
    "article.published",
];
const PUBLISHER: [&str; 3] = ["og:site_name", "dc.publisher", "publisher"];
const URL: [&str; 1] = ["og:url"];

impl Stated {
    pub(super) fn of(document: &Document) -> Self {
        let scripts = document.select("script[type='application/ld+json' i]");
        let mut objects = Vec::new();
        for script in scripts.nodes() {
            flatten(json(&script.text()), &mut objects);
        }
        let article = objects.iter().find(|object| is_article(&object["@type"])).unwrap_or(&Value::Null);
        let mut metas: Vec<(String, String)> = Vec::new();
        for element in document.select("meta[content], time[itemprop][datetime]").nodes() {
            let Some(content) = element.attr("content").or_else(|| element.attr("datetime")).and_then(|of| text(&of))
            else {
                continue;
            };
            for names in ["property", "name", "itemprop"].iter().filter_map(|name| element.attr(name)) {
                metas.extend(names.split_whitespace().map(|name| (name.to_ascii_lowercase(), content.clone())));
            }
        }
        let meta = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| metas.iter().find(|(known, _)| known == name).map(|(_, content)| content.clone()))
        };
        let publisher = meta(&PUBLISHER).or_else(|| name(&article["publisher"]));
        let title = article["headline"].as_str().and_then(text).or_else(|| meta(&TITLE));
        let lang = document.html_root().attr("lang").and_then(|lang| text(&lang));
        Self {
            title: title.map(|title| without_site(&title, publisher.as_deref()).to_owned()),
            author: names(&article["author"]).or_else(|| meta(&AUTHOR).and_then(|names| as_names(&names))),
            date: article["datePublished"].as_str().and_then(text).or_else(|| meta(&DATE)),
            url: meta(&URL),
            lang: lang.or_else(|| article["inLanguage"].as_str().and_then(text)),
            body: article["articleBody"].as_str().map(str::to_owned),
            publisher,
        }
    }
}

/// A script's JSON, in which sites write line breaks that should not be there.
fn json(script: &str) -> Value {
    let script =
        script.trim().trim_start_matches("<!--").trim_start_matches("//<![CDATA[").trim_start_matches("<![CDATA[");
    let script =
        script.trim_end_matches("-->").trim_end_matches("//]]>").trim_end_matches("]]>").trim().trim_end_matches(';');
    let script: Cow<'_, str> = match script.contains(char::is_control) {
        true => script.replace(char::is_control, " ").into(),
        false => script.into(),
    };
    serde_json::from_str(&script).unwrap_or_default()
}

/// Objects of lists, of `@graph`s, and what a page says that it is about.
fn flatten(value: Value, objects: &mut Vec<Value>) {
    match value {
        Value::Array(values) => values.into_iter().for_each(|value| flatten(value, objects)),
        Value::Object(mut object) => {
            let inner = ["@graph", "mainEntity"].map(|name| object.shift_remove(name));
            objects.push(Value::Object(object));
            inner.into_iter().flatten().for_each(|value| flatten(value, objects));
        }
        _ => {}
    }
}

/// Whether a type, or one of several, is that of an article.
fn is_article(of: &Value) -> bool {
    match of {
        Value::String(of) => {
            let of = of.rsplit(['/', ':']).next().unwrap_or_default();
            of.ends_with("Article") || of.ends_with("Posting") || of == "Report"
        }
        Value::Array(all) => all.iter().any(is_article),
        _ => false,
    }
}

/// The names of authors, by themselves or in objects.
fn names(value: &Value) -> Option<String> {
    let all: Vec<String> = match value {
        Value::Array(all) => all.iter().filter_map(name).collect(),
        one => name(one).into_iter().collect(),
    };
    as_names(&all.join(", "))
}

fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => text(name),
        Value::Object(object) => match object.get("name")? {
            Value::Array(names) => text(&names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")),
            name => text(name.as_str()?),
        },
        Value::Array(all) => name(all.first()?),
        _ => None,
    }
}

/// Names without `By`, each once; addresses are none.
fn as_names(written: &str) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for name in written.split(", ") {
        let name = name.trim();
        let name = name.strip_prefix("By ").or_else(|| name.strip_prefix("by ")).unwrap_or(name).trim();
        if !(name.is_empty() || name.contains("://") || names.contains(&name)) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

/// A text on one line, without references; `None` if nothing is left.
fn text(written: &str) -> Option<String> {
    let written = joined(written);
    let plain = quick_xml::escape::unescape(&written).map(Cow::into_owned).unwrap_or(written);
    (!plain.is_empty()).then_some(plain)
}

/// A title without the site's name at its end.
fn without_site<'a>(title: &'a str, publisher: Option<&str>) -> &'a str {
    let plain = |name: &str| -> String {
        let name = name.to_lowercase();
        name.strip_prefix("the ").unwrap_or(&name).chars().filter(|c| c.is_alphanumeric()).collect()
    };
    let Some(site) = publisher.map(plain).filter(|site| !site.is_empty()) else { return title };
    let ends = [" | ", " - ", " – ", " — ", " :: ", " » ", " · "];
    let cut = ends.iter().filter_map(|end| title.rsplit_once(end)).find(|(_, tail)| {
        let tail = plain(tail);
        tail == site || tail.strip_suffix("com") == Some(&site) || site.strip_suffix("com") == Some(&tail)
    });
    cut.map_or(title, |(head, _)| head.trim_end()).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(head: &str) -> Stated {
        Stated::of(&Document::from(format!("<html lang='en-GB'><head>{head}</head><body></body></html>")))
    }

    fn ld(json: &str) -> Stated {
        stated(&format!("<script type='application/ld+json'>{json}</script>"))
    }

    #[test]
    fn json_ld_in_all_its_shapes() {
        for json in [
            r#"{"@type": "NewsArticle", "headline": "Ferry sails", "author": {"name": "Ann Lee"}}"#,
            r#"[{"@type": "WebSite", "headline": "No"}, {"@type": ["Thing", "ReportageNewsArticle"], "headline": "Ferry sails", "author": "Ann Lee"}]"#,
            r#"{"@context": ["https://schema.org", {}], "@graph": [{"@type": "Person", "name": "No"},
                {"@type": "schema:Article", "headline": "Ferry
                sails", "author": [{"name": "By Ann Lee"}, {"name": ["Ann Lee"]}]}]}"#,
            r#"//<![CDATA[
                {"@type": "BlogPosting", "headline": "Ferry sails", "author": [{"url": "x", "name": "Ann Lee"}, "https://x.example"]};
                //]]>"#,
        ] {
            let found = ld(json);
            assert_eq!(
                (found.title.as_deref(), found.author.as_deref()),
                (Some("Ferry sails"), Some("Ann Lee")),
                "{json}"
            );
            assert_eq!(found.lang.as_deref(), Some("en-GB"));
        }
        assert_eq!(
            ld(r#"{"@type": "NewsArticle", "author": [{"name": "A"}, {"name": "B"}]}"#).author.as_deref(),
            Some("A, B")
        );
        assert_eq!(ld("{").title, None);
    }

    #[test]
    fn meta_elements_where_there_is_no_json_ld() {
        let found = stated(
            "<meta property='og:title' content='Rudder &amp;amp; keel | The Skerry Post'><meta property='og:site_name' content='Skerry Post'>\
             <meta name='Author' content='By Ann Lee, Joe Bloggs'><meta property='article:published' itemprop='dateCreated datePublished' content='2026-02-02'>",
        );
        assert_eq!(stated("<time itemprop='datePublished' datetime='2026-02-02'>").date.as_deref(), Some("2026-02-02"));
        assert_eq!(found.title.as_deref(), Some("Rudder & keel"));
        assert_eq!(found.author.as_deref(), Some("Ann Lee, Joe Bloggs"));
        assert_eq!((found.date.as_deref(), found.publisher.as_deref()), (Some("2026-02-02"), Some("Skerry Post")));
    }

    #[test]
    fn only_the_sites_own_name_is_cut() {
        assert_eq!(without_site("Ferry sails - Skerry.com", Some("Skerry")), "Ferry sails");
        assert_eq!(without_site("Ferry sails - at last", Some("Skerry")), "Ferry sails - at last");
        assert_eq!(without_site("Ferry | Skerry", None), "Ferry | Skerry");
    }
}
