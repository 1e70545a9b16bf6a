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

/// Interest comes in sen: the sums are compared to the sen, and the line has its whole rupiah.
#[test]
fn a_line_with_sen_is_read_and_its_sums_are_exact() {
    let file = |closing: &str| {
        statement(&format!(
            "Saldo Awal;;;1.000,50\n\
             Tanggal;Keterangan;Debet;Kredit\n\
             03/10/2022;BUNGA GIRO;;12.345,67\n\
             03/10/2022;PAJAK;0,40;\n\
             04/10/2022;IURAN;10.000;\n\
             Saldo Akhir;;;{closing}\n"
        ))
    };
    // 1.000,50 + 12.345,67 − 0,40 − 10.000 = 3.345,77.
    let found = file("3.345,77");
    assert_eq!(codes(&found), []);
    let kept = [("2022-10-03".into(), 0, 12_345, None), ("2022-10-04".into(), 10_000, 0, None)];
    assert_eq!(moves(&found), kept);
    assert_eq!((found.rows[0].sen, found.rows[1].sen), (67, 0));
    assert_eq!((found.opening, found.closing), (Some(Rupiah(1_000)), Some(Rupiah(3_345))));
    let wrong = file("3.345,76");
    assert_eq!(codes(&wrong), [(StatementProblemCode::ClosingDiffers, None)]);
    assert_eq!(wrong.problems[0].difference, Some(Rupiah(-1)), "one sen, named as a rupiah");
}

/// What a file says of its own lines must be so, of a page or of all.
#[test]
fn a_sum_that_the_file_states_is_compared() {
    let file = |totals: &str| {
        statement(&format!(
            "Tanggal;Keterangan;Debet;Kredit;Saldo\n\
             03/10/2022;a;100;;900\n\
             04/10/2022;b;;50;950\n\
             {totals}\n"
        ))
    };
    assert_eq!(codes(&file("Total;;100;50;")), []);
    assert_eq!(codes(&file(";JUMLAH;100;50;")), []);
    assert_eq!(codes(&file("Total;;100;50;\n05/10/2022;c;5;;945\nTotal;;105;50;")), []);
    assert_eq!(codes(&file("Total;;100;50;\n05/10/2022;c;5;;945\nTotal;;5;;")), []);
    let wrong = file("Total;;5.000;50;");
    assert_eq!(codes(&wrong), [(StatementProblemCode::TotalDiffers, Some(4))]);
    assert_eq!(wrong.problems[0].difference, Some(Rupiah(4_900)));
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
    let kept = [("2022-10-03".into(), 1, 0, None), ("2022-10-03".into(), 0, 100, None)];
    assert_eq!(moves(&found), kept);
    assert_eq!(found.rows[0].sen, 62);
    assert_eq!(
        codes(&found),
        [
            (StatementProblemCode::DayUnreadable, Some(2)),
            (StatementProblemCode::AmountUnreadable, Some(4)),
            (StatementProblemCode::BothDirections, Some(5)),
        ]
    );
    assert_eq!(codes(&statement("a;b\n1;2\n")), [(StatementProblemCode::HeadMissing, None)]);
}
