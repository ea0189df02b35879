use super::{Desk, Span, corpus};

const BRIDGE: &str = "title: Bridge to close\ndate: March 3, 2026\nsection: local\n\n\
“The deck is worn through,” said Ana Çelik, the city engineer 📉. “We cannot wait for the spring.”\n\n\
Çelik added that the repairs may take a year. According to the mayor, the toll will stay.\r\n";

#[test]
fn an_article_becomes_a_record() {
    let desk = Desk::new();
    desk.put("news/bridge.txt", BRIDGE);
    let ended = desk.sayso(&["extract", "news", "--out", "out"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("1 article, ") && ended.stderr.contains("out/records.jsonl"), "{}", ended.stderr);
    assert!(!desk.path("out/rejects.jsonl").exists());

    let [record] = &desk.records("out")[..] else { panic!("one article, one record") };
    assert_eq!((record.schema.as_str(), record.id.as_str()), ("sayso.record/2", "bridge"));
    assert_eq!((record.title.as_deref(), record.date.as_deref()), (Some("Bridge to close"), Some("2026-03-03")));
    assert_eq!(record.meta["section"], "local");
    assert!(record.text.starts_with('“') && !record.text.contains('\r'));

    let said = record.claim("said");
    assert_eq!(said.quote, "direct");
    assert!(said.source.as_ref().is_some_and(|s| s.text.starts_with("Ana Çelik")), "{said:#?}");
    let halves: Vec<_> = said.content.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(halves, ["“The deck is worn through,”", "“We cannot wait for the spring.”"]);

    let added = record.claim("added");
    assert_eq!((added.quote.as_str(), added.certainty.as_str()), ("indirect", "possible"));
    let may = record.hedges.iter().find(|h| h.text == "may").expect("`may` is a hedge");
    assert_eq!((may.class.as_str(), may.claim.as_ref()), ("epistemic", Some(&added.id)));
    assert_eq!(said.certainty, "certain");
    assert_eq!(added.source.as_ref().map(|s| s.text.as_str()), Some("Çelik"));
    let according = record.claim("According to");
    assert_eq!(according.source.as_ref().map(|s| s.text.as_str()), Some("the mayor"));
}

#[test]
fn offsets_are_code_points_and_every_span_carries_its_text() {
    let desk = Desk::new();
    desk.put("bridge.txt", BRIDGE);
    desk.sayso(&["extract", "bridge.txt", &corpus(), "--out", "out", "--quiet"]);
    let records = desk.records("out");
    assert_eq!(records.len(), 16);
    for record in &records {
        let text: Vec<char> = record.text.chars().collect();
        assert!(!record.claims.is_empty(), "{}", record.id);
        for span in record.spans() {
            assert_eq!(text[span.start..span.end].iter().collect::<String>(), span.text);
        }
        for hedge in &record.hedges {
            assert_eq!(text[hedge.start..hedge.end].iter().collect::<String>(), hedge.text);
            let tied = record.claims.iter().find(|c| c.hedges.contains(&hedge.id));
            assert_eq!(hedge.claim.as_ref(), tied.map(|c| &c.id), "both say the same");
        }
        for claim in &record.claims {
            assert!((0.0..=1.0).contains(&claim.confidence));
            assert!(!claim.content.is_empty() && !claim.sentences.is_empty());
            assert!(claim.sentences.iter().all(|&s| s < record.sentences.len()));
            if let Some(id) = &claim.speaker {
                let speaker = record.speakers.iter().find(|s| s.id == *id).expect("the speaker is in the record");
                // A quotation may be somebody's whom its sentence does not name.
                let is_mention = |source: &Span| speaker.mentions.iter().any(|mention| mention.start == source.start);
                assert!(claim.source.as_ref().is_none_or(is_mention), "it is one of the mentions");
            }
        }
    }
}

#[test]
fn the_bytes_depend_on_neither_the_run_nor_the_threads() {
    let desk = Desk::new();
    for (out, threads) in [("a", "2"), ("b", "2"), ("c", "1"), ("d", "3")] {
        assert_eq!(desk.sayso(&["extract", &corpus(), "--out", out, "--threads", threads]).code, 0);
    }
    let first = desk.read("a/records.jsonl");
    for out in ["b", "c", "d"] {
        assert!(first == desk.read(&format!("{out}/records.jsonl")), "{out} differs");
    }
}

#[test]
#[cfg(feature = "rust-bert")]
fn int8_and_fp32_find_nearly_the_same() {
    let desk = Desk::new();
    for dtype in ["int8", "fp32"] {
        assert_eq!(desk.sayso(&["extract", &corpus(), "--out", dtype, "--dtype", dtype, "--quiet"]).code, 0);
    }
    let contents = |dtype: &str| -> Vec<(String, usize, usize)> {
        let records = desk.records(dtype);
        let of = |r: &super::Record| {
            let spans = r.claims.iter().flat_map(|c| &c.content).map(|s| (r.id.clone(), s.start, s.end));
            spans.collect::<Vec<_>>()
        };
        records.iter().flat_map(of).collect()
    };
    // They do compute differently: somewhere a last digit differs.
    assert!(desk.read("int8/records.jsonl") != desk.read("fp32/records.jsonl"), "both compute in one format");
    let (int8, fp32) = (contents("int8"), contents("fp32"));
    let same = int8.iter().filter(|c| fp32.contains(c)).count();
    assert!(same * 100 >= 95 * fp32.len().max(int8.len()), "{same} of {} and {}", int8.len(), fp32.len());
}

#[test]
fn standard_input_is_read_as_text_or_json_lines() {
    let desk = Desk::new();
    let json = "{\"id\": \"x\", \"body\": \"The mayor said it was late.\", \"source\": \"Desk\", \"words\": 6}\n";
    for (stdin, id) in [(BRIDGE, "stdin"), (json, "x")] {
        let ended = desk.sayso_fed(&["extract", "-", "--out", "out", "--overwrite"], stdin);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let records = desk.records("out");
        assert_eq!((records.len(), records[0].id.as_str()), (1, id));
        assert!(!records[0].claims.is_empty());
    }
    let record = &desk.records("out")[0];
    assert_eq!((record.publisher.as_deref(), record.meta["words"].as_u64()), (Some("Desk"), Some(6)));
}

#[test]
fn the_manifest_says_what_was_run() {
    let desk = Desk::new();
    desk.put("bridge.txt", BRIDGE);
    desk.sayso(&["extract", "bridge.txt", "--out", "out", "--threads", "1", "--dtype", "int8"]);
    let run: serde_json::Value = serde_json::from_str(&desk.read("out/run.json")).unwrap();
    assert_eq!(run["counts"]["articles"], 1);
    assert_eq!(run["fingerprint"]["dtype"], "int8");
    assert_eq!(run["inputs"][0], "bridge.txt");
    assert_eq!(run["fingerprint"]["model"].as_str(), Some(desk.records("out")[0].model.as_str()));
}

#[test]
fn quiet_is_silent() {
    let desk = Desk::new();
    desk.put("bridge.txt", BRIDGE);
    let ended = desk.sayso(&["extract", "bridge.txt", "--out", "out", "--quiet"]);
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
}

#[test]
fn less_sure_claims_can_be_left_out() {
    let desk = Desk::new();
    for (out, least) in [("all", "0"), ("sure", "0.9")] {
        let args = ["extract", &corpus(), "--out", out, "--quiet", "--min-confidence", least];
        assert_eq!(desk.sayso(&args).code, 0);
    }
    let confidences = |out| desk.records(out).iter().flat_map(|r| &r.claims).map(|c| c.confidence).collect::<Vec<_>>();
    let (all, sure) = (confidences("all"), confidences("sure"));
    assert!(sure.iter().all(|&c| c >= 0.9) && sure.len() >= all.iter().filter(|&&c| c > 0.9).count());
    assert!(!sure.is_empty() && sure.len() < all.len());
    assert_eq!(desk.sayso(&["extract", "x.txt", "--min-confidence", "2"]).code, 1);
}
