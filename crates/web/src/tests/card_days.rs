//! Card days on pages: made, handed over by the form as it is, told by a device, decided, printed.
//! Everybody is invented.

use std::sync::Arc;

use app::card_days::{CardDayAsked, DayPaper};
use app::office::{Office, Operation};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base::Day;
use serde_json::{Value, json};

use super::{Browser, ask, filled, send, send_file, shows_no_identity, signed};
use crate::router;

/// The numbers of the good cards.
fn numbers(office: &Office) -> Vec<String> {
    let actor = office.actor("operator", Operation::Cards).expect("the first user");
    let cards = office.cards_of(&actor, app::demo::PROGRAMME).expect("cards");
    cards.iter().map(|card| card.number.to_string()).collect()
}

/// A day with every card of the practice register; its address.
fn held(office: &Office) -> String {
    let actor = office.actor("operator", Operation::Cards).expect("the first user");
    let asked = CardDayAsked {
        programme: app::demo::PROGRAMME,
        name: "Hari rekaan",
        place: "Pendopo",
        day: Day::new(2022, 11, 14).expect("a day"),
        within: "",
    };
    let (day, _) = office.make_card_day(&actor, &asked).expect("a day");
    format!("/kartu/hari/{}", day.id)
}

/// What a device sends.
async fn told(
    pages: &axum::Router,
    browser: &Browser,
    path: &str,
    body: &Value,
) -> (StatusCode, Value) {
    let request = Request::post(path)
        .header(header::HOST, "localhost:8080")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::COOKIE, &browser.cookie)
        .header("x-csrf", body["csrf"].as_str().unwrap_or_default());
    let answer = send(pages, request.body(Body::from(body.to_string())).expect("a request")).await;
    (answer.status, serde_json::from_str(&answer.text).unwrap_or(Value::Null))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_made_held_and_closed_without_a_script() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let (pages, mut browser) = signed(&office).await;
    let empty = ask(&pages, "/kartu/hari").await;
    assert!(empty.text.contains("Belum ada hari penyerahan kartu"), "{}", empty.text);
    let fields = [
        ("program", app::demo::PROGRAMME),
        ("nama", "Hari rekaan"),
        ("tempat", "Pendopo"),
        ("hari", "kemarin"),
        ("wilayah", ""),
    ];
    let wrong = browser.post(&pages, "/kartu/hari/baru", &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("bukan tanggal"), "{}", wrong.text);
    let mut right = fields;
    right[3] = ("hari", "14-11-2022");
    let made = browser.post(&pages, "/kartu/hari/baru", &right).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let path = made.headers[header::LOCATION].to_str().expect("text").to_owned();
    assert_eq!(path, held(&office), "the same day is made once");
    let numbers = numbers(&office);
    let desk = format!("{path}/serah");
    let give = |code: &str| {
        let mut browser = browser.clone();
        let (pages, desk, code) = (pages.clone(), desk.clone(), code.to_owned());
        async move {
            let fields = [
                ("kode", &*code),
                ("penerima", "child"),
                ("bukti", "thumb"),
                ("rujukan", "baris 3"),
            ];
            browser.post(&pages, &desk, &fields).await
        }
    };
    let mistyped = give("0000-0000-0000-133").await;
    assert_eq!(mistyped.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(mistyped.text.contains("salah tulis") && mistyped.text.contains("<title>Kesalahan: "));
    let given = give(&numbers[0]).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text);
    let place = given.headers[header::LOCATION].to_str().expect("text").to_owned();
    assert!(!place.contains(&numbers[0]), "no number in an address");
    let page = ask(&pages, &place).await;
    assert!(page.text.contains("Kartu tercatat diserahkan"), "{}", page.text);
    let again = give(&numbers[0]).await;
    assert_eq!(again.headers[header::LOCATION], place.as_str(), "the same card is one telling");
    let strange = give("0000-0000-0000-132").await;
    let place = strange.headers[header::LOCATION].to_str().expect("text").to_owned();
    assert!(ask(&pages, &place).await.text.contains("tidak ada kartu dengan nomor itu"));
    let handover = place.split("serah=").nth(1).expect("its number").to_owned();
    let one = format!("/kartu/serah/{handover}");
    let page = ask(&pages, &one).await;
    assert!(page.text.contains("Putuskan") && !page.text.contains("value=\"accept\""));
    let decision = format!("{one}/keputusan");
    let fields = [("langkah", "dismiss"), ("alasan", "salah ketik di meja")];
    let decided = browser.post(&pages, &decision, &fields).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text);
    assert!(ask(&pages, &one).await.text.contains("salah ketik di meja"));
    let again = [("langkah", "accept"), ("alasan", "ternyata benar ada")];
    let refused = browser.post(&pages, &decision, &again).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    lists_and_papers(&pages, &mut browser, &path).await;
}

/// The lists and papers of a day, before and after it is closed.
async fn lists_and_papers(pages: &axum::Router, browser: &mut Browser, path: &str) {
    let board = ask(pages, "/kartu/hari/papan?segar=ya").await;
    assert!(board.text.contains("http-equiv=\"refresh\""), "{}", board.text);
    for list in ["kursi", "benturan", "papan"] {
        let page = ask(pages, &format!("/kartu/hari/{list}")).await;
        assert_eq!(page.status, StatusCode::OK, "{list}");
        shows_no_identity(list, &page.text);
        for ending in ["json", "csv", "xlsx"] {
            let twin = ask(pages, &format!("/kartu/hari/{list}.{ending}")).await;
            assert_eq!(twin.status, StatusCode::OK, "{list}.{ending}");
        }
    }
    let closed = browser.post(pages, &format!("{path}/tutup"), &[]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
    assert!(!ask(pages, "/kartu/hari/papan").await.text.contains("http-equiv=\"refresh\""));
    for paper in DayPaper::ALL {
        let fields = [("kertas", paper.name())];
        let printed = browser.post(pages, &format!("{path}/cetak"), &fields).await;
        assert_eq!(printed.status, StatusCode::OK, "{paper:?} {}", printed.text);
    }
    let fields = [("nomor", "470/1"), ("penyerah", ""), ("penerima", "Camat Rekaan")];
    let minutes = browser.post(pages, &format!("{path}/berita-acara"), &fields).await;
    assert_eq!(minutes.headers[header::CONTENT_TYPE], "application/pdf");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_takes_no_identity_along_and_tells_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let path = held(&office);
    let (pages, browser) = signed(&office).await;
    let page = ask(&pages, &format!("{path}/serah")).await;
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    let list = ask(&pages, &format!("{path}/luring")).await;
    assert_eq!(list.headers[header::CACHE_CONTROL], "no-store");
    let list: Value = serde_json::from_str(&list.text).expect("JSON");
    // Apart from the key of the login, whose letters are random.
    let told_of = json!([list["villages"], list["seats"]]).to_string();
    let actor = office.actor("operator", Operation::Cards).expect("the first user");
    for card in office.cards_of(&actor, app::demo::PROGRAMME).expect("cards") {
        // A short name may stand in a digest by chance.
        assert!(!told_of.contains(&format!("\"{}\"", card.name.as_str())));
        assert!(!told_of.contains(&card.number.plain()));
    }
    let numbers = numbers(&office);
    assert_eq!(list["seats"].as_array().map(Vec::len), Some(numbers.len()));
    let one = |id: &str, number: &str| {
        json!({"id": id, "number": number, "to": "holder", "proof": "signature",
               "reference": "", "at_ms": 1_668_400_000_000_u64})
    };
    let (a, b, c) = (
        "018f0000-0000-7000-8000-00000000000a",
        "018f0000-0000-7000-8000-00000000000b",
        "018f0000-0000-7000-8000-00000000000c",
    );
    let queue = format!("{path}/antrean");
    let body = json!({
        "csrf": list["csrf"], "device": "018f0000-0000-7000-8000-0000000000aa",
        "now_ms": 1_668_400_000_000_u64,
        "handovers": [one(a, &numbers[0]), one(b, "7KQ2"), one(c, &numbers[0])],
    });
    for _ in 0..2 {
        let (status, said) = told(&pages, &browser, &queue, &body).await;
        assert_eq!(status, StatusCode::OK, "{said}");
        let mut states: Vec<(String, String)> = said["answers"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| {
                (
                    one["id"].as_str().unwrap_or("").into(),
                    one["state"].as_str().unwrap_or("").into(),
                )
            })
            .collect();
        states.sort();
        let expect = [(a, "given"), (b, "refused"), (c, "conflict")];
        assert_eq!(states, expect.map(|(id, state)| (id.to_owned(), state.to_owned())));
    }
    let fresh = ask(&pages, &format!("{path}/luring")).await;
    let fresh: Value = serde_json::from_str(&fresh.text).expect("JSON");
    assert_eq!(fresh["conflicts"], 1);
    let given = fresh["seats"].as_array().expect("seats").iter().filter(|one| one["given"] == true);
    assert_eq!(given.count(), 1);
    // Without the key of the login nothing is taken; nor is anything but JSON, or what is none.
    let mut forged = body.clone();
    forged["csrf"] = json!("");
    assert_eq!(told(&pages, &browser, &queue, &forged).await.0, StatusCode::FORBIDDEN);
    let mut broken = body.clone();
    broken["handovers"] = json!("tidak");
    assert_eq!(told(&pages, &browser, &queue, &broken).await.0, StatusCode::BAD_REQUEST);
    let worker = ask(&router(Arc::clone(&office)), "/serah-luring.js").await;
    assert_eq!(worker.headers["service-worker-allowed"], "/kartu/hari/");
}

/// The signature on the paper list, photographed: sent to the handover that a device told of, given
/// out to be saved, and to nobody who is not signed in.
#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_added_to_what_a_device_told_and_given_out_to_be_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let path = held(&office);
    let (pages, mut browser) = signed(&office).await;
    let list = ask(&pages, &format!("{path}/luring")).await;
    let list: Value = serde_json::from_str(&list.text).expect("JSON");
    let id = "018f0000-0000-7000-8000-00000000000a";
    let body = json!({
        "csrf": list["csrf"], "device": "018f0000-0000-7000-8000-0000000000aa",
        "now_ms": 1_668_400_000_000_u64,
        "handovers": [{
            "id": id, "number": numbers(&office)[0], "to": "holder", "proof": "photo",
            "reference": "baris 4", "at_ms": 1_668_400_000_000_u64,
        }],
    });
    let (status, said) = told(&pages, &browser, &format!("{path}/antrean"), &body).await;
    assert_eq!((status, &said["answers"][0]["state"]), (StatusCode::OK, &json!("given")));
    let page = browser.get(&pages, &format!("/kartu/serah/{id}")).await;
    let place = format!("/kartu/serah/{id}/lampiran");
    assert!(page.text.contains(&place), "{}", page.text);
    let photo = [&[0xff, 0xd8, 0xff, 0xe0][..], b"isi", &[0xff, 0xd9]].concat();
    let hostile = b"<html><script>alert(1)</script>";
    let refused = send_file((&browser, &pages), &place, &[], ("a.jpg", hostile)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(refused.text.contains("bukan foto") && !refused.text.contains("<script>alert"));
    let sent = send_file((&browser, &pages), &place, &[], ("tanda tangan.jpg", &photo)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let page = browser.get(&pages, &format!("/kartu/serah/{id}")).await;
    let (_, rest) = page.text.split_once("href=\"/lampiran/").expect("a file");
    let file = format!("/lampiran/{}", rest.split('"').next().expect("a number"));
    let given = browser.get(&pages, &file).await;
    assert_eq!(given.headers[header::CONTENT_TYPE], "image/jpeg");
    let saved = given.headers[header::CONTENT_DISPOSITION].to_str().expect("text");
    assert_eq!(saved, "attachment; filename=\"lampiran.jpg\"", "no name of the sender's");
    let stranger = Browser::default().get(&router(Arc::clone(&office)), &file).await;
    assert_ne!(stranger.status, StatusCode::OK);
}
