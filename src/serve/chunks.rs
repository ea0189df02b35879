//! A body as it comes in, unpacked.

use std::io::{self, Write};
use std::mem;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, header};
use flate2::write::MultiGzDecoder;
use futures_util::StreamExt;

use super::errors::{Failure, Kind};

/// Packed bytes that are unpacked at a time: a thousand times as many may come of them, and no more.
const PIECE: usize = 1 << 10;

/// The parts of a body, each as large as it came or as it was unpacked.
pub(super) struct Chunks {
    body: BodyDataStream,
    gzip: Option<MultiGzDecoder<Vec<u8>>>,
    /// What has come in and is still packed.
    packed: Bytes,
}

impl Chunks {
    /// Looks at how the body is packed.
    pub(super) fn new(headers: &HeaderMap, body: Body) -> Result<Self, Failure> {
        let given: Vec<_> = headers.get_all(header::CONTENT_ENCODING).into_iter().collect();
        let gzip = match given.as_slice() {
            [] => None,
            [one] if one.as_bytes().eq_ignore_ascii_case(b"identity") => None,
            [one] if one.as_bytes().eq_ignore_ascii_case(b"gzip") => Some(MultiGzDecoder::new(Vec::new())),
            _ => {
                let message = "it is packed in a way that is not read; send it as it is, or as gzip";
                return Err(Failure::new(Kind::Encoding, message).of("Content-Encoding"));
            }
        };
        Ok(Self { body: body.into_data_stream(), gzip, packed: Bytes::new() })
    }

    /// The next part; `None` once all have come. After a failure there is nothing more.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let Some(gzip) = &mut self.gzip else { return come(&mut self.body).await };
        loop {
            if self.packed.is_empty() {
                match come(&mut self.body).await? {
                    Some(chunk) => self.packed = chunk,
                    None => {
                        gzip.try_finish().map_err(|error| not_gzip(&error))?;
                        let last = mem::take(gzip.get_mut());
                        return Ok((!last.is_empty()).then(|| last.into()));
                    }
                }
            }
            let piece = self.packed.split_to(PIECE.min(self.packed.len()));
            gzip.write_all(&piece).map_err(|error| not_gzip(&error))?;
            let unpacked = mem::take(gzip.get_mut());
            if !unpacked.is_empty() {
                return Ok(Some(unpacked.into()));
            }
        }
    }
}

async fn come(body: &mut BodyDataStream) -> Result<Option<Bytes>, Failure> {
    let chunk = body.next().await.transpose();
    chunk.map_err(|error| broken(&format!("the body breaks off: {error}")))
}

fn not_gzip(error: &io::Error) -> Failure {
    broken(&format!("the body is no gzip, or is cut off: {error}"))
}

fn broken(message: &str) -> Failure {
    Failure::new(Kind::BadRequest, message).of("body")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use futures_util::stream;
    use std::convert::Infallible;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    }

    /// What comes of a body in chunks of `size`: the largest part, and all of them together.
    async fn unpacked(body: &[u8], size: usize) -> Result<(usize, Vec<u8>), Failure> {
        let headers = HeaderMap::from_iter([(header::CONTENT_ENCODING, HeaderValue::from_static("GZIP"))]);
        let chunks: Vec<_> = body.chunks(size).map(|chunk| Ok::<_, Infallible>(chunk.to_vec())).collect();
        let mut chunks = Chunks::new(&headers, Body::from_stream(stream::iter(chunks)))?;
        let (mut largest, mut all) = (0, Vec::new());
        while let Some(part) = chunks.next().await? {
            largest = largest.max(part.len());
            all.extend_from_slice(&part);
        }
        Ok((largest, all))
    }

    #[tokio::test]
    async fn bodies_are_unpacked_a_little_at_a_time() {
        let bytes = vec![b' '; 20 << 20];
        let (largest, all) = unpacked(&packed(&bytes), 1 << 20).await.unwrap();
        assert!(all == bytes && largest < 2 << 20, "{largest}");
        let two = [packed(b"one, "), packed(b"two")].concat();
        for size in [1, 7, 1000] {
            assert_eq!(unpacked(&two, size).await.unwrap().1, b"one, two", "{size}");
        }
    }

    #[tokio::test]
    async fn what_is_cut_off_is_not_taken_for_whole() {
        let whole = packed(b"one line\n");
        for end in 1..whole.len() {
            assert!(unpacked(&whole[..end], 1000).await.is_err(), "{end}");
        }
        assert!(unpacked(b"{\"text\": 1}", 1000).await.is_err());
    }
}
