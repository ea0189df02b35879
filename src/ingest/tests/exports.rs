//! Exports of newspaper archives, in every container.

use std::fmt::Write;

use super::archives::zip;
use super::*;

pub(super) const FIRST: &str = "The ferry to Skerry will sail again on Thursday, the harbour master said, once divers have looked at its \
    rudder, which was bent when it touched the sandbank.";
pub(super) const SECOND: &str = "“Nobody was in danger,” he said.";

pub(super) fn articles(name: &str, content: &[u8]) -> Vec<Article> {
    let folder = folder(&[(name, content)]);
    readings(folder.path()).into_iter().map(|reading| reading.unwrap()).collect()
}

/// What is known of an article, without its text.
pub(super) fn known(article: &Article) -> [&str; 4] {
    let date = article.meta.get("date").and_then(|date| date.as_str());
    [article.title.as_deref(), article.publisher.as_deref(), article.author.as_deref(), date]
        .map(Option::unwrap_or_default)
}

pub(super) fn both() -> String {
    format!("{FIRST}\n\n{SECOND}")
}

/// Some XML of Word's for paragraphs.
pub(super) fn word(paragraphs: &[&str]) -> String {
    let mut body = String::new();
    for paragraph in paragraphs {
        let paragraph = paragraph.replace('\t', "</w:t><w:tab/><w:t>");
        write!(body, "<w:p><w:r><w:t xml:space=\"preserve\">{paragraph}</w:t></w:r></w:p>").unwrap();
    }
    document(&body)
}

pub(super) fn document(body: &str) -> String {
    format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>")
}

pub(super) fn docx(xml: &str) -> Vec<u8> {
    zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", xml.as_bytes())])
}

pub(super) fn rtf(paragraphs: &[&str]) -> Vec<u8> {
    let mut out = String::from("{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Times;}}\\pard ");
    for c in paragraphs.join("\n").chars() {
        match c {
            '\n' => out.push_str("\\par\n"),
            '\t' => out.push_str("\\tab "),
            '\\' | '{' | '}' => write!(out, "\\{c}").unwrap(),
            ' '..='~' => out.push(c),
            c => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| write!(out, "\\u{}?", *unit as i16).unwrap()),
        }
    }
    (out + "\\par}").into_bytes()
}

fn nexis(title: &str, words: u32) -> Vec<String> {
    [
        title,
        "The Skerry Post (Skerry)",
        "February 2, 2026 Monday 9:00 AM GMT",
        "Copyright 2026 The Skerry Post All Rights Reserved",
        "Section: NORTH; Pg. 4",
        &format!("Length: {words} words"),
        "Byline: By Ann Lee",
        "Body",
        FIRST,
        SECOND,
        "Classification",
        "Language: ENGLISH",
        "Load-Date: February 3, 2026",
        "End of Document",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn refs(lines: &[String]) -> Vec<&str> {
    lines.iter().map(String::as_str).collect()
}

#[test]
fn nexis_exports_are_read_out_of_every_container() {
    let cover = ["User Name: Ann", "Job Number: 1", "Documents (2)", "1. Ferry sails", "Client/Matter: -None-"];
    let mut lines = cover.map(str::to_owned).to_vec();
    lines.extend(nexis("Ferry sails", 34));
    lines.extend(nexis("Ferry sinks: “Nobody” hurt", 400));
    let text = lines.join("\n\n");
    for (name, content) in [
        ("a.txt", text.clone().into_bytes()),
        ("a.txt", lines.join("\r\n").into_bytes()),
        ("a.docx", docx(&word(&refs(&lines)))),
        ("a.rtf", rtf(&refs(&lines))),
    ] {
        let [first, second] = &articles(name, &content)[..] else { panic!("{name}") };
        assert_eq!(first.id, "a:1");
        assert_eq!(known(first), ["Ferry sails", "The Skerry Post (Skerry)", "Ann Lee", ""], "{name}");
        assert_eq!(first.date, Some(jiff::civil::date(2026, 2, 2)));
        assert_eq!(first.text(), both());
        assert_eq!(
            serde_json::to_string(&first.meta).unwrap(),
            r#"{"section":"NORTH; Pg. 4","word_count":34,"language":"ENGLISH","load_date":"February 3, 2026"}"#
        );
        assert!(first.warnings.is_empty(), "{:?}", first.warnings);
        assert_eq!(second.title.as_deref(), Some("Ferry sinks: “Nobody” hurt"));
        assert!(second.warnings[0].contains("has 400 words, and 34 were read"), "{:?}", second.warnings);
    }
}

#[test]
fn a_sentence_goes_on_over_pages() {
    let mut lines = nexis("Ferry sails", 34);
    lines.insert(0, "Page 1 of 2".to_owned());
    let text = lines.join("\n\n").replace("once divers", "once\n\n\nPage 2 of 2\n\n\u{c}Ferry sails\n\ndivers");
    let text = text.replace("said, ", "said,\n").replace(SECOND, &format!("Page 2 of 2\n\n{SECOND}"));
    let [article] = &articles("a.txt", text.as_bytes())[..] else { panic!() };
    assert_eq!((known(article)[0], article.text()), ("Ferry sails", both().as_str()));
}

#[test]
fn what_came_before_damage_is_kept() {
    let lines = [nexis("One", 34), nexis("Two", 34)].concat();
    let text = lines.join("\n\n");
    let cut = text.rfind(SECOND).unwrap();
    comes_to(&outcomes("a.txt", &text.as_bytes()[..cut]), &[&both(), "!has no end; the file was cut off there"]);
    comes_to(&outcomes("a.txt", &text.as_bytes()[..text.rfind("Body").unwrap()]), &[&both(), "!there is no `Body`"]);

    let xml = word(&refs(&lines));
    let cut = xml.rfind(SECOND).unwrap();
    comes_to(&outcomes("a.docx", &docx(&xml[..cut])), &[&both(), "!damaged from here on: it was cut off there"]);
    let rtf = rtf(&refs(&lines));
    comes_to(&outcomes("a.rtf", &rtf[..rtf.len() - 100]), &[&both(), "!the document has no end"]);
    // All documents are there; something else is not.
    comes_to(&outcomes("a.rtf", &rtf[..rtf.len() - 1]), &[&both(), &both(), "!the document has no end"]);
}

const LEXIS: &str = "                               1 of 2 DOCUMENTS



                            The Skerry Post (Skerry)

                                February 2, 2026
                                 Final Edition

Ferry sails again, and
the harbour is glad

BYLINE: Ann Lee

SECTION: North; Pg. 4

LENGTH: 32 words

DATELINE: SKERRY


The ferry will sail again on Thursday, the
harbour master said.

SOURCE of the trouble was the rudder, he said: “It was bent.”
He would say no more of it on Monday.

LOAD-DATE: February 3, 2026

LANGUAGE: ENGLISH

                  Copyright 2026 The Skerry Post
                        All Rights Reserved

                               2 of 2 DOCUMENTS

                            The Skerry Post (Skerry)

                                March 3, 1996

SECTION: North

LENGTH: 5 words

HEADLINE: Cannery shuts

BODY:
   The cannery shut on Friday.

LOAD-DATE-ENGLISH: March 4, 1996
";

#[test]
fn lexisnexis_texts_are_read() {
    let lexis = LEXIS.replace("LOAD-DATE-ENGLISH", "LOAD-DATE");
    let [first, second] = &articles("a.txt", lexis.as_bytes())[..] else { panic!() };
    assert_eq!(known(first), ["Ferry sails again, and the harbour is glad", "The Skerry Post (Skerry)", "Ann Lee", ""]);
    assert_eq!(first.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(
        first.text(),
        "The ferry will sail again on Thursday, the harbour master said.\n\nSOURCE of the trouble was the rudder, he said: \
         “It was bent.” He would say no more of it on Monday."
    );
    assert_eq!((first.meta["section"].as_str(), first.meta["word_count"].as_u64()), (Some("North; Pg. 4"), Some(32)));
    assert_eq!((first.meta["dateline"].as_str(), first.meta["language"].as_str()), (Some("SKERRY"), Some("ENGLISH")));
    assert_eq!((known(second)[0], second.text()), ("Cannery shuts", "The cannery shut on Friday."));
    // No end, but nothing is missing.
    let whole = LEXIS.replace("\nLOAD-DATE-ENGLISH: March 4, 1996\n", "");
    assert_eq!(articles("a.txt", whole.as_bytes()).len(), 2);
    let cut = whole.replace("shut on Friday.", "shut").replace("LENGTH: 5 words", "LENGTH: 50 words");
    assert!(outcomes("a.txt", cut.as_bytes())[1].as_ref().unwrap_err().contains("cut off"));
}

#[test]
fn texts_that_are_no_exports_stay_as_they_are() {
    for text in [
        "Body\n\nThe body of the ferry was bent.",
        "3 of 120 documents were lost, he said.\n\nNone was found.",
        "HD\n\nThe television was on.\n\nTD\n\nNothing.",
        "____________________________________________________________\n\nTitle: none.\n",
        "Document 3 of 5\n\nThe third of them was lost.",
    ] {
        comes_to(&outcomes("a.txt", text.as_bytes()), &[text]);
    }
}

#[test]
fn large_exports_come_to_an_end() {
    let many = nexis("Ferry sails", 34).join("\n\n").repeat(4_000).replace("End of Document", "End of Document\n\n");
    assert_eq!(articles("a.txt", many.as_bytes()).len(), 4_000);
    for odd in
        ["Body\nEnd of Document\n", "1 of 2 DOCUMENTS\nBODY:\n", "HD\nWC\nLP\n", "Full text:\n____________________\n"]
    {
        assert!(!outcomes("a.txt", odd.repeat(20_000).as_bytes()).is_empty());
    }
}
