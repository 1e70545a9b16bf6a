//! Organisations and agreements through the pages and by a program: kept, written, signed, ticked.
//! Everybody is invented.

use std::sync::Arc;

use app::access::{Operation, Role};
use app::grants::GrantRequest;
use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use super::api::{program, token};
use super::{filled, sign_in};
use crate::router;

const DUTY: &str = "/perjanjian/pks-dinkes-2022/kewajiban/sosialisasi";

#[tokio::test(flavor = "multi_thread")]
async fn an_office_is_kept_and_an_agreement_written_signed_and_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut browser = sign_in(&pages, &office, "operator").await;
    browser.get(&pages, "/organisasi/baru").await;
    let facility = [("kode", "faskes-apotek"), ("nama", "Apotek Rekaan"), ("jenis", "apotek")];
    let place = ("wilayah", "64.01");
    let alone = [&facility[..], &[place]].concat();
    let answer = browser.post(&pages, "/organisasi/baru", &alone).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("belum punya induk"), "says what is wrong");
    let whole = [&facility[..], &[place, ("induk", "dinkes-latihan")]].concat();
    let answer = browser.post(&pages, "/organisasi/baru", &whole).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = browser.get(&pages, "/organisasi/dinkes-latihan").await;
    assert!(page.text.contains("Fasilitas di bawahnya: 5"), "{}", page.text);

    browser.get(&pages, "/perjanjian/baru").await;
    let fields = [
        ("kode", "pks-baru"),
        ("naskah", "pks-dinas-bpjs"),
        ("pihak", "disnaker-latihan"),
        ("pihak2", "kacab-latihan"),
        ("tanggal", "2022-10-01"),
    ];
    let answer = browser.post(&pages, "/perjanjian/baru", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = browser.get(&pages, "/perjanjian/pks-baru").await;
    assert!(page.text.contains("masih naskah"), "it is a draft");
    let pdf = browser.get(&pages, "/perjanjian/pks-baru/cetak").await;
    assert_eq!(pdf.headers[header::CONTENT_TYPE], "application/pdf");
    let script = browser.get(&pages, "/perjanjian/pks-baru/naskah").await;
    assert!(script.text.contains("org = \"disnaker-latihan\""), "{}", script.text);

    let copy = [("kode", "pks-polres"), ("pihak", "polres-latihan"), ("tanggal", "2022-10-10")];
    browser.get(&pages, "/perjanjian/pks-baru/salinan").await;
    let answer = browser.post(&pages, "/perjanjian/pks-baru/salinan", &copy).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let amend = [("berakhir", "2025-10-09"), ("alasan", "lebih lama")];
    browser.get(&pages, "/perjanjian/pks-polres/perubahan").await;
    let answer = browser.post(&pages, "/perjanjian/pks-polres/perubahan", &amend).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = browser.get(&pages, "/perjanjian/pks-polres").await;
    assert!(page.text.contains("9 Oktober 2025") && page.text.contains("pks-baru"));
}

#[tokio::test(flavor = "multi_thread")]
async fn duties_are_ticked_and_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut browser = sign_in(&pages, &office, "operator").await;
    let page = browser.get(&pages, DUTY).await;
    assert!(page.text.contains("2/4"), "two of four facilities: {}", page.text);
    let answer = browser.post(&pages, DUTY, &[("catatan", "lupa mencentang")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("Belum ada fasilitas") && answer.text.contains("lupa mencentang"));
    let ticks =
        [("fasilitas", "faskes-pkm"), ("fasilitas", "faskes-bidan"), ("catatan", "surat 7")];
    let answer = browser.post(&pages, DUTY, &ticks).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = browser.get(&pages, DUTY).await;
    assert!(page.text.contains("4/4") && page.text.contains("surat 7"));
    let board = browser.get(&pages, "/perjanjian/papan.json?keadaan=selesai").await;
    let board: Value = serde_json::from_str(&board.text).expect("JSON");
    let codes: Vec<&str> = board["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(|row| row["code"].as_str())
        .collect();
    assert_eq!(codes, ["petugas-penghubung", "sosialisasi"]);
    browser.get(&pages, DUTY).await;
    let undo = [("fasilitas", "faskes-pkm")];
    let answer = browser.post(&pages, &format!("{DUTY}/pembukaan"), &undo).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert!(browser.get(&pages, DUTY).await.text.contains("3/4"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_follows_up_and_sets_nothing_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_account(&keeper, "wira").expect("added");
    let branch = GrantRequest {
        user: "wira".to_owned(),
        role: Role::BpjsOfficer,
        territory: None,
        org: Some("kacab-latihan".to_owned()),
        from: None,
        until: None,
    };
    office.grant_role(&keeper, &branch).expect("of the branch");
    let may = [Operation::FollowUp, Operation::ReadMoney, Operation::OwnDesk];
    let secret = token(&office, "wira", &may);
    let pages = router(Arc::clone(&office));
    let path = "/api/perjanjian/pks-dinkes-2022/pemenuhan";
    let theirs = r#"{"kewajiban":"sosialisasi","fasilitas":"faskes-pkm, faskes-bidan","tanggal":"","catatan":""}"#;
    let answer = program(&pages, Some(&secret), path, theirs).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("DUTY_NOT_YOURS"), "{}", answer.text);
    let body = r#"{"kewajiban":"loket-pendaftaran","fasilitas":"","tanggal":"","catatan":""}"#;
    let answer = program(&pages, Some(&secret), path, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let told: Value = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!((&told["done"], &told["duties"]), (&json!(2), &json!(8)));
    let body = r#"{"tanggal":"","alasan":"bukan wewenangnya"}"#;
    let end = "/api/perjanjian/pks-dinkes-2022/pengakhiran";
    assert_eq!(program(&pages, Some(&secret), end, body).await.status, StatusCode::FORBIDDEN);
}
