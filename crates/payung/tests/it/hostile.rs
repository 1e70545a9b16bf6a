//! Files made to hurt: each is read, or refused with a sentence; no crash, little memory.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use app::office::Operation;
use serde_json::Value;
use testkit::{hostile, sheets};

use crate::program::Place;

/// The most that the program and its reader may hold, each.
const MEGABYTES_MAX: u64 = 300;

/// Checks a file under watch; answers the exit code and the file's verdict.
fn check(name: &str, bytes: &[u8], codes: &[i32]) -> Value {
    let place = Place::new();
    let file = place.file(name, bytes);
    let mut command = place.command(&["check", &file, "--json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let (output, kilobytes) = watched(child);
    let code = output.status.code();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(code.is_some_and(|code| codes.contains(&code)), "{name}: {output:?}");
    assert!(kilobytes <= MEGABYTES_MAX << 10, "{name}: {kilobytes} kB");
    let document: Value = serde_json::from_str(&text).expect("one document");
    let found = document["files"][0].clone();
    if code == Some(7) {
        let reason = found["reason"].as_str().expect("a reason");
        assert!(reason.ends_with('.') && reason.split(' ').count() > 3, "{name}: {reason}");
    }
    found
}

/// Waits for a process and its children; answers the most memory that any of them held.
fn watched(mut child: Child) -> (std::process::Output, u64) {
    let mut kilobytes = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        kilobytes = kilobytes.max(peak_kilobytes(child.id()));
        std::thread::sleep(Duration::from_millis(1));
    }
    (child.wait_with_output().expect("it ended"), kilobytes)
}

fn peak_kilobytes(process: u32) -> u64 {
    let folder = Path::new("/proc").join(process.to_string());
    let status = std::fs::read_to_string(folder.join("status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let own = peak.and_then(|text| text.trim().split(' ').next()?.parse().ok()).unwrap_or(0);
    let children = folder.join(format!("task/{process}/children"));
    let children = std::fs::read_to_string(children).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    children.map(peak_kilobytes).fold(own, u64::max)
}

fn refused(name: &str, bytes: &[u8]) -> String {
    let found = check(name, bytes, &[7]);
    found["reason_code"].as_str().expect("a code").to_owned()
}

fn good_workbook() -> Vec<u8> {
    let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
    let mut rows = vec![row(["NIK", "Nama", "Tgl Lahir"])];
    rows.resize(500, row(["6401041708620001", "Rekaan Satu", "17-08-1962"]));
    sheets::xlsx(&rows)
}

#[test]
fn two_cells_in_opposite_corners() {
    let bytes = hostile::far_apart();
    assert!(bytes.len() < 2_000, "{}", bytes.len());
    assert_eq!(refused("sudut.xlsx", &bytes), "NO_TABLE");
}

#[test]
fn a_text_of_half_a_gigabyte() {
    let bytes = hostile::inline_bomb(512 << 20);
    assert!(bytes.len() < 600_000, "{}", bytes.len());
    refused("bom.xlsx", &bytes);
}

#[test]
fn a_text_of_three_gigabytes() {
    refused("bom.xlsx", &hostile::inline_bomb(3 << 30));
}

#[test]
fn elements_without_end() {
    refused("dalam.xlsx", &hostile::deep_markup(1_000_000));
}

#[test]
fn entities_of_entities() {
    refused("entitas.xlsx", &hostile::entity_bomb());
}

#[test]
fn a_password() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/sheets/nasty");
    for name in ["pass_protected.xlsx", "pass_protected.xlsb", "pass_protected.ods"] {
        let bytes = std::fs::read(fixtures.join(name)).expect("a fixture");
        assert_eq!(refused(name, &bytes), "PASSWORD_PROTECTED", "{name}");
    }
}

#[test]
fn files_cut_off_anywhere() {
    let whole = good_workbook();
    for part in [1, 10, 100, whole.len() / 2, whole.len() - 1] {
        refused("putus.xlsx", &whole[..part]);
    }
    assert_eq!(refused("separuh.xlsx", &whole[..whole.len() / 2]), "TRUNCATED");
}

#[test]
fn nothing_at_all() {
    for name in ["kosong.xlsx", "kosong.csv", "kosong.ods", "kosong.xls", "tanpa-nama"] {
        assert_eq!(refused(name, b""), "EMPTY", "{name}");
    }
}

#[test]
fn another_kind_of_file() {
    let pdf = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n";
    assert_eq!(refused("daftar.xlsx", pdf), "NOT_A_SPREADSHEET");
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.resize(4_096, 7);
    assert_eq!(refused("daftar.csv", &png), "NOT_A_SPREADSHEET");
}

#[test]
fn a_list_with_nuls() {
    let list =
        b"NIK,Nama,Tgl Lahir\r\n6401041708620001,Rekaan\0 Satu,17-08-1962\r\n\0\0\0,\0,\0\r\n";
    check("nul.csv", list, &[0, 3, 7]);
    check("nul-saja.csv", &[0; 100_000], &[7]);
}

#[test]
fn a_million_quotes() {
    check("kutip.csv", &vec![b'"'; 1_000_000], &[0, 3, 7]);
    let open = [b"NIK,Nama\r\n\"".to_vec(), vec![b'a'; 5_000_000]].concat();
    check("kutip-terbuka.csv", &open, &[0, 3, 7]);
}

#[test]
fn a_bomb_as_a_reply_of_bpjs() {
    let place = Place::set_up();
    for (name, bytes) in [
        ("balasan.xlsx", hostile::inline_bomb(512 << 20)),
        ("entitas.xlsx", hostile::entity_bomb()),
        ("dalam.xlsx", hostile::deep_markup(1_000_000)),
    ] {
        let file = place.file(name, bytes);
        let words = ["sipp", "reply", &file, "--programme", "coba", "--json"];
        let ran = place.run(&words);
        assert_eq!(ran.code, 7, "{name}: {ran:?}");
    }
    let operator = place.office().actor("operator", Operation::ReadMoney).expect("an account");
    assert!(place.office().sipp_replies(&operator).expect("replies").is_empty());
}

#[test]
fn a_bomb_for_the_register() {
    let place = Place::set_up();
    let file = place.file("bom.xlsx", hostile::inline_bomb(512 << 20));
    let (code, receipt) = place.import(&file);
    assert_eq!((code, &receipt["verdict"]), (7, &"refused".into()), "{receipt}");
    assert!(place.sheets().is_empty());
}
