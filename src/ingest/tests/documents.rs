//! Documents of word processors, Markdown, mail and PDF.

use super::archives::zip;
use super::exports::{FIRST, articles, document, docx, known, word};
use super::*;

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
