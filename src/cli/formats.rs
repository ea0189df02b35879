//! `sayso formats`: what is read, and how it is told.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use anyhow::Result;
use sayso::ingest;
use textwrap::Options;

use super::Ending;

/// List the formats that are read, and how each is told from the others
///
/// What a stream begins with counts before its name, so that files with other names, and standard input, are read as what
/// they are. `--format` says it outright.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Columns of the names.
const INDENT: &str = "                             ";

pub(crate) fn run(_: &Args) -> Result<Ending> {
    let mut out = String::new();
    let width = textwrap::termwidth().clamp(60, 100);
    for format in ingest::formats() {
        let endings: Vec<String> = format.extensions.iter().map(|extension| format!(".{extension}")).collect();
        let head = format!("{:<14} {:<13} ", format.name, endings.join(" "));
        // A longer list of endings takes a line of its own.
        if head.len() > INDENT.len() {
            writeln!(out, "{}", head.trim_end())?;
        }
        let first = if head.len() > INDENT.len() { INDENT } else { &head };
        let options = Options::new(width).initial_indent(first).subsequent_indent(INDENT);
        writeln!(out, "{}", textwrap::fill(format.about, options))?;
    }
    let packed: Vec<String> = ingest::compressions().iter().map(|extension| format!(".{extension}")).collect();
    writeln!(out, "\nCompressed files are opened first: {}", packed.join(" "))?;
    io::stdout().write_all(out.as_bytes())?;
    Ok(Ending::Done)
}
