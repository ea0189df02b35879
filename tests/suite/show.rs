use super::Desk;

const TEXT: &str = "The minister said the talks would resume. “It is late,” Ana Ruiz told reporters.";

fn run(desk: &Desk) {
    desk.put("in/a.txt", format!("title: Talks\n\n{TEXT}"))
        .put("in/b.txt", "The train left at noon, and the station was quiet.");
    assert_eq!(desk.sayso(&["extract", "in", "--out", "out"]).code, 0);
}

#[test]
fn claims_are_printed_for_reading() {
    let desk = Desk::new();
    run(&desk);
    for records in ["out", "out/records.jsonl"] {
        let ended = desk.sayso(&["show", records]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        for part in ["Talks", "The minister", "said", "the talks would resume", "Ana Ruiz", "direct", "no claims"] {
            assert!(ended.stdout.contains(part), "no `{part}` in {}", ended.stdout);
        }
        assert!(!ended.stdout.contains('\u{1b}'), "no colours where nobody sees them");
    }
    let one = desk.sayso(&["show", "out", "--id", "b"]).stdout;
    assert!(one.contains("no claims") && !one.contains("Talks"), "{one}");
}

#[test]
fn what_cannot_be_shown_is_named() {
    let desk = Desk::new();
    run(&desk);
    desk.put("bad.jsonl", "{\"schema\": \"other\"}\n");
    for (args, part) in [
        (["show", "out", "--id", "z"].as_slice(), "no article has the id `z`"),
        (&["show", "gone"], "gone"),
        (&["show", "bad.jsonl"], "bad.jsonl:1"),
    ] {
        let ended = desk.sayso(args);
        assert_eq!(ended.code, 1);
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
}
