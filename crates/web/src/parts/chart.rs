//! A chart of bars without script, and the plain table that is its twin.
//!
//! The picture is for the eye; whoever reads with a screen reader or on paper has the same numbers
//! in the table that always follows it.

use askama::Template;
use askama::filters::HtmlSafe;

/// The room for the longest bar.
const WIDEST: u64 = 420;
/// Where bars begin.
const LEFT: u64 = 150;
/// The height of a bar with its gap.
const STEP: usize = 20;
/// How dark the bars of each series are.
const SHADES: [&str; 4] = ["0.9", "0.6", "0.4", "0.22"];

/// Bars under each other: for each label one of every series.
#[derive(Template)]
#[template(path = "parts/chart.html")]
pub(crate) struct Chart {
    caption: String,
    described: String,
    height: usize,
    bars: Vec<Bar>,
}

struct Bar {
    label: String,
    value: String,
    y: usize,
    text_y: usize,
    width: u64,
    height: usize,
    value_x: u64,
    shade: &'static str,
}

impl Chart {
    /// A chart of rows: a label, and one amount with its words for each series.
    pub(crate) fn new(
        caption: String,
        described: String,
        rows: &[(String, Vec<(u64, String)>)],
    ) -> Chart {
        let amounts = rows.iter().flat_map(|(_, series)| series.iter().map(|(amount, _)| *amount));
        let most = amounts.max().unwrap_or(0).max(1);
        let mut bars = Vec::new();
        let mut y = 4;
        for (label, series) in rows {
            for (at, (amount, value)) in series.iter().enumerate() {
                let width = u128::from(*amount) * u128::from(WIDEST) / u128::from(most);
                let width = u64::try_from(width).unwrap_or(WIDEST).max(1);
                bars.push(Bar {
                    label: if at == 0 { label.clone() } else { String::new() },
                    value: value.clone(),
                    y,
                    text_y: y + 13,
                    width,
                    height: STEP - 4,
                    value_x: LEFT + width + 8,
                    shade: SHADES[at % SHADES.len()],
                });
                y += STEP;
            }
            y += if series.len() > 1 { 8 } else { 0 };
        }
        Chart { caption, described, height: y + 4, bars }
    }
}

/// A table that is no list of the register: heads, rows, and what it adds up to.
#[derive(Template, Default)]
#[template(path = "parts/rows.html")]
pub(crate) struct Rows {
    pub id: String,
    pub caption: String,
    /// Each head, and whether its column holds numbers.
    pub heads: Vec<(String, bool)>,
    pub rows: Vec<Vec<RowCell>>,
    pub total: Vec<RowCell>,
}

/// A cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct RowCell {
    pub text: String,
    pub number: bool,
    pub note: String,
    pub href: Option<String>,
}

impl RowCell {
    /// Words.
    pub(crate) fn text(text: impl Into<String>) -> RowCell {
        RowCell { text: text.into(), ..RowCell::default() }
    }

    /// A number, as written.
    pub(crate) fn number(text: impl Into<String>) -> RowCell {
        RowCell { number: true, ..RowCell::text(text) }
    }

    /// The same with a smaller word under it.
    pub(crate) fn noted(self, note: impl Into<String>) -> RowCell {
        RowCell { note: note.into(), ..self }
    }

    /// The same leading somewhere.
    pub(crate) fn leading(self, href: String) -> RowCell {
        RowCell { href: Some(href), ..self }
    }
}

impl HtmlSafe for Chart {}
impl HtmlSafe for Rows {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_amounts_and_none_is_lost() {
        let rows = vec![
            ("2018".to_owned(), vec![(50, "50".to_owned()), (100, "100".to_owned())]),
            ("2019".to_owned(), vec![(0, "0".to_owned()), (25, "25".to_owned())]),
        ];
        let chart = Chart::new("a".into(), "b".into(), &rows);
        let widths: Vec<u64> = chart.bars.iter().map(|bar| bar.width).collect();
        // The longest takes 420; half of it 210; nothing still shows a line; a quarter 105.
        assert_eq!(widths, [210, 420, 1, 105]);
        let text = chart.render().expect("a template");
        assert!(text.contains("role=\"img\"") && text.contains("aria-label=\"b\""));
        let none = Chart::new("a".into(), "b".into(), &[]);
        assert!(none.bars.is_empty() && none.render().is_ok());
    }
}
