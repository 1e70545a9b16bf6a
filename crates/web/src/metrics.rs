//! A few figures about the program itself, in the text that Prometheus reads.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::http::StatusCode;

/// Upper bounds of the times that are counted, in milliseconds.
const BOUNDS_MS: [u64; 7] = [5, 25, 50, 150, 500, 2_000, 10_000];

/// Counters since the start.
pub(crate) struct Metrics {
    started: Instant,
    running: AtomicU64,
    /// By hundreds of the status.
    answered: [AtomicU64; 6],
    within: [AtomicU64; BOUNDS_MS.len()],
    took_us: AtomicU64,
    shed: AtomicU64,
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        Metrics {
            started: Instant::now(),
            running: AtomicU64::new(0),
            answered: Default::default(),
            within: Default::default(),
            took_us: AtomicU64::new(0),
            shed: AtomicU64::new(0),
        }
    }

    /// A request begins.
    pub(crate) fn begin(&self) {
        add(&self.running, 1);
    }

    /// It was answered.
    pub(crate) fn end(&self, status: StatusCode, took: Duration) {
        self.running.fetch_sub(1, Ordering::Relaxed);
        let hundred = usize::from(status.as_u16() / 100).min(self.answered.len() - 1);
        add(&self.answered[hundred], 1);
        let within = BOUNDS_MS.iter().position(|bound| took <= Duration::from_millis(*bound));
        if let Some(within) = within {
            add(&self.within[within], 1);
        }
        add(&self.took_us, u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// Somebody was told to come back because there was too much to do.
    pub(crate) fn shed(&self) {
        add(&self.shed, 1);
    }

    /// All figures, and gauges of others: name, meaning, value.
    pub(crate) fn text(&self, gauges: &[(&str, &str, u64)]) -> String {
        let mut out = String::new();
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        head(&mut out, "payung_http_responses_total", "Answers by class of status.", "counter");
        for (class, count) in self.answered.iter().enumerate().skip(2) {
            line(
                &mut out,
                &format!("payung_http_responses_total{{class=\"{class}xx\"}}"),
                read(count),
            );
        }
        let name = "payung_http_request_duration_milliseconds";
        head(&mut out, name, "Time to answer.", "histogram");
        let mut sum = 0;
        for (bound, count) in BOUNDS_MS.iter().zip(&self.within) {
            sum += read(count);
            line(&mut out, &format!("{name}_bucket{{le=\"{bound}\"}}"), sum);
        }
        let all: u64 = self.answered.iter().map(read).sum();
        line(&mut out, &format!("{name}_bucket{{le=\"+Inf\"}}"), all);
        line(&mut out, &format!("{name}_sum"), read(&self.took_us) / 1_000);
        line(&mut out, &format!("{name}_count"), all);
        head(&mut out, "payung_http_shed_total", "Requests told to come back.", "counter");
        line(&mut out, "payung_http_shed_total", read(&self.shed));
        let own = [
            ("payung_http_requests_running", "Requests being answered.", read(&self.running)),
            ("payung_uptime_seconds", "Since the start.", self.started.elapsed().as_secs()),
        ];
        for (name, meaning, value) in own.iter().chain(gauges) {
            head(&mut out, name, meaning, "gauge");
            line(&mut out, name, *value);
        }
        out
    }
}

/// Memory that the program holds, where the system tells.
pub(crate) fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split_whitespace().nth(1)?.parse().ok()?;
    // Linux counts in pages of 4 KiB on every machine that Payung is built for.
    Some(pages * 4096)
}

fn add(counter: &AtomicU64, amount: u64) {
    counter.fetch_add(amount, Ordering::Relaxed);
}

fn head(out: &mut String, name: &str, meaning: &str, kind: &str) {
    let _ = writeln!(out, "# HELP {name} {meaning}\n# TYPE {name} {kind}");
}

fn line(out: &mut String, name: &str, value: u64) {
    let _ = writeln!(out, "{name} {value}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_counted_once() {
        let metrics = Metrics::new();
        for (status, ms) in [(200, 1), (200, 30), (503, 20_000)] {
            metrics.begin();
            let status = StatusCode::from_u16(status).expect("a status");
            metrics.end(status, Duration::from_millis(ms));
        }
        metrics.shed();
        let text = metrics.text(&[("payung_people", "People.", 7)]);
        for line in [
            "payung_http_responses_total{class=\"2xx\"} 2",
            "payung_http_responses_total{class=\"5xx\"} 1",
            "payung_http_request_duration_milliseconds_bucket{le=\"5\"} 1",
            "payung_http_request_duration_milliseconds_bucket{le=\"50\"} 2",
            "payung_http_request_duration_milliseconds_bucket{le=\"10000\"} 2",
            "payung_http_request_duration_milliseconds_bucket{le=\"+Inf\"} 3",
            "payung_http_request_duration_milliseconds_count 3",
            "payung_http_shed_total 1",
            "payung_http_requests_running 0",
            "payung_people 7",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
    }
}
