//! A bank statement as the ledger needs it: what each line says, nothing guessed.

use std::io::Cursor;

use base::Rupiah;
use documents::read::{Limits, ReadOptions};
use documents::statement::{Layout, Statement, read_statement_as};
use domain::payment::{Direction, StatementFacts};

use crate::error::AppError;

/// Reads a statement; nothing is taken from one that cannot be read whole, or whose sums do not
/// meet.
///
/// # Errors
/// `STATEMENT_UNREADABLE`; the first problem's code with its row, and the difference where it is
/// about a sum.
pub fn read(content: &[u8], layout: Option<&Layout>) -> Result<Statement, AppError> {
    let options =
        ReadOptions { file_name: "", limits: Limits::standard(), only_sheet: None, mappings: &[] };
    let statement = read_statement_as(Cursor::new(content), &options, layout)
        .map_err(|refusal| AppError::refused("STATEMENT_UNREADABLE", refusal.code()))?;
    if let Some(problem) = statement.problems.first() {
        // The place and the sum, in signs that every language reads.
        let row = problem.row.map(|row| format!("#{row}"));
        let difference = problem.difference.map(|sum| sum.to_string());
        let detail: Vec<String> = row.into_iter().chain(difference).collect();
        return Err(AppError::refused(problem.code.name(), detail.join(" ")));
    }
    Ok(statement)
}

/// What each line of a statement says.
pub fn facts_of(statement: &Statement) -> Vec<StatementFacts> {
    let rows = statement.rows.iter().map(|row| {
        let out = row.debit > Rupiah::ZERO;
        StatementFacts {
            day: row.day,
            amount: if out { row.debit } else { row.credit },
            direction: if out { Direction::Out } else { Direction::In },
            reference: format!("{} {}", row.description, row.reference).trim().into(),
            balance: row.balance,
            reversal: row.reversal,
        }
    });
    rows.collect()
}
