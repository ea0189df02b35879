//! File names for articles, and back.
//!
//! An id's parts stay parts of a path, and whatever some file system or tool might not take becomes `~` and the byte's
//! two hexadecimal digits. An id that is too long for that, or whose name would differ from another's in case alone,
//! gets a name that begins like it and ends with its hash; [`INDEX`] has the ids of those.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::Piece;

/// The export's file that has the ids which file names do not tell: a [`Named`] a line.
pub(crate) const INDEX: &str = "ids.jsonl";

/// Bytes of a path's part. File systems take 255; endings have up to five.
const PART: usize = 250;
/// Bytes of a path below the export's folder, which has a path of its own: macOS takes 1,023 in all, Linux 4,095.
const PATH: usize = 900;
/// Bytes of a longer name that are kept.
const KEPT: usize = 100;
/// Endings of the export's own files: no folder has one, as it may stand where such a file should.
const ENDINGS: [&str; 4] = [".ann", ".conf", ".jsonl", ".txt"];

/// An article whose files' name does not lead back to its id.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Named {
    /// The path below the export's folder, without its ending.
    pub(crate) file: String,
    /// The article's id.
    pub(crate) id: String,
}

/// The names of an export's files.
#[derive(Debug)]
pub(super) struct Names {
    /// What parts of an id are joined by.
    separator: &'static str,
    /// Those given so far, as hashes of their lower case: some file systems know no other.
    given: HashSet<[u8; 12]>,
}

impl Names {
    /// For an export with folders.
    pub(super) fn in_folders() -> Self {
        Self { separator: "/", given: HashSet::new() }
    }

    /// For an export whose files all stand in one folder.
    pub(super) fn flat() -> Self {
        Self { separator: "~2F", given: HashSet::new() }
    }

    /// The name of an article's files, without an ending, and what the index has to say of it.
    pub(super) fn name(&mut self, id: &str) -> (String, Option<Piece>) {
        let name = self.telling(id);
        let hash = blake3::hash(name.to_ascii_lowercase().as_bytes());
        let fits = name.len() <= PATH && name.split('/').all(|part| part.len() <= PART);
        let key = hash.as_bytes().first_chunk().expect("a hash has 32 bytes");
        if fits && self.given.insert(*key) {
            return (name, None);
        }
        let file = hashed(&name, id);
        let mut line = super::json(&Named { file: file.clone(), id: id.to_owned() });
        line.push(b'\n');
        (file, Some(Piece::of(INDEX, line)))
    }

    /// The name that [`id_of_file`] leads back from.
    fn telling(&self, id: &str) -> String {
        let in_folders = self.separator == "/";
        let last = id.split('/').count() - 1;
        let parts = id.split('/').enumerate().map(|(at, part)| escaped(part, in_folders && at < last));
        // A part of nothing would be no part of a path.
        let named = parts.map(|part| if in_folders && part.is_empty() { "~".to_owned() } else { part });
        let name = named.collect::<Vec<_>>().join(self.separator);
        if name.is_empty() { "~".to_owned() } else { name }
    }
}

/// A part of an id as a part of a path.
fn escaped(part: &str, is_folder: bool) -> String {
    let lower = part.to_ascii_lowercase();
    let ending = ENDINGS.iter().find(|ending| is_folder && lower.ends_with(**ending));
    let ending = ending.map_or(part.len(), |ending| part.len() - ending.len());
    let mut out = String::new();
    for (at, byte) in part.bytes().enumerate() {
        let plain = match byte {
            // In front it hides a file, or is a way up; Windows drops it at the end.
            b'.' => at > 0 && at + 1 < part.len() && at != ending,
            _ => byte.is_ascii_alphanumeric() && !(at == 0 && is_device(&lower)) || b"-_".contains(&byte),
        };
        if plain { out.push(byte.into()) } else { out += &format!("~{byte:02X}") }
    }
    out
}

/// Whether Windows takes a file of this name, in lower case, for a device.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let numbered = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    ["aux", "con", "nul", "prn"].contains(&stem) || numbered.is_some_and(|n| matches!(n.as_bytes(), [b'1'..=b'9']))
}

/// A name that begins like `name` and depends on nothing but the id. No other kind has two `~` in a row.
fn hashed(name: &str, id: &str) -> String {
    let kept = &name[..KEPT.min(name.len())];
    let kept = match kept.rfind('~') {
        Some(escape) if escape + 3 > kept.len() => &kept[..escape],
        _ => kept,
    };
    format!("{kept}~~{}", &blake3::hash(id.as_bytes()).to_hex()[..24])
}

/// The id that a file's name leads back to; any other name as it is.
pub(crate) fn id_of_file(name: &str) -> String {
    let part = |part: &str| -> Option<String> {
        let mut bytes = Vec::new();
        let mut rest = part.as_bytes();
        while let Some((&first, after)) = rest.split_first() {
            if first == b'~' && part.len() > 1 {
                let digits = std::str::from_utf8(after.get(..2)?).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                rest = &after[2..];
            } else if first == b'~' {
                rest = after;
            } else {
                bytes.push(first);
                rest = after;
            }
        }
        String::from_utf8(bytes).ok()
    };
    name.split('/').map(|p| part(p).unwrap_or_else(|| p.to_owned())).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The name in folders and the flat one, of the first article that is named.
    fn names(id: &str) -> [String; 2] {
        [Names::in_folders(), Names::flat()].map(|mut names| names.name(id).0)
    }

    #[test]
    fn ordinary_ids_are_names() {
        for id in ["rouen-silo-blast", "Rouen_2.1", "2026-02-02.a", "icon", "com10", "a.txt"] {
            assert_eq!(names(id), [id, id]);
        }
        assert_eq!(names("science/marmara-cable"), ["science/marmara-cable", "science~2Fmarmara-cable"]);
        assert_eq!(names("july:12"), ["july~3A12", "july~3A12"]);
    }

    #[test]
    fn a_name_is_safe_wherever_it_is_written() {
        for (id, folders, flat) in [
            ("../../etc/passwd", "~2E~2E/~2E~2E/etc/passwd", "~2E~2E~2F~2E~2E~2Fetc~2Fpasswd"),
            ("/a:b", "~/a~3Ab", "~2Fa~3Ab"),
            ("a//b", "a/~/b", "a~2F~2Fb"),
            ("", "~", "~"),
            (".", "~2E", "~2E"),
            ("a.txt/b", "a~2Etxt/b", "a.txt~2Fb"),
            ("annotation.CONF/b", "annotation~2ECONF/b", "annotation.CONF~2Fb"),
            ("CON", "~43ON", "~43ON"),
            ("lpt1.x/nul", "~6Cpt1.x/~6Eul", "~6Cpt1.x~2F~6Eul"),
            ("Inc./a", "Inc~2E/a", "Inc~2E~2Fa"),
        ] {
            assert_eq!(names(id), [folders, flat], "{id}");
            assert_eq!([folders, flat].map(id_of_file), [id, id]);
        }
        assert_eq!(id_of_file("notes~draft"), "notes~draft", "not one of ours");
    }

    #[test]
    fn what_a_name_cannot_tell_the_index_does() {
        let long = ["x".repeat(251), "ü".repeat(120), format!("north/{}", "é".repeat(100)), "a/".repeat(500)];
        for id in &long {
            for mut names in [Names::in_folders(), Names::flat()] {
                let (file, line) = names.name(id);
                assert!(file.len() <= KEPT + 26 && file.contains("~~"), "{file}");
                let line: Named = serde_json::from_slice(&line.unwrap().bytes).unwrap();
                assert_eq!(line, Named { file: file.clone(), id: id.clone() });
                assert_eq!(names.telling(id)[..50], file[..50]);
            }
        }
        assert_eq!(names(&"x".repeat(250))[0], "x".repeat(250));
        let mut names = Names::in_folders();
        let [a, b, c] = ["North/a", "north/A", "north/b"].map(|id| names.name(id));
        assert_eq!((&*a.0, a.1, &*c.0, c.1), ("North/a", None, "north/b", None));
        assert!(b.0.starts_with("north/A~~") && b.1.is_some(), "{}", b.0);
        assert_eq!(b.0, hashed("north/A", "north/A"), "whatever is exported with it");
    }

    proptest! {
        #[test]
        fn names_lead_back_to_ids(id in "\\PC{0,20}|[./~a]{0,12}") {
            for mut names in [Names::in_folders(), Names::flat()] {
                let (name, line) = names.name(&id);
                prop_assert_eq!(line, None);
                prop_assert_eq!(id_of_file(&name), &*id);
                prop_assert!(name.split('/').all(|part| !part.is_empty() && !part.starts_with('.')));
            }
        }
    }

    #[test]
    fn a_name_is_as_long_as_it_may_be() {
        let path = |first: &str| format!("{first}{}", &"b/".repeat(PATH)[..PATH - 1]);
        assert_eq!(names(&path("a"))[0], path("a"));
        assert!(names(&path("aa"))[0].contains("~~"));
        assert!(names(&"a".repeat(PART + 1))[0].contains("~~"));
    }

    #[test]
    fn no_escape_is_cut() {
        let kept = |before: usize| {
            let id = "a".repeat(before) + &"ä".repeat(200);
            let name = names(&id)[0].clone();
            name.split_once("~~").unwrap().0[before..].to_owned()
        };
        assert_eq!(["", "~C3"], [2, 3].map(|room| kept(KEPT - room)));
        assert_eq!(["~C3", "~C3", "~C3~A4"], [4, 5, 6].map(|room| kept(KEPT - room)));
    }
}
