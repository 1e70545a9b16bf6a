//! The gazetteer against the lists that ship, and against small lists that are wrong.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

const REGIONS: &str = include_str!("../../../../../regions/provinces_to_districts.csv");
const LEGACY: &str = include_str!("../../../../../regions/legacy.csv");
const RENAMED: &str = include_str!("../../../../../regions/renamed.csv");
const VACATED: &str = include_str!("../../../../../regions/vacated.csv");
const VILLAGES: &[&str] = &[
    include_str!("../../../../../regions/villages/11.csv"),
    include_str!("../../../../../regions/villages/12.csv"),
    include_str!("../../../../../regions/villages/15.csv"),
    include_str!("../../../../../regions/villages/35.csv"),
    include_str!("../../../../../regions/villages/64.csv"),
];

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
    let sources = GazetteerSources {
        regions: REGIONS,
        villages: VILLAGES,
        legacy: LEGACY,
        renamed: RENAMED,
        vacated: VACATED,
    };
    Gazetteer::new(sources).expect("the lists that ship are well formed")
});

fn code(text: &str) -> RegionCode {
    RegionCode::parse(text).expect("a code")
}

/// `expect` is a word and codes: "exact 64.01.05", "unknown".
fn check(within: &str, level: u8, typed: &str, expect: &str) {
    let found = match GAZETTEER.find(code(within), level, typed) {
        PlaceMatch::Exact(code) => format!("exact {code}"),
        PlaceMatch::Spelling(code) => format!("spelling {code}"),
        PlaceMatch::Former(code) => format!("former {code}"),
        PlaceMatch::Ambiguous(codes) => {
            codes.iter().fold("ambiguous".into(), |all, code| format!("{all} {code}"))
        }
        PlaceMatch::Unknown => "unknown".to_owned(),
    };
    assert_eq!(found, expect, "{typed} in {within}");
}

#[test]
fn the_lists_are_whole() {
    let count = |level: usize| GAZETTEER.levels[level - 1].len();
    assert_eq!((count(1), count(2), count(3)), (38, 514, 7_285));
    assert_eq!(GAZETTEER.children(code("64.01")).count(), 10);
    let villages = GAZETTEER.children(code("64.01")).map(|d| GAZETTEER.children(d).count());
    assert_eq!(villages.sum::<usize>(), 144);
    assert_eq!(GAZETTEER.name(code("64.01")), Some("Kabupaten Paser"));
    assert_eq!(GAZETTEER.name(code("12.07.28.1007")), Some("Lubuk Pakam I,II"));
    assert_eq!(GAZETTEER.name(code("64.99")), None);
    assert_eq!(GAZETTEER.children(code("64.01.01.2001")).count(), 0);
}

#[test]
fn listed_names_are_found_with_and_without_their_label() {
    let tanah_grogot = GAZETTEER
        .children(code("64.01"))
        .find(|district| GAZETTEER.name(*district) == Some("Tanah Grogot"))
        .expect("Paser has Tanah Grogot");
    let exact = format!("exact {tanah_grogot}");
    for typed in ["Tanah Grogot", "TANAH GROGOT", "Kec. Tanah Grogot", " kecamatan tanah  grogot"] {
        check("64.01", 3, typed, &exact);
    }
    check("64", 2, "Paser", "exact 64.01");
    check("64", 2, "KAB. PASER", "exact 64.01");
    check("64", 2, "Kota Paser", "spelling 64.01");
    check("32", 2, "Kab. Bogor", "exact 32.01");
    check("32", 2, "Kota Bogor", "exact 32.71");
    check("32", 2, "Bogor", "ambiguous 32.01 32.71");
    check("31", 2, "Jakarta Pusat", "exact 31.71");
    check("31", 2, "Kota Adm. Jakarta Pusat", "exact 31.71");
}

#[test]
fn names_are_found_inside_their_parent_only() {
    check("35.15", 3, "Gedangan", "exact 35.15.16");
    check("35.07", 3, "Kec. Gedangan", "exact 35.07.29");
    check("35", 3, "Gedangan", "ambiguous 35.07.29 35.15.16");
    check("64.01", 3, "Gedangan", "unknown");
    check("35.15.16", 4, "Desa Gedangan", "exact 35.15.16.2009");
    check("35.15.16.2009", 4, "Gedangan", "unknown");
    check("35.15", 2, "Sidoarjo", "unknown");
}

#[test]
fn other_spellings_are_found() {
    check("64.01", 3, "Tanahgrogot", "spelling 64.01.04");
    check("64.01", 3, "Tanah Grogod", "spelling 64.01.04");
    check("64.01", 3, "Tanha Grogot", "spelling 64.01.04");
    check("64.01", 3, "Koearo", "spelling 64.01.05");
    check("64.01", 3, "Batu Enjau", "spelling 64.01.09");
    check("64.01", 3, "Grogot", "unknown");
    check("35", 2, "Soerabaja", "spelling 35.78");
    check("11.01.02", 4, "Pulau Ie 1", "spelling 11.01.02.2005");
    check("11.01.02", 4, "Pulo Ie 1", "spelling 11.01.02.2005");
    check("11.01.02", 4, "Pulo Ie satu", "spelling 11.01.02.2005");
}

#[test]
fn telling_words_are_never_slips() {
    let sources = GazetteerSources {
        regions: "code,name\n64,A\n64.01,Kabupaten B\n64.01.01,C\n",
        villages: &["code,name\n64.01.01.2001,Kuaro Baru\n64.01.01.2002,Suka Lima\n\
                     64.01.01.2003,Blok 41\n64.01.01.2004,Rantau Panjang\n\
                     64.01.01.2005,Rantau Pinjang\n"],
        legacy: "",
        renamed: "",
        vacated: "",
    };
    let small = Gazetteer::new(sources).expect("well formed");
    let find = |typed: &str| small.find(code("64.01.01"), 4, typed);
    assert_eq!(find("Kuaro Barat"), PlaceMatch::Unknown);
    assert_eq!(find("Kuaro Bru"), PlaceMatch::Spelling(code("64.01.01.2001")));
    assert_eq!(find("Suka Tiga"), PlaceMatch::Unknown);
    assert_eq!(find("Suka V"), PlaceMatch::Spelling(code("64.01.01.2002")));
    assert_eq!(find("Blok 42"), PlaceMatch::Unknown);
    let both = vec![code("64.01.01.2004"), code("64.01.01.2005")];
    assert_eq!(find("Rantau Pnjang"), PlaceMatch::Ambiguous(both));
}

#[test]
fn a_label_tells_desa_from_kelurahan() {
    check("15.06.05", 4, "Merlung", "ambiguous 15.06.05.1007 15.06.05.2020");
    check("15.06.05", 4, "Kel. Merlung", "exact 15.06.05.1007");
    check("15.06.05", 4, "Ds. Merlung", "exact 15.06.05.2020");
}

#[test]
fn a_place_tells_its_earlier_names_and_codes() {
    let names: Vec<&str> = GAZETTEER.earlier_names(code("11.01.10")).collect();
    assert_eq!(names, ["Pasi Raja"]);
    let codes: Vec<RegionCode> = GAZETTEER.earlier_codes(code("93.01.02")).collect();
    assert_eq!(codes, [code("91.01.02")]);
    assert_eq!(GAZETTEER.earlier_codes(code("64.01")).count(), 0);
}

#[test]
fn former_names_are_known_as_such() {
    check("12.07", 3, "STM Hilir", "former 12.07.08");
    check("12", 2, "Toba Samosir", "former 12.12");
    check("11.01", 3, "Kec. Pasi Raja", "former 11.01.10");
}

#[test]
fn prefixes_tell_what_became_of_them() {
    let status = |text: &str| GAZETTEER.prefix_status(code(text));
    let successor = |text: &str| PrefixStatus::Legacy { successor: Some(code(text)) };
    assert_eq!(status("64.01.05"), PrefixStatus::Current);
    assert_eq!(status("91.01.02"), successor("93.01.02"));
    assert_eq!(status("91.13.36"), PrefixStatus::Legacy { successor: None });
    assert_eq!(status("91.01.99"), successor("93.01"));
    assert_eq!(status("64.73.01"), PrefixStatus::Vacated);
    assert_eq!(status("99.01.01"), PrefixStatus::Unknown);
}

#[test]
fn wrong_lists_are_refused_with_their_line() {
    let good = GazetteerSources {
        regions: "code,name\n64,Kalimantan Timur\n64.01,Kabupaten Paser\n64.01.01,Batu Sopang\n",
        villages: &[],
        legacy: "",
        renamed: "",
        vacated: "",
    };
    assert!(Gazetteer::new(good).is_ok());
    let refused = |sources: GazetteerSources<'_>| {
        Gazetteer::new(sources).err().map(|problem| (problem.file, problem.line))
    };
    for (regions, line) in [
        ("code,name\n64.01,Tanpa Provinsi\n", 2),
        ("code,name\n64,A\n63,B\n", 3),
        ("code,name\n64,A\n64,A\n", 3),
        ("code,name\n64\n", 2),
        ("code,name\n64,\n", 2),
        ("code,name\n64,A,B\n", 2),
        ("code,name\n64,\"A\n", 2),
        ("code,name\nenam,A\n", 2),
    ] {
        let sources = GazetteerSources { regions, ..good };
        assert_eq!(refused(sources), Some(("regions", line)), "{regions}");
    }
    let villages = &["code,name\n64.01.02.2001,Tanpa Kecamatan\n"][..];
    assert_eq!(refused(GazetteerSources { villages, ..good }), Some(("villages", 2)));
    let legacy = "old_code,old_name,last_edition,successor_code\n63.01,X,2022,63.02\n";
    assert_eq!(refused(GazetteerSources { legacy, ..good }), Some(("legacy", 2)));
    let renamed = "code,earlier_name,last_edition\n64.09,Lama,2022\n";
    assert_eq!(refused(GazetteerSources { renamed, ..good }), Some(("renamed", 2)));
    let vacated = "code,believed_name\n64.01.01,X\n";
    assert_eq!(refused(GazetteerSources { vacated, ..good }), Some(("vacated", 2)));
}

#[test]
fn a_numeral_without_its_space_is_no_slip() {
    let regency = RegionCode::from_digits(1608, 2);
    let of = |typed: &str| match GAZETTEER.find(regency, 3, typed) {
        PlaceMatch::Exact(code) | PlaceMatch::Spelling(code) => GAZETTEER.name(code),
        _ => None,
    };
    assert_eq!(of("BELITANG II"), Some("Belitang II"));
    assert_eq!(of("BELITANGII"), Some("Belitang II"));
    assert_eq!(of("Belitangiii"), Some("Belitang III"));
    assert_eq!(of("BELITANG"), Some("Belitang"));
}

fn places(level: usize) -> impl Strategy<Value = usize> {
    0..GAZETTEER.levels[level - 1].len()
}

proptest! {
    #[test]
    fn every_village_is_found_by_its_name(at in places(4)) {
        let village = &GAZETTEER.levels[3][at];
        let name = GAZETTEER.piece(village.name);
        let district = village.code.at_level(3);
        match GAZETTEER.find(district, 4, name) {
            PlaceMatch::Exact(found) => prop_assert_eq!(found, village.code),
            PlaceMatch::Ambiguous(all) => prop_assert!(all.contains(&village.code)),
            other => prop_assert!(false, "{} is {:?}", name, other),
        }
    }

    #[test]
    fn joined_words_find_their_district(at in places(3)) {
        let district = &GAZETTEER.levels[2][at];
        let joined = GAZETTEER.piece(district.name).replace(' ', "").to_uppercase();
        let all = match GAZETTEER.find(district.code.at_level(2), 3, &joined) {
            PlaceMatch::Exact(found) | PlaceMatch::Spelling(found) => vec![found],
            PlaceMatch::Former(_) => vec![district.code],
            PlaceMatch::Ambiguous(all) => all,
            // Once joined, a numeral or an abbreviation can no longer be told from letters.
            PlaceMatch::Unknown => {
                let letters = GAZETTEER.piece(district.plain).replace(' ', "");
                prop_assert_ne!(&letters, GAZETTEER.piece(district.loose), "{}", joined);
                vec![district.code]
            }
        };
        prop_assert!(all.contains(&district.code), "{} is {:?}", joined, all);
    }

    #[test]
    fn whatever_is_typed_stays_inside_its_parent(typed in "\\PC{0,40}", at in places(2)) {
        let regency = GAZETTEER.levels[1][at].code;
        let found = match GAZETTEER.find(regency, 3, &typed) {
            PlaceMatch::Exact(code) | PlaceMatch::Spelling(code) | PlaceMatch::Former(code) => {
                vec![code]
            }
            PlaceMatch::Ambiguous(codes) => codes,
            PlaceMatch::Unknown => vec![],
        };
        for code in found {
            prop_assert!(regency.contains(code) && code.level() == 3);
        }
    }

    #[test]
    fn any_lists_are_answered(regions in "(\\PC{0,12}\n){0,6}", other in "(\\PC{0,12}\n){0,6}") {
        let sources = GazetteerSources {
            regions: &regions,
            villages: &[&other],
            legacy: &other,
            renamed: &other,
            vacated: &other,
        };
        let _ = Gazetteer::new(sources);
    }
}
