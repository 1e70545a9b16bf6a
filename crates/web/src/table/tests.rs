//! Cursors, windows and cells.

use super::*;

#[test]
fn cells_are_quoted_and_formulas_marked() {
    let mut out = String::new();
    csv_line(&["a", "b,c", "d\"e", "=1+1", "@x,y", "", "+62 812"], &mut out);
    assert_eq!(out, "a,\"b,c\",\"d\"\"e\",'=1+1,\"'@x,y\",,'+62 812\r\n");
}

#[test]
fn a_cursor_comes_back_as_the_key_it_was() {
    for key in ["", "018f", "jkk.iuran_bpu", "é\"<"] {
        assert_eq!(from_cursor(&to_cursor(key)).as_deref(), Some(key));
    }
    for broken in ["a", "zz", "pp", "gag", "00", "é"] {
        assert_eq!(from_cursor(broken), None, "{broken}");
    }
}

#[test]
fn a_window_shows_each_row_once() {
    let rows = || (0..7).map(|n| Row::new(format!("k{n}"), vec![Cell::Count(n)])).collect();
    let mut seen = Vec::new();
    let mut window = Window { after: None, rows: 3 };
    loop {
        let (part, more) = window.cut(rows());
        seen.extend(part.iter().map(|row| row.key.clone()));
        window.after = part.last().map(|row| row.key.clone());
        if !more {
            break;
        }
    }
    assert_eq!(seen, ["k0", "k1", "k2", "k3", "k4", "k5", "k6"]);
}
