//! INCEpTION's UIMA CAS JSON, with the layers that [`export`](crate::export) writes. Offsets are UTF-16 units.

use std::slice;

use serde_json::Value;

use super::draft::{Draft, Unit};

pub(super) fn draft(json: &str) -> Result<Draft, String> {
    let cas: Value = serde_json::from_str(json).map_err(|error| format!("not JSON: {error}"))?;
    let structures = cas["%FEATURE_STRUCTURES"].as_array();
    let structures = structures.ok_or("not a UIMA CAS in JSON; export as UIMA CAS JSON (XMI is not read)")?;
    let of_type = |name: &'static str| structures.iter().filter(move |structure| structure["%TYPE"] == name);
    let text = of_type("uima.cas.Sofa").find_map(|sofa| sofa["sofaString"].as_str());
    let mut out = Draft::new(text.ok_or("the CAS has no text")?, Unit::Utf16);
    let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
    for span in of_type("custom.Span") {
        // Without a label it is not finished.
        let Some(label) = span["label"].as_str() else { continue };
        let (Some(start), Some(end)) = (number(&span["begin"]), number(&span["end"])) else {
            return Err(format!("the span {} has no offsets", span["%ID"]));
        };
        out.mark(&span["%ID"].to_string(), label, slice::from_ref(&(start..end)), None)?;
    }
    for relation in of_type("custom.Relation") {
        out.link(&relation["@Governor"].to_string(), &relation["@Dependent"].to_string())?;
    }
    Ok(out)
}
