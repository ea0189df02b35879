//! Breakdowns, calibration, errors and CofeNet's protocol, on examples made up for them.
//!
//! `tests/eval.rs` holds the figures to those of the reference.

use std::ops::Range;

use super::*;
use crate::record::Certainty;
use crate::terms::Role;

/// The code points of the first place where `part` stands, after what is before a `|` in it; of nothing, none.
fn span(text: &str, part: &str) -> Vec<Range<usize>> {
    let (before, part) = part.split_once('|').unwrap_or(("", part));
    let place = text.find(&format!("{before}{part}")).expect("the part is in the text");
    let start = text[..place + before.len()].chars().count();
    let place = Range { start, end: start + part.chars().count() };
    if part.is_empty() { Vec::new() } else { vec![place] }
}

/// Source, cue and the content's fragments, by their text.
type Parts<'a> = (&'a str, &'a str, &'a [&'a str]);

fn attribution(text: &str, (source, cue, content): Parts<'_>) -> Attribution {
    Attribution {
        source: span(text, source),
        cue: span(text, cue),
        content: content.iter().flat_map(|part| span(text, part)).collect(),
        ..Attribution::default()
    }
}

fn gold(text: &str, attributions: &[Parts<'_>]) -> Gold {
    let attributions = attributions.iter().map(|&parts| attribution(text, parts)).collect();
    Gold { id: "a".into(), text: text.into(), attributions: Some(attributions), ..Gold::default() }
}

/// A record of the one article, each claim with its confidence.
fn records(text: &str, claims: &[(Parts<'_>, f64)]) -> Records {
    let claim = |&(parts, confidence): &(Parts<'_>, f64)| Attribution {
        confidence: Some(confidence),
        ..attribution(text, parts)
    };
    let claims = claims.iter().map(claim).collect();
    Records::from([("a".into(), Found { text: Some(text.into()), claims, ..Found::default() })])
}

fn attributions(gold: &Gold, records: &Records) -> AttributionScores {
    score(std::slice::from_ref(gold), records).attributions.expect("the gold has attributions")
}

/// The groups of a breakdown that have gold, with how much.
fn groups(scores: &AttributionScores, by: &str) -> Vec<(&'static str, usize)> {
    let breakdown = scores.breakdowns.iter().find(|b| b.by == by).expect("there is such a breakdown");
    let groups = breakdown.groups.iter().map(|group| (group.name, group.gold));
    groups.filter(|&(_, gold)| gold > 0).collect()
}

const TEXT: &str = "Officials said the harbour would reopen. “We are ready,” Mayor Ada Quill told them, “and so is the \
    crane.” She warned that “nobody” would wait. The report by the committee, published on Monday morning and long \
    awaited by all, found fault. Quill denied it.\n\n“It began as a dream. It ended as one.”";

const ALL: [Parts<'_>; 6] = [
    ("Officials", "said", &["the harbour would reopen"]),
    ("Mayor Ada Quill", "told", &["“We are ready,”", "“and so is the crane.”"]),
    ("She", "warned", &["that “nobody” would wait"]),
    ("The report by the committee", "found", &["fault"]),
    ("fault. |Quill", "denied", &["it.\n"]),
    ("", "", &["“It began as a dream. It ended as one.”"]),
];

#[test]
fn attributions_are_told_apart_by_what_they_look_like() {
    let gold = gold(TEXT, &ALL);
    let mut records = records(TEXT, &[]);
    let mut start = 0;
    for last in ["reopen.", "crane.”", "wait.", "fault.", "denied it.", "dream.", "as one.”"] {
        let end = span(TEXT, last)[0].end;
        records.get_mut("a").unwrap().sentences.push(std::mem::replace(&mut start, end)..end);
    }
    let scores = attributions(&gold, &records);
    assert_eq!(groups(&scores, "quote type"), [("direct", 2), ("mixed", 1), ("indirect", 3)]);
    // `Quill` starts a sentence, but is a name elsewhere; `Officials` is none.
    assert_eq!(groups(&scores, "source"), [("none", 1), ("pronoun", 1), ("name", 2), ("nominal", 2)]);
    assert_eq!(groups(&scores, "cue"), [("none", 1), ("given", 5)]);
    assert_eq!(groups(&scores, "length of the content"), [("0–3 words", 2), ("4–10", 4)]);
    assert_eq!(groups(&scores, "source to cue"), [("none", 1), ("0 words", 4), ("6–15", 1)]);
    assert_eq!(groups(&scores, "content to cue"), [("none", 1), ("0 words", 4), ("1–2", 1)]);
    assert_eq!(groups(&scores, "fragments of the content"), [("one", 5), ("several", 1)]);
    assert_eq!(groups(&scores, "sentences of the content"), [("one", 5), ("several", 1)]);
}

#[test]
fn without_the_records_sentences_none_is_crossed() {
    let scores = attributions(&gold(TEXT, &ALL), &Records::new());
    assert_eq!(groups(&scores, "sentences of the content"), []);
}

#[test]
fn a_group_takes_recall_from_gold_and_precision_from_claims() {
    let gold = gold(TEXT, &ALL);
    // The second claim lacks its source, so it is a claim of the group `none`, but its gold is not.
    let records = records(TEXT, &[(ALL[0], 0.9), (("", "warned", ALL[2].2), 0.9)]);
    let scores = attributions(&gold, &records);
    let source = &scores.breakdowns[1];
    let of = |name| source.groups.iter().find(|group| group.name == name).expect("there is such a group");
    let rates = |rates: Rates| (rates.precision, rates.recall);
    assert_eq!(rates(of("none").content), (100.0, 0.0));
    assert_eq!(rates(of("pronoun").content), (0.0, 100.0));
    assert_eq!((of("nominal").gold, of("nominal").found), (2, 1));
    assert_eq!(rates(of("nominal").full), (100.0, 50.0));
    assert_eq!(rates(of("pronoun").full), (0.0, 0.0));
}

#[test]
fn calibration_sets_confidence_beside_what_is_right() {
    let gold = gold(TEXT, &ALL);
    let wrong = ("", "told", &["Mayor Ada Quill"][..]);
    let records = records(TEXT, &[(ALL[0], 1.0), (ALL[1], 0.9), (wrong, 0.98), (ALL[2], 0.3), (wrong, 0.0)]);
    let calibration = attributions(&gold, &records).calibration.expect("claims have confidences");
    let filled: Vec<_> = calibration.bins.iter().filter(|bin| bin.claims > 0).collect();
    let edges: Vec<_> = filled.iter().map(|bin| (bin.from, bin.to, bin.claims)).collect();
    assert_eq!(edges, [(0.0, 0.1, 1), (0.3, 0.4, 1), (0.9, 1.0, 3)]);
    assert!((filled[2].confidence - 0.96).abs() < 1e-12);
    assert!((filled[2].right - 2.0 / 3.0).abs() < 1e-12);
    // (1 · |0 − 0| + 1 · |1 − 0.3| + 3 · |2/3 − 0.96|) / 5
    assert!((calibration.expected_error - (0.7 + 0.88) / 5.0).abs() < 1e-12);
}

#[test]
fn claims_without_confidence_have_no_calibration() {
    assert_eq!(attributions(&gold(TEXT, &ALL), &Records::new()).calibration, None);
}

#[test]
fn the_worst_errors_come_first_with_their_text() {
    let gold = gold(TEXT, &ALL);
    let claims = [
        (("Ada Quill", "told", &["“We are ready,”"][..]), 0.4), // 3 of 8 words: too few
        (("She", "warned", &["“nobody”"]), 0.7),                // 1 of 4
        (("", "denied", &["it.\n"]), 0.8),                      // a match, but for the source
        (("", "published", &["on Monday morning"]), 0.2),       // nothing of the kind
        (ALL[0], 0.9),
    ];
    let errors = errors(std::slice::from_ref(&gold), &records(TEXT, &claims), 3);
    assert_eq!(errors.totals, [4, 3, 1]);
    let misses: Vec<_> = errors.misses.iter().map(|m| m.gold.as_ref().unwrap().content[0].as_str()).collect();
    assert_eq!(misses, ["“It began as a dream. It ended as one.”", "fault", "that “nobody” would wait"]);
    assert_eq!(errors.misses[0].found, None);
    assert_eq!(errors.misses[2].overlap, 0.25);
    assert_eq!(errors.misses[2].found.as_ref().unwrap().content, ["“nobody”"]);
    let inventions: Vec<_> = errors.inventions.iter().map(|m| m.found.as_ref().unwrap().confidence).collect();
    assert_eq!(inventions, [Some(0.7), Some(0.4), Some(0.2)]);
    let wrong = &errors.wrong_links[0];
    let (gold, found) = (wrong.gold.as_ref().unwrap(), wrong.found.as_ref().unwrap());
    assert_eq!((gold.source.as_slice(), found.source.as_slice()), (&["Quill".to_owned()][..], &[][..]));
    assert_eq!((wrong.overlap, gold.words, gold.start), (1.0, 1, span(TEXT, "it.\n")[0].start));
}

#[test]
fn of_equal_contents_the_earlier_gives_the_fields() {
    let mut gold = gold(TEXT, &[ALL[0], ALL[0]]);
    let mut records = records(TEXT, &[(ALL[0], 0.9)]);
    let says = |certainty| Fields { certainty: Some(certainty), ..Fields::default() };
    let attributions_of = gold.attributions.as_mut().expect("there are some");
    attributions_of[0].fields = says(Certainty::Certain);
    attributions_of[1].fields = says(Certainty::Possible);
    let claim = &mut records.get_mut("a").expect("there is a record").claims[0];
    claim.fields = says(Certainty::Certain);
    let scores = attributions(&gold, &records).claims.expect("the gold has fields");
    assert_eq!(scores.right, [Share { name: "certainty", right: 1, all: 1 }]);
    assert_eq!(scores.right[0].percent(), 100.0);
}

#[test]
fn gold_scores_in_full_against_itself() {
    let claims = ALL.map(|parts| (parts, 1.0));
    let scores = attributions(&gold(TEXT, &ALL), &records(TEXT, &claims));
    for figure in scores.figures.iter() {
        assert_eq!((figure.rates.precision, figure.rates.recall, figure.rates.f1), (100.0, 100.0, 100.0), "{figure:?}");
    }
    assert_eq!(scores.figures.get("attr_full").unwrap().counts, Counts { right: 6, found: 6, gold: 6 });
}

#[test]
fn another_text_and_a_missing_record_are_told() {
    let gold = [gold(TEXT, &[]), Gold { id: "b".into(), ..gold(TEXT, &[]) }];
    let scores = score(&gold, &records("Another text.", &[]));
    assert_eq!((scores.articles, scores.missing, scores.other_text), (2, vec!["b".to_owned()], vec!["a".to_owned()]));
}

/// An item of the article `a`, whose tokens are written `token/role` where they have a role: `s`, `q` or `c`.
fn item(tagged: &str) -> cofenet::Item {
    let tagged: Vec<_> = tagged.split(' ').map(|token| token.split_once('|').unwrap_or((token, ""))).collect();
    let role = |tag: &str| match tag {
        "s" => Some(Role::Source),
        "q" => Some(Role::Cue),
        "c" => Some(Role::Content),
        _ => None,
    };
    cofenet::Item {
        id: "a_x1".into(),
        tokens: tagged.iter().map(|(token, _)| (*token).to_owned()).collect(),
        roles: tagged.iter().map(|(_, tag)| role(tag)).collect(),
    }
}

#[test]
fn cofenet_counts_runs_of_one_role_in_an_item() {
    let text = "“It’s over,” Ada Quill said. She added that it’s late.\n\nAnd dark.";
    let items = [
        item("``|c It|c 's|c over|c ,|c ''|c Ada|s Quill|s said|q . She|s added|q that|c it|c 's|c late|c ."),
        item("And|c dark|c ."),
    ];
    let claims = [
        (("Ada Quill", "said", &["“It’s", "over,”"][..]), 1.0), // two spans that touch: one run
        (("She", "She added", &["that it’s late.\n\nAnd dark"]), 1.0), // source before cue; cut at the item's end
    ];
    let scores = cofenet::score(&items, &records(text, &claims));
    let counts = |name| {
        let counts = scores.figures.get(name).expect("there is such a figure").counts;
        (counts.right, counts.found, counts.gold)
    };
    assert_eq!((scores.items, scores.tokens, scores.unplaced), (2, 20, 0));
    assert_eq!(counts("source"), (2, 2, 2));
    assert_eq!(counts("cue"), (2, 2, 2));
    assert_eq!(counts("content"), (2, 3, 3), "one runs on to the full stop");
    assert_eq!(counts("all"), (6, 7, 7));
}

#[test]
fn cofenet_needs_the_text() {
    let items = [item("She|s left")];
    let mut records = records("She left", &[(("She", "", &[]), 1.0)]);
    assert_eq!(cofenet::score(&items, &records).figures.get("source").unwrap().counts.right, 1);
    records.get_mut("a").unwrap().text = None;
    let scores = cofenet::score(&items, &records);
    assert_eq!(scores.missing, ["a_x1"]);
    assert_eq!(scores.figures.get("source").unwrap().counts, Counts { right: 0, found: 0, gold: 1 });
}
