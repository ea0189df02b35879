//! Bytes to text: which encoding it is, and whether it is text at all.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The byte order mark that some programs put before UTF-8.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// A decoded text, and what a person should know about how it was decoded.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) warning: Option<String>,
}

/// Decodes UTF-8, UTF-16 with a byte order mark, or else Windows-1252, without the mark.
pub(super) fn decode(mut bytes: Vec<u8>) -> Decoded {
    if let Some((encoding, _)) = utf16(&bytes) {
        let (text, had_errors) = encoding.decode_with_bom_removal(&bytes);
        let warning =
            had_errors.then(|| format!("broken {}: what could not be decoded was replaced by U+FFFD", encoding.name()));
        return Decoded { text: text.into_owned(), warning };
    }
    if bytes.starts_with(BOM) {
        bytes.drain(..BOM.len());
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => {
            return Decoded { text, warning: None };
        }
        Err(error) => error.into_bytes(),
    };

    // A few broken bytes in what is else UTF-8 must not turn every “ into three odd letters.
    let (mut broken, mut sound) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        broken += usize::from(!chunk.invalid().is_empty());
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
    }
    let (encoding, warning) = if sound > broken {
        let s = if broken == 1 { "" } else { "s" };
        (UTF_8, format!("broken UTF-8 in {broken} place{s}, replaced by U+FFFD"))
    } else {
        (WINDOWS_1252, "not UTF-8: read as Windows-1252; convert it to UTF-8 if that is wrong".into())
    };
    let (text, _) = encoding.decode_without_bom_handling(&bytes);
    Decoded { text: text.into_owned(), warning: Some(warning) }
}

/// The kind of UTF-16 that a byte order mark announces, and the mark's length.
pub(super) fn utf16(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    Encoding::for_bom(bytes).filter(|(encoding, _)| *encoding != UTF_8)
}

/// Why `text` is not an article's, if it isn't: there is nothing to read, or it was never text.
pub(super) fn fault(text: &str) -> Option<&'static str> {
    if text.trim().is_empty() {
        return Some("the text is empty; leave the article out or give it a text");
    }
    // A stray control character is kept. Binary data has about one in nine, and nearly always NUL.
    let controls = text.bytes().filter(|byte| byte.is_ascii_control() && !b"\t\n\x0b\x0c\r".contains(byte));
    if text.contains('\0') || controls.count() > 1 + text.len() / 20 {
        return Some("this is binary data, not text; if it is UTF-16 without a mark, convert it to UTF-8");
    }
    None
}

/// A text on one line, with single blanks.
pub(super) fn joined(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        out.push(' ');
        out.push_str(word);
    }
    out
}

/// The same, but for tabs.
pub(super) fn tabbed(text: &str) -> String {
    text.trim().split('\t').map(joined).collect::<Vec<_>>().join("\t")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(bytes: &[u8]) -> (String, Option<String>) {
        let Decoded { text, warning } = decode(bytes.to_vec());
        (text, warning)
    }

    #[test]
    fn utf8_is_taken_as_it_is() {
        assert_eq!(decoded("“Ça va”".as_bytes()), ("“Ça va”".into(), None));
        assert_eq!(decoded(b"\xEF\xBB\xBFplain"), ("plain".into(), None));
    }

    #[test]
    fn utf16_is_told_by_its_mark() {
        let little: Vec<u8> = "\u{feff}“Oh”\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff}“Oh”\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&little), ("“Oh”\r\n".into(), None));
        assert_eq!(decoded(&big), ("“Oh”\r\n".into(), None));
    }

    #[test]
    fn other_bytes_are_windows_1252_and_say_so() {
        let (text, warning) = decoded(b"\x93Caf\xe9\x94 \x96 5 \x80");
        assert_eq!(text, "“Café” – 5 €");
        assert!(warning.unwrap().contains("Windows-1252"));
    }

    #[test]
    fn one_broken_byte_does_not_spoil_utf8() {
        let (text, warning) = decoded(b"\xe2\x80\x9cNo\xe2\x80\x9d, \xff she said.");
        assert_eq!(text, "“No”, \u{fffd} she said.");
        assert!(warning.unwrap().contains("1 place,"));
    }

    #[test]
    fn text_has_words_and_hardly_any_controls() {
        assert_eq!(fault("A bell \u{7} rang in the hall, and then it rang again, and again."), None);
        assert_eq!(fault("\tTabs\n\nand lines\n"), None);
        assert!(fault(" \n\u{a0}").unwrap().contains("empty"));
        assert!(fault("PK\u{3}\u{4}\u{14}").unwrap().contains("binary"));
        assert!(fault("a\0b").unwrap().contains("binary"));
    }

    proptest! {
        #[test]
        fn anything_decodes(bytes: Vec<u8>) {
            decode(bytes);
        }

        #[test]
        fn utf8_comes_back(text: String) {
            let text = text.trim_start_matches('\u{feff}').to_owned();
            let Decoded { text: back, warning } = decode(text.clone().into_bytes());
            prop_assert_eq!((back, warning), (text, None));
        }
    }
}
