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

fn pemda() -> RegionCode {
    RegionCode::from_digits(6401, 2)
}

/// Brings a copy back as its own office would: with its list of erasures and its keys.
fn bring_back(
    office: &Office,
    bytes: &[u8],
    unlock: &Unlock,
    location: Location,
) -> Result<Copy, AppError> {
    let actor = office.actor("operator", Operation::Operate).expect("the first user");
    let list = office.erasures(&actor, None).expect("reads");
    let keys = store::twin::keys();
    let today = office.environment.today();
    let again = Again { list: &list, keys: &keys, actor: "operator", today };
    restore(bytes, Restoring { unlock, location, pemda: pemda(), erased: Erased::Again(again) })
}

/// Keys of one index and one master key, whose every byte is this.
fn keys_of(index: u8, master: u8) -> KeyRing {
    let secret = |byte| store::keys::Secret::new([byte; 32]);
    let masters = vec![(1, secret(master))];
    let material = store::keys::KeyMaterial {
        index: secret(index),
        index_made: None,
        steps: Vec::new(),
        masters,
    };
    crate::keys::ring(&material).expect("the machine has randomness")
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
        let back = bring_back(&office, &bytes, &unlock, place.clone()).expect("comes back");
        assert_eq!((&back, back.fact("tenant")), (&made.copy, Some("64.01")));
        let again = settled(place.clone());
        assert_eq!(again.org(NAME).expect("there"), office.org(NAME).expect("there"));
        let actor = again.actor("operator", Operation::ReadMoney).expect("came along");
        again.verify_ledger(&actor).expect("balances");
        let (_, other) = copy(&again, &lock);
        assert_eq!(other.copy.content_hash(), made.copy.content_hash(), "nothing was added");
        let refused = code(bring_back(&office, &bytes, &unlock, place));
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
            let back = bring_back(&office, &other, &unlock, target.location());
            assert!(back.is_err(), "round {round}");
        }
    }
    bring_back(&office, &bytes, &unlock, target.location()).expect("nothing was left behind");
}

/// What would keep the erased from being erased again is refused while the place holds nothing yet.
#[test]
fn what_cannot_be_erased_again_is_not_brought_back() {
    let from = FreshDirectory::new();
    let office = settled(from.location());
    let actor = office.actor("operator", Operation::Operate).expect("the first user");
    office.add_user(&actor, "ani", crate::office::Role::Officer).expect("an account");
    let (lock, unlock) = pair();
    let (bytes, made) = copy(&office, &lock);
    let list = office.erasures(&actor, None).expect("reads");
    let today = office.environment.today();
    // The last vouch for the same lists and open nothing.
    let (own, others, newer) = (store::twin::keys(), keys_of(9, 1), keys_of(1, 9));
    let mut text = list.written();
    let last = text.trim_end().len() - 1;
    text.replace_range(last..=last, if text[last..].starts_with('0') { "1" } else { "0" });
    let forged = ErasureList::read(&text).expect("reads");
    let elsewhere = RegionCode::from_digits(6402, 2);
    let embedded = FreshDirectory::new();
    let database = server_url().map(|url| FreshDatabase::new(&url));
    let mut places = vec![embedded.location()];
    places.extend(database.as_ref().map(FreshDatabase::location));
    for place in places {
        let refused = |pemda, list: &ErasureList, keys: &KeyRing, actor: &str| {
            let erased = Erased::Again(Again { list, keys, actor, today });
            let wish = Restoring { unlock: &unlock, location: place.clone(), pemda, erased };
            code(restore(&bytes[..], wish))
        };
        for (answer, wanted) in [
            (refused(elsewhere, &list, &own, "operator"), (7, "BACKUP_OF_ANOTHER")),
            (refused(pemda(), &forged, &own, "operator"), (8, "ERASURES_FORGED")),
            (refused(pemda(), &list, &others, "operator"), (8, "ERASURES_FORGED")),
            (refused(pemda(), &list, &newer, "operator"), (8, "KEYS_DIFFER")),
            (refused(pemda(), &list, &own, "siapa"), (5, "USER_UNKNOWN")),
            (refused(pemda(), &list, &own, "ani"), (7, "USER_MAY_NOT")),
        ] {
            assert_eq!((answer.0, answer.1.as_str()), wanted);
        }
        // Nothing was kept by any of them.
        let back = bring_back(&office, &bytes, &unlock, place).expect("the place is empty");
        assert_eq!(back, made.copy);
    }
}

/// Whoever lets them come back says so, and the log of the place keeps it.
#[test]
fn a_place_to_which_the_erased_came_back_says_so() {
    let from = FreshDirectory::new();
    let (lock, unlock) = pair();
    let (bytes, made) = copy(&settled(from.location()), &lock);
    let embedded = FreshDirectory::new();
    let database = server_url().map(|url| FreshDatabase::new(&url));
    let mut places = vec![embedded.location()];
    places.extend(database.as_ref().map(FreshDatabase::location));
    for place in places {
        let (location, erased) = (place.clone(), Erased::ComeBack);
        let wish = Restoring { unlock: &unlock, location, pemda: pemda(), erased };
        restore(&bytes[..], wish).expect("comes back");
        let office = office(place);
        let actor = office.actor("operator", Operation::ReadAudit).expect("came along");
        let filter = crate::audit::Filter {
            before: None,
            act: Some("erased-came-back".to_owned()),
            actor: None,
            object: None,
            from_ms: None,
            until_ms: None,
            lines_max: 9,
        };
        assert_eq!(office.audit_lines(&actor, &filter).expect("reads").len(), 1);
        let acts = office.store.read(store::verify::verify).expect("reads");
        assert!(acts.flaws.is_empty());
        assert_eq!(Some(&*(acts.size() - 1).to_string()), made.copy.fact("acts"));
    }
}
