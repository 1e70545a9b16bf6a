//! `cargo xtask bench plan`: four scenarios over a million people, and a budget turned round.
//!
//! The people are counted into cells once; a question is asked of the cells. The limit is one
//! second for all that is asked after counting.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Measured, release};

/// What a question may take.
const LIMIT_SECONDS: f64 = 1.0;

/// A million people counted, four scenarios compared, a budget turned round.
pub fn plan(root: &Path, _data: &Path) -> Result<Vec<Measured>> {
    let program =
        release(root, &["-p", "domain", "--example", "plan"])?.join("examples").join("plan");
    let output = Command::new(&program).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("{} must start", program.display()))?;
    if !output.status.success() {
        bail!("{} ended with {}", program.display(), output.status);
    }
    lines(&serde_json::from_slice(&output.stdout)?)
}

/// The answer as lines of the record; one above the limit fails the bench.
fn lines(answer: &Value) -> Result<Vec<Measured>> {
    let seconds = |name: &str| answer[name].as_f64().with_context(|| format!("no {name}"));
    let people = answer["people"].as_u64().context("no people")?;
    let cells = answer["cells"].as_u64().context("no cells")?;
    let line = |what: String, seconds: f64, figure: Option<String>| Measured {
        what,
        seconds,
        megabytes: None,
        figure,
    };
    let (compare, inverse) = (seconds("compare_s")?, seconds("inverse_s")?);
    if compare > LIMIT_SECONDS || inverse > LIMIT_SECONDS {
        bail!("a question took {compare} s and {inverse} s; the limit is {LIMIT_SECONDS} s");
    }
    Ok(vec![
        line(
            format!("{people} people counted into cells"),
            seconds("counting_s")?,
            Some(format!("{cells} cells")),
        ),
        line(
            "four scenarios of 12, 12, 60 and 18 months side by side".to_owned(),
            compare,
            Some(format!("limit {LIMIT_SECONDS:.0} s")),
        ),
        line(
            "how many people a budget pays for".to_owned(),
            inverse,
            Some(format!("limit {LIMIT_SECONDS:.0} s")),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_question_above_the_limit_fails() {
        let answer = |compare: f64| {
            json!({
                "people": 1_000_000, "cells": 900_000, "counting_s": 0.5,
                "compare_s": compare, "inverse_s": 0.2,
            })
        };
        assert_eq!(lines(&answer(0.4)).expect("within").len(), 3);
        assert!(lines(&answer(1.4)).is_err());
        assert!(lines(&json!({})).is_err());
    }
}
