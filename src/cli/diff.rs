//! `sayso diff`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use sayso::diff::{Article, Change, Claim, Counts, Diff, Side, Summary};
use sayso::visible::{counted, visible};
use serde_json::{Value, json};
use textwrap::Options;

use super::write::left_out;
use super::{Ending, one_line, records_file, style};

/// Print what two runs, or a run and its corrections, have differently
///
/// A and B are records, or gold: what the page of `sayso report` saves, `sayso import` gives,
/// and `sayso eval` scores against. Claims with the same source, cue and content are one; of the
/// others those whose contents overlap by half, as `sayso eval` matches them. Listed are claims
/// that only one has, and of the others the fields that differ: source, cue, content, speaker (and
/// its kind, role and affiliation), quote, type, certainty, polarity, within, hedges. What one of
/// the two does not say is not compared; scores, mentions and "meta" are not either. Where one is
/// gold, articles that it lacks are passed over.
///
///   sayso diff outputs/old outputs/new
///   sayso diff outputs/june gold.jsonl --summary
///   sayso diff A B --json | jq 'select(.claims[]?.fields[]?.field == "speaker").id'
///
/// --json prints an object a line for each article that differs, and one {"summary"} at the end.
///
/// Exit codes: 0 the same, 1 different, or could not start or finish, 2 some lines could not be read.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// A records.jsonl, the folder that holds it, or gold
    a: PathBuf,

    /// The other one
    b: PathBuf,

    /// Only the counts
    #[arg(long)]
    summary: bool,

    /// Print JSON Lines
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let mut diff = Diff::new(&records_file(&args.a), &records_file(&args.b))?;
    let mut out = anstream::stdout().lock();
    let mut rejects = Vec::new();
    for found in diff.by_ref() {
        match found {
            Ok(_) if args.summary => {}
            Ok(article) if args.json => writeln!(out, "{}", serde_json::to_string(&article)?)?,
            Ok(article) => show(&mut out, &article)?,
            Err(reject) => rejects.push(reject),
        }
    }
    let summary = diff.summary();
    if args.json {
        writeln!(out, "{}", json!({"summary": summary}))?;
    } else {
        summarize(&mut out, summary)?;
    }
    let is_same = summary.articles.different() == 0;
    Ok(match left_out(&rejects, "lines") {
        Ending::Done if !is_same => Ending::Failed,
        ending => ending,
    })
}

fn summarize(out: &mut impl Write, summary: &Summary) -> Result<()> {
    let Summary { articles, claims, fields } = summary;
    let line = |counts: &Counts, one: &str| {
        let &Counts { same, changed, only_a, only_b } = counts;
        format!("{} the same, {changed} changed, {only_a} only in A, {only_b} only in B", counted(same, one))
    };
    writeln!(out, "{}", line(articles, "article"))?;
    writeln!(out, "{}", line(claims, "claim"))?;
    if !fields.is_empty() {
        let mut fields: Vec<(&str, u64)> = fields.iter().map(|(&field, &times)| (field, times)).collect();
        fields.sort_by_key(|&(_, times)| std::cmp::Reverse(times));
        let fields: Vec<String> = fields.into_iter().map(|(field, times)| format!("{field} {times}")).collect();
        writeln!(out, "changed: {}", fields.join(", "))?;
    }
    Ok(())
}

fn show(out: &mut impl Write, article: &Article) -> Result<()> {
    let (title, faint) = (style::TITLE, style::FAINT);
    let only = match article.side {
        Side::A => "  only in A",
        Side::B => "  only in B",
        Side::Both => "",
    };
    writeln!(out, "{title}{}{title:#}{faint}{only}{faint:#}", visible(&one_line(&article.id)))?;
    for change in &article.fields {
        match change.field {
            "text" => writeln!(out, "  another text, so that claims are not compared")?,
            "hedges" => self::change(out, "hedges of no claim", change, "  ")?,
            field => self::change(out, field, change, "  ")?,
        }
    }
    for claim in &article.claims {
        self::claim(out, claim)?;
    }
    writeln!(out)?;
    Ok(())
}

/// `- c4 Ruiz said: the bridge may close`, and below what differs.
fn claim(out: &mut impl Write, claim: &Claim) -> Result<()> {
    let name = style::SPEAKER;
    let (sign, ids) = match claim.side {
        Side::A => ("-", [claim.a.as_deref(), None]),
        Side::B => ("+", [None, claim.b.as_deref()]),
        Side::Both => ("~", [claim.a.as_deref(), claim.b.as_deref().filter(|&b| claim.a.as_deref() != Some(b))]),
    };
    let ids: Vec<&str> = ids.into_iter().flatten().collect();
    let who = visible(claim.speaker.as_deref().unwrap_or("(nobody named)")).into_owned();
    let said = visible(&claim.cue).into_owned();
    let head = [ids.join("/"), format!("{name}{}{name:#}", one_line(&who)), one_line(&said)];
    let head: Vec<String> = head.into_iter().filter(|part| !part.is_empty()).collect();
    // A claim that differs is told by its beginning.
    let content = visible(&claim.content);
    let content = if claim.side == Side::Both { shortened(&one_line(&content)) } else { one_line(&content) };
    let options = Options::new(textwrap::termwidth().min(100)).initial_indent("  ").subsequent_indent("      ");
    writeln!(out, "{}", textwrap::fill(&format!("{sign} {}: {content}", head.join(" ")), options))?;
    claim.fields.iter().try_for_each(|change| self::change(out, change.field, change, "      "))
}

const SHORT: usize = 60;

fn shortened(text: &str) -> String {
    if text.chars().count() <= SHORT { text.to_owned() } else { text.chars().take(SHORT).chain(['…']).collect() }
}

/// `certainty: certain → probable`
fn change(out: &mut impl Write, name: &str, Change { a, b, .. }: &Change, indent: &str) -> Result<()> {
    let cue = style::CUE;
    // The same words may stand elsewhere.
    let placed = told(a, false) == told(b, false);
    let (a, b) = (told(a, placed), told(b, placed));
    let inner = format!("{indent}  ");
    let options = Options::new(textwrap::termwidth().min(100)).initial_indent(indent).subsequent_indent(&inner);
    writeln!(out, "{}", textwrap::fill(&format!("{cue}{name}{cue:#}: {a} → {b}"), options))?;
    Ok(())
}

/// A value in words; of spans their text, and their places where `placed`.
fn told(value: &Value, placed: bool) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => one_line(&visible(text)),
        Value::Array(parts) if parts.is_empty() => "none".to_owned(),
        Value::Array(parts) => parts.iter().map(|part| told(part, placed)).collect::<Vec<_>>().join(" … "),
        Value::Object(span) => {
            let part = |key: &str| span.get(key).map(|value| told(value, placed)).unwrap_or_default();
            let class = if span.contains_key("class") { format!(" ({})", part("class")) } else { String::new() };
            let place = if placed { format!(" ({}-{})", part("start"), part("end")) } else { String::new() };
            format!("{}{class}{place}", part("text"))
        }
        other => other.to_string(),
    }
}
