//! Small prints, looked into as bytes; how they look is judged by eye. All people are invented.

use base::{Day, Rupiah};

use super::*;
use crate::workbook::{
    ColumnKind, ExportCell, ExportColumn, ExportRow, PageWords, SignatureBlock, TableSheet,
};

fn info() -> DocumentInfo {
    DocumentInfo {
        title: "Lampiran".into(),
        author: "Dinas".into(),
        language: "id-ID".into(),
        created: Day::new(2022, 10, 1),
    }
}

/// An annex with so many people in every one of so many villages.
fn annex(villages: usize, people: usize, landscape: bool) -> Vec<u8> {
    annex_with(villages, people, landscape, None)
}

fn annex_with(villages: usize, people: usize, landscape: bool, seal: Option<&PageSeal>) -> Vec<u8> {
    let column = |head: &str, kind, width| ExportColumn { head: head.into(), kind, width };
    let mut rows = (0..villages).flat_map(|village| {
        let group = ExportRow::Group(format!("Kecamatan Contoh, Desa Contoh {}", village + 1));
        let people = (0..people).map(move |person| {
            ExportRow::Cells(vec![
                ExportCell::Count((village * people + person + 1) as i64),
                ExportCell::text(format!("640101170862{:04}", person % 9_999 + 1)),
                ExportCell::text(
                    ["Siti Aminah", "Muhammad Nur Contoh bin Abdul Karim", "Sari"][person % 3],
                ),
                ExportCell::Day(Day::new(1962, 8, 17).expect("a day")),
                ExportCell::text("Jl. Contoh No. 5 RT 003 RW 002, Dusun Panjang Sekali Namanya"),
                ExportCell::text("Nelayan"),
                ExportCell::Rupiah(Rupiah(50_400)),
            ])
        });
        std::iter::once(group).chain(people)
    });
    let mut table = TableSheet {
        name: "Lampiran".into(),
        title: vec![
            "LAMPIRAN KEPUTUSAN BUPATI CONTOH".into(),
            "Nomor 100.3.3.2/Contoh/2022 tanggal 1 Oktober 2022".into(),
            "Daftar pekerja rentan penerima bantuan iuran".into(),
        ],
        columns: vec![
            column("No", ColumnKind::Count, 6),
            column("NIK", ColumnKind::Text, 17),
            column("Nama", ColumnKind::Text, 26),
            column("Tanggal lahir", ColumnKind::Date, 11),
            column("Alamat", ColumnKind::Text, 34),
            column("Pekerjaan", ColumnKind::Text, 14),
            column("Iuran", ColumnKind::Rupiah, 12),
        ],
        rows: &mut rows,
        totals: vec![
            ExportCell::Empty,
            ExportCell::Empty,
            ExportCell::text("Jumlah"),
            ExportCell::Empty,
            ExportCell::Empty,
            ExportCell::Empty,
            ExportCell::Rupiah(Rupiah(50_400 * (villages * people) as i64)),
        ],
        notes: vec!["Iuran: JKK dan JKM, tiga bulan.".into()],
        signatures: vec![
            SignatureBlock {
                above: vec!["Diperiksa oleh".into(), "Kepala Bidang".into()],
                below: vec!["Nama Contoh Satu".into(), "NIP 00000000 000000 0 001".into()],
            },
            SignatureBlock {
                above: vec!["Tana Paser, 1 Oktober 2022".into(), "Bupati Contoh,".into()],
                below: vec!["Nama Contoh Dua".into()],
            },
        ],
        hash_line: Some(format!("SHA-256 daftar: {}", "0123456789abcdef".repeat(4))),
        page: PageWords {
            footer: "Lampiran Keputusan Bupati Contoh Nomor 100.3.3.2/Contoh/2022".into(),
            page: "Halaman".into(),
            of: "dari".into(),
            continued: "(lanjutan)".into(),
        },
        landscape,
    };
    match seal {
        Some(seal) => sealed_table_pdf(&mut table, &info(), seal).expect("a PDF"),
        None => table_pdf(&mut table, &info()).expect("a PDF"),
    }
}

#[test]
fn a_seal_stands_on_every_page_and_takes_its_room() {
    let seal = PageSeal {
        code: "PAYUNG:LAMPIRAN:".to_owned() + &"0A".repeat(50),
        lines: vec!["Dokumen 0a0a".into(), "Sidik (SHA-256) ".to_owned() + &"0a".repeat(32)],
    };
    let sealed = annex_with(3, 60, true, Some(&seal));
    assert_eq!(sealed, annex_with(3, 60, true, Some(&seal)));
    let (with, without) =
        (count_of(&sealed, "/Type/Page/"), count_of(&annex(3, 60, true), "/Type/Page/"));
    assert!(with > without, "{with} pages, {without} without");
    let long = PageSeal { code: "x".repeat(5_000), lines: Vec::new() };
    let mut none = std::iter::empty();
    let mut table = TableSheet {
        name: String::new(),
        title: Vec::new(),
        columns: Vec::new(),
        rows: &mut none,
        totals: Vec::new(),
        notes: Vec::new(),
        signatures: Vec::new(),
        hash_line: None,
        page: PageWords::default(),
        landscape: false,
    };
    assert!(sealed_table_pdf(&mut table, &info(), &long).is_err());
}

/// An agreement of so many articles, with two who sign.
fn agreement(articles: usize) -> Vec<u8> {
    let text = "PIHAK KESATU dan PIHAK KEDUA sepakat tentang hal rekaan ini. ".repeat(12);
    let mut pieces = vec![
        LetterPiece::Title("PERJANJIAN KERJA SAMA".into()),
        LetterPiece::Subtitle("NOMOR 440/REKAAN/2025".into()),
        LetterPiece::Facts {
            mark: "I.".into(),
            rows: vec![("Nama".into(), "Pejabat Rekaan".into()), ("Jabatan".into(), text.clone())],
        },
    ];
    for number in 1..=articles {
        pieces.push(LetterPiece::Heading(format!("Pasal {number}")));
        for mark in ["(1)", "(2)"] {
            let (depth, mark, text) = (0, mark.to_owned(), text.clone());
            pieces.push(LetterPiece::Paragraph { depth, mark, text });
        }
    }
    let signature = SignatureBlock {
        above: vec!["PIHAK KESATU".into(), "Dinas Contoh".into()],
        below: vec!["Pejabat Rekaan".into()],
    };
    pieces.push(LetterPiece::Signatures(vec![signature.clone(), signature]));
    pieces.push(LetterPiece::Small("SHA-256 ".to_owned() + &"0123456789abcdef".repeat(4)));
    let page = PageWords {
        footer: "Perjanjian 440/REKAAN/2025".into(),
        page: "Halaman".into(),
        of: "dari".into(),
        continued: String::new(),
    };
    letter_pdf(&LetterSheet { pieces, page }, &info()).expect("a PDF")
}

#[test]
fn an_agreement_takes_the_pages_it_needs() {
    assert_eq!(agreement(3), agreement(3));
    assert_eq!(count_of(&agreement(0), "/Type/Page/"), 1);
    // An article takes some 300 points of about 700 on a page.
    let many = count_of(&agreement(10), "/Type/Page/");
    assert!((4..=7).contains(&many), "{many} pages");
}

/// A text of as many letters and digits as the square code of a card holds.
fn full_code(index: usize) -> String {
    format!("{index:06}/").repeat(50).chars().take(crate::credential::TEXT_MOST).collect()
}

fn cards(count: usize, layout: CardLayout) -> Vec<u8> {
    let names =
        ["SITI", "Hj. Nurhayati binti Abdul Karim", "Muhammad Fadhlurrahman Contoh Wijaya Kusuma"];
    let cards: Vec<CardFace> = (0..count)
        .map(|index| CardFace {
            number: format!("7KQ2M9XA4TRB8W{index:02}").chars().take(16).collect(),
            name: names[index % 3].into(),
            programme: "Pelindungan Kader Kesehatan Sidoarjo".into(),
            village: "Desa Contoh, Kec. Gedangan".into(),
            paid_until: "Desember 2024".into(),
            sheet_heading: format!("Kecamatan Gedangan · Desa Contoh {}", index / 100 + 1),
            code: if index % 5 == 4 { String::new() } else { full_code(index) },
            kpj: if index % 2 == 0 { String::new() } else { "12345678901".into() },
            seat: index as u32 + 1,
        })
        .collect();
    let labels = CardLabels {
        title: "Kartu peserta program".into(),
        number: "Nomor kartu".into(),
        village: "Desa/Kelurahan".into(),
        paid_until: "Iuran lunas s.d.".into(),
        not_official_line: "Bukan kartu resmi BPJS Ketenagakerjaan.".into(),
        sheet_foot: "Gunting mengikuti garis.".into(),
        sheet: "Lembar".into(),
        of: "dari".into(),
        kpj: "KPJ".into(),
        letter: LetterWords {
            sender: "Dinas Contoh".into(),
            to: "Kepada Yth.".into(),
            subject: "Kartu peserta".into(),
            paragraphs: vec!["Bersama surat ini kami kirimkan kartu. ".repeat(6)],
        },
    };
    cards_pdf(&cards, &labels, layout, &info()).expect("a PDF")
}

/// How often these bytes occur.
fn count_of(bytes: &[u8], part: &str) -> usize {
    bytes.windows(part.len()).filter(|window| *window == part.as_bytes()).count()
}

#[test]
fn prints_of_the_same_day_are_the_same_bytes() {
    assert_eq!(annex(2, 40, true), annex(2, 40, true));
    for layout in CardLayout::ALL {
        assert_eq!(cards(20, layout), cards(20, layout));
    }
}

#[test]
fn a_table_turns_its_pages() {
    let one = annex(1, 5, true);
    assert!(one.starts_with(b"%PDF-"));
    assert_eq!(count_of(&one, "/Type/Page/"), 1);
    // Some twenty two-line rows fit on a landscape page.
    let many = count_of(&annex(3, 60, true), "/Type/Page/");
    assert!((8..=12).contains(&many), "{many} pages");
}

#[test]
fn every_village_begins_a_sheet_of_cards() {
    // 100 cards of the first village take 13 sheets, the 20 of the second take 3.
    assert_eq!(count_of(&cards(120, CardLayout::Sheet), "/Type/Page/"), 16);
}

#[test]
fn a_card_of_its_own_takes_a_page() {
    for layout in [CardLayout::Single, CardLayout::Card, CardLayout::Letter] {
        assert_eq!(count_of(&cards(12, layout), "/Type/Page/"), 12, "{layout:?}");
    }
}

#[test]
fn a_code_too_large_for_a_card_is_refused() {
    let face = CardFace { code: "x".repeat(400), ..CardFace::default() };
    for layout in CardLayout::ALL {
        let written =
            cards_pdf(std::slice::from_ref(&face), &CardLabels::default(), layout, &info());
        assert!(written.is_err());
    }
}

#[test]
fn a_poster_is_one_page() {
    let sheet = PosterSheet {
        title: "Periksa kartu Anda".into(),
        steps: vec!["Arahkan kamera ke kotak di bawah.".into(), "Pindai kartu.".into()],
        address: "https://payung.contoh.go.id/periksa-kartu".into(),
        foot: "Dinas Contoh".into(),
    };
    let poster = poster_pdf(&sheet, &info()).expect("a PDF");
    assert_eq!(count_of(&poster, "/Type/Page/"), 1);
    let long = PosterSheet { address: "x".repeat(5_000), ..sheet };
    assert!(poster_pdf(&long, &info()).is_err());
}

/// A calculation of so many lines, each the sum of two below it.
fn tree(lines: usize) -> Vec<u8> {
    let line = |depth: usize, text: &str| TreeLine {
        depth,
        text: text.into(),
        amount: "Rp10.000.000".into(),
        details: vec!["= 60 % × 80 × Rp1.000.000".into(), "PP 44/2015 · terbuka ".repeat(20)],
    };
    let lines = (0..lines).flat_map(|_| [line(0, "Santunan"), line(1, "Bagian"), line(99, "Isi")]);
    let sheet = TreeSheet {
        title: vec!["Perhitungan manfaat".into()],
        facts: vec![("Hari kecelakaan".into(), "10 Agustus 2025".into())],
        lines: lines.collect(),
        total: Some(("Jumlah".into(), "Rp70.000.000".into())),
        notes: vec!["Aturan versi contoh.".into()],
        page: PageWords {
            footer: "Payung".into(),
            page: "Halaman".into(),
            of: "dari".into(),
            continued: "(lanjutan)".into(),
        },
    };
    tree_pdf(&sheet, &info()).expect("a PDF")
}

#[test]
fn a_calculation_takes_the_pages_it_needs() {
    assert_eq!(tree(1), tree(1));
    assert_eq!(count_of(&tree(0), "/Type/Page/"), 1);
    assert_eq!(count_of(&tree(1), "/Type/Page/"), 1);
    // Each three lines take some 270 points of about 720 on a page.
    let many = count_of(&tree(20), "/Type/Page/");
    assert!((6..=12).contains(&many), "{many} pages");
}
