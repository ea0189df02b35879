//! `sayso speakers`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;
use sayso::Reject;
use sayso::speakers::{self, Aliases, Gather, Ids, Known, Options, Speaker};
use sayso::visible::visible;
use textwrap::core::display_width;

use super::table::{Bom, json_lines};
use super::write::left_out;
use super::{Ending, one_line, progress, records_file, say, share, style};

/// Print who speaks in a run: names, kind, role, articles, claims, how many of them are hedged
///
/// The speakers of different articles are put together where they are the same:
///   - names that are the same but for accents, titles, legal forms (Kestrel Corp.), middle
///     names (Ana M. Ruiz), forms of the given name (Bill, William), a letter;
///   - a surname alone, where the corpus has one such person, or one whose given name, role or
///     affiliation the article has;
///   - acronyms and short names of bodies (WHO, Kestrel for Kestrel Equities).
///
/// Each of these has a reason and a probability, which JSON Lines show; what is less likely
/// than --least stays apart. Speakers without a proper name ("the company", "analysts") are
/// another one in each article, and are left out. Two persons of one full name are one here,
/// unless a rule says otherwise.
///
/// --aliases FILE has rules that come before all of this, one a line. Names are compared
/// without regard to case and accents:
///   # what begins so is passed over
///   Ruiz = Ana Ruiz                  the name means this one, in all articles
///   Ruiz @ june/14 = Bo Ruiz         … in the article with this id
///   Ana Ruiz != Ana M. Ruiz          these are never put together
///
/// --to reconcile writes a file for OpenRefine's reconciliation, or to fill in by hand:
/// reconcile the column "query", put the ids that you find (Wikidata's, your own) into
/// "external_id", export it as CSV, and name it with --ids.
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

    #[command(flatten)]
    merging: Merging,

    /// Ids of your own for speakers: a file that --to reconcile wrote, with "external_id" filled in
    #[arg(long, value_name = "FILE")]
    ids: Option<PathBuf>,

    #[command(flatten)]
    bom: Bom,
}

/// How speakers are put together over articles.
#[derive(Debug, clap::Args)]
pub(crate) struct Merging {
    /// Rules about who is who, which come before all others: NAME = NAME, NAME @ ARTICLE = NAME, NAME != NAME
    #[arg(long, value_name = "FILE")]
    aliases: Option<PathBuf>,

    /// How likely two names have to mean the same to be put together, from 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.75, value_parser = share)]
    least: f32,
}

impl Merging {
    pub(crate) fn options(&self) -> Result<Options> {
        let aliases = self.aliases.as_deref().map(Aliases::read).transpose()?.unwrap_or_default();
        Ok(Options { least: self.least.into(), aliases })
    }
}

/// Who speaks in all of what is written, by whatever name in each article.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Speakers over articles, as sayso speakers puts them together")]
pub(crate) struct Naming {
    #[command(flatten)]
    merging: Merging,

    /// Ids of your own for speakers: a file that `sayso speakers --to reconcile` wrote, with "external_id" filled in
    #[arg(long, value_name = "FILE")]
    ids: Option<PathBuf>,
}

impl Naming {
    /// Goes through the records of `named` for their speakers; what is a pipe can be read only once, and nobody is known.
    pub(crate) fn known(&self, named: &Path) -> Result<Known> {
        let path = records_file(named);
        if path.exists() && !path.is_file() {
            say("speakers are not put together over articles: that takes a file, which can be read twice");
            return Ok(Known::default());
        }
        // What cannot be read is told of when it is written.
        let (speakers, _) = gathered(named, &self.merging, self.ids.as_deref())?;
        Ok(Known::new(speakers))
    }
}

/// Who speaks in the records of `named`, put together over articles, and what is no record there.
fn gathered(named: &Path, merging: &Merging, ids: Option<&Path>) -> Result<(Vec<Speaker>, Vec<Reject>)> {
    let (options, ids) = (merging.options()?, ids.map(Ids::read).transpose()?);
    let mut gather = Gather::default();
    let rejects = progress::each(named, |record| gather.add(&record))?;
    let mut speakers = gather.finish(&options);
    if let Some(ids) = ids {
        ids.give(&mut speakers);
    }
    Ok((speakers, rejects))
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// For reading
    Table,
    /// A row a speaker, for spreadsheets
    Csv,
    /// An object a speaker, with all names, reasons, and where it is found
    Jsonl,
    /// CSV to reconcile with other data
    Reconcile,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let (speakers, rejects) = gathered(&args.records, &args.merging, args.ids.as_deref())?;
    let mut out = anstream::stdout().lock();
    match args.to {
        Form::Table => table(&mut out, &speakers)?,
        Form::Csv => out.write_all(&speakers::csv(&speakers, args.bom.mark()))?,
        Form::Jsonl => json_lines(&mut out, &speakers)?,
        Form::Reconcile => out.write_all(&speakers::reconciliation(&speakers, args.bom.mark()))?,
    }
    Ok(left_out(&rejects, "records"))
}

fn table(out: &mut impl Write, speakers: &[Speaker]) -> Result<()> {
    let (title, faint) = (style::TITLE, style::FAINT);
    writeln!(
        out,
        "{title}{:28}  {:12}  {:28}  {:>8}  {:>6}  {:>6}  {:10}  {:10}{title:#}",
        "name", "kind", "role", "articles", "claims", "hedged", "first", "last"
    )?;
    for speaker in speakers {
        let role = [speaker.role.as_deref(), speaker.affiliation.as_deref()].map(Option::unwrap_or_default);
        let role = if role.contains(&"") { role.concat() } else { role.join(", ") };
        let [first, last] = [&speaker.first, &speaker.last].map(|date| date.as_deref().unwrap_or_default());
        let share = format!("{:.0} %", 100.0 * speaker.share_hedged());
        writeln!(
            out,
            "{}  {:12}  {}  {:>8}  {:>6}  {share:>6}  {first:10}  {last:10}",
            fitted(&speaker.name, 28),
            speaker.kind,
            fitted(&role, 28),
            speaker.articles,
            speaker.claims
        )?;
        let others = speaker.names.iter().filter(|variant| variant.name != speaker.name);
        let others: Vec<String> = others.map(|variant| format!("{} ({})", variant.name, variant.articles)).collect();
        if !others.is_empty() {
            writeln!(out, "  {faint}also {}{faint:#}", visible(&one_line(&others.join(", "))))?;
        }
    }
    writeln!(
        out,
        "{faint}Names in how many articles; why they are one: --to jsonl. Rules of your own: --aliases.{faint:#}"
    )?;
    Ok(())
}

/// The text on one line, cut or filled up to `width` columns.
pub(super) fn fitted(text: &str, width: usize) -> String {
    let text = visible(text);
    let mut text = one_line(&text);
    if display_width(&text) > width {
        while display_width(&text) > width - 1 {
            text.pop();
        }
        text.push('…');
    }
    let filled = width.saturating_sub(display_width(&text));
    text + &" ".repeat(filled)
}
