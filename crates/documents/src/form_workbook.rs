//! Forms of another office, filled in: tabs, headings and cells to the letter, every cell a text.
//!
//! Nothing is added to what the form asks for: no title, no colour that it has not, no formula.

use rust_xlsxwriter::{Format, Workbook, Worksheet};

use crate::workbook::{
    DocumentInfo, SheetNames, WriteProblem, is_formula_like, properties, text_for_cell,
};

/// A tab of a form.
pub struct FormTab<'a> {
    /// Its name.
    pub name: &'a str,
    /// Widths of its columns, in characters.
    pub widths: Vec<u16>,
    /// Its rows: the row, 1 for the first, and the cells from A on; an empty one stays blank.
    pub rows: &'a mut dyn Iterator<Item = (u32, Vec<String>)>,
    /// Rows whose first cell reaches over two columns.
    pub wide_rows: Vec<u32>,
}

/// Writes a form.
///
/// # Errors
/// [`WriteProblem::TooLarge`] past what the format holds.
pub fn form_workbook(
    tabs: &mut [FormTab<'_>],
    info: &DocumentInfo,
) -> Result<Vec<u8>, WriteProblem> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(info)?);
    let text = Format::new().set_num_format("@");
    let quoted = text.clone().set_quote_prefix();
    let mut names = SheetNames::default();
    for tab in tabs {
        let sheet = workbook.add_worksheet();
        sheet.set_name(names.unique(tab.name))?;
        for (column, width) in (0u16..).zip(&tab.widths) {
            sheet.set_column_width(column, *width)?;
            sheet.set_column_format(column, &text)?;
        }
        write_rows(sheet, tab, &text, &quoted)?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn write_rows(
    sheet: &mut Worksheet,
    tab: &mut FormTab<'_>,
    text: &Format,
    quoted: &Format,
) -> Result<(), WriteProblem> {
    for (row, cells) in &mut *tab.rows {
        let row = row.checked_sub(1).ok_or(WriteProblem::Refused)?;
        if tab.wide_rows.contains(&(row + 1)) {
            let first = cells.first().map_or("", |cell| text_for_cell(cell));
            sheet.merge_range(row, 0, row, 1, first, text)?;
            continue;
        }
        for (column, cell) in (0u16..).zip(&cells) {
            if !cell.is_empty() {
                let format = if is_formula_like(cell) { quoted } else { text };
                sheet.write_string_with_format(row, column, text_for_cell(cell), format)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use base::CellKind;

    use super::*;
    use crate::read::{Limits, RawPart, ReadOptions, raw_cells};

    #[test]
    fn a_form_is_read_back_as_texts() {
        let rows = [
            (1, vec!["NAMA".to_owned(), "UPAH".to_owned()]),
            (2, vec!["=HYPERLINK(\"x\")".to_owned(), String::new(), "007".to_owned()]),
        ];
        let mut rows = rows.into_iter();
        let mut none = std::iter::empty();
        let tab = |name, rows| FormTab { name, widths: vec![10, 20], rows, wide_rows: vec![] };
        let mut tabs = [tab("data_tk_baru", &mut rows), tab("Lokasi Pekerjaan", &mut none)];
        let bytes = form_workbook(&mut tabs, &DocumentInfo::default()).expect("a form");
        let options = ReadOptions {
            file_name: "",
            limits: Limits::standard(),
            only_sheet: None,
            mappings: &[],
        };
        let mut found = Vec::new();
        raw_cells(Cursor::new(bytes), &options, &mut |part| {
            if let RawPart::Cell { at, kind, text } = part {
                found.push((at.a1(), kind, text.to_owned()));
            }
        })
        .expect("is read");
        let cell = |at: &str, text: &str| (at.to_owned(), CellKind::Text, text.to_owned());
        let expect = [
            cell("A1", "NAMA"),
            cell("B1", "UPAH"),
            cell("A2", "=HYPERLINK(\"x\")"),
            cell("C2", "007"),
        ];
        assert_eq!(found, expect);
    }
}
