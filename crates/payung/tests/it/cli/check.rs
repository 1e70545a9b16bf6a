//! `payung check`: its document, its rows, its verdicts.

use serde_json::Value;

use crate::program::Place;

/// One good row, one to confirm, one to mend; all three are invented.
const LIST: &str = "NIK,Nama,Tgl Lahir,L/P,Pekerjaan,Catatan\r\n\
    6401041708620001,Rekaan Satu,17-08-1962,L,nelayan,\r\n\
    64010457O8700002,Rekaan Dua,17-08-1970,P,petani,\r\n\
    640104170862000,Rekaan Tiga,17/08/1962,L,petani,\r\n";
const FLAGS: [&str; 4] = ["--territory", "64.01.04.2011", "--on", "2022-10-01"];
const FIELDS: [&str; 17] = [
    "nik",
    "no_kk",
    "name",
    "birth_place",
    "birth_date",
    "birth_place_date",
    "sex",
    "address",
    "rt",
    "rw",
    "village",
    "district",
    "occupation",
    "phone",
    "mother_name",
    "income",
    "note",
];

fn check(place: &Place, file: &str) -> (i32, Value) {
    place.json(&[&["check", file], &FLAGS[..]].concat())
}

#[test]
fn the_document_has_the_agreed_shape() {
    let place = Place::new();
    let file = place.file("daftar.csv", LIST);
    let (code, document) = check(&place, &file);
    assert_eq!(code, 3, "{document}");
    let counts = ["rows", "rows_ok", "rows_warning", "rows_error"].map(|key| &document[key]);
    assert_eq!(counts, [3, 1, 1, 1], "{document}");
    let problems = document["problems"].as_object().expect("codes and counts");
    assert_eq!(problems["NIK_LETTERS_READ_AS_DIGITS"], 1);
    assert!(problems.values().all(Value::is_u64));
    let found = &document["files"][0];
    assert_eq!((&found["path"], &found["verdict"]), (&file.into(), &"read".into()));
    assert!(found.get("reason").is_none());
    let table = &found["tables"][0];
    assert!(table["sheet"].is_string());
    assert_eq!((&table["first_row"], &table["rows"]), (&2.into(), &3.into()));
    let columns = table["columns"].as_array().expect("columns");
    let column = |at: usize| {
        let column = &columns[at];
        assert!(column["confidence"].is_string(), "{column}");
        (column["header"].as_str().expect("a header"), column["field"].as_str())
    };
    assert_eq!(column(0), ("NIK", Some("nik")));
    assert_eq!(column(3), ("L/P", Some("sex")));
    let known = |column: &Value| column["field"].as_str().is_none_or(|name| FIELDS.contains(&name));
    assert!(columns.iter().all(known), "{columns:?}");
}

#[test]
fn rows_are_one_document_a_line() {
    let place = Place::new();
    let file = place.file("daftar.csv", LIST);
    let ran = place.run(&[&["check", "--rows", &file], &FLAGS[..]].concat());
    assert_eq!(ran.code, 3, "{ran:?}");
    let rows: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).expect("a document")).collect();
    let places: Vec<&Value> = rows.iter().map(|row| &row["row"]).collect();
    assert_eq!(places, [2, 3, 4]);
    for row in &rows {
        assert!(row["file"] == *file && row["sheet"].is_string(), "{row}");
        let values = row["values"].as_object().expect("values by field");
        assert!(values.keys().all(|name| FIELDS.contains(&name.as_str())), "{values:?}");
    }
    assert_eq!(rows[0]["problems"], Value::Array(Vec::new()));
    assert_eq!(rows[0]["values"]["birth_date"], "1962-08-17");
    assert_eq!(rows[1]["values"]["nik"], "6401045708700002");
    let problem = &rows[1]["problems"][0];
    let told = ["code", "severity", "field", "cell"].map(|key| problem[key].as_str());
    let expected = ["NIK_LETTERS_READ_AS_DIGITS", "warning", "nik", "A3"];
    assert_eq!(told, expected.map(Some));
}

#[test]
fn a_good_file_ends_with_0_and_a_refused_one_with_7() {
    let place = Place::new();
    let good: String = LIST.lines().take(2).flat_map(|line| [line, "\r\n"]).collect();
    let good = place.file("baik.csv", good);
    assert_eq!(check(&place, &good).0, 0);
    let empty = place.file("kosong.xlsx", "");
    let (code, document) = place.json(&[&["check", &good, &empty], &FLAGS[..]].concat());
    assert_eq!(code, 7, "{document}");
    assert_eq!(document["rows"], 1, "the other file is still read");
    let refused = &document["files"][1];
    assert_eq!((&refused["verdict"], &refused["path"]), (&"refused".into(), &empty.into()));
    let reason = refused["reason"].as_str().expect("a sentence");
    assert!(reason.ends_with('.') && reason.split(' ').count() > 3, "{reason}");
    assert!(!place.data().exists(), "checking touches nothing");
}
