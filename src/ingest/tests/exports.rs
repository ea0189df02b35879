//! Exports of newspaper archives, and the containers that they and other texts come in.

use std::fmt::Write;

use super::archives::zip;
use super::*;

const FIRST: &str = "The ferry to Skerry will sail again on Thursday, the harbour master said, once divers have looked at its \
    rudder, which was bent when it touched the sandbank.";
const SECOND: &str = "“Nobody was in danger,” he said.";

fn articles(name: &str, content: &[u8]) -> Vec<Article> {
    let folder = folder(&[(name, content)]);
    readings(folder.path()).into_iter().map(|reading| reading.unwrap()).collect()
}

/// What is known of an article, without its text.
fn known(article: &Article) -> [&str; 4] {
    let date = article.meta.get("date").and_then(|date| date.as_str());
    [article.title.as_deref(), article.publisher.as_deref(), article.author.as_deref(), date]
        .map(Option::unwrap_or_default)
}

fn both() -> String {
    format!("{FIRST}\n\n{SECOND}")
}

/// Some XML of Word's for paragraphs.
fn word(paragraphs: &[&str]) -> String {
    let mut body = String::new();
    for paragraph in paragraphs {
        let paragraph = paragraph.replace('\t', "</w:t><w:tab/><w:t>");
        write!(body, "<w:p><w:r><w:t xml:space=\"preserve\">{paragraph}</w:t></w:r></w:p>").unwrap();
    }
    document(&body)
}

fn document(body: &str) -> String {
    format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>")
}

fn docx(xml: &str) -> Vec<u8> {
    zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", xml.as_bytes())])
}

fn rtf(paragraphs: &[&str]) -> Vec<u8> {
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

#[test]
fn a_word_document_is_its_paragraphs() {
    let body = "<w:p><w:r><w:t>Ann Lee</w:t></w:r></w:p><w:p><w:r><w:t>2 February 2026</w:t></w:r></w:p>\
        <w:p><w:pPr><w:pStyle w:val=\"Heading1\"/><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>Ferry sails</w:t></w:r></w:p>\
        <w:p><w:r><w:t xml:space=\"preserve\">The ferry </w:t><w:br/><w:t>sails &amp; sinks</w:t></w:r>\
        <w:del><w:r><w:delText>never</w:delText><w:t>never</w:t></w:r></w:del><w:ins><w:r><w:t>, they say</w:t></w:r></w:ins>\
        <w:r><w:footnoteReference/><w:instrText>PAGE</w:instrText><w:t>.</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>One</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Two</w:t></w:r></w:p></w:tc></w:tr></w:tbl>\
        <w:p/><w:p><w:r><w:t>caf&#233;</w:t><w:drawing><w:p><w:r><w:t>A box</w:t></w:r></w:p></w:drawing></w:r></w:p>";
    let core = "<cp:coreProperties xmlns:cp=\"c\" xmlns:dc=\"d\" xmlns:t=\"t\"><dc:title>Ferry sails</dc:title>\
        <dc:creator>Ann Lee</dc:creator><t:created>2026-03-04T10:00:00Z</t:created></cp:coreProperties>";
    let (text, notes) = (document(body), word(&["A footnote"]));
    let parts: [(&str, &[u8]); 4] = [
        ("word/document.xml", text.as_bytes()),
        ("word/footnotes.xml", notes.as_bytes()),
        ("docProps/core.xml", core.as_bytes()),
        ("customXml/item1.xml", b"<nitf><body><p>Not read.</p></body></nitf>"),
    ];
    // Whatever it is called, and inside an archive.
    for (name, content) in
        [("a.docx", zip(&parts)), ("a.zip", zip(&parts)), ("in.zip", zip(&[("a.docx", &zip(&parts))]))]
    {
        let [article] = &articles(name, &content)[..] else { panic!("{name}") };
        assert_eq!(article.text(), "The ferry sails & sinks, they say.\n\nOne\n\nTwo\n\ncafé", "{name}");
        assert_eq!(known(article), ["Ferry sails", "", "Ann Lee", ""]);
        assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)));
    }
}

/// `tests/documents` has one text, as pandoc wrote it from `source.md`, and LibreOffice from pandoc's .odt.
#[test]
fn documents_of_other_programs_are_read_alike() {
    const HEAD: [&str; 2] = ["Harbour board delays dredging vote", "Mira Solheim"];
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/documents");
    let read = |name: &str| only_article(name, &std::fs::read(format!("{folder}/{name}")).unwrap());
    let source = read("source.md");
    // Programs make marks round.
    let text = source.text().replace("\"We don't", "“We don’t").replace("yet,\"", "yet,”");
    let text = text.replace(['"'], "“").replace("enough“", "enough”").replace("probably right,“", "probably right,”");
    assert!(text.ends_with("the mayor said.") && !text.contains("closed session"), "{text}");
    for program in ["pandoc", "libreoffice"] {
        for kind in ["docx", "rtf", "html"] {
            let article = read(&format!("{program}.{kind}"));
            let (above, below) = article.text().split_at(article.text().find("The harbour board").unwrap());
            assert!(below.starts_with(&text), "{program}.{kind}: {below}");
            // Notes come after the text of a page.
            assert!(kind == "html" || below == text, "{program}.{kind}");
            // pandoc's .rtf states nothing.
            if (program, kind) != ("pandoc", "rtf") {
                assert_eq!([article.title.as_deref(), article.author.as_deref()], HEAD.map(Some), "{program}.{kind}");
                assert_eq!(above, "", "{program}.{kind}");
            }
        }
    }
}

#[test]
fn damaged_word_documents_are_rejected() {
    only_reject("a.docx", b"\xd0\xcf\x11\xe0old", "cannot be opened");
    only_reject("a.docx", &zip(&[("xl/workbook.bin", b"<x/>")]), "no articles in the archive");
    only_reject("a.docx", &docx("<w:document><w:body/></w:document>"), "the text is empty");
    only_reject("a.docx", &docx(&word(&[FIRST]).replace("</w:body>", "")), "damaged from here on");
    only_reject("a.docx", &docx(&word(&[FIRST])[..150]), "damaged from here on");
    only_reject("a.docx", &docx(&document(&"<w:p>".repeat(100_000))), "more than 200 elements lie in each other");
    let whole = docx(&word(&[FIRST]));
    only_reject("a.docx", &whole[..whole.len() - 30], "cannot be opened");

    let folder = folder(&[("a.docx", &docx(&word(&[&"ferry ".repeat(1_000_000)])))]);
    let [reading] = <[Reading; 1]>::try_from(open_as(folder.path(), at_most(100_000)).collect::<Vec<_>>()).unwrap();
    assert!(reading.unwrap_err().reason.contains("larger than 100000 bytes"));
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
fn rich_text_is_its_text() {
    let text = r"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0 Times New Roman;}}{\stylesheet{\s1 heading;}}
{\info{\title Ferry sails}{\author Ann Lee}{\author Ann Lee}{\operator Nobody}}{\*\generator None;}{\header\pard Page 1\par}
\pard\b Ferry\b0  sails\par \ldblquote Caf\'e9\rdblquote  \u8212?\u-10179?\u-8704? he\line said\~so\{\}.{\footnote A note.}
{\field{\*\fldinst HYPERLINK}{\fldrslt A link}}{\deleted gone}{\v hidden}\plain ; end\par
\trowd One\cell Two\cell\row{\pict 89504e47\bin3 }}}0d0a}\uc2\u233ab\par}}";
    let [article] = &articles("a.rtf", text.as_bytes())[..] else { panic!() };
    assert_eq!(article.text(), "“Café” —😀 he said so{}. A link; end\n\nOne\n\nTwo\n\né".replace("so{}. A", "so{}.A"));
    assert_eq!(known(article), ["Ferry sails", "", "Ann Lee", ""]);
    let greek = b"{\\rtf1\\ansi\\ansicpg1253 \\'c1\\'e2 rest}";
    assert_eq!(only_article("a.txt", greek).text(), "Αβ rest");
    only_reject("a.rtf", b"The ferry sails.", "no RTF");
    only_reject("a.rtf", b"{\\rtf1 The ferry", "cut off");
    only_reject("a.rtf", b"{\\rtf1}", "the text is empty");
    only_reject("a.rtf", [b"{\\rtf1".to_vec(), vec![b'{'; 1_000_000]].concat().as_slice(), "cut off");
}

#[test]
fn markdown_loses_its_marks() {
    let text = "---\ntitle: \"Ferry sails\"\nDate: 2026-02-02\ndesk: North\ntags: [a, b]\n---\n\n# Ferry sails again\n\n\
        The *ferry* will [sail](https://skerry.example) on\n**Thursday**, `he` said.[^1]\n\n![A ferry](a.png)\n\n## More\n\n- One\n- Two\n\n\
        > Quoted.\n\n| a | b |\n|---|---|\n| c | d |\n\n[^1]: A note.\n";
    let [article] = &articles("a.md", text.as_bytes())[..] else { panic!() };
    assert_eq!(
        article.text(),
        "The ferry will sail on Thursday, he said.\n\nMore\n\nOne\n\nTwo\n\nQuoted.\n\na\n\nb\n\nc\n\nd"
    );
    assert_eq!(article.title.as_deref(), Some("Ferry sails"));
    assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(serde_json::to_string(&article.meta).unwrap(), r#"{"desk":"North"}"#);
    let [article] = &articles("a.md", b"# Ferry sails\n\nIt does.")[..] else { panic!() };
    assert_eq!((known(article)[0], article.text()), ("Ferry sails", "It does."));
    only_reject("a.md", b"", "the text is empty");
    only_reject("a.md", b"![A ferry](a.png)", "the text is empty");
    let block = b"---\ntitle: Ferry sails\n---\n\nThe *ferry* sails.\n";
    let article = only_article("a.txt", block);
    assert_eq!((article.title.as_deref(), article.text()), (Some("Ferry sails"), "The ferry sails."));
    assert_eq!(only_article("a.txt", b"---\nThe *ferry* sails.\n---\nEnd").text(), "---\nThe *ferry* sails.\n---\nEnd");
    let deep = [">".repeat(50_000), "[".repeat(50_000), "*a ".repeat(50_000)].join("\n\n");
    assert_eq!(articles("a.md", deep.as_bytes()).len(), 1);
}

fn eml(head: &str, body: &str) -> String {
    format!(
        "From: \"Ann Lee\" <ann@post.example>\r\nSubject: =?utf-8?q?Caf=C3=A9?= shuts\r\nDate: Mon, 2 Feb 2026 10:00:00 +0000\r\n\
         MIME-Version: 1.0\r\n{head}\r\n\r\n{body}\r\n"
    )
}

const PAGE: &str = "<html><body><p>The ferry to Skerry will sail again on Thursday, the harbour master said, once divers have looked \
    at its rudder, which was bent on Monday.</p><p>“Nobody was in danger,” he said. Passengers who had waited since Monday were \
    given rooms in the town.</p></body></html>";

#[test]
fn mail_is_its_plain_text_or_its_page() {
    let plain = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable";
    let parts = "Content-Type: multipart/alternative; boundary=x";
    let html = format!("--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{PAGE}\r\n");
    let mixed = format!("--x\r\n{plain}\r\n\r\nThe caf=E9 shuts.\r\n{html}--x--");
    for (mail, text) in [
        (eml(plain, "The caf=E9 shuts.\r\n\r\nFor good.\r\n-- \r\nAnn"), "The café shuts.\n\nFor good."),
        (eml(plain, &format!("One.\n--\n{}", "Two.\n".repeat(9))), &format!("One.\n--\n{}Two.", "Two.\n".repeat(8))),
        (eml(parts, &mixed), "The café shuts."),
    ] {
        for name in ["a.eml", "a.txt"] {
            let article = only_article(name, mail.as_bytes());
            assert_eq!(known(&article), ["Café shuts", "", "Ann Lee", ""]);
            assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)));
            assert_eq!(article.text(), text);
        }
    }
    let article = only_article("a.eml", eml(parts, &format!("{html}--x--")).as_bytes());
    assert_eq!(known(&article)[0], "Café shuts");
    assert!(
        article.text().starts_with("The ferry to Skerry") && article.text().contains("town."),
        "{}",
        article.text()
    );
    // What a desk writes is no mail, whoever it is from.
    let memo = "From: the desk\nSubject: ferries\n\nMIME-Version: 1.0 is what it says.";
    assert_eq!(only_article("a.txt", memo.as_bytes()).text(), memo);
    only_reject("a.eml", b"", "no mail");
    only_reject("a.eml", b"The ferry sails.", "no mail");
    only_reject("a.eml", eml(plain, "").as_bytes(), "no text");
}

#[test]
fn messages_of_a_mailbox_are_articles() {
    let message = |text: &str| {
        format!("From ann@post.example Mon Feb  2 10:00:00 2026\n{}\n", eml("X-Y: z", text).replace("\r\n", "\n"))
    };
    let mbox = [message("One.\n\n>From Monday on.\nFrom Tuesday."), message(""), message("Three.")].concat();
    for name in ["a.mbox", "a.txt"] {
        comes_to(&outcomes(name, mbox.as_bytes()), &["One.\n\nFrom Monday on.\nFrom Tuesday.", "!no text", "Three."]);
    }
    let folder = folder(&[("a.mbox", (mbox + &message(&"long ".repeat(1000))).as_bytes())]);
    let ids: Vec<_> = open_as(folder.path(), at_most(1000))
        .map(|reading| reading.map_or_else(|reject| reject.reason, |article| article.id))
        .collect();
    assert_eq!(ids[..3], ["a:1", "there is no text in the mail", "a:3"].map(str::to_owned));
    assert!(ids[3].contains("longer than 1000 bytes"), "{ids:?}");
    only_reject("a.mbox", b"\n\n", "no message in the mailbox");
    comes_to(
        &outcomes("a.txt", b"From Monday on: it sails.\nFrom then on too."),
        &["From Monday on: it sails.\nFrom then on too."],
    );
}

#[test]
fn pdf_is_refused_with_what_to_do() {
    only_reject("a.txt", b"%PDF-1.7\n", "pdftotext -layout");
    let folder = folder(&[("a.pdf", b"%PDF-1.7\n"), ("b.txt", b"The ferry sails.")]);
    let error = Ingest::open(&[Input::Path(folder.path().join("a.pdf"))]).err().unwrap().to_string();
    assert!(error.contains("pdftotext -layout"), "{error}");
    let reasons: Vec<_> =
        readings(folder.path()).into_iter().filter_map(Result::err).map(|reject| reject.reason).collect();
    assert!(reasons.len() == 1 && reasons[0].contains("pdftotext -layout"), "{reasons:?}");
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
