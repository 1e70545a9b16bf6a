//! One human counts once in the sums of cover, on both engines, however often the months were paid
//! for: from the day on which it became known, and until it is so no more. Everybody is invented.

use std::collections::{BTreeMap, BTreeSet};

use base::{Day, Month, Rupiah};
use domain::coverage::CoveredMonth;
use domain::duplicates::{PairState, Stake, ordered, pair_id};
use domain::ledger::Transfer;
use rules::Scheme;

use super::world::*;
use crate::duplicates::Pair;
use crate::twin::both;
use crate::{Store, StoreError, cover_sums, covered, duplicates, merges};

/// The first day of these tests, as a number of days since 1970: 2022-09-01.
const FIRST: i64 = 19_236;

/// Noon in Jakarta of a day of these tests, 1 for the first.
fn noon(day: i64) -> i64 {
    (FIRST + day - 1) * 86_400_000 + 5 * 3_600_000
}

fn on(of: i64) -> Day {
    day("2022-09-01").plus_days(i32::try_from(of - 1).expect("a day"))
}

/// What pays a month for a record on a day: no two are paid by one.
fn payment(number: u32, month: Month, at: i64) -> Transfer {
    let at = u32::try_from(at).expect("a day");
    let number = at * 10_000 + number * 100 + month.month().unsigned_abs();
    let granted = domain::ledger::chart::appropriate(&fund(), day("2022-09-30"));
    Transfer { id: id(60, number), amount: Rupiah(1), ..granted }
}

/// Pays a month for these people, for two schemes, as a bill does: whoever stands for them is paid
/// for first.
fn pay(store: &Store, month: Month, people: &[u32], at: i64) -> Result<(), StoreError> {
    let paid: Vec<Transfer> = people.iter().map(|number| payment(*number, month, at)).collect();
    let cover = |(number, paid): (&u32, &Transfer)| {
        let (person, programme, transfer) = (person(*number).id, programme(1).id, paid.id);
        let of = |scheme| CoveredMonth { person, scheme, month, programme, transfer };
        [Scheme::Jkk, Scheme::Jkm].map(of)
    };
    let mut covers: Vec<CoveredMonth> = people.iter().zip(&paid).flat_map(cover).collect();
    store.write(|tx| {
        post(tx, &paid)?;
        merges::redirect(tx, &mut covers)?;
        covered::insert_all(tx, &covers, noon(at))
    })
}

fn merge(store: &Store, (away, kept): (u32, u32), at: i64) {
    let (left, right) = ordered(person(away).id, person(kept).id);
    let pair = Pair {
        id: pair_id(left, right),
        left,
        right,
        state: PairState::Open,
        score: 0,
        levels: Box::default(),
        stake: Stake::default(),
        revision: 0,
        found_at_ms: 0,
    };
    let merged = store.write(|tx| {
        if duplicates::get(tx, pair.id)?.is_none() {
            duplicates::insert_all(tx, std::slice::from_ref(&pair))?;
        }
        let of = |number| person(number).id;
        let (stays, goes) = (merges::history(tx, of(kept))?, merges::history(tx, of(away))?);
        merges::merge(tx, &domain::merging::plan(&stays, &goes), pair.id, noon(at))
    });
    merged.expect("is merged");
}

fn unmerge(store: &Store, away: u32, at: i64) -> Result<(), StoreError> {
    store.write(|tx| merges::unmerge(tx, person(away).id, noon(at)))
}

fn undo(store: &Store, month: Month, at: i64) -> u64 {
    let programme = programme(1).id;
    store.write(|tx| covered::remove(tx, programme, month, (on(at), noon(at)))).expect("is undone")
}

/// Covered people of a month, for work accidents, as known at the end of a day; drawn up anew it is
/// the same.
fn counted(store: &Store, month: Month, known: i64) -> u64 {
    assert_eq!(store.read(cover_sums::differing), Ok(0));
    let sums = store.read(|tx| cover_sums::of_months(tx, on(known))).expect("reads");
    let of = |scheme| {
        let own = sums.iter().filter(|sum| sum.month == month && sum.scheme == scheme);
        own.map(|sum| sum.people).sum::<u64>()
    };
    assert_eq!(of(Scheme::Jkk), of(Scheme::Jkm));
    of(Scheme::Jkk)
}

fn people_in(store: &Store) {
    settle_in(store);
    import(store, 1, &changes(1..7)).expect("imports");
}

#[test]
fn two_records_of_one_human_count_once_from_the_day_of_the_merging() {
    both(|store| {
        people_in(store);
        let (october, november) = (month("2022-10"), month("2022-11"));
        pay(store, october, &[1, 2, 3], 10).expect("pays");
        pay(store, november, &[2], 12).expect("pays");
        merge(store, (1, 2), 15);
        // Person 1 is a man in the register, 2 a woman: she stands for both.
        assert_eq!([14, 15].map(|known| counted(store, october, known)), [3, 2]);
        assert_eq!(counted(store, november, 15), 1);
        let sexes = |known: i64| {
            let by = domain::coverage::sums::SumBy::Sex;
            let sums = store.read(|tx| cover_sums::of_month(tx, by, october, on(known)));
            let own = sums.expect("reads").into_iter().filter(|sum| sum.scheme == Scheme::Jkk);
            own.map(|sum| (sum.part, sum.people)).collect::<BTreeMap<_, _>>()
        };
        let told = |men, women| BTreeMap::from([("L".to_owned(), men), ("P".to_owned(), women)]);
        assert_eq!((sexes(14), sexes(15)), (told(2, 1), told(1, 1)));
        // The months stay as they were paid for.
        let paid = |number| store.read(|tx| covered::of_person(tx, person(number).id));
        assert_eq!((paid(1).expect("reads").len(), paid(2).expect("reads").len()), (2, 4));
        // Two again on the twentieth: what was known in between stays what it was.
        unmerge(store, 1, 20).expect("is taken apart");
        assert_eq!([14, 15, 19, 20].map(|known| counted(store, october, known)), [3, 2, 2, 3]);
        merge(store, (1, 2), 25);
        assert_eq!([19, 20, 24, 25].map(|known| counted(store, october, known)), [2, 3, 3, 2]);
    });
}

#[test]
fn what_is_taken_apart_on_the_same_day_leaves_nothing() {
    both(|store| {
        people_in(store);
        let october = month("2022-10");
        pay(store, october, &[1, 2], 10).expect("pays");
        let kept = |store: &Store| {
            let read = store.read(|tx| {
                let mut rows = Vec::new();
                for table in crate::copies::tables(tx)? {
                    if !["cover_sum", "cover_total", "cover_twice"].contains(&&*table.name) {
                        continue;
                    }
                    crate::copies::read(tx, &table, |row| {
                        rows.push((table.name.clone(), row.to_vec()));
                        Ok::<_, StoreError>(())
                    })?;
                }
                Ok::<_, StoreError>(rows)
            });
            read.expect("reads")
        };
        let before = kept(store);
        merge(store, (1, 2), 15);
        assert_ne!(kept(store), before);
        unmerge(store, 1, 15).expect("is taken apart");
        assert_eq!(kept(store), before);
    });
}

/// A payment that comes after the merging, one that is undone, and a third record.
#[test]
fn payments_after_a_merging_count_once_too() {
    both(|store| {
        people_in(store);
        let october = month("2022-10");
        merge(store, (1, 2), 5);
        // The second of the two finds the one who stands for it covered, and stays where it is.
        pay(store, october, &[1, 2, 3], 10).expect("pays");
        assert_eq!(counted(store, october, 10), 2);
        // A third record of the same human is found.
        merge(store, (3, 2), 12);
        assert_eq!([11, 12].map(|known| counted(store, october, known)), [2, 1]);
        pay(store, october, &[4], 13).expect("pays");
        assert_eq!(counted(store, october, 13), 2);
        // All of it is undone, and paid once more for the three alone.
        assert_eq!(undo(store, october, 14), 8);
        assert_eq!([13, 14].map(|known| counted(store, october, known)), [2, 0]);
        pay(store, october, &[3, 2, 1], 16).expect("pays");
        assert_eq!([14, 15, 16].map(|known| counted(store, october, known)), [0, 0, 1]);
        unmerge(store, 3, 20).expect("is taken apart");
        assert_eq!([16, 19, 20].map(|known| counted(store, october, known)), [1, 1, 2]);
    });
}

/// Marks that somebody spoiled are found, and set right from the months and the mergings.
#[test]
fn marks_are_drawn_up_anew() {
    both(|store| {
        people_in(store);
        let october = month("2022-10");
        pay(store, october, &[1, 2], 10).expect("pays");
        merge(store, (1, 2), 15);
        let spoil = crate::sql::Sql::new(
            "spoil",
            "delete from cover_twice where tenant = 6401",
            "delete from cover_twice where tenant = 6401",
        );
        store.write(|tx| tx.run(&spoil, &[])).expect("spoils");
        assert!(store.read(cover_sums::differing).expect("reads") > 0);
        store.write(|tx| cover_sums::rebuild(tx, noon(18))).expect("draws up");
        // When it became known before is lost: it is known from now on.
        assert_eq!([17, 18].map(|known| counted(store, october, known)), [2, 1]);
    });
}

/// Whatever is done in whatever order: everybody once, drawn up anew the same, and what a day knew
/// is never told otherwise later.
#[test]
fn sums_hold_whatever_is_paid_undone_merged_and_parted() {
    both(|store| {
        people_in(store);
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        let mut draw = |below: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % below
        };
        let months = [month("2022-10"), month("2022-11")];
        let mut known: Vec<(i64, [u64; 2])> = Vec::new();
        let (mut merged, mut parted) = (0, 0);
        for day in 2..72 {
            let one = |drawn: u64| u32::try_from(drawn + 1).expect("few");
            let (who, other) = (one(draw(6)), one(draw(6)));
            let paid = months[usize::from(draw(2) == 0)];
            let roots = store.read(merges::roots).expect("reads");
            let is_root = |number: u32| !roots.contains_key(&person(number).id);
            match draw(8) {
                // No room in any record of the human: refused, as a second payer is.
                0..4 => {
                    pay(store, paid, &[who], day).ok();
                }
                4 => {
                    undo(store, paid, day);
                }
                5 | 6 if who != other && is_root(who) && is_root(other) => {
                    merge(store, (who, other), day);
                    merged += 1;
                }
                // One that stands for others and stepped aside itself is not parted yet.
                7 if !is_root(who) => parted += u32::from(unmerge(store, who, day).is_ok()),
                _ => {}
            }
            let roots = store.read(merges::roots).expect("reads");
            let humans = months.map(|month| {
                let mut humans = BTreeSet::new();
                for number in 1..7 {
                    let id = person(number).id;
                    let months = store.read(|tx| covered::of_person(tx, id)).expect("reads");
                    if months.iter().any(|one| one.month == month) {
                        humans.insert(merges::root_of(&roots, id));
                    }
                }
                humans.len() as u64
            });
            assert_eq!(months.map(|month| counted(store, month, day)), humans, "day {day}");
            known.push((day, humans));
        }
        assert!(merged > 3 && parted > 0, "{merged} {parted}");
        for (day, humans) in known {
            assert_eq!(months.map(|month| counted(store, month, day)), humans, "day {day}");
        }
    });
}

/// What was paid for twice before migration 62 is marked by it.
#[test]
fn what_was_paid_twice_before_is_marked_by_the_migration() {
    use crate::engine::{Access, Capacity, Link};
    let october = month("2022-10");
    let as_before = "delete from cover_twice; delete from cover_sum; delete from cover_total;";
    let paid = |store: &Store| {
        people_in(store);
        pay(store, october, &[1, 2, 3], 10).expect("pays");
        merge(store, (1, 2), 15);
        // Paid for after the merging: known since then.
        merge(store, (4, 5), 16);
        pay(store, october, &[4, 5], 20).expect("pays");
        let last = crate::audit::AuditLine { at_ms: noon(25), ..line(9, "noted") };
        store.write(|tx| crate::audit::append(tx, &last)).expect("is noted");
        [14, 15, 19, 20].map(|known| counted(store, october, known))
    };
    // The sums of the months alone, as they were kept before.
    let sums = |store: &Store| store.write(cover_sums::rebuild_without_marks);
    let expect = [3, 2, 2, 3];
    // What was told until the end of the day of the last act stays as it was told.
    let after = [3, 3, 5, 5, 5, 3];
    let directory = crate::twin::FreshDirectory::new();
    let store = super::coverage::opened(directory.location());
    assert_eq!(paid(&store), expect);
    let mut link = Link::open(&directory.location(), Access::Write, Capacity::Application);
    let link = link.as_mut().expect("opens");
    link.batch(as_before).expect("is as before");
    sums(&store).expect("draws up");
    link.batch(include_str!("../../migrations/sqlite/0062_cover_twice.sql")).expect("fills");
    assert_eq!([14, 15, 20, 24, 25, 26].map(|known| counted(&store, october, known)), after);
    let Some(url) = crate::twin::server_url() else { return };
    let database = crate::twin::FreshDatabase::new(&url);
    let store = super::coverage::opened(database.location());
    assert_eq!(paid(&store), expect);
    let mut link = Link::open(&database.superuser(), Access::Write, Capacity::Migrator);
    let before = format!("set session_replication_role = replica; {as_before}");
    link.as_mut().expect("opens").batch(&before).expect("is as before");
    sums(&store).expect("draws up");
    let mut link = Link::open(&database.owner(), Access::Write, Capacity::Migrator);
    let text = include_str!("../../migrations/postgres/0062_cover_twice.sql");
    // The table of marks is new when the migration fills it, and closed only afterwards.
    let new = "alter table cover_twice no force row level security;";
    link.as_mut().expect("opens").batch(&format!("{new} {text}")).expect("fills");
    assert_eq!([14, 15, 20, 24, 25, 26].map(|known| counted(&store, october, known)), after);
}
