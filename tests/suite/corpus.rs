//! `sayso speakers`, `sayso repeats`, filters, and exports of a whole corpus.

use serde_json::Value;

use super::Desk;
use super::hand_off::record;

/// Three articles: `Ana Ruiz` in each, once under another name, whose words are those of `TEXT`.
fn corpus(desk: &Desk) {
    let mut renamed = record("c");
    renamed["speakers"][0]["name"] = "Anna Ruiz".into();
    let mut later = record("b");
    later["date"] = "2026-02-09".into();
    let mut records = [record("a"), later, renamed];
    // Six words at least.
    for record in &mut records {
        let text =
            record["text"].as_str().unwrap().replace("Rates may fall", "Rates in the north of the country may fall");
        let start = 2;
        let content = "Rates in the north of the country may fall";
        let shift = content.len() - "Rates may fall".len();
        record["text"] = text.into();
        record["claims"][0]["content"][0]["text"] = content.into();
        record["claims"][0]["content"][0]["end"] = (start + content.len()).into();
        for place in ["/claims/0/source", "/claims/0/cue", "/speakers/0/mentions/0", "/hedges/0"] {
            let span = record.pointer_mut(place).unwrap();
            for edge in ["start", "end"] {
                span[edge] = (span[edge].as_u64().unwrap() as usize + shift).into();
            }
        }
    }
    desk.put("run/records.jsonl", records.map(|record| format!("{record}\n")).concat());
}

#[test]
fn speakers_are_put_together_over_articles() {
    let desk = Desk::new();
    corpus(&desk);
    let table = desk.sayso(&["speakers", "run"]);
    assert_eq!((table.code, table.stderr.as_str()), (0, ""));
    assert!(table.stdout.contains("Ana Ruiz") && table.stdout.contains("2026-02-02  2026-02-09"), "{}", table.stdout);

    desk.put("rules", "# two ways to write it\nAnna Ruiz = Ana Ruiz\n");
    let lines = desk.sayso(&["speakers", "run", "--to", "jsonl", "--aliases", "rules"]).stdout;
    let speaker: Value = serde_json::from_str(&lines).expect("one speaker");
    assert_eq!((&speaker["id"], &speaker["articles"], &speaker["claims"]), (&"ana-ruiz".into(), &3.into(), &3.into()));
    assert_eq!(
        (&speaker["merges"][0]["name"], &speaker["merges"][0]["reason"]),
        (&"Anna Ruiz".into(), &"alias".into())
    );
    assert_eq!(speaker["mentions"][2], serde_json::json!({"article": "c", "speaker": "s1"}));

    desk.put("rules", "Ana Ruiz = \n");
    let wrong = desk.sayso(&["speakers", "run", "--aliases", "rules"]);
    assert!(wrong.code == 1 && wrong.stderr.contains("rules:1: not a rule"), "{}", wrong.stderr);
}

#[test]
fn ids_of_others_go_out_and_come_back() {
    let desk = Desk::new();
    corpus(&desk);
    let file = desk.sayso(&["speakers", "run", "--to", "reconcile", "--no-bom"]).stdout;
    assert!(file.starts_with("id,query,type,external_id,"), "{file}");
    desk.put("ids.csv", file.replacen("Ana Ruiz,person,,", "Ana Ruiz,person,Q7,", 1));
    let table = desk.sayso(&["speakers", "run", "--to", "csv", "--ids", "ids.csv"]).stdout;
    assert!(table.starts_with('\u{feff}') && table.contains("ana-ruiz,Q7,Ana Ruiz,person,"), "{table}");
}

#[test]
fn what_several_articles_have_is_found() {
    let desk = Desk::new();
    corpus(&desk);
    let said = desk.sayso(&["repeats", "run"]);
    assert_eq!(said.code, 0);
    for part in [
        "3 articles",
        "2026-02-02 to 2026-02-09",
        "Rates in the north of the country may fall",
        "b c1: Ana Ruiz said, possible (may)",
    ] {
        assert!(said.stdout.contains(part), "no `{part}` in {}", said.stdout);
    }
    assert!(said.stderr.contains("1 repeats among 3 claims of 6 words or more"), "{}", said.stderr);
    let repeat: Value = serde_json::from_str(&desk.sayso(&["repeats", "run", "--to", "jsonl"]).stdout).unwrap();
    assert_eq!(
        (&repeat["articles"], &repeat["first"], &repeat["quote"]),
        (&3.into(), &"2026-02-02".into(), &"indirect".into())
    );
    for none in [["--articles", "4"].as_slice(), &["--words", "12"], &["--direct"]] {
        let said = desk.sayso(&[&["repeats", "run"], none].concat());
        assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{none:?}");
    }
}

#[test]
fn claims_are_filtered() {
    let desk = Desk::new();
    corpus(&desk);
    for (filter, articles) in [
        (["--speaker", "ana ruiz"].as_slice(), 2),
        (&["--certainty", "possible,probable"], 3),
        (&["--type", "communication", "--text", "THE NORTH"], 3),
        (&["--confidence", "0.9"], 3),
    ] {
        let shown = desk.sayso(&[&["show", "run"], filter].concat());
        assert_eq!(shown.stdout.matches("c1\n").count(), articles, "{filter:?}: {}{}", shown.stdout, shown.stderr);
    }
    for filter in [
        ["--speaker", "bo"],
        ["--certainty", "certain"],
        ["--type", "control"],
        ["--confidence", "0.95"],
        ["--text", "x"],
    ] {
        let shown = desk.sayso(&[&["show", "run"], &filter[..]].concat());
        assert!(shown.code == 1 && shown.stderr.contains("no claim is like that"), "{filter:?}: {}", shown.stderr);
    }
}

#[test]
fn a_workbook_and_a_database_are_one_file_each() {
    let desk = Desk::new();
    corpus(&desk);
    for (to, begins) in [("xlsx", b"PK\x03\x04".as_slice()), ("sqlite", b"SQLite format 3\0")] {
        let ended = desk.sayso(&["export", "run", "--to", to, "--out", to]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        assert!(ended.stderr.contains("3 articles, 3 claims"), "{}", ended.stderr);
        assert!(std::fs::read(desk.path(to)).unwrap().starts_with(begins));
    }
    for (flag, begins) in [(None, "\u{feff}article,"), (Some("--no-bom"), "article,")] {
        let args = ["export", "run", "--to", "csv", "--out", "claims.csv"];
        assert_eq!(desk.sayso(&[&args[..], flag.as_slice()].concat()).code, 0);
        assert!(desk.read("claims.csv").starts_with(begins));
    }
}

#[test]
fn tables_and_pages_know_who_speaks_in_all_articles() {
    let desk = Desk::new();
    corpus(&desk);
    desk.put("rules", "Anna Ruiz = Ana Ruiz\n");
    let names = |more: &[&str]| {
        let args = ["export", "run", "--to", "claims", "--out", "claims.jsonl"];
        let ended = desk.sayso(&[&args, more].concat());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let row = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        let name = |row: Value| ["speaker", "speaker_corpus", "speaker_corpus_id"].map(|column| row[column].clone());
        desk.read("claims.jsonl").lines().map(row).map(name).collect::<Vec<_>>()
    };
    assert_eq!(names(&[])[2], ["Anna Ruiz", "Anna Ruiz", "anna-ruiz"]);
    assert_eq!(names(&["--aliases", "rules"])[2], ["Anna Ruiz", "Ana Ruiz", "ana-ruiz"]);
    let page = |more: &[&str]| {
        assert_eq!(desk.sayso(&[&["report", "run", "--out", "page.html"], more].concat()).code, 0);
        desk.read("page.html")
    };
    assert!(page(&[]).contains(r#""corpus":[["ana-ruiz","Ana Ruiz"],["anna-ruiz","Anna Ruiz"]]"#));
    assert!(page(&["--aliases", "rules"]).contains(r#""corpus":[["ana-ruiz","Ana Ruiz"]]"#));
}

#[test]
fn what_two_runs_have_differently_is_told() {
    let desk = Desk::new();
    corpus(&desk);
    let same = desk.sayso(&["diff", "run", "run"]);
    assert_eq!(
        (same.code, same.stdout.as_str()),
        (
            0,
            "3 articles the same, 0 changed, 0 only in A, 0 only in B\n\
        3 claims the same, 0 changed, 0 only in A, 0 only in B\n"
        )
    );
    let changed = desk.read("run/records.jsonl").replacen("\"certainty\":\"possible\"", "\"certainty\":\"certain\"", 1);
    desk.put("other.jsonl", changed.lines().take(2).map(|line| format!("{line}\n")).collect::<String>());
    let told = desk.sayso(&["diff", "run", "other.jsonl"]);
    assert_eq!(told.code, 1);
    for part in ["~ c1 Ana Ruiz said: ", "certainty: possible → certain", "c  only in A", "changed: certainty 1"] {
        assert!(told.stdout.contains(part), "no `{part}` in {}", told.stdout);
    }
    let lines = desk.sayso(&["diff", "run", "other.jsonl", "--json"]).stdout;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines[0]["claims"][0]["fields"][0],
        serde_json::json!({"field": "certainty", "a": "possible", "b": "certain"})
    );
    assert_eq!((&lines[1]["side"], &lines[2]["summary"]["fields"]["certainty"]), (&"a".into(), &1.into()));
    desk.put("bad.jsonl", "no line\n");
    assert_eq!(desk.sayso(&["diff", "run", "bad.jsonl"]).code, 2);
    let gone = desk.sayso(&["diff", "run", "gone"]);
    assert!(gone.code == 1 && gone.stderr.contains("gone"), "{}", gone.stderr);
}

#[test]
fn wire_copies_point_to_the_first_in_every_shard() {
    let desk = Desk::new();
    let story = "The pier at Skerry will stay closed until October, the harbour board said on Monday. Engineers found that the piles \
        on its northern side had rotted, said Una Fairbairn, who chairs the board. She said the ferry would call at the old slip \
        instead. Shopkeepers along the front fear for their season, and a petition has gone round the town since the weekend. \
        Nobody was hurt when a part of the deck gave way in the storm.";
    let cut = story.split(" Shopkeepers").next().unwrap().replace(',', "");
    let more = format!("{story} It had been mended in 1998, the board said.");
    let articles = [("wire", story), ("cut", &cut), ("more", &more)];
    let line = |(id, text): (&str, &str)| format!("{}\n", serde_json::json!({"id": id, "text": text}));
    desk.put("in.jsonl", articles.map(line).concat());
    let extract = |more: &[&str]| {
        let ended = desk.sayso(&[&["extract", "in.jsonl", "--quiet", "--dedupe", "near"], more].concat());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    };
    extract(&["--out", "out"]);
    let whole = desk.read("out/records.jsonl");
    let firsts: Vec<Value> =
        whole.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["duplicate_of"].clone()).collect();
    assert_eq!(firsts, [Value::Null, "wire".into(), Value::Null]);
    extract(&["--out", "1", "--shard", "1/2"]);
    extract(&["--out", "2", "--shard", "2/2"]);
    assert_eq!(desk.sayso(&["merge", "1", "2", "--out", "merged"]).code, 0);
    assert_eq!(desk.read("merged/records.jsonl"), whole);
    let exact = desk.sayso(&["extract", "in.jsonl", "--out", "out", "--dedupe"]);
    assert!(exact.code == 1 && exact.stderr.contains("dedupe"), "{}", exact.stderr);
}
