//! Feeds, and what newsrooms send each other.

use super::*;

/// A paragraph that no summary is as long as.
const SAID: &str = "The ferry to Skerry will sail again on Thursday, the harbour master said, once divers have looked at its \
    rudder, which was bent on Monday when it touched the sandbank off the northern pier, and once a tug has come.";

fn articles(name: &str, content: &str) -> Vec<Article> {
    let folder = folder(&[(name, content.as_bytes())]);
    readings(&folder.path().join(name)).into_iter().map(Result::unwrap).collect()
}

fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>\
         <image><title>A logo</title></image><title>The Skerry Post</title><link>https://skerry.example</link>\
         <language>en-GB</language>{items}</channel></rss>"
    )
}

#[test]
fn rss_items_are_articles_with_their_content_or_summary() {
    let feed = rss(&format!(
        "<item><title>Ferry sails &amp;#8217;til dawn</title><link>https://skerry.example/1?a=1&b=2</link>\
         <guid isPermaLink=\"false\">post-1</guid><pubDate>Mon, 02 Feb 2026 23:15:00 -0500</pubDate>\
         <dc:creator>By Ann Lee</dc:creator><category>Sea</category><category>North</category>\
         <description>No &amp; no.</description><media:title>A picture</media:title><media:content>None</media:content>\
         <content:encoded><![CDATA[<p>In the north</p><p>{SAID}</p><script>var x = '</item>';</script><figure><img src=x><figcaption>A ferry\
         </figcaption></figure><p>&ldquo;Nobody&rdquo; was<br>in danger &amp; all were told.</p>\
         <p>The post <a href=x>Ferry</a> appeared first on <a href=y>The Skerry Post</a>.</p>]]></content:encoded></item>\n\
         <item><title>Short</title><guid>https://skerry.example/2</guid><author>lee@skerry.example (Bo Lee)</author>\
         <description>&lt;p&gt;A summary, he &lt;b&gt;said&lt;/b&gt; &amp;amp; left&lt;/p&gt;</description></item>\
         <!-- <item><description>Taken back.</description></item> -->\
         <item><description><![CDATA[One.\n\nTwo < three.]]></description><source url=\"x\">Skerry Wire</source></item>\
         <item><title>Nothing</title></item>"
    ));
    let folder = folder(&[("feed.xml", feed.as_bytes())]);
    let readings = readings(folder.path());
    assert_eq!(readings.len(), 4);
    let first = readings[0].as_ref().unwrap();
    assert_eq!(first.text(), format!("In the north\n\n{SAID}\n\n“Nobody” was in danger & all were told."));
    assert_eq!((first.id.as_str(), first.title.as_deref()), ("post-1", Some("Ferry sails ’til dawn")));
    assert_eq!(first.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!((first.publisher.as_deref(), first.author.as_deref()), (Some("The Skerry Post"), Some("Ann Lee")));
    assert_eq!(first.url.as_deref(), Some("https://skerry.example/1?a=1&b=2"));
    assert_eq!(serde_json::to_string(&first.meta).unwrap(), r#"{"language":"en-GB","category":["Sea","North"]}"#);
    assert!(first.place.to_string().ends_with("feed.xml#1"), "{}", first.place);
    let second = readings[1].as_ref().unwrap();
    assert_eq!((second.text(), second.author.as_deref()), ("A summary, he said & left", Some("Bo Lee")));
    assert_eq!(second.url.as_deref(), Some("https://skerry.example/2"));
    let third = readings[2].as_ref().unwrap();
    assert_eq!((third.text(), third.id.as_str()), ("One.\n\nTwo < three.", "feed:3"));
    assert_eq!(third.publisher.as_deref(), Some("Skerry Wire"));
    let reject = readings[3].as_ref().unwrap_err();
    assert!(reject.reason.contains("the text is empty"), "{reject}");
}

#[test]
fn rss_1_items_are_articles() {
    let feed = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>\
        <channel rdf:about='x'><title>Skerry</title><items><rdf:Seq><rdf:li resource='u'/></rdf:Seq></items></channel>\
        <item rdf:about='https://skerry.example/1'><title>Ferry</title><link>https://skerry.example/a</link>\
        <dc:date>2026-02-02T10:00:00Z</dc:date><description>It sails, he said.</description></item></rdf:RDF>";
    let [article] = <[Article; 1]>::try_from(articles("wire", feed)).unwrap();
    assert_eq!((article.id.as_str(), article.text()), ("https://skerry.example/1", "It sails, he said."));
    assert_eq!(article.url.as_deref(), Some("https://skerry.example/a"));
    assert_eq!((article.publisher.as_deref(), article.date), (Some("Skerry"), Some(jiff::civil::date(2026, 2, 2))));
}

#[test]
fn atom_entries_are_articles() {
    let feed = "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><title>Skerry &amp; Co</title><id>f</id>\
        <author><name>The desk</name></author>\
        <entry><id>urn:1</id><title type='html'>Ferry &lt;em&gt;sails&lt;/em&gt;</title><updated>2026-02-03T01:00:00Z</updated>\
        <published>2026-02-02T01:00:00Z</published><link rel='edit' href='e'/><link rel='alternate' href='https://skerry.example/1'/>\
        <author><name>Ann Lee</name><email>a@b</email></author><author><name>Bo Lee</name></author>\
        <summary>No.</summary><content type='html'>&lt;p&gt;One&amp;nbsp;day.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</content></entry>\
        <entry><id>urn:2</id><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Three<br/>lines.</p>\
        <p>Four.</p></div></content></entry>\
        <entry><id>urn:3</id><content src='x'/><summary><![CDATA[Five <p> or an <entry></entry>.]]></summary>\
        <source><title>Skerry Wire</title></source></entry></feed>";
    let articles = articles("wire", feed);
    let texts: Vec<_> = articles.iter().map(Article::text).collect();
    assert_eq!(texts, ["One day.\n\nTwo.", "Three lines.\n\nFour.", "Five <p> or an <entry></entry>."]);
    let ids: Vec<_> = articles.iter().map(|article| article.id.as_str()).collect();
    assert_eq!(ids, ["urn:1", "urn:2", "urn:3"]);
    assert_eq!(articles[0].title.as_deref(), Some("Ferry sails"));
    assert_eq!(articles[0].date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(articles[0].url.as_deref(), Some("https://skerry.example/1"));
    let names = |n: usize| (articles[n].author.as_deref(), articles[n].publisher.as_deref());
    assert_eq!(names(0), (Some("Ann Lee, Bo Lee"), Some("Skerry & Co")));
    assert_eq!(names(1), (Some("The desk"), Some("Skerry & Co")));
    assert_eq!(names(2), (Some("The desk"), Some("Skerry Wire")));
}

#[test]
fn of_a_wordpress_export_the_published_posts_are_read() {
    let item = |id: u8, kind: &str, status: &str, content: &str| {
        format!(
            "<item><title>Post {id}</title><guid>https://skerry.example/?p={id}</guid><dc:creator>alee</dc:creator>\
             <wp:post_date>2026-02-02 23:30:00</wp:post_date><pubDate>Tue, 03 Feb 2026 04:30:00 +0000</pubDate>\
             <wp:post_type>{kind}</wp:post_type><wp:status>{status}</wp:status><excerpt:encoded>No</excerpt:encoded>\
             <content:encoded><![CDATA[{content}]]></content:encoded></item>"
        )
    };
    let head = "<wp:author><wp:author_login>alee</wp:author_login><wp:author_display_name>Ann Lee\
        </wp:author_display_name></wp:author>";
    let post = format!(
        "<!-- wp:paragraph -->\n{SAID}\n\n[caption id=\"x\" width=\"3\"]<img src=x> A ferry[/caption]It <em>sails</em>,\nhe \
         said.\n<blockquote>Never again.</blockquote>\n[gallery ids=\"1,2\"]"
    );
    let export = rss(&(head.to_owned()
        + &item(1, "page", "publish", "About us.")
        + &item(2, "post", "publish", &post)
        + &item(3, "post", "draft", "Not yet.")
        + &item(4, "attachment", "inherit", "A picture.")));
    let [article] = <[Article; 1]>::try_from(articles("export.xml", &export)).unwrap();
    assert_eq!(article.text(), format!("{SAID}\n\nIt sails, he said.\n\nNever again."));
    assert_eq!(article.author.as_deref(), Some("Ann Lee"));
    assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)), "the site's own day");
    let pages = rss(&item(1, "page", "publish", "About us."));
    comes_to(&outcomes("a.xml", pages.as_bytes()), &["!a WordPress export without a published post"]);
}

#[test]
fn damage_in_a_feed_costs_one_item() {
    let item = |n: u8, content: &str| format!("<item><guid>{n}</guid><description>{content}</description></item>\n");
    let whole = rss(&(item(1, "One.") + &item(2, "<![CDATA[<b>Two</b>.]]>") + &item(3, "Three.")));
    comes_to(&outcomes("a.rss", whole.as_bytes()), &["One.", "Two.", "Three."]);
    let damaged = |from: &str, to: &str| outcomes("a.rss", whole.replacen(from, to, 1).as_bytes());
    comes_to(&damaged("One.</description>", "One."), &["!the `item` is damaged", "Two.", "Three."]);
    comes_to(&damaged("One.</description></item>", "One."), &["!has no end", "Two.", "Three."]);
    comes_to(&damaged("]]>", ""), &["One.", "!has no end", "Three."]);
    comes_to(&damaged("One.", "<!-- One."), &["!has no end", "Two.", "Three."]);
    comes_to(&damaged("One.", "<![CDATA[One."), &["!has no end", "Two.", "Three."]);
    let cut = &whole[..whole.find("Three").unwrap()];
    comes_to(&outcomes("a.rss", cut.as_bytes()), &["One.", "Two.", "!cut off"]);
    let long = whole.replacen("<item>", &format!("{}<item>", "<wp:tag>A tag</wp:tag>".repeat(10_000)), 1);
    let folder = folder(&[("a.rss", long.as_bytes())]);
    assert_eq!(readings(folder.path())[0].as_ref().unwrap().publisher.as_deref(), Some("The Skerry Post"));
    comes_to(&outcomes("a.rss", rss("").as_bytes()), &["!an RSS feed without items"]);
    comes_to(&outcomes("a.xml", b"<feed/>"), &["!an Atom feed without entries"]);
    comes_to(&outcomes("a.rss", b""), &["!no `item` element"]);
    let deep = rss(&item(1, &"<b>".repeat(10_000)));
    comes_to(&outcomes("a.xml", deep.as_bytes()), &["!more than 200 other elements"]);
    let deep = rss(&item(1, &"&lt;div&gt;".repeat(10_000)));
    comes_to(&outcomes("a.xml", deep.as_bytes()), &["!lie in each other"]);
    let wide: Vec<u8> = whole.encode_utf16().flat_map(u16::to_le_bytes).collect();
    comes_to(&outcomes("a.xml", &[b"\xff\xfe", &wide[..]].concat()), &["!UTF-16"]);
}

#[test]
fn sections_that_do_not_end_take_no_square_of_their_length() {
    // Some seconds each if they did, and hours in a file of the size that is allowed: nobody would overlook it.
    for piece in ["<item><![CDATA[", "<item><!--", "<item><!--<item><![CDATA[", "<![CDATA[<item>", "<item>"] {
        let feed = format!("<rss>{}", piece.repeat(4_000_000 / piece.len()));
        assert!(outcomes("a.rss", feed.as_bytes()).iter().all(Result::is_err));
    }
}

#[test]
fn json_feeds_are_articles_wherever_json_is_read() {
    let feed = |items: &str| {
        format!(
            "{{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"The Skerry Post\", \"authors\": [{{\"name\": \
             \"The desk\"}}],\n \"items\": [{items}]}}"
        )
    };
    let items = r#"{"id": "1", "url": "https://skerry.example/1", "title": "Ferry", "content_html": "<p>One &amp; all.</p><p>Two.</p>",
        "date_published": "2026-02-02T10:00:00-05:00", "authors": [{"name": "Ann Lee"}, {"name": "Bo Lee"}], "tags": ["sea"]},
        {"content_text": "Three.", "content_html": "<p>No.</p>"}, {"id": 3, "summary": "Four."}, 5"#;
    let whole = feed(items);
    for name in ["a.json", "a.jsonl", "wire"] {
        let whole = if name == "a.jsonl" { whole.replace('\n', " ") } else { whole.clone() };
        let folder = folder(&[(name, whole.as_bytes())]);
        let readings = readings(&folder.path().join(name));
        let first = readings[0].as_ref().unwrap();
        assert_eq!(
            (first.id.as_str(), first.text(), first.title.as_deref()),
            ("1", "One & all.\n\nTwo.", Some("Ferry"))
        );
        assert_eq!(
            (first.publisher.as_deref(), first.author.as_deref()),
            (Some("The Skerry Post"), Some("Ann Lee, Bo Lee"))
        );
        assert_eq!(first.date, Some(jiff::civil::date(2026, 2, 2)));
        assert_eq!(serde_json::to_string(&first.meta).unwrap(), r#"{"tags":["sea"]}"#);
        let second = readings[1].as_ref().unwrap();
        assert_eq!((second.text(), second.author.as_deref()), ("Three.", Some("The desk")));
        let stem = if name == "wire" { "wire" } else { "a" };
        let id = if name == "a.jsonl" { "a:1.2".to_owned() } else { format!("{stem}:2") };
        assert_eq!(second.id, id);
        assert_eq!(readings[2].as_ref().unwrap().text(), "Four.");
        let reject = readings[3].as_ref().unwrap_err();
        assert!(reject.reason.contains("not an object"));
        assert_eq!(reject.raw.as_deref(), (name == "a.jsonl").then_some("5"), "an item can be tried again by itself");
        assert_eq!(readings.len(), 4);
    }
    comes_to(&outcomes("a.json", feed("").as_bytes()), &["!a JSON feed without items"]);
    let cut = &whole[..whole.find("Four").unwrap()];
    comes_to(&outcomes("a.json", cut.as_bytes()), &["!has no end", "One & all.\n\nTwo.", "Three.", "!has no end"]);
}

#[test]
fn ninjs_items_are_articles() {
    let items = [
        r#"{"uri": "urn:1", "type": "text", "version": "2", "versioncreated": "2026-02-02T10:00:00Z", "headline": "Ferry",
            "byline": "By Ann Lee", "copyrightholder": "Skerry Wire", "body_xhtml": "<p>One.</p><p>Two.</p>", "urgency": 3}"#,
        r#"{"uri": "urn:2", "versionCreated": "2026-02-02T10:00:00Z", "provider": {"name": "Skerry Wire"},
            "headlines": [{"role": "short", "value": "No"}, {"role": "main", "value": "Ferry"}],
            "bodies": [{"role": "caption", "value": "No."}, {"role": "main", "contentType": "text/html",
            "value": "<p>Three<br/>four.</p>"}]}"#,
        r#"{"uri": "urn:3", "type": "picture", "versioncreated": "2026-02-02T10:00:00Z", "headline": "A ferry"}"#,
        r#"{"uri": "urn:4", "type": "text", "versioncreated": "2026-02-02T10:00:00Z"}"#,
        r#"{"body_text": "Five.\n\nSix.", "body_html": "<p>No.</p>"}"#,
        r#"{"text": "Seven.", "body_html": "<p>No.</p>"}"#,
    ];
    let lines = items.map(|item| item.replace('\n', " ")).join("\n");
    let expected = ["One.\n\nTwo.", "Three four.", "!a ninjs picture", "!no body", "Five.\n\nSix.", "Seven."];
    comes_to(&outcomes("a.jsonl", lines.as_bytes()), &expected);
    comes_to(&outcomes("a.json", lines.as_bytes()), &expected);
    let folder = folder(&[("a.jsonl", lines.as_bytes())]);
    let readings = readings(folder.path());
    let first = readings[0].as_ref().unwrap();
    assert_eq!((first.id.as_str(), first.title.as_deref()), ("urn:1:2", Some("Ferry")));
    assert_eq!((first.publisher.as_deref(), first.author.as_deref()), (Some("Skerry Wire"), Some("Ann Lee")));
    assert_eq!(first.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(first.meta["urgency"], 3);
    let second = readings[1].as_ref().unwrap();
    assert_eq!((second.title.as_deref(), second.publisher.as_deref()), (Some("Ferry"), Some("Skerry Wire")));
    assert_eq!(readings[2].as_ref().unwrap_err().id.as_deref(), Some("urn:3"));
    // A field that the user names is the text.
    let options = Options { text_column: Some("headline".into()), ..Options::default() };
    let named = open_as(folder.path(), options).next().unwrap().unwrap();
    assert_eq!(named.text(), "Ferry");
}

fn newsml_1(contents: &str) -> String {
    format!(
        "<NewsItem xml:lang='en'><Identification><NewsIdentifier><ProviderId>skerry.example</ProviderId><DateId>20260202</DateId>\
         <NewsItemId>F-1</NewsItemId><RevisionId PreviousRevision='0' Update='N'>1</RevisionId></NewsIdentifier></Identification>\
         <NewsManagement><NewsItemType FormalName='News'/><FirstCreated>20260202T061500+0100</FirstCreated></NewsManagement>\
         <NewsComponent><NewsLines><DateLine>SKERRY, Feb 2</DateLine><HeadLine>Ferry\nsails</HeadLine><ByLine>By Ann Lee</ByLine>\
         </NewsLines><AdministrativeMetadata><Provider><Party FormalName='Skerry Wire'/></Provider></AdministrativeMetadata>\
         {contents}</NewsComponent></NewsItem>"
    )
}

#[test]
fn newsml_1_items_are_articles() {
    let content = |kind: &str, data: &str| {
        format!("<ContentItem><MediaType FormalName='{kind}'/><DataContent>{data}</DataContent></ContentItem>")
    };
    let nitf = "<nitf><body><body.head><hedline><hl1>Another</hl1></hedline></body.head><body.content><p>One.</p><p>Two.</p>\
        </body.content></body></nitf>";
    let picture = "<ContentItem Href='x.jpg'><MediaType FormalName='Photo'/></ContentItem>";
    let items = [
        newsml_1(&(picture.to_owned() + &content("Text", nitf))),
        newsml_1(&content("Text", "<html><head><title>No</title></head><body><p>Three.</p></body></html>")),
        newsml_1(&content("Text", "<p>Four<br/>five.</p>")),
        newsml_1(picture),
        newsml_1("<NewsItemRef NewsItem='x'/>"),
        newsml_1(&content("Text", "Six,\nhe said.")),
        newsml_1("<ContentItem Href='x.txt'><MediaType FormalName='Text'/></ContentItem>"),
    ];
    let items: String = items.iter().enumerate().map(|(n, item)| item.replace("F-1", &format!("F-{n}"))).collect();
    let head = "<?xml version='1.0'?><!DOCTYPE NewsML SYSTEM 'x.dtd' [<!ENTITY x 'y'>]>";
    let message = format!(
        "{head}<NewsML><NewsEnvelope><DateAndTime>20260203T000000Z</DateAndTime></NewsEnvelope>{items}</NewsML>"
    );
    let expected = ["One.\n\nTwo.", "Three.", "Four five.", "Six,\nhe said.", "!elsewhere"];
    comes_to(&outcomes("a.xml", message.as_bytes()), &expected);
    let folder = folder(&[("wire", message.as_bytes())]);
    let readings = readings(&folder.path().join("wire"));
    let article = readings[0].as_ref().unwrap();
    assert_eq!((article.id.as_str(), article.title.as_deref()), ("skerry.example:20260202:F-0", Some("Ferry sails")));
    assert_eq!((article.publisher.as_deref(), article.author.as_deref()), (Some("Skerry Wire"), Some("Ann Lee")));
    assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(article.meta["dateline"], "SKERRY, Feb 2");

    let pictures = format!("{head}<NewsML>{}</NewsML>", newsml_1(picture));
    comes_to(&outcomes("a.xml", pictures.as_bytes()), &["!a NewsML picture list, no article"]);
    let video = picture.replace("Photo", "Video");
    let media = format!("<NewsML>{}{}</NewsML>", newsml_1(picture), newsml_1(&video));
    comes_to(&outcomes("a.xml", media.as_bytes()), &["!a NewsML picture and video list"]);
    comes_to(&outcomes("a.xml", b"<NewsML><NewsEnvelope/></NewsML>"), &["!without a news item"]);
    let cut = &message[..message.find("Four").unwrap()];
    comes_to(&outcomes("a.xml", cut.as_bytes()), &["One.\n\nTwo.", "Three.", "!cut off"]);
}

#[test]
fn newsml_g2_items_without_text_are_passed_over() {
    let item = |id: &str, class: &str, content: &str| {
        format!(
            "<newsItem guid='{id}'><itemMeta><itemClass qcode='ninat:{class}'/></itemMeta><contentSet>{content}</contentSet></newsItem>"
        )
    };
    let picture = item("p", "picture", "<remoteContent href='x.jpg'/>");
    let package = "<packageItem guid='k'><groupSet><group><itemRef residref='t'/></group></groupSet></packageItem>";
    let text =
        item("t", "text", "<inlineXML><html><body><p>One<br/>line.<br/> <br/>Two.</p></body></html></inlineXML>");
    let html = item("h", "text", "<inlineData contenttype='text/html'>&lt;p&gt;Three.&lt;/p&gt;</inlineData>");
    let message = |items: &[&str]| format!("<newsMessage><itemSet>{}</itemSet></newsMessage>", items.concat());
    let outcome = |items: &[&str]| outcomes("a.xml", message(items).as_bytes());
    comes_to(&outcome(&[&picture, package, &text, &html, &picture]), &["One line.\n\nTwo.", "Three."]);
    comes_to(&outcome(&[&picture, &picture]), &["!a NewsML-G2 picture list, no article"]);
    comes_to(&outcome(&[package, &picture]), &["!a NewsML-G2 package and picture list"]);
    comes_to(&outcomes("a.xml", package.as_bytes()), &["!a NewsML-G2 package list"]);
    comes_to(&outcome(&[&picture, &text.replace("</newsItem>", "")]), &["!has no end"]);
}

#[test]
fn breaks_within_nitf_paragraphs_are_blanks_and_an_authors_title_is_no_name() {
    let nitf = "<nitf><body><body.head><byline>By <person>Ann Lee</person>, <byttl>Skerry\nWire Writer</byttl></byline></body.head>\
        <body.content><p>One<br/>line.</p><p>Two.<br/><br/>Three.<br/></p></body.content></body></nitf>";
    let article = only_article("wire.nitf", nitf.as_bytes());
    assert_eq!(article.text(), "One line.\n\nTwo.\n\nThree.");
    assert_eq!(article.author.as_deref(), Some("Ann Lee"));
    assert_eq!(article.meta["byttl"], "Skerry Wire Writer");
}

#[test]
fn xml_of_other_kinds_is_said_to_be_that() {
    for (content, what) in [
        ("<?xml version='1.0'?><alto xmlns='x'><Layout/></alto>", "an ALTO page, no article"),
        ("<urlset><url/></urlset>", "a sitemap, no article"),
        ("<opml version='2.0'><body/></opml>", "an OPML list of feeds"),
        ("<!-- by hand --><a:menu/>", "an XML file with the root `menu`, no article"),
        ("<rdf:RDF xmlns='x'><rdf:Description/></rdf:RDF>", "with the root `RDF`"),
        ("no markup", "there is no `nitf` element"),
    ] {
        comes_to(&outcomes("a.xml", content.as_bytes()), &[&format!("!{what}")]);
    }
    comes_to(&outcomes("a.rdf", b"<rdf:RDF xmlns='x'/>"), &["!with the root `RDF`"]);
    comes_to(&outcomes("a.rdf", b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'/>"), &["!an RSS feed without items"]);
    let folder = folder(&[("pages", b"<?xml version='1.0'?><alto/>"), ("lines", b"<alto/> is an element.")]);
    let reject = readings(&folder.path().join("pages")).remove(0).unwrap_err();
    assert!(reject.reason.contains("an ALTO page"), "{reject}");
    assert!(readings(&folder.path().join("lines"))[0].is_ok(), "a text");
}
