//! Rich text, `.rtf`: groups, control words and text. The text is read; fonts, pictures, headers, footnotes and whatever
//! a reader may ignore are left out.

use std::iter;

use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_1252};
use serde_json::{Map, Value};

use super::decode::{joined, tabbed};
use super::exports::{self, Content};
use super::stream::Stream;
use super::{Format, Readings, only};

pub(super) const FORMAT: Format = Format {
    name: "RTF",
    extensions: &["rtf"],
    about: "A rich text document, or an export in it; told by {\\rtf at the start",
    shows_in: |head| head.trim_ascii_start().starts_with(b"{\\rtf"),
    ..Format::read_by(|stream| Box::new(iter::once_with(|| read(stream)).flatten()))
};

fn read(mut stream: Stream) -> Readings {
    match stream.whole() {
        Err(reject) => only(reject),
        Ok(bytes) if !(FORMAT.shows_in)(&bytes) => only(stream.reject("this is no RTF, which begins with `{\\rtf`")),
        Ok(bytes) => exports::readings(stream, Parser::new(&bytes).content()),
    }
}

/// Groups that hold no text of the document.
#[rustfmt::skip]
const SKIPPED: [&str; 22] = [
    "annotation", "atnauthor", "atnid", "colortbl", "fldinst", "fonttbl", "footer", "footerf", "footerl", "footerr",
    "footnote", "header", "headerf", "headerl", "headerr", "info", "listtable", "nonshppict", "objdata", "pict",
    "stylesheet", "xe",
];

/// What the text of a group is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Title,
    Author,
    Skipped,
}

#[derive(Clone, Copy)]
struct Group {
    kind: Kind,
    /// Struck out by a change, or hidden.
    hidden: bool,
    /// Characters that stand for one in Unicode, for programs that know none.
    substitutes: usize,
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    groups: Vec<Group>,
    encoding: &'static Encoding,
    paragraphs: Vec<String>,
    paragraph: String,
    title: String,
    author: String,
    /// Bytes in the encoding, which may take several for a character, and units of UTF-16, which may take two.
    encoded: Vec<u8>,
    units: Vec<u16>,
    /// Characters still to be left out.
    left_out: usize,
}

impl<'a> Parser<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            groups: Vec::new(),
            encoding: WINDOWS_1252,
            paragraphs: Vec::new(),
            paragraph: String::new(),
            title: String::new(),
            author: String::new(),
            encoded: Vec::new(),
            units: Vec::new(),
            left_out: 0,
        }
    }

    fn content(mut self) -> Content {
        let has_end = self.parse();
        self.end_paragraph();
        let mut fields = Map::new();
        for (name, value) in [("title", joined(&self.title)), ("author", joined(&self.author))] {
            if !value.is_empty() {
                fields.insert(name.to_owned(), Value::from(value));
            }
        }
        let damage = (!has_end).then(|| "the document has no end; the file was cut off there".to_owned());
        Content { text: self.paragraphs.join("\n\n"), fields, warnings: Vec::new(), damage }
    }

    /// Goes to the end of the outermost group; `false` if there is none.
    fn parse(&mut self) -> bool {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => {
                    self.flush();
                    self.left_out = 0;
                    let group = Group { kind: Kind::Text, hidden: false, substitutes: 1 };
                    self.groups.push(self.groups.last().copied().unwrap_or(group));
                }
                b'}' => {
                    self.flush();
                    self.left_out = 0;
                    self.groups.pop();
                    if self.groups.is_empty() {
                        return true;
                    }
                }
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => {}
                byte => self.byte(byte),
            }
        }
        self.flush();
        false
    }

    fn control(&mut self) {
        let Some(&first) = self.bytes.get(self.at) else { return };
        if first.is_ascii_alphabetic() {
            let word = self.take(|byte| byte.is_ascii_alphabetic());
            let minus = self.bytes.get(self.at) == Some(&b'-');
            self.at += usize::from(minus);
            let digits = self.take(|byte| byte.is_ascii_digit());
            let number = str::from_utf8(digits).ok().and_then(|digits| digits.parse::<i32>().ok());
            let number = number.map(|number| if minus { -number } else { number });
            self.at += usize::from(self.bytes.get(self.at) == Some(&b' '));
            return self.word(str::from_utf8(word).unwrap_or_default(), number);
        }
        self.at += 1;
        match first {
            b'\'' => {
                let hex = self.bytes.get(self.at..self.at + 2).and_then(|hex| str::from_utf8(hex).ok());
                if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    self.at += 2;
                    self.byte(byte);
                }
            }
            b'\\' | b'{' | b'}' => self.byte(first),
            b'~' => self.push("\u{a0}"),
            b'_' => self.push("-"),
            b'\r' | b'\n' => self.end_paragraph(),
            // Those that do not know the group's word, of which this is one, go past it.
            b'*' => self.set_kind(Kind::Skipped),
            _ => {}
        }
    }

    fn take(&mut self, is_part: impl Fn(&u8) -> bool) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let taken = &rest[..rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len())];
        self.at += taken.len();
        taken
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let is_on = number != Some(0);
        match word {
            "u" => {
                self.flush_bytes();
                if self.is_shown() {
                    // Above 32,767 they are written as negative numbers.
                    self.units.push(number.unwrap_or_default() as u16);
                }
                self.left_out = self.groups.last().map_or(1, |group| group.substitutes);
                return;
            }
            "bin" => {
                let length = usize::try_from(number.unwrap_or_default()).unwrap_or_default();
                self.at = self.at.saturating_add(length).min(self.bytes.len());
            }
            "uc" => self.change(|group| group.substitutes = number.and_then(|n| n.try_into().ok()).unwrap_or(1)),
            "v" | "deleted" => self.change(|group| group.hidden = is_on),
            "plain" => self.change(|group| group.hidden = false),
            "ansicpg" => self.encoding = encoding(number.unwrap_or_default()),
            "mac" => self.encoding = MACINTOSH,
            "title" => self.set_info(Kind::Title),
            "author" => self.set_info(Kind::Author),
            "par" | "sect" | "page" | "cell" | "row" | "nestcell" | "nestrow" => self.end_paragraph(),
            "tab" => self.push("\t"),
            "line" | "emspace" | "enspace" | "qmspace" => self.push(" "),
            "emdash" => self.push("—"),
            "endash" => self.push("–"),
            "lquote" => self.push("‘"),
            "rquote" => self.push("’"),
            "ldblquote" => self.push("“"),
            "rdblquote" => self.push("”"),
            "bullet" => self.push("•"),
            word if SKIPPED.contains(&word) => self.set_kind(Kind::Skipped),
            _ => {}
        }
        self.left_out = 0;
    }

    fn change(&mut self, change: impl Fn(&mut Group)) {
        self.flush();
        self.groups.last_mut().into_iter().for_each(change);
    }

    fn set_kind(&mut self, kind: Kind) {
        self.change(|group| group.kind = kind);
    }

    /// Title and author lie in `info`, which is skipped else.
    fn set_info(&mut self, kind: Kind) {
        let above = self.groups.len().checked_sub(2).and_then(|at| self.groups.get(at));
        if above.is_some_and(|above| above.kind == Kind::Skipped) && self.groups.len() <= 3 {
            self.set_kind(kind);
            // LibreOffice writes the author twice.
            match kind {
                Kind::Title => self.title.clear(),
                _ => self.author.clear(),
            }
        }
    }

    fn is_shown(&self) -> bool {
        self.groups.last().is_some_and(|group| group.kind != Kind::Skipped && !group.hidden)
    }

    fn byte(&mut self, byte: u8) {
        if self.left_out > 0 {
            self.left_out -= 1;
        } else if self.is_shown() {
            self.flush_units();
            self.encoded.push(byte);
        }
    }

    fn push(&mut self, text: &str) {
        self.flush();
        if self.is_shown() {
            let out = match self.groups.last().map(|group| group.kind) {
                Some(Kind::Title) => &mut self.title,
                Some(Kind::Author) => &mut self.author,
                _ => &mut self.paragraph,
            };
            out.push_str(text);
        }
    }

    fn flush(&mut self) {
        self.flush_bytes();
        self.flush_units();
    }

    fn flush_bytes(&mut self) {
        if !self.encoded.is_empty() {
            let encoded = std::mem::take(&mut self.encoded);
            let (text, _) = self.encoding.decode_without_bom_handling(&encoded);
            self.push(&text);
        }
    }

    fn flush_units(&mut self) {
        if !self.units.is_empty() {
            let text = String::from_utf16_lossy(&std::mem::take(&mut self.units));
            self.push(&text);
        }
    }

    fn end_paragraph(&mut self) {
        self.flush();
        let is_text = self.groups.last().is_none_or(|group| group.kind == Kind::Text);
        let text = if is_text { tabbed(&std::mem::take(&mut self.paragraph)) } else { String::new() };
        let text = text.strip_prefix('•').map_or(&*text, str::trim_start);
        if !text.is_empty() {
            self.paragraphs.push(text.to_owned());
        }
    }
}

/// The encoding of a code page's number.
fn encoding(page: i32) -> &'static Encoding {
    match page {
        932 => SHIFT_JIS,
        936 => GBK,
        949 => EUC_KR,
        950 => BIG5,
        10000 => MACINTOSH,
        65001 => UTF_8,
        page => Encoding::for_label(format!("windows-{page}").as_bytes()).unwrap_or(WINDOWS_1252),
    }
}
