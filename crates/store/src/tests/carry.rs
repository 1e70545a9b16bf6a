//! A register carried from a file to a server is the same register; anything else is not kept.

use super::journey::{check_ledger, from_the_list_to_the_card};
use super::world::*;
use crate::carry::{CarryError, carry, open_target};
use crate::engine::{Access, Capacity, Link};
use crate::twin::{FreshDatabase, FreshDirectory, server_url, tenant};
use crate::{Store, StoreError, audit, people, sheets};

fn embedded(directory: &FreshDirectory) -> Store {
    let store = Store::open(directory.location(), tenant()).expect("opens");
    store.migrate().expect("migrates");
    store.unlock(crate::twin::keys()).expect("nothing is sealed yet");
    store
}

#[test]
fn a_register_arrives_whole_and_goes_on() {
    let Some(url) = server_url() else { return };
    let (directory, database) = (FreshDirectory::new(), FreshDatabase::new(&url));
    let from = embedded(&directory);
    from_the_list_to_the_card(&from);
    let to = open_target(database.location(), tenant()).expect("opens");
    let mut seen = 0;
    let carried = carry(&from, &to, &mut |_, rows| seen += rows).expect("carries");
    assert!(carried.is_equal());
    assert!(seen > 40, "{seen} rows");
    let rows = |name: &str| {
        let found = carried.tables.iter().find(|table| table.name == name);
        found.unwrap_or_else(|| panic!("{name}")).rows
    };
    // Three people, two schemes: six lines of a bill, six covered months.
    assert_eq!((rows("bill_line"), rows("covered_month")), ([6, 6], [6, 6]));
    assert_eq!(carried.ledger[0], carried.ledger[1]);
    assert!(carried.ledger[1].adds_up);
    assert_eq!((carried.log[0], carried.log[1].flaws), (carried.log[1], 0));
    // The application finds there what it left, and goes on.
    let there = Store::open(database.location(), tenant()).expect("opens");
    there.migrate().expect("is migrated");
    there.unlock(crate::twin::keys()).expect("the keys of the file are those of the server");
    check_ledger(&there);
    assert_eq!(there.read(people::count), from.read(people::count));
    assert_eq!(there.read(audit::list), from.read(audit::list));
    let blob = |store: &Store| store.read(|tx| sheets::blob(tx, sheet(1).id)).expect("reads");
    assert_eq!(blob(&there), blob(&from));
    // Once is enough.
    assert_eq!(carry(&from, &to, &mut |_, _| ()), Err(CarryError::Occupied));
    // A neighbour is not in the way.
    let neighbour = to.of_regency(base::RegionCode::from_digits(3515, 2));
    neighbour.migrate().expect("is migrated");
    assert_eq!(neighbour.read(people::count), Ok(0));
}

#[test]
fn a_row_changed_on_the_way_is_found_and_nothing_is_kept() {
    let Some(url) = server_url() else { return };
    let (directory, database) = (FreshDirectory::new(), FreshDatabase::new(&url));
    let from = embedded(&directory);
    from_the_list_to_the_card(&from);
    let mut owner =
        Link::open(&database.owner(), Access::Write, Capacity::Migrator).expect("opens");
    owner
        .batch(
            "create function garble() returns trigger language plpgsql as $$ \
             begin new.name = new.name || ' '; return new; end $$; \
             create trigger garble before insert on org for each row execute function garble()",
        )
        .expect("makes");
    let to = open_target(database.location(), tenant()).expect("opens");
    let Err(CarryError::Differs(carried)) = carry(&from, &to, &mut |_, _| ()) else {
        panic!("a changed name was not found");
    };
    let differing: Vec<&str> = carried
        .tables
        .iter()
        .filter(|table| table.digests[0] != table.digests[1])
        .map(|table| table.name.as_str())
        .collect();
    assert_eq!(differing, ["org"]);
    assert_eq!(to.read(people::count), Ok(0));
    // A server that waits for its migrations is told so.
    let empty = FreshDatabase::empty(&url);
    let to = open_target(empty.location(), tenant()).expect("opens");
    let answer = carry(&from, &to, &mut |_, _| ());
    assert_eq!(answer, Err(CarryError::Store(StoreError::SchemaOlder { found: 0 })));
}
