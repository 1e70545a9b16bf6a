//! The smallest OpenDocument spreadsheet that office programs open.

use std::io::{Cursor, Write};

use base::Day;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{PlanCell, SheetPlan, escaped};
use crate::workbook::{SheetNames, WriteProblem};

const MIMETYPE: &str = "application/vnd.oasis.opendocument.spreadsheet";

const MANIFEST: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" \
    manifest:version=\"1.2\">\
    <manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.2\" \
    manifest:media-type=\"application/vnd.oasis.opendocument.spreadsheet\"/>\
    <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>\
    </manifest:manifest>";

const OPENING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <office:document-content \
    xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
    xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
    xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
    xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
    xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" \
    office:version=\"1.2\"><office:automatic-styles>\
    <number:date-style style:name=\"N1\"><number:day number:style=\"long\"/>\
    <number:text>/</number:text><number:month number:style=\"long\"/>\
    <number:text>/</number:text><number:year number:style=\"long\"/></number:date-style>\
    <style:style style:name=\"ce1\" style:family=\"table-cell\" style:data-style-name=\"N1\"/>\
    <style:style style:name=\"ta1\" style:family=\"table\">\
    <style:table-properties table:display=\"true\"/></style:style>\
    <style:style style:name=\"ta2\" style:family=\"table\">\
    <style:table-properties table:display=\"false\"/></style:style>\
    </office:automatic-styles><office:body><office:spreadsheet>";

const CLOSING: &str = "</office:spreadsheet></office:body></office:document-content>";

/// Writes the sheets as ODS.
///
/// # Errors
/// [`WriteProblem::Refused`] when the archive cannot be made.
pub fn write_ods(sheets: &[SheetPlan]) -> Result<Vec<u8>, WriteProblem> {
    let mut names = SheetNames::default();
    let mut content = OPENING.to_owned();
    for plan in sheets {
        let style = if plan.hidden { "ta2" } else { "ta1" };
        let name = escaped(&names.unique(&plan.name));
        content
            .push_str(&format!("<table:table table:name=\"{name}\" table:style-name=\"{style}\">"));
        content.push_str("<table:table-column/>");
        for row in 0..plan.rows.len() {
            write_row(plan, row, &mut content);
        }
        if plan.rows.is_empty() {
            content.push_str("<table:table-row><table:table-cell/></table:table-row>");
        }
        content.push_str("</table:table>");
    }
    content.push_str(CLOSING);
    pack(&content).map_err(|_| WriteProblem::Refused)
}

fn write_row(plan: &SheetPlan, row: usize, content: &mut String) {
    content.push_str("<table:table-row>");
    for (column, cell) in plan.rows[row].iter().enumerate() {
        if plan.is_covered(row, column) {
            content.push_str("<table:covered-table-cell/>");
            continue;
        }
        let span = plan.merge_at(row, column).map_or(String::new(), |merge| {
            format!(
                " table:number-columns-spanned=\"{}\" table:number-rows-spanned=\"{}\"",
                merge.last_column - merge.first_column + 1,
                merge.last_row - merge.first_row + 1
            )
        });
        let shown = escaped(&cell.shown());
        let typed = match cell {
            PlanCell::Empty => {
                content.push_str(&format!("<table:table-cell{span}/>"));
                continue;
            }
            PlanCell::Text(_) => "office:value-type=\"string\"".to_owned(),
            PlanCell::Number(value) | PlanCell::Formatted { value, .. } => {
                format!("office:value-type=\"float\" office:value=\"{value}\"")
            }
            PlanCell::DateSerial(serial) => match Day::from_serial(*serial, false) {
                Some(day) => format!(
                    "table:style-name=\"ce1\" office:value-type=\"date\" \
                     office:date-value=\"{day}\""
                ),
                None => format!("office:value-type=\"float\" office:value=\"{serial}\""),
            },
            PlanCell::Bool(truth) => {
                format!("office:value-type=\"boolean\" office:boolean-value=\"{truth}\"")
            }
        };
        content.push_str(&format!("<table:table-cell{span} {typed}>"));
        for line in shown.lines() {
            content.push_str(&format!("<text:p>{line}</text:p>"));
        }
        content.push_str("</table:table-cell>");
    }
    content.push_str("</table:table-row>");
}

fn pack(content: &str) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default());
    let packed = stored.compression_method(CompressionMethod::Deflated);
    // The first part is stored as it is, so that the type can be read without unpacking.
    archive.start_file("mimetype", stored)?;
    archive.write_all(MIMETYPE.as_bytes())?;
    archive.start_file("META-INF/manifest.xml", packed)?;
    archive.write_all(MANIFEST.as_bytes())?;
    archive.start_file("content.xml", packed)?;
    archive.write_all(content.as_bytes())?;
    Ok(archive.finish()?.into_inner())
}
