//! Files made to hurt, built where they are needed: none of them is kept as a file.

use std::io::{Cursor, Write};

use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const SHEET: &str =
    r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;
const SHEET_END: &str = "</sheetData></worksheet>";

/// Two cells in opposite corners: a reader that makes the rectangle between them asks for 512 GiB.
pub fn far_apart() -> Vec<u8> {
    workbook(
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#,
        |_| (),
    )
}

/// One cell with a text of so many bytes, all alike: it deflates to a thousandth.
pub fn inline_bomb(bytes: usize) -> Vec<u8> {
    let block = vec![b'A'; 1 << 16];
    workbook(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>"#, |out| {
        for _ in 0..bytes.div_ceil(block.len()) {
            out.write_all(&block).expect("memory takes everything");
        }
    })
}

/// Elements within elements, so many deep and none of them closed.
pub fn deep_markup(levels: usize) -> Vec<u8> {
    workbook(r#"<row r="1"><c r="A1" t="inlineStr"><is>"#, |out| {
        out.write_all("<a>".repeat(levels).as_bytes()).expect("memory takes everything");
    })
}

/// Entities that name entities: ten levels of ten would be ten thousand million letters.
pub fn entity_bomb() -> Vec<u8> {
    let mut sheet = String::from(r#"<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY e0 "ha">"#);
    for level in 1..=10 {
        let inner = format!("&e{};", level - 1).repeat(10);
        sheet += &format!(r#"<!ENTITY e{level} "{inner}">"#);
    }
    sheet += "]>";
    sheet += SHEET;
    sheet += r#"<row r="1"><c r="A1" t="inlineStr"><is><t>&e10;</t></is></c></row>"#;
    sheet += SHEET_END;
    archive(&[("xl/worksheets/sheet1.xml", sheet.as_bytes())])
}

/// A workbook of one sheet: `open` stands in its data, `more` writes what follows.
fn workbook(open: &str, more: impl Fn(&mut dyn Write)) -> Vec<u8> {
    let mut zip = skeleton();
    zip.start_file("xl/worksheets/sheet1.xml", deflated()).expect("a new part");
    let whole = open.ends_with("</row>");
    zip.write_all(format!("{HEAD}{SHEET}{open}").as_bytes()).expect("memory takes everything");
    more(&mut zip);
    if whole {
        zip.write_all(SHEET_END.as_bytes()).expect("memory takes everything");
    }
    zip.finish().expect("memory takes everything").into_inner()
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = skeleton();
    for (name, bytes) in parts {
        zip.start_file(*name, deflated()).expect("a new part");
        zip.write_all(bytes).expect("memory takes everything");
    }
    zip.finish().expect("memory takes everything").into_inner()
}

/// Everything that a workbook of one sheet needs, but the sheet.
fn skeleton() -> ZipWriter<Cursor<Vec<u8>>> {
    const MAIN: &str = "http://schemas.openxmlformats.org";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let kinds = format!(
        r#"{HEAD}<Types xmlns="{MAIN}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#
    );
    let roots = format!(
        r#"{HEAD}<Relationships xmlns="{MAIN}/package/2006/relationships"><Relationship Id="rId1" Type="{MAIN}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let book = format!(
        r#"{HEAD}<workbook xmlns="{MAIN}/spreadsheetml/2006/main" xmlns:r="{MAIN}/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let links = format!(
        r#"{HEAD}<Relationships xmlns="{MAIN}/package/2006/relationships"><Relationship Id="rId1" Type="{MAIN}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
    );
    for (name, text) in [
        ("[Content_Types].xml", kinds),
        ("_rels/.rels", roots),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", links),
    ] {
        zip.start_file(name, deflated()).expect("a new part");
        zip.write_all(text.as_bytes()).expect("memory takes everything");
    }
    zip
}

fn deflated() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}
