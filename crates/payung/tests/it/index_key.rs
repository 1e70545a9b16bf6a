//! The index key followed by a step while the register is in use, as an administrator does it; and a
//! copy of before that comes back. Everybody is invented.

use std::path::Path;

use serde_json::{Value, json};
use store::twin::{FreshDatabase, server_url};

use crate::program::{LIST_FLAGS, Place};

const LIST: &str = "NIK,Nama,Tgl Lahir,L/P,Pekerjaan\r\n\
    6401041708620001,Rekaan Satu,17-08-1962,L,nelayan\r\n\
    6401041708620002,Rekaan Dua,18-08-1962,P,nelayan\r\n";

/// The same people, in other bytes.
fn same_again(place: &Place, name: &str) -> String {
    place.file(name, format!("{LIST}\r\n"))
}

fn steps(place: &Place, at: &[&str]) -> (Value, usize) {
    let (code, status) = place.json(&[&["key", "status"], at].concat());
    assert_eq!(code, 0, "{status}");
    (status["index_steps"].clone(), status["index_steps_made"].as_array().map_or(0, Vec::len))
}

/// What an examination says; of an invented office it asks more than this.
fn examined(place: &Place, at: &[&str]) -> String {
    place.run(&[&["doctor"], at].concat()).out
}

fn outcomes(place: &Place, file: &str, at: &[&str]) -> Value {
    let (_, done) = place.json(&[&["import", file], &LIST_FLAGS[..], at].concat());
    done["files"][0]["outcomes"].clone()
}

#[test]
fn a_step_is_followed_and_a_copy_of_before_comes_back() {
    let place = Place::set_up();
    place.import(&place.file("daftar.csv", LIST));
    let (code, made) = place.json(&["backup", "key", "kunci.txt"]);
    assert_eq!(code, 0, "{made}");
    let recipient = made["recipient"].as_str().expect("a key");
    place.well(&["backup", "create", "--out", "lama.age", "--recipient", recipient]);
    let person = place.json(&["person", "search", "satu"]).1[0]["person"].clone();
    let person = person.as_str().expect("somebody").to_owned();
    let why = "Permintaan tertulis yang bersangkutan";
    let (_, asked) = place.json(&["person", "erase", &person, "--reason", why]);
    let of = |name: &str| asked[name].as_str().expect("a text").to_owned();
    place.well(&["task", "approve", &of("task"), "--hash", &of("hash"), "--as", "budi"]);
    place.well(&["backup", "erasures", "--out", "payung-64.01-penghapusan.txt"]);

    let keys = place.data().join("keys.toml");
    std::fs::copy(&keys, place.path().join("lama.toml")).expect("ours");
    let refused = place.run(&["key", "rotate", "--index", "--forget-old"]);
    assert_eq!(refused.code, 7, "{refused:?}");
    assert!(refused.err.contains("tidak dapat dibuang"), "{refused:?}");
    assert_eq!(steps(&place, &[]), (json!(0), 0), "nothing was done");
    let (code, done) = place.json(&["key", "rotate", "--index"]);
    assert_eq!(code, 0, "{done}");
    assert_eq!((&done["step"], &done["is_new"]), (&json!(1), &json!(true)), "{done}");
    assert_eq!(steps(&place, &[]), (json!(1), 1));
    assert!(!place.data().join("keys.toml.before").exists(), "the older file goes");
    place.well(&["audit", "verify"]);
    assert!(examined(&place, &[]).contains("dipakai register (1)"));
    let told = place.run(&["key", "rotate", "--index"]);
    assert!(told.out.contains("langkah 2") && told.out.contains("keys.toml"), "{told:?}");

    // Whoever brings the key file of before is told what is missing, and writes nothing.
    let older = place.run(&["key", "status", "--keys", "lama.toml"]);
    assert_eq!(older.code, 7, "{older:?}");
    assert!(older.err.contains("0 < 2") && older.err.contains("key rotate --index"), "{older:?}");

    // A copy of today goes by as many steps wherever it comes to.
    place.well(&["backup", "create", "--out", "baru.age", "--recipient", recipient]);
    let today = place.path().join("hari-ini");
    std::fs::create_dir_all(&today).expect("a folder");
    std::fs::copy(&keys, today.join("keys.toml")).expect("ours");
    let at = ["--data", today.to_str().expect("ASCII")];
    let restore = ["backup", "restore", "baru.age", "--identity", "kunci.txt"];
    place.well(&[&restore[..], &at].concat());
    assert_eq!(steps(&place, &at), (json!(2), 2));
    place.well(&[&["audit", "verify"][..], &at].concat());
    let found = place.json(&[&["person", "search", "dua"][..], &at].concat()).1;
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");

    // The copy of before goes by the chain of its time, with the key file of today.
    let back = place.path().join("kembali");
    std::fs::create_dir_all(&back).expect("a folder");
    std::fs::copy(&keys, back.join("keys.toml")).expect("ours");
    let back = back.to_str().expect("ASCII");
    let at = ["--data", back];
    let restore = ["backup", "restore", "lama.age", "--identity", "kunci.txt"];
    place.well(&[&restore[..], &at].concat());
    assert_eq!(steps(&place, &at), (json!(0), 2));
    let (_, shown) = place.json(&[&["person", "show", &person][..], &at].concat());
    assert_eq!(shown["erased"], json!(true), "the list of before is vouched for: {shown}");
    let found = place.json(&[&["person", "search", "dua"][..], &at].concat()).1;
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    let told = examined(&place, &at);
    assert!(told.contains("(0 < 2)") && told.contains("key rotate --index"), "{told}");
    let (code, done) = place.json(&[&["key", "rotate", "--index"][..], &at].concat());
    assert_eq!((code, &done["step"], &done["is_new"]), (0, &json!(2), &json!(false)), "{done}");
    assert!(examined(&place, &at).contains("dipakai register (2)"));
    let again = outcomes(&place, &same_again(&place, "lagi.csv"), &at);
    assert_eq!(again["ACCEPTED"].as_u64().unwrap_or(0), 1, "the erased number is new: {again}");
}

/// A register that followed its index key moves to a server and goes by as many steps there.
#[test]
fn a_register_of_a_longer_chain_moves() {
    let Some(server) = server_url() else { return };
    let place = Place::set_up();
    place.import(&place.file("daftar.csv", LIST));
    place.well(&["key", "rotate", "--index"]);
    let database = FreshDatabase::new(&server);
    let url = match database.location() {
        store::Location::Url(url) => url,
        store::Location::Directory(_) => unreachable!("a server"),
    };
    let (code, moved) = place.json(&["move", "--to", &url]);
    assert_eq!((code, &moved["equal"]), (0, &json!(true)), "{moved}");
    let at = ["--database", &url];
    assert_eq!(steps(&place, &at), (json!(1), 1));
    let again = outcomes(&place, &same_again(&place, "lagi.csv"), &at);
    assert_eq!(again["ACCEPTED"].as_u64().unwrap_or(0), 0, "{again}");
    let (code, done) = place.json(&[&["key", "rotate", "--index"][..], &at].concat());
    assert_eq!((code, &done["step"], &done["regencies"]), (0, &json!(2), &json!(1)), "{done}");
    place.well(&[&["audit", "verify"][..], &at].concat());
    // The file stays as it was, and goes by the chain of its time.
    assert_eq!(steps(&place, &[]), (json!(1), 2));
    assert!(Path::new(&place.data()).join("keys.toml").exists());
}
