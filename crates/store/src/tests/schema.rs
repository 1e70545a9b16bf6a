//! The schema and the statements, on both engines.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::StoreError;
use crate::engine::{Access, Capacity, Link};
use crate::twin::{FreshDatabase, FreshDirectory, both, server_url};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The statements of a folder: name and text.
fn statements(name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder(name)).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
            found.push((stem, std::fs::read_to_string(&path).expect("text")));
        }
    }
    found.sort();
    found
}

/// Every statement in the words of PostgreSQL.
pub(super) fn statements_of_postgres() -> Vec<(String, String)> {
    statements("sql").into_iter().chain(statements("sql/postgres")).collect()
}

/// The texts of all migrations.
pub(super) fn every_migration() -> Vec<(String, String)> {
    ["migrations", "migrations/sqlite", "migrations/postgres"]
        .into_iter()
        .flat_map(statements)
        .collect()
}

/// The statements of an engine.
pub(super) fn every_statement(link: &Link) -> Vec<(String, String)> {
    let own = if link.is_postgres() { "sql/postgres" } else { "sql/sqlite" };
    ["sql", own].into_iter().flat_map(statements).collect()
}

/// Every statement in the words of SQLite.
pub(super) fn statements_of_sqlite() -> Vec<(String, String)> {
    statements("sql").into_iter().chain(statements("sql/sqlite")).collect()
}

fn fresh_links() -> Vec<(Link, &'static str, Box<dyn std::any::Any>)> {
    let directory = FreshDirectory::new();
    let mut link =
        Link::open(&directory.location(), Access::Write, Capacity::Application).expect("opens");
    crate::migrate::migrate(&mut link).expect("migrates");
    let mut links: Vec<(Link, _, Box<dyn std::any::Any>)> =
        vec![(link, "sql/sqlite", Box::new(directory))];
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        let link = Link::open(&database.owner(), Access::Write, Capacity::Migrator).expect("opens");
        links.push((link, "sql/postgres", Box::new(database)));
    }
    links
}

#[test]
fn every_statement_is_understood_by_its_engine() {
    for (mut link, own, _place) in fresh_links() {
        for (name, text) in statements("sql").into_iter().chain(statements(own)) {
            let understood = link.check(&text);
            assert_eq!(understood, Ok(()), "{own}: {name}");
        }
    }
}

#[test]
fn twins_have_the_same_names() {
    let names = |folder| statements(folder).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("sql/sqlite"), names("sql/postgres"));
    assert_eq!(names("migrations/sqlite"), names("migrations/postgres"));
}

#[test]
fn every_migration_that_lies_there_is_taken() {
    let folders = ["migrations", "migrations/sqlite"].into_iter().flat_map(statements);
    let mut lie: Vec<String> = folders.map(|(name, _)| name).collect();
    lie.retain(|name| name != "statistics");
    lie.sort_unstable();
    lie.dedup();
    assert_eq!(lie, crate::migrate::names().collect::<Vec<_>>());
}

#[test]
fn placeholders_first_appear_in_ascending_order() {
    for folder in ["sql", "sql/sqlite", "sql/postgres"] {
        for (name, text) in statements(folder) {
            let mut seen = Vec::new();
            for piece in text.split('$').skip(1) {
                let digits: String = piece.chars().take_while(char::is_ascii_digit).collect();
                let number: usize = digits.parse().expect("a number after the sign");
                if !seen.contains(&number) {
                    seen.push(number);
                }
            }
            assert!(seen.iter().copied().eq(1..=seen.len()), "{name}: {seen:?}");
        }
    }
}

#[test]
fn statements_are_lower_case() {
    for folder in ["sql", "sql/sqlite", "sql/postgres"] {
        for (name, text) in statements(folder) {
            // Comments are sentences, words between quotes are values.
            let lines = text.lines().filter(|line| !line.trim_start().starts_with("--"));
            let code: String = lines.flat_map(|line| line.split(['\'', '"']).step_by(2)).collect();
            assert!(!code.chars().any(char::is_uppercase), "{name}");
        }
    }
}

fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => text.push_str(&sources(&path)),
            false => text.push_str(&std::fs::read_to_string(path).expect("text")),
        }
    }
    text
}

#[test]
fn every_statement_is_used_and_none_is_missing() {
    let sources = sources(&folder("src"));
    for (folder, call) in [("sql", "sql!"), ("sql/sqlite", "sql_twin!")] {
        for (name, _) in statements(folder) {
            assert!(sources.contains(&format!("{call}(\"{name}\")")), "{name} is used by nobody");
        }
    }
}

#[test]
fn the_tenant_comes_first_in_every_key() {
    for (name, text) in statements("migrations") {
        for line in text.lines().map(str::trim).filter(|line| line.starts_with("constraint ")) {
            for key in ["primary key (", "unique (", "foreign key ("] {
                if let Some((_, rest)) = line.split_once(key) {
                    // The one table of all regencies, which lies in parts by the number.
                    let of_all = line.starts_with("constraint nik_month_pk ");
                    assert!(of_all || rest.starts_with("tenant"), "{name}: {line}");
                }
            }
        }
        for line in text.lines().filter(|line| line.starts_with("create index")) {
            let of_all = line.contains(" on nik_month ");
            assert!(of_all || line.contains("(tenant, "), "{name}: {line}");
        }
    }
}

#[test]
fn constraint_names_are_unique() {
    let mut seen = BTreeSet::new();
    for (_, text) in statements("migrations") {
        for line in text.lines().map(str::trim) {
            if let Some(rest) = line.strip_prefix("constraint ") {
                let name = rest.split(' ').next().expect("a name").to_owned();
                assert!(seen.insert(name), "{line}");
            }
        }
    }
}

#[test]
fn migrating_twice_changes_nothing() {
    both(|store| {
        assert_eq!(store.migrate(), Ok(0));
        let newest = crate::migrate::newest();
        assert_eq!(store.schema_version(), Ok((newest, newest)));
    });
}

#[test]
fn a_register_says_whose_it_is() {
    let directory = FreshDirectory::new();
    assert_eq!(crate::Store::tenants(&directory.location()), Ok(Vec::new()));
    let store = crate::Store::open(directory.location(), crate::twin::tenant()).expect("opens");
    assert_eq!(store.schema_version(), Ok((0, crate::migrate::newest())));
    store.migrate().expect("migrates");
    assert_eq!(crate::Store::tenants(&directory.location()), Ok(vec![crate::twin::tenant()]));
}

#[test]
fn a_newer_register_is_borne_until_something_is_taken_away() {
    for (mut link, _, _place) in fresh_links() {
        let later = "insert into migration (number, name, step) values";
        link.batch(&format!("{later} (998, 'later', 'expand')")).expect("inserts");
        assert_eq!(crate::migrate::migrate(&mut link), Ok(Vec::new()));
        link.batch(&format!("{later} (999, 'last', 'contract')")).expect("inserts");
        let answer = crate::migrate::migrate(&mut link);
        assert_eq!(answer, Err(StoreError::SchemaNewer { found: 999 }));
    }
}

/// A program of before the numbers of events were a million apart would put its own before them.
#[test]
fn a_program_that_numbers_events_otherwise_is_refused() {
    for (mut link, _, _place) in fresh_links() {
        let answer = crate::migrate::migrate_until(&mut link, 36);
        assert_eq!(answer, Err(StoreError::SchemaNewer { found: 72 }));
        assert_eq!(crate::migrate::migrate(&mut link), Ok(Vec::new()));
    }
}

/// Statements that read a tenant's whole table, because that is what they are asked for.
const WHOLE_TABLES: &[&str] = &[
    "account_list",
    "card_key_list",
    "change_mark_all",
    "card_day_list",
    "covered_fact_list",
    "covered_month_withdrawn_of",
    "cover_paid_until",
    "death_known_list",
    "agreement_list",
    "attachment_handover_of_person",
    "attachment_record_of_person",
    "benefit_claim_list",
    "benefit_claim_near",
    "benefit_claim_of_person",
    "death_notice_list",
    "jht_month_list",
    "jht_stated_list",
    "notice_event_list",
    "message_list",
    "field_device_list",
    "outreach_agent_list",
    "outreach_attendance_list",
    "outreach_event_list",
    "outreach_kind_list",
    "outreach_lead_list",
    "benefit_claim_review_list",
    "death_dead_list",
    "agreement_template_list",
    "org_contact_list",
    "org_kind_list",
    "annex_unnumbered_list",
    "audit_checkpoint_list",
    "audit_cosignature_list",
    "enlistment_of_person",
    "person_apart_list",
    "duplicate_pair_apart",
    "duplicate_pair_ids",
    "duplicate_pair_list",
    "duplicate_tally_list",
    "merge_card_list",
    "person_merge_list",
    "sheet_stage_list",
    "audit_list",
    "audit_node_list",
    "audit_reason_list",
    "audit_schema_get",
    "audit_size",
    "state_digest_list",
    "bill_code_list",
    "bill_list",
    "bill_open_list",
    "paid_after_death",
    "catalogue_columns",
    "index_chain_begin",
    "index_chain_list",
    "index_chain_now",
    "catalogue_references",
    "coverage_basis_list",
    "coverage_fact_list",
    "coverage_report_list",
    "coverage_target_list",
    "benefit_paid_list",
    "cover_sum_delete",
    "cover_sum_list",
    "cover_sum_scratch",
    "cover_total_delete",
    "cover_total_list",
    "cover_twice_holding_list",
    "credential_count_by_role",
    "fund_list",
    "ledger_chart_list",
    "period_closed_list",
    "period_step_list",
    "fund_money",
    "mandate_entry_list",
    "mandate_person_list",
    "one_time_link_forget",
    "one_time_link_revoke",
    "one_time_link_revoke_unheld",
    "org_list",
    "outcome_count_list",
    "movement_waiting_list",
    "allocation_list",
    "bank_account_list",
    "payment_match_uncarried",
    "statement_list",
    "period_waiver_list",
    "membership_span_list",
    "person_count",
    // Beside a copy, which reads everything as well.
    "person_erased_list",
    "person_list",
    "person_page",
    "person_place_list",
    "plan_person_list",
    "programme_list",
    "programme_occupation_list",
    "problem_count_list",
    "promised_elsewhere",
    "proposal_committed",
    "proposal_list",
    "reason_clear_list",
    "reason_of_lines",
    "record_key_count",
    "reference_hits",
    "reference_people_named",
    "reference_list_list",
    "role_grant_list",
    "session_forget",
    "sheet_forgotten_list",
    "sheet_list",
    "participant_number_of_merged",
    "participant_number_of_programme",
    "sipp_reply_list",
    "sipp_reply_outcome_count",
    "sipp_submission_list",
    "snap_account_list",
    "snap_account_missing",
    "snap_credit_uncarried",
    "snap_payment_list",
    "snap_payment_waiting",
    "snap_payment_echo_list",
    "snap_notice_list",
    "snap_notice_unsealed",
    "snap_partner_list",
    "snap_registration_list",
    "snap_request_unsealed",
    "sign_in_try_forget",
    "subscriber_health_list",
    "subscriber_list",
    "statement_line_list",
    "statement_line_unmatched",
    "statement_line_unsealed",
    "transfer_list",
    "unsecured_list",
    "user_list",
    "bill_member_list",
    "programme_of_person",
    // A month's bills are few; their lines are read by their keys.
    "bill_final_of_month",
    "nik_hold_lacking",
    "nik_hold_needless",
    "nik_hold_missing",
    "nik_hold_unknown",
    "nik_hold_month_list",
    "nik_of_members",
    // Once in a step of the index key.
    "nik_number_list",
    // Through an index of those that wait alone.
    "nik_hold_open",
    "nik_not_ours",
    "benefit_claim_to_review",
];

#[test]
fn no_statement_reads_a_whole_table_by_mistake() {
    let directory = FreshDirectory::new();
    let mut link =
        Link::open(&directory.location(), Access::Write, Capacity::Application).expect("opens");
    crate::migrate::migrate(&mut link).expect("migrates");
    let wanted = |(name, _): &(String, String)| !WHOLE_TABLES.contains(&name.as_str());
    let all = statements("sql").into_iter().chain(statements("sql/sqlite")).filter(wanted);
    let mut mistakes = Vec::new();
    for (name, text) in all {
        for step in link.plan(&text) {
            let whole = step.ends_with("(tenant=?)") || step.starts_with("SCAN");
            let known = ["wanted", "found", "l", "pemda", "migration", "sqlite_master", "CONSTANT"];
            let small = known.contains(&step.split(' ').nth(1).unwrap_or_default());
            if whole && !small {
                mistakes.push(format!("{name}: {step}"));
            }
        }
    }
    assert!(mistakes.is_empty(), "{mistakes:#?}");
}

#[cfg(unix)]
#[test]
fn the_register_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let directory = FreshDirectory::new();
    crate::Store::open(directory.location(), crate::twin::tenant()).expect("opens");
    let crate::Location::Directory(path) = directory.location() else {
        unreachable!("a directory")
    };
    let mode = |path: &Path| path.metadata().expect("is there").permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(&path.join("register.db"))), (0o700, 0o600));
}
