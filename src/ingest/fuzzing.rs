//! What fuzzing calls: readers on bytes, checked for what every reader promises.
#![allow(missing_docs, clippy::missing_panics_doc, reason = "no part of the library that others use")]

use std::io::{Cursor, Read};
use std::sync::Arc;

use super::stream::{PutBack, Stream};
use super::unpack::{Caps, Codec};
use super::{FORMATS, Options, detect};

/// Small, so that it is often reached.
const MAX_BYTES: u64 = 1 << 14;

/// Reads `bytes` as the format of this name, or, if it is empty, as what they look like; answers how many articles it
/// found.
pub fn read(format: &str, bytes: &[u8]) -> u64 {
    let options = Options { max_bytes: MAX_BYTES, ..Options::default() };
    let stream = Stream {
        id: "a".into(),
        name: "a".into(),
        hint: String::new(),
        bytes: PutBack::new(Cursor::new(bytes.to_vec())),
        file: None,
        options: Arc::new(options.clone()),
        depth: 0,
    };
    let (mut any, mut articles) = (false, 0);
    let readings = match FORMATS.iter().find(|f| f.name == format) {
        Some(format) => (format.read)(stream),
        None => detect::readings(stream),
    };
    for reading in readings {
        any = true;
        if let Ok(article) = reading {
            assert!(!article.text().trim().is_empty() && !article.text().contains('\r'));
            options.objection(&article);
            articles += 1;
        }
    }
    assert!(any, "nothing is passed over in silence");
    articles
}

/// Unpacks all bytes but the first, which chooses how; answers how many there are then.
pub fn unpack(bytes: &[u8]) -> u64 {
    let [choice, packed @ ..] = bytes else { return 0 };
    let codecs = [Codec::Gzip, Codec::Zstd, Codec::Bzip2, Codec::Xz, Codec::Deflate];
    let codec = codecs[usize::from(*choice) % codecs.len()];
    let caps = Caps { bytes: 1 << 20, ratio: 1000 };
    let Ok(mut unpacked) = codec.unpack(Cursor::new(packed.to_vec()), caps) else { return 0 };
    let (mut buffer, mut all, mut errors) = (vec![0; 1 << 16], 0, 0);
    while all <= caps.bytes && errors <= packed.len() + 1 {
        match unpacked.read(&mut buffer) {
            Ok(0) => return all,
            Ok(n) => all += n as u64,
            Err(_) => errors += 1,
        }
    }
    assert!(errors <= packed.len() + 1, "errors without end");
    assert!(all <= caps.bytes + (1 << 17), "more than the cap");
    all
}
