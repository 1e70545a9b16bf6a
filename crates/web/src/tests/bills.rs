//! A bill through pages and programs: drafted, locked by one, issued by another, reopened, printed.
//! Everybody here is invented.

use std::path::Path;
use std::sync::Arc;

use app::access::{Operation, Role};
use app::intake::{Receipt, Received};
use app::office::Office;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base::RegionCode;

use super::api::{program, token};
use super::{Answer, Browser, filled, open, send, sign_in};
use crate::router;

const CODE: &str = "bench";
const BILL: &str = "/tagihan/bench/2022-10";

/// An office with two members of a programme whose one month has no bill.
fn with_members(folder: &Path) -> Office {
    let office = with_accepted(folder);
    let who = |name: &str| office.actor(name, Operation::OwnDesk).expect("an account");
    office.propose(&who("ani"), CODE).expect("put forward");
    office.approve(&who("budi"), CODE, None).expect("approved");
    office
}

/// An office with two people of a programme whom nobody has put forward.
pub(super) fn with_accepted(folder: &Path) -> Office {
    let office = open(&folder.join("register"));
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    for (name, role) in
        [("ani", Role::Officer), ("budi", Role::Approver), ("citra", Role::Treasurer)]
    {
        office.add_user(&keeper, name, role).expect("added");
    }
    // The programme alone; its people come by a file.
    app::demo::fill_register(&office, 7, 0..0).expect("a programme");
    let village = RegionCode::parse("64.01.05.2001").expect("a village");
    office.add_org(&keeper, "desa", "Desa Rekaan", village).expect("an office");
    let path = folder.join("daftar.csv");
    let text = "NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan\n\
                6401051108620001,WARGA ARI,Paser,11-08-1962,L,RT 1,petani\n\
                6401051208620002,WARGA BIMA,Paser,12-08-1962,L,RT 1,petani\n";
    std::fs::write(&path, text).expect("written");
    let received = Received {
        path,
        programme: CODE.into(),
        org: "desa".into(),
        only_sheet: None,
        confirmed: Vec::new(),
        dry_run: false,
    };
    let receipt = office.receive(&keeper, &received).expect("taken in");
    assert!(matches!(receipt, Receipt::Decided(_)));
    office
}

/// The treasurer drafts and locks October.
async fn lock(pages: &Router, maker: &mut Browser) {
    maker.get(pages, "/tagihan/baru").await;
    let wrong = maker.post(pages, "/tagihan/baru", &[("program", CODE), ("bulan", "okt")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let asked = [("program", CODE), ("bulan", "2022-10")];
    let drafted = maker.post(pages, "/tagihan/baru", &asked).await;
    assert_eq!(drafted.status, StatusCode::SEE_OTHER, "{}", drafted.text);
    let page = maker.get(pages, BILL).await;
    // 2 × 16,800, and the same in words.
    let words = "tiga puluh tiga ribu enam ratus rupiah";
    assert!(page.text.contains("Rp33.600") && page.text.contains(words), "{}", page.text);
    assert!(page.text.contains("Kunci dan ajukan") && !page.text.contains("WARGA"));
    let check = maker.get(pages, &format!("{BILL}/finalisasi")).await;
    assert!(check.text.contains("Orang kedua harus menerbitkannya"), "{}", check.text);
    let too_many = maker.post(pages, &format!("{BILL}/finalisasi"), &[("lama", "4")]).await;
    assert_eq!(too_many.status, StatusCode::CONFLICT, "{}", too_many.text);
    let locked = maker.post(pages, &format!("{BILL}/finalisasi"), &[("lama", "1")]).await;
    assert_eq!(locked.status, StatusCode::SEE_OTHER, "{}", locked.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_put_forward_as_it_was_shown() {
    const LIST: &str = "/program/bench/usulan";
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(with_accepted(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut maker = sign_in(&pages, &office, "ani").await;
    let programme = maker.get(&pages, "/program/bench").await;
    for path in ["usulan", "lampiran", "perubahan", "cocokkan", "papan"] {
        assert!(programme.text.contains(&format!("/program/bench/{path}")), "{path}");
    }
    let desk = maker.get(&pages, "/beranda").await;
    assert!(desk.text.contains(LIST), "{}", desk.text);
    let check = maker.get(&pages, LIST).await;
    // A month of two people, 2 × 16,800, and their twenty-four months, 2 × 16,800 × 24 = 806,400.
    let bound = "Rp806.400 (delapan ratus enam ribu empat ratus rupiah)";
    assert!(check.text.contains("Rp33.600") && check.text.contains(bound), "{}", check.text);
    assert!(check.text.contains("Usulkan daftar ini") && !check.text.contains("WARGA"));
    let digest = check.text.split("name=\"sidik\" value=\"").nth(1).expect("a digest");
    let digest = digest.split('"').next().expect("a digest").to_owned();
    let zeros = "0".repeat(64);
    let other = maker.post(&pages, LIST, &[("sidik", &zeros)]).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(other.text.contains("Daftar sudah berubah"), "{}", other.text);
    let put = maker.post(&pages, LIST, &[("sidik", &digest)]).await;
    assert_eq!(put.status, StatusCode::SEE_OTHER, "{}", put.text);
    let task = put.headers["location"].to_str().expect("text").to_owned();
    let mut checker = sign_in(&pages, &office, "budi").await;
    let waiting = checker.get(&pages, "/tugas.json").await;
    assert!(waiting.text.contains("\"programme\":\"bench\""), "{}", waiting.text);
    let shown = checker.get(&pages, &task).await;
    assert!(shown.text.contains(&digest), "{}", shown.text);
    assert_eq!(checker.get(&pages, LIST).await.status, StatusCode::FORBIDDEN);
    let again = maker.get(&pages, LIST).await;
    assert!(again.text.contains("menunggu persetujuan"), "{}", again.text);
    assert!(!again.text.contains("Usulkan daftar ini"));
    let twice = maker.post(&pages, LIST, &[("sidik", &digest)]).await;
    assert_eq!(twice.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_goes_through_pages_by_two_people() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(with_members(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut maker = sign_in(&pages, &office, "citra").await;
    lock(&pages, &mut maker).await;
    let own = maker.post(&pages, &format!("{BILL}/terbit"), &[]).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "who pays does not issue");
    let request = maker.get(&pages, &format!("{BILL}/cetak/request")).await;
    assert_eq!(request.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", request.text);
    let code = [("jenis", "billing-code"), ("kode", "6401051108620001")];
    let nik = maker.post(&pages, &format!("{BILL}/kode"), &code).await;
    assert_eq!(nik.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = [("jenis", "billing-code"), ("kode", "2200 1234 5678")];
    let kept = maker.post(&pages, &format!("{BILL}/kode"), &code).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    let mut checker = sign_in(&pages, &office, "budi").await;
    let check = checker.get(&pages, &format!("{BILL}/terbit")).await;
    assert!(check.text.contains("Setujui dan terbitkan"), "{}", check.text);
    let hash = check.text.split("name=\"sidik\" value=\"").nth(1).expect("a digest");
    let hash = hash.split('"').next().expect("a digest").to_owned();
    let zeros = "0".repeat(64);
    let other = checker.post(&pages, &format!("{BILL}/terbit"), &[("sidik", &zeros)]).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    let issued = checker.post(&pages, &format!("{BILL}/terbit"), &[("sidik", &hash)]).await;
    assert_eq!(issued.status, StatusCode::SEE_OTHER, "{}", issued.text);
    let page = checker.get(&pages, BILL).await;
    assert!(page.text.contains("dikunci citra, diterbitkan budi"), "{}", page.text);
    assert!(page.text.contains("220012345678"), "{}", page.text);
    for paper in ["bill", "request", "handover"] {
        let printed = checker.get(&pages, &format!("{BILL}/cetak/{paper}")).await;
        assert_eq!(printed.status, StatusCode::OK, "{paper}");
        assert_eq!(printed.headers["content-type"], "application/pdf");
    }
    maker.get(&pages, &format!("{BILL}/buka")).await;
    let unreasoned = maker.post(&pages, &format!("{BILL}/buka"), &[("alasan", "")]).await;
    assert_eq!(unreasoned.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reason = [("alasan", "Satu desa belum masuk daftar")];
    let open = maker.post(&pages, &format!("{BILL}/buka"), &reason).await;
    assert_eq!(open.status, StatusCode::SEE_OTHER, "{}", open.text);
    let page = maker.get(&pages, BILL).await;
    assert!(page.text.contains("Satu desa belum masuk daftar") && page.text.contains("Hitung"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_drafts_and_locks_and_issues_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(with_members(folder.path()));
    let pages = router(Arc::clone(&office));
    let key = token(&office, "citra", &[Operation::Pay, Operation::ReadMoney]);
    let path = "/api/tagihan/bench/2022-10";
    let none = read(&pages, &key, path).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let draft = program(&pages, Some(&key), &format!("{path}/rancangan"), "{}").await;
    assert_eq!(draft.status, StatusCode::OK, "{}", draft.text);
    assert!(draft.text.contains("\"total_rupiah\":33600"), "{}", draft.text);
    let locked = program(&pages, Some(&key), &format!("{path}/finalisasi"), "{\"lama\":1}").await;
    assert!(locked.text.contains("\"state\":\"final\""), "{}", locked.text);
    let table = read(&pages, &key, "/tagihan.json?keadaan=final").await;
    assert!(table.text.contains("\"programme_code\":\"bench\""), "{}", table.text);
    let none = read(&pages, &key, "/tagihan.json?keadaan=posted").await;
    assert!(none.text.contains("\"rows\":[]"), "{}", none.text);
}

async fn read(pages: &Router, key: &str, path: &str) -> Answer {
    let request = Request::get(path)
        .header("host", "localhost")
        .header("authorization", format!("Bearer {key}"));
    send(pages, request.body(Body::empty()).expect("a request")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_bill_has_its_receipt_and_no_way_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let mut reader = sign_in(&pages, &office, "citra").await;
    let paid = "/tagihan/rentan-2022/2022-11";
    let page = reader.get(&pages, paid).await;
    assert!(page.text.contains("Kuitansi") && !page.text.contains("Buka kembali"));
    assert!(page.text.contains("Dibandingkan dengan Oktober 2022"), "{}", page.text);
    super::shows_no_identity(paid, &page.text);
    let receipt = reader.get(&pages, &format!("{paid}/cetak/receipt")).await;
    assert_eq!(receipt.headers["content-type"], "application/pdf");
    let reason = [("alasan", "Mencoba membuka yang dibayar")];
    let closed = reader.post(&pages, &format!("{paid}/buka"), &reason).await;
    assert_eq!(closed.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", closed.text);
    assert!(closed.text.contains("sudah dibayar dan tidak berubah lagi"));
}
