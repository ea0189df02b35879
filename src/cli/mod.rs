//! What is typed: one file a subcommand.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the command line talks to a person")]

mod diff;
mod eval;
mod export;
mod extract;
mod filter;
mod formats;
mod import;
mod merge;
mod model;
mod progress;
mod reading;
mod repeats;
mod report;
#[cfg(feature = "serve")]
mod serve;
mod shell;
mod show;
mod speakers;
mod status;
mod table;
mod tagging;
mod verify;
mod watch;
mod write;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::LazyLock;

use anyhow::{Error, Result};
use clap::{Parser, Subcommand};
use sayso::visible::visible;
use sayso::{Isa, engine};

/// Who said what in news articles, and how sure they were.
///
/// News articles go in; the speakers and the claims attributed to them come out, one JSON record an article, with
/// the offsets of every span.
#[derive(Debug, Parser)]
#[command(
    version,
    long_version = long_version(),
    max_term_width = 100,
    after_help = "\
Examples:
  sayso extract corpus --out outputs/demo     a folder of articles → outputs/demo/records.jsonl
  sayso show outputs/demo                     read the claims
  sayso show outputs/demo --id science/marmara-cable
  sayso speakers outputs/demo                 who speaks in all of them
  sayso repeats outputs/demo                  what several of them quote
  sayso report outputs/demo --out demo.html   … in a browser
  sayso export outputs/demo --to label-studio --out tasks    … and correct them
"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What `--version` says, where `-V` has the first line alone: what int8 is computed with here, and what else this build has.
fn long_version() -> &'static str {
    static LONG: LazyLock<String> = LazyLock::new(|| {
        let names: Vec<&str> = Isa::available().into_iter().map(Isa::name).collect();
        let chosen = Isa::chosen().map_or_else(|wrong| wrong, |isa| format!("{isa} (of {})", names.join(", ")));
        let reference =
            engine::libtorch().map_or_else(|| "none".to_owned(), |of| format!("rust-bert on libtorch {of}"));
        format!("{}\nint8: {chosen}\nfp32, bf16: {reference}", env!("CARGO_PKG_VERSION"))
    });
    &LONG
}

#[derive(Debug, Subcommand)]
enum Command {
    Extract(extract::Args),
    Formats(formats::Args),
    Show(show::Args),
    Speakers(speakers::Args),
    Repeats(repeats::Args),
    Status(status::Args),
    Merge(merge::Args),
    Verify(verify::Args),
    Eval(eval::Args),
    Diff(diff::Args),
    Report(report::Args),
    Export(export::Args),
    Import(import::Args),
    #[cfg(feature = "serve")]
    Serve(serve::Args),
    Model(model::Args),
    Completions(shell::Completions),
    Man(shell::Man),
}

/// How a command ended, if it ended well.
enum Ending {
    Done,
    WithRejects,
    /// By somebody, before it was done.
    Stopped,
    /// As has been reported.
    Failed,
}

/// Runs what was typed: 0 done, 1 could not start or finish, 2 finished with rejected articles, 130 stopped.
pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help is no failure; clap's own 2 for a slip would read as "with rejected articles".
            let code = u8::from(error.use_stderr());
            let _ = error.print();
            return code.into();
        }
    };
    let ending = match cli.command {
        Command::Extract(args) => extract::run(&args),
        Command::Formats(args) => formats::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Speakers(args) => speakers::run(&args),
        Command::Repeats(args) => repeats::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Merge(args) => merge::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Report(args) => report::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Import(args) => import::run(&args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args),
        Command::Model(args) => model::run(&args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
    };
    match ending {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::WithRejects) => 2.into(),
        // As shells say of a program that Ctrl-C ended.
        Ok(Ending::Stopped) => 130.into(),
        Ok(Ending::Failed) => ExitCode::FAILURE,
        // Whoever reads the output has seen enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

/// Says it on standard error if somebody listens; a run whose terminal went away ends as well as any.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{}", visible(line));
}

/// Tells what went wrong, and why.
fn report(error: &Error) {
    let (red, plain) = (style::ERROR.render(), style::ERROR.render_reset());
    anstream::eprintln!("{red}error:{plain} {}{}", visible(&error.to_string()), option(error));
    for cause in error.chain().skip(1) {
        say(&format!("  caused by: {cause}"));
    }
}

/// The option that does what the library advises.
fn option(error: &Error) -> &'static str {
    use sayso::Error as Of;
    match error.downcast_ref() {
        Some(
            Of::OtherRun { .. }
            | Of::NotAManifest { .. }
            | Of::Damaged { .. }
            | Of::InputChanged { .. }
            | Of::Unaccounted { .. },
        ) => " (--overwrite)",
        Some(Of::Overlap { .. }) => " (--out)",
        #[cfg(feature = "serve")]
        Some(Of::NoToken { .. }) => " (--token)",
        _ => "",
    }
}

fn is_broken_pipe(error: &Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    io.is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe)
}

/// A records.jsonl: `named` itself, or in that folder.
fn records_file(named: &Path) -> PathBuf {
    if named.is_dir() { named.join("records.jsonl") } else { named.to_owned() }
}

/// A number from 0 to 1.
fn share(typed: &str) -> Result<f32, String> {
    let number: f32 = typed.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("not between 0 and 1".to_owned()) }
}

/// White space folded, so that a claim over several paragraphs stays one.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Colours, shown on a terminal only.
mod style {
    use anstyle::{AnsiColor, Style};

    pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
    pub(crate) const TITLE: Style = Style::new().bold();
    pub(crate) const SPEAKER: Style = AnsiColor::Cyan.on_default().bold();
    pub(crate) const CUE: Style = AnsiColor::Yellow.on_default();
    pub(crate) const HEDGE: Style = AnsiColor::Magenta.on_default().underline();
    pub(crate) const FAINT: Style = Style::new().dimmed();
}
