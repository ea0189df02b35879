use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::export::fixture;
use crate::record::{Certainty, Record};

/// Two files with these lines, and what differs.
fn diff(a: &[Value], b: &[Value]) -> (Vec<Article>, Vec<String>, Summary) {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, lines: &[Value]| -> PathBuf {
        let path = folder.path().join(name);
        let lines: String =
            lines.iter().map(|line| format!("{}\n", line.as_str().map_or(line.to_string(), str::to_owned))).collect();
        fs::write(&path, lines).unwrap();
        path
    };
    let mut diff = Diff::new(&write("a", a), &write("b", b)).unwrap();
    let (mut articles, mut rejects) = (Vec::new(), Vec::new());
    for found in diff.by_ref() {
        match found {
            Ok(article) => articles.push(article),
            Err(reject) => rejects.push(reject.to_string()),
        }
    }
    (articles, rejects, diff.summary().clone())
}

fn line(record: &Record) -> Value {
    json!(record)
}

fn named(id: &str) -> Record {
    Record { id: id.to_owned(), ..fixture::record() }
}

fn fields(claim: &Claim) -> Vec<&'static str> {
    claim.fields.iter().map(|change| change.field).collect()
}

#[test]
fn a_run_is_the_same_as_itself_in_any_order() {
    let all = ["1", "2", "3"].map(named);
    let (there, back): (Vec<Value>, Vec<Value>) =
        (all.iter().map(line).collect(), all.iter().rev().map(line).collect());
    let (articles, rejects, summary) = diff(&there, &back);
    assert!(articles.is_empty() && rejects.is_empty());
    assert_eq!((summary.articles.same, summary.articles.different()), (3, 0));
    assert_eq!((summary.claims.same, summary.claims.different()), (9, 0));
}

#[test]
fn each_field_that_differs_is_told() {
    let (a, mut b) = (named("1"), named("1"));
    b.title = Some("Another".to_owned());
    let claim = &mut b.claims[0];
    (claim.certainty, claim.confidence) = (Certainty::Certain, 0.1);
    claim.content[0].end -= 1;
    claim.content[0].text.pop();
    claim.hedges.clear();
    b.hedges[0].claim = None;
    b.speakers[0].name = "experts".to_owned();
    let (articles, rejects, summary) = diff(&[line(&a)], &[line(&b)]);
    assert!(rejects.is_empty(), "{rejects:?}");
    let [article] = articles.as_slice() else { panic!("{articles:?}") };
    let [title, hedges] = article.fields.as_slice() else { panic!("{article:?}") };
    assert_eq!((title.field, &title.b, hedges.field), ("title", &json!("Another"), "hedges"));
    assert_eq!(fields(&article.claims[0]), ["content", "speaker", "certainty", "hedges"]);
    let content = &article.claims[0].fields[0];
    assert_eq!((&content.a[0]["text"], &content.b[0]["text"]), (&json!("Oil may fall"), &json!("Oil may fal")));
    assert_eq!(summary.fields["certainty"], 1);
    assert_eq!(summary.claims.changed as usize, article.claims.len());
}

#[test]
fn claims_and_articles_that_only_one_has() {
    let (a, mut b) = (named("1"), named("1"));
    let gone = b.claims.remove(0);
    for hedge in &mut b.hedges {
        hedge.claim = hedge.claim.take().filter(|id| *id != gone.id);
    }
    // Numbers move on; what they name does not.
    let (articles, _, summary) = diff(&[line(&a), line(&named("2"))], &[line(&named("3")), line(&b)]);
    let sides: Vec<(&str, Side)> = articles.iter().map(|article| (article.id.as_str(), article.side)).collect();
    assert_eq!(sides, [("1", Side::Both), ("2", Side::A), ("3", Side::B)]);
    let [claim] = articles[0].claims.as_slice() else { panic!("{:?}", articles[0]) };
    assert_eq!((claim.side, claim.a.as_deref(), claim.content.as_str()), (Side::A, Some("c1"), "Oil may fall"));
    assert_eq!((summary.articles.only_a, summary.articles.only_b, summary.claims.only_a), (1, 1, 1));
}

#[test]
fn renumbered_claims_are_within_the_same_ones() {
    let (a, mut b) = (named("1"), named("1"));
    let outer = a.claims.iter().find_map(|claim| claim.within.clone()).expect("one is nested");
    for claim in &mut b.claims {
        claim.id = format!("x{}", claim.id);
        claim.within = claim.within.take().map(|id| format!("x{id}"));
    }
    for hedge in &mut b.hedges {
        hedge.claim = hedge.claim.take().map(|id| format!("x{id}"));
    }
    assert!(diff(&[line(&a)], &[line(&b)]).0.is_empty());
    for claim in b.claims.iter_mut().filter(|claim| claim.within.is_some()) {
        claim.within = None;
    }
    let (articles, ..) = diff(&[line(&a)], &[line(&b)]);
    assert_eq!(fields(&articles[0].claims[0]), ["within"]);
    assert_eq!(articles[0].claims[0].fields[0].a, json!(outer));
}

#[test]
fn corrections_are_compared_in_what_they_say() {
    let record = named("1");
    let claim = &record.claims[0];
    let spans = |spans: &[crate::record::Span]| spans.iter().map(|span| (span.start, span.end)).collect::<Vec<_>>();
    let gold = json!({"id": "1", "text": record.text, "attributions": [{"id": "a1", "source": spans(claim.source.as_slice()),
        "cue": spans(claim.cue.as_slice()), "content": spans(&claim.content), "polarity": "negative", "speaker": "experts"}]});
    let (articles, rejects, summary) = diff(&[line(&record), line(&named("2"))], &[gold]);
    assert!(rejects.is_empty());
    assert_eq!(fields(&articles[0].claims[0]), ["speaker", "polarity"]);
    assert_eq!(articles.len(), 1, "what has no gold is not compared");
    assert_eq!(summary.claims.only_a, 2, "of this article all");
}

#[test]
fn another_text_and_bad_lines_cost_themselves_alone() {
    let mut other = named("1");
    other.text.push_str(" More.");
    let bad = json!("{\"id\": \"x\"");
    let lines = [line(&named("1")), line(&named("2")), bad.clone(), line(&named("2"))];
    let (articles, rejects, summary) = diff(&lines, &[line(&other), bad, line(&named("2"))]);
    assert_eq!((articles.len(), articles[0].fields[0].field), (1, "text"));
    assert!(articles[0].claims.is_empty() && summary.claims.same == 3);
    assert_eq!(rejects.len(), 3, "{rejects:?}");
    assert!(rejects.iter().any(|reject| reject.contains("a second line of `2`")), "{rejects:?}");
    assert!(rejects.iter().any(|reject| reject.contains("b:2")), "{rejects:?}");
}
