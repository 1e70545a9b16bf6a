//! A small annex, written and looked into. All people are invented.

use std::io::{Cursor, Read};

use super::*;

/// The text of one part of the file.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip archive");
    let mut text = String::new();
    archive.by_name(name).expect("the part").read_to_string(&mut text).expect("UTF-8");
    text
}

fn annex() -> Vec<u8> {
    let column = |head: &str, kind, width| ExportColumn { head: head.into(), kind, width };
    let day = Day::new(1962, 8, 17).expect("a day");
    let mut rows = vec![
        ExportRow::Group("Desa Contoh".into()),
        ExportRow::Cells(vec![
            ExportCell::Count(1),
            ExportCell::text("6401011708620001"),
            ExportCell::text("=Siti Contoh"),
            ExportCell::Day(day),
            ExportCell::Rupiah(Rupiah(50_400)),
        ]),
    ]
    .into_iter();
    let mut sheets = [TableSheet {
        name: "Lampiran".into(),
        title: vec!["LAMPIRAN".into(), "Nomor contoh".into()],
        columns: vec![
            column("No", ColumnKind::Count, 5),
            column("NIK", ColumnKind::Text, 18),
            column("Nama", ColumnKind::Text, 30),
            column("Lahir", ColumnKind::Date, 11),
            column("Iuran", ColumnKind::Rupiah, 14),
        ],
        rows: &mut rows,
        totals: vec![ExportCell::text("Jumlah"), ExportCell::Empty],
        notes: vec!["Catatan".into()],
        signatures: vec![SignatureBlock {
            above: vec!["Kepala Dinas".into()],
            below: vec!["Nama Contoh".into()],
        }],
        hash_line: Some("sha256".into()),
        page: PageWords {
            footer: "A & B".into(),
            page: "Halaman".into(),
            of: "dari".into(),
            continued: "(lanjutan)".into(),
        },
        landscape: true,
    }];
    let info = DocumentInfo {
        title: "Lampiran".into(),
        author: "Dinas".into(),
        language: "id-ID".into(),
        created: Some(day),
    };
    table_workbook(&mut sheets, &info).expect("a workbook")
}

#[test]
fn numbers_that_nobody_adds_up_stay_text() {
    let bytes = annex();
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    // The head is row 4; the person stands in row 6: count, NIK, name, birth, amount.
    assert!(sheet.contains(r#"<c r="A6" s="#), "{sheet}");
    assert!(sheet.contains("<v>22875</v>"), "the date is a date");
    assert!(sheet.contains("<v>50400</v>"), "the amount is a number");
    assert!(!sheet.contains("<v>6401011708620001</v>"), "the NIK is no number");
    assert!(!sheet.contains("<f>"), "nothing is a formula");
    let texts = part(&bytes, "xl/sharedStrings.xml");
    assert!(texts.contains("<t>6401011708620001</t>") && texts.contains("<t>=Siti Contoh</t>"));
}

#[test]
fn the_page_is_set_up_for_printing() {
    let sheet = part(&annex(), "xl/worksheets/sheet1.xml");
    assert!(sheet.contains(r#"paperSize="9""#) && sheet.contains(r#"orientation="landscape""#));
    assert!(sheet.contains("&amp;L&amp;8A &amp;&amp; B&amp;R&amp;8Halaman &amp;P dari &amp;N"));
    assert!(sheet.contains(r#"topLeftCell="A5""#), "the head stays in sight");
    let book = part(&annex(), "xl/workbook.xml");
    assert!(book.contains("Lampiran!$4:$4"), "the head is repeated: {book}");
}

#[test]
fn the_same_table_gives_the_same_bytes() {
    assert_eq!(annex(), annex());
}
