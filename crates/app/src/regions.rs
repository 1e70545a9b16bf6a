//! The gazetteer of one province, made from the lists that are part of the program.
//!
//! Districts of all Indonesia are always there, because a NIK may come from anywhere; villages
//! only of the province at work, so that starting takes a few milliseconds.

use std::sync::OnceLock;

use base::region::GazetteerSources;
use base::{Gazetteer, RegionCode, Zone};
use domain::sipp::SippLocations;

/// Makes the table of provinces: each number with its list of villages.
macro_rules! villages {
    ($($province:literal),* $(,)?) => {
        /// The provinces, in order of codes, each with its list of villages.
        const VILLAGES: &[(u64, &str)] = &[$((
            $province,
            include_str!(concat!("../../../regions/villages/", $province, ".csv")),
        )),*];
    };
}

villages![
    11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51, 52, 53, 61, 62, 63, 64, 65,
    71, 72, 73, 74, 75, 76, 81, 82, 91, 92, 93, 94, 95, 96
];

/// One gazetteer per province and a last one, without villages, for codes of no province.
static GAZETTEERS: [OnceLock<Gazetteer>; VILLAGES.len() + 1] =
    [const { OnceLock::new() }; VILLAGES.len() + 1];

/// The gazetteer for work in this region; made on first use and kept.
pub fn gazetteer(regency: RegionCode) -> &'static Gazetteer {
    let province = regency.at_level(1).digits();
    let at = VILLAGES.iter().position(|(code, _)| *code == province);
    GAZETTEERS[at.unwrap_or(VILLAGES.len())].get_or_init(|| {
        let villages = at.map(|at| VILLAGES[at].1);
        Gazetteer::new(GazetteerSources {
            regions: include_str!("../../../regions/provinces_to_districts.csv"),
            villages: villages.as_slice(),
            legacy: include_str!("../../../regions/legacy.csv"),
            renamed: include_str!("../../../regions/renamed.csv"),
            vacated: include_str!("../../../regions/vacated.csv"),
        })
        .expect("the lists are part of the program and a test reads each of them")
    })
}

/// The clock of the province in which a region lies; that of the capital for a code of no province.
pub fn zone(region: RegionCode) -> Zone {
    let province = region.at_level(1).digits();
    let lines = include_str!("../../../regions/zones.csv").lines().skip(1);
    let mut zones = lines.filter_map(|line| line.split_once(','));
    let found = zones.find(|(code, _)| code.parse() == Ok(province));
    found.and_then(|(_, name)| Zone::parse(name)).unwrap_or_default()
}

/// Every province, by code.
pub(crate) fn provinces() -> impl Iterator<Item = RegionCode> {
    VILLAGES.iter().map(|(code, _)| RegionCode::from_digits(*code, 1))
}

/// The places of work of SIPP, whose codes are of an older edition; made on first use and kept.
pub fn sipp_locations() -> &'static SippLocations {
    static LOCATIONS: OnceLock<SippLocations> = OnceLock::new();
    LOCATIONS.get_or_init(|| {
        SippLocations::parse(include_str!("../../../regions/sipp_locations.csv"))
            .expect("the list is part of the program and a test reads it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> RegionCode {
        RegionCode::parse(text).expect("a code")
    }

    #[test]
    fn every_province_is_readable_and_whole() {
        let mut villages = 0;
        for (province, _) in VILLAGES {
            let province = RegionCode::from_digits(*province, 1);
            let gazetteer = gazetteer(province);
            assert!(gazetteer.name(province).is_some());
            let districts = gazetteer.children(province).flat_map(|r| gazetteer.children(r));
            villages += districts.map(|d| gazetteer.children(d).count()).sum::<usize>();
        }
        // 75,252 desa, 8,496 kelurahan and 14 desa adat, as in regions/README.md.
        assert_eq!(villages, 83_762);
    }

    #[test]
    fn every_province_has_a_clock() {
        let lines: Vec<&str> = include_str!("../../../regions/zones.csv").lines().skip(1).collect();
        let codes = lines.iter().map(|line| line.split_once(',').expect("two columns"));
        let codes: Vec<(u64, bool)> = codes
            .map(|(code, name)| (code.parse().expect("digits"), Zone::parse(name).is_some()))
            .collect();
        assert_eq!(codes, provinces().map(|it| (it.digits(), true)).collect::<Vec<_>>());
        // Kalimantan lies on two clocks since 1988: Pontianak with Jakarta, Paser with Makassar.
        for (region, expect) in [
            ("32.03", Zone::Wib),
            ("61.71", Zone::Wib),
            ("64.01.05.2001", Zone::Wita),
            ("51.71", Zone::Wita),
            ("94", Zone::Wit),
            ("99.01", Zone::Wib),
        ] {
            assert_eq!(zone(code(region)), expect, "{region}");
        }
    }

    #[test]
    fn villages_are_those_of_the_province_at_work() {
        let paser = gazetteer(code("64.01"));
        assert!(paser.name(code("64.01.04.2002")).is_some());
        assert_eq!(paser.name(code("35.15.16.2009")), None);
        assert_eq!(paser.name(code("35.15.16")), Some("Gedangan"));
        assert_eq!(gazetteer(code("99.01")).name(code("64.01")), Some("Kabupaten Paser"));
    }

    #[test]
    fn every_regency_has_one_code_of_sipp_and_old_codes_lead_there() {
        let legacy = include_str!("../../../regions/legacy.csv");
        let successor = |code: &str| {
            let found = legacy.lines().map(|line| line.split(',').collect::<Vec<_>>());
            let mut found = found.filter(|fields| fields[0] == code);
            found.next().and_then(|fields| fields.get(3).map(|code| (*code).to_owned()))
        };
        let all = sipp_locations().by_name();
        let (mut same, mut older) = (0, 0);
        for one in &all {
            let digits = format!("{}.{}", &one.code[..2], &one.code[2..]);
            let region = one.region.to_string();
            match digits == region {
                true => same += 1,
                false => {
                    assert_eq!(successor(&digits).as_deref(), Some(&*region), "{}", one.name);
                    older += 1;
                }
            }
        }
        assert_eq!((same, older), (488, 26));
        let codes = sipp_locations();
        assert_eq!(codes.code_of(code("64.01.05.2001")), Some("6401"));
        // Merauke was 91.01 and is 93.01.
        assert_eq!(codes.code_of(code("93.01.01")), Some("9101"));
        assert_eq!(codes.code_of(code("64")), None);
        let regencies: std::collections::HashSet<_> = all.iter().map(|one| one.region).collect();
        assert_eq!(regencies.len(), 514);
    }
}
