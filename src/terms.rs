//! The vocabulary: what is said of claims, speakers and hedges, each with its name as records have it.
//!
//! ```
//! use sayso::terms::Certainty;
//!
//! assert_eq!(Certainty::named("probable"), Some(Certainty::Probable));
//! assert!(Certainty::Possible > Certainty::Probable, "a later one is weaker");
//! ```

use std::fmt;

use serde::{Deserialize, Serialize};

/// An enumeration whose values have names.
macro_rules! terms {
    ($(#[$about:meta])* $Term:ident: $($(#[$each:meta])* $Value:ident = $name:literal),+ $(,)?) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $Term {
            $($(#[$each])* #[serde(rename = $name)] $Value),+
        }

        impl $Term {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$Value),+];
            /// Their names.
            pub const NAMES: &[&str] = &[$($name),+];

            /// Its name.
            pub const fn name(self) -> &'static str {
                Self::NAMES[self as usize]
            }

            /// The one of this name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|term| term.name() == name)
            }
        }

        impl fmt::Display for $Term {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

terms! {
    /// What a speaker is, in the order of the tagger's scores.
    Kind:
    /// One human being.
    Person = "person",
    /// A company, an authority, a state: what acts as one.
    Organization = "organization",
    /// Several: `analysts`, `voters`, two persons together.
    Group = "group",
    /// What is read: `the report`, `a poll`.
    Document = "document",
    /// None of these, or not to be told.
    Other = "other",
}

terms! {
    /// Whose words a claim's content is.
    Quote:
    /// The speaker's own: all of it stands between quotation marks.
    Direct = "direct",
    /// The writer's: nothing of it does.
    Indirect = "indirect",
    /// Some of it does.
    Mixed = "mixed",
}

terms! {
    /// The Penn Discourse Treebank's types of attribution (Prasad et al., *Attribution and its annotation in the Penn
    /// Discourse TreeBank*, TAL 47(2), 2007).
    AttributionType:
    /// Speech and writing: `said`, `according to`.
    Communication = "communication",
    /// Thoughts and beliefs: `believes`, `is expected to`.
    Attitude = "attitude",
    /// What is known, learned or noticed: `found that`.
    Factive = "factive",
    /// Intentions and influence: `plans to`, `urged`.
    Control = "control",
}

terms! {
    /// How firmly the source stands behind the content's first main clause, in the terms of FactBank (Saurí and
    /// Pustejovsky 2009); a later one is weaker.
    Certainty:
    /// Plainly.
    Certain = "certain",
    /// As likely, expected or believed.
    Probable = "probable",
    /// As something that may be.
    Possible = "possible",
    /// Under a condition, or as a question.
    Underspecified = "underspecified",
}

terms! {
    /// Whether the source says that it is so.
    Polarity:
    /// It is so.
    Positive = "positive",
    /// It is not so.
    Negative = "negative",
}

terms! {
    /// A hedge's kind of uncertainty (Szarvas et al. 2012).
    Class:
    /// It may be so or not, for all that is known: `may`, `possible`, `reportedly`.
    Epistemic = "epistemic",
    /// Somebody believes, expects or supposes it: `believes`, `is expected to`.
    Doxastic = "doxastic",
    /// It depends on something else: `if`, `would`, `unless`.
    Condition = "condition",
    /// It is being looked into: `examine whether`.
    Investigation = "investigation",
}

terms! {
    /// What a span does in an attribution.
    Role:
    /// Names who speaks.
    Source = "source",
    /// Attributes: `said`, `according to`.
    Cue = "cue",
    /// Is attributed; one of perhaps several fragments.
    Content = "content",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_records_have() {
        for (&term, &name) in Certainty::ALL.iter().zip(Certainty::NAMES) {
            assert_eq!(serde_json::to_value(term).unwrap(), name);
            assert_eq!((Certainty::named(name), format!("{term:>15}")), (Some(term), format!("{name:>15}")));
        }
        assert_eq!(Kind::named("committee"), None);
    }
}
