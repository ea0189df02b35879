//! `sayso serve`.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail};
use sayso::serve::{Bound, Options};
use sayso::{Tagger, engine};

use super::Ending;
use super::tagging::Tagging;

/// Answer over HTTP: records for articles, and predictions for Label Studio
///
/// POST /v1/extract takes an article, an array of them, or a stream of lines; /openapi.json says the rest. In Label
/// Studio, connect the address as an ML backend; with a token, as the password of its basic authentication.
///
/// It ends with Ctrl-C or SIGTERM, and what was begun is finished.
///
/// Exit codes: 0 ended when it was asked to, 1 could not start.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Address and port to listen to; 0.0.0.0 is all of the machine's addresses, port 0 a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8600")]
    listen: SocketAddr,

    /// What clients have to send, as `Authorization: Bearer TOKEN`; in the environment others of this machine do not
    /// see it
    #[arg(long, value_name = "TOKEN", env = "SAYSO_TOKEN", hide_env_values = true)]
    token: Option<String>,

    /// A name by which it may be asked, beside localhost and addresses, as behind a proxy; with a token any name will do
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,

    #[command(flatten)]
    tagging: Tagging,

    /// Requests that are let in at a time; more are answered 429
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    queue: u16,

    /// How long a request may be expected to take. One that would take longer because others wait is answered 429; one
    /// that takes longer by itself, and a stream, is let in and takes turns with the rest
    #[arg(long, value_name = "SECONDS", default_value = "1.2", value_parser = seconds)]
    max_wait: Duration,

    /// The most bytes of a request, or of a line of a stream
    #[arg(long, value_name = "BYTES", default_value_t = 4 << 20)]
    max_body: usize,

    /// The most characters of an article's text
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    max_article: usize,
}

pub(crate) fn run(args: &Args) -> Result<Ending> {
    if args.token.as_ref().is_some_and(|token| token.trim().is_empty()) {
        bail!("the token is empty; give one that cannot be guessed");
    }
    let bound = Bound::new(Options {
        address: args.listen,
        token: args.token.clone(),
        hosts: args.host.clone(),
        threads: args.tagging.workers(),
        queue: args.queue.into(),
        max_wait: args.max_wait,
        max_body: args.max_body,
        max_article: args.max_article,
        pipeline: args.tagging.options(),
    })?;
    engine::tune();
    let tagger = Tagger::new(args.tagging.model()?);
    eprintln!("listening on http://{}", bound.address());
    bound.run(tagger)?;
    Ok(Ending::Done)
}

fn seconds(written: &str) -> Result<Duration, String> {
    let seconds = written.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "write a number of seconds, such as 1.2".to_owned())
}
