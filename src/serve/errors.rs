//! What a client is told: JSON; when a request cannot be answered, with a status and the name of the field at fault.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The head of an answer in JSON.
pub(super) const JSON: [(header::HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/json")];

/// A value as an answer.
pub(super) struct Json(pub(super) Value);

impl IntoResponse for Json {
    fn into_response(self) -> Response {
        (JSON, self.0.to_string() + "\n").into_response()
    }
}

/// Kinds of failures; each has its status and its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What came is not JSON, or broke off.
    BadRequest,
    /// The token is missing or wrong.
    Unauthorized,
    NotFound,
    MethodNotAllowed,
    /// It was asked by another's name.
    Misdirected,
    /// The body did not come in time.
    Timeout,
    TooLarge,
    MediaType,
    /// It is packed in another way than is read.
    Encoding,
    /// A page of another site asks.
    Forbidden,
    /// It is JSON, but not what it should be.
    Unprocessable,
    /// More ask than can be answered soon.
    Busy,
    /// A defect of sayso.
    Internal,
    Stopping,
}

impl Kind {
    fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Timeout => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType | Self::Encoding => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Busy => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Stopping => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthorized => "unauthorized",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Misdirected => "misdirected",
            Self::Timeout => "timeout",
            Self::TooLarge => "too_large",
            Self::MediaType => "media_type",
            Self::Encoding => "encoding",
            Self::Forbidden => "forbidden",
            Self::Unprocessable => "unprocessable",
            Self::Busy => "busy",
            Self::Internal => "internal",
            Self::Stopping => "stopping",
        }
    }
}

/// Why a request, or one of its articles, has no result.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    kind: Kind,
    /// What is wrong and what helps, in words.
    message: String,
    /// The field at fault, as `tasks[3].data.text`.
    field: Option<String>,
    /// Seconds until it may work.
    retry_after: u32,
}

impl Failure {
    pub(super) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), field: None, retry_after: 1 }
    }

    /// There is no room, and it is expected after so many seconds.
    pub(super) fn busy(why: &str, seconds: f64) -> Self {
        let retry_after = seconds.ceil().clamp(1.0, 60.0) as u32;
        let message = format!("{why}; try again after {retry_after} s");
        Self { retry_after, ..Self::new(Kind::Busy, message) }
    }

    /// The same about a field.
    #[must_use]
    pub(super) fn of(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same, seen from what the field stands in.
    #[must_use]
    pub(super) fn within(mut self, outer: &str) -> Self {
        self.field = Some(self.field.map_or_else(|| outer.to_owned(), |field| format!("{outer}.{field}")));
        self
    }

    pub(super) fn status(&self) -> StatusCode {
        self.kind.status()
    }

    pub(super) fn message(&self) -> &str {
        &self.message
    }

    pub(super) fn json(&self) -> Value {
        json!({"error": {"code": self.kind.name(), "message": self.message, "field": self.field}})
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = self.json().to_string() + "\n";
        let mut response = (self.status(), [(header::CONTENT_TYPE, "application/json")], body).into_response();
        let more: &[(header::HeaderName, HeaderValue)] = match self.kind {
            Kind::Busy | Kind::Stopping => &[(header::RETRY_AFTER, self.retry_after.into())],
            // A browser asks its user for the password of the second.
            Kind::Unauthorized => &[
                (header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
                (header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"sayso\", charset=\"UTF-8\"")),
            ],
            Kind::Encoding => &[(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"))],
            _ => &[],
        };
        for (name, value) in more {
            response.headers_mut().append(name, value.clone());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_come_again_is_told_when() {
        let told = |failure: Failure| {
            let response = failure.into_response();
            response.headers().get(header::RETRY_AFTER).map(|seconds| seconds.to_str().unwrap().to_owned())
        };
        for (seconds, header) in [(0.0, "1"), (0.2, "1"), (2.1, "3"), (59.5, "60"), (1e9, "60")] {
            assert_eq!(told(Failure::busy("full", seconds)).as_deref(), Some(header), "{seconds}");
        }
        assert_eq!(told(Failure::new(Kind::Stopping, "")).as_deref(), Some("1"));
        for kind in [Kind::BadRequest, Kind::Unauthorized, Kind::Timeout, Kind::TooLarge, Kind::Internal] {
            assert_eq!(told(Failure::new(kind, "")), None, "{kind:?}");
        }
    }
}
