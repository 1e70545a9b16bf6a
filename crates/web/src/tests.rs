//! Pages of a register with a practice regency in it, and of an empty one.
//!
//! Everybody in these registers is invented.

mod api;
mod bank;
mod bills;
mod card_days;
mod cards;
mod claims;
mod door;
mod doors;
mod duplicates;
mod field;
mod intake;
mod integrations;
mod jht;
mod ledger;
mod login;
mod matrix;
mod money;
mod outreach;
mod partners;
mod plan;
mod programmes;
mod provider;
mod reading;
mod sipp;
mod snap;
mod trust;
mod walked;
mod weight;
mod zones;

use std::path::Path;
use std::sync::Arc;

use app::demo::{self, DemoOptions};
use app::environment::Environment;
use app::intake::{Receipt, Received};
use app::office::{Location, Office, OfficeOptions, Operation};
use app::reading::Reader;
use app::words::{Language, Words};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use axum::{Router, middleware};
use base::{Day, RegionCode};
use serde_json::Value;
use tower::ServiceExt;

use crate::router;

pub(crate) use door::{Browser, sign_in};

/// Somebody invented, whom no page may show.
const NIK: &str = "6401051708620099";
const NAME: &str = "KENARI PERCOBAAN";
const PHONE: &str = "081234509876";
const ADDRESS: &str = "GANG KENARI 99";

/// Every page, in the order of the navigation.
const PAGES: [&str; 91] = [
    "/",
    "/periksa-kartu",
    "/periksa-lampiran",
    "/beranda",
    "/program",
    "/program/rentan-2022",
    "/program/rentan-2022/papan",
    "/papan",
    "/urutan",
    "/wajib",
    "/dana",
    "/dana/baru",
    "/dana/apbdp-2022",
    "/tagihan",
    "/tagihan/baru",
    "/tagihan/orang",
    "/tagihan/perubahan",
    "/tagihan/tunggakan",
    "/tagihan/perlindungan",
    "/tagihan/kredit",
    "/buku",
    "/buku?bulan=2022-10",
    "/buku/akun",
    "/buku/transaksi?bulan=2022-10",
    "/buku/jurnal",
    "/buku/tutup",
    "/buku/tutup/2022-10",
    "/buku/bagan",
    "/kartu",
    "/kartu/cetak",
    "/kartu/hari",
    "/kartu/hari/baru",
    "/kartu/hari/papan",
    "/kartu/hari/kursi",
    "/kartu/hari/benturan",
    "/klaim",
    "/klaim/baru",
    "/kematian",
    "/kematian/pertanyaan",
    "/kematian/hidup",
    "/kecelakaan",
    "/kecelakaan/pertanyaan",
    "/jht",
    "/jht/rekening",
    "/simulasi-jht",
    "/laporan",
    "/cek",
    "/musibah",
    "/musibah/lapor",
    "/lacak",
    "/organisasi",
    "/perjanjian",
    "/perjanjian/papan",
    "/sosialisasi",
    "/sosialisasi/kalender",
    "/sosialisasi/bebas",
    "/sosialisasi/dampak",
    "/sosialisasi/peminat",
    "/sosialisasi/baru",
    "/agen",
    "/agen/belum",
    "/agen/baru",
    "/impor",
    "/integrasi",
    "/integrasi/kiriman",
    "/integrasi/jenis",
    "/integrasi/baru",
    "/setelan",
    "/kesehatan",
    "/bantuan",
    "/privasi",
    "/aksesibilitas",
    "/api",
    "/cakupan",
    "/cakupan?per=desa",
    "/cakupan/peta",
    "/cakupan/peta?per=desa",
    "/cakupan/peta?per=kabupaten",
    "/dasbor",
    "/dasbor/pembanding",
    "/dasbor/pembanding/baru",
    "/dasbor/sasaran",
    "/dasbor/laporan",
    "/dasbor/laporan/baru",
    "/cakupan?per=pekerjaan",
    "/cakupan?per=jenis-kelamin",
    "/cakupan?per=program",
    "/aturan",
    "/aturan/jkk.iuran_bpu",
    "/wilayah",
    "/tidak-ada",
];

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

async fn send(pages: &Router, request: Request<Body>) -> Answer {
    let response = pages.clone().oneshot(request).await.expect("a router always answers");
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = to_bytes(response.into_body(), 4_000_000).await.expect("a body");
    Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
}

/// Sends a form with a file, as a browser does.
async fn send_file(
    (browser, pages): (&Browser, &Router),
    path: &str,
    fields: &[(&str, &str)],
    (name, content): (&str, &[u8]),
) -> Answer {
    let mut body = Vec::new();
    for (key, value) in [("csrf", &*browser.csrf)].iter().chain(fields) {
        let head = format!("--b0\r\ncontent-disposition: form-data; name=\"{key}\"\r\n\r\n");
        body.extend(format!("{head}{value}\r\n").into_bytes());
    }
    let named = name.replace('"', "%22");
    let head = "--b0\r\ncontent-disposition: form-data; name=\"berkas\"; filename=";
    body.extend(format!("{head}\"{named}\"\r\n\r\n").into_bytes());
    body.extend(content);
    body.extend(b"\r\n--b0--\r\n");
    let request = browser
        .request("POST", path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b0")
        .header(header::ORIGIN, "http://localhost")
        .body(Body::from(body))
        .expect("a request");
    send(pages, request).await
}

async fn ask(pages: &Router, path: &str) -> Answer {
    let request = Request::get(path).header(header::HOST, "localhost:8080");
    send(pages, request.body(Body::empty()).expect("a request")).await
}

/// The pages as somebody who may nearly everything sees them: every request has the cookie.
async fn signed(office: &Arc<Office>) -> (Router, Browser) {
    let pages = router(Arc::clone(office));
    let browser = sign_in(&pages, office, "operator").await;
    let cookie = HeaderValue::from_str(&browser.cookie).expect("a cookie");
    let with_cookie = move |mut request: Request<Body>| {
        request.headers_mut().entry(header::COOKIE).or_insert(cookie.clone());
        std::future::ready(request)
    };
    (pages.layer(middleware::map_request(with_cookie)), browser)
}

fn open(folder: &Path) -> Office {
    Office::open(OfficeOptions {
        location: Location::Directory(folder.to_owned()),
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 10, 24).expect("a day"), 7),
        keys: app::keys::KeySource::beside(folder),
    })
    .expect("a fresh folder opens")
}

/// Two practice villages gone the whole way, and one more file whose very name is identity.
fn filled(folder: &Path) -> Office {
    let office = open(&folder.join("register"));
    let options = DemoOptions {
        seed: 7,
        villages: Some(2),
        folder: &folder.join("practice"),
        words: Words::of(Language::Indonesian),
    };
    demo::run(&office, &options, &mut |_, _, _| {}).expect("the journey ends well");
    let path = folder.join(format!("{NAME} {NIK}.csv"));
    let row = format!("{NIK},{NAME},Paser,17-08-1962,L,{ADDRESS},nelayan,{PHONE}\n");
    let heads = "NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan,No HP\n";
    let broken = format!("640105170862,{NAME} DUA,Paser,99-99-1962,L,{ADDRESS},nelayan,{PHONE}\n");
    std::fs::write(&path, format!("{heads}{row}{broken}")).expect("a file");
    let org = office.orgs().expect("offices").remove(0).code.to_string();
    let actor = office.actor("operator", Operation::TakeIn).expect("the first user");
    let received = Received {
        path,
        programme: demo::PROGRAMME.to_owned(),
        org,
        only_sheet: None,
        confirmed: Vec::new(),
        dry_run: false,
    };
    let receipt = office.receive(&actor, &received).expect("the file is taken in");
    assert!(matches!(receipt, Receipt::Decided(_)));
    office
}

fn shows_no_identity(path: &str, text: &str) {
    let lower = text.to_lowercase();
    for secret in [NIK, NAME, PHONE, ADDRESS, "kenari", "640105170862"] {
        assert!(!lower.contains(&secret.to_lowercase()), "{path} shows {secret}");
    }
    // The key of a form is hexadecimal, and long enough to have any run by chance.
    let without_keys: String = text
        .split("name=\"csrf\" value=\"")
        .map(|part| part.split_once('"').map_or(part, |(_, rest)| rest))
        .collect();
    let runs = without_keys.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
    // Identifiers of files are hexadecimal, and their parts may be twelve digits by chance.
    assert!(runs < Some(16), "{path} shows sixteen digits");
}

fn is_a_whole_page(path: &str, text: &str, lang: &str) {
    assert!(text.starts_with(&format!("<!doctype html>\n<html lang=\"{lang}\"")), "{path}");
    for (piece, times) in [
        ("<h1", 1),
        ("<main id=\"isi\"", 1),
        ("<nav class=\"wrap\"", 1),
        ("<header ", 1),
        ("<footer ", 1),
        ("class=\"skip\" href=\"#isi\"", 1),
        // Whoever checks a card may use the camera; without a script a photo is sent.
        ("<script", usize::from(path.starts_with("/periksa-kartu"))),
        (" style=", 0),
        ("<style>", usize::from(!text.contains("action=\"/keluar"))),
        // A key without words prints itself.
        (">web-", 0),
        ("problem-", 0),
        ("outcome-", 0),
    ] {
        assert_eq!(text.matches(piece).count(), times, "{path}: {piece}");
    }
    let addresses = text.split("src=\"").skip(1).filter(|rest| !rest.starts_with('/'));
    assert_eq!(addresses.count(), 0, "{path} loads from elsewhere");
}

fn title(text: &str) -> String {
    let start = text.find("<title>").expect("a title") + 7;
    let end = text[start..].find("</title>").expect("its end");
    text[start..start + end].to_owned()
}

async fn check_pages(pages: &Router) {
    for (query, lang) in [("", "id"), ("bahasa=en", "en")] {
        let mut titles = Vec::new();
        for path in PAGES {
            let mark = if path.contains('?') { '&' } else { '?' };
            let path =
                if query.is_empty() { path.to_owned() } else { format!("{path}{mark}{query}") };
            let answer = ask(pages, &path).await;
            // An empty register has no programme and no fund of the practice region.
            if path.contains("-2022") && answer.status == StatusCode::NOT_FOUND {
                assert!(ask(pages, "/program").await.text.contains("payung programme add"));
                continue;
            }
            let found = !path.starts_with("/tidak-ada");
            assert_eq!(answer.status == StatusCode::OK, found, "{path}");
            is_a_whole_page(&path, &answer.text, lang);
            shows_no_identity(&path, &answer.text);
            titles.push(title(&answer.text));
        }
        let all = titles.len();
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), all, "titles are unique");
    }
}

async fn check_sheets(pages: &Router) {
    let list = ask(pages, "/impor").await.text;
    let links: Vec<&str> =
        list.split("href=\"/impor/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() >= 3, "two villages and the last file: {}", links.len());
    let mut with_remedy = 0;
    for id in links {
        let path = format!("/impor/{id}");
        let answer = ask(pages, &path).await;
        assert_eq!(answer.status, StatusCode::OK);
        is_a_whole_page(&path, &answer.text, "id");
        shows_no_identity(&path, &answer.text);
        with_remedy += usize::from(answer.text.contains("Lihat lagi KTP, lalu tulis ulang."));
    }
    assert!(with_remedy > 0, "the number that is too short is explained");
}

async fn check_exports(pages: &Router) {
    let json = ask(pages, "/cakupan.json?per=kecamatan").await;
    assert_eq!(json.headers[header::CONTENT_TYPE], "application/json");
    let table: Value = serde_json::from_str(&json.text).expect("JSON");
    let rows = table["rows"].as_array().expect("rows");
    let sum: u64 = rows.iter().filter_map(|row| row["covered"].as_u64()).sum();
    assert_eq!(table["covered"].as_u64(), Some(sum));
    assert!(sum > 0, "the journey ends with people covered");
    assert!(rows.iter().all(|row| row["denominator_source"].is_string()));
    let csv = ask(pages, "/cakupan.csv?per=kecamatan").await;
    assert_eq!(csv.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert!(csv.text.starts_with('\u{feff}'));
    assert_eq!(csv.text.lines().count(), rows.len() + 1);
    shows_no_identity("/cakupan.csv", &csv.text);
    // The state of the address is the state of the page.
    let page = ask(pages, "/cakupan?per=desa&bulan=2022-11").await.text;
    assert!(page.contains("<option value=\"2022-11\" selected>"));
    assert!(page.contains("/cakupan.csv?per=desa&#38;bulan=2022-11"), "{page}");
}

/// What the answers hold is what the description says, field by field.
async fn check_described(pages: &Router) {
    let text = ask(pages, "/api/openapi.json").await.text;
    let document: Value = serde_json::from_str(&text).expect("JSON");
    for (path, described) in document["paths"].as_object().expect("paths") {
        let schema = &described["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        // What stands below /api is about one thing, and has its own tests.
        if schema["properties"].is_null() || path.starts_with("/api/") {
            continue;
        }
        let table: Value = serde_json::from_str(&ask(pages, path).await.text).expect("JSON");
        has_fields(path, schema, &table);
        let row = &schema["properties"]["rows"]["items"];
        let rows = table["rows"].as_array().expect("rows");
        rows.iter().for_each(|found| has_fields(path, row, found));
    }
}

fn has_fields(path: &str, schema: &Value, found: &Value) {
    let keys = |value: &Value| -> Vec<String> {
        let mut keys: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(&schema["properties"]), keys(found), "{path}");
}

/// Every table is a page and three files, and the files say the same.
async fn check_twins(pages: &Router) {
    for path in [
        "/program",
        "/tagihan",
        "/tagihan/orang",
        "/tagihan/perubahan",
        "/tagihan/tunggakan",
        "/tagihan/perlindungan",
        "/tagihan/kredit",
        "/impor",
        "/cakupan",
        "/aturan",
        "/wilayah",
        "/dana",
        "/papan",
        "/urutan",
        "/wajib",
        "/buku",
        "/buku/transaksi",
        "/buku/tutup",
        "/buku/bagan",
    ] {
        let json = ask(pages, &format!("{path}.json")).await;
        assert_eq!(json.status, StatusCode::OK, "{path}");
        let table: Value = serde_json::from_str(&json.text).expect("JSON");
        let rows = table["rows"].as_array().expect("rows");
        let csv = ask(pages, &format!("{path}.csv")).await;
        assert_eq!(csv.text.lines().count(), rows.len() + 1, "{path}");
        shows_no_identity(path, &csv.text);
        let request = Request::get(format!("{path}.xlsx")).header(header::HOST, "localhost");
        let request = request.body(Body::empty()).expect("a request");
        let response = pages.clone().oneshot(request).await.expect("a router always answers");
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let bytes = to_bytes(response.into_body(), 4_000_000).await.expect("a body");
        assert!(bytes.starts_with(b"PK"), "{path}");
    }
    // The rules are more than a page; the pages together show each once.
    let table: Value = serde_json::from_str(&ask(pages, "/aturan.json").await.text).expect("JSON");
    let all = table["rows"].as_array().expect("rows").len();
    let (mut path, mut seen) = ("/aturan".to_owned(), 0);
    loop {
        let page = ask(pages, &path).await.text;
        seen += page.matches("href=\"/aturan/").count();
        let next = page.split("href=\"").find(|rest| rest.contains("rel=\"next\""));
        match next.and_then(|rest| rest.split('"').next()) {
            Some(next) => path = next.replace("&#38;", "&"),
            None => break,
        }
    }
    assert_eq!(seen, all);
}

async fn check_refusals(pages: &Router) {
    for path in [
        "/cakupan?per=umur",
        "/cakupan?per=desa&bulan=oktober",
        "/impor/bukan-nomor",
        "/aturan/jkk.tidak_ada",
        "/impor/018f0000-0000-7000-8000-000000000000",
        "/aset/../Cargo.toml",
    ] {
        let answer = ask(pages, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text.contains("Halaman tidak ditemukan"), "{path}");
    }
    let post = Request::builder().method(Method::POST).uri("/").header(header::HOST, "localhost");
    let answer = send(pages, post.body(Body::empty()).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.text.contains("dengan cara itu"));
    for host in ["payung.example", "192.168.1.5:8080"] {
        let request = Request::get("/").header(header::HOST, host);
        let answer = send(pages, request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!answer.text.contains("Paser"));
    }
}

fn check_headers(headers: &HeaderMap) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("content-type", "text/html; charset=utf-8"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    let policy = headers["content-security-policy"].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none'; style-src 'self' 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filled_register_shows_figures_and_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let (pages, _) = signed(&office).await;
    check_pages(&pages).await;
    check_sheets(&pages).await;
    check_exports(&pages).await;
    check_refusals(&pages).await;
    let home = ask(&pages, "/").await;
    check_headers(&home.headers);
    let overview = office.overview().expect("an overview");
    let row = &overview.programmes[0];
    let programmes = ask(&pages, "/program").await;
    assert!(programmes.text.contains(&row.committed.to_string()));
    check_twins(&pages).await;
    check_described(&pages).await;
    assert_eq!(row.rows.received(), overview.rows.received());
    assert_eq!(ask(&pages, "/sehat").await.text, "sehat\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_register_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pages, _) = signed(&Arc::new(open(folder.path()))).await;
    check_pages(&pages).await;
    for (path, words) in [
        ("/", "Program belum dibuka di"),
        ("/beranda", "Tunjuk penyetuju"),
        ("/program", "Belum ada program"),
        ("/tagihan", "Belum ada tagihan"),
        ("/impor", "Belum ada berkas"),
        ("/cakupan", "Belum ada orang di daftar"),
    ] {
        assert!(ask(&pages, path).await.text.contains(words), "{path}");
    }
}

#[tokio::test]
async fn assets_come_from_the_program_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = router(Arc::new(open(folder.path())));
    for (path, kind) in [
        (crate::assets::stylesheet(), "text/css; charset=utf-8"),
        ("/aset/payung.svg", "image/svg+xml"),
        ("/aset/OFL.txt", "text/plain; charset=utf-8"),
    ] {
        let answer = ask(&pages, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], kind, "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_kept_once_and_never_overwritten_unseen() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(open(folder.path()));
    let (pages, mut browser) = signed(&office).await;
    let form =
        [("once", "00000000-00000000-00000001"), ("kantor", "Dinas Uji"), ("telepon", "(0543) 1")];
    let saved = browser.post(&pages, "/setelan", &form).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    assert_eq!(saved.headers[header::LOCATION], "/setelan?tersimpan=ya");
    assert!(ask(&pages, "/bantuan").await.text.contains("href=\"tel:05431\""));
    // The same press again gets the same answer, though the register has moved on.
    let again = browser.post(&pages, "/setelan", &form).await;
    assert_eq!(again.headers[header::LOCATION], "/setelan?tersimpan=ya");
    // Another form made from what was before is shown beside what is now.
    let late = [("once", "00000000-00000000-00000002"), ("kantor", "Dinas Lain")];
    let conflict = browser.post(&pages, "/setelan", &late).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT);
    assert!(conflict.text.contains("Dinas Uji") && conflict.text.contains("Dinas Lain"));
    let wrong = [("kantor", "Dinas Uji"), ("telepon", "nol")];
    let wrong = browser.post(&pages, "/setelan", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(title(&wrong.text).starts_with("Kesalahan: "), "{}", title(&wrong.text));
    assert!(wrong.text.contains("<a href=\"#telepon\">"));
    assert!(wrong.text.contains("value=\"nol\""));
    let large = "x".repeat(2_500_000);
    let refused = browser.post(&pages, "/setelan", &[("kantor", &large)]).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.text.contains("Kiriman ini terlalu besar"));
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_are_told_problems_in_their_own_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(open(folder.path()));
    let pages = router(Arc::clone(&office));
    for (path, status, code) in [
        ("/impor.json", 401, "NOT_SIGNED_IN"),
        ("/cakupan.json?per=umur", 400, "KIND_UNKNOWN"),
        ("/api/tidak-ada", 404, "NOT_FOUND"),
    ] {
        let answer = ask(&pages, path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{path}");
        let problem: Value = serde_json::from_str(&answer.text).expect("JSON");
        assert_eq!(problem["kode"], code, "{path}");
        assert_eq!(problem["status"], status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_watches_gets_figures_and_readers_get_large_letters() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = router(Arc::new(open(folder.path())));
    assert_eq!(ask(&pages, "/health").await.text, "sehat\n");
    let metrics = ask(&pages, "/metrics").await.text;
    assert!(metrics.contains("payung_healthy 1"), "{metrics}");
    assert!(metrics.contains("payung_http_responses_total{class=\"2xx\"} 1"), "{metrics}");
    let chosen = ask(&pages, "/huruf?ukuran=besar&kembali=/bantuan").await;
    assert_eq!(chosen.headers[header::LOCATION], "/bantuan");
    let cookie = chosen.headers[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.starts_with("huruf=besar; Path=/"));
    let request =
        Request::get("/").header(header::HOST, "localhost").header("cookie", "huruf=besar");
    let page = send(&pages, request.body(Body::empty()).expect("a request")).await;
    assert!(page.text.contains("<html lang=\"id\" class=\"besar\">"));
}
