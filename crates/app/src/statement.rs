//! A bank statement as the ledger needs it: what each line says, nothing guessed.

use std::io::Cursor;

use base::Rupiah;
use documents::read::{Limits, ReadOptions};
use documents::statement::read_statement;
use domain::payment::{Direction, StatementFacts};

use crate::error::AppError;

/// Reads a statement; nothing is taken from one that cannot be read whole.
///
/// # Errors
/// `STATEMENT_UNREADABLE` with the first problem's code and row.
pub fn facts(content: &[u8]) -> Result<Vec<StatementFacts>, AppError> {
    let options =
        ReadOptions { file_name: "", limits: Limits::standard(), only_sheet: None, mappings: &[] };
    let statement = read_statement(Cursor::new(content), &options)
        .map_err(|refusal| AppError::refused("STATEMENT_UNREADABLE", refusal.code()))?;
    if let Some(problem) = statement.problems.first() {
        let row = problem.row.map_or(String::new(), |row| format!(" ({row})"));
        let detail = format!("{}{row}", problem.code.name());
        return Err(AppError::refused("STATEMENT_UNREADABLE", detail));
    }
    let rows = statement.rows.iter().map(|row| {
        let out = row.debit > Rupiah::ZERO;
        StatementFacts {
            day: row.day,
            amount: if out { row.debit } else { row.credit },
            direction: if out { Direction::Out } else { Direction::In },
            reference: format!("{} {}", row.description, row.reference).trim().into(),
            balance: row.balance,
        }
    });
    Ok(rows.collect())
}
