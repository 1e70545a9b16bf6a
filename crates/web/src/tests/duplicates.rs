//! Pairs of records on the pages that move money, and the search for them. Everybody is invented.

use std::path::Path;
use std::sync::Arc;

use app::access::Operation;
use app::intake::{Receipt, Received};
use app::jobs::Crew;
use app::office::Office;
use axum::http::StatusCode;

use super::bills::with_accepted;
use super::{ask, filled, sign_in, signed};
use crate::router;

const SEARCH: &str = "/ganda/pencarian";

/// One man under two numbers, accepted twice: one day of birth is mistyped.
fn take_in_twice(office: &Office, folder: &Path) {
    let keeper = office.actor("operator", Operation::TakeIn).expect("the first user");
    let path = folder.join("dua.csv");
    let text = "NIK,No KK,Nama,Tempat Lahir,Tanggal Lahir,JK,Nama Ibu,Pekerjaan,Alamat\n\
        6401051708620001,6401050101100007,WARGA SUMARNO,Paser,17-08-1962,L,WARGA TUMIRAH,petani,RT 1\n\
        6401051808620001,6401050101100007,WARGA SUMARNO,Paser,18-08-1962,L,WARGA TUMIRAH,petani,RT 1\n";
    std::fs::write(&path, text).expect("written");
    let received = Received {
        path,
        programme: "bench".into(),
        org: "desa".into(),
        only_sheet: None,
        confirmed: Vec::new(),
        dry_run: false,
    };
    let receipt = office.receive(&keeper, &received).expect("taken in");
    assert!(matches!(receipt, Receipt::Decided(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_begun_seen_and_stopped_on_its_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(with_accepted(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut officer = sign_in(&pages, &office, "ani").await;
    // It waits already: people came in.
    let waits = officer.get(&pages, SEARCH).await;
    assert!(waits.text.contains("menunggu giliran"), "{}", waits.text);
    assert!(waits.text.contains("http-equiv=\"refresh\""));
    let list = officer.get(&pages, "/ganda").await;
    assert!(list.text.contains("Pencarian sedang berjalan."), "{}", list.text);
    let stopped = officer.post(&pages, "/ganda/pencarian/batal", &[]).await;
    assert_eq!(stopped.status, StatusCode::SEE_OTHER);
    let idle = officer.get(&pages, SEARCH).await;
    assert!(idle.text.contains("Cari sekarang") && idle.text.contains("Belum pernah dicari."));
    assert!(!idle.text.contains("http-equiv=\"refresh\""));
    let asked = officer.post(&pages, SEARCH, &[("semua", "ya")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let crew = Crew::new(&office);
    while office.work_once(&crew).expect("works") {}
    let done = officer.get(&pages, SEARCH).await;
    assert!(done.text.contains("Pasangan baru") && done.text.contains("Cari sekarang"));
    assert!(!done.text.contains("Belum pernah dicari."), "{}", done.text);
    assert!(officer.get(&pages, "/ganda").await.text.contains("Pencarian terakhir"));
    // Who only pays has nothing to search.
    let mut payer = sign_in(&pages, &office, "citra").await;
    assert_eq!(payer.get(&pages, SEARCH).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn pairs_that_wait_are_shown_before_money_moves() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(with_accepted(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut maker = sign_in(&pages, &office, "ani").await;
    let quiet = maker.get(&pages, "/program/bench/usulan").await;
    assert!(quiet.text.contains("tidak ada pasangan catatan ganda"), "{}", quiet.text);
    take_in_twice(&office, folder.path());
    let crew = Crew::new(&office);
    while office.work_once(&crew).expect("works") {}
    let who = |name: &str| office.actor(name, Operation::OwnDesk).expect("an account");
    let open = app::duplicates::PairState::Open;
    let found = office.duplicates(&who("ani"), open, None, 9).expect("lists");
    assert_eq!(found.len(), 1, "{found:?}");
    let pair = format!("/ganda/{}", found[0].id);
    let says = |text: &str, query: &str| {
        assert!(text.contains("1 pasangan catatan ganda yang menunggu"), "{text}");
        assert!(text.contains("Satu orang, satu catatan, satu iuran sebulan."), "{text}");
        assert!(text.contains("Kebijakan dana") || text.contains("Dana bench"), "{text}");
        assert!(text.contains(&pair) && text.contains(query), "{text}");
        assert!(!text.contains("SUMARNO"), "figures name nobody");
    };
    says(&maker.get(&pages, "/program/bench/usulan").await.text, "/benturan?program=bench");
    let put = office.propose(&who("ani"), "bench").expect("put forward");
    let mut checker = sign_in(&pages, &office, "budi").await;
    let task = checker.get(&pages, &format!("/tugas/{}", put.proposal.id)).await;
    says(&task.text, "/benturan?program=bench");
    office.approve(&who("budi"), "bench", None).expect("it stops nothing");
    let month = base::Month::parse("2022-10").expect("a month");
    office.draft_bill(&who("citra"), "bench", month).expect("drafts");
    let mut payer = sign_in(&pages, &office, "citra").await;
    let of_month = "bulan=2022-10";
    for path in ["/tagihan/bench/2022-10", "/tagihan/bench/2022-10/finalisasi"] {
        says(&payer.get(&pages, path).await.text, of_month);
    }
    office.finalise_bill(&who("citra"), "bench", month, 1).expect("is locked");
    let issue = checker.get(&pages, "/tagihan/bench/2022-10/terbit").await;
    says(&issue.text, of_month);
    // By name, on the page of conflicts: both records of the pair, each leading to it.
    let by_name = payer.get(&pages, "/benturan?program=bench&bulan=2022-10").await;
    assert_eq!(by_name.text.matches(&pair).count(), 2, "{}", by_name.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_shown_and_not_moved_by_too_few_decisions() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let (pages, mut browser) = signed(&office).await;
    let page = ask(&pages, "/ganda/batas").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Batas sekarang") && page.text.contains("belum cukup"));
    let refused = browser.post(&pages, "/ganda/batas", &[("galat", "1")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
}
