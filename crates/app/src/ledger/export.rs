//! The books as files: transfers, or the trial balance, as CSV, XLSX or Parquet.
//!
//! The columns have the same names in all three, and in the JSON of the pages.

use base::{Id, Month, Rupiah};
use bulk::parquet_table::{self as parquet, Columnar};

use super::show::{EntryShown, PeriodRow, beginning, end};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office};
use crate::tables::{self, Kind, Value, csv_line, marked};

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportWhat {
    /// Every transfer of the months.
    Transfers,
    /// Every account over the months.
    Balances,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Text between commas.
    Csv,
    /// A workbook.
    Xlsx,
    /// Columns for programs that compute.
    Parquet,
}

impl ExportFormat {
    /// The form that a file's ending asks for.
    pub fn of_ending(ending: &str) -> Option<ExportFormat> {
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Some(ExportFormat::Csv),
            "xlsx" => Some(ExportFormat::Xlsx),
            "parquet" => Some(ExportFormat::Parquet),
            _ => None,
        }
    }
}

/// A column of an export.
type Column = (&'static str, Kind);

/// The columns of transfers.
pub const TRANSFER_COLUMNS: [Column; 17] = [
    ("id", Kind::Text),
    ("day", Kind::Day),
    ("month", Kind::Text),
    ("debit_account", Kind::Text),
    ("debit_code", Kind::Text),
    ("credit_account", Kind::Text),
    ("credit_code", Kind::Text),
    ("amount_rupiah", Kind::Rupiah),
    ("code", Kind::Text),
    ("kind", Kind::Text),
    ("pending", Kind::Text),
    ("document_kind", Kind::Text),
    ("document_id", Kind::Text),
    ("document", Kind::Text),
    ("maker", Kind::Text),
    ("checker", Kind::Text),
    ("rulebook", Kind::Text),
];

/// The columns of balances.
pub const BALANCE_COLUMNS: [Column; 13] = [
    ("account", Kind::Text),
    ("code", Kind::Text),
    ("name", Kind::Text),
    ("kind", Kind::Text),
    ("role", Kind::Text),
    ("owner", Kind::Text),
    ("opening_debits_rupiah", Kind::Rupiah),
    ("opening_credits_rupiah", Kind::Rupiah),
    ("debits_rupiah", Kind::Rupiah),
    ("credits_rupiah", Kind::Rupiah),
    ("closing_rupiah", Kind::Rupiah),
    ("debits_pending_rupiah", Kind::Rupiah),
    ("credits_pending_rupiah", Kind::Rupiah),
];

/// Entries that are fetched at once.
const PART_ROWS: u32 = 5_000;

impl Office {
    /// The books of some months as a file; how many rows it has.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `EXPORT_TOO_LONG` for more rows than a workbook holds.
    pub fn export_ledger(
        &self,
        actor: &Actor,
        what: ExportWhat,
        months: Option<(Month, Month)>,
        format: ExportFormat,
    ) -> Result<(Vec<u8>, u64), AppError> {
        let (columns, rows): (&[Column], Vec<Vec<Value>>) = match what {
            ExportWhat::Balances => {
                let balance = self.period_balance(actor, months)?;
                (&BALANCE_COLUMNS, balance.rows.iter().map(balance_row).collect())
            }
            ExportWhat::Transfers => (&TRANSFER_COLUMNS, self.transfer_rows(actor, months)?),
        };
        let count = rows.len() as u64;
        let bytes = match format {
            ExportFormat::Csv => csv(columns, &rows),
            ExportFormat::Xlsx => xlsx(what, columns, rows)?,
            ExportFormat::Parquet => columnar(columns, &rows)?,
        };
        Ok((bytes, count))
    }

    fn transfer_rows(
        &self,
        actor: &Actor,
        months: Option<(Month, Month)>,
    ) -> Result<Vec<Vec<Value>>, AppError> {
        let months = months.unwrap_or_else(|| (beginning().month_of(), end().month_of()));
        let (mut rows, mut after) = (Vec::new(), None);
        loop {
            let part = self.ledger_entries(actor, months, after, PART_ROWS)?;
            after = part.entries.last().map(|one| (one.transfer.day, one.transfer.id));
            rows.extend(part.entries.iter().map(transfer_row));
            if !part.more {
                return Ok(rows);
            }
        }
    }
}

fn text(text: impl Into<String>) -> Value {
    match text.into() {
        text if text.is_empty() => Value::Empty,
        text => Value::Text(text),
    }
}

fn transfer_row(shown: &EntryShown) -> Vec<Value> {
    let transfer = &shown.transfer;
    let pending = transfer.kind.pending().map(|id| id.to_string());
    let (_, document) = transfer.document.parts();
    vec![
        text(transfer.id.to_string()),
        Value::Day(transfer.day),
        text(transfer.month.map(|month| month.to_string()).unwrap_or_default()),
        text(&*shown.debit.account.code),
        text(&*shown.debit.title.code),
        text(&*shown.credit.account.code),
        text(&*shown.credit.title.code),
        Value::Rupiah(transfer.amount),
        text(transfer.code.name()),
        text(transfer.kind.name()),
        text(pending.unwrap_or_default()),
        text(shown.document.kind),
        text(Id::<()>::from_bytes(document).to_string()),
        text(shown.document.text.clone()),
        text(&*shown.maker),
        text(&*shown.checker),
        text(shown.rulebook.clone()),
    ]
}

fn balance_row(row: &PeriodRow) -> Vec<Value> {
    let shown = &row.account;
    let closing = row.opening.net_debit().0 + row.moved.net_debit().0;
    vec![
        text(&*shown.account.code),
        text(&*shown.title.code),
        text(&*shown.title.name),
        text(shown.account.kind.name()),
        text(shown.role),
        text(&*shown.owner),
        Value::Rupiah(row.opening.debits),
        Value::Rupiah(row.opening.credits),
        Value::Rupiah(row.moved.debits),
        Value::Rupiah(row.moved.credits),
        Value::Rupiah(Rupiah(closing)),
        Value::Rupiah(row.pending.debits),
        Value::Rupiah(row.pending.credits),
    ]
}

/// Text between commas (RFC 4180), with what a spreadsheet would run as a formula marked.
fn csv(columns: &[Column], rows: &[Vec<Value>]) -> Vec<u8> {
    let mut out = String::from("\u{feff}");
    let heads: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    csv_line(&heads, &mut out);
    for row in rows {
        let cells: Vec<String> = row.iter().map(plain).collect();
        csv_line(&cells, &mut out);
    }
    out.into_bytes()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => marked(text).into_owned(),
        Value::Count(count) => count.to_string(),
        Value::Rupiah(amount) => amount.0.to_string(),
        Value::Day(day) => day.to_string(),
    }
}

fn xlsx(what: ExportWhat, columns: &[Column], rows: Vec<Vec<Value>>) -> Result<Vec<u8>, AppError> {
    let title = match what {
        ExportWhat::Transfers => "Jurnal",
        ExportWhat::Balances => "Neraca saldo",
    };
    let count = rows.len().to_string();
    let columns = columns.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    match tables::workbook(title, "id", columns, &mut rows.into_iter()) {
        bytes if bytes.is_empty() => Err(AppError::refused("EXPORT_TOO_LONG", count)),
        bytes => Ok(bytes),
    }
}

fn columnar(columns: &[Column], rows: &[Vec<Value>]) -> Result<Vec<u8>, AppError> {
    let day = |value: &Value| match value {
        Value::Day(day) => Some(parquet::since_1970(*day)),
        _ => None,
    };
    let number = |value: &Value| match value {
        Value::Rupiah(amount) => Some(amount.0),
        Value::Count(count) => i64::try_from(*count).ok(),
        _ => None,
    };
    let word = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    let mut made = Vec::with_capacity(columns.len());
    for (at, (name, kind)) in columns.iter().enumerate() {
        let cells = rows.iter().map(|row| &row[at]);
        let column = match kind {
            Kind::Text => Columnar::Text(cells.map(word).collect()),
            Kind::Count | Kind::Rupiah => Columnar::Number(cells.map(number).collect()),
            Kind::Day => Columnar::Day(cells.map(day).collect()),
        };
        made.push((*name, column));
    }
    parquet::write(&made).map_err(|cause| AppError::new(ErrorKind::Unexpected, "UNEXPECTED", cause))
}
