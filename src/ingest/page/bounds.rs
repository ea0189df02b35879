//! Pages that would take a parser too long.

/// Elements of a page that is read.
pub(super) const MAX_ELEMENTS: usize = 50_000;

/// How deep they may lie in each other. The library takes time by the square of it.
const MAX_DEPTH: usize = 500;

/// Elements that have no end, or need none.
#[rustfmt::skip]
const OPEN: [&str; 26] = [
    "area", "base", "body", "br", "col", "dd", "dt", "embed", "head", "hr", "html", "img", "input", "li", "link", "meta",
    "option", "p", "param", "source", "tbody", "td", "th", "thead", "tr", "wbr",
];

/// Elements whose content is no markup.
const RAW: [&str; 5] = ["script", "style", "textarea", "title", "xmp"];

/// Why a page would take too long, if it would. Depth is counted as a parser does it: what closes itself in `svg` and
/// `math` is closed, and scripts and comments hold no elements.
pub(super) fn unwieldy(html: &str) -> Option<String> {
    let (mut elements, mut depth, mut deepest, mut drawings) = (0, 0_usize, 0, 0_usize);
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once('<') {
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let closes = tag.starts_with('/');
        let name = tag.trim_start_matches('/');
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())];
        rest = tag;
        if name.is_empty() {
            continue;
        }
        let is = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
        let is_drawing = is(&["svg", "math"]);
        if is(&OPEN) {
            elements += 1;
        } else if closes {
            depth = depth.saturating_sub(1);
            drawings = drawings.saturating_sub(usize::from(is_drawing));
        } else {
            elements += 1;
            let end = tag.find('>').unwrap_or(tag.len());
            if (is_drawing || drawings > 0) && tag[..end].ends_with('/') {
                continue;
            }
            if is(&RAW) {
                rest = after(&tag[end..], name);
                continue;
            }
            drawings += usize::from(is_drawing);
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    if elements > 2 * MAX_ELEMENTS {
        return Some(format!("the page has more than {MAX_ELEMENTS} elements; save the article alone"));
    }
    (deepest > MAX_DEPTH).then(|| format!("more than {MAX_DEPTH} of the page's elements lie in each other"))
}

/// What comes after the end of an element of this name.
fn after<'a>(content: &'a str, name: &str) -> &'a str {
    let ends = content.match_indices("</").map(|(at, _)| &content[at + 2..]);
    let end = ends.into_iter().find(|end| end.get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name)));
    end.map_or("", |end| &end[name.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_as_a_parser_does() {
        assert_eq!(unwieldy(&"<svg><path d='x'/><g><use /></g></svg>".repeat(600)), None);
        assert_eq!(unwieldy(&"<script>if (a < b) x = '<div><b>';</SCRIPT><!-- <div> -->".repeat(600)), None);
        assert_eq!(unwieldy(&"<p>One<br>two<img src=x>".repeat(600)), None);
        assert!(unwieldy(&"<div/>".repeat(600)).is_some(), "only a drawing's elements close themselves");
        assert!(unwieldy(&"<svg><g>".repeat(300)).is_some());
        assert!(unwieldy(&"<b></b>".repeat(150_000)).is_some());
        assert_eq!(unwieldy("<script>unfinished <div>"), None);
    }
}
