//! Old age savings through pages and programs: a balance of BPJS is written down, compared and taken
//! back, a statement is printed, and anybody reckons ahead. Everybody here is invented.

use std::sync::Arc;

use app::access::{Operation, Role};
use app::office::Office;
use axum::http::{StatusCode, header};

use super::api::{program, token};
use super::door::Browser;
use super::{NAME, NIK, filled, sign_in};
use crate::router;

/// The number of a practice member's record.
fn member(office: &Office) -> String {
    let keeper = office.actor("operator", Operation::ReadPeople).expect("the first user");
    let found = office.people_page(&keeper, None, None, 1).expect("people");
    found.first().expect("somebody").id.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balance_of_bpjs_is_written_down_compared_and_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_user(&keeper, "wulan", Role::Officer).expect("added");
    office.add_user(&keeper, "lala", Role::Auditor).expect("added");
    let pages = router(Arc::clone(&office));
    let mut officer = sign_in(&pages, &office, "wulan").await;
    let path = format!("/peserta/{}/jht", member(&office));
    let page = officer.get(&pages, &path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("BPJS belum menyatakan saldo orang ini"));
    let saldo = format!("{path}/saldo");
    let typed = |rupiah, paper| [("hari", "20-10-2022"), ("jumlah", rupiah), ("surat", paper)];
    for (rupiah, paper) in [("seribu", "JHT-1"), ("1000", ""), ("1000", NIK)] {
        let wrong = officer.post(&pages, &saldo, &typed(rupiah, paper)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{rupiah} {paper}");
        assert!(!wrong.text.contains(NIK), "no error repeats a number");
    }
    let kept = officer.post(&pages, &saldo, &typed("1.500", "JHT-1")).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    let page = officer.get(&pages, &path).await.text;
    // Nothing was paid for old age here, so all of it is more.
    assert!(page.contains("BPJS mencatat lebih Rp1.500 (seribu lima ratus rupiah)"), "{page}");
    let id =
        page.split("(nomor ").nth(1).and_then(|rest| rest.split(')').next()).expect("a number");
    let back = [("nomor", id), ("alasan", "surat untuk orang lain")];
    let tarik = format!("{path}/tarik");
    assert_eq!(officer.post(&pages, &tarik, &back).await.status, StatusCode::SEE_OTHER);
    assert!(officer.get(&pages, &path).await.text.contains("BPJS belum menyatakan"));

    let printed = officer.post(&pages, &format!("{path}/cetak"), &[]).await;
    assert_eq!(printed.headers[header::CONTENT_TYPE], "application/pdf");
    let mut auditor = sign_in(&pages, &office, "lala").await;
    assert_eq!(auditor.get(&pages, &path).await.status, StatusCode::OK);
    let not_hers = auditor.post(&pages, &format!("{path}/cetak"), &[]).await;
    assert_eq!(not_hers.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_writes_a_balance_down_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_user(&keeper, "wulan", Role::Officer).expect("added");
    let token = token(&office, "wulan", &[Operation::AnswerClaims, Operation::ReadClaims]);
    let pages = router(Arc::clone(&office));
    let person = member(&office);
    let path = format!("/api/peserta/{person}/saldo-jht");
    let body = r#"{"hari":"2022-10-20","jumlah_rupiah":"1500","surat":"JHT-1"}"#;
    for _ in 0..2 {
        let said = program(&pages, Some(&token), &path, body).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.text);
        assert!(said.text.contains("\"difference_rupiah\":1500"), "{}", said.text);
    }
    let later = body.replace("2022-10-20", "2022-10-25");
    let refused = program(&pages, Some(&token), &path, &later).await;
    assert!(refused.text.contains("JHT_DAY_UNFIT"), "{}", refused.text);
    let mut officer = sign_in(&pages, &office, "wulan").await;
    let account = officer.get(&pages, &format!("/jht/rekening.json?orang={person}")).await;
    assert!(account.text.contains("\"difference_rupiah\":1500"), "{}", account.text);
    let list = officer.get(&pages, "/jht.json").await;
    assert!(list.text.contains("\"balance_rupiah\":0"), "{}", list.text);
    assert!(!list.text.contains(NAME));
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_reckons_ahead_without_a_login_or_a_script() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(office);
    let mut anybody = Browser::default();
    let page = anybody.get(&pages, "/simulasi-jht?mulai=2026-01&bulan=12").await.text;
    // 12 × 20,000 and 66 × 20,000 × 5 % ÷ 12.
    assert!(
        page.contains("Rp245.500 (dua ratus empat puluh lima ribu lima ratus rupiah)"),
        "{page}"
    );
    assert!(page.contains("PP 46/2015") && page.contains("baru boleh sesudah 10 tahun"));
    assert!(!page.contains("<script") && !page.contains("law-line-") && !page.contains("jht-"));
    let wage = anybody.get(&pages, "/simulasi-jht?upah=2000000&mulai=2026-01&bulan=1").await.text;
    assert!(wage.contains("Rp114.000") && wage.contains("Rp40.000"), "{wage}");
    for odd in ["bulan=0", "bulan=601", "bulan=x", "upah=-1", "mulai=2026-13", "awal=%3Cscript%3E"]
    {
        let answer = anybody.get(&pages, &format!("/simulasi-jht?{odd}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{odd}");
        assert!(!answer.text.contains("<script>"), "{odd}");
    }
    let much = "/simulasi-jht?awal=9000000000000000000&bulan=600";
    assert_eq!(anybody.get(&pages, much).await.status, StatusCode::OK);
}
