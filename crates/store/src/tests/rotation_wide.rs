//! The index key followed by a step: every column that is brought on, with a row in it; two programs at
//! once; two key files; regencies that nobody opened since a migration. Everybody is invented.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use domain::field::{FieldConflict, FieldDetails, FieldRecord};
use domain::message::Agreement;
use zeroize::Zeroizing;

use super::rotation::{
    again, carried_behind, check_found, furnished, kept, opened, other_tenant, places, rotate,
};
use super::world::*;
use super::{doors as told, field as sent, notices, sipp as replied};
use crate::engine::{Access, Capacity, Link};
use crate::indexes;
use crate::keys::{IndexStep, KeyMaterial, KeyRing};
use crate::rotation::{ChainStanding, is_settled};
use crate::sql::Sql;
use crate::twin::{
    FreshDatabase, FreshDirectory, both, keys, keys_of_steps, server_url, tamper, tenant,
};
use crate::verify::verify;
use crate::{Store, StoreError, Tx, deaths, doors, field, people, sipp};

/// What a record of the field and what else came under its number say.
const SAID: [&[u8]; 2] = [b"Kenari Lapangan", b"Kenari Lain"];

/// A step that only this key file has.
fn keys_of_another_file() -> KeyRing {
    let secret = |byte| Zeroizing::new([byte; 32]);
    let steps = vec![IndexStep { key: secret(9), made: None }];
    let masters = vec![(1, secret(2))];
    KeyRing::new(&KeyMaterial { index: secret(1), index_made: None, steps, masters }, [3; 32])
}

fn field_record(content: [u8; 16]) -> FieldRecord {
    let row = changes(1..=1).decisions[1].row;
    FieldRecord { content, ..sent::record(1, row) }
}

fn furnish_field(store: &Store) {
    sent::prepare(store);
    let work = |tx: &mut Tx<'_>| {
        let [one, other] = SAID.map(|text| tx.vouched("field", text));
        let record = field_record(one?);
        field::insert_record(tx, &record, &sent::details())?;
        let conflict = FieldConflict {
            record: record.id,
            content: other?,
            device: record.device,
            place: record.place,
            at_ms: 80,
            received_at_ms: 90,
            consent: Some(Agreement::Thumb),
            apart: Some(true),
            settled_at_ms: None,
        };
        assert!(field::insert_conflict(tx, &conflict, &FieldDetails::default())?);
        Ok::<_, StoreError>(())
    };
    store.write(work).expect("is kept");
}

fn check_field(store: &Store) {
    let read = |tx: &mut Tx<'_>| {
        let record = id(23, 1);
        let found = field::record(tx, record)?.expect("is there");
        let conflicts = field::open_contents(tx, record)?;
        let [one, other] = SAID.map(|text| tx.vouched("field", text));
        assert_eq!((found.record.content, conflicts), (one?, vec![other?]));
        Ok::<_, StoreError>(())
    };
    store.read(read).expect("reads");
}

fn furnish_numbers(store: &Store) {
    replied::people_in(store);
    let work = |tx: &mut Tx<'_>| {
        sipp::insert_reply(tx, &replied::reply(), &[7; 32], &replied::rows())?;
        let numbers = [(person(1).id, replied::kpj("22010000011"))];
        sipp::insert_numbers(tx, replied::reply().id, &numbers, 1)?;
        let alive = (person(2).id, day("2022-11-24"));
        assert!(deaths::note_alive(tx, alive, (user(1).id, 1))?);
        Ok::<_, StoreError>(())
    };
    store.write(work).expect("is kept");
}

fn check_numbers(store: &Store) {
    let read = |tx: &mut Tx<'_>| {
        let number = replied::kpj("22010000011");
        assert_eq!(sipp::holders(tx, &[number])?.get(&number), Some(&person(1).id));
        assert_eq!(sipp::number_of(tx, person(1).id)?, Some(number));
        assert_eq!(deaths::alive_on(tx, person(2).id)?, Some(day("2022-11-24")));
        assert_eq!(deaths::alive_on(tx, person(1).id)?, None);
        Ok::<_, StoreError>(())
    };
    store.read(read).expect("reads");
}

fn check_message(store: &Store) {
    let by = |number| store.read(|tx| doors::by_code(tx, told::details(number).code));
    assert_eq!((by(1), by(2)), (Ok(Some(told::message(1))), Ok(None)));
    let again = store.write(|tx| doors::insert(tx, &told::message(2), &told::details(1)));
    assert!(again.expect_err("the same code").is_constraint("message_code_unique"));
}

/// Furnishes a register, and follows its key by two steps: what was found before is found after.
fn follow(seen: &Mutex<BTreeSet<String>>, furnish: &dyn Fn(&Store), check: &dyn Fn(&Store)) {
    both(|store| {
        furnish(store);
        store.note_keys().expect("writes");
        check(store);
        for steps in [1, 2] {
            let stays = ["outreach_", "door_try."];
            let moving = |store: &Store| -> BTreeSet<(String, Vec<u8>)> {
                let all = kept(store).into_iter();
                all.filter(|(name, _)| !stays.iter().any(|stay| name.starts_with(stay))).collect()
            };
            let before = moving(store);
            store.bring_later_keys(&keys_of_steps(steps)).expect("a step more is welcome");
            rotate(store).expect("rotates");
            check(store);
            let after = moving(store);
            assert_eq!(after.len(), before.len(), "two indexes stay two");
            let stayed: Vec<_> = before.intersection(&after).collect();
            assert!(stayed.is_empty(), "{stayed:?}");
            assert_eq!(store.read(verify).expect("reads").flaws, []);
            let columns = before.into_iter().map(|(column, _)| column);
            seen.lock().expect("nobody panicked").extend(columns);
        }
    });
}

#[test]
fn every_column_is_brought_on_with_something_in_it() {
    let seen = Mutex::default();
    follow(&seen, &furnished, &check_found);
    follow(&seen, &furnish_field, &check_field);
    follow(&seen, &furnish_numbers, &check_numbers);
    follow(&seen, &told::furnished, &check_message);
    let bill = Mutex::new(None);
    let tell = |store: &Store| *bill.lock().expect("nobody panicked") = Some(notices::told(store));
    follow(&seen, &tell, &|store| {
        notices::check_heard(store, bill.lock().expect("nobody panicked").expect("was told"));
    });
    let columns = indexes::brought_on().flat_map(|(_, columns)| columns);
    let all: BTreeSet<_> = columns.map(|one| format!("{}.{}", one.table, one.column)).collect();
    let seen = seen.into_inner().expect("nobody panicked");
    assert_eq!(all.difference(&seen).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// How many wait for an advisory lock of this database.
fn waiting(link: &mut Link) -> i64 {
    let text = "select count(*) from pg_locks where locktype = 'advisory' and not granted \
                and database = (select oid from pg_database where datname = current_database())";
    let mut found = 0;
    let read = link.ask(text, &[], &mut |mut columns| {
        found = columns.take()?;
        Ok(())
    });
    read.expect("the server tells");
    found
}

/// Two programs open a register of before at once: both saw that it is behind, and one finds that
/// the other was faster.
#[test]
fn no_register_is_taken_through_a_step_twice() {
    let Some(url) = server_url() else { return };
    let (directory, database) = (FreshDirectory::new(), FreshDatabase::new(&url));
    let _open = carried_behind(&directory, &database);
    let link = || Link::open(&database.location(), Access::Write, Capacity::Application);
    let (mut holder, mut looker) = (link().expect("opens"), link().expect("opens"));
    holder.begin_alone().expect("has the place alone");
    let stores = std::thread::scope(|scope| {
        let open = || scope.spawn(|| opened(database.location(), keys_of_steps(1)));
        let both = [open(), open()];
        let began = Instant::now();
        while waiting(&mut looker) < 2 {
            assert!(began.elapsed() < Duration::from_secs(20), "both wait for their turn");
            std::thread::sleep(Duration::from_millis(20));
        }
        holder.rollback().expect("lets them");
        both.map(|one| one.join().expect("no panic").expect("opens"))
    });
    for store in &stores {
        assert_eq!(store.chain_standing(), Ok(ChainStanding { steps: 1, known: 1 }));
        check_found(store);
    }
}

/// Nobody was written down in it when the server learnt of the chain: it takes its place there while
/// others write, and does not wait for the whole server.
#[test]
fn opening_what_goes_as_far_as_its_place_waits_for_nobody_else() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let first = opened(database.location(), keys()).expect("opens");
    first.note_keys().expect("writes");
    let forget = "delete from index_chain where tenant = 6401";
    tamper(&database.superuser(), forget).expect("nobody else knows");
    assert_eq!(first.read(is_settled), Ok(false));
    let link = Link::open(&database.location(), Access::Write, Capacity::Application);
    let mut writer = link.expect("opens");
    let other = other_tenant().digits().cast_signed();
    writer.begin(Access::Write, Some(other)).expect("shares the lock of all writers");
    let store = Store::open(database.location(), tenant()).expect("opens");
    store.unlock(keys()).expect("takes its place");
    assert_eq!(store.read(is_settled), Ok(true));
    writer.rollback().expect("ends");
}

/// A server is migrated while programs are connected: they hear of its chain when they begin again.
#[test]
fn a_connection_of_before_the_chain_hears_of_it() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let store = opened(database.location(), keys()).expect("opens");
    furnished(&store);
    let change = |text: &str| tamper(&database.superuser(), text).expect("is renamed");
    // As on a server of before, no table has this name.
    change("alter table index_chain rename to index_chain_later");
    let early = Store::open(database.location(), tenant()).expect("opens");
    early.unlock(keys()).expect("nothing is known of a chain");
    let found = || again(|| early.read(|tx| people::by_nik(tx, nik(1))));
    assert_eq!(found(), Ok(Some(person(1))));
    change("alter table index_chain_later rename to index_chain");
    store.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
    rotate(&store).expect("rotates");
    assert_eq!(found(), Err(StoreError::IndexKeyOlder { needed: 1, known: 0 }));
}

fn behind_its_back(store: &Store, text: &str) {
    store.write(|tx| tx.link().batch(text)).expect("the engine does not know the difference");
}

#[test]
fn a_table_that_says_less_than_the_register_is_not_believed() {
    both(|store| {
        furnished(store);
        store.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
        rotate(store).expect("rotates");
        behind_its_back(store, "update index_chain set steps = 0, newest = ''");
        let flaws = store.read(verify).expect("reads").flaws;
        assert!(format!("{flaws:?}").contains("index_chain"), "{flaws:?}");
        store.bring_later_keys(&keys_of_steps(2)).expect("a step more is welcome");
        let damaged = StoreError::Corrupt { what: "index_chain".into() };
        assert_eq!(rotate(store), Err(damaged));
    });
}

/// Two key files of which each has a step of its own: the place goes by the one that came first, and
/// the other program neither finds nor writes by its own.
#[test]
fn another_key_of_as_many_steps_is_seen_at_work() {
    places(|place, _| {
        let store = opened(place(), keys()).expect("opens");
        furnished(&store);
        let stranger = opened(place(), keys()).expect("opens");
        let follower = opened(place(), keys()).expect("opens");
        for other in [&stranger, &follower] {
            other.bring_later_keys(&keys_of_another_file()).expect("a step more is welcome");
            check_found(other);
        }
        follower.renew_keys_by(|| Some(keys_of_steps(1)));
        store.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
        rotate(&store).expect("rotates");
        for _ in 0..2 {
            let found = again(|| stranger.read(|tx| people::by_nik(tx, nik(1))));
            assert_eq!(found, Err(StoreError::KeysDiffer));
            let newcomer = person(8);
            let kept = stranger.write(|tx| people::insert_all(tx, [&newcomer], known()));
            assert_eq!(kept, Err(StoreError::KeysDiffer));
            assert_eq!(rotate(&stranger), Err(StoreError::KeysDiffer), "it is not done, either");
        }
        let found = again(|| follower.read(|tx| people::by_nik(tx, nik(1))));
        assert_eq!(found, Ok(Some(person(1))));
        check_found(&follower);
        assert_eq!(opened(place(), keys_of_another_file()).err(), Some(StoreError::KeysDiffer));
    });
}

/// A program of before the chain takes the turn of its regency alone: it is waited for.
#[test]
fn whoever_writes_by_a_program_of_before_is_waited_for() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let store = opened(database.location(), keys()).expect("opens");
    furnished(&store);
    store.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
    let link = || Link::open(&database.location(), Access::Write, Capacity::Application);
    let (mut older, mut looker) = (link().expect("opens"), link().expect("opens"));
    older.batch("begin; set local payung.tenant = '6401'").expect("begins");
    older.take_turn(6401).expect("nobody else writes");
    std::thread::scope(|scope| {
        let rotating = scope.spawn(|| rotate(&store));
        let began = Instant::now();
        while waiting(&mut looker) < 1 {
            assert!(began.elapsed() < Duration::from_secs(20), "it waits for the turn");
            assert!(!rotating.is_finished(), "it waits for the turn");
            std::thread::sleep(Duration::from_millis(20));
        }
        older.batch("commit").expect("ends");
        assert_eq!(rotating.join().expect("no panic").map(|done| done.steps), Ok(1));
    });
    check_found(&store);
}

/// Its digests are those of tables of another shape: its opening would take them anew, and so does
/// whoever brings the whole place on.
#[test]
fn a_regency_that_nobody_opened_since_a_migration_goes_along() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let paser = opened(database.location(), keys()).expect("opens");
    let other = paser.of_regency(other_tenant());
    other.faults().forgive_silence(true);
    other.migrate().expect("is migrated");
    for store in [&paser, &other] {
        furnished(store);
    }
    behind_its_back(
        &other,
        "delete from state_digest where table_name = 'person'; \
         update audit_schema set migration = 1",
    );
    paser.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
    assert_eq!(rotate(&paser).map(|done| done.regencies), Ok(2));
    for store in [&paser, &other] {
        check_found(store);
    }
    let text = "select count(*) from audit where tenant = 3515 and act = 'schema-migrated'";
    let told = Sql::new("raw", text, text);
    let told = other.read(|tx| tx.one(&told, &[], |columns| columns.take::<i64>()));
    assert!(told.expect("reads") >= Some(1), "it is an act of its own");
}
