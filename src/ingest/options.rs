//! What a user may choose about reading, and the limits that an article must keep.

use serde::Serialize;
use whatlang::Lang;

use crate::article::Article;
use crate::error::{Reject, Stage};

/// Letters that a text must have before its language is judged: shorter ones are often taken for another.
const LETTERS_TO_JUDGE: usize = 200;

/// Characters of a text that its language is judged by.
const JUDGED: usize = 5000;

/// Choices about reading.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Options {
    /// The first extension of the format that all inputs have, archives and compressions apart; otherwise each is told by
    /// its content and its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The column or field that the text stands in, where the usual names do not find it.
    pub text_column: Option<String>,
    /// Takes articles in any language; otherwise one that is clearly not English is rejected.
    pub any_language: bool,
    /// The most bytes that one article may take up in its file.
    pub max_bytes: u64,
    /// The most words (runs between white space) that an article may have.
    pub max_words: usize,
    /// The largest share of an article's characters, from 0 to 1, that may be unreadable: control characters, private
    /// ones and those that could not be decoded.
    pub max_unreadable: f32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: None,
            text_column: None,
            any_language: false,
            max_bytes: 64 << 20,
            max_words: 1_000_000,
            max_unreadable: 0.05,
        }
    }
}

impl Options {
    /// Holds an article against the limits.
    pub(super) fn accept(&self, article: Article) -> Result<Article, Reject> {
        match self.objection(&article) {
            None => Ok(article),
            Some(reason) => Err(article.rejected(Stage::Read, reason)),
        }
    }

    /// Why `article` is not taken, if it is not.
    pub(super) fn objection(&self, article: &Article) -> Option<String> {
        let text = article.text();
        if text.split_whitespace().nth(self.max_words).is_some() {
            let max = self.max_words;
            return Some(format!("the text has more than {max} words; split it or raise --max-words"));
        }
        let (mut all, mut unreadable) = (0_u64, 0_u64);
        for c in text.chars() {
            all += 1;
            unreadable += u64::from(is_unreadable(c));
        }
        // A single one is never too many, in a text of a few words.
        if unreadable > 1 && unreadable as f64 > f64::from(self.max_unreadable) * all as f64 {
            let percent = 100.0 * unreadable as f64 / all as f64;
            return Some(format!(
                "{percent:.0} % of the characters are unreadable; check the file's encoding or raise --max-unreadable"
            ));
        }
        let language = (!self.any_language).then(|| foreign_language(text))??;
        Some(format!(
            "the text is not English but {}; the model reads English (--any-language takes it all the same)",
            language.eng_name()
        ))
    }
}

fn is_unreadable(c: char) -> bool {
    match c {
        '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' => false,
        '\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => true,
        _ => c.is_control(),
    }
}

/// The language of a text that is clearly not English.
fn foreign_language(text: &str) -> Option<Lang> {
    let end = text.char_indices().nth(JUDGED).map_or(text.len(), |(at, _)| at);
    let head = &text[..end];
    head.chars().filter(|c| c.is_alphabetic()).nth(LETTERS_TO_JUDGE - 1)?;
    let info = whatlang::detect(head)?;
    let (first, second) = head.split_at((0..=head.len() / 2).rev().find(|&at| head.is_char_boundary(at))?);
    // One that quotes at length is English all the same.
    let all_of_it = || [first, second].into_iter().all(|half| whatlang::detect_lang(half) != Some(Lang::Eng));
    (info.is_reliable() && info.lang() != Lang::Eng && all_of_it()).then(|| info.lang())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;

    const ENGLISH: &str = "The harbour master said that the ferry would sail again on Thursday, once divers had looked at \
        its rudder. Passengers who had waited since Monday were given rooms in the town, and some of them said that they \
        had been told nothing for a whole day. ";
    const GERMAN: &str = "Der Hafenmeister sagte, die Fähre werde am Donnerstag wieder fahren, sobald Taucher das Ruder \
        geprüft hätten. Reisende, die seit Montag warteten, bekamen Zimmer in der Stadt, und einige von ihnen sagten, man \
        habe ihnen einen ganzen Tag lang nichts gesagt. ";
    const GREEK: &str = "Ο λιμενάρχης είπε ότι το πλοίο θα ταξιδέψει ξανά την Πέμπτη, όταν οι δύτες θα έχουν ελέγξει το \
        πηδάλιο. Οι επιβάτες που περίμεναν από τη Δευτέρα πήραν δωμάτια στην πόλη και μερικοί από αυτούς είπαν ότι δεν \
        τους είχαν πει τίποτα για μια ολόκληρη μέρα. ";

    fn objection(options: &Options, text: &str) -> Option<String> {
        options.objection(&Article::new("a", Place::file("a.txt"), text))
    }

    #[test]
    fn only_what_is_clearly_not_english_is_foreign() {
        let options = Options::default();
        for fine in [ENGLISH, "Oui.", "Der Hafen bleibt zu.", "42 : 17 — 3 + 4 = 7", &(ENGLISH.repeat(3) + GERMAN)] {
            assert_eq!(objection(&options, fine), None, "{fine}");
        }
        assert!(objection(&options, GERMAN).unwrap().contains("German"));
        assert!(objection(&options, GREEK).unwrap().contains("Greek"));
        let any = Options { any_language: true, ..options };
        assert_eq!(objection(&any, GERMAN), None);
    }

    #[test]
    fn limits_are_kept() {
        let options = Options { max_words: 3, ..Options::default() };
        assert_eq!(objection(&options, " one two\nthree "), None);
        assert!(objection(&options, "one two three four").unwrap().contains("more than 3 words"));

        let options = Options { max_unreadable: 0.1, ..Options::default() };
        assert_eq!(objection(&options, "a\u{fffd}b"), None, "one is never too many");
        assert_eq!(objection(&options, "\tabcdefgh\u{fffd}\u{7}abcdefgh\n"), None);
        assert!(objection(&options, "abcdefg\u{fffd}\u{e001}abcdefg").unwrap().contains("12 %"));
    }
}
