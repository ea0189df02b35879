//! How firmly a claim is presented, and whether as so or as not so, in the terms of FactBank (Saurí and Pustejovsky
//! 2009).
//!
//! | hedge | certainty |
//! |---|---|
//! | none | certain |
//! | doxastic | probable |
//! | epistemic | possible |
//! | condition, investigation | underspecified |
//!
//! `lexicon/strength.tsv` says where a cue is firmer or weaker than its class. Of several hedges the one that weakens
//! most decides.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Claim, Tied};
use crate::span::Span;
use crate::tagger::Class;

/// How firmly a claim is presented; a later one is weaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Plainly.
    Certain,
    /// As likely, expected or believed.
    Probable,
    /// As something that may be.
    Possible,
    /// Under a condition, or as a question.
    Underspecified,
}

/// Whether a claim says that something is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polarity {
    /// It is so.
    Positive,
    /// It is not so.
    Negative,
}

static STRENGTH: LazyLock<HashMap<&str, Certainty>> = LazyLock::new(|| {
    let known = |name| match name {
        "certain" => Certainty::Certain,
        "probable" => Certainty::Probable,
        "possible" => Certainty::Possible,
        "underspecified" => Certainty::Underspecified,
        other => unreachable!("strength.tsv has the certainty {other}"),
    };
    table(include_str!("lexicon/strength.tsv")).map(|(cue, name)| (cue, known(name))).collect()
});

static NEGATION: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| table(include_str!("lexicon/negation.tsv")).collect());

/// The rows of a lexicon: two columns, comments left out.
fn table(rows: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    rows.lines().filter(|row| !row.starts_with('#')).filter_map(|row| row.split_once('\t'))
}

/// What the claim's hedges leave of it.
pub(crate) fn certainty(text: &str, claim: &Claim, hedges: &[Tied]) -> Certainty {
    let of = |tied: &Tied| {
        let cue = folded(tied.hedge.span.text(text));
        STRENGTH.get(cue.as_str()).copied().unwrap_or(match tied.hedge.class {
            Class::Doxastic => Certainty::Probable,
            Class::Epistemic => Certainty::Possible,
            Class::Condition | Class::Investigation => Certainty::Underspecified,
        })
    };
    claim.hedges.iter().map(|&index| of(&hedges[index])).max().unwrap_or(Certainty::Certain)
}

/// Negative where the claim's own main clause or its cue is negated, positive where both are or neither is.
pub(crate) fn polarity(text: &str, claim: &Claim) -> Polarity {
    let cue = claim.cue.map_or(String::new(), |cue| folded(cue.text(text)));
    let denies = NEGATION.iter().any(|(word, place)| *place == "cue" && holds(&cue, word));
    if (denies || is_negated(&cue)) != claim.content.first().is_some_and(|span| negated_clause(*span, text)) {
        Polarity::Negative
    } else {
        Polarity::Positive
    }
}

/// Whether the first clause of `content` is negated.
fn negated_clause(content: Span, text: &str) -> bool {
    const CLAUSE: [&str; 18] = [
        "that", "which", "who", "whom", "whose", "because", "if", "when", "while", "although", "though", "unless",
        "where", "after", "before", "since", "until", "but",
    ];
    let inner = content.text(text);
    let first =
        inner.split(['.', ';', ':', '—', '?', '!']).map(str::trim).find(|part| part.contains(char::is_alphabetic));
    let words = folded(first.unwrap_or_default());
    let words: Vec<&str> = words.split(' ').collect();
    let end = words.iter().skip(1).position(|word| CLAUSE.contains(word)).map_or(words.len(), |at| at + 1);
    is_negated(&words[..end].join(" "))
}

/// Whether lower-case words hold a negation of their clause.
fn is_negated(words: &str) -> bool {
    let mut words = words.split(' ').peekable();
    while let Some(word) = words.next() {
        let only = words.peek().is_some_and(|next| matches!(*next, "only" | "just" | "merely"));
        if !only && (word.ends_with("n't") || NEGATION.get(word) == Some(&"clause")) {
            return true;
        }
    }
    false
}

/// Whether `phrase` stands among `words`, as whole words.
fn holds(words: &str, phrase: &str) -> bool {
    format!(" {words} ").contains(&format!(" {phrase} "))
}

/// Lower-case words with single spaces, straight apostrophes and no other punctuation.
fn folded(text: &str) -> String {
    let plain = text.replace('’', "'").to_lowercase();
    let words = plain.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-');
    words.map(|word| word.trim_matches('\'')).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{AttributionType, Quote};
    use crate::tagger::Hedge;

    fn span(text: &str, part: &str) -> Span {
        let start = text.find(part).expect("the part is in the text");
        Span::new(start, start + part.len())
    }

    fn claim(text: &str, cue: &str, content: &str, hedges: usize) -> Claim {
        Claim {
            source: None,
            cue: Some(span(text, cue)),
            content: vec![span(text, content)],
            speaker: None,
            speaker_confidence: None,
            quote: Quote::Indirect,
            attribution: AttributionType::Communication,
            hedges: (0..hedges).collect(),
            certainty: Certainty::Certain,
            polarity: Polarity::Positive,
            within: None,
            sentences: vec![0],
            confidence: 1.0,
        }
    }

    #[test]
    fn the_strongest_weakening_decides() {
        let text = "She said prices will probably rise and may double if the strike lasts";
        for (cues, expected) in [
            (&[][..], Certainty::Certain),
            (&[("probably", Class::Epistemic)], Certainty::Probable),
            (&[("probably", Class::Epistemic), ("may", Class::Epistemic)], Certainty::Possible),
            (&[("may", Class::Epistemic), ("if", Class::Condition)], Certainty::Underspecified),
        ] {
            let tied: Vec<Tied> = cues
                .iter()
                .map(|&(cue, class)| {
                    let hedge = Hedge { class, span: span(text, cue), scope: None, confidence: 1.0 };
                    Tied { hedge, claim: Some(0) }
                })
                .collect();
            assert_eq!(certainty(text, &claim(text, "said", "prices", tied.len()), &tied), expected, "{cues:?}");
        }
    }

    #[test]
    fn negation_counts_in_the_main_clause_and_the_cue() {
        for (text, cue, content, expected) in [
            ("He said the plan is not dead", "said", "the plan is not dead", Polarity::Negative),
            ("He said it isn’t dead", "said", "it isn’t dead", Polarity::Negative),
            (
                "He said the plan that was not signed lives",
                "said",
                "the plan that was not signed lives",
                Polarity::Positive,
            ),
            ("He said that the plan is not dead", "said", "that the plan is not dead", Polarity::Negative),
            ("He denied that he lied", "denied", "that he lied", Polarity::Negative),
            ("He denied it was not him", "denied", "it was not him", Polarity::Positive),
            ("It is not expected to close", "is not expected", "to close", Polarity::Negative),
            ("He said it is not only dear but late", "said", "it is not only dear but late", Polarity::Positive),
            ("Rain is unlikely, she said", "said", "Rain is unlikely", Polarity::Negative),
        ] {
            assert_eq!(polarity(text, &claim(text, cue, content, 0)), expected, "{text}");
        }
    }

    #[test]
    fn lexicons_have_two_columns_and_no_doubles() {
        for rows in [include_str!("lexicon/strength.tsv"), include_str!("lexicon/negation.tsv")] {
            let lines: Vec<_> = rows.lines().filter(|row| !row.starts_with('#')).collect();
            let mut keys: Vec<_> = table(rows).map(|(key, _)| key).collect();
            assert_eq!(keys.len(), lines.len());
            keys.sort_unstable();
            keys.dedup();
            assert_eq!(keys.len(), lines.len());
        }
        assert!(STRENGTH.len() > 20 && NEGATION.len() > 20);
    }
}
