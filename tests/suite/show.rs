use super::Desk;

const TEXT: &str = "The central bank said rates would rise. “It is late,” Ana Ruiz told reporters.";

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
        for part in ["Talks", "The central bank", "said", "rates would rise", "Ana Ruiz", "direct", "no claims"] {
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

#[test]
fn a_speaker_has_all_that_it_claims() {
    let desk = Desk::new();
    let text =
        "Ana Ruiz, the mayor of Lund, said the talks would resume. Traders said it was late. “It is not,” Ruiz said.";
    desk.put("in/a.txt", format!("date: 2026-03-01\n\n{text}")).put("in/b.txt", format!("date: 2026-03-04\n\n{text}"));
    assert_eq!(desk.sayso(&["extract", "in", "--out", "out"]).code, 0);

    let shown = desk.sayso(&["show", "out", "--by", "speaker", "--id", "a"]).stdout;
    let [ruiz, resume, late, traders] =
        ["Ana Ruiz  person, mayor, Lund", "would resume", "It is not", "Traders  group, not named"]
            .map(|part| shown.find(part).unwrap_or_else(|| panic!("no `{part}` in {shown}")));
    assert!(ruiz < resume && resume < late && late < traders, "{shown}");
}
