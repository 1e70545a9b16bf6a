//! Grants, loans, the glass and shut accounts, in a register of invented users.

use base::{Day, RegionCode};
use domain::access::{Operation, Role, Target};

use super::GrantRequest;
use crate::error::AppError;
use crate::office::{Actor, Location, Office};

fn office(folder: &std::path::Path) -> Office {
    Office::invented(Location::Directory(folder.to_owned()), day("2022-10-01"), 8)
}

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn with_office(work: impl FnOnce(&Office, Actor)) {
    let folder = tempfile::tempdir().expect("a folder");
    let office = office(folder.path());
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    for (name, role) in [
        ("petugas", Role::Officer),
        ("pengesah", Role::Approver),
        ("pengawas", Role::Auditor),
        ("desa", Role::VillageOperator),
    ] {
        office.add_user(&keeper, name, role).expect("added");
    }
    work(&office, keeper);
}

fn ask(user: &str, role: Role) -> GrantRequest {
    GrantRequest { user: user.into(), role, territory: None, org: None, from: None, until: None }
}

fn code(answer: Result<(), AppError>) -> String {
    answer.err().map_or("ok".to_owned(), |error| error.code)
}

#[test]
fn roles_that_must_not_meet_are_refused() {
    with_office(|office, keeper| {
        for (user, role, expect) in [
            ("petugas", Role::Approver, "ROLES_INCOMPATIBLE"),
            ("pengesah", Role::Treasurer, "ROLES_INCOMPATIBLE"),
            ("pengesah", Role::Officer, "ROLES_INCOMPATIBLE"),
            ("pengawas", Role::Officer, "ROLES_INCOMPATIBLE"),
            ("petugas", Role::Treasurer, "ok"),
            ("petugas", Role::Treasurer, "ok"),
            ("tiada", Role::Treasurer, "USER_UNKNOWN"),
        ] {
            assert_eq!(
                code(office.grant_role(&keeper, &ask(user, role))),
                expect,
                "{user} {role:?}"
            );
        }
        // Before and after one another the two may be held.
        let later =
            GrantRequest { from: Some(day("2023-01-01")), ..ask("petugas", Role::Approver) };
        assert_eq!(code(office.grant_role(&keeper, &later)), "ROLES_INCOMPATIBLE");
    });
}

#[test]
fn a_role_taken_away_is_gone_at_the_next_request() {
    with_office(|office, keeper| {
        assert!(office.actor("petugas", Operation::Propose).is_ok());
        let users = office.users(&keeper).expect("listed");
        let held = users.iter().find(|user| &*user.user.name == "petugas").expect("is there");
        office.end_grant(&keeper, held.grants[0].id).expect("ended");
        assert!(office.actor("petugas", Operation::Propose).is_err());
    });
}

#[test]
fn an_account_that_is_shut_may_nothing() {
    with_office(|office, keeper| {
        office.suspend_user(&keeper, "petugas", true).expect("shut");
        assert!(office.actor("petugas", Operation::Propose).is_err());
        office.suspend_user(&keeper, "petugas", false).expect("opened");
        assert!(office.actor("petugas", Operation::Propose).is_ok());
        assert_eq!(code(office.suspend_user(&keeper, "operator", true)), "SAME_PERSON");
    });
}

#[test]
fn the_last_keeper_of_the_office_stays() {
    with_office(|office, keeper| {
        let users = office.users(&keeper).expect("listed");
        let own = users.iter().find(|user| &*user.user.name == "operator").expect("is there");
        assert_eq!(code(office.end_grant(&keeper, own.grants[0].id)), "LAST_ADMINISTRATOR");
        office.add_user(&keeper, "admin", Role::Administrator).expect("added");
        assert_eq!(code(office.end_grant(&keeper, own.grants[0].id)), "ok");
    });
}

#[test]
fn a_role_is_lent_for_some_days_and_only_while_it_is_held() {
    with_office(|office, keeper| {
        office.add_user(&keeper, "wakil", Role::Verifier).expect("added");
        let lender = office.actor("petugas", Operation::Propose).expect("may");
        let week = GrantRequest { until: Some(day("2022-10-07")), ..ask("wakil", Role::Officer) };
        assert!(office.actor("wakil", Operation::Propose).is_err());
        for (request, expect) in [
            (GrantRequest { until: None, ..week.clone() }, "LEND_TOO_LONG"),
            (GrantRequest { until: Some(day("2023-10-01")), ..week.clone() }, "LEND_TOO_LONG"),
            (GrantRequest { role: Role::Treasurer, ..week.clone() }, "ROLE_NOT_HELD"),
            (GrantRequest { user: "petugas".into(), ..week.clone() }, "SAME_PERSON"),
            (GrantRequest { user: "pengesah".into(), ..week.clone() }, "ROLES_INCOMPATIBLE"),
            (week.clone(), "ok"),
        ] {
            assert_eq!(code(office.lend_role(&lender, &request)), expect, "{request:?}");
        }
        let deputy = office.actor("wakil", Operation::Propose).expect("may for a week");
        assert_eq!(
            code(office.lend_role(&deputy, &GrantRequest { user: "desa".into(), ..week })),
            "ROLE_NOT_HELD"
        );
        office.suspend_user(&keeper, "petugas", true).expect("shut");
        assert!(office.actor("wakil", Operation::Propose).is_err());
    });
}

#[test]
fn the_glass_needs_a_reason_and_opens_reading_only() {
    with_office(|office, _| {
        let village = office.actor("desa", Operation::TakeIn).expect("may");
        let all = Target::in_region(RegionCode::parse("64.01.05.2001").expect("a village"));
        assert_eq!(code(office.break_glass(&village, "perlu", 1)), "REASON_MISSING");
        let reason = "Korban kecelakaan tidak sadar di rumah sakit";
        assert_eq!(code(office.break_glass(&village, reason, 24)), "GLASS_TOO_LONG");
        office.break_glass(&village, reason, 1).expect("broken");
        let behind = office.actor("desa", Operation::Unmask).expect("may");
        assert!(office.authorize(&behind, Operation::Unmask, &all).is_ok());
        assert!(office.authorize(&behind, Operation::ReadAudit, &all).is_err());
        assert!(office.authorize(&behind, Operation::Approve, &all).is_err());
    });
}

#[test]
fn a_loan_is_of_the_lender_s_own_office() {
    with_office(|office, keeper| {
        let regency = RegionCode::from_digits(6401, 2);
        for branch in ["cab-a", "cab-b"] {
            office.add_org(&keeper, branch, "Cabang Rekaan", regency).expect("an office");
        }
        office.add_account(&keeper, "cabang").expect("an account");
        let of = |user: &str, org: Option<&str>| GrantRequest {
            org: org.map(str::to_owned),
            until: Some(day("2022-10-07")),
            ..ask(user, Role::BpjsOfficer)
        };
        let held = GrantRequest { until: None, ..of("cabang", Some("cab-a")) };
        office.grant_role(&keeper, &held).expect("a role in one branch");
        let lender = office.actor("cabang", Operation::OwnDesk).expect("an account");
        for (org, expect) in
            [(Some("cab-b"), "ROLE_NOT_HELD"), (None, "ROLE_NOT_HELD"), (Some("cab-a"), "ok")]
        {
            assert_eq!(code(office.lend_role(&lender, &of("desa", org))), expect, "{org:?}");
        }
    });
}
