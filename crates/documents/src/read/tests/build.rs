//! Small files built by hand, byte by byte where it matters.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// An archive of these parts.
pub fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = SimpleFileOptions::default().compression_level(Some(1));
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of one sheet with these rows.
pub fn xlsx(rows: &str) -> Vec<u8> {
    workbook(&[("Data", "", rows)], "", "")
}

/// A workbook: sheets as (name, state, rows), shared texts, and what the workbook part adds. The
/// second cell style shows a date.
pub fn workbook(sheets: &[(&str, &str, &str)], shared: &str, properties: &str) -> Vec<u8> {
    workbook_with(sheets, &format!("<sst>{shared}</sst>"), properties)
}

/// The same, with the whole part of shared texts.
pub fn workbook_with(sheets: &[(&str, &str, &str)], shared: &str, properties: &str) -> Vec<u8> {
    let mut list = String::new();
    let mut relations = String::new();
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for (index, (name, state, rows)) in sheets.iter().enumerate() {
        let state = if state.is_empty() { "visible" } else { state };
        list.push_str(&format!(
            "<sheet name='{name}' sheetId='{index}' state='{state}' r:id='r{index}'/>"
        ));
        relations.push_str(&format!(
            "<Relationship Id='r{index}' Type='x/worksheet' Target='worksheets/s{index}.xml'/>"
        ));
        let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        parts.push((format!("xl/worksheets/s{index}.xml"), sheet.into_bytes()));
    }
    let workbook = format!("<workbook>{properties}<sheets>{list}</sheets></workbook>");
    let styles = "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='dd/mm/yyyy;@'/></numFmts>\
        <cellXfs><xf numFmtId='0'/><xf numFmtId='164'/></cellXfs></styleSheet>";
    parts.push(("xl/workbook.xml".into(), workbook.into_bytes()));
    parts.push(("xl/styles.xml".into(), styles.into()));
    parts.push(("xl/sharedStrings.xml".into(), shared.into()));
    let relations = format!("<Relationships>{relations}</Relationships>");
    parts.push(("xl/_rels/workbook.xml.rels".into(), relations.into_bytes()));
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    zipped(&parts)
}

/// An OpenDocument spreadsheet with these tables; those of the style "gone" are hidden.
pub fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:automatic-styles><style:style style:name='gone'>\
         <style:table-properties table:display='false'/></style:style></office:automatic-styles>\
         <office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>\
         </office:document-content>"
    );
    let mime = b"application/vnd.oasis.opendocument.spreadsheet";
    zipped(&[("mimetype", mime), ("content.xml", content.as_bytes())])
}

/// An old Excel workbook, as the stream of records that it is.
pub struct Biff {
    globals: Vec<u8>,
    sheets: Vec<(String, u8, Vec<u8>)>,
}

impl Biff {
    /// The globals, with a cell style for general numbers and one for each format.
    pub fn globals(formats: &[&str]) -> Biff {
        let mut biff = Biff { globals: Vec::new(), sheets: Vec::new() };
        for (index, format) in formats.iter().enumerate() {
            let mut data = (164 + index as u16).to_le_bytes().to_vec();
            data.extend((format.len() as u16).to_le_bytes());
            data.push(0);
            data.extend(format.as_bytes());
            biff.globals.extend(record(0x041E, &data));
        }
        for id in std::iter::once(0).chain((0..formats.len()).map(|index| 164 + index as u16)) {
            let mut data = vec![0; 20];
            data[2..4].copy_from_slice(&id.to_le_bytes());
            biff.globals.extend(record(0x00E0, &data));
        }
        biff
    }

    /// Says that a password is needed.
    pub fn lock(&mut self) {
        self.globals.extend(record(0x002F, &[0; 6]));
    }

    pub fn sheet(&mut self, name: &str, hidden: u8) {
        self.sheets.push((name.to_owned(), hidden, Vec::new()));
    }

    pub fn label(&mut self, row: u16, column: u16, text: &str) {
        self.cell(
            0x0204,
            row,
            column,
            0,
            &[&(text.len() as u16).to_le_bytes(), &[0][..], text.as_bytes()].concat(),
        );
    }

    pub fn number(&mut self, row: u16, column: u16, style: u16, value: f64) {
        self.cell(0x0203, row, column, style, &value.to_le_bytes());
    }

    /// A whole number, packed; divided by 100 if asked for.
    pub fn rk(&mut self, row: u16, column: u16, value: u32, hundredth: bool) {
        let packed = value << 2 | 2 | u32::from(hundredth);
        self.cell(0x027E, row, column, 0, &packed.to_le_bytes());
    }

    pub fn error(&mut self, row: u16, column: u16, code: u8) {
        self.cell(0x0205, row, column, 0, &[code, 1]);
    }

    pub fn formula_text(&mut self, row: u16, column: u16, text: &str) {
        self.cell(0x0006, row, column, 0, &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0]);
        let data = [&(text.len() as u16).to_le_bytes(), &[0][..], text.as_bytes()].concat();
        self.push(&record(0x0207, &data));
    }

    pub fn merged(&mut self, first: u16, last: u16, left: u16, right: u16) {
        let four = [1, first, last, left, right];
        let data: Vec<u8> = four.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.push(&record(0x00E5, &data));
    }

    pub fn finish(self) -> Vec<u8> {
        let begin = |kind: u16| {
            record(0x0809, &[&0x0600_u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat())
        };
        let end = record(0x000A, &[]);
        let names: usize = self.sheets.iter().map(|(name, ..)| 4 + 8 + name.len()).sum();
        let mut at = begin(5).len() + self.globals.len() + names + end.len();
        let mut out = begin(5);
        out.extend(&self.globals);
        for (name, hidden, cells) in &self.sheets {
            let mut data = (at as u32).to_le_bytes().to_vec();
            data.extend([*hidden, 0, name.len() as u8, 0]);
            data.extend(name.as_bytes());
            out.extend(record(0x0085, &data));
            at += begin(16).len() + cells.len() + end.len();
        }
        out.extend(&end);
        for (_, _, cells) in &self.sheets {
            out.extend(begin(16));
            out.extend(cells);
            out.extend(&end);
        }
        out
    }

    fn cell(&mut self, kind: u16, row: u16, column: u16, style: u16, value: &[u8]) {
        let place: Vec<u8> =
            [row, column, style].iter().flat_map(|number| number.to_le_bytes()).collect();
        self.push(&record(kind, &[&place, value].concat()));
    }

    fn push(&mut self, record: &[u8]) {
        self.sheets.last_mut().expect("a sheet was begun").2.extend(record);
    }
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}
