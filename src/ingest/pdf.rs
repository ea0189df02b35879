//! PDF, which is not read: it says where letters stand, and not what is a column, a headline or a page's foot.

use super::stream::Stream;
use super::{Format, Readings, only};

#[derive(Debug)]
pub(super) struct Pdf;

/// What to do instead.
pub(super) const ADVICE: &str = "PDF is not read; save it as text, or run `pdftotext -layout`";

impl Format for Pdf {
    fn name(&self) -> &'static str {
        "PDF"
    }

    /// None: a file of this name is refused before it is opened.
    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn about(&self) -> &'static str {
        "Refused: save it as text, or run pdftotext -layout; told by %PDF at the start"
    }

    fn shows_in(&self, head: &[u8]) -> bool {
        head.starts_with(b"%PDF-")
    }

    fn read(&self, stream: Stream) -> Readings {
        only(stream.reject(ADVICE))
    }
}
