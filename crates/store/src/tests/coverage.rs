//! Sums of cover, on both engines: kept as months come and go, and the same drawn up anew.

use base::{Day, Month, RegionCode};
use domain::coverage::CoveredMonth;
use domain::coverage::sums::SumBy;
use domain::coverage::wall::Aim;
use rules::Scheme;

use super::world::*;
use crate::coverage::{Basis, BasisLine, Report, Target};
use crate::twin::both;
use crate::{Store, StoreError, cover_sums, coverage, covered};

/// Noon of a day in September 2022, in milliseconds.
fn noon(day: i64) -> i64 {
    // The first of September 2022 was day 19,236 since 1970; noon in Jakarta is five in London.
    (19_235 + day) * 86_400_000 + 5 * 3_600_000
}

fn cover(number: u32, scheme: Scheme, month: Month) -> CoveredMonth {
    let transfer = domain::ledger::chart::appropriate(&fund(), day("2022-09-30")).id;
    let programme = programme(1).id;
    CoveredMonth { person: person(number).id, scheme, month, programme, transfer }
}

/// Covered people of the whole of a month, for work accidents, as known on a day.
fn covered_in(store: &Store, month: Month, known: &str) -> u64 {
    let sums = store.read(|tx| cover_sums::of_months(tx, day(known))).expect("reads");
    let own = sums.iter().filter(|sum| sum.month == month && sum.scheme == Scheme::Jkk);
    own.map(|sum| sum.people).sum()
}

fn parts(store: &Store, by: SumBy, month: Month, known: Day) -> Vec<(String, u64)> {
    let sums = store.read(|tx| cover_sums::of_month(tx, by, month, known)).expect("reads");
    let own = sums.into_iter().filter(|sum| sum.scheme == Scheme::Jkk);
    own.map(|sum| (sum.part, sum.people)).collect()
}

fn no_difference(store: &Store) {
    assert_eq!(store.read(cover_sums::differing), Ok(0));
}

#[test]
fn sums_follow_the_months_and_are_the_same_drawn_up_anew() {
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..4)).expect("imports");
        let (october, november) = (month("2022-10"), month("2022-11"));
        let covers = |month, people: &[u32]| {
            let of = |number: &u32| {
                [cover(*number, Scheme::Jkk, month), cover(*number, Scheme::Jkm, month)]
            };
            people.iter().flat_map(of).collect::<Vec<_>>()
        };
        store
            .write(|tx| {
                covered::insert_all(tx, &covers(october, &[1, 2, 3]), noon(10))?;
                covered::insert_all(tx, &covers(november, &[3]), noon(12))
            })
            .expect("pays");
        no_difference(store);
        assert_eq!(covered_in(store, october, "2022-09-09"), 0);
        assert_eq!(covered_in(store, october, "2022-09-10"), 3);
        assert_eq!(covered_in(store, november, "2022-09-11"), 0);
        // The whole of November is undone on the twentieth.
        let undone = store.write(|tx| {
            covered::remove(tx, programme(1).id, november, (day("2022-09-20"), noon(20)))
        });
        assert_eq!(undone, Ok(2));
        no_difference(store);
        assert_eq!(covered_in(store, november, "2022-09-14"), 1);
        assert_eq!(covered_in(store, november, "2022-09-19"), 1);
        assert_eq!(covered_in(store, november, "2022-09-20"), 0);
        assert_eq!(covered_in(store, october, "2022-09-20"), 3);
        // Persons of odd numbers are men; all are sixty and fish in one village.
        let now = day("2022-09-30");
        let told = |text: &str, people| (text.to_owned(), people);
        assert_eq!(parts(store, SumBy::Sex, october, now), [told("L", 2), told("P", 1)]);
        assert_eq!(parts(store, SumBy::Age, october, now), [told("55", 3)]);
        assert_eq!(parts(store, SumBy::Occupation, october, now), [told("nelayan", 3)]);
        assert_eq!(parts(store, SumBy::Place, october, now), [told("6401052001", 3)]);
        let within = |code: &str| {
            let region = RegionCode::parse(code).expect("a region");
            let cells = store.read(|tx| cover_sums::cells_of_month(tx, region, october, now));
            let months = store.read(|tx| cover_sums::of_months_in(tx, region, now));
            let cells: u64 = cells.expect("reads").iter().map(|cell| cell.people).sum();
            let all: u64 = months.expect("reads").iter().map(|sum| sum.people).sum();
            assert_eq!(cells, all, "{code}");
            cells
        };
        assert_eq!(["64.01", "64.01.05", "64.01.05.2001", "64.01.06"].map(within), [6, 6, 6, 0]);
        drawn_up_anew(store, october);
    });
}

fn drawn_up_anew(store: &Store, october: Month) {
    let spoil = crate::sql::Sql::new(
        "spoil",
        "update cover_sum set people = people + 1 where tenant = 6401",
        "update cover_sum set people = people + 1 where tenant = 6401",
    );
    store.write(|tx| tx.run(&spoil, &[])).expect("spoils");
    let wrong = store.read(cover_sums::differing).expect("reads");
    assert!(wrong > 0);
    store.write(|tx| cover_sums::rebuild(tx, noon(30))).expect("draws up");
    no_difference(store);
    assert_eq!(covered_in(store, october, "2022-09-30"), 3);
}

#[test]
fn counts_targets_and_reports_are_kept_as_they_were_set() {
    both(|store| {
        settle_in(store);
        let basis = |number, at_ms| Basis {
            id: id(40, number),
            code: "bps-2022".into(),
            name: "Penduduk bekerja".into(),
            source: "BPS".into(),
            definition: "Bekerja menurut Sakernas".into(),
            as_of: day("2022-08-31"),
            set_by: user(1).id,
            set_at_ms: at_ms,
        };
        let line = BasisLine { by: SumBy::Place, part: "640105".into(), people: 1_234 };
        let target = Target {
            id: id(41, 1),
            by: SumBy::Place,
            part: "6401".into(),
            due: day("2025-12-31"),
            aim: Aim::Share(base::Ppm(526_900)),
            source: "RPJMD".into(),
            set_by: user(1).id,
            set_at_ms: 3,
        };
        let report = Report {
            id: id(42, 1),
            asked: "{}".into(),
            figures: "{\"a\":1}".into(),
            digest: [7; 32],
            made_by: user(1).id,
            made_at_ms: 4,
        };
        store
            .write(|tx| {
                coverage::add_basis(tx, &basis(2, 2), std::slice::from_ref(&line))?;
                coverage::add_basis(tx, &basis(1, 1), &[])?;
                coverage::add_target(tx, &target)?;
                coverage::add_report(tx, &report)
            })
            .expect("keeps");
        store
            .read(|tx| {
                assert_eq!(coverage::bases(tx)?, [basis(1, 1), basis(2, 2)]);
                assert_eq!(coverage::lines(tx, basis(2, 2).id)?, [line]);
                assert_eq!(coverage::targets(tx)?, [target]);
                assert_eq!(coverage::report(tx, report.id)?, Some(report.clone()));
                assert_eq!(coverage::reports(tx)?, [report]);
                Ok::<_, StoreError>(())
            })
            .expect("reads");
    });
}

/// What a reporting tool may see of a place: numbers, codes and words of counts.
const SEEN_BY_REPORTERS: &[&str] = &[
    "as_of",
    "code",
    "definition",
    "district",
    "month",
    "name",
    "of_what",
    "part",
    "people",
    "programme",
    "rupiah",
    "scheme",
    "source",
    "village",
];

#[test]
fn a_reporting_tool_reaches_no_identity_and_no_few() {
    let Some(url) = crate::twin::server_url() else { return };
    let database = crate::twin::FreshDatabase::new(&url);
    let store = opened(database.location());
    settle_in(&store);
    // Three villages of one district: 3, 6 and 20 people; another district has 30.
    let add = crate::sql::Sql::new(
        "add",
        "select 1",
        "insert into cover_total select 6401, 'place', 202210, given.part, decode(repeat('05', 16), 'hex'), \
         'jkk', 19000, given.people from (values ('6401052001', 3::bigint), ('6401052002', 6), \
         ('6401052003', 20), ('6401062001', 30)) as given (part, people)",
    );
    store.write(|tx| tx.run(&add, &[])).expect("adds");
    let ask = |text: &str| {
        let mut link = crate::engine::Link::open(
            &database.reporter(),
            crate::engine::Access::Read,
            crate::engine::Capacity::Migrator,
        )?;
        let mut found: Vec<(String, Option<i64>)> = Vec::new();
        link.begin(crate::engine::Access::Read, Some(6401))?;
        link.ask(text, &[], &mut |mut columns| {
            found.push((columns.take()?, columns.take()?));
            Ok(())
        })?;
        Ok::<_, StoreError>(found)
    };
    let told = |text: &str, people| (text.to_owned(), people);
    let villages = ask("select village, people from payung_bi.coverage_village order by village");
    let expect = [
        told("6401052001", None),
        told("6401052002", None),
        // Three and six are nine: too few to be told as a difference, so the next goes with them.
        told("6401052003", None),
        told("6401062001", Some(30)),
    ];
    assert_eq!(villages.as_deref(), Ok(&expect[..]));
    let districts =
        ask("select district, people from payung_bi.coverage_district order by district");
    assert_eq!(districts.as_deref(), Ok(&[told("640105", Some(29)), told("640106", Some(30))][..]));
    let columns =
        ask("select distinct column_name::text, 0::bigint from information_schema.columns \
         where table_schema not in ('pg_catalog', 'information_schema') order by 1");
    let columns: Vec<String> = columns.expect("reads").into_iter().map(|(name, _)| name).collect();
    assert_eq!(columns, SEEN_BY_REPORTERS);
    for table in ["person", "covered_month", "cover_sum", "cover_total", "membership", "card"] {
        let answer = ask(&format!("select 'x'::text, count(*) from public.{table}"));
        assert!(answer.is_err(), "{table}: {answer:?}");
    }
}

/// Months of before migration 47 have no place of their own and no sums.
const AS_BEFORE: &str = "update covered_month set place = null, occupation = null, sex = null, \
                         age_from = null; delete from cover_sum; delete from cover_total;";

#[test]
fn months_of_before_are_counted_where_people_live() {
    let october = month("2022-10");
    let paid = |store: &Store| {
        settle_in(store);
        import(store, 1, &changes(1..4)).expect("imports");
        let covers: Vec<CoveredMonth> =
            [1, 2, 3].map(|number| cover(number, Scheme::Jkk, october)).to_vec();
        store.write(|tx| covered::insert_all(tx, &covers, noon(10))).expect("pays");
    };
    let counted = |store: &Store| {
        no_difference(store);
        assert_eq!(covered_in(store, october, "2022-09-09"), 0);
        assert_eq!(covered_in(store, october, "2022-09-10"), 3);
        let now = day("2022-09-30");
        assert_eq!(parts(store, SumBy::Age, october, now), [("55".to_owned(), 3)]);
        assert_eq!(parts(store, SumBy::Place, october, now), [("6401052001".to_owned(), 3)]);
    };
    use crate::engine::{Access, Capacity, Link};
    let directory = crate::twin::FreshDirectory::new();
    let store = opened(directory.location());
    paid(&store);
    let mut link = Link::open(&directory.location(), Access::Write, Capacity::Application);
    let link = link.as_mut().expect("opens");
    link.batch(AS_BEFORE).expect("is as before");
    assert_eq!(covered_in(&store, october, "2022-09-30"), 0);
    link.batch(include_str!("../../migrations/sqlite/0047_cover_sums.sql")).expect("fills");
    counted(&store);
    let Some(url) = crate::twin::server_url() else { return };
    let database = crate::twin::FreshDatabase::new(&url);
    let store = opened(database.location());
    paid(&store);
    let mut link = Link::open(&database.superuser(), Access::Write, Capacity::Migrator);
    let before = format!("set session_replication_role = replica; {AS_BEFORE}");
    link.as_mut().expect("opens").batch(&before).expect("is as before");
    assert_eq!(covered_in(&store, october, "2022-09-30"), 0);
    let mut link = Link::open(&database.owner(), Access::Write, Capacity::Migrator);
    let text = include_str!("../../migrations/postgres/0047_cover_sums.sql");
    // The tables of sums are new when the migration fills them, and closed only afterwards.
    let new = "alter table cover_sum no force row level security; \
               alter table cover_total no force row level security;";
    link.as_mut().expect("opens").batch(&format!("{new} {text}")).expect("fills");
    counted(&store);
}

pub(super) fn opened(location: crate::Location) -> Store {
    let store = Store::open(location, crate::twin::tenant()).expect("opens");
    store.unlock(crate::twin::keys()).expect("a fresh register takes any keys");
    store.faults().forgive_silence(true);
    store.migrate().expect("is ready");
    store
}
