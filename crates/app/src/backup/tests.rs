//! Copies of a small register: made on one engine, proved, damaged, brought back into the other.

use base::{RegionCode, Rupiah};
use rules::FundKind;
use store::Location;
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;

const NAME: &str = "kader";

fn office(location: Location) -> Office {
    Office::invented(location, base::Day::new(2022, 10, 1).expect("a day"), 8)
}

/// A register with an office, a fund and its money.
fn settled(location: Location) -> Office {
    let office = office(location);
    let actor = office.actor("operator", Operation::SetUp).expect("the first user");
    let territory = RegionCode::parse("64.01.04.2011").expect("a village");
    office.add_org(&actor, NAME, "Rekaan", territory).expect("added");
    office.add_fund(&actor, "dana", FundKind::Apbd, Rupiah(100_000_000)).expect("added");
    office
}

fn pair() -> (Lock, Unlock) {
    let pair = new_key_pair();
    let lock = Lock::for_recipients(std::slice::from_ref(&pair.recipient)).expect("our own");
    (lock, Unlock::with_keys(&pair.file_text()).expect("our own"))
}

fn copy(office: &Office, lock: &Lock) -> (Vec<u8>, Made) {
    let actor = office.actor("operator", Operation::Operate).expect("the first user");
    let mut bytes = Vec::new();
    let made = office.back_up(&actor, lock, &mut bytes).expect("copied");
    (bytes, made)
}

fn code<T>(answer: Result<T, AppError>) -> (u8, String) {
    answer.err().map_or((0, "ok".into()), |error| (error.kind.exit_code(), error.code))
}

#[test]
fn a_copy_comes_back_on_either_engine_the_same() {
    let from = FreshDirectory::new();
    let office = settled(from.location());
    let (lock, unlock) = pair();
    let (bytes, made) = copy(&office, &lock);
    assert_eq!(verify(&bytes[..], &unlock).expect("whole"), made.copy);
    assert_eq!(
        (made.copy.fact("debits_rupiah"), made.bytes),
        (Some("100000000"), bytes.len() as u64)
    );
    let embedded = FreshDirectory::new();
    let database = server_url().map(|url| FreshDatabase::new(&url));
    let mut places = vec![embedded.location()];
    places.extend(database.as_ref().map(FreshDatabase::location));
    for place in places {
        let (back, tenant) = restore(&bytes[..], &unlock, place.clone()).expect("comes back");
        assert_eq!((back, tenant.to_string().as_str()), (made.copy.clone(), "64.01"));
        let again = settled(place.clone());
        assert_eq!(again.org(NAME).expect("there"), office.org(NAME).expect("there"));
        let actor = again.actor("operator", Operation::ReadMoney).expect("came along");
        again.verify_ledger(&actor).expect("balances");
        let (_, other) = copy(&again, &lock);
        assert_eq!(other.copy.content_hash(), made.copy.content_hash(), "nothing was added");
        let refused = code(restore(&bytes[..], &unlock, place));
        assert_eq!(refused, (6, "BACKUP_TARGET_NOT_EMPTY".into()));
    }
}

#[test]
fn only_its_own_key_opens_a_copy() {
    let from = FreshDirectory::new();
    let office = settled(from.location());
    let (lock, _) = pair();
    let (_, other) = pair();
    let (bytes, _) = copy(&office, &lock);
    assert_eq!(code(verify(&bytes[..], &other)), (8, "BACKUP_WRONG_KEY".into()));
    let guess = Unlock::with_passphrase("kuda baterai staples".into());
    assert_eq!(code(verify(&bytes[..], &guess)), (8, "BACKUP_WRONG_KEY".into()));
    assert_eq!(code(verify(&b"PK\x03\x04"[..], &other)), (8, "BACKUP_NOT_ONE".into()));
    let passphrase = "payung sedia sebelum hujan";
    let lock = Lock::with_passphrase(passphrase.into()).expect("long enough");
    let (bytes, made) = copy(&office, &lock);
    let unlock = Unlock::with_passphrase(passphrase.into());
    assert_eq!(verify(&bytes[..], &unlock).expect("whole"), made.copy);
    assert_eq!(code(verify(&bytes[..], &guess)), (8, "BACKUP_WRONG_KEY".into()));
    assert_eq!(code(Lock::with_passphrase("pendek".into())).0, 7);
    assert_eq!(code(Lock::for_recipients(&["age1bukan".into()])).0, 2);
}

/// A hundred by default; `RUN_SLOW_TESTS` says how many, 1000 when it is no number.
fn corruptions() -> u64 {
    match std::env::var("RUN_SLOW_TESTS") {
        Ok(text) => text.parse().ok().filter(|count| *count > 1).unwrap_or(1000),
        Err(_) => 100,
    }
}

#[test]
fn every_damaged_copy_is_refused() {
    let from = FreshDirectory::new();
    let office = settled(from.location());
    let (lock, unlock) = pair();
    let (bytes, _) = copy(&office, &lock);
    let target = FreshDirectory::new();
    let mut dice = 6401_u64;
    for round in 0..corruptions() {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (dice >> 20) as usize % bytes.len();
        let mut other = bytes.clone();
        match round % 4 {
            0 => other.truncate(at),
            1 => other.extend_from_slice(&bytes[at..]),
            _ => other[at] ^= 1 << (dice >> 60 & 7),
        }
        let (exit, refusal) = code(verify(&other[..], &unlock));
        assert_eq!(exit, 8, "round {round}, byte {at}: {refusal}");
        if round % 16 == 0 {
            assert!(restore(&other[..], &unlock, target.location()).is_err(), "round {round}");
        }
    }
    restore(&bytes[..], &unlock, target.location()).expect("nothing was left behind");
}
