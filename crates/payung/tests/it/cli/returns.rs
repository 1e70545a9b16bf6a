//! A list goes back to its village and comes home mended.

use serde_json::{Value, json};
use testkit::sheets;

use crate::program::{LIST_FLAGS, Place};

/// Two good rows around one whose NIK lacks a digit; a column of cells that look like formulas.
const LIST: &str = "NIK,Nama,Tgl Lahir,L/P,Alamat,Pekerjaan\r\n\
    6401041708620001,Rekaan Satu,17-08-1962,L,=cmd|' /C calc'!A0,nelayan\r\n\
    640104570870002,Rekaan Dua,17-08-1970,P,@SUM(1+1),petani\r\n\
    6401041203800003,Rekaan Tiga,12-03-1980,L,-2+3,petani\r\n";
const NIK: usize = 0;
/// The row key stands in the last column, after the sentences.
const KEY: usize = 7;

/// A register that received the list, the list's identifier, and the list as it goes back.
fn returned() -> (Place, String, Vec<Vec<String>>) {
    let place = Place::set_up();
    let file = place.file("daftar.csv", LIST);
    let (code, receipt) = place.import(&file);
    assert_eq!(code, 3, "{receipt}");
    assert_eq!(receipt["outcomes"], json!({"ACCEPTED": 2, "NEEDS_FIX": 1, "NOT_A_PERSON": 1}));
    let sheet = receipt["sheet"].as_str().expect("an identifier").to_owned();
    place.well(&["sheet", "return", &sheet, "--out", "kembali.xlsx"]);
    let bytes = std::fs::read(place.path().join("kembali.xlsx")).expect("it was written");
    assert_eq!(sheets::formulas(&bytes), 0, "what looks like a formula stays a text");
    let rows = sheets::cells(&bytes);
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[1][4], "=cmd|' /C calc'!A0");
    assert!(rows[0][KEY - 1].contains("diperbaiki"), "{:?}", rows[0]);
    (place, sheet, rows)
}

fn send(place: &Place, name: &str, rows: &[Vec<String>]) -> (i32, Value) {
    let file = place.file(name, sheets::xlsx(rows));
    place.import(&file)
}

fn people(place: &Place) -> u64 {
    place.office().people_count().expect("readable")
}

#[test]
fn one_mended_row_is_merged_and_no_other() {
    let (place, first, mut rows) = returned();
    assert!(rows[2][KEY - 1].len() > 20 && rows[1][KEY - 1].is_empty(), "{rows:?}");
    "6401045708700002".clone_into(&mut rows[2][NIK]);
    let (code, receipt) = send(&place, "betul.xlsx", &rows);
    assert_eq!((code, people(&place)), (0, 3), "{receipt}");
    assert_eq!(receipt["outcomes"], json!({"ACCEPTED": 1, "NOT_A_PERSON": 1, "UNCHANGED": 2}));
    assert_eq!(receipt["merged"], 1);
    // The earlier file still shows what it came to.
    let shown = place.json(&["sheet", "show", &first]).1;
    assert_eq!(shown["outcomes"]["NEEDS_FIX"], 1, "{shown}");
    let again = place.run(&[&["import", "betul.xlsx"], &LIST_FLAGS[..]].concat());
    assert!(again.out.contains("tidak ada yang berubah"), "{again:?}");
    assert!(again.out.contains("1 baris menggantikan"), "{again:?}");
}

#[test]
fn rows_find_home_in_any_order() {
    let (place, _, mut rows) = returned();
    "6401045708700002".clone_into(&mut rows[2][NIK]);
    rows[1..].reverse();
    let (code, receipt) = send(&place, "urut.xlsx", &rows);
    assert_eq!((code, people(&place)), (0, 3), "{receipt}");
    assert_eq!(receipt["outcomes"]["UNCHANGED"], 2);
    assert_eq!(receipt["merged"], 1);
}

#[test]
fn an_untouched_return_changes_nothing() {
    let (place, _, rows) = returned();
    let (code, receipt) = send(&place, "sama.xlsx", &rows);
    assert_eq!((code, people(&place)), (0, 2), "{receipt}");
    assert_eq!(receipt["outcomes"], json!({"NOT_A_PERSON": 1, "UNCHANGED": 3}));
    assert_eq!(receipt["merged"], 0);
}

#[test]
fn the_same_bytes_are_one_file() {
    let (place, _, _) = returned();
    let copy = place.file("salinan.csv", LIST);
    let (code, receipt) = place.import(&copy);
    assert_eq!((code, &receipt["verdict"]), (3, &"already_received".into()), "{receipt}");
    assert_eq!(place.sheets().len(), 1);
}

#[test]
fn an_edited_key_is_explained() {
    let (place, _, mut rows) = returned();
    "6401045708700002".clone_into(&mut rows[2][NIK]);
    "KUNCI-SALAH".clone_into(&mut rows[2][KEY]);
    let file = place.file("kunci.xlsx", sheets::xlsx(&rows));
    let ran = place.run(&[&["import", &file], &LIST_FLAGS[..]].concat());
    assert!(ran.out.contains("ROW_KEY_UNKNOWN"), "{ran:?}");
    assert!(ran.out.contains("Kunci baris ini berubah"), "{ran:?}");
    assert!(!ran.out.contains("menggantikan"), "nothing is replaced: {ran:?}");
}

#[test]
fn no_export_holds_a_formula() {
    let (place, _, _) = returned();
    place.well(&["propose", "--programme", "coba", "--as", "ani"]);
    place.well(&["annex", "--programme", "coba", "--out", "lampiran"]);
    let bytes = std::fs::read(place.path().join("lampiran/lampiran-coba.xlsx")).expect("written");
    assert_eq!(sheets::formulas(&bytes), 0);
    let annex = sheets::cells(&bytes);
    assert!(annex.iter().flatten().any(|cell| cell == "=cmd|' /C calc'!A0"), "{annex:?}");
    place.run(&["check", "daftar.csv", "--return", "cek.xlsx"]);
    let bytes = std::fs::read(place.path().join("cek.xlsx")).expect("written");
    assert_eq!(sheets::formulas(&bytes), 0);
}
