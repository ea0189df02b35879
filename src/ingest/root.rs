//! What an XML file is, by its root element.

use super::decode::BOM;

/// Kinds of files that come as `.xml` and hold no article, or none that is read, by their roots' names.
const KNOWN: [(&str, &str); 25] = [
    ("alto", "an ALTO page"),
    ("PcGts", "a PAGE page"),
    ("mets", "a METS record"),
    ("mods", "a MODS record"),
    ("record", "a library's record"),
    ("OAI-PMH", "a harvest of library records"),
    ("TEI", "a TEI document"),
    ("TEI.2", "a TEI document"),
    ("XMI", "a UIMA document"),
    ("article", "a journal's article in JATS"),
    ("urlset", "a sitemap"),
    ("sitemapindex", "an index of sitemaps"),
    ("opml", "an OPML list of feeds"),
    ("OpenSearchDescription", "a description of a search"),
    ("mediawiki", "an export of a wiki"),
    ("svg", "a drawing"),
    ("kml", "a map"),
    ("gpx", "a track"),
    ("plist", "a property list"),
    ("project", "a project's description"),
    ("schema", "an XML schema"),
    ("stylesheet", "a stylesheet"),
    ("Workbook", "a spreadsheet"),
    ("xmpmeta", "a picture's metadata"),
    ("Envelope", "a SOAP message"),
];

/// The name of the root element, without a namespace's prefix, if `head` goes so far.
pub(super) fn root(head: &[u8]) -> Option<&str> {
    let mut rest = head.strip_prefix(BOM).unwrap_or(head);
    loop {
        let tag = rest.trim_ascii_start().strip_prefix(b"<")?;
        rest = if tag.starts_with(b"?") {
            after(tag, b"?>")?
        } else if tag.starts_with(b"!--") {
            after(tag, b"-->")?
        } else if tag.starts_with(b"!") {
            // Declarations within a document type's own brackets end with `>` as well.
            let end = tag.iter().position(|byte| b"[>".contains(byte))?;
            let inner = if tag[end] == b'[' { after(&tag[end..], b"]")? } else { &tag[end..] };
            after(inner, b">")?
        } else {
            let end = tag.iter().position(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte))?;
            let name = tag[..end].rsplit(|&byte| byte == b':').next()?;
            let name = str::from_utf8(name).ok()?;
            return name.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(name);
        };
    }
}

/// Whether it begins as XML files do, of whatever kind.
pub(super) fn is_xml(head: &[u8]) -> bool {
    head.trim_ascii_start().starts_with(b"<?xml ")
}

/// Whether a marked-up head has the start of an element of this name.
pub(super) fn has_tag(head: &[u8], name: &str) -> bool {
    head.trim_ascii_start().starts_with(b"<")
        && head.split(|&byte| byte == b'<').skip(1).any(|tag| {
            let end = tag.iter().position(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte));
            end.is_some_and(|end| tag[..end].rsplit(|&byte| byte == b':').next() == Some(name.as_bytes()))
        })
}

/// What to say of a file that begins like this and has no element `name`, which would be an article.
pub(super) fn no_article(head: &[u8], name: &str) -> String {
    match root(head) {
        None => format!("there is no `{name}` element in the file; leave it out"),
        Some(root) => match KNOWN.iter().find(|(known, _)| *known == root) {
            Some((_, what)) => format!("{what}, no article; leave it out, or give its text as a .txt"),
            None => {
                let root: String = root.chars().filter(|c| !c.is_control()).take(40).collect();
                format!("an XML file with the root `{root}`, no article; leave it out, or give its text as a .txt")
            }
        },
    }
}

/// What comes after the next `end`.
fn after<'a>(bytes: &'a [u8], end: &[u8]) -> Option<&'a [u8]> {
    let at = bytes.windows(end.len()).position(|window| window == end)?;
    Some(&bytes[at + end.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_found_behind_what_may_stand_before_it() {
        for (head, name) in [
            ("<rss>", Some("rss")),
            ("\u{feff}\n <?xml version='1.0'?>\n<!-- <feed> -->\n<atom:feed xmlns:atom='x'>", Some("feed")),
            ("<?xml version='1.0'?><!DOCTYPE nitf SYSTEM \"x.dtd\"><nitf/>", Some("nitf")),
            ("<!DOCTYPE a [<!ENTITY b \"<c>\"> <!ELEMENT d (e)>]><a>", Some("a")),
            ("<alto", None),
            ("<!-- <rss>", None),
            ("A line < another", None),
            ("<3>", None),
            ("<?xml version='1.0'?>", None),
            ("", None),
        ] {
            assert_eq!(root(head.as_bytes()), name, "{head}");
        }
    }
}
