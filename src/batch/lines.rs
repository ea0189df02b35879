//! The work of a run: from what is to be done about some articles to the lines that they come to.

use serde::Serialize;

use super::counts::Counts;
use super::feed::{Step, Task};
use crate::article::Article;
use crate::error::{Error, Place, Reject, Stopped};
use crate::pipeline::{Defect, Outcome};
use crate::record::Record;

/// What some steps in a row came to.
#[derive(Default)]
pub(super) struct Lines {
    /// Whole lines for `records.jsonl`, and for `rejects.jsonl`.
    pub(super) records: String,
    pub(super) rejects: String,
    pub(super) counts: Counts,
    pub(super) warnings: Vec<String>,
    /// Whether any was not there before.
    pub(super) fresh: bool,
    /// Of the last step.
    pub(super) position: u64,
    pub(super) bytes_read: u64,
    /// Whether it is the input's end, or why there is no more.
    pub(super) end: Option<Result<(), Error>>,
}

/// A record or a reject for each article, or that it cannot be read at all.
type Read = Vec<Result<Outcome, Defect>>;

impl Lines {
    /// Does `steps`. `read` takes articles through the pipeline, whose model has this name. A defect ends the run at its
    /// article: what comes after it is not in the lines.
    pub(super) fn of(
        steps: Vec<Step>,
        model: &str,
        read: impl FnOnce(Vec<Article>) -> Result<Read, Stopped>,
    ) -> Result<Self, Stopped> {
        let articles = steps.iter().filter_map(|step| match &step.task {
            Ok(Task::Tag(article)) => Some(article.clone()),
            _ => None,
        });
        let mut tagged = read(articles.collect())?.into_iter();
        let mut lines = Self::default();
        for Step { position, bytes_read, warnings, task } in steps {
            (lines.position, lines.bytes_read) = (position, bytes_read);
            lines.counts.warnings += warnings.len() as u64;
            lines.warnings.extend(warnings);
            match task {
                Ok(Task::Tag(article)) => match tagged.next() {
                    Some(Ok(Ok(record))) => lines.record(&record),
                    Some(Ok(Err(reject))) => lines.reject(position, &reject),
                    Some(Err(said)) => lines.end = Some(Err(defect(&article.id, article.place, &said))),
                    None => lines.end = Some(Err(defect(&article.id, article.place, "nothing came of it"))),
                },
                Ok(Task::Point(article, first)) => lines.record(&Record::duplicate(&article, first, model)),
                Ok(Task::Reject(reject)) => lines.reject(position, &reject),
                Ok(Task::Done(counts)) => lines.counts += counts,
                Ok(Task::Leave) => {}
                Err(end) => lines.end = Some(end.map_or(Ok(()), Err)),
            }
            if lines.end.is_some() {
                break;
            }
        }
        Ok(lines)
    }

    fn record(&mut self, record: &Record) {
        self.counts += Counts::of(record);
        self.fresh = true;
        self.records += &json(record);
        self.records.push('\n');
    }

    fn reject(&mut self, position: u64, reject: &Reject) {
        self.counts += Counts::REJECT;
        self.fresh = true;
        self.rejects += &json(&Rejected { position, reject });
        self.rejects.push('\n');
    }
}

fn defect(id: &str, place: Place, said: &str) -> Error {
    Error::Defect { place, reason: format!("the article `{id}` cannot be read ({said})") }
}

/// A line of `rejects.jsonl`.
#[derive(Serialize)]
struct Rejected<'a> {
    /// The article's number in the input, from 1: with it, records and rejects together are the order of the input.
    position: u64,
    #[serde(flatten)]
    reject: &'a Reject,
}

pub(super) fn json(line: &impl Serialize) -> String {
    serde_json::to_string(line).expect("it has only string keys")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_defect_names_the_article_and_keeps_those_before_it() {
        let article = |n: u64| Article::new(format!("a{n}"), Place::line("in.jsonl", n), "It sank.");
        let step = |n: u64| Step {
            position: n,
            bytes_read: 9 * n,
            warnings: vec![format!("w{n}")],
            task: Ok(Task::Tag(article(n))),
        };
        let record = |article: &Article| Ok(Ok(Record::duplicate(article, "a".into(), "m")));
        let of = |fails: &str| {
            let read = |articles: Vec<Article>| {
                let one =
                    |article: &Article| if article.id == fails { Err("too deep".into()) } else { record(article) };
                Ok(articles.iter().map(one).collect())
            };
            Lines::of((1..=3).map(step).collect(), "m", read).unwrap()
        };
        let whole = of("none");
        assert!(whole.end.is_none() && whole.fresh);
        assert_eq!((whole.records.lines().count(), whole.counts.articles, whole.counts.warnings), (3, 3, 3));
        assert_eq!((whole.position, whole.bytes_read), (3, 27));

        let broken = of("a2");
        assert_eq!((broken.records.lines().count(), broken.counts.articles), (1, 1));
        let reason = broken.end.unwrap().unwrap_err().to_string();
        assert!(
            reason.starts_with("in.jsonl:2: ") && reason.contains("`a2`") && reason.contains("too deep"),
            "{reason}"
        );
    }
}
