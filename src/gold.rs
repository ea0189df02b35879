//! Gold: articles' claims and hedges as people annotated them, in JSON Lines, one article a line. `sayso import` writes it,
//! `sayso eval` scores by it, trainings learn from it. Offsets are code points.
//!
//! ```
//! use sayso::gold::Gold;
//!
//! let gold: Gold = serde_json::from_str(
//!     r#"{"id": "a1", "text": "It may rain, Ruiz said.", "attributions": [
//!         {"source": [[13, 17]], "cue": [[18, 22]], "content": [[0, 11]], "within": null, "speaker": "Ana Ruiz"}]}"#,
//! )?;
//! let claim = &gold.attributions.unwrap()[0];
//! assert_eq!((claim.content[0].clone(), claim.fields.nested()), (0..11, Some(false)));
//! # Ok::<(), serde_json::Error>(())
//! ```

use std::ops::Range;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::terms::{AttributionType, Certainty, Kind, Polarity, Quote, Role};

/// One article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Gold {
    /// The article's id.
    pub id: String,
    /// Its text, line ends as LF; empty where the file has none, and the record's counts.
    #[serde(default)]
    pub text: String,
    /// Its claims in the order of the text, if it is annotated with them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributions: Option<Vec<Attribution>>,
    /// Its hedges in the order of the text, if it is annotated with them.
    #[serde(rename = "cues", skip_serializing_if = "Option::is_none")]
    pub hedges: Option<Vec<Hedge>>,
    /// Its claims by several annotators, of whom the first counts where there are no `attributions`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Vec<Annotation>>,
}

/// An annotator's claims.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Annotation {
    /// In the order of the text.
    pub attributions: Vec<Attribution>,
}

/// A claim: a source, a cue and a content that belong together, each in any number of fragments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Attribution {
    /// `a1`, `a2`, …; from the page of `sayso report`, the claim's.
    #[serde(default)]
    pub id: String,
    /// Who speaks.
    #[serde(with = "pairs")]
    pub source: Vec<Range<usize>>,
    /// What attributes.
    #[serde(with = "pairs")]
    pub cue: Vec<Range<usize>>,
    /// What is attributed.
    #[serde(with = "pairs")]
    pub content: Vec<Range<usize>>,
    /// How sure a finder was, from 0 to 1; gold never says.
    #[serde(skip)]
    pub confidence: Option<f64>,
    /// What else is known of it.
    #[serde(flatten)]
    pub fields: Fields,
}

/// What is known of an attribution beside its spans. `None` is what is not said, and not scored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fields {
    /// Whose words the content is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// How it is attributed: `type` in files.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub attribution: Option<AttributionType>,
    /// How firmly its source stands behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Certainty>,
    /// Whether it says that something is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub polarity: Option<Polarity>,
    /// Whether whoever collects claims surely wants it; records never say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clear: Option<bool>,
    /// Whether somebody looked at it in the page of `sayso report`; what nobody did stands as it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<bool>,
    /// The id of the innermost one in whose content it stands; `Some(None)` is none.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub within: Option<Option<String>>,
    /// Whom it is attributed to; `Some(None)` is nobody.
    #[serde(default, deserialize_with = "speaker", skip_serializing_if = "Option::is_none")]
    pub speaker: Option<Option<Speaker>>,
}

/// Whom an attribution is attributed to. `None` is what is not said, `Some(None)` that the article gives none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// The fullest name, or the description of one without a name.
    pub name: String,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Whether the name is a proper one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named: Option<bool>,
    /// What the speaker is, in the article's words.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub role: Option<Option<String>>,
    /// Whom the speaker belongs to, in the article's words.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub affiliation: Option<Option<String>>,
}

/// A cue of uncertainty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hedge {
    /// The first code point.
    pub start: usize,
    /// The code point after the last.
    pub end: usize,
    /// `epistemic`, `doxastic`, `condition` or `investigation`.
    pub class: String,
    /// The claim that it weakens, an index into [`Gold::attributions`]; `Some(None)` is none.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub claim: Option<Option<usize>>,
}

impl Attribution {
    /// The fragments of one role.
    pub fn spans(&self, role: Role) -> &[Range<usize>] {
        match role {
            Role::Source => &self.source,
            Role::Cue => &self.cue,
            Role::Content => &self.content,
        }
    }
}

impl Fields {
    /// Whether it stands in another's content, if that is said.
    pub fn nested(&self) -> Option<bool> {
        self.within.as_ref().map(|outer| outer.as_ref().is_some_and(|outer| !outer.is_empty()))
    }
}

impl Speaker {
    /// One of whom nothing is known but the name.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

impl Hedge {
    /// Where it stands.
    pub fn span(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// What is there, be it null; with `default`, `None` is what is not.
pub(crate) fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// A speaker that is there, be it null, or a name alone.
fn speaker<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Speaker>>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(name) => Ok(Some(Some(Speaker::named(name)))),
        other => serde_json::from_value(other).map(Some).map_err(D::Error::custom),
    }
}

/// Spans as pairs of a start and an end.
mod pairs {
    use std::ops::Range;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(spans: &[Range<usize>], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(spans.iter().map(|span| (span.start, span.end)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Range<usize>>, D::Error> {
        let pairs: Vec<(usize, usize)> = Vec::deserialize(deserializer)?;
        Ok(pairs.into_iter().map(|(start, end)| start..end).collect())
    }
}
