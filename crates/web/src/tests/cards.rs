//! The page that checks cards: for everybody, with and without a script. Everybody is invented.

use std::sync::Arc;

use app::office::{Office, Operation};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::{Answer, ask, filled, send, signed};
use crate::router;

/// The form as a browser without a script sends it.
async fn posted(pages: &Router, code: &str, photo: &[u8]) -> Answer {
    let mut body = Vec::new();
    let part = |head: &str| format!("--batas\r\ncontent-disposition: form-data; {head}\r\n\r\n");
    body.extend(part("name=\"kode\"").into_bytes());
    body.extend(code.as_bytes());
    body.extend(b"\r\n");
    if !photo.is_empty() {
        body.extend(part("name=\"berkas\"; filename=\"foto.png\"").into_bytes());
        body.extend(photo);
        body.extend(b"\r\n");
    }
    body.extend(b"--batas--\r\n");
    let request = Request::post("/periksa-kartu")
        .header(header::HOST, "localhost:8080")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=batas");
    send(pages, request.body(Body::from(body)).expect("a request")).await
}

/// The numbers of the good cards.
fn numbers(office: &Office) -> Vec<String> {
    let actor = office.actor("operator", Operation::Cards).expect("the first user");
    let cards = office.cards_of(&actor, app::demo::PROGRAMME).expect("cards");
    cards.iter().map(|card| card.number.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_checks_a_card_without_a_script() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let page = ask(&pages, "/periksa-kartu").await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let numbers = numbers(&office);
    let good = posted(&pages, &numbers[0], b"").await;
    assert_eq!(good.status, StatusCode::OK);
    assert!(good.text.contains("Kartu asli") && good.text.contains("Desember 2022"));
    let actor = office.actor("operator", Operation::Cards).expect("the first user");
    let lost = app::cards::Ending { cause: app::cards::CardCause::Lost, reason: "hilang di laut" };
    office.revoke_card(&actor, &numbers[0], lost).expect("ends");
    assert!(posted(&pages, &numbers[0], b"").await.text.contains("Kartu sudah ditarik"));
    let strange = posted(&pages, "0000-0000-0000-132", b"").await;
    assert!(strange.text.contains("Kartu tidak asli"));
    let mistyped = posted(&pages, "0000-0000-0000-133", b"").await;
    assert_eq!(mistyped.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(mistyped.text.contains("salah tulis") && mistyped.text.contains("<title>Kesalahan: "));
    assert_eq!(posted(&pages, "", b"").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let photo = posted(&pages, "", b"\x89PNG\r\n\x1a\nbukan foto").await;
    assert_eq!(photo.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(photo.text.contains("tidak terbaca"));
    let hostile = posted(&pages, &"<script>alert(1)</script>".repeat(3), b"").await;
    assert!(!hostile.text.contains("<script>alert"), "{}", hostile.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_lists_are_public_and_name_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let keys = ask(&pages, "/kartu/kunci.json").await;
    assert_eq!(keys.headers[header::CONTENT_TYPE], "application/jwk-set+json");
    let set: serde_json::Value = serde_json::from_str(&keys.text).expect("JSON");
    assert_eq!((&set["issuer"], &set["keys"][0]["year"]), (&"payung/64.01".into(), &2022.into()));
    assert!(set["keys"][0].get("d").is_none(), "the secret half stays here");
    let list = ask(&pages, "/kartu/dicabut/2022").await;
    assert_eq!(list.status, StatusCode::OK);
    assert_eq!(list.headers[header::CONTENT_TYPE], "application/statuslist+cwt");
    for path in ["/kartu/dicabut/2021", "/kartu/dicabut/x"] {
        assert_eq!(ask(&pages, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let worker = ask(&pages, "/kartu-luring.js").await;
    assert_eq!(worker.headers["service-worker-allowed"], "/periksa-kartu");
    assert!(worker.text.contains("/aset/kartu.js?v="));
    let policy = worker.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains("connect-src 'self'"), "else it could fetch nothing: {policy}");
}

/// A card is found by its number, which stands in no address; ended with a cause, and made anew.
#[tokio::test(flavor = "multi_thread")]
async fn an_office_finds_prints_and_replaces_a_card() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let (pages, mut browser) = signed(&office).await;
    let number = numbers(&office).swap_remove(0);
    let list = ask(&pages, "/kartu").await;
    assert!(list.status == StatusCode::OK && list.text.contains(&number));
    let wrong = browser.post(&pages, "/kartu/cari", &[("nomor", "0000-0000-0000-133")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let found = browser.post(&pages, "/kartu/cari", &[("nomor", &number)]).await;
    assert_eq!(found.status, StatusCode::SEE_OTHER);
    let place = found.headers[header::LOCATION].to_str().expect("text").to_owned();
    assert!(place.starts_with("/kartu/satu/") && !place.contains(&number));
    let printed = browser.post(&pages, &format!("{place}/cetak"), &[("bentuk", "card")]).await;
    assert!(printed.status == StatusCode::OK && printed.text.starts_with("%PDF"));
    let end = format!("{place}/akhir");
    let mut said = [("langkah", "reprint"), ("sebab", "lost"), ("alasan", "x")];
    let short = browser.post(&pages, &end, &said).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    said[2] = ("alasan", "hanyut di sungai");
    let ended = browser.post(&pages, &end, &said).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);
    let next = ended.headers[header::LOCATION].to_str().expect("text").to_owned();
    assert_ne!(next, place);
    let (old, new) = (ask(&pages, &place).await.text, ask(&pages, &next).await.text);
    assert!(old.contains("diganti") && old.contains("hilang") && new.contains("berlaku"));
    // The old one has a successor: nothing more can be done to it.
    assert!(!old.contains("/akhir") && new.contains("/akhir"));
}
