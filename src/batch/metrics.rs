//! A run in Prometheus' text format, for node_exporter's textfile collector.

use std::fmt::Write;

use jiff::Timestamp;

use super::manifest::{Fingerprint, Manifest, State};

/// The metrics of the run that `manifest` describes.
pub fn prometheus(manifest: &Manifest) -> String {
    let counts = &manifest.counts;
    let seconds = |time: &str| time.parse::<Timestamp>().map_or(0, Timestamp::as_second) as f64;
    let share = |share: Option<f64>| share.unwrap_or(f64::NAN);
    let state = |state| f64::from(u8::from(manifest.state == state));
    let mut out = String::new();
    let mut metric = |name: &str, kind: &str, help: &str, value: f64| {
        let value = if value.is_nan() { "NaN".to_owned() } else { value.to_string() };
        // Writing to a string does not fail.
        let _ = write!(out, "# HELP sayso_{name} {help}\n# TYPE sayso_{name} {kind}\nsayso_{name} {value}\n");
    };
    metric("articles_total", "counter", "Articles with a record.", counts.articles as f64);
    metric("rejected_total", "counter", "Articles without a record.", counts.rejected as f64);
    metric("duplicates_total", "counter", "Records that point to an earlier one.", counts.duplicates as f64);
    metric("warnings_total", "counter", "Warnings about articles that have a record.", counts.warnings as f64);
    metric("sentences_total", "counter", "Sentences of all records.", counts.sentences as f64);
    metric("words_total", "counter", "Words of all records.", counts.words as f64);
    metric("claims_total", "counter", "Claims of all records.", counts.claims as f64);
    metric("busy_seconds_total", "counter", "Seconds of work on the run, over all its processes.", manifest.seconds);
    metric("progress_ratio", "gauge", "Share of the input that is done.", share(manifest.progress));
    metric("left_seconds", "gauge", "Seconds to the end at the present rate.", share(manifest.seconds_left));
    metric("running", "gauge", "1 while the run goes on.", state(State::Running));
    metric("finished", "gauge", "1 once all of the input is done.", state(State::Finished));
    metric("started_timestamp_seconds", "gauge", "When the run began.", seconds(&manifest.started));
    metric("updated_timestamp_seconds", "gauge", "When these figures were written.", seconds(&manifest.updated));
    let Fingerprint { model, sayso: version, shard, .. } = &manifest.fingerprint;
    let [model, version] = [model, version].map(|label| label.replace(['\\', '"', '\n'], "_"));
    out += "# HELP sayso_run_info What runs.\n# TYPE sayso_run_info gauge\n";
    out + &format!("sayso_run_info{{model=\"{model}\",version=\"{version}\",shard=\"{shard}\"}} 1\n")
}
