//! File names for articles, and back.

/// The id as a path below a folder. Its parts stay parts; whatever some file system or tool might not take becomes
/// `~` and the byte's two hexadecimal digits.
pub(crate) fn file_name(id: &str) -> String {
    let part = |part: &str| {
        let mut out = String::new();
        for (at, byte) in part.bytes().enumerate() {
            // A dot in front hides a file, or is a way up.
            let plain = byte.is_ascii_alphanumeric() || b"-_".contains(&byte) || (byte == b'.' && at > 0);
            if plain { out.push(byte.into()) } else { out += &format!("~{byte:02X}") }
        }
        // A part of nothing would be no part of a path.
        if out.is_empty() { "~".to_owned() } else { out }
    };
    id.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The id that [`file_name`] made `name` of; any other name as it is.
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

    #[test]
    fn a_name_never_leaves_the_folder() {
        assert_eq!(file_name("science/marmara-cable"), "science/marmara-cable");
        assert_eq!(file_name("../../etc/passwd"), "~2E./~2E./etc/passwd");
        assert_eq!(file_name("/a:b"), "~/a~3Ab");
        assert_eq!(id_of_file("notes~draft"), "notes~draft", "not one of ours");
    }

    proptest! {
        #[test]
        fn names_lead_back_to_ids(id in any::<String>()) {
            let name = file_name(&id);
            prop_assert_eq!(id_of_file(&name), id);
            prop_assert!(name.split('/').all(|part| !part.is_empty() && !part.starts_with('.')));
        }
    }
}
