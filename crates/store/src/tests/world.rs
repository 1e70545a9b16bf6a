//! An invented regency for tests: one village, two users, a fund, a programme, and people made of
//! numbers.

use base::id::kind;
use base::{CellAddress, Day, Field, Id, Month, Nik, PersonName, Problem, ProblemCode};
use base::{RegionCode, Rupiah, Sex};
use domain::enrolment::{Changes, Outcome, RowDecision};
use domain::occupation::OccupationKey;
use domain::organisation::Org;
use domain::programme::{Fund, Programme};
use domain::registry::Person;
use rules::{FundKind, Schemes, WorkSector};

use crate::audit::AuditLine;
use crate::orgs::User;
use crate::people::Known;
use crate::sheets::{Sheet, SheetState};
use crate::{Store, StoreError, ledger, orgs, programmes, sheets};

pub(super) fn id<K>(kind: u8, number: u32) -> Id<K> {
    let mut bytes = [kind; 16];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    Id::from_bytes(bytes)
}

pub(super) fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

pub(super) fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

pub(super) fn nik(number: u32) -> Nik {
    Nik::parse(&format!("640101170862{number:04}")).expect("a number")
}

/// When everything of these tests became known.
pub(super) fn known() -> Known {
    Known { at_ms: 1_664_000_000_000, valid_from: day("2022-09-24") }
}

/// An invented person; all were born on one day.
pub(super) fn person(number: u32) -> Person {
    let letter = char::from(b'a' + (number % 26) as u8);
    Person {
        id: id(1, number),
        nik: nik(number),
        no_kk: None,
        name: PersonName::parse(&format!("Warga {letter}{letter} Contoh")).expect("a name"),
        birth: day("1962-08-17"),
        birth_place: Some("Tanah Grogot".into()),
        sex: if number.is_multiple_of(2) { Sex::Female } else { Sex::Male },
        address: None,
        place: RegionCode::from_digits(6401052001, 4),
        occupation: Some(OccupationKey("nelayan".into())),
        phone: base::Phone::parse("0812-3456-7890"),
        mother: None,
    }
}

pub(super) fn org() -> Org {
    let territory = RegionCode::from_digits(6401052001, 4);
    Org::plain(id(2, 1), "desa-6401052001", "Desa Contoh", territory)
}

pub(super) fn user(number: u32) -> User {
    User::new(id(3, number), &format!("petugas-{number}"))
}

pub(super) fn fund() -> Fund {
    Fund::new(id(4, 1), "apbdp-2022", FundKind::ApbdP, Rupiah(10_000_000))
}

pub(super) fn programme(number: u32) -> Programme {
    Programme {
        id: id(5, number),
        code: format!("rentan-{number}").into(),
        name: "Pekerja rentan".into(),
        territory: RegionCode::from_digits(6401, 2),
        fund: fund().id,
        schemes: Schemes::JKK_JKM,
        first: month("2022-10"),
        last: month("2022-12"),
        occupations: vec![OccupationKey("nelayan".into()), OccupationKey("petani".into())],
        default_occupation: None,
        income: Rupiah(1_000_000),
        refuse_insured: true,
        target: Some(100),
        terms: domain::programme::Terms::default(),
    }
}

pub(super) fn sheet(number: u32) -> Sheet {
    Sheet {
        id: id(6, number),
        hash: [number as u8; 32],
        file_name: "Data RT.xlsx".into(),
        size_bytes: 3,
        org: org().id,
        programme: programme(1).id,
        received_at_ms: 1_664_000_000_000,
        received_by: user(1).id,
        state: SheetState::Received,
        corrects: None,
    }
}

/// A sheet of accepted rows for these people, and one row that goes back.
pub(super) fn changes(people: impl Iterator<Item = u32>) -> Changes {
    let new_people: Vec<Person> = people.map(person).collect();
    let mut decisions: Vec<RowDecision> = new_people
        .iter()
        .zip(2..)
        .map(|(person, row)| decision(row, Outcome::Accepted, Some(person.id)))
        .collect();
    let cell = CellAddress { sheet: 0, row: 1, column: 1 };
    let problem = Problem::of_cell(ProblemCode::NikLength, Field::Nik, cell).with_detail("15");
    let back = RowDecision {
        problems: vec![problem, Problem::of_row(ProblemCode::OccupationMissing)],
        ..decision(1, Outcome::NeedsFix, None)
    };
    decisions.insert(0, back);
    Changes { decisions, new_people, ..Changes::default() }
}

pub(super) fn decision(
    row: u32,
    outcome: Outcome,
    person: Option<Id<kind::Person>>,
) -> RowDecision {
    RowDecision {
        sheet: 0,
        row,
        outcome,
        person,
        problems: Vec::new(),
        content: u64::MAX - u64::from(row),
        corrects: None,
        facility: None,
        occupation: None,
    }
}

/// What work counts as, for tests.
pub(super) fn sector(_: Option<&OccupationKey>) -> WorkSector {
    WorkSector::Other
}

/// Keeps the offices, users, fund and two programmes with their accounts, and the fund's ceiling.
pub(super) fn settle_in(store: &Store) {
    store
        .write(|tx| {
            orgs::insert(tx, &org())?;
            orgs::insert_user(tx, &user(1))?;
            orgs::insert_user(tx, &user(2))?;
            programmes::insert_fund(tx, &fund())?;
            ledger::open_accounts(tx, &domain::ledger::chart::fund_accounts(&fund()))?;
            for number in [1, 2] {
                let programme = programme(number);
                programmes::insert(tx, &programme)?;
                let accounts = domain::ledger::chart::programme_accounts(&programme);
                ledger::open_accounts(tx, &accounts)?;
            }
            let grant = domain::ledger::chart::appropriate(&fund(), day("2022-09-30"));
            post(tx, &[grant])
        })
        .expect("settles in");
}

/// Posts a batch as a whole.
pub(super) fn post(
    tx: &mut crate::Tx<'_>,
    batch: &[domain::ledger::Transfer],
) -> Result<(), StoreError> {
    let snapshot = ledger::snapshot(tx, batch)?;
    let posting = domain::ledger::post_all(&snapshot, batch).expect("the ledger accepts");
    ledger::apply(tx, &posting)
}

/// An audit line of nobody about nothing.
pub(super) fn line(number: u8, act: &str) -> AuditLine {
    AuditLine {
        id: [number; 16],
        salt: [number; 16],
        at_ms: i64::from(number),
        actor: None,
        act: act.into(),
        object_kind: "sheet".into(),
        object: Some([7; 16]),
        count: None,
        reason: None,
    }
}

/// Keeps a sheet and what was decided for it.
pub(super) fn import(store: &Store, number: u32, changes: &Changes) -> Result<(), StoreError> {
    store.write(|tx| {
        sheets::insert(tx, &sheet(number), b"xyz")?;
        crate::enrolment::apply(tx, sheet(number).id, changes, known())
    })
}

/// The rows that a constraint of a migration lists, in order.
pub(super) fn rows_of(migration: &'static str, constraint: &str) -> Vec<&'static str> {
    let (_, rest) = migration.split_once(constraint).expect("the constraint");
    let list = rest.split_once("in (").and_then(|(_, rest)| rest.split_once("))"));
    let rows = list.expect("a list").0.split(", ").map(|one| one.trim_matches('\''));
    let mut rows: Vec<&str> = rows.collect();
    rows.sort_unstable();
    rows
}
