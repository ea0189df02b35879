//! The server among programs of the web: packed bodies, pages of other sites, its own page, its log.

use std::io::{BufRead, Write as _};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::Desk;
use super::bad_input::fails;
use super::serve::{Answer, FINE, Server};

fn packed(body: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(body.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

fn extract(server: &Server, media: &str, encoding: &str, body: &[u8]) -> Answer {
    let head = format!(
        "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {media}\r\n\
         Content-Encoding: {encoding}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    server.raw(&[head.as_bytes(), body].concat())
}

const JSON: &str = "application/json";
const LINES: &str = "application/x-ndjson";

#[test]
fn packed_bodies_are_read_within_the_same_limits() {
    let server = Server::start(&["--max-body", "100000", "--max-article", "2000"]);
    let line = format!("{}\n", json!({"id": "a", "text": FINE}));
    let records = Server::records(&line);
    assert_eq!(extract(&server, JSON, "gzip", &packed(&line)).body, records);
    assert_eq!(extract(&server, JSON, "identity", line.as_bytes()).body, records);
    let many = line.repeat(500);
    assert_eq!(extract(&server, LINES, "GZIP", &packed(&many)).body, records.repeat(500));

    // Two megabytes, in two kilobytes.
    let bomb = packed(&format!("{{\"text\": \"{}\"}}", "x ".repeat(1 << 20)));
    assert!(bomb.len() < 5000, "{}", bomb.len());
    assert_eq!(extract(&server, JSON, "gzip", &bomb).fault(), (413, "body".into()));
    let line: Value = serde_json::from_str(&extract(&server, LINES, "gzip", &bomb).body).unwrap();
    assert_eq!(line["error"]["code"], "too_large");
    let long = packed(&json!({"text": "x ".repeat(1500)}).to_string());
    assert_eq!(extract(&server, JSON, "gzip", &long).fault(), (422, "text".into()));

    assert_eq!(extract(&server, JSON, "gzip", &packed(&many)[..40]).fault(), (400, "body".into()));
    assert_eq!(extract(&server, JSON, "gzip", b"{}").fault(), (400, "body".into()));
    for other in ["br", "zstd", "gzip, gzip", "deflate"] {
        for media in [JSON, LINES] {
            let answer = extract(&server, media, other, b"x");
            assert_eq!(answer.fault(), (415, "Content-Encoding".into()), "{other}");
            assert!(answer.head.contains("\r\naccept-encoding: gzip\r\n"), "{}", answer.head);
        }
    }
    assert_eq!(server.post("/v1/extract", &json!({"text": FINE})).status, 200);
}

#[test]
fn pages_of_named_origins_alone_may_ask() {
    let token = [("Authorization", "Bearer t"), ("Content-Type", JSON)];
    let body = json!({"text": FINE}).to_string();
    let origin = "access-control-allow-origin";
    let preflight = |server: &Server, of: &str| {
        let asked = [
            ("Origin", of),
            ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization,content-type"),
        ];
        server.ask("OPTIONS", "/v1/extract", &asked, "")
    };
    let server = Server::start(&["--token", "t", "--cors", "https://desk.example", "--cors", "http://localhost:3000"]);
    for named in ["https://desk.example", "http://localhost:3000"] {
        let leave = preflight(&server, named);
        assert_eq!(leave.status, 200);
        for line in [format!("{origin}: {named}"), "access-control-allow-methods: get,post".to_owned()] {
            assert!(leave.head.contains(&line), "{line} in {}", leave.head);
        }
        assert!(leave.head.contains("authorization") && !leave.head.contains("allow-credentials"), "{}", leave.head);
        let answer = server.ask("POST", "/v1/extract", &[token[0], token[1], ("Origin", named)], &body);
        assert!(answer.status == 200 && answer.head.contains(&format!("{origin}: {named}")), "{}", answer.head);
        // Why it was refused is for the page, too.
        let refused = server.ask("POST", "/v1/extract", &[("Origin", named)], &body);
        assert!(refused.status == 401 && refused.head.contains(origin), "{}", refused.head);
    }
    assert!(!preflight(&server, "https://other.example").head.contains(origin));
    let closed = Server::start(&["--token", "t"]);
    let leave = preflight(&closed, "https://desk.example");
    assert!(leave.status == 401 && !leave.head.contains(origin), "{}", leave.head);
    for wrong in ["desk.example", "https://", "https://desk.example/", "*", "null"] {
        fails(&Desk::new().sayso(&["serve", "--cors", wrong]), &["--cors", "https://desk.example"]);
    }
}

#[test]
fn a_text_is_pasted_into_the_page_and_read_there() {
    let server = Server::start(&["--max-article", "500"]);
    let blank = server.get("/");
    assert!(blank.body.contains("Who said what") && blank.body.contains("<textarea"), "{}", blank.body);
    assert!(blank.body.contains("curl localhost/v1/extract"), "{}", blank.body);
    for head in [
        "content-type: text/html; charset=utf-8",
        "default-src 'none'; style-src 'self'; form-action 'self'",
        "cache-control: no-store",
    ] {
        assert!(blank.head.contains(head), "{}", blank.head);
    }
    assert!(server.get("/page.css").body.contains(".sayso-content"));

    const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
    let paste =
        |text: &str, site: &str| server.ask("POST", "/", &[FORM, ("Sec-Fetch-Site", site)], &format!("text={text}"));
    let hostile =
        "%3Cscript%3Ealert(1)%3C%2Fscript%3E+The+mill+may+close%2C+Ana+%C3%87elik+said.%0D%0A%3C!--ANSWER--%3E";
    let answer = paste(hostile, "same-origin");
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("<b>Ana Çelik</b> said <small>indirect, possible</small>"), "{}", answer.body);
    assert!(answer.body.contains("sayso-hedge\" title=\"1: Ana Çelik"), "{}", answer.body);
    assert!(!answer.body.contains("<script") && !answer.body.contains("<!--"), "{}", answer.body);
    assert_eq!(answer.body.matches("&lt;script&gt;").count(), 2, "in the field, and in the text: {}", answer.body);

    for (text, status, why) in [("", 422, "the text is empty"), (&"x+".repeat(400), 422, "more than 500 characters")] {
        let failed = paste(text, "same-origin");
        assert!(failed.status == status && failed.body.contains(why), "{}", failed.body);
    }
    assert_eq!(paste(hostile, "cross-site").status, 403);
    assert_eq!(server.ask("POST", "/", &[("Content-Type", JSON)], "{}").status, 415);

    // A browser asks its user for the token.
    let closed = Server::start(&["--token", "t"]).get("/");
    assert!(closed.status == 401 && closed.head.contains("www-authenticate: basic realm=\"sayso\""), "{}", closed.head);
}

/// What is logged of three requests, on a server that listens to `listen`.
fn log(listen: &str, args: &[&str]) -> Vec<String> {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sayso"));
    let mut server = Server::begin(command.arg("serve").args(args).env("SAYSO_LISTEN", listen));
    assert!(server.address.starts_with("127.0.0.1:"), "{}", server.address);
    server.get("/healthz?secret");
    server.post("/v1/extract", &json!({"text": FINE}));
    server.get("/a\u{1b}[31m%22");
    let mut lines = vec![String::new(); 2];
    for line in &mut lines {
        server.said.read_line(line).unwrap();
    }
    lines
}

#[test]
fn what_is_answered_is_logged_and_nothing_of_what_was_sent() {
    let lines = log("localhost:0", &[]);
    let words: Vec<Vec<&str>> = lines.iter().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(words[0][1..5], ["127.0.0.1", "GET", "/healthz", "200"]);
    assert_eq!(words[1][1..5], ["127.0.0.1", "POST", "/v1/extract", "200"]);
    for line in &words {
        assert!(line[0].len() == 20 && line[0].ends_with('Z') && line[5].parse::<f64>().is_ok(), "{line:?}");
    }
    for line in log("127.0.0.1:0", &["--log-format", "json"]) {
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&line["client"], &line["status"]), (&json!("127.0.0.1"), &json!(200)));
        assert!(line["seconds"].is_f64() && line["path"].is_string() && line["time"].is_string(), "{line}");
        assert_eq!(line.as_object().unwrap().len(), 6);
    }
}

#[test]
fn an_address_that_is_none_is_told_at_once() {
    for wrong in ["localhost", "localhost:http", "no.such.name.invalid:1", "127.0.0.1:99999"] {
        fails(&Desk::new().sayso(&["serve", "--listen", wrong]), &["--listen", wrong]);
    }
}
