//! `sayso speakers`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use sayso::record::Kind;
use sayso::visible::visible_record;
use sayso::{Record, records};

use super::{Ending, one_line, records_file, style};

/// Print who speaks in a run: name, kind, role, articles, claims, how many of them are hedged, first and last date
///
/// Speakers of several articles are one if their full names and kinds are equal, and only then: two persons of one
/// name become one, and one person under two names stays two. Speakers without a proper name are left out.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A records.jsonl, or the folder that holds it
    records: PathBuf,

    /// Print comma-separated values with a head instead of a table
    #[arg(long)]
    csv: bool,
}

/// What a speaker did in a run.
#[derive(Default)]
struct Row {
    /// The role of the first article that has one.
    role: Option<String>,
    affiliation: Option<String>,
    articles: usize,
    claims: usize,
    hedged: usize,
    dates: BTreeSet<String>,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let mut rows: BTreeMap<(String, Kind), Row> = BTreeMap::new();
    for record in records::read(&records_file(&args.records))? {
        count(&mut rows, &visible_record(record?));
    }
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.claims));
    let mut out = anstream::stdout().lock();
    if args.csv { csv(&mut out, &rows) } else { table(&mut out, &rows) }?;
    Ok(Ending::Done)
}

fn count(rows: &mut BTreeMap<(String, Kind), Row>, record: &Record) {
    for speaker in record.speakers.iter().filter(|speaker| speaker.named) {
        let row = rows.entry((speaker.name.clone(), speaker.kind)).or_default();
        let text = |span: &Option<sayso::record::Span>| span.as_ref().map(|span| one_line(&span.text));
        if row.role.is_none() {
            row.role = text(&speaker.role);
            row.affiliation = text(&speaker.affiliation);
        }
        let claims = record.claims.iter().filter(|claim| claim.speaker.as_ref() == Some(&speaker.id));
        row.articles += 1;
        row.claims += claims.clone().count();
        row.hedged += claims.filter(|claim| !claim.hedges.is_empty()).count();
        row.dates.extend(record.date.clone());
    }
}

pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "person",
        Kind::Organization => "organization",
        Kind::Group => "group",
        Kind::Document => "document",
        Kind::Other => "other",
    }
}

fn table(out: &mut impl Write, rows: &[((String, Kind), Row)]) -> Result<()> {
    let (title, faint) = (style::TITLE, style::FAINT);
    writeln!(
        out,
        "{title}{:28}  {:12}  {:28}  {:>8}  {:>6}  {:>6}  {:10}  {:10}{title:#}",
        "name", "kind", "role", "articles", "claims", "hedged", "first", "last"
    )?;
    for ((name, kind), row) in rows {
        let role = [row.role.as_deref(), row.affiliation.as_deref()].map(Option::unwrap_or_default);
        let role = if role.contains(&"") { role.concat() } else { role.join(", ") };
        let [first, last] = [row.dates.first(), row.dates.last()].map(|date| date.map_or("", String::as_str));
        let share = format!("{:.0} %", share(row));
        writeln!(
            out,
            "{}  {:12}  {}  {:>8}  {:>6}  {share:>6}  {first:10}  {last:10}",
            fitted(name, 28),
            self::kind(*kind),
            fitted(&role, 28),
            row.articles,
            row.claims
        )?;
    }
    writeln!(out, "{faint}Speakers of several articles are one if full name and kind are equal.{faint:#}")?;
    Ok(())
}

/// The share of the claims that are hedged, in per cent.
fn share(row: &Row) -> f64 {
    if row.claims == 0 { 0.0 } else { 100.0 * row.hedged as f64 / row.claims as f64 }
}

/// The text, cut or filled up to `width` columns.
fn fitted(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length > width {
        text.chars().take(width - 1).chain(['…']).collect()
    } else {
        format!("{text}{}", " ".repeat(width - length))
    }
}

fn csv(out: &mut impl Write, rows: &[((String, Kind), Row)]) -> Result<()> {
    writeln!(out, "name,kind,role,affiliation,articles,claims,hedged,share_hedged,first,last")?;
    for ((name, kind), row) in rows {
        let text = |text: &Option<String>| field(text.as_deref().unwrap_or_default());
        let [first, last] = [row.dates.first(), row.dates.last()].map(|date| date.map_or("", String::as_str));
        writeln!(
            out,
            "{},{},{},{},{},{},{},{:.4},{first},{last}",
            field(name),
            self::kind(*kind),
            text(&row.role),
            text(&row.affiliation),
            row.articles,
            row.claims,
            row.hedged,
            share(row) / 100.0
        )?;
    }
    Ok(())
}

/// Quoted where RFC 4180 asks for it; a spreadsheet must not take a name for a formula.
fn field(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_a_formula() {
        for (text, written) in
            [("=1+1", "'=1+1"), ("@A1, B", "\"'@A1, B\""), ("-x", "'-x"), ("Ana \"A\"", "\"Ana \"\"A\"\"\"")]
        {
            assert_eq!(field(text), written);
        }
    }
}
