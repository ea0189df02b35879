//! The page at `/`: what this is, and a text to try it on. It has no script, and lets a browser run none.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, pin_mut, stream};
use quick_xml::escape::escape;

use super::Service;
use super::body::{self, Media};
use super::errors::{Failure, Kind};
use crate::html;
use crate::record::Record;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");

/// Nothing is run, nothing is fetched but the style, and no other page may show this one.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEAD: [(HeaderName, &str); 5] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

const LEGEND: &str = "<p class=\"legend\"><span class=\"sayso-content\">claim</span> <span class=\"sayso-source\">source\
    </span> <span class=\"sayso-cue\">cue</span> <span class=\"sayso-hedge\">hedge</span></p>\n";

pub(super) async fn blank(State(server): State<Service>, headers: HeaderMap) -> Response {
    page(&server, &headers, "", "").into_response()
}

pub(super) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")], [STYLE, html::STYLE].concat())
}

/// The page with what was pasted, and its claims marked.
pub(super) async fn marked(State(server): State<Service>, request: Request) -> Response {
    let headers = request.headers().clone();
    let mut text = String::new();
    let (status, answer) = match record(&server, request, &mut text).await {
        Ok(record) => (StatusCode::OK, format!("<h2>Its claims</h2>\n{LEGEND}{}\n", html::marked(&record))),
        Err(failure) => {
            (failure.status(), format!("<p class=\"failure\" role=\"alert\">{}</p>\n", escape(failure.message())))
        }
    };
    (status, page(&server, &headers, &text, &answer)).into_response()
}

/// The record of what was pasted, which `text` is to have.
async fn record(server: &Service, request: Request, text: &mut String) -> Result<Record, Failure> {
    // Browsers say which page sends a form: that of another site has no business here.
    let site = request.headers().get("sec-fetch-site").map_or(&b"same-origin"[..], |site| site.as_bytes());
    if site != b"same-origin" {
        return Err(Failure::new(Kind::Forbidden, "the text was sent by another page; paste it into this one"));
    }
    let form = server.read(request, Media::Form, "application/x-www-form-urlencoded").await?;
    let given = form_urlencoded::parse(&form.value).find(|(name, _)| name == "text");
    *text = given.map_or_else(String::new, |(_, text)| text.into_owned());
    let article = body::bare_article("pasted".to_owned(), text, server.limits)?;
    let ticket = server.queue.admit(article.text().len())?;
    let records = ticket.records(stream::iter([Ok(article)]));
    pin_mut!(records);
    let stopping = || Failure::new(Kind::Stopping, "the server is stopping");
    records.next().await.unwrap_or_else(|| Err(stopping()))
}

fn page(server: &Service, headers: &HeaderMap, text: &str, answer: &str) -> impl IntoResponse + use<> {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    // What comes from outside is put in last, so that nothing in it is taken for a place.
    let page = PAGE
        .replace("<!--VERSION-->", env!("CARGO_PKG_VERSION"))
        .replace("<!--MODEL-->", &escape(&*server.model))
        .replace("<!--ADDRESS-->", &escape(host))
        .replace("<!--TEXT-->", &escape(text))
        .replace("<!--ANSWER-->", answer);
    (HEAD, page)
}
