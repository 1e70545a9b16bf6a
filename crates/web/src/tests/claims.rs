//! A claim on its pages: opened, described, its heirs mended and dropped. Everybody is invented.

use std::sync::Arc;

use app::office::{Office, Operation};
use axum::http::{StatusCode, header};

use serde_json::{Value, json};

use super::api::{program, token};
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

#[tokio::test(flavor = "multi_thread")]
async fn a_program_opens_a_claim_and_fills_it_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let secret = token(&office, "operator", &[Operation::HandleClaims, Operation::ReadClaims]);
    let pages = crate::router(Arc::clone(&office));
    let facts = json!({
        "pekerjaan": "", "kehilangan": "", "kidal": "tidak", "bulan_tidak_bekerja": "2",
        "hari_tidak_bekerja": "", "darat_rupiah": "500.000", "laut_rupiah": "", "udara_rupiah": "",
        "gigi_rupiah": "", "alat_dengar_rupiah": "", "kacamata_rupiah": "", "rawat_rumah_rupiah": "",
        "saldo_rupiah": "", "sebab_jht": ""
    });
    let mut opening = json!({
        "peserta": member(&office), "jenis": "jkk-care", "kejadian": "2022-10-24", "diketahui": "",
        "kabar_dari": "hospital", "pelapor": "", "telepon": "", "uraian": ""
    });
    let all = opening.as_object_mut().expect("an object");
    all.extend(facts.as_object().expect("an object").clone());
    let answer = program(&pages, Some(&secret), "/api/klaim", &opening.to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let claim: Value = serde_json::from_str(&answer.text).expect("JSON");
    // Two months at the lowest tier of 1,000,000, and what carrying by land cost.
    assert_eq!(claim["benefit_rupiah"], 2_500_000);
    let id = claim["claim"].as_str().expect("a number").to_owned();
    let again = program(&pages, Some(&secret), "/api/klaim", &opening.to_string()).await;
    assert_eq!(again.status, StatusCode::OK, "the same again is the first one");

    let mut dearer = facts.clone();
    dearer["kacamata_rupiah"] = json!("1.000.000");
    let path = format!("/api/klaim/{id}/uraian");
    let answer = program(&pages, Some(&secret), &path, &dearer.to_string()).await;
    let said: Value = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!(said["benefit_rupiah"], 3_500_000, "{}", answer.text);
    dearer["laut_rupiah"] = json!("mahal");
    let answer = program(&pages, Some(&secret), &path, &dearer.to_string()).await;
    assert!(answer.text.contains("NOT_AN_AMOUNT"), "{}", answer.text);

    let heir = json!({
        "nomor": 0, "hubungan": "child", "nama": "Rekaan Anak", "nik": "", "lahir": "2015-05-01",
        "telepon": "", "rekening": "", "wali": "", "sekolah": "", "biaya_makam": "tidak",
        "keberatan": "tidak"
    });
    let people = format!("/api/klaim/{id}/orang");
    let answer = program(&pages, Some(&secret), &people, &heir.to_string()).await;
    let said: Value = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!(said["person_no"], 1, "{}", answer.text);
    let dropped = program(&pages, Some(&secret), &format!("{people}/1/hapus"), "{}").await;
    assert_eq!(dropped.status, StatusCode::OK, "{}", dropped.text);
    let paper = json!({"berkas": "tidak-ada", "sejak": "2022-10-13"}).to_string();
    let answer = program(&pages, Some(&secret), &format!("/api/klaim/{id}/berkas"), &paper).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    // Who may only read claims opens none.
    let reader = token(&office, "operator", &[Operation::ReadClaims]);
    let refused = program(&pages, Some(&reader), "/api/klaim", &opening.to_string()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}
