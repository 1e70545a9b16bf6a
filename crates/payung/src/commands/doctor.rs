//! `payung doctor`: the installation examined, each finding with its remedy.

use std::process::ExitCode;

use app::access::Operation;
use app::condition::{Finding, Weight};
use app::doctor::{Installation, OPENS_SOMETHING, files};
use app::error::AppError;
use app::office::Location;
use serde_json::json;

use crate::cli::Global;
use crate::commands::{self, Done};
use crate::say::{REFUSED, ROWS_NEED_FIXING, Say};

/// A check of integrity failed.
const DAMAGED: u8 = 8;

/// What was written is not what is there.
const BROKEN: [&str; 3] = ["acts", "ledger", "isolation"];

/// Examines files and register; the exit code says the gravest finding.
pub fn doctor(global: &Global, say: &Say) -> Done {
    let location = commands::location(global);
    if let Location::Directory(folder) = &location
        && !folder.join("register.db").exists()
    {
        let shown = folder.display().to_string();
        return Err(AppError::not_found("REGISTER_MISSING", shown).into());
    }
    let mut found = files(Installation {
        data: &global.data,
        location: &location,
        keys: &commands::key_path(global),
        identity: global.keys_identity.as_deref(),
    });
    let opened = commands::open(global);
    let refused = match opened {
        Ok(office) => {
            let actor = office.actor(&global.actor, Operation::Operate)?;
            found.extend(office.diagnose(&actor)?);
            None
        }
        Err(error) if error.code.starts_with("USER_") => return Err(error.into()),
        Err(error) => Some(error),
    };
    tell(say, &found);
    Ok(match refused {
        Some(error) => say.error(&error.into()),
        None => ExitCode::from(exit(&found)),
    })
}

fn exit(found: &[Finding]) -> u8 {
    let is_bad = |names: &[&str]| {
        found.iter().any(|found| found.weight == Weight::Bad && names.contains(&found.what))
    };
    match () {
        () if is_bad(&OPENS_SOMETHING) => REFUSED,
        () if is_bad(&BROKEN) => DAMAGED,
        () if found.iter().any(|found| found.weight >= Weight::Warning) => ROWS_NEED_FIXING,
        () => 0,
    }
}

fn tell(say: &Say, found: &[Finding]) {
    if say.json {
        let findings = found.iter().map(|found| {
            json!({
                "what": found.what,
                "state": word(found.weight),
                "detail": found.detail,
                "remedy": remedy(say, found),
            })
        });
        say.document(&json!({"findings": findings.collect::<Vec<_>>(), "exit": exit(found)}));
        return;
    }
    for found in found {
        let state = say.words.get(&format!("web-condition-is-{}", word(found.weight)));
        let what = say.words.get(&format!("condition-{}", found.what));
        let detail = match found.detail.as_str() {
            "" => String::new(),
            detail => format!(" ({detail})"),
        };
        say.line(&format!("{state:<16} {what}{detail}"));
        if let Some(remedy) = remedy(say, found) {
            say.line(&format!("{:<16} {remedy}", ""));
        }
    }
}

fn remedy(say: &Say, found: &Finding) -> Option<String> {
    let key = format!("condition-{}.remedy", found.what);
    let values = [("detail", found.detail.as_str())];
    (found.weight >= Weight::Warning).then(|| say.words.with(&key, &values))
}

fn word(weight: Weight) -> &'static str {
    match weight {
        Weight::Well => "well",
        Weight::Unknown => "unknown",
        Weight::Warning => "warning",
        Weight::Bad => "bad",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_finding_is_the_exit_code() {
        let finding = |what: &'static str, weight| Finding { what, weight, detail: String::new() };
        for (found, code) in [
            (vec![finding("disk", Weight::Well)], 0),
            (vec![finding("disk", Weight::Unknown)], 0),
            (vec![finding("copy", Weight::Warning)], 3),
            (vec![finding("disk", Weight::Bad)], 3),
            (vec![finding("acts", Weight::Bad), finding("copy", Weight::Warning)], 8),
            (vec![finding("acts", Weight::Bad), finding("keys-file", Weight::Bad)], 7),
            (vec![finding("bank-secret", Weight::Bad)], 7),
            (vec![finding("audit-key", Weight::Bad)], 7),
        ] {
            assert_eq!(exit(&found), code, "{found:?}");
        }
    }
}
