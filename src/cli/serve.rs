//! `sayso serve`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sayso::serve::{Options, Server};
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

    /// Ask the server that listens to ADDR:PORT whether it is well, and end with 0 if it says so: for health checks of
    /// containers, where nothing else can ask
    #[arg(long)]
    health: bool,

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
    if args.health {
        return health(args.listen);
    }
    if args.token.as_ref().is_some_and(|token| token.trim().is_empty()) {
        bail!("the token is empty; give one that cannot be guessed");
    }
    let bound = Server::new(Options {
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

/// How long a server may take to say that it is well.
const MOMENT: Duration = Duration::from_secs(5);

fn health(mut address: SocketAddr) -> Result<Ending> {
    if address.ip().is_unspecified() {
        // What listens to all addresses listens to this machine's own.
        address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    let asked = || -> io::Result<String> {
        let mut server = TcpStream::connect_timeout(&address, MOMENT)?;
        server.set_read_timeout(Some(MOMENT))?;
        write!(server, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut status = String::new();
        BufReader::new(server).take(64).read_line(&mut status)?;
        Ok(status)
    };
    let status = asked().with_context(|| format!("{address}: no answer; is it where sayso serve listens?"))?;
    if status.split(' ').nth(1) != Some("200") {
        bail!("{address}: it is not well: {}", status.trim());
    }
    Ok(Ending::Done)
}

fn seconds(written: &str) -> Result<Duration, String> {
    let seconds = written.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "write a number of seconds, such as 1.2".to_owned())
}
