//! The restore drill: a journey, a copy made while somebody writes, and the way back, from a folder
//! and from a server.

use std::sync::atomic::{AtomicBool, Ordering};

use app::backup::{self, Unlock};
use base::Nik;
use serde_json::Value;
use store::Location;
use store::twin::{FreshDatabase, server_url};

use crate::program::{Place, open};

const IDENTITY: &str = "kunci.txt";

/// A key in the place; its public half.
fn key(place: &Place) -> String {
    let (code, document) = place.json(&["backup", "key", IDENTITY]);
    assert_eq!(code, 0, "{document}");
    document["recipient"].as_str().expect("a key").to_owned()
}

fn copy(place: &Place, recipient: &str, file: &str) -> Value {
    let words = ["backup", "create", "--out", file, "--recipient", recipient];
    let (code, document) = place.json(&words);
    assert_eq!(code, 0, "{document}");
    document
}

#[test]
fn a_journey_is_copied_under_a_writer_and_comes_back() {
    let place = Place::new();
    place.well(&["demo", "--villages", "2"]);
    let recipient = key(&place);
    let stop = AtomicBool::new(false);
    let made = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut count = 0;
            while !stop.load(Ordering::Relaxed) {
                count += 1;
                let code = format!("kantor-{count}");
                let words = ["org", "add", &code, "--name", "Rekaan", "--territory", "64.01"];
                place.well(&words);
            }
            count
        });
        let made = copy(&place, &recipient, "salinan.age");
        stop.store(true, Ordering::Relaxed);
        assert!(writer.join().expect("writes") > 0);
        made
    });
    let back = place.path().join("kembali");
    let back = back.to_str().expect("ASCII");
    let here = place.path().to_str().expect("ASCII").to_owned();
    let restore = ["backup", "restore", "salinan.age", "--identity", IDENTITY, "--data", back];
    let (code, restored) = place.json(&restore);
    assert_eq!(code, 0, "{restored}");
    for part in ["rows", "content_sha256", "tables", "debits_rupiah"] {
        assert_eq!(restored[part], made[part], "{part} {here}");
    }
    assert!(made["rows"].as_u64() > Some(500), "{made}");
    give_keys(&place, back);
    place.well(&["ledger", "verify", "--data", back]);
    for words in [&["coverage"][..], &["ledger", "balance"]] {
        let (_, before) = place.json(words);
        let (_, after) = place.json(&[words, &["--data", back]].concat());
        assert_eq!(after, before, "{words:?}");
    }
    assert_eq!(place.json(&restore).0, 6, "nothing is written over");
}

fn url(database: &FreshDatabase) -> String {
    match database.location() {
        Location::Url(url) => url,
        Location::Directory(_) => unreachable!("a server"),
    }
}

/// The drill of a regency's server: a register moves into it, is copied there, and comes back to
/// another server and to a folder.
#[test]
fn a_server_is_copied_and_comes_back_to_a_server_and_to_a_folder() {
    let Some(server) = server_url() else { return };
    let place = Place::new();
    place.well(&["demo", "--villages", "1"]);
    let recipient = key(&place);
    let databases = [FreshDatabase::new(&server), FreshDatabase::new(&server)];
    let [here, there] = databases.each_ref().map(url);
    let (code, moved) = place.json(&["move", "--to", &here]);
    assert_eq!((code, &moved["equal"]), (0, &Value::Bool(true)), "{moved}");
    let create = ["backup", "create", "--out", "server.age", "--recipient", &recipient];
    let (code, made) = place.json(&[&create[..], &["--database", &here]].concat());
    assert_eq!(code, 0, "{made}");
    let (code, proved) = place.json(&["backup", "verify", "server.age", "--identity", IDENTITY]);
    assert_eq!(code, 0, "{proved}");
    let bytes = std::fs::read(place.path().join("server.age")).expect("written");
    place.file("rusak.age", &bytes[..bytes.len() - 1]);
    let back = place.path().join("kembali");
    let back = back.to_str().expect("ASCII");
    for target in [["--database", &there], ["--data", back]] {
        let restore = |file| {
            let words = ["backup", "restore", file, "--identity", IDENTITY];
            place.json_of_any(&[&words[..], &target].concat())
        };
        assert_eq!(restore("rusak.age").0, 8, "what is damaged leaves {target:?} as it was");
        let (code, restored) = restore("server.age");
        assert_eq!(code, 0, "{restored}");
        for part in ["rows", "content_sha256", "tables", "debits_rupiah"] {
            assert_eq!(restored[part], made[part], "{part} {target:?}");
            assert_eq!(proved[part], made[part], "{part} {target:?}");
        }
        assert_eq!(restore("server.age").0, 6, "nothing is written over in {target:?}");
    }
    give_keys(&place, back);
    for words in [&["coverage"][..], &["ledger", "balance"], &["ledger", "verify"]] {
        let (code, before) = place.json(&[words, &["--database", &here]].concat());
        assert_eq!(code, 0, "{words:?}: {before}");
        for target in [["--database", &there], ["--data", back]] {
            let after = place.json(&[words, &target].concat());
            assert_eq!(after, (0, before.clone()), "{words:?} {target:?}");
        }
    }
    for target in [["--database", &there], ["--data", back]] {
        place.well(&[&["audit", "verify"][..], &target].concat());
    }
}

/// The key file is not in the copy: the administrator brings it.
fn give_keys(place: &Place, back: &str) {
    let keys = place.data().join("keys.toml");
    if keys.exists() {
        std::fs::copy(keys, std::path::Path::new(back).join("keys.toml")).expect("ours");
    }
}

#[test]
fn refusals_of_copies_have_their_codes() {
    let place = Place::set_up();
    let recipient = key(&place);
    copy(&place, &recipient, "salinan.age");
    let bytes = std::fs::read(place.path().join("salinan.age")).expect("written");
    place.file("rusak.age", &bytes[..bytes.len() - 1]);
    for (words, exit) in [
        ("backup verify salinan.age --identity kunci.txt", 0),
        ("backup verify rusak.age --identity kunci.txt", 8),
        ("backup restore rusak.age --identity kunci.txt --data baru", 8),
        ("backup verify salinan.age", 2),
        ("backup verify tiada.age --identity kunci.txt", 5),
        ("backup create --out salinan.age --recipient age1", 2),
        ("backup key kunci.txt", 6),
        ("backup create --out lain.age --as ani", 2),
        ("backup verify salinan.age --identity salinan.age --passphrase-file x", 2),
    ] {
        let words: Vec<&str> = words.split_whitespace().collect();
        let ran = place.run(&words);
        assert_eq!(ran.code, exit, "{words:?}: {ran:?}");
    }
    assert!(!place.path().join("baru").exists(), "what is damaged leaves nothing behind");
    let ran = place.run(&["backup", "create", "--recipient", &recipient, "--as", "ani"]);
    assert_eq!(ran.code, 7, "an officer keeps no installation: {ran:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let open_to_all = std::fs::Permissions::from_mode(0o644);
        let identity = place.path().join(IDENTITY);
        std::fs::set_permissions(&identity, open_to_all).expect("ours");
        let ran = place.run(&["backup", "verify", "salinan.age", "--identity", IDENTITY]);
        assert_eq!((ran.code, ran.err.contains("chmod 600")), (7, true), "{ran:?}");
    }
}

/// The numbers of everybody who is a member.
fn every_nik(place: &Place) -> Vec<Nik> {
    let found = open(&place.data()).store.read(|tx| {
        let mut niks = Vec::new();
        for programme in store::programmes::list(tx)? {
            for membership in store::memberships::of_programme(tx, programme.id)? {
                let person = store::people::get(tx, membership.person)?;
                niks.extend(person.map(|person| person.nik));
            }
        }
        Ok::<_, store::StoreError>(niks)
    });
    found.expect("readable")
}

#[test]
fn no_number_of_anybody_stands_in_a_copy() {
    let place = Place::new();
    place.well(&["demo", "--villages", "1"]);
    let recipient = key(&place);
    copy(&place, &recipient, "salinan.age");
    let sealed = std::fs::read(place.path().join("salinan.age")).expect("written");
    let text = std::fs::read_to_string(place.path().join(IDENTITY)).expect("written");
    let unlock = Unlock::with_keys(&text).expect("our own");
    let mut plain = Vec::new();
    backup::unpack(&sealed[..], &unlock, &mut plain).expect("whole");
    let niks = every_nik(&place);
    assert!(niks.len() > 50);
    for nik in niks {
        let digits = nik.reveal();
        let number = nik.as_u64();
        for canary in [digits.as_bytes(), &number.to_be_bytes(), &number.to_le_bytes()] {
            let found = plain.windows(canary.len()).any(|window| window == canary);
            assert!(!found, "a number of somebody stands in the clear");
        }
    }
}
