//! The gender that a given name tells.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::source::Form;

/// Of each given name in lower case whether it is a woman's; names of both are left out.
static FORENAMES: LazyLock<HashMap<&str, bool>> = LazyLock::new(|| {
    let rows = include_str!("forenames.tsv").lines().filter(|row| !row.starts_with('#'));
    let told = rows.filter_map(|row| match row.split_once('\t') {
        Some((name, "f")) => Some((name, true)),
        Some((name, "m")) => Some((name, false)),
        _ => None,
    });
    told.collect()
});

/// Whether `he` or `she` cannot mean who is called so.
pub(super) fn contradicts(form: Form, name: &str) -> bool {
    let first = name.split_whitespace().next().unwrap_or_default().to_lowercase();
    match (form, FORENAMES.get(first.as_str())) {
        (Form::He, Some(is_woman)) => *is_woman,
        (Form::She, Some(is_woman)) => !is_woman,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_names_tell_whom_a_pronoun_cannot_mean() {
        for (form, name, expected) in [
            (Form::She, "Paul Wray", true),
            (Form::He, "Paul Wray", false),
            (Form::He, "Nora Finch", true),
            (Form::She, "Xi Mingze", false),
            (Form::They, "Paul Wray", false),
        ] {
            assert_eq!(contradicts(form, name), expected, "{form:?} {name}");
        }
    }
}
