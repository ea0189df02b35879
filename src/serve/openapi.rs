//! What the server offers, as an OpenAPI document.

use serde_json::Value;

/// The document, with this version of sayso.
pub(super) fn document() -> String {
    let mut document: Value = serde_json::from_str(include_str!("openapi.json")).expect("it is JSON, and tested");
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    document.to_string()
}
