//! Outreach through the pages and by a program: an event written, held, attended; a lead read out;
//! an agent kept; the feed. Everybody is invented.

use std::sync::Arc;

use app::access::Operation;
use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use super::api::{program, token};
use super::{filled, sign_in};
use crate::router;

const EVENT: [(&str, &str); 9] = [
    ("kode", "rembuk-satu"),
    ("jenis", "rembuk"),
    ("judul", "Rembuk warga rekaan"),
    ("tanggal", "20-10-2022"),
    ("jam", "09.00-11.30"),
    ("wilayah", ""),
    ("tempat", "Balai rekaan"),
    ("kantor", "dinkes-latihan"),
    ("pembicara", "Kenari Pembicara"),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_written_attended_and_held() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut browser = sign_in(&pages, &office, "operator").await;
    browser.get(&pages, "/sosialisasi/baru").await;
    let wrong = EVENT.map(|(name, text)| (name, if name == "jam" { "pagi" } else { text }));
    let answer = browser.post(&pages, "/sosialisasi/baru", &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("Jam tidak terbaca"), "says what is wrong");
    let answer = browser.post(&pages, "/sosialisasi/baru", &EVENT).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let path = "/sosialisasi/acara/rembuk-satu";
    let page = browser.get(&pages, path).await;
    assert!(page.text.contains("Kenari Pembicara") && page.text.contains("Balai rekaan"));
    let there =
        [("nama", "Kenari Hadir"), ("telepon", "081234509876"), ("jk", "P"), ("setuju", "signed")];
    let answer = browser.post(&pages, &format!("{path}/hadir"), &there).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("1 peminat"), "{}", answer.text);
    assert!(!answer.text.contains("Kenari Hadir"), "a lead is masked");
    let held = [("langkah", "hold"), ("alasan", "Apakah iuran kembali?")];
    let answer = browser.post(&pages, &format!("{path}/langkah"), &held).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let text = browser.get(&pages, &format!("{path}/undangan")).await;
    assert!(text.text.contains("Kamis, 20 Oktober 2022") && !text.text.contains("Kenari"));

    let leads = browser.get(&pages, "/sosialisasi/peminat.json").await;
    let leads: Value = serde_json::from_str(&leads.text).expect("JSON");
    let rows = leads["rows"].as_array().expect("rows");
    let ours = rows.iter().find(|row| row["event"] == "rembuk-satu").expect("a lead of the event");
    let id = ours["lead"].as_str().expect("a lead").to_owned();
    let lead = format!("/sosialisasi/peminat/{id}");
    assert!(!browser.get(&pages, &lead).await.text.contains("Kenari Hadir"));
    let read = browser.post(&pages, &format!("{lead}/baca"), &[]).await;
    assert!(read.text.contains("Kenari Hadir"), "{}", read.text);
    let called = [("langkah", "contact"), ("alasan", "akan membawa KTP besok")];
    let answer = browser.post(&pages, &format!("{lead}/langkah"), &called).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let answer = browser.post(&pages, &format!("{lead}/langkah"), &[("langkah", "miss")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is missing");

    browser.get(&pages, "/agen/baru").await;
    let agent = [
        ("kode", "kader-satu"),
        ("jenis", "kader"),
        ("nama", "Kenari Kader"),
        ("wilayah", "64.01.05.2001"),
    ];
    let answer = browser.post(&pages, "/agen/baru", &agent).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = browser.get(&pages, "/agen/kader-satu").await;
    assert!(page.text.contains("Kenari Kader") && page.text.contains("belum dibekali"));
    let list = browser.get(&pages, "/agen?bekal=belum").await;
    assert!(list.text.contains("kader-satu") && !list.text.contains("Kenari Kader"));
    let pack = browser.get(&pages, "/sosialisasi/bahan").await;
    assert_eq!(pack.headers[header::CONTENT_TYPE], "application/pdf");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_keeps_events_and_reads_the_feed() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let may = [Operation::ReadOutreach, Operation::HandleOutreach];
    let token = token(&office, "operator", &may);
    let ask = async |path: &str, body: Value| {
        program(&pages, Some(&token), path, &body.to_string()).await
    };
    let mut event = json!({
        "sasaran": "", "fasilitas": "", "perjanjian": "", "kewajiban": "", "acara": "",
    });
    for (name, text) in EVENT {
        event[name] = if name == "tanggal" { json!("2022-10-20") } else { json!(text) };
    }
    let answer = ask("/api/sosialisasi/acara", event).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let agent = json!({
        "kode": "kader-satu", "jenis": "kader", "nama": "Kenari Kader", "telepon": "",
        "wilayah": "64.01.05.2001", "atasan": "", "akun": "", "target": "", "mulai": "", "sampai": "",
    });
    assert_eq!(ask("/api/agen", agent).await.status, StatusCode::OK);
    let nobody = json!({
        "nama": "", "jk": "", "telepon": "", "desa": "", "pekerjaan": "", "nik": "", "lahir": "",
        "kartu": "", "agen": "", "setuju": "",
    });
    let mut there = nobody.clone();
    there["agen"] = json!("kader-satu");
    let answer = ask("/api/sosialisasi/acara/rembuk-satu/hadir", there).await;
    let said: Value = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!(said["agents"], 1, "{}", answer.text);
    let mut lead = nobody;
    lead["nama"] = json!("Kenari Peminat");
    lead["setuju"] = json!("spoken");
    let answer = ask("/api/agen/kader-satu/peminat", lead).await;
    let said: Value = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!(said["state"], "new", "{}", answer.text);
    let path =
        format!("/api/sosialisasi/peminat/{}/langkah", said["lead"].as_str().expect("an id"));
    let step = json!({"langkah": "refuse", "alasan": "belum ingin ikut sekarang"});
    let answer = ask(&path, step).await;
    assert!(answer.text.contains("refused"), "{}", answer.text);
    let answer = ask("/api/sosialisasi/peminat/pencocokan", json!({})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let held = json!({"langkah": "hold", "alasan": ""});
    let answer = ask("/api/sosialisasi/acara/rembuk-satu/langkah", held).await;
    let said: Value = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!((&said["state"], &said["attended"]), (&json!("held"), &json!(1)));
    let feed = super::api::read(&pages, &token, "/sosialisasi/kalender.ics").await;
    assert_eq!(feed.headers[header::CONTENT_TYPE], "text/calendar; charset=utf-8");
    assert!(feed.text.contains("SUMMARY:Rembuk warga rekaan") && !feed.text.contains("Kenari"));
    let stranger = super::ask(&pages, "/sosialisasi/kalender.ics").await;
    assert_ne!(stranger.status, StatusCode::OK);
}
