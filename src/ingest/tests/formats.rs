//! Pages and marked-up news.

use super::*;

const PAGE: &str = r#"<!DOCTYPE html>
<html lang="en"><head><meta charset="windows-1252"><title>Ferry sails again | The Skerry Post</title>
<link rel="canonical" href="https://skerry.example/ferry"><meta property="og:site_name" content="The Skerry Post">
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Ferry sails again",
 "datePublished": "2026-02-02T10:00:00Z", "author": {"@type": "Person", "name": "Ann Lee"}}</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport and weather</a></li></ul></nav>
<article><h1>Ferry sails again</h1>
<p>The ferry to Skerry will sail again on Thursday, the harbour master said, once divers have looked at its rudder, which
was bent on Monday when it touched the sandbank off the northern pier.</p>
<p>“Nobody was in danger,” he said. Passengers who had waited since Monday were given rooms in the town, and some of them
said that they had been told nothing for a whole day, and that the café had closed.</p></article>
<footer><a href="/about">About us</a> <a href="/terms">Terms of use</a></footer></body></html>"#;

fn windows_1252(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
}

#[test]
fn a_page_gives_its_article() {
    let article = only_article("ferry.html", &windows_1252(PAGE));
    assert_eq!(article.id, "ferry");
    assert_eq!(article.title.as_deref(), Some("Ferry sails again"));
    assert_eq!(article.author.as_deref(), Some("Ann Lee"));
    assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(article.publisher.as_deref(), Some("The Skerry Post"));
    assert_eq!(article.url.as_deref(), Some("https://skerry.example/ferry"));
    let text = article.text();
    assert!(text.starts_with("The ferry to Skerry will sail") && text.ends_with("that the café had closed."), "{text}");
    assert!(text.contains("northern pier.\n\n“Nobody was in danger,”"), "{text}");
    assert!(article.warnings.is_empty(), "{:?}", article.warnings);
}

#[test]
fn a_page_that_shows_half_of_what_it_states_is_read_by_that() {
    let body = "“Nobody was in danger,” the harbour master said.\\nThe ferry sails.\\n\\n".repeat(20);
    let page = PAGE.replace("\"headline\"", &format!("\"articleBody\": \"{body}\", \"headline\""));
    let article = only_article("a.html", &windows_1252(&page));
    assert!(
        article.text().starts_with("“Nobody was in danger,” the harbour master said.\n\nThe ferry sails.\n\n“Nobody")
    );
    assert!(article.warnings[0].contains("states for machines"), "{:?}", article.warnings);
    let page = PAGE.replace("\"headline\"", "\"articleBody\": \"The ferry sails.\", \"headline\"");
    let article = only_article("a.html", &windows_1252(&page));
    assert!(article.text().starts_with("The ferry to Skerry") && article.warnings.is_empty());
}

#[test]
fn pages_without_an_article_are_rejected() {
    comes_to(&outcomes("a.html", b"<html><body></body></html>"), &["!no article"]);
    comes_to(&outcomes("a.html", b"\0\0"), &["!binary"]);
    comes_to(&outcomes("a.html", "<b></b>".repeat(250_000).as_bytes()), &["!more than 50000 elements"]);
    comes_to(&outcomes("a.html", "<div>".repeat(5_000).as_bytes()), &["!lie in each other"]);
}

fn record(kind: &str, id: u8, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{id}>\r\nWARC-Target-URI: https://skerry.example/{id}\r\n\
         WARC-Date: 2026-02-03T00:00:00Z\r\nContent-Length: {}\r\n\r\n",
        content.len()
    );
    [head.as_bytes(), content, b"\r\n\r\n"].concat()
}

fn response(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").as_bytes(), body].concat()
}

#[test]
fn warc_responses_with_pages_are_articles() {
    let page = windows_1252(PAGE);
    let html = "Content-Type: text/html; charset=windows-1252";
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    io::Write::write_all(&mut gz, &page).unwrap();
    let mut chunks = format!("{:x}\r\n", page.len()).into_bytes();
    chunks.extend([&page[..], b"\r\n0\r\n\r\n"].concat());
    let warc = [
        record("warcinfo", 1, b"software: none"),
        record("request", 2, b"GET / HTTP/1.1\r\n\r\n"),
        record("response", 3, &response(html, &page)),
        record("response", 4, &response("Content-Type: image/png", b"\x89PNG")),
        record("response", 5, &response(&format!("{html}\r\nContent-Encoding: gzip"), &gz.finish().unwrap())),
        record("response", 6, &response(&format!("{html}\r\nTransfer-Encoding: chunked"), &chunks)),
        record("response", 7, &response(html, b"<html></html>")),
        record("response", 8, b"no HTTP"),
    ]
    .concat();
    let folder = folder(&[("a.warc", &warc)]);
    let readings = readings(folder.path());
    let ids: Vec<_> =
        readings.iter().map(|r| r.as_ref().map_or_else(|r| r.id.clone().unwrap(), |a| a.id.clone())).collect();
    assert_eq!(ids, ["3", "5", "6", "7", "8"]);
    for article in readings.iter().flatten() {
        assert!(article.text().ends_with("that the café had closed."));
        assert_eq!(article.url.as_deref(), Some(format!("https://skerry.example/{}", article.id).as_str()));
        assert_eq!(article.meta["crawled"], "2026-02-03T00:00:00Z");
    }
    assert!(readings[0].as_ref().unwrap().place.to_string().ends_with("a.warc#3"));
    assert_eq!(readings.iter().flatten().count(), 3);
}

#[test]
fn crawls_of_all_years_are_read() {
    let page = windows_1252(PAGE);
    let head = "Content-Type : text/html; charset=windows-1252\r\nX-Caf\u{e9}: yes\r\n folded";
    let two = [b"HTTP/2 200\r\n", windows_1252(head).as_slice(), b"\r\n\r\n", &page].concat();
    let mut old_record = record("response", 2, &two);
    assert!(old_record.starts_with(b"WARC/1.0"));
    old_record.splice(..8, *b"WARC/0.18");
    let wet = |id, kind: &str, text: &str| {
        let record = String::from_utf8(record("conversion", id, text.as_bytes())).unwrap();
        record.replacen("Content-Length", &format!("Content-Type: {kind}\r\nContent-Length"), 1).into_bytes()
    };
    let warc = [
        record("response", 1, &two),
        old_record,
        wet(3, "text/plain", "Ferry sails again\n\nThe ferry sails.\n"),
        wet(4, "application/pdf", "x"),
        wet(5, "text/plain", " \n"),
    ]
    .concat();
    let folder = folder(&[("a.warc.wet", &warc), ("b.arc", b"filedesc://a.arc 0.0.0.0 20060101 text/plain 76\n")]);
    let readings = readings(folder.path());
    let texts: Vec<String> = readings
        .iter()
        .map(|reading| reading.as_ref().map_or_else(|r| r.reason.clone(), |article| article.text().to_owned()))
        .collect();
    assert!(texts[0].starts_with("The ferry to Skerry") && texts[0] == texts[1], "{texts:?}");
    assert_eq!(texts[2], "Ferry sails again\n\nThe ferry sails.");
    assert_eq!(readings[2].as_ref().unwrap().url.as_deref(), Some("https://skerry.example/3"));
    assert!(texts[3].contains("empty") && texts[4].contains("ARC file") && texts.len() == 5, "{texts:?}");
}

#[test]
fn damage_in_warc_costs_one_record() {
    let page = response("Content-Type: text/html; charset=windows-1252", &windows_1252(PAGE));
    let good = |id| record("response", id, &page);
    let text = |record: Vec<u8>| String::from_utf8_lossy(&record).into_owned();
    let longer = text(record("response", 2, b"x")).replace("Length: 1\r", "Length: 700\r").into_bytes();
    let no_length = text(record("response", 4, b"x")).replace("Content-Length", "Length").into_bytes();
    let warc =
        [good(1), longer, good(3), no_length, good(5), b"WARC/1.0\r\n: :\r\n\r\n".to_vec(), good(7), good(8)].concat();
    let folder = folder(&[("a.warc", &warc[..warc.len() - 100])]);
    let readings = readings(folder.path());
    let ids: Vec<_> =
        readings.iter().map(|r| r.as_ref().map_or_else(|r| r.reason.as_str(), |a| a.id.as_str())).collect();
    let cut = "the record's length is wrong, or it was cut off";
    assert_eq!(
        ids,
        ["1", cut, "3", "the record does not say its length", "5", "the record's head is damaged", "7", cut]
    );
}

#[test]
fn nitf_is_read_with_its_metadata() {
    let nitf = r#"<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE nitf SYSTEM "x.dtd">
<nitf><head><title>Ferry</title><meta name="desk" content="North"/>
<docdata><doc-id id-string="77"/><doc.copyright holder="The Skerry Post" year="2026"/></docdata>
<pubdata date.publication="20260202T000000" ex-ref="https://skerry.example/77"/></head>
<body><body.head><hedline><hl1>Ferry sails &amp; sinks</hl1></hedline><byline class="print_byline">By Ann Lee</byline>
<dateline>SKERRY, Feb. 1</dateline></body.head>
<body.content><block class="lead_paragraph"><p>The ferry sails.</p></block>
<block class="full_text"><p>The ferry <em>sails</em>.</p><p>It was bent,&#x20;he said&mdash;twice.</p></block></body.content></body></nitf>"#;
    let article = only_article("a.xml", nitf.as_bytes());
    assert_eq!((article.id.as_str(), article.title.as_deref()), ("77", Some("Ferry sails & sinks")));
    assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(article.publisher.as_deref(), Some("The Skerry Post"));
    assert_eq!(article.author.as_deref(), Some("Ann Lee"));
    assert_eq!(article.url.as_deref(), Some("https://skerry.example/77"));
    assert_eq!(article.text(), "The ferry sails.\n\nIt was bent, he said—twice.");
    assert_eq!(serde_json::to_string(&article.meta).unwrap(), r#"{"dateline":"SKERRY, Feb. 1","desk":"North"}"#);

    comes_to(&outcomes("a.xml", b"<nitf><body><p>One.</p></nitf>"), &["!the `nitf` is damaged"]);
    comes_to(&outcomes("a.nitf", b"no markup"), &["!no `nitf` element"]);
    let deep = format!("<nitf>{}", "<b>".repeat(10_000)) + "</nitf>";
    comes_to(&outcomes("a.xml", deep.as_bytes()), &["!more than 200 other elements"]);
}

#[test]
fn newsml_items_are_articles() {
    let item = |id: u8, content: &str| {
        format!(
            "<newsItem guid=\"urn:{id}\" version=\"1\"><itemMeta><provider literal=\"Skerry Wire\"/>\
             <versionCreated>2026-02-03T10:00:00Z</versionCreated></itemMeta><contentMeta>\
             <contentCreated>2026-02-02T09:00:00Z</contentCreated><headline>Ferry</headline><by>By Ann Lee</by></contentMeta>\
             <contentSet>{content}</contentSet></newsItem>"
        )
    };
    let message = format!(
        "<?xml version='1.0'?><newsMessage xmlns='http://iptc.org/std/nar/2006-10/'><itemSet>{}{}{}{}{}</itemSet></newsMessage>",
        item(
            1,
            "<inlineXML><html><head><title>No</title></head><body><p>One.</p><p>And more.</p></body></html></inlineXML>"
        ),
        item(2, "<inlineXML><nitf><body><body.content><p>Two.</p></body.content></body></nitf></inlineXML>"),
        item(3, "<remoteContent href='x.jpg'/>"),
        item(4, "<inlineData>Four.</inlineData>").replace("</newsItem>", ""),
        item(5, "<inlineData>Five.</inlineData>").replace("version=\"1\"", "version=\"3\""),
    );
    comes_to(
        &outcomes("a.xml", message.as_bytes()),
        &["One.\n\nAnd more.", "Two.", "!elsewhere", "!has no end", "Five."],
    );
    let folder = folder(&[("a.xml", message.as_bytes())]);
    let readings = readings(folder.path());
    let article = readings[0].as_ref().unwrap();
    assert_eq!((article.id.as_str(), article.title.as_deref()), ("urn:1", Some("Ferry")));
    assert_eq!((article.publisher.as_deref(), article.author.as_deref()), (Some("Skerry Wire"), Some("Ann Lee")));
    assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(readings[4].as_ref().unwrap().id, "urn:5:3");
}

#[test]
fn gigaword_documents_are_articles() {
    let sgml = "<DOC id=\"SKR_ENG_20260202.0001\" type=\"story\" >\n<HEADLINE>\nFerry sails\n</HEADLINE>\n<DATELINE>\nSKERRY, Feb 2\n\
        </DATELINE>\n<TEXT>\n<P>\nThe ferry sails\nagain, AT&T &amp; others said.\n</P>\n<P>\nNo date is known.\n</P>\n</TEXT>\n</DOC>\n\
        <DOC id=\"SKR_ENG_20260202.0002\" type=\"other\">\n<TEXT>\nOne line\nand another.\n\nA second.\n</TEXT>\n</DOC>\n\
        <DOC id=\"SKR_ENG_20260202.0003\">\n<TEXT>\nTorn.\n<DOC>\n<DOCNO> SKR-4 </DOCNO>\n<TEXT>\nFour.\n</TEXT></DOC>\n<DOC id=\"5\"></DOC>";
    // A file as it comes has no extension once it is unpacked.
    let folder = folder(&[("skr_eng_202602.sgm", sgml.as_bytes())]);
    let readings = readings(folder.path());
    let first = readings[0].as_ref().unwrap();
    assert_eq!((first.id.as_str(), first.title.as_deref()), ("SKR_ENG_20260202.0001", Some("Ferry sails")));
    assert!(
        first.text().contains("The ferry sails again, AT&T & others said.\n\nNo date is known."),
        "{}",
        first.text()
    );
    assert_eq!(readings[1].as_ref().unwrap().text(), "One line and another.\n\nA second.");
    assert!(readings[2].as_ref().unwrap_err().reason.contains("has no end"));
    assert_eq!(readings[3].as_ref().unwrap().id, "SKR-4");
    assert!(readings[4].as_ref().unwrap_err().reason.contains("no `TEXT`"));
}

#[test]
fn content_tells_the_format_where_no_extension_does() {
    /// Gives one byte at a time, as a slow pipe may.
    struct Drip(&'static [u8]);
    impl Read for Drip {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = buffer.len().min(1);
            Read::read(&mut self.0, &mut buffer[..n])
        }
    }
    for (content, name) in [
        (&b"{\"text\": \"One.\"}"[..], "JSON Lines"),
        (b"\xEF\xBB\xBF\n {\n\"text\": \"One.\"}", "JSON"),
        (b"[\n{\"text\": \"One.\"}]", "JSON"),
        (b"[1] A footnote.", "plain text"),
        (b"title;Text\n", "CSV"),
        (b"date\ttext\r\n2026-02-02\tOne.\n", "CSV"),
        (b"Text, date and place:\n", "plain text"),
        (b"<!-- a page -->\n<!DOCTYPE HTML><title>", "HTML"),
        (b"<p>Not a page", "plain text"),
        (b"<?xml version='1.0'?><!DOCTYPE nitf><nitf><head/>", "NITF"),
        (b"<newsMessage xmlns='x'><html>", "NewsML-G2"),
        (b"<NewsML Version='1.2'><NewsItem>", "NewsML 1"),
        (b"<packageItem guid='x'>", "NewsML-G2"),
        (b"\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- <x> -->\n<rss version='2.0'><![CDATA[<html>", "RSS and Atom"),
        (b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'>", "RSS and Atom"),
        (b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", "RSS and Atom"),
        (b"<html><body><feed>", "HTML"),
        (b"<?xml version='1.0'?><alto/>", "NITF"),
        (b"<DOC id=\"a\">", "Gigaword SGML"),
        (b"WARC/1.0\r\n", "WARC"),
        (b"PAR1", "Parquet"),
        (b"PK\x03\x04", "ZIP"),
        (b"BZ has a meaning", "plain text"),
        (b"{} is an empty object", "JSON Lines"),
        (b"{not json}", "plain text"),
        (b"The bank held.", "plain text"),
        (b"\xEF", "plain text"),
        (b"{", "plain text"),
        (b"", "plain text"),
    ] {
        let mut stream = stream(Drip(content), Options::default());
        let kind = detect::kind(&mut stream);
        let detect::Kind::Plain(format) = kind else { panic!("{kind:?}") };
        assert_eq!(format.name, name, "{}", String::from_utf8_lossy(content));
        let mut back = Vec::new();
        stream.bytes.read_to_end(&mut back).unwrap();
        assert_eq!(back, content, "nothing is lost by looking");
    }

    let folder = folder(&[("wire", b"{\"text\": \"One.\"}\n")]);
    assert_eq!(readings(&folder.path().join("wire"))[0].as_ref().unwrap().id, "wire:1");
}
