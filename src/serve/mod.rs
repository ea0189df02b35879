//! The pipeline over HTTP: records for articles, and predictions for Label Studio.
//!
//! Nothing of a request is kept when it is answered, and what is counted has no names of articles.

mod access;
mod body;
mod chunks;
mod connections;
mod errors;
mod label_studio;
mod lanes;
mod metrics;
mod openapi;
mod page;
mod queue;
mod routes;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::runtime;
use tokio::sync::watch;

use crate::error::Error;
use crate::export;
use crate::pipeline;
use crate::tagger::Tagger;
pub use access::Access;
use body::Limits;
use metrics::Metrics;
use queue::{Queue, Worker};

/// How long requests may still take when the server is asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Connections that may wait until they are taken; the system may have a limit below.
const WAITING: i32 = 4096;

/// How the server runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens; port 0 takes a free one.
    pub address: SocketAddr,
    /// What clients have to know; without it only this machine is listened to.
    pub token: Option<String>,
    /// Names by which it may be asked, beside `localhost` and addresses; with a token by any.
    pub hosts: Vec<String>,
    /// Origins whose pages may ask and read the answers, such as `https://desk.example`.
    pub cors: Vec<String>,
    /// What is told of each request that was answered.
    pub log: Option<fn(&Access)>,
    /// Workers; each runs one encoder batch at a time.
    pub threads: usize,
    /// Requests that are let in at a time; more are told to come again.
    pub queue: usize,
    /// How long a request may be expected to take; one that would take longer because of others is told to come again.
    pub max_wait: Duration,
    /// The most bytes of a request's body, and of a stream's line.
    pub max_body: usize,
    /// The most code points of an article's text.
    pub max_article: usize,
    /// What is kept.
    pub pipeline: pipeline::Options,
}

/// A server that has its port and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    options: Options,
}

impl Server {
    /// Takes the port.
    ///
    /// # Errors
    /// If others than this machine could ask and there is no token, or if the address cannot be had.
    pub fn new(options: Options) -> Result<Self, Error> {
        let failed = |source| Error::Listen { address: options.address, source };
        if options.token.is_none() && !options.address.ip().is_loopback() {
            return Err(Error::NoToken { address: options.address });
        }
        let listener = listen(options.address).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address, options })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until the process is asked to end by Ctrl-C or SIGTERM; then what was begun is finished, within some
    /// seconds or until it is asked again.
    ///
    /// # Errors
    /// If the workers cannot be started, or the system has no more room for a server.
    pub fn run(self, tagger: Tagger) -> Result<(), Error> {
        let Self { listener, address, options } = self;
        let failed = |source| Error::Listen { address, source };
        // What no header can say, no page can be of.
        let cors: Vec<_> = options.cors.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
        let metrics = Arc::new(Metrics::default());
        let server = Service::new(&tagger, Arc::clone(&metrics), &options);
        let queue = server.queue.clone();
        start(Worker { tagger, options: options.pipeline, metrics }, &queue, options.threads)?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let ended = runtime.block_on(async {
            let (asked, stop) = watch::channel(0);
            count_signals(&asked)?;
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let mut last = stop.clone();
            let serving = connections::serve(listener, routes::router(server, &cors), stop);
            // The sender lives as long as this.
            let out_of_time = async move {
                let _ = last.wait_for(|&times| times > 0).await;
                let again = last.wait_for(|&times| times > 1);
                let _ = tokio::time::timeout(GRACE, again).await;
            };
            tokio::select! {
                () = serving => {}
                () = out_of_time => {}
            }
            Ok(())
        });
        // What is still worked on is nobody's any more.
        queue.close();
        runtime.shutdown_background();
        ended.map_err(failed)
    }
}

/// Counts how often the process is asked to end.
fn count_signals(asked: &watch::Sender<u32>) -> io::Result<()> {
    macro_rules! count {
        ($signals:expr) => {
            let (mut signals, asked) = ($signals, asked.clone());
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    asked.send_modify(|times| *times += 1);
                }
            });
        };
    }
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        count!(signal(SignalKind::interrupt())?);
        count!(signal(SignalKind::terminate())?);
    }
    #[cfg(windows)]
    {
        count!(tokio::signal::windows::ctrl_c()?);
        count!(tokio::signal::windows::ctrl_close()?);
    }
    Ok(())
}

/// Takes the port, with room for many who come at once: whom it turns away comes again after a second at the earliest.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // On Windows others could take the port with it.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(WAITING)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// Starts the workers. Each is a pool of its own, so that a long article takes up one of them and not all.
fn start(worker: Worker, queue: &Queue, threads: usize) -> Result<(), Error> {
    let worker = Arc::new(worker);
    for _ in 0..threads {
        let (worker, queue) = (Arc::clone(&worker), queue.clone());
        pipeline::workers(1)?.spawn(move || queue.work(&worker));
    }
    Ok(())
}

/// What all requests share.
#[derive(Clone)]
struct Service {
    queue: Queue,
    room: usize,
    limits: Limits,
    token: Option<Arc<str>>,
    hosts: Arc<[String]>,
    log: Option<fn(&Access)>,
    metrics: Arc<Metrics>,
    /// The model's name.
    model: Arc<str>,
}

impl Service {
    fn new(tagger: &Tagger, metrics: Arc<Metrics>, options: &Options) -> Self {
        Self {
            queue: Queue::new(options.threads, options.queue, options.max_wait),
            room: options.queue,
            limits: Limits { body: options.max_body, article: options.max_article },
            token: options.token.as_deref().map(Arc::from),
            hosts: options.hosts.as_slice().into(),
            log: options.log,
            metrics,
            model: tagger.model().name().into(),
        }
    }

    /// What Label Studio calls the version of the model.
    fn version(&self) -> String {
        export::label_studio::version(&self.model, env!("CARGO_PKG_VERSION"))
    }
}
