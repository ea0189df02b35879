//! Nexis Uni's exports, and the older ones of LexisNexis.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Archive, Document, author, day, is_copyright, joined, lines, paragraphs, spans};

/// Title, publisher, date, fields (`Length: 812 words`), the text below `Body`, and `End of Document`.
pub(super) struct Nexis;

/// `3 of 120 DOCUMENTS`, publisher, date, title, fields in capitals (`LENGTH: 812 words`), the text, and more fields.
pub(super) struct LexisNexis;

const BODY: &str = "Body";
const END: &str = "End of Document";

/// A field of Nexis Uni before or after a text.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(Byline|Dateline|Edition|Highlight|Language|Length|Load-Date|Publication-Type|Section|Series):(.*)$")
});

/// A page's foot, where a text was made of pages.
static PAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^Page \d+ of \d+$"));

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is right")
}

/// Notes a field of either form.
fn note(document: &mut Document, key: &str, value: &str) {
    let value = joined(value);
    match key.to_ascii_lowercase().as_str() {
        "length" => document.set_length(&value),
        "byline" => document.set("author", author(&value)),
        "headline" => document.set("title", value),
        key => document.set(&key.replace('-', "_"), value),
    }
}

impl Archive for Nexis {
    fn name(&self) -> &'static str {
        "Nexis"
    }

    fn split(&self, text: &str) -> Option<Vec<Range<usize>>> {
        let (mut bodies, mut marks) = (false, false);
        let mut starts = vec![0];
        for (at, line) in lines(text) {
            bodies |= line == BODY;
            marks |= line == END
                || line.starts_with("Load-Date:")
                || (line.starts_with("Length:") && line.ends_with("words"));
            if line == END {
                starts.push(at + text[at..].find('\n').map_or(text.len() - at, |newline| newline + 1));
            }
        }
        let mut spans = spans(text, &starts);
        spans.retain(|span| lines(&text[span.clone()]).any(|(_, line)| !(line.is_empty() || PAGE.is_match(line))));
        (bodies && marks).then_some(spans)
    }

    fn document(&self, text: &str) -> Result<Document, &'static str> {
        let lines: Vec<&str> = lines(text).map(|(_, line)| line).collect();
        let body = lines.iter().position(|line| *line == BODY).ok_or("there is no `Body` in it")?;
        let (head, rest) = (&lines[..body], &lines[body + 1..]);
        let is_after =
            |line: &&str| matches!(*line, "Classification" | "Graphic" | END) || line.starts_with("Load-Date:");
        let end = rest.iter().position(is_after);
        let mut document = Document { has_end: rest.contains(&END), ..Document::default() };

        let fields = head.iter().position(|line| FIELD.is_match(line) || is_copyright(line)).unwrap_or(head.len());
        let above: Vec<&str> =
            head[..fields].iter().copied().filter(|line| !(line.is_empty() || PAGE.is_match(line))).collect();
        let dated = above.iter().rposition(|line| day(line).is_some());
        if let Some(at) = dated {
            document.set("date", day(above[at]).unwrap_or_default());
        }
        // Without a date there is no telling where a title that was wrapped ends.
        let publisher = dated.map_or(1, |at| at.saturating_sub(1));
        document.set("publisher", above.get(publisher).map(|line| joined(line)).unwrap_or_default());
        let title = &above[..publisher.min(above.len())];
        // The first document may come after a page that lists them all.
        let is_cover =
            |line: &&str| ["Client/Matter:", "Job Number:", "User Name:"].iter().any(|key| line.starts_with(key));
        let has_cover = title.iter().any(is_cover);
        document.set("title", joined(&if has_cover { &title[title.len() - 1..] } else { title }.join(" ")));

        let title = document.fields.get("title").and_then(|title| title.as_str()).unwrap_or_default();
        document.text = paragraphs(&without_pages(&rest[..end.unwrap_or(rest.len())], title));

        for line in head[fields..].iter().chain(&rest[end.unwrap_or(rest.len())..]) {
            if let Some(field) = FIELD.captures(line) {
                note(&mut document, &field[1], &field[2]);
            }
        }
        Ok(document)
    }
}

/// Lines without the feet of pages, and the title at the head of the next. A sentence goes on over them.
fn without_pages<'a>(lines: &[&'a str], title: &str) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    let mut is_between = false;
    for line in lines {
        if PAGE.is_match(line) {
            is_between = true;
            while out.last().is_some_and(|line| line.is_empty()) {
                out.pop();
            }
        } else if !(is_between && (line.is_empty() || joined(line) == title)) {
            if is_between && out.last().is_some_and(|line| line.ends_with(['.', '!', '?', '”', '"'])) {
                out.push("");
            }
            is_between = false;
            out.push(line);
        }
    }
    out
}

static COUNTED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:\d+ of \d+ DOCUMENTS?|Document \d+ of \d+)$"));

/// A field before a text.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(BODY|BYLINE|DATELINE|DISTRIBUTION|HEADLINE|HIGHLIGHT|LENGTH|SECTION|SERIES|SOURCE|TYPE):(.*)$")
});

/// A field after a text.
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "^(CITY|COMPANY|CORRECTION|CORRECTION-DATE|COUNTRY|DOCUMENT-TYPE|GEOGRAPHIC|GRAPHIC|INDUSTRY|JOURNAL-CODE\
         |LANGUAGE|LOAD-DATE|NOTES|ORGANIZATION|PERSON|PUBLICATION-TYPE|STATE|SUBJECT|TICKER|URL):(.*)$",
    )
});

/// As no sentence about copyright begins.
static DATED_COPYRIGHT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:Copyright|©)(?: (?:\(c\)|©))? \d{4}\b"));

static EDITION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^(?:[\w .'-]{0,40} )?edition(?: \d)?$"));

impl Archive for LexisNexis {
    fn name(&self) -> &'static str {
        "LexisNexis"
    }

    fn split(&self, text: &str) -> Option<Vec<Range<usize>>> {
        let (mut starts, mut has_fields) = (Vec::new(), false);
        for (at, line) in lines(text) {
            if COUNTED.is_match(line) {
                starts.push(at);
            }
            has_fields |= HEAD.is_match(line) || TAIL.is_match(line);
        }
        (has_fields && !starts.is_empty()).then(|| spans(text, &starts))
    }

    fn document(&self, text: &str) -> Result<Document, &'static str> {
        let lines: Vec<&str> = lines(text).skip(1).map(|(_, line)| line).collect();
        let fields = lines.iter().position(|line| HEAD.is_match(line)).ok_or("there are no fields before its text")?;
        let mut document = Document::default();

        let mut at = fields;
        while let Some(line) = lines.get(at) {
            at += 1;
            let Some(field) = HEAD.captures(line) else {
                if line.is_empty() {
                    continue;
                }
                at -= 1;
                break;
            };
            if &field[1] == "BODY" {
                break;
            }
            let mut value = field[2].to_owned();
            while let Some(more) = lines.get(at).filter(|more| !(more.is_empty() || HEAD.is_match(more))) {
                value.push(' ');
                value.push_str(more);
                at += 1;
            }
            note(&mut document, &field[1], &value);
        }
        let rest = &lines[at..];
        let is_after = |line: &&str| TAIL.is_match(line) || DATED_COPYRIGHT.is_match(line);
        let end = rest.iter().position(is_after);
        document.text = paragraphs(&rest[..end.unwrap_or(rest.len())]);
        document.has_end = end.is_some();
        for field in rest[end.unwrap_or(rest.len())..].iter().filter_map(|line| TAIL.captures(line)) {
            if ["LANGUAGE", "LOAD-DATE", "PUBLICATION-TYPE", "URL"].contains(&&field[1]) {
                note(&mut document, &field[1], &field[2]);
            }
        }

        let is_head = |line: &&str| !(line.is_empty() || is_copyright(line) || EDITION.is_match(line));
        let above: Vec<&str> = lines[..fields].iter().copied().filter(is_head).collect();
        let dated = above.iter().position(|line| day(line).is_some());
        if let Some(at) = dated {
            document.set("date", day(above[at]).unwrap_or_default());
        }
        let (publisher, title) = above.split_at(dated.unwrap_or(1).min(above.len()));
        document.set("publisher", joined(&publisher.join(" ")));
        document.set("title", joined(&title[usize::from(dated.is_some())..].join(" ")));
        Ok(document)
    }
}
