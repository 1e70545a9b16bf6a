//! Files through pages, by hand of a browser without script: the short way of a clean list, the
//! long way of a broken one, hostile names and cells, and files that are none.

use std::path::Path;
use std::sync::Arc;

use app::office::{Office, Operation};
use axum::Router;
use axum::http::{StatusCode, header};

use super::{Answer, Browser, filled, is_a_whole_page, send_file, sign_in};
use crate::router;

const HEADS: &str = "NIK,Nama,Tanggal Lahir,JK,Pekerjaan\n";

/// A register with two practice villages, and somebody of the office at the door.
async fn begin(folder: &Path) -> (Router, Arc<Office>, Browser) {
    let office = Arc::new(filled(folder));
    let pages = router(Arc::clone(&office));
    let browser = sign_in(&pages, &office, "operator").await;
    (pages, office, browser)
}

/// Sends a file with the first programme and sender that the form offers.
async fn upload(browser: &mut Browser, pages: &Router, name: &str, content: &[u8]) -> Answer {
    let form = browser.get(pages, "/impor/baru").await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.text);
    let offered = |field: &str| {
        let select = form.text.split(&format!("name=\"{field}\"")).nth(1).expect("a choice");
        let value = select.split("<option value=\"").nth(1).expect("an option");
        value.split('"').next().expect("its value").to_owned()
    };
    let (program, sender) = (offered("program"), offered("pengirim"));
    let fields = [("program", &*program), ("pengirim", &*sender)];
    send_file((browser, pages), "/impor/baru", &fields, (name, content)).await
}

fn place(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.headers[header::LOCATION].to_str().expect("text").to_owned()
}

fn hidden(text: &str, name: &str) -> String {
    let rest = text.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a hidden field");
    rest.split('"').next().expect("a value").to_owned()
}

/// An invented row; everybody was born on another day.
fn line(serial: u32) -> String {
    let (day, month, year) = (serial % 28 + 1, serial / 28 % 12 + 1, 60 + serial / 336);
    let nik = format!("640105{day:02}{month:02}{year}0001");
    format!("{nik},Budi Contoh,{day:02}-{month:02}-19{year},L,nelayan\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_list_of_three_hundred_takes_five_pages_and_no_typing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pages, office, mut browser) = begin(folder.path()).await;
    let before = office.people_count().expect("readable");
    let list: String = (1..=300).map(line).collect();
    let content = format!("{HEADS}{list}");
    // The form, what was found, the consequence, the receipt; and the rows between, because the
    // practice register has a whole reply of the civil registry that knows none of these people.
    let mut shown_pages = 1;
    let sent = upload(&mut browser, &pages, "Data RT.csv", content.as_bytes()).await;
    let file = place(&sent);
    let found = browser.get(&pages, &file).await;
    shown_pages += 1;
    is_a_whole_page(&file, &found.text, "id");
    assert!(found.text.contains("Semua kolom dikenali"), "{}", found.text);
    let revision = hidden(&found.text, "revisi");
    let said = [("revisi", revision.as_str()), ("benar", "ya")];
    let next = browser.post(&pages, &format!("{file}/kolom"), &said).await;
    let mut next = place(&next);
    if next.ends_with("/periksa") {
        let rows = browser.get(&pages, &next).await;
        shown_pages += 1;
        assert!(rows.text.contains(&format!("{file}/akibat")), "{}", rows.text);
        next = format!("{file}/akibat");
    }
    assert!(next.ends_with("/akibat"), "{next}");
    shown_pages += 1;
    let weighed = browser.get(&pages, &next).await;
    is_a_whole_page(&next, &weighed.text, "id");
    assert!(weighed.text.contains("300"), "{}", weighed.text);
    assert_eq!(office.people_count().expect("readable"), before, "nothing is decided");
    let said = [("revisi", revision.as_str())];
    let done = browser.post(&pages, &format!("{file}/simpan"), &said).await;
    let receipt = place(&done);
    let shown = browser.get(&pages, &receipt).await;
    shown_pages += 1;
    assert!(shown_pages <= 5, "{shown_pages} pages");
    is_a_whole_page(&receipt, &shown.text, "id");
    assert!(shown.text.contains("IMP-"), "{}", shown.text);
    assert_eq!(office.people_count().expect("readable"), before + 300);
    // Pressed twice, and sent twice, it is one file and one effect.
    let again = browser.post(&pages, &format!("{file}/simpan"), &said).await;
    assert_eq!(place(&again), receipt);
    let sent = upload(&mut browser, &pages, "lagi.csv", content.as_bytes()).await;
    assert_eq!(place(&sent), file);
    assert_eq!(office.people_count().expect("readable"), before + 300);
    for path in ["/impor", "/impor?keadaan=decided", "/impor.json"] {
        assert_eq!(browser.get(&pages, path).await.status, StatusCode::OK, "{path}");
    }
    let source = browser.get(&pages, &format!("{file}/sumber/0-2")).await;
    is_a_whole_page("source", &source.text, "id");
    assert!(source.text.contains("A2"), "{}", source.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_list_is_mended_row_by_row_and_all_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pages, office, mut browser) = begin(folder.path()).await;
    let content = format!("{HEADS}{}64010517086200,Siti Dua,17-08-1962,P,pengojek xyz\n", line(1));
    let sent = upload(&mut browser, &pages, "rusak.csv", content.as_bytes()).await;
    let file = place(&sent);
    for step in ["", "/tabel", "/kolom", "/periksa", "/perbaiki", "/ganda", "/akibat"] {
        for query in ["", "?bahasa=en"] {
            let path = format!("{file}{step}{query}");
            let answer = browser.get(&pages, &path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
            is_a_whole_page(&path, &answer.text, if query.is_empty() { "id" } else { "en" });
            assert!(!answer.text.contains("6401050230"), "{path}: a number is masked");
        }
    }
    let row = format!("{file}/periksa/0-3");
    let form = browser.get(&pages, &row).await;
    is_a_whole_page(&row, &form.text, "id");
    let revision = hidden(&form.text, "revisi");
    let mended = [("revisi", revision.as_str()), ("nik", "6401055708620002")];
    let kept = browser.post(&pages, &row, &mended).await;
    assert!(place(&kept).ends_with("/periksa"));
    // Whoever was slower sees both versions.
    let slower = [("revisi", revision.as_str()), ("nik", "6401055708620003")];
    let conflict = browser.post(&pages, &row, &slower).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT);
    assert!(conflict.text.contains("6401055708620003"), "what was typed stays");
    let back = browser.get(&pages, &format!("{file}/berkas-perbaikan.xlsx")).await;
    assert_eq!(back.status, StatusCode::OK);
    let staged = office.people_count().expect("readable");
    let stale = [("revisi", revision.as_str())];
    let late = browser.post(&pages, &format!("{file}/simpan"), &stale).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert_eq!(office.people_count().expect("readable"), staged);
    // Two columns for one field, and none for another.
    let columns = browser.get(&pages, &format!("{file}/kolom")).await;
    let revision = hidden(&columns.text, "revisi");
    let twice = [("revisi", revision.as_str()), ("k-0-1", "nik")];
    let refused = browser.post(&pages, &format!("{file}/kolom"), &twice).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("Dua kolom dipilih sebagai NIK"), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_list_waits_until_somebody_else_has_seen_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pages, office, mut browser) = begin(folder.path()).await;
    let operator = office.actor("operator", Operation::Settings).expect("the first user");
    let task = office.change_eyes(&operator, app::tasks::IMPORT_LIMITS, "3:1000000000000");
    let task = task.expect("put forward").expect("another could approve");
    let checker = office.actor("budi", Operation::Approve).expect("an approver");
    let yes = app::tasks::Verdict::Approve(task.hash);
    office.decide_task(&checker, task.id, &yes).expect("approved");
    let before = office.people_count().expect("readable");
    let list: String = (1..=3).map(line).collect();
    let sent = upload(&mut browser, &pages, "besar.csv", format!("{HEADS}{list}").as_bytes()).await;
    let file = place(&sent);
    let weighed = browser.get(&pages, &format!("{file}/akibat")).await;
    assert!(weighed.text.contains("Impor ini perlu persetujuan"), "{}", weighed.text);
    let revision = hidden(&weighed.text, "revisi");
    let said = [("revisi", revision.as_str())];
    let save = format!("{file}/simpan");
    // Pressed twice, it is put forward once.
    for _ in 0..2 {
        assert_eq!(place(&browser.post(&pages, &save, &said).await), file);
    }
    assert_eq!(office.people_count().expect("readable"), before);
    let waits = browser.get(&pages, &file).await;
    is_a_whole_page(&file, &waits.text, "id");
    assert!(waits.text.contains("Menunggu persetujuan"), "{}", waits.text);
    let weighed = browser.get(&pages, &format!("{file}/akibat")).await;
    assert!(!weighed.text.contains(&save), "there is nothing to press");
    let task = waits.text.split("href=\"/tugas/").nth(1).expect("a link to the task");
    let task = format!("/tugas/{}", task.split('"').next().expect("its end"));
    let own = browser.get(&pages, &task).await;
    assert!(!own.text.contains("/setujui"), "its maker cannot approve");

    let mut checker = sign_in(&pages, &office, "budi").await;
    let seen = checker.get(&pages, &task).await;
    is_a_whole_page(&task, &seen.text, "id");
    for told in ["Orang baru", "Iuran seluruhnya", "/aturan/jkk.iuran_bpu", &file] {
        assert!(seen.text.contains(told), "{told}: {}", seen.text);
    }
    let resting = checker.get(&pages, &file).await;
    assert_eq!(resting.status, StatusCode::OK, "the evidence is shown: {}", resting.text);
    let hash = hidden(&seen.text, "sidik");
    let approve = format!("{task}/setujui");
    let wrong = checker.post(&pages, &approve, &[("sidik", "00")]).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT, "{}", wrong.text);
    let done = checker.post(&pages, &approve, &[("sidik", hash.as_str())]).await;
    assert!(place(&done).contains("selesai=simpan"), "{:?}", done.headers);
    assert_eq!(office.people_count().expect("readable"), before + 3);
    let decided = browser.get(&pages, &file).await;
    assert!(decided.text.contains("Diterima"), "{}", decided.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_purged_by_rule_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pages, office, mut browser) = begin(folder.path()).await;
    let content = format!("{HEADS}{}", line(1));
    let sent = upload(&mut browser, &pages, "satu.csv", content.as_bytes()).await;
    let file = place(&sent);
    let weighed = browser.get(&pages, &format!("{file}/akibat")).await;
    let said = [("revisi", hidden(&weighed.text, "revisi"))];
    let said = said.each_ref().map(|(name, value)| (*name, value.as_str()));
    place(&browser.post(&pages, &format!("{file}/simpan"), &said).await);
    let source = format!("{file}/sumber/0-2");
    assert!(browser.get(&pages, &source).await.text.contains("A2"));
    let operator = office.actor("operator", Operation::ErasePerson).expect("the first user");
    let id = app::staging::SheetId::parse(file.rsplit('/').next().expect("an id")).expect("an id");
    office.forget_sheet(&operator, id, "Masa simpan sudah habis").expect("nobody needs it");
    for (query, words) in [("", "sudah dihapus sesuai aturan"), ("?bahasa=en", "purged by rule")] {
        let shown = browser.get(&pages, &format!("{source}{query}")).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
        assert!(shown.text.contains(words), "{}", shown.text);
        assert!(!shown.text.contains("A2"), "no cell is left");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_a_row_are_shown_for_a_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pages, _, mut browser) = begin(folder.path()).await;
    let content = format!("{HEADS}{}", line(1));
    let file = place(&upload(&mut browser, &pages, "satu.csv", content.as_bytes()).await);
    let nik = "6401050201600001";
    for step in ["periksa", "sumber"] {
        let path = format!("{file}/{step}/0-2");
        let covered = browser.get(&pages, &path).await;
        assert!(!covered.text.contains(nik), "{step}");
        let asked = format!("{file}/sumber/0-2/buka");
        let refused = browser.post(&pages, &asked, &[("dari", step), ("alasan", "x")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        is_a_whole_page(&path, &refused.text, "id");
        assert!(refused.text.contains("<title>Kesalahan: "), "{}", refused.text);
        let said = [("dari", step), ("alasan", "Mencocokkan dengan KTP")];
        let opened = place(&browser.post(&pages, &asked, &said).await);
        assert!(opened.starts_with(&format!("{path}?lihat=")), "{opened}");
        let shown = browser.get(&pages, &opened).await;
        is_a_whole_page(&path, &shown.text, "id");
        assert!(shown.text.contains(nik), "{step}: {}", shown.text);
    }
    let nobody = format!("{file}/sumber/0-99/buka");
    let reason = [("alasan", "Mencocokkan dengan KTP")];
    assert_eq!(browser.post(&pages, &nobody, &reason).await.status, StatusCode::NOT_FOUND);
}

/// Texts that would run if a page forgot to escape them.
fn payloads() -> Vec<String> {
    let bodies = [
        "<script>alert(N)</script>",
        "\"><img src=x onerror=alert(N)>",
        "'><svg/onload=alert(N)>",
        "<iframe srcdoc='<script>alert(N)</script>'>",
        "</title><script>alert(N)</script>",
        "</textarea><script>alert(N)</script>",
        "<a href=\"javascript:alert(N)\">x</a>",
        "<body onload=alert(N)>",
        "<details open ontoggle=alert(N)>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(N)>",
    ];
    (0..300).map(|at| bodies[at % bodies.len()].replace('N', &at.to_string())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_a_file_says_is_markup() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pages, _, mut browser) = begin(folder.path()).await;
    let all = payloads();
    for part in all.chunks(75).take(4) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut content = format!("NIK,Nama,Tanggal Lahir,JK,Pekerjaan,{}\n", quoted(&part[0]));
        for (serial, text) in (1u32..).zip(part) {
            let row = line(serial);
            let (nik, rest) = row.split_once(',').expect("a row");
            let birth = rest.split(',').nth(1).expect("a date");
            let cell = quoted(text);
            content += &format!("{nik},{cell},{birth},{cell},{cell},{cell}\n");
        }
        let sent = upload(&mut browser, &pages, &part[1], content.as_bytes()).await;
        let file = place(&sent);
        let mut paths = vec!["/impor".to_owned()];
        for step in ["", "/tabel", "/kolom", "/periksa?semua=ya", "/periksa?semua=ya&hal=2"] {
            paths.push(format!("{file}{step}"));
        }
        for step in ["/perbaiki", "/ganda", "/akibat", "/periksa/0-2", "/sumber/0-2"] {
            paths.push(format!("{file}{step}"));
        }
        for path in paths {
            let answer = browser.get(&pages, &path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
            is_a_whole_page(&path, &answer.text, "id");
            for raw in ["<script>alert", "<img src", "<svg/on", "<iframe", "onload=alert(0)>\""] {
                assert!(!answer.text.contains(raw), "{path} shows {raw}");
            }
            for text in part {
                assert!(!answer.text.contains(text.as_str()), "{path} shows {text}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_none_get_their_sentence_and_leave_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pages, office, mut browser) = begin(folder.path()).await;
    let operator = office.actor("operator", Operation::ReadSheets).expect("the first user");
    let before = office.sheets(&operator).expect("readable").len();
    let encrypted = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
    for (name, content) in [
        ("kosong.csv", &b""[..]),
        ("gambar.xlsx", b"\x89PNG\r\n\x1a\n00000000"),
        ("terpotong.xlsx", b"PK\x03\x04terpotong"),
        ("lama.xls", encrypted.as_slice()),
    ] {
        let answer = upload(&mut browser, &pages, name, content).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", answer.text);
        is_a_whole_page(name, &answer.text, "id");
        assert!(answer.text.contains("class=\"mistakes\""), "{name}: {}", answer.text);
        assert!(!answer.text.contains("refusal-"), "{name} has its words");
    }
    assert_eq!(office.sheets(&operator).expect("readable").len(), before);
    // A form without a file, and one from elsewhere.
    let answer = upload(&mut browser, &pages, "", b"").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.csrf = "palsu".to_owned();
    let forged = browser.post(&pages, "/impor/baru", &[]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}
