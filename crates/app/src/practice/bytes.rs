//! Grids become files: one call of the writers of `documents` per format.

use documents::spreadsheet_writers::{
    CsvEncoding, PlanCell, PlanMerge, SheetPlan, write_csv, write_html_xls, write_ods,
    write_spreadsheetml, write_xlsx,
};

use super::cells::Value;
use super::layout::{Grid, Merge};
use super::people::day;
use super::style::Format;

/// Writes the sheets in a format; text formats hold the first sheet only.
pub fn write(format: Format, grids: Vec<Grid>) -> Vec<u8> {
    let plans: Vec<SheetPlan> = grids.into_iter().map(sheet_plan).collect();
    let fits = "a village's list is smaller than any format's limits";
    match format {
        Format::Xlsx => write_xlsx(&plans).expect(fits),
        Format::Ods => write_ods(&plans).expect(fits),
        Format::HtmlXls => write_html_xls(&plans),
        Format::SpreadsheetMl => write_spreadsheetml(&plans),
        Format::CsvSemicolon => write_csv(&plans[0], ';', CsvEncoding::Utf8),
        Format::CsvCommaBom => write_csv(&plans[0], ',', CsvEncoding::Utf8Bom),
        Format::CsvComma => write_csv(&plans[0], ',', CsvEncoding::Utf8),
        Format::CsvWindows => write_csv(&plans[0], ';', CsvEncoding::Windows1252),
        Format::CsvUtf16 => write_csv(&plans[0], '\t', CsvEncoding::Utf16Le),
    }
}

fn sheet_plan(grid: Grid) -> SheetPlan {
    let cells = |row: Vec<Value>| row.into_iter().map(plan_cell).collect();
    SheetPlan {
        name: grid.name,
        hidden: grid.hidden,
        rows: grid.rows.into_iter().map(cells).collect(),
        merges: grid.merges.into_iter().map(plan_merge).collect(),
    }
}

fn plan_cell(value: Value) -> PlanCell {
    match value {
        Value::Blank => PlanCell::Empty,
        Value::Text(text) => PlanCell::Text(text),
        // Sixteen digits of which the last is 0 are less than 2^53 or even, and so kept exactly.
        Value::Number(number) => PlanCell::Number(number as f64),
        Value::Date(date) => PlanCell::DateSerial(day(1899, 12, 30).days_until(date).into()),
    }
}

fn plan_merge(merge: Merge) -> PlanMerge {
    PlanMerge {
        first_row: merge.row as u32,
        first_column: merge.column as u16,
        last_row: (merge.row + merge.rows - 1) as u32,
        last_column: (merge.column + merge.columns - 1) as u16,
    }
}
