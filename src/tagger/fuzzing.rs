//! What fuzzing calls: the decoder on arbitrary scores, checked for what it promises.
#![allow(missing_docs, clippy::missing_panics_doc, reason = "no part of the library that others use")]

use super::decode::Reading;
use super::decode::crf::Transitions;
use super::encoder::{Introduced, Links, Output, Pair, Pointed, ScopeScores, VoiceScores};
use super::input::pieces::Pieces;
use super::input::windows;
use crate::article::Article;
use crate::document::Document;
use crate::error::Place;
use crate::span::Span;

/// Numbers from bytes, again and again the same ones where they are too few.
struct Numbers<'a>(std::iter::Cycle<std::slice::Iter<'a, u8>>);

impl Numbers<'_> {
    fn byte(&mut self) -> u8 {
        self.0.next().copied().unwrap_or_default()
    }

    /// Now and then one that is no number, or without bounds.
    fn score(&mut self) -> f32 {
        match self.byte() {
            0 => f32::from_le_bytes(std::array::from_fn(|_| self.byte())),
            byte => (f32::from(byte) - 128.0) / 8.0,
        }
    }

    fn scores<const T: usize>(&mut self) -> [f32; T] {
        std::array::from_fn(|_| self.score())
    }

    fn links(&mut self, window: usize) -> Links {
        let positions = window + 2;
        let log_p = (0..window * positions).map(|_| (f32::from(self.byte() / 250) / 4.0).ln()).collect();
        Links::new(window, &Pointed { origins: (0..window).collect(), positions, log_p })
    }

    fn introduced(&mut self, window: usize) -> Introduced {
        let start = usize::from(self.byte()) % window;
        let end = (start + usize::from(self.byte() % 4)).min(window);
        Introduced { pieces: start..end, probability: self.score() }
    }

    /// For some of the pieces.
    fn voices(&mut self, window: usize) -> Vec<VoiceScores> {
        let mut voices = Vec::new();
        for piece in 0..window {
            if self.byte() > 60 {
                let [query, key] = [(); 2].map(|()| (0..4).map(|_| self.score()).collect());
                let pair = Pair { query, key, none: self.score() };
                let [role, affiliation] = [(); 2].map(|()| self.introduced(window));
                voices.push(VoiceScores { piece, pair, role, affiliation });
            }
        }
        voices
    }

    /// For some of the pieces.
    fn scopes(&mut self, window: usize) -> Vec<ScopeScores> {
        let mut scopes = Vec::new();
        for piece in 0..window {
            if self.byte() > 100 {
                let [first, last] = [(); 2].map(|()| (0..window).map(|_| self.score()).collect());
                scopes.push(ScopeScores { piece, first, last });
            }
        }
        scopes
    }
}

/// Decodes scores that `bytes` stand for, over a text whose words are the word pieces.
pub fn decode(text: &str, bytes: &[u8]) {
    let document = Document::new(Article::new("a", Place::file("a"), text));
    let mut numbers = Numbers(bytes.iter().cycle());
    let mut spans = Vec::new();
    for word in document.text().split_whitespace().take(64) {
        let start = word.as_ptr() as usize - document.text().as_ptr() as usize;
        spans.push(Span::new(start, start + word.len()));
    }
    let sentence_starts: Vec<_> = (0..spans.len()).filter(|&at| at == 0 || numbers.byte() > 200).collect();
    let (ids, types) = (vec![0; spans.len()], vec![0; spans.len()]);
    let size = 4 + usize::from(numbers.byte() % 16);
    let paragraph_starts: Vec<_> = sentence_starts.iter().copied().step_by(3).collect();
    let cut = windows::windows([&paragraph_starts, &sentence_starts], spans.len(), size, size / 2);
    let pieces = Pieces { ids, types, spans, sentence_starts };
    let outputs: Vec<_> = cut
        .iter()
        .map(|window| Output {
            roles: [(); 2].map(|()| window.clone().map(|_| numbers.scores()).collect()),
            hedges: window.clone().map(|_| numbers.scores()).collect(),
            names: window.clone().map(|_| numbers.scores()).collect(),
            kinds: window.clone().map(|_| numbers.scores()).collect(),
            of_cue: window.clone().map(|_| numbers.scores()).collect(),
            of_content: window.clone().map(|_| numbers.scores()).collect(),
            to_cue: [(); 2].map(|()| numbers.links(window.len())),
            to_source: [(); 2].map(|()| numbers.links(window.len())),
            scopes: numbers.scopes(window.len()),
            voices: numbers.voices(window.len()),
        })
        .collect();
    let transitions = Transitions::new(numbers.scores(), std::array::from_fn(|_| numbers.scores()));
    let reading = Reading::new(&document, &pieces, &cut, &outputs);
    let layers = [0, 1].map(|layer| reading.mentions(layer, &transitions));
    let (names, hedges) = (reading.names(&layers), reading.hedges());

    let in_order = |spans: Vec<Span>| spans.windows(2).all(|pair| pair[0].end() <= pair[1].start());
    for mentions in layers {
        assert!(in_order(mentions.iter().map(|mention| mention.span).collect()));
        for mention in &mentions {
            assert!(!mention.span.text(document.text()).is_empty());
            assert!(mention.links.iter().all(|link| mentions[link.to].role != mention.role));
        }
    }
    assert!(in_order(names.iter().map(|name| name.span).collect()));
    assert!(in_order(hedges.iter().map(|hedge| hedge.span).collect()));
    for hedge in &hedges {
        if let Some(scope) = hedge.scope {
            assert!(scope.start() <= hedge.span.start() && hedge.span.end() <= scope.end());
        }
    }
}
