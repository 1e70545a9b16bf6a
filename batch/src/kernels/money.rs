//! The law's arithmetic over columns: what a membership costs each month, by `domain`'s own bill.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use base::id::kind;
use base::{Day, Id, Month, RegionCode, Rupiah};
use datafusion::arrow::array::{Array, ArrayRef, Int64Array, ListArray, StringArray, StructArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;
use domain::billing::{BillInput, BillMember, draft_bill};
use domain::coverage::CoveredMonth;
use domain::membership::Membership;
use domain::programme::{GroupTerms, Programme, Terms};
use rules::{FundKind, RegulationFile, Rulebook, Scheme, Schemes, WorkSector};
use serde::{Deserialize, Serialize};

use super::{cell, days, kernel, numbers, refused, texts};

/// What a programme lays down about money, as one cell of `programmes`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Laid {
    /// The programme's identifier.
    pub id: String,
    /// Its schemes, as `jkk,jkm`.
    pub schemes: String,
    /// The first month, as 202601.
    pub first: i64,
    /// The last month.
    pub last: i64,
    /// The income declared for everybody, in rupiah; 0 for the lowest tier.
    pub income: i64,
    /// The kind of fund that pays.
    pub fund: String,
    /// Segments and wages by occupation, as `honorer:pu:2000000`.
    pub groups: Vec<String>,
}

/// A programme with its kind of fund.
pub struct Asked {
    /// The programme, as far as a bill asks for it.
    pub programme: Programme,
    /// Who pays.
    pub fund: FundKind,
}

impl Laid {
    /// The programme; `income`, where given, in place of what is declared.
    ///
    /// # Errors
    /// What in the cell is none of its kind.
    pub fn read(text: &str, income: Option<i64>) -> Result<Asked> {
        let wrong = |what: &str| refused(format!("programmes: {what} cannot be read"));
        let laid: Laid = serde_json::from_str(text).map_err(|_| wrong("the terms"))?;
        let month = |number| Month::from_number(number).ok_or_else(|| wrong("a month"));
        let groups = laid.groups.iter().map(|group| GroupTerms::parse(group));
        let groups = groups.collect::<Option<Vec<_>>>().ok_or_else(|| wrong("a group"))?;
        let id = Id::parse(&laid.id).map_err(|_| wrong("the identifier"))?;
        let programme = Programme {
            id,
            code: "".into(),
            name: "".into(),
            territory: RegionCode::parse("11").ok_or_else(|| wrong("a place"))?,
            fund: Id::from_bytes(*id.as_bytes()),
            schemes: Schemes::parse(&laid.schemes).ok_or_else(|| wrong("the schemes"))?,
            first: month(laid.first)?,
            last: month(laid.last)?,
            occupations: Vec::new(),
            default_occupation: None,
            income: Rupiah(income.unwrap_or(laid.income)),
            refuse_insured: false,
            target: None,
            terms: Terms { groups, ..Terms::default() },
        };
        let fund = FundKind::from_name(&laid.fund).ok_or_else(|| wrong("the fund"))?;
        Ok(Asked { programme, fund })
    }
}

/// Files of rules as one literal of a plan; without any, the program's own rules.
pub fn rules_text(files: &[(String, String)]) -> String {
    match files {
        [] => String::new(),
        _ => serde_json::to_string(files).expect("texts"),
    }
}

/// The rulebook of such a literal, read once in a process.
///
/// # Errors
/// What is wrong with the files.
pub fn rulebook(text: &str) -> Result<Arc<Rulebook>> {
    static KEPT: LazyLock<Mutex<HashMap<String, Arc<Rulebook>>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().expect("nobody panics with it in hand");
    if let Some(book) = kept.get(text) {
        return Ok(Arc::clone(book));
    }
    let files: Vec<(String, String)> = match text {
        "" => Vec::new(),
        text => serde_json::from_str(text).map_err(|_| refused("the rules cannot be read"))?,
    };
    let files: Vec<RegulationFile<'_>> =
        files.iter().map(|(path, text)| RegulationFile { path, text }).collect();
    let book = Rulebook::load_over_builtin(&files).map_err(|problems| {
        let first = problems.first().map(|problem| format!("{problem:?}")).unwrap_or_default();
        refused(format!("the rules are refused: {first}"))
    })?;
    Ok(Arc::clone(kept.entry(text.to_owned()).or_insert(Arc::new(book))))
}

fn line_fields() -> Fields {
    Fields::from(vec![
        Field::new("month", DataType::Int64, true),
        Field::new("line", DataType::Utf8, true),
        Field::new("rupiah", DataType::Int64, true),
    ])
}

/// A line of somebody's year.
struct Line {
    row: usize,
    month: i64,
    line: &'static str,
    rupiah: i64,
}

/// `contribution(terms, first, last, sector, group, birth, died, standing, rules, income)`: the
/// lines of a membership in each month of its programme, by scheme, and where there is none the
/// reason.
///
/// # Shape
/// `standing` is what other programmes pay, as `PROGRAMME MONTH SCHEME` with commas between.
pub fn contribution() -> ScalarUDF {
    let (text, number) = (DataType::Utf8View, DataType::Int64);
    let takes = vec![
        text.clone(),
        number.clone(),
        number.clone(),
        text.clone(),
        number.clone(),
        DataType::Date32,
        DataType::Date32,
        text.clone(),
        text,
        number,
    ];
    let item = Field::new("item", DataType::Struct(line_fields()), true);
    kernel("contribution", takes, DataType::List(Arc::new(item)), contributions)
}

fn contributions(columns: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let terms = texts(&columns[0])?;
    let (first, last) = (numbers(&columns[1])?, numbers(&columns[2])?);
    let (sector, group) = (texts(&columns[3])?, numbers(&columns[4])?);
    let (birth, died) = (days(&columns[5])?, days(&columns[6])?);
    let (standing, rules) = (texts(&columns[7])?, texts(&columns[8])?);
    let income = numbers(&columns[9])?;
    let mut lines: Vec<Line> = Vec::new();
    if rows > 0 {
        let book = rulebook(cell(&rules, 0))?;
        let income = income.is_valid(0).then(|| income.value(0));
        let mut of_terms: HashMap<&str, Vec<usize>> = HashMap::new();
        for row in 0..rows {
            of_terms.entry(cell(&terms, row)).or_default().push(row);
        }
        let day = |column: &datafusion::arrow::array::Date32Array, row: usize| {
            column.is_valid(row).then(|| day_of(column.value(row)))
        };
        for (terms, rows) in of_terms {
            let asked = Laid::read(terms, income)?;
            let (mut members, mut paid) = (Vec::with_capacity(rows.len()), Vec::new());
            for row in rows {
                let month = |column: &Int64Array| {
                    Month::from_number(column.value(row))
                        .ok_or_else(|| refused("members: no month"))
                };
                members.push(BillMember {
                    membership: Membership {
                        id: numbered(row),
                        person: numbered(row),
                        programme: asked.programme.id,
                        first: month(&first)?,
                        last: month(&last)?,
                    },
                    sector: WorkSector::from_name(cell(&sector, row))
                        .ok_or_else(|| refused("members: no sector"))?,
                    group: group.is_valid(row).then(|| group.value(row) as u16),
                    birth: day(&birth, row)
                        .flatten()
                        .ok_or_else(|| refused("members: no birth"))?,
                    died: day(&died, row).flatten(),
                });
                stands(cell(&standing, row), row, &mut paid)?;
            }
            bill(&asked, &members, &paid, &book, &mut lines)?;
        }
    }
    lists(lines, rows)
}

/// The days since 1970 as a day.
pub fn day_of(days: i32) -> Option<Day> {
    Some(Day::parse_iso("1970-01-01")?.plus_days(days))
}

fn numbered<K>(row: usize) -> Id<K> {
    Id::from_bytes((row as u128).to_be_bytes())
}

fn row_of(id: Id<kind::Membership>) -> usize {
    u128::from_be_bytes(*id.as_bytes()) as usize
}

/// Reads what other programmes pay for somebody.
fn stands(text: &str, row: usize, into: &mut Vec<CoveredMonth>) -> Result<()> {
    for one in text.split(',').filter(|one| !one.is_empty()) {
        let mut words = one.split(' ');
        let mut next = || words.next().ok_or_else(|| refused("standing: cut off"));
        into.push(CoveredMonth {
            person: numbered(row),
            programme: Id::parse(next()?).map_err(|_| refused("standing: no programme"))?,
            month: next()?
                .parse()
                .ok()
                .and_then(Month::from_number)
                .ok_or_else(|| refused("standing: no month"))?,
            scheme: Scheme::from_name(next()?).ok_or_else(|| refused("standing: no scheme"))?,
            transfer: Id::from_bytes([0; 16]),
        });
    }
    Ok(())
}

fn bill(
    asked: &Asked,
    members: &[BillMember],
    standing: &[CoveredMonth],
    rulebook: &Rulebook,
    lines: &mut Vec<Line>,
) -> Result<()> {
    for month in asked.programme.months() {
        let bill = draft_bill(&BillInput {
            programme: &asked.programme,
            fund: asked.fund,
            month,
            revision: 0,
            members,
            standing,
            rulebook,
        });
        let bill = bill.map_err(|why| refused(format!("{month}: {}", why.name())))?;
        let month = month.as_number();
        lines.extend(bill.lines.iter().map(|line| Line {
            row: row_of(line.membership),
            month,
            line: line.scheme.name(),
            rupiah: line.rupiah.0,
        }));
        lines.extend(bill.excluded.iter().map(|left_out| Line {
            row: row_of(left_out.membership),
            month,
            line: left_out.reason.name(),
            rupiah: 0,
        }));
    }
    Ok(())
}

fn lists(mut lines: Vec<Line>, rows: usize) -> Result<ArrayRef> {
    lines.sort_by_key(|line| line.row);
    let mut lengths = vec![0usize; rows];
    lines.iter().for_each(|line| lengths[line.row] += 1);
    let number = |of: fn(&Line) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(lines.iter().map(of)))
    };
    let names = StringArray::from_iter_values(lines.iter().map(|line| line.line));
    let columns = vec![number(|line| line.month), Arc::new(names), number(|line| line.rupiah)];
    let lines = StructArray::try_new(line_fields(), columns, None)?;
    let item = Arc::new(Field::new("item", DataType::Struct(line_fields()), true));
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(item, offsets, Arc::new(lines), None)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::datatypes::Int64Type;

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
        let number = |number| -> ArrayRef { Arc::new(Int64Array::from(vec![number])) };
        let day = |day: &str| -> ArrayRef {
            let epoch = Day::parse_iso("1970-01-01").expect("a day");
            let days = epoch.days_until(Day::parse_iso(day).expect("a day"));
            Arc::new(datafusion::arrow::array::Date32Array::from(vec![days]))
        };
        let columns = [
            text(&terms(202_210, 202_212)),
            number(Some(202_210)),
            number(Some(202_212)),
            text("other"),
            number(None),
            day("1980-05-05"),
            day("2022-11-05"),
            text(standing),
            text(rules),
            number(None),
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
        let other = "00000000-0000-8000-8000-000000000002 202211 jkm";
        let found = lines(other, "");
        assert!(found.contains(&line(202_211, "PAID_ELSEWHERE", 0)));
        assert!(!found.contains(&line(202_211, "jkm", 6_800)));
        assert!(found.contains(&line(202_210, "jkm", 6_800)));
    }

    #[test]
    fn other_rules_give_other_sums() {
        let ours = include_str!("../../../regulations/jkm/iuran_bpu.toml");
        let other = ours.replace("value = 6_800", "value = 8_800"); // not law: invented
        let rules = rules_text(&[("jkm/iuran_bpu.toml".into(), other)]);
        assert!(lines("", &rules).contains(&line(202_210, "jkm", 8_800)));
        assert!(rulebook("[[\"jkm/iuran_bpu.toml\",\"value\"]]").is_err());
    }

    #[test]
    fn a_programme_is_read_from_its_cell() {
        let text = terms(202_601, 202_612);
        let asked = Laid::read(&text, Some(1_500_000)).expect("a programme");
        assert_eq!(asked.programme.months_count(), 12);
        assert_eq!(asked.programme.income, Rupiah(1_500_000));
        assert_eq!(asked.programme.terms.groups.len(), 1);
        assert!(Laid::read("{}", None).is_err());
    }
}
