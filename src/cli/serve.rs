//! `sayso serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Result, bail};
use sayso::serve::{Bound, Options};
use sayso::{Tagger, engine, pipeline};

use super::Ending;
use super::extract::{DtypeArg, load, workers};
use super::share;

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

    /// Model folder [default: the one that sayso comes with]
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,

    /// Number format of the encoder, as of sayso extract
    #[arg(long, value_enum, default_value = "auto")]
    dtype: DtypeArg,

    /// Workers [default: one a processor core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// Leave out claims that the tagger is less sure of, from 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = share)]
    min_confidence: f32,

    /// Requests that are let in at a time; more are answered 429
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    queue: u16,

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
        threads: workers(args.threads),
        queue: args.queue.into(),
        max_body: args.max_body,
        max_article: args.max_article,
        pipeline: pipeline::Options { min_confidence: args.min_confidence },
    })?;
    engine::tune();
    let tagger = Tagger::new(load(args.model.as_deref(), args.dtype)?);
    eprintln!("listening on http://{}", bound.address());
    bound.run(tagger)?;
    Ok(Ending::Done)
}
