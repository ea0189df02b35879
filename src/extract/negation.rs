//! What words say of a claim's polarity that a model of whole cues and contents misses.

/// Whether a cue says that something is not denied, which leaves it open.
pub(super) fn is_not_denied(cue: &str) -> bool {
    let cue = cue.to_lowercase();
    let mut words = cue.split_whitespace().skip_while(|word| {
        !matches!(*word, "not" | "never" | "neither" | "nor") && !word.ends_with("n't") && !word.ends_with("n’t")
    });
    words.next().is_some() && words.any(|word| matches!(word, "deny" | "denied" | "denying" | "denies"))
}

/// Whether words hold a negation, or a verb that is one.
pub(super) fn is_negated(words: &str) -> bool {
    const VERBS: [&str; 14] = [
        "den",
        "refus",
        "reject",
        "dismiss",
        "refut",
        "doubt",
        "declin",
        "oppos",
        "contradict",
        "disput",
        "fail",
        "rul",
        "unlike",
        "condemn",
    ];
    let words = words.to_lowercase().replace('’', "'");
    words.split(|c: char| !c.is_alphanumeric() && c != '\'').any(|word| {
        let none = matches!(
            word,
            "not"
                | "no"
                | "never"
                | "none"
                | "nobody"
                | "nothing"
                | "neither"
                | "nor"
                | "cannot"
                | "without"
                | "hardly"
        );
        none || word.ends_with("n't") || VERBS.iter().any(|verb| word.starts_with(verb))
    })
}

/// Whether a content's negations are none: an answer's `No,` before what is so, `no fewer than`, `No. 2`.
pub(super) fn only_seems_negated(content: &str) -> bool {
    const SEEMING: [&str; 7] =
        ["no fewer than", "no less than", "no more than", "no later than", "no doubt", "not only", "not just"];
    let lower = content.to_lowercase();
    let plain = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut rest = plain.strip_prefix("no, ").unwrap_or(plain).to_owned();
    for seeming in SEEMING {
        rest = rest.replace(seeming, " ");
    }
    for digit in '0'..='9' {
        rest = rest.replace(&format!("no. {digit}"), " ").replace(&format!("no {digit}"), " ");
    }
    rest != lower.trim_start_matches(|c: char| !c.is_alphanumeric()) && !is_negated(&rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_seems_to_be_negated() {
        for (content, expected) in [
            ("“No, it sank,”", true),
            ("“No, it did not sink,”", false),
            ("no fewer than nine boats sank", true),
            ("the No. 3 boat sank", true),
            ("there is no doubt that it sank", true),
            ("it was not only old but leaked", true),
            ("the boat sank", false),
            ("no boat sank", false),
        ] {
            assert_eq!(only_seems_negated(content), expected, "{content}");
        }
    }

    #[test]
    fn not_to_deny_leaves_it_open() {
        for (cue, expected) in
            [("did not deny", true), ("never denied", true), ("denied", false), ("did not say", false)]
        {
            assert_eq!(is_not_denied(cue), expected, "{cue}");
        }
    }
}
