//! Statements in XML as banks send them, and as nobody should. All lines are invented.

use proptest::prelude::*;

use super::*;
use crate::read::Limits;

const OPTIONS: ReadOptions<'_> =
    ReadOptions { file_name: "", limits: Limits::standard(), only_sheet: None, mappings: &[] };

fn balance(code: &str, amount: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"IDR\">{amount}</Amt>\
         <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2022-10-03</Dt></Dt></Bal>"
    )
}

fn entry(amount: &str, way: &str, more: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"IDR\">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><Dt>2022-10-03</Dt></BookgDt><AcctSvcrRef>FT1</AcctSvcrRef>{more}</Ntry>"
    )
}

fn part(amount: &str, text: &str) -> String {
    format!(
        "<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy=\"IDR\">{amount}</Amt>\
         <RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
    )
}

fn document(version: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><Document \
         xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}\">\
         <BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt><Id>S1</Id><Acct><Id><Othr>\
         <Id>0011-234567</Id></Othr></Id><Ccy>IDR</Ccy><Svcr><FinInstnId><Othr><Id>114</Id></Othr>\
         </FinInstnId></Svcr></Acct>{body}</Stmt></BkToCstmrStmt></Document>"
    )
}

fn found(text: &str) -> Statement {
    let mut statement = read(text.as_bytes(), &OPTIONS).expect("it reads");
    crate::statement::in_rupiah(&mut statement);
    statement
}

fn codes(text: &str) -> Vec<(StatementProblemCode, Option<u32>)> {
    found(text).problems.iter().map(|problem| (problem.code, problem.row)).collect()
}

fn batch() -> String {
    let details = format!(
        "<NtryDtls>{}{}</NtryDtls>",
        part("1000000.00", "PYG-AAAA &amp; satu"),
        part("626307.00", "PYG-BBBB")
    );
    [
        balance("OPBD", "5000000.00"),
        balance("CLBD", "3874193.00"),
        entry("1626307.00", "DBIT", &details),
        entry("500500", "CRDT", "<RvslInd>true</RvslInd><AddtlNtryInf>RETUR</AddtlNtryInf>"),
    ]
    .concat()
}

#[test]
fn collective_entries_become_their_parts_in_every_version() {
    for version in ["02", "04", "06", "08"] {
        let found = found(&document(version, &batch()));
        assert_eq!(found.problems, []);
        assert_eq!(found.account.as_deref(), Some("0011234567"));
        // 5.000.000 - 1.626.307 + 500.500
        assert_eq!(
            (found.opening, found.closing),
            (Some(Rupiah(5_000_000)), Some(Rupiah(3_874_193)))
        );
        let moves: Vec<_> = found
            .rows
            .iter()
            .map(|row| (row.row, row.debit.0, row.credit.0, row.reversal))
            .collect();
        let expect = [(1, 1_000_000, 0, false), (1, 626_307, 0, false), (2, 0, 500_500, true)];
        assert_eq!(moves, expect);
        assert_eq!(found.rows[0].description, "PYG-AAAA & satu");
        assert_eq!(found.rows[0].reference, "FT1");
        assert_eq!(found.rows[2].description, "RETUR");
    }
}

/// What a bank says its own entries come to, in and out, is so or the file is refused.
#[test]
fn the_summary_of_a_statement_is_compared() {
    let with = |credits: &str, debits: &str| {
        let summary = format!(
            "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>2126807</Sum></TtlNtries>\
             <TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>{credits}</Sum></TtlCdtNtries>\
             <TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>{debits}</Sum></TtlDbtNtries>\
             </TxsSummry>"
        );
        codes(&document("08", &format!("{summary}{}", batch())))
    };
    assert_eq!(with("500500.00", "1626307"), []);
    assert_eq!(with("500500.01", "1626307"), [(StatementProblemCode::TotalDiffers, None)]);
    assert_eq!(with("500500", "5000"), [(StatementProblemCode::TotalDiffers, None)]);
}

#[test]
fn pending_entries_are_none_and_one_part_is_its_entry() {
    let pending = entry("1.00", "DBIT", "").replace("BOOK", "PDNG");
    let one = format!("<NtryDtls>{}</NtryDtls>", part("100.00", "PYG-CCCC"));
    let body = balance("PRCD", "1000") + &balance("CLBD", "900") + &entry("100", "DBIT", &one);
    let found = found(&document("08", &(body + &pending)));
    assert_eq!(found.problems, []);
    assert_eq!(found.rows.len(), 1);
    assert!(found.rows[0].description.contains("PYG-CCCC"));
}

#[test]
fn what_does_not_hold_together_is_named_with_its_entry() {
    use StatementProblemCode::*;
    let good = document("02", &batch());
    let check = |from: &str, to: &str, expect: &[(StatementProblemCode, Option<u32>)]| {
        let text = good.replace(from, to);
        assert_ne!(text, good, "{from}");
        assert_eq!(codes(&text), expect, "{to}");
    };
    check("3874193.00", "3874194.00", &[(ClosingDiffers, None)]);
    check("626307.00</Amt><RmtInf>", "626308.00</Amt><RmtInf>", &[(BatchDiffers, Some(1))]);
    check("500500", "-500500", &[(AmountUnreadable, Some(2))]);
    check("500500", "5E9", &[(AmountUnreadable, Some(2))]);
    // Read to the sen, and the sum is one.
    check("500500", "500500.25", &[(ClosingDiffers, None)]);
    check("500500", "500500.00001", &[(AmountUnreadable, Some(2))]);
    check("500500", "99999999999999999999", &[(AmountUnreadable, Some(2))]);
    check("<Ccy>IDR", "<Ccy>USD", &[(CurrencyDiffers, Some(1))]);
    check(
        "<BkToCstmrStmt>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><BkToCstmrStmt>",
        &[(EntityFound, None)],
    );
    check("MsgId>M1", "MsgId>M\0", &[(NulFound, None)]);
    let without = balance("OPBD", "1") + &entry("1", "DBIT", "");
    assert_eq!(codes(&document("02", &without)), [(EndMissing, Some(1))]);
}

#[test]
fn elements_that_do_not_close_or_never_end_are_refused() {
    let good = document("02", &batch());
    let cut = &good[..good.len() - 40];
    assert!(read(cut.as_bytes(), &OPTIONS).is_err());
    let crossed = good.replace("</Cd></Sts>", "</Sts></Cd>");
    assert!(read(crossed.as_bytes(), &OPTIONS).is_err());
    let deep = "<camt.053>".to_owned() + &"<a>".repeat(100_000);
    assert!(read(deep.as_bytes(), &OPTIONS).is_err());
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "\\PC{0,200}") {
        let _ = read(text.as_bytes(), &OPTIONS);
        let _ = read(document("02", &text).as_bytes(), &OPTIONS);
    }

    #[test]
    fn a_cut_file_is_never_a_whole_statement(at in 0_usize..1_000) {
        let good = document("02", &batch());
        let at = at.min(good.len() - 1);
        if good.is_char_boundary(at) {
            let answer = read(&good.as_bytes()[..at], &OPTIONS);
            prop_assert!(answer.is_err() || answer.is_ok_and(|found| !found.problems.is_empty()));
        }
    }
}
