//! Identity at rest: what is sealed, found, remembered, rotated and erased; on both engines.

use base::{Nik, PersonName, RegionCode};
use domain::registry::Person;
use zeroize::Zeroizing;

use super::world::*;
use crate::keys::{KeyMaterial, KeyRing};
use crate::people::{Known, SearchQuery};
use crate::sql::Sql;
use crate::twin::{FreshDirectory, both};
use crate::{
    Location, Store, StoreError, Tx, payments, people, rotate_keys, sheets, wrapped_counts,
};

fn named(number: u32, name: &str) -> Person {
    Person { name: PersonName::parse(name).expect("a name"), ..person(number) }
}

fn keep(store: &Store, people: &[Person]) {
    store.write(|tx| people::insert_all(tx, people, known())).expect("writes");
}

/// A register still locked, whose writes need not say what they are.
fn opened(location: Location) -> Store {
    let store = Store::open(location, crate::twin::tenant()).expect("opens");
    store.faults().forgive_silence(true);
    store
}

fn raw(tx: &mut Tx<'_>, text: &'static str) -> Result<u64, StoreError> {
    tx.run(&Sql::new("raw", text, text), &[])
}

fn keys(masters: &[(u32, u8)]) -> KeyRing {
    let masters = masters.iter().map(|(version, key)| (*version, Zeroizing::new([*key; 32])));
    let index = Zeroizing::new([1; 32]);
    let material =
        KeyMaterial { index, index_made: None, steps: Vec::new(), masters: masters.collect() };
    KeyRing::new(&material, [masters_seed(&material); 32])
}

/// Rings of one register must not draw the same nonces.
fn masters_seed(material: &KeyMaterial) -> u8 {
    material.masters.iter().map(|(version, _)| *version as u8 * 16).sum()
}

#[test]
fn people_are_found_by_words_of_their_names() {
    both(|store| {
        let elsewhere = RegionCode::from_digits(6401052002, 4);
        let people = [
            named(1, "Siti Aminah Rekaan"),
            named(2, "Aminah binti Contoh"),
            Person { place: elsewhere, ..named(3, "St. Amina Rekaan") },
            named(4, "Muhammad Rekaan"),
        ];
        keep(store, &people);
        let find = |words: &str, places: &[RegionCode], people_max| {
            let query = SearchQuery { words, places, people_max };
            let found = store.read(|tx| people::search(tx, &query)).expect("reads");
            found.iter().map(|person| person.nik.serial()).collect::<Vec<_>>()
        };
        assert_eq!(find("amina", &[], 9), [2, 1, 3]);
        assert_eq!(find("aminah siti", &[], 9), [1]);
        assert_eq!(find("SITI amin", &[], 9), [1, 3]);
        assert_eq!(find("rekaan", &[elsewhere], 9), [3]);
        assert_eq!(find("rekaan", &[], 2), [4, 1]);
        assert_eq!(find("m. rekaan", &[], 9), [4]);
        for nothing in ["", "a", "zzz", "am"] {
            assert_eq!(find(nothing, &[], 9), [0; 0], "{nothing}");
        }
        let renamed = named(1, "Dewi Rekaan");
        store.write(|tx| people::update_all(tx, &[renamed], known())).expect("writes");
        assert_eq!((find("aminah siti", &[], 9), find("dewi", &[], 9)), (vec![], vec![1]));
    });
}

#[test]
fn a_record_remembers_what_was_true_when_and_what_was_known_when() {
    both(|store| {
        let at = |at_ms, valid_from: &str| Known { at_ms, valid_from: day(valid_from) };
        let (first, moved) = (person(1), Person { address: Some("RT 5".into()), ..person(1) });
        let corrected = Person { mother: Some(person(2).name), ..moved.clone() };
        store
            .write(|tx| {
                people::insert_all(tx, [&first], at(10, "2022-01-01"))?;
                // Told in March, true since February; then a correction that reaches back.
                people::change(tx, &moved, 1, at(20, "2022-02-01"))?;
                people::change(tx, &corrected, 2, at(30, "2022-01-01"))?;
                assert_eq!(
                    people::change(tx, &first, 2, at(40, "2022-04-01")),
                    Err(StoreError::Busy)
                );
                Ok::<_, StoreError>(())
            })
            .expect("writes");
        let check = |on: &str, known_at_ms, expect: Option<&Person>| {
            let told = store.read(|tx| people::versions(tx, first.id)).expect("reads");
            let found = people::latest(&told, day(on), known_at_ms).map(|version| &version.person);
            assert_eq!(found, expect, "{on} known at {known_at_ms}");
        };
        check("2022-06-01", 9, None);
        check("2021-12-31", 99, None);
        check("2022-06-01", 10, Some(&first));
        check("2022-01-15", 20, Some(&first));
        check("2022-02-01", 20, Some(&moved));
        check("2022-01-15", 30, Some(&corrected));
        let versions = store.read(|tx| people::versions(tx, first.id)).expect("reads");
        let told: Vec<_> = versions.iter().map(|v| (v.version, v.known.at_ms)).collect();
        assert_eq!(told, [(1, 10), (2, 20), (3, 30)]);
    });
}

#[test]
fn the_erased_are_nobody_everywhere_and_in_every_copy_without_their_key() {
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..3)).expect("imports");
        let id = person(1).id;
        store
            .write(|tx| people::update_all(tx, &[named(1, "Warga Lain")], known()))
            .expect("writes");
        let erased = |tx: &mut Tx<'_>| {
            let found = people::get(tx, id)?.expect("the record stays");
            assert_eq!((found.nik, found.name), (Nik::erased(), PersonName::erased()));
            assert_eq!((found.phone, found.address, found.birth_place), (None, None, None));
            assert_eq!(people::versions(tx, id)?.len(), 1);
            assert_eq!(people::get(tx, person(2).id)?, Some(person(2)));
            Ok::<_, StoreError>(())
        };
        // A copy of everything but the key row says as little as the register itself.
        let copy: Result<(), StoreError> = store.write(|tx| {
            crate::seal::drop_key(tx, id.as_bytes())?;
            erased(tx)?;
            Err(StoreError::Fault)
        });
        assert_eq!(copy, Err(StoreError::Fault));
        store
            .write(|tx| {
                assert_eq!(sheets::naming(tx, id)?, [sheet(1).id]);
                people::erase(tx, id, known())?;
                people::erase(tx, id, known())?;
                erased(tx)?;
                assert_eq!(people::by_nik(tx, nik(1))?, None);
                let query = SearchQuery { words: "warga", places: &[], people_max: 9 };
                assert_eq!(people::search(tx, &query)?.len(), 1);
                sheets::forget(tx, sheet(1).id)?;
                assert_eq!(sheets::blob(tx, sheet(1).id)?, None);
                assert_eq!(sheets::rows(tx, sheet(1).id)?.len(), 3);
                // The number may come again: it is a new record.
                let again = Person { id: id_of(9), ..person(1) };
                people::insert_all(tx, [&again], known())?;
                Ok::<_, StoreError>(())
            })
            .expect("writes");
    });
}

fn id_of(number: u32) -> base::Id<base::id::kind::Person> {
    id(1, number)
}

#[test]
fn keys_rotate_in_steps_while_everything_stays_readable() {
    let directory = FreshDirectory::new();
    let open = |ring: KeyRing| {
        let store = opened(directory.location());
        store.unlock(ring).map(|()| store)
    };
    let store = open(keys(&[(1, 2)])).expect("a new register takes any keys");
    store.migrate().expect("migrates");
    store.note_keys().expect("writes");
    keep(&store, &(1..=25).map(person).collect::<Vec<_>>());
    let store = open(keys(&[(1, 2), (2, 3)])).expect("a key more is welcome");
    let counts = || store.read(wrapped_counts).expect("reads");
    assert_eq!(counts(), [(1, 25)]);
    let (mut after, mut all) = ([0; 16], 0);
    while let Some((last, changed)) = store.write(|tx| rotate_keys(tx, after, 10)).expect("rotates")
    {
        (after, all) = (last, all + changed);
        assert_eq!(store.read(|tx| people::by_nik(tx, nik(20))).expect("reads"), Some(person(20)));
    }
    assert_eq!((all, counts()), (25, vec![(2, 25)]));
    assert_eq!(
        store.write(|tx| rotate_keys(tx, [0; 16], 99)).map(|done| done.map(|d| d.1)),
        Ok(Some(0))
    );
    store.note_keys().expect("writes");
    assert!(matches!(open(keys(&[(2, 3)])), Err(StoreError::KeysDiffer)));
}

#[test]
fn wrong_keys_and_no_keys_open_nothing() {
    let directory = FreshDirectory::new();
    let store = opened(directory.location());
    assert_eq!(store.is_sealed(), Ok(false));
    store.unlock(keys(&[(1, 2)])).expect("a new register takes any keys");
    store.migrate().expect("migrates");
    store.note_keys().expect("writes");
    keep(&store, &[person(1)]);
    let bare = Store::open(directory.location(), crate::twin::tenant()).expect("opens");
    assert_eq!(bare.is_sealed(), Ok(true));
    let answer = bare.read(|tx| people::get(tx, person(1).id));
    assert_eq!(answer, Err(StoreError::KeysMissing));
    assert_eq!(bare.unlock(keys(&[(1, 7)])), Err(StoreError::KeysDiffer));
    let index = KeyMaterial {
        index: Zeroizing::new([8; 32]),
        index_made: None,
        steps: Vec::new(),
        masters: vec![(1, Zeroizing::new([2; 32]))],
    };
    assert_eq!(bare.unlock(KeyRing::new(&index, [1; 32])), Err(StoreError::KeysDiffer));
}

/// Somebody whose every part is easily told, through all that touches identity.
fn let_the_canary_sing(store: &Store) -> Person {
    settle_in(store);
    super::reasons::say_why(store, "Titipan Kenari Rekaan, 6401011708627777");
    let canary = Person {
        name: PersonName::parse("Kenari Rekaan").expect("a name"),
        address: Some("Jalan Cendrawasih".into()),
        mother: Some(PersonName::parse("Murai Rekaan").expect("a name")),
        no_kk: base::NoKk::parse("6401041006098888").ok(),
        ..person(7777)
    };
    let entry = domain::reference::ReferenceEntry {
        nik: canary.nik,
        name: Some(canary.name.clone()),
        birth: None,
        event: None,
        decile: None,
    };
    let list = domain::reference::ReferenceList {
        id: id(7, 1),
        kind: domain::reference::ReferenceKind::Asn,
        as_of: day("2022-09-01"),
    };
    let mut found = changes(1..2);
    found.new_people.push(canary.clone());
    found.decisions[0].problems[0].suggestion = Some("6401011708627777".into());
    let sheet = sheets::Sheet { file_name: "KTP 6401011708627777.xlsx".into(), ..sheet(1) };
    store
        .write(|tx| {
            crate::references::insert(tx, &list, 1, &[entry])?;
            sheets::insert(tx, &sheet, b"6401011708627777,Kenari Rekaan")?;
            crate::enrolment::apply(tx, sheet.id, &found, known())?;
            people::update_all(tx, std::slice::from_ref(&canary), known())?;
            let rows = sheets::rows(tx, sheet.id)?;
            let suggestion = rows[0].problems[0].suggestion.as_deref();
            assert_eq!(suggestion, Some("6401011708627777"));
            let lines = [remark("TRF 6401011708627777 Kenari Rekaan 081234567890")];
            payments::insert_statement(tx, &statement(), &lines)?;
            assert_eq!(payments::lines(tx)?, lines);
            Ok::<_, StoreError>(())
        })
        .expect("writes");
    canary
}

fn statement() -> payments::Statement {
    payments::Statement {
        hash: [5; 32],
        account: "kas-daerah".into(),
        received_at_ms: 1,
        said: payments::StatementSaid::default(),
    }
}

/// A line of a bank statement with this remark.
fn remark(text: &str) -> domain::payment::StatementLine {
    let facts = domain::payment::StatementFacts {
        day: day("2022-10-15"),
        amount: base::Rupiah(16_800),
        direction: domain::payment::Direction::In,
        reference: text.into(),
        balance: None,
        reversal: false,
    };
    domain::payment::statement_lines("kas-daerah", vec![facts]).remove(0)
}

#[test]
fn remarks_of_an_older_program_are_sealed_where_they_stand() {
    both(|store| {
        let lines = [remark("SETORAN Kenari Rekaan")];
        store.write(|tx| payments::insert_statement(tx, &statement(), &lines)).expect("writes");
        // As an older program left it: in the clear, and without a key.
        store
            .write(|tx| {
                raw(
                    tx,
                    "update statement_line set remark = null, \
                     reference = 'SETORAN Kenari Rekaan' where tenant = 6401",
                )?;
                crate::seal::drop_key(tx, &[5; 16])
            })
            .expect("writes");
        assert_eq!(store.read(payments::lines).expect("reads"), lines);
        assert_eq!(store.seal_remarks(), Ok(1));
        assert_eq!(store.seal_remarks(), Ok(0));
        assert_eq!(store.read(payments::lines).expect("reads"), lines);
        let clear = Sql::new("raw", CLEAR, CLEAR);
        let left = store.read(|tx| tx.all(&clear, &[], |columns| columns.take::<String>()));
        assert_eq!(left, Ok(vec![String::new()]));
        let flaws = store.read(crate::verify::verify).expect("reads").flaws;
        assert_eq!(flaws, []);
    });
}

const CLEAR: &str = "select reference from statement_line where tenant = 6401";

#[test]
fn somebody_is_taken_off_the_lists_of_other_offices() {
    both(|store| {
        let canary = let_the_canary_sing(store);
        let naming = |store: &Store| {
            store.read(|tx| crate::references::naming(tx, canary.nik)).expect("reads").len()
        };
        assert_eq!(naming(store), 1);
        let gone = store.write(|tx| crate::references::forget(tx, canary.nik));
        assert_eq!((gone, naming(store)), (Ok(1), 0));
        let hits = store.read(|tx| crate::references::hits(tx, &[canary.nik])).expect("reads");
        assert!(hits.is_empty());
    });
}

const SONGS: [&str; 7] = [
    "6401011708627777",
    "6401041006098888",
    "Kenari",
    "Murai",
    "kenari",
    "Cendrawasih",
    "81234567890",
];

#[test]
fn no_byte_of_the_file_says_who_anybody_is() {
    let directory = FreshDirectory::new();
    let store = opened(directory.location());
    store.unlock(keys(&[(1, 2)])).expect("a new register takes any keys");
    store.migrate().expect("migrates");
    let canary = let_the_canary_sing(&store);
    let Location::Directory(path) = directory.location() else { unreachable!("a directory") };
    let mut bytes = Vec::new();
    for name in ["register.db", "register.db-wal"] {
        bytes.extend(std::fs::read(path.join(name)).expect("is there"));
    }
    let number = canary.nik.as_u64();
    let phone = canary.phone.expect("one").as_u64();
    let numbers = [number, phone].into_iter();
    let numbers = numbers.flat_map(|n| [n.to_be_bytes().to_vec(), n.to_le_bytes().to_vec()]);
    for needle in SONGS.iter().map(|word| word.as_bytes().to_vec()).chain(numbers) {
        // SQLite drops the zero bytes before a number.
        let start = needle.iter().position(|byte| *byte != 0).unwrap_or(0);
        let end = needle.len() - needle.iter().rev().position(|byte| *byte != 0).unwrap_or(0);
        let needle = &needle[start..end];
        assert!(!bytes.windows(needle.len()).any(|window| window == needle), "{needle:02x?}");
    }
    store
        .write(|tx| raw(tx, "update person set name = nik where tenant = 6401"))
        .expect("the engine does not mind");
    let moved = store.read(|tx| people::get(tx, canary.id));
    assert!(matches!(moved, Err(StoreError::Corrupt { .. })), "a field in another's place");
}

#[test]
fn no_row_of_the_server_says_who_anybody_is() {
    let Some(url) = crate::twin::server_url() else { return };
    let database = crate::twin::FreshDatabase::new(&url);
    let store = opened(database.location());
    store.unlock(keys(&[(1, 2)])).expect("a new register takes any keys");
    store.migrate().expect("is migrated");
    let canary = let_the_canary_sing(&store);
    let ask = |text: String| {
        let text: &'static str = text.leak();
        let sql = Sql::new("raw", text, text);
        let answer: Result<Vec<String>, StoreError> =
            store.read(|tx| tx.all(&sql, &[], |columns| columns.take()));
        answer.expect("reads")
    };
    let tables = ask("select relname::text from pg_class where relkind in ('r', 'p') and \
                      relnamespace = 'public'::regnamespace and not relispartition and \
                      relname not in ('nik_claim', 'nik_month')"
        .to_owned());
    assert!(tables.len() > 25, "{tables:?}");
    let hex = |bytes: &[u8]| crate::keys::hex(bytes);
    let mut needles: Vec<String> =
        SONGS.iter().flat_map(|song| [(*song).to_owned(), hex(song.as_bytes())]).collect();
    needles.push(hex(&canary.nik.as_u64().to_be_bytes()));
    needles.push(hex(&canary.nik.as_u64().to_le_bytes()));
    let mut rows = 0;
    for table in tables {
        for row in ask(format!("select t::text from {table} as t")) {
            rows += 1;
            let heard = needles.iter().find(|needle| row.contains(needle.as_str()));
            assert_eq!(heard, None, "{table}");
        }
    }
    assert!(rows > 15, "the canary left its rows");
}

#[test]
fn people_come_in_pages_and_are_held_only_by_what_runs() {
    both(|store| {
        keep(store, &[person(1), person(2)]);
        let held = store.read(|tx| people::hold(tx, id_of(1), month("2022-10")));
        assert_eq!(held, Ok(None));
        let page = |after| store.read(|tx| people::page(tx, None, after, 1)).expect("reads");
        assert_eq!(page(None), [person(1)]);
        assert_eq!(page(Some(id_of(1))), [person(2)]);
        let place = Some(person(1).place);
        let here = store.read(|tx| people::page(tx, place, None, 9)).expect("reads");
        assert_eq!(here.len(), 2);
        let district = Some(person(1).place.at_level(3));
        let on = |within| store.read(|tx| people::page(tx, within, Some(id_of(1)), 9));
        assert_eq!(on(district), Ok(vec![person(2)]));
        let elsewhere = RegionCode::parse("64.01.99");
        assert_eq!(on(elsewhere), Ok(vec![]));
    });
}

#[test]
fn a_line_of_a_list_tells_what_the_record_tells() {
    both(|store| {
        keep(store, &[person(1), person(2)]);
        let line = |of: &Person| people::PersonLine {
            id: of.id,
            nik: of.nik,
            name: of.name.clone(),
            birth: of.birth,
            place: of.place,
            occupation: of.occupation.clone(),
        };
        let lines = |after| store.read(|tx| people::lines(tx, None, after, 9));
        assert_eq!(lines(None), Ok(vec![line(&person(1)), line(&person(2))]));
        assert_eq!(lines(Some(id_of(1))), Ok(vec![line(&person(2))]));
        let asked = [id_of(1), id_of(2), id_of(9)];
        let places = store.read(|tx| people::places(tx, &asked));
        assert_eq!(places, Ok(vec![person(1).place, person(2).place]));
        assert_eq!(store.read(|tx| people::places(tx, &[])), Ok(vec![]));
        // Whose key is dropped is listed, and nobody learns who it was.
        let dropped = store.write(|tx| {
            crate::seal::drop_key(tx, id_of(1).as_bytes())?;
            crate::log::say_itself(tx, "keys-forgotten")
        });
        dropped.expect("is dropped");
        let first = lines(None).expect("reads").remove(0);
        assert_eq!((first.nik, first.name), (Nik::erased(), PersonName::erased()));
    });
}
