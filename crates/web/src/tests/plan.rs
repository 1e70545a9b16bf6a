//! The planner's pages and the annexes of a practice register, as staff read them: figures, charts
//! with their tables, files, and what is refused. Everybody here is invented.

use std::sync::Arc;

use app::office::Operation;
use axum::http::{StatusCode, header};
use serde_json::Value;

use super::{NAME, NIK, ask, filled, shows_no_identity, signed};

const PROGRAMME: &str = app::demo::PROGRAMME;

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_a_page_a_document_and_a_sheet() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let (pages, _) = signed(&office).await;
    let own = ask(&pages, "/rencana").await;
    assert_eq!(own.status, StatusCode::OK);
    // The word for a scenario holds the syllables that are looked for elsewhere.
    assert!(!own.text.contains(NIK) && !own.text.contains(NAME));
    // 32,268 people in a bare number: the sum of the report, in figures and in words.
    let paser = "/rencana?jumlah=32268&mulai=2022-10&bulan=3&anggaran=1650000000";
    let page = ask(&pages, paser).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in ["Rp1.626.307.200", "satu miliar enam ratus dua puluh enam juta", "Rp23.692.800"] {
        assert!(page.text.contains(words), "{words}");
    }
    // The chart has a twin, and each rate leads to its rule.
    assert!(page.text.contains("role=\"img\"") && page.text.contains("menurut-bulan"));
    assert!(page.text.contains("href=\"/aturan/jkk.iuran_bpu\""));
    let document = ask(&pages, &paser.replace("/rencana", "/api/rencana")).await;
    let document: Value = serde_json::from_str(&document.text).expect("JSON");
    assert_eq!(document["scenarios"][0]["total_rupiah"], 1_626_307_200_i64);
    // 32,268 × 36,800 × 3 = 3,562,387,200 with old age savings beside it.
    let two = format!("{paser}&skema2=jkk%2Bjkm%2Bjht&mulai2=2022-10&bulan2=3");
    assert!(ask(&pages, &two).await.text.contains("Rp3.562.387.200"));
    // Ten wage earners at 3,000,000 for two months: 0.24 % and 0.30 % of it, 16,200 a month each.
    let wages = "/rencana?jumlah=10&mulai=2022-10&bulan=2&segmen=pu&upah=3.000.000&kelas=1";
    assert!(ask(&pages, wages).await.text.contains("Rp324.000"));
    // A second scenario with a gap between its tranches: 5 × 16,800 × 2 beside 5 × 16,800 × 3.
    let gap = "/rencana?jumlah=5&mulai=2022-10&bulan=3&tahap2=2022-10..2022-10,2022-12..2022-12";
    let gap = ask(&pages, gap).await.text;
    assert!(gap.contains("Rp252.000") && gap.contains("Rp168.000"));
    let sheet = ask(&pages, &paser.replace("/rencana", "/rencana/rka/pdf")).await;
    assert_eq!(sheet.headers[header::CONTENT_TYPE], "application/pdf");
    assert_eq!(ask(&pages, "/rencana/rka/doc").await.status, StatusCode::NOT_FOUND);
    for (wrong, field) in [
        ("/rencana?jumlah=banyak", "jumlah"),
        ("/rencana?jumlah=5&mulai=kemarin", "mulai"),
        ("/rencana?jumlah=5&skema=jkn", "skema"),
        ("/rencana?jumlah=5&anggaran=x", "anggaran"),
        ("/rencana?jumlah=5&upah=banyak&segmen=pu", "upah"),
        ("/rencana?jumlah=5&segmen=pu", "upah"),
        ("/rencana?jumlah=5&penghasilan=cukup", "penghasilan"),
        ("/rencana?jumlah=5&kelas=9", "kelas"),
        ("/rencana?jumlah=5&mulai2=2022-10&tahap2=2022-12..2022-10", "tahap"),
    ] {
        let page = ask(&pages, wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(page.text.contains(&format!("{field}-mistake")), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_programme_without_people_is_not_planned_unasked() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let mut last = office.programme(PROGRAMME).expect("the practice programme");
    (last.id, last.code) = (office.environment.new_id(), "zaman-depan".into());
    let actor = office.actor("operator", Operation::SetUp).expect("the first user");
    office.add_programme(&actor, &last).expect("a programme nobody is in");
    let (pages, _) = signed(&office).await;
    let page = ask(&pages, "/rencana").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains(&format!("value=\"{PROGRAMME}\" selected")));
    // Whoever asks for it hears that nobody is there, at the question.
    let page = ask(&pages, "/rencana?program=zaman-depan").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("program-mistake"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_needs_sources_and_shows_every_year() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let (pages, _) = signed(&office).await;
    assert_eq!(ask(&pages, "/rencana/jalan").await.status, StatusCode::OK);
    let asked = "/rencana/jalan?mulai=2018-02&orang=8460&sasaran=45000";
    let page = ask(&pages, asked).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = ask(&pages, &format!("{asked}&sumber=angka%20rekaan")).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in ["Rp1.563.408.000", "Rp9.072.000.000", "Rp26.801.712.000", "angka rekaan"] {
        assert!(page.text.contains(words), "{words}");
    }
    let data = ask(&pages, &format!("/api{asked}&sumber=angka%20rekaan")).await;
    let data: Value = serde_json::from_str(&data.text).expect("JSON");
    assert_eq!(data["years"].as_array().map(Vec::len), Some(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn annexes_and_changes_are_listed_and_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let (pages, mut browser) = signed(&office).await;
    let path = format!("/program/{PROGRAMME}/lampiran");
    let page = ask(&pages, &path).await;
    assert_eq!(page.status, StatusCode::OK);
    shows_no_identity(&path, &page.text);
    let data = ask(&pages, &format!("/api{path}")).await;
    let data: Value = serde_json::from_str(&data.text).expect("JSON");
    assert_eq!(data["rows"][0]["number"], 1);
    assert_eq!(data["rows"][0]["kind"], "list");
    let print = [("nomor", "1"), ("bentuk", "pdf")];
    let printed = browser.post(&pages, &format!("{path}/cetak"), &print).await;
    assert_eq!(printed.headers[header::CONTENT_TYPE], "application/pdf");
    // Every month of the practice programme is billed: nobody can leave any more.
    let path = format!("/program/{PROGRAMME}/perubahan");
    let page = ask(&pages, &path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("name=\"sebab\""), "no form without a month");
    let late = [("mulai", "2022-12"), ("sebab", "resigned"), ("orang", "")];
    let refused = browser.post(&pages, &path, &late).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ask(&pages, "/program/tidak-ada/lampiran").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(&pages, "/perubahan/bukan-nomor").await.status, StatusCode::NOT_FOUND);
}
