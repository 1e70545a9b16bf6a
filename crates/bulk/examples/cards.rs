//! Measures cards: `cards write DIR COUNT` writes what invented cards say, `cards draw DIR` signs
//! them and draws them on every core, eight to a page, a file for each hundred, and prints how long
//! it took.
//!
//! `cargo xtask bench cards` runs both, and a peer on what was written.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use base::{Day, Month};
use documents::credential::{CardClaims, CardKey, sign_card};
use documents::pdf::{CardFace, CardLabels, CardLayout, cards_pdf};
use documents::workbook::DocumentInfo;

/// Cards of one village.
const VILLAGE: usize = 100;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["write", folder, count] => write(Path::new(folder), count.parse().expect("a number")),
        ["draw", folder] => draw(Path::new(folder)),
        _ => {
            eprintln!("usage: cards write DIR COUNT | cards draw DIR");
            std::process::exit(2);
        }
    }
}

fn key() -> CardKey {
    CardKey::of_secret(&[7; 32])
}

fn claims(index: usize) -> CardClaims {
    const NAMES: [&str; 5] =
        ["SITI AMINAH", "MUHAMMAD NUR", "SRI WAHYUNI", "ABDUL KARIM SYAHPUTRA", "DEWI"];
    CardClaims {
        issuer: "payung/35.15".into(),
        number: format!("7KQ2M9XA4T{index:05}"),
        name: format!("{} REKAAN {}", NAMES[index % NAMES.len()], index % 97),
        programme: "Pelindungan Kader Kesehatan Sidoarjo".into(),
        paid_until: Month::new(2024, 12).expect("a month"),
        issued: Day::new(2024, 1, 15).expect("a day"),
        place: u32::try_from(index).expect("few"),
        kpj: None,
    }
}

/// A line a card: what stands on it and what its square code says, with tabs between.
fn write(folder: &Path, count: usize) {
    let mut text = String::new();
    for index in 0..count {
        let claims = claims(index);
        let code = sign_card(&key(), &claims).expect("signs");
        let CardClaims { number, name, programme, .. } = claims;
        writeln!(text, "{number}\t{name}\t{programme}\t{}\t{code}", index / VILLAGE)
            .expect("a string takes everything");
    }
    std::fs::write(folder.join("cards.tsv"), text).expect("a folder to write in");
}

fn draw(folder: &Path) {
    let text = std::fs::read_to_string(folder.join("cards.tsv")).expect("written before");
    let count = text.lines().count();
    let (begun, busy) = (Instant::now(), busy_ticks());
    let key = key();
    let labels = CardLabels {
        title: "Kartu peserta program".into(),
        number: "Nomor kartu".into(),
        village: "Desa".into(),
        paid_until: "Iuran dibayar sampai".into(),
        not_official_line: "Bukan kartu resmi BPJS Ketenagakerjaan".into(),
        sheet_foot: "Gunting pada tanda potong.".into(),
        sheet: "Lembar".into(),
        of: "dari".into(),
        ..CardLabels::default()
    };
    let info = DocumentInfo {
        title: "Kartu".into(),
        author: "Payung".into(),
        language: "id-ID".into(),
        created: Day::new(2024, 1, 15),
    };
    let mut bytes = 0;
    let all: Vec<usize> = (0..count).collect();
    let villages: Vec<&[usize]> = all.chunks(VILLAGE).collect();
    let draw = |village: &&[usize]| {
        let faces: Vec<CardFace> = village.iter().map(|index| face(&key, *index)).collect();
        let pdf = cards_pdf(&faces, &labels, CardLayout::Sheet, &info).expect("draws");
        (village[0] / VILLAGE, pdf)
    };
    let written = bulk::in_order(&villages, draw, |(village, pdf)| {
        bytes += pdf.len();
        std::fs::write(folder.join(format!("ours-{village}.pdf")), pdf)
    });
    written.expect("a folder to write in");
    let seconds = begun.elapsed().as_secs_f64();
    let cpu = (busy_ticks() - busy) as f64 / 100.0;
    println!("{{\"cards\":{count},\"bytes\":{bytes},\"seconds\":{seconds:.3},\"cpu\":{cpu:.2}}}");
}

fn face(key: &CardKey, index: usize) -> CardFace {
    let claims = claims(index);
    CardFace {
        code: sign_card(key, &claims).expect("signs"),
        number: claims.number,
        name: claims.name,
        programme: claims.programme,
        village: format!("Desa {}", index / VILLAGE),
        paid_until: claims.paid_until.in_words(),
        sheet_heading: format!("Desa {}", index / VILLAGE),
        kpj: String::new(),
        seat: u32::try_from(index % VILLAGE + 1).expect("few"),
    }
}

/// Hundredths of a second that this process kept processors busy; nothing where Linux is not.
fn busy_ticks() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program may hold blanks; what is counted comes after it.
    let after = text.rsplit_once(')').map_or("", |(_, after)| after);
    let fields: Vec<u64> =
        after.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect();
    fields.get(11).copied().unwrap_or(0) + fields.get(12).copied().unwrap_or(0)
}
