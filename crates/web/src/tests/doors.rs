//! Doors without a login: what they weigh, that every wrong guess has one answer in the same time,
//! that nobody is helped by another site, and that nothing of a message stands where it should not.
//!
//! The long run is `cargo xtask guess`; here is a slice of it. Everybody here is invented.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::doors::CardNumber;
use app::office::Office;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base::Day;

use super::{Answer, Browser, filled, send, send_file, sign_in};
use crate::{router, squeeze};

/// Page and style together, squeezed.
const FIRST_SIGHT_MOST: usize = 14 * 1024;

/// A form that anybody sends, from an address.
async fn tell(pages: &Router, path: &str, from: &str, fields: &[(&str, &str)]) -> Answer {
    let body = serde_urlencoded::to_string(fields).expect("pairs of text");
    let request = Request::post(path)
        .header(header::HOST, "localhost")
        .header(header::ORIGIN, "http://localhost")
        .header("sec-fetch-site", "same-origin")
        .header("x-forwarded-for", from)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .expect("a request");
    send(pages, request).await
}

async fn look_up(pages: &Router, from: &str, number: CardNumber, birth: Day) -> Answer {
    let (number, birth) = (number.to_string(), birth.to_string());
    tell(pages, "/cek", from, &[("kartu", &number), ("lahir", &birth)]).await
}

fn held(office: &Office) -> Vec<(CardNumber, Day)> {
    testkit::cards::held(office, app::demo::PROGRAMME).expect("cards")
}

fn stray(number: u32) -> CardNumber {
    let [a, b, c, d] = number.to_be_bytes();
    CardNumber::from_random([a, b, c, d, 77, d, c, b, a])
}

const REPORT: [(&str, &str); 8] = [
    ("jenis", "death"),
    ("hari", "20-10-2022"),
    ("nama", "Kenari Percobaan"),
    ("hubungan", "family"),
    ("pelapor", "Kenari Istri"),
    ("telepon", "081234509876"),
    ("uraian", "Sakit <b>parah</b>"),
    ("kecamatan", ""),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    REPORT
        .iter()
        .copied()
        .filter(|(name, _)| more.iter().all(|(other, _)| other != name))
        .chain(more.iter().copied())
        .collect()
}

/// The code on a receipt.
fn code_on(text: &str) -> String {
    let (_, rest) = text.split_once("Nomor laporan Anda: ").expect("a receipt");
    rest.split('<').next().expect("a code").trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_guess_has_the_same_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let (number, birth) = held(&office)[0];
    let right = look_up(&pages, "192.0.2.1", number, birth).await;
    assert_eq!(right.status, StatusCode::OK);
    assert!(right.text.contains("Dibayar sampai"), "{}", right.text);
    assert!(!right.text.contains(&number.to_string()), "the number is not written back");
    let other = Day::new(1971, 1, 1).expect("a day");
    let unknown = look_up(&pages, "192.0.2.1", stray(1), birth).await;
    let mut texts = vec![unknown.text.clone()];
    for _ in 0..5 {
        texts.push(look_up(&pages, "192.0.2.1", number, other).await.text);
    }
    // Locked by now, even for whoever knows.
    texts.push(look_up(&pages, "192.0.2.2", number, birth).await.text);
    for from in 0..35 {
        texts.push(look_up(&pages, "192.0.2.3", stray(from + 2), birth).await.text);
    }
    assert!(texts.iter().all(|text| *text == texts[0]), "one answer, byte for byte");
    assert_eq!(unknown.status, StatusCode::OK);
    assert!(unknown.headers.get(header::SET_COOKIE).is_none());
    // A slip of the pen is told, and is no guess.
    let slip = tell(&pages, "/cek", "192.0.2.4", &[("kartu", "7K2M"), ("lahir", "1-1-1970")]).await;
    assert_eq!(slip.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(slip.text.contains("salah ketik") && slip.text.contains("value=\"7K2M\""));
}

/// How far two sets of times lie apart (Kolmogorov–Smirnov), beside what chance allows in all but
/// one of so many runs.
fn apart(one: &mut [Duration], other: &mut [Duration], runs: f64) -> (f64, f64) {
    one.sort();
    other.sort();
    let (n, m) = (one.len() as f64, other.len() as f64);
    let share = |times: &[Duration], at: Duration| {
        times.partition_point(|time| *time <= at) as f64 / times.len() as f64
    };
    let all = one.iter().chain(other.iter());
    let most = all.map(|at| (share(one, *at) - share(other, *at)).abs()).fold(0.0, f64::max);
    (most, ((2.0 * runs).ln() / 2.0 * (n + m) / (n * m)).sqrt())
}

/// Guesses in turn at cards that are and cards that are not, from so many addresses that no limit
/// of an address is met; the times each took, and whether anything was given away.
async fn guess(
    pages: &Router,
    office: &Office,
    rounds: u32,
) -> (Vec<Duration>, Vec<Duration>, Vec<String>) {
    let cards = held(office);
    let wrong = Day::new(1971, 1, 1).expect("a day");
    let (mut known, mut unknown, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        // No limit of all together is met: an hour goes by now and then.
        if round % 400 == 399 {
            office.environment.pass(3_600_000);
        }
        let from = format!("10.{}.{}.{}", round >> 16 & 255, round >> 8 & 255, round & 255);
        let (card, _) = cards[round as usize % cards.len()];
        let mut both = [(card, &mut known), (stray(round), &mut unknown)];
        // Neither is always the one that comes first.
        if round % 2 == 1 {
            both.reverse();
        }
        for (number, times) in both {
            let begun = Instant::now();
            let answer = look_up(pages, &from, number, wrong).await;
            times.push(begun.elapsed());
            if !texts.contains(&answer.text) {
                texts.push(answer.text);
            }
        }
    }
    (known, unknown, texts)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_at_a_card_takes_as_long_as_one_at_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    // `cargo xtask guess` makes them many.
    let rounds = std::env::var("PAYUNG_GUESSES").ok().and_then(|count| count.parse().ok());
    let (mut known, mut unknown, texts) = guess(&pages, &office, rounds.unwrap_or(60)).await;
    assert_eq!(texts.len(), 1, "one answer, byte for byte");
    // A slice runs with every change: it must not fail by chance.
    let runs = if rounds.is_some() { 100.0 } else { 1e6 };
    let (found, allowed) = apart(&mut known, &mut unknown, runs);
    let median = |times: &[Duration]| times[times.len() / 2];
    println!(
        "{} guesses each way: medians {:?} and {:?}, apart {found:.4}, by chance {allowed:.4}",
        known.len(),
        median(&known),
        median(&unknown)
    );
    assert!(found <= allowed, "{found} is more than chance: {allowed}");
    // Nothing goes out before its time.
    assert!(known.iter().chain(&unknown).all(|took| *took >= Duration::from_millis(60)));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_give_nothing_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let cards = held(&office);
    let count: u32 = std::env::var("PAYUNG_GUESSES_ALL")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(2_000);
    let wrong = Day::new(1971, 1, 1).expect("a day");
    let asking = Arc::clone(&office);
    let given = tokio::task::spawn_blocking(move || {
        let mut given = 0u32;
        for guess in 0..count {
            if guess % 500 == 499 {
                asking.environment.pass(3_600_000);
            }
            let from = format!("10.{}.{}.{}", guess >> 16 & 255, guess >> 8 & 255, guess & 255);
            let (card, birth) = cards[guess as usize % cards.len()];
            // The right card with a wrong day, and the right day with a wrong card.
            let (number, birth) =
                if guess % 2 == 0 { (card, wrong) } else { (stray(guess), birth) };
            given += u32::from(asking.card_status(number, birth, &from).expect("asked").is_some());
        }
        given
    });
    assert_eq!(given.await.expect("it ends"), 0, "of {count}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_read_back_sent_and_followed_by_its_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let path = "/musibah/lapor";
    let check = tell(&pages, path, "192.0.2.1", &with(&[("langkah", "periksa")])).await;
    assert_eq!(check.status, StatusCode::OK, "{}", check.text);
    assert!(check.text.contains("Kenari Percobaan") && check.text.contains("Tidak diisi"));
    assert!(check.text.contains("Sakit &#60;b&#62;parah"), "{}", check.text);
    let change = tell(&pages, path, "192.0.2.1", &with(&[("langkah", "ubah")])).await;
    assert!(change.text.contains("value=\"Kenari Percobaan\""));
    let send = with(&[("langkah", "kirim"), ("kunci", "abc")]);
    let receipt = tell(&pages, path, "192.0.2.1", &send).await;
    assert_eq!(receipt.status, StatusCode::OK);
    assert!(receipt.headers.get(header::LOCATION).is_none(), "the code stands in no address");
    let code = code_on(&receipt.text);
    let again = tell(&pages, path, "192.0.2.1", &send).await;
    assert_eq!(code_on(&again.text), code, "pressed twice it is one report");

    let found = tell(&pages, "/lacak", "192.0.2.1", &[("nomor", &code)]).await;
    assert!(found.text.contains("diterima, sedang dikerjakan"), "{}", found.text);
    assert!(!found.text.to_lowercase().contains("kenari"));
    let stray = app::doors::MessageCode::from_random([5; 9]).to_string();
    let none = tell(&pages, "/lacak", "192.0.2.1", &[("nomor", &stray)]).await;
    let other = app::doors::MessageCode::from_random([6; 9]).to_string();
    let other = tell(&pages, "/lacak", "192.0.2.1", &[("nomor", &other)]).await;
    assert_eq!(none.text, other.text);
    let unsure = tell(&pages, "/lacak/tarik", "192.0.2.1", &[("nomor", &code)]).await;
    assert!(unsure.text.contains("Belum ditarik kembali"));
    let back = [("nomor", code.as_str()), ("yakin", "ya")];
    let back = tell(&pages, "/lacak/tarik", "192.0.2.1", &back).await;
    assert!(back.text.contains("ditarik kembali") && !back.text.contains("name=\"yakin\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_helps_says_who_they_are_and_both_get_a_receipt() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let form = Browser::default().get(&pages, "/musibah/lapor?untuk=orang-lain").await.text;
    assert!(form.contains("Bacakan setiap pertanyaan") && form.contains("Pertanyaan 1 dari 12"));
    let helped = [("untuk", "orang-lain"), ("penolong", "Kenari Cucu"), ("sebagai", "grandchild")];
    let path = "/musibah/lapor";
    let wrong = tell(&pages, path, "192.0.2.1", &with(&helped)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("Tanpa persetujuannya, laporan tidak dapat dikirim"));
    assert!(wrong.text.contains("href=\"#persetujuan\""));
    let mut agreed = helped.to_vec();
    agreed.extend([("persetujuan", "spoken"), ("langkah", "kirim"), ("kunci", "abc")]);
    let receipt = tell(&pages, path, "192.0.2.1", &with(&agreed)).await;
    assert!(receipt.text.contains("Tanda terima untuk yang dibantu"), "{}", receipt.text);
    assert!(receipt.text.contains("Tanda terima untuk yang membantu"));

    let mut ani = sign_in(&pages, &office, "operator").await;
    let list = ani.get(&pages, "/laporan").await.text;
    assert!(list.contains("K… P…") && !list.to_lowercase().contains("kenari"));
    let (_, rest) = list.split_once("href=\"/laporan/").expect("a link");
    let id = rest.split('"').next().expect("a number").to_owned();
    let page = ani.get(&pages, &format!("/laporan/{id}")).await.text;
    assert!(page.contains("Baca isinya") && !page.to_lowercase().contains("kenari"));
    let said = ani.post(&pages, &format!("/laporan/{id}/baca"), &[]).await.text;
    assert!(said.contains("Kenari Cucu") && said.contains("Cucu") && said.contains("Lisan"));
    let answer = [("tanggapan", "keluarga sudah ditelepon")];
    let done = ani.post(&pages, &format!("/laporan/{id}/jawab"), &answer).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let json = ani.get(&pages, "/laporan.json").await.text;
    assert!(json.contains("\"state\":\"answered\"") && !json.to_lowercase().contains("kenari"));
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_forms_are_refused_and_another_site_sends_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let long = "x".repeat(5_000);
    for (name, text) in [
        ("nama", "12345"),
        ("nama", "<"),
        ("nama", long.as_str()),
        ("uraian", long.as_str()),
        ("hari", "31-02-2022"),
        ("hari", "2099-01-01"),
        ("kecamatan", "35.15.01"),
        ("kecamatan", "99999999999999999999"),
        ("hubungan", "' or 1=1"),
        ("jenis", "see"),
        ("jenis", "\0"),
        ("kartu", "0000-0000-0000-001"),
        ("telepon", "tidak ada"),
    ] {
        let answer = tell(&pages, "/musibah/lapor", "192.0.2.1", &with(&[(name, text)])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {text:.20}");
        assert!(!answer.text.contains("<script>"), "{name}");
    }
    let odd = [("nama", "<script>alert"), ("langkah", "periksa")];
    let odd = tell(&pages, "/musibah/lapor", "192.0.2.1", &with(&odd)).await;
    assert!(odd.status == StatusCode::OK && !odd.text.contains("<script>"));
    let huge = "x".repeat(3_000_000);
    let answer = tell(&pages, "/musibah/lapor", "192.0.2.1", &[("uraian", &huge)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    for path in ["/cek", "/musibah/lapor", "/keberatan", "/lacak", "/lacak/tarik"] {
        let request = Request::post(path)
            .header(header::HOST, "localhost")
            .header(header::ORIGIN, "https://jahat.example")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("kartu=1"))
            .expect("a request");
        assert_eq!(send(&pages, request).await.status, StatusCode::FORBIDDEN, "{path}");
        let json = Request::post(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from("{}"))
            .expect("a request");
        let status = send(&pages, json).await.status;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_the_doors_are_as_light_as_their_forms() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut browser = Browser::default();
    for path in [
        "/musibah?kejadian=kecelakaan",
        "/musibah?kejadian=kematian&hari=2022-10-01&bulan=2",
        "/musibah?kejadian=kecelakaan&bahasa=en",
        "/musibah/lapor?untuk=orang-lain",
        "/keberatan?untuk=orang-lain",
        "/simulasi-jht",
        "/simulasi-jht?upah=3000000&bulan=600&awal=1000000&mulai=2016-01",
        "/simulasi-jht?bulan=nol&bahasa=en",
    ] {
        let answer = browser.get(&pages, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let bytes = squeeze::gzip(answer.text.as_bytes()).len();
        assert!(bytes <= FIRST_SIGHT_MOST, "{path}: {bytes}");
        println!("{path}: {bytes}");
    }
    let (number, birth) = held(&office)[0];
    let mut answers = vec![look_up(&pages, "192.0.2.1", number, birth).await];
    answers.push(look_up(&pages, "192.0.2.1", stray(1), birth).await);
    for path in ["/musibah/lapor", "/keberatan"] {
        let kind = if path == "/keberatan" { "see" } else { "death" };
        for step in ["periksa", "kirim"] {
            let fields = [("jenis", kind), ("langkah", step), ("kunci", "abc")];
            answers.push(tell(&pages, path, "192.0.2.1", &with(&fields)).await);
        }
        answers.push(tell(&pages, path, "192.0.2.1", &[]).await);
    }
    for answer in answers {
        let bytes = squeeze::gzip(answer.text.as_bytes()).len();
        assert!(bytes <= FIRST_SIGHT_MOST, "{bytes}");
        assert!(!answer.text.contains("<script") && answer.text.contains("<style>"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_question_stands_on_a_page_and_each_answer_can_be_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let path = "/musibah/lapor";
    let first = Browser::default().get(&pages, path).await.text;
    assert!(first.contains("Pertanyaan 1 dari 10") && first.contains("<select id=\"jenis\""));
    assert!(!first.contains("id=\"nama\"") && !first.contains("Kembali ke pertanyaan"));
    let go = |fields: Vec<(&'static str, &'static str)>| {
        let pages = pages.clone();
        async move { tell(&pages, path, "192.0.2.1", &fields).await }
    };
    let second = go(vec![("jenis", "death"), ("langkah", "lanjut"), ("di", "0")]).await;
    assert!(second.text.contains("Pertanyaan 2 dari 10"), "{}", second.text);
    assert!(second.text.contains("type=\"hidden\" name=\"jenis\" value=\"death\""));
    let day = |hari| vec![("jenis", "death"), ("hari", hari), ("langkah", "lanjut"), ("di", "1")];
    let wrong = go(day("31-02-2022")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("href=\"#hari\"") && wrong.text.contains("Pertanyaan 2"));
    let third = go(day("20-10-2022")).await;
    assert!(third.text.contains("Pertanyaan 3 dari 10") && third.text.contains("id=\"nama\""));
    let back = go(vec![("hari", "20-10-2022"), ("balik", ""), ("di", "2")]).await;
    assert!(back.text.contains("value=\"20-10-2022\"") && back.text.contains("id=\"hari\""));
    // Whoever tells of themselves is not asked for their name twice.
    let oneself = vec![
        ("jenis", "death"),
        ("hari", "20-10-2022"),
        ("hubungan", "self"),
        ("langkah", "lanjut"),
        ("di", "7"),
        ("nama", "Kenari Percobaan"),
    ];
    assert!(go(oneself).await.text.contains("id=\"telepon\""));
    // The last question leads to the answers read back; each leads to its question and there again.
    let last = with(&[("langkah", "lanjut"), ("di", "9")]);
    let check = tell(&pages, path, "192.0.2.1", &last).await;
    assert!(check.text.contains("Periksa sebelum mengirim"), "{}", check.text);
    assert!(check.text.contains("name=\"ke\" value=\"2\""));
    let change = with(&[("langkah", "ubah"), ("ke", "2")]);
    let change = tell(&pages, path, "192.0.2.1", &change).await;
    assert!(change.text.contains("id=\"nama\"") && change.text.contains("name=\"periksa\""));
    let changed =
        with(&[("nama", "Kenari Lain"), ("langkah", "lanjut"), ("di", "2"), ("periksa", "ya")]);
    let changed = tell(&pages, path, "192.0.2.1", &changed).await;
    assert!(changed.text.contains("Periksa sebelum") && changed.text.contains("Kenari Lain"));
    // Somebody else tells it after all: their name is asked, and the own one is forgotten.
    let other = vec![
        ("hubungan", "family"),
        ("langkah", "lanjut"),
        ("di", "7"),
        ("periksa", "ya"),
        ("jenis", "death"),
        ("hari", "20-10-2022"),
        ("nama", "Kenari Percobaan"),
    ];
    assert!(go(other).await.text.contains("id=\"pelapor\""));
    let own = with(&[("hubungan", "self"), ("pelapor", "Nama Lama"), ("langkah", "periksa")]);
    let own = tell(&pages, path, "192.0.2.1", &own).await.text;
    assert!(!own.contains("Nama Lama"), "{own}");
    // Back keeps what was just typed, and the name of the message goes along.
    let typed = with(&[("balik", "ya"), ("langkah", "lanjut"), ("di", "6"), ("kunci", "abc")]);
    let typed = [&typed[..], &[("uraian", "Baru diketik")]].concat();
    let typed: Vec<_> = typed.into_iter().rev().collect();
    let back = tell(&pages, path, "192.0.2.1", &typed).await.text;
    assert!(back.contains("Baru diketik") && back.contains("name=\"kunci\" value=\"abc\""));
    assert!(back.contains("id=\"kecamatan\"") && back.contains("name=\"balik\""));
    // A number of a page that there is none of is answered, not fallen over.
    for odd in ["99", "-1", "x", "18446744073709551615", "18446744073709551616"] {
        for step in ["lanjut", "kembali", "ubah"] {
            let odd = with(&[("langkah", step), ("di", odd), ("ke", odd)]);
            let answer = tell(&pages, path, "192.0.2.1", &odd).await;
            assert!(!answer.status.is_server_error(), "{step}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_added_by_the_code_and_given_out_to_be_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let send = with(&[("langkah", "kirim"), ("kunci", "abc")]);
    let receipt = tell(&pages, "/musibah/lapor", "192.0.2.1", &send).await;
    assert!(receipt.text.contains("action=\"/lacak/berkas\""), "{}", receipt.text);
    let code = code_on(&receipt.text);
    let photo = [&[0xff, 0xd8, 0xff, 0xe0][..], b"isi", &[0xff, 0xd9]].concat();
    let add = |code: String, name: &'static str, bytes: Vec<u8>| {
        let pages = pages.clone();
        async move {
            let browser = Browser::default();
            let file = (name, &bytes[..]);
            send_file((&browser, &pages), "/lacak/berkas", &[("nomor", &code)], file).await
        }
    };
    let came = add(code.clone(), "surat.jpg", photo.clone()).await;
    assert!(came.text.contains("Lampiran diterima"), "{}", came.text);
    let page = b"<html><script>alert(1)</script>".to_vec();
    let hostile = add(code.clone(), "surat.jpg", page).await;
    assert!(hostile.text.contains("bukan foto") && !hostile.text.contains("<script>alert"));
    let large = add(code.clone(), "surat.jpg", vec![0xff; 5 << 20]).await;
    assert!(large.text.contains("terlalu besar"), "{}", large.text);
    let huge = add(code.clone(), "surat.jpg", vec![0xff; 17 << 20]).await;
    assert!(huge.text.contains("terlalu besar"), "{}", huge.text);
    let none = add("0000-0000-0000-000".to_owned(), "surat.jpg", photo.clone()).await;
    assert!(!none.text.contains("Lampiran diterima"));

    let mut ani = sign_in(&pages, &office, "operator").await;
    let list = ani.get(&pages, "/laporan").await.text;
    let (_, rest) = list.split_once("href=\"/laporan/").expect("a link");
    let id = rest.split('"').next().expect("a number").to_owned();
    let page = ani.get(&pages, &format!("/laporan/{id}")).await.text;
    let (_, rest) = page.split_once("href=\"/lampiran/").expect("a file");
    let file = format!("/lampiran/{}", rest.split('"').next().expect("a number"));
    let given = ani.get(&pages, &file).await;
    assert_eq!(given.headers[header::CONTENT_TYPE], "image/jpeg");
    let saved = given.headers[header::CONTENT_DISPOSITION].to_str().expect("text");
    assert_eq!(saved, "attachment; filename=\"lampiran.jpg\"");
    // What a browser shows of it all the same can do nothing.
    assert_eq!(given.headers[header::CONTENT_SECURITY_POLICY], "sandbox; default-src 'none'");
    assert_eq!(given.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let stranger = Browser::default().get(&pages, &file).await;
    assert_ne!(stranger.status, StatusCode::OK);
}
