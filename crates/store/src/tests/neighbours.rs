//! Two regencies go the whole way of a list in one database; then each statement that either asked
//! is asked again, at random, over the same connections, by the right one and by the other.
//!
//! `PAYUNG_TENANT_OPERATIONS` says how many times; `cargo xtask tenants` asks for 100,000.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use super::journey::from_the_list_to_the_card;
use crate::faults::Heard;
use crate::pool::locked;
use crate::sql::Sql;
use crate::twin::{FreshDatabase, server_url, tenant};
use crate::value::Value;
use crate::{Store, StoreError, Tx, settings};

/// The short slice that every test run takes.
const OPERATIONS: u64 = 2_000;

const THREADS: u64 = 6;

/// Statements about no regency in particular: the server's own tables, and what was migrated.
const OF_NOBODY: &[&str] = &[
    // Two sums in one row, which are both nothing.
    "person_hold",
    "migration_list",
    "migration_insert",
    "migration_names",
    "table_count",
    "claims_waiting",
    "months_in_parts",
    "say_setting",
    "setting_said",
    // What tables there are is nobody's secret.
    "catalogue_columns",
    "catalogue_references",
    "unsecured_list",
    "secured_count",
    "role_list",
    "role_count",
    // By how many steps of the index key each regency of a place goes: the application brings all of
    // them on together.
    "index_chain_begin",
    "index_chain_list",
    "index_chain_now",
    "index_chain_set",
];

/// Statements that say whose they are by the transaction alone; or that are meant to answer for
/// others, in one word.
const BY_SETTING: &[&str] = &[
    "open_month",
    "pemda_list",
    "claims_elsewhere",
    "claims_held_twice",
    "claims_tell",
    // They write, whatever their first word.
    "nik_month_bring_on",
    "nik_month_confirm",
    "nik_month_give_back",
    "nik_month_refresh",
    "nik_month_release",
    "nik_month_reserve",
    "nik_month_sweep",
];

struct Regency {
    store: Store,
    /// Every statement of the way, and how many rows it finds at the end when it only reads.
    asked: Vec<(Heard, Option<u64>)>,
}

/// What came of the operations.
#[derive(Debug, Default)]
struct Tally {
    foreign: AtomicU64,
    own: AtomicU64,
    missing: AtomicU64,
    operations: AtomicU64,
}

fn is_read(heard: &Heard) -> bool {
    heard.text.starts_with("select") || heard.text.starts_with("with")
}

/// Asks again, keeps nothing: how many rows were found or changed.
fn ask(store: &Store, heard: &Heard) -> Result<u64, StoreError> {
    let sql = Sql::new(heard.name, heard.text, heard.text);
    if is_read(heard) {
        return store.read(|tx| count(tx, &sql, &heard.values));
    }
    let mut changed = 0;
    let answer = store.write(|tx| {
        changed = tx.run(&sql, &heard.values)?;
        Err::<(), _>(StoreError::Fault)
    });
    match answer {
        Err(StoreError::Fault) => Ok(changed),
        Err(other) => Err(other),
        Ok(()) => unreachable!("nothing is kept"),
    }
}

fn count(tx: &mut Tx<'_>, sql: &Sql, values: &[Value<'_>]) -> Result<u64, StoreError> {
    let mut found = 0;
    tx.each(sql, values, |columns| {
        // A sum over nothing is a row all the same: it counts when it is of something.
        found += match is_sum(sql.postgres) {
            true => u64::from(columns.take::<i64>()? != 0),
            false => 1,
        };
        Ok(())
    })?;
    Ok(found)
}

/// Goes the whole way, and remembers what was asked on it.
fn travel(store: Store) -> Regency {
    *locked(&store.faults().heard) = Some(Vec::new());
    from_the_list_to_the_card(&store);
    let heard = locked(&store.faults().heard).take().expect("somebody listened");
    // What the operations will write stands already, so that they change no count.
    for number in 0..16 {
        keep_own(&store, number).expect("writes");
    }
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    // A few of each statement: bulk inserts would drown the others.
    let few = heard.into_iter().filter(|heard| {
        let seen = kinds.entry(heard.name).or_default();
        *seen += 1;
        *seen <= 8 && !OF_NOBODY.contains(&heard.name) && !BY_SETTING.contains(&heard.name)
    });
    let asked = few
        .map(|heard| {
            let found = is_read(&heard).then(|| ask(&store, &heard).expect("reads again"));
            (heard, found)
        })
        .collect();
    Regency { store, asked }
}

fn neighbours(database: &FreshDatabase) -> [Regency; 2] {
    let paser = Store::open(database.location(), tenant()).expect("opens");
    paser.unlock(crate::twin::keys()).expect("nothing is sealed yet");
    let other = paser.of_regency(base::RegionCode::from_digits(3515, 2));
    [paser, other].map(|store| {
        store.migrate().expect("is migrated");
        travel(store)
    })
}

/// Keeps whose the register is under a name that both regencies use, and reads it back.
fn keep_own(store: &Store, number: u64) -> Result<Option<String>, StoreError> {
    let name = format!("mine-{number}");
    store.write(|tx| {
        settings::set(tx, &name, &store.tenant().digits().to_string())?;
        settings::get(tx, &name)
    })
}

/// One operation: the regency asks its own statement or its neighbour's.
fn operate(regencies: &[Regency; 2], dice: u64, tally: &Tally) {
    let (me, you) = (&regencies[(dice & 1) as usize], &regencies[(dice & 1 ^ 1) as usize]);
    let add = |counter: &AtomicU64, number| counter.fetch_add(number, Ordering::Relaxed);
    add(&tally.operations, 1);
    match dice >> 1 & 7 {
        0 => {
            let mine = me.store.tenant().digits().to_string();
            match keep_own(&me.store, dice >> 4 & 15) {
                Ok(Some(text)) if text == mine => add(&tally.own, 1),
                Ok(Some(_)) => add(&tally.foreign, 1),
                _ => add(&tally.missing, 1),
            };
        }
        1..=3 => {
            let (heard, expected) = &me.asked[(dice >> 8) as usize % me.asked.len()];
            if let Some(expected) = expected {
                let found = ask(&me.store, heard).expect("reads");
                add(&tally.own, found.min(*expected));
                add(&tally.foreign, found.saturating_sub(*expected));
                add(&tally.missing, expected.saturating_sub(found));
            }
        }
        _ => {
            let (heard, _) = &you.asked[(dice >> 8) as usize % you.asked.len()];
            match ask(&me.store, heard) {
                Ok(rows) => add(&tally.foreign, rows),
                Err(error) => add(&tally.foreign, u64::from(!is_refusal(&error))),
            };
        }
    }
}

/// What keeps a neighbour out where no rows are simply not there.
fn is_refusal(error: &StoreError) -> bool {
    match error {
        StoreError::Forbidden => true,
        StoreError::ConstraintViolated { name } => {
            name.ends_with("_immutable") || name.ends_with("_kept") || name.ends_with("_unchanged")
        }
        _ => false,
    }
}

fn interleave(regencies: &[Regency; 2], operations: u64) -> Tally {
    let tally = Tally::default();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let tally = &tally;
            scope.spawn(move || {
                // Splitmix64: the same seed asks the same in the same order on each thread.
                let mut state = 0x7061_7975_6e67 ^ thread;
                for _ in 0..operations / THREADS {
                    state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                    let mut dice = state;
                    dice = (dice ^ dice >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                    dice = (dice ^ dice >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
                    operate(regencies, dice ^ dice >> 31, tally);
                }
            });
        }
    });
    tally
}

#[test]
fn no_row_of_a_neighbour_is_seen_or_changed_however_they_interleave() {
    let Some(url) = server_url() else { return };
    let operations = std::env::var("PAYUNG_TENANT_OPERATIONS").ok();
    let operations = operations.and_then(|text| text.parse().ok()).unwrap_or(OPERATIONS);
    let database = FreshDatabase::new(&url);
    let regencies = neighbours(&database);
    let kinds: BTreeSet<&str> = regencies[0].asked.iter().map(|(heard, _)| heard.name).collect();
    let tally = interleave(&regencies, operations);
    println!("{} statements, {tally:?}", kinds.len());
    assert!(kinds.len() > 55, "only {} statements", kinds.len());
    assert_eq!(tally.foreign.into_inner(), 0, "rows of a neighbour");
    assert_eq!(tally.missing.into_inner(), 0, "own rows that were not found");
    assert!(tally.own.into_inner() > operations / 4, "own rows were found");
}

#[test]
fn the_same_proof_fails_for_a_program_that_forgets_the_regency() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let regencies = neighbours(&database);
    regencies.iter().for_each(|regency| regency.store.faults().forget_tenant());
    let tally = interleave(&regencies, 600);
    assert_eq!(tally.foreign.into_inner(), 0, "still nothing of a neighbour");
    assert_eq!(tally.own.into_inner(), 0, "and nothing of one's own");
    assert!(tally.missing.into_inner() > 100);
}

/// A statement of every file, with parameters made up where nobody asked it on the way.
#[test]
fn every_statement_finds_nothing_of_a_neighbour() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let [paser, other] = neighbours(&database);
    let known: BTreeSet<&str> = other.asked.iter().map(|(heard, _)| heard.name).collect();
    for (name, text) in super::schema::statements_of_postgres() {
        let alone = OF_NOBODY.contains(&&*name) || BY_SETTING.contains(&&*name);
        if alone || known.contains(&*name) {
            continue;
        }
        let text: &'static str = text.leak();
        let types = paser
            .store
            .read(|tx| tx.parameters(text))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let values = types
            .iter()
            .map(|ty| match &**ty {
                "int8" => Value::Integer(3515),
                "bytea" => Value::from(&[7; 16]),
                _ => Value::Text("[]".into()),
            })
            .collect();
        let heard = Heard { name: "made up", text, values };
        match ask(&paser.store, &heard) {
            Ok(rows) => assert_eq!(rows, 0, "{name}"),
            Err(error) => assert!(is_refusal(&error), "{name}: {error:?}"),
        }
    }
}

fn is_sum(text: &str) -> bool {
    ["count(", "max(", "coalesce(max(", "cast(coalesce(sum("]
        .iter()
        .any(|sum| text.strip_prefix("select ").is_some_and(|rest| rest.starts_with(sum)))
}
