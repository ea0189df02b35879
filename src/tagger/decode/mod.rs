//! From the encoder's outputs, window by window, to a document's mentions and hedges.

pub(super) mod calibration;
pub(super) mod called;
pub(super) mod crf;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::encoder::{FIELD_SCORES, Introduced, Links, Output, ROLE_TAGS};
use super::input::pieces::Pieces;
use super::input::windows;
use super::{Hedge, Link, Mention, Name, Voice};
use crate::document::Document;
use crate::span::Span;
use crate::terms::{Class, Role};
use called::{bare_name, is_name, is_proper, whole_words};
use crf::{Found, Scores, Transitions};

/// What a call for a mention adds to the log score of the tag that begins it; on dev 2 to 50 do as well.
const CALL: f32 = 3.0;

/// The score of a tag that is out of the question.
const NEVER: f32 = -1e4;

/// The share of a pointer that makes a call; no two pieces have as much.
const LEAST_CALL: f32 = 0.5;

/// A whole document as its windows see it: each piece is read from the window in which it lies most centrally.
pub(crate) struct Reading<'a> {
    document: &'a Document,
    pieces: &'a Pieces,
    windows: &'a [Range<usize>],
    outputs: &'a [Output],
    owners: Vec<usize>,
}

impl<'a> Reading<'a> {
    /// `outputs` belong to `windows`, one by one.
    pub(crate) fn new(
        document: &'a Document,
        pieces: &'a Pieces,
        windows: &'a [Range<usize>],
        outputs: &'a [Output],
    ) -> Self {
        Self { document, pieces, windows, outputs, owners: windows::owners(windows, pieces.len()) }
    }

    /// The window that a piece is read from, and the piece's place in it.
    fn place(&self, piece: usize) -> (&'a Range<usize>, &'a Output, usize) {
        let window = self.owners[piece];
        (&self.windows[window], &self.outputs[window], piece - self.windows[window].start)
    }

    fn span(&self, pieces: &Range<usize>) -> Span {
        self.pieces.spans[pieces.start].cover(self.pieces.spans[pieces.end - 1])
    }

    /// What each piece's own window says of it.
    fn each<T>(&self, of: impl Fn(&Output, usize) -> T) -> Vec<T> {
        let all = (0..self.pieces.len()).map(|piece| {
            let (_, output, row) = self.place(piece);
            of(output, row)
        });
        all.collect()
    }

    /// One layer's sources, cues and contents with their links.
    pub(crate) fn mentions(&self, layer: usize, transitions: &Transitions<ROLE_TAGS>) -> Vec<Mention> {
        let mut emissions = self.each(|output, row| output.roles[layer][row]);
        // Contents alone go on in a new paragraph.
        self.stop_at_paragraphs(&mut emissions, &[Role::Source, Role::Cue].map(|role| begin(role) + 1));
        let mut found = transitions.decode(&emissions);
        // Contents call for cues first, for those may call for sources.
        for role in [Role::Cue, Role::Source] {
            let called = self.called_for(&found, layer, role);
            if !called.is_empty() {
                for piece in called {
                    emissions[piece][begin(role)] += CALL;
                }
                found = transitions.decode(&emissions);
            }
        }
        let confidences = transitions.confidences(&emissions, &found);
        let to_cue = |o: &'a Output| &o.to_cue[layer];
        let to_source = |o: &'a Output| &o.to_source[layer];
        found
            .iter()
            .zip(confidences)
            .map(|(Found { label, pieces }, confidence)| {
                let role = Role::ALL[*label];
                let (_, output, row) = self.place(pieces.start);
                let (links, unlinked) = match role {
                    // A cue's pointer is learned on its first piece alone.
                    Role::Cue => self.votes(&found, pieces.start..pieces.start + 1, to_source, &[Role::Source]),
                    Role::Source => self.votes(&found, pieces.clone(), to_cue, &[Role::Cue]),
                    // A source may stand for the cue too, as before a turn of a transcript.
                    Role::Content => self.votes(&found, pieces.clone(), to_cue, &[Role::Cue, Role::Source]),
                };
                let fields = match role {
                    Role::Source => [0.0; FIELD_SCORES],
                    Role::Cue => output.of_cue[row],
                    Role::Content => output.of_content[row],
                };
                let voice = if role == Role::Cue { None } else { self.voice(pieces.start) };
                Mention { role, span: self.span(pieces), confidence, links, unlinked, fields, voice }
            })
            .collect()
    }

    /// Whether nothing but a blank or the end of a wrapped line stands between two places.
    fn is_one_blank(&self, from: usize, to: usize) -> bool {
        let starts = &self.document.paragraph_starts;
        matches!(self.document.text().get(from..to), Some(" " | "\n")) && starts.binary_search(&to).is_err()
    }

    /// Has spans begin anew in a new paragraph: `inside` are the tags that would go on.
    fn stop_at_paragraphs<const T: usize>(&self, emissions: &mut [Scores<T>], inside: &[usize]) {
        for first in self.pieces.paragraph_starts() {
            for &tag in inside {
                emissions[first][tag - 1] = emissions[first][tag - 1].max(emissions[first][tag]);
                emissions[first][tag] = NEVER;
            }
        }
    }

    /// What is said at the first piece of one who may speak.
    fn voice(&self, piece: usize) -> Option<Voice> {
        let (window, output, row) = self.place(piece);
        let at = output.voices.binary_search_by_key(&row, |voice| voice.piece).ok()?;
        let said = &output.voices[at];
        let introduced = |Introduced { pieces, probability }: &Introduced| {
            let pieces = window.start + pieces.start..window.start + pieces.end;
            let span = (!pieces.is_empty()).then(|| uncut(self.document.text(), self.span(&pieces)))?;
            // It is one phrase.
            (self.document.sentences_of(span).len() == 1).then_some((span, *probability))
        };
        Some(Voice {
            kinds: output.kinds[row],
            pair: said.pair.clone(),
            role: introduced(&said.role),
            affiliation: introduced(&said.affiliation),
        })
    }

    /// Proper names, in order; among them sources that the tagger takes for names and that are nothing but capitals.
    pub(crate) fn names(&self, mentions: &[Vec<Mention>]) -> Vec<Name> {
        let mut emissions = self.each(|output, row| output.names[row]);
        self.stop_at_paragraphs(&mut emissions, &[2]);
        let text = self.document.text();
        let mut names: Vec<Name> = Vec::new();
        for Found { pieces, .. } in Transitions::rules().decode(&emissions) {
            let mut span = whole_words(text, self.span(&pieces));
            let Some(voice) = self.voice(pieces.start) else { continue };
            let is_person = |voice: &Voice| voice.kinds[..5].iter().all(|&score| score <= voice.kinds[0]);
            let ends = [" of ", " at ", " from ", " and ", ", ", "'s ", "’s "];
            let ends = ends.into_iter().filter_map(|end| span.text(text).find(end));
            if let Some(end) = ends.min().filter(|_| is_person(&voice)) {
                span = Span::new(span.start(), span.start() + end);
            }
            // A given name and a family name that were taken for two.
            let goes_on = |last: &&mut Name| is_person(&last.voice) && self.is_one_blank(last.span.end(), span.start());
            if let Some(last) = names.last_mut().filter(|_| is_person(&voice)).filter(goes_on) {
                last.span = last.span.cover(span);
                continue;
            }
            let is_new = names.last().is_none_or(|last| last.span.end() <= span.start());
            let written = span.text(text);
            if is_new && is_name(written) {
                names.push(Name { span, voice });
            }
        }
        let sources = mentions.iter().flatten().filter(|mention| mention.role == Role::Source);
        let bare = sources.filter_map(|source| {
            let voice = source.voice.as_ref().filter(|voice| voice.kinds[5] > 0.0)?;
            let span = bare_name(text, source.span);
            let at = names.partition_point(|name| name.span.end() <= span.start());
            let is_free = names.get(at).is_none_or(|name| span.end() <= name.span.start());
            (is_free && is_proper(span.text(text))).then(|| Name { span, voice: voice.clone() })
        });
        let mut bare: Vec<Name> = bare.collect();
        names.append(&mut bare);
        // Of what both layers have the outer one's stays.
        names.sort_by_key(|name| name.span.start());
        names.dedup_by(|later, kept| later.span.start() < kept.span.end());
        names
    }

    /// Pieces outside of all mentions that most of a content's pointer goes to (for a cue) or of a cue's (for a source):
    /// there one begins that the tags alone did not show.
    fn called_for(&self, found: &[Found], layer: usize, role: Role) -> BTreeSet<usize> {
        let callers = found.iter().filter_map(|f| match (Role::ALL[f.label], role) {
            (Role::Content, Role::Cue) => Some(f.pieces.clone()),
            (Role::Cue, Role::Source) => Some(f.pieces.start..f.pieces.start + 1),
            _ => None,
        });
        let to_cue = role == Role::Cue;
        let pointers = |o: &'a Output| if to_cue { &o.to_cue[layer] } else { &o.to_source[layer] };
        callers.filter_map(|voters| self.call(found, voters, pointers)).collect()
    }

    fn call(&self, found: &[Found], voters: Range<usize>, pointers: impl Fn(&'a Output) -> &'a Links) -> Option<usize> {
        let share = 1.0 / voters.len() as f32;
        let mut shares = BTreeMap::new();
        for voter in voters {
            let (window, output, row) = self.place(voter);
            for &(to, p) in pointers(output).row(row) {
                if let Some(to) = usize::from(to).checked_sub(1) {
                    *shares.entry(window.start + to).or_insert(0.0) += p * share;
                }
            }
        }
        let most = shares.into_iter().find(|&(_, share)| share > LEAST_CALL);
        most.map(|(piece, _)| piece).filter(|&piece| holder(found, piece).is_none())
    }

    /// Where `voters` point on average: the mentions of `roles` that get a share, and the share that points nowhere.
    fn votes(
        &self,
        found: &[Found],
        voters: Range<usize>,
        pointers: impl Fn(&'a Output) -> &'a Links,
        roles: &[Role],
    ) -> (Vec<Link>, f32) {
        let mut mass: BTreeMap<usize, f32> = BTreeMap::new();
        let mut none = 0.0;
        let share = 1.0 / voters.len() as f32;
        for voter in voters {
            let (window, output, row) = self.place(voter);
            for &(to, p) in pointers(output).row(row) {
                // Position 0 is [CLS]: no link.
                match usize::from(to).checked_sub(1) {
                    None => none += p * share,
                    Some(to) => {
                        if let Some(at) = holder(found, window.start + to) {
                            *mass.entry(at).or_default() += p * share;
                        }
                    }
                }
            }
        }
        let links = mass
            .into_iter()
            .filter(|&(to, p)| roles.contains(&Role::ALL[found[to].label]) && p > 0.0)
            .map(|(to, p)| Link { to, probability: p.min(1.0) })
            .collect();
        (links, none.min(1.0))
    }

    /// Hedges with their scopes.
    pub(crate) fn hedges(&self) -> Vec<Hedge> {
        let emissions = self.each(|output, row| output.hedges[row]);
        let rules = Transitions::rules();
        let found = rules.decode(&emissions);
        let confidences = rules.confidences(&emissions, &found);
        found
            .iter()
            .zip(confidences)
            .map(|(Found { label, pieces }, confidence)| Hedge {
                class: Class::ALL[*label],
                span: self.span(pieces),
                scope: self.scope(pieces),
                confidence,
            })
            .collect()
    }

    /// What a hedge weakens: from the most probable start before it to the most probable end after it, within its
    /// sentence and window.
    fn scope(&self, hedge: &Range<usize>) -> Option<Span> {
        let (window, output, row) = self.place(hedge.start);
        let scores = output.scopes.iter().find(|scores| scores.piece == row)?;
        let sentence =
            *self.document.sentences.get(self.document.sentences_of(self.pieces.spans[hedge.start]).start)?;
        let spans = &self.pieces.spans;
        let first = spans.partition_point(|s| s.start() < sentence.start()).max(window.start);
        let last = spans.partition_point(|s| s.end() <= sentence.end()).clamp(hedge.end, window.end.max(hedge.end)) - 1;
        let best = |scores: &[f32], from: usize, to: usize| {
            let of = |piece: usize| scores.get(piece - window.start).copied().unwrap_or(f32::NEG_INFINITY);
            (from..=to).max_by(|&a, &b| of(a).total_cmp(&of(b)).then(b.cmp(&a)))
        };
        let start = best(&scores.first, first.min(hedge.start), hedge.start)?;
        let end = best(&scores.last, hedge.end - 1, last)?;
        Some(self.span(&(start..end + 1)))
    }
}

/// With the whole of the words at its ends.
fn uncut(text: &str, span: Span) -> Span {
    let inner = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '\u{ad}');
    let (before, written, after) = (&text[..span.start()], span.text(text), &text[span.end()..]);
    let grown = |grows: bool, more: &mut dyn Iterator<Item = char>| -> usize {
        if grows { more.take_while(inner).map(char::len_utf8).sum() } else { 0 }
    };
    let start = span.start() - grown(written.starts_with(char::is_alphanumeric), &mut before.chars().rev());
    let end = span.end() + grown(written.ends_with(char::is_alphanumeric), &mut after.chars());
    let dashes = |c: char| !c.is_alphanumeric() && inner(&c);
    let whole = text[start..end].trim_end_matches(dashes);
    Span::new(start + whole.len() - whole.trim_start_matches(dashes).len(), start + whole.len())
}

/// The tag that begins a mention of `role`.
fn begin(role: Role) -> usize {
    1 + 2 * Role::ALL.iter().position(|&r| r == role).unwrap_or_default()
}

/// The mention that a piece belongs to.
fn holder(found: &[Found], piece: usize) -> Option<usize> {
    let at = found.partition_point(|f| f.pieces.end <= piece);
    found.get(at).is_some_and(|f| f.pieces.contains(&piece)).then_some(at)
}
