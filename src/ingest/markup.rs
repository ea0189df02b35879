//! XML and what resembles it as a tree, and the text of its paragraphs.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::decode::joined;

/// Deeper elements are no article's.
const MAX_DEPTH: usize = 200;

/// Elements that are a paragraph, or that stand between paragraphs.
const BLOCKS: [&str; 18] = [
    "p",
    "P",
    "hl1",
    "hl2",
    "h1",
    "h2",
    "h3",
    "h4",
    "li",
    "tr",
    "dd",
    "dt",
    "block",
    "blockquote",
    "div",
    "pre",
    "note",
    "section",
];

/// Elements whose text is no part of the article's.
const ASIDE: [&str; 5] = ["media", "table", "script", "style", "nitf-table"];

/// What stands for `br`: Unicode's line separator, which is white space.
const BREAK: char = '\u{2028}';

/// Whether every end tag has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manners {
    /// As XML demands.
    Strict,
    /// As feeds are written: in XML, but `&` may stand for itself.
    Lax,
    /// As SGML was written: ends may be missing, and `&` may stand for itself.
    Loose,
}

#[derive(Debug, Default)]
pub(super) struct Element {
    /// Without a namespace's prefix.
    pub(super) name: String,
    /// What its namespace is called in the file.
    prefix: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// The tree of one element, or what is wrong with it.
    pub(super) fn parse(source: &str, manners: Manners) -> Result<Self, String> {
        let mut reader = Reader::from_str(source);
        let config = reader.config_mut();
        config.allow_dangling_amp = manners != Manners::Strict;
        if manners == Manners::Loose {
            (config.check_end_names, config.allow_unmatched_ends) = (false, true);
        }
        // The tree's open elements, outermost first.
        let mut open = vec![Self::default()];
        loop {
            let event = reader.read_event().map_err(|error| format!("{error}, at byte {}", reader.error_position()))?;
            match event {
                Event::Start(start) if open.len() > MAX_DEPTH => {
                    return Err(format!(
                        "`{}` lies in more than {MAX_DEPTH} other elements",
                        start.local_name().as_ref()
                    ));
                }
                Event::Start(start) => open.push(Self::new(&start)),
                Event::Empty(start) => push(&mut open, Node::Element(Self::new(&start))),
                Event::End(end) => {
                    let name = end.local_name();
                    let Some(at) = open.iter().skip(1).rposition(|element| element.name == name.as_ref()) else {
                        continue;
                    };
                    close(&mut open, at + 1);
                }
                Event::Text(text) => push(&mut open, Node::Text(text.xml10_content().into_owned())),
                Event::CData(text) => push(&mut open, Node::Text(text.xml10_content().into_owned())),
                Event::GeneralRef(entity) => {
                    let character = entity.resolve_char_ref().ok().flatten().map(String::from);
                    let named = character.or_else(|| resolve_predefined_entity(&entity).map(str::to_owned));
                    push(&mut open, Node::Text(named.unwrap_or_else(|| format!("&{};", &*entity))));
                }
                Event::Eof if manners != Manners::Loose && open.len() > 1 => {
                    return Err(format!("`{}` has no end", open[open.len() - 1].name));
                }
                Event::Eof => {
                    close(&mut open, 1);
                    let root = open.pop().unwrap_or_default();
                    let first = root.children.into_iter().find_map(|node| match node {
                        Node::Element(element) => Some(element),
                        Node::Text(_) => None,
                    });
                    return first.ok_or_else(|| "there is no element in it".to_owned());
                }
                Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
            }
        }
    }

    fn new(start: &BytesStart) -> Self {
        let attributes = start.html_attributes().flatten().map(|attribute| {
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_or_else(|_| String::new(), |value| value.into_owned());
            (attribute.key.local_name().as_ref().to_owned(), value)
        });
        let prefix = start.name().prefix().map_or_else(String::new, |prefix| prefix.as_ref().to_owned());
        let name = start.local_name().as_ref().to_owned();
        Self { name, prefix, attributes: attributes.collect(), children: Vec::new() }
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// The elements right below this one.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Those right below this one that have this name and, in the file, this prefix.
    pub(super) fn children<'a>(&'a self, prefix: &'a str, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.elements().filter(move |element| element.name == name && element.prefix == prefix)
    }

    /// Those right below this one that have this name in its own namespace.
    pub(super) fn own<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children(&self.prefix, name)
    }

    /// All elements of this name below this one, in the order of the text.
    pub(super) fn all(&self, name: &str) -> Vec<&Self> {
        let mut found = Vec::new();
        for element in self.elements() {
            if element.name == name {
                found.push(element);
            }
            found.extend(element.all(name));
        }
        found
    }

    /// The first element of this name below this one.
    pub(super) fn first(&self, name: &str) -> Option<&Self> {
        self.elements().find_map(|element| if element.name == name { Some(element) } else { element.first(name) })
    }

    /// The text of the first element of this name, on one line; `None` if there is none.
    pub(super) fn line(&self, name: &str) -> Option<String> {
        self.first(name)?.folded()
    }

    /// Its text on one line, if it has any.
    pub(super) fn folded(&self) -> Option<String> {
        folded(&self.raw_text())
    }

    /// The same without what stands in elements of this name.
    pub(super) fn folded_without(&self, name: &str) -> Option<String> {
        let mut text = String::new();
        self.add_text(&mut text, Some(name));
        folded(&text)
    }

    /// An attribute of the first element of this name.
    pub(super) fn attribute_of(&self, name: &str, attribute: &str) -> Option<String> {
        self.first(name)?.attribute(attribute).map(str::to_owned)
    }

    pub(super) fn raw_text(&self) -> String {
        let mut text = String::new();
        self.add_text(&mut text, None);
        text
    }

    fn add_text(&self, text: &mut String, without: Option<&str>) {
        for node in &self.children {
            match node {
                Node::Text(more) => text.push_str(more),
                Node::Element(element) if Some(element.name.as_str()) == without => {}
                Node::Element(element) => element.add_text(text, without),
            }
        }
    }

    /// The paragraphs, with a blank line between them and white space folded. A line's break is a blank; two of them end a
    /// paragraph.
    pub(super) fn paragraphs(&self) -> String {
        let (mut done, mut open) = (Vec::new(), String::new());
        self.collect(&mut done, &mut open);
        flush(&mut done, &mut open);
        done.join("\n\n")
    }

    fn collect(&self, done: &mut Vec<String>, open: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => open.push_str(text),
                Node::Element(element) if element.name.eq_ignore_ascii_case("br") => open.push(BREAK),
                Node::Element(element) if ASIDE.contains(&element.name.as_str()) => {}
                Node::Element(element) if BLOCKS.contains(&element.name.as_str()) => {
                    flush(done, open);
                    element.collect(done, open);
                    flush(done, open);
                }
                Node::Element(element) => element.collect(done, open),
            }
        }
    }
}

/// Words with single blanks between them, if there are any.
fn folded(text: &str) -> Option<String> {
    let words = joined(text);
    (!words.is_empty()).then_some(words)
}

fn flush(done: &mut Vec<String>, open: &mut String) {
    let mut lines = Vec::new();
    for line in open.split(BREAK).map(folded).chain([None]) {
        match line {
            Some(line) => lines.push(line),
            None if lines.is_empty() => {}
            None => done.push(std::mem::take(&mut lines).join(" ")),
        }
    }
    open.clear();
}

fn push(open: &mut [Element], node: Node) {
    if let Some(last) = open.last_mut() {
        last.children.push(node);
    }
}

/// Ends the open elements from the innermost up to that at `at`.
fn close(open: &mut Vec<Element>, at: usize) {
    while open.len() > at.max(1) {
        if let Some(element) = open.pop() {
            push(open, Node::Element(element));
        }
    }
}
