//! `sayso show`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::ValueEnum;
use sayso::record::{AttributionType, Claimed, Hedge, Polarity, Span, Speaker};
use sayso::visible::{visible, visible_record};
use sayso::{Record, records};
use textwrap::Options;

use super::filter::Filter;
use super::{Ending, one_line, records_file, style};

/// Print the claims of a run for reading: speaker, cue, content
///
/// After the cue stand the quote type, the type of attribution if it is none of communication, how firmly the claim is
/// presented and by what hedges it is weakened, the tagger's confidence and the claim's id in the record.
///
/// With filters, articles that have no such claim are left out:
///   sayso show out --speaker ruiz --certainty possible,probable
///   sayso show out --text "interest rate" --confidence 0.9
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// A records.jsonl, or the folder that holds it
    #[arg(default_value = "outputs/run")]
    records: PathBuf,

    /// Only the article with this id
    #[arg(long)]
    id: Option<String>,

    /// In what order: as they stand in the text, or what each speaker claims together
    #[arg(long, value_enum, default_value = "text")]
    by: Order,

    #[command(flatten)]
    filter: Filter,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Order {
    Text,
    Speaker,
}

/// What stands in a speaker's place where there is none.
const NOBODY: &str = "(nobody named)";

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let path = records_file(&args.records);
    let mut out = anstream::stdout().lock();
    let width = textwrap::termwidth().min(100);
    let mut shown = false;
    for record in records::read(&path)? {
        let mut record = visible_record(record?);
        args.filter.apply(&mut record);
        let is_wanted = args.filter.is_empty() || !record.claims.is_empty();
        if is_wanted && args.id.as_ref().is_none_or(|id| visible(id) == record.id) {
            if shown {
                writeln!(out)?;
            }
            article(&mut out, &record, args.by, width)?;
            shown = true;
        }
    }
    match &args.id {
        Some(id) if !shown && args.filter.is_empty() => bail!("{}: no article has the id `{id}`", path.display()),
        _ if !shown && !args.filter.is_empty() => bail!("{}: no claim is like that; ask for less", path.display()),
        _ => Ok(Ending::Done),
    }
}

fn article(out: &mut impl Write, record: &Record, by: Order, width: usize) -> Result<()> {
    let (title, faint) = (style::TITLE, style::FAINT);
    if let Some(text) = &record.title {
        writeln!(out, "{title}{text}{title:#}")?;
    }
    let facts = [Some(&record.id), record.date.as_ref(), record.publisher.as_ref(), record.author.as_ref()];
    let facts: Vec<_> = facts.into_iter().flatten().map(String::as_str).collect();
    writeln!(out, "{faint}{}{faint:#}", facts.join(" · "))?;
    if let Some(first) = &record.duplicate_of {
        writeln!(out, "\n  {faint}the same text as {first}{faint:#}")?;
    } else if record.claims.is_empty() {
        writeln!(out, "\n  {faint}no claims{faint:#}")?;
    }
    match by {
        Order::Text => {
            for claim in &record.claims {
                writeln!(out)?;
                self::claim(out, record, claim, width)?;
            }
        }
        Order::Speaker => {
            let speakers = record.speakers.iter().map(Some).chain([None]);
            for speaker in speakers {
                let of = |claim: &&Claimed| claim.speaker.as_ref() == speaker.map(|speaker| &speaker.id);
                let claims: Vec<&Claimed> = record.claims.iter().filter(of).collect();
                if !claims.is_empty() {
                    writeln!(out)?;
                    self::speaker(out, record, speaker, &claims, width)?;
                }
            }
        }
    }
    Ok(())
}

/// A speaker with kind, role and affiliation, and all that it claims.
fn speaker(
    out: &mut impl Write,
    record: &Record,
    speaker: Option<&Speaker>,
    claims: &[&Claimed],
    width: usize,
) -> Result<()> {
    let (name, faint) = (style::SPEAKER, style::FAINT);
    let Some(speaker) = speaker else {
        writeln!(out, "  {name}{NOBODY}{name:#}")?;
        return claims.iter().try_for_each(|claim| said(out, record, claim, width));
    };
    let about = [&speaker.role, &speaker.affiliation].into_iter().flatten().map(|span| one_line(&span.text));
    let kind = speaker.kind.to_string();
    let named = (!speaker.named).then(|| "not named".to_owned());
    let facts: Vec<String> = [kind].into_iter().chain(named).chain(about).collect();
    writeln!(out, "  {name}{}{name:#}  {faint}{}{faint:#}", speaker.name, facts.join(", "))?;
    claims.iter().try_for_each(|claim| said(out, record, claim, width))
}

fn claim(out: &mut impl Write, record: &Record, claim: &Claimed, width: usize) -> Result<()> {
    let speaker = style::SPEAKER;
    let name = match (&claim.speaker, &claim.source) {
        (Some(id), _) => record.speakers.iter().find(|s| s.id == *id).map_or("?".into(), |s| s.name.clone()),
        (None, Some(source)) => format!("{} (nobody that the text names)", one_line(&source.text)),
        (None, None) => NOBODY.to_owned(),
    };
    write!(out, "  {speaker}{name}{speaker:#}")?;
    said(out, record, claim, width)
}

/// The cue, what is to be known of the claim, and its content.
fn said(out: &mut impl Write, record: &Record, claim: &Claimed, width: usize) -> Result<()> {
    let (cue, faint) = (style::CUE, style::FAINT);
    if let Some(span) = &claim.cue {
        write!(out, "  {cue}{}{cue:#}", one_line(&span.text))?;
    }
    let hedges: Vec<&Hedge> = record.hedges.iter().filter(|hedge| claim.hedges.contains(&hedge.id)).collect();
    writeln!(out, "  {faint}{}{faint:#}", facts(claim, &hedges))?;

    let fragments: Vec<_> = claim.content.iter().map(|span| marked(span, &hedges)).collect();
    let content = fragments.join(" … ");
    let options = Options::new(width).initial_indent("    ").subsequent_indent("    ");
    writeln!(out, "{}", textwrap::fill(&content, options))?;
    Ok(())
}

/// `direct, possible (may), 0.97, c13`
fn facts(claim: &Claimed, hedges: &[&Hedge]) -> String {
    // What is most frequent goes without saying.
    let attribution = claim.attribution.filter(|&attribution| attribution != AttributionType::Communication);
    let attribution = attribution.map_or_else(String::new, |attribution| format!(", {attribution}"));
    let mut out = format!("{}{attribution}, {}", claim.quote, claim.certainty);
    if !hedges.is_empty() {
        let cues: Vec<_> = hedges.iter().map(|hedge| one_line(&hedge.text)).collect();
        out += &format!(" ({})", cues.join(", "));
    }
    if claim.polarity == Polarity::Negative {
        out += ", negative";
    }
    out + &format!(", {:.2}, {}", claim.confidence, claim.id)
}

/// A fragment on one line, with its hedges in their colour.
fn marked(fragment: &Span, hedges: &[&Hedge]) -> String {
    let mut out = String::new();
    for (at, c) in (fragment.start..).zip(fragment.text.chars()) {
        if hedges.iter().any(|hedge| hedge.start == at) {
            out += &style::HEDGE.render().to_string();
        }
        out.push(c);
        if hedges.iter().any(|hedge| hedge.end == at + 1) {
            out += &style::HEDGE.render_reset().to_string();
        }
    }
    one_line(&out)
}
