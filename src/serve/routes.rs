//! Who answers what; and what all requests go through: the token, and the counting.

use std::convert::Infallible;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::{StreamExt, TryStreamExt, pin_mut, stream};
use serde_json::Value;
use subtle::ConstantTimeEq;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::timeout;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::access::Asked;
use super::body::{self, MANY, Media, PATIENCE};
use super::chunks::Chunks;
use super::errors::{Failure, JSON, Kind};
use super::queue::WINDOW;
use super::{Service, label_studio, openapi, page};
use crate::article::Article;
use crate::record::Record;

/// What anybody may ask: whether the server is there.
const OPEN: [&str; 2] = ["/healthz", "/health"];

/// How long a browser need not ask again whether it may ask.
const LEAVE: Duration = Duration::from_secs(3600);

const LINES: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/x-ndjson")];
const TEXT: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "text/plain; version=0.0.4")];

pub(super) fn router(server: Service, cors: &[HeaderValue]) -> Router {
    let router = Router::new()
        .route("/", get(page::blank).post(page::marked))
        .route("/page.css", get(page::style))
        .route("/v1/extract", post(extract))
        .route("/healthz", get(async || (JSON, "{\"status\": \"ok\"}\n")))
        .route("/metrics", get(metrics))
        .route("/openapi.json", get(async || (JSON, openapi::document())))
        .route("/health", get(label_studio::health))
        .route("/setup", post(label_studio::setup))
        .route("/predict", post(label_studio::predict))
        .route("/webhook", post(label_studio::webhook))
        .fallback(async || Failure::new(Kind::NotFound, "there is nothing here; see /openapi.json"))
        .method_not_allowed_fallback(async || {
            Failure::new(Kind::MethodNotAllowed, "not by this method; see /openapi.json")
        })
        .layer(middleware::from_fn_with_state(server.clone(), guard))
        .with_state(server);
    // Outermost: a browser asks for leave without the token.
    if cors.is_empty() { router } else { router.layer(leave(cors)) }
}

/// Pages of these origins may ask, and read the answers.
fn leave(origins: &[HeaderValue]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().cloned()))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_ENCODING, header::CONTENT_TYPE])
        .expose_headers([header::RETRY_AFTER])
        .max_age(LEAVE)
}

/// Lets through who may ask, and counts.
async fn guard(State(server): State<Service>, path: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let asked = server.log.map(|log| (log, Asked::new(&request)));
    let route = path.as_ref().map_or("other", MatchedPath::as_str);
    let response = if !server.is_meant(request.headers()) {
        let message = "it is asked by a name that is not its own; ask localhost, or start it with --host NAME";
        Failure::new(Kind::Misdirected, message).of("Host").into_response()
    } else if OPEN.contains(&route) || server.knows(request.headers()) {
        next.run(request).await
    } else {
        let message = "the token is missing or wrong; send `Authorization: Bearer TOKEN`";
        Failure::new(Kind::Unauthorized, message).of("Authorization").into_response()
    };
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    server.metrics.request(route, status, took);
    if let Some((log, asked)) = asked {
        log(&asked.answered(status, took));
    }
    response
}

impl Service {
    /// Whether a request was for this server. A page of the web that has its own name lead to this machine (DNS
    /// rebinding) may read what it answers, but asks by that name, and does not have the token.
    fn is_meant(&self, headers: &HeaderMap) -> bool {
        let Some(host) = headers.get(header::HOST).filter(|_| self.token.is_none()) else { return true };
        let Ok(authority) = host.to_str().unwrap_or_default().parse::<Authority>() else { return false };
        let host = authority.host().trim_start_matches('[').trim_end_matches([']', '.']).to_ascii_lowercase();
        let is_own = |name: &String| name.eq_ignore_ascii_case(&host);
        host == "localhost" || host.parse::<IpAddr>().is_ok() || self.hosts.iter().any(is_own)
    }

    /// Whether the request carries the token: as a bearer's, or as the password of Basic, which is what Label Studio
    /// sends.
    fn knows(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else { return true };
        let given = headers.get(header::AUTHORIZATION).and_then(|value| {
            let (scheme, rest) = value.to_str().ok()?.split_once(' ')?;
            match scheme.to_ascii_lowercase().as_str() {
                "bearer" => Some(rest.trim().as_bytes().to_vec()),
                "basic" => {
                    let pair = BASE64_STANDARD.decode(rest.trim()).ok()?;
                    let colon = pair.iter().position(|&byte| byte == b':')?;
                    Some(pair[colon + 1..].to_vec())
                }
                _ => None,
            }
        });
        // Of hashes, so that not even the length shows in the time.
        let hash = |token: &[u8]| *blake3::hash(token).as_bytes();
        given.is_some_and(|given| hash(&given).ct_eq(&hash(token.as_bytes())).into())
    }

    /// Lets a request in and reads its body as JSON.
    pub(super) async fn json(&self, request: Request) -> Result<Admitted<Value>, Failure> {
        let Admitted { value, _permits } = self.read(request, Media::Json, "application/json").await?;
        let value = body::parse(&value).map_err(|failure| failure.of("body"))?;
        Ok(Admitted { value, _permits })
    }

    /// Lets a request in and reads its body, which has to be of this kind.
    pub(super) async fn read(&self, request: Request, media: Media, name: &str) -> Result<Admitted<Vec<u8>>, Failure> {
        let permit = self.queue.enter()?;
        let (head, body) = request.into_parts();
        if Media::of(&head.headers)? != media {
            return Err(Failure::new(Kind::MediaType, format!("send {name} here")).of("Content-Type"));
        }
        let bytes =
            self.queue.hold(body::announced(&head.headers).unwrap_or(self.limits.body).min(self.limits.body))?;
        let value = body::whole(&head.headers, body, self.limits).await?;
        Ok(Admitted { value, _permits: [permit, bytes] })
    }
}

/// A body, with the request's place in the queue.
pub(super) struct Admitted<T> {
    pub(super) value: T,
    _permits: [OwnedSemaphorePermit; 2],
}

async fn extract(State(server): State<Service>, request: Request) -> Result<Response, Failure> {
    if Media::of(request.headers())? == Media::Lines {
        let permits = server.queue.enter_for_long()?;
        let (head, body) = request.into_parts();
        return Ok(stream(server, Chunks::new(&head.headers, body)?, permits));
    }
    let admitted = server.json(request).await?;
    match admitted.value {
        Value::Array(values) => many(&server, values).await,
        value => {
            let article = body::article(value, 1, server.limits)?;
            let records = records(&server, vec![article]).await?;
            Ok((JSON, records.concat() + "\n").into_response())
        }
    }
}

async fn many(server: &Service, values: Vec<Value>) -> Result<Response, Failure> {
    if values.len() > MANY {
        let message = format!("there are more than {MANY} articles; send fewer at once, or a stream");
        return Err(Failure::new(Kind::Unprocessable, message).of("body"));
    }
    let articles = values.into_iter().enumerate().map(|(index, value)| {
        body::article(value, index + 1, server.limits).map_err(|failure| failure.within(&format!("[{index}]")))
    });
    let records = records(server, articles.collect::<Result<_, _>>()?).await?;
    Ok((JSON, format!("[{}]\n", records.join(",\n"))).into_response())
}

async fn records(server: &Service, articles: Vec<Article>) -> Result<Vec<String>, Failure> {
    let ticket = server.queue.admit(articles.iter().map(|article| article.text().len()).sum())?;
    let articles = stream::iter(articles.into_iter().map(Ok));
    ticket.records(articles).map_ok(|record| line(&record)).try_collect().await
}

/// The record as `records.jsonl` has it.
fn line(record: &Record) -> String {
    serde_json::to_string(record).expect("a record has only string keys")
}

/// Answers line by line while the lines still come in.
fn stream(server: Service, chunks: Chunks, permits: [OwnedSemaphorePermit; 2]) -> Response {
    let (sender, receiver) = mpsc::channel(WINDOW);
    tokio::spawn(async move {
        let _permits = permits;
        let ticket = server.queue.stream();
        let records = ticket.records(body::articles(chunks, server.limits));
        pin_mut!(records);
        while let Some(record) = records.next().await {
            let line = record.map_or_else(|failure| failure.json().to_string(), |record| line(&record));
            // A client that went away, or does not read, must not keep its place.
            let Ok(Ok(())) = timeout(PATIENCE, sender.send(line + "\n")).await else { break };
        }
    });
    let lines = stream::unfold(receiver, async |mut receiver| {
        let line: String = receiver.recv().await?;
        Some((Ok::<_, Infallible>(line), receiver))
    });
    (LINES, Body::from_stream(lines)).into_response()
}

async fn metrics(State(server): State<Service>) -> impl IntoResponse {
    let queued = server.room - server.queue.free();
    (TEXT, server.metrics.prometheus(queued, server.room, &server.model))
}
