//! Somebody erased: what else names them, what is forgotten, what stays and why.

use serde_json::{Value, json};

use crate::program::Place;

const LIST: &str = "NIK,Nama,Tgl Lahir,L/P,Pekerjaan\r\n\
    6401041708620001,Rekaan Satu,17-08-1962,L,nelayan\r\n\
    6401045708700002,Rekaan Dua,17-08-1970,P,petani\r\n";
/// The same with a row that goes back.
const LAME: &str = "NIK,Nama,Tgl Lahir,L/P,Pekerjaan\r\n\
    6401041708620001,Rekaan Satu,17-08-1962,L,nelayan\r\n\
    64010457,Rekaan Dua,17-08-1970,P,petani\r\n";
const WHY: &str = "Permintaan tertulis yang bersangkutan";

/// A register with a list, a list of civil servants that names its first person, and that person.
fn register(list: &str) -> (Place, String, String) {
    let place = Place::set_up();
    let file = place.file("daftar.csv", list);
    let sheet = place.import(&file).1["sheet"].as_str().expect("an identifier").to_owned();
    place.file("asn.csv", "NIK,Nama\r\n6401041708620001,Rekaan Satu\r\n");
    place.well(&["reference", "import", "asn.csv", "--list", "asn", "--as-of", "2022-10-01"]);
    let (_, found) = place.json(&["person", "search", "rekaan", "satu"]);
    let person = found[0]["person"].as_str().expect("a number").to_owned();
    let (_, shown) = place.json(&["person", "show", &person]);
    assert_eq!(shown["lists"][0]["kind"], "asn", "{shown}");
    assert_eq!(shown["sheets"], json!([sheet]));
    (place, sheet, person)
}

/// Put forward by one and approved by another; what was put forward, and what came of it.
fn erase(place: &Place, person: &str, flags: &[&str]) -> (Value, Value) {
    let ask = [&["person", "erase", person, "--reason", WHY], flags].concat();
    let (code, asked) = place.json(&ask);
    assert_eq!((code, &asked["erased"]), (4, &json!(false)), "{asked}");
    assert_eq!(place.json(&ask).1["task"], asked["task"], "put forward once");
    let (_, shown) = place.json(&["person", "show", person]);
    assert_eq!(shown["erased"], false, "nothing is erased by one");
    let of = |name: &str| asked[name].as_str().expect("a text").to_owned();
    let (task, hash) = (of("task"), of("hash"));
    let approve = ["task", "approve", &task, "--hash", &hash];
    assert_eq!(place.run(&approve).code, 4, "whoever put it forward is no other");
    let ran = place.well(&["task", "show", &task, "--as", "budi"]);
    assert!(ran.out.contains(WHY), "{ran:?}");
    let (code, done) = place.json(&[&approve[..], &["--as", "budi"]].concat());
    assert_eq!((code, &done["state"]), (0, &json!("approved")), "{done}");
    let (_, shown) = place.json(&["person", "show", person]);
    assert_eq!((&shown["erased"], &shown["name"]), (&json!(true), &json!("(dihapus)")), "{shown}");
    (asked, done)
}

#[test]
fn files_and_lines_on_lists_are_forgotten_when_asked() {
    let (place, sheet, person) = register(LIST);
    let (erased, done) = erase(&place, &person, &["--forget-files", "--forget-lists"]);
    assert_eq!(erased["sheets"], json!([{"sheet": sheet, "is": "forgotten"}]));
    assert_eq!(done["sheets"], erased["sheets"]);
    assert_eq!(
        (&erased["lists"][0]["kind"], &erased["lists_forgotten"]),
        (&json!("asn"), &json!(true))
    );
    let back = place.run(&["sheet", "return", &sheet, "--out", "kembali.xlsx"]);
    assert_eq!(back.code, 7, "{back:?}");
    assert!(back.err.contains("dihapus sesuai aturan"), "{back:?}");
    // What was decided stays, and the log proves itself.
    assert_eq!(place.json(&["sheet", "show", &sheet]).1["outcomes"]["ACCEPTED"], 2);
    place.well(&["audit", "verify"]);
    // The number comes again and no list speaks against it.
    let again = place.file("lagi.csv", LIST.replace("nelayan", "petani"));
    let (_, receipt) = place.import(&again);
    assert_eq!(receipt["outcomes"]["ACCEPTED"], 1, "{receipt}");
}

#[test]
fn what_stays_says_why() {
    let (place, sheet, person) = register(LAME);
    let ran = place.run(&["person", "erase", &person, "--reason", WHY, "--forget-files"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.out.contains("dikembalikan ke desa"), "{ran:?}");
    assert!(ran.out.contains("Tetap ada di daftar rujukan asn"), "{ran:?}");
    let forget = ["sheet", "forget", &sheet, "--reason", WHY];
    assert_eq!(place.run(&forget).code, 7, "rows of it are to come back");
    place.well(&["sheet", "undo", &sheet]);
    place.well(&forget);
    place.well(&forget);
    let (_, acts) = place.json(&["audit", "list", "--act", "sheet-forgotten"]);
    assert!(acts.to_string().contains("sheet-forgotten"), "{acts}");
}
