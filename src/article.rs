//! One news text with its metadata.
//!
//! ```
//! use sayso::{Article, Place};
//!
//! let mut article = Article::new("a1", Place::file("a1.txt"), "The ferry is late.\r\nIt rained.");
//! article.set_date("2026-02-03T10:00:00Z".into());
//! assert_eq!(article.text(), "The ferry is late.\nIt rained.");
//! assert_eq!(article.date.unwrap().to_string(), "2026-02-03");
//! ```

use jiff::civil::{Date, Weekday};
use jiff::fmt::{rfc2822, temporal::Pieces};
use serde_json::{Map, Value};

use crate::error::{Place, Reject, Stage};

/// One news text with its metadata, as a reader hands it on.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Its name, unique in a run.
    pub id: String,
    /// Where it was read, for messages.
    pub place: Place,
    /// Its headline.
    pub title: Option<String>,
    /// The day it is dated, as written: a time and its zone do not move it.
    pub date: Option<Date>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Where it can be found.
    pub url: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Whatever else the input carried, untouched.
    pub meta: Map<String, Value>,
    /// What a person should know about how it was read: a date that was not understood, an
    /// encoding that was not UTF-8.
    pub warnings: Vec<String>,
    // All offsets count into this, so nobody may change it.
    text: String,
}

impl Article {
    /// An article with a text and no metadata. Line ends become LF; nothing else is changed.
    pub fn new(id: impl Into<String>, place: Place, text: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            place,
            title: None,
            date: None,
            publisher: None,
            url: None,
            author: None,
            meta: Map::new(),
            warnings: Vec::new(),
            text: with_line_feeds(text.into()),
        }
    }

    /// The text that all offsets count into.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The reject that it becomes.
    pub(crate) fn rejected(&self, stage: Stage, reason: String) -> Reject {
        let (id, place) = (Some(self.id.clone()), self.place.clone());
        Reject { id, place, stage, reason, raw: None }.with_raw(&self.to_json())
    }

    /// The article as a line of JSON Lines that is read as the same.
    pub(crate) fn to_json(&self) -> String {
        let date = self.date.map(|date| date.to_string());
        let known = [
            ("id", Some(&self.id)),
            ("title", self.title.as_ref()),
            ("date", date.as_ref()),
            ("publisher", self.publisher.as_ref()),
            ("url", self.url.as_ref()),
            ("author", self.author.as_ref()),
            ("text", Some(&self.text)),
        ];
        let mut fields = self.meta.clone();
        fields.extend(known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.clone().into()))));
        Value::Object(fields).to_string()
    }

    /// Sets the date from what the input says. One that is not understood is not guessed: it goes
    /// into `meta` under `date`, and a warning says so.
    pub fn set_date(&mut self, raw: Value) {
        let written = match &raw {
            Value::Null => return,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if written.trim().is_empty() {
            return;
        }
        self.date = parse_date(&written);
        if self.date.is_none() {
            self.warnings
                .push(format!("the date `{written}` was not understood and is kept in `meta`; write 2026-02-28"));
            self.meta.insert("date".into(), raw);
        }
    }
}

/// Turns CRLF and CR into LF.
pub(crate) fn with_line_feeds(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// Reads the day from a date in a form that news uses: `2026-02-02`, `20260202`, `2026/02/02`, each
/// with or without a time and a zone, `February 2, 2026`, `Mon., Feb. 2, 2026, 10:30 a.m.`,
/// `2 February 2026`, and RFC 2822.
///
/// `None` for one that could mean two days (`02/03/2026`), that does not exist (`2026-02-30`), or
/// whose weekday is not that day's.
pub fn parse_date(written: &str) -> Option<Date> {
    let written = written.trim();
    iso_date(written)
        .or_else(|| worded_date(written))
        .or_else(|| Some(rfc2822::DateTimeParser::new().parse_zoned_datetime(written).ok()?.date()))
}

fn iso_date(written: &str) -> Option<Date> {
    // A zone in letters or after a space (`UTC`, ` +09:00`) is not ISO's, but common.
    let without_zone = written.rsplit_once(' ').filter(|(_, zone)| {
        zone.starts_with(['+', '-']) || (2..=5).contains(&zone.len()) && zone.bytes().all(|b| b.is_ascii_uppercase())
    });
    let written = without_zone.map_or(written, |(rest, _)| rest);
    let dashed = match written.as_bytes() {
        [y @ .., b'/', _, _, b'/', _, _] if y.len() == 4 => written.replace('/', "-"),
        _ => written.to_owned(),
    };
    Some(Pieces::parse(&dashed).ok()?.date())
}

/// `Monday, Feb. 2, 2026` and `2 February 2026`, with or without a time before or after it.
fn worded_date(written: &str) -> Option<Date> {
    let mut words = written.split([' ', ',', '\u{a0}']).filter(|word| !word.is_empty()).peekable();
    if words.next_if(|word| is_time(word)).is_some() {
        // Half of the day, then a zone.
        words.next_if(|word| ["am", "pm"].iter().any(|half| word.replace('.', "").eq_ignore_ascii_case(half)));
        words.next_if(|word| (2..=5).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase()));
    }
    let weekday = words.peek().and_then(|word| parse_weekday(word));
    if weekday.is_some() {
        words.next();
    }
    let (first, second, year) = (words.next()?, words.next()?, words.next()?);
    let (month, day) = match parse_month(first) {
        Some(month) => (month, second),
        None => (parse_month(second)?, first),
    };
    let year = (year.len() == 4).then(|| year.parse().ok())??;
    let date = Date::new(year, month, parse_day(day)?).ok()?;

    let at_end = match words.find(|word| *word != "at") {
        None => true,
        Some(word) => is_time(word),
    };
    (at_end && weekday.is_none_or(|weekday| weekday == date.weekday())).then_some(date)
}

fn is_time(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.contains(':')
}

fn parse_day(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    matches!(&word[digits.len()..], "" | "st" | "nd" | "rd" | "th").then(|| digits.parse().ok())?
}

fn parse_month(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let month = MONTHS.iter().position(|month| is_short_for(word, month))?;
    i8::try_from(month + 1).ok()
}

fn parse_weekday(word: &str) -> Option<Weekday> {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let day = DAYS.iter().position(|day| is_short_for(word, day))?;
    Weekday::from_monday_zero_offset(i8::try_from(day).ok()?).ok()
}

/// Whether `word` is `name` or begins it with at least three letters, as in `Sept.`.
fn is_short_for(word: &str, name: &str) -> bool {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    word.len() >= 3 && name.starts_with(&word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn line_ends_become_lf_and_nothing_else_changes() {
        let article = Article::new("a", Place::file("a.txt"), "\r\n one\rtwo\r\n\r\nthree\u{7} \n");
        assert_eq!(article.text(), "\n one\ntwo\n\nthree\u{7} \n");
    }

    #[test]
    fn dates_as_news_writes_them() {
        for written in [
            "2026-02-02",
            " 2026-02-02 ",
            "20260202",
            "2026/02/02",
            "2026-02-02T23:59:00Z",
            "2026-02-02T23:59:00.123+09:00",
            "2026-02-02T23:59:00-0500",
            "2026-02-02 06:15",
            "2026-02-02 06:15:00 UTC",
            "2026-02-02 06:15:00 +0000",
            "20260202T061500Z",
            "February 2, 2026",
            "february 2 2026",
            "Feb. 2, 2026",
            "Feb 2nd, 2026",
            "Monday, Feb. 2, 2026",
            "Mon., Feb. 2, 2026 at 10:30 a.m. ET",
            "2 February 2026",
            "2 Feb. 2026, 18:05",
            "Mon, 02 Feb 2026 06:15:00 +0900",
            "02 Feb 2026 06:15:00 GMT",
            "01:38:07 PM IST Feb 2, 2026",
            "10:30 a.m., 2 February 2026",
        ] {
            assert_eq!(parse_date(written), Some(date(2026, 2, 2)), "{written}");
        }
        assert_eq!(parse_date("Sept. 30, 1999"), Some(date(1999, 9, 30)));
        assert_eq!(parse_date("May 4, 2020"), Some(date(2020, 5, 4)));
    }

    #[test]
    fn dates_that_are_not_guessed() {
        for written in [
            "",
            "02/03/2026",
            "2/3/26",
            "2026-02-30",
            "20261302",
            "February 30, 2026",
            "Feb. 2, 26",
            "February 2026",
            "Ma. 2, 2026",
            "Tuesday, February 2, 2026",
            "Tue, 02 Feb 2026 06:15:00 +0900",
            "February 2, 2026 or later",
            "2026-02-02T25:00:00",
            "2nd of next month",
            "1769990400",
            "yesterday",
            "é, ü",
        ] {
            assert_eq!(parse_date(written), None, "{written}");
        }
    }

    #[test]
    fn a_date_not_understood_is_kept() {
        let mut article = Article::new("a", Place::file("a.txt"), "Text.");
        article.set_date("02/03/2026".into());
        assert_eq!(article.date, None);
        assert_eq!(article.meta["date"], "02/03/2026");
        assert!(article.warnings[0].contains("`02/03/2026`"));

        let mut article = Article::new("a", Place::file("a.txt"), "Text.");
        article.set_date(Value::Null);
        article.set_date(20260202.into());
        assert_eq!(article.date, Some(date(2026, 2, 2)));
        assert!(article.warnings.is_empty() && article.meta.is_empty());
    }
}
