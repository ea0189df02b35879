//! How attributions are told apart: the groups of each breakdown.

use std::collections::BTreeSet;

use super::matching::{Compared, Worded};
use super::words::WordSet;
use crate::record::{AttributionType, Certainty, Quote};
use crate::span::{Offsets, Span};
use crate::terms::Role;

/// One way to tell attributions apart.
pub(super) struct Division {
    /// By what.
    pub(super) by: &'static str,
    /// The names of the groups.
    pub(super) groups: &'static [&'static str],
    /// The group of an attribution, if it can be told.
    pub(super) group: fn(&Setting, &Worded<'_>) -> Option<usize>,
}

const DISTANCES: &[&str] = &["none", "0 words", "1–2", "3–5", "6–15", "more than 15"];

/// All divisions, in the order in which they are printed. [`super::Breakdown`] defines them.
pub(super) const DIVISIONS: [Division; 8] = [
    Division {
        by: "quote type",
        groups: &[Quote::Direct.name(), Quote::Mixed.name(), Quote::Indirect.name()],
        group: |setting, item| {
            Some(match setting.quote(item.words(Role::Content)) {
                Quote::Direct => 0,
                Quote::Mixed => 1,
                Quote::Indirect => 2,
            })
        },
    },
    Division {
        by: "source",
        groups: &["none", "pronoun", "name", "nominal"],
        group: |setting, item| Some(setting.source_form(item.words(Role::Source))),
    },
    Division {
        by: "cue",
        groups: &["none", "given"],
        group: |_, item| Some(usize::from(!item.words(Role::Cue).is_empty())),
    },
    Division {
        by: "length of the content",
        groups: &["0–3 words", "4–10", "11–25", "26–60", "more than 60"],
        group: |_, item| Some(bin(item.words(Role::Content).len(), &[3, 10, 25, 60])),
    },
    Division { by: "source to cue", groups: DISTANCES, group: |_, item| Some(distance(item, Role::Source, Role::Cue)) },
    Division {
        by: "content to cue",
        groups: DISTANCES,
        group: |_, item| Some(distance(item, Role::Content, Role::Cue)),
    },
    Division {
        by: "fragments of the content",
        groups: &["one", "several"],
        group: |_, item| Some(usize::from(item.attribution.content.len() > 1)),
    },
    Division {
        by: "sentences of the content",
        groups: &["one", "several"],
        group: |setting, item| setting.crosses_sentence(item.words(Role::Content)).map(usize::from),
    },
];

/// Those by what the gold says of its attributions, for gold that says it.
pub(super) const DIVISIONS_BY_FIELD: [Division; 3] = [
    Division {
        by: "type of attribution",
        groups: AttributionType::NAMES,
        group: |_, item| item.attribution.fields.attribution.map(|attribution| attribution as usize),
    },
    Division {
        by: "certainty",
        groups: Certainty::NAMES,
        group: |_, item| item.attribution.fields.certainty.map(|certainty| certainty as usize),
    },
    Division {
        by: "within another claim",
        groups: &["no", "yes"],
        group: |_, item| item.attribution.fields.nested().map(usize::from),
    },
];

/// What the text around an article's attributions says of its words.
pub(super) struct Setting {
    /// Whether each word stands between quotation marks.
    quoted: Vec<bool>,
    form: Vec<Form>,
    /// The sentence of each word, where the record has sentences.
    sentence: Option<Vec<usize>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Pronoun,
    Name,
    Other,
}

impl Setting {
    pub(super) fn new(article: &Compared<'_>) -> Self {
        let text = article.article.text.as_str();
        let offsets = Offsets::new(text);
        let words: Vec<Span> =
            article.words.ranges().iter().filter_map(|r| offsets.span_of_code_points(r.clone())).collect();
        let quotations = crate::document::quotations_of(text);
        let quoted = |word: &Span| {
            let next = quotations.partition_point(|quotation| quotation.end() <= word.start());
            quotations.get(next).is_some_and(|quotation| quotation.contains(*word))
        };
        let sentences = article.record.map_or(&[][..], |record| &record.sentences);
        let sentence = |start: usize| sentences.partition_point(|sentence| sentence.end <= start);
        Self {
            quoted: words.iter().map(quoted).collect(),
            form: forms(text, &words),
            sentence: (!sentences.is_empty())
                .then(|| article.words.ranges().iter().map(|word| sentence(word.start)).collect()),
        }
    }

    /// Direct if all words stand between double quotation marks, indirect if none does.
    fn quote(&self, content: &WordSet) -> Quote {
        let quoted = content.iter().filter(|&&word| self.quoted[word]).count();
        match quoted {
            0 => Quote::Indirect,
            all if all == content.len() => Quote::Direct,
            _ => Quote::Mixed,
        }
    }

    /// 0 for no source, 1 for a pronoun, 2 for a name, 3 for anything else.
    pub(super) fn source_form(&self, source: &WordSet) -> usize {
        let mut forms = source.iter().map(|&word| self.form[word]);
        if source.is_empty() {
            0
        } else if forms.clone().all(|form| form == Form::Pronoun) {
            1
        } else if forms.any(|form| form == Form::Name) {
            2
        } else {
            3
        }
    }

    fn crosses_sentence(&self, content: &WordSet) -> Option<bool> {
        let sentence = self.sentence.as_ref()?;
        let of = |word: Option<&usize>| word.map(|&word| sentence[word]);
        Some(of(content.first()) != of(content.last()))
    }
}

/// What each word looks like: a pronoun, part of a name, or neither.
///
/// Part of a name is a word with a capital that does not start a sentence, or that starts one and has its capital
/// elsewhere in the article too, where nothing starts.
fn forms(text: &str, words: &[Span]) -> Vec<Form> {
    const PRONOUNS: &str = " i me myself you yourself he him himself she her herself it itself we us ourselves they them \
        themselves who whom which that this these those one someone somebody anyone anybody everyone everybody nobody ";
    let pronoun = |word: &str| PRONOUNS.contains(&format!(" {} ", word.to_lowercase()));
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let inner: BTreeSet<&str> = words
        .iter()
        .filter(|word| !starts_sentence(&text[..word.start()]))
        .map(|word| word.text(text))
        .filter(|word| capital(word))
        .collect();
    let form = |word: &Span| match word.text(text) {
        word if pronoun(word) => Form::Pronoun,
        word if inner.contains(word) => Form::Name,
        _ => Form::Other,
    };
    words.iter().map(form).collect()
}

/// Whether what follows `before` starts a sentence: nothing, a line break, a full stop or its like comes before it,
/// quotation marks and brackets aside.
fn starts_sentence(before: &str) -> bool {
    let mark = |c: char| matches!(c, '“' | '”' | '„' | '«' | '»' | '"' | '‘' | '’' | '\'' | '(' | '[');
    let nearest = before.chars().rev().find(|&c| c == '\n' || !(c.is_whitespace() || mark(c)));
    nearest.is_none_or(|c| matches!(c, '\n' | '.' | '!' | '?' | '…' | ':'))
}

/// The bin of `value`, given the largest value of each but the last.
fn bin(value: usize, largest: &[usize]) -> usize {
    largest.partition_point(|&largest| largest < value)
}

/// The bin of how many words stand between two roles where they are nearest; the first is for want of either.
fn distance(item: &Worded<'_>, a: Role, b: Role) -> usize {
    let (a, b) = (item.words(a), item.words(b));
    let steps = a.iter().flat_map(|&x| b.iter().map(move |&y| x.abs_diff(y)));
    steps.min().map_or(0, |steps| 1 + bin(steps.saturating_sub(1), &[0, 2, 5, 15]))
}
