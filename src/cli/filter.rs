//! Which claims are wanted.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use sayso::Record;
use sayso::record::{AttributionType, Certainty, Claimed};

use super::{one_line, share};

/// What all of these say has to be so.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Only claims")]
pub(crate) struct Filter {
    /// … of a speaker whose name has this in it, in capitals or not
    #[arg(long, value_name = "NAME")]
    speaker: Option<String>,

    /// … that are so certain; several are parted by commas
    #[arg(long, value_delimiter = ',', value_name = "CERTAINTY", value_parser = PossibleValuesParser::new(Certainty::NAMES)
        .map(|name| Certainty::named(&name).expect("it is one of the names")))]
    certainty: Vec<Certainty>,

    /// … of this type of attribution; several are parted by commas
    #[arg(long = "type", value_delimiter = ',', value_name = "TYPE", value_parser = PossibleValuesParser::new(AttributionType::NAMES)
        .map(|name| AttributionType::named(&name).expect("it is one of the names")))]
    attribution: Vec<AttributionType>,

    /// … that are right with at least this probability
    #[arg(long, value_name = "P", value_parser = share)]
    confidence: Option<f32>,

    /// … whose content has this in it, in capitals or not
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
}

impl Filter {
    /// Whether every claim is wanted.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { speaker, certainty, attribution, confidence, text } = self;
        speaker.is_none() && certainty.is_empty() && attribution.is_empty() && confidence.is_none() && text.is_none()
    }

    /// Leaves the claims that are wanted.
    pub(crate) fn apply(&self, record: &mut Record) {
        let claims = std::mem::take(&mut record.claims);
        record.claims = claims.into_iter().filter(|claim| self.wants(record, claim)).collect();
    }

    fn wants(&self, record: &Record, claim: &Claimed) -> bool {
        let has = |text: &str, part: &str| one_line(text).to_lowercase().contains(&one_line(part).to_lowercase());
        let speaker = || record.speakers.iter().find(|speaker| claim.speaker.as_ref() == Some(&speaker.id));
        let content = || claim.content.iter().map(|span| span.text.as_str()).collect::<Vec<_>>().join(" ");
        self.speaker.as_ref().is_none_or(|name| speaker().is_some_and(|speaker| has(&speaker.name, name)))
            && (self.certainty.is_empty() || self.certainty.contains(&claim.certainty))
            && (self.attribution.is_empty() || claim.attribution.is_some_and(|of| self.attribution.contains(&of)))
            && self.confidence.is_none_or(|least| claim.confidence >= least.into())
            && self.text.as_ref().is_none_or(|text| has(&content(), text))
    }
}
