//! Cards on paper, scanned again as a phone or an office scanner would: every square code reads back
//! and says what was signed. Everybody is invented.
//!
//! PAYUNG_CARD_SCANS says how many; the long run is `cargo xtask cards scan 1000`. pdftoppm and
//! zbarimg are programs of Debian (`cargo xtask ci setup`); without them nothing is looked at.

use std::path::{Path, PathBuf};
use std::process::Command;

use base::{Day, Month};
use documents::credential::{CardClaims, CardKey, read_card, sign_card};
use documents::pdf::{CardFace, CardLabels, CardLayout, cards_pdf};
use documents::workbook::DocumentInfo;

/// Dots to the inch of a cheap scanner.
const DPI: &str = "200";
/// As many at a time, so that the pictures need little room.
const AT_ONCE: usize = 40;

fn exists(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn key() -> CardKey {
    CardKey::of_secret(&[7; 32])
}

/// Cards with short and long names, with and without a number of BPJS: from small codes to the largest.
fn claims(index: usize) -> CardClaims {
    const NAMES: [&str; 6] = [
        "SITI",
        "Nur Ḥasanah Rekaan",
        "MUHAMMAD NUR ABDUL KARIM SYAHPUTRA REKAAN",
        "Ma’ruf Contoh",
        "SRI WAHYUNI REKAAN binti CONTOH",
        "محمد Rekaan",
    ];
    const PROGRAMMES: [&str; 3] = [
        "Nelayan",
        "Pelindungan Pekerja Rentan Paser 2022",
        "Pelindungan Kader Kesehatan dan Kader Posyandu Kabupaten Sidoarjo",
    ];
    CardClaims {
        issuer: "payung/64.01".into(),
        number: format!("7KQ2M9XA4T{index:05}"),
        name: NAMES[index % NAMES.len()].into(),
        programme: PROGRAMMES[index / 2 % PROGRAMMES.len()].into(),
        paid_until: Month::new(2022, 12).expect("a month"),
        issued: Day::new(2022, 10, 24).expect("a day"),
        place: u32::try_from(index * 7919 % 100_003).expect("small"),
        kpj: index.is_multiple_of(3).then_some(22_010_000_000 + index as u64),
    }
}

fn face(index: usize) -> CardFace {
    let claims = claims(index);
    CardFace {
        code: sign_card(&key(), &claims).expect("signs"),
        number: claims.number,
        name: claims.name,
        programme: claims.programme,
        village: "Desa Contoh".into(),
        paid_until: claims.paid_until.in_words(),
        sheet_heading: "Desa Contoh, Kec. Contoh".into(),
        kpj: claims.kpj.map(|kpj| kpj.to_string()).unwrap_or_default(),
        seat: u32::try_from(index + 1).expect("small"),
    }
}

fn pictures(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|found| found == "pgm")).collect();
    found.sort();
    found
}

/// What zbar reads off the pages of a PDF.
fn scanned(pdf: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, page) = (folder.path().join("cards.pdf"), folder.path().join("page"));
    std::fs::write(&file, pdf).expect("written");
    let ran = Command::new("pdftoppm").args(["-r", DPI, "-gray"]).arg(&file).arg(&page).status();
    assert!(ran.expect("pdftoppm starts").success());
    let scan = ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"];
    let out = Command::new("zbarimg").args(scan).args(pictures(folder.path())).output();
    let text = String::from_utf8(out.expect("zbarimg starts").stdout).expect("ASCII");
    text.lines().map(str::to_owned).collect()
}

fn scan(layout: CardLayout, count: usize) {
    let info = DocumentInfo {
        title: "Kartu".into(),
        author: "Payung".into(),
        language: "id-ID".into(),
        created: Day::new(2022, 10, 24),
    };
    let labels = CardLabels { title: "Kartu peserta".into(), ..CardLabels::default() };
    let all: Vec<usize> = (0..count).collect();
    for some in all.chunks(AT_ONCE) {
        let faces: Vec<CardFace> = some.iter().map(|index| face(*index)).collect();
        let pdf = cards_pdf(&faces, &labels, layout, &info).expect("draws");
        let mut wanted: Vec<&str> = faces.iter().map(|face| &*face.code).collect();
        let mut found = scanned(&pdf);
        wanted.sort_unstable();
        found.sort_unstable();
        let missing = wanted.iter().filter(|code| !found.iter().any(|text| text == *code)).count();
        assert_eq!((found.len(), missing), (wanted.len(), 0), "{layout:?}: read, and not read");
        for text in &found {
            assert!(read_card(text, &[key().public()]).is_ok(), "{text}");
        }
    }
    println!("{layout:?}: {count} cards scanned at {DPI} dpi and verified");
}

#[test]
fn every_printed_card_is_read_off_a_raster_and_verified() {
    if !exists("pdftoppm") || !exists("zbarimg") {
        println!("poppler-utils or zbar-tools is not installed: nothing is scanned");
        return;
    }
    let count = std::env::var("PAYUNG_CARD_SCANS").ok().and_then(|text| text.parse().ok());
    let count = count.unwrap_or(24usize);
    scan(CardLayout::Sheet, count);
    scan(CardLayout::Card, count);
    // A page each: the same drawing at another place.
    scan(CardLayout::Single, count.div_ceil(20));
    scan(CardLayout::Letter, count.div_ceil(20));
}
