//! States by what stands for their governments: capitals, adjectives, `the Norwegian government`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Of each name, capital and adjective in lower case its row, and whether it is a name of the state itself.
static STATES: LazyLock<HashMap<String, (usize, bool)>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    let rows = include_str!("states.tsv").lines().filter(|row| !row.starts_with('#') && !row.is_empty());
    for (row, line) in rows.enumerate() {
        let columns: Vec<&str> = line.split('\t').collect();
        // Parts of states and continents have no seat: places, but no speakers.
        if columns.get(2) == Some(&"-") {
            continue;
        }
        for (column, cell) in columns.iter().enumerate() {
            for name in cell.split('|').filter(|name| !name.is_empty()) {
                all.entry(name.to_lowercase()).or_insert((row, column < 2));
            }
        }
    }
    all
});

/// The state that words stand for, a number, and whether they are its own name.
pub(super) fn state(words: &[String]) -> Option<(usize, bool)> {
    let words = words.strip_suffix(&["government".to_owned()]).map_or((words, false), |rest| (rest, true));
    let &(state, is_name) = STATES.get(&words.0.join(" "))?;
    Some((state, is_name && !words.1))
}

/// Whether words are a state's own name.
pub(crate) fn is_state(words: &[String]) -> bool {
    state(words).is_some_and(|(_, is_name)| is_name)
}
