//! Small corpora, each with what several of their articles have.

use serde_json::json;

use super::{Gather, Options, Repeat, csv};
use crate::export::csv::Mark;
use crate::record::{Quote, Record};

/// An article of a day in March in which somebody says something.
fn article(id: &str, day: u32, speaker: &str, quote: &str, content: &str) -> Record {
    let text = format!("{speaker} may have said {content}");
    let start = speaker.chars().count();
    let span = |start: usize, part: &str| json!({"start": start, "end": start + part.chars().count(), "text": part});
    let mut hedge = span(start + 1, "may");
    for (key, value) in [
        ("id", json!("h1")),
        ("class", json!("epistemic")),
        ("scope", json!(null)),
        ("claim", json!("c1")),
        ("confidence", json!(1.0)),
    ] {
        hedge[key] = value;
    }
    serde_json::from_value(
        json!({"schema": "sayso.record/2", "id": id, "title": null, "date": format!("2026-03-{day:02}"),
        "publisher": "Northline", "url": null, "author": null, "meta": {}, "text": text, "sentences": [],
        "speakers": [{"id": "s1", "name": speaker, "kind": "person", "named": true, "role": null, "affiliation": null,
                      "mentions": [span(0, speaker)]}],
        "claims": [{"id": "c1", "speaker": "s1", "speaker_confidence": null, "source": span(0, speaker),
                    "cue": span(start + 10, "said"), "content": [span(start + 15, content)], "quote": quote,
                    "type": "communication", "hedges": if quote == "indirect" { json!(["h1"]) } else { json!([]) },
                    "certainty": if quote == "indirect" { "possible" } else { "certain" }, "polarity": "positive",
                    "within": null, "sentences": [], "confidence": 1.0}],
        "hedges": [hedge], "model": "none", "sayso": "0.1.0"}),
    )
    .unwrap()
}

fn repeats(articles: &[Record]) -> Vec<Repeat> {
    let mut gather = Gather::new(Options::default());
    articles.iter().for_each(|article| gather.add(article));
    gather.finish(&mut |_| ())
}

const WHOLE: &str = "“We’ve lost the pier, and with it half of the season, and nobody came to help.”";

#[test]
fn near_copies_are_found_with_where_they_differ() {
    let found = repeats(&[
        article("late", 9, "Una Fairbairn", "direct", WHOLE),
        article("cut", 7, "Fairbairn", "indirect", "with it half of the season, and nobody came to help"),
        article(
            "marks",
            3,
            "Ana Ruiz",
            "direct",
            "\"We've lost the jetty and with it half of the season and nobody came to help\"",
        ),
        article("else", 1, "Ana Ruiz", "direct", "“The ferry runs again from Monday, and it will run all winter.”"),
    ]);
    let [repeat] = &found[..] else { panic!("{found:?}") };
    assert_eq!((repeat.text.as_str(), repeat.quote, repeat.articles), (WHOLE, Quote::Direct, 3));
    assert_eq!((repeat.first.as_deref(), repeat.last.as_deref()), (Some("2026-03-03"), Some("2026-03-09")));
    let order: Vec<&str> = repeat.claims.iter().map(|claim| claim.article.as_str()).collect();
    assert_eq!(order, ["marks", "cut", "late"], "by date");
    assert!(repeat.differing_speakers && repeat.speakers.len() >= 2, "{:?}", repeat.speakers);
    assert_eq!((repeat.certainties["certain"], repeat.certainties["possible"]), (2, 1));
    assert_eq!(repeat.claims[1].hedges, ["may"]);
    assert!(repeat.claims.iter().all(|claim| claim.overlap >= 0.6));
}

#[test]
fn what_says_something_else_is_none() {
    for (one, other) in [
        (
            "the ferry will run until the 12 of October this year",
            "the ferry will run until the 14 of October this year",
        ),
        ("the board will close the pier before the winter", "the board will not close the pier before the winter"),
        ("all of it is lost", "all of it is lost"),
        ("the ferry and the pier will be closed in the spring", "what the ferry costs nobody knows, and the pier fell"),
    ] {
        let found =
            repeats(&[article("a", 1, "Ana Ruiz", "indirect", one), article("b", 2, "Ana Ruiz", "indirect", other)]);
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn direct_quotations_come_first_and_tables_have_all() {
    let found = repeats(&[
        article("a", 1, "Ana Ruiz", "indirect", "the ferry will run until the middle of October"),
        article("b", 2, "Ana Ruiz", "indirect", "the ferry will run until the middle of October"),
        article("c", 2, "Ana Ruiz", "indirect", "the ferry will run until the middle of October"),
        article("d", 3, "Una Fairbairn", "direct", WHOLE),
        article("e", 3, "Una Fairbairn", "direct", WHOLE),
    ]);
    let quotes: Vec<(Quote, usize)> = found.iter().map(|repeat| (repeat.quote, repeat.articles)).collect();
    assert_eq!(quotes, [(Quote::Direct, 2), (Quote::Indirect, 3)]);
    assert!(!found[0].differing_speakers);
    let table = String::from_utf8(csv(&found, Mark::None)).unwrap();
    assert_eq!(table.lines().count(), 6);
    assert!(table.starts_with("repeat,articles,first,last,speakers,"), "{table}");
}
