mod archives;
mod databases;
mod documents;
mod exports;
mod feeds;
mod formats;
mod random;
mod tables;

use std::path::Path;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use std::fs;
use std::io::{Cursor, Read};

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn open(path: &Path) -> Ingest {
    open_as(path, Options::default())
}

fn open_as(path: &Path, options: Options) -> Ingest {
    Ingest::open_as(&[Input::Path(path.to_owned())], options).unwrap()
}

fn readings(path: &Path) -> Vec<Reading> {
    open(path).collect()
}

fn only_article(name: &str, content: &[u8]) -> Article {
    let folder = folder(&[(name, content)]);
    let [article] = <[Reading; 1]>::try_from(readings(folder.path())).unwrap();
    article.unwrap()
}

fn at_most(max_bytes: u64) -> Options {
    Options { max_bytes, ..Options::default() }
}

/// A stream without a name that says anything.
fn stream(bytes: impl Read + Send + 'static, options: Options) -> Stream {
    let bytes = PutBack::new(io::BufReader::with_capacity(1, bytes));
    let options = Arc::new(options);
    Stream { id: "a".into(), name: "a".into(), hint: String::new(), bytes, file: None, options, depth: 0 }
}

/// The texts of a file's articles and the reasons of its rejects, in order.
fn outcomes(name: &str, content: &[u8]) -> Vec<Result<String, String>> {
    let folder = folder(&[(name, content)]);
    let outcome = |reading: Reading| reading.map(|a| a.text().to_owned()).map_err(|r| r.reason);
    readings(folder.path()).into_iter().map(outcome).collect()
}

/// That the outcomes are these texts, and rejects whose reasons have these words (`!`) in them.
#[track_caller]
fn comes_to(outcomes: &[Result<String, String>], expected: &[&str]) {
    assert_eq!(outcomes.len(), expected.len(), "{outcomes:#?}");
    for (outcome, expected) in outcomes.iter().zip(expected) {
        match (outcome, expected.strip_prefix('!')) {
            (Ok(text), None) => assert_eq!(text, expected),
            (Err(reason), Some(words)) => assert!(reason.contains(words), "no `{words}` in `{reason}`"),
            _ => panic!("not `{expected}`: {outcome:?}"),
        }
    }
}

#[track_caller]
fn only_reject(name: &str, content: &[u8], reason: &str) -> Reject {
    let folder = folder(&[(name, content)]);
    let [reading] = <[Reading; 1]>::try_from(readings(folder.path())).unwrap();
    let reject = reading.unwrap_err();
    assert!(reject.reason.contains(reason), "{reject}");
    reject
}

#[test]
fn a_folder_is_read_in_order_and_named_by_its_paths() {
    let folder = folder(&[
        ("b.txt", b"Text b."),
        ("a/2.TXT", b"Text 2."),
        ("a/1.v2.txt", b"Text 1."),
        ("c.jsonl", b"{\"text\": \"One.\"}\n\n{\"text\": \"Three.\", \"id\": 30}\n"),
        ("notes.odd", b"Not read."),
        (".hidden.txt", b"Not read."),
        ("README.txt", b"Not read."),
        ("people.gold", b"Not read."),
        (".git/x.txt", b"Not read."),
    ]);
    let all = readings(folder.path());
    let ids: Vec<_> = all.iter().flatten().map(|article| article.id.as_str()).collect();
    assert_eq!(ids, ["a/1.v2", "a/2", "b", "c:1", "30"]);
    let unread = all.iter().find_map(|reading| reading.as_ref().err()).unwrap();
    assert_eq!(unread.id.as_deref(), Some("notes"));
    assert!(unread.reason.starts_with(".odd files are not read"), "{}", unread.reason);

    let article = readings(&folder.path().join("a/2.TXT")).remove(0).unwrap();
    assert_eq!(article.id, "2", "a file given directly has its stem as id");
    assert!(article.place.file.ends_with("a/2.TXT"));
}

#[test]
fn folders_that_are_named_tell_their_files_apart() {
    let folder = folder(&[("2019/a.txt", b"One."), ("2019/b.txt", b"Two."), ("2020/a.txt", b"Three.")]);
    let inputs = ["2019", "2020"].map(|name| Input::Path(folder.path().join(name)));
    let ids: Vec<_> = Ingest::open(&inputs).unwrap().map(|reading| reading.unwrap().id).collect();
    assert_eq!(ids, ["2019/a", "b", "2020/a"]);
}

#[test]
fn a_format_can_be_said() {
    let folder = folder(&[("a.jsonl", b"{\"text\": \"One.\"}\n"), ("b.odd", b"{\"text\": \"Two.\"}\n")]);
    let read = |format: &str| -> Vec<String> {
        let options = Options { format: Some(format.into()), ..Options::default() };
        let texts = open_as(folder.path(), options).flatten().map(|article| article.text().to_owned());
        texts.collect()
    };
    assert_eq!(read("txt"), ["{\"text\": \"One.\"}\n", "{\"text\": \"Two.\"}\n"]);
    assert_eq!(read("jsonl"), ["One.", "Two."]);
    assert!(formats().iter().all(|known| !known.about.is_empty()));
}

#[test]
fn damage_to_the_first_line_costs_no_more() {
    let stream = stream(&b"{\"text\": \"On\n{\"text\": \"Two.\"}\n{\"text\": \"Three.\"}\n"[..], Options::default());
    let texts: Vec<_> = detect::readings(stream).map(|reading| reading.map(|a| a.text().to_owned()).ok()).collect();
    assert_eq!(texts, [None, Some("Two.".into()), Some("Three.".into())]);
}

#[test]
fn what_is_mended_is_said() {
    let article =
        only_article("a.jsonl", "{\"title\": \"R&amp;D\", \"text\": \"&ldquo;No&rdquo;, she said.\"}".as_bytes());
    assert_eq!((article.title.as_deref(), article.text()), (Some("R&D"), "“No”, she said."));
    assert!(article.meta["mended"][0].as_str().unwrap().starts_with("2 character references"), "{:?}", article.meta);
    assert_eq!(article.warnings.len(), 1);
}

#[test]
fn bytes_add_up() {
    let folder = folder(&[("a.txt", b"Text a."), ("b.jsonl", b"{\"text\": \"One.\"}\n")]);
    let mut ingest = open(folder.path());
    assert_eq!(ingest.found().len(), 2);
    assert_eq!((ingest.total_bytes(), ingest.bytes_read()), (Some(24), 0));
    ingest.next().unwrap().unwrap();
    assert_eq!(ingest.bytes_read(), 7);
    assert_eq!(ingest.by_ref().count(), 1);
    assert_eq!(ingest.bytes_read(), 24);
    assert_eq!(Ingest::open(&["-".into()]).unwrap().total_bytes(), None);
}

#[test]
fn what_is_not_there_ends_the_run_before_it_starts() {
    let folder = folder(&[("notes.odd", b"Not read.")]);
    let message = |path: &Path| Ingest::open(&[Input::Path(path.into())]).err().unwrap().to_string();
    assert!(message(&folder.path().join("gone.txt")).contains("gone.txt: the input cannot be opened"));
    assert!(message(folder.path()).contains(".txt, .jsonl, .ndjson, .json, "));
    assert!(message(&folder.path().join("notes.odd")).contains("files of this kind are not read"));
}

#[test]
fn an_id_is_given_once() {
    let lines = b"{\"id\": \"x\", \"text\": \"One.\"}\n{\"id\": \"x\", \"text\": \"Two.\"}\n{\"text\": \"Three.\"}\n";
    let folder = folder(&[("a.jsonl", lines)]);
    let mut ingest = open(folder.path());
    assert!(ingest.next().unwrap().is_ok());
    let reject = ingest.next().unwrap().unwrap_err();
    assert!(reject.to_string().contains("a.jsonl:2: article 1 of the input has the id `x` too"), "{reject}");
    assert!(reject.raw.unwrap().contains("Two."));
    assert_eq!(ingest.next().unwrap().unwrap().text(), "Three.");
    assert!(ingest.next().is_none());
}

#[test]
fn a_json_line_fills_an_article() {
    let line = r#"{"headline": "Rates hold", "date": "2026-02-02T10:00:00Z", "source": {"id": 7, "big": 12345678901234567890123},
        "publisher": "Daily Ledger", "author": ["Ann Lee", "J. P. Okafor"], "url": "https://ledger.example/1",
        "lang": "en", "text": "One.\r\nTwo.\u0007", "score": 1.50}"#
        .replace('\n', " ");
    let article = only_article("a.ndjson", line.as_bytes());
    assert_eq!(article.id, "a:1");
    assert_eq!(article.title.as_deref(), Some("Rates hold"));
    assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(article.publisher.as_deref(), Some("Daily Ledger"));
    assert_eq!(article.author.as_deref(), Some("Ann Lee, J. P. Okafor"));
    assert_eq!(article.url.as_deref(), Some("https://ledger.example/1"));
    assert_eq!(article.text(), "One.\nTwo.\u{7}");
    assert_eq!(
        serde_json::to_string(&article.meta).unwrap(),
        r#"{"source":{"id":7,"big":12345678901234567890123},"lang":"en","score":1.50}"#
    );
    assert_eq!(article.warnings, Vec::<String>::new());
}

#[test]
fn odd_fields_are_kept_and_told() {
    let article = only_article(
        "a.jsonl",
        br#"{"title": {"en": "Rates"}, "id": null, "text": null, "body": "One.", "date": "02/03/2026"}"#,
    );
    assert_eq!(article.id, "a:1");
    assert_eq!(article.text(), "One.");
    assert_eq!(
        serde_json::to_string(&article.meta).unwrap(),
        r#"{"title":{"en":"Rates"},"text":null,"date":"02/03/2026"}"#
    );
    assert!(article.warnings[0].contains("`title` is not a text"));
    assert!(article.warnings[1].contains("`02/03/2026` was not understood"));
}

#[test]
fn a_bad_line_costs_itself_alone() {
    let lines = b"\xEF\xBB\xBF{\"text\": \"One.\"}\n{\"text\": \nnull\n{\"id\": 4}\n{\"text\": 5, \"id\": \"five\"}\n{\"text\": \" \"}\n\
        {\"text\": \"Caf\xe9\"}\r\n{\"text\": \"a\\u0000b\"}\n{\"text\": \"Nine.\"}";
    let folder = folder(&[("a.jsonl", lines)]);
    let readings = readings(folder.path());
    let reasons = [
        (None, 2, "not JSON at column 8: EOF while parsing"),
        (None, 3, "not an object"),
        (Some("4"), 4, "no text"),
        (Some("five"), 5, "`text` is not a string"),
        (Some("a:6"), 6, "`text`: the text is empty"),
        (Some("a:8"), 8, "binary"),
    ];
    let rejects: Vec<_> = readings.iter().filter_map(|r| r.as_ref().err()).collect();
    assert_eq!(rejects.len(), reasons.len());
    for (reject, (id, line, reason)) in rejects.iter().zip(reasons) {
        assert_eq!((reject.id.as_deref(), reject.place.line), (id, Some(line)), "{reject}");
        assert!(reject.reason.contains(reason), "{reject}");
    }
    let articles: Vec<_> = readings.iter().filter_map(|r| r.as_ref().ok()).collect();
    let texts: Vec<_> = articles.iter().map(|article| article.text()).collect();
    assert_eq!(texts, ["One.", "Café", "Nine."]);
    assert!(articles[1].warnings[0].contains("Windows-1252"));
}

#[test]
fn a_line_too_long_is_passed_over() {
    let long = format!("{{\"text\": \"{}\"}}\n{{\"text\": \"Two.\"}}\n", "long ".repeat(10_000));
    let folder = folder(&[("a.jsonl", long.as_bytes())]);
    let readings: Vec<_> = open_as(folder.path(), at_most(1000)).collect();
    let reject = readings[0].as_ref().unwrap_err();
    assert!(reject.reason.contains("longer than 1000 bytes"), "{reject}");
    assert_eq!(readings[1].as_ref().unwrap().id, "a:2");

    let exact = b"{\"text\":\"a\"}";
    let folder = self::folder(&[("a.jsonl", exact), ("b.txt", b"123456789012"), ("c.txt", b"1234567890123")]);
    let readings = open_as(folder.path(), at_most(12));
    assert_eq!(readings.map(|r| r.is_ok()).collect::<Vec<_>>(), [true, true, false]);
}

#[test]
fn files_that_are_no_articles_are_rejected() {
    let reject = only_reject("a.txt", b"", "the text is empty");
    assert_eq!((reject.id.as_deref(), reject.place.line), (Some("a"), None));
    only_reject("a.txt", b" \n\n ", "the text is empty");
    only_reject("a.txt", b"Title: Rates hold\n\n", "no text below the head");
    only_reject("a.txt", b"\x7fELF\x02\x01\x01\0\0\0\0", "binary");
    only_reject("a.jsonl", b"\n\n", "the file is empty");
    only_reject("a.jsonl", b"\xff\xfe{\0\"\0", "UTF-16");
}

#[test]
fn an_article_of_five_megabytes_passes() {
    let text = "The minister said that the dam would hold. ".repeat(120_000);
    assert_eq!(only_article("a.txt", text.as_bytes()).text().len(), text.len());
}

#[test]
fn encodings_are_told() {
    let article = only_article("a.txt", b"date 2026-02-02 The \x93caf\xe9\x94 is open.\r\n");
    assert_eq!(article.text(), "The “café” is open.\n");
    assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)));
    assert!(article.warnings[0].contains("Windows-1252"));
    let article = only_article("a.txt", b"\xEF\xBB\xBFid: bank-1\nAUTHOR: Ann Lee\nDesk: Oslo\n\nThe bank held.");
    assert_eq!((article.id.as_str(), article.text()), ("bank-1", "The bank held."));
    assert_eq!(article.author.as_deref(), Some("Ann Lee"));
    assert_eq!(article.meta["Desk"], "Oslo");
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_broken_ones_rejected() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[("a.txt", b"Text a."), ("sub/b.txt", b"Text b.")]);
    symlink(folder.path(), folder.path().join("sub/loop")).unwrap();
    symlink("nowhere.txt", folder.path().join("c.txt")).unwrap();
    symlink("nowhere.pdf", folder.path().join("d.pdf")).unwrap();
    let readings = readings(folder.path());
    assert_eq!(readings.len(), 3);
    let reject = readings.iter().find_map(|r| r.as_ref().err()).unwrap();
    assert!(reject.reason.contains("cannot be read"), "{reject}");
    assert_eq!(reject.id.as_deref(), Some("c"));
}

#[test]
fn an_object_by_itself_is_read_as_a_line_is() {
    let line = r#"{"headline": "A ship", "published": "Feb. 2, 2026", "desk": 1.10, "body": "One\r\ntwo."}"#;
    let read = |json: &str, options: &Options| from_json(json, "a:1".to_owned(), Place::line("a.jsonl", 1), options);
    let (article, mut as_line) = (read(line, &Options::default()).unwrap(), only_article("a.jsonl", line.as_bytes()));
    // Below the temporary folder.
    as_line.place = article.place.clone();
    assert_eq!(article, as_line);

    let short = Options { max_words: 1, ..Options::default() };
    let reject = read(line, &short).unwrap_err();
    assert!(reject.reason.contains("more than 1 words") && reject.id.as_deref() == Some("a:1"), "{reject:?}");
    for (json, reason) in [("7", "an article is an object"), ("{", "not JSON"), (r#"{"id": "x"}"#, "there is no text")]
    {
        let reject = read(json, &Options::default()).unwrap_err();
        assert!(reject.reason.contains(reason) && reject.raw.as_deref() == Some(json), "{reject:?}");
    }
}
