//! How a returned cell is kept and how it looks: its value as a spreadsheet holds it, its fill by
//! the weight of what is wrong with it.

use base::{CellKind, Day, Severity};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::workbook::{ExcelDate, date_serial, is_formula_like};

/// A cell's value as the return workbook keeps it.
pub(super) enum Value<'a> {
    Blank,
    Text(&'a str),
    Number(f64),
    Date(f64),
    Bool(bool),
}

/// What is said about a cell by its looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Plain,
    Head,
    Problem(Severity),
}

impl<'a> Value<'a> {
    /// The value that reads back as this very text; text when no other kind would.
    pub(super) fn of(kind: CellKind, text: &'a str) -> Value<'a> {
        let value = match kind {
            CellKind::Number => number(text).map(Value::Number),
            CellKind::Date => date(text).map(Value::Date),
            CellKind::Bool => match text {
                "TRUE" => Some(Value::Bool(true)),
                "FALSE" => Some(Value::Bool(false)),
                _ => None,
            },
            CellKind::Empty | CellKind::Text | CellKind::Error | CellKind::FormulaWithoutValue => {
                None
            }
        };
        value.unwrap_or(if text.is_empty() { Value::Blank } else { Value::Text(text) })
    }

    /// The same in a column of digits that nobody adds up: numbers become text, but for those
    /// that a spreadsheet rounded, which must not pass for typed digits when they come back.
    pub(super) fn typed_text(kind: CellKind, text: &'a str) -> Value<'a> {
        match Value::of(kind, text) {
            Value::Number(number) if number.abs() < ROUNDED => Value::Text(text),
            value => value,
        }
    }
}

/// From here on a spreadsheet replaces the last digits of a number by zeros.
const ROUNDED: f64 = 1e15;

/// A number that a spreadsheet keeps and shows digit by digit.
fn number(text: &str) -> Option<f64> {
    let digits = text.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0');
    let kept = digits.clone().count() <= 15 || digits.skip(15).all(|digit| digit == b'0');
    let number: f64 = text.parse().ok()?;
    (kept && number.is_finite() && format!("{number}") == text).then_some(number)
}

/// A day that reads back as the same day.
fn date(text: &str) -> Option<f64> {
    match date_serial(Day::parse_iso(text)?) {
        ExcelDate::Serial(serial) => Some(serial),
        ExcelDate::BeforeSpreadsheets => None,
    }
}

/// How values of one mark look.
struct Shades {
    text: Format,
    formula_like: Format,
    number: Format,
    long_number: Format,
    date: Format,
}

impl Shades {
    fn new(base: Format) -> Shades {
        Shades {
            text: base.clone().set_num_format("@"),
            formula_like: base.clone().set_num_format("@").set_quote_prefix(),
            long_number: base.clone().set_num_format("0"),
            date: base.clone().set_num_format("dd/mm/yyyy"),
            number: base,
        }
    }

    fn of(&self, value: &Value<'_>, typed: bool) -> &Format {
        match value {
            // What is typed over the number will be text.
            Value::Number(_) if typed => &self.text,
            Value::Text(text) if is_formula_like(text) => &self.formula_like,
            Value::Text(_) | Value::Blank => &self.text,
            // Twelve digits and more are shown with an exponent unless the format forbids it.
            Value::Number(number) if number.abs() >= 1e11 => &self.long_number,
            Value::Number(_) | Value::Bool(_) => &self.number,
            Value::Date(_) => &self.date,
        }
    }
}

/// All looks of a return workbook.
pub(super) struct Looks {
    plain: Shades,
    head: Shades,
    info: Shades,
    warning: Shades,
    error: Shades,
    /// A cell in which typed digits stay text.
    pub(super) typed_text: Format,
    /// The heads of the added columns.
    pub(super) added_head: Format,
    /// The row key.
    pub(super) key: Format,
    sentences: [Format; 3],
}

impl Looks {
    pub(super) fn new() -> Looks {
        let filled = |fill: u32, ink: u32| {
            Format::new()
                .set_background_color(fill)
                .set_font_color(ink)
                .set_border(FormatBorder::Thin)
                .set_border_color(ink)
        };
        let head = Format::new()
            .set_bold()
            .set_background_color(0x00DC_E9EE)
            .set_border(FormatBorder::Thin)
            .set_border_color(0x009A_A9B2)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap();
        let sentence = |ink: u32| {
            Format::new().set_font_color(ink).set_text_wrap().set_align(FormatAlign::Top)
        };
        Looks {
            plain: Shades::new(Format::new()),
            head: Shades::new(head.clone()),
            info: Shades::new(filled(0x00DD_EBF7, 0x001F_4E79)),
            warning: Shades::new(filled(0x00FF_EB9C, 0x007F_6000)),
            error: Shades::new(filled(0x00FF_C7CE, 0x009C_0006)),
            typed_text: Format::new().set_num_format("@"),
            added_head: head.set_background_color(0x00FF_F2CC),
            key: Format::new().set_num_format("@").set_font_color(0x007F_7F7F).set_font_size(8),
            sentences: [sentence(0x001F_4E79), sentence(0x007F_6000), sentence(0x009C_0006)],
        }
    }

    /// The format of a cell; none where the spreadsheet's own will do.
    pub(super) fn format(&self, value: &Value<'_>, mark: Mark, typed: bool) -> Option<&Format> {
        let shades = match mark {
            Mark::Head => &self.head,
            Mark::Problem(Severity::Info) => &self.info,
            Mark::Problem(Severity::Warning) => &self.warning,
            Mark::Problem(Severity::Error) => &self.error,
            Mark::Plain => {
                let own = match value {
                    Value::Text(text) => !typed && !is_formula_like(text),
                    Value::Number(number) => !typed && number.abs() < 1e11,
                    Value::Bool(_) => true,
                    Value::Blank => !typed,
                    Value::Date(_) => false,
                };
                return (!own).then(|| self.plain.of(value, typed));
            }
        };
        Some(shades.of(value, typed))
    }

    /// The format of the sentences of a row whose worst problem weighs so much.
    pub(super) fn sentences(&self, severity: Severity) -> &Format {
        match severity {
            Severity::Info => &self.sentences[0],
            Severity::Warning => &self.sentences[1],
            Severity::Error => &self.sentences[2],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_back_as_the_text_they_came_from() {
        let name = |value: Value<'_>| match value {
            Value::Blank => "blank".to_owned(),
            Value::Text(text) => format!("text {text}"),
            Value::Number(number) => format!("number {number}"),
            Value::Date(serial) => format!("date {serial}"),
            Value::Bool(truth) => format!("bool {truth}"),
        };
        for (kind, text, expect) in [
            (CellKind::Number, "12", "number 12"),
            (CellKind::Number, "-0.5", "number -0.5"),
            (CellKind::Number, "999999999999999", "number 999999999999999"),
            (CellKind::Number, "6401011708620001", "text 6401011708620001"),
            (CellKind::Number, "6401011708620010", "number 6401011708620010"),
            (CellKind::Number, "1E+30", "text 1E+30"),
            (CellKind::Number, "007", "text 007"),
            (CellKind::Text, "007", "text 007"),
            (CellKind::Text, "=1+1", "text =1+1"),
            (CellKind::Date, "1962-08-17", "date 22875"),
            (CellKind::Date, "1900-01-00", "text 1900-01-00"),
            (CellKind::Date, "1899-12-31", "text 1899-12-31"),
            (CellKind::Bool, "TRUE", "bool true"),
            (CellKind::Error, "#REF!", "text #REF!"),
            (CellKind::FormulaWithoutValue, "", "blank"),
        ] {
            assert_eq!(name(Value::of(kind, text)), expect, "{text}");
        }
        let typed = |text| name(Value::typed_text(CellKind::Number, text));
        assert_eq!(typed("81234567890"), "text 81234567890");
        assert_eq!(typed("6401011708620010"), "number 6401011708620010");
    }
}
