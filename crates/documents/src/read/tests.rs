//! Every format, told cell by cell, and files made to hurt. All people are invented.

mod build;

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use build::{Biff, ods, workbook, xlsx, zipped};

fn options(file_name: &str, limits: Limits) -> ReadOptions<'_> {
    ReadOptions { file_name, limits, only_sheet: None, mappings: &[] }
}

/// Every cell as `A1=text`, its kind marked where it is no text.
fn cells_of(bytes: &[u8]) -> String {
    let mut out = Vec::new();
    let result =
        raw_cells(Cursor::new(bytes), &options("", Limits::standard()), &mut |part| match part {
            RawPart::Sheet { name, hidden, .. } => {
                out.push(format!("[{name}{}]", if hidden { " hidden" } else { "" }));
            }
            RawPart::Merged { region, .. } => out.push(format!(
                "merged {}{}:{}{}",
                base::cell::column_letters(region.first_column),
                region.first_row,
                base::cell::column_letters(region.last_column),
                region.last_row
            )),
            RawPart::Cell { at, kind, text } => {
                let mark = match kind {
                    CellKind::Text => "",
                    CellKind::Number => "#",
                    CellKind::Date => "@",
                    CellKind::Bool => "?",
                    CellKind::Error => "!",
                    CellKind::FormulaWithoutValue => "=",
                    CellKind::Empty => "0",
                };
                out.push(format!("{}={mark}{text}", at.a1()));
            }
        });
    if let Err(refusal) = result {
        out.push(refusal.code().to_owned());
    }
    out.join(" ")
}

fn code_with(bytes: &[u8], limits: Limits) -> &'static str {
    match read(Cursor::new(bytes), &options("", limits), &mut |_| ()) {
        Ok(summary) => summary.kind.name(),
        Err(refusal) => refusal.code(),
    }
}

fn code(bytes: &[u8]) -> &'static str {
    code_with(bytes, Limits::standard())
}

const PEOPLE: &str = "<row r='1'><c r='A1' t='inlineStr'><is><t>NIK</t></is></c>\
    <c r='B1' t='inlineStr'><is><t>Nama</t></is></c></row>\
    <row r='2'><c r='A2' t='inlineStr'><is><t>6401015708620001</t></is></c>\
    <c r='B2' t='inlineStr'><is><t>SITI</t></is></c></row>";

#[test]
fn xlsx_cells() {
    let rows = "<row r='2'>\
        <c r='A2' t='s'><v>1</v></c><c r='B2' t='inlineStr'><is><r><t>a</t></r><r><t>b</t></r></is></c>\
        <c r='C2'><v>3.51512E+15</v></c><c r='D2' s='1'><v>22846</v></c><c r='E2' t='b'><v>1</v></c>\
        <c r='F2' t='e'><v>#SPILL!</v></c><c r='G2'><f>A1</f></c><c r='H2' t='str'><f>A1</f><v>x</v></c>\
        <c r='I2' s='9'/><c r='J2' t='str'><f>A1</f><v></v></c><c r='K2' s='1'><v>0</v></c></row>\
        <row><c><v>7</v></c><c t='s'><v>0</v></c></row>";
    let bytes = workbook(
        &[("Data", "", rows)],
        "<si><t>satu</t></si><si><r><t>dua</t></r><rPh><t>x</t></rPh></si>",
        "",
    );
    assert_eq!(
        cells_of(&bytes),
        "[Data] A2=dua B2=ab C2=#3515120000000000 D2=@1962-07-19 E2=?TRUE F2=!#SPILL! G2== H2=x \
         K2=@1900-01-00 A3=#7 B3=satu"
    );
}

#[test]
fn xlsx_sheets_and_epochs() {
    let row = "<row r='1'><c r='A1' s='1'><v>21384</v></c></row>";
    let bytes = workbook(
        &[("Satu", "", row), ("Dua", "hidden", row), ("Tiga", "veryHidden", "")],
        "",
        "<workbookPr date1904='1'/>",
    );
    assert_eq!(cells_of(&bytes), "[Satu] A1=@1962-07-19 [Dua hidden] A1=@1962-07-19 [Tiga hidden]");
}

#[test]
fn merged_cells_give_their_value_downwards() {
    let cell =
        |at: &str, text: &str| format!("<c r='{at}' t='inlineStr'><is><t>{text}</t></is></c>");
    let rows = format!(
        "<row r='1'>{}{}{}</row><row r='2'>{}{}{}</row><row r='3'>{}{}</row>",
        cell("A1", "No KK"),
        cell("B1", "NIK"),
        cell("C1", "Nama"),
        cell("A2", "6401010101100001"),
        cell("B2", "6401015708620001"),
        cell("C2", "SITI"),
        cell("B3", "6401011708600001"),
        cell("C3", "BUDI"),
    );
    let tail =
        "</sheetData><mergeCells count='1'><mergeCell ref=\"A2:A3\"/></mergeCells><sheetData>";
    let bytes = workbook(&[("Data", "", &format!("{rows}{tail}"))], "", "");
    let mut cards = Vec::new();
    read(Cursor::new(&bytes), &options("x.xlsx", Limits::standard()), &mut |event| {
        if let Event::Row(row) = event {
            let card = row.value(Field::NoKk).expect("a card for each");
            cards.push(format!("{} {}", card.at.a1(), card.cell.text));
        }
    })
    .unwrap();
    assert_eq!(cards, ["A2 6401010101100001", "A2 6401010101100001"]);
}

#[test]
fn ods_cells() {
    let body = "<table:table table:name='Data' table:style-name='gone'>\
        <table:table-row table:number-rows-repeated='3'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>\
        <table:table-row><table:table-cell office:value-type='string' table:number-columns-spanned='2'><text:p>a<text:s text:c='2'/>b</text:p><text:p>c</text:p>\
        <office:annotation><text:p>no</text:p></office:annotation></table:table-cell><table:covered-table-cell/>\
        <table:table-cell office:value-type='float' office:value='6401011708620001'><text:p>6,4E+15</text:p></table:table-cell>\
        <table:table-cell office:value-type='date' office:date-value='1962-08-17T00:00:00'><text:p>17/08/62</text:p></table:table-cell>\
        <table:table-cell office:value-type='boolean' office:boolean-value='true'><text:p>BENAR</text:p></table:table-cell>\
        <table:table-cell table:formula='of:=[.A1]' office:value-type='string'><text:p>#REF!</text:p></table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated='2'><table:table-cell table:number-columns-repeated='2' office:value-type='string'><text:p>x</text:p></table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated='1048569'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>\
        </table:table>";
    assert_eq!(
        cells_of(&ods(body)),
        "[Data hidden] merged A4:B4 A4=a  b\nc C4=#6401011708620001 D4=@1962-08-17 E4=?TRUE \
         F4=!#REF! A5=x B5=x A6=x B6=x"
    );
}

#[test]
fn spreadsheetml_cells() {
    let text = "<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>\
        <Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet' xmlns:ss='urn:schemas-microsoft-com:office:spreadsheet'>\
        <Worksheet ss:Name='Data'><Table><Row ss:Index='2'><Cell ss:MergeAcross='1'><Data ss:Type='String'>a &amp; b</Data></Cell>\
        <Cell><Data ss:Type='Number'>3.5</Data></Cell><Cell ss:Index='6'><Data ss:Type='DateTime'>1962-08-17T00:00:00.000</Data>\
        <Comment><ss:Data>no</ss:Data></Comment></Cell></Row>\
        <Row><Cell ss:Formula='=A1'/><Cell ss:Formula='=A1'><Data ss:Type='String'></Data></Cell></Row></Table></Worksheet></Workbook>";
    assert_eq!(
        cells_of(text.as_bytes()),
        "[Data] merged A2:B2 A2=a & b C2=#3.5 F2=@1962-08-17 B3=="
    );
}

#[test]
fn rows_that_step_back_are_told_below() {
    let row = |number: &str, text: &str| {
        format!("<row r='{number}'><c t='inlineStr'><is><t>{text}</t></is></c></row>")
    };
    let rows = [row("0", "a"), row("3", "b"), row("3", "c"), row("2", "d"), row("9", "e")];
    assert_eq!(cells_of(&xlsx(&rows.concat())), "[Data] A1=a A3=b A4=c A5=d A9=e");

    let row = |index: &str, text: &str| {
        format!("<Row ss:Index='{index}'><Cell><Data ss:Type='String'>{text}</Data></Cell></Row>")
    };
    let sheet = |rows: &str| {
        let schema = "urn:schemas-microsoft-com:office:spreadsheet";
        let sheet = format!("<Worksheet ss:Name='Data'><Table>{rows}</Table></Worksheet>");
        format!("<?xml version='1.0'?><Workbook xmlns:ss='{schema}'>{sheet}</Workbook>")
    };
    let rows = [row("3", "b"), row("2", "c"), row("9", "d")].concat();
    assert_eq!(cells_of(sheet(&rows).as_bytes()), "[Data] A3=b A4=c A9=d");
    // A row that ends twice.
    let twice = sheet(&format!("{}</Row>", row("1", "a")));
    assert_eq!(cells_of(twice.as_bytes()), "[Data] A1=a DAMAGED");
    // Merged beyond what can be counted.
    let wide = "<Row><Cell ss:MergeAcross='4294967295' ss:MergeDown='1'/></Row>";
    assert_eq!(cells_of(sheet(wide).as_bytes()), "[Data] merged A1:CRXP2");
}

#[test]
fn html_cells() {
    let text = "<html><head><style>td { x }</style><title>t</title></head><body><h3>Desa : Mawar</h3>\
        <table border=1><thead><tr><th rowspan=2>No<th colspan=2>Nama &amp; NIK</tr>\
        <tr><td>a<br>b</td><td>&nbsp;c\n d</td></tr></thead><tr><td>1<td><b>x</b></table></body></html>";
    assert_eq!(
        cells_of(text.as_bytes()),
        "[Sheet1] A1=Desa : Mawar merged A2:A3 merged B2:C2 A2=No B2=Nama & NIK B3=a\nb \
         C3=\u{a0}c d A4=1 B4=x"
    );
}

#[test]
fn xls_cells() {
    let mut biff = Biff::globals(&["dd/mm/yyyy"]);
    biff.sheet("Data", 0);
    biff.label(1, 0, "a");
    biff.number(1, 2, 0, 6_401_011_708_620_001.0);
    biff.number(0, 1, 1, 22846.0);
    biff.formula_text(2, 0, "b");
    biff.error(2, 1, 0x17);
    biff.rk(2, 2, 100, true);
    biff.merged(1, 2, 0, 0);
    biff.sheet("Dua", 2);
    assert_eq!(
        cells_of(&biff.finish()),
        "[Data] merged A2:A3 B1=@1962-07-19 A2=a C2=#6401011708620001 A3=b B3=!#REF! C3=#1 \
         [Dua hidden]"
    );
}

#[test]
fn a_locked_xls_says_so() {
    let mut biff = Biff::globals(&[]);
    biff.lock();
    biff.sheet("Data", 0);
    assert_eq!(code(&biff.finish()), "PASSWORD_PROTECTED");
}

#[test]
fn what_a_file_is_counts_and_not_its_name() {
    let people = xlsx(PEOPLE);
    let csv = b"NIK,Nama\n6401015708620001,SITI\n";
    let html = b"<table><tr><td>NIK<td>Nama<tr><td>6401015708620001<td>SITI</table>";
    for (name, bytes, kind, wrong) in [
        ("a.xlsx", people.as_slice(), "xlsx", false),
        ("a.XLSM", &people, "xlsx", false),
        ("a.xls", &people, "xlsx", true),
        ("a.xls", html, "html", true),
        ("a.xlsx", csv, "csv", true),
        ("a.csv", csv, "csv", false),
        ("a", csv, "csv", false),
    ] {
        let mut told = false;
        let options = options(name, Limits::standard());
        let summary = read(Cursor::new(bytes), &options, &mut |event| {
            told |= matches!(event, Event::Notice(Notice::WrongExtension { .. }));
        })
        .unwrap();
        assert_eq!((summary.kind.name(), told, summary.rows), (kind, wrong, 1), "{name}");
    }
}

#[test]
fn what_is_no_spreadsheet_is_named() {
    let found = |bytes: &[u8]| match read(
        Cursor::new(bytes),
        &options("", Limits::standard()),
        &mut |_| (),
    ) {
        Err(Refusal::NotASpreadsheet { found }) => found.name(),
        other => other.expect_err("nothing to read").code(),
    };
    for (bytes, expect) in [
        (b"".as_slice(), "EMPTY"),
        (b" \r\n\t", "EMPTY"),
        (b"%PDF-1.7 x", "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b"\xFF\xD8\xFF\xE0....", "image"),
        (b"Rar!\x1a\x07\x00", "archive"),
        (b"{\"nik\": \"6401\"}", "json"),
        (b"{\\rtf1 x}", "rtf"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "web_archive"),
        (b"<?xml version='1.0'?><data/>", "xml"),
        (b"\x09\x00\x04\x00\x00\x00\x10\x00", "old_spreadsheet"),
        (b"\x01\x02\x03\x04\x05\x06\x07\x0e", "unknown"),
        (b"PK\x03\x04", "TRUNCATED"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "TRUNCATED"),
    ] {
        assert_eq!(found(bytes), expect, "{:?}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(found(&zipped(&[("word/document.xml", b"<x/>")])), "word");
    assert_eq!(found(&zipped(&[("inner.zip", &xlsx(PEOPLE))])), "archive");
    let text = b"application/vnd.oasis.opendocument.text";
    assert_eq!(found(&zipped(&[("mimetype", text), ("content.xml", b"<x/>")])), "opendocument");
}

#[test]
fn far_cells_and_long_texts() {
    let far = "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>2</v></c></row>";
    assert_eq!(cells_of(&xlsx(far)), "[Data] A1=#1 XFD1048576=#2");
    let row = |at: &str, row: u32| format!("<row r='{row}'><c r='{at}{row}'><v>1</v></c></row>");
    assert_eq!(code(&xlsx(&row("A", 1_048_577))), "TOO_MANY_ROWS");
    assert_eq!(code(&xlsx(&row("XFE", 1))), "TOO_MANY_COLUMNS");
    let text = |length: usize| {
        xlsx(&format!(
            "<row r='1'><c r='A1' t='inlineStr'><is><t>{}</t></is></c></row>",
            "x".repeat(length)
        ))
    };
    assert_eq!(code(&text(32_767)), "NO_TABLE");
    assert_eq!(code(&text(32_768)), "TEXT_TOO_LONG");
    assert_eq!(code(&text(40 << 20)), "TEXT_TOO_LONG");
    let shared = format!("<si><t>{}</t></si>", "x".repeat(40 << 20));
    assert_eq!(code(&workbook(&[("Data", "", PEOPLE)], &shared, "")), "TEXT_TOO_LONG");
    let runs = format!("<si>{}</si>", "<r><t>xxxxxxxx</t></r>".repeat(100_000));
    assert_eq!(code(&workbook(&[("Data", "", PEOPLE)], &runs, "")), "TEXT_TOO_LONG");
}

#[test]
fn sizes_are_measured() {
    let small = Limits { inflated_bytes_max: 1 << 20, ..Limits::standard() };
    assert_eq!(code_with(&xlsx(&"<c/>".repeat(1 << 20)), small), "INFLATES_TOO_MUCH");
    assert_eq!(code_with(&xlsx(&"<!-- x -->".repeat(1 << 20)), small), "INFLATES_TOO_MUCH");
    // One text, told a hundred thousand times: small in the file, three gigabytes in the telling.
    let shared = format!("<si><t>{}</t></si>", "x".repeat(30_000));
    let rows: String =
        (1..=100_000).map(|row| format!("<row r='{row}'><c t='s'><v>0</v></c></row>")).collect();
    let bytes = workbook(&[("Data", "", &rows)], &shared, "");
    assert_eq!(
        code_with(&bytes, Limits { inflated_bytes_max: 64 << 20, ..small }),
        "INFLATES_TOO_MUCH"
    );
    let limits = Limits { file_bytes_max: 100, ..Limits::standard() };
    assert_eq!(code_with(&bytes, limits), "TOO_LARGE");
    let limits = Limits { cells_max: 3, ..Limits::standard() };
    assert_eq!(code_with(&xlsx(PEOPLE), limits), "TOO_MANY_CELLS");
    let limits = Limits { sheets_max: 1, ..Limits::standard() };
    let two = workbook(&[("A", "", PEOPLE), ("B", "", PEOPLE)], "", "");
    assert_eq!(code_with(&two, limits), "TOO_MANY_SHEETS");
    let many: Vec<(String, &[u8])> = (0..5000).map(|n| (format!("x{n}"), b"".as_slice())).collect();
    let many: Vec<(&str, &[u8])> =
        many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert_eq!(code(&zipped(&many)), "TOO_MANY_ENTRIES");
}

#[test]
fn repeated_rows_are_not_believed() {
    let table = |row: &str| ods(&format!("<table:table table:name='x'>{row}</table:table>"));
    let filled = |count: u32| {
        table(&format!(
            "<table:table-row table:number-rows-repeated='{count}'>\
             <table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"
        ))
    };
    assert_eq!(code(&filled(100)), "NO_TABLE");
    assert_eq!(code(&filled(4_000_000_000)), "TOO_MANY_ROWS");
    let blank = "<table:table-row table:number-rows-repeated='4000000000'><table:table-cell/>\
                 </table:table-row>";
    assert_eq!(code(&table(blank)), "EMPTY");
    let wide = "<table:table-row><table:table-cell table:number-columns-repeated='4000000000'>\
                <text:p>x</text:p></table:table-cell></table:table-row>";
    assert_eq!(code(&table(wide)), "TOO_MANY_COLUMNS");
}

#[test]
fn tricks_of_archives() {
    let patched = |bytes: &[u8], from: &[u8], to: &[u8]| {
        let mut out = bytes.to_vec();
        while let Some(at) = out.windows(from.len()).position(|window| window == from) {
            out[at..at + to.len()].copy_from_slice(to);
        }
        out
    };
    let two = zipped(&[("xl/workbook.xml", b"<a/>"), ("xl/workbook.xmL", b"<b/>")]);
    assert_eq!(code(&two), "DUPLICATE_ENTRIES");
    assert_eq!(code(&patched(&two, b"xmL", b"xml")), "DUPLICATE_ENTRIES");
    // Names that leave the folder are keys here, and nothing is ever written.
    let away = zipped(&[("../../etc/passwd", b"x"), ("xl/worksheets/sheet1.xml", b"x")]);
    assert_eq!(code(&away), "DAMAGED");
    // The flag that says a part is encrypted, in its own header and in the directory.
    let mut locked = xlsx(PEOPLE);
    for at in 0..locked.len() - 8 {
        match &locked[at..at + 4] {
            b"PK\x03\x04" => locked[at + 6] |= 1,
            b"PK\x01\x02" => locked[at + 8] |= 1,
            _ => (),
        }
    }
    assert_eq!(code(&locked), "PASSWORD_PROTECTED");
    let manifest = b"<manifest:encryption-data/>";
    let parts: &[(&str, &[u8])] = &[("content.xml", b"x"), ("META-INF/manifest.xml", manifest)];
    assert_eq!(code(&zipped(parts)), "PASSWORD_PROTECTED");
}

#[test]
fn tricks_of_xml() {
    let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>";
    let shared = "<si><t>&b; &#x41;</t></si>";
    let rows = "<row r='1'><c r='A1' t='s'><v>0</v></c></row>";
    let bytes = build::workbook_with(&[("Data", "", rows)], &format!("{bomb}{shared}"), "");
    assert_eq!(cells_of(&bytes), "[Data] A1=&b; A");
    let deep = "<a>".repeat(1 << 20);
    assert_eq!(code(&xlsx(&deep)), "EMPTY");
    let missing = "<row r='1'><c r='A1' t='s'><v>7</v></c></row>";
    assert_eq!(code(&xlsx(missing)), "DAMAGED");
}

#[test]
fn a_sheet_of_one_name_alone() {
    let other = PEOPLE.replace("SITI", "BUDI");
    let bytes = workbook(&[("Satu", "", PEOPLE), ("Dua", "hidden", &other)], "", "");
    let names = |only: &str| {
        let mut names = Vec::new();
        let options = ReadOptions { only_sheet: Some(only), ..options("", Limits::standard()) };
        let result = read(Cursor::new(&bytes), &options, &mut |event| {
            if let Event::Row(row) = event {
                let name = row.value(Field::Name).expect("a name");
                names.push(format!("{} {}", name.at.sheet, name.cell.text));
            }
        });
        result.map(|_| names.join(" ")).map_err(|refusal| refusal.code())
    };
    assert_eq!(names("satu"), Ok("0 SITI".to_owned()));
    assert_eq!(names(" Dua"), Ok("1 BUDI".to_owned()));
    assert_eq!(names("Tiga"), Err("SHEET_NOT_FOUND"));
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let mut biff = Biff::globals(&[]);
    biff.sheet("Data", 0);
    for row in 0..200 {
        biff.label(row, 0, "6401015708620001");
    }
    let sheet = format!("{PEOPLE}{}", "<row><c><v>1</v></c></row>".repeat(2000));
    for (whole, least) in [(xlsx(&sheet), 4), (biff.finish(), 8)] {
        for percent in 0..100 {
            let cut = &whole[..(whole.len() * percent / 100).max(least)];
            let code = code(cut);
            assert!(matches!(code, "TRUNCATED" | "DAMAGED"), "{percent} %: {code}");
        }
    }
}

#[test]
fn codes_are_a_contract() {
    assert_eq!(Refusal::NoTable.code(), "NO_TABLE");
    assert!(Refusal::CODES.contains(&Refusal::SheetNotFound.code()));
    assert!(Notice::CODES.contains(&Notice::EncodingGuessed.code()));
    assert_eq!(SkipReason::ALL.len(), 12);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = code(&bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[NIKamajk0-9;,\t\"\n |.<>/&:]{0,400}") {
        let _ = code(text.as_bytes());
        let _ = code(format!("<html>{text}").as_bytes());
    }

    #[test]
    fn a_sheet_with_any_byte_changed_is_read_or_refused(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), which in 0..4
    ) {
        let mut biff = Biff::globals(&["dd/mm/yyyy"]);
        biff.sheet("Data", 0);
        biff.label(0, 0, "NIK");
        biff.formula_text(1, 0, "6401015708620001");
        biff.number(1, 1, 1, 22846.0);
        biff.rk(1, 2, 7, false);
        biff.merged(0, 1, 0, 0);
        let mut bytes = match which {
            0 => xlsx(PEOPLE),
            1 => biff.finish(),
            2 => ods("<table:table table:name='x'><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>"),
            _ => include_bytes!("../../../../fixtures/sheets/nasty/date_1904.xlsb").to_vec(),
        };
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = code(&bytes);
    }

    #[test]
    fn every_row_is_told_once(rows in proptest::collection::vec(0..9_usize, 1..60)) {
        let kinds = [
            "1;6401015708620001;SITI;P", ";;;", "No;NIK;Nama;JK", "1;2;3;4", "Jumlah;;;",
            "RT 01;;;", ";;Mengetahui;", "x;y;z;", "3;;;",
        ];
        let sheet: Vec<&str> = rows.iter().map(|kind| kinds[*kind]).collect();
        let filled = rows.iter().filter(|kind| **kind != 1).count();
        let mut told = std::collections::BTreeMap::new();
        let result = read(
            Cursor::new(sheet.join("\n").as_bytes()),
            &options("", Limits::standard()),
            &mut |event| match event {
                Event::Row(row) => *told.entry(row.row).or_insert(0) += 1,
                Event::Skipped(row) => *told.entry(row.row).or_insert(0) += 1,
                _ => (),
            },
        );
        if result.is_ok() {
            prop_assert_eq!(told.len(), filled);
            prop_assert!(told.values().all(|times| *times == 1));
        }
    }
}

#[test]
fn a_reader_that_fails_is_refused_by_its_own_code() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::Other.into())
        }
    }
    impl std::io::Seek for Broken {
        fn seek(&mut self, _: std::io::SeekFrom) -> std::io::Result<u64> {
            Ok(64)
        }
    }
    let options = ReadOptions {
        file_name: "daftar.xlsx",
        limits: Limits::standard(),
        only_sheet: None,
        mappings: &[],
    };
    let refusal = read(Broken, &options, &mut |_| ()).expect_err("nothing can be read");
    assert_eq!(refusal.code(), "READ_FAILED");
}

#[test]
fn a_sheet_without_people_is_told_and_the_other_is_read() {
    use crate::spreadsheet_writers::{PlanCell, SheetPlan, write_xlsx};
    let text = |text: &str| PlanCell::Text(text.to_owned());
    let people =
        vec![vec![text("NIK"), text("Nama")], vec![text("6401011708620001"), text("Rekaan Satu")]];
    let sheet =
        |name: &str, rows| SheetPlan { name: name.to_owned(), rows, ..SheetPlan::default() };
    let plans = [sheet("Petunjuk", vec![vec![text("Isi sheet berikut")]]), sheet("Data", people)];
    let bytes = write_xlsx(&plans).expect("a small workbook");
    let mut notices = Vec::new();
    let options = ReadOptions {
        file_name: "daftar.xlsx",
        limits: Limits::standard(),
        only_sheet: None,
        mappings: &[],
    };
    let summary = read(std::io::Cursor::new(bytes), &options, &mut |event| {
        if let Event::Notice(notice) = event {
            notices.push(notice);
        }
    });
    assert_eq!(summary.map(|summary| summary.rows), Ok(1));
    assert_eq!(notices, [Notice::SheetWithoutTable { sheet: 0 }]);
    let codes = [Notice::SheetUnreadable { sheet: 0 }, Notice::MacrosIgnored];
    assert_eq!(codes.map(|notice| notice.code()), ["SHEET_UNREADABLE", "MACROS_IGNORED"]);
}
