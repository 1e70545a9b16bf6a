//! What web applications save under the name of XLS: an HTML page, or SpreadsheetML of 2003.

use base::Day;

use super::{PlanCell, SheetPlan, escaped};
use crate::workbook::SheetNames;

/// Writes the sheets as an HTML page with one table each.
pub fn write_html_xls(sheets: &[SheetPlan]) -> Vec<u8> {
    let mut page = String::from(
        "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head>\
         <meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body>\n",
    );
    for plan in sheets {
        page.push_str("<table border=\"1\">\n");
        for (row, cells) in plan.rows.iter().enumerate() {
            page.push_str("<tr>");
            for (column, cell) in cells.iter().enumerate() {
                if !plan.is_covered(row, column) {
                    html_cell(plan, (row, column), cell, &mut page);
                }
            }
            page.push_str("</tr>\n");
        }
        page.push_str("</table>\n");
    }
    page.push_str("</body></html>\n");
    page.into_bytes()
}

fn html_cell(plan: &SheetPlan, (row, column): (usize, usize), cell: &PlanCell, page: &mut String) {
    let span = plan.merge_at(row, column).map_or(String::new(), |merge| {
        format!(
            " colspan=\"{}\" rowspan=\"{}\"",
            merge.last_column - merge.first_column + 1,
            merge.last_row - merge.first_row + 1
        )
    });
    let style = match cell {
        PlanCell::Text(_) => " style=\"mso-number-format:'\\@'\"",
        _ => "",
    };
    let shown = escaped(&cell.shown()).replace('\n', "<br>");
    page.push_str(&format!("<td{span}{style}>{shown}</td>"));
}

/// Writes the sheets as SpreadsheetML, the XML of Excel 2003.
pub fn write_spreadsheetml(sheets: &[SheetPlan]) -> Vec<u8> {
    let mut names = SheetNames::default();
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n\
         <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:x=\"urn:schemas-microsoft-com:office:excel\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\n<Styles><Style ss:ID=\"d\">\
         <NumberFormat ss:Format=\"dd/mm/yyyy\"/></Style></Styles>\n",
    );
    for plan in sheets {
        let name = escaped(&names.unique(&plan.name));
        xml.push_str(&format!("<Worksheet ss:Name=\"{name}\"><Table>\n"));
        for (row, cells) in plan.rows.iter().enumerate() {
            xml.push_str("<Row>");
            let mut expected = 0;
            for (column, cell) in cells.iter().enumerate() {
                let merged = plan.merge_at(row, column).is_some();
                if plan.is_covered(row, column) || (matches!(cell, PlanCell::Empty) && !merged) {
                    continue;
                }
                let index = if column == expected {
                    String::new()
                } else {
                    format!(" ss:Index=\"{}\"", column + 1)
                };
                expected = column + 1;
                xml_cell(plan, (row, column), cell, &index, &mut xml);
            }
            xml.push_str("</Row>\n");
        }
        xml.push_str("</Table>");
        if plan.hidden {
            xml.push_str(
                "<WorksheetOptions xmlns=\"urn:schemas-microsoft-com:office:excel\">\
                 <Visible>SheetHidden</Visible></WorksheetOptions>",
            );
        }
        xml.push_str("</Worksheet>\n");
    }
    xml.push_str("</Workbook>\n");
    xml.into_bytes()
}

fn xml_cell(
    plan: &SheetPlan,
    (row, column): (usize, usize),
    cell: &PlanCell,
    index: &str,
    xml: &mut String,
) {
    let span = plan.merge_at(row, column).map_or(String::new(), |merge| {
        format!(
            " ss:MergeAcross=\"{}\" ss:MergeDown=\"{}\"",
            merge.last_column - merge.first_column,
            merge.last_row - merge.first_row
        )
    });
    let (style, kind, value) = match cell {
        PlanCell::Empty => {
            xml.push_str(&format!("<Cell{index}{span}/>"));
            return;
        }
        PlanCell::Text(text) => ("", "String", escaped(text)),
        PlanCell::Number(value) | PlanCell::Formatted { value, .. } => {
            ("", "Number", value.to_string())
        }
        PlanCell::DateSerial(serial) => match Day::from_serial(*serial, false) {
            Some(day) => (" ss:StyleID=\"d\"", "DateTime", format!("{day}T00:00:00.000")),
            None => ("", "Number", serial.to_string()),
        },
        PlanCell::Bool(truth) => ("", "Boolean", u8::from(*truth).to_string()),
    };
    xml.push_str(&format!(
        "<Cell{index}{span}{style}><Data ss:Type=\"{kind}\">{value}</Data></Cell>"
    ));
}
