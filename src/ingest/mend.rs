//! Texts that came through other programs' hands: character references left in them, and UTF-8 that was once read as
//! Windows-1252. Mended is what is certain.

use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::WINDOWS_1252;
use quick_xml::escape::unescape;
use regex::{Captures, Regex};

/// The text mended, and what was done to it, if anything was.
pub(super) fn mend(text: String) -> (String, Vec<String>) {
    let mut notes = Vec::new();
    let (text, references) = without_references(text);
    if references > 0 {
        notes.push(format!("{references} character references such as `&rdquo;` were decoded"));
    }
    let (text, places) = without_mojibake(text);
    if places > 0 {
        notes.push(format!("UTF-8 that had been read as Windows-1252 was mended in {places} places"));
    }
    (text, notes)
}

fn without_references(text: String) -> (String, usize) {
    static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"&(?:#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[a-zA-Z]{2,8}[0-9]{0,2});").expect("the pattern is right")
    });
    if !text.contains('&') {
        return (text, 0);
    }
    let mut count = 0;
    let decoded = REFERENCE.replace_all(&text, |found: &Captures<'_>| {
        let written = &found[0];
        // As browsers read numbers that Windows-1252 has and Unicode leaves free.
        let old = written[2..written.len() - 1].parse().ok().filter(|byte: &u8| (0x80..0xa0).contains(byte));
        let plain = match old {
            Some(byte) => WINDOWS_1252.decode_without_bom_handling(&[byte]).0.into_owned(),
            None => unescape(written).map_or_else(|_| written.to_owned(), |plain| plain.into_owned()),
        };
        count += usize::from(plain != written);
        plain
    });
    (decoded.into_owned(), count)
}

fn without_mojibake(text: String) -> (String, usize) {
    /// The byte that each sign beyond ASCII was.
    static BYTES: LazyLock<HashMap<char, u8>> = LazyLock::new(|| {
        let sign = |byte: u8| WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next();
        (0x80..=0xff).filter_map(|byte| Some((sign(byte)?, byte))).collect()
    });
    // What begins a sign of several bytes is one of these; without them there is nothing to do.
    if !text.contains(['Ã', 'Â', 'â', 'Å', 'Ä', 'ð', 'Î', 'Ð', 'Ñ', 'ï']) {
        return (text, 0);
    }
    let (mut out, mut count) = (String::with_capacity(text.len()), 0);
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c| BYTES.contains_key(&c)) {
        let run = &rest[start..];
        let end = run.find(|c| !BYTES.contains_key(&c)).unwrap_or(run.len());
        let bytes: Vec<u8> = run[..end].chars().map(|c| BYTES[&c]).collect();
        out.push_str(&rest[..start]);
        match String::from_utf8(bytes) {
            Ok(mended) => {
                count += 1;
                out.push_str(&mended);
            }
            Err(_) => out.push_str(&run[..end]),
        }
        rest = &run[end..];
    }
    out.push_str(rest);
    (out, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn references_are_decoded() {
        let (text, notes) =
            mend("&ldquo;No&rdquo;, he&#8217;s &#146;ere &amp; there &#x2014; AT&T; &nosuch; R&D".into());
        assert_eq!(text, "“No”, he’s ’ere & there — AT&T; &nosuch; R&D");
        assert_eq!(notes, ["6 character references such as `&rdquo;` were decoded"]);
    }

    #[test]
    fn mojibake_is_mended_where_it_is_certain() {
        let spoiled = |text: &str| WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned();
        for text in ["“It’s the café”", "£5 — naïve", "Łódź", "…"] {
            let (mended, notes) = mend(format!("She said: {} then", spoiled(text)));
            assert_eq!(mended, format!("She said: {text} then"));
            assert_eq!(notes.len(), 1);
        }
        for text in ["“Ça va”, dit-il — naïveté", "Ãngel Â. Ñandú", "10 Å", "plain"] {
            assert_eq!(mend(text.into()), (text.into(), vec![]));
        }
    }

    proptest! {
        #[test]
        fn anything_is_mended_or_not(text: String) {
            mend(text);
        }
    }
}
