//! The words of an article, as names are looked for in them.

use std::collections::HashSet;
use std::ops::Range;

use super::lexicon::{Noun, among, noun as noun_of};
use crate::document::Document;
use crate::span::Span;

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Capital,
    /// All capitals, at least two.
    Upper,
    /// One capital, perhaps with a full stop.
    Initial,
    Number,
}

/// What stands between a word and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    Space,
    Comma,
    Bracket,
    Quote,
    Dash,
    Ampersand,
    /// The end of a sentence, a line, a colon or anything else.
    Break,
}

/// One word, without its possessive ending.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) span: Span,
    pub(super) case: Case,
    /// What stands before it.
    pub(super) gap: Gap,
    /// Whether `'s`, or the apostrophe after an `s`, follows.
    pub(super) possessive: bool,
    pub(super) sentence: usize,
    pub(super) paragraph: usize,
    /// Whether it stands between double quotation marks.
    pub(super) quoted: bool,
    /// Whether its capital may come of its place: at the start of a sentence, a quotation or a line.
    pub(super) starts: bool,
    /// Whether it stands in a headline, where most words have capitals, or in a dateline.
    pub(super) capitals_mean_nothing: bool,
}

/// An article's words.
#[derive(Debug)]
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) words: Vec<Word>,
    /// The words that are written in lower case anywhere.
    lower: HashSet<&'a str>,
}

impl<'a> Words<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        let text = document.text();
        let mut words: Vec<Word> = Vec::new();
        let mut end = 0;
        let mut quotations = document.quotations.iter().peekable();
        for (span, after, possessive) in spans(text) {
            let sentence = document.sentences.partition_point(|s| s.end() <= span.start());
            let paragraph = document.paragraph_starts.partition_point(|&start| start <= span.start());
            while quotations.next_if(|q| q.end() <= span.start()).is_some() {}
            let gap = gap(&text[end..span.start()]);
            let first = words.last().is_none_or(|before| before.sentence != sentence || before.paragraph != paragraph);
            words.push(Word {
                span,
                case: case(span.text(text)),
                gap: if first { Gap::Break } else { gap },
                possessive,
                sentence,
                paragraph,
                quoted: quotations.peek().is_some_and(|q| q.contains(span)),
                starts: first || matches!(gap, Gap::Quote | Gap::Break),
                capitals_mean_nothing: false,
            });
            end = after;
        }
        let lower = words.iter().filter(|w| w.case == Case::Lower).map(|w| w.span.text(text)).collect();
        let mut out = Self { text, words, lower };
        out.mark_headlines();
        out
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn at(&self, index: usize) -> &Word {
        &self.words[index]
    }

    /// What is written at `index`.
    pub(super) fn str(&self, index: usize) -> &'a str {
        self.words[index].span.text(self.text)
    }

    pub(super) fn lower(&self, index: usize) -> String {
        self.str(index).to_lowercase()
    }

    /// The gap before the word at `index`; a break at the end.
    pub(super) fn gap(&self, index: usize) -> Gap {
        self.words.get(index).map_or(Gap::Break, |word| word.gap)
    }

    /// The words that `span` shares a byte with.
    pub(super) fn of(&self, span: Span) -> Range<usize> {
        let start = self.words.partition_point(|word| word.span.end() <= span.start());
        let length = self.words[start..].partition_point(|word| word.span.start() < span.end());
        start..start + length
    }

    /// From the first to the last of `range`, which is not empty.
    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        self.words[range.start].span.cover(self.words[range.end - 1].span)
    }

    /// Whether the word at `index` has a capital of its own.
    pub(super) fn is_capital(&self, index: usize) -> bool {
        let Some(word) = self.words.get(index) else { return false };
        match word.case {
            Case::Lower | Case::Number => false,
            Case::Upper => !word.capitals_mean_nothing,
            Case::Initial => !matches!(self.str(index), "I" | "A"),
            Case::Capital => {
                let text = self.str(index);
                let other = is_state(text) || is_i(text) || text == "The" || self.is_date(index);
                let plain = word.capitals_mean_nothing || word.starts && self.is_plain(index);
                !other && !plain
            }
        }
    }

    /// A day or a month, unless other capitals say that it is a name.
    fn is_date(&self, index: usize) -> bool {
        const NAMES: &str = "April May June August";
        const DATES: &str = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March July \
            September October November December Jan. Feb. Mar. Apr. Jun. Jul. Aug. Sept. Sep. Oct. Nov. Dec.";
        let text = self.str(index);
        let capital = |at: usize| matches!(self.words[at].case, Case::Capital | Case::Initial);
        let beside = index > 0 && self.gap(index) == Gap::Space && capital(index - 1)
            || self.gap(index + 1) == Gap::Space && capital(index + 1);
        among(DATES, text) || among(NAMES, text) && !beside
    }

    /// Whether the word at `index` is one that is also written in lower case, or never part of a name.
    fn is_plain(&self, index: usize) -> bool {
        let lower = self.lower(index);
        let named = self.gap(index + 1) == Gap::Space && self.words[index + 1].case != Case::Lower;
        let noun = |noun: Noun| noun.plural || noun.kind.is_some() && !named;
        is_function(&lower)
            || among(ADJECTIVES, &lower)
            || self.lower.contains(lower.as_str())
            || noun_of(&lower).is_some_and(noun)
    }

    /// A headline is a line of which most longer words have capitals, or all of it; a dateline stands before a dash.
    fn mark_headlines(&mut self) {
        let mut start = 0;
        while start < self.words.len() {
            let paragraph = self.words[start].paragraph;
            let length = self.words[start..].iter().take_while(|word| word.paragraph == paragraph).count();
            let line = start..start + length;
            // By longer words, and by all but those of grammar.
            let mostly = |telling: &dyn Fn(usize) -> bool| {
                let telling: Vec<usize> = line.clone().take(40).filter(|&at| telling(at)).collect();
                let capitals = telling.iter().filter(|&&at| self.words[at].case != Case::Lower).count();
                telling.len() > 3 && capitals * 10 >= telling.len() * 9
            };
            let headline = (5..40).contains(&length)
                && mostly(&|at| self.words[at].span.len() > 3)
                && mostly(&|at| !is_function(&self.lower(at)));
            let first = &self.words[start];
            let dash = line.clone().take(12).skip(1).find(|&at| self.words[at].gap == Gap::Dash);
            let dateline = dash.filter(|_| first.case == Case::Upper && first.span.len() > 2);
            if headline {
                self.mark(line);
            } else if let Some(dash) = dateline {
                self.mark(start..dash);
            }
            start += length;
        }
        // Words in all capitals that are more than an acronym or two are shouted.
        let shouted = |word: &Word| word.case == Case::Upper && word.span.len() > 2;
        let mut at = 0;
        while at < self.words.len() {
            let run = self.words[at..].iter().take_while(|word| shouted(word)).count();
            if run > 2 {
                self.mark(at..at + run);
            }
            at += run.max(1);
        }
    }

    fn mark(&mut self, range: Range<usize>) {
        for word in &mut self.words[range] {
            word.capitals_mean_nothing = true;
        }
    }
}

/// Whether `lower` is a word of grammar, a day or a month: never the first word of a name.
pub(super) fn is_function(lower: &str) -> bool {
    const WORDS: &str = "a about according across after again against ago all almost along already also although always \
        am amid among an and another any anyone anything are around as asked at away back based be because been before \
        behind being below besides between beyond both but by can cannot could currently despite did do does doing \
        during each earlier either elsewhere even eventually ever every everybody everyone except few finally first \
        following for forget from given good had has have having he hello her here hers herself him himself his how \
        however i if in indeed instead into is it its itself just last later least less let like many may maybe me \
        meanwhile might more moreover most much must my myself near nearly neither never nevertheless next no nobody \
        none nor not nothing now of off often on once one only onto or other others otherwise ought our ours out outside \
        over per perhaps please previously rather really recently regardless said same say says second see seeing \
        several shall she should since so some somebody someone something sometimes soon still such than thank that the \
        their theirs them themselves then there therefore these they thing this those though through throughout thus \
        till to today together tomorrow tonight too toward towards under unless unlike until up upon us use very via was \
        way we well were what whatever when whenever where whereas whether which while who whoever whole whom whose why \
        will with within without would yes yesterday yet you your yours monday tuesday wednesday thursday friday \
        saturday sunday january february march april may june july august september october november december jan. feb. \
        mar. apr. jun. jul. aug. sept. sep. oct. nov. dec. new-york asked former then-president old young early late big \
        two three four five six seven eight nine ten hours days weeks months years half";
    among(WORDS, lower)
}

/// Adjectives that open sentences before nouns of persons.
const ADJECTIVES: &str = "acting appointed chief deputy elected federal foreign international junior lead leading legal local \
    longtime military national political presidential private regional retired senior state top veteran white black";

/// `I’m`, `I'd`
fn is_i(word: &str) -> bool {
    word.strip_prefix('I').is_some_and(|rest| rest.starts_with(['\'', '’']))
}

/// The abbreviation of an American state or a Canadian province.
fn is_state(word: &str) -> bool {
    among(STATES, word.trim_end_matches('.')) && word.ends_with('.')
}

const STATES: &str = "Ala Ariz Ark Calif Colo Conn Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore \
    Pa Tenn Tex Va Vt Wash Wis Wyo Ont Que";

/// The words of a text, each with the end of it and its possessive ending, and whether it has one.
fn spans(text: &str) -> Vec<(Span, usize, bool)> {
    let mut out = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if !first.is_alphanumeric() {
            continue;
        }
        let mut end = start + first.len_utf8();
        while let Some(&(at, c)) = chars.peek() {
            let next = text[at + c.len_utf8()..].chars().next();
            let inside = match c {
                '\'' | '’' | '-' | '\u{2011}' | '&' => next.is_some_and(char::is_alphanumeric),
                '.' | ',' => dotted(&text[start..end], c) && next.is_some_and(char::is_alphanumeric),
                _ => c.is_alphanumeric() || is_mark(c),
            };
            if !inside {
                break;
            }
            end = at + c.len_utf8();
            chars.next();
        }
        if text[end..].starts_with('.') && abbreviation(&text[start..end]) {
            end += 1;
            chars.next();
        }
        let word = &text[start..end];
        let stem = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s"));
        let plural = stem.is_none() && word.ends_with('s') && text[end..].starts_with(['\'', '’']);
        let after = if plural { end + text[end..].chars().next().map_or(0, char::len_utf8) } else { end };
        out.push((Span::new(start, start + stem.unwrap_or(word).len()), after, stem.is_some() || plural));
    }
    out
}

/// Combining marks belong to the letter before them.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Whether a full stop within a word goes on: `U.S`, `3.5`; a comma only between digits.
fn dotted(word: &str, mark: char) -> bool {
    let last = word.rsplit(['.', ',']).next().unwrap_or(word);
    let digits = last.chars().all(|c| c.is_ascii_digit());
    digits || mark == '.' && last.chars().count() == 1 && last.chars().all(char::is_uppercase)
}

/// Whether a full stop after `word` belongs to it.
fn abbreviation(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic());
    if word.contains('.') || word.chars().count() == 1 {
        return letters.clone().all(char::is_uppercase) && letters.count() == word.replace('.', "").chars().count();
    }
    among(
        "Jr Sr Inc Corp Co Ltd Mr Mrs Ms Mx Messrs Dr Prof Rev St Sgt Lt Col Gen Maj Capt Cpl Adm Cmdr Hon Insp Det Supt \
        Gov Sen Sens Rep Reps Del Coun Atty Amb Pres Sec Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec",
        word,
    ) || among(STATES, word)
}

fn case(word: &str) -> Case {
    let first = word.chars().next().unwrap_or_default();
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let lower_start = ["al-", "el-", "ad-", "an-", "as-", "bin-", "d'", "d’"].into_iter();
    if first.is_numeric() {
        Case::Number
    } else if lower_start.filter_map(|start| word.strip_prefix(start)).any(|rest| rest.starts_with(char::is_uppercase))
    {
        Case::Capital
    } else if !first.is_uppercase() {
        Case::Lower
    } else if letters.clone().count() == 1 {
        Case::Initial
    } else if letters.all(char::is_uppercase) {
        Case::Upper
    } else {
        Case::Capital
    }
}

fn gap(between: &str) -> Gap {
    if between.contains('\n') {
        return Gap::Break;
    }
    match between.trim() {
        "" => Gap::Space,
        "," => Gap::Comma,
        "&" => Gap::Ampersand,
        marks if marks.contains(['(', '[', ')', ']']) => Gap::Bracket,
        marks if marks.starts_with(['—', '–', '-', '―']) => Gap::Dash,
        marks if marks.chars().all(|c| "“”\"„«»‘’'`,".contains(c)) => Gap::Quote,
        _ => Gap::Break,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Article, Place};

    #[test]
    fn words_know_their_endings_and_what_stands_before_them() {
        let text = "OSLO — Dr. K.C. Nærum's workers’ union paid $3.50, and U.S. aides (the few) left.";
        let document = Document::new(Article::new("a", Place::file("a"), text));
        let words = Words::new(&document);
        let all: Vec<_> = (0..words.len()).map(|at| words.str(at)).collect();
        let expected =
            ["OSLO", "Dr.", "K.C.", "Nærum", "workers", "union", "paid", "3.50", "and", "U.S.", "aides", "the"];
        assert_eq!(all[..12], expected);
        let possessives: Vec<_> = (0..words.len()).filter(|&at| words.at(at).possessive).collect();
        assert_eq!(possessives, [3, 4]);
        assert_eq!([1, 8, 9, 11].map(|at| words.gap(at)), [Gap::Dash, Gap::Comma, Gap::Space, Gap::Bracket]);
        assert!(words.is_capital(3) && !words.is_capital(0), "a dateline names nobody");
    }

    #[test]
    fn capitals_at_the_start_of_sentences_and_in_headlines_mean_little() {
        let text = "Mayor Ana Ruiz Leaves Office Early.\n\nTraders sold. The traders saw Ruiz go.\n\nRuiz left.";
        let document = Document::new(Article::new("a", Place::file("a"), text));
        let words = Words::new(&document);
        let capitals: Vec<_> = (0..words.len()).filter(|&at| words.is_capital(at)).map(|at| words.str(at)).collect();
        assert_eq!(capitals, ["Ruiz", "Ruiz"]);
    }
}
