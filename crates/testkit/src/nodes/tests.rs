//! What holds of a register on two servers: among the tests a short slice of each, and as many
//! rounds as `PAYUNG_NODES_RACES` says by `cargo xtask test-cluster`.

use std::collections::{BTreeSet, HashMap};
use std::os::unix::fs::PermissionsExt;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use base::id::kind;
use base::{Day, Id, Month, Nik, PersonName, RegionCode, Sex};
use domain::registry::Person;
use store::months::{LIMIT_MS, NikKey, key_of, reserve};
use store::people::Known;
use store::twin::{FreshDatabase, pair, tamper};
use store::{Location, Store, StoreError, claims, people};

use super::Two;
use crate::proxy::Toward;

mod laying;
mod telling;

/// The regency of the first server, and that of the second.
const HERE: u64 = 6401;
const THERE: u64 = 3515;

/// A register on two servers with a regency on each, where servers are installed.
fn world() -> Option<(Two, Store, Store)> {
    store::twin::server_url()?;
    let two = Two::start().expect("two servers start");
    let here = open(two.database.location(), HERE);
    let there = open(two.database.beside(), THERE);
    Some((two, here, there))
}

fn open(location: Location, tenant: u64) -> Store {
    let store = Store::open(location, RegionCode::from_digits(tenant, 2)).expect("opens");
    store.unlock(store::twin::keys()).expect("a fresh register takes any keys");
    store.faults().forgive_silence(true);
    store.migrate().expect("is migrated");
    store
}

fn nik(number: u32) -> Nik {
    // Invented: a woman's day of birth with a serial number out of use.
    let (serial, place) = (number % 9_000 + 1_000, 1 + number / 9_000);
    Nik::parse(&format!("6401{place:02}570862{serial:04}")).expect("a number")
}

/// An invented person, of the regency whose digit it is.
fn person(number: u32, regency: u8) -> Person {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&number.to_be_bytes());
    id[4] = regency;
    Person {
        id: Id::derived(id),
        nik: nik(number),
        no_kk: None,
        name: PersonName::parse("Warga Contoh").expect("a name"),
        birth: Day::new(1962, 8, 17).expect("a day"),
        birth_place: None,
        sex: Sex::Female,
        address: None,
        place: RegionCode::from_digits(6401052001, 4),
        occupation: None,
        phone: None,
        mother: None,
    }
}

fn keep(store: &Store, numbers: std::ops::Range<u32>, regency: u8) -> Result<u64, StoreError> {
    let people: Vec<Person> = numbers.map(|number| person(number, regency)).collect();
    let valid_from = Day::new(2022, 9, 24).expect("a day");
    let known = Known { at_ms: 1_664_000_000_000, valid_from };
    store.write(|tx| people::insert_all(tx, &people, known))
}

fn keys(store: &Store, numbers: std::ops::Range<u32>) -> Vec<NikKey> {
    let keys = |tx: &mut store::Tx<'_>| numbers.map(|number| key_of(tx, nik(number))).collect();
    store.read(keys).expect("has keys")
}

fn month() -> Month {
    Month::parse("2022-10").expect("a month")
}

/// Those of the numbers that the regency has after it asked for them.
fn ask(store: &Store, keys: &[NikKey], limit_ms: i64) -> Result<BTreeSet<NikKey>, StoreError> {
    let wanted: Vec<(NikKey, i64)> = keys.iter().map(|key| (*key, 0)).collect();
    let granted: HashMap<NikKey, i64> = reserve(store, month(), &wanted, limit_ms)?;
    Ok(granted.into_keys().collect())
}

fn tell(store: &Store) -> Result<bool, StoreError> {
    store.write(claims::tell)
}

/// Tries until it is done, as a program does that is told "again later".
fn in_time<T>(mut work: impl FnMut() -> Result<T, StoreError>) -> T {
    let begun = Instant::now();
    loop {
        match work() {
            Ok(done) => return done,
            Err(error) if begun.elapsed() > Duration::from_secs(60) => panic!("{error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(100)),
        }
    }
}

/// Tells until nothing waits.
fn tell_all(store: &Store) {
    in_time(|| {
        while tell(store)? {}
        store.read(claims::waiting)?.eq(&0).then_some(()).ok_or(StoreError::Busy)
    });
}

fn races(by_default: u32) -> u32 {
    let told = std::env::var("PAYUNG_NODES_RACES").ok();
    told.map_or(by_default, |count| count.parse().expect("a number of races"))
}

fn rows_of_a_regency_live_on_one_server(two: &Two, here: &Store, there: &Store) {
    assert_eq!((keep(here, 0..40, 1), keep(there, 30..50, 2)), (Ok(40), Ok(20)));
    assert_eq!((here.read(people::count), there.read(people::count)), (Ok(40), Ok(20)));
    // Whoever asks the other server for them finds nobody.
    for (place, tenant) in [(two.database.beside(), HERE), (two.database.location(), THERE)] {
        let stranger = Store::open(place, RegionCode::from_digits(tenant, 2)).expect("opens");
        assert_eq!(stranger.read(people::count), Ok(0), "{tenant}");
    }
    // What both hold is known to both once each has told, whichever server keeps the number.
    let niks: Vec<Nik> = (0..50).map(nik).collect();
    let elsewhere = |store: &Store| {
        let found = store.read(|tx| claims::elsewhere(tx, &niks)).expect("asks");
        niks.iter().enumerate().filter(|(_, nik)| found.contains(nik)).map(|(at, _)| at).collect()
    };
    let nobody: Vec<usize> = Vec::new();
    assert_eq!((elsewhere(here), elsewhere(there)), (nobody.clone(), nobody));
    assert_eq!((tell(here), tell(there)), (Ok(false), Ok(false)));
    let all = |numbers: std::ops::Range<usize>| numbers.collect::<Vec<_>>();
    assert_eq!((elsewhere(here), elsewhere(there)), (all(30..50), all(0..40)));
    for (store, regency) in [(here, 1), (there, 2)] {
        let mut twice: Vec<Id<kind::Person>> = (30..40).map(|n| person(n, regency).id).collect();
        twice.sort_unstable();
        assert_eq!(store.read(claims::conflicts), Ok(twice));
    }
    laying::again_changes_nothing(two);
    assert_eq!((elsewhere(here), elsewhere(there)), (all(30..50), all(0..40)));
}

fn one_of_two_gets_a_number(here: &Store, there: &Store, rounds: u32) {
    let wanted = keys(here, 1_000..1_000 + rounds);
    let (barrier, begun) = (Barrier::new(2), Instant::now());
    let run = |store: &Store| -> Vec<bool> {
        let each = |key: &NikKey| {
            barrier.wait();
            ask(store, &[*key], LIMIT_MS).is_ok_and(|granted| granted.contains(key))
        };
        wanted.iter().map(each).collect()
    };
    let (ours, theirs) = std::thread::scope(|scope| {
        let other = scope.spawn(|| run(there));
        (run(here), other.join().expect("runs"))
    });
    let mut won = [0, 0];
    for (at, (our, their)) in ours.iter().zip(&theirs).enumerate() {
        assert!(our != their, "race {at}: {our} and {their}");
        won[usize::from(*their)] += 1;
    }
    // Afterwards both say the same.
    let again = |store| ask(store, &wanted, LIMIT_MS).expect("asks");
    let (ours, theirs) = (again(here), again(there));
    assert!(ours.is_disjoint(&theirs));
    assert_eq!((ours.len(), theirs.len()), (won[0], won[1]));
    println!("{rounds} races, one winner each, {won:?}, {:.1} s", begun.elapsed().as_secs_f64());
}

/// Two regencies want the same hundreds at once, each in its own order of servers.
fn many_numbers_at_once(here: &Store, there: &Store) {
    let wanted = keys(here, 100_000..100_400);
    let barrier = Barrier::new(2);
    let run = |store: &Store| {
        barrier.wait();
        in_time(|| ask(store, &wanted, LIMIT_MS))
    };
    let (ours, theirs) = std::thread::scope(|scope| {
        let other = scope.spawn(|| run(there));
        (run(here), other.join().expect("runs"))
    });
    assert!(ours.is_disjoint(&theirs));
    assert_eq!(ours.len() + theirs.len(), wanted.len());
}

/// Works on both servers until `stop`; what was acknowledged: numbers here, people there.
fn busy(
    here: &Store,
    there: &Store,
    stop: &AtomicBool,
) -> (Vec<NikKey>, u64, BTreeSet<&'static str>) {
    let told = |error: StoreError| match error {
        StoreError::NodeAway => "away",
        StoreError::Busy => "busy",
        StoreError::Unavailable { .. } => "unavailable",
        _ => "another",
    };
    std::thread::scope(|scope| {
        let claims = scope.spawn(|| {
            let (mut kept, mut refusals) = (Vec::new(), BTreeSet::new());
            for key in keys(here, 200_000..220_000) {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                match ask(here, &[key], LIMIT_MS) {
                    Ok(granted) => kept.extend(granted),
                    Err(error) => drop(refusals.insert(told(error))),
                }
            }
            (kept, refusals)
        });
        let mut people = 0;
        for number in 300_000..320_000 {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            people += keep(there, number..number + 1, 2).unwrap_or(0);
        }
        let (kept, refusals) = claims.join().expect("works");
        (kept, people, refusals)
    })
}

fn a_killed_server_loses_nothing(two: &mut Two, here: &Store, there: &Store) {
    let people_before = there.read(people::count).expect("counts");
    // An office that dies after it reserved: nobody confirms.
    let left = keys(here, 400_000..400_020);
    assert_eq!(ask(here, &left, 1_500).map(|granted| granted.len()), Ok(20));
    assert_eq!(ask(there, &left, LIMIT_MS).map(|granted| granted.len()), Ok(0));

    let stop = AtomicBool::new(false);
    let (kept, people, refusals) = std::thread::scope(|scope| {
        let working = scope.spawn(|| busy(here, there, &stop));
        std::thread::sleep(Duration::from_millis(700));
        two.there.kill().expect("it ran");
        std::thread::sleep(Duration::from_millis(300));
        // Claims are refused with a clear word; what belongs to the regency alone goes on.
        assert_eq!(ask(here, &keys(here, 0..20), LIMIT_MS), Err(StoreError::NodeAway));
        assert_eq!(keep(here, 500_000..500_010, 1), Ok(10));
        telling::the_living_one_is_told(two, here, 510_000..510_020);
        let asked = here.read(|tx| claims::elsewhere(tx, &[nik(31), nik(32), nik(33), nik(34)]));
        assert_eq!(asked, Err(StoreError::NodeAway));
        // A page that shows the hint beside people is shown without it.
        let page = here.read(|tx| {
            let hint = claims::conflicts_if_all_answer(tx)?;
            Ok::<_, StoreError>((hint, people::count(tx)? > 0))
        });
        assert_eq!(page, Ok((None, true)));
        stop.store(true, Ordering::Relaxed);
        working.join().expect("works")
    });
    assert!(!kept.is_empty() && people > 0 && refusals.contains("away"), "{refusals:?}");
    assert!(!refusals.contains("another"), "{refusals:?}");

    two.there.start_again().expect("it comes back");
    let people_after = in_time(|| there.read(people::count));
    // One more at most: whose answer was lost on the way.
    assert!((people..=people + 1).contains(&(people_after - people_before)), "{people_after}");
    let again = in_time(|| ask(here, &kept, LIMIT_MS));
    assert_eq!(again, kept.iter().copied().collect());
    assert_eq!(in_time(|| ask(there, &kept, LIMIT_MS)), BTreeSet::new());
    // What was reserved and not confirmed is free once its time is over.
    let released = in_time(|| match ask(there, &left, LIMIT_MS)? {
        granted if granted.len() == left.len() => Ok(granted),
        _ => Err(StoreError::Busy),
    });
    assert_eq!(released, left.into_iter().collect());
    // What waited to be told is told.
    tell_all(here);
    tell_all(there);
    let niks: Vec<Nik> = (500_000..500_010).chain(510_000..510_020).map(nik).collect();
    let held = in_time(|| there.read(|tx| claims::elsewhere(tx, &niks)));
    assert_eq!(held.len(), 30);
    println!("killed: {} numbers and {people} people kept, refusals {refusals:?}", kept.len());
}

fn servers_that_do_not_reach_each_other(two: &Two, here: &Store, there: &Store) {
    let wanted = keys(here, 550_000..550_020);
    let before = ask(here, &wanted[..10], LIMIT_MS).expect("claims");
    two.part();
    for store in [here, there] {
        let begun = Instant::now();
        assert_eq!(ask(store, &wanted, LIMIT_MS), Err(StoreError::NodeAway));
        assert!(begun.elapsed() < Duration::from_secs(20), "a refusal comes soon");
    }
    assert_eq!(keep(here, 560_000..560_010, 1), Ok(10));
    assert_eq!(keep(there, 560_005..560_015, 2), Ok(10));
    two.join();
    tell_all(here);
    tell_all(there);
    let ours = in_time(|| ask(here, &wanted, LIMIT_MS));
    assert!(ours.is_superset(&before));
    let theirs = in_time(|| ask(there, &wanted, LIMIT_MS));
    assert!(ours.is_disjoint(&theirs));
    let mut twice: BTreeSet<Id<kind::Person>> = BTreeSet::new();
    twice.extend(in_time(|| here.read(claims::conflicts)));
    assert!((560_005..560_010).all(|number| twice.contains(&person(number, 1).id)));
}

#[test]
fn a_register_on_two_servers_stays_one() {
    let mut begun = Instant::now();
    let mut took = |what: &str| {
        println!("{what}: {:.1} s", begun.elapsed().as_secs_f64());
        begun = Instant::now();
    };
    let Some((mut two, here, there)) = world() else { return };
    took("started");
    rows_of_a_regency_live_on_one_server(&two, &here, &there);
    took("rows of a regency live on one server");
    laying::servers_agree_on_the_parts(&two);
    took("servers agree on the parts");
    laying::no_password_is_written_down(&two);
    took("no password is written down");
    one_of_two_gets_a_number(&here, &there, races(40));
    many_numbers_at_once(&here, &there);
    took("one of two gets a number");
    telling::a_way_that_breaks_while_telling(&two, &here, 530_000);
    took("a way that breaks while telling");
    a_killed_server_loses_nothing(&mut two, &here, &there);
    took("a killed server loses nothing");
    servers_that_do_not_reach_each_other(&two, &here, &there);
    took("servers that do not reach each other");
}

#[test]
fn a_register_of_one_server_tells_nobody() {
    let Some(url) = store::twin::server_url() else { return };
    let database = FreshDatabase::alone(&url);
    let store = open(database.location(), HERE);
    assert_eq!(keep(&store, 0..3, 1), Ok(3));
    assert_eq!(tell(&store), Ok(false));
}
