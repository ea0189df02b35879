//! Finding the tokens of a Penn Treebank tokeniser in the text that they were made from.

use std::ops::Range;

/// How many tokens have to follow one another in the text before a walk that lost its way goes on there.
const SURE: usize = 5;

/// The place of each token in the text, in code points; `None` where it cannot be told.
///
/// Walks both at once, over characters without white space. Quotation marks of all kinds are alike, a double one is
/// two single ones, dashes of all kinds and any number are one, `…` is three full stops, and brackets may be written
/// as `-LRB-` and the like. A full stop that repeats that of an abbreviation shares its place. Where text was left
/// out, added or put elsewhere, the walk goes on where five tokens in a row are next found: after where it is, or else
/// from the start.
pub(super) fn align<'a>(text: &str, tokens: impl IntoIterator<Item = &'a str>) -> Vec<Option<Range<usize>>> {
    let text = plain(text);
    let tokens: Vec<Vec<char>> = tokens.into_iter().map(token).collect();
    let mut at = 0;
    let mut out = Vec::with_capacity(tokens.len());
    for (index, token) in tokens.iter().enumerate() {
        let start = if token.is_empty() {
            None
        } else if starts_with(&text[at..], token) {
            Some(at)
        } else if token == &['.'] && at > 0 && text[at - 1].0 == '.' {
            Some(at - 1)
        } else {
            let next: Vec<char> = tokens[index..].iter().take(SURE).flatten().copied().collect();
            (at..text.len()).chain(0..at).find(|&start| starts_with(&text[start..], &next))
        };
        out.push(start.map(|start| {
            at = start + token.len();
            text[start].1..text[at - 1].1 + 1
        }));
    }
    out
}

fn starts_with(text: &[(char, usize)], wanted: &[char]) -> bool {
    text.len() >= wanted.len() && text.iter().zip(wanted).all(|((c, _), wanted)| c == wanted)
}

/// A token's characters as [`plain`] writes them.
fn token(token: &str) -> Vec<char> {
    let token = match token {
        "-LRB-" => "(",
        "-RRB-" => ")",
        "-LSB-" => "[",
        "-RSB-" => "]",
        "-LCB-" => "{",
        "-RCB-" => "}",
        other => other,
    };
    plain(token).into_iter().map(|(c, _)| c).collect()
}

/// The characters that count, each with the code point that it comes from.
fn plain(text: &str) -> Vec<(char, usize)> {
    let mut out = Vec::new();
    let mut after_dash = false;
    for (index, c) in text.chars().enumerate() {
        let dash = matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
        match c {
            _ if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{ad}') => {}
            _ if dash && after_dash => {}
            _ if dash => out.push(('-', index)),
            '“' | '”' | '„' | '«' | '»' | '"' => out.extend([('\'', index); 2]),
            '‘' | '’' | '`' => out.push(('\'', index)),
            '…' => out.extend([('.', index); 3]),
            _ => out.push((c, index)),
        }
        after_dash = dash;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text at the place of each token, which are given in one string.
    fn found(text: &str, tokens: &str) -> Vec<String> {
        let characters: Vec<char> = text.chars().collect();
        let cut = |place: Option<Range<usize>>| place.map_or("?".into(), |place| characters[place].iter().collect());
        align(text, tokens.split(' ')).into_iter().map(cut).collect()
    }

    #[test]
    fn marks_are_found_however_they_are_written() {
        let text = "“We can’t,” she said — in the U.S. (‘Nobody—at all…’) again–";
        let tokens = "`` We ca n't , '' she said -- in the U.S. . -LRB- ` Nobody -- at all ... ' -RRB- again -";
        let expected = [
            "“", "We", "ca", "n’t", ",", "”", "she", "said", "—", "in", "the", "U.S.", ".", "(", "‘", "Nobody", "—",
            "at", "all", "…", "’", ")", "again", "–",
        ];
        assert_eq!(found(text, tokens), expected);
    }

    #[test]
    fn the_walk_finds_its_way_again() {
        let text =
            "A headline.\nThe mayor of the town <b id=3> said on Friday that it was late. Nobody else came there.";
        let missing = "The mayor of the town said on Friday that it was late .";
        assert_eq!(found(text, missing), missing.split(' ').collect::<Vec<_>>(), "text without a token");
        let added = "The mayor of the town PICTURE <b id=3> said on Friday";
        let expected = ["The", "mayor", "of", "the", "town", "?", "<b", "id=3>", "said", "on", "Friday"];
        assert_eq!(found(text, added), expected, "a token without text");
        let moved = "Nobody else came there . The mayor of the town";
        assert_eq!(found(text, moved), moved.split(' ').collect::<Vec<_>>(), "in another order");
    }
}
