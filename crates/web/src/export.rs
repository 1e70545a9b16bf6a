//! Tables as CSV that spreadsheets open without harm.

/// Writes a line of CSV (RFC 4180); text that a spreadsheet would run as a formula is marked.
pub fn csv_line(cells: &[&str], out: &mut String) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let mark = if runs { "'" } else { "" };
        match cell.contains([',', '"', '\n', '\r']) {
            true => {
                out.push('"');
                out.push_str(mark);
                out.push_str(&cell.replace('"', "\"\""));
                out.push('"');
            }
            false => {
                out.push_str(mark);
                out.push_str(cell);
            }
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_marked() {
        let mut out = String::new();
        csv_line(&["a", "b,c", "d\"e", "=1+1", "@x,y", ""], &mut out);
        assert_eq!(out, "a,\"b,c\",\"d\"\"e\",'=1+1,\"'@x,y\",\r\n");
    }
}
