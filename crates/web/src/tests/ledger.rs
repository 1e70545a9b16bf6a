//! The books through pages and programs: an entry by two people, its reversal, a month closed and
//! what comes late refused. Everybody here is invented.

use std::sync::Arc;

use app::access::{Operation, Role};
use app::office::Office;
use axum::Router;
use axum::http::{StatusCode, header};

use super::api::{program, token};
use super::door::Browser;
use super::{NAME, NIK, filled, sign_in};
use crate::router;

const DAY_MS: u64 = 86_400_000;
const CASH: &str = "cash.apbdp-2022";
const SUSPENSE: &str = "suspense.apbdp-2022";

fn furnished(folder: &std::path::Path) -> Arc<Office> {
    let office = Arc::new(filled(folder));
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    for (name, role) in
        [("citra", Role::Treasurer), ("wira", Role::Approver), ("wulan", Role::Officer)]
    {
        office.add_user(&keeper, name, role).expect("added");
    }
    office
}

fn entry<'a>(amount: &'a str, day: &'a str, number: &'a str) -> [(&'a str, &'a str); 7] {
    [
        ("debet", CASH),
        ("kredit", SUSPENSE),
        ("jumlah", amount),
        ("hari", day),
        ("bulan", ""),
        ("nomor", number),
        ("alasan", "Saldo awal kas (rekaan)"),
    ]
}

/// The task that an answer leads to.
fn task_of(answer: &super::Answer) -> String {
    let place = answer.headers[header::LOCATION].to_str().expect("an address");
    place.rsplit('/').next().expect("an identifier").to_owned()
}

async fn approve(pages: &Router, checker: &mut Browser, task: &str) {
    let shown = checker.get(pages, &format!("/tugas/{task}")).await;
    assert!(!shown.text.contains(">voucher-") && !shown.text.contains(">period-"), "words");
    let hash = shown.text.split("name=\"sidik\" value=\"").nth(1).expect("a digest");
    let hash = hash.split('"').next().expect("a value").to_owned();
    let path = format!("/tugas/{task}/setujui");
    let done = checker.post(pages, &path, &[("sidik", hash.as_str())]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_looked_at_approved_and_reversed() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = furnished(folder.path());
    let pages = router(Arc::clone(&office));
    let mut maker = sign_in(&pages, &office, "citra").await;
    let mut checker = sign_in(&pages, &office, "wira").await;
    maker.get(&pages, "/buku/jurnal").await;
    let wrong = maker.post(&pages, "/buku/jurnal", &entry("seratus", "kemarin", "BKU-1")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["jumlah", "hari"] {
        assert!(wrong.text.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    let looked = maker.post(&pages, "/buku/jurnal", &entry("150.000", "24-10-2022", "BKU-1")).await;
    assert_eq!(looked.status, StatusCode::OK, "{}", looked.text);
    assert!(looked.text.contains("Rp150.000 (seratus lima puluh ribu rupiah)"), "{}", looked.text);
    assert!(looked.text.contains("1.1.01 Kas dan setara kas"), "the office's code");
    let sent = entry("150.000", "24-10-2022", "BKU-1");
    let sent = maker.post(&pages, "/buku/jurnal/kirim", &sent).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    approve(&pages, &mut checker, &task_of(&sent)).await;

    let statement = format!("/buku/akun?akun={CASH}&bulan=2022-10");
    let page = maker.get(&pages, &statement).await;
    assert!(page.text.contains("Bukti BKU-1"), "{}", page.text);
    let links: Vec<&str> = page.text.split("href=\"/buku/transaksi/").skip(1).collect();
    let mut of_entry = String::new();
    for link in links {
        let id = link.split('"').next().expect("an address");
        let one = maker.get(&pages, &format!("/buku/transaksi/{id}")).await;
        assert_eq!(one.status, StatusCode::OK);
        assert!(!one.text.contains(NIK) && !one.text.contains(NAME));
        if one.text.contains("BKU-1") {
            assert!(one.text.contains("citra") && one.text.contains("wira"), "{}", one.text);
            of_entry = id.to_owned();
        }
    }
    let path = format!("/buku/transaksi/{of_entry}/balik");
    let asked = maker.get(&pages, &path).await;
    assert!(asked.text.contains("seratus lima puluh ribu rupiah"), "{}", asked.text);
    let unreasoned = maker.post(&pages, &path, &[("hari", "24-10-2022"), ("alasan", "")]).await;
    assert_eq!(unreasoned.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = [("hari", "24-10-2022"), ("alasan", "Tercatat dua kali")];
    let reversed = maker.post(&pages, &path, &form).await;
    assert_eq!(reversed.status, StatusCode::SEE_OTHER, "{}", reversed.text);
    let approver = office.actor("wira", Operation::Approve).expect("an approver");
    let waiting = office.vouchers_waiting(&approver).expect("read");
    approve(&pages, &mut checker, &waiting[0].task().to_string()).await;
    let page = maker.get(&pages, &format!("/buku/transaksi/{of_entry}")).await;
    assert!(page.text.contains("Transaksi ini sudah dibalik"), "{}", page.text);
    let again = maker.get(&pages, &path).await;
    assert_ne!(again.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_closed_by_two_and_takes_nothing_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = furnished(folder.path());
    let pages = router(Arc::clone(&office));
    let mut maker = sign_in(&pages, &office, "citra").await;
    let early = maker.get(&pages, "/buku/tutup/2022-10").await;
    assert!(early.text.contains("Bulannya belum lewat."), "{}", early.text);
    assert!(!early.text.contains("Usulkan tutup buku"));
    office.environment.pass(10 * DAY_MS);
    let mut maker = sign_in(&pages, &office, "citra").await;
    let mut checker = sign_in(&pages, &office, "wira").await;
    let page = maker.get(&pages, "/buku/tutup/2022-10").await;
    assert!(page.text.contains("Usulkan tutup buku"), "{}", page.text);
    let hash = page.text.split("name=\"sidik\" value=\"").nth(1).expect("a digest");
    let hash = hash.split('"').next().expect("a value").to_owned();
    let stale = [("sidik", "00")];
    let stale = maker.post(&pages, "/buku/tutup/2022-10", &stale).await;
    assert_ne!(stale.status, StatusCode::SEE_OTHER);
    // The statement of October never came: why it is closed all the same is asked for, and kept.
    let silent = maker.post(&pages, "/buku/tutup/2022-10", &[("sidik", hash.as_str())]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", silent.text);
    assert!(silent.text.contains("id=\"alasan-mistake\""), "{}", silent.text);
    assert!(silent.text.contains("Rekening koran belum sampai akhir bulan"), "{}", silent.text);
    let form = [("sidik", hash.as_str()), ("alasan", "Rekening koran menyusul (rekaan)")];
    let sent = maker.post(&pages, "/buku/tutup/2022-10", &form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let page = maker.get(&pages, "/buku/tutup/2022-10?usul=ya").await;
    let task = page.text.split("href=\"/tugas/").nth(1).expect("it waits");
    let task = task.split('"').next().expect("an address").to_owned();
    approve(&pages, &mut checker, &task).await;
    let closed = maker.get(&pages, "/buku/tutup.json").await;
    assert!(closed.text.contains("\"state\":\"closed\""), "{}", closed.text);
    maker.get(&pages, "/buku/jurnal").await;
    let late = maker.post(&pages, "/buku/jurnal", &entry("1.000", "2022-10-31", "BKU-9")).await;
    // The page is looked at; what is put forward is refused in words at the day.
    assert_eq!(late.status, StatusCode::OK);
    let late = entry("1.000", "2022-10-31", "BKU-9");
    let late = maker.post(&pages, "/buku/jurnal/kirim", &late).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text.contains("href=\"#hari\""), "{}", late.text);
    let page = maker.get(&pages, "/buku/tutup/2022-10").await;
    assert!(page.text.contains("Usulkan buka lagi"), "{}", page.text);
    let none = maker.post(&pages, "/buku/tutup/2022-10/buka", &[("alasan", "")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_put_forward_and_never_decide() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = furnished(folder.path());
    let token = token(&office, "citra", &[Operation::Pay, Operation::ReadMoney]);
    let pages = router(Arc::clone(&office));
    let body = format!(
        r#"{{"debet":"{CASH}","kredit":"{SUSPENSE}","jumlah_rupiah":"150000","hari":"2022-10-24",
        "bulan":"","nomor":"BKU-1","alasan":"Saldo awal kas (rekaan)"}}"#
    );
    let made = program(&pages, Some(&token), "/api/buku/jurnal", &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert!(made.text.contains("\"state\":\"proposed\""), "{}", made.text);
    let wrong = body.replace(CASH, "appropriation.apbdp-2022");
    let refused = program(&pages, Some(&token), "/api/buku/jurnal", &wrong).await;
    assert!(refused.text.contains("VOUCHER_ON_BUDGET"), "{}", refused.text);
    let body = r#"{"alasan":""}"#;
    let closed = program(&pages, Some(&token), "/api/buku/tutup/2022-10", body).await;
    assert!(closed.text.contains("PERIOD_OBSTRUCTED"), "{}", closed.text);
    let nothing = "018f0000-0000-7000-8000-000000000000";
    let path = format!("/api/buku/transaksi/{nothing}/balik");
    let body = r#"{"hari":"2022-10-24","alasan":"Tercatat dua kali"}"#;
    let unknown = program(&pages, Some(&token), &path, body).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{}", unknown.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offices_codes_are_put_forward_on_a_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = furnished(folder.path());
    let pages = router(Arc::clone(&office));
    let mut maker = sign_in(&pages, &office, "wulan").await;
    let mut checker = sign_in(&pages, &office, "wira").await;
    let page = maker.get(&pages, "/buku/bagan/usul").await;
    assert!(page.text.contains("contribution-expense,,5.1.02.02.02"), "{}", page.text);
    let table = office.shipped_chart().replace("5.1.02.02.02", "5.1.02.02.02.0006");
    let form = |table: &str| {
        [
            ("tabel", table.to_owned()),
            ("berlaku", "24-10-2022".to_owned()),
            ("alasan", "DPA 2022 (rekaan)".to_owned()),
        ]
    };
    let wrong = form("x");
    let wrong: Vec<(&str, &str)> = wrong.iter().map(|(name, text)| (*name, &**text)).collect();
    let wrong = maker.post(&pages, "/buku/bagan/usul", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let good = form(&table);
    let good: Vec<(&str, &str)> = good.iter().map(|(name, text)| (*name, &**text)).collect();
    let sent = maker.post(&pages, "/buku/bagan/usul", &good).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    approve(&pages, &mut checker, &task_of(&sent)).await;
    let page = maker.get(&pages, "/buku?bulan=2022-10").await;
    assert!(page.text.contains("5.1.02.02.02.0006"), "{}", page.text);
    for word in ["ledger-", "account-kind-", "chart-", "transfer-", "document-"] {
        let missing = page.text.split(['>', '<']).any(|text| text.trim().starts_with(word));
        assert!(!missing, "a word of {word} is missing");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cover_on_a_day_is_a_list_a_page_and_papers() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = furnished(folder.path());
    let pages = router(Arc::clone(&office));
    let mut reader = sign_in(&pages, &office, "citra").await;
    let list = "/buku/perlindungan?hari=2022-10-14&program=rentan-2022";
    let page = reader.get(&pages, list).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("menurut yang diketahui sampai"), "{}", page.text);
    assert!(!page.text.contains(NIK) && !page.text.contains(NAME), "masked");
    let link = page.text.split("href=\"/peserta/").nth(1).expect("somebody");
    let link = link.split('"').next().expect("an address").replace("&amp;", "&");
    let id = link.split('/').next().expect("an identifier").to_owned();
    let one = reader.get(&pages, &format!("/peserta/{link}")).await;
    assert_eq!(one.status, StatusCode::OK, "{}", one.text);
    assert!(one.text.contains("JKK: ") && one.text.contains("JKM: "), "{}", one.text);
    assert!(one.text.contains("PYG-") && one.text.contains("Lampiran 1"), "{}", one.text);
    assert!(!one.text.contains(NIK) && !one.text.contains(NAME), "masked");
    for (path, kind) in [
        ("/buku/perlindungan.pdf?hari=2022-10-14".to_owned(), "application/pdf"),
        (format!("/peserta/{id}/perlindungan.pdf?hari=2022-10-14"), "application/pdf"),
        ("/buku/perlindungan.json?hari=2022-10-14".to_owned(), "application/json"),
        (format!("/buku/perlindungan/bukti.json?orang={id}"), "application/json"),
        (format!("/buku/perlindungan/bukti.csv?orang={id}"), "text/csv"),
    ] {
        let answer = reader.get(&pages, &path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let found = answer.headers[header::CONTENT_TYPE].to_str().expect("a kind");
        assert!(found.starts_with(kind), "{path}: {found}");
    }
    let all = reader.get(&pages, "/buku/perlindungan.json?hari=2022-10-14").await;
    let none = reader.get(&pages, "/buku/perlindungan.json?hari=2022-10-14&diketahui=2022-01-01");
    assert!(all.text.contains("\"active\":"), "{}", all.text);
    assert!(none.await.text.contains("\"people\":0"), "nobody was known then");
    let wrong = reader.get(&pages, "/buku/perlindungan?hari=kemarin").await;
    assert_ne!(wrong.status, StatusCode::OK);
    assert_ne!(wrong.status, StatusCode::INTERNAL_SERVER_ERROR);
    // From somebody's own page, and from the books.
    let person = reader.get(&pages, &format!("/peserta/{id}")).await;
    assert!(person.text.contains(&format!("/peserta/{id}/perlindungan")), "{}", person.text);
    let books = reader.get(&pages, "/buku").await;
    assert!(books.text.contains("href=\"/buku/perlindungan\""), "{}", books.text);
}
