//! Text of others as a terminal may have it: what would steer it is shown instead.
//!
//! ```
//! use sayso::visible::{counted, visible};
//!
//! assert_eq!(visible("\u{1b}[31mred"), "␛[31mred");
//! assert_eq!((counted(1, "article"), counted(2, "article")), ("1 article".into(), "2 articles".into()));
//! ```

use std::borrow::Cow;

use indicatif::HumanCount;
use serde_json::Value;

use crate::record::Record;

/// The text with a sign in place of each control character but line ends and tabs, and of those that turn the direction
/// of writing: `␛` for escape. One character for one, so that offsets in code points stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(steers) {
        return text.into();
    }
    text.chars().map(|c| if steers(c) { sign(c) } else { c }).collect::<String>().into()
}

/// The record with all its texts made [`visible`].
pub fn visible_record(record: Record) -> Record {
    fn all(value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(shown) = visible(text) {
                    *text = shown;
                }
            }
            Value::Array(values) => values.iter_mut().for_each(all),
            Value::Object(fields) => fields.values_mut().for_each(all),
            _ => {}
        }
    }
    let Ok(mut value) = serde_json::to_value(&record) else { return record };
    all(&mut value);
    serde_json::from_value(value).unwrap_or(record)
}

fn steers(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn sign(c: char) -> char {
    match u32::from(c) {
        code @ 0..=0x1f => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ => '\u{fffd}',
    }
}

/// How many of something, in words: `1 article`, `2,000 articles`.
pub fn counted(number: u64, one: &str) -> String {
    format!("{} {one}{}", HumanCount(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown() {
        assert_eq!(visible("a\u{1b}]0;x\u{7}\r\n\u{9b}2J\u{7f}\u{202e}b"), "a␛]0;x␇␍\n\u{fffd}2J␡\u{fffd}b");
        assert!(matches!(visible("Ärger 📉\n\tà la “carte”"), Cow::Borrowed(_)));
    }
}
