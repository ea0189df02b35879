//! Whatever bytes come.

use super::*;

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "date 2026-02-02",
        "Date: ",
        "title: ",
        "source: a",
        "é",
        "“",
        "\n",
        "\n\n",
        "\r",
        " ",
        "{\"text\": \"",
        "\"}",
        "{",
        "[",
        ",",
        "text,title\n",
        "<DOC>",
        "<TEXT>",
        "</DOC>",
        "<nitf><body>",
        "</nitf>",
        "<newsItem><contentSet>",
        "</newsItem>",
        "<packageItem/>",
        "<NewsML><NewsItem>",
        "<ContentItem><DataContent>",
        "</DataContent></ContentItem></NewsItem>",
        "<rss>",
        "<feed>",
        "<item><description>",
        "</description></item>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[",
        "{\"content_html\": \"",
        "{\"uri\":\"u\",\"versioncreated\":\"",
        "<p>",
        "<html>",
        "WARC/1.0\r\nContent-Length: 9\r\n\r\n",
        "PK\u{3}\u{4}",
        "\0",
        "\u{feff}",
        "id",
        ":",
        "The bank held.",
    ]);
    let pieces = prop::collection::vec(pieces, 0..20);
    prop_oneof![any::<Vec<u8>>(), pieces.prop_map(|pieces| pieces.concat().into_bytes())]
}

proptest! {
    #[test]
    fn any_bytes_give_articles_or_rejects(bytes in bytes()) {
        for format in &FORMATS {
            fuzzing::read(format.name, &bytes);
        }
        fuzzing::read("", &bytes);
    }

    #[test]
    fn any_bytes_are_unpacked_or_not(bytes: Vec<u8>) {
        fuzzing::unpack(&bytes);
    }
}
