//! What annotation tools have in common: labelled spans and links between them. Exports write a record so, and imports
//! read gold out of it.
//!
//! A claim's first content fragment stands for the claim: it is linked to the claim's source, to its cue and to its
//! further fragments, and each hedge is linked to the claim that it weakens. What a link means follows from the labels
//! at its two ends, so that nobody who annotates can draw one the wrong way round.

use std::collections::HashMap;

use crate::gold::{Fields, Speaker};
use crate::record::{Class, Record};
use crate::span::{Offsets, Span};
use crate::terms::{AttributionType, Certainty, Polarity, Quote};

/// What a span is. Each class of hedge has a label of its own: every tool has labels, not every one has attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Label {
    Content,
    Source,
    Cue,
    Hedge(Class),
}

impl Label {
    /// All labels, in the order in which tools list them.
    pub(crate) const ALL: [Self; 7] = [
        Self::Content,
        Self::Source,
        Self::Cue,
        Self::Hedge(Class::Epistemic),
        Self::Hedge(Class::Doxastic),
        Self::Hedge(Class::Condition),
        Self::Hedge(Class::Investigation),
    ];

    /// Its name in every tool.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Content => "Content",
            Self::Source => "Source",
            Self::Cue => "Cue",
            Self::Hedge(Class::Epistemic) => "Epistemic",
            Self::Hedge(Class::Doxastic) => "Doxastic",
            Self::Hedge(Class::Condition) => "Condition",
            Self::Hedge(Class::Investigation) => "Investigation",
        }
    }

    /// The label with this name.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.name() == name)
    }
}

/// A labelled span, in bytes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mark {
    /// Unique in its article.
    pub(crate) id: String,
    pub(crate) label: Label,
    pub(crate) span: Span,
    /// How sure the tagger was of the claim or the hedge.
    pub(crate) confidence: f64,
    /// What is known of the claim, on its first fragment.
    pub(crate) facts: Facts,
}

/// What a claim is beside its spans, where the tool can say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) quote: Option<Quote>,
    pub(crate) attribution: Option<AttributionType>,
    pub(crate) certainty: Option<Certainty>,
    pub(crate) polarity: Option<Polarity>,
    /// The speaker's name.
    pub(crate) speaker: Option<String>,
}

impl Facts {
    /// The facts whose values are a choice, by the name that tools give them.
    pub(crate) const CHOICES: [(&'static str, &'static [&'static str]); 4] = [
        ("quote", Quote::NAMES),
        ("type", AttributionType::NAMES),
        ("certainty", Certainty::NAMES),
        ("polarity", Polarity::NAMES),
    ];

    /// The fact of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        match name {
            "quote" => self.quote.map(Quote::name),
            "type" => self.attribution.map(AttributionType::name),
            "certainty" => self.certainty.map(Certainty::name),
            "polarity" => self.polarity.map(Polarity::name),
            "speaker" => self.speaker.as_deref(),
            _ => None,
        }
    }

    /// Sets the fact of that name; another name is passed over, and so is a value that is no choice, whatever its case.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let choice = value.to_ascii_lowercase();
        match name {
            "quote" => self.quote = Quote::named(&choice).or(self.quote),
            "type" => self.attribution = AttributionType::named(&choice).or(self.attribution),
            "certainty" => self.certainty = Certainty::named(&choice).or(self.certainty),
            "polarity" => self.polarity = Polarity::named(&choice).or(self.polarity),
            "speaker" => self.speaker = Some(value.to_owned()),
            _ => {}
        }
    }
}

impl From<Facts> for Fields {
    fn from(facts: Facts) -> Self {
        let Facts { quote, attribution, certainty, polarity, speaker } = facts;
        let speaker = speaker.map(|name| Some(Speaker::named(name)));
        Self { quote, attribution, certainty, polarity, speaker, ..Self::default() }
    }
}

/// A link between two marks, as indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// An article's marks and links.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Markup {
    pub(crate) marks: Vec<Mark>,
    pub(crate) links: Vec<Link>,
}

impl Markup {
    /// The markup of a record whose spans fit. Claims that share a source or a cue share its mark.
    pub(crate) fn new(record: &Record, offsets: &Offsets) -> Self {
        let span = |start: usize, end: usize| offsets.span_of_code_points(start..end).expect("the record was checked");
        let mut out = Self::default();
        let mut shared: HashMap<(Label, Span), usize> = HashMap::new();
        let mut heads: HashMap<&str, usize> = HashMap::new();
        for claim in &record.claims {
            let head = out.marks.len();
            heads.insert(&claim.id, head);
            for (index, fragment) in claim.content.iter().enumerate() {
                let id = if index == 0 { claim.id.clone() } else { format!("{}.{}", claim.id, index + 1) };
                let at = out.mark(id, Label::Content, span(fragment.start, fragment.end), claim.confidence);
                if index > 0 {
                    out.links.push(Link { from: head, to: at });
                }
            }
            let speaker = claim.speaker.as_ref().and_then(|id| record.speakers.iter().find(|s| s.id == *id));
            out.marks[head].facts = Facts {
                quote: Some(claim.quote),
                attribution: claim.attribution,
                certainty: Some(claim.certainty),
                polarity: Some(claim.polarity),
                speaker: speaker.map(|speaker| speaker.name.clone()),
            };
            for (label, part) in [(Label::Source, &claim.source), (Label::Cue, &claim.cue)] {
                let Some(part) = part else { continue };
                let place = span(part.start, part.end);
                let at = *shared.entry((label, place)).or_insert_with(|| {
                    let id = format!("{}-{}", label.name().to_lowercase(), part.start);
                    // Two that start alike and end differently.
                    let id = if out.marks.iter().any(|m| m.id == id) { format!("{id}-{}", part.end) } else { id };
                    out.mark(id, label, place, claim.confidence)
                });
                out.links.push(Link { from: head, to: at });
            }
        }
        for hedge in &record.hedges {
            let label = Label::Hedge(hedge.class);
            let at = out.mark(hedge.id.clone(), label, span(hedge.start, hedge.end), hedge.confidence);
            if let Some(&head) = hedge.claim.as_ref().and_then(|id| heads.get(id.as_str())) {
                out.links.push(Link { from: at, to: head });
            }
        }
        out
    }

    fn mark(&mut self, id: String, label: Label, span: Span, confidence: f64) -> usize {
        self.marks.push(Mark { id, label, span, confidence, facts: Facts::default() });
        self.marks.len() - 1
    }

    /// What tools call a link.
    pub(crate) fn relation(&self, link: Link) -> &'static str {
        match self.marks[link.to].label {
            Label::Source => "source",
            Label::Cue => "cue",
            Label::Content if self.marks[link.from].label == Label::Content => "continues",
            Label::Content | Label::Hedge(_) => "hedges",
        }
    }

    /// The names of all relations, each with the label that it leads from and the one that it leads to.
    pub(crate) fn relations() -> Vec<(&'static str, Vec<Label>, Label)> {
        let hedges = Label::ALL.into_iter().filter(|label| matches!(label, Label::Hedge(_))).collect();
        vec![
            ("source", vec![Label::Content], Label::Source),
            ("cue", vec![Label::Content], Label::Cue),
            ("continues", vec![Label::Content], Label::Content),
            ("hedges", hedges, Label::Content),
        ]
    }

    /// The contents that stand for claims: those that no other content leads to.
    pub(crate) fn heads(&self) -> Vec<usize> {
        let is_content = |at: usize| self.marks[at].label == Label::Content;
        let continues = |at: usize| self.links.iter().any(|link| link.to == at && is_content(link.from));
        (0..self.marks.len()).filter(|&at| is_content(at) && !continues(at)).collect()
    }

    /// The marks that links tie to this one, in the order of the links.
    pub(crate) fn linked(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        self.links.iter().filter_map(move |link| match *link {
            Link { from, to } if from == at => Some(to),
            Link { from, to } if to == at => Some(from),
            _ => None,
        })
    }
}
