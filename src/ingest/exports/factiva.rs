//! Factiva's exports, with codes (`HD`, `WC`, `LP`, …) or without, each document with its number at the end.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{Archive, Document, author, day, is_copyright, is_reserved, joined, lines, paragraphs, spans};

pub(super) struct Factiva;

/// The last line of a document, with its number.
static END: LazyLock<Regex> = LazyLock::new(|| pattern(r"^Document ([A-Z][A-Z0-9]{2,}\d{8}[0-9a-z]{4,})$"));

/// A code, by itself or before its value.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    let head = HEAD.join("|");
    pattern(&format!(r"^({head}|LP|TD|CO|IN|NS|RE|IPC|IPD|PUB|AN|CT|RF|ART|CX)(?:\t|[ \u{{a0}}]{{2,}}|$)(.*)$"))
});

/// Codes before the text.
const HEAD: [&str; 16] =
    ["HD", "BY", "CR", "WC", "PD", "ET", "SN", "SC", "SE", "ED", "PG", "LA", "CY", "VOL", "CLM", "DLN"];

static WORDS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\d,. ]{1,12} words$"));

/// The languages that a document may say it is in.
const LANGUAGES: [&str; 10] =
    ["English", "German", "French", "Spanish", "Italian", "Dutch", "Portuguese", "Russian", "Swedish", "Danish"];

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is right")
}

impl Archive for Factiva {
    fn name(&self) -> &'static str {
        "Factiva"
    }

    fn split(&self, text: &str) -> Option<Vec<Range<usize>>> {
        let mut starts = vec![0];
        let (mut codes, mut counted) = ([false; 3], false);
        for (at, line) in lines(text) {
            if END.is_match(line) {
                starts.push(at + text[at..].find('\n').map_or(text.len() - at, |newline| newline + 1));
            }
            counted |= WORDS.is_match(line);
            let code = CODE.captures(line).map(|captures| captures[1].to_owned());
            match code.as_deref() {
                Some("HD") => codes[0] = true,
                Some("WC" | "PD") => codes[1] = true,
                Some("LP" | "TD") => codes[2] = true,
                _ => {}
            }
        }
        let is_coded = codes == [true; 3];
        if !(is_coded || (counted && starts.len() > 1)) {
            return None;
        }
        let mut spans = spans(text, &starts);
        // What comes after the last one is the archive's own word about its export.
        let has_document =
            |part: &str| lines(part).any(|(_, line)| END.is_match(line) || WORDS.is_match(line) || CODE.is_match(line));
        spans.retain(|span| has_document(&text[span.clone()]));
        Some(spans)
    }

    fn document(&self, text: &str) -> Result<Document, &'static str> {
        let all: Vec<&str> = lines(text).map(|(_, line)| line).collect();
        let end = all.iter().rposition(|line| END.is_match(line));
        let lines = &all[..end.unwrap_or(all.len())];
        let is_coded =
            lines.iter().any(|line| CODE.captures(line).is_some_and(|code| ["LP", "TD"].contains(&&code[1])));
        let mut document = if is_coded { coded(lines) } else { plain(lines)? };
        document.has_end = end.is_some();
        if let Some(number) = end.and_then(|at| END.captures(all[at])) {
            document.set("id", &number[1]);
        }
        Ok(document)
    }
}

/// A document of codes and their values.
fn coded(lines: &[&str]) -> Document {
    let mut document = Document::default();
    let mut values: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut in_text = false;
    for line in lines {
        match CODE.captures(line).and_then(|captures| Some((captures.get(1)?.as_str(), captures.get(2)?.as_str()))) {
            Some((code, value)) if !(in_text && HEAD.contains(&code)) => {
                in_text |= ["LP", "TD"].contains(&code);
                values.push((code, vec![value]));
            }
            _ => {
                if let Some((_, value)) = values.last_mut() {
                    value.push(line);
                }
            }
        }
    }
    let mut texts = Vec::new();
    for (code, value) in values {
        let line = joined(&value.join(" "));
        match code {
            "LP" | "TD" => texts.push(paragraphs(&value)),
            "HD" => document.set("title", line),
            "BY" => document.set("author", author(&line)),
            "WC" => document.set_length(&line),
            "PD" => document.set("date", day(&line).unwrap_or(line)),
            "SN" => document.set("publisher", line),
            "SE" => document.set("section", line),
            "ED" => document.set("edition", line),
            "PG" => document.set("page", line),
            "LA" => document.set("language", line),
            "CY" => document.set("copyright", line),
            "SC" => document.set("source_code", line),
            "CR" => document.set("credit", line),
            "CLM" => document.set("column", line),
            "DLN" => document.set("dateline", line),
            _ => {}
        }
    }
    texts.retain(|text| !text.is_empty());
    document.text = texts.join("\n\n");
    document
}

/// A document without codes: title, author, length, date, publisher, its code, page, language, copyright and the text.
fn plain(lines: &[&str]) -> Result<Document, &'static str> {
    let mut document = Document::default();
    let counted = lines.iter().position(|line| WORDS.is_match(line)).ok_or("it does not say how many words it has")?;
    document.set_length(lines[counted]);
    let mut above: Vec<&str> = lines[..counted].iter().copied().filter(|line| !line.is_empty()).collect();
    // A page marks it so; a section's name may stand before it.
    if let Some(at) = above.iter().position(|line| CODE.captures(line).is_some_and(|code| &code[1] == "HD")) {
        document.set("title", joined(above[at].get(2..).unwrap_or_default()));
        document.set("section", above[..at].join(" "));
        above.drain(..=at);
        document.set("author", author(&above.join(" ")));
    } else {
        let is_byline = |line: &&str| line.get(..3).is_some_and(|by| by.eq_ignore_ascii_case("by "));
        if let Some(at) = above.iter().position(is_byline) {
            document.set("author", author(&above[at..].join(" ")));
            above.truncate(at);
        } else if above.len() > 1 {
            document.set("author", joined(above.pop().unwrap_or_default()));
        }
        document.set("title", joined(&above.join(" ")));
    }

    let below = &lines[counted + 1..];
    let language = below.iter().take(30).position(|line| LANGUAGES.contains(line));
    let head = language.ok_or("it does not say its language")?;
    let mut facts = below[..head].iter().copied().filter(|line| !line.is_empty());
    let date = facts.next().unwrap_or_default();
    document.set("date", day(date).unwrap_or_else(|| date.to_owned()));
    let is_time = |line: &&str| line.len() <= 8 && line.contains(':') && line.starts_with(|c: char| c.is_ascii_digit());
    document.set("publisher", joined(facts.find(|line| !is_time(line)).unwrap_or_default()));
    document.set("source_code", facts.next().unwrap_or_default());
    document.set("page", joined(&facts.collect::<Vec<_>>().join(" ")));
    document.set("language", below[head]);

    let mut rest = &below[head + 1..];
    let mut copyright = Vec::new();
    while let [line, after @ ..] = rest {
        if !(line.is_empty() || is_copyright(line) || is_reserved(line)) {
            break;
        }
        copyright.push(*line);
        rest = after;
    }
    document.set("copyright", joined(&copyright.join(" ")));
    document.text = paragraphs(rest);
    Ok(document)
}
