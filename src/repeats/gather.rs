//! What records tell of their claims' contents, and which of them are alike.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::groups::{Groups, Rows};
use super::words::Words;
use super::{Options, Repeat, Said, Voice};
use crate::record::{Certainty, Claimed, Polarity, Quote, Record, rounded};
use crate::speakers::{self, Speaker};

/// Collects the contents of a corpus' claims.
#[derive(Debug)]
pub struct Gather {
    options: Options,
    speakers: speakers::Gather,
    words: Words,
    rows: Rows,
    articles: Vec<Article>,
    claims: Vec<Claim>,
    /// All texts, end to end.
    texts: String,
}

#[derive(Debug)]
struct Article {
    id: Box<str>,
    date: Option<Box<str>>,
    publisher: Option<Box<str>>,
}

#[derive(Debug)]
struct Claim {
    article: u32,
    id: Box<str>,
    /// The speaker's id in the record.
    speaker: Option<Box<str>>,
    quote: Quote,
    certainty: Certainty,
    polarity: Polarity,
    /// Where its texts begin among all, and how long they are.
    start: usize,
    called: Option<u16>,
    cue: Option<u16>,
    hedges: Box<[u16]>,
    content: u32,
}

impl Gather {
    /// Nothing yet.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            speakers: speakers::Gather::default(),
            words: Words::default(),
            rows: Rows::default(),
            articles: Vec::new(),
            claims: Vec::new(),
            texts: String::new(),
        }
    }

    /// Adds a record's claims.
    pub fn add(&mut self, record: &Record) {
        self.speakers.add(record);
        let article = u32::try_from(self.articles.len()).expect("fewer articles than fit in memory");
        let boxed = |text: &Option<String>| text.as_deref().map(Into::into);
        self.articles.push(Article {
            id: record.id.as_str().into(),
            date: boxed(&record.date),
            publisher: boxed(&record.publisher),
        });
        for claim in &record.claims {
            let content = content(claim);
            let row = self.words.of(&content);
            if row.len() >= self.options.words {
                self.rows.push(&row);
                self.claim(record, article, claim, &content);
            }
        }
    }

    fn claim(&mut self, record: &Record, article: u32, claim: &Claimed, content: &str) {
        let start = self.texts.len();
        let speaker = claim.speaker.as_ref().and_then(|id| record.speakers.iter().find(|speaker| speaker.id == *id));
        let mut short = |text: &str| {
            // So long a name or cue is none that anybody reads.
            let text = text.get(..u16::MAX.into()).unwrap_or(text);
            let text = if text.len() > u16::MAX.into() { "" } else { text };
            self.texts.push_str(text);
            text.len() as u16
        };
        let called = speaker.map(|speaker| short(&speaker.name));
        let cue = claim.cue.as_ref().map(|cue| short(&cue.text));
        let hedges = record.hedges.iter().filter(|hedge| claim.hedges.contains(&hedge.id));
        let hedges = hedges.map(|hedge| short(&hedge.text)).collect();
        self.texts.push_str(content);
        self.claims.push(Claim {
            article,
            id: claim.id.as_str().into(),
            speaker: claim.speaker.as_deref().map(Into::into),
            quote: claim.quote,
            certainty: claim.certainty,
            polarity: claim.polarity,
            start,
            called,
            cue,
            hedges,
            content: u32::try_from(content.len()).expect("a text is shorter"),
        });
    }

    /// How many claims there are that are long enough.
    pub fn claims(&self) -> usize {
        self.claims.len()
    }

    /// What several articles have: direct quotations first, what most articles have before the rest. `on` hears how much is
    /// done, from 0 to 1.
    pub fn finish(mut self, on: &mut dyn FnMut(f64)) -> Vec<Repeat> {
        let mut groups = Groups::new(&self.rows, &self.words, self.options.overlap, on);
        let mut of_group: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for at in 0..u32::try_from(self.claims.len()).expect("as many as there are rows") {
            of_group.entry(groups.find(at)).or_default().push(at);
        }
        of_group.retain(|_, claims| {
            let articles: BTreeSet<u32> = claims.iter().map(|&at| self.claims[at as usize].article).collect();
            articles.len() >= self.options.articles
        });
        let gathered = std::mem::take(&mut self.speakers);
        let known = if of_group.is_empty() { Vec::new() } else { gathered.finish(&self.options.speakers) };
        let mut of_mention: HashMap<(&str, &str), &Speaker> = HashMap::new();
        for speaker in &known {
            of_mention.extend(speaker.mentions.iter().map(|m| ((m.article.as_str(), m.speaker.as_str()), speaker)));
        }
        let mut repeats: Vec<Repeat> = of_group.into_values().map(|claims| self.repeat(&claims, &of_mention)).collect();
        let rank = |quote| match quote {
            Quote::Direct => 0,
            Quote::Mixed => 1,
            Quote::Indirect => 2,
        };
        repeats.sort_by(|a, b| {
            let order = |repeat: &Repeat| (rank(repeat.quote), std::cmp::Reverse(repeat.articles));
            order(a).cmp(&order(b)).then_with(|| a.first.cmp(&b.first)).then_with(|| a.text.cmp(&b.text))
        });
        repeats
    }

    fn repeat(&self, claims: &[u32], of_mention: &HashMap<(&str, &str), &Speaker>) -> Repeat {
        let longest = claims.iter().copied().fold(claims[0], |best, next| {
            if self.rows.row(next).len() > self.rows.row(best).len() { next } else { best }
        });
        let whole = self.rows.row(longest);
        let mut said: Vec<Said> = claims
            .iter()
            .map(|&at| {
                let overlap = self.words.overlap(whole, self.rows.row(at));
                self.said(&self.claims[at as usize], overlap)
            })
            .collect();
        said.sort_by(|a, b| {
            // Those without a date come last: nobody knows when it was.
            (a.date.is_none(), &a.date, &a.article).cmp(&(b.date.is_none(), &b.date, &b.article))
        });
        let mut voices: BTreeMap<(Option<String>, String), BTreeSet<u32>> = BTreeMap::new();
        for claim in claims.iter().map(|&at| &self.claims[at as usize]) {
            let article = &self.articles[claim.article as usize].id;
            let known = claim.speaker.as_ref().and_then(|speaker| of_mention.get(&(&**article, &**speaker)));
            let voice = match known {
                Some(speaker) => Some((Some(speaker.id.clone()), speaker.name.clone())),
                None => self.said(claim, 0.0).speaker.map(|name| (None, name)),
            };
            if let Some(voice) = voice {
                voices.entry(voice).or_default().insert(claim.article);
            }
        }
        let mut speakers: Vec<Voice> =
            voices.into_iter().map(|((id, name), articles)| Voice { id, name, articles: articles.len() }).collect();
        speakers.sort_by_key(|voice| std::cmp::Reverse(voice.articles));
        let mut certainties = BTreeMap::new();
        for claim in &said {
            *certainties.entry(certainty(claim.certainty)).or_default() += 1;
        }
        let articles: BTreeSet<&str> = said.iter().map(|claim| claim.article.as_str()).collect();
        let best =
            [Quote::Direct, Quote::Mixed].into_iter().find(|&quote| said.iter().any(|claim| claim.quote == quote));
        Repeat {
            text: self.said(&self.claims[longest as usize], 1.0).content,
            quote: best.unwrap_or(Quote::Indirect),
            articles: articles.len(),
            first: said[0].date.clone(),
            last: said.iter().filter_map(|claim| claim.date.clone()).next_back(),
            differing_speakers: speakers.iter().filter(|voice| voice.id.is_some()).count() > 1,
            speakers,
            certainties,
            claims: said,
        }
    }

    fn said(&self, claim: &Claim, overlap: f64) -> Said {
        let mut at = claim.start;
        let mut next = |length: usize| {
            let text = self.texts[at..at + length].to_owned();
            at += length;
            text
        };
        let speaker = claim.called.map(|length| next(length.into()));
        let cue = claim.cue.map(|length| next(length.into()));
        let hedges = claim.hedges.iter().map(|&length| next(length.into())).collect();
        let article = &self.articles[claim.article as usize];
        Said {
            article: article.id.to_string(),
            claim: claim.id.to_string(),
            date: article.date.as_deref().map(str::to_owned),
            publisher: article.publisher.as_deref().map(str::to_owned),
            speaker,
            cue,
            quote: claim.quote,
            certainty: claim.certainty,
            polarity: claim.polarity,
            hedges,
            content: next(claim.content as usize),
            overlap: rounded(overlap),
        }
    }
}

/// Fragments joined, on one line.
fn content(claim: &Claimed) -> String {
    let fragments: Vec<String> =
        claim.content.iter().map(|span| span.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    fragments.join(" … ")
}

fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "certain",
        Certainty::Probable => "probable",
        Certainty::Possible => "possible",
        Certainty::Underspecified => "underspecified",
    }
}
