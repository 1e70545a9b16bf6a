//! The acts that stand in the log, by their stable names: the catalogue says each in words
//! (`act-NAME`), and a page may be narrowed to one.

/// Every act with words, in the order of their names.
pub const ACTS: &[&str] = &[
    "accident-confirmed",
    "accident-denied",
    "accidents-taken",
    "account-sent",
    "accounts-opened",
    "agent-added",
    "agent-changed",
    "agreement-added",
    "agreement-amended",
    "agreement-copied",
    "agreement-ended",
    "agreement-scanned",
    "agreement-signed",
    "agreement-template-kept",
    "agreement-tied",
    "agreement-untied",
    "annex-decree-set",
    "annex-made",
    "annex-printed",
    "api-token-ended",
    "api-token-made",
    "approval-bands-set",
    "attendance-noted",
    "attendance-withdrawn",
    "backup-made",
    "bank-account-added",
    "bank-approved",
    "bank-asked",
    "bank-ended",
    "bank-moves-approved",
    "bank-moves-proposed",
    "bank-proposed",
    "bank-setting-set",
    "bill-code-recorded",
    "bill-drafted",
    "bill-finalised",
    "bill-issued",
    "bill-payment-undone",
    "bill-put-forward",
    "bill-reopened",
    "bill-returned",
    "bills-paid",
    "card-day-closed",
    "card-day-made",
    "card-day-printed",
    "card-day-reopened",
    "card-day-seats-added",
    "card-printed",
    "card-reprinted",
    "card-revoked",
    "cards-handed-over",
    "cards-issued",
    "cards-placed",
    "cards-printed",
    "cards-renewed",
    "chart-approved",
    "chart-proposed",
    "chart-returned",
    "checkpoint-made",
    "checkpoint-witnessed",
    "claim-approved",
    "claim-described",
    "claim-opened",
    "claim-paper-noted",
    "claim-person-dropped",
    "claim-person-kept",
    "claim-printed",
    "claim-returned",
    "claim-reviewed",
    "claim-step-appeal",
    "claim-step-approve",
    "claim-step-close",
    "claim-step-complete",
    "claim-step-grant",
    "claim-step-lapse",
    "claim-step-pay",
    "claim-step-propose",
    "claim-step-refuse",
    "claim-step-return",
    "claim-step-send",
    "claim-step-send-back",
    "claim-step-turn-down",
    "claim-step-withdraw",
    "columns-confirmed",
    "cover-sums-rebuilt",
    "coverage-basis-set",
    "coverage-report-made",
    "coverage-target-set",
    "credits-put-forward",
    "credits-recorded",
    "death-confirmed",
    "death-denied",
    "deaths-taken",
    "deliveries-replayed",
    "duplicates-compared",
    "duplicates-searched",
    "duty-fulfilled",
    "duty-reopened",
    "entry-posted",
    "erased-came-back",
    "erasure-proposed",
    "event-cancelled",
    "event-changed",
    "event-held",
    "event-planned",
    "event-planned-anew",
    "export-proposed",
    "field-device-ended",
    "field-device-prepared",
    "field-device-wiped",
    "field-keys-opened",
    "field-photo-kept",
    "field-photo-read",
    "field-record-aside",
    "field-record-first",
    "field-record-last",
    "field-record-read",
    "field-record-two",
    "field-records-noted",
    "file-kept",
    "file-read",
    "file-received",
    "first-run-used",
    "fund-added",
    "fund-ceiling-agreed",
    "fund-ceiling-asked",
    "fund-revised",
    "fund-revision-proposed",
    "glass-broken",
    "handover-accepted",
    "handover-dismissed",
    "handover-reopened",
    "handover-undone",
    "identity-erased",
    "identity-revealed",
    "import-limits-set",
    "import-proposed",
    "index-key-rotated",
    "invitation-used",
    "jht-printed",
    "jht-stated",
    "jht-stated-withdrawn",
    "keys-forgotten",
    "keys-noted",
    "keys-rotated",
    "lead-added",
    "lead-confirmed",
    "lead-contact",
    "lead-denied",
    "lead-forgotten",
    "lead-miss",
    "lead-refuse",
    "lead-register",
    "lead-reopen",
    "lead-shown",
    "leads-followed",
    "limits-proposed",
    "limits-set",
    "lines-explained",
    "lines-recognised",
    "list-approved",
    "list-proposed",
    "list-returned",
    "matches-carried",
    "message-answered",
    "message-joined",
    "message-received",
    "message-reopened",
    "message-shown",
    "message-withdrawn",
    "movement-approved",
    "movement-proposed",
    "movement-returned",
    "newcomer-asked",
    "notice-explained",
    "notices-sealed",
    "org-added",
    "org-changed",
    "org-kind-added",
    "orgs-imported",
    "outreach-kind-added",
    "outreach-term-set",
    "overlap-rule-set",
    "pair-answered-different",
    "pair-answered-same",
    "pair-answered-unknown",
    "pair-approved",
    "pair-ask",
    "pair-different",
    "pair-returned",
    "pair-same",
    "pair-undo",
    "password-changed",
    "password-set",
    "people-exported",
    "people-registered",
    "period-close-proposed",
    "period-closed",
    "period-reopen-proposed",
    "period-reopened",
    "period-step-returned",
    "person-changed",
    "person-lives",
    "programme-added",
    "programme-terms-set",
    "provided-roles-ended",
    "provider-approved",
    "provider-ended",
    "provider-proposed",
    "reasons-sealed",
    "receipt-recorded",
    "receipt-withdrawn",
    "recovery-asked",
    "recovery-code-used",
    "recovery-codes-renewed",
    "recovery-link-made",
    "recovery-used",
    "reference-taken",
    "register-opened",
    "remarks-sealed",
    "role-ended",
    "role-granted",
    "role-lent",
    "role-proposed",
    "schema-migrated",
    "scholarship-approve",
    "scholarship-ask",
    "scholarship-end",
    "scholarship-lapse",
    "scholarship-pay",
    "scholarship-place",
    "scholarship-reopen",
    "scholarship-send",
    "scholarship-send-back",
    "scholarship-turn-down",
    "second-factor-added",
    "second-factor-offered",
    "second-factor-removed",
    "session-ended",
    "sessions-ended",
    "setting-proposed",
    "settings-changed",
    "sheet-cells-corrected",
    "sheet-columns-said",
    "sheet-decided",
    "sheet-forgotten",
    "sheet-received",
    "sheet-returned",
    "sheet-rows-answered",
    "sheet-tables-said",
    "sheet-undone",
    "sign-in-last-try",
    "signed-in",
    "signed-in-by-provider",
    "signed-in-whole",
    "signed-out",
    "signed-out-by-provider",
    "sipp-columns-set",
    "sipp-employer-set",
    "sipp-files-written",
    "sipp-rejection-mended",
    "sipp-reply-taken",
    "sipp-row-answered",
    "sipp-sent",
    "snap-paid",
    "snap-recognised",
    "snap-refused",
    "statement-columns-kept",
    "statement-taken",
    "subscriber-approved",
    "subscriber-ended",
    "subscriber-gone",
    "subscriber-paused",
    "subscriber-proposed",
    "subscriber-refused",
    "subscriber-resumed",
    "subscriber-secret-made",
    "subscriber-silent",
    "subscriber-tested",
    "task-approved",
    "task-expired",
    "task-returned",
    "transfer-reversed",
    "user-added",
    "user-invited",
    "user-opened",
    "user-suspended",
    "voucher-proposed",
    "voucher-returned",
];

/// Whether an act has words.
pub(crate) fn has_words(act: &str) -> bool {
    ACTS.binary_search(&act).is_ok()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::words::{Language, Words};

    /// What is called to write an act down; its name is the first text in the brackets.
    const WRITERS: [&str; 10] = [
        "record",
        "record_by_itself",
        "record_count",
        "record_effects",
        "record_factor",
        "record_reason",
        "record_reason_of",
        "note_act",
        "audit_line",
        "say_itself",
    ];

    /// Records that stand first in the brackets where the act is a name made elsewhere.
    const RECORDS: [&str; 7] = [
        "benefit-claim",
        "field-device",
        "field-record",
        "outreach-event",
        "reference-list",
        "school-year",
        "statement-line",
    ];

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in folder.read_dir().expect("a folder").flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            match path.is_dir() {
                true if name != "tests" => sources(&path, found),
                false if name != "tests.rs" => found.push(path),
                _ => {}
            }
        }
    }

    /// What stands in a pair of brackets that has just been opened.
    fn bracketed(text: &str) -> &str {
        let mut depth = 1;
        let end = text.char_indices().find(|(_, c)| {
            depth += i32::from(*c == '(') - i32::from(*c == ')');
            depth == 0
        });
        end.map_or(text, |(end, _)| &text[..end])
    }

    /// The texts in a piece of code that read like the name of an act.
    fn names(code: &str) -> impl Iterator<Item = &str> {
        code.split('"').skip(1).step_by(2).filter(|text| {
            let plain = |c: char| c.is_ascii_lowercase() || c == '-';
            text.contains('-') && text.chars().all(plain) && !text.starts_with('-')
        })
    }

    fn written_in(code: &str) -> Vec<&str> {
        let code = code.split("mod tests {").next().unwrap_or_default();
        let mut found = Vec::new();
        for writer in WRITERS {
            for (at, _) in code.match_indices(&format!("{writer}(")) {
                let is_whole = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                if is_whole {
                    found.extend(names(bracketed(&code[at + writer.len() + 1..])).next());
                }
            }
        }
        for (at, _) in code.match_indices("let act = ") {
            found.extend(names(code[at..].split(';').next().unwrap_or_default()));
        }
        found
    }

    #[test]
    fn every_act_that_the_program_writes_down_has_words() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("in crates");
        let mut files = Vec::new();
        sources(&crates.join("app/src"), &mut files);
        sources(&crates.join("store/src"), &mut files);
        let mut seen = 0;
        for file in files {
            let code = std::fs::read_to_string(&file).expect("a source");
            for act in written_in(&code).into_iter().filter(|act| !RECORDS.contains(act)) {
                assert!(has_words(act), "{act} of {} has no words", file.display());
                seen += 1;
            }
        }
        assert!(seen > 150, "{seen}: the writers have other names now");
        // Names that are put together as the act is done.
        for verdict in domain::duplicates::PairVerdict::ALL {
            assert!(has_words(&format!("pair-{}", verdict.name())));
        }
        for step in domain::claim::ClaimStep::ALL {
            assert!(has_words(&format!("claim-step-{}", step.name())));
        }
        for step in domain::scholarship::YearStep::ALL {
            assert!(has_words(&format!("scholarship-{}", step.name())));
        }
        for verdict in crate::field::FieldVerdict::ALL {
            assert!(has_words(&format!("field-record-{}", verdict.name())));
        }
        for name in crate::tasks::BY_TWO {
            assert!(has_words(&format!("{name}-set")));
        }
    }

    #[test]
    fn every_act_has_words() {
        assert!(ACTS.is_sorted());
        for act in ACTS {
            for language in [Language::Indonesian, Language::English] {
                let key = format!("act-{act}");
                assert_ne!(Words::of(language).get(&key), key);
            }
        }
    }
}
