//! What commands that print tables have in common.

use std::io::Write;

use anyhow::Result;
use sayso::export::csv::Mark;
use serde::Serialize;

/// How CSV begins.
#[derive(Debug, clap::Args)]
pub(crate) struct Bom {
    /// Write CSV without the byte order mark that Excel needs to read it as UTF-8
    #[arg(long)]
    no_bom: bool,
}

impl Bom {
    pub(crate) fn mark(&self) -> Mark {
        if self.no_bom { Mark::None } else { Mark::Written }
    }
}

/// An object a line.
pub(crate) fn json_lines(out: &mut impl Write, all: &[impl Serialize]) -> Result<()> {
    for one in all {
        serde_json::to_writer(&mut *out, one)?;
        writeln!(out)?;
    }
    Ok(())
}
