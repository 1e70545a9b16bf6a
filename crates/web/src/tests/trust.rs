//! What readers of a file may see, what leaves the register, what two do together, and what is said
//! of an act that takes long. Everybody here is invented.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use app::audit::Filter;
use app::error::AppError;
use app::office::{Office, Operation};
use app::staging::{Upload, Uploaded};
use app::theme::Theme;
use axum::Router;
use axum::body::Body;
use axum::http::{StatusCode, header};

use super::door::{Browser, sign_in};
use super::{NAME, NIK, filled, is_a_whole_page, send};
use crate::router;
use crate::routes::{API_PER_MINUTE, WebOptions, router_with};

/// How many lines of the log say this.
fn lines(office: &Office, act: &str) -> usize {
    let actor = office.actor("operator", Operation::ReadAudit).expect("the first user");
    let filter = Filter {
        before: None,
        act: Some(act.to_owned()),
        actor: None,
        object: None,
        from_ms: None,
        until_ms: None,
        lines_max: 1_000,
    };
    office.audit_lines(&actor, &filter).expect("reads").len()
}

fn place(answer: &super::Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.headers[header::LOCATION].to_str().expect("text").to_owned()
}

fn hidden(text: &str, name: &str) -> String {
    let rest = text.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a hidden field");
    rest.split('"').next().expect("a value").to_owned()
}

/// A file that waits, with somebody new on it.
fn waiting_file(office: &Office, folder: &std::path::Path) -> String {
    let actor = office.actor("operator", Operation::TakeIn).expect("the first user");
    let path = folder.join("tunggu.csv");
    let row = "6401052708620001,SEKAR PERCOBAAN,Paser,27-08-1962,L,GANG SEKAR 7,nelayan,AMINAH\n";
    let heads = "NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan,Nama Ibu\n";
    std::fs::write(&path, format!("{heads}{row}")).expect("a file");
    let org = office.orgs().expect("offices").remove(0).code.to_string();
    let programme = app::demo::PROGRAMME.to_owned();
    let upload = Upload { path, file_name: "tunggu.csv".to_owned(), programme, org };
    match office.stage(&actor, &upload).expect("is kept") {
        Uploaded::Staged(id) => id.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_only_reads_a_file_sees_no_names_in_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let id = waiting_file(&office, folder.path());
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_user(&keeper, "lala", app::office::Role::Auditor).expect("an account");
    let pages = router(Arc::clone(&office));
    // The practice journey has sent files back already.
    let before = lines(&office, "sheet-returned");
    let secrets = ["SEKAR", "Sekar", "AMINAH", "Aminah", "1962", "GANG SEKAR", "6401052708620001"];
    for name in ["budi", "lala"] {
        let mut reader = sign_in(&pages, &office, name).await;
        for step in ["periksa?semua=ya", "sumber/0-2"] {
            let path = format!("/impor/{id}/{step}");
            let answer = reader.get(&pages, &path).await;
            assert_eq!(answer.status, StatusCode::OK, "{name} {path}: {}", answer.text);
            is_a_whole_page(&path, &answer.text, "id");
            for secret in secrets {
                assert!(!answer.text.contains(secret), "{name} {path} shows {secret}");
            }
        }
        let file = reader.get(&pages, &format!("/impor/{id}/berkas-perbaikan.xlsx")).await;
        assert_eq!(file.status, StatusCode::FORBIDDEN, "{name}");
    }
    assert_eq!(lines(&office, "sheet-returned"), before);
    let mut clerk = sign_in(&pages, &office, "operator").await;
    let rows = clerk.get(&pages, &format!("/impor/{id}/periksa?semua=ya")).await;
    assert!(rows.text.contains("SEKAR PERCOBAAN"), "{}", rows.text);
    let file = clerk.get(&pages, &format!("/impor/{id}/berkas-perbaikan.xlsx")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(lines(&office, "sheet-returned"), before + 1);
}

/// What was put forward, approved by somebody else; the page of the task as the checker saw it.
async fn approve(pages: &Router, checker: &mut Browser, task: &str) -> String {
    let seen = checker.get(pages, task).await;
    is_a_whole_page(task, &seen.text, "id");
    let hash = hidden(&seen.text, "sidik");
    let done = checker.post(pages, &format!("{task}/setujui"), &[("sidik", hash.as_str())]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    seen.text
}

#[tokio::test(flavor = "multi_thread")]
async fn two_erase_an_identity_and_two_change_the_limits() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut maker = sign_in(&pages, &office, "operator").await;
    let mut checker = sign_in(&pages, &office, "budi").await;
    let actor = office.actor("operator", Operation::ReadPeople).expect("the first user");
    let found = office.find_people(&actor, NAME, &[], 5).expect("reads");
    let person = format!("/peserta/{}", found[0].id);
    let path = format!("{person}/hapus");
    let form = maker.get(&pages, &path).await;
    is_a_whole_page(&path, &form.text, "id");
    assert!(form.text.contains("tidak ada yang dihapus"), "{}", form.text);
    let short = maker.post(&pages, &path, &[("alasan", "ya")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    is_a_whole_page(&path, &short.text, "id");
    let why = "Permintaan tertulis yang bersangkutan";
    let task = place(&maker.post(&pages, &path, &[("alasan", why), ("berkas", "ya")]).await);
    assert!(!maker.get(&pages, &person).await.text.contains("(dihapus)"), "one erases nobody");
    let own = maker.get(&pages, &task).await;
    assert!(!own.text.contains("/setujui"), "its maker cannot approve");
    let seen = approve(&pages, &mut checker, &task).await;
    for told in [why, &person, "Berkas yang diterima ikut dihapus"] {
        assert!(seen.contains(told), "{told}: {seen}");
    }
    assert!(maker.get(&pages, &person).await.text.contains("(dihapus)"));
    assert_eq!(lines(&office, "identity-erased"), 1);

    let path = "/setelan/empat-mata";
    is_a_whole_page(path, &maker.get(&pages, path).await.text, "id");
    let wrong = maker.post(&pages, path, &[("batas", "banyak")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let same = maker.post(&pages, path, &[("batas", "5000:1000000000")]).await;
    assert!(place(&same).contains("sama"), "nothing to change");
    let task = place(&maker.post(&pages, path, &[("batas", "9000:1000000000")]).await);
    let limits = || office.eye_settings(&actor).expect("reads").limits;
    assert_eq!(limits(), "5000:1000000000");
    assert!(maker.get(&pages, path).await.text.contains(&task), "it says what waits");
    approve(&pages, &mut checker, &task).await;
    assert_eq!(limits(), "9000:1000000000");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_leave_for_a_reason_and_leave_a_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut clerk = sign_in(&pages, &office, "operator").await;
    let list = clerk.get(&pages, "/impor.json?keadaan=decided").await;
    let list: serde_json::Value = serde_json::from_str(&list.text).expect("JSON");
    let file = format!("/impor/{}", list["rows"][0]["id"].as_str().expect("a file"));
    let shown = clerk.get(&pages, &file).await;
    assert!(shown.text.contains(&format!("{file}/isi-lagi")), "{}", shown.text);
    let bill = format!("/tagihan/{}/2022-10/berkas", app::demo::PROGRAMME);
    for (at, path) in [format!("{file}/isi-lagi"), bill].iter().enumerate() {
        let silent = clerk.post(&pages, path, &[]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", silent.text);
        let why = [("alasan", "dicocokkan dengan bendahara")];
        let given = clerk.post(&pages, path, &why).await;
        assert_eq!(given.status, StatusCode::OK, "{path}: {}", given.text);
        assert_eq!(lines(&office, "people-exported"), at + 1);
    }
    assert!(!clerk.get(&pages, "/impor/contoh.xlsx?pengirim=desa").await.text.contains(NIK));
    let printed = clerk
        .post(&pages, "/kartu/cetak", &[("program", app::demo::PROGRAMME), ("bentuk", "sheet")])
        .await;
    assert_eq!(printed.status, StatusCode::OK, "{}", printed.text);
    let printed = lines(&office, "cards-printed");
    assert!(printed >= 1, "cards carry names");
    // The log says so on its page, in words, with the reason, and can be narrowed.
    let day = office.environment.today();
    let path = format!("/audit?perbuatan=people-exported&dari={day}&sampai={day}");
    let log = clerk.get(&pages, &path).await;
    is_a_whole_page(&path, &log.text, "id");
    for told in ["berkas berisi data pribadi diambil", "dicocokkan dengan bendahara", &file] {
        assert!(log.text.contains(told), "{told}: {}", log.text);
    }
    let none = clerk.get(&pages, "/audit?perbuatan=people-exported&dari=2031-01-01").await;
    assert!(!none.text.contains("dicocokkan dengan bendahara"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_act_that_takes_long_nobody_says_that_nothing_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut browser = sign_in(&pages, &office, "operator").await;
    let impatient = router_with(
        Arc::clone(&office),
        WebOptions {
            hosts: Vec::new(),
            is_local: true,
            is_secure: false,
            theme: Theme::default(),
            api_per_minute: API_PER_MINUTE,
            answered_within: Duration::from_millis(400),
        },
    );
    let form = browser.get(&pages, "/setelan").await;
    let once = hidden(&form.text, "once");
    let now = office.settings().expect("reads");
    let before = lines(&office, "settings-changed");
    let practice = if now.practice { "ya" } else { "" };
    let fields = [
        ("once", once.as_str()),
        ("kantor", "Dinas Rekaan"),
        ("latihan", practice),
        ("dari-kantor", &now.office),
        ("dari-telepon", &now.phone),
        ("dari-whatsapp", &now.whatsapp),
        ("dari-jam", &now.hours),
        ("dari-alamat", &now.address),
        ("dari-latihan", practice),
    ];
    // Somebody else writes for so long that the answer does not come in time.
    let (release, waits) = mpsc::channel::<()>();
    let (began, begun) = mpsc::channel::<()>();
    let other = Arc::clone(&office);
    let writer = std::thread::spawn(move || {
        let _ = other.store.write(|_| {
            began.send(()).expect("the test waits");
            let _ = waits.recv();
            Err::<(), AppError>(AppError::refused("NOTHING", ""))
        });
    });
    begun.recv().expect("it writes");
    let late = browser.post(&impatient, "/setelan", &fields).await;
    assert_eq!(late.status, StatusCode::SERVICE_UNAVAILABLE, "{}", late.text);
    assert!(late.text.contains("Kami belum tahu"), "{}", late.text);
    assert!(!late.text.contains("Tidak ada data yang berubah"), "{}", late.text);
    release.send(()).expect("it still writes");
    writer.join().expect("it ends");
    // The same form again is told what came of the first press, and acts no second time.
    let mut again = browser.post(&impatient, "/setelan", &fields).await;
    for _ in 0..20 {
        if again.status == StatusCode::SEE_OTHER {
            break;
        }
        again = browser.post(&impatient, "/setelan", &fields).await;
    }
    assert!(place(&again).contains("tersimpan"), "{}", again.text);
    assert_eq!(office.settings().expect("reads").office, "Dinas Rekaan");
    assert_eq!(lines(&office, "settings-changed"), before + 1);
}

/// A form that is refused says what to do about it, whatever it is made of: nothing of roles.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let browser = sign_in(&pages, &office, "operator").await;
    let part = |name: &str, text: &str| {
        format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let file =
        "--b\r\ncontent-disposition: form-data; name=\"berkas\"; filename=\"a.csv\"\r\n\r\nNIK";
    let whole = "multipart/form-data; boundary=b";
    let keyed = part("csrf", &browser.csrf);
    let outdated = format!("{}--b--\r\n", part("csrf", "lama"));
    for (path, kind, body, status, told) in [
        ("/setelan", "application/x-www-form-urlencoded", "csrf=lama".into(), 403, "dibuka lagi"),
        ("/impor/baru", whole, outdated, 403, "dibuka lagi"),
        ("/impor/baru", "multipart/form-data", keyed.clone(), 400, "rusak di jalan"),
        ("/impor/baru", whole, format!("{keyed}{file}"), 422, "tidak sampai seluruhnya"),
    ] {
        let request = browser.request("POST", path).header(header::CONTENT_TYPE, kind);
        let answer = send(&pages, request.body(Body::from(body)).expect("a request")).await;
        assert_eq!(answer.status.as_u16(), status, "{path} {kind}: {}", answer.text);
        assert!(answer.text.contains(told), "{path} {kind}: {}", answer.text);
        assert!(!answer.text.contains("Peran Anda"), "{path} {kind}: {}", answer.text);
        is_a_whole_page(path, &answer.text, "id");
    }
}
