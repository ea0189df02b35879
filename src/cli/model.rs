//! `sayso model`.

use std::io::Write;

use anyhow::Result;
use indicatif::HumanCount;

use super::Ending;
use super::tagging::ModelArg;

/// Tell which model is used, from where, with its hashes and its card
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    model: ModelArg,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    let files = args.model.files()?;
    let from = files.folder().map_or_else(|| "this program".to_owned(), |folder| folder.display().to_string());
    let mut out = anstream::stdout().lock();
    writeln!(out, "{} from {from}", files.name())?;
    for (name, bytes, blake3) in files.each() {
        writeln!(out, "  {name:<17}  {:>10} bytes  blake3 {blake3}", HumanCount(bytes).to_string())?;
    }
    writeln!(out, "  {:<17}  {:>10}        blake3 {}", "together", "", files.digest())?;
    match files.card() {
        Some(card) => write!(out, "\n{card}")?,
        None => writeln!(out, "\n(it has no README.md)")?,
    }
    Ok(Ending::Done)
}
