//! Bank statements as banks and treasurers export them: CSV or a spreadsheet, MT940, CAMT.053.
//!
//! A line whose day or amount cannot be read is named as a problem and never guessed: a wrong
//! amount here would be posted to the ledger.

mod amount;
mod camt;
mod heads;
mod mt940;
mod table;
mod totals;

use std::io::{Read, Seek, SeekFrom};

use base::{Day, Rupiah};

use crate::read::{ReadOptions, Refusal};
pub use heads::{Layout, LayoutProblem};

/// In which form a statement came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StatementFormat {
    /// CSV or a spreadsheet.
    #[default]
    Table,
    /// SWIFT MT940.
    Mt940,
    /// ISO 20022 CAMT.053.
    Camt053,
}

impl StatementFormat {
    /// Every format.
    pub const ALL: [StatementFormat; 3] =
        [StatementFormat::Table, StatementFormat::Mt940, StatementFormat::Camt053];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            StatementFormat::Table => "table",
            StatementFormat::Mt940 => "mt940",
            StatementFormat::Camt053 => "camt053",
        }
    }

    /// The format with this stable name.
    pub fn from_name(name: &str) -> Option<StatementFormat> {
        StatementFormat::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// A statement, as far as it could be read.
#[derive(Clone, Default)]
pub struct Statement {
    /// In which form it came.
    pub format: StatementFormat,
    /// The account it is about, as digits and letters, where it says so.
    pub account: Option<String>,
    /// The bank's number of the statement, where it has one.
    pub number: Option<String>,
    /// The lines, in the order of the file.
    pub rows: Vec<StatementRow>,
    /// The balance before the first line, where the file states it.
    pub opening: Option<Rupiah>,
    /// The balance after the last line, where the file states it.
    pub closing: Option<Rupiah>,
    /// The days it covers, where it says so.
    pub period: Option<(Day, Day)>,
    /// What could not be read, and sums that do not meet.
    pub problems: Vec<StatementProblem>,
}

/// One movement on the account.
#[derive(Clone, PartialEq, Eq)]
pub struct StatementRow {
    /// The row in the file, 1 for the first.
    pub row: u32,
    /// The day the bank booked it.
    pub day: Day,
    /// What the bank says it is. May name people.
    pub description: String,
    /// The bank's number for it; empty when the file has no such column.
    pub reference: String,
    /// Money that left the account.
    pub debit: Rupiah,
    /// Money that came in.
    pub credit: Rupiah,
    /// The balance after it, where the file states it.
    pub balance: Option<Rupiah>,
    /// Hundredths of a rupiah beside it: the ledger keeps whole rupiah.
    pub sen: u8,
    /// Whether the bank says that it undoes an earlier one.
    pub reversal: bool,
}

/// Something wrong with a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementProblem {
    /// What.
    pub code: StatementProblemCode,
    /// In which row, when it is about one: of a table the row, of MT940 the line, of CAMT the
    /// entry.
    pub row: Option<u32>,
    /// What is stated less what follows from the lines, when it is about a sum.
    pub difference: Option<Rupiah>,
}

impl StatementProblem {
    fn in_row(code: StatementProblemCode, row: u32) -> StatementProblem {
        StatementProblem { code, row: Some(row), difference: None }
    }

    fn about_all(code: StatementProblemCode) -> StatementProblem {
        StatementProblem { code, row: None, difference: None }
    }
}

/// What can be wrong with a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatementProblemCode {
    /// No row names a day and an amount: nothing was read.
    HeadMissing,
    /// A line whose day nobody can read; it was left out.
    DayUnreadable,
    /// A line whose amount nobody can read; it was left out.
    AmountUnreadable,
    /// A line that both takes and gives; it was left out.
    BothDirections,
    /// A line that does not say whether money came or went; it was left out.
    DirectionMissing,
    /// The balance does not follow from the line before and this line.
    BalanceDiffers,
    /// Opening balance and lines do not give the closing balance.
    ClosingDiffers,
    /// A sum that the file states of its lines is another than theirs.
    TotalDiffers,
    /// The file holds statements of several accounts.
    AccountsDiffer,
    /// An amount in another currency than rupiah.
    CurrencyDiffers,
    /// A document type or an entity of its own: no bank writes one.
    EntityFound,
    /// A page or day begins with another balance than the one before ended with.
    PagesDiffer,
    /// The parts of a collective entry do not give its amount.
    BatchDiffers,
    /// The closing balance is missing: the end was cut off.
    EndMissing,
    /// The opening balance is missing.
    OpeningMissing,
    /// Bytes that no text has.
    NulFound,
}

impl StatementProblemCode {
    /// Every code, in order.
    pub const ALL: &'static [StatementProblemCode] = &[
        StatementProblemCode::HeadMissing,
        StatementProblemCode::DayUnreadable,
        StatementProblemCode::AmountUnreadable,
        StatementProblemCode::BothDirections,
        StatementProblemCode::DirectionMissing,
        StatementProblemCode::BalanceDiffers,
        StatementProblemCode::ClosingDiffers,
        StatementProblemCode::TotalDiffers,
        StatementProblemCode::AccountsDiffer,
        StatementProblemCode::CurrencyDiffers,
        StatementProblemCode::EntityFound,
        StatementProblemCode::PagesDiffer,
        StatementProblemCode::BatchDiffers,
        StatementProblemCode::EndMissing,
        StatementProblemCode::OpeningMissing,
        StatementProblemCode::NulFound,
    ];

    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            StatementProblemCode::HeadMissing => "STATEMENT_HEAD_MISSING",
            StatementProblemCode::DayUnreadable => "STATEMENT_DAY_UNREADABLE",
            StatementProblemCode::AmountUnreadable => "STATEMENT_AMOUNT_UNREADABLE",
            StatementProblemCode::BothDirections => "STATEMENT_BOTH_DIRECTIONS",
            StatementProblemCode::DirectionMissing => "STATEMENT_DIRECTION_MISSING",
            StatementProblemCode::BalanceDiffers => "STATEMENT_BALANCE_DIFFERS",
            StatementProblemCode::ClosingDiffers => "STATEMENT_CLOSING_DIFFERS",
            StatementProblemCode::TotalDiffers => "STATEMENT_TOTAL_DIFFERS",
            StatementProblemCode::AccountsDiffer => "STATEMENT_ACCOUNTS_DIFFER",
            StatementProblemCode::CurrencyDiffers => "STATEMENT_CURRENCY_DIFFERS",
            StatementProblemCode::EntityFound => "STATEMENT_ENTITY_FOUND",
            StatementProblemCode::PagesDiffer => "STATEMENT_PAGES_DIFFER",
            StatementProblemCode::BatchDiffers => "STATEMENT_BATCH_DIFFERS",
            StatementProblemCode::EndMissing => "STATEMENT_END_MISSING",
            StatementProblemCode::OpeningMissing => "STATEMENT_OPENING_MISSING",
            StatementProblemCode::NulFound => "STATEMENT_NUL_FOUND",
        }
    }
}

/// Reads a bank statement; what it is is found from its content.
///
/// # Errors
/// A [`Refusal`] when the file cannot be read at all. A file that is read and is no statement
/// gives [`StatementProblemCode::HeadMissing`].
pub fn read_statement<R: Read + Seek>(
    input: R,
    options: &ReadOptions<'_>,
) -> Result<Statement, Refusal> {
    read_statement_as(input, options, None)
}

/// The same with the columns that somebody named for tables of this account.
///
/// # Errors
/// Those of [`read_statement`].
pub fn read_statement_as<R: Read + Seek>(
    mut input: R,
    options: &ReadOptions<'_>,
    layout: Option<&Layout>,
) -> Result<Statement, Refusal> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(|_| Refusal::ReadFailed)?;
    input.seek(SeekFrom::Start(0)).map_err(|_| Refusal::ReadFailed)?;
    let mut statement = match text_format(&head) {
        Some(StatementFormat::Mt940) => mt940::read(&whole(input, options)?),
        Some(StatementFormat::Camt053) => camt::read(&whole(input, options)?, options)?,
        _ => table::read(input, options, layout)?,
    };
    if statement.problems.is_empty() {
        totals::complete(&mut statement);
    }
    in_rupiah(&mut statement);
    Ok(statement)
}

/// Hundredths of a rupiah in one: statements are read and their sums compared in these.
const SEN: i64 = 100;

/// From sen to whole rupiah, downwards, once every sum was compared; what is less than a rupiah is
/// no line.
fn in_rupiah(statement: &mut Statement) {
    let whole = |sum: &mut Rupiah| *sum = Rupiah(sum.0.div_euclid(SEN));
    for row in &mut statement.rows {
        let sen = (row.debit.0 + row.credit.0).rem_euclid(SEN);
        row.sen = u8::try_from(sen).expect("less than a hundred");
        whole(&mut row.debit);
        whole(&mut row.credit);
        row.balance.iter_mut().for_each(whole);
    }
    statement.rows.retain(|row| row.debit.0 + row.credit.0 > 0);
    statement.opening.iter_mut().chain(&mut statement.closing).for_each(whole);
    for problem in &mut statement.problems {
        // Away from nothing: a difference of some sen is one.
        if let Some(sum) = &mut problem.difference {
            *sum = Rupiah((sum.0.abs() + SEN - 1) / SEN * sum.0.signum());
        }
    }
}

/// What is looked at to tell the formats apart.
const HEAD_BYTES: u64 = 4096;
/// What a statement in text may weigh: 100,000 entries of CAMT take about 100 MiB.
const TEXT_BYTES_MAX: u64 = 192 << 20;

/// MT940 and CAMT.053 by how they begin; anything else is a table.
fn text_format(head: &[u8]) -> Option<StatementFormat> {
    let head = String::from_utf8_lossy(head);
    let text = head.trim_start_matches(['\u{feff}', '\u{1}', ' ', '\r', '\n', '\t']);
    let is_swift = text.starts_with("{1:") || text.starts_with(":20:") || text.starts_with("{4:");
    if is_swift || (text.contains("\n:25:") && text.contains("\n:60")) {
        Some(StatementFormat::Mt940)
    } else if text.starts_with('<') && (text.contains("camt.053") || text.contains("BkToCstmr")) {
        Some(StatementFormat::Camt053)
    } else {
        None
    }
}

/// Adds a day to the days that a statement says it covers.
fn covers(statement: &mut Statement, day: Day) {
    let (from, to) = statement.period.unwrap_or((day, day));
    statement.period = Some((from.min(day), to.max(day)));
}

fn whole<R: Read>(input: R, options: &ReadOptions<'_>) -> Result<Vec<u8>, Refusal> {
    let bytes_max = TEXT_BYTES_MAX.min(options.limits.file_bytes_max);
    let mut bytes = Vec::new();
    input.take(bytes_max + 1).read_to_end(&mut bytes).map_err(|_| Refusal::ReadFailed)?;
    match bytes.len() as u64 > bytes_max {
        true => Err(Refusal::TooLarge { bytes_max }),
        false => Ok(bytes),
    }
}

/// Letters and digits of an account's number, upper case: banks put spaces, dots and strokes in.
fn account_number(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Sen of digits before and after the comma; more than two behind it must say nothing.
fn in_sen(whole: &str, behind: &str) -> Option<i64> {
    let (sen, more) = behind.split_at(behind.len().min(2));
    let sen = match sen.len() {
        0 => 0,
        1 => sen.parse::<i64>().ok()? * 10, // not law: tenths
        _ => sen.parse().ok()?,
    };
    let nothing = more.bytes().all(|byte| byte == b'0');
    let whole = whole.parse::<i64>().ok().filter(|_| nothing)?;
    whole.checked_mul(SEN)?.checked_add(sen)
}

/// One file may hold several pages or days of one account: each begins where the last ended.
fn begin_page(statement: &mut Statement, closed: Option<Rupiah>, opening: Rupiah, row: u32) {
    match closed {
        None => statement.opening = statement.opening.or(Some(opening)),
        Some(closed) if closed == opening => {}
        Some(closed) => {
            let (code, difference) =
                (StatementProblemCode::PagesDiffer, opening.minus(closed).ok());
            statement.problems.push(StatementProblem { code, row: Some(row), difference });
        }
    }
}

#[cfg(test)]
mod tests;
