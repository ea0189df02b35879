//! `sayso show`.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use sayso::Record;
use sayso::record::{Claimed, Quote, SCHEMA};
use textwrap::Options;

use super::{Ending, style};

/// Print the claims of a run for reading: speaker, cue, content
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A records.jsonl, or the folder that holds it
    records: PathBuf,

    /// Only the article with this id
    #[arg(long)]
    id: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let path = if args.records.is_dir() { args.records.join("records.jsonl") } else { args.records.clone() };
    let file = File::open(&path).with_context(|| format!("{}: cannot be opened", path.display()))?;
    let mut out = anstream::stdout().lock();
    let width = textwrap::termwidth().min(100);
    let mut shown = false;
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let place = || format!("{}:{}", path.display(), number + 1);
        let record: Record = serde_json::from_str(&line.with_context(place)?)
            .with_context(|| format!("{}: not a record of {SCHEMA}; run `sayso extract` again", place()))?;
        if record.schema != SCHEMA {
            bail!("{}: a record of {}, but this sayso reads {SCHEMA}", place(), record.schema);
        }
        if args.id.as_ref().is_none_or(|id| *id == record.id) {
            if shown {
                writeln!(out)?;
            }
            article(&mut out, &record, width)?;
            shown = true;
        }
    }
    match &args.id {
        Some(id) if !shown => bail!("{}: no article has the id `{id}`", path.display()),
        _ => Ok(Ending::Done),
    }
}

fn article(out: &mut impl Write, record: &Record, width: usize) -> Result<()> {
    let (title, faint) = (style::TITLE, style::FAINT);
    if let Some(text) = &record.title {
        writeln!(out, "{title}{text}{title:#}")?;
    }
    let facts = [Some(&record.id), record.date.as_ref(), record.publisher.as_ref(), record.author.as_ref()];
    let facts: Vec<_> = facts.into_iter().flatten().map(String::as_str).collect();
    writeln!(out, "{faint}{}{faint:#}", facts.join(" · "))?;
    if record.claims.is_empty() {
        writeln!(out, "\n  {faint}no claims{faint:#}")?;
    }
    for claim in &record.claims {
        writeln!(out)?;
        self::claim(out, record, claim, width)?;
    }
    Ok(())
}

fn claim(out: &mut impl Write, record: &Record, claim: &Claimed, width: usize) -> Result<()> {
    let (speaker, cue, faint) = (style::SPEAKER, style::CUE, style::FAINT);
    let name = match &claim.speaker {
        Some(id) => record.speakers.iter().find(|s| s.id == *id).map_or("?", |s| &s.name),
        None => "(nobody named)",
    };
    let kind = match claim.quote {
        Quote::Direct => "direct",
        Quote::Indirect => "indirect",
        Quote::Mixed => "mixed",
    };
    write!(out, "  {speaker}{name}{speaker:#}")?;
    if let Some(span) = &claim.cue {
        write!(out, "  {cue}{}{cue:#}", one_line(&span.text))?;
    }
    writeln!(out, "  {faint}{kind} {:.2} {}{faint:#}", claim.confidence, claim.id)?;
    let fragments: Vec<_> = claim.content.iter().map(|span| one_line(&span.text)).collect();
    let content = fragments.join(" … ");
    let options = Options::new(width).initial_indent("    ").subsequent_indent("    ");
    writeln!(out, "{}", textwrap::fill(&content, options))?;
    Ok(())
}

/// White space folded, so that a claim over several paragraphs stays one.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
