//! A record as HTML: its text with its claims marked, and the claims below. Nothing in it runs: it has no script, no link
//! and no image, and all that comes from an article is escaped.

use std::fmt::Write;

use quick_xml::escape::escape;

use crate::record::{AttributionType, Claimed, Polarity, Record};
use crate::span::Offsets;
use crate::visible::visible;

/// How it looks. All its classes begin with `sayso`.
pub const STYLE: &str = include_str!("html.css");

/// A stretch of the text and what it is.
struct Mark {
    start: usize,
    end: usize,
    class: &'static str,
    /// What is said of it where somebody points to it.
    title: String,
    /// Of the claim that begins with it, from 1.
    number: Option<usize>,
}

/// The record as an element, to be shown with [`STYLE`].
pub fn marked(record: &Record) -> String {
    let mut out = String::from("<div class=\"sayso\">");
    // Writing to a string does not fail.
    if let Some(title) = &record.title {
        let _ = write!(out, "<h2>{}</h2>", inert(title));
    }
    let facts = [Some(&record.id), record.date.as_ref(), record.publisher.as_ref(), record.author.as_ref()];
    let facts: Vec<String> = facts.into_iter().flatten().map(|fact| inert(fact)).collect();
    let _ = write!(out, "<p class=\"sayso-facts\">{}</p>", facts.join(" · "));
    out += "<div class=\"sayso-text\">";
    text(&mut out, &record.text, &mut marks(record));
    out += "</div><ol>";
    for claim in &record.claims {
        let cue = claim.cue.as_ref().map_or("", |cue| &cue.text);
        let (speaker, cue, facts) = (inert(speaker(record, claim)), inert(cue), facts_of(claim));
        let _ = write!(out, "<li><b>{speaker}</b> {cue} <small>{facts}</small></li>");
    }
    out + "</ol></div>"
}

/// Text of others as HTML may have it.
fn inert(text: &str) -> String {
    escape(visible(text)).into_owned()
}

fn speaker<'a>(record: &'a Record, claim: &'a Claimed) -> &'a str {
    let known = record.speakers.iter().find(|speaker| Some(&speaker.id) == claim.speaker.as_ref());
    let source = claim.source.as_ref().map(|source| source.text.as_str());
    known.map(|speaker| speaker.name.as_str()).or(source).unwrap_or("(nobody named)")
}

/// `indirect, attitude, probable, negative`: what is most frequent goes without saying.
fn facts_of(claim: &Claimed) -> String {
    let attribution = claim.attribution.filter(|&attribution| attribution != AttributionType::Communication);
    let facts = [
        Some(claim.quote.name()),
        attribution.map(AttributionType::name),
        Some(claim.certainty.name()),
        (claim.polarity == Polarity::Negative).then_some(Polarity::Negative.name()),
    ];
    facts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The marks of a record, in bytes and in the order in which they begin.
fn marks(record: &Record) -> Vec<Mark> {
    let offsets = Offsets::new(&record.text);
    let mut out = Vec::new();
    let mut add = |start: usize, end: usize, class, title: String, number| {
        // What does not fit the text was not made for it.
        if let Some(span) = offsets.span_of_code_points(start..end).filter(|span| !span.is_empty()) {
            out.push(Mark { start: span.start(), end: span.end(), class, title, number });
        }
    };
    for (number, claim) in (1..).zip(&record.claims) {
        let title = format!("{number}: {}; {}", speaker(record, claim), facts_of(claim));
        for (class, span) in [("sayso-source", &claim.source), ("sayso-cue", &claim.cue)] {
            if let Some(span) = span {
                add(span.start, span.end, class, title.clone(), None);
            }
        }
        for (part, span) in claim.content.iter().enumerate() {
            add(span.start, span.end, "sayso-content", title.clone(), (part == 0).then_some(number));
        }
    }
    for hedge in &record.hedges {
        add(hedge.start, hedge.end, "sayso-hedge", format!("hedge: {}", hedge.class), None);
    }
    out.sort_by_key(|mark| mark.start);
    out
}

/// Writes the text, each stretch of it with everything that it is.
fn text(out: &mut String, text: &str, marks: &mut [Mark]) {
    let mut cuts: Vec<usize> = marks.iter().flat_map(|mark| [mark.start, mark.end]).chain([0, text.len()]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut to_come = marks.iter().peekable();
    let mut over: Vec<&Mark> = Vec::new();
    for (&from, &to) in cuts.iter().zip(&cuts[1..]) {
        over.retain(|mark| mark.end > from);
        while let Some(mark) = to_come.next_if(|mark| mark.start == from) {
            if let Some(number) = mark.number {
                let _ = write!(out, "<sup>{number}</sup>");
            }
            over.push(mark);
        }
        let piece = inert(&text[from..to]);
        if over.is_empty() {
            *out += &piece;
            continue;
        }
        let all = |of: fn(&Mark) -> &str, between| {
            let mut all: Vec<&str> = over.iter().copied().map(of).collect();
            all.sort_unstable();
            all.dedup();
            all.join(between)
        };
        let (classes, titles) = (all(|mark| mark.class, " "), inert(&all(|mark| &mark.title, "\n")));
        let _ = write!(out, "<span class=\"{classes}\" title=\"{titles}\">{piece}</span>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixture;
    use quick_xml::escape::unescape;

    /// The text that a reader sees, without the numbers of claims.
    fn seen(html: &str) -> String {
        let (_, text) = html.split_once("<div class=\"sayso-text\">").unwrap();
        let (text, _) = text.split_once("</div>").unwrap();
        let pieces = text.split('<').filter(|piece| !piece.starts_with("sup>"));
        let plain = pieces.map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
        unescape(&plain.collect::<String>()).unwrap().into_owned()
    }

    #[test]
    fn claims_stand_where_they_are() {
        let record = fixture::record();
        let html = marked(&record);
        assert_eq!(seen(&html), record.text);
        assert!(html.contains("📉 <sup>1</sup><span class=\"sayso-content\" title=\"1: analysts; indirect, attitude, possible\">Oil </span>"), "{html}");
        // In a content, a hedge; without a claim, a hedge alone.
        assert!(html.contains("<span class=\"sayso-content sayso-hedge\" title=\"1: analysts; indirect, attitude, possible\nhedge: epistemic\">may</span>"), "{html}");
        assert!(
            html.contains("<h2>Oil, &quot;again&quot;</h2><p class=\"sayso-facts\">oil/1: Ünü · 2026-02-02</p>"),
            "{html}"
        );
        assert!(
            html.contains("<li><b>Zoe\u{308} Lind</b>  <small>indirect, control, certain, negative</small></li>"),
            "{html}"
        );
        // Each claim of a source that several have.
        assert!(html.contains("title=\"2: Zoe\u{308} Lind; direct, underspecified\n3: Zoe\u{308} Lind; indirect, control, certain, negative\">Zoe\u{308} Lind</span>"), "{html}");
    }

    #[test]
    fn nothing_of_an_article_is_html() {
        let mut record = fixture::record();
        let hostile = "<script>alert(1)</script>\"'&amp;\u{202e}\u{1b}";
        record.text = format!("{hostile}{}", record.text);
        record.title = Some(hostile.to_owned());
        for field in [&mut record.publisher, &mut record.author, &mut record.date] {
            *field = Some(hostile.to_owned());
        }
        record.id = hostile.to_owned();
        record.speakers[0].name = hostile.to_owned();
        record.claims[0].cue.as_mut().unwrap().text = hostile.to_owned();
        let html = marked(&record);
        assert_eq!(seen(&html), visible(&record.text));
        let tags = html.split('<').skip(1).map(|rest| rest.split([' ', '>']).next().unwrap_or_default());
        for tag in tags {
            assert!(
                ["div", "h2", "p", "sup", "span", "ol", "li", "b", "small"].contains(&tag.trim_start_matches('/')),
                "{tag}"
            );
        }
        assert!(!html.contains(['\u{202e}', '\u{1b}']), "{html}");
        assert!(html.contains("title=\"1: &lt;script&gt;alert(1)&lt;/script&gt;&quot;&apos;&amp;amp;"), "{html}");
    }
}
