//! `sayso eval`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::ValueEnum;
use sayso::eval::{
    self, AttributionScores, Breakdown, Calibration, ClaimScores, Errors, Excerpt, Figure, Figures, Mismatch, Scores,
    Share, cofenet,
};
use serde::Serialize;
use textwrap::core::display_width;

use super::{Ending, one_line, records_file, say, style};

/// Score records against gold annotations
///
/// GOLD has an article a line: {"id", "text"} with one or both of
///   "attributions": [{"source": [[start, end], …], "cue": […], "content": […]}, …]
///   "cues": [{"start", "end", "class"}, …], for hedges
/// or, instead of attributions, "annotations": [{"attributions": […]}, …], of which the first
/// counts. Offsets are Unicode code points, ends exclusive. Without a "text", the record's counts. An
/// article without a record counts as empty. An attribution may say more; what it says is scored:
///   "id", "quote", "type", "certainty", "polarity", "clear", "within": null or the id of the outer
///   one, "speaker": null or {"name", "kind", "named", "role", "affiliation"}
///
/// Figures are in per cent, over all articles together. Words are compared, so punctuation at the
/// edges does not count:
///   token_ROLE      words that have the role
///   span_ROLE       an attribution's whole role, all its fragments together
///   fragment_ROLE   each fragment on its own
///   attr_content    attributions matched one to one whose contents overlap by half (Jaccard)
///   attr_full       … and whose sources share a word, or neither has one; and whose cues do
///   source_given    of those matched by content, the ones whose sources do
///   token_CLASS, span_CLASS   words and cues of a class of hedges, or of any
///
/// Where the gold says more, the same follows for top claims, which are within no other: of both
/// sides, and of the gold alone, with all that were found. Then the share of the gold's claims that
/// were found (attr_full): the clear and the nested ones, and those of each type; and the precision,
/// the share of written claims that are the gold's. Then, of the claims found, the share with the
/// right
///   speaker name        the whole name, but for an article in front, or half of the words of a
///                       speaker without a proper name; none where there is none; by what the gold
///                       has, and by the form of its source
///   kind                of speakers, where both sides have one
///   role, affiliation   half of the words, an affiliation in front of a role aside; none where
///                       there is none to give to a person
///   quote type          of top claims
///   certainty, polarity, type of attribution
/// and the fields that are most often wrong.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// Annotated articles: JSON Lines
    gold: PathBuf,

    /// What was found in them: a records.jsonl, or the folder that holds it
    records: PathBuf,

    /// Also show attributions by quote type, source, length and so on, and whether confidences mean what they say
    #[arg(long)]
    details: bool,

    /// Also show the N worst misses, inventions and wrong links, with their text
    #[arg(long, value_name = "N")]
    errors: Option<usize>,

    /// What to score
    #[arg(long, value_enum, default_value = "claims")]
    protocol: Protocol,

    /// Score who speaks: GOLD has an article a line, {"id", "mentions": [{"start", "end", "entity", "name", "kind",
    /// "form"}, …]}; shown are right names by the form of the source, and B-cubed over mentions
    #[arg(long, conflicts_with_all = ["details", "protocol"])]
    speakers: bool,

    /// Print all figures as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Protocol {
    /// Attributions and hedges of whole articles, and all that the gold says of attributions
    Claims,
    /// The spans of attributions alone; claims within others are left out of the records, as PolNeAR has none
    Polnear,
    /// Fragments in paragraph items, as CofeNet counts (Wang et al. 2022), without claims within others; GOLD has an
    /// item a line: {"id", "tokens", "labels"}, the labels in BIO
    Cofenet,
}

/// The widest line that errors are printed in.
const WIDTH: usize = 100;

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let path = records_file(&args.records);
    if args.speakers {
        speakers(args, &path)?;
        return Ok(Ending::Done);
    }
    match args.protocol {
        Protocol::Claims | Protocol::Polnear => claims(args, &path)?,
        Protocol::Cofenet if args.details || args.errors.is_some() => {
            bail!("--protocol cofenet scores no claims; leave out --details and --errors, or --protocol")
        }
        Protocol::Cofenet => fragments(args, &path)?,
    }
    Ok(Ending::Done)
}

fn claims(args: &Args, records: &Path) -> Result<()> {
    /// What `--json` prints.
    #[derive(Serialize)]
    struct Report<'a> {
        #[serde(flatten)]
        scores: &'a Scores,
        #[serde(skip_serializing_if = "Option::is_none")]
        errors: Option<Errors>,
    }

    let mut records = eval::read_records(records)?;
    let mut gold = eval::read_gold(&args.gold, &records)?;
    if args.protocol == Protocol::Polnear {
        eval::leave_out_nested(&mut records);
        eval::leave_out_fields(&mut gold);
    }
    let scores = eval::score(&gold, &records);
    if let Some(first) = scores.missing.first() {
        let (missing, all) = (scores.missing.len(), scores.articles);
        say(&format!("{missing} of {all} gold articles have no record, {first} first; they count as empty"));
    }
    if let Some(first) = scores.other_text.first() {
        let (other, all) = (scores.other_text.len(), scores.articles);
        say(&format!(
            "{other} of {all} records have another text than the gold, {first} first, so their offsets mean something \
             else; extract from the texts of the gold"
        ));
    }
    let errors = args.errors.map(|most| eval::errors(&gold, &records, most));
    let mut out = anstream::stdout().lock();
    if args.json {
        return json(&mut out, &Report { scores: &scores, errors });
    }
    for (index, figures) in scores.attributions.iter().map(|a| &a.figures).chain(&scores.hedges).enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        table(&mut out, figures)?;
    }
    if let Some(attributions) = &scores.attributions {
        further(&mut out, attributions)?;
        if args.details {
            details(&mut out, attributions)?;
        }
    }
    errors.map_or(Ok(()), |errors| worst(&mut out, &errors))
}

fn fragments(args: &Args, records: &Path) -> Result<()> {
    let items = cofenet::read_items(&args.gold)?;
    let mut records = eval::read_records(records)?;
    eval::leave_out_nested(&mut records);
    let scores = cofenet::score(&items, &records);
    if let Some(first) = scores.missing.first() {
        let missing = scores.missing.len();
        say(&format!("{missing} annotated articles have no record with a text, {first} first; they count as empty"));
    }
    if scores.unplaced > 0 {
        say(&format!("{} of {} tokens are not in the texts; they have no role", scores.unplaced, scores.tokens));
    }
    let mut out = anstream::stdout().lock();
    if args.json { json(&mut out, &scores) } else { table(&mut out, &scores.figures) }
}

fn speakers(args: &Args, records: &Path) -> Result<()> {
    let gold = eval::read_speaker_gold(&args.gold)?;
    let scores = eval::score_speakers(&gold, &eval::read_found_speakers(records)?);
    if let Some(first) = scores.missing.first() {
        let (missing, all) = (scores.missing.len(), scores.articles);
        say(&format!("{missing} of {all} gold articles have no record, {first} first; they are left out"));
    }
    let mut out = anstream::stdout().lock();
    if args.json {
        return json(&mut out, &scores);
    }
    writeln!(out, "{:22}{:>7}{:>8}", "right speaker", "%", "claims")?;
    for Share { name, right, all } in scores.forms.iter().filter(|share| share.all > 0) {
        writeln!(out, "{name:22}{:7.1}{all:8}", 100.0 * *right as f64 / *all as f64)?;
    }
    let Share { right: found, all, .. } = scores.mentions;
    let rates = scores.b_cubed;
    writeln!(out, "\n{:22}{:>7}{:>7}{:>7}{:>10}", "mentions", "P", "R", "F1", "found")?;
    let of = format!("{found}/{all}");
    writeln!(out, "{:22}{:7.1}{:7.1}{:7.1}{of:>10}", "b_cubed", rates.precision, rates.recall, rates.f1)?;
    for wrong in scores.wrong.iter().take(args.errors.unwrap_or(0)) {
        let [gold, found] = [&wrong.gold, &wrong.found].map(|name| name.as_deref().unwrap_or("nobody named"));
        writeln!(out, "{}:{}: {}: {gold}, found {found}", wrong.id, wrong.start, shortened(&one_line(&wrong.text)))?;
    }
    Ok(())
}

fn json(out: &mut impl Write, report: &impl Serialize) -> Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)?;
    Ok(())
}

fn table(out: &mut impl Write, figures: &Figures) -> Result<()> {
    part_of_table(out, "figure", figures.iter())
}

fn part_of_table<'a>(out: &mut impl Write, title: &str, figures: impl Iterator<Item = &'a Figure>) -> Result<()> {
    writeln!(out, "{title:22}{:>7}{:>7}{:>7}{:>8}", "P", "R", "F1", "gold")?;
    for figure in figures {
        let (name, rates, gold) = (&figure.name, figure.rates, figure.counts.gold);
        writeln!(out, "{name:22}{:7.1}{:7.1}{:7.1}{gold:8}", rates.precision, rates.recall, rates.f1)?;
    }
    Ok(())
}

/// What gold that says more than spans is scored by.
fn further(out: &mut impl Write, scores: &AttributionScores) -> Result<()> {
    for (title, top) in [("top claims", &scores.top), ("top claims of gold", &scores.top_of_gold)] {
        let Some(top) = top else { continue };
        let whole = ["attr_content", "attr_full", "source_given"];
        writeln!(out)?;
        part_of_table(out, title, top.figures.iter().filter(|figure| whole.contains(&figure.name.as_str())))?;
    }
    let Some(ClaimScores { found, right, .. }) = &scores.claims else { return Ok(()) };
    for (title, shares) in [("claims found", found), ("right, of those found", right)] {
        if !shares.is_empty() {
            writeln!(out, "\n{title:28}{:>7}{:>8}{:>8}", "%", "right", "of")?;
        }
        for share @ Share { name, right, all } in shares {
            writeln!(out, "{name:28}{:7.1}{right:8}{all:8}", share.percent())?;
        }
    }
    let wrong = wrong_fields(right);
    if !wrong.is_empty() {
        let fields: Vec<_> = wrong.iter().map(|(name, claims)| format!("{name} ({claims})")).collect();
        writeln!(out, "\nmost often wrong: {}", fields.join(", "))?;
    }
    Ok(())
}

/// The fields that are wrong in claims found, with how many, the most first. What shares have by groups (`role, given`) is
/// put together; speakers by the form of their source are in their names already.
fn wrong_fields(shares: &[Share]) -> Vec<(&str, usize)> {
    let mut out: Vec<(&str, usize)> = Vec::new();
    for Share { name, right, all } in shares.iter().filter(|share| share.all > share.right) {
        let field = name.split(", ").next().unwrap_or(name);
        match out.iter_mut().find(|(known, _)| *known == field) {
            _ if field.starts_with("speaker by") || field.starts_with("speaker without") => {}
            Some((_, wrong)) => *wrong += all - right,
            None => out.push((field, all - right)),
        }
    }
    out.sort_by_key(|&(_, wrong)| std::cmp::Reverse(wrong));
    out
}

fn details(out: &mut impl Write, scores: &AttributionScores) -> Result<()> {
    let title = style::TITLE;
    writeln!(out, "\n{title}{:26}{:>15}{:>24}{:>24}{title:#}", "", "", "attr_content", "attr_full")?;
    let rates = format!("{:>8}{:>8}{:>8}", "P", "R", "F1");
    writeln!(out, "{title}{:26}{:>7}{:>8}{rates}{rates}{title:#}", "by", "gold", "found")?;
    for Breakdown { by, groups } in &scores.breakdowns {
        writeln!(out, "{by}")?;
        for group in groups {
            write!(out, "  {:24}{:7}{:8}", group.name, group.gold, group.found)?;
            for rates in [group.content, group.full] {
                write!(out, "{:8.1}{:8.1}{:8.1}", rates.precision, rates.recall, rates.f1)?;
            }
            writeln!(out)?;
        }
    }
    if let Some(Calibration { bins, expected_error }) = &scores.calibration {
        writeln!(out, "\n{title}{:26}{:>7}{:>8}{:>8}{title:#}", "confidence", "claims", "mean", "right")?;
        for bin in bins.iter().filter(|bin| bin.claims > 0) {
            let edges = format!("{:.1} to {:.1}", bin.from, bin.to);
            writeln!(out, "  {edges:24}{:7}{:8.1}{:8.1}", bin.claims, 100.0 * bin.confidence, 100.0 * bin.right)?;
        }
        writeln!(out, "expected calibration error: {:.1} %", 100.0 * expected_error)?;
    }
    Ok(())
}

fn worst(out: &mut impl Write, errors: &Errors) -> Result<()> {
    let lists = [
        ("misses", "gold that no claim matches", &errors.misses),
        ("inventions", "claims that match no gold", &errors.inventions),
        ("wrong links", "contents match, sources or cues do not", &errors.wrong_links),
    ];
    let title = style::TITLE;
    for ((name, meaning, list), total) in lists.into_iter().zip(errors.totals) {
        writeln!(out, "\n{title}{name}{title:#}: {} of {total} ({meaning})", list.len())?;
        for mismatch in list {
            self::mismatch(out, mismatch)?;
        }
    }
    Ok(())
}

/// Gold on the left, what was found on the right.
fn mismatch(out: &mut impl Write, mismatch: &Mismatch) -> Result<()> {
    const GUTTER: &str = " │ ";
    let column = (WIDTH - GUTTER.chars().count()) / 2;
    let (title, faint) = (style::TITLE, style::FAINT);
    writeln!(out, "\n{title}{}{title:#} {faint}overlap {:.2}{faint:#}", mismatch.article, mismatch.overlap)?;
    let [gold, found] = [("gold", &mismatch.gold), ("found", &mismatch.found)].map(|(side, excerpt)| {
        excerpt.as_ref().map_or_else(|| vec![format!("{side}: nothing")], |e| lines(side, e, column))
    });
    for row in 0..gold.len().max(found.len()) {
        let [left, right] = [&gold, &found].map(|side| side.get(row).map_or("", String::as_str));
        let padding = " ".repeat(column.saturating_sub(display_width(left)));
        writeln!(out, "{}", format!("{left}{padding}{GUTTER}{right}").trim_end())?;
    }
    Ok(())
}

/// An attribution in a column of its own.
fn lines(side: &str, excerpt: &Excerpt, column: usize) -> Vec<String> {
    let confidence = excerpt.confidence.map_or(String::new(), |confidence| format!(", confidence {confidence:.2}"));
    let mut lines = vec![format!("{side} at {}, {} words{confidence}", excerpt.start, excerpt.words)];
    for (role, fragments) in [("source", &excerpt.source), ("cue", &excerpt.cue), ("content", &excerpt.content)] {
        let fragments: Vec<String> = fragments.iter().map(|fragment| shortened(&one_line(fragment))).collect();
        let text = if fragments.is_empty() { "–".to_owned() } else { fragments.join(" ⋯ ") };
        let label = format!("{role:8}");
        let options = textwrap::Options::new(column).initial_indent(&label).subsequent_indent("        ");
        lines.extend(textwrap::wrap(&text, options).into_iter().map(|line| line.into_owned()));
    }
    lines
}

/// A long text's two ends, where errors mostly are.
fn shortened(text: &str) -> String {
    const HEAD: usize = 24;
    const TAIL: usize = 12;
    let words: Vec<&str> = text.split(' ').collect();
    // Leaving out a few words saves nothing.
    if words.len() <= HEAD + TAIL + 5 {
        return text.to_owned();
    }
    let left_out = words.len() - HEAD - TAIL;
    let (head, tail) = (words[..HEAD].join(" "), words[words.len() - TAIL..].join(" "));
    format!("{head} [{left_out} words] {tail}")
}
