//! What a village operator reaches by commands: files of their own village, and no sign of others.

use crate::program::Place;

const HERE: &str = "NIK,Nama,Tgl Lahir,L/P,Pekerjaan\r\n\
    6401041708620001,Rekaan Satu,17-08-1962,L,nelayan\r\n";
const THERE: &str = "NIK,Nama,Tgl Lahir,L/P,Pekerjaan\r\n\
    6401055708700002,Rekaan Dua,17-08-1970,P,petani\r\n";

/// A register with a file of one village, and `kades` who works for another.
fn neighbours() -> (Place, String) {
    let place = Place::set_up();
    for words in [
        "org add tetangga --name Tetangga --territory 64.01.05.2001",
        "user add kades --role agent",
        "user grant kades --role village-operator --territory 64.01.05.2001",
    ] {
        place.well(&words.split_whitespace().collect::<Vec<&str>>());
    }
    let file = place.file("sini.csv", HERE);
    let (code, receipt) = place.import(&file);
    assert_eq!(code, 0, "{receipt}");
    (place, receipt["sheet"].as_str().expect("an identifier").to_owned())
}

#[test]
fn a_file_of_another_village_is_not_there() {
    let (place, sheet) = neighbours();
    let before = place.sheets();
    for words in ["show", "resume", "undo", "return --out x.xlsx"] {
        let mut all = vec!["sheet"];
        all.extend(words.split(' '));
        all.insert(2, &sheet);
        let ran = place.run(&[&all[..], &["--as", "kades"]].concat());
        assert_eq!(ran.code, 5, "{words}: {ran:?}");
        let nowhere =
            place.run(&["sheet", "show", "0192b1c8-7a00-7000-8000-000000000000", "--as", "kades"]);
        assert_eq!(nowhere.code, 5, "as one that does not exist: {nowhere:?}");
    }
    let (code, listed) = place.json(&["sheet", "list", "--as", "kades"]);
    assert_eq!((code, listed), (0, serde_json::json!([])));
    let ran = place.run(&["sheet", "forget", &sheet, "--reason", "uji coba saja", "--as", "kades"]);
    assert_eq!(ran.code, 7, "{ran:?}");
    assert_eq!(place.sheets(), before, "nothing was changed");
}

#[test]
fn nobody_sends_for_another_village() {
    let (place, _) = neighbours();
    let as_kades = |file: &str, org: &str| {
        let words = ["import", file, "--programme", "coba", "--from", org, "--as", "kades"];
        place.run(&words).code
    };
    let there = place.file("sana.csv", THERE);
    assert_eq!(as_kades(&there, "desa"), 7);
    // Whose the same bytes are is not told.
    assert_eq!(as_kades("sini.csv", "tetangga"), 6);
    assert_eq!(as_kades(&there, "tetangga"), 0);
    let (_, listed) = place.json(&["sheet", "list", "--as", "kades"]);
    let own = listed[0]["id"].as_str().expect("an identifier");
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    place.well(&["sheet", "show", own, "--as", "kades"]);
    place.well(&["sheet", "undo", own, "--as", "kades"]);
}
