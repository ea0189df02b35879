//! ninjs (iptc.org/standards/ninjs), the news industry's JSON: its items have their text in `body_text`, `body_xhtml` and the
//! like, or, from version 2 on, in `bodies`.

use serde_json::{Map, Value};

use super::{nitf, page};

/// Fields that the text may stand in, the plainest first.
const BODIES: [&str; 3] = ["body_text", "body_xhtml", "body_html"];

/// Items of ninjs that are no text.
const OTHERS: [&str; 9] =
    ["picture", "graphic", "video", "audio", "animation", "composite", "package", "planning", "component"];

/// Whether `fields` are an item of ninjs.
pub(super) fn is_item(fields: &Map<String, Value>) -> bool {
    let has = |name: &str| fields.get(name).is_some_and(Value::is_string);
    let is_identified = has("uri") && ["versioncreated", "versionCreated"].into_iter().any(has);
    BODIES.into_iter().any(has) || fields.get("bodies").is_some_and(Value::is_array) || is_identified
}

/// Puts an item's fields under their usual names, or says what it is instead of a text.
pub(super) fn rename(fields: &mut Map<String, Value>) -> Result<(), String> {
    let id = string(fields, "uri").map(|uri| match fields.get("version").map(version) {
        // A later version of an item has its id again.
        Some(version) if !matches!(version.as_str(), "" | "1") => format!("{uri}:{version}"),
        _ => uri,
    });
    if let Some(id) = id {
        fields.insert("id".to_owned(), id.into());
    }
    let title = main(fields.get("headlines")).map(str::to_owned);
    let title = string(fields, "headline").or(title);
    let Some((body, is_html)) = body(fields) else {
        let kind = string(fields, "type").filter(|kind| OTHERS.contains(&kind.as_str()));
        return Err(match kind {
            Some(kind) => format!("a ninjs {kind}, no article; leave it out"),
            None => "there is no body in this ninjs item (`body_text`, `bodies`)".to_owned(),
        });
    };
    let text = if is_html { page::fragment(&body, title.as_deref().unwrap_or_default())? } else { body };
    let first = |names: &[&str]| names.iter().find_map(|name| string(fields, name));
    let provider = fields.get("provider").and_then(|provider| provider.get("name")).and_then(Value::as_str);
    let known = [
        ("title", title),
        (
            "date",
            first(&[
                "contentcreated",
                "contentCreated",
                "firstcreated",
                "firstCreated",
                "versioncreated",
                "versionCreated",
            ]),
        ),
        ("publisher", first(&["provider", "copyrightholder", "copyrightHolder"]).or(provider.map(str::to_owned))),
        ("author", first(&["byline", "by"]).map(nitf::without_by)),
    ];
    for name in BODIES.into_iter().chain(["bodies", "uri", "headline", "headlines", "byline", "by"]) {
        fields.shift_remove(name);
    }
    for (name, value) in known {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value.into());
        }
    }
    fields.insert("text".to_owned(), text.into());
    Ok(())
}

fn string(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name)?.as_str().filter(|value| !value.trim().is_empty()).map(str::to_owned)
}

fn version(version: &Value) -> String {
    version.as_str().map_or_else(|| version.to_string(), str::to_owned)
}

/// The text as it is written, and whether that is in HTML.
fn body(fields: &Map<String, Value>) -> Option<(String, bool)> {
    if let Some(name) = BODIES.into_iter().find(|name| string(fields, name).is_some()) {
        return string(fields, name).map(|body| (body, name != "body_text"));
    }
    let bodies = fields.get("bodies")?.as_array()?;
    let is_html = |body: &&Value| {
        let kind = ["contentType", "contenttype"].iter().find_map(|name| body.get(*name)?.as_str());
        kind.is_some_and(|kind| kind.contains("html") || kind.contains("xml"))
    };
    let chosen =
        bodies.iter().filter(|body| value(body).is_some()).min_by_key(|body| (!is_main(body), is_html(body)))?;
    value(chosen).map(|body| (body.to_owned(), is_html(&chosen)))
}

/// The value of the main one in a list, or of the first.
fn main(list: Option<&Value>) -> Option<&str> {
    let list = list?.as_array()?;
    list.iter().filter(|one| is_main(one)).chain(list).find_map(value)
}

fn is_main(one: &Value) -> bool {
    one.get("role").and_then(Value::as_str).is_none_or(|role| role.rsplit([':', '/']).next() == Some("main"))
}

fn value(one: &Value) -> Option<&str> {
    one.get("value")?.as_str().filter(|value| !value.trim().is_empty())
}
