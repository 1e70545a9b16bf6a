//! The law's arithmetic over columns: what a membership costs each month, by `domain`'s own bill.

use std::collections::HashMap;
use std::sync::Arc;

use base::Id;
use datafusion::arrow::array::{Array, ArrayRef, Int64Array, ListArray, StringArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::{fit, kernel};
use crate::bills::{self, Laid, Line, Members, Paid, Standing, rulebook};
use crate::cells::{cell, days, numbers, required, texts};

fn line_fields() -> Fields {
    Fields::from(vec![
        Field::new("month", DataType::Int64, true),
        Field::new("line", DataType::Utf8, true),
        Field::new("rupiah", DataType::Int64, true),
    ])
}

/// `contribution(tenant, terms, first, last, sector, group, birth, died, standing, rules, income)`:
/// the lines of a membership in each month of its programme, by scheme, and where there is none the
/// reason.
///
/// # Shape
/// `standing` is what stands for the person already, as [`Standing::parse`] reads it.
pub fn contribution() -> ScalarUDF {
    use DataType::{Date32, Int64, Utf8View};
    let takes = vec![
        Int64, Utf8View, Int64, Int64, Utf8View, Int64, Date32, Date32, Utf8View, Utf8View, Int64,
    ];
    let item = Field::new("item", DataType::Struct(line_fields()), true);
    kernel("contribution", takes, DataType::List(Arc::new(item)), contributions)
}

fn contributions(columns: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let (tenants, terms) = (numbers(&columns[0])?, texts(&columns[1])?);
    let members = Members {
        first: numbers(&columns[2])?,
        last: numbers(&columns[3])?,
        sector: texts(&columns[4])?,
        group: numbers(&columns[5])?,
        birth: days(&columns[6])?,
        died: days(&columns[7])?,
    };
    let (standing, rules) = (texts(&columns[8])?, texts(&columns[9])?);
    let income = numbers(&columns[10])?;
    let mut lines: Vec<Line> = Vec::new();
    if rows == 0 {
        return lists(lines, rows);
    }
    let book = rulebook(cell(&rules, 0))?;
    let income = income.is_valid(0).then(|| income.value(0));
    let mut of_terms: HashMap<&str, Vec<usize>> = HashMap::new();
    for row in 0..rows {
        of_terms.entry(required(&terms, row, "terms")?).or_default().push(row);
    }
    for (terms, rows) in of_terms {
        let asked = Laid::read(terms, income)?;
        let (mut billed, mut paid) = (Vec::with_capacity(rows.len()), Paid::default());
        for row in rows {
            // A row stands for its person.
            let tenant = required(&tenants, row, "tenant")?;
            billed.push(members.read(row, numbered(row), asked.programme.id)?);
            for standing in Standing::parse(cell(&standing, row)) {
                paid.add(tenant, numbered(row), standing?);
            }
        }
        bills::lines(&asked, &billed, &paid, &book, |line| lines.push(line))?;
    }
    lists(lines, rows)
}

fn numbered<K>(row: usize) -> Id<K> {
    Id::from_bytes((row as u128).to_be_bytes())
}

fn row_of(line: &Line) -> usize {
    u128::from_be_bytes(*line.membership.as_bytes()) as usize
}

fn lists(mut lines: Vec<Line>, rows: usize) -> Result<ArrayRef> {
    fit(lines.len())?;
    lines.sort_by_key(row_of);
    let mut lengths = vec![0usize; rows];
    lines.iter().for_each(|line| lengths[row_of(line)] += 1);
    let number = |of: fn(&Line) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(lines.iter().map(of)))
    };
    let names = StringArray::from_iter_values(lines.iter().map(|line| line.name));
    let columns = vec![number(|line| line.month), Arc::new(names), number(|line| line.rupiah)];
    let lines = StructArray::try_new(line_fields(), columns, None)?;
    let item = Arc::new(Field::new("item", DataType::Struct(line_fields()), true));
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(item, offsets, Arc::new(lines), None)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    use base::Day;
    use datafusion::arrow::array::{AsArray, Date32Array};
    use datafusion::arrow::datatypes::Int64Type;

    use crate::bills::rules_text;

    fn terms(first: i64, last: i64) -> String {
        let laid = Laid {
            id: "00000000-0000-8000-8000-000000000001".into(),
            schemes: "jkk,jkm".into(),
            first,
            last,
            income: 0,
            fund: "apbd".into(),
            groups: vec!["honorer:pu:2000000".into()],
        };
        serde_json::to_string(&laid).expect("a text")
    }

    /// The lines of one member from October to December 2022, who died in November.
    fn lines(standing: &str, rules: &str) -> Vec<(i64, String, i64)> {
        let text = |text: &str| -> ArrayRef { Arc::new(StringArray::from(vec![text])) };
        let number = |number: i64| -> ArrayRef { Arc::new(Int64Array::from(vec![number])) };
        let none = || -> ArrayRef { Arc::new(Int64Array::from(vec![None])) };
        let day = |day: &str| -> ArrayRef {
            let epoch = Day::parse_iso("1970-01-01").expect("a day");
            let days = epoch.days_until(Day::parse_iso(day).expect("a day"));
            Arc::new(Date32Array::from(vec![days]))
        };
        let columns = [
            number(6401), // not law: an invented regency's code
            text(&terms(202_210, 202_212)),
            number(202_210),
            number(202_212),
            text("other"),
            none(),
            day("1980-05-05"),
            day("2022-11-05"),
            text(standing),
            text(rules),
            none(),
        ];
        let lists = contributions(&columns, 1).expect("lines");
        let lines = lists.as_list::<i32>().value(0);
        let lines = lines.as_struct();
        let numbers = |at: usize| lines.column(at).as_primitive::<Int64Type>();
        (0..lines.len())
            .map(|row| {
                let name = lines.column(1).as_string::<i32>().value(row).to_owned();
                (numbers(0).value(row), name, numbers(2).value(row))
            })
            .collect()
    }

    fn line(month: i64, name: &str, rupiah: i64) -> (i64, String, i64) {
        (month, name.to_owned(), rupiah)
    }

    #[test]
    fn a_year_of_somebody_is_that_of_the_offices_bill() {
        // The lowest tier: JKK 1 % of 1,000,000, JKM 6,800.
        let expect = [
            line(202_210, "jkk", 10_000),
            line(202_210, "jkm", 6_800),
            line(202_211, "jkk", 10_000),
            line(202_211, "jkm", 6_800),
            line(202_212, "DIED", 0),
        ];
        assert_eq!(lines("", ""), expect);
    }

    #[test]
    fn what_another_programme_pays_is_left_out() {
        let other = "6401 00000000-0000-8000-8000-000000000002 202211 jkm";
        let found = lines(other, "");
        assert!(found.contains(&line(202_211, "PAID_ELSEWHERE", 0)));
        assert!(!found.contains(&line(202_211, "jkm", 6_800)));
        assert!(found.contains(&line(202_210, "jkm", 6_800)));
        // Of another regency the whole month is left out.
        let found = lines(&other.replace("6401", "6402"), "");
        let november = found.iter().filter(|(month, ..)| *month == 202_211);
        assert_eq!(november.collect::<Vec<_>>(), [&line(202_211, "PAID_IN_OTHER_REGION", 0)]);
    }

    #[test]
    fn other_rules_give_other_sums() {
        let ours = include_str!("../../../regulations/jkm/iuran_bpu.toml");
        let other = ours.replace("value = 6_800", "value = 8_800"); // not law: invented
        let rules = rules_text(&[("jkm/iuran_bpu.toml".into(), other)]);
        assert!(lines("", &rules).contains(&line(202_210, "jkm", 8_800)));
        assert!(rulebook("[[\"jkm/iuran_bpu.toml\",\"value\"]]").is_err());
    }
}
