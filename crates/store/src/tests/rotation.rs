//! The index key followed by a step, on both engines: everybody is found before, after, and however
//! it is cut off; programs with older keys write nothing.

use std::collections::BTreeSet;

use base::{Nik, RegionCode};
use domain::reference::{ReferenceEntry, ReferenceKind, ReferenceList};
use domain::registry::Person;

use super::world::*;
use crate::carry::{CarryError, carry, open_target};
use crate::catalogue::{self, Kind};
use crate::engine::{Access, Capacity, Link};
use crate::indexes::{Holds, INDEXED, Indexed};
use crate::keys::{KeyRing, Reached};
use crate::people::SearchQuery;
use crate::rotation::{BroughtOn, ChainStanding};
use crate::sql::Sql;
use crate::twin::{FreshDatabase, FreshDirectory, both, keys, keys_of_steps, server_url, tenant};
use crate::value::Value;
use crate::verify::verify;
use crate::{
    Location, Store, StoreError, Tx, claims, enrolment, log, months, outreach, people, references,
    sheets,
};

const OTHER: u64 = 3515;

/// Four people of a file, one of them on a list of another office, one of a list only.
pub(super) fn furnished(store: &Store) {
    settle_in(store);
    import(store, 1, &changes(1..5)).expect("imports");
    let entry = |number| ReferenceEntry {
        nik: nik(number),
        name: None,
        birth: None,
        event: None,
        decile: None,
    };
    let list = ReferenceList { id: id(7, 1), kind: ReferenceKind::Asn, as_of: day("2022-09-01") };
    let entries = [entry(2), entry(99)];
    store.write(|tx| references::insert(tx, &list, 1, &entries)).expect("keeps a list");
    store.note_keys().expect("writes");
}

/// Whoever was there is found by number, name and both, on lists and in files; nobody else is.
pub(super) fn check_found(store: &Store) {
    store
        .read(|tx| {
            for number in 1..5 {
                assert_eq!(people::by_nik(tx, nik(number))?, Some(person(number)), "{number}");
            }
            assert_eq!(people::by_nik(tx, nik(9))?, None);
            let query = SearchQuery { words: "warga contoh", places: &[], people_max: 9 };
            assert_eq!(people::search(tx, &query)?.len(), 4);
            let named = |tx: &mut _, number| references::naming(tx, nik(number));
            assert_eq!((named(tx, 2)?.len(), named(tx, 99)?.len(), named(tx, 1)?.len()), (1, 1, 0));
            let same = person(3);
            let known = enrolment::snapshot(tx, &[], &[(&same.name, same.birth)], programme(1).id)?;
            assert_eq!(known.known.iter().map(|one| one.id).collect::<Vec<_>>(), [same.id]);
            let rows = sheets::rows(tx, sheet(1).id)?;
            let contents: Vec<u64> = rows.iter().map(|row| row.content).collect();
            let expect: Vec<u64> = (1..=5).map(|row| u64::MAX - row).collect();
            assert_eq!(contents, expect, "what a row said is compared with when it comes back");
            assert!(verify(tx)?.flaws.is_empty());
            Ok::<_, StoreError>(())
        })
        .expect("reads");
    let twice = Person { id: id(1, 77), ..person(1) };
    let refused = store.write(|tx| people::insert_all(tx, [&twice], known()));
    assert!(refused.expect_err("known").is_constraint("person_nik_unique"));
}

pub(super) fn rotate(store: &Store) -> Result<BroughtOn, StoreError> {
    store.rotate_index(|tx, _| log::say_itself(tx, "index-key-rotated"))
}

/// Every index that is kept, by column.
pub(super) fn kept(store: &Store) -> BTreeSet<(String, Vec<u8>)> {
    let mut found = BTreeSet::new();
    let is_read = |one: &&Indexed| !matches!(one.holds, Holds::Follows | Holds::Months);
    for one in INDEXED.iter().filter(is_read) {
        let text = format!("select {} from {} where tenant = 6401", one.column, one.table);
        let text: &'static str = text.leak();
        let sql = Sql::new("raw", text, text);
        let values = store.read(|tx| tx.all(&sql, &[], |columns| columns.take_any()));
        for value in values.expect("reads") {
            let bytes = match value {
                Value::Blob(bytes) => bytes.into_owned(),
                Value::Integer(number) => number.to_be_bytes().to_vec(),
                Value::Null | Value::Text(_) => continue,
            };
            found.insert((format!("{}.{}", one.table, one.column), bytes));
        }
    }
    found
}

#[test]
fn months_are_held_by_the_same_numbers_after_a_step() {
    both(|store| {
        furnished(store);
        let january = month("2023-01");
        let keys = |store: &Store| {
            let key = |number| store.read(|tx| months::key_of(tx, nik(number)));
            (1..4).map(key).collect::<Result<Vec<_>, _>>().expect("there are keys")
        };
        let before = keys(store);
        let wanted: Vec<_> = before.iter().map(|key| (*key, 0)).collect();
        months::reserve(store, january, &wanted, months::LIMIT_MS).expect("is asked");
        store.write(|tx| months::hold(tx, january, &wanted)).expect("is kept");
        assert_eq!(months::settle(store).expect("settles").confirmed, 3);
        store.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
        rotate(store).expect("is brought on");
        let after = keys(store);
        let held = store.read(|tx| months::holds(tx, january)).expect("reads");
        for (earlier, later) in before.iter().zip(&after) {
            assert_ne!(earlier, later);
            assert_eq!(held.get(earlier), None);
            let expect = months::Hold { turn: 0, state: months::HoldState::Confirmed };
            assert_eq!(held.get(later), Some(&expect));
        }
        // What all regencies see of it goes by the same numbers: the office has them already.
        let again: Vec<_> = after.iter().map(|key| (*key, 0)).collect();
        let granted = months::reserve(store, january, &again, months::LIMIT_MS).expect("is asked");
        assert_eq!(granted.len(), 3);
        let own: Option<i64> = store.read(own_months).expect("reads");
        assert_eq!(own, Some(3), "nothing is left under the earlier ones");
    });
}

/// How many months of numbers the regency has in the table of all.
fn own_months(tx: &mut Tx<'_>) -> Result<Option<i64>, StoreError> {
    static OWN: Sql = Sql::new(
        "own_months",
        "select count(*) from nik_month where tenant = $1",
        "select count(*) from nik_month_numbers($1)",
    );
    let tenant = tx.tenant();
    tx.one(&OWN, &crate::value::values![tenant], |columns| columns.take())
}

#[test]
fn everybody_is_found_after_a_step_and_after_another() {
    both(|store| {
        furnished(store);
        check_found(store);
        let standing = |steps, known| Ok(ChainStanding { steps, known });
        assert_eq!(store.chain_standing(), standing(0, 0));
        let nothing = rotate(store).expect("there is no step");
        assert_eq!(nothing, BroughtOn { is_log_empty: true, ..BroughtOn::default() });
        for steps in [1, 2] {
            let before = kept(store);
            store.bring_later_keys(&keys_of_steps(steps)).expect("a step more is welcome");
            assert_eq!(store.chain_standing(), standing(u32::from(steps) - 1, u32::from(steps)));
            check_found(store);
            let done = rotate(store).expect("rotates");
            assert_eq!((done.steps, done.regencies), (u32::from(steps), 1));
            // Four people, each under two words of their village; two lines of a list; five rows.
            assert_eq!(done.rows, 4 + 8 + 2 + 5);
            assert_eq!(store.chain_standing(), standing(u32::from(steps), u32::from(steps)));
            check_found(store);
            let after = kept(store);
            assert_eq!(after.len(), before.len(), "two indexes stay two");
            let stayed: Vec<_> = before.intersection(&after).collect();
            assert!(stayed.is_empty(), "{stayed:?}");
        }
        let later = Person { id: id(1, 6), ..person(6) };
        store.write(|tx| people::insert_all(tx, [&later], known())).expect("a new number");
        let found = store.read(|tx| people::by_nik(tx, nik(6)));
        assert_eq!(found, Ok(Some(later)));
    });
}

/// Whoever was erased before stays nobody, and the number may come as a new record.
#[test]
fn the_erased_stay_erased() {
    both(|store| {
        furnished(store);
        store.write(|tx| people::erase(tx, person(1).id, known())).expect("erases");
        store.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
        rotate(store).expect("rotates");
        let found = store.read(|tx| people::get(tx, person(1).id)).expect("reads");
        assert_eq!(found.map(|person| person.nik), Some(Nik::erased()));
        assert_eq!(store.read(|tx| people::by_nik(tx, nik(1))), Ok(None));
        let same = person(1);
        let known_by_name = store
            .read(|tx| enrolment::snapshot(tx, &[], &[(&same.name, same.birth)], programme(1).id));
        assert!(known_by_name.expect("reads").known.is_empty());
    });
}

/// Cut off at any statement, or before the commit: the register goes by the chain of before, and the
/// same again brings it on.
#[test]
fn cut_off_anywhere_everything_goes_by_the_chain_of_before() {
    both(|store| {
        furnished(store);
        store.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
        let before = kept(store);
        store.faults().fail_before_commit();
        assert_eq!(rotate(store), Err(StoreError::Fault));
        store.faults().clear();
        let mut cuts = 0;
        loop {
            store.faults().fail_at(cuts + 1);
            let done = rotate(store);
            store.faults().clear();
            match done {
                Ok(done) => break assert_eq!(done.steps, 1),
                Err(error) => assert_eq!(error, StoreError::Fault, "cut {cuts}"),
            }
            assert_eq!(kept(store), before, "cut {cuts}");
            check_found(store);
            cuts += 1;
        }
        assert!(cuts > 11, "{cuts}: one for each table at least");
        check_found(store);
    });
}

/// The answer to the commit is lost, and the commit is not: the register knows.
#[test]
fn a_commit_whose_answer_is_lost_is_done_all_the_same() {
    both(|store| {
        furnished(store);
        store.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
        store.faults().fail_after_commit();
        let done = rotate(store);
        store.faults().clear();
        assert_eq!(done.map(|done| (done.steps, done.regencies)), Ok((1, 1)));
        assert_eq!(store.chain_standing(), Ok(ChainStanding { steps: 1, known: 1 }));
        check_found(store);
        // Where nothing was done, a lost answer is what it is.
        store.faults().fail_after_commit();
        assert_eq!(rotate(store), Err(StoreError::Fault));
        store.faults().clear();
    });
}

/// The first transaction of a program that reads on a guess may be told to try again.
pub(super) fn again<T>(ask: impl Fn() -> Result<T, StoreError>) -> Result<T, StoreError> {
    match ask() {
        Err(StoreError::Busy) => ask(),
        answer => answer,
    }
}

pub(super) fn opened(location: Location, ring: KeyRing) -> Result<Store, StoreError> {
    opened_of(location, tenant(), ring)
}

pub(super) fn other_tenant() -> RegionCode {
    RegionCode::from_digits(OTHER, 2)
}

pub(super) fn opened_of(
    location: Location,
    tenant: RegionCode,
    ring: KeyRing,
) -> Result<Store, StoreError> {
    let store = Store::open(location, tenant)?;
    store.faults().forgive_silence(true);
    store.unlock(ring)?;
    store.migrate()?;
    Ok(store)
}

pub(super) fn places(test: impl Fn(&dyn Fn() -> Location, Option<&FreshDatabase>)) {
    let directory = FreshDirectory::new();
    test(&|| directory.location(), None);
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&|| database.location(), Some(&database));
    }
}

#[test]
fn a_program_of_older_keys_finds_nobody_twice() {
    places(|place, _| {
        let store = opened(place(), keys()).expect("opens");
        furnished(&store);
        // Three programs at work: one that cannot read its keys anew, two that can.
        let left_behind = opened(place(), keys()).expect("opens");
        let (reader, writer) = (opened(place(), keys()), opened(place(), keys()));
        let (reader, writer) = (reader.expect("opens"), writer.expect("opens"));
        for follows in [&reader, &writer] {
            follows.renew_keys_by(|| Some(keys_of_steps(1)));
            check_found(follows);
        }
        check_found(&left_behind);
        store.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
        rotate(&store).expect("rotates");
        let older = StoreError::IndexKeyOlder { needed: 1, known: 0 };
        let found = again(|| left_behind.read(|tx| people::by_nik(tx, nik(1))));
        assert_eq!(found, Err(older.clone()));
        let newcomer = person(8);
        let kept = left_behind.write(|tx| people::insert_all(tx, [&newcomer], known()));
        assert_eq!(kept, Err(older.clone()));
        assert_eq!(opened(place(), keys()).map(|_| ()), Err(older.clone()));
        // Who can read the keys anew goes on.
        let found = again(|| reader.read(|tx| people::by_nik(tx, nik(1))));
        assert_eq!(found, Ok(Some(person(1))));
        check_found(&reader);
        let twice = Person { id: id(1, 78), ..person(2) };
        let refused = writer.write(|tx| people::insert_all(tx, [&twice], known()));
        assert!(refused.expect_err("known").is_constraint("person_nik_unique"));
        check_found(&writer);
        // Other keys of as many steps are no step further.
        let differ = crate::keys::KeyMaterial {
            index: zeroize::Zeroizing::new([1; 32]),
            index_made: None,
            steps: vec![crate::keys::IndexStep {
                key: zeroize::Zeroizing::new([9; 32]),
                made: None,
            }],
            masters: vec![(1, zeroize::Zeroizing::new([2; 32]))],
        };
        let differ = KeyRing::new(&differ, [3; 32]);
        assert_eq!(opened(place(), differ).map(|_| ()), Err(StoreError::KeysDiffer));
    });
}

/// A program that knows of no chain says nothing of it when it writes: the log takes no line of it.
#[test]
fn the_log_takes_nothing_that_goes_by_another_chain() {
    places(|place, database| {
        let store = opened(place(), keys()).expect("opens");
        furnished(&store);
        store.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
        rotate(&store).expect("rotates");
        let line = "insert into audit select * from audit where tenant = 6401 limit 1";
        let mut link = Link::open(&place(), Access::Write, Capacity::Application).expect("opens");
        let mut say = |says: Option<Reached>| {
            if database.is_some() {
                link.batch("begin; set local payung.tenant = '6401'").expect("begins");
            }
            if let Some(says) = says {
                link.go_by(&says).expect("says it");
            }
            let refused = link.batch(line).expect_err("the line is there already");
            if database.is_some() {
                link.rollback().expect("ends");
            }
            refused
        };
        let none = say(None);
        assert!(none.is_constraint("index_key_older"), "it says that it goes by none: {none}");
        let other = say(Some(Reached { steps: 1, newest: "00112233445566ff".to_owned() }));
        assert!(other.is_constraint("index_key_older"), "as many steps, another key: {other}");
        let same = say(Some(keys_of_steps(1).held().reached(1)));
        assert!(!same.is_constraint("index_key_older"), "{same}");
    });
}

#[test]
fn regencies_of_a_server_go_together() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let paser = opened(database.location(), keys()).expect("opens");
    let other = paser.of_regency(other_tenant());
    other.faults().forgive_silence(true);
    other.migrate().expect("is migrated");
    for store in [&paser, &other] {
        furnished(store);
    }
    let twice = |store: &Store| store.read(claims::conflicts).expect("reads").len();
    assert_eq!((twice(&paser), twice(&other)), (4, 4));
    paser.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
    let done = rotate(&paser).expect("rotates");
    assert_eq!((done.regencies, done.rows), (2, 2 * (4 + 8 + 2 + 5)));
    assert_eq!((twice(&paser), twice(&other)), (4, 4));
    for store in [&paser, &other] {
        check_found(store);
        let elsewhere = store.read(|tx| claims::elsewhere(tx, &[nik(1), nik(99)]));
        assert_eq!(elsewhere.expect("reads").into_iter().collect::<Vec<_>>(), [nik(1)]);
    }
    // A regency that is new goes by the step from its first day.
    let third = paser.of_regency(RegionCode::from_digits(7371, 2));
    third.faults().forgive_silence(true);
    third.migrate().expect("is migrated");
    third.note_keys().expect("writes");
    assert_eq!(third.chain_standing(), Ok(ChainStanding { steps: 1, known: 1 }));
    third.write(|tx| people::insert_all(tx, [&person(1)], known())).expect("a first person");
    assert_eq!(third.read(claims::conflicts), Ok(vec![person(1).id]));
}

/// Carries a register of no step to a server whose other register goes by one; both, the carried
/// one as it was.
pub(super) fn carried_behind(
    directory: &FreshDirectory,
    database: &FreshDatabase,
) -> (Store, Store) {
    let from = opened(directory.location(), keys()).expect("opens");
    furnished(&from);
    let neighbour = opened_of(database.location(), other_tenant(), keys_of_steps(1));
    let neighbour = neighbour.expect("opens");
    furnished(&neighbour);
    rotate(&neighbour).expect("rotates");
    let to = open_target(database.location(), tenant()).expect("opens");
    assert!(carry(&from, &to, &mut |_, _| ()).expect("carries").is_equal());
    (from, neighbour)
}

/// A register that is carried to a server goes by its own steps until it is opened there.
#[test]
fn a_register_of_before_is_brought_on_where_it_arrives() {
    let Some(url) = server_url() else { return };
    let (directory, database) = (FreshDirectory::new(), FreshDatabase::new(&url));
    let (from, _neighbour) = carried_behind(&directory, &database);
    assert_eq!(
        opened(database.location(), keys()).map(|_| ()),
        Err(StoreError::IndexKeyOlder { needed: 1, known: 0 })
    );
    let there = opened(database.location(), keys_of_steps(1)).expect("is brought on");
    assert_eq!(there.chain_standing(), Ok(ChainStanding { steps: 1, known: 1 }));
    check_found(&there);
    assert_eq!(there.read(claims::conflicts).expect("reads").len(), 4);
    // One that went further than the server waits until the server has followed.
    from.bring_later_keys(&keys_of_steps(2)).expect("steps more are welcome");
    rotate(&from).expect("rotates");
    let empty = FreshDatabase::new(&url);
    let first = opened_of(empty.location(), other_tenant(), keys_of_steps(2)).expect("opens");
    furnished(&first);
    let to = open_target(empty.location(), tenant()).expect("opens");
    let ahead = StoreError::IndexAhead { found: 2, place: 0 };
    assert_eq!(carry(&from, &to, &mut |_, _| ()), Err(CarryError::Store(ahead)));
    rotate(&first).expect("rotates");
    assert!(carry(&from, &to, &mut |_, _| ()).expect("carries").is_equal());
    let there = opened(empty.location(), keys_of_steps(2)).expect("opens");
    check_found(&there);
}

/// Whoever was written down under an earlier step is found under each.
#[test]
fn what_an_identifier_was_made_of_is_looked_for_under_every_step() {
    both(|store| {
        furnished(store);
        let all = |store: &Store| {
            store.read(|tx| {
                // A server has said by how many steps it goes once it was asked something.
                people::count(tx)?;
                outreach::stand_ins(tx, b"acara|Kenari Rekaan")
            })
        };
        let before = all(store).expect("reads");
        assert_eq!(before.len(), 1);
        store.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
        assert_eq!(all(store), Ok(before.clone()), "the register goes by none yet");
        rotate(store).expect("rotates");
        let after = all(store).expect("reads");
        assert_eq!((after.len(), after[1]), (2, before[0]));
    });
}

/// Columns whose names sound like those of an index, and hold something else.
const NO_INDEX: &[(&str, &str)] = &[
    ("agreement_fulfilment", "subject"),
    ("agreement_scan", "content"),
    ("api_token", "token"),
    ("attachment", "content"),
    ("field_photo", "content"),
    ("job", "subject"),
    ("one_time_link", "token"),
    ("outbox_event", "subject"),
    ("recovery_code", "code"),
    ("session", "token"),
    ("sheet_blob", "content"),
    ("sheet_edit", "content"),
    ("sign_in_try", "subject"),
    ("snap_token", "token"),
];

/// Every column that sounds like an index is declared, and every declared one is there as it is said.
#[test]
fn every_column_made_with_the_index_key_is_declared() {
    assert!(INDEXED.is_sorted_by_key(|one| (one.table, one.column)));
    both(|store| {
        let tables = store.read(|tx| catalogue::tables(tx.link())).expect("reads");
        // An embedded register is alone.
        for one in INDEXED.iter().filter(|one| !one.table.starts_with("nik_claim")) {
            let table = tables.iter().find(|table| table.name == one.table);
            let table = table.unwrap_or_else(|| panic!("{}", one.table));
            let column = table.columns.iter().find(|column| column.name == one.column);
            let kind = column.unwrap_or_else(|| panic!("{}", one.column)).kind;
            let expect = match one.holds {
                Holds::Short | Holds::Hidden => Kind::Integer,
                _ => Kind::Blob,
            };
            assert_eq!(kind, expect, "{}.{}", one.table, one.column);
        }
        let mut unknown = Vec::new();
        for table in &tables {
            for column in &table.columns {
                let name = column.name.as_str();
                let sounds = match column.kind {
                    Kind::Blob => {
                        name.ends_with("_index")
                            || ["subject", "token", "code", "request", "content"].contains(&name)
                    }
                    Kind::Integer => ["match_key", "token", "content"].contains(&name),
                    Kind::Text => false,
                };
                let table = table.name.as_str();
                let is_declared =
                    INDEXED.iter().any(|one| (one.table, one.column) == (table, name));
                if sounds && !is_declared && !NO_INDEX.contains(&(table, name)) {
                    unknown.push(format!("{table}.{name}"));
                }
            }
        }
        assert!(unknown.is_empty(), "declare them in indexes.rs: {unknown:?}");
        let is_there = |(table, name): &&(&str, &str)| {
            let table = tables.iter().find(|known| known.name == *table);
            table.is_some_and(|table| table.columns.iter().any(|column| column.name == *name))
        };
        assert_eq!(NO_INDEX.iter().find(|one| !is_there(one)), None, "nobody needs it any more");
    });
}
