//! What the server counts, in Prometheus' text format.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::errors::Failure;
use crate::record::Record;

/// Upper bounds of the durations that are told apart, in seconds.
const BOUNDS: [f64; 10] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

#[derive(Debug, Default)]
pub(super) struct Metrics(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// By route and status.
    requests: BTreeMap<(String, u16), u64>,
    /// By route.
    durations: BTreeMap<String, Durations>,
    batches: u64,
    articles: u64,
    rejected: u64,
    words: u64,
    claims: u64,
}

#[derive(Debug, Default)]
struct Durations {
    /// Up to each bound and no longer than that; what took longer is in `count` alone.
    within: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

impl Metrics {
    /// Counts a request that was answered; of a stream, that its answer began.
    pub(super) fn request(&self, route: &str, status: u16, took: Duration) {
        self.change(|counts| {
            *counts.requests.entry((route.to_owned(), status)).or_default() += 1;
            let durations = counts.durations.entry(route.to_owned()).or_default();
            let seconds = took.as_secs_f64();
            durations.count += 1;
            durations.seconds += seconds;
            for (within, bound) in durations.within.iter_mut().zip(BOUNDS) {
                *within += u64::from(seconds <= bound);
            }
        });
    }

    /// Counts what came of a batch.
    pub(super) fn batch(&self, answers: &[Result<Record, Failure>]) {
        let records = || answers.iter().flatten();
        let words: usize = records().map(|record| record.text.split_whitespace().count()).sum();
        let claims: usize = records().map(|record| record.claims.len()).sum();
        let articles = records().count();
        self.change(|counts| {
            counts.batches += 1;
            counts.articles += articles as u64;
            counts.rejected += (answers.len() - articles) as u64;
            counts.words += words as u64;
            counts.claims += claims as u64;
        });
    }

    fn change(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// All of it, with how many requests are in the queue and the name of the model.
    pub(super) fn prometheus(&self, queued: usize, room: usize, model: &str) -> String {
        let mut out = String::new();
        self.change(|counts| {
            // Writing to a string does not fail.
            let _ = counts.write(&mut out);
        });
        for (name, help, value) in [
            ("queue_requests", "Requests in the queue.", queued),
            ("queue_limit", "Requests that the queue takes.", room),
        ] {
            let _ = write!(out, "# HELP sayso_{name} {help}\n# TYPE sayso_{name} gauge\nsayso_{name} {value}\n");
        }
        let (model, version) = (label(model), env!("CARGO_PKG_VERSION"));
        out += "# HELP sayso_run_info What runs.\n# TYPE sayso_run_info gauge\n";
        out + &format!("sayso_run_info{{model=\"{model}\",version=\"{version}\"}} 1\n")
    }
}

impl Counts {
    fn write(&self, out: &mut String) -> std::fmt::Result {
        for (name, help, value) in [
            ("articles_total", "Articles with a record.", self.articles),
            ("rejected_total", "Articles without a record.", self.rejected),
            ("words_total", "Words of all records.", self.words),
            ("claims_total", "Claims of all records.", self.claims),
            ("batches_total", "Batches that the articles went in.", self.batches),
        ] {
            write!(out, "# HELP sayso_{name} {help}\n# TYPE sayso_{name} counter\nsayso_{name} {value}\n")?;
        }
        *out += "# HELP sayso_http_requests_total Requests answered.\n# TYPE sayso_http_requests_total counter\n";
        for ((route, status), count) in &self.requests {
            writeln!(out, "sayso_http_requests_total{{route=\"{}\",status=\"{status}\"}} {count}", label(route))?;
        }
        let name = "sayso_http_request_duration_seconds";
        write!(out, "# HELP {name} Seconds until the answer began.\n# TYPE {name} histogram\n")?;
        for (route, durations) in &self.durations {
            let route = label(route);
            for (within, bound) in durations.within.iter().zip(BOUNDS) {
                writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"{bound}\"}} {within}")?;
            }
            writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {}", durations.count)?;
            writeln!(out, "{name}_sum{{route=\"{route}\"}} {}", durations.seconds)?;
            writeln!(out, "{name}_count{{route=\"{route}\"}} {}", durations.count)?;
        }
        Ok(())
    }
}

fn label(value: &str) -> String {
    value.replace(['\\', '"', '\n'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::fixture::record;
    use crate::serve::errors::Kind;

    #[test]
    fn all_that_is_done_is_counted() {
        let metrics = Metrics::default();
        for seconds in [0.25, 0.5, 20.0] {
            metrics.request("/v1/extract", 200, Duration::from_secs_f64(seconds));
        }
        metrics.request("/healthz", 200, Duration::ZERO);
        let refused = || Err(Failure::new(Kind::Unprocessable, "no text"));
        metrics.batch(&[Ok(record()), refused(), refused()]);
        metrics.batch(&[Ok(record()), Ok(record())]);
        let told = metrics.prometheus(2, 5, "a \"model\"");
        let words = 3 * record().text.split_whitespace().count();
        for line in [
            "articles_total 3".to_owned(),
            "rejected_total 2".to_owned(),
            format!("words_total {words}"),
            "claims_total 9".to_owned(),
            "batches_total 2".to_owned(),
            "http_requests_total{route=\"/v1/extract\",status=\"200\"} 3".to_owned(),
            "http_request_duration_seconds_bucket{route=\"/v1/extract\",le=\"0.1\"} 0".to_owned(),
            "http_request_duration_seconds_bucket{route=\"/v1/extract\",le=\"0.25\"} 1".to_owned(),
            "http_request_duration_seconds_bucket{route=\"/v1/extract\",le=\"10\"} 2".to_owned(),
            "http_request_duration_seconds_bucket{route=\"/v1/extract\",le=\"+Inf\"} 3".to_owned(),
            "http_request_duration_seconds_sum{route=\"/v1/extract\"} 20.75".to_owned(),
            "http_request_duration_seconds_count{route=\"/v1/extract\"} 3".to_owned(),
            "queue_requests 2".to_owned(),
            "queue_limit 5".to_owned(),
        ] {
            assert!(told.contains(&format!("\nsayso_{line}\n")), "no {line} in {told}");
        }
        assert!(told.contains("model=\"a _model_\""), "{told}");
    }
}
