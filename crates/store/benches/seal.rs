//! What sealing costs: people kept, opened one by one and all, found by name, and their keys
//! rotated. On PostgreSQL when `PAYUNG_TEST_PG` is set, else on SQLite.
//! `cargo bench -p store --bench seal`

use std::time::Instant;

use base::{Day, Id, Nik, PersonName, Phone, RegionCode, Sex};
use domain::occupation::OccupationKey;
use domain::registry::Person;
use store::people::{Known, SearchQuery};
use store::twin::{FreshDatabase, FreshDirectory, keys, server_url, tenant};
use store::{Location, Store, StoreError};

const PEOPLE: u64 = 100_000;
const POINTS: u64 = 10_000;
/// As many as Paser has.
const VILLAGES: u64 = 144;

const FIRST: [&str; 10] =
    ["Siti", "Muhammad", "Nur", "Ahmad", "Sri", "Dewi", "Abdul", "Rina", "Hasan", "Yusuf"];
const LAST: [&str; 12] = [
    "Aminah",
    "Rahman",
    "Lestari",
    "Hidayat",
    "Wulandari",
    "Saputra",
    "Rekaan",
    "Contoh",
    "Utami",
    "Kurniawan",
    "Fatimah",
    "Santoso",
];

fn main() {
    match server_url() {
        None => {
            let place = FreshDirectory::new();
            measure(&opened(place.location()));
        }
        Some(url) => {
            let place = FreshDatabase::new(&url);
            measure(&opened(place.location()));
        }
    }
}

fn measure(store: &Store) {
    let day = Day::new(2022, 10, 1).expect("a day");
    let known = Known { at_ms: 1, valid_from: day };
    let people: Vec<Person> = (0..PEOPLE).map(person).collect();
    timed("kept", PEOPLE, || {
        store.write(|tx| store::people::insert_all(tx, &people, known).map(|_| ()))
    });
    timed("opened, a thousand at a time", PEOPLE, || {
        store.read(|tx| {
            let (mut after, mut seen) = (None, 0);
            loop {
                let page = store::people::page(tx, None, after, 1_000)?;
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                seen += page.len() as u64;
            }
            assert_eq!(seen, PEOPLE);
            Ok(())
        })
    });
    timed("found by number, each a transaction", POINTS, || {
        (0..POINTS).try_for_each(|n| {
            let nik = people[(n * 7 % PEOPLE) as usize].nik;
            let found = store.read(|tx| store::people::by_nik(tx, nik))?;
            assert!(found.is_some());
            Ok(())
        })
    });
    let village = [people[0].place];
    let searches: [(&str, &[RegionCode]); 4] =
        [("siti aminah", &[]), ("siti", &[]), ("siti aminah", &village), ("zulkifli", &[])];
    for (words, places) in searches {
        let what = format!("found by name {words:?} in {} villages", places.len().max(1));
        timed(&what, 1, || {
            let query = SearchQuery { words, places, people_max: 50 };
            let found = store.read(|tx| store::people::search(tx, &query))?;
            println!("  {} people", found.len());
            Ok(())
        });
    }
    timed("keys looked through", PEOPLE, || {
        let mut after = [0; 16];
        while let Some((last, _)) = store.write(|tx| store::rotate_keys(tx, after, 1_000))? {
            after = last;
        }
        Ok(())
    });
}

fn timed(what: &str, count: u64, work: impl FnOnce() -> Result<(), StoreError>) {
    let begun = Instant::now();
    work().expect("the work is done");
    let micros = begun.elapsed().as_micros();
    println!("{what}: {micros} µs, {:.1} µs each", micros as f64 / count as f64);
}

fn opened(location: Location) -> Store {
    let store = Store::open(location, tenant()).expect("opens");
    store.faults().forgive_silence(true);
    store.unlock(keys()).expect("a fresh register takes any keys");
    store.migrate().expect("migrates");
    store
}

/// An invented person.
fn person(number: u64) -> Person {
    let mut id = [1; 16];
    id[8..].copy_from_slice(&number.to_be_bytes());
    let (day, month, serial) = (1 + number % 28, 1 + number / 28 % 12, 1 + number / 336 % 9_999);
    let nik = format!("6401{:02}{day:02}{month:02}70{serial:04}", 1 + number / 3_359_664 % 99);
    let first = FIRST[(number % 10) as usize];
    let last = LAST[(number / 10 % 12) as usize];
    let name = PersonName::parse(&format!("{first} {last}")).expect("a name");
    Person {
        id: Id::from_bytes(id),
        nik: Nik::parse(&nik).expect("a number"),
        no_kk: None,
        mother: Some(name.clone()),
        name,
        birth: Day::new(1970, month as i8, day as i8).expect("a day"),
        birth_place: Some("Tanah Grogot".into()),
        sex: Sex::Male,
        address: Some("RT 05 Dusun Rekaan".into()),
        place: RegionCode::from_digits(6_401_052_001 + number % VILLAGES, 4),
        occupation: Some(OccupationKey("nelayan".into())),
        phone: Phone::parse("0812-3456-7890"),
    }
}
