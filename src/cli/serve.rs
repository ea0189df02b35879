//! `sayso serve`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use sayso::serve::{Access, Options, Server};
use sayso::{Tagger, engine};

use super::tagging::Tagging;
use super::{Ending, say};

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
    /// Address or name, and port, to listen to; 0.0.0.0 is all of the machine's addresses, port 0 a free one
    #[arg(long, value_name = "ADDR:PORT", env = "SAYSO_LISTEN", default_value = "127.0.0.1:8600",
        value_parser = address)]
    listen: SocketAddr,

    /// What clients have to send, as `Authorization: Bearer TOKEN`; in the environment others of this machine do not
    /// see it
    #[arg(long, value_name = "TOKEN", env = "SAYSO_TOKEN", hide_env_values = true)]
    token: Option<String>,

    /// A name by which it may be asked, beside localhost and addresses, as behind a proxy; with a token any name will do
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,

    /// An origin, such as https://desk.example, whose pages may ask and read the answers
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    cors: Vec<String>,

    /// How each answer is logged on standard error: when, who asked for what, the status, and the seconds until it began
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    log_format: LogFormat,

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

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    /// A line with blanks between
    Text,
    /// An object of JSON a line
    Json,
    /// Not at all
    None,
}

impl LogFormat {
    fn log(self) -> Option<fn(&Access)> {
        match self {
            Self::Text => Some(|Access { time, client, method, path, status, seconds }| {
                let client = client.map_or_else(|| "-".to_owned(), |client| client.to_string());
                say(&format!("{time} {client} {method} {path} {status} {seconds:.3}"));
            }),
            Self::Json => Some(|access| say(&serde_json::to_string(access).unwrap_or_default())),
            Self::None => None,
        }
    }
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
        cors: args.cors.clone(),
        log: args.log_format.log(),
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

/// An address, or a name that leads to one; of several, the first of IPv4.
fn address(written: &str) -> Result<SocketAddr, String> {
    // It is this machine wherever names are looked up, and where nothing can: in an image without files.
    let named = written.strip_prefix("localhost:").map(|port| format!("{}:{port}", Ipv4Addr::LOCALHOST));
    let found = named.as_deref().unwrap_or(written).to_socket_addrs();
    let found: Vec<_> =
        found.map_err(|error| format!("{error}; write an address and a port, as 127.0.0.1:8600"))?.collect();
    let best = found.iter().find(|address| address.is_ipv4()).or(found.first());
    best.copied().ok_or_else(|| "no address has this name".to_owned())
}

/// An origin as browsers say it.
fn origin(written: &str) -> Result<String, String> {
    let origin = written.to_ascii_lowercase();
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    if host.is_empty() || !host.bytes().all(is_plain) {
        return Err("write a scheme and a host, as https://desk.example, without a path".to_owned());
    }
    Ok(origin)
}
