//! From an article's tree to its paragraphs, and those among them that are furniture: calls to subscribe, pictures' credits,
//! datelines and bylines at the edges, links to other articles.

use std::sync::LazyLock;

use dom_query::{Document, NodeRef};
use regex::Regex;

use crate::ingest::decode::joined;

/// A paragraph, on one line.
#[derive(Debug)]
pub(super) struct Paragraph {
    text: String,
    is_heading: bool,
    is_item: bool,
}

/// The paragraphs of the article in `content`, which is called `title`.
pub(super) fn paragraphs(content: &str, title: &str) -> Vec<String> {
    texts(article(all(&Document::fragment(content)), title, Edges::Cut))
}

/// Code points of the longest text that is taken for a summary.
const SUMMARY: usize = 200;

/// The paragraphs of a tree that holds nothing but the article: a summary as it is, more than that without furniture.
pub(super) fn of_fragment(document: &Document, title: &str) -> Vec<String> {
    let whole = all(document);
    let is_summary = whole.iter().map(|paragraph| paragraph.text.chars().count()).sum::<usize>() < SUMMARY;
    if is_summary {
        return texts(whole);
    }
    texts(article(whole, title, Edges::Kept))
}

fn all(document: &Document) -> Vec<Paragraph> {
    let mut walk = Walk::default();
    walk.node(&document.root(), Within::default());
    walk.end(Within::default());
    walk.out
}

fn texts(paragraphs: Vec<Paragraph>) -> Vec<String> {
    paragraphs.into_iter().map(|paragraph| paragraph.text).collect()
}

/// What a text stands in.
#[derive(Clone, Copy, Default)]
struct Within {
    heading: bool,
    item: bool,
}

#[derive(Default)]
struct Walk {
    out: Vec<Paragraph>,
    text: String,
}

/// Elements that begin a paragraph, and end one.
#[rustfmt::skip]
const BLOCKS: [&str; 40] = [
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
];

impl Walk {
    fn node(&mut self, node: &NodeRef<'_>, within: Within) {
        if node.is_text() {
            self.text.push_str(&node.text());
            return;
        }
        let name = node.node_name().unwrap_or_default();
        if &*name == "br" {
            self.text.push(BREAK);
            return;
        }
        let is_block = BLOCKS.contains(&&*name);
        let inner = Within {
            heading: within.heading || matches!(&*name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6"),
            item: within.item || &*name == "li",
        };
        if is_block {
            self.end(within);
        }
        for child in node.children_it(false) {
            self.node(&child, inner);
        }
        if is_block {
            self.end(inner);
        }
    }

    /// Two breaks are the end of a paragraph, one is a blank.
    fn end(&mut self, within: Within) {
        static BREAKS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\u{2028}\s*\u{2028}").expect("it is right"));
        for part in BREAKS.split(&std::mem::take(&mut self.text)) {
            let text = joined(part);
            if !text.is_empty() {
                self.out.push(Paragraph { text, is_heading: within.heading, is_item: within.item });
            }
        }
    }
}

/// What stands for `br`: Unicode's line separator, which is white space.
const BREAK: char = '\u{2028}';

/// A pattern of whatever case.
fn pattern(parts: &[&str]) -> Regex {
    Regex::new(&format!("(?i){}", parts.concat())).expect("the pattern is right")
}

/// Paragraphs that call for something, or name what else there is.
static FURNITURE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&[
        r"^\W*(?:",
        r"(?:read|see|watch|listen|hear) (?:more|also|next|now|on|below|live)\b.{0,120}",
        r"|(?:see|view) (?:more )?(?:photos|all|comments|author archive)\b.{0,40}",
        r"|(?:related|recommended|trending|more|read|watch|listen|download|itunes|also|photos?|pictures?|images?|video|credits?",
        r"|tags?|topics|sources?|filed under|editor'?s note|disclaimer|citation|contributing|additional reporting",
        r"|explore further|version tested)",
        r"(?: (?:stor(?:y|ies)|articles?|posts?|coverage|reading|content|credits?|news|links?|by|from))?s?:.{0,200}",
        r"|(?:related|recent|popular|latest|more) (?:articles?|stories|posts?|coverage|content|news|links?|great|from)\b.{0,60}",
        r"|the post .{1,200} (?:appeared first|first appeared) on .{1,80}",
        r"|popular this week|most (?:popular|read)|trending(?: now)?|you (?:may|might) also (?:like|be interested).{0,20}",
        r"|(?:click|tap) (?:here|to)\b.{0,120}|(?:sign|signing) up\b.{0,200}|subscribe\b.{0,160}",
        r"|join .{0,40}newsletter.{0,80}|(?:get|start) (?:the|your|our|all)\b.{0,120}(?:newsletters?|inbox|apps?|updates)\b.{0,80}",
        r"|follow (?:us|me|him|her|them|[\w .]{2,30}) on\b.{0,100}|like us on facebook.{0,60}",
        r"|share(?: this\b.{0,40}|(?: \w+){0,3})|sharing is caring.{0,3}|tweet(?: \w+){0,3}",
        r"|(?:post |leave a |\d+ )?(?:comments?|reply)(?: \(.{0,6}\))?|tell us what you think.{0,4}|have a tip\?.{0,200}",
        r"|advert(?:isement)?s?(?: - .{0,60})?|sponsored(?: content)?|iklan|story continues(?: below)?.{0,20}",
        r"|continue reading.{0,40}|scroll to continue.{0,30}|loading.{0,4}",
        r"|(?:image|photo|picture|slide) \d+ (?:of|/) [\d /]*|caption|close|print(?: article)?|text size|order reprints",
        r"|email the author|about the author|view author archive|learn more",
        r"|(?:\(c\)|©|copyright\b).{0,160}|all rights reserved.{0,60}|the contents of this site\b.{0,200}",
        r"|this document is subject to copyright.{0,300}|with (?:post wires|wire reports|agencies|reuters|afp)",
        r"|write to .{3,40} at \S+@\S+|note: we are (?:temporarily )?moderating.{0,200}",
        r"|.{0,80} contributed (?:reporting|to this (?:report|story|article)).{0,80}",
        r"|.{0,60}(?:getty images|reuters|afp|associated press|shutterstock|istock)(?: photo)?",
        r")$",
    ])
});

/// In brackets all over: a picture's or a report's credits, or a link to elsewhere.
static BRACKETED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&[
        r"^[(\[](?:image|photo|credit|picture|file|courtesy|reporting|writing|editing|additional|related|read|more|watch|©|사진)",
        r"\b?.*[)\]]\.?$",
    ])
});

/// When something was published.
static DATED: LazyLock<Regex> = LazyLock::new(|| {
    const MONTH: &str = "(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*";
    pattern(&[
        r"^(?:(?:first )?(?:published|updated|posted|last (?:updated|modified)|today|created)\b.{0,90}",
        r"|(?:by .{2,50}[|·•–-] *)?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?",
        &format!(r"(?:{MONTH}\.? \d{{1,2}}(?:,? \d{{4}})?|\d{{1,2}}(?:st|nd|rd|th)? {MONTH}\.?,? \d{{4}}"),
        r"|\d{1,4}[./-]\d{1,2}[./-]\d{2,4})",
        r"[\s,|·•@–-]*(?:at )?(?:\d{1,2}[:.]\d\d(?:[:.]\d\d)? ?(?:[ap]\.?m\.?)?)?[\s,|·•–-]*(?:[a-z]{2,4})?",
        r"(?:[\s,|·•–-]*updated.{0,60})?[\s|·•]*)$",
    ])
});

/// Who wrote it.
static BYLINE: LazyLock<Regex> = LazyLock::new(|| {
    const NAME: &str = r"[\p{Lu}][\w.'’:/-]*|\d+|and|AND|&|of|for|the|de|van|von";
    Regex::new(&format!(r"^(?:[Bb]y|BY):?(?: (?:{NAME})(?:[ ,|&–-]+(?:{NAME}))*(?: .{{0,4}}\d{{1,4}}.{{0,40}})?)?$"))
        .expect("the pattern is right")
});

/// Where what comes after an article begins.
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&[
        r"^\W*(?:more (?:great|from|on|stories|news|coverage)\b.{0,60}|you (?:may|might) also like.{0,20}",
        r"|(?:related|recent|popular|latest|recommended) (?:articles?|stories|posts?|coverage|content|news|links?|reading)\b.{0,60}",
        r"|trending(?: now)?|most (?:popular|read)|popular this week|about the authors?|comments?|read next|up next",
        r"|something to consider|read more|sponsored.{0,30}|tags|filed under.*|leave a (?:reply|comment))\W*$",
    ])
});

/// Code points of the longest paragraph that can be one of several after an article.
const AFTERTHOUGHT: usize = 300;

/// Whether what stands before the first sentence may be the page's, or is the article's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edges {
    Cut,
    Kept,
}

/// Those paragraphs that are the article's own.
fn article(mut all: Vec<Paragraph>, title: &str, edges: Edges) -> Vec<Paragraph> {
    let short = |p: &Paragraph| p.is_item || p.text.chars().count() < AFTERTHOUGHT;
    let end = all.iter().enumerate().rev().take_while(|(_, p)| short(p));
    if let Some((end, _)) = end.filter(|&(at, p)| at > 2 && AFTER.is_match(&p.text)).last() {
        all.truncate(end);
    }
    all.retain(|p| {
        let is_rule = !p.text.contains(|c: char| c.is_alphanumeric());
        !(is_rule || FURNITURE.is_match(&p.text) || BRACKETED.is_match(&p.text))
    });
    // Dates and bylines stand at the edges; elsewhere they are the matter itself.
    let is_matter = |p: &Paragraph| !p.is_heading && is_sentence(&p.text) && p.text.chars().count() > 60;
    let first = all.iter().position(is_matter).unwrap_or(0);
    let last = all.iter().rposition(is_matter).unwrap_or(0);
    let mut at = 0..;
    all.retain(|p| {
        let is_inside = at.next().is_some_and(|at| (first..=last).contains(&at));
        is_inside || !(DATED.is_match(&p.text) || BYLINE.is_match(&p.text))
    });
    // A section's name or an author's office before the first sentence.
    let first = all.iter().position(|p| is_sentence(&p.text)).unwrap_or(0);
    // Scores and prices are none of these.
    let is_label = |p: &Paragraph| !(p.is_item || p.text.contains(|c: char| c.is_ascii_digit()));
    if edges == Edges::Cut && first <= 4 && all[..first].iter().all(is_label) {
        all.drain(..first);
    }
    // A heading with nothing below it; more of them are a list.
    let headings = all.iter().rev().take_while(|p| p.is_heading).count();
    if headings <= 3 {
        all.truncate(all.len() - headings);
    }
    let title = title.to_lowercase();
    all.retain(|p| p.text.to_lowercase() != title);
    all
}

/// Whether it ends as sentences do, or is as long as few other things are.
fn is_sentence(text: &str) -> bool {
    const ENDS: &[char] = &['.', '!', '?', '…', ':', ';', ',', '—', '–', '。', '¡', '¿'];
    let end = text.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»', '*', ' ']);
    end.ends_with(ENDS) || text.chars().count() > 140
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content: &str) -> Vec<String> {
        paragraphs(content, "Ferry sails again")
    }

    #[test]
    fn blocks_are_paragraphs_and_single_breaks_blanks() {
        let found = of(
            "<div><p>One<br>line.</p><div>Two<br> <br>lines.</div><ul><li>An item</li></ul>\n<h2>More of it</h2><p>End.</p></div>",
        );
        assert_eq!(found, ["One line.", "Two", "lines.", "An item", "More of it", "End."]);
    }

    #[test]
    fn furniture_is_left_out() {
        let said = "“Nobody was in danger,” the harbour master said on Tuesday in the town.";
        for gone in [
            "Read more: A week without ferries",
            "RELATED: Skerry in pictures",
            "(Reporting by Ann Lee; Editing by Joe Bloggs)",
            "[Related: How ferries float]",
            "Photo: Ann Lee",
            "Ann Lee/Getty Images",
            "Image 2 of 5",
            "Sign up for our morning newsletter",
            "Advertisement",
            "Share Tweet Submit",
            "The post Ferry sails again appeared first on The Skerry Post.",
            "Copyright 2026 The Skerry Post. All rights reserved.",
            "Post Comment (+)",
            "___",
            "Ferry sails again",
            "Click here to subscribe to The Post",
        ] {
            assert_eq!(of(&format!("<p>{said}</p><p>{gone}</p><p>{said}</p>")), [said, said], "{gone}");
        }
        for kept in [
            "More than forty people waited.",
            "The post on the northern pier was bent again, he said.",
            "Related work was done in Skerry, and it showed that rudders bend.",
            "By Thursday the ferry had sailed.",
            "Reuters was first to report it.",
            "Share prices of the company fell by a tenth.",
            "Photographs of the rudder were shown to them.",
        ] {
            assert_eq!(of(&format!("<p>{said}</p><p>{kept}</p><p>{said}</p>")), [said, kept, said]);
        }
    }

    #[test]
    fn edges_are_cut() {
        let said = "“Nobody was in danger,” the harbour master said on Tuesday in the town.";
        let before = [
            "Transport",
            "By Ann Lee",
            "By HNN Staff | November 18, 2025",
            "Published 10:02 AM EST Nov 19, 2025",
            "Feb. 2, 2026 | 4:10pm",
        ];
        let after = ["<h3>More from Skerry</h3>", "<p>You may also like…</p>", "<p>About the author</p>"];
        for (before, after) in before.iter().flat_map(|before| after.map(|after| (before, after))) {
            let page = format!(
                "<p>{before}</p><p>{said}</p><p>{said}</p><p>{said}</p>{after}<ul><li>Ten best ferries</li></ul><p>Another.</p>"
            );
            assert_eq!(of(&page), [said; 3], "{before}, {after}");
        }
        assert_eq!(of(&format!("<p>{said}</p><p>Feb. 2, 2026</p><p>{said}</p>"))[1], "Feb. 2, 2026", "a calendar's");
    }
}
