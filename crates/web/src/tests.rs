//! Pages of a register with a practice regency in it, and of an empty one.
//!
//! Everybody in these registers is invented.

mod door;
mod login;

use std::path::Path;
use std::sync::Arc;

use app::demo::{self, DemoOptions};
use app::environment::Environment;
use app::intake::{Receipt, Received};
use app::office::{Location, Office, OfficeOptions, Operation};
use app::reading::Reader;
use app::words::{Language, Words};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use base::{Day, RegionCode};
use serde_json::Value;
use tower::ServiceExt;

use crate::router;

#[expect(unused_imports, reason = "tests of other pages sign in by it")]
pub(crate) use door::{Browser, sign_in};

/// Somebody invented, whom no page may show.
const NIK: &str = "6401051708620099";
const NAME: &str = "KENARI PERCOBAAN";
const PHONE: &str = "081234509876";
const ADDRESS: &str = "GANG KENARI 99";

/// Every page, in the order of the navigation.
const PAGES: [&str; 10] = [
    "/",
    "/berkas",
    "/cakupan",
    "/cakupan?per=desa",
    "/cakupan?per=pekerjaan",
    "/cakupan?per=jenis-kelamin",
    "/cakupan?per=program",
    "/aturan",
    "/aturan/jkk.iuran_bpu",
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
    Answer { status, headers, text: String::from_utf8(bytes.to_vec()).expect("text") }
}

async fn ask(pages: &Router, path: &str) -> Answer {
    let request = Request::get(path).header(header::HOST, "localhost:8080");
    send(pages, request.body(Body::empty()).expect("a request")).await
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
    let runs = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
    // Identifiers of files are hexadecimal, and their parts may be twelve digits by chance.
    assert!(runs < Some(16), "{path} shows sixteen digits");
}

fn is_a_whole_page(path: &str, text: &str, lang: &str) {
    assert!(text.starts_with(&format!("<!doctype html>\n<html lang=\"{lang}\">")), "{path}");
    for (piece, times) in [
        ("<h1", 1),
        ("<main id=\"isi\"", 1),
        ("<nav class=\"wrap\"", 1),
        ("<header ", 1),
        ("<footer ", 1),
        ("class=\"skip\" href=\"#isi\"", 1),
        ("<script", 0),
        (" style=", 0),
        ("<style", 0),
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
    let list = ask(pages, "/berkas").await.text;
    let links: Vec<&str> =
        list.split("href=\"/berkas/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() >= 3, "two villages and the last file: {}", links.len());
    let mut with_remedy = 0;
    for id in links {
        let path = format!("/berkas/{id}");
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

async fn check_refusals(pages: &Router) {
    for path in [
        "/cakupan?per=umur",
        "/cakupan?per=desa&bulan=oktober",
        "/berkas/bukan-nomor",
        "/aturan/jkk.tidak_ada",
        "/berkas/018f0000-0000-7000-8000-000000000000",
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
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; font-src 'self';"));
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filled_register_shows_figures_and_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    check_pages(&pages).await;
    check_sheets(&pages).await;
    check_exports(&pages).await;
    check_refusals(&pages).await;
    let home = ask(&pages, "/").await;
    check_headers(&home.headers);
    let overview = office.overview().expect("an overview");
    let row = &overview.programmes[0];
    assert!(home.text.contains(&row.committed.to_string()));
    assert_eq!(row.rows.received(), overview.rows.received());
    assert_eq!(ask(&pages, "/sehat").await.text, "sehat\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_register_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let pages = router(Arc::new(open(folder.path())));
    check_pages(&pages).await;
    for (path, words) in [
        ("/", "Belum ada program"),
        ("/berkas", "Belum ada berkas"),
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
