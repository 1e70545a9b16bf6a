//! A bank statement as the ledger needs it: what each line says, nothing guessed.

use std::io::Cursor;

use base::{Day, Rupiah};
use documents::read::{Limits, ReadOptions};
use documents::statement::{
    Layout, Statement, StatementProblemCode, StatementRow, read_statement_as,
};
use domain::payment::{Direction, StatementFacts};

use crate::error::AppError;

/// Reads a statement; nothing is taken from one that cannot be read whole, that does not say its
/// balance before and after its lines, or whose sums do not meet.
///
/// # Errors
/// `STATEMENT_UNREADABLE`, `STATEMENT_OPENING_MISSING`, `STATEMENT_END_MISSING`; the first
/// problem's code with its row, and the difference where it is about a sum.
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
    // Without both ends nobody can tell whether lines are missing.
    let ends = [
        (statement.opening, StatementProblemCode::OpeningMissing),
        (statement.closing, StatementProblemCode::EndMissing),
    ];
    match ends.into_iter().find(|(stated, _)| stated.is_none()) {
        Some((_, code)) => Err(AppError::refused(code.name(), "")),
        None => Ok(statement),
    }
}

/// A statement as treasurers export it, of money that left the account and nothing else: the day,
/// the words and the amount of each line, with the balance before and after them.
pub fn of_payments(payments: &[(Day, String, Rupiah)]) -> String {
    let sum = payments.iter().map(|(.., amount)| amount.0).sum::<i64>();
    let mut text = format!("Saldo Awal;;;{sum}\nTanggal;Keterangan;Debet;Kredit\n");
    for (day, words, amount) in payments {
        let (d, m, y) = (day.day(), day.month(), day.year());
        text += &format!("{d:02}/{m:02}/{y};{words};{};0\n", amount.0);
    }
    text + "Saldo Akhir;;;0\n"
}

/// The words and the number of a line; sen that the ledger does not keep are said with them.
fn words_of(row: &StatementRow) -> String {
    let words = format!("{} {}", row.description, row.reference);
    match row.sen {
        0 => words.trim().to_owned(),
        sen => format!("{} (+{sen:02} sen)", words.trim()).trim().to_owned(),
    }
}

/// What each line of a statement says.
pub fn facts_of(statement: &Statement) -> Vec<StatementFacts> {
    let rows = statement.rows.iter().map(|row| {
        let out = row.debit > Rupiah::ZERO;
        StatementFacts {
            day: row.day,
            amount: if out { row.debit } else { row.credit },
            direction: if out { Direction::Out } else { Direction::In },
            reference: words_of(row).into(),
            balance: row.balance,
            reversal: row.reversal,
        }
    });
    rows.collect()
}
