//! How names are written alike.

/// The first and the last two words of a name.
pub(super) fn edges(key: &str) -> Vec<(bool, String)> {
    let words: Vec<&str> = key.split(' ').collect();
    if words.len() < 3 {
        Vec::new()
    } else {
        vec![(true, words[..2].join(" ")), (false, words[words.len() - 2..].join(" "))]
    }
}

/// Whether given names do not differ: the same, an initial of it, a short form, or one letter apart.
pub(super) fn agree(a: &[String], b: &[String]) -> bool {
    let same = |x: &String, y: &String| {
        let short = x.chars().count().min(y.chars().count());
        let starts = x.starts_with(y.as_str()) || y.starts_with(x.as_str());
        x == y || starts && (short == 1 || short > 2) || short > 4 && one_apart(x, y)
    };
    let (Some(x), Some(y)) = (a.first(), b.first()) else { return false };
    same(x, y) || b.contains(x) || a.contains(y)
}

/// Whether one letter was changed, added or left out.
pub(super) fn one_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let end = a[start..].iter().rev().zip(b[start..].iter().rev()).take_while(|(x, y)| x == y).count();
    a.len().max(b.len()) - start - end == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_names_agree_unless_they_differ() {
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (a, b, expected) in [
            ("elijah", "elijah e", true),
            ("j", "jane", true),
            ("chris", "christopher", true),
            ("bobby", "robert c bobby", true),
            ("kristin", "kristen", true),
            ("ted", "rafael", false),
            ("heidi", "harold", false),
        ] {
            assert_eq!(agree(&names(a), &names(b)), expected, "{a}, {b}");
        }
        assert!(one_apart("maurer", "mauer") && !one_apart("ruiz", "ruiz") && !one_apart("ruiz", "reis"));
    }
}
