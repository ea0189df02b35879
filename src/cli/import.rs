//! `sayso import`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use sayso::export::Piece;
use sayso::import::{self, Corrected, Format};
use sayso::speakers::Known;
use sayso::visible::counted;

use super::write::{Target, left_out, write};
use super::{Ending, say};

/// Read annotations back as gold, for `sayso eval` and for training
///
/// Gold is JSON Lines, an article a line: {"id", "text", "attributions": [{"id", "source", "cue", "content"}, …],
/// "cues": [{"start", "end", "class"}, …]}, with offsets in Unicode code points. From Label Studio and brat, an
/// attribution also has quote, type, certainty, polarity and speaker: {"name"}, where they are entered. What the page of
/// `sayso report` saves is gold already, with all of that, "within" and "checked". It is printed, or written to --out.
///
/// Exit codes: 0 done, 1 could not start or finish, 2 finished, but some articles were left out.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What the tool exported: a file, or a folder for brat and inception
    path: PathBuf,

    /// The tool
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: Format,

    /// The records that were corrected in the page of `sayso report`: write them with the corrections, instead of gold
    #[arg(long, value_name = "RECORDS", requires = "out")]
    records: Option<PathBuf>,

    /// The gold [default: standard output], or the corrected records
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let imported = import::read(args.from, &args.path)?;
    if let (Some(records), Some(out)) = (&args.records, &args.out) {
        if args.from != Format::Report {
            bail!("--records takes corrections of --from report alone; leave it out, and score with sayso eval");
        }
        let read = left_out(&imported.rejects, "articles");
        let mut corrected = Corrected::new(imported.gold);
        let written =
            write(records, &Known::default(), &mut corrected, || Target::file(out), &out.display().to_string())?;
        return Ok(if let Ending::Done = read { written } else { read });
    }
    let mut lines = Vec::new();
    for gold in &imported.gold {
        serde_json::to_writer(&mut lines, gold).context("gold has only string keys")?;
        lines.push(b'\n');
    }
    match &args.out {
        Some(path) => {
            let mut target = Target::file(path)?;
            target.append(&Piece { file: String::new(), bytes: lines })?;
            target.finish()?;
        }
        None => anstream::stdout().lock().write_all(&lines)?,
    }
    for (label, spans) in &imported.other_labels {
        say(&format!("warning: {spans} spans with the label {label}, which is not one of sayso's, were passed over"));
    }
    if imported.untouched > 0 {
        let are = if imported.untouched == 1 { "is" } else { "are" };
        say(&format!("{} {are} not annotated yet", counted(imported.untouched as u64, "article")));
    }
    let claims = imported.gold.iter().flat_map(|gold| gold.attributions.iter().flatten()).count();
    let hedges = imported.gold.iter().flat_map(|gold| gold.hedges.iter().flatten()).count();
    let counts = [(imported.gold.len(), "article"), (claims, "claim"), (hedges, "hedge")];
    say(&counts.map(|(number, one)| counted(number as u64, one)).join(", "));
    Ok(left_out(&imported.rejects, "articles"))
}
