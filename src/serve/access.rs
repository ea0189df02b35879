//! What is logged of a request: nothing of what it brought.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::Request;
use jiff::Timestamp;
use serde::Serialize;

/// Whose connection a request came over.
#[derive(Clone, Copy)]
pub(super) struct Client(pub(super) IpAddr);

/// A request that was answered.
#[derive(Clone, Debug, Serialize)]
pub struct Access {
    /// When it was answered, to the second, as `2026-02-02T09:30:00Z`.
    pub time: String,
    /// Who asked; behind a proxy, the proxy.
    pub client: Option<IpAddr>,
    /// `GET` or `POST`.
    pub method: String,
    /// What was asked for, without what may follow a question mark.
    pub path: String,
    /// The answer's status.
    pub status: u16,
    /// Until the answer began.
    pub seconds: f64,
}

/// What is known before it is answered.
pub(super) struct Asked {
    client: Option<IpAddr>,
    method: String,
    path: String,
}

impl Asked {
    pub(super) fn new(request: &Request) -> Self {
        Self {
            client: request.extensions().get::<Client>().map(|client| client.0),
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
        }
    }

    pub(super) fn answered(self, status: u16, took: Duration) -> Access {
        let Self { client, method, path } = self;
        let time = Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default().to_string();
        let seconds = (took.as_secs_f64() * 1e6).round() / 1e6;
        Access { time, client, method, path, status, seconds }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_to_the_millionth() {
        let asked = Asked { client: None, method: "GET".into(), path: "/".into() };
        assert_eq!(asked.answered(200, Duration::from_nanos(1_250_000_400)).seconds, 1.25);
    }
}
