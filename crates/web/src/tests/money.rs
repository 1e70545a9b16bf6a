//! Funds through pages and programs: added, given another ceiling by two people, and a programme's
//! board that names nobody. Everybody here is invented.

use std::sync::Arc;

use app::access::{Operation, Role};
use axum::http::StatusCode;

use super::api::{program, token};
use super::{NAME, NIK, filled, sign_in};
use crate::router;

const FUND: &str = "apbdp-2022";

fn form<'a>(code: &'a str, ceiling: &'a str, year: &'a str) -> [(&'a str, &'a str); 6] {
    [
        ("kode", code),
        ("jenis", "apbd"),
        ("pagu", ceiling),
        ("tahun", year),
        ("rekening", "5.1.02.02.02.0001"),
        ("peruntukan", ""),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fund_is_added_and_its_ceiling_changed_by_two_people() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_user(&keeper, "wulan", Role::Officer).expect("added");
    office.add_user(&keeper, "wira", Role::Approver).expect("added");
    let pages = router(Arc::clone(&office));
    let mut maker = sign_in(&pages, &office, "wulan").await;
    maker.get(&pages, "/dana/baru").await;
    let wrong = maker.post(&pages, "/dana/baru", &form("Dana Baru", "seratus", "24")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["kode", "pagu", "tahun"] {
        assert!(wrong.text.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    // The ceiling is looked at in words before it is granted.
    let typed = form("apbd-2023", "1.000.000", "2023");
    let check = maker.post(&pages, "/dana/baru", &typed).await;
    assert_eq!(check.status, StatusCode::OK, "{}", check.text);
    assert!(check.text.contains("Rp1.000.000 (satu juta rupiah)"), "{}", check.text);
    assert_eq!(maker.get(&pages, "/dana/apbd-2023").await.status, StatusCode::NOT_FOUND);
    let sure = [&typed[..], &[("yakin", "ya")]].concat();
    let added = maker.post(&pages, "/dana/baru", &sure).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    let page = maker.get(&pages, "/dana/apbd-2023").await;
    assert!(page.text.contains("5.1.02.02.02.0001") && page.text.contains("Rp1.000.000"));
    // One person set it: that is said until another has looked.
    let open = "Pagu pertama dana apbd-2023 belum diperiksa orang kedua";
    assert!(page.text.contains(open) && page.text.contains("ditetapkan wulan"), "{}", page.text);
    let approver = office.actor("wira", Operation::Approve).expect("an approver");
    let first = office.waiting_ceiling(&approver, "apbd-2023").expect("it waits").id;
    assert!(page.text.contains(&format!("/tugas/{first}")), "{}", page.text);
    let own = maker.get(&pages, &format!("/tugas/{first}")).await;
    assert!(!own.text.contains("/setujui"), "its maker does not look at it");
    let mut checker = sign_in(&pages, &office, "wira").await;
    let shown = checker.get(&pages, &format!("/tugas/{first}")).await;
    assert!(shown.text.contains("Pemeriksaan pagu pertama"), "{}", shown.text);
    assert!(!shown.text.contains("ceiling-"), "words: {}", shown.text);
    checker.post(&pages, &format!("/tugas/{first}/kembalikan"), &[("alasan", "DPA?")]).await;
    let page = maker.get(&pages, "/dana/apbd-2023").await;
    assert!(page.text.contains("action=\"/dana/apbd-2023/pagu\""), "{}", page.text);
    let asked = maker.post(&pages, "/dana/apbd-2023/pagu", &[]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    let first = office.waiting_ceiling(&approver, "apbd-2023").expect("asked again");
    let yes = app::tasks::Verdict::Approve(first.hash);
    office.decide_task(&approver, first.id, &yes).expect("agreed");
    let page = maker.get(&pages, "/dana/apbd-2023").await;
    assert!(!page.text.contains(open) && page.text.contains("disetujui wira"), "{}", page.text);
    maker.get(&pages, "/dana/apbd-2023/revisi").await;
    let revision = [
        ("pagu", "2.000.000"),
        ("dasar", "Perda Perubahan (rekaan)"),
        ("berlaku", "30-09-2023"),
        ("alasan", "Tambahan dari sisa lelang"),
    ];
    let unreasoned = maker.post(&pages, "/dana/apbd-2023/revisi", &revision[..3]).await;
    assert_eq!(unreasoned.status, StatusCode::UNPROCESSABLE_ENTITY);
    let sent = maker.post(&pages, "/dana/apbd-2023/revisi", &revision).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let task = office.waiting_revision(&approver, "apbd-2023").expect("it waits");
    let shown = checker.get(&pages, &format!("/tugas/{task}")).await;
    assert!(shown.text.contains("Perda Perubahan (rekaan)"), "{}", shown.text);
    let hash = shown.text.split("name=\"sidik\" value=\"").nth(1).expect("a digest");
    let hash = hash.split('"').next().expect("a value").to_owned();
    let path = format!("/tugas/{task}/setujui");
    checker.post(&pages, &path, &[("sidik", hash.as_str())]).await;
    assert_eq!(office.fund("apbd-2023").expect("there").ceiling, base::Rupiah(2_000_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_ask_and_change_funds_and_boards() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_user(&keeper, "wulan", Role::Officer).expect("added");
    let token = token(&office, "wulan", &[Operation::SetUp, Operation::ReadMoney]);
    let pages = router(Arc::clone(&office));
    let body = r#"{"kode":"csr-2022","jenis":"csr","pagu_rupiah":"500000","tahun":2022,
        "rekening":"","peruntukan":"Nelayan"}"#;
    let added = program(&pages, Some(&token), "/api/dana", body).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.text);
    assert!(added.text.contains("\"free_rupiah\":500000"), "{}", added.text);
    let path = format!("/api/dana/{FUND}/revisi");
    // One rupiah is below what the practice lists have bound.
    let body = r#"{"pagu_rupiah":"1","dasar":"Perda","berlaku":"2022-10-01",
        "alasan":"Dipotong untuk jalan"}"#;
    let refused = program(&pages, Some(&token), &path, body).await;
    assert!(refused.text.contains("BELOW_COMMITTED"), "{}", refused.text);
    assert_eq!(refused.status.as_u16(), 422, "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_counts_everybody_and_names_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut reader = sign_in(&pages, &office, "operator").await;
    let code = app::demo::PROGRAMME;
    let list = reader.get(&pages, &format!("/urutan?program={code}")).await;
    let person = list.text.split("/orang/").nth(1).expect("somebody stands there");
    let person = person.split('"').next().expect("an address").to_owned();
    for path in [
        format!("/program/{code}"),
        format!("/program/{code}/papan"),
        format!("/program/{code}/orang/{person}"),
        format!("/papan?program={code}"),
        format!("/wajib?program={code}"),
        "/dana".to_owned(),
        format!("/dana/{FUND}"),
    ] {
        let page = reader.get(&pages, &path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text.contains(NIK) && !page.text.contains(NAME), "{path}");
        for word in ["board-", "ranking-", "stands-", "fund-", "criterion-", "segment-"] {
            let missing = page.text.split(['>', '<']).any(|text| text.trim().starts_with(word));
            assert!(!missing, "{path}: a word of {word} is missing");
        }
    }
}
