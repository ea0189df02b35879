//! PDF, which is not read: it says where letters stand, and not what is a column, a headline or a page's foot.

use super::{Format, only};

/// What to do instead.
pub(super) const ADVICE: &str = "PDF is not read; save it as text, or run `pdftotext -layout`";

pub(super) const FORMAT: Format = Format {
    name: "PDF",
    // None: a file of this name is refused before it is opened.
    extensions: &[],
    about: "Refused: save it as text, or run pdftotext -layout; told by %PDF at the start",
    shows_in: |head| head.starts_with(b"%PDF-"),
    ..Format::read_by(|stream| only(stream.reject(ADVICE)))
};
