//! The record: one line of JSON an article, the only public schema.
//!
//! ```
//! # use sayso::{Article, Dtype, Model, Place, Tagger, pipeline};
//! # let tagger = Tagger::new(Model::load("models/news-en".as_ref(), Dtype::Auto)?);
//! # let records = |id: &str, text: &str| pipeline::run(&tagger, vec![Article::new(id, Place::file(id), text)], Default::default());
//! # let mut found = records("a1", "The ferry may be late, harbour master Ana Ruiz said.");
//! # let record = found.remove(0)?;
//!
//! let claim = &record.claims[0];
//! assert_eq!((claim.content[0].text.as_str(), claim.certainty.name()), ("The ferry may be late", "possible"));
//! assert_eq!(record.speakers[0].name, "Ana Ruiz");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::borrow::Cow;
use std::sync::Arc;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::article::Article;
use crate::extract::{self, Claim, Extraction};
use crate::span::{self, Offsets};
pub use crate::terms::{AttributionType, Certainty, Class, Kind, Polarity, Quote};

/// The schema of the records that are made.
pub const SCHEMA: &str = "sayso.record/2";

/// The schema before, which is read as well: its claims have no `type` and no `speaker_confidence`.
pub const SCHEMA_BEFORE: &str = "sayso.record/1";

/// What one article says, who says it, and how surely. Offsets are Unicode code points into `text`, ends exclusive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`SCHEMA`], or [`SCHEMA_BEFORE`] where that was read.
    pub schema: Cow<'static, str>,
    /// The article's id.
    pub id: String,
    /// Its headline.
    pub title: Option<String>,
    /// The day it is dated, as `2026-02-02`.
    pub date: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Where it can be found.
    pub url: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// What else the input carried, untouched.
    pub meta: Map<String, Value>,
    /// The article that has the same text and came before; then there are no findings here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<String>,
    /// The body as read, line ends as LF.
    pub text: String,
    /// Start and end of each sentence.
    pub sentences: Vec<(usize, usize)>,
    /// In the order of their first mention.
    pub speakers: Vec<Speaker>,
    /// In the order of the text.
    pub claims: Vec<Claimed>,
    /// Cues of uncertainty, in the order of the text.
    pub hedges: Vec<Hedge>,
    /// The model and the first twelve digits of its weights' blake3.
    pub model: String,
    /// The version of sayso that wrote it.
    pub sayso: Cow<'static, str>,
}

/// A stretch of the article's text, with that text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The first code point.
    pub start: usize,
    /// The code point after the last.
    pub end: usize,
    /// What stands there.
    pub text: String,
}

/// One who makes claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speaker {
    /// `s1`, `s2`, …
    pub id: String,
    /// The fullest name in the article, or what the speaker is first called where it has none.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Whether the article gives a proper name.
    pub named: bool,
    /// What the speaker is, as the article says it.
    pub role: Option<Span>,
    /// Whom the speaker belongs to, as the article says it.
    pub affiliation: Option<Span>,
    /// Every source span that refers to the speaker.
    pub mentions: Vec<Span>,
    /// Who that is in all of a corpus, where it was asked for ([`crate::speakers::Known`]); no part of a record's line.
    #[serde(skip)]
    pub corpus: Option<Arc<CorpusSpeaker>>,
}

/// One who speaks in a corpus, by whatever name in each article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorpusSpeaker {
    /// The id that others gave, or else one made of the name: `ana-ruiz`.
    pub id: String,
    /// The fullest of its names that is not rare.
    pub name: String,
}

/// A claim as the record writes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claimed {
    /// `c1`, `c2`, …
    pub id: String,
    /// The speaker's id.
    pub speaker: Option<String>,
    /// The probability that this is the right speaker, from 0 to 1; `None` where there is no speaker, or it is not known.
    #[serde(default)]
    pub speaker_confidence: Option<f64>,
    /// The span that names who speaks.
    pub source: Option<Span>,
    /// The span that attributes.
    pub cue: Option<Span>,
    /// What is attributed, in fragments.
    pub content: Vec<Span>,
    /// Whose words they are.
    pub quote: Quote,
    /// How it is attributed; `None` in a record of [`SCHEMA_BEFORE`] alone.
    #[serde(default, rename = "type")]
    pub attribution: Option<AttributionType>,
    /// Ids of the hedges that weaken it.
    pub hedges: Vec<String>,
    /// How firmly it is presented.
    pub certainty: Certainty,
    /// Whether it says that something is so.
    pub polarity: Polarity,
    /// The claim in whose content this one stands.
    pub within: Option<String>,
    /// The sentences that it touches, as indices into the record's.
    pub sentences: Vec<usize>,
    /// The probability that it is right, from 0 to 1.
    pub confidence: f64,
}

/// By hand: what was read without a type is written without it, and without its neighbour, so that a line stays what it
/// was.
impl Serialize for Claimed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let before = self.attribution.is_none();
        let mut out = serializer.serialize_struct("Claimed", if before { 12 } else { 14 })?;
        out.serialize_field("id", &self.id)?;
        out.serialize_field("speaker", &self.speaker)?;
        if !before {
            out.serialize_field("speaker_confidence", &self.speaker_confidence.map(rounded))?;
        }
        out.serialize_field("source", &self.source)?;
        out.serialize_field("cue", &self.cue)?;
        out.serialize_field("content", &self.content)?;
        out.serialize_field("quote", &self.quote)?;
        if !before {
            out.serialize_field("type", &self.attribution)?;
        }
        out.serialize_field("hedges", &self.hedges)?;
        out.serialize_field("certainty", &self.certainty)?;
        out.serialize_field("polarity", &self.polarity)?;
        out.serialize_field("within", &self.within)?;
        out.serialize_field("sentences", &self.sentences)?;
        out.serialize_field("confidence", &rounded(self.confidence))?;
        out.end()
    }
}

/// A cue of uncertainty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hedge {
    /// `h1`, `h2`, …
    pub id: String,
    /// The first code point.
    pub start: usize,
    /// The code point after the last.
    pub end: usize,
    /// What stands there.
    pub text: String,
    /// Its kind.
    pub class: Class,
    /// What it weakens.
    pub scope: Option<Span>,
    /// The claim that it weakens.
    pub claim: Option<String>,
    /// From 0 to 1.
    #[serde(serialize_with = "score")]
    pub confidence: f64,
}

impl Record {
    /// Writes an extraction out; `model` is the name of what found it.
    pub fn new(extraction: &Extraction, model: &str) -> Self {
        let article = &extraction.document.article;
        let text = article.text();
        let offsets = Offsets::new(text);
        let span = |span: span::Span| {
            let range = offsets.code_points(span);
            Span { start: range.start, end: range.end, text: span.text(text).to_owned() }
        };
        let speaker_id = |index: usize| format!("s{}", index + 1);
        let claim_id = |index: usize| format!("c{}", index + 1);
        let hedge_id = |index: usize| format!("h{}", index + 1);
        let speaker = |(index, speaker): (usize, &crate::extract::Speaker)| Speaker {
            id: speaker_id(index),
            name: speaker.name.clone(),
            kind: speaker.kind,
            named: speaker.named,
            role: speaker.role.map(span),
            affiliation: speaker.affiliation.map(span),
            mentions: speaker.mentions.iter().copied().map(span).collect(),
            corpus: None,
        };
        let claim = |(index, claim): (usize, &Claim)| Claimed {
            id: claim_id(index),
            speaker: claim.speaker.map(speaker_id),
            speaker_confidence: claim.speaker_confidence.map(f64::from).filter(|_| claim.speaker.is_some()),
            source: claim.source.map(span),
            cue: claim.cue.map(span),
            content: claim.content.iter().copied().map(span).collect(),
            quote: claim.quote,
            attribution: Some(claim.attribution),
            hedges: claim.hedges.iter().copied().map(hedge_id).collect(),
            certainty: claim.certainty,
            polarity: claim.polarity,
            within: claim.within.map(claim_id),
            sentences: claim.sentences.clone(),
            confidence: claim.confidence.into(),
        };
        let hedge = |(index, link): (usize, &extract::HedgeLink)| {
            let Span { start, end, text } = span(link.hedge.span);
            Hedge {
                id: hedge_id(index),
                start,
                end,
                text,
                class: link.hedge.class,
                scope: link.hedge.scope.map(span),
                claim: link.claim.map(claim_id),
                confidence: link.hedge.confidence.into(),
            }
        };
        let sentences = extraction.document.sentences.iter();
        Self {
            sentences: sentences.map(|&s| (offsets.code_point(s.start()), offsets.code_point(s.end()))).collect(),
            speakers: extraction.speakers.iter().enumerate().map(speaker).collect(),
            claims: extraction.claims.iter().enumerate().map(claim).collect(),
            hedges: extraction.hedges.iter().enumerate().map(hedge).collect(),
            ..Self::without_findings(article, model)
        }
    }

    /// The record of an article whose text is that of the article `first`: it points there.
    pub fn duplicate(article: &Article, first: String, model: &str) -> Self {
        Self { duplicate_of: Some(first), ..Self::without_findings(article, model) }
    }

    fn without_findings(article: &Article, model: &str) -> Self {
        Self {
            schema: SCHEMA.into(),
            id: article.id.clone(),
            title: article.title.clone(),
            date: article.date.map(|date| date.to_string()),
            publisher: article.publisher.clone(),
            url: article.url.clone(),
            author: article.author.clone(),
            meta: article.meta.clone(),
            duplicate_of: None,
            text: article.text().to_owned(),
            sentences: Vec::new(),
            speakers: Vec::new(),
            claims: Vec::new(),
            hedges: Vec::new(),
            model: model.to_owned(),
            sayso: env!("CARGO_PKG_VERSION").into(),
        }
    }
}

/// Four decimals say all that a score means.
pub(crate) fn rounded(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}

fn score<S: Serializer>(score: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(rounded(*score))
}
