//! Attributions: contents that share a cue, with the cue's source.

use std::collections::{BTreeMap, HashMap};

use super::negation::{is_negated, is_not_denied, only_seems_negated};
use super::quotes;
use crate::document::Document;
use crate::span::Span;
use crate::tagger::{Calibration, FIELD_SCORES, Link, Mention, TaggedDocument, Voice};
use crate::terms::{AttributionType, Certainty, Polarity, Quote, Role};

/// A content votes for no cue at all where no cue gets more than this share of its pointers. Chosen on PolNeAR dev.
const LEAST_VOTE: f32 = 0.05;

/// What a source's own pointer to the cue counts, beside 1 for the cue's pointer to the source. Chosen on PolNeAR dev.
const SOURCE_VOTE: f32 = 0.5;

/// A source of the cue's own paragraph points to it where this much of its pointers goes there.
const LEAST_BACK: f32 = 0.3;

/// What is attributed, by what cue, to what source: all of a claim that its own layer tells.
#[derive(Clone, Debug)]
pub(crate) struct Attribution<'a> {
    pub(crate) source: Option<Span>,
    pub(crate) cue: Option<Span>,
    /// In fragments, in order; at least one.
    pub(crate) content: Vec<Span>,
    pub(crate) quote: Quote,
    pub(crate) kind: AttributionType,
    pub(crate) certainty: Certainty,
    pub(crate) polarity: Polarity,
    /// Those that its spans touch, as indices, ascending.
    pub(crate) sentences: Vec<usize>,
    pub(crate) confidence: f32,
    /// What the tagger says of who speaks, at the source, or at the content where there is none.
    pub(crate) voice: Option<&'a Voice>,
    /// Whether it is of those that stand in others' contents.
    pub(crate) is_inner: bool,
}

#[cfg(test)]
impl<'a> Attribution<'a> {
    /// One of which nothing is known but its spans.
    pub(crate) fn of_spans(source: Option<Span>, cue: Option<Span>, content: Vec<Span>) -> Self {
        Self {
            source,
            cue,
            content,
            quote: Quote::Indirect,
            kind: AttributionType::Communication,
            certainty: Certainty::Certain,
            polarity: Polarity::Positive,
            sentences: Vec::new(),
            confidence: 1.0,
            voice: None,
            is_inner: false,
        }
    }
}

/// Groups the contents of one layer by cue and finds each cue's source.
pub(crate) fn attributions(tagged: &TaggedDocument, layer: usize, calibration: Calibration) -> Vec<Attribution<'_>> {
    let mentions = &tagged.mentions[layer];
    let mut groups: Vec<Group> = Vec::new();
    let mut known: HashMap<usize, usize> = HashMap::new();
    let mut last: Option<(Span, usize)> = None;
    for content in mentions.iter().filter(|m| m.role == Role::Content) {
        let continued = last.filter(|&(before, _)| quotes::runs_on(&tagged.document, before, content.span));
        let index = match (continued, likeliest(&content.links)) {
            (Some((_, group)), _) => {
                groups[group].contents.push((content, 1.0));
                group
            }
            (None, Some(&Link { to: anchor, probability: vote })) if vote > LEAST_VOTE => {
                let group = *known.entry(anchor).or_insert_with(|| {
                    groups.push(Group { anchor: Some(anchor), contents: Vec::new() });
                    groups.len() - 1
                });
                groups[group].contents.push((content, vote));
                group
            }
            (None, _) => {
                groups.push(Group { anchor: None, contents: vec![(content, content.unlinked)] });
                groups.len() - 1
            }
        };
        last = Some((content.span, index));
    }
    let backward = backward(mentions);
    groups.iter().map(|group| attribution(tagged, layer, group, &backward, calibration)).collect()
}

/// Of each cue the sources whose own pointers go there, with how much of them.
type Backward = HashMap<usize, Vec<Link>>;

fn backward(mentions: &[Mention]) -> Backward {
    let mut out = Backward::new();
    for (source, mention) in mentions.iter().enumerate().filter(|(_, mention)| mention.role == Role::Source) {
        for link in &mention.links {
            out.entry(link.to).or_default().push(Link { to: source, probability: link.probability });
        }
    }
    out
}

/// Contents that belong together, each with the probability of that, and what holds them together: a cue, or a source that
/// stands for one.
struct Group<'a> {
    anchor: Option<usize>,
    contents: Vec<(&'a Mention, f32)>,
}

/// The source that a cue and its candidates agree on best, with the probability of the choice; `None` where no source
/// at all is more probable. What stands in the cue's own paragraph and points to it goes before what stands in another: a
/// byline or a caption is not part of the sentence below it.
fn source_of<'a>(
    document: &Document,
    mentions: &'a [Mention],
    cue: usize,
    backward: &Backward,
) -> Option<(&'a Mention, f32)> {
    // By source: what the cue's pointer gives it, and what its own gives the cue.
    let mut shares: BTreeMap<usize, (f32, f32)> = BTreeMap::new();
    for link in &mentions[cue].links {
        shares.entry(link.to).or_default().0 = link.probability;
    }
    for link in backward.get(&cue).into_iter().flatten() {
        shares.entry(link.to).or_default().1 = link.probability;
    }
    let best = |is_able: &dyn Fn(usize, f32) -> bool| {
        let able = shares.iter().filter(|&(&source, &(_, back))| is_able(source, back));
        let votes = able.map(|(&source, &(given, back))| (source, given + SOURCE_VOTE * back));
        // The first of equals.
        votes.reduce(|best, next| if next.1 > best.1 { next } else { best })
    };
    let best_of_all = best(&|_, _| true).filter(|&(_, vote)| vote > mentions[cue].unlinked)?;
    let paragraph = |mention: usize| document.paragraph_of(mentions[mention].span.start());
    let is_own = |source: usize| paragraph(source) == paragraph(cue);
    let own = if is_own(best_of_all.0) { None } else { best(&|source, back| back >= LEAST_BACK && is_own(source)) };
    let (to, vote) = own.unwrap_or(best_of_all);
    Some((&mentions[to], (vote / (1.0 + SOURCE_VOTE)).min(1.0)))
}

/// The likeliest link, the first of equals.
fn likeliest(links: &[Link]) -> Option<&Link> {
    links.iter().reduce(|best, next| if next.probability > best.probability { next } else { best })
}

/// Puts one attribution together.
fn attribution<'a>(
    tagged: &'a TaggedDocument,
    layer: usize,
    group: &Group<'a>,
    backward: &Backward,
    calibration: Calibration,
) -> Attribution<'a> {
    let Group { anchor, contents } = group;
    let mentions = &tagged.mentions[layer];
    let cue = anchor.filter(|&anchor| mentions[anchor].role == Role::Cue);
    let source = match (cue, anchor) {
        (Some(cue), _) => source_of(&tagged.document, mentions, cue, backward),
        (None, anchor) => anchor.map(|source| (&mentions[source], 1.0)),
    };
    let cue = cue.map(|cue| &mentions[cue]);
    let document = &tagged.document;
    let text = document.article.text();
    let content: Vec<Span> =
        contents.iter().map(|(m, _)| quotes::with_marks(text, &document.quotations, m.span)).collect();
    let content = whole_phrases(document, mentions, content);
    let own: Vec<Span> = cue.map(|m| m.span).into_iter().chain(source.map(|(m, _)| m.span)).collect();
    let share = 1.0 / contents.len() as f32;
    let of_content: f32 = contents.iter().map(|(m, vote)| m.confidence * vote * share).sum();
    let of_source = match (source, cue) {
        (Some((m, vote)), _) => m.confidence * vote,
        (None, Some(cue)) => cue.unlinked,
        (None, None) => 1.0,
    };
    let product = of_content * of_source * cue.map_or(1.0, |m| m.confidence);
    let quote = quotes::quote(text, &document.quotations, &content, &own);
    // What the cue and the first content say of the claim adds up.
    let first = contents[0].0;
    let scores = std::array::from_fn(|at| first.fields[at] + cue.map_or(0.0, |cue| cue.fields[at]));
    let (kind, mut certainty, mut polarity) = fields(&scores);
    if cue.is_some_and(|cue| is_not_denied(cue.span.text(text))) {
        (certainty, polarity) = (Certainty::Underspecified, Polarity::Positive);
    }
    if cue.is_none_or(|cue| !is_negated(cue.span.text(text))) && only_seems_negated(content[0].text(text)) {
        polarity = Polarity::Positive;
    }
    Attribution {
        source: source.map(|(m, _)| m.span),
        cue: cue.map(|m| m.span),
        quote,
        sentences: touched(document, content.iter().copied().chain(own)),
        content,
        kind,
        certainty,
        polarity,
        confidence: calibration.confidence(product, source.is_none(), quote == Quote::Indirect, layer > 0),
        voice: source.map_or(first, |(m, _)| m).voice.as_ref(),
        is_inner: layer > 0,
    }
}

/// Contents that do not end inside a phrase: one that ends on a small word that needs another goes on to the end of its
/// clause, up to the next mention of its layer.
fn whole_phrases(document: &Document, mentions: &[Mention], content: Vec<Span>) -> Vec<Span> {
    const OPEN: &str = " a an the this these his her its their our your my of in on at by for with from to into about as than \
        and or nor but that which who whose is are was were be been being has have had will would can could may might \
        must should ";
    let text = document.text();
    let goes_on = |&span: &Span| {
        let last = span.text(text).rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
        let rest = &text[span.end()..];
        let open = !last.is_empty() && OPEN.contains(&format!(" {} ", last.to_lowercase()));
        let sentence = document.sentences.get(document.sentences_of(span).end.saturating_sub(1));
        let next = mentions.partition_point(|mention| mention.span.start() < span.end());
        let next = mentions.get(next).map_or(text.len(), |mention| mention.span.start());
        let end = sentence.map_or(span.end(), |sentence| sentence.end()).min(next);
        // What stands right before another mention was cut off by it: `that`, he said, `it leaks`.
        if !open || end <= span.end() || rest.trim_start().len() + next == text.len() {
            return span;
        }
        let clause = text[span.end()..end].find([',', ';', ':', '.', '?', '!', '—', '–', '(', '”', '"']);
        Span::new(span.start(), clause.map_or(end, |at| span.end() + at)).trim(text)
    };
    content.iter().map(goes_on).collect()
}

/// The best type, certainty and polarity of scores, the first of equals.
fn fields(scores: &[f32; FIELD_SCORES]) -> (AttributionType, Certainty, Polarity) {
    fn best<T: Copy>(values: &[T], scores: &[f32]) -> T {
        let better = |best: usize, at: usize| if scores[at] > scores[best] { at } else { best };
        values[(0..values.len()).fold(0, better)]
    }
    (best(AttributionType::ALL, &scores[..4]), best(Certainty::ALL, &scores[4..8]), best(Polarity::ALL, &scores[8..]))
}

/// The sentences that any of `spans` touches.
fn touched(document: &Document, spans: impl Iterator<Item = Span>) -> Vec<usize> {
    let mut out: Vec<usize> = spans.flat_map(|span| document.sentences_of(span)).collect();
    out.sort_unstable();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_end_with_their_phrases() {
        let text = "Ruiz said it sank by night, leaving the crew behind. Lee said the boat of, she left.";
        let document = Document::new(crate::Article::new("a", crate::Place::file("a"), text));
        let whole = |part: &str| {
            let start = text.find(part).expect("the part is in the text");
            let found = whole_phrases(&document, &[], vec![Span::new(start, start + part.len())]);
            found[0].text(text).to_owned()
        };
        assert_eq!(whole("it sank by night, leaving the"), "it sank by night, leaving the crew behind");
        assert_eq!(whole("it sank by"), "it sank by night");
        assert_eq!(whole("it sank"), "it sank");
        assert_eq!(whole("the boat of"), "the boat of");
    }
}
