//! What stands on a page beside its article or in it as a foreign body, taken out of the tree before the article is looked
//! for: by elements, by the words of classes and ids, and by paragraphs that are no more than a link.

use dom_query::{Document, NodeRef};

/// Elements that hold no text of an article.
const NEVER: [&str; 16] = [
    "aside",
    "audio",
    "button",
    "dialog",
    "figcaption",
    "form",
    "iframe",
    "input",
    "nav",
    "noscript",
    "object",
    "script",
    "select",
    "style",
    "template",
    "video",
];

/// Elements that are never taken out, whatever they are called.
const KEPT: [&str; 8] = ["html", "head", "body", "article", "main", "title", "meta", "link"];

/// Words by which sites call what surrounds an article.
#[rustfmt::skip]
const FOREIGN: [&str; 72] = [
    "ad", "ads", "adsense", "adslot", "advert", "advertisement", "authorbio", "bio", "breadcrumb", "breadcrumbs", "byline",
    "bylines", "caption", "captions", "carousel", "comment", "comments", "consent", "cookie", "cookies", "copyright",
    "credit", "credits", "disclaimer", "disqus", "eyebrow", "footer", "gallery", "gdpr", "imagecaption", "inlinerelated",
    "kicker", "mostpopular", "mostread", "newsletter", "newsletters", "outbrain", "paywall", "permalink", "photocredit",
    "popular", "popup", "promo", "promos", "pubdate", "recirc", "recirculation", "recommendations", "recommended", "related",
    "relatedlinks", "share", "sharebar", "sharedaddy", "sharing", "sidebar", "signup", "slideshow", "social", "sponsor",
    "sponsored", "subscribe", "subscription", "taboola", "tag", "taglist", "tags", "teaser", "timestamp", "toolbar",
    "tooltip", "trending",
];

/// The greatest share of a page's paragraphs that a foreign body has: what has more is the article, or all of the page.
const MOST: f64 = 0.3;

/// The share of its characters from which on a paragraph is no more than its links.
const LINKED: f64 = 0.85;

/// Takes out what is no article.
pub(super) fn strip(document: &Document) {
    let all: usize = document.select("p").nodes().iter().map(NodeRef::normalized_char_count).sum();
    let most = (all as f64 * MOST) as usize;
    for node in document.root().descendants() {
        let Some(name) = node.node_name().filter(|name| !KEPT.contains(&&**name)) else { continue };
        let words = foreign_words(&node);
        // A post that is quoted.
        if words == ["social"] && has_quotation(&node) {
            node.remove_attrs(&["class", "id"]);
            continue;
        }
        let is_foreign = !words.is_empty()
            || NEVER.contains(&&*name)
            || (&*name == "figure" && !has_quotation(&node))
            || (&*name == "a" && is_note_mark(&node))
            || (matches!(&*name, "p" | "ul" | "ol") && is_linked(&node));
        if is_foreign && in_paragraphs(&node) <= most {
            node.remove_from_parent();
        }
    }
    unwrap(document);
}

/// Has each paragraph that is alone in a `div` stand without it: Readability looks at `div`s one by one, and takes one with
/// a longer link for navigation.
fn unwrap(document: &Document) {
    for node in document.select("p, blockquote").nodes() {
        let is_alone = |parent: &NodeRef<'_>| {
            parent.children_it(false).all(|child| {
                child.id == node.id || child.is_comment() || (child.is_text() && child.text().trim().is_empty())
            })
        };
        while let Some(parent) = node.parent().filter(|parent| parent.has_name("div") && is_alone(parent)) {
            parent.replace_with(node);
        }
    }
}

/// Whether it holds a quotation, a table or code, not a picture alone.
fn has_quotation(node: &NodeRef<'_>) -> bool {
    node.descendants_it().any(|node| ["blockquote", "table", "pre"].iter().any(|name| node.has_name(name)))
}

/// Code points in its paragraphs.
fn in_paragraphs(node: &NodeRef<'_>) -> usize {
    let all = std::iter::once(*node).chain(node.descendants_it());
    all.filter(|node| node.has_name("p")).map(|p| p.normalized_char_count()).sum()
}

/// Whether it leads to a note or back from one: `1`, `[2]`, `*`, `↩`.
fn is_note_mark(link: &NodeRef<'_>) -> bool {
    link.attr("href").is_some_and(|href| href.starts_with('#')) && {
        let text = link.text();
        text.chars().count() <= 4 && !text.contains(char::is_alphabetic)
    }
}

/// Whether nearly all that it says is links.
fn is_linked(node: &NodeRef<'_>) -> bool {
    let all = node.normalized_char_count();
    let links = node.descendants_it().filter(|node| node.has_name("a"));
    all > 0 && links.map(|a| a.normalized_char_count()).sum::<usize>() as f64 >= LINKED * all as f64
}

/// Those of [`FOREIGN`] that it is called by.
fn foreign_words(node: &NodeRef<'_>) -> Vec<&'static str> {
    let names = [node.class(), node.id_attr(), node.attr("data-component"), node.attr("data-module")];
    let words: Vec<String> = names.iter().flatten().flat_map(|name| words(name)).collect();
    FOREIGN.into_iter().filter(|foreign| words.iter().any(|word| word == foreign)).collect()
}

/// A name's words, and each two of them together: `photoCredit-2` is photo, credit, 2, photocredit, credit2.
fn words(names: &str) -> Vec<String> {
    let mut out = Vec::new();
    for name in names.split_whitespace() {
        let mut words = vec![String::new()];
        let mut was_lower = false;
        for c in name.chars() {
            if !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && was_lower) {
                words.push(String::new());
            }
            was_lower = c.is_ascii_lowercase();
            if let Some(word) = words.last_mut().filter(|_| c.is_ascii_alphanumeric()) {
                word.push(c.to_ascii_lowercase());
            }
        }
        words.retain(|word| !word.is_empty());
        out.extend(words.windows(2).map(<[String]>::concat));
        out.extend(words);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_their_words() {
        assert_eq!(words("photoCredit-2"), ["photocredit", "credit2", "photo", "credit", "2"]);
        assert_eq!(words("c-share_bar"), ["cshare", "sharebar", "c", "share", "bar"]);
        assert!(words("shared-lead leadership").iter().all(|word| !FOREIGN.contains(&word.as_str())));
    }

    #[test]
    fn foreign_bodies_go_and_the_article_stays() {
        let long = "The harbour master said that the ferry would sail again on Thursday. ".repeat(4);
        let page = format!(
            "<body class='has-sidebar'><article class='share'><p>{long}<a href='#n1'><sup>[17]</sup></a></p><div class='card'><p>{long}</p></div>\
             <p><a href='x'>READ OUR GUIDE TO FERRIES</a></p><figure><p>A ferry</p></figure><aside>Aside</aside>\
             <figure><blockquote><p>Quoted</p></blockquote></figure><div class='socialEmbed'><blockquote>Posted</blockquote>\
             </div><ul class='relatedLinks'><li>More</li></ul><span class='photo-credit'>A photographer</span></article></body>"
        );
        let document = Document::from(page.as_str());
        strip(&document);
        let text = document.text();
        assert_eq!(text.matches("harbour master").count(), 8);
        assert!(text.contains("Quoted") && text.contains("Posted"), "{text}");
        assert!(
            ["READ OUR", "A ferry", "Aside", "More", "photographer", "17"].iter().all(|gone| !text.contains(gone)),
            "{text}"
        );
        assert!(document.select("div").is_empty());
    }
}
