//! brat: a collection of `.txt` and `.ann` files with its `annotation.conf`. Offsets are code points. A span never runs
//! over a line break: it is cut there, as brat writes discontinuous spans.

use std::fmt::Write;

use super::{Export, Names, Piece, Pieces, ready};
use crate::markup::{Facts, Label, Markup};
use crate::record::Record;
use crate::span::{Offsets, Span};

/// How claims are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// A content with relations to its source, its cue, and so on.
    Relations,
    /// An event `Attribution` with the spans as arguments, as in PolNeAR.
    Events,
}

#[derive(Debug)]
pub(super) struct Brat {
    style: Style,
    configured: bool,
    names: Names,
}

impl Brat {
    pub(super) fn new(style: Style) -> Self {
        Self { style, configured: false, names: Names::in_folders() }
    }
}

impl Brat {
    /// What a collection has beside its articles, once.
    fn configuration(&mut self) -> Vec<Piece> {
        if std::mem::replace(&mut self.configured, true) {
            return Vec::new();
        }
        vec![Piece::of("annotation.conf", configuration(self.style)), Piece::of("visual.conf", VISUAL)]
    }
}

impl Export for Brat {
    fn record(&mut self, record: &Record) -> Vec<Piece> {
        let mut pieces = self.configuration();
        let offsets = Offsets::new(&record.text);
        let markup = Markup::new(record, &offsets);
        let mut out = Annotations { text: &record.text, offsets: &offsets, markup: &markup, lines: String::new() };
        out.text_bounds();
        match self.style {
            Style::Relations => out.relations(),
            Style::Events => out.events(),
        }
        out.facts(self.style);
        let (name, line) = self.names.name(&record.id);
        pieces.extend(line);
        pieces.push(Piece::of(format!("{name}.txt"), record.text.as_str()));
        pieces.push(Piece::of(format!("{name}.ann"), out.lines));
        pieces
    }

    fn finish(&mut self) -> Pieces<'_> {
        ready(self.configuration())
    }

    fn warning(&self, record: &Record) -> Option<&'static str> {
        let astral = record.text.chars().any(|c| c.len_utf16() == 2);
        astral.then_some(
            "characters such as emoji: the files are right, but brat's page shows the spans after them shifted",
        )
    }
}

const VISUAL: &str = "\
[labels]
[drawing]
SPAN_DEFAULT\tfgColor:black, bgColor:lightgray, borderColor:darken
ARC_DEFAULT\tcolor:black, dashArray:-, arrowHead:triangle-5
Content\tbgColor:#cfe2ff
Source\tbgColor:#ffe2a8
Cue\tbgColor:#c8ecd6
Attribution\tbgColor:#c8ecd6
Epistemic\tbgColor:#ffd0d6
Doxastic\tbgColor:#e6d5ff
Condition\tbgColor:#ffd9bf
Investigation\tbgColor:#e3d3c5
";

/// What the collection's annotations may be.
fn configuration(style: Style) -> String {
    let names = |labels: &[Label]| labels.iter().map(|label| label.name()).collect::<Vec<_>>().join("|");
    let mut out = String::from("[entities]\n");
    for label in Label::ALL {
        out += &format!("{}\n", label.name());
    }
    out += "[relations]\n";
    // Hedges stand inside contents, contents inside contents.
    out += "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>\n";
    if style == Style::Relations {
        for (name, from, to) in Markup::relations() {
            out += &format!("{name}\tArg1:{}, Arg2:{}\n", names(&from), to.name());
        }
    }
    out += "[events]\n";
    if style == Style::Events {
        let hedges: Vec<Label> = Label::ALL.into_iter().filter(|label| matches!(label, Label::Hedge(_))).collect();
        let hedges = names(&hedges);
        out += &format!("Attribution\tSource*:Source, Cue*:Cue, Content*:Content, Hedge*:{hedges}\n");
    }
    out += "[attributes]\n";
    for (name, values) in Facts::CHOICES {
        let holder = if style == Style::Events { "<EVENT>" } else { Label::Content.name() };
        out += &format!("{name}\tArg:{holder}, Value:{}\n", values.join("|"));
    }
    out
}

/// The lines of an `.ann` file.
struct Annotations<'a> {
    text: &'a str,
    offsets: &'a Offsets,
    markup: &'a Markup,
    lines: String,
}

impl Annotations<'_> {
    fn text_bounds(&mut self) {
        for (mark, number) in self.markup.marks.iter().zip(1..) {
            self.text_bound(number, mark.label.name(), mark.span);
        }
    }

    fn text_bound(&mut self, number: usize, name: &str, span: Span) {
        let lines = lines(self.text, span);
        let places = lines.iter().map(|&line| self.offsets.code_points(line));
        let places: Vec<_> = places.map(|place| format!("{} {}", place.start, place.end)).collect();
        let texts: Vec<_> = lines.iter().map(|line| line.text(self.text)).collect();
        self.line(format_args!("T{number}\t{name} {}\t{}", places.join(";"), texts.join(" ")));
    }

    fn relations(&mut self) {
        for (&link, number) in self.markup.links.iter().zip(1..) {
            let name = self.markup.relation(link);
            self.line(format_args!("R{number}\t{name} Arg1:T{} Arg2:T{}", link.from + 1, link.to + 1));
        }
    }

    /// An event a claim. Its trigger is its cue, or the first fragment where it has none.
    fn events(&mut self) {
        let markup = self.markup;
        for (head, number) in markup.heads().into_iter().zip(1..) {
            let mut arguments = vec![("Content", head)];
            arguments.extend(markup.linked(head).map(|at| {
                let role = match markup.marks[at].label {
                    Label::Content => "Content",
                    Label::Source => "Source",
                    Label::Cue => "Cue",
                    Label::Hedge(_) => "Hedge",
                };
                (role, at)
            }));
            let trigger = arguments.iter().find(|(role, _)| *role == "Cue").map_or(head, |&(_, at)| at);
            let trigger_number = markup.marks.len() + number;
            self.text_bound(trigger_number, "Attribution", markup.marks[trigger].span);
            let mut line = format!("E{number}\tAttribution:T{trigger_number}");
            for (index, &(role, at)) in arguments.iter().enumerate() {
                // The second of a role is `Content2`.
                let place = arguments[..index].iter().filter(|(other, _)| *other == role).count() + 1;
                let place = if place == 1 { String::new() } else { place.to_string() };
                line += &format!(" {role}{place}:T{}", at + 1);
            }
            self.line(format_args!("{line}"));
        }
    }

    /// Attributes and notes of the claims.
    fn facts(&mut self, style: Style) {
        let markup = self.markup;
        let (mut attributes, mut notes) = (0, 0);
        for (head, number) in markup.heads().into_iter().zip(1..) {
            let holder = if style == Style::Events { format!("E{number}") } else { format!("T{}", head + 1) };
            let facts = &markup.marks[head].facts;
            for (name, _) in Facts::CHOICES {
                if let Some(value) = facts.get(name) {
                    attributes += 1;
                    self.line(format_args!("A{attributes}\t{name} {holder} {value}"));
                }
            }
            if let Some(speaker) = &facts.speaker {
                notes += 1;
                let speaker = speaker.split_whitespace().collect::<Vec<_>>().join(" ");
                self.line(format_args!("#{notes}\tAnnotatorNotes {holder}\tspeaker: {speaker}"));
            }
        }
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        writeln!(self.lines, "{line}").expect("memory takes all");
    }
}

/// What there is of a span on each line that it touches; a span of nothing but white space as it is.
fn lines(text: &str, span: Span) -> Vec<Span> {
    let mut out = Vec::new();
    let mut start = span.start();
    for (at, c) in span.text(text).char_indices().chain([(span.len(), '\n')]) {
        if is_line_break(c) {
            let line = Span::new(start, span.start() + at).trim(text);
            if !line.is_empty() {
                out.push(line);
            }
            start = (span.start() + at + c.len_utf8()).min(span.end());
        }
    }
    if out.is_empty() { vec![span] } else { out }
}

/// Where Python ends a line, and with it brat.
fn is_line_break(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}
