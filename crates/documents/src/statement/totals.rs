//! Control totals: every balance follows from the one before, and opening and lines give closing.

use base::Rupiah;

use super::{Statement, StatementProblem, StatementProblemCode, StatementRow};

/// Names the first row whose balance does not follow, and what the totals lack.
pub(super) fn check(statement: &mut Statement) {
    let order = oldest_first(&statement.rows);
    let mut problems = Vec::new();
    let mut running = statement.opening;
    for row in &order {
        let expected = running.and_then(|before| follows(before, row));
        if let Some((sum, stated)) = expected.zip(row.balance)
            && sum != stated
        {
            let code = StatementProblemCode::BalanceDiffers;
            let difference = stated.minus(sum).ok();
            problems.push(StatementProblem { code, row: Some(row.row), difference });
        }
        running = row.balance.or(expected);
    }
    if let (Some(opening), Some(closing)) = (statement.opening, statement.closing) {
        let sum = order.iter().try_fold(opening, |sum, row| follows(sum, row));
        if sum != Some(closing) {
            let code = StatementProblemCode::ClosingDiffers;
            let difference = sum.and_then(|sum| closing.minus(sum).ok());
            problems.push(StatementProblem { code, row: None, difference });
        }
    }
    statement.problems.extend(problems);
}

/// The balance before the first line and after the last, where the file does not state it apart and
/// its first and last row do.
pub(super) fn complete(statement: &mut Statement) {
    let order = oldest_first(&statement.rows);
    let before = |row: &&StatementRow| {
        let balance = row.balance?;
        balance.plus(row.debit).and_then(|sum| sum.minus(row.credit)).ok()
    };
    let opening = order.first().and_then(before);
    let closing = order.last().and_then(|row| row.balance);
    statement.opening = statement.opening.or(opening);
    statement.closing = statement.closing.or(closing);
}

fn follows(before: Rupiah, row: &StatementRow) -> Option<Rupiah> {
    before.plus(row.credit).and_then(|sum| sum.minus(row.debit)).ok()
}

/// The rows from the oldest on; banks print them either way.
fn oldest_first(rows: &[StatementRow]) -> Vec<&StatementRow> {
    let fits = |before: &StatementRow, after: &StatementRow| {
        let (one, other) = (before.balance, after.balance);
        one.zip(other).is_some_and(|(one, other)| follows(one, after) == Some(other))
    };
    let newest_first = rows.windows(2).filter(|pair| fits(&pair[1], &pair[0])).count();
    let down = rows.windows(2).filter(|pair| fits(&pair[0], &pair[1])).count();
    let falls = rows.windows(2).any(|pair| pair[1].day < pair[0].day);
    let rises = rows.windows(2).any(|pair| pair[0].day < pair[1].day);
    let mut order: Vec<&StatementRow> = rows.iter().collect();
    if newest_first > down || (newest_first == down && falls && !rises) {
        order.reverse();
    }
    order
}
