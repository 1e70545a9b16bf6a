//! The bank through pages and programs: a statement sent, what is sure matched, a bill paid twice
//! put to suspense by two people, and a month reconciled. Everybody here is invented.

use std::sync::Arc;

use app::access::{Operation, Role};
use app::bank::bill_reference;
use app::office::Office;
use axum::Router;
use axum::http::StatusCode;

use super::api::{program, token};
use super::{Answer, Browser, filled, is_a_whole_page, send_file, shows_no_identity, sign_in};
use crate::router;

/// Sends a statement with the form's own fields.
async fn upload(browser: &Browser, pages: &Router, content: &str) -> Answer {
    let fields = [("rekening", "kas-daerah"), ("kolom", "")];
    let file = ("koran.sta", content.as_bytes());
    send_file((browser, pages), "/bank/impor", &fields, file).await
}

async fn page(browser: &mut Browser, pages: &Router, path: &str) -> Answer {
    let answer = browser.get(pages, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    is_a_whole_page(path, &answer.text, "id");
    shows_no_identity(path, &answer.text);
    answer
}

/// The reference of the first bill of the practice regency, which is paid.
fn paid_bill(office: &Office) -> String {
    let reader = office.actor("operator", Operation::ReadMoney).expect("the first user");
    bill_reference(office.bills(&reader).expect("bills")[0].id)
}

fn message(lines: &[(&str, i64, &str)]) -> String {
    let mut closing = 1_000_000;
    let mut text = ":20:X\n:25:0011234567\n:28C:1\n:60F:C221110IDR1000000,00\n".to_owned();
    for (mark, amount, remark) in lines {
        closing += if *mark == "C" { *amount } else { -amount };
        text += &format!(":61:2211101110{mark}{amount},00NTRFNONREF\n:86:{remark}\n");
    }
    text + &format!(":62F:C221110IDR{closing},00\n")
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("{before} in {text}")).1;
    rest.split_once(after).expect("an end").0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_sent_matched_and_worked_by_two_people() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_user(&keeper, "tuti", Role::Treasurer).expect("added");
    office.add_user(&keeper, "wira", Role::Approver).expect("added");
    let reference = paid_bill(&office);
    let pages = router(Arc::clone(&office));
    let mut tuti = sign_in(&pages, &office, "tuti").await;
    for path in [
        "/bank",
        "/bank/impor",
        "/bank/cocokkan",
        "/bank/titipan",
        "/bank/rekening",
        "/bank/rekening/baru",
        "/bank/rekonsiliasi",
        "/bank/kuitansi",
    ] {
        page(&mut tuti, &pages, path).await;
    }
    tuti.get(&pages, "/bank/impor").await;
    let broken = upload(&tuti, &pages, &message(&[]).replace("62F:C", "62F:D")).await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(broken.text.contains("tidak menghasilkan saldo akhir"), "{}", broken.text);
    let text = message(&[("D", 75_000, &format!("BAYAR LAGI {reference}")), ("D", 500, "BIAYA")]);
    let sent = upload(&tuti, &pages, &text).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    assert!(sent.text.contains("924.500"), "{}", sent.text);
    let again = upload(&tuti, &pages, &text).await;
    assert!(again.text.contains("sudah pernah diterima"), "{}", again.text);

    let open = page(&mut tuti, &pages, "/bank?keadaan=disarankan").await;
    let line = between(&open.text, "/bank/baris/", "\"").to_owned();
    let shown = page(&mut tuti, &pages, &format!("/bank/baris/{line}")).await;
    assert!(shown.text.contains("BAYAR LAGI"), "{}", shown.text);
    assert!(shown.text.contains("tujuh puluh lima ribu rupiah"), "{}", shown.text);
    let path = format!("/bank/baris/{line}/usul");
    let unreasoned = tuti.post(&pages, &path, &[("pilihan", "saran"), ("alasan", "")]).await;
    assert_eq!(unreasoned.status, StatusCode::UNPROCESSABLE_ENTITY);
    let put = [("pilihan", "saran"), ("bagian", ""), ("alasan", "Dibayar dua kali")];
    let put = tuti.post(&pages, &path, &put).await;
    assert_eq!(put.status, StatusCode::SEE_OTHER, "{}", put.text);
    let waits = page(&mut tuti, &pages, &format!("/bank/baris/{line}")).await;
    let task = between(&waits.text, "/tugas/", "\"").to_owned();
    let mut wira = sign_in(&pages, &office, "wira").await;
    let seen = wira.get(&pages, &format!("/tugas/{task}")).await;
    assert!(seen.text.contains("Dibayar dua kali"), "{}", seen.text);
    let hash = between(&seen.text, "name=\"sidik\" value=\"", "\"").to_owned();
    wira.post(&pages, &format!("/tugas/{task}/setujui"), &[("sidik", hash.as_str())]).await;
    let suspense = page(&mut tuti, &pages, "/bank/titipan").await;
    assert!(suspense.text.contains("75.000"), "{}", suspense.text);

    let fee = page(&mut tuti, &pages, "/bank?keadaan=belum").await;
    let fee = between(&fee.text, "/bank/baris/", "\"").to_owned();
    page(&mut tuti, &pages, &format!("/bank/baris/{fee}")).await;
    let path = format!("/bank/baris/{fee}/lain");
    let said = tuti.post(&pages, &path, &[("alasan", "Biaya administrasi bank")]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.text);
    let month = tuti.get(&pages, "/bank/rekonsiliasi/2022-11").await;
    assert_eq!(month.status, StatusCode::SEE_OTHER);
    let month = page(&mut tuti, &pages, "/bank/rekonsiliasi?bulan=2022-11").await;
    assert!(month.text.contains("Titipan belum diselesaikan"), "{}", month.text);
    let json = tuti.get(&pages, "/bank/rekonsiliasi.json?bulan=2022-11").await;
    assert!(json.text.contains("\"suspense-open\""), "{}", json.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_match_propose_and_record_receipts() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_user(&keeper, "tuti", Role::Treasurer).expect("added");
    let token = token(&office, "tuti", &[Operation::Pay, Operation::ReadMoney]);
    let reference = paid_bill(&office);
    let treasurer = office.actor("tuti", Operation::Pay).expect("a treasurer");
    let text = message(&[("D", 75_000, &format!("BAYAR LAGI {reference}"))]);
    office.take_statement(&treasurer, "kas-daerah", text.as_bytes()).expect("taken");
    let pages = router(Arc::clone(&office));
    let matched = program(&pages, Some(&token), "/api/bank/pencocokan", "{}").await;
    assert_eq!(matched.status, StatusCode::OK, "{}", matched.text);
    assert!(matched.text.contains("\"suggested\":1"), "{}", matched.text);
    let lines = office.bank_lines(&treasurer).expect("lines");
    let line = lines.iter().find(|one| one.suggestion.is_some()).expect("one").line.id;
    let path = format!("/api/bank/baris/{line}/usul");
    let body = r#"{"bagian":"titipan 70000","alasan":"Dibayar dua kali"}"#;
    let put = program(&pages, Some(&token), &path, body).await;
    assert_eq!(put.status, StatusCode::CREATED, "{}", put.text);
    assert!(put.text.contains("\"amount_rupiah\":70000"), "{}", put.text);
    let body = format!(
        r#"{{"tagihan":"{reference}","nomor":"KW-9","jumlah_rupiah":"1","tanggal":"2022-10-01"}}"#
    );
    let kept = program(&pages, Some(&token), "/api/bank/kuitansi", &body).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text);
    let again = program(&pages, Some(&token), "/api/bank/kuitansi", &body).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.text);
    let account = r#"{"kode":"rkud-bpd","nama":"RKUD","bank":"124","nomor":"0011234567","dana":"",
        "kolom":""}"#;
    let added = program(&pages, Some(&token), "/api/bank/rekening", account).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    assert!(added.text.contains("rkud-bpd") && !added.text.contains("0011234567"));
    let nothing = "018f0000-0000-7000-8000-000000000000";
    let why = r#"{"alasan":"Bukan urusan kami (rekaan)"}"#;
    for path in ["baris/{id}/lepas", "baris/{id}/lain", "snap/selisih/{id}"] {
        let path = format!("/api/bank/{}", path.replace("{id}", nothing));
        let unknown = program(&pages, Some(&token), &path, why).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{path}: {}", unknown.text);
    }
    let none = program(&pages, Some(&token), "/api/tagihan/kredit", r#"{"program":"rentan-2022"}"#);
    assert!(none.await.text.contains("NO_CREDITS"));
}
