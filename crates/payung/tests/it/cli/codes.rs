//! Exit codes, and what a refused command leaves untouched.

use testkit::state::State;

use crate::program::{LIST_FLAGS, Place};

const LIST: &str = "NIK,Nama,Tgl Lahir,L/P,Pekerjaan\r\n\
    6401041708620001,Rekaan Satu,17-08-1962,L,nelayan\r\n\
    6401045708700002,Rekaan Dua,17-08-1970,P,petani\r\n";

fn check(place: &Place, words: &str, expect: i32) {
    let ran = place.run(&words.split_whitespace().collect::<Vec<&str>>());
    assert_eq!(ran.code, expect, "payung {words}: {ran:?}");
    if expect != 0 {
        // A refused command says so on standard error, a refused file in the report.
        let said = ran.err + &ran.out;
        assert!(said.split_whitespace().count() > 5, "payung {words} says why: {said}");
        assert!(!said.contains("error-"), "payung {words} has a sentence: {said}");
    }
}

#[test]
fn refusals_end_with_their_code() {
    let place = Place::set_up();
    place.file("daftar.csv", LIST);
    for (words, expect) in [
        ("import daftar.csv", 2),
        ("bill draft --programme coba --month Oktober", 2),
        (
            "programme add lagi --name L --fund dana --territory Paser --from 2022-10 --to 2022-12",
            2,
        ),
        ("programme show tidak-ada", 5),
        ("import daftar.csv --programme coba --from tidak-ada", 5),
        ("sheet show 0192b1c8-7a00-7000-8000-000000000000", 5),
        ("fund add dana --kind apbd-p --ceiling 1", 6),
        ("user add ani --role treasurer", 6),
        ("propose --programme coba --as citra", 7),
        ("propose --programme coba --as ani", 7),
        ("cards issue --programme coba", 7),
        ("import tidak-ada.csv --programme coba --from desa", 10),
        ("check tidak-ada.csv", 7),
    ] {
        check(&place, words, expect);
    }
    assert!(place.sheets().is_empty());
}

#[test]
fn the_same_record_again_is_no_change() {
    let place = Place::set_up();
    check(&place, "fund add dana --kind apbd-p --ceiling 100000000", 0);
    check(&place, "user add ani --role officer", 0);
    check(&place, "org add desa --name Rekaan --territory 64.01.04.2011", 0);
}

#[test]
fn nobody_approves_an_own_list() {
    let place = Place::set_up();
    let file = place.file("daftar.csv", LIST);
    assert_eq!(place.import(&file).0, 0);
    check(&place, "user add dewi --role officer", 0);
    check(&place, "approve --programme coba --as budi", 5);
    check(&place, "propose --programme coba --as dewi", 0);
    // The one who made it may not, and neither may one who never approves.
    check(&place, "approve --programme coba --as dewi", 4);
    check(&place, "approve --programme coba --as operator", 4);
    let none = place.json(&["coverage", "--by", "programme", "--programme", "coba"]);
    assert_eq!(none.0, 0);
    check(&place, "approve --programme coba --as budi", 0);
    check(&place, "approve --programme coba --as budi", 0);
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = Place::set_up();
    let file = place.file("daftar.csv", LIST);
    let before = State::of(&place.office()).expect("readable");
    let (code, document) = place.json(&[&["import", "--dry-run", &file], &LIST_FLAGS[..]].concat());
    assert_eq!(code, 0, "{document}");
    assert_eq!(document["files"][0]["outcomes"]["ACCEPTED"], 2);
    let after = State::of(&place.office()).expect("readable");
    assert_eq!(before.difference(&after), None);
    assert_eq!(place.import(&file).1["outcomes"]["ACCEPTED"], 2, "the real run says the same");
}
