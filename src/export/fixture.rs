//! Records for tests.

use serde_json::json;

use crate::article::with_line_feeds;
use crate::record::Record;

/// Emoji, combining marks, a flag of two characters, a quotation over paragraphs, CRLF before it was read.
pub(crate) const TEXT: &str = "📉 Oil may fall, analysts say.\r\n\r\n“If it does 🇳🇴, we’ll cut,” Zoe\u{308} Lind said.\r\n\
    “Not before\r\nMay.” 𝒮he denied e\u{301}lan.\u{2028}End";

/// `TEXT` as a record: a plain claim, one in two fragments of which one runs over a line break, one by a source that
/// another has too.
pub(crate) fn record() -> Record {
    let text = with_line_feeds(TEXT.to_owned());
    let span = |part: &str| {
        let byte = text.find(part).unwrap_or_else(|| panic!("`{part}` is not in the text"));
        let start = text[..byte].chars().count();
        json!({"start": start, "end": start + part.chars().count(), "text": part})
    };
    let hedge = |id: &str, part: &str, class: &str, claim: Option<&str>| {
        let mut hedge = span(part);
        hedge["id"] = id.into();
        hedge["class"] = class.into();
        hedge["scope"] = serde_json::Value::Null;
        hedge["claim"] = claim.into();
        hedge["confidence"] = 0.75.into();
        hedge
    };
    let sentence = |part: &str| json!([span(part)["start"], span(part)["end"]]);
    let record = json!({
        "schema": "sayso.record/2", "id": "oil/1: Ünü", "title": "Oil, \"again\"", "date": "2026-02-02",
        "publisher": null, "url": "https://example.org/oil", "author": null, "meta": {"desk": "x"},
        "text": text,
        "sentences": [sentence("📉 Oil may fall, analysts say."), sentence("𝒮he denied e\u{301}lan.")],
        "speakers": [
            {"id": "s1", "name": "analysts", "kind": "group", "named": false, "role": null, "affiliation": null,
             "mentions": [span("analysts")]},
            {"id": "s2", "name": "Zoe\u{308} Lind", "kind": "person", "named": true, "role": null,
             "affiliation": null, "mentions": [span("Zoe\u{308} Lind")]},
        ],
        "claims": [
            {"id": "c1", "speaker": "s1", "speaker_confidence": 0.875, "source": span("analysts"), "cue": span("say"),
             "content": [span("Oil may fall")], "quote": "indirect", "type": "attitude", "hedges": ["h1"], "certainty": "possible",
             "polarity": "positive", "within": null, "sentences": [0], "confidence": 0.9312},
            {"id": "c2", "speaker": "s2", "speaker_confidence": null, "source": span("Zoe\u{308} Lind"), "cue": span("said"),
             "content": [span("“If it does 🇳🇴, we’ll cut,”"), span("“Not before\nMay.”")], "quote": "direct",
             "type": "communication", "hedges": ["h2"], "certainty": "underspecified", "polarity": "positive", "within": null,
             "sentences": [0, 1], "confidence": 0.5},
            {"id": "c3", "speaker": "s2", "speaker_confidence": null, "source": span("Zoe\u{308} Lind"), "cue": null,
             "content": [span("e\u{301}lan.\u{2028}End")], "quote": "indirect", "type": "control", "hedges": [], "certainty": "certain",
             "polarity": "negative", "within": "c2", "sentences": [1], "confidence": 1.0},
        ],
        "hedges": [
            hedge("h1", "may", "epistemic", Some("c1")),
            hedge("h2", "If", "condition", Some("c2")),
            hedge("h3", "before\nMay", "investigation", None),
        ],
        "model": "news-en@0123456789ab", "sayso": "0.1.0",
    });
    serde_json::from_value(record).expect("it is a record")
}
