//! `payung plan`, `payung movement` and `payung annex` as others call them. Everybody is invented.

use serde_json::Value;

use crate::program::Place;

fn ask(place: &Place, words: &[&str]) -> Value {
    let (code, answer) = place.json(words);
    assert_eq!(code, 0, "{words:?}: {answer}");
    answer
}

#[test]
fn a_plan_without_a_register_comes_to_the_figures_of_the_report() {
    let place = Place::new();
    let budget = ["--budget", "1650000000"];
    let paser = ["plan", "--workers", "32268", "--from", "2022-10", "--months", "3"];
    let answer = ask(&place, &[&paser[..], &budget[..]].concat());
    let scenario = &answer["scenarios"][0];
    assert_eq!(scenario["total_rupiah"], 1_626_307_200_i64, "{answer}");
    assert_eq!(answer["affords"]["months"]["months_max"], 3);
    assert_eq!(answer["affords"]["months"]["leftover_rupiah"], 23_692_800);
    for line in scenario["lines"].as_array().expect("lines") {
        for field in ["rule", "article", "status"] {
            assert!(line[field].as_str().is_some_and(|text| !text.is_empty()), "{line}");
        }
    }
    let words = [&paser[..], &["--rka", "keluaran"][..]].concat();
    place.well(&words);
    for name in ["rka.xlsx", "rka.pdf"] {
        assert!(place.path().join("keluaran").join(name).exists(), "{name}");
    }
}

#[test]
fn scenarios_stand_side_by_side_and_a_gap_is_told() {
    let place = Place::new();
    let answer = ask(
        &place,
        &[
            "plan",
            "--workers",
            "10",
            "--from",
            "2026-01",
            "--scenario",
            "name=Tiga;from=2026-01;schemes=jkk+jkm+jht",
            "--scenario",
            "name=Tahap;spans=2026-01..2026-06,2027-01..2027-12",
        ],
    );
    let scenarios = answer["scenarios"].as_array().expect("scenarios");
    let totals: Vec<i64> =
        scenarios.iter().filter_map(|one| one["total_rupiah"].as_i64()).collect();
    // 10 × 16,800 × 12; 10 × 36,800 × 12; 10 × 16,800 × 18.
    assert_eq!(totals, [2_016_000, 4_416_000, 3_024_000]);
    assert_eq!(scenarios[2]["heirs"][1]["loss_rupiah"], 42_000_000);
    assert_eq!(scenarios[2]["heirs"][1]["deaths"], 1);
    let five: Vec<&str> = ["--scenario", "from=2026-01"].repeat(5);
    let (code, answer) =
        place.json(&[&["plan", "--workers", "1", "--from", "2026-01"], &five[..]].concat());
    assert_eq!((code, &answer["error"]["code"]), (7, &Value::from("TOO_MANY_SCENARIOS")));
    let (code, _) = place.json(&["plan", "--workers", "1"]);
    assert_eq!(code, 2);
}

#[test]
fn a_path_says_people_and_cost_of_every_year() {
    let place = Place::new();
    let answer = ask(
        &place,
        &[
            "plan",
            "--workers",
            "8460",
            "--from",
            "2018-02",
            "--goal",
            "45000",
            "--goal-source",
            "angka rekaan",
            "--apbd",
            "1000000000000",
            "--apbd-source",
            "angka rekaan",
        ],
    );
    assert_eq!(answer["total_rupiah"], 26_801_712_000_i64, "{answer}");
    assert_eq!(answer["years"][4]["apbd_share_ppm"], 9_072);
}

#[test]
fn a_change_waits_for_another_and_goes_into_the_next_annex() {
    let place = Place::set_up();
    let list = "NIK,Nama,Tgl Lahir,L/P,Pekerjaan\r\n\
        6401041708620001,Rekaan Satu,17-08-1962,L,nelayan\r\n\
        6401041203800003,Rekaan Tiga,12-03-1980,L,petani\r\n";
    let file = place.file("daftar.csv", list);
    place.import(&file);
    place.well(&["propose", "--programme", "coba", "--as", "ani"]);
    place.well(&["approve", "--programme", "coba", "--as", "budi"]);
    place.file("sk.csv", "NIK,Nama\r\n6401041708620001,Rekaan Satu\r\n");
    let propose = [
        "movement",
        "propose",
        "--programme",
        "coba",
        "--from",
        "2022-11",
        "--reason",
        "asn-appointed",
        "--file",
        "sk.csv",
        "--as",
        "ani",
    ];
    let (code, change) = place.json(&propose);
    assert_eq!((code, &change["left"], &change["joined"]), (4, &1.into(), &0.into()), "{change}");
    let id = change["movement"].as_str().expect("an identifier").to_owned();
    let (own, _) = place.json(&["movement", "approve", &id, "--as", "ani"]);
    assert_eq!(own, 4);
    let approved = ask(&place, &["movement", "approve", &id, "--as", "budi"]);
    assert_eq!(approved["state"], "approved");
    let annex = ask(&place, &["annex", "amend", "--programme", "coba", "--as", "ani"]);
    assert_eq!((&annex["number"], &annex["removed"]), (&2.into(), &1.into()));
    place.well(&["annex", "print", "--programme", "coba", "--number", "1", "--out", "satu"]);
    place.well(&["annex", "--programme", "coba", "--out", "dua"]);
    assert!(place.path().join("satu/lampiran-coba.pdf").exists());
    assert!(place.path().join("dua/lampiran-coba-2.pdf").exists());
    let listed = place.well(&["annex", "list", "--programme", "coba"]);
    assert!(listed.out.contains("Perubahan"), "{listed:?}");
    let free = place.well(&["movement", "list", "--programme", "coba"]);
    assert!(free.out.contains("1 tempat kosong"), "{free:?}");
}
