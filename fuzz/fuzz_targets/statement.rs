//! Any bytes as a bank statement, bare or below the head of one of its forms. What is read without
//! a problem adds up, and is read the same again.

#![no_main]

use std::io::Cursor;

use base::Rupiah;
use documents::statement::{Statement, read_statement};
use libfuzzer_sys::fuzz_target;

const MT940: &[u8] = b"{1:F01BANKIDJAXXXX0000000000}{4:\n:20:1\n:25:0012345678\n:28C:1/1\n\
    :60F:C221001IDR1000000,\n";
const CAMT: &[u8] = b"<?xml version=\"1.0\"?>\n\
    <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><Stmt>";
const TABLE: &[u8] = b"Tanggal;Keterangan;Debet;Kredit;Saldo\n";

fuzz_target!(|input: (u8, &[u8])| {
    let (form, bytes) = input;
    let head = [&[][..], MT940, CAMT, TABLE][usize::from(form % 4)];
    let file = [head, bytes].concat();
    let read = || read_statement(Cursor::new(&file), &fuzz::OPTIONS);
    let Ok(statement) = read() else { return };
    check(&statement);
    let again = read().ok().expect("what was read once is read again");
    assert!(again.rows == statement.rows && again.problems == statement.problems);
});

fn check(statement: &Statement) {
    for row in &statement.rows {
        assert!(row.row > 0);
        assert!(row.debit >= Rupiah::ZERO && row.credit >= Rupiah::ZERO, "a sign is a direction");
        let both = row.debit > Rupiah::ZERO && row.credit > Rupiah::ZERO;
        assert!(!both || !statement.problems.is_empty(), "money goes one way");
    }
    if !statement.problems.is_empty() {
        return;
    }
    if let (Some(opening), Some(closing)) = (statement.opening, statement.closing) {
        let moved: i128 = statement
            .rows
            .iter()
            .map(|row| i128::from(row.credit.0) - i128::from(row.debit.0))
            .sum();
        assert_eq!(i128::from(opening.0) + moved, i128::from(closing.0), "the sums meet");
    }
}
