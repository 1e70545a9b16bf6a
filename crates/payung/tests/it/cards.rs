//! Cards of a village on paper, scanned again as a phone or an office scanner would: every square
//! code is genuine. Everybody is invented. More of it is in crates/documents/tests/cards.rs.
//!
//! pdftoppm and zbarimg are programs of Debian (`cargo xtask ci setup`); where they are not
//! installed the test says so and looks at nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::program::Place;

/// Dots to the inch of a cheap scanner.
const DPI: &str = "200";

fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn files_of(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|found| found == ending)).collect();
    paths.sort();
    paths
}

/// What zbar reads off every page of the PDFs in a folder.
fn scanned(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for pdf in files_of(folder, "pdf") {
        let raster = folder.join("raster");
        std::fs::create_dir_all(&raster).expect("a folder");
        let page = raster.join("page");
        let ran = Command::new("pdftoppm").args(["-r", DPI, "-gray"]).arg(&pdf).arg(&page).status();
        assert!(ran.expect("pdftoppm starts").success());
        for picture in files_of(&raster, "pgm") {
            let out = Command::new("zbarimg")
                .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
                .arg(&picture)
                .output()
                .expect("zbarimg starts");
            let text = String::from_utf8(out.stdout).expect("a code of ours is ASCII");
            found.extend(text.lines().map(str::to_owned));
        }
        std::fs::remove_dir_all(&raster).expect("ours");
    }
    found
}

#[test]
fn printed_cards_are_read_off_a_raster_and_are_genuine() {
    if !exists("pdftoppm") || !exists("zbarimg") {
        println!("poppler-utils or zbar-tools is not installed: nothing is scanned");
        return;
    }
    let place = Place::new();
    let (code, report) = place.json(&["demo", "--villages", "1"]);
    assert_eq!(code, 0, "{report}");
    let cards = report["cards"].as_u64().expect("a count") as usize;
    let folder = place.path().join("lembar");
    let out = folder.to_str().expect("a path");
    let words = ["cards", "print", "--programme", "rentan-2022", "--per", "district", "--out", out];
    let (code, printed) = place.json(&words);
    assert_eq!((code, printed["cards"].as_u64()), (0, Some(cards as u64)));
    let found: BTreeSet<String> = scanned(&folder).into_iter().collect();
    assert_eq!(found.len(), cards, "every card");
    let office = place.office();
    for text in &found {
        let answer = office.check_card(text).expect("an answer");
        assert_eq!(answer.verdict.name(), "genuine", "{text}");
    }
}

#[test]
fn a_card_is_checked_ended_and_made_anew_from_the_command_line() {
    let place = Place::new();
    assert_eq!(place.json(&["demo", "--villages", "1"]).0, 0);
    let listed = |name: &str| -> Vec<Value> {
        let words = ["cards", "list", "--programme", "rentan-2022", "--name", name];
        let (code, listed) = place.json(&words);
        assert_eq!(code, 0);
        listed["cards"].as_array().expect("a list").clone()
    };
    let first = listed("")[0].clone();
    let number = first["number"].as_str().expect("a number").to_owned();
    let name = first["name"].as_str().expect("a name").to_lowercase();
    assert!(listed(&name).contains(&first) && listed("tidak bernama begitu").is_empty());
    let verdict = |card: &str| -> (i32, Value) { place.json(&["cards", "verify", card]) };
    let (code, answer) = verdict(&number);
    // Genuine, and over: the village was paid for in 2022.
    assert_eq!((code, &answer["verdict"]), (7, &"expired".into()));
    assert_eq!(answer["name"], Value::Null, "a number alone names nobody");
    let file = place.path().join("surat.pdf");
    let out = file.to_str().expect("a path");
    let words =
        ["cards", "reprint", &number, "--cause", "damaged", "--reason", "basah", "--out", out];
    let (code, new) = place.json(&words);
    assert_eq!((code, &new["copy"]), (0, &2.into()), "{new}");
    assert!(std::fs::read(&file).expect("written").starts_with(b"%PDF"));
    assert_eq!(verdict(&number).1["verdict"], "revoked");
    let number = new["number"].as_str().expect("a number").to_owned();
    assert_eq!(verdict(&number).1["verdict"], "expired");
    let revoke =
        ["cards", "revoke", &number, "--cause", "misused", "--reason", "dipakai orang lain"];
    assert_eq!(place.json(&revoke).1["changed"], true);
    assert_eq!(place.json(&revoke).1["changed"], false);
    assert_eq!(verdict(&number).1["verdict"], "revoked");
    assert_eq!(verdict("0000-0000-0000-132").0, 8);
    let folder = place.path().join("umum");
    let (code, published) =
        place.json(&["cards", "publish", "--out", folder.to_str().expect("a path")]);
    assert_eq!((code, &published["years"]), (0, &serde_json::json!([2022])));
    assert!(folder.join("kunci.json").is_file() && folder.join("dicabut/2022").is_file());
    let poster = place.path().join("poster.pdf");
    let address = "https://payung.contoh.go.id/periksa-kartu";
    let out = poster.to_str().expect("a path");
    assert_eq!(place.json(&["cards", "poster", "--address", address, "--out", out]).0, 0);
    assert!(poster.is_file());
}
