//! `sayso completions` and `sayso man`: what a shell and its reader know of the commands.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Ending};

/// Print what makes a shell complete sayso's commands and options
///
///   bash:        sayso completions bash > ~/.local/share/bash-completion/completions/sayso
///   zsh:         sayso completions zsh > _sayso        in a folder of $fpath
///   fish:        sayso completions fish > ~/.config/fish/completions/sayso.fish
///   PowerShell:  sayso completions powershell >> $PROFILE
///   Elvish:      sayso completions elvish >> ~/.config/elvish/rc.elv
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Write manual pages, one a command, into a folder
#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// The folder, made if it is missing
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

pub(crate) fn completions(args: &Completions) -> Result<Ending> {
    // In memory first: it would panic where nobody reads on.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "sayso", &mut script);
    anstream::stdout().lock().write_all(&script)?;
    Ok(Ending::Done)
}

pub(crate) fn man(args: &Man) -> Result<Ending> {
    let failed = || format!("{}: cannot be written; name another folder", args.dir.display());
    fs::create_dir_all(&args.dir).with_context(failed)?;
    clap_mangen::generate_to(Cli::command().disable_help_subcommand(true), &args.dir).with_context(failed)?;
    Ok(Ending::Done)
}
