//! One payer for a month: what two regencies of one server do to each other, and what stays when
//! one of them breaks off between two steps.
//!
//! `PAYUNG_MONTH_RACES` says how many races; `cargo xtask race` asks for 10,000.

use std::collections::{HashMap, HashSet};
use std::sync::Barrier;

use base::Month;

use super::world::*;
use crate::months::{self, Elsewhere, Hold, HoldState, LIMIT_MS, NikKey, Settled};
use crate::sql::Sql;
use crate::twin::{FreshDatabase, both, server_url, tenant};
use crate::{Store, StoreError, people, programmes};

/// The short slice that every test run takes.
const RACES: u32 = 200;

/// A limit that is over when the statement ends.
const OVER: i64 = -1;

fn january() -> Month {
    month("2023-01")
}

fn keys_of(store: &Store, numbers: std::ops::Range<u32>) -> Vec<NikKey> {
    let keys = numbers.map(|number| store.read(|tx| months::key_of(tx, nik(number))));
    keys.collect::<Result<_, _>>().expect("the register has its keys")
}

/// Two regencies of one server, each over connections of its own.
fn neighbours(database: &FreshDatabase) -> (Store, Store) {
    let open = |regency| {
        let store = Store::open(database.location(), regency).expect("opens");
        store.unlock(crate::twin::keys()).expect("takes the keys");
        store.faults().forgive_silence(true);
        store.migrate().expect("is migrated");
        store
    };
    (open(tenant()), open(base::RegionCode::from_digits(3515, 2)))
}

fn reserve(store: &Store, keys: &[NikKey], limit_ms: i64) -> HashMap<NikKey, i64> {
    let held = store.read(|tx| months::holds(tx, january())).expect("reads");
    let turn = |key: &NikKey| held.get(key).map_or(0, |hold| hold.turn);
    let wanted: Vec<_> = keys.iter().map(|key| (*key, turn(key))).collect();
    months::reserve(store, january(), &wanted, limit_ms).expect("is asked")
}

fn set(keys: &[NikKey]) -> HashSet<NikKey> {
    keys.iter().copied().collect()
}

fn hold(store: &Store, granted: &HashMap<NikKey, i64>) {
    let granted: Vec<_> = granted.iter().map(|(key, turn)| (*key, *turn)).collect();
    store.write(|tx| months::hold(tx, january(), &granted)).expect("is kept");
}

fn settle(store: &Store) -> Settled {
    months::settle(store).expect("settles")
}

/// No bill needs anything: all of it is let go.
fn let_go(store: &Store) {
    store.write(|tx| months::align(tx, january())).expect("lets go");
}

fn states(store: &Store, keys: &[NikKey]) -> Vec<Option<(HoldState, i64)>> {
    let held = store.read(|tx| months::holds(tx, january())).expect("reads");
    keys.iter().map(|key| held.get(key).map(|Hold { turn, state }| (*state, *turn))).collect()
}

#[test]
fn a_month_is_reserved_held_confirmed_and_let_go() {
    both(|store| {
        let keys = keys_of(store, 1..4);
        let granted = reserve(store, &keys, LIMIT_MS);
        assert_eq!(granted, keys.iter().map(|key| (*key, 0)).collect());
        // Again before anything was decided: the same.
        assert_eq!(reserve(store, &keys, LIMIT_MS), granted);
        hold(store, &granted);
        assert_eq!(states(store, &keys), [Some((HoldState::Reserved, 0)); 3]);
        assert_eq!(settle(store), Settled { confirmed: 3, ..Settled::default() });
        assert_eq!(states(store, &keys), [Some((HoldState::Confirmed, 0)); 3]);
        assert_eq!(settle(store), Settled::default());
        // The month after is another row.
        let later = store.read(|tx| months::holds(tx, january().plus(1))).expect("reads");
        assert_eq!(later, HashMap::new());
        let_go(store);
        assert_eq!(settle(store), Settled { released: 3, ..Settled::default() });
        // Nobody of the register has these numbers: nothing stays of them.
        assert_eq!(states(store, &keys), [None; 3]);
    });
}

#[test]
fn a_number_of_the_register_keeps_its_turn_and_an_erased_one_nothing() {
    both(|store| {
        store.write(|tx| people::insert_all(tx, [&person(1), &person(2)], known())).expect("keeps");
        let keys = keys_of(store, 1..3);
        let first = reserve(store, &keys, LIMIT_MS);
        hold(store, &first);
        settle(store);
        let_go(store);
        settle(store);
        assert_eq!(states(store, &keys), [Some((HoldState::Free, 1)); 2]);
        // The second claim is of another turn: a release of the first that comes late misses it.
        let second = reserve(store, &keys, LIMIT_MS);
        assert_eq!(second[&keys[0]], 1);
        hold(store, &second);
        settle(store);
        store.write(|tx| people::erase(tx, person(1).id, known())).expect("erases");
        assert_eq!(settle(store).released, 1);
        assert_eq!(states(store, &keys), [None, Some((HoldState::Confirmed, 1))]);
        let mine = months::settle_all(store).expect("settles");
        // No bill needs the other either.
        assert_eq!(mine, (Settled { released: 1, ..Settled::default() }, 0));
    });
}

#[test]
fn who_comes_second_is_told_of_another_and_who_comes_late_finds_it_lost() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let (paser, other) = neighbours(&database);
    let keys = keys_of(&paser, 1..4);
    // Paser reserves two and breaks off; the limit of one is over.
    reserve(&paser, &keys[..1], LIMIT_MS);
    let late = reserve(&paser, &keys[1..2], OVER);
    let elsewhere =
        |store: &Store| store.read(|tx| months::elsewhere(tx, january(), &keys)).expect("reads");
    let reserved = Elsewhere { reserved: set(&keys[..1]), ..Elsewhere::default() };
    assert_eq!(elsewhere(&other), reserved);
    let granted = reserve(&other, &keys, LIMIT_MS);
    assert_eq!(granted, keys[1..].iter().map(|key| (*key, 0)).collect());
    hold(&other, &granted);
    assert_eq!(settle(&other).confirmed, 2);
    // Paser's bill is decided after all: it finds that one is gone, and keeps what nobody took.
    hold(&paser, &late);
    let again = reserve(&paser, &keys[..1], LIMIT_MS);
    hold(&paser, &again);
    assert_eq!(settle(&paser), Settled { confirmed: 1, lost: 1, ..Settled::default() });
    let lost = Some((HoldState::Lost, 0));
    assert_eq!(states(&paser, &keys), [Some((HoldState::Confirmed, 0)), lost, None]);
    let confirmed = Elsewhere { confirmed: set(&keys[1..]), ..Elsewhere::default() };
    assert_eq!(elsewhere(&paser), confirmed);
    // The other lets go: Paser has it with its next claim.
    let_go(&other);
    assert_eq!(settle(&other).released, 2);
    assert_eq!(reserve(&paser, &keys[1..], LIMIT_MS).len(), 2);
    // The table itself is nobody's.
    let sql = Sql::new("adhoc", "", "select count(*) from nik_month");
    let answer = paser.read(|tx| tx.one(&sql, &[], |columns| columns.take::<i64>()));
    assert_eq!(answer, Err(StoreError::Forbidden));
    // Whoever forgets the regency gets nothing.
    other.faults().forget_tenant();
    assert_eq!(months::reserve(&other, january(), &[(keys[0], 9)], LIMIT_MS), Ok(HashMap::new()));
    assert_eq!(elsewhere(&other), Elsewhere::default());
}

/// What was reserved and is not needed is given back; what is confirmed is not.
#[test]
fn what_is_given_back_is_free_for_the_next() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let (paser, other) = neighbours(&database);
    let keys = keys_of(&paser, 1..4);
    let kept = reserve(&paser, &keys[..1], LIMIT_MS);
    hold(&paser, &kept);
    settle(&paser);
    reserve(&paser, &keys[1..2], LIMIT_MS);
    months::give_back(&paser, january(), &keys).expect("is given back");
    months::give_back(&paser, january(), &keys).expect("once more");
    assert_eq!(reserve(&other, &keys, LIMIT_MS), keys[1..].iter().map(|key| (*key, 0)).collect());
    // What another reserved is not the regency's to give.
    months::give_back(&paser, january(), &keys).expect("is nothing");
    assert_eq!(
        reserve(&paser, &keys, LIMIT_MS).keys().copied().collect::<HashSet<_>>(),
        set(&keys[..1])
    );
}

/// A row that is gone before it was confirmed is claimed again, and waits while somebody is about
/// to take it.
#[test]
fn what_is_gone_before_it_was_confirmed_is_claimed_again_or_waits() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let (paser, other) = neighbours(&database);
    let keys = keys_of(&paser, 1..3);
    let granted = reserve(&paser, &keys, LIMIT_MS);
    hold(&paser, &granted);
    months::release_late(&paser, january(), 0, &keys).expect("is gone");
    let theirs = reserve(&other, &keys[1..], LIMIT_MS);
    let settled = settle(&paser);
    assert_eq!((settled.confirmed, settled.lost, settled.open), (1, 0, 1));
    let (yes, waits) = (Some((HoldState::Confirmed, 0)), Some((HoldState::Waiting, 0)));
    assert_eq!(states(&paser, &keys), [yes, waits]);
    // The other does not take it after all.
    let theirs: Vec<NikKey> = theirs.into_keys().collect();
    months::give_back(&other, january(), &theirs).expect("is given back");
    assert_eq!(settle(&paser).confirmed, 1);
    assert_eq!(states(&paser, &keys), [yes, yes]);
}

/// A number that is corrected takes its months along: the old ones are free, the new ones claimed.
#[test]
fn months_follow_a_number_that_is_corrected() {
    both(|store| {
        store.write(|tx| people::insert_all(tx, [&person(1)], known())).expect("keeps");
        let keys = keys_of(store, 1..3);
        let granted = reserve(store, &keys[..1], LIMIT_MS);
        hold(store, &granted);
        settle(store);
        let corrected = domain::registry::Person { nik: nik(2), ..person(1) };
        store.write(|tx| people::update_all(tx, &[corrected], known())).expect("is corrected");
        let (leaving, waiting) = (HoldState::Leaving, HoldState::Waiting);
        assert_eq!(states(store, &keys), [Some((leaving, 0)), Some((waiting, 0))]);
        let settled = settle(store);
        assert_eq!((settled.confirmed, settled.released), (1, 1));
        // Nobody of the register has the old number.
        assert_eq!(states(store, &keys), [None, Some((HoldState::Confirmed, 0))]);
        // Corrected and put right before anybody settled: the month stays the regency's.
        let mut numbers = [nik(1), nik(2)].into_iter();
        for nik in numbers.by_ref() {
            let corrected = domain::registry::Person { nik, ..person(1) };
            store.write(|tx| people::update_all(tx, &[corrected], known())).expect("is corrected");
        }
        assert_eq!(states(store, &keys), [Some((leaving, 0)), Some((waiting, 1))]);
        assert_eq!(settle(store).confirmed, 1);
        assert_eq!(states(store, &keys), [None, Some((HoldState::Confirmed, 1))]);
        assert_eq!(months::look_again(store, january()), Ok(0));
    });
}

/// Messages that arrive after their time: each is about a turn that is over, or done already.
#[test]
fn what_comes_late_changes_nothing() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let (paser, other) = neighbours(&database);
    paser.write(|tx| people::insert_all(tx, [&person(1)], known())).expect("keeps");
    let keys = keys_of(&paser, 1..2);
    let first = reserve(&paser, &keys, LIMIT_MS);
    hold(&paser, &first);
    settle(&paser);
    let_go(&paser);
    settle(&paser);
    let second = reserve(&paser, &keys, LIMIT_MS);
    hold(&paser, &second);
    settle(&paser);
    // The first reservation arrives once more, with its release: nothing moves.
    assert_eq!(months::reserve(&paser, january(), &[(keys[0], 0)], LIMIT_MS), Ok(second));
    months::release_late(&paser, january(), 0, &keys).expect("is said");
    assert_eq!(reserve(&other, &keys, LIMIT_MS), HashMap::new());
    // A register brought back from before the second turn finds its own and lets it go.
    paser.write(|tx| months::align(tx, january())).expect("lets go");
    settle(&paser);
    assert_eq!(reserve(&other, &keys, LIMIT_MS).len(), 1);
}

/// A reservation that was never decided, and a copy that knows nothing of what was confirmed.
#[test]
fn what_the_regency_has_and_does_not_know_of_is_released() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let (paser, other) = neighbours(&database);
    // A programme that has the month, so that somebody looks.
    let lasting = domain::programme::Programme { last: january(), ..programme(1) };
    let kept = paser.write(|tx| {
        programmes::insert_fund(tx, &fund())?;
        programmes::insert(tx, &lasting)
    });
    kept.expect("is kept");
    let keys = keys_of(&paser, 1..3);
    reserve(&paser, &keys[..1], OVER);
    reserve(&paser, &keys[1..], LIMIT_MS);
    // What is reserved now may be decided the next moment.
    assert_eq!(months::settle_all(&paser), Ok((Settled::default(), 1)));
    assert_eq!(months::settle_all(&paser), Ok((Settled::default(), 0)));
    assert_eq!(reserve(&other, &keys, LIMIT_MS).keys().collect::<Vec<_>>(), [&keys[0]]);
}

/// What two regencies hold in the end: one of them has it, and the other knows that it has not.
fn one_race(paser: &Store, other: &Store, race: u32, start: &Barrier) -> [bool; 2] {
    let keys = keys_of(paser, race % 9_000 + 1..race % 9_000 + 2);
    // In every fourth race a reservation is over before it is decided.
    let limits = match race % 4 {
        0 => [OVER, LIMIT_MS],
        1 => [OVER, OVER],
        _ => [LIMIT_MS, LIMIT_MS],
    };
    std::thread::scope(|scope| {
        let run = |store, limit_ms| {
            let keys = &keys;
            scope.spawn(move || {
                start.wait();
                let granted = reserve(store, keys, limit_ms);
                hold(store, &granted);
                settle(store);
                states(store, keys)[0].is_some_and(|(state, _)| state == HoldState::Confirmed)
            })
        };
        let (one, two) = (run(paser, limits[0]), run(other, limits[1]));
        [one.join().expect("ends"), two.join().expect("ends")]
    })
}

#[test]
fn of_two_regencies_that_claim_a_month_at_once_one_has_it() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let (paser, other) = neighbours(&database);
    let races = std::env::var("PAYUNG_MONTH_RACES").ok();
    let races = races.map_or(RACES, |count| count.parse().expect("a number of races"));
    let start = Barrier::new(2);
    let mut won = [0_u32; 2];
    for race in 0..races {
        let has = one_race(&paser, &other, race, &start);
        assert!(has[0] != has[1], "race {race}: {has:?}");
        won[usize::from(has[1])] += 1;
        for store in [&paser, &other] {
            let_go(store);
            settle(store);
        }
    }
    println!("{races} races: {} and {} won", won[0], won[1]);
    assert_eq!(won[0] + won[1], races);
}

/// More people than one statement takes; `PAYUNG_MONTH_PEOPLE` says how many, and how long each
/// step takes is printed.
#[test]
fn a_bill_of_many_is_claimed_in_parts() {
    let count = std::env::var("PAYUNG_MONTH_PEOPLE").ok();
    let count: u32 = count.map_or(4_200, |count| count.parse().expect("a number of people"));
    both(|store| {
        let number = |at: u32| {
            let (day, serial) = (at / 9_000 + 1, at % 9_000 + 1);
            base::Nik::parse(&format!("640101{day:02}0862{serial:04}")).expect("a number")
        };
        let keys: Result<Vec<NikKey>, StoreError> =
            store.read(|tx| (0..count).map(|at| months::key_of(tx, number(at))).collect());
        let keys = keys.expect("the register has its keys");
        let clock = std::time::Instant::now();
        let granted = reserve(store, &keys, LIMIT_MS);
        let reserved = clock.elapsed();
        hold(store, &granted);
        let held = clock.elapsed();
        let settled = settle(store);
        let confirmed = clock.elapsed();
        assert_eq!((granted.len() as u64, settled.confirmed), (count.into(), count.into()));
        println!(
            "{count} people: {reserved:.0?} reserved, {held:.0?} held, {confirmed:.0?} in all"
        );
        let_go(store);
        assert_eq!(settle(store).released, u64::from(count));
    });
}

/// What went behind the program's back is found by whoever looks, and claimed again as any other.
#[test]
fn a_month_that_is_no_longer_there_is_claimed_again() {
    both(|store| {
        let keys = keys_of(store, 1..3);
        let granted = reserve(store, &keys, LIMIT_MS);
        hold(store, &granted);
        settle(store);
        assert_eq!(months::look_again(store, january()), Ok(0));
        months::release_late(store, january(), 0, &keys[..1]).expect("is gone");
        assert_eq!(states(store, &keys), [Some((HoldState::Confirmed, 0)); 2]);
        assert_eq!(months::look_again(store, january()), Ok(1));
        assert_eq!(settle(store).confirmed, 1);
        assert_eq!(months::look_again(store, january()), Ok(0));
    });
}
