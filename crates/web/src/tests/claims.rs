//! A claim on its pages: opened, described, its heirs mended and dropped. Everybody is invented.

use std::sync::Arc;

use app::office::{Office, Operation};
use axum::http::{StatusCode, header};

use super::{ask, filled, send_file, signed};

/// The number of a member whose cover is paid.
fn member(office: &Office) -> String {
    let actor = office.actor("operator", Operation::Cards).expect("the first user");
    let cards = office.cards_of(&actor, app::demo::PROGRAMME).expect("cards");
    cards[0].person.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accident_is_described_after_it_was_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let (pages, mut browser) = signed(&office).await;
    let person = member(&office);
    let fields =
        [("orang", &*person), ("jenis", "jkk-care"), ("hari", "12-10-2022"), ("dari", "work")];
    let opened = browser.post(&pages, "/klaim/baru", &fields).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text);
    let place = opened.headers[header::LOCATION].to_str().expect("text").to_owned();
    let claim = place.strip_suffix("/uraian").expect("what the benefit depends on is asked next");
    let asked = ask(&pages, &place).await;
    assert!(asked.text.contains("Bulan penuh tidak dapat bekerja"), "{}", asked.text);
    for (field, wrong, said) in [
        ("kehilangan", "D05:banyak", "tidak ada di tabel cacat"),
        ("bulan", "-2", "tidak terbaca"),
        ("laut", "mahal", "bukan jumlah rupiah"),
    ] {
        let refused = browser.post(&pages, &place, &[(field, wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(refused.text.contains(said), "{field}: {}", refused.text);
        assert!(refused.text.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    let fields = [("bulan", "2"), ("darat", "500.000"), ("kacamata", "1000000"), ("kidal", "ya")];
    let kept = browser.post(&pages, &place, &fields).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    let again = ask(&pages, &place).await.text;
    assert!(again.contains("value=\"500000\"") && again.contains("value=\"2\""), "{again}");
    let shown = ask(&pages, claim).await.text;
    assert!(shown.contains("500.000"), "the cost is in the benefit: {shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn heirs_are_mended_and_dropped_on_pages() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let (pages, mut browser) = signed(&office).await;
    let person = member(&office);
    let fields =
        [("orang", &*person), ("jenis", "jkm"), ("hari", "12-10-2022"), ("dari", "family")];
    let opened = browser.post(&pages, "/klaim/baru", &fields).await;
    let claim = opened.headers[header::LOCATION].to_str().expect("text").to_owned();
    let heirs = format!("{claim}/ahli-waris");
    let fields = [
        ("hubungan", "child"),
        ("nama", "Rekaan Anak"),
        ("lahir", "01-05-2015"),
        ("keberatan", "ya"),
    ];
    let kept = browser.post(&pages, &heirs, &fields).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    assert!(ask(&pages, &claim).await.text.contains("keberatan"));
    let mend = format!("{heirs}/1");
    let asked = ask(&pages, &mend).await.text;
    assert!(asked.contains("Yang dikosongkan tetap") && !asked.contains("Rekaan Anak"), "{asked}");
    let wrong = browser.post(&pages, &mend, &[("hubungan", "child"), ("nik", "12")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let kept = browser.post(&pages, &mend, &[("hubungan", "child"), ("wali", "Rekaan Bibi")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    let shown = ask(&pages, &claim).await.text;
    assert!(!shown.contains("wali belum ditulis"), "the guardian is there: {shown}");
    let dropped = browser.post(&pages, &mend, &[("lepas", "ya")]).await;
    assert_eq!(dropped.status, StatusCode::SEE_OTHER, "{}", dropped.text);
    assert!(ask(&pages, &claim).await.text.contains("Belum ada ahli waris"));
    assert_eq!(ask(&pages, &mend).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_the_dead_is_sent_on_a_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let (pages, mut browser) = signed(&office).await;
    let form = browser.get(&pages, "/kematian/daftar").await;
    assert!(form.text.contains("catatan sipil"), "{}", form.text);
    let dead = "NIK,Nama,Tanggal Meninggal\n6401051708620099,Rekaan Almarhum,2022-10-12\n";
    let fields = |per| [("sumber", "registry"), ("per", per)];
    let file = ("meninggal.csv", dead.as_bytes());
    let wrong = send_file((&browser, &pages), "/kematian/daftar", &fields("kemarin"), file).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("Tulis tanggal daftar itu dibuat"), "{}", wrong.text);
    let broken = ("meninggal.xlsx", &b"bukan lembar kerja"[..]);
    let fields = fields("20-10-2022");
    let refused = send_file((&browser, &pages), "/kematian/daftar", &fields, broken).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    let sent = send_file((&browser, &pages), "/kematian/daftar", &fields, file).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    assert!(sent.text.contains("1 baris"), "{}", sent.text);
    let again = send_file((&browser, &pages), "/kematian/daftar", &fields, file).await;
    assert!(again.text.contains("sudah pernah diterima"), "{}", again.text);
    let page = browser.get(&pages, "/kematian").await;
    assert!(page.text.contains("href=\"/kematian/daftar\""), "{}", page.text);
}
