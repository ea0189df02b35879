//! The programs in `examples/`, as somebody runs who begins with them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Desk;

const GOLD: &str = concat!(
    r#"{"id": "bridge", "attributions": [{"source": [[0, 9]], "cue": [[10, 14]], "content": [[15, 40]]}], "#,
    r#""text": "The mayor said that the bridge may close."}"#
);

/// What an example prints, run in the checkout, where the model lies.
fn example(name: &str, args: &[&Path], stdin: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_sayso")).with_file_name("examples").join(name);
    let mut command = Command::new(&program);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args);
    let mut running = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    running.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let output = running.wait_with_output().unwrap();
    assert!(output.status.success(), "{name}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_examples_do_what_they_say() {
    const TEXT: &str = "The mayor said that the bridge may close.";
    assert_eq!(example("tag", &[], TEXT), "The mayor (possible): that the bridge may close\n");

    let desk = Desk::new();
    desk.put("in/bridge.txt", TEXT).put("in/dam.txt", "Ada Holt said that the dam holds.").put("gold.jsonl", GOLD);
    let said = example("corpus", &[&desk.path("in"), &desk.path("out")], "");
    assert!(said.contains("100 %: 2 claims") && said.ends_with("Finished: 2 records\n"), "{said}");

    let records = desk.path("out/records.jsonl");
    assert_eq!(example("export", &[&records], ""), "1\tAda Holt\n");
    let scored = example("score", &[&desk.path("gold.jsonl"), &records], "");
    assert!(scored.starts_with("1 articles, 0 without a record\n") && scored.contains("attr_full: 100.0"), "{scored}");
}
