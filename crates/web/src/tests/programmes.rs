//! A programme laid down through pages and by a program: question by question, checked, recorded;
//! its terms laid down anew. Everybody here is invented.

use std::sync::Arc;

use app::access::{Operation, Role};
use axum::http::{StatusCode, header};
use serde_json::Value;

use super::api::{program, token};
use super::{filled, sign_in};
use crate::router;

/// What carries the answers of a whole new programme.
const WHOLE: &str = "isi=ya&kode=kader-2023&nama=Kader+rekaan&wilayah=64.01&dana=apbdp-2022\
&skema=jkk&skema=jkm&mulai=2023-01&sampai=2023-12&pekerjaan=kader_kesehatan&pekerjaan=bidan";

#[tokio::test(flavor = "multi_thread")]
async fn a_programme_is_laid_down_question_by_question() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_user(&keeper, "wulan", Role::Officer).expect("added");
    let pages = router(Arc::clone(&office));
    let mut maker = sign_in(&pages, &office, "wulan").await;
    let list = maker.get(&pages, "/program/baru").await;
    assert!(list.text.contains("belum dijawab") && !list.text.contains("/program/baru/periksa"));
    // An answer that is wrong is said at its field; nothing is lost.
    let wrong = "/program/baru/jaminan?isi=ya&kode=kader-2023&simpan=ya&skema=jkk&mulai=besok";
    let page = maker.get(&pages, wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["mulai", "sampai"] {
        assert!(page.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", page.text);
    }
    assert!(page.text.contains("value=\"kader-2023\""), "what was answered is carried along");
    // A segment is added to what was answered, and the list comes back.
    let segment = format!(
        "/program/baru/segmen?{WHOLE}&simpan=ya&seg-pekerjaan=bidan&seg-segmen=pu&seg-dasar=2.500.000"
    );
    let added = maker.get(&pages, &segment).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    let next = added.headers[header::LOCATION].to_str().expect("an address").to_owned();
    assert!(next.contains("segmen=bidan%3Apu%3A2500000"), "{next}");
    let list = maker.get(&pages, &next).await;
    assert!(list.text.contains("Rp2.500.000") && list.text.contains("/program/baru/periksa"));
    let check = next.replace("/program/baru?", "/program/baru/periksa?");
    let page = maker.get(&pages, &check).await;
    // 0.24 % and 0.30 % of 2,500,000 are 6,000 + 7,500; who earns no wage costs 16,800.
    assert!(page.text.contains("Rp13.500") && page.text.contains("Rp16.800"), "{}", page.text);
    let fields = [
        ("isi", "ya"),
        ("kode", "kader-2023"),
        ("nama", "Kader rekaan"),
        ("wilayah", "64.01"),
        ("dana", "apbdp-2022"),
        ("skema", "jkk"),
        ("skema", "jkm"),
        ("mulai", "2023-01"),
        ("sampai", "2023-12"),
        ("pekerjaan", "kader_kesehatan"),
        ("pekerjaan", "bidan"),
        ("segmen", "bidan:pu:2500000"),
        ("urutan", "elderly:60,name"),
    ];
    let done = maker.post(&pages, "/program/baru", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let programme = office.programme("kader-2023").expect("it is recorded");
    assert_eq!(programme.terms.groups.len(), 1);
    assert_eq!(programme.terms.priority.to_string(), "elderly:60,name");
    let page = maker.get(&pages, "/program/kader-2023?selesai=ketentuan").await;
    assert!(page.text.contains("Ketentuan program dicatat"), "{}", page.text);
    // The same code for something else is refused on the last page, with the answers kept.
    maker.get(&pages, "/program/baru/periksa").await;
    let mut other = fields;
    other[2] = ("nama", "Lain");
    let taken = maker.post(&pages, "/program/baru", &other).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.text.contains("Lain"), "{}", taken.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_are_laid_down_anew_with_a_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut browser = sign_in(&pages, &office, "operator").await;
    let base = format!("/program/{}/ketentuan", app::demo::PROGRAMME);
    let list = browser.get(&pages, &base).await;
    assert_eq!(list.status, StatusCode::OK);
    assert!(!list.text.contains("/jaminan"), "schemes and months are the programme's own");
    browser.get(&pages, &format!("{base}/periksa?isi=ya&tempat=500&desil=4")).await;
    let fields = [("isi", "ya"), ("tempat", "500"), ("desil", "4")];
    let unreasoned = browser.post(&pages, &base, &fields).await;
    assert_eq!(unreasoned.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unreasoned.text);
    assert!(unreasoned.text.contains("value=\"500\""), "what was answered is carried along");
    let reasoned = [&fields[..], &[("alasan", "Keputusan rapat anggaran rekaan")]].concat();
    let done = browser.post(&pages, &base, &reasoned).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let terms = office.programme(app::demo::PROGRAMME).expect("known").terms;
    assert_eq!((terms.quota, terms.decile), (Some(500), Some(4)));
    // A facility of no office, and a kind that is none, are refused on the last page.
    for (facilities, code) in [("kantor-lain", "kantor-lain"), ("dinkes-latihan:desa", "desa")] {
        let page = browser.get(&pages, &format!("{base}/periksa?isi=ya&faskes={facilities}")).await;
        assert!(page.text.contains("notice") && page.text.contains(code), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_lays_terms_down() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_user(&keeper, "wulan", Role::Officer).expect("added");
    let secret = token(&office, "wulan", &[Operation::SetUp, Operation::OwnDesk]);
    let pages = router(Arc::clone(&office));
    let body = r#"{"kode":"faskes-2023","nama":"Pekerja fasilitas (rekaan)","wilayah":"64.01",
        "dana":"apbdp-2022","skema":"jkk,jkm","mulai":"2023-01","sampai":"2023-12",
        "penghasilan_rupiah":"","pekerjaan":"","pekerjaan_biasa":"","sudah_terdaftar":"tidak",
        "sasaran":"40","dasar":"","segmen":"","tempat":"","wajib_mulai":"","wajib_dasar":"",
        "urutan":"","usia_dari":"","usia_sampai":"","desil":"","sasaran_tahun":"",
        "fasilitas":"dinkes-latihan:klinik+bidan"}"#;
    let answer = program(&pages, Some(&secret), "/api/program", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let told: Value = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!(told["facilities"], "dinkes-latihan:klinik+bidan");
    assert_eq!(told["target"], 40);
    let terms = |segments: &str, reason: &str| {
        format!(
            r#"{{"dasar":"Perwali rekaan","segmen":"{segments}","tempat":"30","wajib_mulai":"",
            "wajib_dasar":"","urutan":"oldest","usia_dari":"","usia_sampai":"59","desil":"",
            "sasaran_tahun":"2023=40","fasilitas":"","alasan":"{reason}"}}"#
        )
    };
    let path = "/api/program/faskes-2023/ketentuan";
    let good = terms("bidan:pu:2500000", "keputusan rapat rekaan");
    let answer = program(&pages, Some(&secret), path, &good).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let programme = office.programme("faskes-2023").expect("known");
    assert_eq!(programme.terms.facilities, None, "what is empty is laid down no more");
    assert_eq!((programme.terms.quota, programme.terms.ages.to), (Some(30), Some(59)));
    let bad = terms("bidan:pu", "keputusan rapat rekaan");
    let answer = program(&pages, Some(&secret), path, &bad).await;
    assert!(
        answer.status.is_client_error() && answer.text.contains("WAGE_MISSING"),
        "{}",
        answer.text
    );
}
