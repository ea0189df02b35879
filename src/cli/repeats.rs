//! `sayso repeats`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;
use sayso::record::Quote;
use sayso::repeats::{self, Gather, LEAST_WORDS, Options, Repeat, Said};
use sayso::visible::visible;
use textwrap::Options as Wrapping;

use super::progress::Progress;
use super::speakers::Merging;
use super::table::{Bom, json_lines};
use super::write::left_out;
use super::{Ending, one_line, progress, say, share, style};

/// Print what several articles quote: who said it, where first, with which attributions and hedges
///
/// Contents of claims are compared word by word. They are the same also where one is cut, has
/// other quotation marks or a changed word, but not where a number differs or one has a "not"
/// that the other lacks. Direct quotations come first, and among them what most articles have.
/// An article that is marked as a duplicate of another has no claims, and does not count.
///
/// --overlap says how much of the shorter one has to be in the other: words that match, less
/// those that do not, by its words.
///
/// Speakers are put together over articles as by `sayso speakers`. Where articles have the
/// words of different speakers, that is said: one may be wrong, or spoke for another.
///
///   sayso repeats outputs/june --direct --articles 3
///   sayso repeats outputs/june --to jsonl | jq 'select(.differing_speakers)'
///
/// Exit codes: 0 done, 1 could not start or finish, 2 finished, but some records were left out.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// A records.jsonl, or the folder that holds it
    records: PathBuf,

    /// What to print
    #[arg(long, value_enum, value_name = "FORM", default_value = "table")]
    to: Form,

    /// Only what somebody quotes directly
    #[arg(long)]
    direct: bool,

    /// Only what at least so many articles have
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u64).range(2..))]
    articles: u64,

    /// Only contents of at least so many words
    #[arg(long, value_name = "N", default_value_t = LEAST_WORDS as u64, value_parser = clap::value_parser!(u64).range(LEAST_WORDS as u64..))]
    words: u64,

    /// How much of the shorter one has to be in the other, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.6, value_parser = share)]
    overlap: f32,

    #[command(flatten)]
    merging: Merging,

    #[command(flatten)]
    bom: Bom,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// For reading
    Table,
    /// A row a claim, for spreadsheets
    Csv,
    /// An object a repeat, with all its claims
    Jsonl,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let mut gather = Gather::new(Options {
        words: usize::try_from(args.words)?,
        overlap: args.overlap.into(),
        articles: usize::try_from(args.articles)?,
        speakers: args.merging.options()?,
    });
    let rejects = progress::each(&args.records, |record| gather.add(&record))?;
    let claims = gather.claims();
    let mut progress = Progress::new("comparing");
    let mut repeats = gather.finish(&mut |share| progress.set(share));
    drop(progress);
    if args.direct {
        repeats.retain(|repeat| repeat.quote == Quote::Direct);
    }
    let mut out = anstream::stdout().lock();
    match args.to {
        Form::Table => repeats.iter().try_for_each(|repeat| show(&mut out, repeat))?,
        Form::Csv => out.write_all(&repeats::csv(&repeats, args.bom.mark()))?,
        Form::Jsonl => json_lines(&mut out, &repeats)?,
    }
    say(&format!("{} repeats among {claims} claims of {} words or more", repeats.len(), args.words));
    Ok(left_out(&rejects, "records"))
}

fn show(out: &mut impl Write, repeat: &Repeat) -> Result<()> {
    let (title, name, faint) = (style::TITLE, style::SPEAKER, style::FAINT);
    let width = textwrap::termwidth().min(100);
    let dates = match (&repeat.first, &repeat.last) {
        (Some(first), Some(last)) if first != last => format!(", {first} to {last}"),
        (Some(first), _) => format!(", {first}"),
        _ => String::new(),
    };
    writeln!(out, "{title}{} articles{title:#}{faint}{dates}{faint:#}", repeat.articles)?;
    let text = visible(&repeat.text);
    writeln!(out, "{}", textwrap::fill(&text, Wrapping::new(width).initial_indent("  ").subsequent_indent("  ")))?;
    let voices: Vec<String> = repeat
        .speakers
        .iter()
        .map(|voice| format!("{} ({})", visible(&one_line(&voice.name)), voice.articles))
        .collect();
    let differing = if repeat.differing_speakers { "  different speakers" } else { "" };
    writeln!(out, "  {name}{}{name:#}{faint}{differing}{faint:#}", voices.join(", "))?;
    for claim in &repeat.claims {
        writeln!(out, "    {faint}{}{faint:#}", visible(&one_line(&where_said(claim))))?;
    }
    writeln!(out)?;
    Ok(())
}

/// `2026-02-10  Northline  rouen-silo-blast c2: Vasseur told, certain (may)`
fn where_said(claim: &Said) -> String {
    let place = [claim.date.as_deref(), claim.publisher.as_deref()];
    let place: String = place.into_iter().flatten().map(|part| format!("{part}  ")).collect();
    let who = [claim.speaker.as_deref(), claim.cue.as_deref()];
    let who: Vec<&str> = who.into_iter().flatten().collect();
    let who = if who.is_empty() { "nobody named".to_owned() } else { who.join(" ") };
    let hedges = if claim.hedges.is_empty() { String::new() } else { format!(" ({})", claim.hedges.join(", ")) };
    format!("{place}{} {}: {who}, {}{hedges}", claim.article, claim.claim, claim.certainty)
}
