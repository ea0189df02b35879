//! Exports of Factiva and ProQuest.

use super::exports::{FIRST, SECOND, articles, both, docx, known, rtf, word};
use super::*;

const FACTIVA: &str = "HD
Ferry sails again
BY
By Ann Lee
WC
34 words
PD
2 February 2026
SN
The Skerry Post
SC
SKPOST
PG
4
LA
English
CY
(c) 2026 The Skerry Post
LP

FIRST

TD

SECOND

CO
skfer : Skerry Ferries
IN
i75 : Shipping
AN
Document SKPOST0020260202em2200001

HD  Cannery shuts
WC  5 words
PD  3 March 1996
SN  The Skerry Post
LP  The cannery shut on Friday.
Document SKPOST0019960303em3300001

Search Summary
Text: ferry
";

#[test]
fn factiva_texts_are_read() {
    let text = FACTIVA.replace("FIRST", FIRST).replace("SECOND", SECOND);
    let [first, second] = &articles("a.txt", text.as_bytes())[..] else {
        panic!("{:?}", outcomes("a.txt", text.as_bytes()))
    };
    assert_eq!(first.id, "SKPOST0020260202em2200001");
    assert_eq!(known(first), ["Ferry sails again", "The Skerry Post", "Ann Lee", ""]);
    assert_eq!(first.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(first.text(), both());
    assert_eq!((first.meta["word_count"].as_u64(), first.meta["language"].as_str()), (Some(34), Some("English")));
    assert_eq!((known(second)[0], second.text()), ("Cannery shuts", "The cannery shut on Friday."));
    let tabs = text.replace("  ", "\t");
    let lines: Vec<_> = tabs.lines().collect();
    for (name, content) in [("a.rtf", rtf(&lines)), ("a.docx", docx(&word(&lines)))] {
        let texts: Vec<_> = articles(name, &content).iter().map(|article| article.text().to_owned()).collect();
        assert_eq!(texts, [both(), "The cannery shut on Friday.".into()], "{name}");
    }
    let cut = text.find("Nobody").unwrap();
    comes_to(&outcomes("a.txt", &text.as_bytes()[..cut]), &["!has no end"]);
}

#[test]
fn factiva_pages_are_read() {
    let article = |id: u8, paragraphs: &str| {
        format!(
            "<div id=\"article-x{id}\" class=\"article enArticle\"><div>North</div><div id=\"hd\"><span class=\"enHeadline\"><b>Ferry</b> \
             sails again </span></div><div class=\"author\">By Ann Lee</div><div>34 words</div><div>2 February 2026</div>\
             <div>09:00</div><div>The Skerry Post</div><div>SKPOST</div><div>4</div><div>English</div><div>© 2026 The Skerry Post.\
             All Rights Reserved. </div>{paragraphs}<p>Document SKPOST00202602{id:02}em2200001</p></div><br/>"
        )
    };
    let paragraphs = format!("<p class=\"articleParagraph\">{FIRST}</p><p class=\"articleParagraph\">{SECOND}</p>");
    let table = format!(
        "<div class=\"article deArticle\"><table><tr><td class=\"index\"><b>HD</b></td><td>Cannery <b>shuts</b></td></tr>\
         <tr><td><b>WC</b></td><td>34 words</td></tr><tr><td><b>PD</b></td><td>3 March 1996</td></tr>\
         <tr><td><b>LP</b></td><td><p>{FIRST}</p></td></tr><tr><td><b>TD</b></td><td><p>{SECOND}</p></td></tr>\
         <tr><td><b>AN</b></td><td>Document SKPOST0019960303em3300001</td></tr></table></div>"
    );
    let page =
        |articles: &[&str]| format!("<!DOCTYPE html><html><head></head><body>{}</body></html>", articles.concat());
    let two = page(&[&article(1, &paragraphs), &table, &article(2, &paragraphs)]);
    let found = articles("a.html", two.as_bytes());
    assert_eq!(found.len(), 3);
    assert_eq!(known(&found[0]), ["Ferry sails again", "The Skerry Post", "Ann Lee", ""]);
    assert_eq!(found[0].date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(found[0].meta["section"], "North");
    assert_eq!(
        (found[0].id.as_str(), found[1].id.as_str()),
        ("SKPOST0020260201em2200001", "SKPOST0019960303em3300001")
    );
    assert_eq!(known(&found[1])[0], "Cannery shuts");
    assert!(found.iter().all(|article| article.text() == both()), "{found:#?}");
    assert!(found.iter().all(|article| article.warnings.is_empty()), "{found:#?}");

    let bad = page(&[&article(1, &"<div>".repeat(5_000)), &article(2, &paragraphs)]);
    comes_to(&outcomes("a.html", bad.as_bytes()), &["!lie in each other", &both()]);
    let cut = two.rfind("Nobody").unwrap();
    comes_to(&outcomes("a.html", &two.as_bytes()[..cut]), &[&both(), &both(), "!has no end"]);
}

const PROQUEST: &str = "____________________________________________________________

Report Information from ProQuest

Contact us at: http://archive.example
____________________________________________________________

Document 1 of 2

Ferry sails again

Author: Lee, Ann.

Publication info: The Skerry Post ; Skerry [Skerry]02 Feb 2026: 4.

Abstract: The ferry sails.

Full text: FIRST

SECOND

Subject: Ferries

Title: Ferry sails again

Publication title: The Skerry Post; Skerry

Publication date: Feb 2, 2026

Section: North

ProQuest document ID: 7001

Document URL: https://archive.example/docview/7001

Database: Newsstream
____________________________________________________________

Document 2 of 2

Cannery shuts

Publication info: The Skerry Post ; Skerry [Skerry]03 Mar 1996: 1.

Abstract: No text here.

ProQuest document ID: 7002
____________________________________________________________

Contact ProQuest
";

#[test]
fn proquest_texts_are_read() {
    let text = PROQUEST.replace("FIRST", FIRST).replace("SECOND", SECOND);
    comes_to(&outcomes("a.txt", text.as_bytes()), &[&both(), "!there is no `Full text` in it"]);
    let folder = folder(&[("a.txt", text.as_bytes())]);
    let article = readings(folder.path()).remove(0).unwrap();
    assert_eq!(article.id, "7001");
    assert_eq!(known(&article), ["Ferry sails again", "The Skerry Post", "Lee, Ann", ""]);
    assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(article.url.as_deref(), Some("https://archive.example/docview/7001"));
    assert_eq!(article.meta["section"], "North");
    let cut = text.find("Nobody").unwrap();
    comes_to(&outcomes("a.txt", &text.as_bytes()[..cut]), &["!has no end"]);
}
