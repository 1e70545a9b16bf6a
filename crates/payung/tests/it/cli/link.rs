//! `payung link` and `payung dedupe`: files in, pairs out, and why.

use crate::program::Place;

/// Three invented people.
const REGISTER: &str = "id,nik,nama,tanggal_lahir,jenis_kelamin,desa,nama_ibu\n\
    R1,6401010507920002,MUHAMMAD REKAAN,1992-07-05,L,SAMURANGAU,SITI RAHMAH\n\
    R2,6401014910550003,NORHAYATI,1955-10-09,P,BUSUI,MASLIAH\n\
    R3,6401011710000004,JAMALUDDIN RIZKI,2000-10-17,L,BATU KAJANG,ANTI TENRI\n";
/// One of them as a village types him, and somebody else.
const LIST: &str = "id,nik,nama,tanggal_lahir,jenis_kelamin,desa,nama_ibu\n\
    A,'6401010507920002,\"M. Rekaan, S.Pd\",05/07/1992,L,Ds. Samurangau,Siti Rahma\n\
    C,6401015203880001,Dewi Nabila,12/03/1988,P,Busui,Sari\n";

#[test]
fn pairs_are_written_with_their_chance() {
    let place = Place::new();
    let (register, list) = (place.file("register.csv", REGISTER), place.file("list.csv", LIST));
    let out = place.file("pairs.csv", "");
    let (code, document) = place.json(&["link", &register, &list, "--out", &out]);
    assert_eq!(code, 0, "{document}");
    let counts = ["left", "right", "pairs"].map(|key| document[key].as_u64());
    assert_eq!(counts, [Some(3), Some(2), Some(1)]);
    let pairs = std::fs::read_to_string(&out).expect("the pairs");
    let mut lines = pairs.lines();
    assert_eq!(lines.next(), Some("id_l,id_r,prob"));
    let chance = lines.next().and_then(|line| line.strip_prefix("R1,A,")).expect("the pair");
    assert!(chance.parse::<f64>().expect("a number") > 0.95);
    assert_eq!(lines.next(), None);
}

#[test]
fn the_reasons_add_up() {
    let place = Place::new();
    let (register, list) = (place.file("register.csv", REGISTER), place.file("list.csv", LIST));
    let (code, document) = place.json(&["link", &register, &list, "--explain", "R1", "A"]);
    assert_eq!(code, 0, "{document}");
    let fields = document["fields"].as_array().expect("fields");
    assert_eq!(fields[0]["field"], "nik");
    assert!(fields[0]["millibits"].as_i64() > Some(0));
    assert!(!document.to_string().contains("REKAAN"));
    let (code, document) = place.json(&["link", &register, &list, "--explain", "R1", "nobody"]);
    assert_eq!((code, &document["error"]["code"]), (5, &"LINK_ROW_UNKNOWN".into()));
}

#[test]
fn what_is_no_list_is_refused_in_words() {
    let place = Place::new();
    let file = place.file("list.csv", "kolom,lain\n1,2\n");
    let (code, document) = place.json(&["dedupe", &file]);
    assert_eq!((code, &document["error"]["code"]), (7, &"LIST_WITHOUT_COLUMNS".into()));
}
