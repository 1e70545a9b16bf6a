//! Statements as banks export them. All lines are invented.

use std::io::Cursor;

use super::*;
use crate::read::Limits;

fn statement(text: &str) -> Statement {
    let options = ReadOptions {
        file_name: "koran.csv",
        limits: Limits::standard(),
        only_sheet: None,
        mappings: &[],
    };
    read_statement(Cursor::new(text.as_bytes()), &options).expect("a file that reads")
}

/// Day, debit, credit, balance of every line.
fn moves(statement: &Statement) -> Vec<(String, i64, i64, Option<i64>)> {
    let rows = statement.rows.iter();
    rows.map(|row| {
        (row.day.to_string(), row.debit.0, row.credit.0, row.balance.map(|balance| balance.0))
    })
    .collect()
}

fn codes(statement: &Statement) -> Vec<(StatementProblemCode, Option<u32>)> {
    statement.problems.iter().map(|problem| (problem.code, problem.row)).collect()
}

#[test]
fn two_columns_with_opening_and_closing_balance() {
    let found = statement(
        "REKENING KORAN;;;;;\n\
         Saldo Awal;;;;;2.000.000.000,00\n\
         Tanggal;Keterangan;No. Referensi;Debet;Kredit;Saldo\n\
         03/10/2022;Iuran JKK JKM Oktober;TRX-1;1.626.307.200,00;0,00;373.692.800,00\n\
         ;lanjutan keterangan;;;;\n\
         04/10/2022;Setoran;TRX-2;0,00;500.000,00;374.192.800,00\n\
         Total;;;1.626.307.200,00;500.000,00;\n\
         Saldo Akhir;;;;;374.192.800,00\n",
    );
    assert_eq!(
        moves(&found),
        [
            ("2022-10-03".into(), 1_626_307_200, 0, Some(373_692_800)),
            ("2022-10-04".into(), 0, 500_000, Some(374_192_800)),
        ]
    );
    assert_eq!(found.rows[0].row, 4);
    assert_eq!(found.rows[0].reference, "TRX-1");
    assert_eq!(found.rows[0].description, "Iuran JKK JKM Oktober lanjutan keterangan");
    assert_eq!(found.opening, Some(Rupiah(2_000_000_000)));
    assert_eq!(found.closing, Some(Rupiah(374_192_800)));
    assert_eq!(codes(&found), []);
}

#[test]
fn one_column_with_a_mark_in_english() {
    let found = statement(
        "Posting Date,Remarks,Amount,DB/CR,Balance\n\
         2022-10-03,PAYMENT,\"1,626,307,200.00\",DB,\"373,692,800.00\"\n\
         2022-10-04,DEPOSIT,\"500,000.00\",CR,\"374,192,800.00\"\n",
    );
    assert_eq!(
        moves(&found),
        [
            ("2022-10-03".into(), 1_626_307_200, 0, Some(373_692_800)),
            ("2022-10-04".into(), 0, 500_000, Some(374_192_800)),
        ]
    );
    assert_eq!(codes(&found), []);
}

#[test]
fn unmarked_amounts_go_by_sign_or_balance() {
    let signed = statement("Tgl;Uraian;Nominal\n03-10-22;a;-500\n04-10-22;b;700\n");
    assert_eq!(
        moves(&signed),
        [("2022-10-03".into(), 500, 0, None), ("2022-10-04".into(), 0, 700, None)]
    );
    let by_balance = statement(
        "Tgl;Uraian;Nominal;Saldo\n03-10-22;a;500;1.000\n04-10-22;b;300;700\n05-10-22;c;200;900\n",
    );
    assert_eq!(
        moves(&by_balance),
        [("2022-10-04".into(), 300, 0, Some(700)), ("2022-10-05".into(), 0, 200, Some(900))]
    );
    assert_eq!(codes(&by_balance), [(StatementProblemCode::DirectionMissing, Some(2))]);
}

#[test]
fn sums_that_do_not_meet_are_named() {
    let found = statement(
        "Saldo Awal: 1.000;;;\n\
         Tanggal;Debet;Kredit;Saldo\n\
         03/10/2022;100;;900\n\
         04/10/2022;;50;960\n\
         05/10/2022;10;;950\n\
         Saldo Akhir: 950;;;\n",
    );
    assert_eq!(
        codes(&found),
        [
            (StatementProblemCode::BalanceDiffers, Some(4)),
            (StatementProblemCode::ClosingDiffers, None)
        ]
    );
}

#[test]
fn the_newest_line_may_come_first() {
    let found = statement(
        "Tanggal;Debet;Kredit;Saldo\n05/10/2022;10;;940\n04/10/2022;;50;950\n03/10/2022;100;;900\n",
    );
    assert_eq!(found.rows.len(), 3);
    assert_eq!(codes(&found), []);
}

#[test]
fn what_cannot_be_read_is_named_and_left_out() {
    let found = statement(
        "Tanggal;Keterangan;Debet;Kredit\n\
         32/10/2022;a;100;\n\
         03/10/2022;b;1.62;\n\
         03/10/2022;c;1.626.30;\n\
         03/10/2022;d;100;100\n\
         03/10/2022;e;0;0\n\
         03/10/2022;f;;100\n",
    );
    assert_eq!(moves(&found), [("2022-10-03".into(), 0, 100, None)]);
    assert_eq!(
        codes(&found),
        [
            (StatementProblemCode::DayUnreadable, Some(2)),
            (StatementProblemCode::AmountNotWhole, Some(3)),
            (StatementProblemCode::AmountUnreadable, Some(4)),
            (StatementProblemCode::BothDirections, Some(5)),
        ]
    );
    assert_eq!(codes(&statement("a;b\n1;2\n")), [(StatementProblemCode::HeadMissing, None)]);
}
