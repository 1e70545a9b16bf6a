//! The way to BPJS and back through pages: numbers, the month's file, a reply, a question answered,
//! a rejection marked, and where the papers differ. Everybody is invented.

use std::path::Path;
use std::sync::Arc;

use app::office::{Office, Operation};
use axum::Router;
use axum::http::{StatusCode, header};
use testkit::replies::of_members;

use super::{Answer, Browser, filled, is_a_whole_page, send_file, shows_no_identity, sign_in};
use crate::router;

const MONTH: &str = "2022-10";

async fn begin(folder: &Path) -> (Router, Arc<Office>, Browser) {
    let office = Arc::new(filled(folder));
    let pages = router(Arc::clone(&office));
    let browser = sign_in(&pages, &office, "operator").await;
    (pages, office, browser)
}

async fn page(browser: &mut Browser, pages: &Router, path: &str) -> Answer {
    let answer = browser.get(pages, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    is_a_whole_page(path, &answer.text, "id");
    shows_no_identity(path, &answer.text);
    answer
}

/// Sends a reply with the form's own fields.
async fn upload(browser: &Browser, pages: &Router, content: &str) -> Answer {
    let fields = [("program", app::demo::PROGRAMME), ("kata", "")];
    let file = ("balasan.csv", content.as_bytes());
    send_file((browser, pages), "/sipp/balasan/baru", &fields, file).await
}

fn place(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.headers[header::LOCATION].to_str().expect("text").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_way_to_bpjs_and_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pages, office, mut browser) = begin(folder.path()).await;
    page(&mut browser, &pages, "/sipp").await;
    page(&mut browser, &pages, "/sipp/npp").await;
    let code = app::demo::PROGRAMME;
    let fields = |npp| [("program", code), ("npp", npp), ("nama", "Dinas Rekaan"), ("wilayah", "")];
    let wrong = browser.post(&pages, "/sipp/npp", &fields("1")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    place(&browser.post(&pages, "/sipp/npp", &fields("14005857")).await);
    columns_of_the_branch(&pages, &office, &mut browser).await;
    let state = format!("program={code}&bulan={MONTH}&jenis=baru");
    page(&mut browser, &pages, &format!("/sipp/kirim?{state}")).await;
    page(&mut browser, &pages, &format!("/sipp/kirim/buat?{state}")).await;
    let wish = [("program", code), ("bulan", MONTH), ("jenis", "baru")];
    place(&browser.post(&pages, "/sipp/kirim/buat", &wish).await);
    let sent = page(&mut browser, &pages, "/sipp/terkirim").await;
    let link = sent.text.split("href=\"/sipp/berkas/").nth(1).expect("a file").split('"').next();
    let path = format!("/sipp/berkas/{}", link.expect("its number"));
    let file = browser.get(&pages, &path).await;
    assert_eq!(file.headers[header::CONTENT_TYPE], "application/zip");
    answer_and_mend(&pages, &office, &mut browser).await;
    let differs = format!("/program/{code}/cocokkan?bulan={MONTH}");
    let there = place(&browser.get(&pages, &differs).await);
    page(&mut browser, &pages, &there).await;
}

/// The branch wants three columns; what is no column is answered with its line, and the typed text
/// stays.
async fn columns_of_the_branch(pages: &Router, office: &Office, browser: &mut Browser) {
    page(browser, pages, "/sipp/kolom").await;
    let wrong = browser.post(pages, "/sipp/kolom", &[("kolom", "NIK | nik\nNama | nama")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("baris 2") && wrong.text.contains("Nama | nama"));
    let own = "NIK | nik | wajib\nNama | name | wajib\nKota | =Paser\n";
    place(&browser.post(pages, "/sipp/kolom", &[("kolom", own)]).await);
    let kept = || office.sipp_sheet(app::sipp::SippKind::Roster).expect("a sheet").columns_text();
    assert_eq!(kept(), own);
    place(&browser.post(pages, "/sipp/kolom/bawaan", &[]).await);
    assert_eq!(kept().lines().count(), 17);
}

async fn answer_and_mend(pages: &Router, office: &Office, browser: &mut Browser) {
    let three = of_members(office, app::demo::PROGRAMME, 3).expect("members");
    let [one, two, three] = &three[..] else { panic!("three members") };
    let reply = format!(
        "NIK;NAMA;TANGGAL LAHIR;KPJ;STATUS;KETERANGAN\n{};{};;{};Valid;\n;{};{};{};Valid;\n\
         {};{};;;Tidak Valid;NIK tidak ditemukan\n",
        one.nik, one.name, one.number, two.name, two.birth, two.number, three.nik, three.name,
    );
    page(browser, pages, "/sipp/balasan/baru").await;
    let rows = place(&upload(browser, pages, &reply).await);
    assert_eq!(place(&upload(browser, pages, &reply).await), rows);
    page(browser, pages, "/sipp/balasan").await;
    let shown = page(browser, pages, &format!("{rows}&hasil=question")).await;
    let link = shown.text.split("href=\"/sipp/balasan/").find(|part| part.contains("/1-"));
    let link = link.and_then(|part| part.split('"').next()).expect("a row that waits");
    let question = format!("/sipp/balasan/{link}");
    let form = page(browser, pages, &question).await;
    let nothing = browser.post(pages, &question, &[("jawaban", "")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut options = form.text.split("<option value=\"").skip(2);
    let person = options.next().expect("a candidate").split('"').next().expect("who");
    place(&browser.post(pages, &question, &[("jawaban", person)]).await);
    let again = browser.post(pages, &question, &[("jawaban", "bukan")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    page(browser, pages, "/sipp/penolakan").await;
    page(browser, pages, "/sipp/penolakan/orang").await;
    let actor = office.actor("operator", Operation::ReadPeople).expect("the first user");
    let rejected = office.sipp_rejected(&actor, None, None).expect("people");
    let [rejected] = &rejected[..] else { panic!("one rejection") };
    let (id, code) = (rejected.person.id, app::demo::PROGRAMME);
    page(browser, pages, &format!("/sipp/perbaikan/{id}?program={code}")).await;
    let mend = format!("/sipp/perbaikan/{id}");
    let silent = browser.post(pages, &mend, &[("program", code), ("alasan", " ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = [("program", code), ("alasan", "dicocokkan dengan KTP")];
    place(&browser.post(pages, &mend, &said).await);
}
