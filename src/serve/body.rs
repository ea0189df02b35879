//! Bodies, read without trust: each has a limit of size and of time before anything is made of it.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use futures_util::{Stream, stream};
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::chunks::Chunks;
use super::errors::{Failure, Kind};
use crate::article::Article;
use crate::error::Place;
use crate::ingest;

/// How long a body, or in a stream its next line, is waited for.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Articles, or tasks, that one request may bring at once; a stream may have any number.
pub(super) const MANY: usize = 1000;

/// What one client may send.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes of a body; in a stream, of a line.
    pub(super) body: usize,
    /// Code points of an article's text.
    pub(super) article: usize,
}

/// What a body is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    Json,
    Lines,
    /// What a page's form sends.
    Form,
}

impl Media {
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Failure> {
        let written = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let name = written.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match name.as_str() {
            "application/json" => Ok(Self::Json),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Ok(Self::Lines),
            "application/x-www-form-urlencoded" => Ok(Self::Form),
            _ => Err(Failure::new(
                Kind::MediaType,
                format!("`{written}` is not read; send application/json, or application/x-ndjson for a stream"),
            )
            .of("Content-Type")),
        }
    }
}

/// A whole body, unpacked.
pub(super) async fn whole(headers: &HeaderMap, body: Body, limits: Limits) -> Result<Vec<u8>, Failure> {
    let too_large = || {
        let message = format!("the body has more than {} bytes; send fewer articles at once, or a stream", limits.body);
        Failure::new(Kind::TooLarge, message).of("body")
    };
    if announced(headers).is_some_and(|length| length > limits.body) {
        return Err(too_large());
    }
    let mut chunks = Chunks::new(headers, body)?;
    let read = async {
        let mut bytes = Vec::new();
        while let Some(chunk) = chunks.next().await? {
            if bytes.len() + chunk.len() > limits.body {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    timeout(PATIENCE, read).await.map_err(|_| late())?
}

/// How many bytes a body is said to have; nobody says it of what is packed.
pub(super) fn announced(headers: &HeaderMap) -> Option<usize> {
    let length = headers.get(header::CONTENT_LENGTH).filter(|_| !headers.contains_key(header::CONTENT_ENCODING))?;
    length.to_str().ok()?.parse().ok()
}

pub(super) fn parse(bytes: &[u8]) -> Result<Value, Failure> {
    serde_json::from_slice(bytes).map_err(|error| Failure::new(Kind::BadRequest, format!("not JSON: {error}")))
}

fn late() -> Failure {
    let message = format!("the body did not come within {} seconds", PATIENCE.as_secs());
    Failure::new(Kind::Timeout, message).of("body")
}

/// An article from what the client says of it; `number` names it where it has no id.
pub(super) fn article(value: Value, number: usize, limits: Limits) -> Result<Article, Failure> {
    let wrong = |message: String| Failure::new(Kind::Unprocessable, message);
    let Value::Object(fields) = value else {
        return Err(wrong("an article is an object; write {\"text\": \"…\"}".into()));
    };
    let place = Place::file("request");
    let article = ingest::from_object(fields, None, place, format!("request:{number}"))
        .map_err(|fault| wrong(fault.reason).of(&fault.field))?;
    short_enough(article, limits)
}

/// An article with nothing but an id and a text.
pub(super) fn bare_article(id: String, text: &str, limits: Limits) -> Result<Article, Failure> {
    let fields = Map::from_iter([("id".to_owned(), id.into()), ("text".to_owned(), text.into())]);
    article(Value::Object(fields), 1, limits)
}

fn short_enough(article: Article, limits: Limits) -> Result<Article, Failure> {
    // A text never has more code points than bytes, and they need no counting.
    if article.text().len() > limits.article && article.text().chars().count() > limits.article {
        let message = format!("the text has more than {} characters; split the article", limits.article);
        return Err(Failure::new(Kind::Unprocessable, message).of("text"));
    }
    Ok(article)
}

/// The articles of a body that has one a line, as they come in. A line that is none costs only itself; after a failure
/// of the body itself nothing comes any more.
pub(super) fn articles(chunks: Chunks, limits: Limits) -> impl Stream<Item = Result<Article, Failure>> + Send {
    let lines = Lines { chunks, rest: Bytes::new(), number: 0, over: false };
    stream::unfold(lines, move |mut lines| async move {
        let line = lines.next(limits.body).await?;
        let number = lines.number;
        let article = line.and_then(|line| article(parse(&line)?, number, limits));
        Some((article.map_err(|failure| failure.within(&format!("line {number}"))), lines))
    })
}

struct Lines {
    chunks: Chunks,
    /// What has come in and was not looked at yet.
    rest: Bytes,
    /// Of the line last read, from 1.
    number: usize,
    over: bool,
}

impl Lines {
    /// The next line that is not blank; it has to come in time, however many blank ones do.
    async fn next(&mut self, limit: usize) -> Option<Result<Vec<u8>, Failure>> {
        let line = timeout(PATIENCE, async {
            while !self.over {
                self.number += 1;
                match self.line(limit).await {
                    Ok(line) if line.trim_ascii().is_empty() => {}
                    line => return Some(line),
                }
            }
            None
        });
        line.await.unwrap_or_else(|_| {
            self.over = true;
            Some(Err(late()))
        })
    }

    async fn line(&mut self, limit: usize) -> Result<Vec<u8>, Failure> {
        let (mut line, mut length) = (Vec::new(), 0);
        loop {
            let end = self.rest.iter().position(|&byte| byte == b'\n');
            let part = self.rest.split_to(end.map_or(self.rest.len(), |at| at + 1));
            length += part.len();
            // The rest of a line that is too long is passed over.
            if length <= limit {
                line.extend_from_slice(&part);
            }
            let more = if end.is_some() { None } else { self.chunk().await? };
            match more {
                Some(chunk) => self.rest = chunk,
                None if length > limit => {
                    let message = format!("the line has more than {limit} bytes; split the article");
                    return Err(Failure::new(Kind::TooLarge, message));
                }
                None => return Ok(line),
            }
        }
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        let chunk = self.chunks.next().await;
        self.over = !matches!(chunk, Ok(Some(_)));
        chunk
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt;
    use std::convert::Infallible;
    use std::pin::pin;
    use tokio::time::{Instant, sleep};

    const LIMITS: Limits = Limits { body: 1000, article: 1000 };

    #[tokio::test(start_paused = true)]
    async fn blank_lines_do_not_hold_a_place() {
        let drip = stream::unfold((), async |()| {
            sleep(Duration::from_secs(10)).await;
            Some((Ok::<_, Infallible>("\n"), ()))
        });
        let begun = Instant::now();
        let mut articles = pin!(articles(Chunks::new(&HeaderMap::new(), Body::from_stream(drip)).unwrap(), LIMITS));
        let late = articles.next().await.expect("it is told that it is late").unwrap_err();
        assert_eq!((late.json()["error"]["code"].as_str(), begun.elapsed()), (Some("timeout"), PATIENCE));
        assert!(articles.next().await.is_none(), "nothing comes any more");
    }

    fn headers(of: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        of.iter().map(|(name, value)| (name.clone(), header::HeaderValue::from_static(value))).collect()
    }

    #[tokio::test]
    async fn a_body_is_as_long_as_it_may_be() {
        let read = async |length: usize| whole(&HeaderMap::new(), Body::from("a".repeat(length)), LIMITS).await;
        assert_eq!(read(1000).await.map(|bytes| bytes.len()).ok(), Some(1000));
        assert_eq!(read(1001).await.unwrap_err().json()["error"]["code"], "too_large");
        let said = async |length: &'static str| {
            whole(&headers(&[(header::CONTENT_LENGTH, length)]), Body::empty(), LIMITS).await
        };
        assert!(said("1000").await.is_ok());
        assert!(said("5000").await.is_err(), "nothing of it is waited for");
    }

    #[test]
    fn a_length_is_said_of_what_is_not_packed() {
        let [length, packed] = [(header::CONTENT_LENGTH, "123"), (header::CONTENT_ENCODING, "gzip")];
        assert_eq!(announced(&headers(&[length.clone(), packed])), None);
        assert_eq!(announced(&headers(&[length])), Some(123));
        assert_eq!(announced(&HeaderMap::new()), None);
    }

    #[tokio::test]
    async fn texts_and_lines_are_as_long_as_they_may_be() {
        for (text, fits) in [("a".repeat(1000), true), ("ä".repeat(1000), true), ("ä".repeat(1001), false)] {
            assert_eq!(bare_article("a".into(), &text, LIMITS).is_ok(), fits);
        }
        for (length, fits) in [(1000, true), (1001, false)] {
            let line = format!("{{\"text\": \"{}\"}}\n", "a".repeat(length - 13));
            let mut articles =
                pin!(articles(Chunks::new(&HeaderMap::new(), Body::from(line.clone())).unwrap(), LIMITS));
            assert_eq!((articles.next().await.unwrap().is_ok(), line.len()), (fits, length));
        }
    }
}
