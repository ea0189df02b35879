//! JSON, CSV and Parquet: articles in rows and lists.

use std::sync::Arc;

use ::parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;

use super::*;

#[test]
fn json_arrays_and_objects_over_lines_are_read_one_by_one() {
    let list = br#"[{"text": "One.", "tags": [{"a": "]}"}]}, {"text": "T{wo\"."},
        {"body": "Three."}]"#;
    comes_to(&outcomes("a.json", list), &["One.", "T{wo\".", "Three."]);
    comes_to(&outcomes("a.json", b"{\n \"text\": \"One.\"\n}\n{\"text\":\n\"Two.\"}"), &["One.", "Two."]);
    comes_to(&outcomes("a.json", b"[]"), &["!no object"]);
    comes_to(
        &outcomes("a.json", b"[1, \"two\", {\"text\": \"Three.\"}]"),
        &["!not an object", "!not an object", "Three."],
    );
    let article = only_article("a.json", br#"[{"text": "One.", "date": "2026-02-02"}]"#);
    assert_eq!((article.id.as_str(), article.place.to_string().ends_with("a.json#1")), ("a:1", true));
}

#[test]
fn damage_in_json_costs_one_object() {
    let missing_mark = b"[{\"text\": \"One.}, {\"text\": \"Two.\"}, {\"text\": \"Three.\"}]";
    comes_to(&outcomes("a.json", missing_mark), &["!no end", "Two.", "Three."]);
    let missing_brace = b"[{\"text\": \"One.\",\n{\"text\": \"Two.\"},\n{\"text\": \"Three.\"}]";
    comes_to(&outcomes("a.json", missing_brace), &["!not JSON", "Two.", "Three."]);
    comes_to(&outcomes("a.json", b"[{\"text\": \"One.\"}, {\"text\": \"Tw"), &["One.", "!no end"]);
    let long = format!("[{{\"text\": \"{}\"}}, {{\"text\": \"Two.\"}}]", "long ".repeat(50));
    let stream = stream(Cursor::new(long), at_most(100));
    let outcomes: Vec<_> =
        (json::FORMAT.read)(stream).map(|r| r.map(|a| a.text().to_owned()).map_err(|r| r.reason)).collect();
    comes_to(&outcomes, &["!longer than 100 bytes", "Two."]);
}

#[test]
fn csv_columns_are_guessed() {
    let rows = "\u{feff}Publication,Publish Date,Author,Text,id,Section,URL\n\
        Daily Ledger,2026-02-02,Ann Lee,\"One, \"\"two\"\"\r\nand three.\",7,north,https://ledger.example/1\n";
    let article = only_article("a.csv", rows.as_bytes());
    assert_eq!((article.id.as_str(), article.text()), ("7", "One, \"two\"\nand three."));
    assert_eq!(article.publisher.as_deref(), Some("Daily Ledger"));
    assert_eq!(article.author.as_deref(), Some("Ann Lee"));
    assert_eq!(article.url.as_deref(), Some("https://ledger.example/1"));
    assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(serde_json::to_string(&article.meta).unwrap(), r#"{"Section":"north"}"#);

    let semicolons = only_article("a.csv", b"title;content\nRates, again;The bank held, it said.");
    assert_eq!((semicolons.text(), semicolons.title.as_deref()), ("The bank held, it said.", Some("Rates, again")));
    assert_eq!((semicolons.id.as_str(), semicolons.place.line), ("a:2", Some(2)));
    comes_to(&outcomes("a.tsv", b"text\tdate\n\"No\" is no answer.\t2026-02-02\n"), &["\"No\" is no answer."]);
}

#[test]
fn the_text_column_can_be_named() {
    let rows = b"words,Story Text\nseven,The bank held.\n";
    comes_to(
        &outcomes("a.csv", rows),
        &["!no column looks like the text; name it with --text-column: `words`, `Story Text`"],
    );
    let read = |name: &str| {
        let options = Options { text_column: Some(name.into()), ..Options::default() };
        (csv::FORMAT.read)(stream(&rows[..], options))
            .map(|r| r.map(|a| a.text().to_owned()).map_err(|r| r.reason))
            .collect::<Vec<_>>()
    };
    comes_to(&read("Story Text"), &["The bank held."]);
    comes_to(&read("story"), &["!there is no column `story`"]);
}

#[test]
fn damage_in_csv_costs_one_row() {
    let rows = b"id,text\n1,\"One.\"\n2,\"never closed\n3,\"Three.\"\n4,Four,and more\n\n5\n6,\"a \"stray\" mark\"\n7,Sev\"en.\n8,\"\n";
    let expected = [
        "One.",
        "!quotation mark",
        "Three.",
        "!3 fields",
        "!1 fields",
        "!quotation mark",
        "Sev\"en.",
        "!quotation mark",
    ];
    comes_to(&outcomes("a.csv", rows), &expected);
    let folder = folder(&[("a.csv", &rows[..])]);
    let lines: Vec<_> =
        readings(folder.path()).iter().map(|r| r.as_ref().map_or_else(|r| r.place.line, |a| a.place.line)).collect();
    assert_eq!(lines, [2, 3, 4, 5, 7, 8, 9, 10].map(Some));
    comes_to(&outcomes("b.csv", b"text,b\n\"She said \\\"no\\\".\",x\n"), &["She said \"no\"."]);
    comes_to(&outcomes("a.csv", b"\n"), &["!no rows"]);
}

/// Two row groups with columns as in Hugging Face's data sets.
fn parquet() -> Vec<u8> {
    let schema = "message a { required binary article (UTF8); required binary title (UTF8); optional int64 label;
        required int64 published (TIMESTAMP(MILLIS,true)); }";
    let mut out = Vec::new();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder().set_compression(::parquet::basic::Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(&mut out, schema, Arc::new(properties)).unwrap();
    for texts in [["One.", "Two."], ["Three.", " "]] {
        let mut group = writer.next_row_group().unwrap();
        for values in [texts, ["Rates hold"; 2]] {
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<ByteArrayType>().write_batch(&values.map(ByteArray::from), None, None).unwrap();
            column.close().unwrap();
        }
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&[3], Some(&[1, 0]), None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&[1_769_990_400_000; 2], None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.close().unwrap();
    out
}

#[test]
fn parquet_rows_are_articles() {
    let folder = folder(&[("a.parquet", &parquet())]);
    let readings = readings(folder.path());
    let article = readings[0].as_ref().unwrap();
    assert_eq!((article.id.as_str(), article.text(), article.title.as_deref()), ("a:1", "One.", Some("Rates hold")));
    assert_eq!(article.date, Some(jiff::civil::date(2026, 2, 2)));
    assert_eq!(article.meta["label"], 3);
    assert!(article.place.to_string().ends_with("a.parquet#1"));
    let third = readings[2].as_ref().unwrap();
    assert_eq!((third.id.as_str(), third.text()), ("a:3", "Three."));
    assert_eq!(readings[3].as_ref().unwrap_err().id.as_deref(), Some("a:4"));
    assert_eq!(readings.len(), 4);
}

#[test]
fn damage_in_parquet_costs_its_row_group() {
    let whole = parquet();
    comes_to(&outcomes("a.parquet", &whole[..whole.len() - 9]), &["!not sound Parquet"]);
    let mut damaged = whole.clone();
    // The first page's head.
    damaged[4..12].fill(0xff);
    comes_to(&outcomes("a.parquet", &damaged), &["!row group is damaged", "Three.", "!the text is empty"]);
}
