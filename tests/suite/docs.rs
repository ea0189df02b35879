use std::path::Path;
use std::process::Command;

/// All but what is slow, takes a port, or is for a person; `scripts/check/docs` runs the rest.
#[test]
fn readme_and_book_show_what_comes_out() {
    let console = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/check/console");
    let mut command = Command::new("python3");
    command.arg(console).arg("--quick").env("SAYSO", assert_cmd::cargo::cargo_bin!("sayso"));
    let ended = command.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{said}{}", String::from_utf8_lossy(&ended.stderr));
    let fine = |line: &&str| [": as shown", ": it runs"].iter().any(|end| line.contains(end));
    assert!(said.lines().filter(fine).count() > 10, "{said}");
}
