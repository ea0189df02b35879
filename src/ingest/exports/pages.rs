//! Factiva's HTML: one page with a `div` of the class `article …Article` for each document.

use std::iter;
use std::sync::LazyLock;

use dom_query::{Document as Tree, NodeRef};
use regex::{Regex, bytes};

use super::super::decode::{Decoded, joined};
use super::super::page::fault_of_piece;
use super::factiva::Factiva;
use super::{Readings, Stream, document, only, place, spans};

const ARTICLE: &str = r#"<div\b[^>]{0,200}?\bclass=["']article [a-z]{2,8}Article\b"#;

/// Whether a page is such an export.
pub(in super::super) fn is_factiva(page: &[u8]) -> bool {
    static MARK: LazyLock<bytes::Regex> = LazyLock::new(|| bytes::Regex::new(ARTICLE).expect("the pattern is right"));
    MARK.is_match(page)
}

/// Its articles.
pub(in super::super) fn pages(stream: Stream, page: Decoded) -> Readings {
    static MARK: LazyLock<Regex> = LazyLock::new(|| Regex::new(ARTICLE).expect("the pattern is right"));
    let Decoded { text: html, warning } = page;
    let starts: Vec<usize> = MARK.find_iter(&html).map(|found| found.start()).collect();
    if starts.is_empty() {
        return only(stream.reject("there is no document in the Factiva export"));
    }
    let (count, spans) = (starts.len() as u64, spans(&html, &starts));
    let warnings: Vec<String> = warning.into_iter().collect();
    Box::new((1..).zip(spans).flat_map(move |(number, span)| {
        let html = &html[span];
        iter::once(match fault_of_piece(html) {
            Some(fault) => {
                Err(stream.reject_at(Some(format!("{}:{number}", stream.id)), place(&stream, number), fault))
            }
            None => document(&stream, &Factiva, &text(html), number, &warnings, (number == count).then_some(false)),
        })
    }))
}

/// A document as it would be in a text: each block a paragraph, and the title with its code.
fn text(html: &str) -> String {
    let mut out = String::new();
    walk(&Tree::fragment(html).root(), &mut out);
    out
}

const BLOCKS: [&str; 14] =
    ["div", "p", "table", "tbody", "tr", "td", "th", "h1", "h2", "h3", "h4", "ul", "li", "blockquote"];

fn walk(node: &NodeRef<'_>, out: &mut String) {
    if node.is_text() {
        let text = node.text();
        let words = joined(&text);
        let at_start = out.is_empty() || out.ends_with(char::is_whitespace);
        if text.starts_with(char::is_whitespace) && !at_start {
            out.push(' ');
        }
        out.push_str(&words);
        if text.ends_with(char::is_whitespace) && !words.is_empty() {
            out.push(' ');
        }
        return;
    }
    let name = node.node_name().unwrap_or_default();
    if ["script", "style"].contains(&&*name) {
        return;
    }
    if &*name == "br" {
        out.push(' ');
        return;
    }
    let is_block = BLOCKS.contains(&&*name);
    if is_block {
        end(out);
    }
    if node.id_attr().is_some_and(|id| &*id == "hd") {
        out.push_str("HD  ");
    }
    for child in node.children_it(false) {
        walk(&child, out);
    }
    if is_block {
        end(out);
    }
}

/// Ends a paragraph.
fn end(out: &mut String) {
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push_str("\n\n");
    }
}
