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
    give_keys(&place, back);
    let (code, restored) = place.json(&restore);
    assert_eq!(code, 0, "{restored}");
    for part in ["rows", "content_sha256", "tables", "debits_rupiah"] {
        assert_eq!(restored[part], made[part], "{part} {here}");
    }
    assert!(made["rows"].as_u64() > Some(500), "{made}");
    place.well(&["ledger", "verify", "--data", back]);
    for words in [&["coverage"][..], &["ledger", "balance"]] {
        let (_, before) = place.json(words);
        let (_, after) = place.json(&[words, &["--data", back]].concat());
        assert_eq!(after, before, "{words:?}");
    }
    assert_eq!(place.json(&restore).0, 6, "nothing is written over");
}

/// Erased by two between two copies: the older one brings nobody back.
#[test]
fn who_was_erased_stays_so_when_an_older_copy_comes_back() {
    let place = Place::set_up();
    let list = "NIK,Nama,Tgl Lahir,L/P,Pekerjaan\r\n\
        6401041708620001,Rekaan Satu,17-08-1962,L,nelayan\r\n";
    place.import(&place.file("daftar.csv", list));
    let recipient = key(&place);
    copy(&place, &recipient, "lama.age");
    let person = place.json(&["person", "search", "rekaan"]).1[0]["person"].clone();
    let person = person.as_str().expect("somebody").to_owned();
    let why = "Permintaan tertulis yang bersangkutan";
    let erase = ["person", "erase", &person, "--reason", why, "--forget-files"];
    let (_, asked) = place.json(&erase);
    let of = |name: &str| asked[name].as_str().expect("a text").to_owned();
    let (task, hash) = (of("task"), of("hash"));
    place.well(&["task", "approve", &task, "--hash", &hash, "--as", "budi"]);
    copy(&place, &recipient, "baru.age");

    let back = place.path().join("kembali");
    let back = back.to_str().expect("ASCII");
    let restore = ["backup", "restore", "lama.age", "--identity", IDENTITY, "--data", back];
    assert_eq!(place.run(&restore).code, 7, "without the keys nobody can be erased again");
    give_keys(&place, back);
    place.well(&restore);
    let (_, shown) = place.json(&["person", "show", &person, "--data", back]);
    assert_eq!((&shown["erased"], &shown["name"]), (&true.into(), &"(dihapus)".into()), "{shown}");
    let sheet = shown["sheets"][0].as_str().expect("a file").to_owned();
    let again = ["sheet", "return", &sheet, "--out", "lagi.xlsx", "--data", back];
    assert_eq!(place.run(&again).code, 7, "its file is forgotten too");
    place.well(&["audit", "verify", "--data", back]);
    // Again is no change; a list that was cut short is none.
    let list = "payung-64.01-penghapusan.txt";
    let (_, done) = place.json(&["backup", "erase-again", list, "--data", back]);
    assert_eq!((&done["people"], &done["sheets"]), (&0.into(), &0.into()), "{done}");
    let text = std::fs::read_to_string(place.path().join(list)).expect("the list");
    assert!(!text.contains("6401041708620001") && !text.contains("Rekaan"), "{text}");
    place.file("potong.txt", text.lines().take(2).collect::<Vec<_>>().join("\n"));
    assert_eq!(place.run(&["backup", "erase-again", "potong.txt", "--data", back]).code, 8);
    // Nobody is erased by what somebody wrote into it.
    place.file("palsu.txt", text.replacen(&person[..8], "00000000", 1));
    assert_eq!(place.run(&["backup", "erase-again", "palsu.txt", "--data", back]).code, 8);
    // Where everything is thrown away afterwards, all of it may come back.
    let practice = place.path().join("latihan");
    let practice = practice.to_str().expect("ASCII");
    let all = ["backup", "restore", "lama.age", "--identity", IDENTITY, "--without-erasures"];
    place.well(&[&all[..], &["--data", practice]].concat());
    // The log of that place says so. It has erased nobody, and the list forgets nobody by it.
    give_keys(&place, practice);
    let log = place.run(&["audit", "list", "--json", "--data", practice]);
    assert!(log.out.contains("erased-came-back"), "{log:?}");
    place.well(&["backup", "erasures", "--out", list, "--data", practice]);
    assert_eq!(std::fs::read_to_string(place.path().join(list)).expect("the list"), text);
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
    give_keys(&place, back);
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

/// The key file is not in the copy: the administrator brings it, before the copy comes back.
fn give_keys(place: &Place, back: &str) {
    let keys = place.data().join("keys.toml");
    if keys.exists() {
        std::fs::create_dir_all(back).expect("a folder");
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
    // What cannot be erased again is not brought back, and the place stays as it was.
    let restore = "backup restore salinan.age --identity kunci.txt --data baru";
    let keys = place.data().join("keys.toml");
    let keys = keys.to_str().expect("ASCII");
    let list = place.path().join("payung-64.01-penghapusan.txt");
    let away = place.path().join("jauh.txt");
    let refused = |flags: &[&str], told: &str| {
        let words: Vec<&str> = restore.split(' ').chain(flags.iter().copied()).collect();
        let ran = place.run(&words);
        assert_eq!((ran.code, ran.err.contains(told)), (7, true), "{flags:?}: {ran:?}");
    };
    refused(&[], "berkas kunci");
    refused(&["--keys", keys, "--pemda", "64.02"], "--pemda 64.01");
    std::fs::rename(&list, &away).expect("ours");
    refused(&["--keys", keys], "--without-erasures");
    std::fs::rename(&away, &list).expect("ours");
    assert!(!place.path().join("baru").exists(), "what is refused leaves nothing behind");
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
