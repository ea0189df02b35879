//! What the server offers, as an OpenAPI document.

use serde_json::Value;

/// The document, with this version of sayso.
pub(super) fn document() -> String {
    let mut document: Value = serde_json::from_str(include_str!("openapi.json")).expect("it is JSON, and tested");
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    document.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{AttributionType, Certainty, Class, Kind, Polarity, Quote};

    #[test]
    fn choices_are_the_vocabulary() {
        let document: Value = serde_json::from_str(&document()).unwrap();
        for (schema, field, names) in [
            ("Speaker", "kind", Kind::NAMES),
            ("Claim", "quote", Quote::NAMES),
            ("Claim", "type", AttributionType::NAMES),
            ("Claim", "certainty", Certainty::NAMES),
            ("Claim", "polarity", Polarity::NAMES),
            ("Hedge", "class", Class::NAMES),
        ] {
            let stated = &document["components"]["schemas"][schema]["properties"][field]["enum"];
            assert_eq!(stated, &Value::from(names), "{field}");
        }
    }
}
