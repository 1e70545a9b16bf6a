//! Every page is looked at in a real browser: it stands in the lists of `browser/check.mjs`, or a
//! journey there comes by it, or it is named here with why nobody looks at it.

use axum::http::Method;

use crate::routes::table;

const WALK: &str = include_str!("../../browser/check.mjs");

/// The journeys, which stop at pages on their way.
const JOURNEYS: [(&str, &str); 8] = [
    ("check.mjs", WALK),
    ("journey.mjs", include_str!("../../browser/journey.mjs")),
    ("hostile.mjs", include_str!("../../browser/hostile.mjs")),
    ("doors.mjs", include_str!("../../browser/doors.mjs")),
    ("serah.mjs", include_str!("../../browser/serah.mjs")),
    ("lapangan.mjs", include_str!("../../browser/lapangan.mjs")),
    ("looking.mjs", include_str!("../../browser/looking.mjs")),
    ("uang.mjs", include_str!("../../browser/uang.mjs")),
];

/// Pages that a journey comes by: which, and the words of the journey that lead to it.
const ON_THE_WAY: &[(&str, &str, &str)] = &[
    ("/agen/lapangan/{id}", "lapangan.mjs", "${place.base}/agen/lapangan/${rows"),
    ("/bank/rekonsiliasi/{month}", "uang.mjs", "/bank/rekonsiliasi/2023-01"),
    ("/dasbor/laporan/{id}", "uang.mjs", "/dasbor/laporan/baru"),
    ("/huruf", "check.mjs", "a[href^='/huruf']"),
    ("/impor/{id}/akibat", "journey.mjs", "${file}/akibat"),
    ("/impor/{id}/ganda", "hostile.mjs", "\"ganda\""),
    ("/impor/{id}/kolom", "hostile.mjs", "\"kolom\""),
    ("/impor/{id}/perbaiki", "journey.mjs", "${file}/perbaiki"),
    ("/impor/{id}/periksa", "journey.mjs", "${file}/periksa"),
    ("/impor/{id}/periksa/{row}", "journey.mjs", "goto(place.base + row)"),
    ("/impor/{id}/sumber/{row}", "journey.mjs", "/sumber/0-2"),
    ("/impor/{id}/tabel", "hostile.mjs", "\"tabel\""),
    ("/impor/{id}/tanda-terima", "journey.mjs", "${file}/tanda-terima"),
    ("/kartu/serah/{id}", "serah.mjs", "tbody a[href^='/kartu/serah/']"),
    ("/lapangan", "lapangan.mjs", "goto(`${wire.base}/lapangan`)"),
    ("/masuk/kode", "looking.mjs", "kode"),
    ("/tagihan/{code}/{month}/terbit", "uang.mjs", "${bill}/terbit"),
    ("/tugas/{id}", "uang.mjs", "at(approver, task)"),
];

/// Addresses at which nobody looks, and why.
const NOT_LOOKED_AT: &[(&str, &str)] = &[
    ("/bank/snap/selisih/{id}", "a bank has to tell something strange first"),
    ("/buku/akun/{code}", "the page of /buku/akun, by its account"),
    ("/buku/transaksi/{id}/balik", "only for a transfer that somebody wrote by hand"),
    ("/dasbor/laporan/{id}/pdf", "a file"),
    ("/health", "for a watchdog"),
    ("/kartu/dicabut/{year}", "a list for telephones"),
    ("/kartu/hari/{id}/luring", "data for a telephone"),
    ("/agen/lapangan/{id}/foto", "a picture"),
    ("/lampiran/{id}", "a file"),
    ("/lapangan/awal", "data for a telephone"),
    ("/lapangan/gawai/{id}", "data for a telephone"),
    ("/masuk/pengaman", "data for a passkey"),
    ("/masuk/penyedia", "leads to an identity provider"),
    ("/masuk/penyedia/keluar", "leads to an identity provider"),
    ("/masuk/penyedia/kembali", "leads on from an identity provider"),
    ("/metrics", "for a watchdog"),
    ("/mulai/{token}", "opens once, by a link that only its reader has"),
    ("/pekerjaan/{id}", "only while a job runs"),
    ("/penyedia-identitas/akhiri", "only while a provider is in force"),
    ("/perjanjian/{code}/cetak", "a file"),
    ("/perjanjian/{code}/naskah", "a file"),
    ("/perjanjian/{code}/pindaian", "a file"),
    ("/program/{code}/cocokkan", "the page of /sipp/cocokkan, by its programme"),
    ("/pulih/{token}", "opens once, by a link that only its reader has"),
    ("/rencana/rka/{kind}", "a file"),
    ("/sehat", "for a watchdog"),
    ("/sipp/balasan/{id}/{row}", "BPJS has to answer first"),
    ("/sipp/berkas/{id}", "a file"),
    ("/sipp/perbaikan/{id}", "a file"),
    ("/sosialisasi/acara/{code}/undangan", "a file"),
    ("/sosialisasi/bahan", "a file"),
    ("/tagihan/{code}/{month}/cetak/{paper}", "a file"),
];

/// The addresses of a list of the walk; where the first of a table is followed, the route that it
/// leads to.
fn walked(list: &str) -> Vec<&'static str> {
    let begin = format!("const {list} = [");
    let from = WALK.find(&begin).expect("the list is there") + begin.len();
    let list = &WALK[from..];
    let list = &list[..list.find("\n];").expect("it ends")];
    let texts = list.split(['"', '`']).skip(1).step_by(2);
    texts
        .filter(|text| text.starts_with('/'))
        .map(|text| text.split('?').next().unwrap_or(text))
        .collect()
}

/// How many parts of a route say exactly what an address says; none when it is another's.
fn fits(route: &str, address: &str) -> Option<usize> {
    let (route, address) = (route.split('/'), address.split('/'));
    if route.clone().count() != address.clone().count() {
        return None;
    }
    let mut exact = 0;
    for (wanted, given) in route.zip(address) {
        match wanted == given {
            true => exact += 1,
            false if wanted.starts_with('{') => {}
            false => return None,
        }
    }
    Some(exact)
}

/// Pages for people: no data, no file, nothing for programs alone.
fn pages() -> Vec<String> {
    let gets = table().into_iter().filter(|route| route.method == Method::GET);
    let paths = gets.map(|route| route.path);
    let is_page = |path: &String| {
        let last = path.rsplit('/').next().unwrap_or_default();
        !path.starts_with("/api/") && !last.contains('.')
    };
    paths.filter(is_page).collect()
}

#[test]
fn every_page_is_looked_at_in_a_browser() {
    let pages = pages();
    let mut looked_at: Vec<&str> = Vec::new();
    for address in [walked("PUBLIC"), walked("STAFF")].concat() {
        let fitting = pages.iter().filter_map(|page| Some((fits(page, address)?, page)));
        match fitting.max_by_key(|(exact, _)| *exact) {
            Some((_, page)) => looked_at.push(page),
            None => assert_eq!(address, "/tidak-ada", "the walk asks for what is no page"),
        }
    }
    for (page, journey, words) in ON_THE_WAY {
        let found = JOURNEYS.iter().find(|(name, _)| name == journey);
        let (_, text) = found.expect("a journey of the walk");
        assert!(text.contains(words), "{page}: {journey} says nothing of {words}");
        looked_at.push(page);
    }
    let excused: Vec<&str> = NOT_LOOKED_AT.iter().map(|(page, _)| *page).collect();
    let missing: Vec<&String> = pages
        .iter()
        .filter(|page| !looked_at.contains(&page.as_str()) && !excused.contains(&page.as_str()))
        .collect();
    assert!(missing.is_empty(), "add to check.mjs, or say why not: {missing:#?}");
    for page in excused.iter().chain(&looked_at) {
        assert!(pages.iter().any(|known| known == page), "{page} is no page any more");
    }
    for page in excused {
        assert!(!looked_at.contains(&page), "{page} is looked at: it needs no excuse");
    }
}
