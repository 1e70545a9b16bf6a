//! A large import by commands: put forward, shown, approved by somebody else, taken in.

use crate::program::Place;

const LIST: &str = "NIK,Nama,Tgl Lahir,L/P,Pekerjaan\r\n\
    6401041708620001,Rekaan Satu,17-08-1962,L,nelayan\r\n\
    6401045708700002,Rekaan Dua,17-08-1970,P,petani\r\n";

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// Limits put forward by one and approved by another.
fn set_by_two(place: &Place, limits: &str) {
    let (code, waits) = place.json(&["setting", "set", "import-limits", limits]);
    assert_eq!((code, &waits["changed"]), (4, &false.into()), "{waits}");
    let of = |name: &str| waits[name].as_str().expect("a text").to_owned();
    let (task, hash) = (of("task"), of("hash"));
    let approve = ["task", "approve", &task, "--hash", &hash];
    assert_eq!(place.run(&approve).code, 4, "whoever put it forward is no other");
    assert_ne!(place.json(&["setting", "list"]).1["import-limits"], limits);
    place.well(&[&approve[..], &["--as", "budi"]].concat());
    assert_eq!(place.json(&["setting", "list"]).1["import-limits"], limits);
    let again = place.json(&["setting", "set", "import-limits", limits]);
    assert_eq!(again.0, 0, "the same again is no change: {}", again.1);
}

fn people(place: &Place) -> u64 {
    place.office().people_count().expect("readable")
}

#[test]
fn a_large_import_waits_for_another_person() {
    let place = Place::set_up();
    set_by_two(&place, "2:1000000000");
    let file = place.file("daftar.csv", LIST);
    let (code, waits) = place.import(&file);
    assert_eq!((code, &waits["verdict"]), (4, &"waits_for_approval".into()), "{waits}");
    assert_eq!(waits["state"], "received");
    // 2 people × Rp16.800 × 3 months.
    assert_eq!((&waits["effect_rupiah"], people(&place)), (&100_800.into(), 0));
    let of = |name: &str| waits[name].as_str().expect("a text").to_owned();
    let (sheet, task, hash) = (of("sheet"), of("task"), of("hash"));
    let ran = place.run(&["sheet", "resume", &sheet]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.out.contains(&task) && ran.out.contains(&hash), "{ran:?}");
    let (_, shown) = place.json(&["task", "show", &task, "--as", "budi"]);
    assert_eq!((&shown["kind"], &shown["mine_to_decide"]), (&"import".into(), &true.into()));
    let ran = place.well(&["task", "show", &task, "--as", "budi"]);
    for told in ["Orang baru", "Rp100.800", "Pasal", &sheet] {
        assert!(ran.out.contains(told), "{told}: {ran:?}");
    }
    let approve = ["task", "approve", &task, "--hash", &hash];
    assert_eq!(place.run(&approve).code, 4, "the maker");
    assert_eq!(people(&place), 0);
    let (code, approved) = place.json(&[&approve[..], &["--as", "budi"]].concat());
    assert_eq!((code, &approved["state"]), (0, &"approved".into()), "{approved}");
    assert_eq!(approved["import"]["outcomes"]["ACCEPTED"], 2, "{approved}");
    assert_eq!(people(&place), 2);
    assert_eq!(place.json(&["sheet", "show", &sheet]).1["state"], "decided");
    assert_eq!(place.import(&file).1["verdict"], "already_received");
    place.well(&words("audit verify"));
}

#[test]
fn a_returned_import_stays_outside() {
    let place = Place::set_up();
    set_by_two(&place, "2:1000000000");
    let file = place.file("daftar.csv", LIST);
    let task = place.import(&file).1["task"].as_str().expect("a number").to_owned();
    let back = ["task", "return", &task, "--reason", "Bukti kurang", "--as", "budi"];
    place.well(&back);
    // Limits that are raised afterwards free nothing that was put forward.
    set_by_two(&place, "5000:1000000000");
    let (code, again) = place.import(&file);
    assert_eq!((code, &again["verdict"]), (4, &"waits_for_approval".into()), "{again}");
    assert_ne!(again["task"], task.as_str());
    assert_eq!(people(&place), 0);
    assert_eq!(place.run(&words("setting set import-limits banyak")).code, 2);
}
