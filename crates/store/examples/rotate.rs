//! How long a place takes to follow its index key by a step: so many invented people in 144
//! villages, and as many lines on a list of another office. Who writes meanwhile waits.
//!
//! usage: rotate [PEOPLE]; PostgreSQL when `PAYUNG_TEST_PG` names a server.

use std::time::Instant;

use base::{Day, Id, Nik, PersonName, RegionCode, Sex};
use domain::reference::{ReferenceEntry, ReferenceKind, ReferenceList};
use domain::registry::Person;
use store::people::{self, Known};
use store::twin::{FreshDatabase, FreshDirectory, keys, keys_of_steps, server_url, tenant};
use store::{Location, Store, StoreError, references};

fn main() {
    let people = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(100_000);
    match server_url() {
        None => {
            let place = FreshDirectory::new();
            measure("SQLite", place.location(), people);
        }
        Some(url) => {
            let place = FreshDatabase::new(&url);
            measure("PostgreSQL", place.location(), people);
        }
    }
}

fn measure(engine: &str, location: Location, people: u64) {
    let store = Store::open(location, tenant()).expect("opens");
    store.unlock(keys()).expect("a fresh register takes any keys");
    store.faults().forgive_silence(true);
    store.migrate().expect("is ready");
    let known = Known { at_ms: 1, valid_from: day() };
    let all: Vec<Person> = (0..people).map(invented).collect();
    for some in all.chunks(5_000) {
        store.write(|tx| people::insert_all(tx, some, known)).expect("writes");
    }
    let entries: Vec<ReferenceEntry> = all
        .iter()
        .map(|one| ReferenceEntry {
            nik: one.nik,
            name: None,
            birth: None,
            event: None,
            decile: None,
        })
        .collect();
    let list =
        ReferenceList { id: Id::from_bytes([7; 16]), kind: ReferenceKind::BpjsAktif, as_of: day() };
    store.write(|tx| references::insert(tx, &list, 1, &entries)).expect("writes");
    store.note_keys().expect("writes");
    store.bring_later_keys(&keys_of_steps(1)).expect("a step more is welcome");
    let begun = Instant::now();
    let done = store.rotate_index(|_, _| Ok::<_, StoreError>(())).expect("rotates");
    let seconds = begun.elapsed().as_secs_f64();
    let rate = done.rows as f64 / seconds;
    println!("{engine}: {people} people, {} rows in {seconds:.1} s, {rate:.0} rows/s", done.rows);
    let last = all.last().expect("somebody");
    let found = store.read(|tx| people::by_nik(tx, last.nik)).expect("reads");
    assert_eq!(found.as_ref(), Some(last));
}

fn day() -> Day {
    Day::new(2026, 1, 1).expect("a day")
}

/// Somebody of the shape of a record, and nobody.
fn invented(number: u64) -> Person {
    let mut id = [1; 16];
    id[8..].copy_from_slice(&number.to_be_bytes());
    let letter = |at: u64| char::from(b'a' + (at % 26) as u8);
    let word = |seed: u64| -> String {
        [seed, seed / 26, seed / 676, seed / 17_576].map(letter).iter().collect()
    };
    let name = format!("{} {} Rekaan", word(number), word(number * 7 + 3));
    Person {
        id: Id::from_bytes(id),
        nik: nik(number),
        no_kk: None,
        name: PersonName::parse(&name).expect("a name"),
        birth: day(),
        birth_place: None,
        sex: Sex::Female,
        address: None,
        place: RegionCode::from_digits(6_401_012_001 + number % 144, 4),
        occupation: None,
        phone: None,
        mother: None,
    }
}

/// A number of a sub-district that there may be, a day and a serial.
fn nik(number: u64) -> Nik {
    let (serial, rest) = (1 + number % 9_000, number / 9_000);
    let (born, district) = (1 + rest % 28, 1 + rest / 28);
    Nik::parse(&format!("6401{district:02}{born:02}0862{serial:04}")).expect("a number")
}
